"""Scans of the parts of a workbook that hold cells and texts, while they are parsed.

They measure how far the cells of a sheet reach, and whether the part is *plain*: in the form in
which the common programs write it, with nothing that the quick reader does not see or reads in
another way than the thorough one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

from lanzarote_data.model.types import whole_number
from lanzarote_data.store.office_file import UnsafeFileError
from lanzarote_data.text.spreadsheets import LONGEST_CELL

MOST_CELLS = 20_000_000
FARTHEST_COLUMN = 1_000
FARTHEST_ROW = 1_048_576
EMPTY_CELLS_ALLOWED = 120_000
EMPTY_TO_FILLED = 5

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_PLAIN_PLACE = re.compile(r"[A-Z]{1,2}[1-9][0-9]{0,6}")
_ESCAPE = re.compile(r"_x[0-9A-Fa-f]{4}_")


def place_of(place: str) -> tuple[int, int]:
    """The column and row, from 1, of a place such as ``C7``.

    >>> place_of("C7"), place_of("AA10")
    ((3, 7), (27, 10))

    :raises ValueError: it is no place of a cell.
    """
    found = _PLACE.fullmatch(place)
    if not found or not 1 <= (row := int(found[2])) <= FARTHEST_ROW:
        raise ValueError(f"it has a cell at {place[:20]!r}")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return column, row


@dataclass
class Extent:
    """How far the cells of a sheet reach, against how many there are.

    Readers fill the whole rectangle up to the last cell: one cell in the last row makes millions.
    ``claimed`` counts the cells of merged ranges, links and notes, which readers fill one by one.
    """

    row: int = 0
    column: int = 0
    cells: int = 0
    last_row: int = 0
    last_column: int = 0
    claimed: int = 0

    def next_row(self, number: str) -> None:
        """A row begins; ``number`` may be empty, then it follows the one before.

        :raises ValueError: it is no number of a row.
        """
        self.row = (whole_number(number) or 0) if number else self.row + 1
        self.column = 0
        if not 1 <= self.row <= FARTHEST_ROW:
            raise ValueError(f"it has row {number[:20]!r}")

    def next_cell(self, place: str) -> None:
        """A cell; ``place`` may be empty, then it follows the one before.

        :raises ValueError: it is no place of a cell.
        """
        if place:
            self.column, self.row = place_of(place)
        else:
            self.column += 1
        self.cells += 1
        self._reach(self.column, self.row)

    def claim(self, area: str) -> None:
        """Something covers a range of cells such as ``A1:B2``.

        :raises ValueError: it is no range.
        """
        first, _, last = area.partition(":")
        (left, top), (right, bottom) = place_of(first), place_of(last or first)
        self._reach(max(left, right), max(top, bottom))
        self.claimed += (abs(right - left) + 1) * (abs(bottom - top) + 1)

    def _reach(self, column: int, row: int) -> None:
        self.last_column = max(self.last_column, column)
        self.last_row = max(self.last_row, row)

    @property
    def is_far(self) -> bool:
        """Whether it reaches far beyond its cells."""
        allowed = EMPTY_CELLS_ALLOWED + EMPTY_TO_FILLED * self.cells
        too_wide = self.last_column > FARTHEST_COLUMN
        return too_wide or max(self.last_row * self.last_column, self.claimed) > allowed


class PlainScan:
    """The scan of a part that the quick reader reads; subclasses say what it may hold.

    ``parents`` gives for each element that readers look at the only one that may hold it; these
    elements hold no others.
    """

    root = b""
    parents: Mapping[str, str] = {}

    parser: expat.XMLParserType

    def __init__(self) -> None:
        self.is_plain = True
        self.path: list[str] = []
        self.before = ""

    def attach(self, parser: expat.XMLParserType) -> None:
        """Let a parser tell the scan what it finds."""
        self.parser = parser
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.XmlDeclHandler = self.declaration
        parser.CommentHandler = self.odd
        parser.ProcessingInstructionHandler = self.odd
        parser.StartCdataSectionHandler = self.odd

    def odd(self, *_: object) -> None:
        """Something that no program writes here."""
        self.is_plain = False

    def declaration(self, version: str, encoding: str | None, _: int) -> None:
        """The XML declaration."""
        self.is_plain &= version == "1.0" and (encoding or "utf-8").lower() == "utf-8"

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        parent = self.path[-1] if self.path else ""
        self.path.append(tag)
        if not self._is_expected(tag, parent, attributes):
            self.is_plain = False
        self.found(tag.rpartition(":")[2], attributes)
        self.before = tag

    def _is_expected(self, tag: str, parent: str, attributes: Mapping[str, str]) -> bool:
        """Whether an element is one that both readers see in the same way."""
        if not parent:
            is_main = attributes.get("xmlns") == _MAIN
            return self._is_utf8() and is_main and [*attributes.values()].count(_MAIN) == 1
        if "xmlns" in attributes or _MAIN in attributes.values():
            return False
        expected = self.parents.get(tag.rpartition(":")[2])
        if expected is None:
            return parent not in self.parents
        return tag in self.parents and parent == expected

    def _is_utf8(self) -> bool:
        """Whether the root element is written as expected; UTF-16 has a NUL after each letter."""
        return (self.parser.GetInputContext() or b"").startswith(b"<" + self.root)

    def end(self, _: str) -> None:
        """An element ends."""
        self.path.pop()

    def found(self, name: str, attributes: Mapping[str, str]) -> None:
        """Look at an element, whose name is given without a prefix."""


class TextsScan(PlainScan):
    """The scan of the texts that the cells of a workbook share: each is plain in one run."""

    root = b"sst"
    parents = {"si": "sst", "t": "si"}  # noqa: RUF012

    def attach(self, parser: expat.XMLParserType) -> None:
        """Let a parser tell the scan what it finds, texts too."""
        super().attach(parser)
        parser.buffer_text = True
        parser.buffer_size = 2 * LONGEST_CELL
        parser.CharacterDataHandler = self._text

    def _text(self, text: str) -> None:
        if len(text) > LONGEST_CELL or _ESCAPE.search(text):
            self.is_plain = False

    def found(self, name: str, attributes: Mapping[str, str]) -> None:
        """Look at an element."""
        is_second = name == "t" and self.before == "t"
        is_odd = name not in ("sst", "si", "t")
        if is_second or is_odd or (name == "t" and attributes.keys() - {"xml:space"}):
            self.is_plain = False


class SheetScan(PlainScan):
    """The scan of a sheet: it is plain if it has nothing but texts and numbers, in order.

    ``cells_before`` are those of the sheets before it.
    """

    root = b"worksheet"
    parents = {"sheetData": "worksheet", "row": "sheetData", "c": "row", "v": "c"}  # noqa: RUF012

    def __init__(self, part: str, cells_before: int) -> None:
        super().__init__()
        self.part = part
        self.cells_left = MOST_CELLS - cells_before
        self.extent = Extent()
        self.has_rows = False

    def found(self, name: str, attributes: Mapping[str, str]) -> None:
        """Look at an element.

        :raises ValueError: it says that it stands where no cell can be.
        :raises UnsafeFileError: there are too many cells.
        """
        if name == "c":
            self._cell(attributes)
        elif name == "row":
            self._row(attributes.get("r", ""))
        elif name in ("mergeCell", "hyperlink"):
            self.extent.claim(attributes.get("ref", ""))
            self.is_plain &= name == "hyperlink"
        elif name == "sheetData" or (name == "v" and self.before == "v"):
            self.is_plain &= name != "v" and not self.has_rows
            self.has_rows = True

    def _row(self, number: str) -> None:
        above = self.extent.row
        self.extent.next_row(number)
        self.is_plain &= bool(number) and self.extent.row > above

    def _cell(self, attributes: Mapping[str, str]) -> None:
        place, style = attributes.get("r", ""), attributes.get("s", "0")
        left, row = self.extent.column, self.extent.row
        self.extent.next_cell(place)
        if self.extent.cells > self.cells_left:
            raise UnsafeFileError(f"has more than {MOST_CELLS:,} cells")
        self.is_plain &= (
            attributes.keys() <= {"r", "s", "t"}
            and attributes.get("t", "n") in ("s", "n")
            and style.isdecimal()
            and _PLAIN_PLACE.fullmatch(place) is not None
            and self.extent.row == row
            and self.extent.column > left
        )
