"""The sheets of a workbook as openpyxl reads them, to be compared with what we read."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import openpyxl
from openpyxl.cell.cell import MergedCell

from lanzarote_data.workbook.cells import Covered, ErrorValue, Formula, Grid, RichText, Value
from lanzarote_data.workbook.safe_open import read_sheets

_PLAIN_COLOUR = 1


def grids(data: bytes) -> list[Grid]:
    """The sheets as we read them."""
    return read_sheets(data, "BEL.xlsx")[0]


def by_openpyxl(data: bytes) -> Iterator[Grid]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), rich_text=True)
    for sheet in book.worksheets:
        rows = [[_value(cell) for cell in cells] for cells in sheet.iter_rows()]
        notes = any(cell.comment for cells in sheet.iter_rows() for cell in cells)
        merged = tuple(area.coord for area in sheet.merged_cells.ranges)
        yield Grid(sheet.title, rows, merged, notes)


def _value(cell: Any) -> Value:
    value: Any = cell.value
    if isinstance(cell, MergedCell):
        return Covered()
    if value is None:
        return ""
    if cell.data_type == "f":
        return Formula(value if isinstance(value, str) else getattr(value, "text", "=TABLE()"))
    if cell.data_type == "e":
        return ErrorValue(str(value))
    if isinstance(value, list):
        is_struck = any(not isinstance(run, str) and run.font.strike for run in value)
        return RichText(str(value), any(map(_is_formatted, value)), is_struck)
    found: Value = value
    return found


def _is_formatted(run: Any) -> bool:
    if isinstance(run, str):
        return False
    font = run.font
    coloured = font.color is not None and font.color.theme != _PLAIN_COLOUR
    return coloured or any((font.b, font.i, font.u, font.vertAlign))


def told(grids: Sequence[Grid]) -> list[tuple[object, ...]]:
    """What grids hold, but for empty cells at the ends of rows and of sheets."""
    return [(g.title, trimmed(g.rows), set(g.merged), g.has_notes) for g in grids]


def trimmed(rows: Sequence[Sequence[Value]]) -> list[list[Value]]:
    found = [list(row) for row in rows]
    for row in found:
        while row and row[-1] == "":
            row.pop()
    while found and not found[-1]:
        found.pop()
    return found


def check_alike(data: bytes) -> None:
    """We read what openpyxl reads."""
    assert told(grids(data)) == told(list(by_openpyxl(data)))
