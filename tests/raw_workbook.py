"""The cells of a workbook from its XML, read as the standard says: not by a library of readers."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class RawCell:
    """A cell: its sheet, address, type as the XML has it, text, and whether it has a formula."""

    sheet: str
    place: str
    kind: str
    text: str
    has_formula: bool


def raw_cells(content: bytes) -> list[RawCell]:
    """All cells of a workbook that have a value."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return list(_cells(archive))


def texts_of(content: bytes) -> list[str]:
    """The texts of all cells of a workbook that hold one."""
    return [cell.text for cell in raw_cells(content) if cell.kind in ("s", "inlineStr")]


def _cells(archive: zipfile.ZipFile) -> Iterator[RawCell]:
    names = archive.namelist()
    strings = []
    if "xl/sharedStrings.xml" in names:
        root = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
        strings = [_text(item) for item in root.iter(f"{_MAIN}si")]
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    parts = {link.get("Id"): f"xl/{link.get('Target')}" for link in links}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    for sheet in book.iter(f"{_MAIN}sheet"):
        root = ElementTree.fromstring(archive.read(parts[sheet.get(_LINK)]))
        for cell in root.iter(f"{_MAIN}c"):
            yield _cell(str(sheet.get("name")), cell, strings)


def _cell(sheet: str, cell: ElementTree.Element, strings: list[str]) -> RawCell:
    kind = cell.get("t", "n")
    value = cell.findtext(f"{_MAIN}v") or ""
    inline = cell.find(f"{_MAIN}is")
    text = strings[int(value)] if kind == "s" else value if inline is None else _text(inline)
    return RawCell(sheet, str(cell.get("r")), kind, text, cell.find(f"{_MAIN}f") is not None)


def _text(item: ElementTree.Element) -> str:
    """The text of a string item: its runs one after the other, each with its escapes undone."""
    runs = (run.text or "" for run in item.iter(f"{_MAIN}t"))
    return "".join(re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), r) for r in runs)
