"""Sheets of a workbook in memory: their cells as they are written, and as they are read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from xlsxwriter import Workbook

from lanzarote_data.model.problems import Problem
from lanzarote_data.model.tables import Tables
from lanzarote_data.workbook.cells import Grid, Value
from lanzarote_data.workbook.entries import Entries
from lanzarote_data.workbook.layout import Sheet, rows_of, sheet_of, view_named
from lanzarote_data.workbook.read import find_columns
from lanzarote_data.workbook.rows import RowReader, SheetContent, SheetRow
from lanzarote_data.workbook.write import cell_values, workbook_bytes
from tests.grids import grids
from tests.packages import tiny_tables

TINY = tiny_tables()


@dataclass
class Reading:
    """What was found in a sheet: its columns, its rows, and what is wrong with them."""

    columns: SheetContent
    rows: list[SheetRow]
    problems: list[Problem]


def sheet(name: str, view: str = "BEL") -> Sheet:
    """The sheet of a table in the workbook of a view."""
    return sheet_of(TINY.package.resource(name), view_named(view))


def cells(name: str, view: str = "BEL", tables: Tables = TINY) -> list[list[Value]]:
    """The cells of a sheet as they are written: the header, then the rows."""
    this, chosen = sheet(name, view), rows_of(tables, view_named(view))
    found: list[list[Value]] = [[column.header for column in this.columns]]
    entries = Entries(tables, view_named(view))
    found.extend([*cell_values(this, row, entries)] for row in chosen[name].rows)
    return found


def grid(rows: Sequence[Sequence[Value]], title: str = "Sheet") -> Grid:
    """The rows as a sheet: all made as long as the longest."""
    width = max(map(len, rows), default=0)
    return Grid(title, [[*row, *[""] * (width - len(row))] for row in rows])


def read(
    rows: Sequence[Sequence[Value]],
    name: str,
    view: str = "BEL",
    base: Tables = TINY,
    ours: Tables = TINY,
) -> Reading:
    """What is found in a sheet with these cells, which shows a table.

    ``base`` are all tables as the workbook was made from them, ``ours`` those of now.
    """
    this, there = sheet(name, view), grid(rows)
    columns, problems = find_columns(there, this)
    if not columns.fits:
        return Reading(columns, [], problems)
    reader = RowReader(there, columns, ours, rows_of(base, view_named(view)))
    found = list(reader.read())
    return Reading(columns, found, [*problems, *reader.problems])


Book = dict[str, list[list[Value]]]


def book(view: str = "BEL", tables: Tables = TINY) -> Book:
    """The cells of all sheets of a workbook as it is written, by their names."""
    data = workbook_bytes(tables, view_named(view))
    return {there.title: [[*row] for row in there.rows] for there in grids(data)}


def save(book: Book, path: Path, merged: Mapping[str, str] = MappingProxyType({})) -> Path:
    """Write sheets as a workbook of texts and numbers; ``merged`` are cells to merge, by sheet.

    Nothing else of the workbook that was written is kept, as where a program copies its sheets.
    """
    with Workbook(path, {"strings_to_urls": False, "strings_to_formulas": False}) as workbook:
        for title, rows in book.items():
            worksheet = workbook.add_worksheet(title)
            for number, row in enumerate(rows):
                for place, value in enumerate(row):
                    if value != "":
                        worksheet.write(number, place, value)
            if title in merged:
                worksheet.merge_range(merged[title], "merged")
    return path
