"""The workbook for readers: all tables, styled, nothing hidden, and who is addressed with what."""

from __future__ import annotations

import datetime
import io
import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lanzarote_data.model.errors import StorageError
from lanzarote_data.model.package import Field, Package, Resource
from lanzarote_data.model.tables import Row, Table, Tables
from lanzarote_data.release.addressed import Matrix, matrix
from lanzarote_data.release.archive import Files, stored
from lanzarote_data.release.cells import MOST_MORE, bounded, text_of, typed
from lanzarote_data.release.excel_guard import check_workbook
from lanzarote_data.text.markup import plain
from lanzarote_data.text.spreadsheets import LONGEST_CELL, fitting, footer_text, units, write_cell

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

README_SHEET = "Read me"
MATRIX_SHEET = "Where addressed"
TALLEST_ROW = 409.0
A3, A4 = 8, 9
WIDE = 180
# A workbook carries a date of making; ours is always this one, so that bytes are the same.
MADE = datetime.datetime(2000, 1, 1)
_NAVY, _GREY, _LINE, _BAND = "#1F3864", "#6B6B6B", "#C9CED6", "#F3F4F6"
_TINTS = {"require": "#F6D5CF", "request": "#FBEBC8", "invite": "#DDEBDD"}
_LABEL = "↳ "


@dataclass(frozen=True)
class _Column:
    """A column of a sheet: a field, or the label of what the field before it points to."""

    field: Field
    header: str
    width: float
    label_of: str = ""


def _path(package: Package) -> str:
    return f"{package.name}.xlsx"


def write_excel(tables: Tables) -> dict[str, bytes]:
    """The workbook.

    :raises StorageError: a text is longer than a cell can hold.
    """
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_urls": False}) as workbook:
        _Writer(workbook, tables).write()
    return {_path(tables.package): stored(out.getvalue())}


def _columns(tables: Tables, resource: Resource) -> Iterator[_Column]:
    for field in resource.fields:
        table = tables[resource.name]
        yield _Column(field, field.title, _width(field.title, _texts(table, field), field.markdown))
        reference = resource.reference(field.name)
        if reference and _is_labelled(tables.package.resource(reference.resource)):
            yield _Column(field, _LABEL + field.title, 20.0, reference.resource)


def _is_labelled(resource: Resource) -> bool:
    """Whether the rows of a table have a label that says more than their id."""
    return bool(resource.label) and resource.label not in resource.primary_key


def _texts(table: Table, field: Field) -> list[str]:
    return [row.get(field.name, "") for row in table.rows]


def _width(header: str, texts: list[str], prose: bool) -> float:
    """The width that suits a column: wide for long prose, else what its longest text needs."""
    longest = max(map(len, texts), default=0)
    if prose and longest > 40:
        return 62.0 if sum(map(len, texts)) > 90 * len(texts) else 30.0
    return min(max(longest * 1.1 + 2, len(header) * 0.6 + 4, 9.0), 24.0)


