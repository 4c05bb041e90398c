"""A factsheet as read, written as rows: ids, markers, citations and templates.

The name of the Party becomes ``{party}`` where the text is the same for every Party: in
headings, introductions and lead-ins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lanzarote_data.factsheet.blocks import Footnote, marker_numbers, renumber_markers
from lanzarote_data.factsheet.parse import Chapter, Factsheet, Item, introduction_text, verb_of
from lanzarote_data.identifiers import (
    ALL_PARTIES,
    citation_id,
    counted_id,
    recommendation_id,
)
from lanzarote_data.references import addresses, codes, read_reference
from lanzarote_data.tables import Row

STEP = 10
_URGENCY = re.compile(r"\*\*“(Require|Request|Invite)”\*\*:\s*(.+)")


@dataclass(frozen=True)
class Context:
    """What the rows of one factsheet share."""

    round_id: str
    party: Row
    parties: tuple[Row, ...]
    documents: tuple[Row, ...]
    factsheet_id: str
    report_id: str

    def template(self, text: str) -> str:
        """The text with ``{party}`` for the Party's name as it stands within a sentence."""
        names = [self.party["name_in_sentence"], self.party["name"]]
        pattern = "|".join(re.escape(name) for name in names)
        return re.sub(rf"\b(?:{pattern})\b", "{party}", text)


@dataclass
class Rows:
    """Rows by table while they are made; and the line of the source of each row's id."""

    by_table: dict[str, list[Row]]
    lines: dict[str, int]

    def add(self, table: str, row: dict[str, str], line: int) -> None:
        """Add a row that begins on a line of the source."""
        self.by_table.setdefault(table, []).append(row)
        self.lines[next(iter(row.values()))] = line


