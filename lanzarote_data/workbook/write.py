"""Tables to a workbook: the same tables always give the same bytes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from lanzarote_data.package import Field
from lanzarote_data.tables import Row, Tables
from lanzarote_data.workbook import layout
from lanzarote_data.workbook.base import base_lines
from lanzarote_data.workbook.furniture import Furniture, height, style_of, write_text
from lanzarote_data.workbook.instructions import instructions
from lanzarote_data.workbook.layout import Column, Sheet, View

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
        rows = self.chosen[sheet.resource.name].rows
        for number, column in enumerate(sheet.columns):
            self.furniture.column(worksheet, number, column, sheet.resource)
            header = self.furniture.formats["header"]
            worksheet.write_string(0, number, column.header, header)
        for index, row in enumerate(rows, start=1):
            self._write_row(sheet, worksheet, index, row)
        frozen = 2 if sheet.columns[0].hidden else 1
        columns = len(sheet.columns)
        self.furniture.finish(worksheet, sheet.title, len(rows), columns, frozen)

    def _write_row(self, sheet: Sheet, worksheet: Worksheet, index: int, row: Row) -> None:
        texts = [self._shown(sheet, column, row) for column in sheet.columns]
        pairs = zip(texts, sheet.columns, strict=True)
        worksheet.set_row(index, height((text, column.width) for text, column in pairs))
        for number, (text, column) in enumerate(zip(texts, sheet.columns, strict=True)):
            if style_of(column) == "number" and _is_number(text):
                worksheet.write_number(index, number, float(text))
            elif text:
                write_text(worksheet, index, number, text, sheet.title)

    def _shown(self, sheet: Sheet, column: Column, row: Row) -> str:
        """The text of a cell; a helper column shows the id."""
        if column.field is None:
            return row[sheet.resource.primary_key[0]]
        return self._with_label(sheet, column.field, row.get(column.field.name, ""))

    def _with_label(self, sheet: Sheet, field: Field, text: str) -> str:
        """For a foreign key the id and the label of the row that it points to."""
        reference = sheet.resource.reference(field.name)
        if not text or reference is None:
            return text
        target = self.tables.find(reference.resource, text)
        return layout.option(self.tables[reference.resource].resource, target) if target else text


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit() and len(text) <= 15
