"""Tables to a workbook: the same tables always give the same bytes."""

from __future__ import annotations

import datetime
import io
import math
from typing import TYPE_CHECKING, Any

from lanzarote_data.errors import WorkbookError
from lanzarote_data.package import Field
from lanzarote_data.tables import Row, Table, Tables
from lanzarote_data.workbook import layout
from lanzarote_data.workbook.base import PROPERTY, base_lines
from lanzarote_data.workbook.instructions import instructions
from lanzarote_data.workbook.layout import Column, Sheet, View

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LAST_ROW = 1_048_575
LONGEST_CELL = 32_767
TALLEST_ROW = 409.0
# A workbook carries a date of making; ours is always this one, so that the same tables give the
# same bytes on any day.
MADE = datetime.datetime(2000, 1, 1)

_NAVY, _GREY, _LINE = "#1F3864", "#6B6B6B", "#C9CED6"
_TINTS = {"require": "#F6D5CF", "request": "#FBEBC8", "invite": "#DDEBDD"}


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
        self.formats = _formats(workbook)
        self.lists: dict[tuple[str, ...], str] = {}

    def write(self) -> None:
        """Write all sheets, the first one and the hidden ones too."""
        readme = self.workbook.add_worksheet(layout.README_SHEET)
        worksheets = [self.workbook.add_worksheet(sheet.title) for sheet in self.sheets]
        self._write_lists()
        self._write_readme(readme)
        for sheet, worksheet in zip(self.sheets, worksheets, strict=True):
            self._write_sheet(sheet, worksheet)
        self._write_base()
        readme.activate()

    def _write_readme(self, worksheet: Worksheet) -> None:
        worksheet.hide_gridlines(2)
        worksheet.set_column(0, 0, 30, self.formats["plain"])
        worksheet.set_column(1, 1, 90, self.formats["plain"])
        for index, line in enumerate(instructions(self.tables.package, self.view, self.sheets)):
            style = self.formats[line.style]
            if line.second:
                worksheet.set_row(index, _lines(line.second, 90) * 15.0 + 3)
            worksheet.write_string(index, 0, line.first, style)
            if line.second:
                second = "plain" if line.style == "name" else line.style
                worksheet.write_string(index, 1, line.second, self.formats[second])
        worksheet.set_portrait()
        worksheet.set_paper(9)
        worksheet.fit_to_pages(1, 0)

    def _write_lists(self) -> None:
        """The lists that drop-downs show, each a column of a hidden, protected sheet."""
        worksheet = self.workbook.add_worksheet(layout.LISTS_SHEET)
        for sheet in self.sheets:
            for field in (column.field for column in sheet.columns if column.field):
                entries = tuple(layout.options(self.tables, field, sheet.resource, self.view))
                if entries and entries not in self.lists:
                    number = len(self.lists)
                    worksheet.write_column(0, number, entries)
                    letter = _letter(number)
                    place = f"='{layout.LISTS_SHEET}'!${letter}$1:${letter}${len(entries)}"
                    self.lists[entries] = place
        worksheet.protect()
        worksheet.hide()

    def _write_sheet(self, sheet: Sheet, worksheet: Worksheet) -> None:
        table = self.chosen[sheet.resource.name]
        for number, column in enumerate(sheet.columns):
            self._write_column(sheet, worksheet, number, column, table)
        for index, row in enumerate(table.rows, start=1):
            worksheet.set_row(index, self._height(sheet, row))
        last = max(len(table.rows), 1)
        worksheet.autofilter(0, 0, last, len(sheet.columns) - 1)
        worksheet.freeze_panes(1, 2 if sheet.columns[0].hidden else 1)
        worksheet.set_row(0, 32)
        worksheet.set_landscape()
        worksheet.set_paper(9)
        worksheet.fit_to_pages(1, 0)
        worksheet.repeat_rows(0)
        worksheet.set_footer(f"&L{self.view.title}: {sheet.title}&R&P / &N")

    def _write_column(
        self, sheet: Sheet, worksheet: Worksheet, number: int, column: Column, table: Table
    ) -> None:
        style = self.formats[_style(column)]
        options = {"hidden": True} if column.hidden else {}
        worksheet.set_column(number, number, column.width, style, options)
        worksheet.write_string(0, number, column.header, self.formats["header"])
        for index, row in enumerate(table.rows, start=1):
            self._write_cell(worksheet, index, number, column, sheet, row)
        if column.field:
            self._help(worksheet, number, column.field, sheet)

    def _write_cell(
        self, worksheet: Worksheet, index: int, number: int, column: Column, sheet: Sheet, row: Row
    ) -> None:
        if column.field is None:
            worksheet.write_string(index, number, row[sheet.resource.primary_key[0]])
            return
        text = self._shown(sheet, column.field, row)
        if column.field.type in ("integer", "year", "number") and _is_number(text):
            worksheet.write_number(index, number, float(text))
        elif text:
            _write_text(worksheet, index, number, text, sheet.title)

    def _height(self, sheet: Sheet, row: Row) -> float:
        """The height of a row in points, so that its longest text is seen whole.

        Excel fits rows by itself, but LibreOffice does not when it opens a file.
        """
        shown = ((self._shown(sheet, c.field, row), c.width) for c in sheet.columns if c.field)
        return min(max(_lines(text, width) for text, width in shown) * 15.0 + 3, TALLEST_ROW)

    def _shown(self, sheet: Sheet, field: Field, row: Row) -> str:
        """The text of a cell: for a foreign key the id and the label of the row it points to."""
        text = row.get(field.name, "")
        reference = sheet.resource.reference(field.name)
        if not text or reference is None:
            return text
        target = self.tables.find(reference.resource, text)
        return layout.option(self.tables[reference.resource].resource, target) if target else text

    def _help(self, worksheet: Worksheet, number: int, field: Field, sheet: Sheet) -> None:
        """The drop-down of a column, the help beside its cells, and what a wrong entry is told."""
        entries = tuple(layout.options(self.tables, field, sheet.resource, self.view))
        rule: dict[str, Any] = {
            "validate": "any",
            "input_title": field.title[:32],
            "input_message": _cut(field.description, 255),
            "error_title": field.title[:32],
        }
        if entries:
            rule |= {
                "validate": "list",
                "source": self.lists[entries],
                "error_message": "Please choose an entry of the list (the arrow beside the cell).",
            }
        elif field.type == "integer":
            rule |= {
                "validate": "integer",
                "criteria": ">=",
                "value": int(field.constraints.minimum or -999_999_999),
                "error_message": "Please write a whole number, such as 20.",
            }
        worksheet.data_validation(1, number, LAST_ROW, number, rule)
        if field.name == "urgency":
            self._colour_urgency(worksheet, number)

    def _colour_urgency(self, worksheet: Worksheet, number: int) -> None:
        for word, colour in _TINTS.items():
            style = self.workbook.add_format({"bg_color": colour, "bold": word == "require"})
            rule = {"type": "text", "criteria": "begins with", "value": word, "format": style}
            worksheet.conditional_format(1, number, LAST_ROW, number, rule)

    def _write_base(self) -> None:
        names = [sheet.resource.name for sheet in self.sheets]
        lines = base_lines(self.chosen, names, self.view.name)
        worksheet = self.workbook.add_worksheet(layout.BASE_SHEET)
        for index, line in enumerate(lines):
            for number, text in enumerate(line):
                if text:
                    _write_text(worksheet, index, number, text, layout.BASE_SHEET)
        worksheet.protect()
        worksheet.hide()
        title = f"{self.tables.package.title}: {self.view.title}"
        digest = lines[0][1]
        self.workbook.set_properties({"title": title, "comments": digest, "created": MADE})
        self.workbook.set_custom_property(PROPERTY, digest)


