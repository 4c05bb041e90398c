"""Show each workbook’s state: edited, out of date, or both.

Edited: it has changes that were not imported yet. Out of date: the tables changed since it was
made; its edits can still be imported, and a new export brings it up to date.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from lanzarote_data.cli import DONE, common
from lanzarote_data.model.merge import date_of
from lanzarote_data.model.tables import Tables
from lanzarote_data.store.history import read_history
from lanzarote_data.store.stamp import read_made
from lanzarote_data.store.tables import read_sound_tables
from lanzarote_data.workbook.status import WorkbookStatus, workbook_paths, workbook_status

EXAMPLE = "lanzarote status BEL-edited.xlsx"
FORMAT = "lanzarote.status/1"
WORDS = {
    "unchanged": "unchanged",
    "edited": "edited, not imported yet",
    "behind": "out of date; nothing to import",
    "edited-and-behind": "edited, not imported yet, and out of date",
    "unreadable": "cannot be read",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "workbooks",
        nargs="*",
        type=Path,
        metavar="WORKBOOK",
        help="workbooks that are elsewhere (default: those in workbooks/)",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace) -> int:
    package = common.package_of(options)
    tables = read_sound_tables(package)
    paths = options.workbooks or workbook_paths(package)
    for path in paths:
        common.note_if_open(path)
    history = read_history(package)
    made = read_made(package.folder / "build")
    found = [(path, workbook_status(path, tables, history, made)) for path in paths]
    if options.format == "json":
        listed = [_as_json(_within(package.folder, path), one) for path, one in found]
        waiting = {"to_file": dict(_waiting(tables))} if _waiting(tables) else {}
        common.print_json({"format": FORMAT, "workbooks": listed, **waiting})
    else:
        for path, one in found:
            name = path if options.workbooks else path.name
            common.say(f"{name}: {_in_words(one)}")
        if not found:
            common.say("There are no workbooks yet. 'lanzarote export' makes them.")
        for party, number in _waiting(tables).items():
            common.say(f"{party}: {common.count(number, 'text')} to be filed, in the sheet To file")
    return DONE


def _within(folder: Path, path: Path) -> Path:
    return path.relative_to(folder) if path.is_relative_to(folder) else path


def _waiting(tables: Tables) -> Counter[str]:
    """How many texts of each Party wait to be filed."""
    names = [name for name, table in tables.items() if table.resource.is_worklist]
    return Counter(party for name in names for party in tables.parties[name])


def _in_words(status: WorkbookStatus) -> str:
    text = WORDS[status.state]
    counts = [
        common.count(status.changed_cells, "cell changed", "cells changed"),
        common.count(status.added_rows, "row added", "rows added"),
        common.count(status.deleted_rows, "row deleted", "rows deleted"),
    ]
    if status.state.startswith("edited"):
        text += f" ({', '.join(counts)})"
    if status.hand_in:
        by = f" by {status.hand_in.by}" if status.hand_in.by else ""
        text += f"; last imported on {date_of(status.hand_in.time)}{by}"
    return f"{text}: {status.reason}" if status.reason else text


def _as_json(path: Path, status: WorkbookStatus) -> dict[str, object]:
    return {
        "path": path.as_posix(),
        "state": status.state,
        "changed_cells": status.changed_cells,
        "added_rows": status.added_rows,
        "deleted_rows": status.deleted_rows,
        "taken_in": status.hand_in.time if status.hand_in else None,
    }
