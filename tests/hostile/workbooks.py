"""Hostile workbooks: a sound one with something in it that means harm, or no workbook at all."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from functools import cache

from lanzarote_data.workbook.layout import view_named
from lanzarote_data.workbook.write import workbook_bytes
from tests.packages import tiny_tables

Parts = dict[str, bytes]
SHEET = "xl/worksheets/sheet2.xml"
STRINGS = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"
BOOK = "xl/workbook.xml"
BOOK_RELS = "xl/_rels/workbook.xml.rels"
TYPES = "[Content_Types].xml"
OLD_FORMAT = bytes.fromhex("d0cf11e0a1b11ae1")


@cache
def sound() -> bytes:
    """The workbook of Belgium, of the tiny package."""
    return workbook_bytes(tiny_tables(), view_named("BEL"))


def parts_of(content: bytes) -> Parts:
    """The parts of a workbook by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def changed(part: str, old: bytes, new: bytes) -> bytes:
    """The sound workbook with the first ``old`` in a part replaced."""
    parts = parts_of(sound())
    assert old in parts[part], (part, old)
    parts[part] = parts[part].replace(old, new, 1)
    return packed(parts)


def with_part(name: str, content: bytes) -> bytes:
    """The sound workbook with one more part."""
    return packed({**parts_of(sound()), name: content})


def streamed(part: str, head: bytes, unit: bytes, times: int, tail: bytes) -> bytes:
    """The sound workbook with a part that is ``head``, ``unit`` so many times, ``tail``."""
    parts = parts_of(sound())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            if name != part:
                archive.writestr(name, content)
        with archive.open(part, "w", force_zip64=True) as stream:
            stream.write(head)
            block = unit * max(1, (1 << 20) // len(unit))
            left = times * len(unit)
            while left > 0:
                stream.write(block[:left])
                left -= len(block)
            stream.write(tail)
    return out.getvalue()


def in_sheet(unit: bytes, times: int) -> bytes:
    """The sound workbook with more rows at the end of the sheet of chapters."""
    head, mark, tail = parts_of(sound())[SHEET].partition(b"</sheetData>")
    return streamed(SHEET, head, unit, times, mark + tail)


def as_string(unit: bytes, times: int) -> bytes:
    """The sound workbook with its first shared string replaced by a long one."""
    text = parts_of(sound())[STRINGS]
    first = re.search(rb"<si><t[^>]*>", text)
    assert first
    head, tail = text[: first.end()], text[text.index(b"</t>", first.end()) :]
    return streamed(STRINGS, head, unit, times, tail)


def doubled(name: str, again: str) -> bytes:
    """The sound workbook with a part twice, the second time perhaps under another spelling."""
    out = io.BytesIO()
    parts = parts_of(sound())
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
        archive.writestr(again, parts[name])
    return out.getvalue()


def _entities(levels: int) -> bytes:
    lines = [b'<!ENTITY a0 "' + b"a" * 100 + b'">']
    lines += [b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, levels)]
    return b"<!DOCTYPE worksheet [" + b"".join(lines) + b"]>"


def with_doctype(part: str, doctype: bytes) -> bytes:
    """The sound workbook with a document type definition in one part."""
    parts = parts_of(sound())
    head, mark, tail = parts[part].partition(b"?>")
    parts[part] = head + mark + doctype + tail
    return packed(parts)


def _headers(content: bytes) -> Iterator[tuple[int, int]]:
    """For each entry, where its local header and its record in the directory begin."""
    at = content.index(b"PK\x01\x02")
    while content[at : at + 4] == b"PK\x01\x02":
        lengths = struct.unpack_from("<3H", content, at + 28)
        yield struct.unpack_from("<L", content, at + 42)[0], at
        at += 46 + sum(lengths)


def lying(local: int, directory: int, form: str, value: int) -> bytes:
    """The sound workbook with a number in the headers of all its entries made wrong."""
    content = bytearray(sound())
    for header, record in _headers(bytes(content)):
        if local >= 0:
            struct.pack_into(form, content, header + local, value)
        struct.pack_into(form, content, record + directory, value)
    return bytes(content)


