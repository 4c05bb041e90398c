"""What every workbook of ours has: looks, drop-downs, help, print set-up, the hidden base."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from lanzarote_data.model.package import Field, Resource
from lanzarote_data.model.tables import Tables
from lanzarote_data.text.spreadsheets import footer_text, write_cell
from lanzarote_data.workbook import layout
from lanzarote_data.workbook.base import PROPERTY
from lanzarote_data.workbook.filling import SheetRows, check_length
from lanzarote_data.workbook.layout import Column, View, letter
from lanzarote_data.workbook.written import Written

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LAST_ROW = 1_048_575
TALLEST_ROW = 409.0
LINE = 15.0
ONE_LINE = LINE + 3
# How broad a character of our texts is, by that which gives a column its width.
BREADTH = 1.06
# A workbook carries a date of making; ours is always this one, so that the same tables give the
# same bytes on any day.
MADE = datetime.datetime(2000, 1, 1)

_NAVY, _GREY, _LINE = "#1F3864", "#6B6B6B", "#C9CED6"
_TINTS = {"require": "#F6D5CF", "request": "#FBEBC8", "invite": "#DDEBDD"}


class Furniture:
    """Gives the sheets of one workbook what they all have.

    ``formats`` are the looks by name: text, number, helper, header, plain, title, heading, name.
    """

    def __init__(self, workbook: Workbook, tables: Tables, view: View) -> None:
        self.workbook = workbook
        self.tables = tables
        self.view = view
        self.formats = _formats(workbook)
        self.written = Written(tables)
        self.lists: dict[tuple[str, ...], str] = {}
        self._entries: dict[str, tuple[str, ...]] = {}

    def options(self, field: Field, resource: Resource) -> tuple[str, ...]:
        """The entries of a field’s drop-down; none for a field that takes any text.

        A foreign key offers names for new rows too, where those get their ids when they are read
        in.
        """
        reference = resource.reference(field.name)
        if reference is None:
            words = ("true", "false") if field.type == "boolean" else ()
            return field.constraints.enum or words
        return self._offered(self.tables.package.resource(reference.resource))

    def _offered(self, target: Resource) -> tuple[str, ...]:
        """The entries for the rows of a table; made once, since several columns may offer them."""
        found = self._entries.get(target.name)
        if found is None:
            ids = (
                row[target.primary_key[0]] for row in layout.offered(self.tables, target, self.view)
            )
            known = self.written.options(target)
            names = () if target.typed_id else layout.PROVISIONAL
            found = self._entries[target.name] = (*(known[row_id] for row_id in ids), *names)
        return found

    def lists_sheet(self, fields: Iterable[tuple[Field, Resource]]) -> SheetRows:
        """Add the hidden, protected sheet of the lists that drop-downs show; each is a column."""
        for field, resource in fields:
            entries = self.options(field, resource)
            if entries and entries not in self.lists:
                name = letter(len(self.lists))
                place = f"='{layout.LISTS_SHEET}'!${name}$1:${name}${len(entries)}"
                self.lists[entries] = place
        self._hidden_sheet(layout.LISTS_SHEET)
        return SheetRows(layout.LISTS_SHEET, tuple(self.lists))

    def _hidden_sheet(self, title: str) -> None:
        worksheet = self.workbook.add_worksheet(title)
        worksheet.protect()
        worksheet.hide()

    def column(self, worksheet: Worksheet, number: int, column: Column, resource: Resource) -> None:
        """Set up a whole column, so that new rows have its look, drop-down and help too."""
        options = {"hidden": True} if column.hidden else {}
        look = self.formats[style_of(column)]
        worksheet.set_column(number, number, column.width, look, options)
        if column.field:
            self._help(worksheet, number, column.field, resource)

    def _help(self, worksheet: Worksheet, number: int, field: Field, resource: Resource) -> None:
        """The drop-down of a column, the help beside its cells, and what a wrong entry is told."""
        rule: dict[str, Any] = {
            "validate": "any",
            "input_title": field.title[:32],
            "input_message": _cut(field.description, 255),
            "error_title": field.title[:32],
        }
        entries = self.options(field, resource)
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
                "value": _least(field),
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

    def finish(
        self, worksheet: Worksheet, title: str, rows: int, columns: int, frozen: int
    ) -> None:
        """Filter, frozen header and print set-up of a sheet with a header and ``rows`` rows."""
        worksheet.autofilter(0, 0, max(rows, 1), columns - 1)
        worksheet.freeze_panes(1, frozen)
        worksheet.set_row(0, 32)
        worksheet.set_landscape()
        worksheet.set_paper(9)
        worksheet.fit_to_pages(1, 0)
        worksheet.repeat_rows(0)
        worksheet.set_footer(f"&L{footer_text(f'{self.view.title}: {title}')}&R&P / &N")

    def base_sheet(self, lines: Sequence[Sequence[str]]) -> SheetRows:
        """Add the hidden base, and repeat its digest in the properties of the file."""
        self._hidden_sheet(layout.BASE_SHEET)
        title = f"{self.tables.package.title}: {self.view.title}"
        digest = lines[0][1]
        self.workbook.set_properties({"title": title, "comments": digest, "created": MADE})
        self.workbook.set_custom_property(PROPERTY, digest)
        return SheetRows(layout.BASE_SHEET, tuple(zip_longest(*lines, fillvalue="")))


def _formats(workbook: Workbook) -> dict[str, Format]:
    base = {"valign": "top", "text_wrap": True}
    lined = base | {"border": 1, "border_color": _LINE}
    header = lined | {"bold": True, "font_color": "#FFFFFF", "bg_color": _NAVY, "valign": "vcenter"}
    looks: dict[str, dict[str, Any]] = {
        "text": lined | {"num_format": "@"},
        "number": lined | {"num_format": "0"},
        "date": lined | {"num_format": "yyyy-mm-dd"},
        "helper": lined | {"num_format": "@", "font_color": _GREY, "bg_color": "#F3F4F6"},
        "error": lined | {"num_format": "@", "bg_color": "#F8C9C4"},
        "warning": lined | {"num_format": "@", "bg_color": "#FCE9B8"},
        "header": header,
        "plain": base,
        "title": base | {"bold": True, "font_size": 18, "font_color": _NAVY, "text_wrap": False},
        "heading": base | {"bold": True, "font_size": 13, "font_color": _NAVY, "text_wrap": False},
        "name": base | {"bold": True},
    }
    return {name: workbook.add_format(look) for name, look in looks.items()}


def style_of(column: Column) -> str:
    """The name of the look of a column."""
    if column.field is None:
        return "helper"
    return "number" if layout.is_number(column) else "text"


def write_text(
    worksheet: Worksheet,
    index: int,
    number: int,
    text: str,
    sheet: str,
    look: Format | None = None,
) -> None:
    """Write a text as a text, whatever it begins with.

    :raises WorkbookError: it is longer than a cell can hold.
    """
    check_length(text, f"{sheet}!{letter(number)}{index + 1}")
    write_cell(worksheet, index, number, text, look)


def height(cells: Iterable[tuple[str, float]]) -> float:
    """The height of a row in points, so that its longest text is seen whole.

    ``cells`` are texts and the widths of their columns in characters. Excel fits rows by itself,
    but LibreOffice does not when it opens a file.
    """
    lines = max((_lines(text, width) for text, width in cells), default=1)
    return min(lines * LINE + 3, TALLEST_ROW)


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column of this width (characters)."""
    if "\n" in text:
        return sum(_lines(line, width) for line in text.split("\n"))
    return math.ceil(len(text) * BREADTH / width) or 1


def _least(field: Field) -> int:
    """The least whole number that a field may have, as far as Excel is to see to it."""
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
