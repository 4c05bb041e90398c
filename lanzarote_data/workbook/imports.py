"""Import workbooks into the tables: read, merged, validated, and written all or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from lanzarote_data.model.changes import Change, difference
from lanzarote_data.model.merge import Choices, Conflict, MergeResult, merge
from lanzarote_data.model.package import Package
from lanzarote_data.model.problems import Location, Problem, error, has_errors
from lanzarote_data.model.tables import Tables, key_text
from lanzarote_data.store.lock import locked
from lanzarote_data.store.tables import read_sound_tables, write_tables
from lanzarote_data.text.targets import with_targets
from lanzarote_data.workbook.choices import settled
from lanzarote_data.workbook.edits import Edits, read_edits
from lanzarote_data.workbook.merged import merged_problems, with_places


@dataclass(frozen=True)
class MergedWorkbook:
    """A workbook, the tables that it was merged into, and what came of it.

    ``problems`` are those of its own cells and of its rows in the merged tables.
    """

    path: Path
    ours: Tables
    edits: Edits
    result: MergeResult
    problems: tuple[Problem, ...]

    @property
    def is_refused(self) -> bool:
        """Whether it has conflicts or errors."""
        return bool(self.result.conflicts) or has_errors(self.problems)

    @cached_property
    def rows(self) -> frozenset[tuple[str, str]]:
        """The rows that it has, and those that it deletes: table, and key as text."""
        there = ((t.resource.name, key_text(k)) for t in self.edits.theirs.values() for k in t.rank)
        changed = ((c.resource, key_text(c.key)) for c in self.result.changes)
        return frozenset((*there, *changed))


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
    workbooks: tuple[MergedWorkbook, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether conflicts or errors prevent the import."""
        return bool(self.conflicts) or has_errors(self.problems)


def import_workbooks(
    package: Package, paths: Sequence[Path], settle: Choices = None, dry_run: bool = False
) -> Outcome:
    """Import the edits of workbooks into the tables, all of them or none.

    :raises LanzaroteError: a workbook cannot be used, or the tables cannot be read or written.
    """
    with nullcontext() if dry_run else locked(package):
        outcome, merged = merge_workbooks(read_sound_tables(package), paths, settle)
        applied = not dry_run and not outcome.refused
        if applied and outcome.changes:
            write_tables(package, merged)
    return replace(outcome, applied=applied)


def merge_workbooks(
    tables: Tables, paths: Sequence[Path], settle: Choices = None
) -> tuple[Outcome, Tables]:
    """Merge workbooks, one after the other, into the tables in memory.

    :returns: the outcome, and the merged tables.
    """
    merged = tables = tables.in_order()
    workbooks: list[MergedWorkbook] = []
    for path in paths:
        workbooks.append(_merged(path, merged, workbooks, settle))
        merged = workbooks[-1].result.tables
    changes = difference(tables, merged)
    sides = [*(workbook.edits.theirs for workbook in reversed(workbooks)), tables]
    faults = merged_problems(with_places(merged, sides), changes) if changes else []
    outcome = Outcome(
        applied=False,
        changes=changes,
        conflicts=tuple(c for workbook in workbooks for c in workbook.result.conflicts),
        problems=(*(p for workbook in workbooks for p in workbook.problems), *faults),
        workbooks=_with_problems(workbooks, faults),
    )
    return outcome, merged


def _merged(
    path: Path, ours: Tables, earlier: Iterable[MergedWorkbook], settle: Choices
) -> MergedWorkbook:
    changes = (change for workbook in earlier for change in workbook.result.changes)
    gone = frozenset(key_text(change.key) for change in changes if change.kind == "removed")
    edits = read_edits(path, ours, gone)
    chosen = settle or settled(edits.content.choices, ours)
    result = merge(ours.package, edits.base, ours, edits.theirs, chosen)
    result = replace(result, tables=with_targets(result.tables))
    return MergedWorkbook(path, ours, edits, result, edits.problems)


def _with_problems(
    workbooks: Sequence[MergedWorkbook], problems: Iterable[Problem]
) -> tuple[MergedWorkbook, ...]:
    """The workbooks with the problems of the merged tables: each where its row is.

    The last workbook that has the row counts; all of them where none has it.
    """
    found: list[list[Problem]] = [list(workbook.problems) for workbook in workbooks]
    for problem in problems:
        row = problem.location.resource, problem.location.key
        having = [index for index, workbook in enumerate(workbooks) if row in workbook.rows]
        for index in having[-1:] or range(len(workbooks)):
            found[index].append(problem)
    pairs = zip(workbooks, found, strict=True)
    return tuple(replace(workbook, problems=tuple(own)) for workbook, own in pairs)


def workbook_problems(tables: Tables, path: Path) -> list[Problem]:
    """Everything that prevents the import of a workbook, and what is uncertain in it."""
    outcome, _ = merge_workbooks(tables, [path])
    return [*outcome.problems, *map(conflict_problem, outcome.conflicts)]


def conflict_problem(conflict: Conflict) -> Problem:
    """A conflict as a problem, for lists of everything that prevents an import."""
    where = Location(
        conflict.resource, key_text(conflict.key), conflict.field or "", conflict.source
    )
    what = "this row" if conflict.field is None else "this cell"
    message = f"Somebody else changed {what} too since the workbook was made."
    return error("conflict", where, message, "Choose one of the two in the sheet Conflicts.")
