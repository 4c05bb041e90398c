"""The base of a workbook: what its rows were when it was made, kept in a sheet of ordinary cells.

Ordinary cells are the only thing that every spreadsheet program keeps. The sheet is laid out so:

    lanzarote.base/1 | digest | package | version | view
    table            | name   | field   | field   | …
    row              |        | text    | text    | …
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lanzarote_data.errors import WorkbookError
from lanzarote_data.package import Package
from lanzarote_data.tables import Row, Table, Tables
from lanzarote_data.workbook.layout import View, view_named

FORMAT = "lanzarote.base/1"
PROPERTY = "lanzarote-base"


@dataclass(frozen=True)
class Base:
    """What a workbook was made from: package, version and view, the rows, and their digest.

    ``lines`` are those of its sheet, to be written again as they were; ``left_out`` names tables
    and fields that the package of today no longer has.
    """

    package: str
    version: str
    view: View
    tables: Tables
    digest: str
    lines: tuple[tuple[str, ...], ...]
    left_out: tuple[str, ...] = ()


def base_lines(tables: Tables, names: Iterable[str], view: str) -> list[list[str]]:
    """The lines of the sheet for these tables."""
    content = list(_content(tables, names))
    package = tables.package
    head = [FORMAT, _digest(package.name, package.version, view, content)]
    return [[*head, package.name, package.version, view], *content]


def _content(tables: Tables, names: Iterable[str]) -> Iterator[list[str]]:
    for name in names:
        table = tables[name]
        fields = table.resource.field_names
        yield ["table", name, *fields]
        yield from (["row", "", *(row.get(field, "") for field in fields)] for row in table.rows)


def _digest(package: str, version: str, view: str, content: Iterable[Sequence[str]]) -> str:
    """SHA-256 of the lines without the empty cells at their ends, which programs drop."""
    lines = [[package, version, view], *(_trimmed(line) for line in content)]
    text = json.dumps(lines, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _trimmed(line: Sequence[str]) -> list[str]:
    cells = list(line)
    while cells and not cells[-1]:
        cells.pop()
    return cells


def read_base(lines: Sequence[Sequence[str]], package: Package, copies: Iterable[str]) -> Base:
    """The base from the lines of its sheet; ``copies`` are the digests kept in other places.

    :raises WorkbookError: the sheet is damaged, disagrees with a copy, or is of another package.
    """
    trimmed = [line for line in map(_trimmed, lines) if line]
    if not trimmed or len(trimmed[0]) != 5 or trimmed[0][0] != FORMAT:
        raise _damaged("its first line is not as it was written")
    _, digest, name, version, view = trimmed[0]
    if _digest(name, version, view, trimmed[1:]) != digest:
        raise _damaged("its content does not fit its digest")
    if any(copy != digest for copy in copies):
        raise _damaged("the digest in the properties of the file is another one")
    if name != package.name:
        raise WorkbookError(
            f"The workbook was made from the data package {name!r}, not from {package.name!r}.",
            "Import it into the package that it was made from.",
        )
    tables, left_out = _tables(trimmed[1:], package)
    kept = tuple(tuple(line) for line in trimmed)
    return Base(name, version, view_named(view), tables, digest, kept, tuple(left_out))


def _tables(lines: Sequence[Sequence[str]], package: Package) -> tuple[Tables, list[str]]:
    """The tables of the lines, and the names of what the package no longer has.

    Whoever makes up lines can make up their digest: nothing is taken for granted.
    """
    rows: dict[str, list[Row]] = {}
    left_out: list[str] = []
    name, fields = "", list[str]()
    for line in lines:
        kind, *texts = line
        if kind == "table" and texts and texts[0] not in rows:
            name, *fields = texts
            left_out += _unknown(package, name, fields)
            rows[name] = []
        elif kind == "row" and name and len(texts) <= len(fields) + 1:
            cells = [*texts[1:], *[""] * len(fields)]
            rows[name].append(dict(zip(fields, cells, strict=False)))
        else:
            raise _damaged("it has a line that is neither a table nor a row of one")
    known = [name for name in rows if name in package]
    return Tables(package, (_known_fields(package, n, rows[n]) for n in known)), left_out


def _known_fields(package: Package, name: str, rows: list[Row]) -> Table:
    resource = package.resource(name)
    return Table(resource, tuple({f: t for f, t in row.items() if f in resource} for row in rows))


def _unknown(package: Package, name: str, fields: list[str]) -> list[str]:
    if name not in package:
        return [name]
    resource = package.resource(name)
    return [f"{name}/{field}" for field in fields if field not in resource]


def _damaged(why: str) -> WorkbookError:
    return WorkbookError(
        f"The hidden sheet {'_base'!r} of the workbook is damaged: {why}.",
        "Without it nobody can tell what was edited. Export the workbook anew and copy your "
        "edits into it.",
    )
