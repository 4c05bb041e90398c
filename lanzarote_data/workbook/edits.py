"""Read a workbook as two sides of a merge: its rows as they were exported, and as they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lanzarote_data.model.package import CITATIONS, Package
from lanzarote_data.model.problems import Problem, error
from lanzarote_data.model.tables import Key, Row, Source, Table, Tables, key_text
from lanzarote_data.store.history import History
from lanzarote_data.store.tables import withdrawn_ids
from lanzarote_data.text.addressed import addressing
from lanzarote_data.text.ids import citation_id
from lanzarote_data.text.references import read_reference
from lanzarote_data.text.rounds import report_of
from lanzarote_data.text.targets import cited_rows
from lanzarote_data.workbook.identify import Identified, identify
from lanzarote_data.workbook.new_rows import Cell, Names, NewRow, Numbering
from lanzarote_data.workbook.read import WorkbookContent, read_workbook
from lanzarote_data.workbook.returned import read_returned
from lanzarote_data.workbook.rows import SheetContent, SheetRow

CHOICE = "filed_as"
_GENERIC = "generic recommendation"
_NOTE = re.compile(r"\[\^([0-9]+)\]: (.+)")
_SHARED = ("document_id", "chapter_id", "text", "lead_in", "position")
_LAST = 10_000_000  # more than a sheet has lines: rows of a work list come after all others


@dataclass(frozen=True)
class Edits:
    """What a person made of a workbook; both sides hold the workbook’s part of the tables only.

    ``corrections`` are the texts that some cells should have, where that is certain.
    """

    content: WorkbookContent
    theirs: Tables
    problems: tuple[Problem, ...]
    corrections: Mapping[Cell, str] = field(default_factory=dict)

    @property
    def base(self) -> Tables:
        """The rows that the workbook was made with."""
        return self.content.base.tables


def read_edits(
    path: Path, ours: Tables, gone: frozenset[str] = frozenset(), history: History | None = None
) -> Edits:
    """Read a workbook, identify its rows, and give new ones their ids.

    ``gone`` are ids that no new row gets, since rows that had them have just been deleted. In the
    ``history`` are the rows as which new ones were imported before.

    :raises WorkbookError: the file cannot be used.
    """
    content = read_workbook(path, ours)
    history = history or History()
    withdrawn = withdrawn_ids(ours.package) | gone | history.added
    base = content.base
    if base.view.asks_for:
        made, theirs, problems = read_returned(content, ours, withdrawn, history)
        return Edits(replace(content, base=replace(base, tables=made)), theirs, problems)
    earlier = history.added_by(base.digest, even_undone=True)
    undone = _ids(earlier, ours) - _ids(history.added_by(base.digest), ours)
    numbering = Numbering(base.view, ours, base.tables, withdrawn, earlier, undone)
    return _as_left(content, ours, numbering)


def _ids(rows: Mapping[str, list[Row]], ours: Tables) -> frozenset[str]:
    return frozenset(key_text(ours[name].key(row)) for name in rows for row in rows[name])


def _as_left(content: WorkbookContent, ours: Tables, numbering: Numbering) -> Edits:
    """The workbook's tables as the person left them, with what is wrong with their rows."""
    base, sheets = content.base.tables, content.sheets
    found = {name: identify(sheet, base[name], ours[name]) for name, sheet in sheets.items()}
    identified = {name: rows for name, rows in found.items() if not rows.is_misaligned}
    new = [
        NewRow(name, dict(row.texts), row.row_id or row.shown_id, row.line, sheets[name].place(row))
        for name, rows in identified.items()
        for row in rows.new
    ]
    waiting = [
        one
        for name, rows in identified.items()
        if ours[name].resource.is_worklist
        for one in filed(sheets[name], rows, ours, base)
    ]
    names = Names(ours.package, sheets, new)
    misnamed = names.problems()
    numbered = iter(numbering.number([*new, *(row for row, _ in waiting)]))
    by_line = {(row.table, row.line): next(numbered) for row in new}
    theirs = {
        name: _table(sheets[name], rows, base[name], by_line, numbering)
        for name, rows in identified.items()
    }
    for (row, source), texts in zip(waiting, numbered, strict=True):
        table = theirs.get(row.table, base[row.table])
        sources = [*table.sources, source] if len(table.sources) == len(table.rows) else ()
        theirs[row.table] = Table(table.resource, [*table.rows, texts], sources)
    problems = [
        *content.problems,
        *(problem for rows in found.values() for problem in rows.problems),
        *numbering.problems,
        *misnamed,
        *(problem for table in theirs.values() for problem in _duplicated_keys(table)),
    ]
    tables = Tables(ours.package, {**base, **theirs}.values())
    return Edits(content, tables, tuple(problems), names.corrections)


def _table(
    content: SheetContent,
    rows: Identified,
    base: Table,
    numbered: Mapping[tuple[str, int], Row],
    numbering: Numbering,
) -> Table:
    """A table as the person left it, each row with its place in the sheet."""
    resource = content.resource
    kept = {key: row for key, row in rows.kept.items() if not is_filed(content, row)}
    found = [*kept.values(), *rows.new]
    texts = [
        row.texts
        if row.untouched
        else {**base.by_key[key], **numbering.resolved(resource, row.texts)}
        for key, row in kept.items()
    ]
    texts += [numbered[resource.name, row.line] for row in rows.new]
    if any(problem.code == "unknown-id" for problem in rows.problems):
        # The row is there, under an id that was written over: it is not deleted too.
        lost = [key for key in base.by_key if key not in rows.kept]
        texts += [base.by_key[key] for key in lost]
        found += [SheetRow(content.header_row, key_text(key), "", {}) for key in lost]
    if resource.name == CITATIONS:
        texts = _renumbered(texts, numbering.ours.package)
    return Table(resource, texts, [content.source(row.line) for row in found])


