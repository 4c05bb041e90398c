"use strict";
/* The arrow keys in the table: one cell is reached by Tab, the others from there. */
(() => {
  const rows = Array.from(document.getElementById("matrix").rows, (row) =>
    Array.from(row.cells, (cell) => cell.querySelector("a")));
  const links = rows.flat().filter(Boolean);
  for (const link of links) link.tabIndex = -1;
  links[0].tabIndex = 0;
  document.getElementById("keys").hidden = false;

  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -Infinity], End: [0, Infinity] };

  /* The next link in a direction; to an end of the row, the last one in it. */
  const next = (row, column, [down, right]) => {
    if (Math.abs(right) === Infinity) {
      const there = rows[row].filter(Boolean);
      return right < 0 ? there[0] : there.at(-1);
    }
    do { row += down; column += right; } while (rows[row] && column in rows[row] && !rows[row][column]
      || (rows[row] && down && !(column in rows[row])));
    return rows[row]?.[column];
  };

  document.getElementById("matrix").addEventListener("keydown", (event) => {
    const step = steps[event.key];
    const row = rows.findIndex((links) => links.includes(event.target));
    if (!step || row < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const link = next(row, rows[row].indexOf(event.target), step);
    if (!link) return;
    event.preventDefault();
    event.target.tabIndex = -1;
    link.tabIndex = 0;
    link.focus();
  });
})();
