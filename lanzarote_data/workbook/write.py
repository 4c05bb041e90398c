"""Write tables to a workbook: the same tables always give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lanzarote_data.formats.sheet_style import row_height
from lanzarote_data.model.package import Resource
from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.text.standing import FOLLOW_UP
from lanzarote_data.workbook import form, layout, readme
from lanzarote_data.workbook.base import base_lines
from lanzarote_data.workbook.cells import as_number
from lanzarote_data.workbook.entries import Entries
from lanzarote_data.workbook.layout import Column, Sheet, View, is_number
from lanzarote_data.workbook.style import SheetStyle, workbook_of, write_text

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_ALLOWED = ("format_columns", "format_rows", "insert_rows", "sort", "autofilter")


def workbook_bytes(tables: Tables, view: View) -> bytes:
    """The workbook of a view, as the bytes of an ``.xlsx`` file.

    :raises WorkbookError: a text is longer than a cell can hold.
    """
    writer = FormWriter if view.asks_for else Writer
    return workbook_of(lambda workbook: writer(workbook, tables, view).write())


def cell_values(sheet: Sheet, row: Row, entries: Entries) -> list[str | float]:
    """The texts and numbers that the cells of a sheet show for a row.

    A foreign key shows the entry of its drop-down, a helper column the row’s own id or what the
    row cites.
    """
    return [_cell_value(sheet.resource, column, row, entries) for column in sheet.columns]


def _cell_value(resource: Resource, column: Column, row: Row, entries: Entries) -> str | float:
    if column.field is None:
        row_id = row[resource.primary_key[0]]
        return row_id if column.is_read else entries.cited(row_id, column.header)
    name = next((name for name in column.fields if row[name]), column.field.name)
    text, reference = row[name], resource.reference(name)
    if reference is not None:
        return entries.of_row(reference.resource, text) if text else ""
    return as_number(text) if is_number(column) else text


class Writer:
    """Writes one workbook."""

    def __init__(self, workbook: Workbook, tables: Tables, view: View) -> None:
        self.workbook = workbook
        self.tables = tables
        self.view = view
        self.chosen = layout.rows_of(tables, view)
        self.sheets = layout.sheets(self.chosen, view)
        self.style = SheetStyle(workbook, tables, view)

    def write(self) -> None:
        """Write all sheets, the hidden ones too."""
        first = self.workbook.add_worksheet(layout.README_SHEET)
        worksheets = [self.workbook.add_worksheet(sheet.title) for sheet in self.sheets]
        self.style.add_lists(
            (column, sheet.resource) for sheet in self.sheets for column in sheet.columns
        )
        readme.write(first, self._lines(), self.style.formats)
        for sheet, worksheet in zip(self.sheets, worksheets, strict=True):
            self._write_sheet(sheet, worksheet)
        self.style.add_base(base_lines(self.chosen, self._names(), self.view.name))
        first.activate()

    def _names(self) -> list[str]:
        """The tables that the base has."""
        return [sheet.resource.name for sheet in self.sheets]

    def _lines(self) -> Iterator[readme.Line]:
        """The lines of the first sheet."""
        return readme.lines(self.tables.package, self.view, self.sheets)

    def _write_sheet(self, sheet: Sheet, worksheet: Worksheet) -> None:
        table = self.chosen[sheet.resource.name]
        for number, column in enumerate(sheet.closed):
            self.style.set_up_column(worksheet, number, column, sheet.resource, table.count)
            write_text(worksheet, 0, number, column.header, self.style.formats["header"])
        if sheet.closed != sheet.columns:
            end = len(sheet.columns)
            worksheet.set_column(end, end, None, None, {"collapsed": True})
        frozen = 2 if sheet.columns[0].hidden else 1
        worksheet.set_selection(1, frozen, 1, frozen)
        self.style.set_up_sheet(worksheet, sheet.title, table.count, sheet.closed, frozen)
        for index, row in enumerate(table.rows, start=1):
            self._write_row(worksheet, index, sheet, row)

    def _write_row(self, worksheet: Worksheet, index: int, sheet: Sheet, row: Row) -> None:
        values = cell_values(sheet, row, self.style.entries)
        cells = zip(values, sheet.closed, strict=True)
        texts = [
            # A read-only column does not make a row higher.
            (value if column.is_read else value[: int(3 * column.width)], column.width)
            for value, column in cells
            if isinstance(value, str) and not column.hidden
        ]
        worksheet.set_row(index, row_height(texts))
        for number, (value, column) in enumerate(zip(values, sheet.columns, strict=True)):
            if isinstance(value, str):
                write_text(worksheet, index, number, value, self._look(column))
            else:
                worksheet.write_number(index, number, value)

    def _look(self, column: Column) -> Format | None:  # noqa: ARG002
        """The look of the cells of rows in a column; None: that of the column."""
        return None


class FormWriter(Writer):
    """Writes a reporting form: only the cells to fill in can be changed."""

    def __init__(self, workbook: Workbook, tables: Tables, view: View) -> None:
        super().__init__(workbook, tables, view)
        self.chosen = form.form_tables(tables, view)
        self.sheets = [layout.sheet_of(self.chosen[layout.FORM].resource, view)]

    def _lines(self) -> Iterator[readme.Line]:
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
