"""The status of a workbook: unchanged, edited, behind the tables, or both."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lanzarote_data.model.changes import difference
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.merge import merge
from lanzarote_data.model.problems import has_errors
from lanzarote_data.model.tables import Tables
from lanzarote_data.workbook.edits import Edits, read_edits
from lanzarote_data.workbook.layout import rows_of
from lanzarote_data.workbook.read import persons_sheets

_ADDITIONS = {"added-column", "added-sheet", "above-header"}


@dataclass(frozen=True)
class WorkbookStatus:
    """What was edited in a workbook, and whether the tables changed since it was made.

    ``additions`` is whether somebody added columns, sheets or notes of their own.
    """

    state: str
    changed_cells: int = 0
    added_rows: int = 0
    deleted_rows: int = 0
    reason: str = ""
    additions: bool = False


def workbook_status(path: Path, ours: Tables) -> WorkbookStatus:
    """The status of a workbook against the tables; ``unreadable``, with the reason, is one too."""
    try:
        edits = read_edits(path, ours)
    except LanzaroteError as reason:
        return WorkbookStatus("unreadable", reason=str(reason))
    result = merge(ours.package, edits.base, ours, edits.theirs)
    edited = bool(result.changes or result.conflicts) or has_errors(edits.problems)
    behind = bool(difference(edits.base, rows_of(ours, edits.content.base.view)))
    names = ["edited"] * edited + ["behind"] * behind
    made = difference(edits.base, edits.theirs) if edited else ()
    kinds = [change.kind for change in made]
    return WorkbookStatus(
        "-and-".join(names) or "unchanged",
        changed_cells=kinds.count("changed"),
        added_rows=kinds.count("added"),
        deleted_rows=kinds.count("removed"),
        additions=_has_additions(edits),
    )


def _has_additions(edits: Edits) -> bool:
    if any(problem.code in _ADDITIONS for problem in edits.problems):
        return True
    return any(grid.has_notes for grid in persons_sheets(edits.content.grids))
