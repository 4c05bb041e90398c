"""Tables: resource name to rows of canonical text, by key. Loses nothing, knows no library."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import count, islice
from operator import le
from typing import overload

from lanzarote_data.model.package import Package, Resource
from lanzarote_data.model.problems import Location

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
    """Where the rows of a file or sheet stand: its name, and the number of each row’s first line.

    Tables of a million rows keep four bytes for each; a :class:`Source` is made when one is asked
    for. ``columns`` is that of each of them.
    """

    name: str
    numbers: array[int]
    columns: Mapping[str, str] | None = None

    @overload
    def __getitem__(self, index: int) -> Source: ...
    @overload
    def __getitem__(self, index: slice) -> Lines: ...
    def __getitem__(self, index: int | slice) -> Source | Lines:
        if isinstance(index, slice):
            return Lines(self.name, self.numbers[index], self.columns)
        return Source(self.name, self.numbers[index], self.columns)

    def __len__(self) -> int:
        return len(self.numbers)


class Table:
    """The rows of one resource; immutable by convention.

    ``sources`` says for each row where a person finds it; it may be empty, for rows that stand
    in no file. Two tables are equal when their rows are.

    What is read from a file is kept as columns, which take a third of the memory of rows and are
    what most checks look at; its rows are made when they are first asked for.
    """

    def __init__(
        self, resource: Resource, rows: tuple[Row, ...] = (), sources: Sequence[Source] = ()
    ) -> None:
        self.resource = resource
        self.sources = sources
        self._rows: tuple[Row, ...] | None = rows
        self._columns: Mapping[str, list[str]] | None = None

    @classmethod
    def of_columns(
        cls,
        resource: Resource,
        columns: Mapping[str, list[str]],
        sources: Sequence[Source] = (),
    ) -> Table:
        """A table of columns of one length: the texts of each field, a row after the other.

        A field that has no column is empty in every row.
        """
        table = cls(resource, (), sources)
        empty = [""] * len(next(iter(columns.values()), []))
        table._rows = None
        table._columns = {name: columns.get(name, empty) for name in resource.field_names}
        return table

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows."""
        if self._rows is None:
            columns = self._columns or {}
            rows = zip(*columns.values(), strict=True)
            self._rows = tuple(dict(zip(columns, row, strict=True)) for row in rows)
        return self._rows

    @property
    def has_columns(self) -> bool:
        """Whether it is kept as columns, so that :meth:`column` costs nothing."""
        return self._columns is not None

    @property
    def count(self) -> int:
        """The number of rows."""
        if self._columns is None:
            return len(self.rows)
        return len(next(iter(self._columns.values()), []))

    def __repr__(self) -> str:
        return f"<Table {self.resource.name}: {self.count} rows>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table):
            return NotImplemented
        if self.resource.name != other.resource.name:
            return False
        if self._columns is not None and other._columns is not None:
            return self._columns == other._columns
        return self.rows == other.rows

    def __hash__(self) -> int:
        return hash((self.resource.name, self.count))

    def key(self, row: Row) -> Key:
        """The primary key of a row."""
        return tuple(row.get(name, "") for name in self.resource.primary_key)

    def key_at(self, index: int) -> Key:
        """The primary key of the row with this index (from 0)."""
        if self._columns is None:
            return self.key(self.rows[index])
        return tuple(self._columns[name][index] for name in self.resource.primary_key)

    def row_at(self, index: int) -> Row:
        """The row with this index (from 0)."""
        if self._rows is None and self._columns is not None:
            return {name: texts[index] for name, texts in self._columns.items()}
        return self.rows[index]

    def column(self, name: str) -> list[str]:
        """The texts of one field, a row after the other; empty where a row does not have it."""
        if self._columns is not None:
            return self._columns[name] if name in self._columns else [""] * self.count
        try:
            return [row[name] for row in self.rows]
        except KeyError:
            return [row.get(name, "") for row in self.rows]

    def columns(self, names: Iterable[str]) -> Iterator[Key]:
        """The texts of some fields together, a tuple for each row."""
        return zip(*(self.column(name) for name in names), strict=True)

    @cached_property
    def rank(self) -> dict[Key, int]:
        """The place of each key among the rows, from 0; of a doubled key the last."""
        return {key: at for at, key in enumerate(self.columns(self.resource.primary_key))}

    @cached_property
    def by_key(self) -> dict[Key, Row]:
        """The rows by primary key; where a key is doubled, its last row."""
        return dict(zip(self.columns(self.resource.primary_key), self.rows, strict=True))

    def find(self, key: Key) -> Row | None:
        """The row with this key; None where there is none."""
        index = self.rank.get(key)
        return None if index is None else self.row_at(index)

    def location(self, index: int, field: str = "") -> Location:
        """The place of the row with this index (from 0), or of one of its cells."""
        source = self.sources[index].place(field) if self.sources else self.resource.name
        return Location(self.resource.name, key_text(self.key_at(index)), field, source)

    def location_of(self, key: Key, field: str = "") -> Location:
        """The place of the row with this key; without a line where there is no such row."""
        index = self.rank.get(key)
        if index is None:
            return Location(self.resource.name, key_text(key), field, self.resource.name)
        return self.location(index, field)

    def placed(self, sources: Sequence[Source]) -> Table:
        """The same rows, found elsewhere."""
        return self._with_same_keys(self._rows, self._columns, sources)

    def described_by(self, resource: Resource) -> Table:
        """The same rows with another description, of the same fields."""
        table = self._with_same_keys(self._rows, self._columns, self.sources)
        table.resource = resource
        return table

    def chosen(self, indices: Sequence[int]) -> Table:
        """The rows with these indices (from 0), in this order."""
        sources = tuple(self.sources[i] for i in indices) if self.sources else ()
        if self._columns is None:
            return Table(self.resource, tuple(self.rows[i] for i in indices), sources)
        columns = {n: [texts[i] for i in indices] for n, texts in self._columns.items()}
        return Table.of_columns(self.resource, columns, sources)

    def part(self, start: int, end: int) -> Table:
        """The rows from the index ``start`` to before ``end``, without their sources."""
        if self._columns is None:
            return Table(self.resource, self.rows[start:end])
        columns = {name: texts[start:end] for name, texts in self._columns.items()}
        return Table.of_columns(self.resource, columns)

    def revised(
        self, replaced: Mapping[int, Row], removed: Collection[int], added: Sequence[Row]
    ) -> Table:
        """Some rows replaced and removed, by index (from 0), and others added at the end.

        A row that is replaced keeps its key. The very same table where nothing of that is; columns
        that stay as they are are shared. The rows have no sources.
        """
        if not replaced and not removed and not added:
            return self
        columns = {}
        for name in self.resource.field_names:
            texts = _replaced(self.column(name), name, replaced)
            if removed:
                texts = [text for index, text in enumerate(texts) if index not in removed]
            if added:
                texts = [*texts, *(row.get(name, "") for row in added)]
            columns[name] = texts
        if removed or added:
            return Table.of_columns(self.resource, columns)
        return self._with_same_keys(None, columns, ())

    def _with_same_keys(
        self,
        rows: tuple[Row, ...] | None,
        columns: Mapping[str, list[str]] | None,
        sources: Sequence[Source],
    ) -> Table:
        table = Table(self.resource, (), sources)
        table._rows = rows
        table._columns = columns
        if "rank" in self.__dict__:
            table.rank = self.rank
        return table


