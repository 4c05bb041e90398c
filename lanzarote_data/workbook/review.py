"""Give a refused workbook back: the person’s own cells, with all problems marked.

Every cell is where the person had it, so that the addresses in the list are right. Corrected
there, the copy can be imported as it is. A cell that could not be read (a formula, an error, a
date for a text, a cell under a merged one) begins with ``⚠`` and is refused until it is rewritten.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from lanzarote_data.formats.sheet_style import OUR_COLOURS, row_height, text_look
from lanzarote_data.model.errors import WorkbookError
from lanzarote_data.model.merge import Cell, Conflict, Side
from lanzarote_data.model.package import titles_of
from lanzarote_data.model.problems import Problem
from lanzarote_data.store.atomic import write_file
from lanzarote_data.text.difference import word_difference
from lanzarote_data.text.items import grouped
from lanzarote_data.text.spreadsheets import fitting
from lanzarote_data.workbook import choices, layout
from lanzarote_data.workbook.cells import UNREADABLE, Covered, Grid, Looks, Value, letter, place_of
from lanzarote_data.workbook.earlier import conflict_problem
from lanzarote_data.workbook.identify import MISALIGNED
from lanzarote_data.workbook.imports import MergedWorkbook
from lanzarote_data.workbook.layout import Column
from lanzarote_data.workbook.looks import OURS, THEIRS
from lanzarote_data.workbook.read import persons_sheets
from lanzarote_data.workbook.rows import SheetContent
from lanzarote_data.workbook.style import SheetStyle, workbook_of, write_text

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Place = tuple[str, str]
"""The title of a sheet, and the address of a cell: ``("Chapters", "D14")``."""

_CELL = re.compile(r"(?P<sheet>.+)!(?P<cell>[A-Z]{1,3}[0-9]+)(?::[A-Z]{1,3}[0-9]+)?")
_ID_CODES = {"doubled-id", "unknown-id", "emptied-row", MISALIGNED}
LONGEST_STEM = 200
"""In bytes, of the 255 that a name may have: a review gets a longer one, and a temporary file."""
_OTHER_WIDTH, _NOTE_WIDTH = 30, 340
_LIST = (("Where", 34), ("What is wrong", 70), ("What to do", 60))
_LIST_HEADER = 3
_REFUSED = (
    "was not imported; nothing was changed.",
    "This is a copy of the workbook. The coloured cells have a note that says what is wrong. "
    "Correct them here, save this file, and hand it in instead.",
)
_OLDER = (
    "shows older texts than the data; they stay as in the data.",
    "This is a copy of the workbook. Nothing needs to be done. To put an older text back, choose "
    "“my workbook” for it in the sheet Conflicts, save this file, and hand it in.",
)
_CHOICE = {
    "validate": "list",
    "source": list(choices.WORDS),
    "input_title": "Which one?",
    "input_message": "the data: the text that is there now stays. my workbook: your text is "
    "imported; you may still change it in its sheet.",
    "error_message": "Please choose “the data” or “my workbook”.",
}


def write_review(
    workbook: MergedWorkbook, folder: Path | None = None, applied: bool = False
) -> Path:
    """Write the review of a workbook beside it, or into a folder.

    ``applied`` is whether it was imported, so that the review only offers older texts.

    :returns: the path of the review.
    :raises LanzaroteError: a sheet has a title that Excel does not allow, or the file cannot be
        written.
    """
    path = workbook.path
    target = review_path(folder / path.name if folder else path)
    write_file(target, review_bytes(workbook, applied))
    return target


def review_path(path: Path) -> Path:
    """Where the review of a workbook goes: a name that no file has yet.

    ``BEL.review.xlsx`` beside ``BEL.xlsx``, then ``BEL.review-2.xlsx`` and so on; no review is
    ever overwritten, since nobody knows whether it has been edited.
    """
    stem = re.sub(r"\.review(-[0-9]+)?$", "", path.stem)
    stem = stem.encode(errors="ignore")[:LONGEST_STEM].decode(errors="ignore")
    names = (f"{stem}.review{f'-{n}' if n > 1 else ''}.xlsx" for n in range(1, 10_000))
    return next(path.with_name(name) for name in names if not path.with_name(name).exists())


def review_bytes(workbook: MergedWorkbook, applied: bool = False) -> bytes:
    """The review of a workbook, as the bytes of an ``.xlsx`` file."""
    return workbook_of(lambda book: _Review(book, workbook, applied).write())


def corrected_bytes(
    workbook: MergedWorkbook, texts: Mapping[Place, str], sides: Mapping[Cell, Side]
) -> bytes:
    """The review of a workbook as the person would save it after correcting it there.

    Some cells have new ``texts``, and some conflicts are settled for one of the ``sides``.

    :raises WorkbookError: a sheet has a title that Excel does not allow.
    """
    edits, result, content = workbook.edits, workbook.result, workbook.edits.content
    kept = tuple(choice for choice in content.choices if choice.cell not in sides)
    chosen = (
        choices.Choice(*cell, choices.seen(choices.value_of(cell, workbook.ours)), side)
        for cell, side in sides.items()
    )
    content = replace(
        content,
        grids=tuple(_with_texts(grid, texts) for grid in content.grids),
        choices=(*kept, *chosen),
    )
    certain = {at: text for at, text in edits.corrections.items() if at not in texts}
    still_open = tuple(c for c in result.conflicts if c.cell not in sides)
    places = ((p, place_in_sheet(p.location.source)) for p in workbook.problems)
    return review_bytes(
        replace(
            workbook,
            edits=replace(edits, content=content, corrections=certain),
            result=replace(result, conflicts=still_open),
            told=tuple(c for c in workbook.told if c.cell not in sides),
            problems=tuple(problem for problem, place in places if place not in texts),
        )
    )


def text_at(workbook: MergedWorkbook, place: Place) -> str:
    """What stands in a cell; empty where the sheet has no such cell."""
    column, line = place_of(place[1])
    for grid in workbook.edits.content.grids:
        if grid.title == place[0] and line <= len(grid.rows) and column <= len(grid.rows[0]):
            return str(grid.rows[line - 1][column - 1])
    return ""


def _with_texts(grid: Grid, texts: Mapping[Place, str]) -> Grid:
    """A sheet in which some cells have new texts; cells outside it stay unwritten."""
    rows: list[Sequence[Value]] = list(grid.rows)
    for (title, cell), text in texts.items():
        column, line = place_of(cell)
        if title == grid.title and line <= len(rows) and column <= len(rows[line - 1]):
            row = rows[line - 1]
            rows[line - 1] = [*row[: column - 1], text, *row[column:]]
    return replace(grid, rows=rows)


def _settled(workbook: MergedWorkbook) -> Iterator[tuple[Conflict, str]]:
    """What the person settled in an earlier review, each with the word chosen.

    It goes into the next review too, even where a problem hides the conflict for now, so that it
    need not be settled again.
    """
    still_open = {conflict.cell for conflict in (*workbook.result.conflicts, *workbook.told)}
    edits, ours = workbook.edits, workbook.ours
    for cell, side in choices.settled(edits.content.choices, ours).items():
        if cell not in still_open:
            conflict = choices.conflict_at(cell, edits.base, ours, edits.theirs)
            yield conflict, choices.WORD_OF[side]


class _Review:
    """Writes one review."""

    def __init__(self, book: Workbook, workbook: MergedWorkbook, applied: bool) -> None:
        self.book = book
        self.content = workbook.edits.content
        self.package = workbook.ours.package
        self.grids = persons_sheets(self.content.grids)
        conflicts = workbook.result.conflicts
        self.problems = [*workbook.problems, *map(conflict_problem, conflicts)]
        self.conflicts = [
            *((conflict, "") for conflict in conflicts),
            *((told, choices.WORD_OF["ours"]) for told in workbook.told),
            *_settled(workbook),
        ]
        self.applied = applied
        self.style = SheetStyle(book, workbook.ours, self.content.base.view)
        self.marks = grouped(self.problems, lambda p: place_in_sheet(p.location.source))
        self.corrections = workbook.edits.corrections
        self.colours: dict[str, Format] = {}
        self.known = {sheet.name: sheet for sheet in self.content.sheets.values()}

    def write(self) -> None:
        """Write the list, the conflicts, the person’s sheets, and the hidden ones."""
        first = self.book.add_worksheet(layout.REVIEW_SHEET)
        conflicts = self.book.add_worksheet(layout.CONFLICTS_SHEET) if self.conflicts else None
        worksheets = [self._added(grid.title) for grid in self.grids]
        self.style.add_lists(
            (column, content.resource)
            for content in self.known.values()
            for column in self._columns(content)
        )
        self._write_list(first)
        if conflicts:
            self._write_conflicts(conflicts)
        for worksheet in filter(None, (first, conflicts)):
            worksheet.set_landscape()
            worksheet.fit_to_pages(1, 0)
        for grid, worksheet in zip(self.grids, worksheets, strict=True):
            self._write_sheet(grid, worksheet)
        self.style.add_base(self.content.base.lines)
        first.activate()

    def _added(self, title: str) -> Worksheet:
        """A sheet with the title of the person’s.

        :raises WorkbookError: Excel allows no such title.
        """
        from xlsxwriter.exceptions import XlsxWriterException

        try:
            return self.book.add_worksheet(title)
        except XlsxWriterException as reason:
            raise WorkbookError(
                f"{self.content.name} has a sheet with the title {title[:80]!r}, which Excel does "
                "not allow or which is duplicated, so that no marked copy can be made.",
                "Give the sheet another name.",
            ) from reason

    def _write_list(self, worksheet: Worksheet) -> None:
        formats = self.style.formats
        what, explanation = _OLDER if self.applied else _REFUSED
        worksheet.write_string(0, 0, f"{self.content.name} {what}", formats["heading"])
        worksheet.merge_range(1, 0, 1, len(_LIST) - 1, explanation, formats["plain"])
        replaced = (choices.REPLACES, self.content.sha256, *self.content.replaces)
        last = choices.REPLACES_LINE - 1
        write_text(worksheet, last, 0, " ".join(replaced))
        worksheet.set_row(last, None, None, {"hidden": True})
        worksheet.set_row(1, 34)
        for number, (header, width) in enumerate(_LIST):
            worksheet.set_column(number, number, width, formats["plain"])
            worksheet.write_string(_LIST_HEADER, number, header, formats["header"])
        for index, problem in enumerate(self.problems, start=_LIST_HEADER + 1):
            self._write_problem(worksheet, index, problem)
        worksheet.freeze_panes(_LIST_HEADER + 1, 0)

    def _write_problem(self, worksheet: Worksheet, index: int, problem: Problem) -> None:
        place = str(self.package.titled(problem.location))
        texts = (place, fitting(problem.message), problem.hint)
        looks = (self._look([problem]), *[self.style.formats["text"]] * 2)
        for number, (text, look) in enumerate(zip(texts, looks, strict=True)):
            write_text(worksheet, index, number, text, look)
        sheet, cell = place_in_sheet(problem.location.source) or ("", "")
        if problem.code == "conflict":
            sheet, cell = layout.CONFLICTS_SHEET, "A1"
        if problem.code == "conflict" or sheet in (grid.title for grid in self.grids):
            worksheet.write_url(index, 0, f"internal:'{sheet}'!{cell}", looks[0], place[:255])
        widths = (width for _, width in _LIST)
        worksheet.set_row(index, row_height(zip(texts, widths, strict=True)))

    def _write_conflicts(self, worksheet: Worksheet) -> None:
        formats = self.style.formats
        last = len(choices.HEADERS) - 1
        for number, header in enumerate(choices.HEADERS):
            width = 20 if number in (choices.HIDDEN, last) else 45
            hidden = {"hidden": number < choices.HIDDEN}
            worksheet.set_column(number, number, width, formats["text"], hidden)
            worksheet.write_string(0, number, header, formats["header"])
        before = choices.HIDDEN + 1
        for index, (conflict, choice) in enumerate(self.conflicts, start=1):
            titles = titles_of(self.package, conflict.resource)[1]
            line = choices.choice_line(conflict, titles)
            for number, text in enumerate(line):
                old = line[before] if number > before else text
                self._write_marked(worksheet, index, number, old, text)
            worksheet.set_row(index, row_height((text, 45) for text in line[choices.HIDDEN :]))
            worksheet.write(index, last, choice or None, formats["text" if choice else "error"])
        worksheet.data_validation(1, last, max(len(self.conflicts), 1), last, _CHOICE)
        worksheet.freeze_panes(1, 0)

    def _write_marked(
        self, worksheet: Worksheet, index: int, number: int, before: str, text: str
    ) -> None:
        """Write a text with the words marked that were not there before."""
        runs = [run for run in word_difference(before, text) if run.mark != "removed"]
        if len(runs) < 2 or fitting(text) != text:
            write_text(worksheet, index, number, fitting(text))
            return
        marked = self.style.formats["changed"]
        parts = ([marked, run.text] if run.mark == "added" else [run.text] for run in runs)
        worksheet.write_rich_string(index, number, *chain.from_iterable(parts))

    def _columns(self, content: SheetContent) -> list[Column]:
        """The columns of a known sheet, with hidden ids shown if there is a problem with ids."""
        with_ids = {p.location.resource for p in self.problems if p.code in _ID_CODES}
        is_hidden = content.resource.name not in with_ids
        columns = content.sheet.columns
        return [replace(column, hidden=column.hidden and is_hidden) for column in columns]

    def _write_sheet(self, grid: Grid, worksheet: Worksheet) -> None:
        content = self.known.get(grid.title)
        header_row = content.header_row if content else 1
        headers = _filled(grid.rows[header_row - 1]) if grid.rows else {}
        columns = []
        if content:
            known = {column.header: column for column in self._columns(content)}
            shown = (headers.get(number, "") for number in range(max(headers, default=-1) + 1))
            columns = [known.get(header, Column(header, None, _OTHER_WIDTH)) for header in shown]
            rows = len(grid.rows)
            for number, column in enumerate(columns):
                self.style.set_up_column(worksheet, number, column, content.resource, rows)
        for index, row in enumerate(grid.rows):
            self._write_row(worksheet, index, row, grid.looks)
        for number, header in headers.items():
            write_text(worksheet, header_row - 1, number, header, self.style.formats["header"])
        if content and header_row == 1:
            self.style.set_up_sheet(worksheet, grid.title, len(grid.rows) - 1, columns, 1)

    def _write_row(
        self, worksheet: Worksheet, index: int, row: Sequence[Value], looks: Looks
    ) -> None:
        texts = _filled(row).values()
        if texts:
            worksheet.set_row(index, row_height((text, 60) for text in texts))
        for number, value in enumerate(row):
            place = worksheet.get_name(), f"{letter(number)}{index + 1}"
            problems = self.marks.get(place, [])
            correction = self.corrections.get(place, "")
            own = self._coloured(looks.colours.get((index + 1, number + 1), ""))
            look = self.style.formats["warning"] if correction else self._look(problems) or own
            shown = correction or _marked(value, problems)
            self._write_value(worksheet, index, number, shown, look)
            text = self._note(problems, correction, looks.notes.get((index + 1, number + 1), ""))
            if text:
                size = {"width": _NOTE_WIDTH, "height": 40 + 18 * (len(text) // 45 + 1)}
                worksheet.write_comment(index, number, text, size)

    def _note(self, problems: Sequence[Problem], correction: str, note: str) -> str:
        """The note of a cell: what is wrong there, and what somebody else had noted."""
        told = [f"{p.message}\n{p.hint}".strip() for p in problems]
        told += [f"{correction} was written here for you."] if correction else []
        ours = OURS + "\n\n".join(told) if told else ""
        return f"{ours}{THEIRS}{note}" if ours and note else ours or note

    def _coloured(self, colour: str) -> Format | None:
        """The look of a cell that a person coloured."""
        if not colour or colour in OUR_COLOURS:
            return None
        if colour not in self.colours:
            self.colours[colour] = self.book.add_format(text_look(colour))
        return self.colours[colour]

    def _look(self, problems: Sequence[Problem]) -> Format | None:
        if not problems:
            return None
        errors = any(problem.severity == "error" for problem in problems)
        return self.style.formats["error" if errors else "warning"]

    def _write_value(
        self, worksheet: Worksheet, index: int, number: int, value: Value, look: Format | None
    ) -> None:
        if isinstance(value, datetime.date | datetime.time):
            worksheet.write_datetime(index, number, value, look or self.style.formats["date"])
        elif value == "" or (isinstance(value, int | float) and math.isfinite(value)):
            worksheet.write(index, number, value, look)
        else:
            write_text(worksheet, index, number, str(value), look)


def _marked(value: Value, problems: Sequence[Problem]) -> Value:
    """The value of a cell, marked where it could not be read."""
    if isinstance(value, Covered):
        return f"{layout.UNRESOLVED}merged cell"
    if any(problem.code in UNREADABLE for problem in problems):
        return fitting(f"{layout.UNRESOLVED}{value}")
    return value


def place_in_sheet(source: str) -> tuple[str, str] | None:
    """The sheet and the cell (the first of a range) that a place names; None if it names none.

    >>> place_in_sheet("Chapters!D14"), place_in_sheet("chapters.csv:14")
    (('Chapters', 'D14'), None)
    """
    found = _CELL.fullmatch(source)
    return (found["sheet"], found["cell"]) if found else None


def _filled(row: Sequence[Value]) -> dict[int, str]:
    """The texts of the cells that are not empty, by their column."""
    return {number: str(value) for number, value in enumerate(row) if str(value)}
