"""Read a workbook as two sides of a merge: its rows as they were exported, and as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lanzarote_data.model.package import CITATIONS, Package
from lanzarote_data.model.problems import Problem, error
from lanzarote_data.model.tables import Key, Row, Table, Tables, key_text
from lanzarote_data.store.history import History
from lanzarote_data.store.tables import withdrawn_ids
from lanzarote_data.text.ids import citation_id
from lanzarote_data.workbook.filing import filed, is_filed
from lanzarote_data.workbook.identify import Identified, identify
from lanzarote_data.workbook.new_rows import Cell, Names, NewRow, Numbering
from lanzarote_data.workbook.read import WorkbookContent, read_workbook
from lanzarote_data.workbook.returned import read_returned
from lanzarote_data.workbook.rows import SheetContent, SheetRow


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
        form = read_returned(content, ours, withdrawn, history)
        content = replace(content, base=replace(base, tables=form.base))
        return Edits(content, form.theirs, form.problems)
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
    new = [_new_row(sheets[name], row) for name, rows in identified.items() for row in rows.new]
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


def _new_row(content: SheetContent, row: SheetRow) -> NewRow:
    name = row.row_id or row.shown_id
    return NewRow(content.resource.name, dict(row.texts), name, row.line, content.place(row))


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
