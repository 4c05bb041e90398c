"""Import the edits of workbooks into the tables.

Only edited cells are imported. If somebody else changed the same cell, or the result would not be
valid, nothing is written and the reasons are shown. A refused workbook gets a copy beside it
(BEL.review.xlsx) in which every place to correct is marked; import the corrected copy.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from lanzarote_data.cli import DONE, PROBLEMS, common

if TYPE_CHECKING:
    from lanzarote_data.model.merge import Conflict
    from lanzarote_data.workbook.imports import Outcome

FORMAT = "lanzarote.import/1"


def register(commands: common.Commands) -> None:
    """Declare the command."""
    example = "lanzarote import workbooks/BEL.xlsx --dry-run"
    parser = common.add_command(commands, "import", __doc__, example)
    parser.add_argument("workbooks", nargs="+", type=Path, metavar="WORKBOOK")
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would change, write nothing"
    )
    parser.add_argument(
        "--on-conflict",
        choices=("stop", "ours", "theirs"),
        default="stop",
        help="where both changed a cell: stop (default), keep ours (the tables), or take theirs "
        "(the workbook)",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from lanzarote_data.workbook.imports import import_workbooks

    package = common.package_of(options) if options.dry_run else common.own_package_of(options)
    settle = None if options.on_conflict == "stop" else options.on_conflict
    workbooks = list(filter(_is_workbook, options.workbooks))
    for path in workbooks:
        common.note_if_open(path)
    outcome = import_workbooks(package, workbooks, settle, options.dry_run)
    if options.format == "json":
        common.print_json(_as_json(outcome))
    else:
        _print(outcome, options.dry_run)
    if outcome.refused and not options.dry_run:
        _give_back(outcome, in_words=options.format == "text")
    return PROBLEMS if outcome.refused else DONE


def _is_workbook(path: Path) -> bool:
    """Whether a file is none that Excel keeps beside an open workbook; such a one is passed over.

    ``workbooks/*.xlsx`` names it too.
    """
    if path.name.startswith("~$"):
        common.say_beside(f"{path} is passed over: Excel keeps it while {path.name[2:]} is open.")
        return False
    return True


def _give_back(outcome: Outcome, in_words: bool) -> None:
    """Write a copy of each refused workbook in which every place to correct is marked."""
    from lanzarote_data.workbook.review import write_review

    for workbook in outcome.workbooks:
        if workbook.is_refused:
            review = write_review(workbook)
            if in_words:
                common.say(
                    f"{review}: a copy of {workbook.path.name} in which every place to correct "
                    "is marked."
                )
                common.say("    Correct it there, save it, and import the copy instead.")


def _as_json(outcome: Outcome) -> dict[str, object]:
    return {
        "format": FORMAT,
        "applied": outcome.applied,
        "changes": [change.as_json() for change in outcome.changes],
        "conflicts": [conflict.as_json() for conflict in outcome.conflicts],
        "problems": [problem.as_json() for problem in outcome.problems],
    }


def _print(outcome: Outcome, dry_run: bool) -> None:
    common.print_changes(outcome.changes)
    for conflict in outcome.conflicts:
        _print_conflict(conflict)
    common.print_problems(outcome.problems)
    if outcome.refused:
        common.say("Nothing was imported; the tables and the workbook are unchanged.")
    elif not outcome.changes:
        common.say("Already up to date: nothing to import.")
    elif dry_run:
        common.say(f"{common.count(len(outcome.changes), 'change')} would be made (--dry-run).")
    else:
        common.say(f"{common.count(len(outcome.changes), 'change')} made.")


def _print_conflict(conflict: Conflict) -> None:
    from lanzarote_data.model.tables import key_text

    what = conflict.field or "the whole row"
    common.say(f"{conflict.source}: conflict in {key_text(conflict.key)}, {what}:")
    sides = (
        ("when the workbook was made", conflict.versions.base),
        ("in the tables now", conflict.versions.ours),
        ("in the workbook", conflict.versions.theirs),
    )
    for name, value in sides:
        common.say(f"    {name}: {common.side_text(value)}")
