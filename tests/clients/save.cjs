// Open a workbook with a library, make edits, save it: node save.cjs LIBRARY SOURCE TARGET EDITS
// EDITS is a JSON list of {sheet, cell, text} or {sheet, cell, date: "2025-03-05"}.
"use strict";
const [library, source, target, edits] = process.argv.slice(2);

const clients = {
  async exceljs() {
    const { Workbook } = require("exceljs");
    const book = new Workbook();
    await book.xlsx.readFile(source);
    for (const { sheet, cell, text, date } of JSON.parse(edits)) {
      book.getWorksheet(sheet).getCell(cell).value = date ? new Date(date) : text;
    }
    await book.xlsx.writeFile(target);
  },
  async sheetjs() {
    const { readFile, utils, writeFile } = require("xlsx");
    const book = readFile(source);
    for (const { sheet, cell, text, date } of JSON.parse(edits)) {
      const value = date ? new Date(date) : text;
      utils.sheet_add_aoa(book.Sheets[sheet], [[value]], { origin: cell });
    }
    writeFile(book, target);
  },
};

clients[library]().catch((error) => {
  console.error(String(error));
  process.exit(1);
});
