"""Hostile formats of a release: Parquet, SQLite, Excel, CSV and JSON Lines that mean harm."""

from __future__ import annotations

import io
import json
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pyarrow
from pyarrow import parquet

from lanzarote_data.release.archive import stored
from lanzarote_data.release.parquet import _schema
from lanzarote_data.release.parquet_form import FOOTER
from lanzarote_data.release.thrift import Struct, Thrift
from tests.hostile import thrift
from tests.hostile.files import repacked
from tests.hostile.releases import with_file
from tests.release_support import small_files, tables_of

DATABASE = "small-data.sqlite"
WORKBOOK = "small-data.xlsx"
NOTES = "parquet/notes.parquet"
PLACES = "parquet/places.parquet"
_DEEP = b"[" * 100_000
_LONG = "x" * 500_000
_PAGE = 4096


# Parquet


def _places(texts: list[str] | pyarrow.Array, schema: Any = None, **how: Any) -> bytes:
    """The places as Parquet, every cell of a row the same text."""
    tables = tables_of()
    schema = schema or _schema(tables.package, tables["places"].resource)
    out = io.BytesIO()
    table = pyarrow.Table.from_arrays([texts, texts], schema=schema)
    parquet.write_table(table, out, **{"compression": "none", **how})
    return out.getvalue()


def _constant(field: Any, text: str, rows: int) -> pyarrow.Array:
    """A column of nothing, or of one value where its field needs one."""
    if field.nullable:
        return pyarrow.nulls(rows, field.type)
    if field.type != pyarrow.string():
        return pyarrow.repeat(pyarrow.scalar(0, field.type), rows)
    places = pyarrow.repeat(pyarrow.scalar(0, "int32"), rows)
    return pyarrow.DictionaryArray.from_arrays(places, [text])


def _constants(name: str, text: str, rows: int) -> bytes:
    """A table as Parquet whose rows all have one text where they need one, and else nothing.

    The file holds them once; its columns are those of the small release.
    """
    tables = tables_of()
    schema = _schema(tables.package, tables[name].resource)
    columns = [_constant(field, text, rows) for field in schema]
    kept = [
        pyarrow.field(f.name, column.type, f.nullable)
        for f, column in zip(schema, columns, strict=True)
    ]
    out = io.BytesIO()
    table = pyarrow.Table.from_arrays(columns, schema=pyarrow.schema(kept))
    parquet.write_table(table, out, compression="none", store_schema=False)
    return out.getvalue()


def _one_text(text: str, rows: int) -> bytes:
    return _constants("places", text, rows)


def _nothing(rows: int) -> bytes:
    return _constants("notes", "N1", rows)


def _groups(number: int) -> bytes:
    tables = tables_of()
    schema = _schema(tables.package, tables["places"].resource)
    out = io.BytesIO()
    empty = pyarrow.Table.from_arrays([pyarrow.array([], "string")] * 2, schema=schema)
    with parquet.ParquetWriter(out, schema, compression="none") as writer:
        for _ in range(number):
            writer.write_table(empty)
    return out.getvalue()


def _encoded(encoding: str, texts: list[str]) -> bytes:
    how = {
        "use_dictionary": False,
        "column_encoding": dict.fromkeys(("place_id", "name"), encoding),
    }
    return _places(pyarrow.array(texts), **how)


def _footer(change: Callable[[bytes], bytes]) -> bytes:
    """The places as Parquet with another footer."""
    content = small_files()[PLACES]
    (size,) = struct.unpack("<L", content[-8:-4])
    footer = change(content[-8 - size : -8])
    return content[: -8 - size] + footer + struct.pack("<L", len(footer)) + b"PAR1"


def _parts(content: bytes) -> tuple[bytes, Struct]:
    """The columns of a file after the letters with which it begins, and what it says of them."""
    end = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    return content[4:end], Thrift(content[end:-8], len(content)).struct(FOOTER)


