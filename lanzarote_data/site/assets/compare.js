"use strict";
/* Two Parties side by side, by the code of the report. The choice is kept after # in the address. */
(() => {
  const { parties, known, words, lines } = window.standing;
  const element = (id) => document.getElementById(id);
  const [one, two, own, table] = ["one", "two", "own", "compared"].map(element);

  /* The words of two texts, each with whether the other has it in the same order. */
  const compared = (left, right) => {
    const [a, b] = [left, right].map((text) => text.match(/\{party\}|\s+|[\p{L}\p{N}_’'-]+|./gsu) ?? []);
    if (a.length * b.length > 1e6) return [[[left, false]], [[right, false]]];
    const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
    for (let i = a.length - 1; i >= 0; i--) {
      for (let j = b.length - 1; j >= 0; j--) {
        common[i][j] = a[i] === b[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    const [first, second] = [[], []];
    let [i, j] = [0, 0];
    while (i < a.length || j < b.length) {
      if (i < a.length && j < b.length && a[i] === b[j]) {
        first.push([a[i++], true]);
        second.push([b[j++], true]);
      } else if (j >= b.length || (i < a.length && common[i + 1][j] >= common[i][j + 1])) {
        first.push([a[i++], false]);
      } else second.push([b[j++], false]);
    }
    return [first, second];
  };

  const add = (parent, tag, text = "") => {
    const made = document.createElement(tag);
    made.textContent = text;
    parent.append(made);
    return made;
  };

  /* What is addressed to a Party, by name or with all; its urgency and words as one text. */
  const stated = (texts, party) => [...(texts[party] ?? []), ...(texts[""] ?? [])];
  const text = (texts, party) => stated(texts, party).map(([, words]) => words).join("\n");

  const fill = (cell, runs, texts, party, state, round) => {
    const [name, named] = parties[party];
    cell.dataset.side = name;
    if (!runs.length) { cell.textContent = known[round].includes(party) ? words.none : words.unknown; return; }
    const levels = [...new Set(stated(texts, party).map(([urgency]) => urgency))];
    add(cell, "p", levels.join(", ")).className = "small";
    const wording = add(cell, "p");
    wording.className = "prose";
    for (const [run, same] of runs) add(wording, same ? "span" : "ins", run.replaceAll("{party}", named));
    add(cell, "p", state ?? words.nothing).className = "small";
  };

  const show = () => {
    const chosen = [one.value, two.value];
    chosen.forEach((party, index) => { table.tHead.rows[0].cells[index + 1].textContent = parties[party][0]; });
    const body = table.tBodies[0];
    body.replaceChildren();
    for (const [code, path, texts, states, round] of lines) {
      const said = chosen.map((party) => text(texts, party));
      if (!said.some(Boolean) || (own.checked && !chosen.some((party) => texts[party] || states[party]))) continue;
      const row = body.insertRow();
      const head = add(row, "th");
      head.scope = "row";
      add(head, "a", code).href = path;
      const runs = said.every(Boolean) ? compared(...said) : said.map((words) => (words ? [[words, true]] : []));
      chosen.forEach((party, index) => fill(row.insertCell(), runs[index], texts, party, states[party], round));
    }
    element("count").textContent = body.rows.length ? words.count.replace("{number}", body.rows.length) : words.same;
    history.replaceState(null, "", `#${new URLSearchParams({ one: one.value, two: two.value })}`);
  };

  const state = new URLSearchParams(location.hash.slice(1));
  const withOwn = Object.keys(parties).filter((party) => lines.some(([, , texts]) => texts[party]));
  [one, two].forEach((list, index) => {
    list.value = state.get(list.id) ?? withOwn[index] ?? "";
    if (list.selectedIndex < 0) list.selectedIndex = index;
    list.addEventListener("change", show);
  });
  own.addEventListener("change", show);
  const missing = [one, two].filter((list) => state.has(list.id) && !parties[state.get(list.id)]);
  element("unknown").textContent = words.left_out.replace("{names}", missing.map((list) => state.get(list.id)).join(", "));
  element("unknown").hidden = !missing.length;
  element("choose").hidden = table.hidden = false;
  show();
})();
