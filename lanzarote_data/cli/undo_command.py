"""Undo an import, cell by cell.

Without a number the last one is undone; 'lanzarote history' lists them. Workbooks that were
imported by one command are undone together. If a cell was changed since, or the result would not
be valid, nothing is written and the places are shown. An undo is recorded like an import, and can
be undone itself.
"""

from __future__ import annotations

import argparse
from dataclasses import astuple

from lanzarote_data.cli import DONE, PROBLEMS, common
from lanzarote_data.cli.import_command import outcome_as_json, print_conflict
from lanzarote_data.workbook.undo import undo

EXAMPLE = "lanzarote undo 3 --dry-run"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", nargs="?", type=int, metavar="N", help="the number of an import")
    common.add_hand_in(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace) -> int:
    package = common.package_of(options, to_write=not options.dry_run)
    by = common.handed_in_by(options.by)
    outcome, undone = undo(package, options.number, options.dry_run, by)
    if options.format == "json":
        common.print_json(outcome_as_json(outcome))
        return PROBLEMS if outcome.refused else DONE
    common.print_changes(outcome.changes if not outcome.refused else (), package)
    for conflict in outcome.conflicts:
        names = ("after the import", "in the tables now", "before the import")
        print_conflict(conflict, zip(names, astuple(conflict.versions), strict=True), package)
    common.print_problems(outcome.problems, package)
    named = " and ".join(f"{one.sequence} ({one.name})" for one in undone)
    if outcome.refused:
        common.say(f"Import {named} was not undone; the tables are unchanged.")
    elif options.dry_run:
        changes = common.count(len(outcome.changes), "change")
        common.say(f"Import {named} would be undone: {changes} (--dry-run).")
    else:
        common.say(f"Import {named} was undone. Next: lanzarote build")
    return PROBLEMS if outcome.refused else DONE
