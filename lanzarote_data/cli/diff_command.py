"""Compare two packages, releases or workbooks, cell by cell.

Each of OLD and NEW is a package (a datapackage.json or its folder), a release (a zip or the folder
that it was unpacked to) or a workbook. Where one of them is a workbook, the other is compared with
it as far as the workbook goes. The format html is one page to read or print, with the words marked
that changed.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from lanzarote_data.cli import DONE, common

if TYPE_CHECKING:
    from lanzarote_data.changes import Change
    from lanzarote_data.tables import Tables
    from lanzarote_data.workbook.layout import View

FORMAT = "lanzarote.diff/1"


def register(commands: common.Commands) -> None:
    """Declare the command."""
    example = "lanzarote diff datapackage.json workbooks/BEL.xlsx"
    parser = common.add_command(commands, "diff", __doc__, example)
    parser.add_argument("old", type=Path, metavar="OLD")
    parser.add_argument("new", type=Path, metavar="NEW")
    parser.add_argument("--format", choices=("text", "json", "csv", "html"), default="text")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    changes = _changes(options)
    if options.format == "json":
        listed = [change.as_json() for change in changes]
        common.print_json({"format": FORMAT, "changes": listed})
    elif options.format == "csv":
        _print_csv(changes)
    elif options.format == "html":
        from lanzarote_data.comparison import comparison_page

        title = f"{options.old} compared with {options.new}"
        sys.stdout.write(comparison_page(changes, common.package_of(options), title))
    else:
        common.print_changes(changes)
        common.say(f"{common.count(len(changes), 'difference')}.")
    return DONE


def _changes(options: argparse.Namespace) -> tuple[Change, ...]:
    from lanzarote_data.changes import difference
    from lanzarote_data.workbook.layout import rows_of

    old, old_view = _side(options, options.old)
    new, new_view = _side(options, options.new)
    if old_view and not new_view:
        new = rows_of(new, old_view)
    if new_view and not old_view:
        old = rows_of(old, new_view)
    return difference(old, new)


def _side(options: argparse.Namespace, path: Path) -> tuple[Tables, View | None]:
    """The tables of one side, and the view that they are limited to if it is a workbook."""
    from lanzarote_data.package import load_package
    from lanzarote_data.release.opened import is_release, read_release
    from lanzarote_data.storage import read_sound_tables
    from lanzarote_data.workbook.imports import read_edits

    if path.suffix == ".xlsx":
        edits = read_edits(path, read_sound_tables(common.package_of(options)))
        common.print_problems_to_stderr(edits.problems)
        return edits.theirs, edits.content.base.view
    if is_release(path):
        return read_release(path).tables, None
    return read_sound_tables(load_package(path)), None


def _print_csv(changes: Iterable[Change]) -> None:
    """Changes as a table; an added or removed row has a line for each of its filled cells."""
    from lanzarote_data.changes import cells

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["kind", "resource", "key", "field", "old", "new"])
    writer.writerows(line for change in changes for line in cells(change))