def _formats(workbook: Workbook) -> dict[str, Format]:
    base = {"valign": "top", "text_wrap": True}
    lined = base | {"border": 1, "border_color": _LINE}
    header = lined | {"bold": True, "font_color": "#FFFFFF", "bg_color": _NAVY, "valign": "vcenter"}
    looks: dict[str, dict[str, Any]] = {
        "text": lined | {"num_format": "@"},
        "number": lined | {"num_format": "0"},
        "helper": lined | {"num_format": "@", "font_color": _GREY, "bg_color": "#F3F4F6"},
        "header": header,
        "plain": base,
        "title": base | {"bold": True, "font_size": 18, "font_color": _NAVY, "text_wrap": False},
        "heading": base | {"bold": True, "font_size": 13, "font_color": _NAVY, "text_wrap": False},
        "name": base | {"bold": True},
    }
    return {name: workbook.add_format(look) for name, look in looks.items()}


def _style(column: Column) -> str:
    if column.field is None:
        return "helper"
    return "number" if column.field.type in ("integer", "year", "number") else "text"


def _write_text(worksheet: Worksheet, index: int, number: int, text: str, sheet: str) -> None:
    """Write a text as a text, whatever it begins with."""
    if len(text) > LONGEST_CELL:
        place = f"{sheet}!{_letter(number)}{index + 1}"
        raise WorkbookError(
            f"A text for {place} has {len(text)} characters; a cell holds {LONGEST_CELL} at most.",
            "Divide the row, or shorten its text in the table.",
        )
    worksheet.write_string(index, number, text)


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column of this width (characters)."""
    return sum(max(1, math.ceil(len(line) * 1.06 / width)) for line in text.split("\n"))


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit() and len(text) <= 15


def _letter(number: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(number))


def _cut(text: str, most: int) -> str:
    """The sentences of a text that fit into ``most`` characters; never half a word."""
    if len(text) <= most:
        return text
    end = text.rfind(". ", 0, most)
    return text[: end + 1] if end > most // 3 else text[: most - 1].rsplit(" ", 1)[0] + "…"
