"""The workbook for readers: all tables, styled, nothing hidden, and what is addressed to whom."""

from __future__ import annotations

import datetime
import io
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lanzarote_data.formats import sheet_style
from lanzarote_data.formats.matrix import Matrix, matrix
from lanzarote_data.formats.sheet_style import A3, A4, LINE_HEIGHT, row_height
from lanzarote_data.formats.typed_rows import text_table, typed
from lanzarote_data.formats.zip_file import uncompressed
from lanzarote_data.model.errors import StorageError
from lanzarote_data.model.package import Field, Package, Resource
from lanzarote_data.model.tables import Table, Tables
from lanzarote_data.model.types import Value
from lanzarote_data.text.addressed import addressed
from lanzarote_data.text.markup import plain
from lanzarote_data.text.rights import notice
from lanzarote_data.text.rounds import urgencies_of
from lanzarote_data.text.spreadsheets import LONGEST_CELL, fitting, units, write_cell
from lanzarote_data.text.standing import FOLLOW_UP, Marks, Standing, standings
from lanzarote_data.text.words import load_words

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

README_SHEET = "Read me"
MATRIX_SHEET = "Where addressed"
STANDING_SHEET = "Where matters stand"
_WIDE = 180
_UPRIGHT_HEIGHT = 130
_LABEL = "↳ "
_LONGEST_LABEL = 120
_MATRIX_COLUMNS = (
    ("Recommendation", 15.0, "text"),
    ("Chapter", 28.0, "text"),
    ("Text", 80.0, "text"),
)


@dataclass(frozen=True)
class _Column:
    """A column of a sheet: a field, or the label of what the field before it refers to.

    Cells whose value is None stay empty.
    """

    header: str
    width: float
    style: str
    values: Sequence[Value | None]


def _path(package: Package) -> str:
    return f"{package.name}.xlsx"


def write_excel(tables: Tables) -> dict[str, bytes]:
    """The workbook, under the name of the package.

    :raises StorageError: a text is longer than a cell can hold.
    """
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_urls": False}) as workbook:
        _Writer(workbook, tables).write()
    return {_path(tables.package): uncompressed(out.getvalue())}


def _is_labelled(resource: Resource) -> bool:
    """Whether the rows of a table have a label that says more than their id."""
    return bool(resource.label) and resource.label not in resource.primary_key


def _width(field: Field, texts: list[str]) -> float:
    """The width that suits a column: wide for long prose, else what its longest text needs."""
    longest = max(map(len, texts), default=0)
    if field.markdown and longest > 40:
        return 62.0 if sum(map(len, texts)) > 90 * len(texts) else 30.0
    return min(max(longest * 1.1 + 2, len(field.title) * 0.6 + 4, 9.0), 24.0)


def _style(field: Field) -> str:
    """The name of the format of a field’s cells."""
    if field.type in ("integer", "year", "number", "boolean"):
        return "number"
    return "date" if field.type == "date" else "text"


