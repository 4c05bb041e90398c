"""Compare two packages, releases, revisions or workbooks, cell by cell.

Each of OLD and NEW is a package (a datapackage.json or its folder), a release (a zip or the folder
that it was unpacked to), a workbook, or a revision of the package in Git, such as HEAD~1, main or
a tag; NEW is the package as it is now if it is not given. If one of them is a workbook, only what
that workbook contains is compared. The format html is one page to read or print, with the changed
words marked. The format csv is for Excel: a cell that Excel might take for a formula (it begins
with =, +, -, @, a tab or a carriage return), or that begins with an apostrophe, gets an apostrophe
in front.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from lanzarote_data.cli import DONE, PROBLEMS, common
from lanzarote_data.cli.wording import one_line
from lanzarote_data.frames.comparing import Side, changes_between, is_workbook, side_of
from lanzarote_data.model.changes import Change, cells
from lanzarote_data.model.problems import has_errors
from lanzarote_data.render.pages import comparison_page
from lanzarote_data.store.revision import tables_at
from lanzarote_data.store.tables import read_sound_tables
from lanzarote_data.store.untrusted import SPREADSHEETS
from lanzarote_data.text.spreadsheets import as_csv, csv_text

EXAMPLE = "lanzarote diff datapackage.json workbooks/BEL.xlsx"
FORMAT = "lanzarote.diff/1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", type=Path, metavar="OLD")
    parser.add_argument("new", nargs="?", type=Path, metavar="NEW")
    parser.add_argument("--format", choices=("text", "json", "csv", "html"), default="text")


def run(options: argparse.Namespace) -> int:
    options.new = options.new or common.descriptor_path(options)
    old, new = (_side(options, path) for path in (options.old, options.new))
    changes, problems = changes_between(old, new), [*old.problems, *new.problems]
    common.print_problems_to_stderr(problems)
    if options.format == "json":
        common.print_json({"format": FORMAT, "changes": changes})
    elif options.format == "csv":
        _print_csv(changes)
    elif options.format == "html":
        title = one_line(f"{options.old} compared with {options.new}")
        common.write_out(comparison_page(changes, common.package_of(options), title))
    else:
        common.print_changes(changes, common.package_of(options))
        common.say(f"{common.count(len(changes), 'difference')}.")
    return PROBLEMS if has_errors(problems) else DONE


def _side(options: argparse.Namespace, path: Path) -> Side:
    """One side: what is no file and has no name of one is a revision in Git."""
    if not path.exists() and path.suffix.lower() not in (*SPREADSHEETS, ".json", ".zip", ".csv"):
        tables = tables_at(common.descriptor_path(options).parent, path.as_posix())
        return Side(str(path), tables)
    ours = read_sound_tables(common.package_of(options)) if is_workbook(path) else None
    return side_of(path, ours)


def _print_csv(changes: Iterable[Change]) -> None:
    """Changes as a table; an added or removed row has a line for each of its filled cells."""
    lines = (map(csv_text, line) for change in changes for line in cells(change))
    head = ["kind", "resource", "key", "field", "old", "new"]
    common.write_out(as_csv([head, *lines], quoted=True))
