"""A factsheet as read, written as rows: ids, markers, citations and templates.

The name of the Party becomes ``{party}`` in headings, introductions and lead-ins.
"""

from __future__ import annotations

import re
from collections import ChainMap, Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from lanzarote_data.ingest.blocks import Doubt, Footnote
from lanzarote_data.ingest.editions import Edition
from lanzarote_data.ingest.known import Known, Statement, cited
from lanzarote_data.ingest.notation import renumber_markers, without_markers
from lanzarote_data.ingest.parse import Chapter, Factsheet, Item
from lanzarote_data.model.tables import Row
from lanzarote_data.text.addressed import addressing
from lanzarote_data.text.ids import (
    ALL_PARTIES,
    citation_id,
    last_counted,
    recommendation_id,
)
from lanzarote_data.text.items import STEP
from lanzarote_data.text.references import Reference, addresses, markers, read_reference
from lanzarote_data.text.verbs import Verbs, third_person

# A word in quotation marks or bold type, a colon, and what the word means.
_URGENCY = re.compile(
    r"^\s*(?:- )?\**(?P<quote>[“\"'‘]?)(?P<word>[^\W\d_]+(?: [^\W\d_]+)?)[”\"'’]?\**\s*:\**\s*"
    r"(?P<meaning>.+)",
    re.MULTILINE,
)
_LIKE_A_CITATION = re.compile(r"(?:Para|§|Rec(?:\.|ommendation))", re.IGNORECASE)
_LETTERS = 26  # ids that one code may have
_NUMERALS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


@dataclass(frozen=True)
class Context:
    """What the rows of one factsheet share; ``title_name`` is the Party as the title names it."""

    round_id: str
    party: Row
    title_name: str
    parties: tuple[Row, ...]
    documents: tuple[Row, ...]
    edition: Edition
    report: Row
    known: Known
    verbs: Verbs

    def template(self, text: str) -> str:
        """The text with ``{party}`` for the Party's name as it stands within a sentence."""
        return re.sub(rf"\b{re.escape(self.party['name_in_sentence'])}\b", "{party}", text)

    def shared_template(self, text: str) -> str:
        """A text that all factsheets share with ``{party}`` for any name of the Party.

        The article may be missing, or the factsheet may use another name than the tables.
        """
        article = re.compile(r"the\s+", re.IGNORECASE)
        names = {article.sub("", name) for name in (self.party["name"], self.title_name)}
        any_name = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        return re.sub(rf"\b(?:the )?(?:{any_name})\b", "{party}", text, flags=re.IGNORECASE)


@dataclass
class Rows:
    """Rows by table while they are made; and the line of the source of each row's id.

    ``items`` are the recommendations, observations and practices by id, ``owners`` gives the id of
    the row whose text has a footnote.
    """

    by_table: dict[str, list[Row]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    items: dict[str, Row] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)

    def add(self, table: str, row: dict[str, str], line: int) -> None:
        """Add a row that begins on a line of the source."""
        self.by_table.setdefault(table, []).append(row)
        self.lines[next(iter(row.values()))] = line

    def without(self, ids: Collection[str]) -> Rows:
        """The rows without some items and their footnotes; all items are still known."""
        gone = {*ids, *(note for note, owner in self.owners.items() if owner in ids)}
        kept = {
            name: [row for row in rows if next(iter(row.values())) not in gone]
            for name, rows in self.by_table.items()
        }
        lines = {row_id: line for row_id, line in self.lines.items() if row_id not in gone}
        return Rows(kept, lines, self.items, self.owners)


