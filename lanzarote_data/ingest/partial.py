"""Put aside what is not certain: a work list from which a person files it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from lanzarote_data.ingest.blocks import Block
from lanzarote_data.ingest.compare import Compared, applied, compare
from lanzarote_data.ingest.notation import renumber_markers, words
from lanzarote_data.ingest.rows import RowMaker
from lanzarote_data.model.changes import Change
from lanzarote_data.model.errors import SourceError
from lanzarote_data.model.package import CITATIONS
from lanzarote_data.model.problems import Problem
from lanzarote_data.text.ids import counted_id
from lanzarote_data.text.items import Items, grouped
from lanzarote_data.text.references import markers
from lanzarote_data.validate.package import validate_tables

_UNCERTAIN = {
    "two-verbs",
    "unclear-verb",
    "unknown-verb",
    "merged-points",
    "observation-cites-recommendation",
    "practice-cites-recommendation",
    "empty-recommendation",
}
"""Warnings by which a row is perhaps not what it was read as."""
_OF_FOOTNOTES = {"footnote-missing", "marker-missing", "marker-in-lead-in", "not-placed"}
_CELLS = ("chapter_id", "urgency", "lead_in", "text")
_HINT = "It was put into the sheet To file of the Party’s workbook."


@dataclass(frozen=True)
class Waiting:
    """A text that is put aside: the line where it is in the source, and the cells of its row."""

    line: int
    reason: str
    cells: Mapping[str, str]


class Partial:
    """What of a factsheet is certain, and what is put aside."""

    def __init__(self, maker: RowMaker) -> None:
        self.tables = maker.context.tables
        worklists = [t.resource.name for t in self.tables.values() if t.resource.is_worklist]
        if not worklists:
            raise SourceError(
                "The package has no table for texts that wait to be filed.",
                "Ingest without --partial.",
            )
        self.worklist = worklists[0]
        self.factsheet = maker.factsheet
        self.maker = maker
        self.rows = maker.rows
        self.known = Items(self.tables).by_id
        self.waiting: dict[str, Waiting] = {}

    def put_aside(
        self, compared: Compared, problems: Iterable[Problem], keep_stored: bool
    ) -> list[Change]:
        """Put aside the items that problems are about, and those with which the tables are wrong.

        What the rest changes is given back.
        """
        changes, found = compared.changes, list(problems)
        while self._put_aside(found):
            changes = compare(self.maker.context, self.rows, keep_stored).changes
            checked = validate_tables(applied(self.tables, changes), quick=True)
            found = [problem for problem in checked if problem.severity == "error"]
        return changes

    def _put_aside(self, problems: Iterable[Problem]) -> bool:
        """Put aside the items that problems are about; whether there are more of them now."""
        before = len(self.waiting)
        of_problems = ((row_id, p.message) for p in problems for row_id in self._items_of(p))
        for row_id, reason in (*of_problems, *self._without_footnotes()):
            if row_id not in self.waiting:
                self.waiting[row_id] = self._of_item(row_id, reason)
        self.rows = self.maker.rows.without(self.waiting)
        return len(self.waiting) > before

    def changes(self, taken: Iterable[str]) -> Iterator[Change]:
        """The rows of the work list: what it does not have yet, and nobody has filed."""
        context, table = self.maker.context, self.tables[self.worklist]
        here = {(row["document_id"], row["text"]) for row in table.rows}
        known = {tuple(words(item.row["text"])) for item in self.known.values()}
        ids = {*taken, *(key[0] for key in table.by_key)}
        waiting = (*self.waiting.values(), *self._unplaced(), *self._footnotes())
        places = self._places()
        for one in sorted(waiting, key=lambda one: one.line):
            text, document_id = one.cells["text"], context.edition.document_id
            if (document_id, text) in here or tuple(words(text)) in known:
                continue
            row_id = counted_id(f"{context.round_id}-{context.party['party_id']}-t", ids)
            ids.add(row_id)
            told = {"to_file_id": row_id, "document_id": document_id, "reason": one.reason}
            told |= {"place": self.factsheet.source.place(one.line), **one.cells}
            if chapter_id := one.cells.get("chapter_id", ""):
                told["position"] = _between(places.setdefault(chapter_id, []), one.line)
            row = {n: told.get(n, "") for n in table.resource.field_names}
            yield Change(self.worklist, (row_id,), None, None, row)

    def stated(self) -> set[str]:
        """The ids of items that the source has, or whose words it has without a place."""
        lost = {tuple(words(block.text)) for block in self.factsheet.unplaced}
        filed = {
            row_id for row_id, item in self.known.items() if tuple(words(item.row["text"])) in lost
        }
        return {*self.maker.rows.lines, *filed}

    def told(self, problems: Iterable[Problem]) -> Iterator[Problem]:
        """The problems; those of what was put aside are warnings that say where it is."""
        for problem in problems:
            is_aside = problem.code in _OF_FOOTNOTES or any(self._items_of(problem))
            yield replace(problem, severity="warning", hint=_HINT) if is_aside else problem

    def _items_of(self, problem: Problem) -> Iterable[str]:
        """The ids of the items that a problem is about."""
        if problem.severity == "warning" and problem.code not in _UNCERTAIN:
            return ()
        owner = self.maker.rows.owners.get(problem.location.key, problem.location.key)
        is_item = owner in self.maker.rows.items
        return [owner] if is_item else self._by_place.get(problem.location.source, ())

    @cached_property
    def _by_place(self) -> dict[str, list[str]]:
        """The ids of the items by their place in the source."""
        lines, source = self.maker.rows.lines, self.factsheet.source
        return grouped(self.maker.rows.items, lambda row_id: source.place(lines[row_id]))

    def _without_footnotes(self) -> Iterator[tuple[str, str]]:
        """The items with a marker that has no footnote, or with one in their lead-in."""
        by_line = grouped(self.maker.rows.items, self.maker.rows.lines.__getitem__)
        for reason, found in (
            ("There is no footnote {}.", self.maker.missing),
            ("Its lead-in has the marker of footnote {}.", self.maker.in_lead_ins),
        ):
            for number, line in found:
                for row_id in by_line.get(line, ()):
                    yield row_id, reason.format(number)

    def _of_item(self, row_id: str, reason: str) -> Waiting:
        row = self.maker.rows.items[row_id]
        footnotes = [
            f"[^{c['marker']}]: {c['text']}"
            for c in self.maker.rows.by_table.get(CITATIONS, ())
            if self.maker.rows.owners[c["citation_id"]] == row_id
        ]
        cells = {name: row.get(name, "") for name in _CELLS}
        cells["lead_in"] = cells["lead_in"] or row.get("heading", "")
        cells["footnotes"] = "\n".join(footnotes)
        return Waiting(self.maker.rows.lines[row_id], reason, cells)

    def _unplaced(self) -> Iterator[Waiting]:
        """The texts without a place, with their footnotes and their chapter."""
        for block in self.factsheet.unplaced:
            notes = [self.maker.footnotes.get(number) for number in markers(block.text)]
            texts = [f"[^{n}]: {note.text}" for n, note in enumerate(notes, 1) if note]
            cells = {
                "text": renumber_markers(block.text),
                "footnotes": "\n".join(texts),
                "chapter_id": self._chapter(block),
                "urgency": self.maker.context.verbs.urgency_of(block.text),
            }
            yield Waiting(block.line, "No place was found for it.", cells)

    def _chapter(self, block: Block) -> str:
        before = [c.number for c in self.factsheet.chapters if c.line <= block.line]
        return f"{self.maker.context.round_id}-{before[-1]}" if before else ""

    def _places(self) -> dict[str, list[tuple[int, int]]]:
        """The lines and positions of the rows of each chapter that are not put aside."""
        known, document_id = self.known, self.maker.context.edition.document_id
        found: dict[str, list[tuple[int, int]]] = {}
        for row_id, row in self.rows.items.items():
            stored = known[row_id].row if row_id in known else row
            is_here = stored["document_id"] == document_id
            if row_id not in self.waiting:
                place = int((stored if is_here else row)["position"])
                found.setdefault(row["chapter_id"], []).append((self.rows.lines[row_id], place))
        return found

    def _footnotes(self) -> Iterator[Waiting]:
        """The footnotes that no text has; those of a text without a place are with it."""
        filed = self._filed_footnotes()
        for note in self.maker.unused:
            is_first = note == self.maker.footnotes[note.number]
            if note.number in self.factsheet.lost_notes and is_first:
                continue
            if filed[note.text] > 0:
                filed[note.text] -= 1
            else:
                reason = f"No text has the marker of footnote {note.number}."
                yield Waiting(note.line, reason, {"text": note.text})

    def _filed_footnotes(self) -> Counter[str]:
        """How many footnotes of each text the tables have that the items of the source have not."""
        document_id, keys = self.maker.context.edition.document_id, self.tables.package.parents
        owners = {i for i, item in self.known.items() if item.row["document_id"] == document_id}
        owners |= set(self.maker.rows.owners.values())
        stored = Counter(
            row["text"]
            for row in self.tables.rows(CITATIONS)
            if any(row[key] in owners for key in keys)
        )
        stored.subtract(row["text"] for row in self.maker.rows.by_table.get(CITATIONS, ()))
        lost = map(self.maker.footnotes.get, self.factsheet.lost_notes)
        stored.subtract(note.text for note in lost if note)
        return stored


def _between(places: list[tuple[int, int]], line: int) -> str:
    """A free position after the rows before a line, which is used from then on."""
    place = max((place for at, place in places if at <= line), default=0) + 1
    while place in {used for _, used in places}:
        place += 1
    places.append((line, place))
    return str(place)
