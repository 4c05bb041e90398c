"""Tables to a workbook: the same tables always give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lanzarote_data.model.tables import Tables
from lanzarote_data.workbook import layout
from lanzarote_data.workbook.base import base_lines
from lanzarote_data.workbook.filling import SheetRows, Value, fill
from lanzarote_data.workbook.instructions import instructions
from lanzarote_data.workbook.layout import Sheet, View
from lanzarote_data.workbook.style import BREADTH, ONE_LINE, Furniture, height

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
        rows = _Writer(workbook, tables, view).write()
    return fill(out.getvalue(), rows)


class _Writer:
    """Writes one workbook."""

    def __init__(self, workbook: Workbook, tables: Tables, view: View) -> None:
        self.workbook = workbook
        self.tables = tables
        self.view = view
        self.chosen = layout.rows_of(tables, view)
        self.sheets = layout.sheets(self.chosen, view)
        self.furniture = Furniture(workbook, tables, view)

    def write(self) -> list[SheetRows | None]:
        """Write all sheets, the hidden ones too; the rows that they still need are returned."""
        readme = self.workbook.add_worksheet(layout.README_SHEET)
        worksheets = [self.workbook.add_worksheet(sheet.title) for sheet in self.sheets]
        lists = self.furniture.lists_sheet(
            (column.field, sheet.resource)
            for sheet in self.sheets
            for column in sheet.columns
            if column.field
        )
        self._write_readme(readme)
        pairs = zip(self.sheets, worksheets, strict=True)
        rows = [self._write_sheet(sheet, worksheet) for sheet, worksheet in pairs]
        names = [sheet.resource.name for sheet in self.sheets]
        base = self.furniture.base_sheet(base_lines(self.chosen, names, self.view.name))
        readme.activate()
        return [None, *rows, lists, base]

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

    def _write_sheet(self, sheet: Sheet, worksheet: Worksheet) -> SheetRows:
        """Write everything of a sheet but the rows below its header, which are returned."""
        table = self.chosen[sheet.resource.name]
        for number, column in enumerate(sheet.columns):
            self.furniture.column(worksheet, number, column, sheet.resource)
            header = self.furniture.formats["header"]
            worksheet.write_string(0, number, column.header, header)
        worksheet.set_default_row(ONE_LINE)
        frozen = 2 if sheet.columns[0].hidden else 1
        self.furniture.finish(worksheet, sheet.title, table.count, len(sheet.columns), frozen)
        columns = self.furniture.written.columns(sheet, table)
        return SheetRows(sheet.title, columns, 2, _heights(sheet, columns, table.count), ONE_LINE)


def _heights(sheet: Sheet, columns: Sequence[Sequence[Value]], rows: int) -> list[float]:
    """The height of each row, so that its longest text is seen whole."""
    heights = [ONE_LINE] * rows
    for column, values in zip(sheet.columns, columns, strict=True):
        known: dict[Value, float] = {
            text: height([(text, column.width)]) for text in _long(values, column.width)
        }
        if known:
            needed = (known.get(value, ONE_LINE) for value in values)
            heights = list(map(max, heights, needed))
    return heights


def _long(values: Sequence[Value], width: float) -> list[str]:
    """The different texts that may take more than one line."""
    texts = [value for value in set(values) if isinstance(value, str)]
    return [text for text in texts if len(text) * BREADTH > width or "\n" in text]