def linked(name: str) -> bytes:
    """The sound workbook with an entry that is a symbolic link."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts_of(sound()).items():
            info = zipfile.ZipInfo(part)
            info.create_system = 3
            info.external_attr = (0o120777 if part == name else 0o100644) << 16
            archive.writestr(info, b"/etc/passwd" if part == name else content)
    return out.getvalue()


def related(target: str, mode: str = "") -> bytes:
    """The sound workbook with its second sheet said to lie somewhere else."""
    mode = f' TargetMode="{mode}"' if mode else ""
    return changed(
        BOOK_RELS,
        b'Target="worksheets/sheet2.xml"',
        f'Target="{target}"{mode}'.encode(),
    )


def _nested(levels: int) -> bytes:
    inner = sound()
    for _ in range(levels):
        inner = packed({"a.xlsx": inner})
    return with_part("xl/embeddings/a.xlsx", inner)


def _one_part_many_sheets(number: int) -> bytes:
    """One large sheet that the book names very often: read as often."""
    parts = parts_of(sound())
    sheets = [f'<sheet name="m{n}" sheetId="{n + 1000}" r:id="rId2"/>' for n in range(number)]
    parts[BOOK] = parts[BOOK].replace(b"</sheets>", "".join(sheets).encode() + b"</sheets>")
    row = b"<row><c><v>1</v></c></row>"
    parts[SHEET] = parts[SHEET].replace(b"</sheetData>", row * 20_000 + b"</sheetData>")
    return packed(parts)


def _noted(place: str) -> bytes:
    """The sound workbook with a note at a cell."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
    space = "http://schemas.openxmlformats.org"
    rels = (
        f'<Relationships xmlns="{space}/package/2006/relationships"><Relationship Id="n" '
        f'Type="{kind}" Target="/xl/comments1.xml"/></Relationships>'
    )
    notes = (
        f'<comments xmlns="{space}/spreadsheetml/2006/main"><authors><author>a</author></authors>'
        f'<commentList><comment ref="{place}" authorId="0"><text><t>x</t></text></comment>'
        "</commentList></comments>"
    )
    more = {
        "xl/worksheets/_rels/sheet2.xml.rels": rels.encode(),
        "xl/comments1.xml": notes.encode(),
    }
    return packed({**parts_of(sound()), **more})


Maker = Callable[[], bytes]
EXTERNAL = b'<!DOCTYPE x [<!ENTITY e SYSTEM "http://example.org/x">]>'
FILE = b'<!DOCTYPE x SYSTEM "file:///etc/passwd">'
_CELL = b'<row><c t="inlineStr"><is><t>x</t></is></c></row>'

