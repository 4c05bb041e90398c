"""Whether the quick reader sees all that the raw parts of a workbook hold, told from their bytes.

The answer errs on one side: a part is plain only in the form in which the common programs write
it, with nothing in it that the quick reader does not see or reads in another way than the
thorough one (formulas, errors, truth values, runs of rich text, merged cells, notes, dates, cells
out of order or doubled). Whatever else there is, is not plain, and is read thoroughly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import lt
from xml.etree import ElementTree

from lanzarote_data.workbook.extent import Extent, column_of

_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_START = rb'\s*(?:<\?xml version="1\.0"(?: encoding="[Uu][Tt][Ff]-8")?[^<>?]*\?>)?\s*<%s[\s>]'
_CELL = rb'<c r="[A-Z]{1,2}\1"(?: s="[0-9]++")?+(?: t="[sn]")?+(?:/>|>(?:<v>[^<&]*+</v>)?+</c>)'
_ROW = re.compile(rb'<row r="([0-9]{1,7})"[^<>]*+>(?:%s)*+</row>|<row [^<>]*/>' % _CELL)
_COLUMN = re.compile(rb'<c r="([A-Z]++)')
_TEXTS = re.compile(rb'(?:<si>(?:<t(?: xml:space="preserve")?+>[^<]*+</t>|<t/>)</si>)*+')
_ESCAPE = re.compile(rb"_x[0-9A-Fa-f]{4}_")
_CONTROLS = bytes(n for n in range(32) if n not in b"\t\n")
_DATE_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)
# What a format only shows, or how it shows it; not [h], which is a duration.
_QUOTED = re.compile(r'"[^"]*"|\\.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_FIRST_OF_ONES_OWN = 164
_BOOK = "xl/workbook.xml"
_KINDS = {_BOOK: "sheet.main", "xl/sharedStrings.xml": "sharedStrings", "xl/styles.xml": "styles"}
_WORKSHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_KIND = re.compile(
    r"spreadsheetml\.(sheet\.main|worksheet|chartsheet|dialogsheet|sharedStrings|styles)\+xml$"
)


@dataclass(frozen=True)
class PlainSheet:
    """A plain sheet: how far its cells reach, and what stands around its rows."""

    extent: Extent
    around: bytes


def plain_sheet(content: bytes) -> PlainSheet | None:
    """What a sheet holds if it is plain: nothing but rows of texts and numbers, in order."""
    begin, end = content.find(b"<sheetData>") + len(b"<sheetData>"), content.rfind(b"</sheetData>")
    around = content[:begin] + content[end:]
    if end < begin or not _has_form(content, around, b"worksheet") or b"<mergeCell" in around:
        return None
    extent = _extent(content, begin, end)
    return PlainSheet(extent, around) if extent else None


def _extent(content: bytes, begin: int, end: int) -> Extent | None:
    """How far the rows in a part of a sheet reach; None where anything is out of order.

    A row without cells may have any number: it reaches nowhere.
    """
    place, last, reached = begin, 0, 0
    patterns = set()
    for found in _ROW.finditer(content, begin, end):
        number = int(found[1] or 0)
        if found.start() != place or (found[1] and number <= last):
            return None
        place, last = found.end(), max(last, number)
        pattern = tuple(_COLUMN.findall(content, found.start(), place))
        reached = number if pattern else reached
        patterns.add(pattern)
    columns = [[column_of(letters.decode()) for letters in row] for row in patterns]
    if place != end or any(not all(map(lt, row, row[1:])) for row in columns):
        return None
    extent = Extent(cells=content.count(b"<c ", begin, end))
    extent.reach(max((row[-1] for row in columns if row), default=0), reached)
    return extent


def plain_texts(content: bytes) -> bytes | None:
    """What stands around the texts that the sheets share, if each is one run of text."""
    begin, end = content.find(b"<si>"), content.rfind(b"</sst>")
    around = content[:begin] + content[end:]
    if not 0 <= begin <= end or not _has_form(content, around, b"sst"):
        return None
    found = _TEXTS.match(content, begin, end)
    is_plain = found and found.end() == end and not _ESCAPE.search(content)
    return around if is_plain else None


def _has_form(content: bytes, around: bytes, root: bytes) -> bool:
    """Whether a part is UTF-8 text, and its elements are of the one namespace, without prefixes."""
    return bool(
        re.match(_START % root, around)
        and around.count(_MAIN) == around.count(b"xmlns=") == 1
        and b'xmlns="' + _MAIN in around
        and b"<!" not in around
        and len(content.translate(None, _CONTROLS)) == len(content)
        and _is_utf8(content)
    )


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def is_plain_styles(content: bytes) -> bool:
    """Whether no cell can be shown as a date: no style has a format of dates."""
    root = ElementTree.fromstring(content)
    own = {
        int(element.get("numFmtId", 0)): element.get("formatCode", "")
        for element in root.iter()
        if element.tag.endswith("}numFmt")
    }
    used = {
        int(element.get("numFmtId", 0)) for element in root.iter() if element.tag.endswith("}xf")
    }
    return not any(_is_date(number, own) for number in used)


def _is_date(number: int, own: Mapping[int, str]) -> bool:
    if number in own or number >= _FIRST_OF_ONES_OWN:
        return bool(_DATE_LETTERS.search(_QUOTED.sub("", own.get(number, "d"))))
    return number in _DATE_FORMATS


def are_plain_types(content: bytes, names: Sequence[str]) -> bool:
    """Whether the parts of a workbook are what the quick reader takes them for, by their types.

    ``names`` are those of its parts. Sheets, texts and looks lie in their places, and nowhere
    else; there are no sheets but those of cells, and no notes.
    """
    kinds = {}
    for element in ElementTree.fromstring(content).iter():
        kind = _KIND.search(element.get("ContentType", ""))
        if element.tag.endswith("}Override") and kind:
            kinds[element.get("PartName", "")] = kind[1]
    expected = {f"/{name}": wanted for name in names if (wanted := _expected_kind(name))}
    return kinds == expected and _BOOK in names and "comments" not in " ".join(names).lower()


def _expected_kind(name: str) -> str:
    """The kind that a part must be of, by its name; empty where it does not matter."""
    return "worksheet" if _WORKSHEET.fullmatch(name) else _KINDS.get(name, "")
