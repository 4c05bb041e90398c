"""What the log of hand-ins knows of a workbook: its export was handed in before.

People keep their file and hand it in again, and several may have a copy of one export. A cell
that an earlier hand-in of the export changed may show the text from before, or the text of then
although it was changed since. Both look like an edit, or like none, to a merge with the base
alone; here they are told, and stay as the tables have them unless the person chooses otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from lanzarote_data.model.changes import difference
from lanzarote_data.model.merge import Cell, Choices, Conflict, Versions, same, side_of
from lanzarote_data.model.problems import Location, Problem, error, shown, warning
from lanzarote_data.model.tables import Key, Row, Table, Tables, key_text
from lanzarote_data.store.history import HandIn, History, Settled
from lanzarote_data.text.items import grouped
from lanzarote_data.workbook.choices import conflict_at, in_words
from lanzarote_data.workbook.edits import Edits


@dataclass(frozen=True)
class Earlier:
    """What to merge a workbook against, where its export was handed in before.

    ``base`` makes the merge do what was decided for each of these cells. ``told`` are those that
    nobody has decided on: they stay as the tables have them, and the person is told. ``settled``
    are those that a choice decides now.
    """

    base: Tables
    told: tuple[Conflict, ...] = ()
    settled: tuple[Settled, ...] = ()


def look_back(history: History, edits: Edits, ours: Tables, settle: Choices) -> Earlier:
    """Find the cells that earlier hand-ins of the export changed or settled, and that differ now.

    ``ours`` are the tables now; ``settle`` decides as it does in a merge.
    """
    base, handed_in = _last_values(history, edits, ours)
    kept = _kept(history.of_export(edits.content.base.digest))
    data = {one.cell: one.side for one in edits.content.choices if one.is_known(ours.package)}
    told, settled = [], []
    decided: dict[Cell, Value] = {}
    for cell in {**handed_in, **kept, **data}:
        conflict = conflict_at(cell, base, ours, edits.theirs)
        versions = conflict.versions
        is_gone = None in (versions.base, versions.ours, versions.theirs)
        if same(versions.ours, versions.theirs) or (cell[2] is not None and is_gone):
            continue
        side = side_of(settle, cell)
        if isinstance(settle, str) and versions.theirs is None:
            side = None  # a colleague’s copy may lack rows; only a choice of its own deletes one
        if data.get(cell) == "ours" and same(versions.ours, versions.base):
            side = side or "ours"  # chosen where another workbook was handed in together
        elif not _is_open(cell, versions, handed_in, kept):
            continue
        is_kept = kept.get(cell) == (versions.ours, versions.theirs)
        decided[cell] = versions.ours if side == "theirs" else versions.theirs
        if side == "theirs" or (side and not is_kept):
            settled.append(Settled(*cell, versions.ours, versions.theirs, side))
        elif not is_kept:
            told.append(conflict)
    return Earlier(_with_values(base, decided), tuple(told), tuple(settled))


Value = str | Row | None


def _last_values(history: History, edits: Edits, ours: Tables) -> tuple[Tables, dict[Cell, Value]]:
    """The base with rows that the export added before, and what each cell was handed in as.

    Such a row is looked at cell by cell, and as a whole where the tables no longer have it.
    """
    content, base = edits.content, edits.base
    changes = [c for one in history.of_export(content.base.digest) for c in one.changes]
    if content.sha256 in history.files:
        changes += difference(base, edits.theirs, derived=True)
    found: dict[Cell, Value] = {(c.resource, c.key, c.field): c.new for c in changes}
    added = {
        (name, key, field): value
        for (name, key, field), value in found.items()
        if isinstance(value, Mapping)
        and edits.theirs.find(name, *key) is not None
        and base.find(name, *key) is None
    }
    for (name, key, _), row in added.items():
        if ours.find(name, *key) is not None:
            del found[name, key, None]
            found = {**{(name, key, field): text for field, text in row.items()}, **found}
    return _with_values(base, added), found


def _kept(hand_ins: Iterable[HandIn]) -> dict[Cell, tuple[Value, Value]]:
    """The cells that were left as in the tables by a choice: what these and the workbook had."""
    last = {one[:3]: one for hand_in in hand_ins for one in hand_in.settled}
    return {cell: (one.ours, one.theirs) for cell, one in last.items() if one.side == "ours"}


def _is_open(
    cell: Cell,
    versions: Versions,
    handed_in: Mapping[Cell, Value],
    kept: Mapping[Cell, tuple[Value, Value]],
) -> bool:
    """Whether the workbook, which differs from the tables, shows nothing new in a cell or row."""
    theirs = versions.theirs
    if kept.get(cell) == (versions.ours, theirs):
        return True
    return cell in handed_in and (same(theirs, versions.base) or same(theirs, handed_in[cell]))


def _with_values(tables: Tables, values: Mapping[Cell, Value]) -> Tables:
    """The tables with other values in some cells, or other rows or none."""
    for name, own in grouped(values.items(), lambda pair: pair[0][0]).items():
        rows: dict[Key, Row] = dict(tables[name].by_key)
        for cell, value in own:
            put(rows, cell, value)
        tables = tables.with_table(Table(tables[name].resource, rows.values()))
    return tables


def put(rows: dict[Key, Row], cell: Cell, value: Value) -> None:
    """Give a cell of a table another text, or put another row, or none, in place of a row."""
    _, key, field = cell
    if isinstance(value, str):
        rows[key] = {**rows[key], str(field): value}
    elif value is None:
        rows.pop(key, None)
    else:
        rows[key] = value


def with_origin(conflict: Conflict, history: History, digest: str) -> Conflict:
    """A conflict with who made the tables what they are, as far as the log knows."""
    source = history.source_of(*conflict.cell, conflict.versions.ours)
    return replace(conflict, origin=source.origin(digest)) if source else conflict


def conflict_problem(conflict: Conflict) -> Problem:
    """A conflict as a problem, for lists of everything that prevents an import."""
    what = "this row" if conflict.field is None else "this cell"
    origin = conflict.origin
    if origin is None:
        message = f"The data has changed in {what} too since the workbook was made."
    elif origin.is_same_export:
        message = f"This workbook, or a copy of it, changed {what} before ({origin})."
    elif not origin.time:
        message = f"{origin.name}, handed in together with this workbook, changes {what} too."
    else:
        message = f"{origin}, changed {what} too since the workbook was made."
    hint = "Choose one of the two in the sheet Conflicts."
    return error("conflict", _place(conflict), message, hint)


def _place(conflict: Conflict) -> Location:
    resource, key, field = conflict.cell
    return Location(resource, key_text(key), field or "", conflict.source)


def told_problem(told: Conflict) -> Problem:
    """A cell that shows an older text than the tables have, as a warning."""
    versions = told.versions
    since = told.origin or "after an import of this workbook"
    choose = "choose “my workbook” for it in the sheet Conflicts of the review"
    hint = f"To put it back, {choose}."
    if versions.theirs is None:
        now = f"The data has the row {key_text(told.key)} now"
        here = "This file does not have it; it stays in the data."
        hint = f"To delete it, {choose}."
    elif versions.ours is None:
        now = f"The row {key_text(told.key)} was deleted"
        here = "This file still has it; it stays deleted."
    else:
        now = f"The data has {shown(in_words(versions.ours))} now"
        as_then = "as it was handed in" if versions.base != versions.theirs else "as it was"
        what = "row" if told.field is None else "cell"
        here = f"This file shows the {what} {as_then} before; it stays as in the data."
    return warning("older-text", _place(told), f"{now} ({since}). {here}", hint)
