"""The base of a workbook: what its rows were when it was made, kept in a sheet of ordinary cells.

Ordinary cells are the only thing that every spreadsheet program keeps. The layout of the sheet is

    lanzarote.base/3 | digest | package | version | view
    text             |
    text             |

The texts together are the tables (an object of table names, each an object of field names, each a
list with the text of every row) as JSON, compressed with zlib and encoded in base64. In cells of
their own, the rows would double the time and the memory that a workbook takes everywhere.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lanzarote_data.model.errors import WorkbookError
from lanzarote_data.model.package import Package, Resource
from lanzarote_data.model.tables import Table, Tables
from lanzarote_data.text.standing import FOLLOW_UP
from lanzarote_data.workbook.form import CODE, GREY, KINDS, with_form
from lanzarote_data.workbook.layout import FORM, View, view_named

ANY_FORMAT = "lanzarote.base/"
FORMAT = f"{ANY_FORMAT}3"
PROPERTY = "lanzarote-base"
LONGEST_TEXT = 30_000
QUICKLY = 1
LARGEST_CONTENT = 400_000_000
FieldTexts = Mapping[str, list[str]]
"""The texts of each field, one for each row."""


@dataclass(frozen=True)
class Base:
    """What a workbook was made from: the view, the rows, and their digest.

    ``names`` are the tables that it has; ``lines`` are those of its sheet, to be written again as
    they were; ``left_out`` names tables and fields that the package of today no longer has, and
    ``outdated`` the tables that lacked a field which each row needs today, in place of another.
    """

    view: View
    tables: Tables
    digest: str
    names: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    left_out: tuple[str, ...] = ()
    outdated: frozenset[str] = frozenset()


def base_lines(tables: Tables, names: Iterable[str], view: str) -> list[list[str]]:
    """The lines of the sheet for these tables."""
    package = tables.package
    columns = {
        name: {field: tables[name].column(field) for field in tables[name].resource.field_names}
        for name in names
    }
    content = json.dumps(columns, separators=(",", ":")).encode("ascii")
    packed = base64.b64encode(zlib.compress(content, QUICKLY)).decode("ascii").rstrip("=")
    texts = (packed[i : i + LONGEST_TEXT] for i in range(0, len(packed), LONGEST_TEXT))
    digest = _digest(package.name, package.version, view, content)
    return [[FORMAT, digest, package.name, package.version, view], *([text] for text in texts)]


def _digest(package: str, version: str, view: str, content: bytes) -> str:
    """SHA-256 of what the workbook was made from, and of the rows as JSON."""
    head = json.dumps([package, version, view], separators=(",", ":"))
    return hashlib.sha256(head.encode("ascii") + b"\n" + content).hexdigest()


def read_base(lines: Sequence[Sequence[str]], package: Package, copies: Iterable[str]) -> Base:
    """Read the base from the lines of its sheet; ``copies`` are digests kept in other places.

    :raises WorkbookError: the sheet is damaged, disagrees with a copy, or is of another package.
    """
    digest, name, version, view = head = _head(lines)
    texts = ["".join(line) for line in lines[1:]]
    content, of_view = _unpacked("".join(texts)), view_named(view)
    if _digest(name, version, view, content) != digest:
        raise _damaged("its content does not match its digest")
    if any(copy != digest for copy in copies):
        raise _damaged("the digest in the properties of the file differs")
    if name != package.name:
        raise WorkbookError(
            f"The workbook was made from the data package {name!r}, not from {package.name!r}.",
            "Import it into the package that it was made from.",
        )
    found = _columns(content)
    if of_view.asks_for:
        package = _with_form(package, of_view, found.get(FORM, {}))
    known = {table: columns for table, columns in found.items() if table in package}
    tables = [_table(package.resource(name), columns) for name, columns in known.items()]
    if any(len(table.by_key) != table.count for table in tables):
        raise _damaged("two of its rows have the same id")
    return Base(
        view=of_view,
        tables=Tables(package, tables),
        digest=digest,
        names=tuple(found),
        lines=((FORMAT, *head), *((text,) for text in texts if text)),
        left_out=tuple(_left_out(package, found)),
        outdated=frozenset(n for n in known if _is_outdated(package.resource(n), known[n])),
    )


def _head(lines: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The digest, the name and version of the package, and the view."""
    head = list(lines[0][:5]) if lines and not any(lines[0][5:]) else []
    if head and head[0] != FORMAT and head[0].startswith(ANY_FORMAT):
        raise WorkbookError(
            "The workbook was made by another version of this program, in another form.",
            "Export the workbook again and copy your edits into it; or import it with that "
            "version.",
        )
    if len(head) != 5 or head[0] != FORMAT:
        raise _damaged("its first line was changed")
    return tuple(head[1:])


def _table(resource: Resource, columns: FieldTexts) -> Table:
    """The rows with the fields of today that the base has; of others nothing is known."""
    known = {field: texts for field, texts in columns.items() if field in resource}
    rows = zip(*known.values(), strict=True)
    return Table(resource, (dict(zip(known, row, strict=True)) for row in rows))


def _left_out(package: Package, found: Mapping[str, FieldTexts]) -> Iterator[str]:
    """The tables, and the fields of the others, that the package no longer has."""
    for table, columns in found.items():
        if table not in package:
            yield table
        else:
            yield from (f"{table}/{f}" for f in columns if f not in package.resource(table))


def _is_outdated(resource: Resource, columns: FieldTexts) -> bool:
    """Whether a field that must have a value is missing, and another one is there in its stead."""
    needed = {field.name for field in resource.fields if field.constraints.required}
    return not needed <= columns.keys() and any(field not in resource for field in columns)


def _unpacked(text: str) -> bytes:
    """The bytes that the texts of the sheet hold, however far they would unpack."""
    unpacker = zlib.decompressobj()
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
        content = unpacker.decompress(packed, LARGEST_CONTENT)
    except (binascii.Error, ValueError, zlib.error) as reason:
        raise _damaged("one of its texts was changed") from reason
    if not unpacker.eof or unpacker.unused_data:
        raise _damaged("something was added to it or removed from it")
    return content


def _columns(content: bytes) -> dict[str, FieldTexts]:
    """The texts of each table.

    Whoever forges the content can forge its digest too, so everything is checked.
    """
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(map(_is_table, found.values())):
        raise _damaged("it does not contain tables with fields and rows")
    return found


def _is_table(columns: Any) -> bool:
    """Whether a value is a table: lists of texts by name of field, all of one length."""
    if not isinstance(columns, Mapping):
        return False
    lists = columns.values()
    if not all(isinstance(texts, list) for texts in lists) or len(set(map(len, lists))) > 1:
        return False
    return all(set(map(type, texts)) <= {str} for texts in lists)


def _with_form(package: Package, view: View, columns: FieldTexts) -> Package:
    """The package with the sheet of a form, whose rows the base has."""
    if view.asks_for not in KINDS.values() or FOLLOW_UP not in package:
        raise _damaged("it is of no form that this program makes")
    if not {CODE, *GREY} <= columns.keys():
        raise _damaged("it lacks the rows of the form")
    return with_form(package, view, columns[CODE])


def _damaged(why: str) -> WorkbookError:
    return WorkbookError(
        f"The hidden sheet {'_base'!r} of the workbook is damaged: {why}.",
        "Without it, edits cannot be recognised. Export the workbook again and copy your "
        "edits into it.",
    )
