"""The difference of two sets of tables, cell by cell, and its application."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import compress, count
from operator import ne
from typing import Literal

from lanzarote_data.model.problems import Json
from lanzarote_data.model.tables import Key, Row, Table, Tables, key_text

Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True)
class Change:
    """One cell changed, or one whole row added or removed.

    For a cell, ``field`` is its name and ``old`` and ``new`` are its canonical texts. For a whole
    row ``field`` is None, and ``old`` or ``new`` is the row, the other None.
    """

    resource: str
    key: Key
    field: str | None
    old: str | Row | None
    new: str | Row | None

    @property
    def kind(self) -> Kind:
        """What happened: derived from which side is missing."""
        if self.old is None:
            return "added"
        return "removed" if self.new is None else "changed"

    def as_json(self) -> Json:
        """The change as an object of the JSON contract; a whole row is an object of its fields."""
        return {
            "kind": self.kind,
            "resource": self.resource,
            "key": key_text(self.key),
            "field": self.field,
            "old": self.old if isinstance(self.old, str | None) else dict(self.old),
            "new": self.new if isinstance(self.new, str | None) else dict(self.new),
        }


def difference(old: Tables, new: Tables) -> tuple[Change, ...]:
    """What turns ``old`` into ``new``, in the order of tables and of the rows in ``new``.

    Rows that were removed come first. Both must describe the same resources; a table that only
    one of them declares counts as empty in the other.
    """
    names = dict.fromkeys([*old, *new])
    return tuple(
        change for name in names for change in _table_changes(name, old.get(name), new.get(name))
    )


def _table_changes(name: str, old: Table | None, new: Table | None) -> Iterator[Change]:
    if old is None or new is None:
        yield from _whole_rows(name, old, removed=True)
        yield from _whole_rows(name, new, removed=False)
    elif _have_same_keys(old, new):
        yield from _cell_changes(name, old, new)
    else:
        yield from _row_changes(name, old, new)


def _whole_rows(name: str, table: Table | None, removed: bool) -> Iterator[Change]:
    for key, row in table.by_key.items() if table else ():
        yield Change(name, key, None, row, None) if removed else Change(name, key, None, None, row)


def _have_same_keys(old: Table, new: Table) -> bool:
    """Whether the rows of two tables have the same keys, in the same order."""
    names = old.resource.primary_key
    return names == new.resource.primary_key and all(
        old.column(name) == new.column(name) for name in names
    )


def _row_changes(name: str, old: Table, new: Table) -> Iterator[Change]:
    """The changes of two tables whose keys are others, or stand in another order."""
    before, after = old.rank, new.rank
    for key, index in before.items():
        if key not in after:
            yield Change(name, key, None, old.row_at(index), None)
    common = [key for key in after if key in before]
    changed: dict[Key, list[Change]] = {}
    was = old.placed(()).chosen([before[key] for key in common])
    now = new.placed(()).chosen([after[key] for key in common])
    for change in _cell_changes(name, was, now):
        changed.setdefault(change.key, []).append(change)
    for key, index in after.items():
        if key not in before:
            yield Change(name, key, None, None, new.row_at(index))
        yield from changed.get(key, ())


def _cell_changes(name: str, old: Table, new: Table) -> Iterator[Change]:
    """The changes of two tables whose rows have the same keys, in the same order."""
    for index, fields in sorted(_changed_fields(old, new).items()):
        key, before, after = new.key_at(index), old.row_at(index), new.row_at(index)
        for field in fields:
            yield Change(name, key, field, before.get(field, ""), after.get(field, ""))


def _changed_fields(old: Table, new: Table) -> dict[int, list[str]]:
    """The fields that differ, by the index of their row, in two tables with the same keys.

    Keys, and what is the very same column or row, are not compared.
    """
    found: dict[int, list[str]] = {}
    if not old.has_columns or not new.has_columns:
        for index, (before, after) in enumerate(zip(old.rows, new.rows, strict=True)):
            if before is not after and before != after:
                fields = dict.fromkeys([*before, *after])
                found[index] = [f for f in fields if before.get(f, "") != after.get(f, "")]
        return found
    fields = dict.fromkeys([*old.resource.field_names, *new.resource.field_names])
    for field in (name for name in fields if name not in new.resource.primary_key):
        was, now = old.column(field), new.column(field)
        if was is not now and was != now:
            for index in compress(count(), map(ne, was, now)):
                found.setdefault(index, []).append(field)
    return found


def apply(tables: Tables, changes: Iterable[Change]) -> Tables:
    """The tables with the changes made, in declared order.

    To apply the difference of two sets of tables to the old one gives the new one in order.
    """
    by_table: dict[str, list[Change]] = {}
    for change in changes:
        by_table.setdefault(change.resource, []).append(change)
    for name, items in by_table.items():
        tables = tables.with_table(_applied(tables[name], items))
    return tables.in_order()


def _applied(table: Table, changes: list[Change]) -> Table:
    rows: dict[Key, Row] = dict(table.by_key)
    for change in changes:
        if change.field is not None:
            rows[change.key] = {**rows[change.key], change.field: str(change.new)}
        elif isinstance(change.new, str) or change.new is None:
            del rows[change.key]
        else:
            rows[change.key] = dict(change.new)
    return Table(table.resource, tuple(rows.values()))


def cells(change: Change) -> Iterator[tuple[str, str, str, str, str, str]]:
    """A change as lines of a table: kind, resource, key, field, old, new.

    A cell is one line; a whole row is a line for each of its cells that is not empty.
    """
    head = (change.kind, change.resource, key_text(change.key))
    if change.field is not None:
        yield (*head, change.field, str(change.old), str(change.new))
        return
    for side, row in (("old", change.old), ("new", change.new)):
        for field, text in row.items() if isinstance(row, Mapping) else ():
            if text:
                yield (*head, field, text if side == "old" else "", text if side == "new" else "")
