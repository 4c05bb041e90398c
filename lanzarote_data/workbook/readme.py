"""The first sheet of a workbook: what it is, how to do each task, and what each column means."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lanzarote_data.formats.sheet_style import A4, row_height
from lanzarote_data.model.package import Package
from lanzarote_data.model.types import in_words
from lanzarote_data.text.spreadsheets import write_cell
from lanzarote_data.workbook.layout import ID_HELPER, Sheet, View

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

WIDTHS = (30, 90)
_STEPS: tuple[tuple[str, frozenset[str], tuple[str, ...]], ...] = (
    (
        "Example: correct a slip of the pen",
        frozenset(),
        (
            "Find the text: Ctrl+F, or the arrow in the header of a column.",
            "Write into its cell. Leave [^1] where it is: it is the place of the first footnote. "
            "*italics*, **bold** and [words](address) are written with these signs.",
            "Save, and hand the workbook in.",
        ),
    ),
    (
        "Example: add an entry of follow-up",
        frozenset({"follow_up"}),
        (
            f"Go to the first empty row of the sheet Follow-up. Leave {ID_HELPER} empty.",
            "Choose the Report recommendation from the list of its cell. Write the Date (31 "
            "December 2025), choose the Status, and write Text and Source. Choose the Kind; the "
            "Address may stay empty.",
            "Save, and hand the workbook in. The entry gets its id then.",
        ),
    ),
    (
        "Example: add a recommendation with two footnotes",
        frozenset({"recommendations", "citations"}),
        (
            "Go to the first empty row of the sheet Recommendations. Write new 1 into the grey "
            f"cell ({ID_HELPER}). This name connects the row with its footnotes.",
            "Choose the Urgency (invite), the Chapter and Addressed to (named) from their lists. "
            "Write the Lead-in (The Committee **invites** {party}:) and the Text (to take a first "
            "step[^1] and a second one.[^2]). Sub-heading and the closed columns may stay empty.",
            "Go to the first empty row of the sheet Citations. Choose new 1 in Belongs to, write "
            "the Marker (1) and the Text of the footnote (Paragraph 49.), choose the Kind "
            "(paragraph), write the Locator (49) and choose the Document (the report).",
            "In the row below it, do so for the second footnote: new 1 again, and the Marker 2.",
            "Save, and hand the workbook in. Rows and footnotes get their ids then.",
        ),
    ),
)
_RULES = (
    (
        "To delete a row",
        "Delete the whole row, not only its text; and delete its footnotes in Citations too.",
    ),
    (
        "To sort or filter",
        "Do it from one cell, with the arrows in the header. Never sort chosen columns only: "
        "texts would stand beside the ids of other rows. The order of the rows does not matter.",
    ),
    (
        "To move a text",
        "A row keeps its id and its chapter. Add the text as a new row at its new place, and "
        "delete the old row.",
    ),
    (
        "Columns",
        "Grey columns with ↳ are read-only. The + above the last columns opens Layout, "
        "Document, Position and Withdrawn in, which a new row may leave empty. You "
        "may add columns of your own, for remarks; they are not read. Do not rename columns or "
        "sheets, and do not merge cells.",
    ),
)


@dataclass(frozen=True)
class Line:
    """A line of the sheet: its two cells, and the format of the first; a link leads to a sheet."""

    style: str
    first: str
    second: str = ""
    link: str = ""


def lines(package: Package, view: View, sheets: Sequence[Sheet]) -> Iterator[Line]:
    """The lines of the first sheet of a workbook."""
    yield Line("title", view.title)
    yield Line("heading", package.title)
    yield Line("name", "Made from", _made_from(package))
    hand_in = str(package.descriptor.get("lanzarote:sendTo", ""))
    yield Line("name", "Send it to", hand_in or "the person from whom you have it")
    yield from _heading("The sheets")
    for sheet in sheets:
        yield Line("link", sheet.title, sheet.resource.description, sheet.title)
    tables = {sheet.resource.name for sheet in sheets}
    for heading, needed, steps in _STEPS:
        if needed <= tables:
            numbered = ((f"{n}.", step) for n, step in enumerate(steps, start=1))
            yield from section(heading, numbered)
    yield from section("To know", [*_RULES, ("What happens next", _next(view))])
    for sheet in sheets:
        columns = (
            (column.header, column.field.description)
            for column in sheet.columns
            if column.field and not column.hidden
        )
        yield from section(f"The columns of {sheet.title}", columns)
    credit = str(package.descriptor.get("lanzarote:credit", ""))
    yield from section("Rights", [("Credit", credit)])


def _made_from(package: Package) -> str:
    """The version of the data and its date; that of the clock would differ each time."""
    date = str(package.descriptor.get("created", ""))[:10]
    day = f" of {in_words(datetime.date.fromisoformat(date))}" if date else ""
    return f"version {package.version or '(none)'} of the data{day}"


def _next(view: View) -> str:
    return (
        "Your workbook is compared with the data cell by cell, and only what you changed is taken "
        "over. If somebody else changed the same cell, or something cannot be right, nothing is "
        f"taken over, and you get a copy called {view.name}.review.xlsx. Its first sheet lists "
        "each place to correct, and the cells there are coloured and have a note. Correct them in "
        "the copy, save it, and hand in the copy."
    )


def _heading(text: str) -> Iterator[Line]:
    yield Line("plain", "")
    yield Line("heading", text)


def section(heading: str, told: Iterable[tuple[str, str]]) -> Iterator[Line]:
    """A heading and its lines, after a blank one."""
    yield from _heading(heading)
    for name, text in told:
        yield Line("name", name, text)


def write(worksheet: Worksheet, told: Iterable[Line], formats: Mapping[str, Format]) -> None:
    """Write the lines, each as high as its text, to be printed on paper upright."""
    worksheet.hide_gridlines(2)
    for number, width in enumerate(WIDTHS):
        worksheet.set_column(number, number, width, formats["plain"])
    for index, line in enumerate(told):
        if line.second:
            worksheet.set_row(index, row_height([(line.second, WIDTHS[1])]))
        if line.link:
            place = f"internal:'{line.link}'!A1"
            worksheet.write_url(index, 0, place, formats["link"], line.first)
        elif line.first:
            write_cell(worksheet, index, 0, line.first, formats[line.style])
        if line.second:
            write_cell(worksheet, index, 1, line.second, formats["plain"])
    worksheet.set_portrait()
    worksheet.set_paper(A4)
    worksheet.fit_to_pages(1, 0)