SMALL: dict[str, Maker] = {
    "nothing": lambda: b"",
    "a text": lambda: b"hello",
    "only the mark of a zip": lambda: b"PK\x03\x04",
    "an old workbook": lambda: OLD_FORMAT + b"\0" * 600,
    "an encrypted workbook": lambda: OLD_FORMAT + "EncryptedPackage".encode("utf-16-le"),
    "an OpenDocument file": lambda: with_part(
        "mimetype", b"application/vnd.oasis.opendocument.spreadsheet"
    ),
    "a binary workbook": lambda: packed(
        {n.replace("workbook.xml", "workbook.bin"): c for n, c in parts_of(sound()).items()}
    ),
    "macros": lambda: with_part("xl/vbaProject.bin", b"x"),
    "macro sheets": lambda: with_part("xl/macrosheets/sheet1.xml", b"<a/>"),
    "links to other workbooks": lambda: with_part("xl/externalLinks/externalLink1.xml", b"<a/>"),
    "entities in a sheet": lambda: with_doctype(SHEET, _entities(10)),
    "entities in the content types": lambda: with_doctype(TYPES, _entities(10)),
    "an external entity": lambda: with_doctype(SHEET, EXTERNAL),
    "a definition in UTF-16": lambda: packed(
        {
            **parts_of(sound()),
            SHEET: ('<?xml version="1.0" encoding="UTF-16"?>' + FILE.decode() + "<a/>").encode(
                "utf-16"
            ),
        }
    ),
    "a far column": lambda: changed(
        SHEET, b"</sheetData>", b'<row r="900"><c r="XFD900"><v>1</v></c></row></sheetData>'
    ),
    "a far row": lambda: changed(
        SHEET, b"</sheetData>", b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
    ),
    "a far row without a cell": lambda: changed(
        SHEET, b"</sheetData>", b'<row r="1048576"/></sheetData>'
    ),
    "a row past all rows": lambda: changed(
        SHEET, b"</sheetData>", b'<row r="99999999999999999999"><c><v>1</v></c></row></sheetData>'
    ),
    "a row that is no number": lambda: changed(
        SHEET, b"</sheetData>", b'<row r="one"><c><v>1</v></c></row></sheetData>'
    ),
    "a cell that is no place": lambda: changed(
        SHEET, b"</sheetData>", b'<row><c r="@1"><v>1</v></c></row></sheetData>'
    ),
    "a part twice": lambda: doubled(SHEET, SHEET),
    "a part twice in other letters": lambda: doubled(SHEET, SHEET.upper()),
    "a part that leads outside": lambda: with_part("../outside.xml", b"<a/>"),
    "a part with NUL in its name": lambda: with_part("xl/a.xml", b"<a/>").replace(
        b"xl/a.xml", b"xl/\0.xml"
    ),
    "a part with a line break in its name": lambda: with_part("xl/a\n\x1b[31m.xml", b"<a"),
    "a symbolic link": lambda: linked(SHEET),
    "sizes that lie": lambda: lying(22, 24, "<L", 10),
    "sizes that are huge": lambda: lying(22, 24, "<L", 0xFFFFFFF0),
    "zip64 marks without zip64": lambda: lying(22, 24, "<L", 0xFFFFFFFF),
    "wrong check sums": lambda: lying(14, 16, "<L", 0x12345678),
    "entries that are encrypted": lambda: lying(6, 8, "<H", 1),
    "entries of a strange method": lambda: lying(8, 10, "<H", 99),
    "entries of a future version": lambda: lying(4, 6, "<H", 0xFF),
    "entries at wrong places": lambda: lying(-1, 42, "<L", 7),
    "bzip2": lambda: packed(parts_of(sound()), zipfile.ZIP_BZIP2),
    "a sheet at an address": lambda: related("http://example.org/sheet.xml", "External"),
    "a sheet outside": lambda: related("../../../etc/passwd"),
    "a sheet that is the strings": lambda: related("sharedStrings.xml"),
    "a sheet that is not there": lambda: related("worksheets/none.xml"),
    "a wrong index of a string": lambda: changed(SHEET, b't="s"><v>', b't="s"><v>99999'),
    "an index of a string that is none": lambda: re_changed(
        SHEET, rb't="s"><v>\d+', b't="s"><v>abc'
    ),
    "an index of a string that is huge": lambda: re_changed(
        SHEET, rb't="s"><v>\d+', b't="s"><v>' + b"9" * 5000
    ),
    "a wrong index of a style": lambda: re_changed(SHEET, rb' s="\d+"', b' s="99999"'),
    "a far dimension": lambda: re_changed(
        SHEET, rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"'
    ),
    "huge merged cells": lambda: changed(
        SHEET,
        b"</sheetData>",
        b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>',
    ),
    "a column as wide as the sheet": lambda: changed(
        SHEET, b"<sheetData>", b'<cols><col min="1" max="999999999"/></cols><sheetData>'
    ),
    "a shared formula over everything": lambda: changed(
        SHEET,
        b"</sheetData>",
        b'<row><c><f t="shared" si="0" ref="A1:XFD1048576">A1</f></c></row></sheetData>',
    ),
    "a number that is no number": lambda: changed(
        SHEET, b"</sheetData>", b"<row><c><v>1e999999</v></c></row></sheetData>"
    ),
    "a number with many digits": lambda: changed(
        SHEET, b"</sheetData>", b"<row><c><v>" + b"9" * 10_000 + b"</v></c></row></sheetData>"
    ),
    "a date that is none": lambda: changed(
        SHEET, b"</sheetData>", b'<row><c t="d"><v>x</v></c></row></sheetData>'
    ),
    "content types that lie": lambda: changed(
        TYPES, b"spreadsheetml.sheet.main+xml", b"wordprocessingml.document.main+xml"
    ),
    "content types of macros": lambda: changed(
        TYPES,
        b"openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"ms-excel.sheet.macroEnabled.main+xml",
    ),
    "no relationships": lambda: packed(
        {n: c for n, c in parts_of(sound()).items() if n != BOOK_RELS}
    ),
    "no strings": lambda: packed({n: c for n, c in parts_of(sound()).items() if n != STRINGS}),
    "nested zips": lambda: _nested(5),
    "something before the zip": lambda: b"#!/bin/sh\n" + sound(),
    "two zips": lambda: sound() + packed({"xl/workbook.xml": b"<a/>"}),
    "an empty zip": lambda: packed({}),
    "deep XML": lambda: changed(
        SHEET, b"</sheetData>", b"<row>" * 3_000 + b"</row>" * 3_000 + b"</sheetData>"
    ),
    "control characters in XML": lambda: changed(SHEET, b"</sheetData>", b"&#0;</sheetData>"),
    "strange letters for the encoding": lambda: changed(SHEET, b"UTF-8", b"UTF-7"),
    "not UTF-8": lambda: changed(SHEET, b"</sheetData>", b"<row>\xff</row></sheetData>"),
    "a title of a sheet that is ours": lambda: changed(
        BOOK, b'name="Observations"', b'name="To correct"'
    ),
    "a title of a sheet with a control": lambda: changed(
        BOOK, b'name="Observations"', b'name="O&#x9b;31m"'
    ),
    "a far note": lambda: _noted("XFD1048576"),
    "a book elsewhere": lambda: changed(
        TYPES, b'PartName="/xl/workbook.xml"', b'PartName="/xl/theme/theme1.xml"'
    ),
    "one sheet as two": lambda: changed(
        BOOK_RELS, b"worksheets/sheet3.xml", b"worksheets/sheet2.xml"
    ),
    "parts that lie over each other": lambda: lying(18, 20, "<L", 20_000),
}


