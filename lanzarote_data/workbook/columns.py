"""Find the columns of a sheet by their headers, in any order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from lanzarote_data.model.package import Resource
from lanzarote_data.model.problems import Location, Problem, error, warning
from lanzarote_data.workbook.grid import Grid, letter, shown
from lanzarote_data.workbook.layout import HELPER, ID_HELPER, Column, Sheet, View, sheet_of

LONGEST_HEADER = 60


@dataclass(frozen=True)
class SheetColumns:
    """The columns of a sheet that are read.

    ``header_row`` and the numbers of columns count from 1 and from 0; ``fits`` is whether every
    field can be found by its header.
    """

    sheet: Sheet
    header_row: int
    read: Mapping[int, Column]
    fits: bool

    @property
    def letters(self) -> dict[str, str]:
        """The letter of the column in which a person sees each field, and under ``""`` the id."""
        found = {name: letter(n) for n, column in self.read.items() for name in column.fields}
        grey = [letter(n) for n, column in self.read.items() if column.field is None]
        hidden = [n for column in self.sheet.columns if column.hidden for n in column.fields]
        return found | {name: place for place in grey for name in ("", *hidden)}

    @property
    def id_letter(self) -> str:
        """The letter of the column of ids, hidden or not."""
        ids = self.sheet.resource.primary_key
        return next((letter(n) for n, c in self.read.items() if {*c.fields} & {*ids}), "A")


def headers(grid: Grid, wanted: Collection[str]) -> tuple[int, dict[int, str]]:
    """The row (from 1) with the most of the wanted headers, and its texts by column.

    It may be any row: people write above the header, and a sort can move it among the rows.
    """
    best: tuple[int, dict[int, str]] = (1, {})
    most = -1
    for number, cells in enumerate(grid.rows, start=1):
        texts = {i: text for i, value in enumerate(cells) if (text := shown(value))}
        short = {i: text for i, text in texts.items() if len(text) <= LONGEST_HEADER}
        there = len(set(short.values()) & set(wanted))
        if there > most and short:
            best, most = (number, short), there
        if there == len(wanted):
            break
    return best


def find_columns(
    grid: Grid, sheet: Sheet, ids: Collection[str] = ()
) -> tuple[SheetColumns, list[Problem]]:
    """The columns of a sheet, and what is wrong with them or uncertain.

    ``ids`` are those of the rows that it was made with, if it was made with some: without the
    hidden column of ids, the grey one is read if it has one of them.
    """
    wanted = {column.header: column for column in sheet.columns if column.is_read}
    row, texts = headers(grid, wanted.keys())
    read = {number: wanted[text] for number, text in texts.items() if text in wanted}
    grey = next((number for number, column in read.items() if column.field is None), None)
    hidden = next((column for column in sheet.columns if column.hidden), None)
    problems = []
    shown_ids = {shown(cells[grey]) for cells in grid.rows[row:]} if grey is not None else set()
    is_ours = not ids or not shown_ids.isdisjoint(ids)
    if grey is not None and is_ours and hidden and hidden not in read.values():
        read[grey] = hidden
        del wanted[hidden.header]
        message = (
            f"The hidden column {hidden.header!r}, which has the ids, is missing. The ids in "
            f"{ID_HELPER} were used."
        )
        place = Location(sheet.resource.name, source=grid.title)
        problems = [warning("missing-key", place, message)]
    unnamed = _unnamed(grid, row, texts)
    named = [*texts.values(), *unnamed]
    problems += _problems(sheet.resource, grid.title, named, wanted)
    fits = not any(problem.severity == "error" for problem in problems)
    return SheetColumns(sheet, row, read, fits), problems


def sheet_in(grid: Grid, resource: Resource, view: View) -> Sheet:
    """The layout of a sheet: with its own columns for fields that share one today, if it has them.

    Workbooks that were made before they did have these.
    """
    sheet, apart = sheet_of(resource, view), sheet_of(resource, view, apart=True)
    own = {column.header for column in apart.columns} - {c.header for c in sheet.columns}
    texts = set(headers(grid, [column.header for column in apart.columns])[1].values())
    is_older = resource.together and own & texts and resource.together.title not in texts
    return apart if is_older else sheet


def _unnamed(grid: Grid, header_row: int, texts: Mapping[int, str]) -> list[str]:
    """The columns that have cells below the header, but no header of their own."""
    without = [n for row in grid.rows[:1] for n in range(len(row)) if n not in texts]
    below = islice(grid.rows, header_row, None) if without else ()
    filled = {number for row in below for number in without if shown(row[number])}
    return [f"({letter(number)})" for number in without if number in filled]


def _problems(
    resource: Resource, title: str, texts: list[str], wanted: Mapping[str, Column]
) -> Iterator[Problem]:
    """Columns that are duplicated, added, renamed or missing."""
    place = Location(resource.name, source=title)
    doubled = sorted({t for t in texts if t in wanted and texts.count(t) > 1})
    missing = [t for t, column in wanted.items() if t not in texts and column.field]
    added = [t for t in texts if t not in wanted and not t.startswith(HELPER)]
    keys = {resource.field(name).title for name in resource.primary_key}
    if doubled:
        message = f"The header {doubled[0]!r} is duplicated."
        yield error("doubled-column", place, message, "Keep one of them.")
    elif missing and added:
        message = f"The column {missing[0]!r} is missing, and there is a new one {added[0]!r}."
        hint = f"If it was renamed, write {missing[0]!r} into its header again."
        yield error("renamed-column", place, message, hint)
    elif keys & set(missing):
        message = f"The column {missing[0]!r} is missing, so that no row has an id."
        yield error("missing-key", place, message, "Undo, or export the workbook again.")
    else:
        yield from _warnings(place, missing, added)


def _warnings(place: Location, missing: Iterable[str], added: Iterable[str]) -> Iterator[Problem]:
    for text in missing:
        message = f"The column {text!r} is missing. It counts as not edited."
        yield warning("missing-column", place, message)
    for text in added:
        message = f"The column {text!r} is not part of the workbook. It is ignored."
        yield warning("added-column", place, message)
