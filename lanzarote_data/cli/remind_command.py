"""List what was asked in forms and is not answered yet.

Listed are the forms in the folder forms of the package that were due by today, or by the day that
--by names, by date and Party. An answer is an entry that was read in since the form was made.
"""

from __future__ import annotations

import argparse
import datetime

from lanzarote_data.cli import DONE, common
from lanzarote_data.store.tables import read_sound_tables
from lanzarote_data.workbook.form import addressee_of
from lanzarote_data.workbook.returned import Reminder, reminders
from lanzarote_data.workbook.status import workbook_paths

EXAMPLE = "lanzarote remind --by 2026-12-31"
FORMAT = "lanzarote.remind/1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group()
    today = datetime.date.today().isoformat()
    help_ = "what was due by this day (default: today)"
    which.add_argument("--by", type=common.day, default=today, metavar="DATE", help=help_)
    which.add_argument("--all", action="store_true", help="also what has no date, or a later one")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace) -> int:
    package = common.package_of(options)
    tables = read_sound_tables(package)
    found = [
        one
        for one in reminders(tables, workbook_paths(package, "forms"))
        if (one.open if options.all else one.is_due(options.by))
    ]
    if options.format == "json":
        common.print_json({"format": FORMAT, "forms": list(map(_as_json, found))})
        return DONE
    for one in found:
        due = one.view.due or "no date"
        codes = ", ".join(row["code"] for row in one.open)
        asked = f"{len(one.open)} of {one.asked} open"
        common.say(f"{due}  {one.view.subject} ({one.path.name}): {asked}: {codes}")
    if not found:
        common.say(f"Nothing {'' if options.all else f'that was due by {options.by} '}is open.")
    return DONE


def _as_json(one: Reminder) -> dict[str, object]:
    view = one.view
    place = {"form": one.path.name, "due": view.due or None, "party_id": view.party_id}
    listed = [
        {"report_recommendation_id": one.report_id(r), "code": r["code"], "urgency": r["urgency"]}
        for r in one.open
    ]
    about = {"for": addressee_of(view), "round_id": view.round_id, "asked": one.asked}
    return {**place, **about, "open": listed}
