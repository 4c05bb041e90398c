"""The look of the sheets of every workbook: colours, cell formats, row heights, print set-up."""

from __future__ import annotations

import datetime
import math
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from lanzarote_data.text.spreadsheets import footer_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# The date on which a workbook was made is part of its file. A fixed one keeps the bytes the same.
MADE = datetime.datetime(2000, 1, 1)
LAST_ROW = 1_048_575
A3, A4 = 8, 9
LINE_HEIGHT = 15.0
HEADER_HEIGHT = 32
TALLEST_ROW = 409.0
# The average width of a character, in the units in which the width of a column is given.
CHARACTER_WIDTH = 0.9

NAVY, GREY, BORDER, BAND = "#1F3864", "#6B6B6B", "#C9CED6", "#F3F4F6"
# From the most urgent level on; further levels have the last.
URGENCY_COLOURS = ("#F6D5CF", "#FBEBC8", "#DDEBDD", "#DCE6F2", "#E7E0EF", BAND)

_PLAIN: dict[str, Any] = {"valign": "top", "text_wrap": True}
_LINED = _PLAIN | {"border": 1, "border_color": BORDER}
_WHITE_ON_NAVY = {"bold": True, "font_color": "#FFFFFF", "bg_color": NAVY, "valign": "vcenter"}
_TITLE = _PLAIN | {"bold": True, "font_color": NAVY, "text_wrap": False}
_FORMATS: dict[str, dict[str, Any]] = {
    "plain": _PLAIN,
    "name": _PLAIN | {"bold": True},
    "link": _PLAIN | {"bold": True, "font_color": "#0563C1", "underline": 1},
    "title": _TITLE | {"font_size": 18},
    "heading": _TITLE | {"font_size": 13},
    "header": _LINED | _WHITE_ON_NAVY,
    "upright": _LINED | _WHITE_ON_NAVY | {"rotation": 90, "valign": "bottom", "align": "center"},
    "text": _LINED | {"num_format": "@"},
    "integer": _LINED | {"num_format": "0"},
    "number": _LINED,
    "date": _LINED | {"num_format": "yyyy-mm-dd", "align": "left"},
    "helper": _LINED | {"num_format": "@", "font_color": GREY, "bg_color": BAND},
    "open": _LINED | {"num_format": "@", "locked": False},
    "mark": _LINED | {"num_format": "@", "align": "center"},
    "changed": {"bold": True, "font_color": "#B3261E"},
    "error": _LINED | {"num_format": "@", "bg_color": "#F8C9C4"},
    "warning": _LINED | {"num_format": "@", "bg_color": "#FCE9B8"},
}


OUR_COLOURS = {str(look["bg_color"]) for look in _FORMATS.values() if "bg_color" in look}


def text_look(colour: str) -> dict[str, Any]:
    """The look of a cell with a text on a colour."""
    return _FORMATS["text"] | {"bg_color": colour}


def cell_formats(workbook: Workbook) -> dict[str, Format]:
    """The formats of a workbook by name.

    For sheets of text: plain, name, link, title, heading. For tables: header, upright (a header of
    a narrow column), text, integer, number, date, helper (not to be edited), open (to be filled in
    on a protected sheet), mark (centred), error, warning; for words: changed.
    """
    return {name: workbook.add_format(look) for name, look in _FORMATS.items()}


def colour_urgency(
    workbook: Workbook,
    sheet: Worksheet,
    words: Sequence[str],
    columns: range,
    last_row: int = LAST_ROW,
) -> None:
    """Colour the cells below the header that begin with a level of urgency.

    ``words`` are the levels, the most urgent first, which is bold too.
    """
    colours = chain(URGENCY_COLOURS, repeat(URGENCY_COLOURS[-1]))
    for number, (word, colour) in enumerate(zip(words, colours, strict=False)):
        style = workbook.add_format({"bg_color": colour, "bold": number == 0})
        rule = {"type": "text", "criteria": "begins with", "value": word, "format": style}
        sheet.conditional_format(1, columns.start, last_row, columns.stop - 1, rule)


def set_up_table(
    sheet: Worksheet, rows: int, columns: int, frozen: int, footer: str, paper: int = A4
) -> None:
    """Give a sheet with a header and ``rows`` rows a filter, a fixed header and a print set-up.

    ``frozen`` columns on the left stay in view; ``footer`` is printed on each page.
    """
    sheet.autofilter(0, 0, max(rows, 1), columns - 1)
    sheet.freeze_panes(1, frozen)
    sheet.set_row(0, HEADER_HEIGHT)
    sheet.repeat_rows(0)
    set_up_page(sheet, footer, paper)


def set_up_page(sheet: Worksheet, footer: str, paper: int = A4) -> None:
    """Print a sheet in landscape, as wide as one page, with a footer."""
    sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{footer_text(footer)}&R&P / &N")


def row_height(cells: Iterable[tuple[str, float]]) -> float:
    """The height of a row in points, at which its longest text is visible.

    ``cells`` are texts and the widths of their columns in characters. Excel fits rows by itself,
    but LibreOffice does not when it opens a file.
    """
    lines = max((line_count(text, width) for text, width in cells), default=1)
    return min(lines * LINE_HEIGHT + 3, TALLEST_ROW)


def line_count(text: str, width: float) -> int:
    """How many lines a text takes in a column of this width in characters."""
    if len(text) * CHARACTER_WIDTH <= width and "\n" not in text:
        return 1
    return sum(math.ceil(len(line) * CHARACTER_WIDTH / width) or 1 for line in text.split("\n"))
