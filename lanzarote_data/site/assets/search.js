"use strict";
/* Finding texts by their words: `word`, `"a phrase"`, `begin*`, `OR`, `NOT`; without accents and
   capitals. Every word of the texts is looked up once, so that a search takes milliseconds. */
window.lanzaroteSearch = (() => {
  const WORD = /[\p{L}\p{N}\p{M}\p{Cf}]+/gu;
  const PART = /"([^"]*)"?|([^\s"]+)/g;
  const ALIKE = { ł: "l", ø: "o", đ: "d", ð: "d", ħ: "h", ı: "i", ŧ: "t", ß: "ss", æ: "ae", œ: "oe", þ: "th", ŋ: "ng", ĳ: "ij" };
  const IRREGULAR = { children: "child", women: "woman", men: "man", people: "person" };

  /* Letters without accents and capitals; what nobody sees is not there. */
  const folded = (word) => word.normalize("NFKD").replace(/[\p{Mn}\p{Cf}]/gu, "").toLowerCase()
    .replace(/[^\x00-\x7f]/g, (letter) => ALIKE[letter] ?? letter);
  const wordsOf = (text) => (text.match(WORD) ?? []).map(folded).filter(Boolean);

  /* The part that the forms of an English word share: train, trains, trained, training. */
  const stem = (word) => {
    const base = IRREGULAR[word] ?? word;
    const one = base.length < 4 ? base
      : base.replace(/ies$/, "y").replace(/(ss|x|z|ch|sh)es$/, "$1").replace(/([^su])s$/, "$1");
    const bare = one.replace(/([aeiouy].*..)(?:ing|ed)$/, "$1").replace(/([^aeiouls])\1$/, "$1");
    return bare.length > 3 ? bare.replace(/e$/, "") : bare;
  };

  /* An index of texts, each of a list of them: for each word the texts that have it, and the words
     of each text in order; 0 stands between what is not one text. It grows by so many texts at a
     time, so that a page can do something else in between. */
  const indexOf = (texts) => {
    const numbers = new Map(), written = new Map(), where = [[]], stems = new Map(), runs = [];
    const added = (word) => {
      numbers.set(word, where.length);
      const base = stem(word);
      if (stems.has(base)) stems.get(base).push(word); else stems.set(base, [word]);
      return where.push([]) - 1;
    };
    /* The number of a word as a text has it; 0 where nobody sees it. */
    const numberOf = (word) => {
      let number = written.get(word);
      if (number === undefined) {
        const bare = folded(word);
        number = bare && (numbers.get(bare) ?? added(bare)) || 0;
        written.set(word, number);
      }
      return number;
    };
    const add = (parts, at) => {
      const run = [];
      for (const part of parts) {
        for (const word of part.match(WORD) ?? []) {
          const number = numberOf(word), places = where[number];
          if (!number) continue;
          run.push(number);
          if (places[places.length - 1] !== at) places.push(at);
        }
        run.push(0);
      }
      runs.push(new Uint32Array(run));
    };
    const grow = (count) => {
      for (const end = Math.min(runs.length + count, texts.length); runs.length < end;) add(texts[runs.length], runs.length);
      return runs.length < texts.length;
    };
    return { numbers, numberOf, where, stems, runs, grow };
  };

  /* The forms of a query's word that the texts have. */
  const formsOf = (index, word, term) => {
    if (term.begins) return [...index.numbers.keys()].filter((other) => other.startsWith(word));
    if (term.exact) return index.numbers.has(word) ? [word] : [];
    return index.stems.get(stem(word)) ?? [];
  };

  /* Alternatives of terms that must all be there (or must not), each a row of words. */
  const parsed = (query, exact) => {
    const found = [[]];
    let wanted = true;
    for (const [whole, phrase, bare] of query.replace(/[“”„‟«»″]/g, '"').matchAll(PART)) {
      if (bare === "OR") { if (found.at(-1).length) found.push([]); continue; }
      if (bare === "NOT") { wanted = false; continue; }
      const words = wordsOf(phrase ?? bare);
      if (!words.length) continue;
      const begins = bare !== undefined && bare.endsWith("*");
      found.at(-1).push({ wanted, words, begins, exact: exact || phrase !== undefined || words.length > 1 });
      wanted = true;
    }
    return found.filter((terms) => terms.length);
  };

  /* Where in a row of numbers a term is: pairs of the first and the place after the last word. */
  const placesIn = (run, [first, ...others]) => {
    const found = [];
    for (let at = 0; at < run.length; at++)
      if (first.has(run[at]) && others.every((set, n) => set.has(run[at + n + 1]))) found.push([at, at + others.length + 1]);
    return found;
  };

  const holds = (index, sets) => {
    const some = new Set();
    for (const number of sets[0]) for (const at of index.where[number]) some.add(at);
    return sets.length === 1 ? some : new Set([...some].filter((at) => placesIn(index.runs[at], sets).length));
  };

  /* What a query finds: a test of a text's number, the terms to be marked, and their other forms. */
  const find = (index, query, exact) => {
    const clauses = parsed(query, exact), terms = [], forms = new Set();
    const sets = clauses.map((clause) => clause.map((term) => {
      const own = term.words.map((word, n) => formsOf(index, word, n === term.words.length - 1 ? term : { exact: true }));
      const numbers = own.map((words) => new Set(words.map((word) => index.numbers.get(word))));
      if (term.wanted) {
        terms.push(numbers);
        if (!term.exact) own.flat().filter((word) => word !== term.words[0]).forEach((word) => forms.add(word));
      }
      return { wanted: term.wanted, found: holds(index, numbers) };
    }));
    const fits = (at) => !sets.length || sets.some((clause) => clause.every((term) => term.found.has(at) === term.wanted));
    return { fits, terms, forms: [...forms].sort() };
  };

  /* The stretches of a text that terms are found in: places of characters, those that touch joined. */
  const marks = (index, text, terms) => {
    if (!terms.length) return [];
    const words = Array.from(text.matchAll(WORD), ({ 0: word, index: at }) => [at, at + word.length, index.numberOf(word)]).filter(([, , number]) => number);
    const run = words.map(([, , number]) => number);
    const found = terms.flatMap((sets) => placesIn(run, sets)).sort((one, other) => one[0] - other[0]);
    const joined = [];
    for (const [from, to] of found.map(([first, end]) => [words[first][0], words[end - 1][1]])) {
      const last = joined.at(-1);
      if (last && from <= last[1]) last[1] = Math.max(last[1], to);
      else joined.push([from, to]);
    }
    return joined;
  };

  return { indexOf, find, marks };
})();
