"use strict";
/* A table of texts as the bytes of a CSV file or of an Excel workbook. */
window.lanzaroteSheet = (() => {
  const LONGEST_CELL = 32767;

  /* A cell that a spreadsheet program might run as a formula gets an apostrophe in front. All are
     in quotation marks, so that no program divides them at a semicolon. */
  const csvCell = (text) => {
    const safe = /^(?:['\t\r]|[\s\u200b-\u200f\u2060\ufeff"]*[=+\-@＝＋－＠])/.test(text) ? `'${text}` : text;
    return `"${safe.replaceAll('"', '""')}"`;
  };

  /* The mark at the beginning is what Excel knows UTF-8 by. */
  const csv = (rows) => "\ufeff" + rows.map((row) => row.map(csvCell).join(",") + "\n").join("");

  const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
    let value = n;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });

  const crc32 = (bytes) => {
    let value = 0xffffffff;
    for (const byte of bytes) value = crcTable[(value ^ byte) & 255] ^ (value >>> 8);
    return (value ^ 0xffffffff) >>> 0;
  };

  /* Numbers as little-endian bytes: pairs of a width in bytes and a value. */
  const packed = (...pairs) => {
    const bytes = [];
    for (const [width, value] of pairs)
      for (let n = 0; n < width; n++) bytes.push((value >>> (8 * n)) & 255);
    return Uint8Array.from(bytes);
  };

  /* An archive of stored (not packed) entries; every date is 1 January 1980. */
  const zip = (files) => {
    const encoder = new TextEncoder();
    const parts = [], listing = [];
    let offset = 0, listed = 0;
    for (const [name, text] of files) {
      const title = encoder.encode(name), body = encoder.encode(text);
      const common = [[2, 20], [2, 0x0800], [2, 0], [2, 0], [2, 0x21], [4, crc32(body)], [4, body.length], [4, body.length], [2, title.length], [2, 0]];
      const head = packed([4, 0x04034b50], ...common);
      const entry = packed([4, 0x02014b50], [2, 20], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]);
      parts.push(head, title, body);
      listing.push(entry, title);
      offset += head.length + title.length + body.length;
      listed += entry.length + title.length;
    }
    const end = packed([4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, listed], [4, offset], [2, 0]);
    return [...parts, ...listing, end];
  };

  const escaped = (text) => text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

  const column = (n) => (n < 26 ? "" : column(Math.floor(n / 26) - 1)) + String.fromCharCode(65 + (n % 26));

  /* The height in points at which wrapped text is seen; not every program works it out itself. */
  const height = (row, widths) => {
    const wrapped = (text, width) => text.split("\n").reduce((sum, line) => sum + Math.ceil((line.length * 0.95 + 1) / width), 0);
    const lines = row.map((text, n) => wrapped(text, widths[n]));
    return Math.min(15 * Math.max(...lines) + 2, 409);
  };

  /* The beginning of a text, never half of a character that takes two units. */
  const kept = (text, most) => text.slice(0, most).replace(/[\ud800-\udbff]$/, "");

  /* Every cell is text, never a formula; the first row is the header. */
  const sheetXml = (rows, widths, cut) => {
    const cell = (text, row, n) => {
      const whole = text.length <= LONGEST_CELL ? text : kept(text, LONGEST_CELL - cut.length - 1) + " " + cut;
      return `<c r="${column(n)}${row + 1}" s="${row ? 2 : 1}" t="inlineStr"><is><t xml:space="preserve">${escaped(whole)}</t></is></c>`;
    };
    const lines = rows.map((row, at) => `<row r="${at + 1}" ht="${height(row, widths)}" customHeight="1">${row.map((text, n) => cell(text, at, n)).join("")}</row>`);
    const columns = widths.map((width, n) => `<col min="${n + 1}" max="${n + 1}" width="${width}" customWidth="1" style="2"/>`);
    return `${XML}<worksheet ${MAIN}><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${columns.join("")}</cols><sheetData>${lines.join("")}</sheetData><autoFilter ref="A1:${column(widths.length - 1)}${rows.length}"/><pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>`;
  };

  const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
  const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
  const KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml";
  const relation = (id, kind, target) => `<Relationship Id="${id}" Type="${RELATIONS}/${kind}" Target="${target}"/>`;
  const relations = (...items) => `${XML}<Relationships xmlns="${PACKAGE}/relationships">${items.join("")}</Relationships>`;
  const STYLES = `${XML}<styleSheet ${MAIN}><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/><xf xfId="0" numFmtId="49" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;

  /* The bytes of a workbook; each sheet is a title, rows and the widths of the columns. */
  const xlsx = (sheets, cut) => zip([
    ["[Content_Types].xml", `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${KIND}.sheet.main+xml"/>${sheets.map((_, n) => `<Override PartName="/xl/worksheets/sheet${n + 1}.xml" ContentType="${KIND}.worksheet+xml"/>`).join("")}<Override PartName="/xl/styles.xml" ContentType="${KIND}.styles+xml"/></Types>`],
    ["_rels/.rels", relations(relation("rId1", "officeDocument", "xl/workbook.xml"))],
    ["xl/workbook.xml", `${XML}<workbook ${MAIN} xmlns:r="${RELATIONS}"><sheets>${sheets.map(([title], n) => `<sheet name="${escaped(title)}" sheetId="${n + 1}" r:id="rId${n + 1}"/>`).join("")}</sheets></workbook>`],
    ["xl/_rels/workbook.xml.rels", relations(...sheets.map((_, n) => relation(`rId${n + 1}`, "worksheet", `worksheets/sheet${n + 1}.xml`)), relation(`rId${sheets.length + 1}`, "styles", "styles.xml"))],
    ["xl/styles.xml", STYLES],
    ...sheets.map(([, rows, widths], n) => [`xl/worksheets/sheet${n + 1}.xml`, sheetXml(rows, widths, cut)]),
  ]);

  return { csv, xlsx };
})();
