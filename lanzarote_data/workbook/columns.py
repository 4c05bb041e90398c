"""Find the columns of a sheet by their headers, in any order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from lanzarote_data.model.package import Field, Resource
from lanzarote_data.model.problems import Location, Problem, error, warning
from lanzarote_data.workbook.grid import Grid, shown
from lanzarote_data.workbook.layout import HELPER, Sheet, letter

LONGEST_HEADER = 60


@dataclass(frozen=True)
class SheetColumns:
    """The columns of a sheet that are read.

    ``header_row`` counts from 1, columns from 0; ``fields`` gives the field of each column, None
    for the grey one of ids; ``fits`` is whether every field can be found by its header.
    """

    header_row: int
    headers: Mapping[int, str]
    fields: Mapping[int, Field | None]
    fits: bool

    @property
    def letters(self) -> dict[str, str]:
        """The letter of the column of each field."""
        return {field.name: letter(n) for n, field in self.fields.items() if field}


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


def find_columns(grid: Grid, sheet: Sheet) -> tuple[SheetColumns, list[Problem]]:
    """The columns of a sheet, and what is wrong with them or uncertain."""
    wanted = {column.header: column.field for column in sheet.columns if column.is_read}
    row, texts = headers(grid, wanted.keys())
    fields = {number: wanted[text] for number, text in texts.items() if text in wanted}
    unnamed = _unnamed(grid, row, texts)
    problems = list(_problems(sheet.resource, grid.title, [*texts.values(), *unnamed], wanted))
    fits = not any(problem.severity == "error" for problem in problems)
    return SheetColumns(row, texts, fields, fits), problems


def _unnamed(grid: Grid, header_row: int, texts: Mapping[int, str]) -> list[str]:
    """The columns that have cells below the header, but no header of their own."""
    without = [n for row in grid.rows[:1] for n in range(len(row)) if n not in texts]
    below = islice(grid.rows, header_row, None) if without else ()
    filled = {number for row in below for number in without if shown(row[number])}
    return [f"({letter(number)})" for number in without if number in filled]


def _problems(
    resource: Resource, title: str, texts: list[str], wanted: Mapping[str, Field | None]
) -> Iterator[Problem]:
    """Columns that are duplicated, added, renamed or missing."""
    place = Location(resource.name, source=title)
    doubled = sorted({t for t in texts if t in wanted and texts.count(t) > 1})
    missing = [t for t, f in wanted.items() if t not in texts and f is not None]
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
