"use strict";
/* Searching and filtering the recommendations. The state is kept after # in the address, so that
   it can be shared and no server ever sees it. */
(() => {
  const { fields, parties, chapters, words, values, rows } = window.lanzarote;
  const FIRST_SHOWN = 200;
  const at = Object.fromEntries(fields.map((name, index) => [name, index]));
  const element = (id) => document.getElementById(id);
  const form = element("filters");
  const body = element("results").tBodies[0];
  const more = element("more");

  /* Letters without accents and capitals, quotation marks, dashes and spaces simple; what nobody
     sees is not there. Letters that may be typed as two are two. */
  const alike = { ł: "l", ø: "o", đ: "d", ð: "d", ħ: "h", ı: "i", ŧ: "t", ß: "ss", æ: "ae", œ: "oe", þ: "th", ŋ: "ng", ĳ: "ij" };
  const foldedLetter = (letter) => {
    if ("“”„‟«»″".includes(letter)) return '"';
    if ("‘’‚‛′".includes(letter)) return "'";
    if ("‐‑‒–—−".includes(letter)) return "-";
    const bare = letter.normalize("NFKD").replace(/[\p{Mn}\p{Cf}]/gu, "").toLowerCase();
    return alike[bare] ?? bare;
  };
  const folded = (text) => Array.from(text, foldedLetter).join("");

  /* Where in a text each character of the folded text comes from, and the end of the text. */
  const places = (text) => {
    const found = [];
    let at = 0;
    for (const letter of text) {
      for (let more = foldedLetter(letter).length; more > 0; more -= 1) found.push(at);
      at += letter.length;
    }
    return [...found, at];
  };

  const records = rows.map(([cells, text, also, path, level, followUp]) => {
    const get = (name) => cells[at[name]];
    const party = get("party_id") ? parties[get("party_id")] : words.all;
    const chapter = chapters[get("chapter_id")];
    const about = [also, get("recommendation_id"), party].join("\n");
    return { cells, get, text, path, level, followUp, party, chapter, inText: folded(text), inAll: folded(`${text}\n${about}`) };
  });

  const terms = (query) => Array.from(
    folded(query).matchAll(/"([^"]+)"|([^\s"]+)/g), (found) => (found[1] ?? found[2]).trim()).filter(Boolean);

  const readForm = () => {
    const data = new FormData(form);
    const state = { q: data.get("q").trim(), urgency: data.getAll("urgency").join(",") };
    for (const name of ["party", "chapter", "scope", "follow"]) state[name] = data.get(name);
    return state;
  };

  const writeForm = (state) => {
    for (const name of ["q", "party", "chapter", "scope", "follow"]) form.elements[name].value = state.get(name) ?? "";
    /* An address may name what this edition does not have. */
    for (const list of form.querySelectorAll("select")) if (list.selectedIndex < 0) list.value = "";
    const chosen = (state.get("urgency") ?? "").split(",");
    for (const box of form.querySelectorAll("[name=urgency]")) box.checked = chosen.includes(box.value);
  };

  const address = (state) => {
    const kept = Object.entries(state).filter(([, value]) => value);
    return new URLSearchParams(kept).toString();
  };

  const statuses = (record, party) => Object.entries(record.followUp)
    .filter(([id]) => !party || id === party).flatMap(([, found]) => found);

  /* What is addressed to a Party is what names it, and what is said to all Parties. */
  const fits = (record, state, wanted) => {
    if (state.party && ![state.party, ""].includes(record.get("party_id"))) return false;
    if (state.chapter && state.chapter !== record.get("chapter_id")) return false;
    if (state.scope && state.scope !== record.get("scope")) return false;
    if (state.urgency && !state.urgency.split(",").includes(record.get("urgency"))) return false;
    const found = statuses(record, state.party);
    if (state.follow === "none" && found.length) return false;
    if (state.follow === "some" && !found.length) return false;
    if (state.follow && !["none", "some"].includes(state.follow) && !found.includes(state.follow)) return false;
    return wanted.every((term) => record.inAll.includes(term));
  };

  const create = (tag, properties, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  /* The stretches of a text where terms are found, those that touch joined. */
  const hits = (record, wanted) => {
    const found = [];
    for (const term of wanted)
      for (let from = record.inText.indexOf(term); from >= 0; from = record.inText.indexOf(term, from + 1))
        found.push([from, from + term.length]);
    found.sort((one, other) => one[0] - other[0]);
    const joined = [];
    const at = found.length ? places(record.text) : [];
    for (const [from, to] of found.map((hit) => hit.map((place) => at[place]))) {
      const last = joined.at(-1);
      if (last && from <= last[1]) last[1] = Math.max(last[1], to);
      else joined.push([from, to]);
    }
    return joined;
  };

  const marked = (record, wanted) => {
    const paragraph = create("p", {});
    let done = 0;
    for (const [from, to] of hits(record, wanted)) {
      paragraph.append(record.text.slice(done, from), create("mark", { textContent: record.text.slice(from, to) }));
      done = to;
    }
    paragraph.append(record.text.slice(done));
    return paragraph;
  };

  const labelled = (label, content) => {
    const cell = create("td", {}, content);
    cell.dataset.label = label;
    return cell;
  };

  const followWords = (record, party) =>
    statuses(record, party).map((status) => values.status[status] ?? status).join(", ") || words.none;

  const tableRow = (record, state, wanted) => {
    const what = create("td", { className: "what" },
      create("a", { className: "id", href: record.path, textContent: record.get("recommendation_id") }), marked(record, wanted));
    if (wanted.some((term) => !record.inText.includes(term)))
      what.append(create("p", { className: "note", textContent: words.elsewhere }));
    const urgency = record.get("urgency");
    const badge = create("span", { className: `urgency u${record.level}`, textContent: values.urgency[urgency] ?? urgency });
    return create("tr", {}, what, labelled(words.party, record.party), labelled(words.chapter, record.chapter),
      labelled(words.urgency, badge), labelled(words.follow, followWords(record, state.party)));
  };

  let shown = [];
  let now = {};

  const draw = (limit) => {
    const wanted = terms(now.q);
    body.replaceChildren(...shown.slice(0, limit).map((record) => tableRow(record, now, wanted)));
    more.hidden = shown.length <= limit;
  };

  const update = () => {
    now = readForm();
    const wanted = terms(now.q);
    shown = records.filter((record) => fits(record, now, wanted));
    const pattern = shown.length === 1 ? words["shown.one"] : words["shown.other"];
    element("count").textContent = shown.length
      ? pattern.replace("{number}", shown.length).replace("{total}", records.length) : words.nothing;
    element("results").hidden = !shown.length;
    element("clear").hidden = !address(now);
    draw(FIRST_SHOWN);
  };

  const changed = () => {
    update();
    history.replaceState(null, "", `#${address(now)}`);
  };

  const open = () => {
    writeForm(new URLSearchParams(location.hash.length > 1 ? location.hash.slice(1) : location.search));
    update();
  };

  const save = (parts, type, ending) => {
    const link = create("a", { href: URL.createObjectURL(new Blob(parts, { type })), download: `${words.file}.${ending}` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };

  /* The CSV has the rows as the table of the data has them, the workbook what the page shows. */
  const saveCsv = () => save(
    [window.lanzaroteSheet.csv([fields, ...shown.map((record) => record.cells)])], "text/csv;charset=utf-8", "csv");

  const saveExcel = () => {
    const header = [words.id, words.party, words.chapter, words.scope, words.urgency, words.text, words.follow];
    const lines = shown.map((record) => [
      record.get("recommendation_id"), record.party, record.chapter, values.scope[record.get("scope")] ?? record.get("scope"),
      values.urgency[record.get("urgency")] ?? record.get("urgency"), record.text, followWords(record, now.party)]);
    const look = { widths: [18, 16, 30, 14, 12, 90, 18], title: words.sheet, cut: words.cut };
    save(window.lanzaroteSheet.xlsx([header, ...lines], look),
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx");
  };

  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => { event.preventDefault(); changed(); });
  element("clear").addEventListener("click", () => { writeForm(new URLSearchParams()); changed(); element("q").focus(); });
  element("csv").addEventListener("click", saveCsv);
  element("excel").addEventListener("click", saveExcel);
  more.addEventListener("click", () => draw(shown.length));
  window.addEventListener("hashchange", open);
  for (const id of ["filters", "tools"]) element(id).hidden = false;
  for (const id of ["plain", "pages"]) element(id)?.remove();
  open();
})();
