"""Tables: rows of canonical text by resource and key. Loses nothing and needs no library."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count, islice
from operator import le, lt
from typing import Any, NamedTuple, TypeVar

from lanzarote_data.model.package import Package, Resource
from lanzarote_data.model.problems import Location, Problem

T = TypeVar("T")
Row = Mapping[str, str]
"""One row: field name to canonical text; the empty text is a missing value."""

Key = tuple[str, ...]
"""The values of a row's primary key."""


def key_text(key: Key) -> str:
    """A key as one text: ``R2-BEL-II-6``; the parts of a compound key joined by ``/``."""
    return "/".join(key)


class Source(NamedTuple):
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


class Table:
    """The rows of one resource; immutable by convention.

    ``sources`` says for each row where a person finds it; it is empty for rows that are in no
    file. Two tables are equal when their rows are.
    """

    def __init__(
        self, resource: Resource, rows: Iterable[Row] = (), sources: Sequence[Source] = ()
    ) -> None:
        self.resource = resource
        self.rows = tuple(rows)
        self.sources = sources
        self._columns: dict[str, list[str]] = {}

    @property
    def count(self) -> int:
        """The number of rows."""
        return len(self.rows)

    def __repr__(self) -> str:
        return f"<Table {self.resource.name}: {self.count} rows>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table):
            return NotImplemented
        return self.resource.name == other.resource.name and self.rows == other.rows

    def __hash__(self) -> int:
        return hash((self.resource.name, self.count))

    def key(self, row: Row) -> Key:
        """The primary key of a row."""
        return tuple(row.get(name, "") for name in self.resource.primary_key)

    def column(self, name: str) -> list[str]:
        """The texts of one field, row by row, not to be changed; empty where a row lacks it."""
        if name not in self._columns:
            try:
                self._columns[name] = [row[name] for row in self.rows]
            except KeyError:
                self._columns[name] = [row.get(name, "") for row in self.rows]
        return self._columns[name]

    def columns(self, names: Iterable[str]) -> Iterator[Key]:
        """The texts of some fields together, a tuple for each row."""
        return zip(*(self.column(name) for name in names), strict=True)

    @cached_property
    def rank(self) -> dict[Key, int]:
        """The index of each key among the rows, from 0; the last where a key is duplicated."""
        return {key: at for at, key in enumerate(self.columns(self.resource.primary_key))}

    @cached_property
    def by_key(self) -> dict[Key, Row]:
        """The rows by primary key; the last row where a key is duplicated."""
        return dict(zip(self.columns(self.resource.primary_key), self.rows, strict=True))

    def find(self, key: Key) -> Row | None:
        """The row with this key; None where there is none."""
        return self.by_key.get(key)

    def location(self, index: int, field: str = "") -> Location:
        """The place of the row with this index (from 0), or of one of its cells."""
        source = self.sources[index].place(field) if self.sources else self.resource.name
        key = key_text(self.key(self.rows[index]))
        return Location(self.resource.name, key, field, source)

    def location_of(self, key: Key, field: str = "") -> Location:
        """The place of the row with this key; without a line where there is no such row."""
        index = self.rank.get(key)
        if index is None:
            return Location(self.resource.name, key_text(key), field, self.resource.name)
        return self.location(index, field)

    def described_by(self, resource: Resource) -> Table:
        """The same rows with another description of the same fields."""
        return Table(resource, self.rows, self.sources)


@dataclass(frozen=True)
class Checked:
    """What a check of tables found that are valid: the digest of their files, and warnings."""

    digest: str
    warnings: tuple[Problem, ...]


