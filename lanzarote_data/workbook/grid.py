"""Read the cells of a workbook as values, with the quick reader where it sees everything.

*openpyxl* sees everything: formulas, error values, rich text, merged cells, notes.
*python-calamine* is ten times as fast and sees none of these, so it reads only workbooks that
:mod:`safe_open` found to be plain, and only if all values are texts and numbers. Both readers
then give the same values.
"""

from __future__ import annotations

import datetime
import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from lanzarote_data.model.errors import WorkbookError

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_TABLE = "=TABLE()"
"""What Excel shows in the cells of a data table (of what-if analysis), which have no formula."""
_PLAIN_COLOUR = 1
"""The number of the colour of plain text among those of a workbook's theme."""


@dataclass(frozen=True)
class Formula:
    """A formula, as it is written in the cell."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class ErrorValue:
    """An error that a program shows in a cell, such as ``#N/A``."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class RichText:
    """The words of a cell whose parts have looks of their own.

    ``is_formatted`` is whether a part has more of a look than a font: bold, italic, a colour.
    """

    text: str
    is_formatted: bool

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Covered:
    """A cell that lies under a merged one: what stood in it is gone."""

    def __str__(self) -> str:
        return ""


Moment = datetime.datetime | datetime.date | datetime.time | datetime.timedelta
Value = str | int | float | bool | Moment | Formula | ErrorValue | RichText | Covered


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet: rows of values from the first row and column on, all as long.

    An empty cell has the empty text. ``merged`` are the ranges of merged cells (``A1:B2``).
    """

    title: str
    rows: Sequence[Sequence[Value]]
    merged: tuple[str, ...] = ()
    has_notes: bool = False

    @property
    def first(self) -> Value:
        """The value of the cell A1."""
        return self.rows[0][0] if self.rows and self.rows[0] else ""


def shown(value: Value) -> str:
    """What a cell shows, or its formula, without white space at its edges."""
    return str(value).strip()


def read_grids(data: bytes, name: str, quickly: bool) -> list[Grid]:
    """The sheets of a workbook, in their order.

    ``quickly`` says that it is plain, so that the quick reader sees everything.

    :raises WorkbookError: no reader can make sense of the file.
    """
    found = _quickly(data) if quickly else None
    try:
        return found or list(_thoroughly(data))
    except Exception as reason:
        raise WorkbookError(
            f"{name} cannot be read as a workbook: {reason}.",
            "Open it in Excel, save it again, and try once more.",
        ) from reason


def _quickly(data: bytes) -> list[Grid] | None:
    """The sheets, read by python-calamine; None where one holds more than texts and numbers."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        grids = [
            Grid(title, book.get_sheet_by_name(title).to_python(skip_empty_area=False))
            for title in book.sheet_names
        ]
    except CalamineError:
        return None
    rows = chain.from_iterable(grid.rows for grid in grids)
    kinds = set(map(type, chain.from_iterable(rows)))
    return grids if kinds <= {str, float} else None


def _thoroughly(data: bytes) -> Iterator[Grid]:
    """The sheets, read by openpyxl."""
    from openpyxl import load_workbook

    # What openpyxl warns of is lost looks and drop-downs; we only read what the cells hold.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(data), rich_text=True)
    for sheet in book.worksheets:
        yield _grid(sheet)


def _grid(sheet: Worksheet) -> Grid:
    rows, has_notes = [], False
    for cells in sheet.iter_rows():
        rows.append([_value(cell) for cell in cells])
        has_notes = has_notes or any(cell.comment for cell in cells)
    merged = tuple(area.coord for area in sheet.merged_cells.ranges)
    return Grid(sheet.title, rows, merged, has_notes)


def _value(cell: Cell) -> Value:
    from openpyxl.cell.cell import MergedCell

    value: Any = cell.value
    if isinstance(cell, MergedCell):
        return Covered()
    if value is None:
        return ""
    if cell.data_type == "f":
        return Formula(value if isinstance(value, str) else getattr(value, "text", _TABLE))
    if cell.data_type == "e":
        return ErrorValue(str(value))
    if isinstance(value, list):
        return RichText(str(value), any(map(_is_formatted, value)))
    found: Value = value
    return found


def _is_formatted(run: Any) -> bool:
    """Whether a run of text has more of a look than a font."""
    if isinstance(run, str):
        return False
    font = run.font
    coloured = font.color is not None and font.color.theme != _PLAIN_COLOUR
    return coloured or any((font.b, font.i, font.u, font.strike, font.vertAlign))