def _seen_otherwise(bomb: bytes) -> bytes:
    """The places as Parquet, in whose place readers see those of another file.

    Its list of keys and values has one text for an item. Readers do not ask what it is called, look
    into it for a key and a value, and take what is after them for fields of the file.
    """
    body, about = _parts(small_files()[PLACES])
    other, seen = _parts(bomb)
    for column in about[4][0][1]:
        column[3][9] += len(other)
        column[3][11] += len(other)
    skipped, key = b"????", b"\x08\x02\x01k\x00"
    rows, groups = (thrift.encoded(seen[field], FOOTER[field]) for field in (3, 4))
    hidden = skipped + key + b"\x06\x06" + rows + b"\x09\x08" + groups + b"\x00"
    first = thrift.struct({field: about[field] for field in range(1, 5)}, FOOTER)[:-1]
    size = 4 * 128 + 24
    footer = first + b"\x19\x18" + thrift.number(size) + hidden.ljust(size, b"\x00") + b"\x00"
    return b"PAR1" + other + body + footer + len(footer).to_bytes(4, "little") + b"PAR1"


PARQUET_BOMBS: dict[str, Callable[[], bytes]] = {
    "Parquet: 20,000,000 rows without a value": lambda: with_file(NOTES, _nothing(20_000_000)),
    "Parquet: one text in 5,000,000 rows": lambda: with_file(PLACES, _one_text("x", 5_000_000)),
    "Parquet: a long text in 100,000 rows": lambda: with_file(PLACES, _one_text(_LONG, 100_000)),
    "Parquet: a long text in as many rows as there are": lambda: with_file(
        PLACES, _one_text(_LONG, 3)
    ),
    "Parquet: a long text in some more rows": lambda: with_file(PLACES, _one_text(_LONG, 1_003)),
    "Parquet: long texts in a file of many megabytes": lambda: with_file(
        PLACES, _one_text(_LONG * 10, 1_003)
    ),
    "Parquet: a compression that nobody knows": lambda: with_file(
        PLACES, _footer(lambda footer: footer.replace(b"\x15\x00\x16", b"\x15\x10\x16"))
    ),
    "Parquet: 5,000,000 rows that only its readers see": lambda: with_file(
        PLACES, _seen_otherwise(_one_text("x", 5_000_000))
    ),
    "Parquet: 10,000 row groups": lambda: with_file(PLACES, _groups(10_000)),
    "Parquet: texts that share their beginnings": lambda: with_file(
        PLACES, _encoded("DELTA_BYTE_ARRAY", [_LONG] * 1_000)
    ),
    "Parquet: lengths of 10,000,000 texts": lambda: with_file(
        PLACES, _encoded("DELTA_LENGTH_BYTE_ARRAY", [""] * 10_000_000)
    ),
    "Parquet: 50 megabytes of nothing": lambda: with_file(PLACES, bytes(50_000_000)),
}
PARQUET: dict[str, Callable[[], bytes]] = {
    "Parquet: compressed": lambda: with_file(
        PLACES, _places(["x" * 50_000_000] * 3, compression="zstd")
    ),
    "Parquet: a list of 100,000,000 columns": lambda: with_file(
        PLACES, _footer(lambda _: b"\x15\x04\x19\xfc\x80\xc2\xd7\x2f" + b"\x00" * 100)
    ),
    "Parquet: a footer longer than the file": lambda: with_file(
        PLACES, b"PAR1" + b"\xff\xff\xff\x7f" + b"PAR1"
    ),
    "Parquet: an empty footer": lambda: with_file(PLACES, b"PAR1" + b"\0" * 4 + b"PAR1"),
    "Parquet: encrypted": lambda: with_file(
        PLACES, b"PARE" + small_files()[PLACES][4:-4] + b"PARE"
    ),
}


# SQLite


