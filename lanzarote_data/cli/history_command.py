"""Show what was imported, by whom and when, and what changed.

Each import, ingestion and undo that changed the tables has a number, oldest first. With --party or
--row only the changes to that Party or row are shown.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

from lanzarote_data.cli import DONE, common
from lanzarote_data.store.history import HandIn, read_history
from lanzarote_data.store.tables import read_tables
from lanzarote_data.text.rounds import party_named

EXAMPLE = "lanzarote history --row R2-BEL-II-6"
FORMAT = "lanzarote.history/1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--party", default="", metavar="ID", help="the Party’s three letters, or its name"
    )
    parser.add_argument("--row", default="", metavar="ID", help="the id of a row")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace) -> int:
    tables = read_tables(common.package_of(options)).tables
    history = read_history(tables.package)
    party_id = party_named(tables, options.party) if options.party else ""
    shown = [
        replace(one, changes=history.changes(one, tables, party_id, options.row))
        for one in history.hand_ins
    ]
    if party_id or options.row:
        shown = [one for one in shown if one.changes]
    if options.format == "json":
        common.print_json({"format": FORMAT, "imports": shown})
        return DONE
    for one in shown:
        common.say(_heading(one, history.undone.get(one.sequence)))
        common.print_changes(one.changes, tables.package)
    if not history.hand_ins:
        common.say("No import is recorded.")
    elif not shown:
        common.say(f"No import has changed {party_id or options.row}.")
    return DONE


def _heading(one: HandIn, undone_by: int | None) -> str:
    time = one.time.replace("T", " ").replace("Z", " UTC")
    what = f"{one.command} {one.workbook}" if one.workbook else one.name
    by = f" by {one.by}" if one.by else ""
    undone = f" (undone by {undone_by})" if undone_by else ""
    return f"{one.sequence}. {time}{by}: {what}, {common.count(len(one.changes), 'change')}{undone}"
