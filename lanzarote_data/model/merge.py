"""The three-way merge of tables: a function of three values that touches no disk.

Glossary; the three sides always come in this order:

base
    the tables as they were when the workbook was made.
ours
    the tables as they are now.
theirs
    the tables as the person's workbook has them.
cell
    the unit of merging: (resource, key, field), compared as canonical text.
row decision
    what becomes of one row: kept, added, deleted, merged cell by cell, or in conflict.
conflict
    a cell, or a whole row, that both sides changed in different ways. A person settles it.

*Base* and *theirs* may be a part of the tables: a row that neither of them has was not in the
workbook and stays as ours has it, and so does a field that their row does not have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lanzarote_data.model.changes import Change, difference, plain
from lanzarote_data.model.problems import Json
from lanzarote_data.model.tables import Key, Row, Table, Tables, key_text
from lanzarote_data.model.types import in_words

Side = Literal["ours", "theirs"]
Cell = tuple[str, Key, str | None]
"""What a choice settles: resource, key and field, or None for the whole row."""
Choices = Side | Mapping[Cell, Side] | None
"""How conflicts are settled: all for one side, or each by its resource, key and field."""


@dataclass(frozen=True)
class Versions:
    """One cell's text, or one whole row, on the three sides; None where a side lacks the row."""

    base: str | Row | None
    ours: str | Row | None
    theirs: str | Row | None


@dataclass(frozen=True)
class Origin:
    """From where a cell or row has the value that it has: a file, who imported it, and when (UTC).

    ``command`` is how it came (:class:`lanzarote_data.store.history.HandIn`).
    ``is_same_export`` is whether that file was a copy of the same export. Without a ``time`` it
    is handed in together with the workbook; ``stored`` is then what the tables have.
    """

    name: str
    by: str = ""
    time: str = ""
    is_same_export: bool = False
    stored: str | Row | None = None
    command: str = "import"

    def __str__(self) -> str:
        """In words: ``BEL.xlsx, imported on 30 November 2026 by Ann``."""
        if not self.time:
            return f"{self.name}, handed in together with it"
        done = {"ingest": "ingested", "undo": "done"}.get(self.command, "imported")
        by = f" by {self.by}" if self.by else ""
        return f"{self.name}, {done} on {date_of(self.time)}{by}"


def date_of(time: str) -> str:
    """A moment of the log as a date in words.

    >>> date_of("2026-11-30T02:50:28Z")
    '30 November 2026'
    """
    return in_words(datetime.fromisoformat(time))


@dataclass(frozen=True)
class Conflict:
    """Two sides changed one cell, or one row, in different ways.

    ``field`` is None for a whole row: one side deleted what the other edited, or both added
    different rows under one key. ``origin`` says who made ours what it is, if that is known.
    """

    resource: str
    key: Key
    field: str | None
    versions: Versions
    source: str = ""
    origin: Origin | None = None

    @property
    def cell(self) -> Cell:
        """What a choice settles it by."""
        return self.resource, self.key, self.field

    @property
    def in_tables(self) -> str | Row | None:
        """What the tables have; ``versions.ours`` may be of a workbook that is handed in too."""
        together = self.origin is not None and not self.origin.time
        return self.origin.stored if self.origin and together else self.versions.ours

    def as_json(self) -> Json:
        """The conflict as an object of the JSON contract."""
        return {
            "resource": self.resource,
            "key": key_text(self.key),
            "field": self.field,
            "base": plain(self.versions.base),
            "ours": plain(self.in_tables),
            "theirs": plain(self.versions.theirs),
            "source": self.source or None,
        }


@dataclass(frozen=True)
class MergeResult:
    """The merged tables, what changed against ours, and what a person has to settle.

    While there are conflicts, ``tables`` holds our side of each. ``settled`` are those that a
    choice settled, each with the side.
    """

    tables: Tables
    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]
    settled: tuple[tuple[Conflict, Side], ...] = ()


