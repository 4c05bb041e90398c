"""Tables: resource name to rows of canonical text, by key. Loses nothing, knows no library."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from operator import le
from typing import overload

from lanzarote_data.package import Package, Resource
from lanzarote_data.problems import Location

Row = Mapping[str, str]
"""One row: field name to canonical text; the empty text is a missing value."""

Key = tuple[str, ...]
"""The values of a row's primary key."""


PARTIES = "parties"


def key_text(key: Key) -> str:
    """A key as one text: ``R2-BEL-II-6``; the parts of a compound key joined by ``/``."""
    return "/".join(key)


@dataclass(frozen=True)
class Source:
    """Where a person finds a row: a line of a text file, or a row of a sheet.

    ``columns`` gives the column letter of each field of a sheet; a text file has none.
    """

    name: str
    line: int
    columns: Mapping[str, str] | None = None

    def place(self, field: str = "") -> str:
        """The place of the row or of one cell: ``recommendations.csv:14``, ``Chapters!D14``."""
        if self.columns is None:
            return f"{self.name}:{self.line}"
        first = next(iter(self.columns.values()), "A")
        return f"{self.name}!{self.columns.get(field, first)}{self.line}"


@dataclass(frozen=True)
class Lines(Sequence[Source]):
    """Where the rows of a text file stand: its name, and the number of each row’s first line.

    Tables of a million rows keep four bytes for each; a :class:`Source` is made when one is asked
    for.
    """

    name: str
    numbers: array[int]

    @overload
    def __getitem__(self, index: int) -> Source: ...
    @overload
    def __getitem__(self, index: slice) -> Lines: ...
    def __getitem__(self, index: int | slice) -> Source | Lines:
        if isinstance(index, slice):
            return Lines(self.name, self.numbers[index])
        return Source(self.name, self.numbers[index])

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True)
class Table:
    """The rows of one resource.

    ``sources`` says for each row where a person finds it; it may be empty, for rows that stand
    in no file. Two tables are equal when their rows are.
    """

    resource: Resource
    rows: tuple[Row, ...] = ()
    sources: Sequence[Source] = ()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table):
            return NotImplemented
        return self.resource.name == other.resource.name and self.rows == other.rows

    def __hash__(self) -> int:
        return hash((self.resource.name, len(self.rows)))

    def key(self, row: Row) -> Key:
        """The primary key of a row."""
        return tuple(row.get(name, "") for name in self.resource.primary_key)

    def column(self, name: str) -> list[str]:
        """The texts of one field, a row after the other; empty where a row does not have it."""
        try:
            return [row[name] for row in self.rows]
        except KeyError:
            return [row.get(name, "") for row in self.rows]

    def columns(self, names: Iterable[str]) -> Iterator[Key]:
        """The texts of some fields together, a tuple for each row."""
        return zip(*(self.column(name) for name in names), strict=True)

    @cached_property
    def by_key(self) -> dict[Key, Row]:
        """The rows by primary key; where a key is doubled, its last row."""
        return dict(zip(self.columns(self.resource.primary_key), self.rows, strict=True))

    @cached_property
    def rank(self) -> dict[Key, int]:
        """The place of each key among the rows, from 0."""
        unique = len(self.by_key) == len(self.rows)
        keys = self.by_key if unique else self.columns(self.resource.primary_key)
        return {key: index for index, key in enumerate(keys)}

    def location(self, index: int, field: str = "") -> Location:
        """The place of the row with this index (from 0), or of one of its cells."""
        key = key_text(self.key(self.rows[index]))
        source = self.sources[index].place(field) if self.sources else self.resource.name
        return Location(self.resource.name, key, field, source)

    def location_of(self, key: Key, field: str = "") -> Location:
        """The place of the row with this key; without a line where there is no such row."""
        index = self.rank.get(key)
        if index is None:
            return Location(self.resource.name, key_text(key), field, self.resource.name)
        return self.location(index, field)


