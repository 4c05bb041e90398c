"""The sheets of a workbook by both readers, to be compared."""

from __future__ import annotations

from collections.abc import Sequence

from lanzarote_data.workbook import grid
from lanzarote_data.workbook.grid import Grid, Value
from lanzarote_data.workbook.safe_open import check_workbook


def is_plain(data: bytes) -> bool:
    return check_workbook(data, "BEL.xlsx")


def both(data: bytes) -> tuple[list[Grid], list[Grid]]:
    """The grids by the quick reader, and by the thorough one."""
    return [*grid.read_grids(data, "x", True)], [*grid.read_grids(data, "x", False)]


def told(grids: Sequence[Grid]) -> list[tuple[object, ...]]:
    """What grids hold, but for empty cells at the ends of rows and of sheets."""
    return [(g.title, trimmed(g.rows), g.merged, g.has_notes) for g in grids]


def trimmed(rows: Sequence[Sequence[Value]]) -> list[list[Value]]:
    found = [list(row) for row in rows]
    for row in found:
        while row and row[-1] == "":
            row.pop()
    while found and not found[-1]:
        found.pop()
    return found


def check_alike(data: bytes) -> None:
    """The workbook is plain, and both readers see the same in it."""
    assert is_plain(data)
    quick, thorough = both(data)
    assert told(quick) == told(thorough)