class _Writer:
    """Writes the workbook."""

    def __init__(self, workbook: Workbook, tables: Tables) -> None:
        self.workbook = workbook
        self.tables = tables
        self.package = tables.package
        self.formats = sheet_style.cell_formats(workbook)

    def write(self) -> None:
        """Write all sheets."""
        title = f"{self.package.title}, version {self.package.version}"
        rights = notice(self.package)
        about = {"title": title, "comments": rights, "created": sheet_style.MADE}
        self.workbook.set_properties(about)
        readme = self.workbook.add_worksheet(README_SHEET)
        addressed = matrix(self.tables)
        if addressed:
            self._write_matrix(self.workbook.add_worksheet(MATRIX_SHEET), addressed)
            self._write_standing(self.workbook.add_worksheet(STANDING_SHEET))
        for table in self.tables.values():
            self._write_table(self.workbook.add_worksheet(table.resource.title), table)
        self._write_readme(readme, title, bool(addressed))
        readme.activate()

    def _write_readme(self, sheet: Worksheet, title: str, addressed: bool) -> None:
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 30, self.formats["plain"])
        sheet.set_column(1, 1, 90, self.formats["plain"])
        sheet.write_string(0, 0, title, self.formats["title"])
        for index, (name, text, target) in enumerate(self._about(addressed), start=2):
            if target:
                link = f"internal:'{target}'!A1"
                sheet.write_url(index, 0, link, self.formats["link"], name)
            else:
                sheet.write_string(index, 0, name, self.formats["name"])
            sheet.write_string(index, 1, text, self.formats["plain"])
            sheet.set_row(index, row_height([(text, 90)]))
        sheet_style.set_up_page(sheet, "")
        sheet.set_portrait()

    def _about(self, addressed: bool) -> Iterator[tuple[str, str, str]]:
        """The lines of the first sheet: name, text, and the sheet that the name leads to."""
        about = self.package.descriptor
        yield "What this is", str(about.get("description", "")), ""
        yield "Rights", notice(self.package), ""
        for entry in about.get("licenses", ()):
            yield "Terms", str(entry.get("title") or entry.get("name", "")), ""
        how = (
            "Everything is here to read; changes made in this workbook go nowhere. Columns with "
            f"{_LABEL.strip()} say in words what the id before them means."
        )
        yield "How to read", how, ""
        if addressed:
            text = "Each recommendation, and the Parties to whom it is addressed."
            yield MATRIX_SHEET, text, MATRIX_SHEET
            yield STANDING_SHEET, load_words()("standing.lead"), STANDING_SHEET
        for resource in self.package.resources:
            yield resource.title, resource.description, resource.title

    def _write_table(self, sheet: Worksheet, table: Table) -> None:
        columns = list(self._columns(table))
        widths = [column.width for column in columns]
        self._write_header(sheet, ((one.header, one.width, one.style) for one in columns))
        lines = zip(*(column.values for column in columns), strict=True)
        for index, values in enumerate(lines, start=1):
            for number, value in enumerate(values):
                if value is not None:
                    _write_value(sheet, index, number, value)
            cells = zip(values, widths, strict=True)
            sheet.set_row(index, row_height((v, w) for v, w in cells if isinstance(v, str)))
        paper = A3 if sum(widths) > _WIDE else A4
        rows, title = len(table.rows), table.resource.title
        sheet_style.set_up_table(sheet, rows, len(columns), 1, title, paper)

    def _write_header(self, sheet: Worksheet, columns: Iterable[tuple[str, float, str]]) -> None:
        """Write the first row: of each column its header, its width and its style."""
        for number, (header, width, style) in enumerate(columns):
            sheet.set_column(number, number, width, self.formats[style])
            sheet.write_string(0, number, header, self.formats["header"])

    def _columns(self, table: Table) -> Iterator[_Column]:
        for field in table.resource.fields:
            texts = table.column(field.name)
            different = set(filter(None, texts))
            values = {text: _cell_value(field, text) for text in different}
            width = _width(field, texts)
            yield _Column(field.title, width, _style(field), list(map(values.get, texts)))
            key = table.resource.reference(field.name)
            if key and _is_labelled(self.package.resource(key.resource)):
                labels = {text: self._label(key.resource, text) for text in different}
                shown = list(map(labels.get, texts))
                yield _Column(f"{_LABEL}{field.title}", 20.0, "helper", shown)

    def _label(self, target: str, key: str) -> str:
        row = self.tables.find(target, key)
        text = plain(row.get(self.package.resource(target).label, "")) if row else ""
        text = text or self._words.get(key, "")
        if len(text) <= _LONGEST_LABEL:
            return text
        return text[: _LONGEST_LABEL - 1].rsplit(" ", 1)[0] + " …"

    @cached_property
    def _words(self) -> dict[str, str]:
        """The words of recommendations of a report, as the rows have them that state them."""
        known = "recommendations" in self.package and "chapters" in self.package
        return {one.report_id: one.words for one in addressed(self.tables)} if known else {}

    def _write_matrix(self, sheet: Worksheet, content: Matrix) -> None:
        columns = [*_MATRIX_COLUMNS, *((name, 13.0, "mark") for name in content.columns)]
        self._write_header(sheet, columns)
        for index, line in enumerate(content.lines, start=1):
            for number, text in enumerate((line.code, line.chapter, line.text, *line.marks)):
                if text:
                    write_cell(sheet, index, number, fitting(text))
            sheet.set_row(index, row_height([(line.text, 80), (line.chapter, 28)]))
        last = max(len(content.lines), 1)
        words = [row["urgency"] for row in urgencies_of(self.tables)]
        sheet_style.colour_urgency(self.workbook, sheet, words, range(3, len(columns)), last)
        sheet.write_string(last + 2, 2, content.legend, self.formats["plain"])
        sheet.set_row(last + 2, row_height([(content.legend, 80)]))
        sheet_style.set_up_table(sheet, last, len(columns), 1, MATRIX_SHEET)

    def _write_standing(self, sheet: Worksheet) -> None:
        """Write each recommendation of a report by Party, in marks that fit on a page."""
        lines, marks = list(standings(self.tables)), Marks(self.tables, load_words())
        used = {party_id for line in lines for party_id in line.by_party}
        parties = [row for row in self.tables.rows("parties") if row["party_id"] in used]
        sheet.set_column(0, 0, 16, self.formats["text"])
        sheet.set_column(1, 1, 60, self.formats["text"])
        sheet.set_column(2, 1 + len(parties), 4, self.formats["mark"])
        for number, text in enumerate(
            ("Recommendation", "Text", *(row["name"] for row in parties))
        ):
            sheet.write_string(0, number, text, self.formats["header" if number < 2 else "upright"])
        entries = {row["follow_up_id"]: n for n, row in enumerate(self.tables.rows(FOLLOW_UP), 2)}
        for index, line in enumerate(lines, start=1):
            about = line.about
            write_cell(sheet, index, 0, about.report_id)
            write_cell(sheet, index, 1, fitting(about.words))
            for number, party in enumerate(parties, start=2):
                if standing := line.by_party.get(party["party_id"]):
                    self._write_mark(sheet, index, number, standing, marks, entries)
            sheet.set_row(index, max(row_height([(about.words, 60)]), 2 * LINE_HEIGHT))
        last, width = max(len(lines), 1), 2 + len(parties)
        levels = list(map(str, marks.levels.values()))
        sheet_style.colour_urgency(self.workbook, sheet, levels, range(2, width), last)
        for index, (mark, meaning) in enumerate(marks.legend(marks.levels).items(), start=last + 2):
            sheet.write_string(index, 0, mark, self.formats["plain"])
            sheet.write_string(index, 1, meaning, self.formats["plain"])
        sheet_style.set_up_table(sheet, last, width, 2, STANDING_SHEET, A3)
        sheet.set_row(0, _UPRIGHT_HEIGHT)

    def _write_mark(
        self,
        sheet: Worksheet,
        index: int,
        number: int,
        standing: Standing,
        marks: Marks,
        entries: Mapping[str, int],
    ) -> None:
        """Write the marks of one cell; those of what was reported lead to the latest entry."""
        text = f"{marks.urgency(standing)}\n{marks.status(standing.status)}"
        if not standing.entries:
            sheet.write_string(index, number, text)
            return
        line = entries[standing.entries[-1]["follow_up_id"]]
        target = f"internal:'{self.package.resource(FOLLOW_UP).title}'!A{line}"
        sheet.write_url(index, number, target, self.formats["mark"], text, marks.meaning(standing))