class _Writer:
    """Writes the workbook."""

    def __init__(self, workbook: Workbook, tables: Tables) -> None:
        self.workbook = workbook
        self.tables = tables
        self.package = tables.package
        self.formats = _formats(workbook)

    def write(self) -> None:
        """Write all sheets."""
        about = self.package.descriptor
        title = f"{self.package.title}, version {self.package.version}"
        credit = str(about.get("lanzarote:credit", ""))
        self.workbook.set_properties({"title": title, "comments": credit, "created": MADE})
        readme = self.workbook.add_worksheet(README_SHEET)
        addressed = matrix(self.tables)
        if addressed:
            self._write_matrix(self.workbook.add_worksheet(MATRIX_SHEET), addressed)
        for table in self.tables.values():
            self._write_table(self.workbook.add_worksheet(table.resource.title), table)
        self._write_readme(readme, title, bool(addressed))
        readme.activate()

    def _write_readme(self, sheet: Worksheet, title: str, addressed: bool) -> None:
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 30, self.formats["plain"])
        sheet.set_column(1, 1, 90, self.formats["plain"])
        sheet.write_string(0, 0, title, self.formats["title"])
        index = 2
        for name, text, target in self._about(addressed):
            if target:
                link = f"internal:'{target}'!A1"
                sheet.write_url(index, 0, link, self.formats["link"], name)
            else:
                sheet.write_string(index, 0, name, self.formats["name"])
            sheet.write_string(index, 1, text, self.formats["plain"])
            sheet.set_row(index, _lines(text, 90) * 15.0 + 3)
            index += 1
        _print_setup(sheet, "")
        sheet.set_portrait()

    def _about(self, addressed: bool) -> Iterator[tuple[str, str, str]]:
        """The lines of the first sheet: name, text, and the sheet that the name leads to."""
        about = self.package.descriptor
        yield "What this is", str(about.get("description", "")), ""
        yield "Credit", str(about.get("lanzarote:credit", "")), ""
        for entry in about.get("licenses", ()):
            yield "Rights", str(entry.get("title") or entry.get("name", "")), ""
        how = "Everything is here to read; changes made in this workbook go nowhere. Columns with "
        yield (
            "How to read",
            f"{how}{_LABEL.strip()} say in words what the id before them means.",
            "",
        )
        if addressed:
            yield (
                MATRIX_SHEET,
                "Each recommendation, and the Parties to whom it is addressed.",
                (MATRIX_SHEET),
            )
        for resource in self.package.resources:
            yield resource.title, resource.description, resource.title

    def _write_table(self, sheet: Worksheet, table: Table) -> None:
        columns = list(_columns(self.tables, table.resource))
        for number, column in enumerate(columns):
            style = self.formats["label" if column.label_of else _look(column.field)]
            sheet.set_column(number, number, column.width, style)
            sheet.write_string(0, number, column.header, self.formats["header"])
        for index, row in enumerate(table.rows, start=1):
            tallest = max(self._write_cell(sheet, index, n, c, row) for n, c in enumerate(columns))
            sheet.set_row(index, min(tallest * 15.0 + 3, TALLEST_ROW))
        sheet.set_row(0, 32)
        sheet.autofilter(0, 0, max(len(table.rows), 1), len(columns) - 1)
        sheet.freeze_panes(1, 1)
        wide = sum(column.width for column in columns) > WIDE
        _print_setup(sheet, table.resource.title, A3 if wide else A4)

    def _write_cell(
        self, sheet: Worksheet, index: int, number: int, column: _Column, row: Row
    ) -> int:
        """Write one cell; how many lines it takes."""
        text = row.get(column.field.name, "")
        if column.label_of and text:
            text = self._label(column.label_of, text)
            write_cell(sheet, index, number, text)
        elif text:
            _write_value(sheet, index, number, column.field, text)
        return _lines(text, column.width)

    def _label(self, target: str, key: str) -> str:
        resource = self.package.resource(target)
        row = self.tables.find(target, key)
        text = plain(row.get(resource.label, "")) if row else ""
        return text if len(text) <= 120 else text[:119].rsplit(" ", 1)[0] + " …"

    def _write_matrix(self, sheet: Worksheet, content: Matrix) -> None:
        widths = (15.0, 28.0, 80.0, *(13.0 for _ in content.columns))
        headers = ("Recommendation", "Chapter", "Text", *content.columns)
        for number, (width, header) in enumerate(zip(widths, headers, strict=True)):
            sheet.set_column(number, number, width, self.formats["text" if number < 3 else "mark"])
            sheet.write_string(0, number, header, self.formats["header"])
        for index, line in enumerate(content.lines, start=1):
            texts = (line.code, line.chapter, line.text, *line.marks)
            for number, text in enumerate(texts):
                if text:
                    write_cell(sheet, index, number, fitting(text))
            lines = max(_lines(line.text, 80), _lines(line.chapter, 28))
            sheet.set_row(index, min(lines * 15.0 + 3, TALLEST_ROW))
        last = max(len(content.lines), 1)
        self._colour(sheet, last, len(headers))
        sheet.write_string(last + 2, 2, content.legend, self.formats["plain"])
        sheet.set_row(last + 2, _lines(content.legend, 80) * 15.0 + 3)
        sheet.set_row(0, 32)
        sheet.autofilter(0, 0, last, len(headers) - 1)
        sheet.freeze_panes(1, 1)
        _print_setup(sheet, MATRIX_SHEET)

    def _colour(self, sheet: Worksheet, last: int, width: int) -> None:
        for word, colour in _TINTS.items():
            style = self.workbook.add_format({"bg_color": colour, "bold": word == "require"})
            rule = {"type": "text", "criteria": "begins with", "value": word, "format": style}
            sheet.conditional_format(1, 3, last, width - 1, rule)