def merge(
    base: Tables,
    ours: Tables,
    theirs: Tables,
    settle: Choices = None,
) -> MergeResult:
    """Take into ``ours`` what changed from ``base`` to ``theirs``.

    ``settle`` settles conflicts: all for one side, or each by its resource, key and field; a
    conflict that it does not name remains. No value is invented: each cell of the result
    is that of one of the three sides.
    """
    ours = ours.in_order()
    works = [_TableMerge(base[name], ours[name], theirs[name], settle) for name in ours]
    tables = ours
    for merged in (work.run() for work in works):
        if merged is not ours[merged.resource.name]:
            tables = tables.with_table(merged)
    tables = tables.in_order()
    conflicts = tuple(conflict for work in works for conflict in work.open)
    settled = tuple(one for work in works for one in work.done)
    return MergeResult(tables, difference(ours, tables), conflicts, settled)


class _TableMerge:
    """The merge of one table’s rows; only rows that differ between base and theirs are visited."""

    def __init__(self, base: Table, ours: Table, theirs: Table, settle: Choices) -> None:
        self.name = ours.resource.name
        self.base = base
        self.ours = ours
        self.theirs = theirs
        self.settle = settle
        self.open: list[Conflict] = []
        self.done: list[tuple[Conflict, Side]] = []

    def run(self) -> Table:
        """Our table with what they changed."""
        empty = dict.fromkeys(self.ours.resource.field_names, "")
        rows = dict(self.ours.by_key)
        touched = self._touched()
        for key in touched:
            now = rows.get(key)
            row = self.row(key, self.base.by_key.get(key), now, self.theirs.by_key.get(key))
            if row is not None:
                rows[key] = {**empty, **row}
            elif now is not None:
                del rows[key]
        return Table(self.ours.resource, rows.values()) if touched else self.ours

    def _touched(self) -> list[Key]:
        """The keys of the rows that are not the very same in theirs and base; ours come first."""
        base, theirs, rank = self.base.by_key, self.theirs.by_key, self.ours.rank
        keys = dict.fromkeys([*theirs, *base])
        touched = [key for key in keys if theirs.get(key) is not base.get(key)]
        return sorted(touched, key=lambda key: rank.get(key, len(rank)))

    def row(self, key: Key, base: Row | None, ours: Row | None, theirs: Row | None) -> Row | None:
        """What becomes of one row; None if it goes."""
        if ours is not None and theirs is not None and base is not None:
            return self.cells(key, base, ours, theirs)
        if same(ours, theirs):
            return ours
        if same(ours, base):
            return theirs
        if same(theirs, base):
            return ours
        if self.settled(key, None, Versions(base, ours, theirs)) != "theirs":
            return ours
        return {**ours, **theirs} if ours is not None and theirs is not None else theirs

    def cells(self, key: Key, base: Row, ours: Row, theirs: Row) -> Row:
        """A row that all three sides have, merged cell by cell."""
        merged = dict(ours)
        for field, new in theirs.items():
            old, now = base.get(field, ""), ours.get(field, "")
            if new in (old, now):
                continue
            if now == old or self.settled(key, field, Versions(old, now, new)) == "theirs":
                merged[field] = new
        return merged

    def settled(self, key: Key, field: str | None, versions: Versions) -> Side | None:
        """The side that settles a conflict; without one the conflict is put on the list."""
        side = side_of(self.settle, (self.name, key, field))
        place = self.theirs.location_of(key, field or "").source
        conflict = Conflict(self.name, key, field, versions, place)
        if side is None:
            self.open.append(conflict)
        else:
            self.done.append((conflict, side))
        return side


def side_of(settle: Choices, cell: Cell) -> Side | None:
    """The side that settles a cell or row; None where nothing does."""
    return settle.get(cell) if isinstance(settle, Mapping) else settle


def same(one: str | Row | None, other: str | Row | None) -> bool:
    """Whether two sides agree on a cell, or on a row as far as both have its fields."""
    if not (isinstance(one, Mapping) and isinstance(other, Mapping)):
        return one == other
    return all(one[name] == other[name] for name in one.keys() & other.keys())
