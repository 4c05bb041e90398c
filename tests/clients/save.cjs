// Open a workbook with SheetJS, make edits, save it: node save.cjs SOURCE TARGET EDITS
// EDITS is a JSON list of {sheet, cell, text} or {sheet, cell, number} or
// {sheet, cell, date: "2025-03-05"}.
"use strict";
const { readFile, utils, writeFile } = require("xlsx");
const [source, target, edits] = process.argv.slice(2);

const book = readFile(source);
for (const { sheet, cell, text, number, date } of JSON.parse(edits)) {
  const value = date ? new Date(date) : (number ?? text);
  utils.sheet_add_aoa(book.Sheets[sheet], [[value]], { origin: cell });
}
writeFile(book, target);
