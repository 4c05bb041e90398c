"""Workbooks taken into the tables: read, told apart, merged, validated, written all or none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from lanzarote_data.model.changes import Change, difference
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.merge import Choices, Conflict, MergeResult, merge
from lanzarote_data.model.package import Package
from lanzarote_data.model.problems import Location, Problem, error, has_errors
from lanzarote_data.model.tables import Key, Row, Source, Table, Tables, key_text
from lanzarote_data.store.lock import locked
from lanzarote_data.store.tables import read_sound_tables, withdrawn_ids, write_tables
from lanzarote_data.validate.package import validate_tables
from lanzarote_data.workbook.choices import settled
from lanzarote_data.workbook.content import SheetContent, WorkbookContent
from lanzarote_data.workbook.identify import Identified, identify
from lanzarote_data.workbook.layout import PROVISIONAL, rows_of
from lanzarote_data.workbook.new_rows import NewRow, Numbering
from lanzarote_data.workbook.read import persons_sheets, read_workbook

Place = tuple[str, Key]
"""A row: the name of its table, and its key."""

Pointer = tuple[str, str, str]
"""A cell that names a row of another table: the name of its own table, the id of its row, and its
field."""


@dataclass(frozen=True)
class Edits:
    """What a person made of a workbook: the rows as they were made, and as they are now.

    Both hold the workbook’s part of the tables only. ``problems`` says what cannot be taken.
    """

    content: WorkbookContent
    theirs: Tables
    problems: tuple[Problem, ...]

    @property
    def base(self) -> Tables:
        """The rows that the workbook was made with."""
        return self.content.base.tables


@dataclass(frozen=True)
class Outcome:
    """What an import did or would do.

    ``applied`` is whether the tables were written; ``changes`` is what changed, or would change,
    against the tables before.
    """

    applied: bool
    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]
    problems: tuple[Problem, ...]

    @property
    def refused(self) -> bool:
        """Whether conflicts or errors stand in the way."""
        return bool(self.conflicts) or has_errors(self.problems)


def import_workbooks(
    package: Package, paths: Sequence[Path], settle: Choices = None, dry_run: bool = False
) -> Outcome:
    """Take the edits of workbooks into the tables, all of them or none.

    :raises LanzaroteError: a workbook cannot be used, or the tables cannot be read or written.
    """
    with nullcontext() if dry_run else locked(package):
        tables = read_sound_tables(package)
        outcome, merged = merge_workbooks(tables, paths, settle)
        applied = not dry_run and not outcome.refused
        if applied and outcome.changes:
            write_tables(package, merged)
    return Outcome(applied, outcome.changes, outcome.conflicts, outcome.problems)


def merge_workbooks(
    tables: Tables, paths: Sequence[Path], settle: Choices = None
) -> tuple[Outcome, Tables]:
    """What importing the workbooks, one after the other, makes of the tables; writes nothing."""
    merged = tables = tables.in_order()
    conflicts: list[Conflict] = []
    problems: list[Problem] = []
    sides = [tables]
    gone: frozenset[str] = frozenset()
    for path in paths:
        result, found, places = _merged(path, merged, gone, settle)
        conflicts += result.conflicts
        problems += found
        gone |= {key_text(c.key) for c in result.changes if c.kind == "removed"}
        sides.insert(0, places)
        merged = result.tables
    changes = difference(tables, merged)
    if changes:
        problems += _faults(_placed(merged, sides), changes)
    return Outcome(False, changes, tuple(conflicts), tuple(problems)), merged


def _merged(
    path: Path, ours: Tables, gone: frozenset[str], settle: Choices
) -> tuple[MergeResult, tuple[Problem, ...], Tables]:
    """A workbook merged into the tables: what comes of it, its problems, the places of its rows.

    Of the workbook itself nothing stays, so that there is never more than one in memory.
    """
    edits = read_edits(path, ours, gone)
    chosen = settle or settled(edits.content.choices, ours)
    result = merge(ours.package, edits.base, ours, edits.theirs, chosen)
    return result, edits.problems, Tables(ours.package, map(_only_keys, edits.theirs.values()))


def _only_keys(table: Table) -> Table:
    """The keys of a table and the places of its rows."""
    names = table.resource.primary_key
    rows = ({name: row[name] for name in names} for row in table.rows)
    return Table(table.resource, rows, table.sources)


def check_workbook(package: Package, path: Path) -> list[Problem]:
    """Everything that stands in the way of importing a workbook, and what is uncertain in it."""
    tables = read_sound_tables(package)
    outcome, _ = merge_workbooks(tables, [path])
    return [*outcome.problems, *(conflict_problem(conflict) for conflict in outcome.conflicts)]


def read_edits(path: Path, ours: Tables, gone: frozenset[str] = frozenset()) -> Edits:
    """Read a workbook, and tell what its person made of each row.

    ``gone`` are ids that no new row gets, since rows that had them have just been taken away.

    :raises WorkbookError: the file cannot be used.
    """
    content = read_workbook(path, ours)
    base = content.base.tables
    problems = list(content.problems)
    found = {n: identify(s, base[n], ours[n]) for n, s in content.sheets.items()}
    for identified in found.values():
        problems += identified.problems
    told = {name: identified for name, identified in found.items() if not identified.cut_loose}
    new = [
        NewRow(
            name,
            dict(row.texts),
            row.row_id or row.shown_id,
            row.line,
            content.sheets[name].place(row),
        )
        for name, identified in told.items()
        for row in identified.new
    ]
    numbering = Numbering(content.base.view, ours, base, withdrawn_ids(ours.package) | gone)
    added = {(row.table, row.line): texts for row, texts in numbering.number(new)}
    problems += numbering.problems
    problems += _doubled_names(new)
    theirs = [
        _their_table(content.sheets[name], told[name], base[name], added, numbering)
        for name in told
    ]
    untouched = [base[name] for name in base if name not in told]
    problems += [problem for table in theirs for problem in _doubled_keys(table)]
    return Edits(content, Tables(ours.package, [*theirs, *untouched]), tuple(problems))


def _doubled_names(new: list[NewRow]) -> Iterator[Problem]:
    """A problem for each new row that has the name of another, such as ``new 1``."""
    seen: set[tuple[str, str]] = set()
    for row in new:
        if row.name in PROVISIONAL and (row.table, row.name) in seen:
            message = f"Two new rows are called {row.name}, so that nobody can tell them apart."
            hint = "Call one of them by another number, here and in the sheets that point to it."
            yield error("doubled-name", row.place, message, hint)
        seen.add((row.table, row.name))


def _doubled_keys(table: Table) -> Iterator[Problem]:
    """A problem for each row that would take the id of another row of the workbook."""
    if len(table.by_key) == table.count:
        return
    first: dict[Key, int] = {}
    for index, key in enumerate(table.columns(table.resource.primary_key)):
        earlier = first.setdefault(key, index)
        if earlier != index:
            other = table.location(earlier).source
            message = f"This row would have the id {key_text(key)}, which the row at {other} has."
            hint = "Delete one of the two; or, if it is a footnote, give it a marker of its own."
            yield error("doubled-key", table.location(index), message, hint)


def _their_table(
    content: SheetContent,
    told: Identified,
    base: Table,
    added: Mapping[tuple[str, int], Row],
    numbering: Numbering,
) -> Table:
    """A table as the person left it, each row with its place in the sheet."""
    rows = [
        row.texts
        if row.untouched
        else {**base.by_key[key], **numbering.resolved(content.resource, row.texts)}
        for key, row in told.kept.items()
    ]
    rows += [added[content.resource.name, row.line] for row in told.new]
    read = (*told.kept.values(), *told.new)
    sources = [Source(content.name, row.line, content.letters) for row in read]
    return Table(content.resource, rows, sources)


def _faults(tables: Tables, changes: Sequence[Change]) -> list[Problem]:
    """What is wrong with the merged tables.

    A row that was deleted while others that stay point to it is told once, not for each of them;
    an id that cannot be made since the chapter is missing is not told beside the missing chapter.
    """
    told: list[Problem] = []
    pointing: set[Pointer] = set()
    gone = {(c.resource, c.key): c for c in changes if c.kind == "removed"}
    for place, pointers in _pointing_to(tables, gone).items():
        pointing.update(pointers)
        told.append(_needed(tables, gone[place], [row_id for _, row_id, _ in pointers]))
    found = validate_tables(tables)
    echoes = {p for p in found if p.code == "dangling-reference" and _pointer(p) in pointing}
    echoes |= _made_up(found, changes, tables)
    return told + [problem for problem in found if problem not in echoes]


def _pointer(problem: Problem) -> Pointer:
    return problem.location.resource, problem.location.key, problem.location.field


def _made_up(found: list[Problem], changes: Iterable[Change], tables: Tables) -> set[Problem]:
    """The faults of ids that new rows got here, where what they are made of is at fault itself."""
    new = {(c.resource, key_text(c.key)) for c in changes if c.kind == "added"}
    ids = {
        problem
        for problem in found
        if problem.code == "wrong-pattern"
        and (problem.location.resource, problem.location.key) in new
        and not (resource := tables[problem.location.resource].resource).typed_id
        and problem.location.field in resource.primary_key
    }
    others = {(p.location.resource, p.location.key) for p in found if p not in ids}
    return {p for p in ids if (p.location.resource, p.location.key) in others}


def _needed(tables: Tables, change: Change, needed_by: list[str]) -> Problem:
    place = tables[change.resource].location_of(change.key)
    named = ", ".join(needed_by[:8]) + (" …" if len(needed_by) > 8 else "")
    message = f"{key_text(change.key)} was deleted, but these rows belong to it: {named}."
    return error("deleted-but-needed", place, message, "Delete them too, or keep the row.")


def _pointing_to(tables: Tables, gone: Collection[Place]) -> dict[Place, list[Pointer]]:
    """The cells that point to rows that are gone, by what they point to."""
    found: dict[Place, list[Pointer]] = {}
    for table in tables.values() if gone else ():
        for reference in table.resource.foreign_keys:
            for index, key in enumerate(table.columns(reference.fields)):
                if (reference.resource, key) in gone:
                    row_id = key_text(table.key(table.rows[index]))
                    pointer = (table.resource.name, row_id, reference.fields[0])
                    found.setdefault((reference.resource, key), []).append(pointer)
    return {place: found[place] for place in gone if place in found}


def _placed(tables: Tables, sides: Sequence[Tables]) -> Tables:
    """The tables with the places of their rows: on the first of the sides that has each."""
    placed = []
    for name, table in tables.items():
        places: dict[Key, Source] = {}
        for side in reversed(sides):
            places.update(zip(side[name].rank, side[name].sources, strict=False))
        known = places.keys() >= table.rank.keys()  # tables may come from memory
        sources = [places[key] for key in table.rank] if known else ()
        placed.append(Table(table.resource, table.rows, sources))
    return Tables(tables.package, placed)


def conflict_problem(conflict: Conflict) -> Problem:
    """A conflict as a problem, for lists of everything that stands in the way."""
    where = Location(
        conflict.resource, key_text(conflict.key), conflict.field or "", conflict.source
    )
    what = "this row" if conflict.field is None else "this cell"
    message = f"Somebody else changed {what} too since the workbook was made."
    return error(
        "conflict",
        where,
        message,
        "Choose one of the two in the sheet Conflicts.",
    )


@dataclass(frozen=True)
class Standing:
    """How a workbook stands to the tables: what was edited in it, and whether they moved on.

    ``additions`` says that somebody put in columns, sheets or notes of their own.
    """

    state: str
    changed_cells: int = 0
    added_rows: int = 0
    deleted_rows: int = 0
    reason: str = ""
    additions: bool = False


def standing(path: Path, ours: Tables) -> Standing:
    """How a workbook stands to the tables; ``unreadable``, with the reason, is a state too."""
    try:
        edits = read_edits(path, ours)
    except LanzaroteError as reason:
        return Standing("unreadable", reason=str(reason))
    result = merge(ours.package, edits.base, ours, edits.theirs)
    made = difference(edits.base, edits.theirs)
    open_edits = bool(result.changes or result.conflicts) or has_errors(edits.problems)
    behind = bool(difference(edits.base, rows_of(ours, edits.content.base.view)))
    words = {(False, False): "unchanged", (True, False): "edited", (False, True): "behind"}
    state = words.get((open_edits, behind), "edited-and-behind")
    kinds = [change.kind for change in made] if open_edits else []
    counts = (kinds.count("changed"), kinds.count("added"), kinds.count("removed"))
    return Standing(state, *counts, additions=_has_additions(edits))


def _has_additions(edits: Edits) -> bool:
    """Whether a workbook holds something that is a person’s own and is not read."""
    own = {"added-column", "added-sheet", "above-header"}
    if any(problem.code in own for problem in edits.problems):
        return True
    return any(grid.has_notes for grid in persons_sheets(edits.content.grids))