def _print_setup(sheet: Worksheet, title: str, paper: int = A4) -> None:
    sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.fit_to_pages(1, 0)
    if title:
        sheet.repeat_rows(0)
    sheet.set_footer(f"&L{footer_text(title)}&R&P / &N")


def _formats(workbook: Workbook) -> dict[str, Format]:
    base = {"valign": "top", "text_wrap": True}
    lined = base | {"border": 1, "border_color": _LINE}
    bold = {"bold": True, "font_color": _NAVY}
    looks: dict[str, dict[str, Any]] = {
        "text": lined | {"num_format": "@"},
        "number": lined,
        "date": lined | {"num_format": "yyyy-mm-dd", "align": "left"},
        "label": lined | {"font_color": _GREY, "bg_color": _BAND},
        "mark": lined | {"align": "center"},
        "header": lined
        | {"bold": True, "font_color": "#FFFFFF", "bg_color": _NAVY, "valign": "vcenter"},
        "plain": base,
        "name": base | {"bold": True},
        "link": base | {"bold": True, "font_color": "#0563C1", "underline": 1},
        "title": base | bold | {"font_size": 18, "text_wrap": False},
    }
    return {name: workbook.add_format(look) for name, look in looks.items()}


def _look(field: Field) -> str:
    if field.type in ("integer", "year", "number", "boolean"):
        return "number"
    return "date" if field.type == "date" else "text"


def _write_value(sheet: Worksheet, index: int, number: int, field: Field, text: str) -> None:
    """Write a value with its type, if a spreadsheet keeps all of it; else as text."""
    value = typed(field, text)
    if isinstance(value, bool):
        sheet.write_boolean(index, number, value)
    elif isinstance(value, datetime.date) and value.year >= 1900:
        sheet.write_datetime(index, number, value)
    elif isinstance(value, int | float) and float(f"{value:.16G}") == value:
        sheet.write_number(index, number, value)
    elif units(text) > LONGEST_CELL:
        raise StorageError(
            f"A text of {field.title!r} has {units(text)} characters; a cell of a workbook holds "
            f"{LONGEST_CELL}: it begins with {text[:60]!r}.",
            "Divide the row, or shorten its text in the table.",
        )
    else:
        write_cell(sheet, index, number, text)


def _lines(text: str, width: float) -> int:
    return sum(max(1, math.ceil(len(line) * 1.06 / width)) for line in text.split("\n"))


def read_excel(files: Files, tables: Tables) -> Tables:
    """The tables from the workbook.

    :raises KeyError, ValueError: it is missing, or not as we make it.
    """
    import openpyxl

    path = _path(tables.package)
    cells = sum(table.count * len(table.resource.fields) for table in tables.values())
    check_workbook(files[path], path, cells)
    with warnings.catch_warnings(action="ignore"):  # of what it leaves out
        # Row by row: a sheet may have a cell in its last corner, and a million rows without one.
        book = openpyxl.load_workbook(io.BytesIO(files[path]), read_only=True)
        read = [_read_table(book[table.resource.title], table) for table in tables.values()]
    return Tables(tables.package, read)


def _read_table(sheet: Any, table: Table) -> Table:
    resource = table.resource
    most = table.count + MOST_MORE + 2
    header, *_ = sheet.iter_rows(max_row=1, max_col=2 * len(resource.fields), values_only=True)
    fields = {field.title: field for field in resource.fields}
    places = [(number, fields[text]) for number, text in enumerate(header) if text in fields]
    lines = sheet.iter_rows(min_row=2, max_row=most, max_col=len(header), values_only=True)
    rows = (
        {field.name: text_of(field, line[number]) for number, field in places}
        for line in lines
        if any(cell is not None for cell in line)
    )
    return Table(resource, bounded(rows, table))
