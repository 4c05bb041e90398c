"""The difference of two sets of tables, cell by cell, and its application."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lanzarote_data.model.package import Package
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
            "old": plain(self.old),
            "new": plain(self.new),
        }


def plain(value: str | Row | None) -> object:
    """A cell or a row as JSON has it."""
    return value if isinstance(value, str | None) else dict(value)


def change_from_json(package: Package, found: Any) -> Change:
    """The change that an object of the JSON contract describes; its table may be unknown today.

    :raises ValueError, TypeError, KeyError: it describes none.
    """
    name, key, field = found["resource"], found["key"], found["field"]
    sides = [_checked(found[side]) for side in ("old", "new")]
    if not (isinstance(name, str) and isinstance(key, str) and isinstance(field, str | None)):
        raise TypeError("no text")
    if any(isinstance(side, str) is (field is None) for side in sides if side is not None or field):
        raise ValueError("a cell without a text, or a row that is one")
    is_single = name in package and len(package.resource(name).primary_key) == 1
    return Change(name, (key,) if is_single else tuple(key.split("/")), field, *sides)


def _checked(side: Any) -> str | Row | None:
    if isinstance(side, str | None):
        return side
    return {str(name): text for name, text in side.items() if isinstance(text, str)}


def difference(old: Tables, new: Tables, derived: bool = False) -> tuple[Change, ...]:
    """What turns ``old`` into ``new``, in the order of tables and of the rows in ``new``.

    Rows that were removed come first. Both must describe the same resources; a table that only
    one of them declares counts as empty in the other. Derived tables, which follow from the
    others, are left out unless they are asked for.
    """
    resources = {name: table.resource for name, table in (*old.items(), *new.items())}
    names = [name for name, resource in resources.items() if derived or not resource.derived]
    return tuple(
        change for name in names for change in _table_changes(name, old.get(name), new.get(name))
    )


def _table_changes(name: str, old: Table | None, new: Table | None) -> Iterator[Change]:
    before, after = (table.by_key if table else {} for table in (old, new))
    for key, row in before.items():
        if key not in after:
            yield Change(name, key, None, row, None)
    for key, row in after.items():
        was = before.get(key)
        if was is None:
            yield Change(name, key, None, None, row)
        elif was is not row and was != row:
            yield from _cell_changes(name, key, was, row)


def _cell_changes(name: str, key: Key, old: Row, new: Row) -> Iterator[Change]:
    for field in dict.fromkeys([*old, *new]):
        before, after = old.get(field, ""), new.get(field, "")
        if before != after:
            yield Change(name, key, field, before, after)


def with_rows_of(tables: Tables, changes: Iterable[Change]) -> Tables:
    """The tables with the rows too that changes add or remove, where they lack them."""
    for name, own in _by_table(changes).items():
        if name in tables:
            table = tables[name]
            empty = dict.fromkeys(table.resource.field_names, "")
            sides = ((change.key, side) for change in own for side in (change.old, change.new))
            rows = {key: {**empty, **row} for key, row in sides if isinstance(row, Mapping)}
            tables = tables.with_table(Table(table.resource, (rows | table.by_key).values()))
    return tables


def _by_table(changes: Iterable[Change]) -> dict[str, list[Change]]:
    by_table: dict[str, list[Change]] = {}
    for change in changes:
        by_table.setdefault(change.resource, []).append(change)
    return by_table


def apply(tables: Tables, changes: Iterable[Change]) -> Tables:
    """The tables with the changes made, in declared order.

    To apply the difference of two sets of tables to the old one gives the new one in order.
    """
    for name, items in _by_table(changes).items():
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
    return Table(table.resource, rows.values())


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