def re_changed(part: str, old: bytes, new: bytes) -> bytes:
    """The sound workbook with all that fits an expression in a part replaced."""
    parts = parts_of(sound())
    parts[part], number = re.subn(old, new, parts[part])
    assert number, (part, old)
    return packed(parts)


HEAVY: dict[str, Maker] = {
    "a part that unpacks to 100 megabytes": lambda: streamed(
        "xl/media/image1.png", b"", b"\0" * 1024, 100_000, b""
    ),
    "a string of 100 megabytes": lambda: as_string(b"a" * 1024, 100_000),
    "a million empty strings": lambda: as_string(b"</t></si><si><t>", 1_500_000),
    "a million blank rows": lambda: in_sheet(b"<row/>", 1_000_000),
    "two million cells": lambda: in_sheet(_CELL, 2_000_000),
    "many parts": lambda: packed(
        {**parts_of(sound()), **{f"xl/media/{n}.png": b"" for n in range(20_000)}}
    ),
    "one part as many sheets": lambda: _one_part_many_sheets(400),
    "a million levels of XML": lambda: in_sheet(b"<row>", 1_000_000),
    "a million attributes": lambda: changed(
        SHEET,
        b"<sheetData>",
        b"<sheetData " + b" ".join(b'a%d=""' % n for n in range(1_000_000)) + b">",
    ),
    "a huge comment": lambda: streamed(
        SHEET,
        parts_of(sound())[SHEET].partition(b"<sheetData>")[0] + b"<!--",
        b"a" * 1024,
        100_000,
        b"--><sheetData/></worksheet>",
    ),
    "just as many blank rows as may be": lambda: in_sheet(b"<row/>", 190_000),
    "just as many texts as may be": lambda: as_string(b"</t></si><si><t>", 75_000),
    "just as many looks as may be": lambda: streamed(
        STYLES, *_around(STYLES, b"</cellXfs>", b"<xf/>", 38_000)
    ),
    "just as wide and long as may be": lambda: changed(
        SHEET, b"</sheetData>", b'<row><c r="ALL119"><v>1</v></c></row></sheetData>'
    ),
    "a million merged cells": lambda: streamed(
        SHEET,
        *_around(
            SHEET, b"</worksheet>", b'<mergeCells><mergeCell ref="A1:B2"/></mergeCells>', 500_000
        ),
    ),
    "a million relationships": lambda: streamed(
        BOOK_RELS,
        *_around(
            BOOK_RELS, b"</Relationships>", b'<Relationship Id="x" Type="y" Target="z"/>', 1_000_000
        ),
    ),
}


def _around(part: str, before: bytes, unit: bytes, times: int) -> tuple[bytes, bytes, int, bytes]:
    head, mark, tail = parts_of(sound())[part].rpartition(before)
    assert mark
    return head, unit, times, mark + tail


HARMLESS = {
    "a far row without a cell",
    "a far dimension",
    "a wrong index of a style",  # of a look, which is not read
    "a far note",
    "a column as wide as the sheet",
    "a title of a sheet that is ours",
    "a title of a sheet with a control",
    "nested zips",
    "deep XML",
}
"""What is read as it stands: nothing that our readers use is wrong in it."""

CHOSEN = (
    "a part that unpacks to 100 megabytes",
    "a string of 100 megabytes",
    "two million cells",
    "many parts",
    "one part as many sheets",
    "a million attributes",
    "just as many blank rows as may be",
    "just as many texts as may be",
    "just as wide and long as may be",
    "just as many looks as may be",
)
"""Those whose cost every run of the tests measures; the others cost as much as these."""
