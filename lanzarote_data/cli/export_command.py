"""Write the workbooks that staff edit.

One workbook for each Party with data, and one (ALL) for what all Parties share. A workbook
with edits that were not imported yet is not overwritten. --round writes the rows of one round
alone, to R2-BEL.xlsx.
"""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from lanzarote_data.cli import DONE, PROBLEMS, common
from lanzarote_data.model.package import Package
from lanzarote_data.model.tables import Tables
from lanzarote_data.store.lock import locked
from lanzarote_data.text.rounds import choose_round, party_named
from lanzarote_data.workbook.exports import Exported, export_workbook
from lanzarote_data.workbook.layout import ALL_VIEW, View, view_of, views

EXAMPLE = "lanzarote export --party BEL"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--party",
        action="append",
        default=[],
        metavar="ID",
        help="the Party’s three letters or name, or ALL; may be given several times (default: all)",
    )
    common.add_round(parser, "all, in one workbook")
    parser.add_argument("--out", type=Path, metavar="DIR", help="the folder (default: workbooks/)")


def run(options: argparse.Namespace) -> int:
    package = common.package_of(options, to_write=not options.out)
    folder = common.output_path(package, "workbooks", given=options.out)
    with nullcontext() if options.out else locked(package):
        return _export(options, package, folder)


def _export(options: argparse.Namespace, package: Package, folder: Path) -> int:
    tables = common.valid_tables(package)
    if tables is None:
        return PROBLEMS
    chosen = _chosen(tables, options.party, options.round)
    counter = common.Progress(len(chosen), "workbook")
    states = set()
    for view in chosen:
        counter.step(view.name)
        exported = export_workbook(tables, view, folder)
        counter.clear()
        say_exported(exported)
        states.add(exported.state)
    return PROBLEMS if "kept" in states else DONE


def _chosen(tables: Tables, names: list[str], round_id: str) -> list[View]:
    """The views of the Parties, or all; of one round alone where one is named."""
    if round_id:
        round_id = choose_round(tables, "", round_id)["round_id"]
        return [replace(view, round_id=round_id) for view in _chosen(tables, names, "")]
    if not names:
        return views(tables)
    found = dict.fromkeys(
        ALL_VIEW if name.upper() == ALL_VIEW else party_named(tables, name) for name in names
    )
    return [view for name in found if (view := view_of(tables, name))]


def say_exported(exported: Exported) -> None:
    """One line on what became of a workbook."""
    if exported.state == "kept":
        common.say(f"{exported.path}: NOT written, because {exported.reason.removesuffix('.')}.")
        common.say("    Import its edits, if any, and move it away; or choose another folder.")
    else:
        common.say(f"{exported.path}: {exported.state}")
