"""Import the edits of workbooks into the tables.

Only edited cells are imported. If somebody else changed the same cell, or the result would not be
valid, nothing is written and the reasons are shown. A refused workbook gets a copy beside it
(BEL.review.xlsx) in which every place to correct is marked; import the corrected copy.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from lanzarote_data.cli import DONE, PROBLEMS, common
from lanzarote_data.model.merge import Conflict
from lanzarote_data.model.package import Package, titles_of
from lanzarote_data.model.problems import Location, Problem
from lanzarote_data.model.tables import Row, key_text
from lanzarote_data.text.difference import changed_words
from lanzarote_data.workbook.imports import Outcome, import_workbooks
from lanzarote_data.workbook.review import write_review

EXAMPLE = "lanzarote import workbooks/BEL.xlsx --dry-run"
FORMAT = "lanzarote.import/1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workbooks", nargs="+", type=Path, metavar="WORKBOOK")
    common.add_hand_in(parser)
    parser.add_argument(
        "--on-conflict",
        choices=("stop", "ours", "theirs"),
        default="stop",
        help="where both changed a cell: stop (default), keep ours (the tables), or take theirs "
        "(the workbook)",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace) -> int:
    package = common.package_of(options, to_write=not options.dry_run)
    settle = None if options.on_conflict == "stop" else options.on_conflict
    workbooks = list(filter(_is_workbook, options.workbooks))
    for path in workbooks:
        common.note_if_open(path)
    by = common.handed_in_by(options.by)
    outcome = import_workbooks(package, workbooks, settle, options.dry_run, by)
    if options.format == "json":
        common.print_json(outcome_as_json(outcome))
    else:
        _print(_with_files(outcome, package), package, options.dry_run)
    if not options.dry_run:
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
    """Write a copy of each workbook in which something is to be corrected or chosen."""
    for workbook in outcome.workbooks:
        if not (workbook.is_refused or workbook.told):
            continue
        review = write_review(workbook, applied=outcome.applied)
        if not in_words:
            continue
        if not outcome.applied:
            copy = f"a copy of {workbook.path.name} in which every place to correct is marked."
            todo = "Correct it there, save it, and import the copy instead."
        else:
            copy = f"a copy of {workbook.path.name} with older texts than the tables have."
            todo = "To put one back, choose it in the sheet Conflicts, and import the copy; to put "
            todo += f"all back, import {workbook.path.name} with --on-conflict theirs."
        common.say(f"{review}: {copy}")
        common.say(f"    {todo}")


def outcome_as_json(outcome: Outcome) -> dict[str, object]:
    """The outcome as an object of the JSON contract."""
    return {
        "format": FORMAT,
        "applied": outcome.applied,
        "changes": outcome.changes,
        "conflicts": outcome.conflicts,
        "problems": outcome.problems,
    }


def _with_files(outcome: Outcome, package: Package) -> Outcome:
    """The outcome with the file in the place of each problem, where there are several."""
    if len(outcome.workbooks) < 2:
        return outcome
    having: dict[int, list[str]] = {}
    for workbook in outcome.workbooks:
        for one in (*workbook.problems, *workbook.result.conflicts):
            having.setdefault(id(one), []).append(workbook.path.name)

    def source(one: Problem | Conflict, place: str) -> str:
        names = having.get(id(one), [])
        return f"{names[0]}, {place}" if len(names) == 1 else place

    places = [(p, package.titled(p.location).source) for p in outcome.problems]
    problems = (replace(p, location=replace(p.location, source=source(p, s))) for p, s in places)
    conflicts = (replace(c, source=source(c, c.source)) for c in outcome.conflicts)
    return replace(outcome, problems=tuple(problems), conflicts=tuple(conflicts))


def _print(outcome: Outcome, package: Package, dry_run: bool) -> None:
    common.print_changes(outcome.changes, package)
    for conflict in outcome.conflicts:
        print_conflict(conflict, _values(conflict), package)
    common.print_problems(outcome.problems, package)
    if outcome.refused:
        common.say("Nothing was imported; the tables and the workbook are unchanged.")
    elif not outcome.changes:
        _print_nothing(outcome, package)
    elif dry_run:
        common.say(f"{common.count(len(outcome.changes), 'change')} would be made (--dry-run).")
    else:
        common.say(f"{common.count(len(outcome.changes), 'change')} made.")


def _print_nothing(outcome: Outcome, package: Package) -> None:
    """Say that nothing was imported, and where a workbook shows something else than the tables."""
    if not any(workbook.told or workbook.newer for workbook in outcome.workbooks):
        return common.say("Already up to date: nothing to import.")
    common.say("Nothing was imported.")
    for workbook in outcome.workbooks:
        if workbook.newer:
            name, number = workbook.path.name, common.count(len(workbook.newer), "place")
            common.say(f"{name} is out of date: the tables are newer in {number}:")
            for change in workbook.newer[:20]:
                common.say(f"    {common.place_of(change, package)}")
    return None


def _values(conflict: Conflict) -> list[tuple[str, str | Row | None]]:
    """The values of a conflict by where they are, in the order of time."""
    origin, versions = conflict.origin, conflict.versions
    is_together = origin is not None and not origin.time
    other = [(f"in {origin.name}", versions.ours)] if origin and is_together else []
    return [
        ("when the workbook was made", versions.base),
        ("in the tables now", conflict.in_tables),
        *other,
        ("in the workbook", versions.theirs),
    ]


def print_conflict(
    conflict: Conflict, values: Iterable[tuple[str, str | Row | None]], package: Package
) -> None:
    """A conflict for a person: where, who changed it, and its values by their names.

    Of long texts the words are shown that differ from the first.
    """
    _, titles = titles_of(package, conflict.resource)
    key = key_text(conflict.key)
    place = package.titled(Location(conflict.resource, key, source=conflict.source)).source
    what = titles.get(conflict.field, conflict.field) if conflict.field else "the whole row"
    since = f", which {conflict.origin}, changed" if conflict.origin else ""
    common.say(f"{place}: conflict in {key}, {what}{since}:")
    (_, first), *_ = values = list(values)
    for name, value in values:
        shown = value
        if isinstance(first, str) and isinstance(value, str) and first != value:
            _, shown = changed_words(first, value, common.LONG_TEXT)
        common.say(f"    {name}: {common.side_text(shown, titles)}")
