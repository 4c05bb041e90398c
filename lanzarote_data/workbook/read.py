"""Read a workbook: what it was made from, and what the person made of it.

What cannot be imported becomes a problem with the address of its cell; only a file that cannot be
used at all raises an error.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from lanzarote_data.model.errors import WorkbookError, reason_of
from lanzarote_data.model.package import Resource
from lanzarote_data.model.problems import Location, Problem, error, has_errors, warning
from lanzarote_data.model.tables import Tables, key_text
from lanzarote_data.store.untrusted import check_named_inside, file_bytes
from lanzarote_data.workbook.base import ANY_FORMAT, PROPERTY, Base, read_base
from lanzarote_data.workbook.cells import Grid, letter, place_of, shown
from lanzarote_data.workbook.choices import Choice, read_choices, read_replaced
from lanzarote_data.workbook.layout import (
    BASE_SHEET,
    CONFLICTS_SHEET,
    FORM,
    HELPER,
    ID_HELPER,
    LISTS_SHEET,
    README_SHEET,
    REVIEW_SHEET,
    Column,
    Sheet,
    View,
    sheet_of,
)
from lanzarote_data.workbook.rows import RowReader, SheetContent
from lanzarote_data.workbook.safe_open import read_sheets, refusal

LARGEST_FILE = 400_000_000
SHARE_OF_HEADERS = 0.7
LONGEST_HEADER = 60


@dataclass(frozen=True)
class WorkbookContent:
    """A workbook as read: what it was made from, its sheets by table, and what is wrong.

    ``grids`` are the cells of all sheets as the person left them; ``choices`` are those that the
    person made where a review had shown a conflict. ``sha256`` is the digest of the file, and
    ``replaces`` are those of the files that a review was made from.
    """

    name: str
    sha256: str
    replaces: tuple[str, ...]
    grids: tuple[Grid, ...]
    base: Base
    sheets: Mapping[str, SheetContent]
    choices: tuple[Choice, ...]
    problems: tuple[Problem, ...]


def read_workbook(path: Path, ours: Tables) -> WorkbookContent:
    """Read a workbook that was exported from the package of these tables.

    :raises WorkbookError: the file is no such workbook, is damaged, or is not safe to open.
    """
    try:
        check_named_inside(ours.package.folder, path)
        data = file_bytes(path, LARGEST_FILE)
    except OSError as reason:
        raise WorkbookError(
            f"{path} cannot be read: {reason_of(reason)}.",
            "Check its name, and close the program that has it open.",
        ) from reason
    grids, properties = read_sheets(data, path.name)
    copies = [
        digest
        for name, text in properties
        if (digest := text.strip())
        and (name == PROPERTY or (name == "description" and len(digest) == 64))
    ]
    base = read_base(_base_lines(grids, path.name), ours.package, copies)
    reader = _Reader(path.name, grids, base, ours)
    return WorkbookContent(
        name=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        replaces=tuple(read_replaced(grids)),
        grids=tuple(grids),
        base=base,
        choices=tuple(read_choices(grids)),
        sheets=reader.read(),
        problems=tuple(reader.problems),
    )


def _base_lines(grids: Sequence[Grid], name: str) -> list[list[str]]:
    for grid in grids:
        if str(grid.first).startswith(ANY_FORMAT):
            _check_sound(grid, name)
            return [list(map(str, row)) for row in grid.rows]
    for grid in grids:
        _check_sound(grid, name)
    raise WorkbookError(
        f"The hidden sheet {BASE_SHEET!r} of {name}, which says what it was made from, is missing.",
        "Copy your edits into a workbook that was exported, and import that.",
    )


def _check_sound(grid: Grid, name: str) -> None:
    """Refuse a workbook in which one of our sheets cannot be read.

    :raises WorkbookError: the sheet has a fault.
    """
    if grid.fault:
        raise refusal(f"The sheet {grid.title!r} of {name}", grid.fault)


class _Reader:
    """Reads the sheets of one workbook, and collects what is wrong with them."""

    def __init__(self, name: str, grids: Sequence[Grid], base: Base, ours: Tables) -> None:
        self.name = name
        self.grids = grids
        self.base = base
        self.ours = ours
        self.problems: list[Problem] = []

    def read(self) -> dict[str, SheetContent]:
        """The sheets by the name of their table; a sheet that is gone is not in it."""
        for name in self.base.left_out:
            message = f"The workbook has {name}, which the data no longer has. It is ignored."
            self.problems.append(warning("other-version", Location(), message))
        found: dict[str, SheetContent] = {}
        for resource, grid in self._matched():
            if resource.name not in self.base.outdated:
                content = self._sheet(resource, grid)
                found |= {resource.name: content} if content else {}
            elif len(grid.rows) > 1:
                # The rows of a table that had other columns when the workbook was made.
                message = f"{grid.title!r} has rows, and its columns are not those that the data "
                message += "has now."
                hint = "Export the workbook again, and make your changes to this sheet in the "
                hint += "new one."
                place = Location(resource.name, source=grid.title)
                self.problems.append(error("other-version", place, message, hint))
        return found

    def _sheet(self, resource: Resource, grid: Grid) -> SheetContent | None:
        """The content of a sheet; None where a column cannot be found by its header."""
        _check_sound(grid, self.name)
        sheet = sheet_in(grid, resource, self.base.view)
        ids = {key_text(key) for key in self.base.tables[resource.name].by_key}
        content, problems = find_columns(grid, sheet, ids)
        reader = RowReader(grid, content, self.ours, self.base.tables)
        rows = tuple(reader.read()) if content.fits else ()
        # Above the header too, where it was sorted in among the rows.
        first = min([content.header_row, *(row.line for row in rows[:1])])
        self.problems += [*problems, *_merged(resource, grid, first), *reader.problems]
        return replace(content, rows=rows) if content.fits else None

    def _matched(self) -> Iterator[tuple[Resource, Grid]]:
        """Each table that the workbook was made with, and its sheet, by name or by its header."""
        free = {grid.title: grid for grid in persons_sheets(self.grids)}
        for own in self.grids:
            is_read = own.title in (REVIEW_SHEET, CONFLICTS_SHEET)
            if is_read and own.title not in free:
                _check_sound(own, self.name)
        names = [FORM] if self.base.view.asks_for else self.base.names
        wanted = [t.resource for name, t in self.base.tables.items() if name in names]
        sheets = [sheet_of(resource, self.base.view) for resource in wanted]
        pairs = [(sheet, free.pop(sheet.title, None)) for sheet in sheets]
        missing = []
        for sheet, grid in pairs:
            chosen = grid or self._renamed(sheet, free)
            if chosen is None:
                missing.append(sheet.title)
            else:
                yield sheet.resource, chosen
        self._report_sheets(missing, list(free.values()))

    def _report_sheets(self, missing: list[str], added: list[Grid]) -> None:
        """Report missing and new sheets; one of each may be a sheet that was renamed."""
        filled = [sheet for sheet in added if len(sheet.rows) > 1 or sheet.fault]
        for title in missing:
            message = f"The sheet {title!r} is missing. Its rows stay as they are."
            hint = "To delete rows, delete them from their sheet and keep the sheet."
            self.problems.append(warning("missing-sheet", Location(source=title), message, hint))
        for sheet in added:
            place = Location(source=sheet.title)
            if missing and sheet in filled:
                message = f"There is a new sheet {sheet.title!r}, and {missing[0]!r} is missing."
                hint = f"If it was renamed, call it {missing[0]!r} again; if not, delete it."
                self.problems.append(error("unknown-sheet", place, message, hint))
            else:
                message = f"The sheet {sheet.title!r} is not part of the workbook. It is ignored."
                self.problems.append(warning("added-sheet", place, message))

    def _renamed(self, sheet: Sheet, free: dict[str, Grid]) -> Grid | None:
        wanted = {column.header for column in sheet.columns}
        for title, grid in free.items():
            found = wanted & set(headers(grid, wanted)[1].values())
            if len(found) > len(wanted) * SHARE_OF_HEADERS:
                message = (
                    f"The sheet {sheet.title!r} is now called {title!r}. It was read all the same."
                )
                place = Location(sheet.resource.name, source=title)
                self.problems.append(warning("renamed-sheet", place, message))
                return free.pop(title)
        return None


def _merged(resource: Resource, grid: Grid, first: int) -> Iterator[Problem]:
    """A problem for each range of merged cells that reaches into the table or below it."""
    for area in grid.merged:
        if place_of(area.rpartition(":")[2])[1] >= first:
            place = Location(resource.name, source=f"{grid.title}!{area}")
            message = f"The cells {area} are merged, so that texts are lost or misplaced."
            hint = "Undo the merging (Home, Merge & Centre) and fill in each cell."
            yield error("merged-cells", place, message, hint)


def persons_sheets(grids: Sequence[Grid]) -> list[Grid]:
    """The sheets that a person works in: neither instructions, lists, base nor a review’s.

    A sheet of rows is none of these, whatever its name.
    """
    return [grid for grid in grids if not _is_auxiliary(grid)]


def _is_auxiliary(grid: Grid) -> bool:
    names = (README_SHEET, LISTS_SHEET, REVIEW_SHEET, CONFLICTS_SHEET)
    has_rows = any(ID_HELPER in cells for cells in grid.rows[:3])
    is_base = str(grid.first).startswith(ANY_FORMAT)
    return is_base or (grid.title in names and not has_rows)


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
) -> tuple[SheetContent, list[Problem]]:
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
    problems += _header_problems(sheet.resource, grid.title, named, wanted)
    return SheetContent(sheet, grid.title, row, read, not has_errors(problems)), problems


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


def _header_problems(
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
        for text in missing:
            message = f"The column {text!r} is missing. It counts as not edited."
            yield warning("missing-column", place, message)
        for text in added:
            message = f"The column {text!r} is not part of the workbook. It is ignored."
            yield warning("added-column", place, message)
