"""Write workbooks to a folder, never over edits that were not imported yet."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lanzarote_data.model.changes import difference
from lanzarote_data.model.errors import OccupiedError, WorkbookError
from lanzarote_data.model.tables import Tables
from lanzarote_data.store.atomic import write_file
from lanzarote_data.store.untrusted import file_bytes
from lanzarote_data.workbook.edits import read_edits
from lanzarote_data.workbook.layout import View, rows_of
from lanzarote_data.workbook.read import LARGEST_FILE
from lanzarote_data.workbook.status import workbook_status
from lanzarote_data.workbook.write import workbook_bytes

State = Literal["written", "unchanged", "kept"]


@dataclass(frozen=True)
class Exported:
    """A workbook and what became of it: ``kept`` where it was not overwritten, for a reason."""

    view: View
    path: Path
    state: State
    reason: str = ""


def export_workbook(tables: Tables, view: View, folder: Path, name: str = "") -> Exported:
    """Write the workbook of a view to ``folder``, unless the file there has edits or is the same.

    The file has the name of the view if no other is given. Before it is written, it is checked
    that it reads back unchanged.

    :raises LanzaroteError: the workbook cannot be made, or its file cannot be written.
    """
    path = folder / f"{name or view.name}.xlsx"
    content = workbook_bytes(tables, view)
    there = _content(path)
    if there == content:
        return Exported(view, path, "unchanged")
    reason = _reason_to_keep(path, tables) if path.exists() else ""
    if reason:
        return Exported(view, path, "kept", reason)
    check_round_trip(tables, view, content)
    try:
        written = write_file(path, content, wanted=lambda: _content(path) == there, inside=folder)
    except OccupiedError:
        return Exported(view, path, "kept", "another program (Excel, for one) has it open")
    if not written:
        return Exported(view, path, "kept", "somebody has just saved it")
    return Exported(view, path, "written")


def _content(path: Path) -> bytes | None:
    """The content of a file; None where there is none that can be read."""
    try:
        return file_bytes(path, LARGEST_FILE)
    except OSError:
        return None


def _reason_to_keep(path: Path, tables: Tables) -> str:
    """Why the existing workbook must not be overwritten; empty if it may be."""
    status = workbook_status(path, tables)
    if status.state == "unreadable":
        return f"it cannot be read: {status.reason}"
    if status.state.startswith("edited"):
        return "it has edits that were not imported yet"
    return "somebody added columns, sheets or notes to it" if status.additions else ""


def check_round_trip(tables: Tables, view: View, content: bytes) -> None:
    """Check that reading a workbook back changes nothing.

    :raises WorkbookError: it would change something, which is a bug of this program.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{view.name}.xlsx"
        path.write_bytes(content)
        edits = read_edits(path, tables)
    changes = difference(rows_of(tables, view), edits.theirs)
    if changes or edits.problems:
        raise WorkbookError(
            f"The workbook {view.name}.xlsx does not read back as the tables: "
            f"{(changes or edits.problems)[0]}.",
            "This is a bug; please report it. Nothing was written.",
        )