class RowMaker:
    """Makes the rows of one factsheet."""

    def __init__(self, factsheet: Factsheet, context: Context) -> None:
        self.factsheet = factsheet
        self.context = context
        self.footnotes = {n.number: n for n in reversed(factsheet.source.footnotes)}
        self.unused = [n for n in factsheet.source.footnotes if n != self.footnotes[n.number]]
        self.used: set[int] = set()
        self.counts: Counter[str] = Counter()
        self.missing: list[tuple[int, int]] = []
        self.in_lead_ins: list[tuple[int, int]] = []
        self.doubts: list[Doubt] = []
        self.known: dict[int, str] = {}
        self.rows = Rows()
        self.taken = ChainMap(self.rows.lines, dict.fromkeys(context.edition.taken, 0))

    def make(self) -> Rows:
        """All rows of the factsheet, in the order of the source."""
        self._document()
        self._recognise()
        for chapter in self.factsheet.chapters:
            self._chapter(chapter)
            for place, item in enumerate(chapter.items, start=1):
                self._item(chapter, item, place * STEP)
        self.unused += [n for number, n in self.footnotes.items() if number not in self.used]
        return self.rows

    def _document(self) -> None:
        report = self.context.report
        row = {
            "document_id": self.context.edition.document_id,
            "title": self.factsheet.front.title,
            "short_title": "",
            "round_id": self.context.round_id,
            "party_id": self.context.party["party_id"],
            "date": self.factsheet.front.date,
            "language": "en",  # no other language is read
            "publisher": report.get("publisher", ""),
            "url": "",
            "rights": report.get("rights", ""),
            "replaces": self.context.edition.replaces,
        }
        self.rows.add("documents", row, 1)

    def _recognise(self) -> None:
        """Find the ids of the items that the tables have already."""
        items = [(c, item) for c in self.factsheet.chapters for item in c.items]
        statements = [self._statement(chapter, item) for chapter, item in items]
        found = self.context.known.recognise(statements)
        self.known = {id(items[index][1]): row_id for index, row_id in found.items()}

    def _statement(self, chapter: Chapter, item: Item) -> Statement:
        notes = (self.footnotes.get(number) for number in markers(item.text))
        locators = (read_reference(note.text).locator for note in notes if note)
        return Statement(
            table=f"{item.kind}s",
            chapter_id=f"{self.context.round_id}-{chapter.number}",
            party_id=self._party_id(item),
            text=item.text,
            cited=cited(f"{item.kind}s", locators),
        )

    def _party_id(self, item: Item) -> str:
        """The Party of whose factsheet an item is; empty where it is said to all."""
        is_shared = item.kind == "recommendation" and item.part == "generic"
        return "" if is_shared else self.context.party["party_id"]

    def _chapter(self, chapter: Chapter) -> None:
        chapter_id = f"{self.context.round_id}-{chapter.number}"
        introduction = chapter.introduction_text
        template = self.context.shared_template
        row = {
            "chapter_id": chapter_id,
            "round_id": self.context.round_id,
            "number": chapter.number,
            "position": str(roman_number(chapter.number) * STEP),
            "title": chapter.title,
            "introduction": template(renumber_markers(introduction)),
            "specific_heading": template(chapter.headings.get("specific", "")),
            "generic_heading": template(chapter.headings.get("generic", "")),
        }
        self.rows.add("chapters", row, chapter.line)
        self._citations("chapter_id", chapter_id, introduction, chapter.line)
        for row in urgency_rows(introduction, self.context.verbs.words):
            word, rank, meaning = row["urgency"], row["rank"], row["meaning"]
            verb = self.context.verbs.words.get(word) or third_person(word)
            self.rows.add("urgencies", {"urgency": word, "verb": verb, "rank": rank}, chapter.line)
            meant = {"round_id": self.context.round_id, "urgency": word, "meaning": meaning}
            self.rows.add("urgency_meanings", meant, chapter.line)

    def _item(self, chapter: Chapter, item: Item, position: int) -> None:
        makers = {
            "recommendation": self._recommendation,
            "observation": self._observation,
            "practice": self._practice,
        }
        table, key, row = makers[item.kind](chapter, item)
        row |= {
            "text": renumber_markers(item.text),
            "document_id": self.context.edition.document_id,
            "position": str(position),
        }
        self.in_lead_ins += [(number, item.line) for number in markers(item.lead_in)]
        self.rows.add(table, row, item.line)
        self.rows.items[row[key]] = row
        self._citations(key, row[key], item.text, item.line)

    def _shared(self, chapter: Chapter, item: Item) -> dict[str, str]:
        own = item.part == "specific"
        template = self.context.template if own else self.context.shared_template
        return {
            "chapter_id": f"{self.context.round_id}-{chapter.number}",
            "party_id": self.context.party["party_id"] if own else "",
            "topic": item.topic,
            "lead_in": template(item.lead_in),
            "layout": item.layout,
        }

    def _id(self, chapter: Chapter, item: Item) -> str:
        """The id of an item: the one that it has in the tables, else a new one."""
        known = self.known.get(id(item))
        if known:
            return known
        party = self._party_id(item) or ALL_PARTIES
        prefix = f"{self.context.round_id}-{party}-{chapter.number}"
        if item.kind != "recommendation":
            return self._counted(f"{prefix}-{item.kind[0]}")
        code = next(iter(self._statement(chapter, item).cited), "")
        self.counts[f"{prefix} {code}"] += 1
        if not code or self.counts[f"{prefix} {code}"] > _LETTERS:
            return self._counted(f"{prefix}-n")
        return recommendation_id(prefix, code, self.taken)

    def _counted(self, stem: str) -> str:
        """The next free id of a stem: ``R2-BEL-II-o2`` after ``R2-BEL-II-o1``."""
        if stem not in self.counts:
            self.counts[stem] = last_counted(stem, self.context.edition.taken)
        self.counts[stem] += 1
        return f"{stem}{self.counts[stem]}"

    def _recommendation(self, chapter: Chapter, item: Item) -> tuple[str, str, dict[str, str]]:
        urgency_of = self.context.verbs.urgency_of
        row = {
            "recommendation_id": self._id(chapter, item),
            **self._shared(chapter, item),
            "scope": item.part,
            "addressing": addressing(f"{item.lead_in} {item.text}", item.part),
            "urgency": urgency_of(item.lead_in) or urgency_of(item.text),
        }
        return "recommendations", "recommendation_id", row

    def _observation(self, chapter: Chapter, item: Item) -> tuple[str, str, dict[str, str]]:
        row = {"observation_id": self._id(chapter, item), **self._shared(chapter, item)}
        return "observations", "observation_id", row

    def _practice(self, chapter: Chapter, item: Item) -> tuple[str, str, dict[str, str]]:
        row_id = self._id(chapter, item)
        for party_id in self._parties_of(item.text):
            row = {"practice_id": row_id, "party_id": party_id}
            self.rows.by_table.setdefault("practice_parties", []).append(row)
        chapter_id = f"{self.context.round_id}-{chapter.number}"
        row = {"practice_id": row_id, "chapter_id": chapter_id, "heading": item.heading}
        return "practices", "practice_id", row

    def _parties_of(self, text: str) -> list[str]:
        """The Party of the factsheet, and those named together with it: “Belgium and Finland”."""
        own = self.context.party["party_id"]
        names = {p["name"]: p["party_id"] for p in self.context.parties}
        any_name = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        one = rf"(?:[Tt]he )?(?:{any_name})"
        together = re.search(rf"\b{one}(?:(?:, | and |, and ){one})+\b", text)
        found = [names[name] for name in re.findall(any_name, together[0])] if together else []
        return [own, *(other for other in found if other != own)] if own in found else [own]

    def _citations(self, key: str, row_id: str, text: str, line: int) -> None:
        for marker, number in enumerate(markers(text), start=1):
            note = self.footnotes.get(number)
            if note is None:
                self.missing.append((number, line))
                continue
            self.used.add(number)
            citation = self._citation(key, row_id, str(marker), note)
            self.rows.add("citations", citation, note.line)
            self.rows.owners[citation["citation_id"]] = row_id

    def _citation(self, key: str, row_id: str, marker: str, note: Footnote) -> dict[str, str]:
        reference = read_reference(note.text)
        self._doubt(note, reference)
        into_report = reference.kind in ("paragraph", "recommendation")
        return {
            "citation_id": citation_id(row_id, marker),
            "recommendation_id": "",
            "observation_id": "",
            "practice_id": "",
            "chapter_id": "",
            key: row_id,
            "marker": marker,
            "kind": reference.kind,
            "locator": reference.locator,
            "text": note.text,
            "document_id": self.context.report["document_id"]
            if into_report
            else self._named(note.text),
            "url": " ".join(a for a in addresses(note.text) if a.startswith("http")),
        }

    def _doubt(self, note: Footnote, reference: Reference) -> None:
        """Put down a footnote that begins like a citation of the report, but is read as a note."""
        if reference.kind == "note" and _LIKE_A_CITATION.match(note.text):
            message = f"Footnote {note.number} was read as a note, not as a citation of the report."
            self.doubts.append(Doubt("citation-unread", note.line, message))

    def _named(self, text: str) -> str:
        """The one document that a footnote names by its title or short title; else empty."""
        named = {
            document["document_id"]
            for document in self.context.documents
            for name in (document["short_title"], document["title"])
            if name and name in text
        }
        return named.pop() if len(named) == 1 else ""


def roman_number(numeral: str) -> int:
    """The number of a chapter.

    >>> roman_number("XIV")
    14
    """
    values = [_NUMERALS[letter] for letter in numeral]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs)


def urgency_rows(introduction: str, known: Collection[str]) -> Iterator[dict[str, str]]:
    """The levels of urgency that an introduction defines, most urgent first.

    A word that is not ``known`` is one where it stands in quotation marks.
    """
    found = [m for m in _URGENCY.finditer(introduction) if m["quote"] or m["word"].lower() in known]
    for rank, match in enumerate(found, start=1):
        plain = without_markers(match["meaning"]).rstrip(";. ")
        yield {"urgency": match["word"].lower(), "rank": str(rank), "meaning": plain}
