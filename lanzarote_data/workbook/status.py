"""The status of a workbook: unchanged, edited, behind the tables, or both."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from lanzarote_data.model.changes import difference
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.merge import merge
from lanzarote_data.model.package import Package
from lanzarote_data.model.problems import has_errors
from lanzarote_data.model.tables import Tables
from lanzarote_data.store.history import HandIn, History, read_history
from lanzarote_data.store.stamp import file_digest, program_digest
from lanzarote_data.workbook.choices import settled
from lanzarote_data.workbook.earlier import look_back
from lanzarote_data.workbook.edits import Edits, read_edits
from lanzarote_data.workbook.layout import ALL_VIEW, View, rows_of, view_named
from lanzarote_data.workbook.read import persons_sheets

Made = Mapping[str, list[str]]
NOTHING_MADE: Made = MappingProxyType({})
_ADDITIONS = {"added-column", "added-sheet", "above-header", "struck-out", "link-ignored"}


@dataclass(frozen=True)
class WorkbookStatus:
    """What was edited in a workbook, and whether the tables changed since it was made.

    ``additions`` is whether somebody added columns, sheets or notes of their own. ``hand_in`` is
    the last import of this workbook or a copy of it.
    """

    state: str
    changed_cells: int = 0
    added_rows: int = 0
    deleted_rows: int = 0
    reason: str = ""
    additions: bool = False
    hand_in: HandIn | None = None


def workbook_status(
    path: Path, ours: Tables, history: History | None = None, made: Made = NOTHING_MADE
) -> WorkbookStatus:
    """The status of a workbook against the tables; ``unreadable``, with the reason, is one too.

    A workbook that was imported, or whose review was, is not edited. ``history`` is read from the
    package where it is not given. ``made`` is what the main job made, by name; such a workbook is
    not read if it is still the same and so are the rows that it was made from.
    """
    history = read_history(ours.package) if history is None else history
    if made.get(path.name) == [made_from(ours, view_named(path.stem)), file_digest(path)]:
        return WorkbookStatus("unchanged", hand_in=history.last_of_view(path.stem))
    try:
        edits = read_edits(path, ours, history=history)
    except LanzaroteError as reason:
        hand_in = history.last_of_view(path.stem)
        return WorkbookStatus("unreadable", reason=str(reason), hand_in=hand_in)
    base = look_back(history, edits, ours, settled(edits.content.choices, ours)).base
    result = merge(base, ours, edits.theirs)
    edited = bool(result.changes or result.conflicts) or has_errors(edits.problems)
    edited = edited and edits.content.sha256 not in history.files
    behind = bool(difference(edits.base, rows_of(ours, edits.content.base.view)))
    names = ["edited"] * edited + ["behind"] * behind
    changes = difference(edits.base, edits.theirs) if edited else ()
    kinds = [change.kind for change in changes]
    return WorkbookStatus(
        "-and-".join(names) or "unchanged",
        changed_cells=kinds.count("changed"),
        added_rows=kinds.count("added"),
        deleted_rows=kinds.count("removed"),
        additions=_has_additions(edits),
        hand_in=history.last_of_view(edits.content.base.view.name),
    )


def made_from(tables: Tables, view: View) -> str:
    """A digest of everything that a workbook is made from: rows, descriptor and program."""
    shared = tables.worked_out(_shared_digest)
    return _digest(
        [shared, view.name, *(_rows(tables, n) for n in {view.subject: 0, view.name: 0})]
    )


def _shared_digest(tables: Tables) -> str:
    return _digest([tables.package.descriptor, program_digest(), _rows(tables, ALL_VIEW)])


def _rows(tables: Tables, name: str) -> dict[str, list[dict[str, str]]]:
    chosen = rows_of(tables, view_named(name))
    return {table: list(map(dict, content.rows)) for table, content in chosen.items()}


def _digest(parts: list[object]) -> str:
    return hashlib.sha256(json.dumps(parts).encode("utf-8")).hexdigest()


def _has_additions(edits: Edits) -> bool:
    if any(problem.code in _ADDITIONS for problem in edits.problems):
        return True
    return any(grid.has_notes for grid in persons_sheets(edits.content.grids))


def workbook_paths(package: Package, folder: str = "workbooks") -> list[Path]:
    """The workbooks of a package, by name; not the files that Excel keeps while it is open."""
    paths = (package.folder / folder).glob("*.xlsx")
    return sorted(path for path in paths if not path.name.startswith(("~$", ".")))