def _database(change: Callable[[sqlite3.Connection], object]) -> Callable[[], bytes]:
    """The database of the small release, changed as its owner would; its tables may be, too."""

    def make() -> bytes:
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
            connection.deserialize(small_files()[DATABASE])
            connection.execute("PRAGMA writable_schema = ON")
            change(connection)
            return with_file(DATABASE, connection.serialize())

    return make


def _schema_of(name: str, kind: str, sql: str) -> Callable[[], bytes]:
    """The database with another statement under the name of one of its objects."""
    change = "UPDATE sqlite_master SET type = ?, sql = ? WHERE name = ?"
    return _database(lambda connection: connection.execute(change, (kind, sql, name)))


def _added(sql: str) -> Callable[[], bytes]:
    return _database(lambda connection: connection.execute(sql))


_ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x"
_HUGE = "CHECK (length(hex(zeroblob(400000000))) > 0)"


def _cells(children: list[int]) -> bytes:
    """An inner page of a tree of rows, which leads to these pages."""
    start = _PAGE - 5 * (len(children) - 1)
    cells = b"".join(struct.pack(">LB", page, 1) for page in children[:-1])
    places = [start + 5 * number for number in range(len(children) - 1)]
    head = struct.pack(">BHHHBL", 5, 0, len(places), start, 0, children[-1])
    page = head + b"".join(struct.pack(">H", place) for place in places)
    return page.ljust(start, b"\0") + cells


def _tree(times: int, depth: int, root: int) -> Callable[[], bytes]:
    """Pages that lead to one next page many times over, down to a page of rows.

    ``root`` is the page from which they hang: that of the schema is 1.
    """

    def make() -> bytes:
        content = bytearray(small_files()[DATABASE])
        (pages,) = struct.unpack(">L", content[28:32])
        old = bytes(content[_PAGE * (root - 1) : _PAGE * root])
        first = pages + 1
        inner = [_cells([first + level + 1] * times) for level in range(depth)]
        leaf = old if root > 1 else _moved(old)
        content += b"".join([*inner, leaf])
        top = _cells([first] * 2)
        if root == 1:  # 100 bytes of it are the head of the file
            top = old[:100] + _shifted(top)
        content[_PAGE * (root - 1) : _PAGE * root] = top
        content[28:32] = struct.pack(">L", pages + depth + 1)
        return with_file(DATABASE, bytes(content))

    return make


def _shifted(page: bytes) -> bytes:
    """A page as it stands after the head of the file."""
    return page[: _PAGE - 105] + page[-5:]


def _moved(page: bytes) -> bytes:
    """The first page as a page of rows elsewhere."""
    number = struct.unpack(">H", page[103:105])[0]
    head = page[100 : 108 + 2 * number]
    return head + bytes(100) + page[100 + len(head) :]


def _resized(size: int) -> Callable[[], bytes]:
    """The database with another number of pages in its head."""

    def make() -> bytes:
        content = small_files()[DATABASE]
        return with_file(DATABASE, content[:28] + struct.pack(">L", size) + content[32:])

    return make


def _segments(number: int) -> Callable[[sqlite3.Connection], object]:
    """A full-text index in which one part is listed many times."""

    def varint(value: int) -> bytes:
        return bytes([value]) if value < 128 else bytes([value >> 7 | 128, value & 127])

    one = varint(1) + varint(1) + varint(250)
    head = bytes(4) + varint(1) + varint(number) + varint(0)
    block = head + varint(0) + varint(number) + one * number

    def change(connection: sqlite3.Connection) -> None:
        texts = [("x" * 5 + f"{n:06}") for n in range(50_000)]
        connection.execute("UPDATE notes SET text = ? WHERE note_id = 'N1'", (" ".join(texts),))
        connection.execute("INSERT INTO notes_fts (notes_fts) VALUES ('rebuild')")
        connection.execute("UPDATE notes_fts_data SET block = ? WHERE id = 10", (block,))

    return change