class Tables(Mapping[str, Table]):
    """All tables of a package, by resource name, in declared order; immutable by convention.

    A resource that is not given has no rows.
    """

    def __init__(self, package: Package, tables: Iterable[Table] = ()) -> None:
        given = {table.resource.name: table for table in tables}
        self.package = package
        self._tables = {r.name: given.get(r.name, Table(r)) for r in package.resources}

    def __getitem__(self, name: str) -> Table:
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def rows(self, name: str) -> tuple[Row, ...]:
        """The rows of a table; none where the package does not declare it."""
        return self._tables[name].rows if name in self._tables else ()

    def find(self, name: str, *key: str) -> Row | None:
        """The row with this key, if the table has it."""
        return self._tables[name].by_key.get(key) if name in self._tables else None

    @cached_property
    def parties(self) -> Mapping[str, list[str]]:
        """For each table the Party that each row is about; empty where it is about all."""
        found: dict[str, list[str]] = {}
        for name in _referenced_first(self.package):
            found[name] = self._parties_of(self._tables[name], found)
        return found

    def _parties_of(self, table: Table, known: Mapping[str, list[str]]) -> list[str]:
        """The Party of each row: of the first of the fields that lead to one and is filled in."""
        found = [""] * len(table.rows)
        for name in reversed(table.resource.party):
            reference = table.resource.reference(name)
            if reference is None:
                continue
            target = self._tables[reference.resource]
            is_party = target.resource.name == PARTIES
            keys = target.columns(target.resource.primary_key)
            about = (
                {} if is_party else dict(zip(keys, known.get(reference.resource, ()), strict=False))
            )
            for index, value in enumerate(table.column(name)):
                if value:
                    found[index] = value if is_party else about.get((value,), "")
        return found

    @cached_property
    def divided(self) -> Mapping[str, Tables]:
        """The rows as workbooks hold them: by Party; under the empty text those of all Parties."""
        rows: dict[str, dict[str, list[Row]]] = {"": {}}
        for name, table in self._tables.items():
            if "party" not in table.resource.workbooks:
                rows[""][name] = list(table.rows)
                continue
            for party, row in zip(self.parties[name], table.rows, strict=True):
                rows.setdefault(party, {}).setdefault(name, []).append(row)
        return {party: self._with_rows(own) for party, own in rows.items()}

    def _with_rows(self, rows: Mapping[str, list[Row]]) -> Tables:
        """Tables of the same package with these rows."""
        return Tables(
            self.package,
            (Table(self._tables[name].resource, tuple(own)) for name, own in rows.items()),
        )

    def with_table(self, table: Table) -> Tables:
        """The same tables with one replaced."""
        return Tables(self.package, (self._tables | {table.resource.name: table}).values())

    def in_order(self) -> Tables:
        """The same rows, each table in the order that its resource declares.

        Text orders by code point, numbers by size, a foreign key as the row that it points to
        stands in its own table, an enumerated value by its place in the enumeration; what is
        missing comes last.
        """
        done: dict[str, Table] = {}
        for name in _referenced_first(self.package):
            done[name] = _sorted(self._tables[name], done)
        return Tables(self.package, done.values())


def _referenced_first(package: Package) -> list[str]:
    """Resource names such that each comes after those that its foreign keys point to."""
    names: list[str] = []

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in names or name in path:
            return
        for key in package.resource(name).foreign_keys:
            visit(key.resource, (*path, name))
        names.append(name)

    for resource in package.resources:
        visit(resource.name, ())
    return names


def _sorted(table: Table, done: Mapping[str, Table]) -> Table:
    """The table with its rows in order; the very same where they are already."""
    columns = [_ranks(table, name, done) for name in table.resource.order]
    columns += [_ranks(table, name, {}) for name in table.resource.primary_key]
    keys = list(zip(*columns, strict=True))
    if all(map(le, keys, islice(keys, 1, None))):
        return table
    indices = sorted(range(len(keys)), key=keys.__getitem__)
    sources = tuple(table.sources[i] for i in indices) if table.sources else ()
    return replace(table, rows=tuple(table.rows[i] for i in indices), sources=sources)


_Rank = tuple[int, int, str]
_LAST: _Rank = (2, 0, "")


def _ranks(table: Table, name: str, done: Mapping[str, Table]) -> list[_Rank]:
    """The rank of each row by one field; equal texts share theirs."""
    rank = _ranking(table.resource, name, done)
    texts = table.column(name)
    known = {text: rank(text) for text in dict.fromkeys(texts)}
    return [known[text] for text in texts]


def _ranking(resource: Resource, name: str, done: Mapping[str, Table]) -> Callable[[str], _Rank]:
    """The function that ranks the values of a field."""
    field = resource.field(name)
    reference = resource.reference(name)
    if reference and reference.resource in done:
        rank = done[reference.resource].rank
        return lambda text: _ranked(rank.get((text,)), text)
    if field.constraints.enum:
        places = {value: place for place, value in enumerate(field.constraints.enum)}
        return lambda text: _ranked(places.get(text), text)
    if field.type in ("integer", "year"):
        return _number_rank
    return lambda text: _ranked(0, text)


def _ranked(place: int | None, text: str) -> _Rank:
    if not text:
        return _LAST
    return (1, 0, text) if place is None else (0, place, text)


def _number_rank(text: str) -> _Rank:
    try:
        return (0, int(text), text) if text else _LAST
    except ValueError:
        return (1, 0, text)
