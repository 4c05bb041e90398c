"""Read a workbook: what it was made from, and what the person made of it.

What cannot be imported becomes a problem with the address of its cell; only a file that cannot be
used at all raises an error.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lanzarote_data.model.errors import WorkbookError, reason_of
from lanzarote_data.model.package import Resource
from lanzarote_data.model.problems import Location, Problem, error, warning
from lanzarote_data.model.tables import Tables, key_text
from lanzarote_data.store.untrusted import check_named_inside, file_bytes
from lanzarote_data.workbook import layout
from lanzarote_data.workbook.base import ANY_FORMAT, PROPERTY, Base, read_base
from lanzarote_data.workbook.choices import Choice, read_choices, read_replaced
from lanzarote_data.workbook.columns import find_columns, headers, sheet_in
from lanzarote_data.workbook.grid import Grid, place_of
from lanzarote_data.workbook.rows import RowReader, SheetContent
from lanzarote_data.workbook.safe_open import read_sheets, refusal

LARGEST_FILE = 400_000_000
SHARE_OF_HEADERS = 0.7


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
    copies = [text.strip() for name, text in properties if _is_digest(name, text.strip())]
    base = read_base(_base_lines(grids, path.name), ours.package, copies)
    reader = _Reader(path.name, grids, base, ours)
    sheets = reader.read()
    digest = hashlib.sha256(data).hexdigest()
    return WorkbookContent(
        path.name,
        digest,
        tuple(read_replaced(grids)),
        tuple(grids),
        base,
        sheets,
        tuple(read_choices(grids)),
        tuple(reader.problems),
    )


def _base_lines(grids: Sequence[Grid], name: str) -> list[list[str]]:
    for grid in grids:
        if str(grid.first).startswith(ANY_FORMAT):
            _check_sound(grid, name)
            return [list(map(str, row)) for row in grid.rows]
    for grid in grids:
        _check_sound(grid, name)
    raise WorkbookError(
        f"The hidden sheet {layout.BASE_SHEET!r} of {name}, which says what it was made from, is "
        "missing.",
        "Copy your edits into a workbook that was exported, and import that.",
    )


def _check_sound(grid: Grid, name: str) -> None:
    """Refuse a workbook in which one of our sheets cannot be read.

    :raises WorkbookError: the sheet has a fault.
    """
    if grid.fault:
        raise refusal(f"The sheet {grid.title!r} of {name}", grid.fault)


def _is_digest(name: str, text: str) -> bool:
    """Whether a property of the file repeats the digest of the base."""
    return bool(text) and (name == PROPERTY or (name == "description" and len(text) == 64))


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
        found = {}
        for resource, grid in self._matched():
            is_outdated = resource.name in self.base.outdated
            content = None if is_outdated else self._sheet(resource, grid)
            if content:
                found[resource.name] = content
            elif is_outdated and len(grid.rows) > 1:
                self.problems.append(_outdated(resource, grid))
        return found

    def _sheet(self, resource: Resource, grid: Grid) -> SheetContent | None:
        """The content of a sheet; None where a column cannot be found by its header."""
        _check_sound(grid, self.name)
        sheet = sheet_in(grid, resource, self.base.view)
        ids = {key_text(key) for key in self.base.tables[resource.name].by_key}
        columns, problems = find_columns(grid, sheet, ids)
        reader = RowReader(grid, columns, self.ours, self.base.tables)
        rows = tuple(reader.read()) if columns.fits else ()
        header_row = columns.header_row
        # Above the header too, where it was sorted in among the rows.
        first = min(header_row, next((row.line for row in rows), header_row))
        self.problems += [*problems, *_merged(resource, grid, first), *reader.problems]
        if not columns.fits:
            return None
        return SheetContent(
            resource,
            grid.title,
            header_row,
            reader.letters,
            rows,
            sheet.columns,
            columns.id_letter,
        )

    def _matched(self) -> Iterator[tuple[Resource, Grid]]:
        """Each table that the workbook was made with, and its sheet, by name or by its header."""
        free = {grid.title: grid for grid in persons_sheets(self.grids)}
        for own in self.grids:
            is_read = own.title in (layout.REVIEW_SHEET, layout.CONFLICTS_SHEET)
            if is_read and own.title not in free:
                _check_sound(own, self.name)
        names = [layout.FORM] if self.base.view.asks_for else self.base.names
        wanted = [t.resource for name, t in self.base.tables.items() if name in names]
        pairs = [(r, free.pop(layout.sheet_of(r, self.base.view).title, None)) for r in wanted]
        missing = []
        for resource, grid in pairs:
            chosen = grid or self._renamed(resource, free)
            if chosen is None:
                missing.append(layout.sheet_of(resource, self.base.view).title)
            else:
                yield resource, chosen
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

    def _renamed(self, resource: Resource, free: dict[str, Grid]) -> Grid | None:
        sheet = layout.sheet_of(resource, self.base.view)
        wanted = {column.header for column in sheet.columns}
        for title, grid in free.items():
            found = wanted & set(headers(grid, wanted)[1].values())
            if len(found) > len(wanted) * SHARE_OF_HEADERS:
                message = (
                    f"The sheet {sheet.title!r} is now called {title!r}. It was read all the same."
                )
                place = Location(resource.name, source=title)
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
    """The sheets that a person works in: neither instructions, lists, base nor a review’s."""
    return [grid for grid in grids if not _is_auxiliary(grid)]


def _is_auxiliary(grid: Grid) -> bool:
    """Whether a sheet is one of these; a sheet of rows is none of them, whatever its name."""
    names = (layout.README_SHEET, layout.LISTS_SHEET, layout.REVIEW_SHEET, layout.CONFLICTS_SHEET)
    has_rows = any(layout.ID_HELPER in cells for cells in grid.rows[:3])
    is_base = str(grid.first).startswith(ANY_FORMAT)
    return is_base or (grid.title in names and not has_rows)


def _outdated(resource: Resource, grid: Grid) -> Problem:
    """The rows of a table that had other columns when the workbook was made."""
    message = f"{grid.title!r} has rows, and its columns are not those that the data has now."
    hint = "Export the workbook again, and make your changes to this sheet in the new one."
    return error("other-version", Location(resource.name, source=grid.title), message, hint)
