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
from lanzarote_data.text.words import load_words
from lanzarote_data.workbook.layout import Sheet, View

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

WIDTHS = (30, 90)
_EXAMPLES = {
    "correct": (),
    "entry": ("follow_up",),
    "recommendation": ("recommendations", "citations"),
}
"""The examples of tasks, each with the tables whose sheets it needs."""


@dataclass(frozen=True)
class Line:
    """A line of the sheet: its two cells, and the format of the first; a link leads to a sheet."""

    style: str
    first: str
    second: str = ""
    link: str = ""


def lines(package: Package, view: View, sheets: Sequence[Sheet]) -> Iterator[Line]:
    """The lines of the first sheet of a workbook."""
    words, tables = load_words(), {sheet.resource.name for sheet in sheets}
    yield Line("title", view.title)
    yield Line("heading", package.title)
    yield Line("name", words("first.made_from"), _made_from(package))
    hand_in = str(package.descriptor.get("lanzarote:sendTo", ""))
    yield Line("name", words("form.to"), hand_in or words("first.from_whom"))
    yield from section(words("first.sheets"), [])
    for sheet in sheets:
        yield Line("link", sheet.title, sheet.resource.description, sheet.title)
    for key, needed in _EXAMPLES.items():
        if tables.issuperset(needed):
            steps = words.below(f"first.{key}.").items()
            yield from section(words(f"first.example.{key}"), steps)
    rules = words.below("first.rule.").items()
    about = [(name, words(f"first.about.{key}", view=view.name)) for key, name in rules]
    yield from section(words("first.know"), about)
    for sheet in sheets:
        columns = (
            (column.header, column.field.description)
            for column in sheet.columns
            if column.field and not column.hidden
        )
        yield from section(words("first.of_sheet", sheet=sheet.title), columns)
    yield from rights(package)


def _made_from(package: Package) -> str:
    """The version of the data and its date; that of the clock would differ each time."""
    words, date = load_words(), str(package.descriptor.get("created", ""))[:10]
    version = package.version or words("first.no_version")
    if not date:
        return words("first.version", version=version)
    day = in_words(datetime.date.fromisoformat(date))
    return words("first.version_of", version=version, day=day)


def rights(package: Package) -> Iterator[Line]:
    """The lines that say whose the texts are."""
    words, credit = load_words(), str(package.descriptor.get("lanzarote:credit", ""))
    yield from section(words("form.rights"), [(words("form.credit"), credit)])


def section(heading: str, told: Iterable[tuple[str, str]]) -> Iterator[Line]:
    """A heading and its lines, after a blank one."""
    yield Line("plain", "")
    yield Line("heading", heading)
    for name, text in told:
        yield Line("name", name, text)


def write(worksheet: Worksheet, told: Iterable[Line], formats: Mapping[str, Format]) -> None:
    """Write the lines, each as high as its text, to be printed on paper upright."""
    worksheet.hide_gridlines(2)
    for number, width in enumerate(WIDTHS):
        worksheet.set_column(number, number, width, formats["plain"])
    for index, line in enumerate(told):
        if line.link:
            place = f"internal:'{line.link}'!A1"
            worksheet.write_url(index, 0, place, formats["link"], line.first)
        elif line.first:
            write_cell(worksheet, index, 0, line.first, formats[line.style])
        if line.second:
            worksheet.set_row(index, row_height([(line.second, WIDTHS[1])]))
            write_cell(worksheet, index, 1, line.second, formats["plain"])
    worksheet.set_portrait()
    worksheet.set_paper(A4)
    worksheet.fit_to_pages(1, 0)
