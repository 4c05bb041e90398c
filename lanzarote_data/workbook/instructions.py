"""The first sheet of a workbook: in plain words what this is, and what each column means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lanzarote_data.model.package import Package
from lanzarote_data.workbook.layout import Sheet, View

_HOW = (
    (
        "To change",
        "Write into the cell. Write the official wording as it is: *italics*, **bold**, "
        "[words](address); [^1] marks the place of the first footnote of the row.",
    ),
    (
        "To add a row",
        "Write it below the last row, or insert a row. Leave the grey column ↳ Id empty: the row "
        "gets its id when the workbook is read in. If the new row has footnotes, write new 1 "
        "there (new 2 for a second new row), and choose new 1 in the sheet Citations.",
    ),
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
        "Columns",
        "Grey columns with ↳ are for reading only. You may add columns of your own, for remarks; "
        "they are not read. Do not rename columns or sheets, and do not merge cells.",
    ),
    (
        "What happens next",
        "Save the workbook and hand it in. It is compared with the data cell by cell, and only "
        "what you changed is taken over. If somebody else changed the same cell, or something "
        "cannot be right, nothing is taken over; you get a list that says what and where.",
    ),
)


@dataclass(frozen=True)
class Line:
    """A line of the first sheet: its two cells, and the look of the first."""

    style: str
    first: str
    second: str = ""


def instructions(package: Package, view: View, sheets: Iterable[Sheet]) -> Iterator[Line]:
    """The lines of the first sheet."""
    yield Line("title", f"{view.title}: {package.title}")
    yield Line("plain", "")
    yield Line("heading", "How to work with this workbook")
    for name, text in _HOW:
        yield Line("name", name, text)
    for sheet in sheets:
        yield Line("plain", "")
        yield Line("heading", f"The sheet {sheet.title}")
        yield Line("name", "What it holds", sheet.resource.description)
        for column in sheet.columns:
            if column.field and not column.hidden:
                yield Line("name", column.header, column.field.description)
    yield Line("plain", "")
    yield Line("heading", "Rights")
    yield Line("name", "Credit", str(package.descriptor.get("lanzarote:credit", "")))
