"""Open a workbook: refuse what is none, is damaged or could do harm, and read its sheets."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping

from lanzarote_data.model.errors import WorkbookError
from lanzarote_data.store.office_file import UnsafeFileError, damaged, open_zip
from lanzarote_data.workbook.cells import Grid, Looks, RichText
from lanzarote_data.workbook.looks import Styles, read_notes, text_of
from lanzarote_data.workbook.parts import Parts, RefusedError, Relation
from lanzarote_data.workbook.sheet_cells import MAIN, Shared, SheetCells

MOST_SHEETS = 200

_OLD_FORMAT = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP = b"PK\x03\x04"
_STRICT_SPACE = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_AS_XLSX = "Open it in Excel and save it as 'Excel Workbook (.xlsx)'."
_SHEETS = {"worksheet", "chartsheet", "dialogsheet"}
_BOOK_TYPE = re.compile(r"spreadsheetml\.(?:sheet|template)\.main\+xml$")
_NOT_EXCEL = ("is not an Excel workbook (.xlsx)", "Choose the workbook that was exported.")
_TEXT = (
    "is a text file, such as CSV, which has no ids and one sheet alone",
    "Save the workbook as 'Excel Workbook (.xlsx)', and hand that in. If the text file is all that "
    "is left, copy your edits into a workbook that was exported.",
)
_LINE_OF_TEXT = re.compile(rb"[^\x00-\x08\n\r]*[,;\t][^\x00-\x08\n\r]*[\n\r]")
_PASSWORD = (
    "is protected by a password, so it cannot be read",
    "Open it in Excel, remove the password (File, Info) and save it.",
)
_OLD = ("is in the old Excel format (.xls)", _AS_XLSX)
_BINARY = ("is in the binary Excel format (.xlsb)", _AS_XLSX)
_STRICT = ("is a 'Strict Open XML Spreadsheet'", _AS_XLSX)
_XML = ("is an 'XML Spreadsheet 2003'", _AS_XLSX)
_PAGE = ("is a web page (HTML)", _AS_XLSX)
_NUMBERS = (
    "is an Apple Numbers file",
    "Open it in Numbers and export it to Excel (File, Export To, Excel).",
)
_OPEN_DOCUMENT = (
    "is an OpenDocument file (.ods)",
    "Open it in LibreOffice and save it as 'Excel 2007-365 (.xlsx)'.",
)
_MACROS = (
    "contains macros (.xlsm)",
    "Open it in Excel and save it as 'Excel Workbook (.xlsx)', without macros.",
)
_LINKS = (
    "has links to other workbooks",
    "In Excel: Data, Edit Links, Break Link; then save it.",
)
_BY_START = {
    b"<html": _PAGE,
    b"<table": _PAGE,
    b"urn:schemas-microsoft-com:office:spreadsheet": _XML,
    b"opendocument:xmlns:office": _OPEN_DOCUMENT,
}
_BY_PART = {
    r"workbook\.bin\n": _BINARY,
    r"\.iwa\n": _NUMBERS,
    r"vbaproject\.bin\n|/macrosheets/": _MACROS,
    r"\nxl/externallinks/": _LINKS,
}
_UNSAFE = "Ask for the file again, or export the workbook again and copy your edits into it."


def read_sheets(data: bytes, name: str) -> tuple[list[Grid], list[tuple[str, str]]]:
    """The sheets of a workbook in their order, and the names and texts of its properties.

    A sheet that cannot be read has a fault, for it may be one that a person added.

    :raises WorkbookError: it is no workbook, is damaged, or could do harm; the sentence says
        which of these, the hint what to do.
    """
    try:
        _check_kind(data)
        with open_zip(data) as archive:
            _check_contents(archive)
            book = _Book(Parts(archive))
            return list(book.grids()), list(book.properties())
    except UnsafeFileError as reason:
        raise refusal(name, reason) from reason


def refusal(name: str, reason: UnsafeFileError) -> WorkbookError:
    """The error for a workbook that is refused."""
    hint = reason.hint if isinstance(reason, RefusedError) else _UNSAFE
    return WorkbookError(f"{name} {reason}.", hint)


def _check_kind(data: bytes) -> None:
    if data.startswith(_OLD_FORMAT):
        raise RefusedError(_PASSWORD if "EncryptedPackage".encode("utf-16-le") in data else _OLD)
    if not data.startswith(_ZIP):
        head = data[:1_000].lower()
        kinds = [kind for mark, kind in _BY_START.items() if mark in head]
        is_text = _LINE_OF_TEXT.match(data[:100_000]) is not None
        raise RefusedError([*kinds, _TEXT if is_text else _NOT_EXCEL][0])


def _check_contents(archive: zipfile.ZipFile) -> None:
    """Refuse a zip of other things, and what runs or leads to other files."""
    lower = "\n".join(["", *(name.lower() for name in archive.namelist()), ""])
    if "\nmimetype\n" in lower and b"opendocument" in _mimetype(archive):
        raise RefusedError(_OPEN_DOCUMENT)
    for pattern, kind in _BY_PART.items():
        if re.search(pattern, lower):
            raise RefusedError(kind)


def _mimetype(archive: zipfile.ZipFile) -> bytes:
    try:
        with archive.open("mimetype") as stream:
            return stream.read(200)
    except Exception as reason:  # zipfile raises many kinds on a damaged file
        raise damaged("its part mimetype cannot be unpacked") from reason


class _Book:
    """A workbook: its sheets by name, and what they share."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.sheets: list[tuple[str, str]] = []
        self.since_1904 = False
        by_kind = {relation.kind: relation.part for relation in parts.relations().values()}
        self.part = by_kind.get("officeDocument") or parts.find("xl/workbook.xml")
        if not self.part:
            raise RefusedError(_NOT_EXCEL)
        self._check_types()
        self.of_file = [by_kind.get("core-properties"), by_kind.get("custom-properties")]
        parts.parse(self.part, {"workbook": _refuse_strict}, space=_STRICT_SPACE)
        parts.parse(self.part, {"sheet": self._sheet, "workbookPr": self._settings}, space=MAIN)
        self.relations = parts.relations(self.part)

    def _check_types(self) -> None:
        """Refuse a file whose book is said to be something else, as Excel does."""
        found = self.parts.find("[Content_Types].xml")
        if not found:
            raise damaged("it does not say of what types its parts are")
        types: dict[str, str] = {}

        def read(attributes: Mapping[str, str]) -> None:
            # Some programs declare types for file names that the workbook does not have.
            kind, part = attributes.get("ContentType", ""), attributes.get("PartName", "")
            if part and "macroenabled" in kind.lower():
                raise RefusedError(_MACROS)
            types[part.lower() or f".{attributes.get('Extension', '')}".lower()] = kind

        self.parts.parse(found, dict.fromkeys(("Default", "Override"), read))
        part = f"/{self.part}".lower()
        by_ending = types.get(part[part.rfind(".") :], "")
        if not _BOOK_TYPE.search(types.get(part, by_ending)):
            raise damaged(f"it does not say that its part {self.part} is a workbook")

    def _sheet(self, attributes: Mapping[str, str]) -> None:
        ids = [text for key, text in attributes.items() if key.endswith(" id")]
        self.sheets.append((attributes.get("name", ""), "".join(ids[:1])))

    def _settings(self, attributes: Mapping[str, str]) -> None:
        self.since_1904 = attributes.get("date1904") in ("1", "true")

    def grids(self) -> Iterator[Grid]:
        """The sheets that hold cells."""
        if len(self.sheets) > MOST_SHEETS:
            raise UnsafeFileError(f"has more than {MOST_SHEETS} sheets")
        shared = self._shared()
        seen: set[str] = set()
        for title, row_id in self.sheets:
            relation = self.relations.get(row_id, Relation("", ""))
            if not relation.part or relation.kind not in _SHEETS:
                raise damaged(f"its sheet {title[:80]!r} is not in it")
            if relation.part in seen:
                raise damaged(f"its sheet {title[:80]!r} is another one too")
            seen.add(relation.part)
            if relation.kind == "worksheet":
                yield self._grid(title, relation.part, shared)

    def _shared(self) -> Shared:
        by_kind = {relation.kind: relation.part for relation in self.relations.values()}
        texts: list[str | RichText] = []
        styles = Styles()
        if part := by_kind.get("sharedStrings"):
            self.parts.parse(part, {}, {"si": lambda item: texts.append(text_of(item))})
        if part := by_kind.get("theme"):
            styles.read_theme(self.parts, part)
        if part := by_kind.get("styles"):
            styles.read(self.parts, part)
        return Shared(texts, styles, self.since_1904)

    def _grid(self, title: str, part: str, shared: Shared) -> Grid:
        cells = SheetCells(shared)
        try:
            cells.read(self.parts, part)
            relations = self.parts.relations(part)
            kinds = {relation.kind: relation.part for relation in relations.values()}
            comments = kinds.get("comments")
            notes = read_notes(self.parts, comments) if comments else {}
            outside = {key: relation.address for key, relation in relations.items()}
            links = {cell: outside.get(key, "") for cell, key in cells.links.items()}
            looks = Looks(frozenset(cells.struck), cells.colours, links, notes)
            merged = tuple(map(str, cells.merged))
            return Grid(title, cells.grid_rows(), merged, "comments" in kinds, looks=looks)
        except UnsafeFileError as reason:
            return Grid(title, cells.first_rows(), fault=reason)

    def properties(self) -> Iterator[tuple[str, str]]:
        """The texts of the properties of the file, each with its name."""
        for part in filter(None, self.of_file):
            yield from self.parts.properties(part)


def _refuse_strict(_: object) -> None:
    raise RefusedError(_STRICT)
