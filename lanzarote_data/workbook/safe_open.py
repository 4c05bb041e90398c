"""Check a workbook file before any reader opens it, and refuse what is not safe to open."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from xml.parsers import expat

from lanzarote_data.model.errors import WorkbookError
from lanzarote_data.store.office_file import UnsafeFileError, damaged, open_zip, parse_parts
from lanzarote_data.workbook.scan import Extent, PlainScan, SheetScan, TextsScan

MOST_SHEETS = 200
# Of all parts but the sheets and their texts: looks, names, relations.
MOST_ELEMENTS = 40_000

_OLD_FORMAT = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP = b"PK\x03\x04"
_BOOK, _TEXTS, _STYLES = "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"
_BOOK_RELATIONS, _TYPES = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_CHART = re.compile(r"xl/chartsheets/[^/]+\.xml", re.IGNORECASE)
_KIND = re.compile(
    r"spreadsheetml\.(sheet\.main|worksheet|chartsheet|dialogsheet|sharedStrings|styles)\+xml$"
)
_KINDS = {_BOOK: "sheet.main", _TEXTS: "sharedStrings", _STYLES: "styles"}
_DATE_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)
# What a format only shows, or how it shows it; not [h], which is a duration.
_QUOTED = re.compile(r'"[^"]*"|\\.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_FIRST_CUSTOM_FORMAT = 164

_NOT_EXCEL = ("is not an Excel workbook (.xlsx)", "Choose the workbook that was exported.")
_PASSWORD = (
    "is protected by a password, so it cannot be read",
    "Open it in Excel, remove the password (File, Info) and save it.",
)
_OLD = (
    "is in the old Excel format (.xls)",
    "Open it in Excel and save it as 'Excel Workbook (.xlsx)'.",
)
_OPEN_DOCUMENT = (
    "is an OpenDocument file (.ods)",
    "Open it in LibreOffice and save it as 'Excel 2007-365 (.xlsx)'.",
)
_MACROS = ("contains macros", "Save it as 'Excel Workbook (.xlsx)', without macros.")
_LINKS = (
    "has links to other workbooks",
    "In Excel: Data, Edit Links, Break Link; then save it.",
)
_FAR = (
    "has cells, links or notes far outside its rows and columns",
    "Delete the columns to the right of the table and the rows below it, and save.",
)
_UNSAFE = "Ask for the file again, or export the workbook again and copy your edits into it."


def check_workbook(data: bytes, name: str) -> bool:
    """Refuse a file that is no workbook, is damaged, or could do harm.

    :returns: whether it is plain, so that the quick reader sees everything that is in it.
    :raises WorkbookError: with a sentence that says which of these, and what to do.
    """
    try:
        _check_kind(data)
        with open_zip(data) as archive:
            _check_contents(archive)
            scan = _Scan(archive.namelist())
            parse_parts(archive, scan.attach)
        scan.check_sheets()
    except _RefusedError as reason:
        raise WorkbookError(f"{name} {reason.what}.", reason.hint) from reason
    except UnsafeFileError as reason:
        raise WorkbookError(f"{name} {reason}.", _UNSAFE) from reason
    return scan.is_plain


class _RefusedError(UnsafeFileError):
    """The file is of another kind than can be imported; the person can change that."""

    def __init__(self, words: tuple[str, str]) -> None:
        super().__init__(words[0])
        self.what, self.hint = words


def _check_kind(data: bytes) -> None:
    if data.startswith(_OLD_FORMAT):
        raise _RefusedError(_PASSWORD if "EncryptedPackage".encode("utf-16-le") in data else _OLD)
    if not data.startswith(_ZIP):
        raise _RefusedError(_NOT_EXCEL)


def _check_contents(archive: zipfile.ZipFile) -> None:
    """Refuse a zip of other things, and what runs or leads to other files."""
    lower = [name.lower() for name in archive.namelist()]
    if "mimetype" in lower and b"opendocument" in _start_of(archive, "mimetype"):
        raise _RefusedError(_OPEN_DOCUMENT)
    if _BOOK not in lower:
        raise _RefusedError(_NOT_EXCEL)
    if any(part.endswith("vbaproject.bin") or "/macrosheets/" in part for part in lower):
        raise _RefusedError(_MACROS)
    if any(part.startswith("xl/externallinks/") for part in lower):
        raise _RefusedError(_LINKS)


def _start_of(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as stream:
            return stream.read(200)
    except Exception as reason:  # zipfile raises many kinds on a damaged file
        raise damaged(reason) from reason


class _Scan:
    """What is seen of a workbook while its parts are parsed.

    ``sheets`` are the relations that its sheets go by, ``relations`` where each leads, ``kinds``
    the types of its parts, ``formats`` those that its looks have.
    """

    def __init__(self, parts: list[str]) -> None:
        self.parts = parts
        self.plain: list[PlainScan] = []
        self.notes = Extent()
        self.elements = 0
        self.sheets: list[str] = []
        self.relations: dict[str, str] = {}
        self.kinds: dict[str, str] = {}
        self.formats: set[int] = set()
        self.custom_formats: dict[int, str] = {}

    def attach(self, parser: expat.XMLParserType, part: str) -> None:
        """Let the parser of a part tell what it finds."""
        if _SHEET.fullmatch(part):
            before = sum(scan.extent.cells for scan in self._sheets())
            self._attach_plain(SheetScan(part, before), parser)
        elif part.lower() == _TEXTS.lower():
            self._attach_plain(TextsScan(), parser)
        else:
            parser.StartElementHandler = self._in_other(part.lower())

    def _attach_plain(self, scan: PlainScan, parser: expat.XMLParserType) -> None:
        scan.attach(parser)
        self.plain.append(scan)

    def _sheets(self) -> list[SheetScan]:
        return [scan for scan in self.plain if isinstance(scan, SheetScan)]

    def _in_other(self, part: str) -> Callable[[str, dict[str, str]], None]:
        found = {
            _BOOK: self._in_book,
            _BOOK_RELATIONS: self._in_relations,
            _TYPES.lower(): self._in_types,
            _STYLES: self._in_styles,
        }.get(part, self._in_any)

        def start(tag: str, attributes: dict[str, str]) -> None:
            self.elements += 1
            if self.elements > MOST_ELEMENTS:
                raise UnsafeFileError(f"has more than {MOST_ELEMENTS:,} looks, names and relations")
            found(tag.rpartition(":")[2], attributes)

        return start

    def _in_book(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            self.sheets += [text for key, text in attributes.items() if key.endswith(":id")]

    def _in_relations(self, tag: str, attributes: dict[str, str]) -> None:
        """Note the part that a relation of the book leads to; none where it leads elsewhere."""
        if tag == "Relationship" and attributes.get("TargetMode", "Internal") == "Internal":
            target = attributes.get("Target", "")
            part = target[1:] if target.startswith("/") else f"xl/{target}"
            self.relations[attributes.get("Id", "")] = part

    def _in_types(self, tag: str, attributes: dict[str, str]) -> None:
        """Note the type of a part. Readers find the book by it, wherever it lies: ours by name."""
        kind, part = attributes.get("ContentType", ""), attributes.get("PartName", "")
        if tag != "Override":
            return
        if "macroenabled" in kind.lower():
            raise _RefusedError(_MACROS)
        if kind.endswith(".main+xml") and part.lower() != f"/{_BOOK}":
            raise damaged(f"it calls its part {part[:80]!r} the book")
        if known := _KIND.search(kind):
            self.kinds[part.removeprefix("/")] = known[1]

    def _in_styles(self, tag: str, attributes: dict[str, str]) -> None:
        number = int(attributes.get("numFmtId", "0"))
        if tag == "numFmt":
            self.custom_formats[number] = attributes.get("formatCode", "")
        elif tag == "xf":
            self.formats.add(number)

    def _in_any(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "comment":
            self.notes.claim(attributes.get("ref", ""))

    def check_sheets(self) -> None:
        """See that each sheet lies in a part of its own where sheets belong, and is not too far.

        :raises UnsafeFileError: one does not, or there are too many.
        """
        if len(self.sheets) > MOST_SHEETS:
            raise UnsafeFileError(f"has more than {MOST_SHEETS} sheets")
        targets = [self.relations.get(sheet, "") for sheet in self.sheets]
        for target in targets:
            belongs = _SHEET.fullmatch(target) or _CHART.fullmatch(target)
            if not belongs or target not in self.parts:
                raise damaged(f"one of its sheets does not lie in it: {target[:80]!r}")
        if len(targets) != len(set(targets)):
            raise damaged("two of its sheets are one")
        self.notes.cells = sum(scan.extent.cells for scan in self._sheets())
        if self.notes.is_far or any(scan.extent.is_far for scan in self._sheets()):
            raise _RefusedError(_FAR)

    @property
    def is_plain(self) -> bool:
        """Whether all parts are plain, lie in their places, and no cell is shown as a date."""
        expected = {part: kind for part in self.parts if (kind := _kind_by_name(part))}
        return (
            {_BOOK, _STYLES} <= expected.keys()
            and self.kinds == expected
            and "comments" not in " ".join(self.parts).lower()
            and all(scan.is_plain for scan in self.plain)
            and not any(map(self._is_date, self.formats))
        )

    def _is_date(self, number: int) -> bool:
        if number in self.custom_formats or number >= _FIRST_CUSTOM_FORMAT:
            code = self.custom_formats.get(number, "d")
            return bool(_DATE_LETTERS.search(_QUOTED.sub("", code)))
        return number in _DATE_FORMATS


def _kind_by_name(part: str) -> str:
    """The kind that a part must be of, by its name; empty where it does not matter."""
    is_sheet = part.startswith("xl/worksheets/") and _SHEET.fullmatch(part)
    return "worksheet" if is_sheet else _KINDS.get(part, "")
