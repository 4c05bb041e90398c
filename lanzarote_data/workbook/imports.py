"""Import workbooks into the tables: read, merged, validated, and written all or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from lanzarote_data.model.changes import Change, difference
from lanzarote_data.model.merge import Choices, Conflict, MergeResult, Origin, merge
from lanzarote_data.model.package import Package
from lanzarote_data.model.problems import Problem, has_errors
from lanzarote_data.model.tables import Tables, key_text
from lanzarote_data.store.history import HandIn, History, Settled, read_history
from lanzarote_data.store.lock import locked
from lanzarote_data.store.tables import read_sound_tables, write_tables
from lanzarote_data.text.targets import with_targets
from lanzarote_data.workbook.cells import UNREAD
from lanzarote_data.workbook.choices import conflict_at, settled, value_of
from lanzarote_data.workbook.earlier import (
    Earlier,
    conflict_problem,
    look_back,
    told_problem,
    with_origin,
)
from lanzarote_data.workbook.edits import Edits, read_edits
from lanzarote_data.workbook.layout import rows_of
from lanzarote_data.workbook.merged import merged_problems, with_places


@dataclass(frozen=True)
class MergedWorkbook:
    """A workbook, the tables that it was merged into, and what came of it.

    ``problems`` are those of its own cells and of its rows in the merged tables. ``told`` are the
    cells that show an older text than the tables, which stay as they are there unless the person
    chooses otherwise; each is a warning among the problems too.
    """

    path: Path
    ours: Tables
    edits: Edits
    result: MergeResult
    problems: tuple[Problem, ...]
    told: tuple[Conflict, ...] = ()
    settled: tuple[Settled, ...] = ()

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

    def is_news_to(self, history: History) -> bool:
        """Whether its import belongs into the log."""
        replaces = set(self.edits.content.replaces)
        return bool(self.result.changes or self.settled or replaces - history.files)

    @cached_property
    def newer(self) -> tuple[Change, ...]:
        """Where the tables before the import have something else, and nothing is to be imported.

        What is :attr:`told` is not among it.
        """
        told = {one.cell for one in self.told}
        ours = rows_of(self.ours, self.edits.content.base.view)
        merged = {(c.resource, c.key, c.field) for c in self.result.changes}
        return tuple(
            change
            for change in difference(self.edits.theirs, ours)
            if (change.resource, change.key, change.field) not in told | merged
        )

    def hand_in(self, by: str) -> HandIn:
        """Its line in the log of hand-ins."""
        content = self.edits.content
        return HandIn(
            command="form" if content.base.view.asks_for else "import",
            by=by,
            workbook=self.path.name,
            sha256=content.sha256,
            base=content.base.digest,
            view=content.base.view.name,
            changes=self.result.changes,
            settled=self.settled,
            replaces=content.replaces,
        )


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
    def told(self) -> tuple[Conflict, ...]:
        """The cells that show an older text than the tables, which stay as they are there."""
        return tuple(told for workbook in self.workbooks for told in workbook.told)

    @property
    def refused(self) -> bool:
        """Whether conflicts or errors prevent the import."""
        return bool(self.conflicts) or has_errors(self.problems)


def import_workbooks(
    package: Package,
    paths: Sequence[Path],
    settle: Choices = None,
    dry_run: bool = False,
    by: str = "",
) -> Outcome:
    """Import the edits of workbooks into the tables, all of them or none.

    ``settle`` settles conflicts, and decides on what :attr:`Outcome.told` has: all for one side
    ("ours" are the tables), or each by its ``cell``. ``by`` is who imports them, for the log.

    :raises LanzaroteError: a workbook cannot be used, or the tables cannot be read or written.
    """
    with nullcontext() if dry_run else locked(package):
        tables = read_sound_tables(package)
        history = read_history(package)
        outcome, merged = merge_workbooks(tables, paths, settle, history)
        applied = not dry_run and not outcome.refused
        hand_ins = [w.hand_in(by) for w in outcome.workbooks if w.is_news_to(history)]
        if applied and hand_ins:
            write_tables(package, merged, hand_ins)
    return replace(outcome, applied=applied)


def merge_workbooks(
    tables: Tables, paths: Sequence[Path], settle: Choices = None, history: History | None = None
) -> tuple[Outcome, Tables]:
    """Merge workbooks, one after the other, into the tables in memory.

    ``history`` is what was handed in before, if that is to count.

    :returns: the outcome, and the merged tables.
    """
    merged = tables = tables.in_order()
    workbooks: list[MergedWorkbook] = []
    for path in paths:
        workbook = _merged(path, merged, workbooks, settle, history or History())
        workbooks.append(workbook)
        merged = workbook.result.tables
    workbooks = _with_rivals(workbooks, tables)
    changes = difference(tables, merged)
    sides = [*(workbook.edits.theirs for workbook in reversed(workbooks)), tables]
    placed = with_places(merged, sides)
    own = [problem for workbook in workbooks for problem in workbook.problems]
    # What stands in a cell that could not be read is not known to be wrong.
    unread = {problem.location.source for problem in own if problem.code in UNREAD}
    faults = merged_problems(placed, changes, tables) if changes else []
    faults = [fault for fault in faults if fault.location.source not in unread]
    conflicts = tuple(c for workbook in workbooks for c in workbook.result.conflicts)
    of_workbooks = _with_problems(workbooks, faults)
    return Outcome(False, changes, conflicts, (*own, *faults), of_workbooks), merged


def _merged(
    path: Path,
    ours: Tables,
    earlier: Iterable[MergedWorkbook],
    settle: Choices,
    history: History,
) -> MergedWorkbook:
    changes = (change for workbook in earlier for change in workbook.result.changes)
    gone = frozenset(key_text(change.key) for change in changes if change.kind == "removed")
    edits = read_edits(path, ours, gone, history)
    chosen: Choices = settle
    if not isinstance(settle, str):
        chosen = {**settled(edits.content.choices, ours), **(settle or {})}
    is_form = bool(edits.content.base.view.asks_for)
    before = Earlier(edits.base) if is_form else look_back(history, edits, ours, chosen)
    result = merge(before.base, ours, edits.theirs, chosen)
    digest = edits.content.base.digest
    conflicts = tuple(with_origin(one, history, digest) for one in result.conflicts)
    result = replace(result, tables=with_targets(result.tables), conflicts=conflicts)
    told = tuple(with_origin(one, history, digest) for one in before.told)
    problems = (*edits.problems, *map(told_problem, told))
    merged = (
        Settled(*one.cell, one.versions.ours, one.versions.theirs, side)
        for one, side in result.settled
    )
    done = (*before.settled, *merged)
    return MergedWorkbook(path, ours, edits, result, problems, told, done)


def _with_rivals(workbooks: Sequence[MergedWorkbook], tables: Tables) -> list[MergedWorkbook]:
    """The workbooks with the conflicts between them, each in both.

    ``tables`` are those on disk, which have neither text.
    """
    found: list[list[Conflict]] = [[] for _ in workbooks]
    for index, workbook in enumerate(workbooks):
        for conflict in workbook.result.conflicts:
            rival = next((i for i in range(index) if _changes(workbooks[i], conflict)), None)
            if rival is None:
                found[index].append(conflict)
            else:
                stored = value_of(conflict.cell, tables)
                origin = Origin(workbooks[rival].path.name, stored=stored)
                found[index].append(replace(conflict, origin=origin))
                # It is one in the other workbook too, for which the roles are exchanged.
                edits, theirs = workbooks[rival].edits, workbook.edits.theirs
                mirrored = conflict_at(conflict.cell, edits.base, theirs, edits.theirs)
                origin = Origin(workbook.path.name, stored=stored)
                found[rival].append(replace(mirrored, origin=origin))
    return [
        replace(workbook, result=replace(workbook.result, conflicts=tuple(own)))
        for workbook, own in zip(workbooks, found, strict=True)
    ]


def _changes(workbook: MergedWorkbook, conflict: Conflict) -> bool:
    """Whether a workbook changes the cell or row of a conflict that another one has."""
    return any(
        (change.resource, change.key) == (conflict.resource, conflict.key)
        and (conflict.field is None or change.field in (None, conflict.field))
        for change in workbook.result.changes
    )


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
