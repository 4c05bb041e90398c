"use strict";
/* Searching and filtering the texts. The state is kept after # in the address, so that it can be
   shared and no server ever sees it. */
(() => {
  const { fields, kinds, parties, chapters, words, values, rows, edition } = window.lanzarote;
  const FIRST_SHOWN = 100;
  const LISTS = ["kind", "party", "urgency"], SINGLE = ["chapter", "scope", "follow"];
  const DEFAULT = { kind: kinds[0] };
  const element = (id) => document.getElementById(id);
  const form = element("filters"), body = element("results").tBodies[0], more = element("more");
  const filled = (pattern, named) => pattern.replace(/{(\w+)}/g, (_, name) => named[name]);

  const at = fields.map((names) => Object.fromEntries(names.map((name, index) => [name, index])));
  const records = rows.map(([kind, cells, shown, also, level, followUp], number) => {
    const get = (name) => cells[at[kind][name]] ?? "";
    const party = get("party_id") ? parties[get("party_id")] : words.all;
    return { number, kind: kinds[kind], cells, get, id: cells[0], text: shown || get("text"), also, level, followUp, party, chapter: chapters[get("chapter_id")] };
  });
  const totals = Object.fromEntries(kinds.map((kind) => [kind, records.filter((record) => record.kind === kind).length]));
  const growing = lanzaroteSearch.indexOf(records.map((r) => [r.text, r.also, r.id, r.party]));
  const index = () => { growing.grow(records.length); return growing; };
  const prepare = () => { if (growing.grow(100)) setTimeout(prepare); };

  const readForm = () => {
    const data = new FormData(form);
    const state = { q: data.get("q").trim(), exact: data.get("exact") ?? "" };
    for (const name of LISTS) state[name] = data.getAll(name);
    for (const name of SINGLE) state[name] = data.get(name) ?? "";
    return state;
  };

  /* Fill the form from an address; what it names that this edition does not have is returned. */
  const writeForm = (state) => {
    const unknown = [];
    for (const [name, value] of state) if (![...LISTS, ...SINGLE, "q", "exact"].includes(name)) unknown.push(`${name}=${value}`);
    form.elements.q.value = state.get("q") ?? "";
    form.elements.exact.checked = Boolean(state.get("exact"));
    for (const name of SINGLE) {
      const list = form.elements[name], wanted = state.get(name) ?? "";
      if (list) list.value = wanted;
      if (wanted && (!list || list.selectedIndex < 0)) unknown.push(`${name}=${wanted}`);
      if (list && list.selectedIndex < 0) list.value = "";
    }
    for (const name of LISTS) {
      const boxes = [...form.querySelectorAll(`[name=${name}]`)];
      const wanted = (state.has(name) ? state.getAll(name).join(",") : (DEFAULT[name] ?? "")).split(",").filter(Boolean);
      for (const box of boxes) box.checked = wanted.includes(box.value);
      unknown.push(...wanted.filter((value) => value !== DEFAULT[name] && !boxes.some((box) => box.value === value)).map((value) => `${name}=${value}`));
      if (DEFAULT[name] && !boxes.some((box) => box.checked)) for (const box of boxes) box.checked = box.value === DEFAULT[name];
    }
    return unknown;
  };

  const address = (state) => {
    const kept = Object.entries(state).map(([name, value]) => [name, String(value)]);
    return new URLSearchParams(kept.filter(([name, value]) => value && value !== DEFAULT[name])).toString();
  };

  const statuses = (record, chosen) => Object.entries(record.followUp)
    .filter(([id]) => !chosen.length || chosen.includes(id)).flatMap(([, found]) => found);

  /* What is addressed to a Party is what names it, and what is said to all Parties. */
  const fits = (record, state) => {
    const party = record.get("party_id");
    if (state.party.length && party && !state.party.includes(party)) return false;
    if (state.chapter && state.chapter !== record.get("chapter_id")) return false;
    if (state.scope && state.scope !== (party ? "specific" : "generic")) return false;
    if (state.urgency.length && !state.urgency.includes(record.get("urgency"))) return false;
    const found = statuses(record, state.party);
    if (state.follow === "none") return !found.length;
    if (state.follow === "some") return found.length > 0;
    return !state.follow || found.includes(state.follow);
  };

  const create = (tag, properties, ...children) => {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  };

  const labelled = (label, content) => {
    const cell = create("td", {}, content);
    cell.dataset.label = label;
    return cell;
  };

  const followWords = (record, chosen) =>
    statuses(record, chosen).map((status) => values.status[status] ?? status).join(", ") || words.none;

  let now = {}, found = { terms: [], forms: [] }, shown = [];

  const marked = (record, marks) => {
    const paragraph = create("p", {});
    let done = 0;
    for (const [from, to] of marks) {
      paragraph.append(record.text.slice(done, from), create("mark", { textContent: record.text.slice(from, to) }));
      done = to;
    }
    paragraph.append(record.text.slice(done));
    return paragraph;
  };

  const tableRow = (record) => {
    const marks = found.terms.length ? lanzaroteSearch.marks(index(), record.text, found.terms) : [];
    const kind = record.kind === kinds[0] ? [] : [create("span", { className: "note", textContent: ` ${words[`kind.${record.kind}`]}` })];
    const what = create("td", { className: "what" },
      create("a", { className: "id", href: `${record.kind}/${record.id}.html`, textContent: record.id }), ...kind, marked(record, marks));
    if (found.terms.length && !marks.length) what.append(create("p", { className: "note", textContent: words.elsewhere }));
    const urgency = record.get("urgency");
    const badge = urgency ? create("span", { className: `urgency u${record.level}`, textContent: values.urgency[urgency] ?? urgency }) : words.none;
    return create("tr", {}, what, labelled(words.party, record.party), labelled(words.chapter, record.chapter),
      labelled(words.urgency, badge), labelled(words.follow, followWords(record, now.party)));
  };

  const draw = (limit) => {
    body.replaceChildren(...shown.slice(0, limit).map(tableRow));
    more.hidden = shown.length <= limit;
  };

  const say = (id, text) => { element(id).textContent = text; element(id).hidden = !text; };

  const counted = () => {
    const total = now.kind.reduce((sum, kind) => sum + totals[kind], 0);
    const name = now.kind.length === 1 && now.kind[0] === kinds[0] ? "shown" : "texts";
    return filled(words[`${name}.${shown.length === 1 ? "one" : "other"}`], { number: shown.length, total });
  };

  /* Kinds of texts that fit and are not chosen, as buttons that choose them too. */
  const sayOthers = (all) => {
    const others = now.q ? kinds.filter((kind) => !now.kind.includes(kind)) : [];
    const counts = others.map((kind) => [kind, all.filter((record) => record.kind === kind).length]).filter(([, count]) => count);
    element("also").hidden = !counts.length;
    element("also").replaceChildren(...counts.map(([kind, count]) => {
      const button = create("button", { type: "button", textContent: filled(words.also, { number: count, kind: words[`kind.${kind}`] }) });
      button.addEventListener("click", () => { form.querySelector(`[name=kind][value=${kind}]`).checked = true; changed(); });
      return button;
    }));
  };

  const update = () => {
    now = readForm();
    found = now.q ? lanzaroteSearch.find(index(), now.q, now.exact) : { fits: () => true, terms: [], forms: [] };
    const all = records.filter((record) => found.fits(record.number) && fits(record, now));
    shown = all.filter((record) => now.kind.includes(record.kind));
    element("count").textContent = shown.length ? counted() : words.nothing;
    for (const id of ["results", "csv", "excel"]) element(id).hidden = !shown.length;
    element("clear").hidden = !address(now);
    say("forms", found.forms.length ? filled(words.forms, { forms: found.forms.slice(0, 12).join(", ") }) : "");
    element("chosen-parties").textContent = now.party.map((id) => parties[id]).join(", ") || words.any;
    sayOthers(all);
    draw(FIRST_SHOWN);
  };

  /* Each choice is an entry of the history, and so is each search, however many keys it took. */
  let typing = false;
  const changed = (event) => {
    const typed = event?.target?.id === "q";
    update();
    say("unknown", "");
    history[typed && typing ? "replaceState" : "pushState"](null, "", `#${address(now)}`);
    typing = typed;
  };

  const open = () => {
    const given = location.hash.length > 1 ? location.hash.slice(1) : location.search;
    const unknown = writeForm(new URLSearchParams(given));
    update();
    say("unknown", unknown.length ? filled(words.unknown, { names: unknown.join(", ") }) : "");
    /* Words that a link has before # went to the server once; they shall not go again. */
    if (location.search) try { history.replaceState(null, "", `${location.pathname}#${address(now)}`); } catch { /* a file */ }
  };

  const save = (parts, type, ending) => {
    const name = [words.file, edition.version, ...address(now).replace(/[^\w=&,-]+/g, "-").split("&").filter(Boolean)].join("-").slice(0, 120);
    const link = create("a", { href: URL.createObjectURL(new Blob(parts, { type })), download: `${name}.${ending}` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };

  /* The CSV has the rows as the tables have them, and in each whose and of which edition it is. */
  const saveCsv = () => {
    const used = kinds.map((kind, n) => [kind, n]).filter(([kind]) => now.kind.includes(kind));
    const names = [...new Set(used.flatMap(([, n]) => fields[n]))];
    const several = used.length > 1;
    const about = [edition.version, address(now), edition.rights];
    const lines = shown.map((record) => [...(several ? [record.kind] : []), ...names.map(record.get), ...about]);
    const header = [...(several ? ["table"] : []), ...names, "data_version", "filter", "rights"];
    save([lanzaroteSheet.csv([header, ...lines])], "text/csv;charset=utf-8", "csv");
  };

  const saveExcel = () => {
    const header = [words.id, words.party, words.chapter, words.scope, words.urgency, words.text, words.follow];
    const lines = shown.map((record) => {
      const scope = record.get("party_id") ? "specific" : "generic", urgency = record.get("urgency");
      return [record.id, record.party, record.chapter, values.scope[scope] ?? scope, values.urgency[urgency] ?? urgency, record.text, followWords(record, now.party)];
    });
    const about = [[words.version, edition.version], [words.filter, address(now) || words.any], [words.shown, counted()], [words.rights, edition.rights]];
    const sheets = [[words.sheet, [header, ...lines], [18, 16, 30, 14, 12, 90, 18]], [words.about, about, [18, 90]]];
    save(lanzaroteSheet.xlsx(sheets, words.cut), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx");
  };

  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => { event.preventDefault(); element("q").blur(); });
  element("clear").addEventListener("click", () => { writeForm(new URLSearchParams()); changed(); element("q").focus(); });
  element("csv").addEventListener("click", saveCsv);
  element("excel").addEventListener("click", saveExcel);
  more.addEventListener("click", () => draw(shown.length));
  window.addEventListener("popstate", () => { typing = false; open(); });
  /* On a phone the results come first; the filters open where somebody wants them. */
  element("narrow").open = matchMedia("(min-width: 46rem)").matches;
  for (const id of ["filters", "tools"]) element(id).hidden = false;
  for (const id of ["plain", "pages"]) element(id)?.remove();
  open();
  setTimeout(prepare, 100);
})();
