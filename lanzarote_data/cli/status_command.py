"""Show each workbook’s state: edited, out of date, or both.

Edited: it has changes that were not imported yet. Out of date: the tables changed since it was
made; its edits can still be imported, and a new export brings it up to date.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from lanzarote_data.cli import DONE, common

if TYPE_CHECKING:
    from lanzarote_data.workbook.imports import Standing

FORMAT = "lanzarote.status/1"
WORDS = {
    "unchanged": "unchanged",
    "edited": "edited, not imported yet",
    "behind": "out of date; nothing to import",
    "edited-and-behind": "edited, not imported yet, and out of date",
    "unreadable": "cannot be read",
}


def register(commands: common.Commands) -> None:
    """Declare the command."""
    parser = common.add_command(commands, "status", __doc__, "lanzarote status")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from lanzarote_data.store.tables import read_sound_tables
    from lanzarote_data.workbook.imports import standing

    package = common.package_of(options)
    tables = read_sound_tables(package)
    paths = common.workbook_paths(package)
    for path in paths:
        common.note_if_open(path)
    found = [(path, standing(path, tables)) for path in paths]
    if options.format == "json":
        listed = [_as_json(path.relative_to(package.folder), one) for path, one in found]
        common.print_json({"format": FORMAT, "workbooks": listed})
    else:
        for path, one in found:
            common.say(f"{path.name}: {_in_words(one)}")
        if not found:
            common.say("There are no workbooks yet. 'lanzarote export' makes them.")
    return DONE


def _in_words(standing: Standing) -> str:
    text = WORDS[standing.state]
    counts = [
        common.count(standing.changed_cells, "cell changed", "cells changed"),
        common.count(standing.added_rows, "row added", "rows added"),
        common.count(standing.deleted_rows, "row deleted", "rows deleted"),
    ]
    if standing.state.startswith("edited"):
        text += f" ({', '.join(counts)})"
    return f"{text}: {standing.reason}" if standing.reason else text


def _as_json(path: Path, standing: Standing) -> dict[str, object]:
    return {
        "path": path.as_posix(),
        "state": standing.state,
        "changed_cells": standing.changed_cells,
        "added_rows": standing.added_rows,
        "deleted_rows": standing.deleted_rows,
    }
