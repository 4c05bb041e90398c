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
import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from lanzarote_data.cli import DONE, PROBLEMS, common
from lanzarote_data.cli.wording import one_line
from lanzarote_data.model.errors import StorageError
from lanzarote_data.model.package import DESCRIPTOR_NAME
from lanzarote_data.model.problems import Problem, has_errors
from lanzarote_data.store.untrusted import SPREADSHEETS

if TYPE_CHECKING:
    from lanzarote_data.model.changes import Change
    from lanzarote_data.model.tables import Tables
    from lanzarote_data.workbook.layout import View

FORMAT = "lanzarote.diff/1"


def register(commands: common.Commands) -> None:
    """Declare the command."""
    example = "lanzarote diff datapackage.json workbooks/BEL.xlsx"
    parser = common.add_command(commands, "diff", __doc__, example)
    parser.add_argument("old", type=Path, metavar="OLD")
    parser.add_argument("new", nargs="?", type=Path, metavar="NEW")
    parser.add_argument("--format", choices=("text", "json", "csv", "html"), default="text")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    options.new = options.new or common.descriptor_path(options)
    changes, problems = _changes(options)
    common.print_problems_to_stderr(problems)
    if options.format == "json":
        listed = [change.as_json() for change in changes]
        common.print_json({"format": FORMAT, "changes": listed})
    elif options.format == "csv":
        _print_csv(changes)
    elif options.format == "html":
        from lanzarote_data.render.pages import comparison_page

        title = one_line(f"{options.old} compared with {options.new}")
        common.write_out(comparison_page(changes, common.package_of(options), title))
    else:
        common.print_changes(changes)
        common.say(f"{common.count(len(changes), 'difference')}.")
    return PROBLEMS if has_errors(problems) else DONE


def _changes(options: argparse.Namespace) -> tuple[tuple[Change, ...], list[Problem]]:
    from lanzarote_data.model.changes import difference
    from lanzarote_data.workbook.layout import rows_of

    old, old_view, old_problems = _side(options, options.old)
    new, new_view, new_problems = _side(options, options.new)
    if old_view and new_view and old_view.name != new_view.name:
        raise StorageError(
            f"{options.old} is the workbook of {old_view.name}, {options.new} that of "
            f"{new_view.name}; they hold different rows.",
            "Compare two workbooks of the same name, or each with the package.",
        )
    if old_view and not new_view:
        new = rows_of(new, old_view)
    if new_view and not old_view:
        old = rows_of(old, new_view)
    return difference(old, new), [*old_problems, *new_problems]


def _side(
    options: argparse.Namespace, path: Path
) -> tuple[Tables, View | None, tuple[Problem, ...]]:
    """The tables of one side; of a workbook also its view and its problems."""
    from lanzarote_data.release.read import is_release, read_release
    from lanzarote_data.store.descriptor import load_package
    from lanzarote_data.store.revision import tables_at
    from lanzarote_data.store.tables import read_sound_tables
    from lanzarote_data.workbook.edits import read_edits

    if path.suffix.lower() in SPREADSHEETS and path.is_file():
        edits = read_edits(path, read_sound_tables(common.package_of(options)))
        return edits.theirs, edits.content.base.view, edits.problems
    if path.exists() and is_release(path):
        return read_release(path).tables, None, ()
    if not path.exists() and path.suffix.lower() not in (*SPREADSHEETS, ".json", ".zip", ".csv"):
        return tables_at(common.descriptor_path(options).parent, path.as_posix()), None, ()
    _check_side(path)
    return read_sound_tables(load_package(path)), None, ()


def _check_side(path: Path) -> None:
    """Refuse what is no package; workbooks, releases and revisions are known already."""
    hint = (
        f"OLD and NEW are each a {DESCRIPTOR_NAME} or its folder, a release, a workbook, or a "
        "revision in Git."
    )
    if not path.exists():
        raise StorageError(f"There is no file or folder {path}.", hint)
    is_package = path.is_dir() and (path / DESCRIPTOR_NAME).is_file()
    if not (is_package or common.has_suffix(path, ".json")):
        raise StorageError(f"{path} is neither a package, nor a release, nor a workbook.", hint)


def _print_csv(changes: Iterable[Change]) -> None:
    """Changes as a table; an added or removed row has a line for each of its filled cells."""
    from lanzarote_data.model.changes import cells
    from lanzarote_data.text.spreadsheets import csv_text

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["kind", "resource", "key", "field", "old", "new"])
    writer.writerows(map(csv_text, line) for change in changes for line in cells(change))
    common.write_out(out.getvalue())
