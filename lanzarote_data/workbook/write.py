"""Tables to a workbook: the same tables always give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lanzarote_data.tables import Tables
from lanzarote_data.workbook import layout
from lanzarote_data.workbook.base import base_lines
from lanzarote_data.workbook.furniture import (
    BREADTH,
    ONE_LINE,
    Furniture,
    height,
    write_text,
)
from lanzarote_data.workbook.instructions import instructions
from lanzarote_data.workbook.layout import Sheet, View

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet


def workbook_bytes(tables: Tables, view: View) -> bytes:
    """The workbook of a view, as the bytes of an ``.xlsx`` file.

    :raises WorkbookError: a text is longer than a cell can hold.
    """
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_urls": False}) as workbook:
        _Writer(workbook, tables, view).write()
    return out.getvalue()


class _Writer:
    """Writes one workbook."""

    def __init__(self, workbook: Workbook, tables: Tables, view: View) -> None:
        self.workbook = workbook
        self.tables = tables
        self.view = view
        self.chosen = layout.rows_of(tables, view)
        self.sheets = layout.sheets(self.chosen, view)
        self.furniture = Furniture(workbook, tables, view)

    def write(self) -> None:
        """Write all sheets, the first one and the hidden ones too."""
        readme = self.workbook.add_worksheet(layout.README_SHEET)
        worksheets = [self.workbook.add_worksheet(sheet.title) for sheet in self.sheets]
        self.furniture.lists_sheet(
            (column.field, sheet.resource)
            for sheet in self.sheets
            for column in sheet.columns
            if column.field
        )
        self._write_readme(readme)
        for sheet, worksheet in zip(self.sheets, worksheets, strict=True):
            self._write_sheet(sheet, worksheet)
        names = [sheet.resource.name for sheet in self.sheets]
        self.furniture.base_sheet(base_lines(self.chosen, names, self.view.name))
        readme.activate()

    def _write_readme(self, worksheet: Worksheet) -> None:
        formats = self.furniture.formats
        worksheet.hide_gridlines(2)
        worksheet.set_column(0, 0, 30, formats["plain"])
        worksheet.set_column(1, 1, 90, formats["plain"])
        for index, line in enumerate(instructions(self.tables.package, self.view, self.sheets)):
            worksheet.write_string(index, 0, line.first, formats[line.style])
            if line.second:
                worksheet.set_row(index, height([(line.second, 90)]))
                worksheet.write_string(index, 1, line.second, formats["plain"])
        worksheet.set_portrait()
        worksheet.set_paper(9)
        worksheet.fit_to_pages(1, 0)

    def _write_sheet(self, sheet: Sheet, worksheet: Worksheet) -> None:
        table = self.chosen[sheet.resource.name]
        for number, column in enumerate(sheet.columns):
            self.furniture.column(worksheet, number, column, sheet.resource)
            header = self.furniture.formats["header"]
            worksheet.write_string(0, number, column.header, header)
        worksheet.set_default_row(ONE_LINE)
        write = _RowWriter(sheet, worksheet).write
        for index, values in enumerate(self.furniture.written.values(sheet, table), start=1):
            write(index, values)
        frozen = 2 if sheet.columns[0].hidden else 1
        columns = len(sheet.columns)
        self.furniture.finish(worksheet, sheet.title, len(table.rows), columns, frozen)


class _RowWriter:
    """Writes the rows of one sheet."""

    def __init__(self, sheet: Sheet, worksheet: Worksheet) -> None:
        self.worksheet = worksheet
        self.title = sheet.title
        self.widths = [column.width for column in sheet.columns]

    def write(self, index: int, values: Sequence[str | float]) -> None:
        """Write one row, as high as its longest text needs."""
        high = ONE_LINE
        for number, (value, width) in enumerate(zip(values, self.widths, strict=True)):
            if isinstance(value, float):
                self.worksheet.write_number(index, number, value)
            elif value:
                write_text(self.worksheet, index, number, value, self.title)
                if len(value) * BREADTH > width or "\n" in value:
                    high = max(high, height([(value, width)]))
        if high > ONE_LINE:
            self.worksheet.set_row(index, high)