SQLITE_BOMBS: dict[str, Callable[[], bytes]] = {
    "SQLite: a check in the index that takes a gigabyte": _schema_of(
        "notes_fts_docsize",
        "table",
        f"CREATE TABLE 'notes_fts_docsize'(id INTEGER PRIMARY KEY, sz BLOB, {_HUGE})",
    ),
    "SQLite: a schema that leads to itself many times over": _tree(100, 12, 1),
    "SQLite: rows that lead to themselves many times over": _tree(100, 12, 2),
    "SQLite: a million rows": _database(
        lambda connection: connection.execute(
            "INSERT INTO places WITH n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 1000000)"
            " SELECT x, x FROM n"
        )
    ),
    "SQLite: a blob of 20 megabytes": _database(
        lambda connection: connection.execute("INSERT INTO places VALUES ('B', zeroblob(20000000))")
    ),
    "SQLite: an index that is listed 2,000 times": _database(_segments(2_000)),
}
SQLITE: dict[str, Callable[[], bytes]] = {
    "SQLite: a view without end": _added(f"CREATE VIEW v AS {_ENDLESS} FROM n"),
    "SQLite: a trigger": _added(
        "CREATE TRIGGER t AFTER INSERT ON notes BEGIN DELETE FROM notes; END"
    ),
    "SQLite: a virtual table": _added("CREATE VIRTUAL TABLE v USING fts5 (x)"),
    "SQLite: a table more": _added("CREATE TABLE more (x)"),
    "SQLite: a view without end in the place of the index": _schema_of(
        "notes_fts_docsize",
        "view",
        f"CREATE VIEW notes_fts_docsize AS SELECT x AS id, x AS sz FROM ({_ENDLESS} FROM n)",
    ),
    "SQLite: a check of a table that takes a gigabyte": _schema_of(
        "places", "table", f"CREATE TABLE places (place_id TEXT, name TEXT, {_HUGE})"
    ),
    "SQLite: a table under the name of another": _schema_of(
        "places", "table", "CREATE TABLE notes (x)"
    ),
    "SQLite: 4,000,000,000 pages": _resized(2**32 - 1),
    "SQLite: an empty file": lambda: with_file(DATABASE, b""),
    "SQLite: no database": lambda: with_file(DATABASE, b"x" * 70_000),
    "SQLite: half a database": lambda: with_file(DATABASE, small_files()[DATABASE][:30_000]),
    "SQLite: a database that is written elsewhere": lambda: with_file(
        DATABASE, small_files()[DATABASE][:18] + b"\2\2" + small_files()[DATABASE][20:]
    ),
}


# Excel


def _workbook(change: Callable[[dict[str, bytes]], object], packed: bool = False) -> bytes:
    made = repacked(small_files()[WORKBOOK], change)
    return with_file(WORKBOOK, made if packed else stored(made))


def _replaced(part: str, old: bytes, new: bytes, packed: bool = False) -> Callable[[], bytes]:
    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[part], (part, parts[part][:2000])
        parts[part] = parts[part].replace(old, new, 1)

    return lambda: _workbook(change, packed)


_SHEET = "xl/worksheets/sheet2.xml"
_STYLES = "xl/styles.xml"
_STRINGS = "xl/sharedStrings.xml"
_END = b"</sheetData>"
_ENTITIES = (
    "<!DOCTYPE x [<!ENTITY a0 'aaaaaaaaaa'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    + "]>"
)


def _recoded(parts: dict[str, bytes]) -> None:
    text = parts[_STRINGS].decode("utf-8").partition("?>")[2]
    head = '<?xml version="1.0" encoding="UTF-16"?>'
    parts[_STRINGS] = (head + _ENTITIES + text).encode("utf-16")