def _cell_value(field: Field, text: str) -> Value:
    """The value of a cell, if a spreadsheet keeps all of it; else its text.

    :raises StorageError: the text is longer than a cell can hold.
    """
    value = typed(field, text)
    if isinstance(value, bool):
        return value
    if isinstance(value, datetime.date):
        return value if value.year >= 1900 else text
    if isinstance(value, int | float):
        return value if float(f"{value:.16G}") == value else text
    if units(text) > LONGEST_CELL:
        raise StorageError(
            f"A text of {field.title!r} has {units(text)} characters; a cell of a workbook holds "
            f"{LONGEST_CELL}: it begins with {text[:60]!r}.",
            "Divide the row, or shorten its text in the table.",
        )
    return text


def _write_value(sheet: Worksheet, index: int, number: int, value: Value) -> None:
    """Write a value with its type."""
    if isinstance(value, str):
        write_cell(sheet, index, number, value)
    elif isinstance(value, bool):
        sheet.write_boolean(index, number, value)
    elif isinstance(value, datetime.date):
        sheet.write_datetime(index, number, value)
    else:
        sheet.write_number(index, number, value)


def read_excel(files: Mapping[str, bytes], tables: Tables) -> Tables:
    """The tables from the workbook.

    :raises KeyError, ValueError: it is missing, damaged, or lacks a sheet.
    """
    import openpyxl

    content, package = files[_path(tables.package)], tables.package
    with warnings.catch_warnings(action="ignore"):  # about what openpyxl leaves out
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        return Tables(package, [_read(book[r.title], r) for r in package.resources])


def _read(sheet: Any, resource: Resource) -> Table:
    header, *lines = sheet.iter_rows(values_only=True)
    by_title = {field.title: field.name for field in resource.fields}
    places = {n: by_title[title] for n, title in enumerate(header) if title in by_title}
    rows = ([line[n] for n in places] for line in lines)
    return text_table(resource, places.values(), rows)