def _replaced(texts: list[str], name: str, rows: Mapping[int, Row]) -> list[str]:
    """A column with the texts that some rows have now; the same list where they are the same."""
    new = {index: row.get(name, "") for index, row in rows.items()}
    if all(texts[index] == text for index, text in new.items()):
        return texts
    changed = list(texts)
    for index, text in new.items():
        changed[index] = text
    return changed


class Tables(Mapping[str, Table]):
    """All tables of a package, by resource name, in declared order; immutable by convention.

    A resource that is not given has no rows. ``is_in_order`` says that the rows are known to stand
    in the order that :meth:`in_order` puts them in.
    """

    def __init__(
        self, package: Package, tables: Iterable[Table] = (), is_in_order: bool = False
    ) -> None:
        given = {table.resource.name: table for table in tables}
        self.package = package
        self.is_in_order = is_in_order
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
        whole: dict[str, list[Table]] = {"": []}
        for name, table in self._tables.items():
            if "party" not in table.resource.workbooks:
                whole[""].append(table.placed(()))
                continue
            indices: dict[str, list[int]] = {}
            for index, party in enumerate(self.parties[name]):
                indices.setdefault(party, []).append(index)
            for party, own in indices.items():
                whole.setdefault(party, []).append(table.placed(()).chosen(own))
        return {party: Tables(self.package, own) for party, own in whole.items()}

    def with_table(self, table: Table) -> Tables:
        """The same tables with one replaced."""
        return Tables(self.package, (self._tables | {table.resource.name: table}).values())

    def in_order(self) -> Tables:
        """The same rows, each table in the order that its resource declares.

        Text orders by code point, numbers by size, a foreign key as the row that it points to
        stands in its own table, an enumerated value by its place in the enumeration; what is
        missing comes last.
        """
        if self.is_in_order:
            return self
        done: dict[str, Table] = {}
        for name in _referenced_first(self.package):
            done[name] = _sorted(self._tables[name], done)
        return Tables(self.package, done.values(), is_in_order=True)


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
    return table.chosen(sorted(range(len(keys)), key=keys.__getitem__))


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
    if not places and "" not in distinct:
        return texts
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
    return (1, 0, text) if place is None else (0, place, text)