EXCEL_BOMBS: dict[str, Callable[[], bytes]] = {
    "Excel: a cell in the last corner": _replaced(
        _SHEET, _END, b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>' + _END
    ),
    "Excel: cells merged over the sheet": _replaced(
        _SHEET, _END, _END + b'<mergeCells count="1"><mergeCell ref="A9:XFD1048576"/></mergeCells>'
    ),
    "Excel: 40,000 looks": _replaced(_STYLES, b"</cellXfs>", b"<xf/>" * 40_000 + b"</cellXfs>"),
    "Excel: 240,000 looks": _replaced(_STYLES, b"</cellXfs>", b"<xf/>" * 240_000 + b"</cellXfs>"),
    "Excel: 300,000 cells": _replaced(
        _SHEET, _END, b'<row r="9">' + b"<c/>" * 300_000 + b"</row>" + _END
    ),
    "Excel: rows of every number": _replaced(
        _SHEET, _END, b"".join(b'<row r="%d"/>' % (n * 999) for n in range(1, 15_000)) + _END
    ),
    "Excel: 60 megabytes of cells, packed": _replaced(
        _SHEET, _END, b'<row r="9">' + b"<c><v>1</v></c>" * 4_000_000 + b"</row>" + _END, True
    ),
}
EXCEL: dict[str, Callable[[], bytes]] = {
    "Excel: a row of a number of many digits": _replaced(
        _SHEET, _END, b'<row r="%s"/>' % (b"9" * 5_000) + _END
    ),
    "Excel: entities in another encoding": lambda: _workbook(_recoded),
    "Excel: entities": _replaced(_STRINGS, b"<sst", _ENTITIES.encode() + b"<sst"),
    "Excel: no zip": lambda: with_file(WORKBOOK, b"x" * 1_000),
    "Excel: no parts": lambda: _workbook(dict.clear),
    "Excel: a workbook of macros": _replaced(
        "[Content_Types].xml", b"sheet.main+xml", b"template.macroEnabledTemplate.main+xml"
    ),
}


# CSV for Excel and JSON Lines

TEXT_BOMBS: dict[str, Callable[[], bytes]] = {
    "text: 400,000 JSON Lines": lambda: with_file("jsonl/notes.jsonl", b"{}\n" * 400_000),
    "text: JSON Lines of 50 megabytes": lambda: with_file(
        "jsonl/notes.jsonl", b"{}\n" * 17_000_000
    ),
    "text: 600,000 lines for Excel": lambda: with_file("csv-for-excel/notes.csv", b"x\n" * 600_000),
}
TEXTS: dict[str, Callable[[], bytes]] = {
    "text: deep JSON Lines": lambda: with_file("jsonl/notes.jsonl", _DEEP),
    "text: deep objects in JSON Lines": lambda: with_file(
        "jsonl/notes.jsonl", b'{"text":' * 50_000
    ),
    "text: JSON Lines that are numbers": lambda: with_file("jsonl/notes.jsonl", b"7\n" * 1_000),
    "text: JSON Lines of many digits": lambda: with_file(
        "jsonl/notes.jsonl", b'{"position": %s}' % (b"1" * 100_000)
    ),
    "text: lines of JSON that are none": lambda: with_file("jsonl/notes.jsonl", b"\n" * 1_000_000),
    "text: a long cell for Excel": lambda: with_file(
        "csv-for-excel/notes.csv", b'"' + b"x" * 20_000_000
    ),
    "text: digests that are deep": lambda: with_file("metadata/content-digests.json", _DEEP),
    "text: digests that are none": lambda: with_file(
        "metadata/content-digests.json", json.dumps({}).encode()
    ),
}


HARMLESS: dict[str, Callable[[], bytes]] = {
    "a database that counts no pages": _resized(0),
    "cells far to the right": _replaced(
        _SHEET,
        _END,
        b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (n, n) for n in range(9, 900))
        + _END,
    ),
    "a link over the sheet": _replaced(
        _SHEET,
        _END,
        _END + b'<hyperlinks><hyperlink ref="A9:XFD1048576" location="x"/></hyperlinks>',
    ),
}
"""What changes nothing of what a format holds of the tables, and must cost nothing either."""
