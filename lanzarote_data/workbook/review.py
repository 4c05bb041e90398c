"""A refused workbook given back: the person’s own cells, with what stands in the way marked.

Every cell stands where the person had it, so that the addresses in the list are right. Corrected
there, the copy can be imported as it is. A cell whose content could not be taken (a formula, an
error, a date for a text, a cell under a merged one) begins with ``⚠`` and is refused until it is
written anew.
"""

from __future__ import annotations

import datetime
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lanzarote_data.model.errors import WorkbookError
from lanzarote_data.model.merge import Choices, Conflict, Versions
from lanzarote_data.model.problems import Problem
from lanzarote_data.model.tables import Tables
from lanzarote_data.store.atomic import write_file
from lanzarote_data.text.spreadsheets import fitting
from lanzarote_data.workbook import choices, layout
from lanzarote_data.workbook.content import SheetContent
from lanzarote_data.workbook.filling import SheetRows, fill
from lanzarote_data.workbook.grid import Covered, Grid, Value
from lanzarote_data.workbook.imports import (
    Edits,
    Outcome,
    conflict_problem,
    merge_workbooks,
    read_edits,
)
from lanzarote_data.workbook.layout import Column, letter
from lanzarote_data.workbook.read import persons_sheets
from lanzarote_data.workbook.style import Furniture, height, write_text

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_CELL = re.compile(r"(?P<sheet>.+)!(?P<cell>[A-Z]{1,3}[0-9]+)(?::[A-Z]{1,3}[0-9]+)?")
_NOT_TAKEN = {"formula", "error-value", "typed-value-in-text", "number-in-date"}
_ID_CODES = {"doubled-id", "unknown-id", "emptied-row", "ids-cut-loose"}


def write_review(tables: Tables, path: Path, settle: Choices = None) -> Path | None:
    """Write the review of a workbook beside it; None where nothing stands in its way.

    :raises LanzaroteError: the workbook cannot be read, or the file cannot be written.
    """
    outcome, _ = merge_workbooks(tables, [path], settle)
    if not outcome.refused:
        return None
    edits = read_edits(path, tables)
    target = review_path(path)
    write_file(target, review_bytes(tables, edits, outcome))
    return target


def review_path(path: Path) -> Path:
    """Where the review of a workbook goes: a name that no file has yet.

    ``BEL.review.xlsx`` beside ``BEL.xlsx``, then ``BEL.review-2.xlsx`` and so on; a review that
    was not touched by anybody counts as taken too, since nobody can tell.
    """
    stem = re.sub(r"\.review(-[0-9]+)?$", "", path.stem)
    names = (f"{stem}.review{f'-{n}' if n > 1 else ''}.xlsx" for n in range(1, 10_000))
    return next(path.with_name(name) for name in names if not path.with_name(name).exists())


