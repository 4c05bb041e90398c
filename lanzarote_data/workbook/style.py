"""The look of the sheets that staff edit: cell formats, drop-downs and help, print set-up."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING, Any

from lanzarote_data.formats.sheet_style import (
    MADE,
    cell_formats,
    colour_urgency,
    set_up_table,
)
from lanzarote_data.model.errors import WorkbookError
from lanzarote_data.model.package import Field, Resource
from lanzarote_data.model.tables import Tables
from lanzarote_data.text.rounds import urgencies_of
from lanzarote_data.text.spreadsheets import LONGEST_CELL, units, write_cell
from lanzarote_data.workbook import layout
from lanzarote_data.workbook.base import PROPERTY
from lanzarote_data.workbook.cells import letter
from lanzarote_data.workbook.entries import Entries
from lanzarote_data.workbook.layout import Column, View

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LONGEST_TITLE, LONGEST_HELP = 32, 255
# Some readers make an object of each cell that has a drop-down, in a whole column for hours.
NEW_ROWS = 5_000
# In characters: on A4 in landscape, words have 8 points then.
WIDEST_PRINT = 205


def workbook_of(write: Callable[[Workbook], None]) -> bytes:
    """The workbook that a function writes, as the bytes of an ``.xlsx`` file.

    Its rows have the height of their texts, and grow when a text does: XlsxWriter declares each
    height as chosen by a person, which no program changes. Without heights, LibreOffice shows one
    line of each text.
    """
    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

    class GrowingWorksheet(Worksheet):  # type: ignore[misc]
        def _xml_start_tag_unencoded(
            self, tag: str, attributes: Iterable[tuple[str, object]] = ()
        ) -> None:
            kept = [attribute for attribute in attributes if attribute[0] != "customHeight"]
            super()._xml_start_tag_unencoded(tag, kept)

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as workbook:
        workbook.worksheet_class = GrowingWorksheet
        write(workbook)
    return out.getvalue()


class SheetStyle:
    """Gives the sheets of one workbook their look, and adds the hidden ones that all need."""

    def __init__(self, workbook: Workbook, tables: Tables, view: View) -> None:
        self.workbook = workbook
        self.tables = tables
        self.view = view
        self.formats = cell_formats(workbook)
        self.entries = Entries(tables, view)
        self._lists: dict[tuple[str, ...], str] = {}

    def add_lists(self, columns: Iterable[tuple[Column, Resource]]) -> None:
        """Add the hidden, protected sheet of the lists that drop-downs show, one a column."""
        worksheet = self._add_hidden_sheet(layout.LISTS_SHEET)
        for column, resource in columns:
            entries = self.entries.of_column(column, resource)
            if entries and entries not in self._lists:
                number = len(self._lists)
                name = letter(number)
                place = f"='{layout.LISTS_SHEET}'!${name}$1:${name}${len(entries)}"
                self._lists[entries] = place
                for index, entry in enumerate(entries):
                    write_text(worksheet, index, number, entry)

    def add_base(self, lines: Sequence[Sequence[str]]) -> None:
        """Add the hidden base, and repeat its digest in the properties of the file."""
        worksheet = self._add_hidden_sheet(layout.BASE_SHEET)
        for index, line in enumerate(lines):
            for number, text in enumerate(line):
                write_text(worksheet, index, number, text)
        title = f"{self.tables.package.title}: {self.view.title}"
        digest = lines[0][1]
        self.workbook.set_properties({"title": title, "comments": digest, "created": MADE})
        self.workbook.set_custom_property(PROPERTY, digest)

    def _add_hidden_sheet(self, title: str) -> Worksheet:
        worksheet = self.workbook.add_worksheet(title)
        worksheet.protect()
        worksheet.hide()
        return worksheet

    def set_up_column(
        self, worksheet: Worksheet, number: int, column: Column, resource: Resource, rows: int
    ) -> None:
        """Give a whole column its format, and its rows and the new ones drop-down and help."""
        last = rows + NEW_ROWS
        options = {"hidden": column.hidden, "level": int(column.is_technical)}
        is_number = "integer" if layout.is_number(column) else "text"
        look = self.formats[is_number if column.field else "helper"]
        worksheet.set_column(number, number, column.width, look, options)
        if column.field:
            rule = self._validation(column, column.field, resource)
            worksheet.data_validation(1, number, last, number, rule)
            if column.field.name == "urgency":
                words = [row["urgency"] for row in urgencies_of(self.tables)]
                colour_urgency(self.workbook, worksheet, words, range(number, number + 1), last)

    def _validation(self, column: Column, field: Field, resource: Resource) -> dict[str, Any]:
        """The drop-down of a column, the help at its cells, the message for a wrong entry."""
        rule: dict[str, Any] = {
            "validate": "any",
            "input_title": field.title[:LONGEST_TITLE],
            "input_message": _cut(field.description, LONGEST_HELP),
            "error_title": field.title[:LONGEST_TITLE],
        }
        entries = self.entries.of_column(column, resource)
        if entries:
            return rule | {
                "validate": "list",
                "source": self._lists[entries],
                "error_message": "Please choose an entry of the list (the arrow beside the cell).",
            }
        if field.type == "integer":
            return rule | {
                "validate": "integer",
                "criteria": ">=",
                "value": _least(field),
                "error_message": "Please write a whole number, such as 20.",
            }
        return rule

    def set_up_sheet(
        self, worksheet: Worksheet, title: str, rows: int, columns: Sequence[Column], frozen: int
    ) -> None:
        """Give a sheet its filter, fixed header and print set-up.

        As many columns are printed as are legible on one page.
        """
        set_up_table(worksheet, rows, len(columns), frozen, f"{self.view.title}: {title}")
        shown = takewhile(lambda column: not column.is_technical, columns)
        widths = accumulate(0 if column.hidden else column.width for column in shown)
        printed = sum(width <= WIDEST_PRINT for width in widths)
        worksheet.print_area(0, 0, rows + NEW_ROWS, max(printed, 1) - 1)
        worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)


def write_text(
    worksheet: Worksheet, index: int, number: int, text: str, look: Format | None = None
) -> None:
    """Write a text as a text, whatever it begins with; an empty one is not written.

    :raises WorkbookError: it is longer than a cell can hold.
    """
    if units(text) > LONGEST_CELL:
        raise WorkbookError(
            f"A text for {worksheet.get_name()}!{letter(number)}{index + 1} has {units(text)} "
            f"characters; a cell holds {LONGEST_CELL} at most.",
            "Divide the row, or shorten its text in the table.",
        )
    if text:
        write_cell(worksheet, index, number, text, look)


def _least(field: Field) -> int:
    """The least whole number that a field may have, as far as Excel can check it."""
    limits = field.constraints
    least = [int(limits.minimum)] if limits.minimum else []
    least += [int(limits.exclusive_minimum) + 1] if limits.exclusive_minimum else []
    return max(least, default=-999_999_999)


def _cut(text: str, most: int) -> str:
    """The sentences of a text that fit into ``most`` characters; never half a word."""
    if len(text) <= most:
        return text
    end = text.rfind(". ", 0, most)
    return text[: end + 1] if end > most // 3 else text[: most - 1].rsplit(" ", 1)[0] + "…"
