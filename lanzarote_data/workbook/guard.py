"""Look at a workbook file before any reader opens it, and refuse what is not safe to open.

Only the raw parts are looked at, in one pass, with an XML parser that refuses document type
definitions, so that no entity is ever expanded.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from lanzarote_data.errors import WorkbookError

LARGEST_UNPACKED = 400_000_000
MOST_CELLS = 20_000_000
MOST_PARTS = 2_000
FARTHEST_COLUMN = 1_000
EMPTY_ROWS_ALLOWED = 100_000

_OLD_FORMAT = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP = b"PK\x03\x04"
_CHUNK = 1 << 20
_EXPORT_AGAIN = "Export the workbook anew and copy your edits into it."


@dataclass
class _Count:
    """What has been seen of a sheet: its rows, and its cells in all sheets so far."""

    rows: int = 0
    cells: int = 0
    unpacked: int = 0


def check(data: bytes, name: str) -> None:
    """Refuse a file that is no workbook, is damaged, or could do harm.

    :raises WorkbookError: with a sentence that says which of these, and what to do.
    """
    _check_kind(data, name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_parts(archive, name)
            seen = _Count()
            for part in archive.infolist():
                _check_part(archive, part, name, seen)
    except WorkbookError:
        raise
    except Exception as reason:  # zipfile has many kinds, and a damaged file can raise any
        raise _damaged(name, str(reason)) from reason


def _check_kind(data: bytes, name: str) -> None:
    if data.startswith(_OLD_FORMAT):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise WorkbookError(
                f"{name} is protected by a password, so it cannot be read.",
                "Open it in Excel, remove the password (File, Info) and save it.",
            )
        raise WorkbookError(
            f"{name} is in the old Excel format (.xls).",
            "Open it in Excel and save it as 'Excel Workbook (.xlsx)'.",
        )
    if not data.startswith(_ZIP):
        raise WorkbookError(
            f"{name} is not an Excel workbook (.xlsx).", "Choose the workbook that was exported."
        )


def _check_parts(archive: zipfile.ZipFile, name: str) -> None:
    parts = [part.filename for part in archive.infolist()]
    lower = [part.lower() for part in parts]
    if "mimetype" in lower and b"opendocument" in archive.read("mimetype")[:200]:
        raise WorkbookError(
            f"{name} is an OpenDocument file (.ods).",
            "Open it in LibreOffice and save it as 'Excel 2007-365 (.xlsx)'.",
        )
    if "xl/workbook.xml" not in lower:
        raise WorkbookError(
            f"{name} is not an Excel workbook (.xlsx).", "Choose the workbook that was exported."
        )
    if len(lower) != len(set(lower)) or len(parts) > MOST_PARTS:
        raise _damaged(name, "it has parts twice, or far too many")
    if any(part.endswith("vbaproject.bin") or "/macrosheets/" in part for part in lower):
        raise WorkbookError(
            f"{name} contains macros.", "Save it as 'Excel Workbook (.xlsx)', without macros."
        )
    if any(part.startswith("xl/externallinks/") for part in lower):
        raise WorkbookError(
            f"{name} has links to other workbooks.",
            "In Excel: Data, Edit Links, Break Link; then save it.",
        )


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, seen: _Count) -> None:
    is_sheet = bool(re.fullmatch(r"xl/worksheets/[^/]+\.xml", part.filename, re.IGNORECASE))
    parser = _xml_parser(name, part.filename, seen, is_sheet)
    is_xml = part.filename.lower().endswith((".xml", ".rels"))
    seen.rows = 0
    for chunk in _chunks(archive, part, name, seen):
        if is_xml:
            _feed(parser, chunk, name, final=False)
    if is_xml:
        _feed(parser, b"", name, final=True)


def _chunks(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, seen: _Count
) -> Iterator[bytes]:
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            seen.unpacked += len(chunk)
            if seen.unpacked > LARGEST_UNPACKED:
                raise WorkbookError(
                    f"{name} unpacks to more than {LARGEST_UNPACKED // 1_000_000} megabytes.",
                    "No workbook of ours is so large. " + _EXPORT_AGAIN,
                )
            yield chunk


def _feed(parser: expat.XMLParserType, chunk: bytes, name: str, final: bool) -> None:
    try:
        parser.Parse(chunk, final)
    except expat.ExpatError as reason:
        raise _damaged(name, str(reason)) from reason


def _xml_parser(name: str, part: str, seen: _Count, is_sheet: bool) -> expat.XMLParserType:
    parser = expat.ParserCreate()

    def refuse_doctype(*_: object) -> None:
        raise WorkbookError(
            f"{name} has a document type definition in its part {part}, as no spreadsheet "
            "program writes it.",
            "Do not use this file. " + _EXPORT_AGAIN,
        )

    def start(tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "row":
            seen.rows += 1
        elif tag == "c":
            seen.cells += 1
            _check_cell(name, attributes.get("r", ""), seen)

    parser.StartDoctypeDeclHandler = refuse_doctype
    if is_sheet:
        parser.StartElementHandler = start
    return parser


def _check_cell(name: str, place: str, seen: _Count) -> None:
    found = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", place)
    if place and not found:
        raise _damaged(name, f"it has a cell at {place[:20]!r}")
    if found and (
        _column_number(found[1]) > FARTHEST_COLUMN or int(found[2]) > seen.rows + EMPTY_ROWS_ALLOWED
    ):
        raise WorkbookError(
            f"{name} has a cell at {place}, far outside its rows and columns.",
            "Delete the columns to the right of the table and the rows below it, and save.",
        )
    if seen.cells > MOST_CELLS:
        raise WorkbookError(
            f"{name} has more than {MOST_CELLS:,} cells.",
            "No workbook of ours is so large. " + _EXPORT_AGAIN,
        )


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _damaged(name: str, reason: str) -> WorkbookError:
    return WorkbookError(
        f"{name} is damaged or was cut off on its way: {reason}.",
        "Ask for the file again. " + _EXPORT_AGAIN,
    )
