"""Correct a refused workbook outside a spreadsheet program: its cells, and what settles conflicts.

The result is the workbook’s review as the person would save it after correcting it there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lanzarote_data.model.merge import Cell, Side
from lanzarote_data.workbook.choices import Choice, seen, value_of
from lanzarote_data.workbook.grid import Grid, Value, place_of
from lanzarote_data.workbook.imports import MergedWorkbook
from lanzarote_data.workbook.review import place_in_sheet, review_bytes

Place = tuple[str, str]
"""The title of a sheet, and the address of a cell: ``("Chapters", "D14")``."""


def corrected_bytes(
    workbook: MergedWorkbook, texts: Mapping[Place, str], sides: Mapping[Cell, Side]
) -> bytes:
    """The review of a workbook in which cells have new texts and conflicts are settled.

    :raises WorkbookError: a sheet has a title that Excel does not allow.
    """
    content = workbook.edits.content
    grids = tuple(_with_texts(grid, texts) for grid in content.grids)
    kept = tuple(choice for choice in content.choices if choice.cell not in sides)
    chosen = (
        Choice(*cell, seen(value_of(cell, workbook.ours)), side) for cell, side in sides.items()
    )
    content = replace(content, grids=grids, choices=(*kept, *chosen))
    certain = {at: text for at, text in workbook.edits.corrections.items() if at not in texts}
    still_open = tuple(c for c in workbook.result.conflicts if c.cell not in sides)
    told = tuple(c for c in workbook.told if c.cell not in sides)
    return review_bytes(
        replace(
            workbook,
            edits=replace(workbook.edits, content=content, corrections=certain),
            result=replace(workbook.result, conflicts=still_open),
            told=told,
            problems=tuple(
                p for p in workbook.problems if place_in_sheet(p.location.source) not in texts
            ),
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
    own = {place_of(cell): text for (title, cell), text in texts.items() if title == grid.title}
    rows: list[Sequence[Value]] = list(grid.rows)
    for (column, line), text in own.items():
        if line <= len(rows) and column <= len(rows[line - 1]):
            row = list(rows[line - 1])
            row[column - 1] = text
            rows[line - 1] = row
    return replace(grid, rows=rows) if own else grid