class RowMaker:
    """Makes the rows of one factsheet."""

    def __init__(self, factsheet: Factsheet, context: Context) -> None:
        self.factsheet = factsheet
        self.context = context
        self.footnotes = {note.number: note for note in factsheet.footnotes}
        self.unused = dict(self.footnotes)
        self.missing: list[tuple[int, int]] = []
        self.rows = Rows({}, {})

    def make(self) -> Rows:
        """All rows of the factsheet, in the order of the source."""
        self._document()
        for index, chapter in enumerate(self.factsheet.chapters, start=1):
            self._chapter(chapter, index * STEP)
            for place, item in enumerate(chapter.items, start=1):
                self._item(chapter, item, place * STEP)
        return self.rows

    def _document(self) -> None:
        report = next(
            (d for d in self.context.documents if d["document_id"] == self.context.report_id), {}
        )
        row = {
            "document_id": self.context.factsheet_id,
            "title": self.factsheet.title,
            "short_title": "",
            "round_id": self.context.round_id,
            "party_id": self.context.party["party_id"],
            "date": self.factsheet.date,
            "publisher": report.get("publisher", ""),
            "url": "",
            "rights": report.get("rights", ""),
        }
        self.rows.add("documents", row, 1)

    def _chapter(self, chapter: Chapter, position: int) -> None:
        chapter_id = f"{self.context.round_id}-{chapter.number}"
        introduction = introduction_text(chapter.introduction)
        row = {
            "chapter_id": chapter_id,
            "round_id": self.context.round_id,
            "number": chapter.number,
            "position": str(position),
            "title": chapter.title,
            "introduction": self.context.template(renumber_markers(introduction)),
            "specific_heading": self.context.template(chapter.specific_heading),
            "generic_heading": self.context.template(chapter.generic_heading),
        }
        self.rows.add("chapters", row, chapter.line)
        self._citations("chapter_id", chapter_id, introduction, chapter.line)
        for row in _urgency_rows(introduction):
            self.rows.add("urgencies", row, chapter.line)

    def _item(self, chapter: Chapter, item: Item, position: int) -> None:
        makers = {
            "recommendation": self._recommendation,
            "observation": self._observation,
            "practice": self._practice,
        }
        table, key, row = makers[item.kind](chapter, item)
        row |= {
            "text": renumber_markers(item.text),
            "document_id": self.context.factsheet_id,
            "position": str(position),
        }
        declared = {name: row.get(name, "") for name in row}
        self.rows.add(table, declared, item.line)
        self._citations(key, row[key], item.text, item.line)

    def _shared(self, chapter: Chapter, item: Item) -> dict[str, str]:
        return {
            "chapter_id": f"{self.context.round_id}-{chapter.number}",
            "party_id": self.context.party["party_id"] if item.part == "specific" else "",
            "topic": item.topic,
            "lead_in": self.context.template(item.lead_in),
            "layout": item.layout,
        }

    def _prefix(self, chapter: Chapter, party_id: str) -> str:
        return f"{self.context.round_id}-{party_id or ALL_PARTIES}-{chapter.number}"

    def _recommendation(self, chapter: Chapter, item: Item) -> tuple[str, str, dict[str, str]]:
        shared = self._shared(chapter, item)
        prefix = self._prefix(chapter, shared["party_id"])
        row_id = recommendation_id(prefix, self._first_code(item.text), self.rows.lines)
        row = {
            "recommendation_id": row_id,
            **shared,
            "scope": item.part,
            "addressing": addressing(f"{item.lead_in} {item.text}", item.part),
            "urgency": verb_of(item.lead_in) or verb_of(item.text),
        }
        return "recommendations", "recommendation_id", row

    def _observation(self, chapter: Chapter, item: Item) -> tuple[str, str, dict[str, str]]:
        prefix = self._prefix(chapter, self.context.party["party_id"])
        row_id = counted_id(prefix, "o", self.rows.lines)
        row = {"observation_id": row_id, **self._shared(chapter, item)}
        return "observations", "observation_id", row

    def _practice(self, chapter: Chapter, item: Item) -> tuple[str, str, dict[str, str]]:
        prefix = self._prefix(chapter, self.context.party["party_id"])
        row_id = counted_id(prefix, "p", self.rows.lines)
        for party_id in self._parties_of(item.text):
            row = {"practice_id": row_id, "party_id": party_id}
            self.rows.by_table.setdefault("practice_parties", []).append(row)
        shared = self._shared(chapter, item)
        row = {"practice_id": row_id, "chapter_id": shared["chapter_id"], "heading": item.heading}
        return "practices", "practice_id", row

    def _parties_of(self, text: str) -> list[str]:
        """The Party of the factsheet, and those named together with it: “Belgium and Finland”."""
        own = self.context.party
        names = {p["name_in_sentence"]: p["party_id"] for p in self.context.parties}
        any_name = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        together = re.search(rf"\b(?:{any_name})(?:(?:, | and |, and )(?:{any_name}))+\b", text)
        found = re.findall(any_name, together[0]) if together else []
        others = [names[name] for name in found if names[name] != own["party_id"]]
        return [own["party_id"], *others] if own["name_in_sentence"] in found else [own["party_id"]]

    def _first_code(self, text: str) -> str:
        for number in marker_numbers(text):
            note = self.footnotes.get(number)
            reference = read_reference(note.text) if note else None
            if reference and reference.kind == "recommendation":
                return codes(reference.locator)[0]
        return ""

    def _citations(self, key: str, row_id: str, text: str, line: int) -> None:
        for marker, number in enumerate(marker_numbers(text), start=1):
            note = self.footnotes.get(number)
            if note is None:
                self.missing.append((number, line))
                continue
            self.unused.pop(number, None)
            self.rows.add("citations", self._citation(key, row_id, str(marker), note), note.line)

    def _citation(self, key: str, row_id: str, marker: str, note: Footnote) -> dict[str, str]:
        reference = read_reference(note.text)
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
            "document_id": self.context.report_id if into_report else self._named(note.text),
            "url": " ".join(a for a in addresses(note.text) if a.startswith("http")),
        }

    def _named(self, text: str) -> str:
        """The one document that a footnote names by its title or short title; else empty."""
        named = {
            document["document_id"]
            for document in self.context.documents
            for name in (document["short_title"], document["title"])
            if name and name in text
        }
        return named.pop() if len(named) == 1 else ""


def addressing(text: str, part: str) -> str:
    """Whom a recommendation addresses: ``conditional``, ``named`` or ``all``.

    >>> addressing("requests those Parties that are not already doing so", "generic")
    'conditional'
    """
    if "not already doing so" in text:
        return "conditional"
    return "named" if part == "specific" and "all Parties" not in text else "all"


def _urgency_rows(introduction: str) -> Iterator[dict[str, str]]:
    """The levels of urgency that an introduction defines, most urgent first."""
    for rank, (name, meaning) in enumerate(_URGENCY.findall(introduction), start=1):
        plain = re.sub(r"<sup>.*?</sup>", "", meaning).rstrip(";. ")
        yield {"urgency": name.lower(), "rank": str(rank), "meaning": plain}
