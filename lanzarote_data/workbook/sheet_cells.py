"""The cells of one sheet, from its XML.

What no Office program writes makes the sheet damaged: a value is never guessed.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple
from xml.etree.ElementTree import Element

from lanzarote_data.store.office_file import UnsafeFileError, damaged
from lanzarote_data.workbook.cells import (
    FARTHEST_ROW,
    Area,
    Cell,
    Covered,
    ErrorValue,
    Formula,
    RichText,
    Value,
    place_of,
)
from lanzarote_data.workbook.looks import Styles, text_of
from lanzarote_data.workbook.parts import Parts, RefusedError

MOST_CELLS = 20_000_000
WIDEST = 1_000
FIRST = 50
EMPTY_CELLS_ALLOWED = 120_000
EMPTY_TO_FILLED = 5
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_CELL, _VALUE, _FORMULA, _STRING = (f"{MAIN} {name}" for name in ("c", "v", "f", "is"))
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_TRUTHS = {"1": True, "true": True, "0": False, "false": False}
_TABLE = "TABLE()"
"""What Excel shows in the cells of a data table (of what-if analysis), which have no formula."""
_FAR = (
    "has cells far outside its rows and columns",
    "Delete the columns to the right of the table and the rows below it, and save.",
)
_DAYS = 2_958_466  # to the end of the year 9999
_NO_DAY = 60  # 29 February 1900, which Excel counts and the calendar does not have
_SHIFT = 1_462  # days from one of the two calendars of Excel to the other


class Shared(NamedTuple):
    """What all sheets of a workbook share: texts, formats, and the first day of dates."""

    texts: Sequence[str | RichText]
    styles: Styles
    since_1904: bool


class SheetCells:
    """The cells of a sheet that are not empty.

    A cell that has only a look is empty: a border round a whole column reaches to its end.
    """

    def __init__(self, shared: Shared) -> None:
        self.shared = shared
        self._struck, self._colours = shared.styles.struck, shared.styles.colours
        self.rows: dict[int, dict[int, Value]] = {}
        self.merged: list[Area] = []
        self.struck: set[Cell] = set()
        self.colours: dict[Cell, str] = {}
        self.links: dict[Cell, str] = {}
        self._count = self._row = self._column = 0
        self._is_sheet = False
        self._seen: set[int] = set()
        self._rows_seen: set[int] = set()
        self._formulas: dict[str, str] = {}

    def read(self, parts: Parts, name: str) -> None:
        """Read the sheet.

        :raises UnsafeFileError: it is damaged; what was read until then can be used.
        """
        starts: Mapping[str, Callable[[dict[str, str]], None]] = {
            "worksheet": self._begin,
            "c": self._refuse_cell,
            "mergeCell": self._merge,
            "hyperlink": self._link,
        }
        parts.parse(name, starts, {"row": self._read_row}, MAIN)
        if not self._is_sheet:
            raise damaged("it is no sheet of cells")

    def _begin(self, _: object) -> None:
        self._is_sheet = True

    def _refuse_cell(self, _: object) -> None:
        raise damaged("it has a cell outside of its rows")

    def _read_row(self, row: Element) -> None:
        number = row.get("r", "")
        self._row = int(number) if re.fullmatch("[0-9]{1,7}", number) else self._row + 1
        self._column = 0
        self._seen = set()
        if (number and str(self._row) != number.lstrip("0")) or not 1 <= self._row <= FARTHEST_ROW:
            raise damaged(f"it has a row {number[:20]!r}")
        if self._row in self._rows_seen:
            raise damaged(f"it has row {self._row} twice")
        self._rows_seen.add(self._row)
        for cell in row:
            if cell.tag == _CELL:
                self._read_cell(cell)

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

    def _read_cell(self, cell: Element) -> None:
        self._find_place(cell.get("r", ""))
        style = cell.get("s", "0")
        value = self._value(cell, style)
        if value == "":
            return
        self.rows.setdefault(self._row, {})[self._column] = value
        if style in self._struck or (isinstance(value, RichText) and value.is_struck):
            self.struck.add((self._row, self._column))
        if style in self._colours:
            self.colours[self._row, self._column] = self._colours[style]
        self._count += 1
        if self._count > MOST_CELLS:
            raise UnsafeFileError(f"has more than {MOST_CELLS:,} cells")

    def _find_place(self, place: str) -> None:
        try:
            self._column, row = place_of(place) if place else (self._column + 1, self._row)
        except ValueError as reason:
            raise damaged(str(reason)) from reason
        if row != self._row:
            raise damaged(f"its row {self._row} has a cell {place}")
        if self._column in self._seen:
            raise damaged(f"it has a cell {place or 'of one place'} twice")
        self._seen.add(self._column)

    def _value(self, cell: Element, style: str) -> Value:
        kind, text, string = cell.get("t", "n"), "", None
        for part in cell:
            if part.tag == _FORMULA:
                return self._formula(part)
            if part.tag == _VALUE:
                text = part.text or ""
            elif part.tag == _STRING:
                string = part
        if kind == "inlineStr":
            return text or ("" if string is None else text_of(string))
        if kind in ("s", "str") or not text:
            return self._shared_text(text) if kind == "s" and text else text
        try:
            return self._typed(kind, text, style)
        except ValueError as reason:
            names = {"b": "truth value", "d": "date"}
            what = f"{text[:40]!r} as a {names.get(kind, 'number')}"
            raise damaged(f"its cell {self._place} has {what}") from reason

    @property
    def _place(self) -> Area:
        return Area(self._column, self._row, self._column, self._row)

    def _formula(self, element: Element) -> Formula:
        """A formula; cells that share one have it in the first of them."""
        text = element.text or ""
        if element.get("t") == "dataTable":
            text = f"{_TABLE}{text}"
        if group := element.get("si", ""):
            text = text or self._formulas.get(group, "")
            self._formulas.setdefault(group, text)
        return Formula(f"={text}")

    def _shared_text(self, number: str) -> Value:
        """A text that cells share, by its number."""
        if not re.fullmatch("[0-9]{1,9}", number) or int(number) >= len(self.shared.texts):
            what = f"text number {number[:20]}, which is not in it"
            raise damaged(f"its cell {self._place} has {what}")
        return self.shared.texts[int(number)]

    def _typed(self, kind: str, text: str, style: str) -> Value:
        """The value of a cell that is no text; a ``ValueError`` is raised where it is none."""
        if kind == "n":
            number = _number(text)
            is_date = style in self.shared.styles.dates
            return moment_of(number, self.shared.since_1904) if is_date else number
        if kind == "e":
            return ErrorValue(text)
        if kind == "d":
            return _moment(text)
        if kind != "b":
            raise damaged(f"its cell {self._place} is of an unknown kind, {kind[:20]!r}")
        if text not in _TRUTHS:
            raise ValueError
        return _TRUTHS[text]

    def grid_rows(self) -> list[list[Value]]:
        """The rows of the sheet from its first cell on, all as long as the longest.

        :raises RefusedError: few cells are spread over many rows and columns.
        """
        height = max((*self.rows, *(area.bottom for area in self.merged)), default=0)
        widths = (max(cells) for cells in self.rows.values())
        width = max((*widths, *(area.right for area in self.merged)), default=0)
        covered = sum(area.size for area in self.merged)
        allowed = EMPTY_CELLS_ALLOWED + EMPTY_TO_FILLED * self._count
        if width > WIDEST or max(width * height, covered) > allowed:
            raise RefusedError(_FAR)
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


def _number(text: str) -> int | float:
    """A number; a ``ValueError`` is raised where it is none or too large."""
    if not _NUMBER.fullmatch(text.strip()):
        raise ValueError
    number = int(text) if len(text) < 19 and text.strip("+-").isdecimal() else float(text)
    if math.isinf(number):
        raise ValueError
    return number


def _moment(text: str) -> datetime.datetime:
    """A date or time as ISO 8601 writes it; a ``ValueError`` where it is none that Excel has."""
    moment = datetime.datetime.fromisoformat(text.strip().removesuffix("Z"))
    if moment.year < 1900:
        raise ValueError
    return moment.replace(tzinfo=None)


def moment_of(serial: float, since_1904: bool = False) -> Value:
    """The date or time that a number stands for; the number itself where Excel has no such date.

    >>> moment_of(45071), moment_of(60), moment_of(-1)
    (datetime.datetime(2023, 5, 25, 0, 0), 60, -1)
    """
    days = serial + _SHIFT if since_1904 else serial
    if serial < 0 or days >= _DAYS or int(days) == _NO_DAY:
        return serial
    passed = datetime.timedelta(milliseconds=round(days * 86_400_000))
    if serial < 1:
        return (datetime.datetime.min + passed % datetime.timedelta(days=1)).time()
    first = datetime.datetime(1899, 12, 31 if days < _NO_DAY else 30)
    return first + passed
