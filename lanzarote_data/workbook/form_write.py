"""Write reporting forms: as other workbooks, but only the cells to fill in can be changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lanzarote_data.model.tables import Tables
from lanzarote_data.text.follow_up import FOLLOW_UP
from lanzarote_data.workbook import form, layout
from lanzarote_data.workbook.layout import Column, Sheet, View
from lanzarote_data.workbook.readme import Line
from lanzarote_data.workbook.write import Writer

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_ALLOWED = ("format_columns", "format_rows", "insert_rows", "sort", "autofilter")


class FormWriter(Writer):
    """Writes one form."""

    def __init__(self, workbook: Workbook, tables: Tables, view: View) -> None:
        super().__init__(workbook, tables, view)
        self.chosen = form.form_tables(tables, view)
        self.sheets = [layout.sheet_of(self.chosen[layout.FORM].resource, view)]

    def _lines(self) -> Iterator[Line]:
        return form.instructions(self.tables, self.view, self.sheets[0].resource)

    def _write_sheet(self, sheet: Sheet, worksheet: Worksheet) -> None:
        """Write the sheet; the cells of its rows that are for reading are grey and locked."""
        super()._write_sheet(sheet, worksheet)
        for number, column in enumerate(sheet.columns):
            worksheet.set_column(number, number, column.width, self.style.formats["open"])
        worksheet.set_selection(1, len(sheet.columns) - len(form.ENTRY), 1, 0)
        worksheet.protect("", dict.fromkeys(_ALLOWED, True))

    def _names(self) -> list[str]:
        return [layout.FORM, FOLLOW_UP]

    def _look(self, column: Column) -> Format | None:
        is_open = column.field is not None and column.field.name in form.ENTRY
        return None if is_open else self.style.formats["helper"]
