"""Undo an import: reverse its changes cell by cell, as an import of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace

from lanzarote_data.model.changes import Change, difference
from lanzarote_data.model.errors import HistoryError
from lanzarote_data.model.merge import Cell, Conflict, Versions
from lanzarote_data.model.package import Package
from lanzarote_data.model.problems import has_errors
from lanzarote_data.model.tables import Table, Tables, key_text
from lanzarote_data.store.history import HandIn, History, read_history
from lanzarote_data.store.lock import locked
from lanzarote_data.store.tables import read_sound_tables, write_tables
from lanzarote_data.text.targets import with_targets
from lanzarote_data.workbook.earlier import put, with_origin
from lanzarote_data.workbook.imports import Outcome
from lanzarote_data.workbook.merged import merged_problems


def undo(
    package: Package, sequence: int | None = None, dry_run: bool = False, by: str = ""
) -> tuple[Outcome, tuple[HandIn, ...]]:
    """Undo the last hand-in of the log, or the one with a number; those of its command with it.

    A cell that was changed since is a conflict: its base is what the import made of it, its
    theirs what it was before. With conflicts, or if the tables would not be valid, nothing is
    written. To undo an undo does again what it reversed. ``by`` is who undoes it, for the log.

    :returns: the outcome, and the hand-ins that it is about.
    :raises HistoryError: the log has no such hand-in, or it was undone already.
    :raises LanzaroteError: the tables cannot be read or written.
    """
    with nullcontext() if dry_run else locked(package):
        tables = read_sound_tables(package)
        history = read_history(package)
        chosen = _chosen(history, sequence)
        reverted, conflicts = _reverted(tables, history, chosen)
        changes = difference(tables, reverted)
        problems = merged_problems(reverted, changes, tables) if changes else []
        applied = not (dry_run or conflicts or has_errors(problems))
        if applied:
            undoes = tuple(one.sequence for one in chosen)
            hand_in = HandIn(command="undo", by=by, changes=changes, undoes=undoes)
            freed = frozenset(_freed(history, chosen))
            write_tables(package, reverted, [hand_in], freed)
    return Outcome(applied, changes, tuple(conflicts), tuple(problems)), tuple(chosen)


def _chosen(history: History, sequence: int | None) -> list[HandIn]:
    if not history.hand_ins:
        why = history.fault or "No import is recorded."
        raise HistoryError(f"There is nothing to undo. {why}")
    last = history.hand_ins[-1].sequence
    chosen = history.numbered(last if sequence is None else sequence)
    if not chosen:
        raise HistoryError(
            f"There is no import {sequence}; the last one is {last}.",
            "'lanzarote history' lists them.",
        )
    if len({one.sequence for one in chosen}) < len(chosen):
        raise HistoryError(history.fault, "Give each a number of its own in the file.")
    if undone_by := history.undone.get(chosen[0].sequence):
        raise HistoryError(
            f"Import {chosen[0].sequence} was undone already, by {undone_by}.",
            f"'lanzarote undo {undone_by}' does it again.",
        )
    return chosen


def _reverted(
    tables: Tables, history: History, chosen: Sequence[HandIn]
) -> tuple[Tables, list[Conflict]]:
    """The tables before some hand-ins, and the cells that were changed since."""
    rows = {name: dict(table.by_key) for name, table in tables.items()}
    conflicts: dict[Cell, Conflict] = {}
    for change in _newest_first(tables.package, chosen):
        cell = change.resource, change.key, change.field
        row = rows[change.resource].get(change.key)
        now = row if row is None or change.field is None else row.get(change.field, "")
        if now == change.new:
            put(rows[change.resource], cell, change.old)
        elif now != change.old:
            place = tables[cell[0]].location_of(cell[1], cell[2] or "").source
            conflict = Conflict(*cell, Versions(change.new, now, change.old), place)
            conflicts.setdefault(cell, with_origin(conflict, history, ""))
    found = (Table(table.resource, rows[name].values()) for name, table in tables.items())
    return with_targets(Tables(tables.package, found)), list(conflicts.values())


def _newest_first(package: Package, hand_ins: Sequence[HandIn]) -> Iterator[Change]:
    """The changes of hand-ins, each whole row with the fields that its table has today.

    :raises HistoryError: a table or field is no longer there.
    """
    for change in (c for one in reversed(hand_ins) for c in reversed(one.changes)):
        names = package.resource(change.resource).field_names if change.resource in package else ()
        rows = [side for side in (change.old, change.new) if isinstance(side, Mapping)]
        unknown = {*(name for row in rows for name in row), change.field or ""} - {*names, ""}
        if unknown or not names:
            raise HistoryError(
                f"The data no longer has {change.resource}, {', '.join(sorted(unknown))}, so the "
                "import cannot be undone."
            )
        empty = dict.fromkeys(names, "")
        yield replace(
            change,
            old={**empty, **change.old} if isinstance(change.old, Mapping) else change.old,
            new={**empty, **change.new} if isinstance(change.new, Mapping) else change.new,
        )


def _freed(history: History, chosen: Sequence[HandIn]) -> Iterator[str]:
    """The ids that go with their rows, and that were not withdrawn before these came."""
    for one in chosen:
        added = (key_text(change.key) for change in one.changes if change.kind == "added")
        yield from (i for i in added if not history.was_withdrawn(i, one.sequence))