def _renumbered(notes: list[Row], package: Package) -> list[Row]:
    """The footnotes with the ids that follow from their row and marker, where these are free.

    When a footnote is deleted, those after it get its number, and with it its id.
    """
    own = [note["citation_id"] for note in notes]
    wanted = [_citation_id(note, package) for note in notes]
    times, leaving = Counter(wanted), dict(zip(own, wanted, strict=True))
    return [
        {**note, "citation_id": after}
        if before != after and times[after] == 1 and leaving.get(after) != after
        else note
        for note, before, after in zip(notes, own, wanted, strict=True)
    ]


def _citation_id(row: Row, package: Package) -> str:
    parent = package.parent_of(row)[1]
    is_counted = parent and row["marker"].isdecimal() and row["marker"] != "0"
    return citation_id(parent, row["marker"]) if is_counted else row["citation_id"]


def _duplicated_keys(table: Table) -> Iterator[Problem]:
    """A problem for each row that would take the id of another row of the workbook."""
    first: dict[Key, int] = {}
    for index, row in enumerate(table.rows):
        key = table.key(row)
        earlier = first.setdefault(key, index)
        if earlier != index:
            other = table.location(earlier).source
            message = f"This row would have the id {key_text(key)}, which the row at {other} has."
            hint = "Delete one of the two; or, if it is a footnote, give it a marker of its own."
            yield error("doubled-key", table.location(index), message, hint)


def filed(
    content: SheetContent, rows: Identified, ours: Tables, base: Tables
) -> Iterator[tuple[NewRow, Source]]:
    """The rows that filed texts of a work list become, and where these texts are in its sheet.

    ``base`` are the rows of the workbook.
    """
    for key, row in rows.kept.items():
        if is_filed(content, row):
            maker = _Maker(content, key[0], row, ours, base)
            new = maker.footnote() if row.texts[CHOICE] == "footnote" else maker.item()
            yield from ((one, content.source(row.line)) for one in new)


def is_filed(content: SheetContent, row: SheetRow) -> bool:
    """Whether a row of a work list says what its text is, in a word that there is."""
    if not content.resource.is_worklist:
        return False
    return row.texts.get(CHOICE, "") in content.resource.field(CHOICE).constraints.enum


class _Maker:
    """Makes the new rows of one text; ``name`` stands for the id of its item."""

    def __init__(
        self, content: SheetContent, name: str, row: SheetRow, ours: Tables, base: Tables
    ) -> None:
        self.place = content.place(row)
        self.line = _LAST + row.line
        self.name = name
        self.texts: Mapping[str, str] = {"document_id": "", **row.texts}
        self.ours = ours
        self.base = base
        document = ours.find("documents", self.texts["document_id"]) or {}
        self.party_id = document.get("party_id", "")
        self.report = report_of(ours, document.get("round_id", "")) or {}

    def item(self) -> Iterator[NewRow]:
        """The item, its footnotes, and the Party of a practice."""
        texts, kind = self.texts, self.texts[CHOICE]
        shared = {name: texts.get(name, "") for name in _SHARED}
        shared["layout"] = "bullet" if shared["lead_in"].endswith(":") else "paragraph"
        if kind == "practice":
            shared["heading"] = shared["lead_in"]
            yield self._new(
                "practice_parties", {"practice_id": self.name, "party_id": self.party_id}
            )
        if kind.endswith("recommendation"):
            scope = "generic" if kind == _GENERIC else "specific"
            shared |= {
                "scope": scope,
                "urgency": texts.get("urgency", ""),
                "addressing": addressing(f"{shared['lead_in']} {shared['text']}", scope),
            }
        table = f"{kind.removeprefix('generic ')}s"
        fixed = {"scope": "generic", "party_id": ""} if kind == _GENERIC else {}
        yield self._new(table, shared, fixed)
        key = self.ours[table].resource.primary_key[0]
        for line in texts.get("footnotes", "").split("\n"):
            if note := _NOTE.fullmatch(line.strip()):
                yield from self._citation(key, self.name, note[1], note[2])

    def footnote(self) -> Iterator[NewRow]:
        """The footnote of a row that is there already, with its next number."""
        owner = self.texts.get("belongs_to", "")
        parents = self.ours.package.parents
        keys = [key for key, r in parents.items() if self.ours.find(r.name, owner)]
        key = next(iter(keys), "recommendation_id")
        others = [row for row in self.base.rows(CITATIONS) if row[key] == owner]
        yield from self._citation(key, owner, str(len(others) + 1), self.texts.get("text", ""))

    def _citation(self, key: str, owner: str, marker: str, text: str) -> Iterator[NewRow]:
        """A footnote, and what it is the first to cite of the report."""
        found = read_reference(text)
        into_report = found.kind in ("paragraph", "recommendation")
        of_round = {n: self.report.get(n, "") for n in ("round_id", "document_id")}
        told = {n: self.texts.get(n, "") for n in ("chapter_id", "urgency")}
        for table, row_id, row in cited_rows(found.locator, of_round, told):
            if table in self.ours and self.ours.find(table, row_id) is None:
                yield self._new(table, dict(row))
        note = {
            key: owner,
            "marker": marker,
            "kind": found.kind,
            "locator": found.locator,
            "text": text,
            "document_id": self.report.get("document_id", "") if into_report else "",
        }
        yield self._new(CITATIONS, note)

    def _new(self, table: str, texts: dict[str, str], fixed: Mapping[str, str] = {}) -> NewRow:
        return NewRow(table, texts, self.name, self.line, self.place, fixed)
