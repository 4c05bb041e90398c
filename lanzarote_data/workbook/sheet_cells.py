"""The cells of one sheet, from its XML.

What no Office program writes makes the sheet damaged: a value is never guessed.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import NamedTuple
from xml.parsers import expat

from lanzarote_data.store.office_file import UnsafeFileError, damaged
from lanzarote_data.workbook.grid import Cell, Covered, ErrorValue, Formula, RichText, Value
from lanzarote_data.workbook.moments import moment_of
from lanzarote_data.workbook.parts import local_name
from lanzarote_data.workbook.places import FARTHEST_ROW, Area, place_of
from lanzarote_data.workbook.texts import Runs

MOST_CELLS = 20_000_000
WIDEST = 1_000
FIRST = 50
EMPTY_CELLS_ALLOWED = 120_000
EMPTY_TO_FILLED = 5
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_TABLE = "TABLE()"
"""What Excel shows in the cells of a data table (of what-if analysis), which have no formula."""


class FarError(UnsafeFileError):
    """The sheet has cells far outside its rows and columns."""


class Shared(NamedTuple):
    """What all sheets of a workbook share: texts, formats, and the first day of dates."""

    texts: Sequence[str | RichText] = ()
    dates: frozenset[str] = frozenset()
    since_1904: bool = False
    struck: frozenset[str] = frozenset()
    colours: Mapping[str, str] = MappingProxyType({})


class SheetCells:
    """Reads the cells of a sheet that are not empty while its XML is parsed.

    A cell that has only a look is empty: a border round a whole column reaches to its end.
    """

    def __init__(self, shared: Shared) -> None:
        self.shared = shared
        self.rows: dict[int, dict[int, Value]] = {}
        self.merged: list[Area] = []
        self.struck: set[Cell] = set()
        self.colours: dict[Cell, str] = {}
        self.links: dict[Cell, str] = {}
        self.count = 0
        self.row = self.column = 0
        self._is_sheet = False
        self._seen: set[int] = set()
        self._rows_seen: set[int] = set()
        self._formulas: dict[str, str] = {}
        self._runs = Runs()
        self._clear("n", "0")

    def attach(self, parser: expat.XMLParserType) -> None:
        """Let a parser tell what it finds."""
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    # Elements.

    def _clear(self, kind: str, style: str) -> None:
        self._kind, self._style = kind, style
        self._value: str | None = None
        self._formula: str | None = None
        self._group = ""
        self._words: list[str] | None = None
        self._in_string = False
        if kind == "inlineStr":
            self._runs.clear()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        if space != _MAIN or not self._is_sheet:
            self._check_root(space, name)
            return
        if name == "c":
            self._begin_cell(attributes)
        elif name == "v":
            self._words = []
        elif self._in_string:
            self._runs.start(name, attributes)
        elif name in _OTHERS:
            _OTHERS[name](self, attributes)

    def _check_root(self, space: str, name: str) -> None:
        if not self._is_sheet and (space, name) != (_MAIN, "worksheet"):
            raise damaged("it is no sheet of cells")
        self._is_sheet = True

    def _end(self, tag: str) -> None:
        name = local_name(tag)
        if name == "v" and self._words is not None:
            self._value, self._words = "".join(self._words), None
        elif name == "c":
            self._end_cell()
        elif name == "f" and self._words is not None:
            self._formula, self._words = "".join(self._words), None
        elif name == "is":
            self._in_string = False
        elif self._in_string:
            self._runs.end(name)

    def _text(self, text: str) -> None:
        if self._words is not None:
            self._words.append(text)
        elif self._in_string:
            self._runs.add(text)

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        number = attributes.get("r", "")
        self.row = int(number) if re.fullmatch("[0-9]{1,7}", number) else self.row + 1
        self.column = 0
        self._seen = set()
        if (number and str(self.row) != number.lstrip("0")) or not 1 <= self.row <= FARTHEST_ROW:
            raise damaged(f"it has a row {number[:20]!r}")
        if self.row in self._rows_seen:
            raise damaged(f"it has row {self.row} twice")
        self._rows_seen.add(self.row)

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        place = attributes.get("r", "")
        self.column, row = _placed(place) if place else (self.column + 1, self.row)
        if row != self.row:
            raise damaged(f"its row {self.row} has a cell {place}")
        if self.column in self._seen:
            raise damaged(f"it has a cell {place or 'of one place'} twice")
        self._seen.add(self.column)
        self._clear(attributes.get("t", "n"), attributes.get("s", "0"))

    def _begin_formula(self, attributes: Mapping[str, str]) -> None:
        kind, self._group = attributes.get("t", "normal"), attributes.get("si", "")
        self._words = [_TABLE] if kind == "dataTable" else []

    def _begin_string(self, _: Mapping[str, str]) -> None:
        self._in_string = True

    def _merge(self, attributes: Mapping[str, str]) -> None:
        try:
            self.merged.append(Area.of(attributes.get("ref", "")))
        except ValueError as reason:
            raise damaged(str(reason)) from reason

    def _link(self, attributes: Mapping[str, str]) -> None:
        """A link, by the id of its relation; of a range its first cell has it."""
        ids = [text for name, text in attributes.items() if name.endswith(" id")]
        with suppress(ValueError):
            area = Area.of(attributes.get("ref", ""))
            self.links[area.top, area.left] = "".join(ids[:1])

    # Values.

    def _end_cell(self) -> None:
        value = self._found()
        if value != "":
            self.rows.setdefault(self.row, {})[self.column] = value
            if self._style != "0":
                self._note_look()
            if isinstance(value, RichText) and value.is_struck:
                self.struck.add((self.row, self.column))
            self.count += 1
            if self.count > MOST_CELLS:
                raise UnsafeFileError(f"has more than {MOST_CELLS:,} cells")

    def _note_look(self) -> None:
        if self._style in self.shared.struck:
            self.struck.add((self.row, self.column))
        if colour := self.shared.colours.get(self._style):
            self.colours[self.row, self.column] = colour

    def _found(self) -> Value:
        if self._formula is not None:
            text = self._formula or self._formulas.get(self._group, "")
            if self._group:
                self._formulas.setdefault(self._group, text)
            return Formula(f"={text}")
        if self._kind == "inlineStr":
            return self._runs.value if self._value is None else self._value
        if not self._value:
            return ""
        if self._kind not in _KINDS:
            raise damaged(f"its cell {self._place} is of an unknown kind, {self._kind[:20]!r}")
        try:
            return _KINDS[self._kind](self, self._value)
        except ValueError as reason:
            names = {"b": "truth value", "d": "date"}
            kind = f"{self._value[:40]!r} as a {names.get(self._kind, 'number')}"
            raise damaged(f"its cell {self._place} has {kind}") from reason

    @property
    def _place(self) -> Area:
        return Area(self.column, self.row, self.column, self.row)

    def _shared(self, text: str) -> Value:
        """A text that cells share, by its number.

        :raises UnsafeFileError: there is none of that number.
        """
        if not re.fullmatch("[0-9]{1,9}", text) or int(text) >= len(self.shared.texts):
            raise damaged(f"its cell {self._place} has text number {text[:20]}, which is not in it")
        return self.shared.texts[int(text)]

    def _number(self, text: str) -> Value:
        """A number, or the date or time as which it is shown.

        :raises ValueError: it is none, or too large.
        """
        if not _NUMBER.fullmatch(text.strip()):
            raise ValueError
        number = int(text) if len(text) < 19 and text.strip("+-").isdecimal() else float(text)
        if math.isinf(number):
            raise ValueError
        is_date = self._style in self.shared.dates
        return moment_of(number, self.shared.since_1904) if is_date else number

    def grid_rows(self) -> list[list[Value]]:
        """The rows of the sheet from its first cell on, all as long as the longest.

        :raises FarError: few cells are spread over many rows and columns.
        """
        height = max((*self.rows, *(area.bottom for area in self.merged)), default=0)
        widths = (max(cells) for cells in self.rows.values())
        width = max((*widths, *(area.right for area in self.merged)), default=0)
        covered = sum(area.size for area in self.merged)
        allowed = EMPTY_CELLS_ALLOWED + EMPTY_TO_FILLED * self.count
        if width > WIDEST or max(width * height, covered) > allowed:
            raise FarError
        rows = self._dense(width, height)
        for area in self.merged:
            _cover(rows, area)
        return rows

    def first_rows(self) -> list[list[Value]]:
        """The beginning of a sheet that cannot be read to its end, by which it is recognised."""
        return self._dense(WIDEST, FIRST)

    def _dense(self, width: int, height: int) -> list[list[Value]]:
        rows: list[list[Value]] = [[""] * width for _ in range(height)]
        for row, cells in self.rows.items():
            for column, value in cells.items():
                if row <= height and column <= width:
                    rows[row - 1][column - 1] = value
        return rows


def _cover(rows: list[list[Value]], area: Area) -> None:
    """Cover all cells of a merged range but the first."""
    kept = rows[area.top - 1][area.left - 1]
    for row in rows[area.top - 1 : area.bottom]:
        row[area.left - 1 : area.right] = [Covered()] * (area.right - area.left + 1)
    rows[area.top - 1][area.left - 1] = kept


def _placed(place: str) -> tuple[int, int]:
    try:
        return place_of(place)
    except ValueError as reason:
        raise damaged(str(reason)) from reason


def _truth(_: SheetCells, text: str) -> Value:
    """A truth value.

    :raises ValueError: it is none.
    """
    if text not in _TRUTHS:
        raise ValueError
    return _TRUTHS[text]


def _moment(_: SheetCells, text: str) -> Value:
    """A date or time as ISO 8601 writes it, which Excel must have.

    :raises ValueError: it is none, or before 1900.
    """
    moment = datetime.datetime.fromisoformat(text.strip().removesuffix("Z"))
    if moment.year < 1900:
        raise ValueError
    return moment.replace(tzinfo=None)


_TRUTHS = {"1": True, "true": True, "0": False, "false": False}
_KINDS: Mapping[str, Callable[[SheetCells, str], Value]] = {
    "n": SheetCells._number,
    "s": SheetCells._shared,
    "b": _truth,
    "d": _moment,
    "e": lambda _, text: ErrorValue(text),
    "str": lambda _, text: text,
}
_OTHERS: Mapping[str, Callable[[SheetCells, Mapping[str, str]], None]] = {
    "row": SheetCells._begin_row,
    "f": SheetCells._begin_formula,
    "is": SheetCells._begin_string,
    "mergeCell": SheetCells._merge,
    "hyperlink": SheetCells._link,
}