class Tables(Mapping[str, Table]):
    """All tables of a package, by resource name, in declared order; immutable by convention.

    A resource that is not given has no rows. ``is_in_order`` says that the rows are known to be
    in the order of :meth:`in_order`, and ``checked`` that these very tables are known to be valid.
    """

    def __init__(
        self,
        package: Package,
        tables: Iterable[Table] = (),
        is_in_order: bool = False,
        checked: Checked | None = None,
    ) -> None:
        given = {table.resource.name: table for table in tables}
        self.package = package
        self.is_in_order = is_in_order
        self.checked = checked
        self._before: Mapping[str, Table] = {}
        self._worked_out: dict[object, Any] = {}
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
        return self._tables[name].find(key) if name in self._tables else None

    def published(self) -> Tables:
        """The tables without those whose rows wait for a person, and a descriptor without them."""
        kept = tuple(resource for resource in self.package.resources if not resource.is_worklist)
        names = {resource.name for resource in kept}
        descriptor = dict(self.package.descriptor)
        descriptor["resources"] = [e for e in descriptor["resources"] if e["name"] in names]
        package = replace(self.package, resources=kept, descriptor=descriptor)
        return Tables(package, (self[name] for name in names), self.is_in_order)

    @cached_property
    def parties(self) -> Mapping[str, list[str]]:
        """For each table the Party that each row is about; empty where it is about all."""
        found: dict[str, list[str]] = {}
        for name in _referenced_first(self.package):
            found[name] = self._parties_of(self._tables[name], found)
        return found

    def _parties_of(self, table: Table, known: Mapping[str, list[str]]) -> list[str]:
        """The Party of each row: of the first of the fields that lead to one and is filled in."""
        found = [""] * table.count
        for name in reversed(table.resource.party):
            reference = table.resource.reference(name)
            if reference is None:
                continue
            target = self._tables[reference.resource]
            is_party = name in table.resource.names_party
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
        """The rows as workbooks hold them: by Party; under the empty text those of all Parties.

        Derived tables are in no workbook.
        """
        whole: dict[str, list[Table]] = {"": []}
        for name, table in self._tables.items():
            if table.resource.derived:
                continue
            of_party: dict[str, list[Row]] = {}
            by_party = "party" in table.resource.workbooks
            parties = self.parties[name] if by_party else [""] * table.count
            for party, row in zip(parties, table.rows, strict=True):
                of_party.setdefault(party, []).append(row)
            for party, rows in of_party.items():
                whole.setdefault(party, []).append(Table(table.resource, rows))
        return {party: Tables(self.package, own) for party, own in whole.items()}

    def with_table(self, table: Table) -> Tables:
        """The same tables with one replaced."""
        changed = Tables(self.package, (self._tables | {table.resource.name: table}).values())
        changed._before = self._tables if self.is_in_order else self._before
        return changed

    def worked_out(self, make: Callable[[Tables], T]) -> T:
        """What a function makes of these tables, made once."""
        if make not in self._worked_out:
            self._worked_out[make] = make(self)
        found: T = self._worked_out[make]
        return found

    def in_order(self) -> Tables:
        """The same rows, each table in the order that its resource declares.

        Text is ordered by code point, but numbers in it by size (II-6, II-10); a number by size, a
        foreign key as the row that it refers to in its own table, an enumerated value by its
        place in the enumeration; missing values come last. Tables that are in order already are
        returned as they are, and remember that they are.
        """
        return self if self.is_in_order else self._ordered

    @cached_property
    def _ordered(self) -> Tables:
        done: dict[str, Table] = {}
        for name in _referenced_first(self.package):
            table = self._tables[name]
            named = (key.resource for key in table.resource.foreign_keys)
            needed = {n: done[n] for n in named if n in done} | {name: table}
            is_as_before = all(self._before.get(n) is needed[n] for n in needed)
            done[name] = table if is_as_before else _sorted(table, done)
        self.is_in_order = all(done[name] is table for name, table in self._tables.items())
        return Tables(self.package, done.values(), is_in_order=True)


def _referenced_first(package: Package) -> list[str]:
    """Resource names such that each comes after those that its foreign keys point to."""
    names: list[str] = []

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in names or name in path:
            return
        for key in package.resource(name).foreign_keys:
            if key.resource in package:
                visit(key.resource, (*path, name))
        names.append(name)

    for resource in package.resources:
        visit(resource.name, ())
    return names


def _sorted(table: Table, done: Mapping[str, Table]) -> Table:
    """The table with its rows in order; the very same where they are already."""
    columns = [_ranks(table, name, done) for name in table.resource.order]
    keys = list(zip(*columns, strict=True))
    if all(map(lt, keys, islice(keys, 1, None))):
        return table
    columns += [_ranks(table, name, {}) for name in table.resource.primary_key]
    keys = list(zip(*columns, strict=True))
    if all(map(le, keys, islice(keys, 1, None))):
        return table
    indices = sorted(range(len(keys)), key=keys.__getitem__)
    sources = [table.sources[index] for index in indices] if table.sources else ()
    return Table(table.resource, [table.rows[index] for index in indices], sources)


_NUMBER = re.compile(r"[0-9]+")
_Rank = tuple[int, int, str]
_LAST: _Rank = (2, 0, "")


def _ranks(table: Table, name: str, done: Mapping[str, Table]) -> Sequence[_Rank | int | str]:
    """The rank of each row by one field; equal texts share theirs.

    All ranks of a field compare with each other: where none is missing and all have a place or a
    size, these are the ranks; where all are texts, the texts.
    """
    texts = table.column(name)
    distinct = set(texts)
    places = _places(table.resource, name, done, distinct)
    if distinct <= places.keys():
        return list(map(places.__getitem__, texts))
    known = {text: _ranked(places.get(text), text) for text in distinct}
    return list(map(known.__getitem__, texts))


def _places(
    resource: Resource, name: str, done: Mapping[str, Table], texts: Iterable[str]
) -> Mapping[str, int]:
    """The place or size of the values of a field that have one."""
    field = resource.field(name)
    reference = resource.reference(name)
    if reference and reference.resource in done:
        return dict(zip(done[reference.resource].column(reference.reference_fields[0]), count()))
    if field.constraints.enum:
        return dict(zip(field.constraints.enum, count()))
    sizes: dict[str, int] = {}
    for text in texts if field.type in ("integer", "year") else ():
        with suppress(ValueError):
            sizes[text] = int(text)
    return sizes


def _ranked(place: int | None, text: str) -> _Rank:
    if not text:
        return _LAST
    return (1, 0, _natural(text)) if place is None else (0, place, text)


def _natural(text: str) -> str:
    """A text that orders as people expect, by the size of the numbers in it: II-6, II-10."""
    return _NUMBER.sub(lambda found: found[0].rjust(12, "0"), text) + f"\0{text}"
