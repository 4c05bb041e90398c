"""Look at a workbook file before any reader opens it, and refuse what is not safe to open.

Only the raw parts are looked at, in one pass, with an XML parser that refuses document type
definitions, so that no entity is ever expanded.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from lanzarote_data.model.errors import WorkbookError
from lanzarote_data.store import zips
from lanzarote_data.store.untrusted import in_megabytes
from lanzarote_data.workbook import plain_parts
from lanzarote_data.workbook.extent import Extent

MOST_CELLS = 20_000_000
MOST_SHEETS = 200
# Of all parts but the sheets and their texts: looks, names, relations.
MOST_ELEMENTS = 40_000

_OLD_FORMAT = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP = b"PK\x03\x04"
_CHUNK = 1 << 20
_BOOK = "xl/workbook.xml"
_BOOK_RELATIONS = "xl/_rels/workbook.xml.rels"
_TYPES = "[content_types].xml"
_TEXTS = "xl/sharedstrings.xml"
_STYLES_PART = "xl/styles.xml"
_TYPES_PART = "[Content_Types].xml"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_CHART = re.compile(r"xl/chartsheets/[^/]+\.xml", re.IGNORECASE)
_EXPORT_AGAIN = "Export the workbook anew and copy your edits into it."
Start = Callable[[str, dict[str, str]], None]


@dataclass
class _Seen:
    """What has been seen of a workbook.

    ``sheets`` are the relations that its sheets go by, ``relations`` where each leads;
    ``is_plain`` is whether all parts so far are plain.
    """

    sheet: Extent = field(default_factory=Extent)
    notes: Extent = field(default_factory=Extent)
    cells: int = 0
    elements: int = 0
    unpacked: int = 0
    sheets: list[str] = field(default_factory=list)
    relations: dict[str | None, str] = field(default_factory=dict)
    is_plain: bool = True


@dataclass(frozen=True)
class Look:
    """What the guard saw: ``is_plain`` where the quick reader sees all that is in the file."""

    is_plain: bool


def check(data: bytes, name: str) -> Look:
    """Refuse a file that is no workbook, is damaged, or could do harm.

    :raises WorkbookError: with a sentence that says which of these, and what to do.
    """
    _check_kind(data, name)
    if zips.has_too_many(data, zips.MOST_PARTS):
        raise _damaged(name, "it has far too many parts")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_parts(archive, name, len(data))
            seen = _Seen()
            for part in archive.infolist():
                _check_part(archive, part, name, seen)
            _check_sheets(archive, name, seen)
            return Look(seen.is_plain and _has_plain_parts(archive))
    except WorkbookError:
        raise
    except Exception as reason:  # zipfile has many kinds, and a damaged file can raise any
        raise _damaged(name, str(reason)) from reason


def _has_plain_parts(archive: zipfile.ZipFile) -> bool:
    """Whether types and looks are such that the quick reader sees all; both were parsed before."""
    names = archive.namelist()
    return (
        {_TYPES_PART, _STYLES_PART} <= set(names)
        and plain_parts.are_plain_types(archive.read(_TYPES_PART), names)
        and plain_parts.is_plain_styles(archive.read(_STYLES_PART))
    )


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


def _check_parts(archive: zipfile.ZipFile, name: str, size: int) -> None:
    parts, lower = archive.infolist(), _lower(archive)
    fault = zips.faults(parts, size)
    if fault:
        raise _damaged(name, fault)
    if zips.is_bomb(parts, size):
        raise _too_large(name)
    if "mimetype" in lower and b"opendocument" in archive.read("mimetype")[:200]:
        raise WorkbookError(
            f"{name} is an OpenDocument file (.ods).",
            "Open it in LibreOffice and save it as 'Excel 2007-365 (.xlsx)'.",
        )
    if _BOOK not in lower:
        raise WorkbookError(
            f"{name} is not an Excel workbook (.xlsx).", "Choose the workbook that was exported."
        )
    _check_macros(lower, name)


def _lower(archive: zipfile.ZipFile) -> list[str]:
    """The names of the parts in small letters, as Excel takes them."""
    return [name.lower() for name in archive.namelist()]


def _check_macros(lower: list[str], name: str) -> None:
    """Refuse what runs, and what leads to other files."""
    if any(part.endswith("vbaproject.bin") or "/macrosheets/" in part for part in lower):
        raise _with_macros(name)
    if any(part.startswith("xl/externallinks/") for part in lower):
        raise WorkbookError(
            f"{name} has links to other workbooks.",
            "In Excel: Data, Edit Links, Break Link; then save it.",
        )


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, seen: _Seen) -> None:
    chunks: Iterable[bytes] = _chunks(archive, part, name, seen)
    seen.sheet = Extent()
    lower = part.filename.lower()
    if lower == _TEXTS or _SHEET.fullmatch(part.filename):
        chunks = _unless_plain(list(chunks), lower == _TEXTS, seen)
    _parse(part.filename, chunks, name, seen)
    if seen.cells > MOST_CELLS:
        raise _too_many(name, MOST_CELLS, "cells")
    if seen.sheet.is_far:
        raise _far(name, part.filename)


def _unless_plain(chunks: list[bytes], are_texts: bool, seen: _Seen) -> list[bytes]:
    """What of a sheet, or of the texts of all sheets, is still to be parsed.

    Of a plain one that is only what stands around its rows or texts: they are well formed, and
    how far they reach is known.
    """
    content = b"".join(chunks)
    if are_texts:
        around = plain_parts.plain_texts(content)
    else:
        sheet = plain_parts.plain_sheet(content)
        around = sheet.around if sheet else None
        seen.sheet = sheet.extent if sheet else Extent()
        seen.cells += seen.sheet.cells
    if around is None:
        seen.is_plain = False
        return chunks
    return [around]


def _parse(part: str, chunks: Iterable[bytes], name: str, seen: _Seen) -> None:
    """Parse a part, if it is XML, and refuse what it must not hold."""
    is_xml = part.lower().endswith((".xml", ".rels"))
    parser: expat.XMLParserType | None = _xml_parser(name, part, seen)
    for chunk in chunks:
        if is_xml and len(chunk) == _CHUNK and b"<" not in chunk:
            raise _damaged(name, f"its part {part} has a text of more than a megabyte")
        parser = _fed(parser, chunk, name, is_xml)
    if is_xml:
        _fed(parser, b"", name, is_xml, final=True)


def _chunks(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, seen: _Seen
) -> Iterator[bytes]:
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            seen.unpacked += len(chunk)
            if seen.unpacked > zips.LARGEST_UNPACKED:
                raise _too_large(name)
            yield chunk


def _fed(
    parser: expat.XMLParserType | None, chunk: bytes, name: str, is_xml: bool, final: bool = False
) -> expat.XMLParserType | None:
    """The parser after a chunk; None once a part that does not call itself XML is none.

    Readers go by what relations say, not by names: such a part can be a sheet all the same.
    """
    try:
        if parser:
            parser.Parse(chunk, final)
    except expat.ExpatError as reason:
        if is_xml:
            raise _damaged(name, str(reason)) from reason
        return None
    return parser


def _xml_parser(name: str, part: str, seen: _Seen) -> expat.XMLParserType:
    """A parser that refuses document types, and notes what elements there are."""
    parser = expat.ParserCreate()

    def refuse_doctype(*_: object) -> None:
        raise WorkbookError(
            f"{name} has a document type definition in its part {part}, as no spreadsheet "
            "program writes it.",
            "Do not use this file. " + _EXPORT_AGAIN,
        )

    parser.StartDoctypeDeclHandler = refuse_doctype
    if _SHEET.fullmatch(part):
        parser.StartElementHandler = _start_in_sheet(name, seen)
    elif part.lower() != _TEXTS:
        parser.StartElementHandler = _start_in_other(name, part, seen)
    return parser


def _start_in_sheet(name: str, seen: _Seen) -> Start:
    """What counts the rows and cells of a sheet, and sees how far they reach."""

    def start(tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        try:
            if tag == "c":
                seen.sheet.next_cell(attributes.get("r", ""))
                seen.cells += 1
                if seen.cells > MOST_CELLS:
                    raise _too_many(name, MOST_CELLS, "cells")
            elif tag == "row":
                seen.sheet.next_row(attributes.get("r", ""))
            elif tag in ("mergeCell", "hyperlink"):
                seen.sheet.claim(attributes.get("ref", ""))
        except ValueError as reason:
            raise _damaged(name, f"it has {reason}") from reason

    return start


def _start_in_other(name: str, part: str, seen: _Seen) -> Start:
    """What counts the elements of a part, and notes which sheets there are and where they lie."""
    is_relations, is_types = part.lower() == _BOOK_RELATIONS, part.lower() == _TYPES

    def start(tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        seen.elements += 1
        if seen.elements > MOST_ELEMENTS:
            raise _too_many(name, MOST_ELEMENTS, "looks, names and relations")
        if tag == "sheet":
            seen.sheets += [text for key, text in attributes.items() if key.endswith(":id")]
        elif tag == "comment":
            seen.notes.claim(attributes.get("ref", ""))
        elif tag == "Relationship" and is_relations:
            seen.relations[attributes.get("Id")] = _target(attributes)
        elif tag == "Override" and is_types:
            _check_type(name, attributes)

    return start


def _target(relation: dict[str, str]) -> str:
    """The part that a relation of the book leads to; empty where it leads out of the file."""
    if relation.get("TargetMode", "Internal") != "Internal":
        return ""
    target = relation.get("Target", "")
    return target[1:] if target.startswith("/") else f"xl/{target}"


def _check_type(name: str, override: dict[str, str]) -> None:
    """Readers find the book by its content type, wherever it lies: ours lies in one place."""
    kind, part = override.get("ContentType", ""), override.get("PartName", "")
    if "macroenabled" in kind.lower():
        raise _with_macros(name)
    if kind.endswith(".main+xml") and part.lower() != f"/{_BOOK}":
        raise _damaged(name, f"it calls its part {part[:80]!r} the book")


def _check_sheets(archive: zipfile.ZipFile, name: str, seen: _Seen) -> None:
    """Each sheet must lie in a part of its own, within the file, where sheets belong."""
    if len(seen.sheets) > MOST_SHEETS:
        raise _too_many(name, MOST_SHEETS, "sheets")
    targets = [seen.relations.get(sheet, "") for sheet in seen.sheets]
    there = set(archive.namelist())
    for target in targets:
        if target not in there or not (_SHEET.fullmatch(target) or _CHART.fullmatch(target)):
            raise _damaged(name, f"one of its sheets does not lie in it: {target[:80]!r}")
    if len(targets) != len(set(targets)):
        raise _damaged(name, "two of its sheets are one")
    seen.notes.cells = seen.cells
    if seen.notes.is_far:
        raise _far(name, "its notes")


def _far(name: str, part: str) -> WorkbookError:
    return WorkbookError(
        f"{name} has cells, links or notes far outside its rows and columns ({part}).",
        "Delete the columns to the right of the table and the rows below it, and save.",
    )


def _too_many(name: str, most: int, what: str) -> WorkbookError:
    return WorkbookError(
        f"{name} has more than {most:,} {what}.",
        "No workbook of ours is so large. " + _EXPORT_AGAIN,
    )


def _too_large(name: str) -> WorkbookError:
    return WorkbookError(
        f"{name} unpacks to more than {in_megabytes(zips.LARGEST_UNPACKED)}, or to far more "
        "than its size.",
        "No workbook of ours does. " + _EXPORT_AGAIN,
    )


def _with_macros(name: str) -> WorkbookError:
    return WorkbookError(
        f"{name} contains macros.", "Save it as 'Excel Workbook (.xlsx)', without macros."
    )


def _damaged(name: str, reason: str) -> WorkbookError:
    return WorkbookError(
        f"{name} is damaged or was cut off on its way: {reason}.",
        "Ask for the file again. " + _EXPORT_AGAIN,
    )
