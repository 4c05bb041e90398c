"""Write tables to a workbook, with a first sheet that says what it is and how to do each task.

The same tables always give the same bytes.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lanzarote_data.formats.sheet_style import A4, row_height
from lanzarote_data.model.package import Package, Resource
from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.model.types import in_words
from lanzarote_data.text.rounds import factsheet_of, report_of
from lanzarote_data.text.spreadsheets import write_cell
from lanzarote_data.text.standing import FOLLOW_UP
from lanzarote_data.text.words import load_words
from lanzarote_data.workbook import form, layout
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
_LINE_WIDTHS = (30, 90)
_EXAMPLES = {
    "correct": (),
    "entry": ("follow_up",),
    "recommendation": ("recommendations", "citations"),
}
"""The examples of tasks, each with the tables whose sheets it needs."""


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
        self.names = [sheet.resource.name for sheet in self.sheets]
        self.style = SheetStyle(workbook, tables, view)

    def write(self) -> None:
        """Write all sheets, the hidden ones too."""
        first = self.workbook.add_worksheet(layout.README_SHEET)
        worksheets = [self.workbook.add_worksheet(sheet.title) for sheet in self.sheets]
        self.style.add_lists(
            (column, sheet.resource) for sheet in self.sheets for column in sheet.columns
        )
        _write_lines(first, self._lines(), self.style.formats)
        for sheet, worksheet in zip(self.sheets, worksheets, strict=True):
            self._write_sheet(sheet, worksheet)
        self.style.add_base(base_lines(self.chosen, self.names, self.view.name))
        first.activate()

    def _lines(self) -> Iterator[Line]:
        return _instructions(self.tables.package, self.view, self.sheets)

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
        texts = [
            # A read-only column does not make a row higher.
            (value if column.is_read else value[: int(3 * column.width)], column.width)
            for value, column in zip(values, sheet.closed, strict=True)
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
        self.names = [layout.FORM, FOLLOW_UP]

    def _lines(self) -> Iterator[Line]:
        return _form_instructions(self.tables, self.view, self.sheets[0].resource)

    def _write_sheet(self, sheet: Sheet, worksheet: Worksheet) -> None:
        """Write the sheet; the cells of its rows that are for reading are grey and locked."""
        super()._write_sheet(sheet, worksheet)
        for number, column in enumerate(sheet.columns):
            worksheet.set_column(number, number, column.width, self.style.formats["open"])
        worksheet.set_selection(1, len(sheet.columns) - len(form.ENTRY), 1, 0)
        worksheet.protect("", dict.fromkeys(_ALLOWED, True))

    def _look(self, column: Column) -> Format | None:
        is_open = column.field is not None and column.field.name in form.ENTRY
        return None if is_open else self.style.formats["helper"]


# The first sheet.


@dataclass(frozen=True)
class Line:
    """A line of the first sheet: its two cells, and the format of the one; or a link to a sheet."""

    style: str
    first: str
    second: str = ""
    link: str = ""


def _instructions(package: Package, view: View, sheets: Sequence[Sheet]) -> Iterator[Line]:
    """What the workbook is, how to do each task, and what each column means."""
    words, tables = load_words(), {sheet.resource.name for sheet in sheets}
    yield Line("title", view.title)
    yield Line("heading", package.title)
    yield Line("name", words("first.made_from"), _made_from(package))
    hand_in = str(package.descriptor.get("lanzarote:sendTo", ""))
    yield Line("name", words("form.to"), hand_in or words("first.from_whom"))
    yield from _section(words("first.sheets"), [])
    for sheet in sheets:
        yield Line("link", sheet.title, sheet.resource.description, sheet.title)
    for key, needed in _EXAMPLES.items():
        if tables.issuperset(needed):
            steps = words.below(f"first.{key}.").items()
            yield from _section(words(f"first.example.{key}"), steps)
    rules = words.below("first.rule.").items()
    about = [(name, words(f"first.about.{key}", view=view.name)) for key, name in rules]
    yield from _section(words("first.know"), about)
    for sheet in sheets:
        shown = [c for c in sheet.columns if not c.hidden]
        columns = [(c.header, c.field.description) for c in shown if c.field]
        yield from _section(words("first.of_sheet", sheet=sheet.title), columns)
    yield from _rights(package)


def _made_from(package: Package) -> str:
    """The version of the data and its date; that of the clock would differ each time."""
    words, date = load_words(), str(package.descriptor.get("created", ""))[:10]
    version = package.version or words("first.no_version")
    if not date:
        return words("first.version", version=version)
    day = in_words(datetime.date.fromisoformat(date))
    return words("first.version_of", version=version, day=day)


def _form_instructions(tables: Tables, view: View, resource: Resource) -> Iterator[Line]:
    """What a form asks, who asks it, until when, and how to fill it in."""
    words, package = load_words(), tables.package
    asking = factsheet_of(tables, view.round_id, view.party_id) or report_of(tables, view.round_id)
    yield Line("title", words(f"form.title.{view.asks_for}", party=view.title))
    told = {
        "what": resource.description,
        "who": asking["publisher"] if asking else "",
        "until": view.due or words("form.no_date"),
        "to": str(package.descriptor.get("lanzarote:sendTo", "")),
    }
    yield from _section(words("form.heading"), [(words(f"form.{n}"), t) for n, t in told.items()])
    steps = words.below("form.step.").items()
    yield from _section(
        words("form.how"), [(name, words(f"form.help.{key}")) for key, name in steps]
    )
    columns = [(field.title, field.description) for field in resource.fields]
    yield from _section(words("form.columns"), columns)
    yield from _rights(package)


def _rights(package: Package) -> Iterator[Line]:
    words, credit = load_words(), str(package.descriptor.get("lanzarote:credit", ""))
    yield from _section(words("form.rights"), [(words("form.credit"), credit)])


def _section(heading: str, told: Iterable[tuple[str, str]]) -> Iterator[Line]:
    """A heading and its lines, after a blank one."""
    yield Line("plain", "")
    yield Line("heading", heading)
    for name, text in told:
        yield Line("name", name, text)


def _write_lines(worksheet: Worksheet, told: Iterable[Line], formats: Mapping[str, Format]) -> None:
    """Write the lines, each as high as its text, to be printed on paper upright."""
    worksheet.hide_gridlines(2)
    for number, width in enumerate(_LINE_WIDTHS):
        worksheet.set_column(number, number, width, formats["plain"])
    for index, line in enumerate(told):
        if line.link:
            place = f"internal:'{line.link}'!A1"
            worksheet.write_url(index, 0, place, formats["link"], line.first)
        elif line.first:
            write_cell(worksheet, index, 0, line.first, formats[line.style])
        if line.second:
            worksheet.set_row(index, row_height([(line.second, _LINE_WIDTHS[1])]))
            write_cell(worksheet, index, 1, line.second, formats["plain"])
    worksheet.set_portrait()
    worksheet.set_paper(A4)
    worksheet.fit_to_pages(1, 0)