def review_bytes(tables: Tables, edits: Edits, outcome: Outcome) -> bytes:
    """The review of a workbook, as the bytes of an ``.xlsx`` file."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_urls": False}) as workbook:
        rows = _Review(workbook, tables, edits, outcome).write()
    return fill(out.getvalue(), rows)


def _decided(
    tables: Tables, edits: Edits, still_open: Iterable[Conflict]
) -> Iterator[tuple[Conflict, str]]:
    """What the person settled in an earlier review, each with the word chosen.

    It goes into the next review, too, even where a fault hides the conflict for now: else it
    would have to be settled again.
    """
    asked = {conflict.cell for conflict in still_open}
    for cell, side in choices.settled(edits.content.choices, tables).items():
        if cell not in asked:
            sides = (choices.said(cell, each) for each in (edits.base, tables, edits.theirs))
            resource, key, field = cell
            place = edits.theirs[resource].location_of(key, field or "").source
            yield Conflict(*cell, Versions(*sides), place), choices.WORD_OF[side]


class _Review:
    """Writes one review."""

    def __init__(
        self,
        workbook: Workbook,
        tables: Tables,
        edits: Edits,
        outcome: Outcome,
    ) -> None:
        self.workbook = workbook
        self.content = edits.content
        self.problems = [*outcome.problems, *map(conflict_problem, outcome.conflicts)]
        self.conflicts = [(conflict, "") for conflict in outcome.conflicts]
        self.conflicts += _decided(tables, edits, outcome.conflicts)
        self.furniture = Furniture(workbook, tables, edits.content.base.view)
        self.marks = _by_cell(self.problems)
        self.known = {sheet.name: sheet for sheet in edits.content.sheets.values()}

    def write(self) -> list[SheetRows | None]:
        """Write the list, the conflicts, the person’s sheets, and the hidden ones.

        The rows that these still need are returned.
        """
        first = self.workbook.add_worksheet(layout.REVIEW_SHEET)
        conflicts = None
        if self.conflicts:
            conflicts = self.workbook.add_worksheet(layout.CONFLICTS_SHEET)
        sheets = persons_sheets(self.content.grids)
        worksheets = [self._added(sheet.title) for sheet in sheets]
        lists = self.furniture.lists_sheet(
            (column.field, content.resource)
            for content in self.known.values()
            for column in self._columns(content)
            if column.field
        )
        self._write_list(first)
        if conflicts:
            self._write_conflicts(conflicts)
        for sheet, worksheet in zip(sheets, worksheets, strict=True):
            self._write_sheet(sheet, worksheet)
        base = self.furniture.base_sheet(self.content.base.lines)
        first.activate()
        others = [None] * (len(self.workbook.worksheets()) - 2)
        return [*others, lists, base]

    def _added(self, title: str) -> Worksheet:
        """A sheet with the title that the person’s has.

        :raises WorkbookError: Excel allows no such title.
        """
        from xlsxwriter.exceptions import XlsxWriterException

        try:
            return self.workbook.add_worksheet(title)
        except XlsxWriterException as reason:
            raise WorkbookError(
                f"{self.content.name} has a sheet with the title {title[:80]!r}, which Excel does "
                "not allow or which stands twice, so that no marked copy can be made.",
                "Give the sheet another name.",
            ) from reason

    def _write_list(self, worksheet: Worksheet) -> None:
        formats = self.furniture.formats
        for number, width in enumerate((34, 70, 60)):
            worksheet.set_column(number, number, width, formats["plain"])
        lines = (
            f"{self.content.name} was not taken in; the data is as it was.",
            "This is a copy of the workbook. The coloured cells have a note that says what is "
            "wrong. Correct them here, save this file, and hand it in instead.",
        )
        worksheet.write_string(0, 0, lines[0], formats["heading"])
        worksheet.merge_range(1, 0, 1, 2, lines[1], formats["plain"])
        worksheet.set_row(1, 34)
        for number, header in enumerate(("Where", "What is wrong", "What to do")):
            worksheet.write_string(3, number, header, formats["header"])
        for index, problem in enumerate(self.problems, start=4):
            self._write_problem(worksheet, index, problem)
        worksheet.freeze_panes(4, 0)
        worksheet.set_landscape()
        worksheet.fit_to_pages(1, 0)

    def _write_problem(self, worksheet: Worksheet, index: int, problem: Problem) -> None:
        look = self.furniture.formats["error" if problem.severity == "error" else "warning"]
        place = self._place(problem)
        found = _CELL.fullmatch(problem.location.source)
        known = {sheet.title for sheet in persons_sheets(self.content.grids)}
        if problem.code == "conflict":
            target = f"'{layout.CONFLICTS_SHEET}'!A1"
        elif found and found["sheet"] in known:
            target = f"'{found['sheet']}'!{found['cell']}"
        else:
            target = ""
        if target:
            address = "internal:" + target.replace("''", "'")
            worksheet.write_url(index, 0, address, look, place[:255])
        else:
            write_text(worksheet, index, 0, place, layout.REVIEW_SHEET, look)
        plain = self.furniture.formats["text"]
        write_text(worksheet, index, 1, fitting(problem.message), layout.REVIEW_SHEET, plain)
        write_text(worksheet, index, 2, problem.hint, layout.REVIEW_SHEET, plain)
        worksheet.set_row(index, height([(place, 34), (problem.message, 70), (problem.hint, 60)]))

    def _place(self, problem: Problem) -> str:
        """Where a problem is, with the titles that the person sees in the workbook."""
        where = problem.location
        package = self.furniture.tables.package
        if where.resource not in package:
            return where.source
        resource = package.resource(where.resource)
        source = resource.title if where.source == resource.name else where.source
        return f"{source}, {resource.field(where.field).title}" if where.field else source

    def _write_conflicts(self, worksheet: Worksheet) -> None:
        formats = self.furniture.formats
        last = len(choices.HEADERS) - 1
        for number, header in enumerate(choices.HEADERS):
            hidden = {"hidden": True} if number < choices.HIDDEN else {}
            width = 20 if number in (choices.HIDDEN, last) else 45
            worksheet.set_column(number, number, width, formats["text"], hidden)
            worksheet.write_string(0, number, header, formats["header"])
        for index, (conflict, choice) in enumerate(self.conflicts, start=1):
            line = choices.choice_line(conflict)
            for number, text in enumerate(line):
                write_text(worksheet, index, number, fitting(text), layout.CONFLICTS_SHEET)
            worksheet.set_row(index, height((text, 45) for text in line[choices.HIDDEN :]))
            look = formats["text" if choice else "error"]
            worksheet.write(index, last, choice or None, look)
        rule = {
            "validate": "list",
            "source": list(choices.WORDS),
            "input_title": "Which one?",
            "input_message": "the data: what stands there now stays. my workbook: what you wrote "
            "is taken; you may still change it in its sheet.",
            "error_message": "Please choose “the data” or “my workbook”.",
        }
        worksheet.data_validation(1, last, max(len(self.conflicts), 1), last, rule)
        worksheet.freeze_panes(1, 0)
        worksheet.set_landscape()
        worksheet.fit_to_pages(1, 0)

    def _columns(self, content: SheetContent) -> list[Column]:
        """The columns of a known sheet, with hidden ids shown where ids are the trouble."""
        sheet = layout.sheet_of(content.resource, self.content.base.view)
        trouble = any(
            problem.code in _ID_CODES and problem.location.resource == content.resource.name
            for problem in self.problems
        )
        return [
            Column(column.header, column.field, column.width, column.hidden and not trouble)
            for column in sheet.columns
        ]

    def _write_sheet(self, grid: Grid, worksheet: Worksheet) -> None:
        content = self.known.get(grid.title)
        header_row = content.header_row if content else 1
        headers = _filled(grid.rows[header_row - 1]) if grid.rows else {}
        by_header = {c.header: c for c in self._columns(content)} if content else {}
        for number, header in headers.items():
            column = by_header.get(header, Column(header, None, 30))
            if content:
                self.furniture.column(worksheet, number, column, content.resource)
        for index, row in enumerate(grid.rows):
            self._write_row(worksheet, grid.title, index, row)
        for number, header in headers.items():
            look = self.furniture.formats["header"]
            write_text(worksheet, header_row - 1, number, header, grid.title, look)
        if content and header_row == 1:
            columns, rows = max(len(headers), 1), len(grid.rows) - 1
            self.furniture.finish(worksheet, grid.title, rows, columns, 1)

    def _write_row(
        self, worksheet: Worksheet, title: str, index: int, row: Sequence[Value]
    ) -> None:
        texts = _filled(row).values()
        if texts:
            worksheet.set_row(index, height((text, 60) for text in texts))
        for number, value in enumerate(row):
            problems = self.marks.get((title, f"{letter(number)}{index + 1}"), [])
            if isinstance(value, Covered):
                value = f"{layout.UNRESOLVED}merged cell"
            elif any(problem.code in _NOT_TAKEN for problem in problems):
                value = fitting(f"{layout.UNRESOLVED}{value}")
            self._write_value(worksheet, index, number, value, self._look(problems))
            if problems:
                self._note(worksheet, index, number, problems)

    def _look(self, problems: Sequence[Problem]) -> Format | None:
        if not problems:
            return None
        errors = any(problem.severity == "error" for problem in problems)
        return self.furniture.formats["error" if errors else "warning"]

    def _write_value(
        self, worksheet: Worksheet, index: int, number: int, value: Value, look: Format | None
    ) -> None:
        if value == "":
            if look:
                worksheet.write_blank(index, number, None, look)
        elif isinstance(value, bool):
            worksheet.write_boolean(index, number, value, look)
        elif isinstance(value, int | float) and math.isfinite(value):
            worksheet.write_number(index, number, value, look)
        elif isinstance(value, datetime.datetime | datetime.date | datetime.time):
            shown = look or self.furniture.formats["date"]
            worksheet.write_datetime(index, number, value, shown)
        else:
            write_text(worksheet, index, number, str(value), worksheet.get_name(), look)

    @staticmethod
    def _note(worksheet: Worksheet, index: int, number: int, problems: Sequence[Problem]) -> None:
        text = "\n\n".join(f"{problem.message}\n{problem.hint}".strip() for problem in problems)
        settings = {"width": 340, "height": 40 + 18 * (len(text) // 45 + 1)}
        worksheet.write_comment(index, number, text, settings)


def _by_cell(problems: Iterable[Problem]) -> Mapping[tuple[str, str], list[Problem]]:
    """The problems of each cell, by the name of its sheet and its address."""
    found: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        place = _CELL.fullmatch(problem.location.source)
        if place:
            found.setdefault((place["sheet"], place["cell"]), []).append(problem)
    return found


def _filled(row: Sequence[Value]) -> dict[int, str]:
    """The texts of the cells that are not empty, by their column."""
    return {number: str(value) for number, value in enumerate(row) if str(value)}
