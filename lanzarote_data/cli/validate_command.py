"""Check a package, a table or a workbook, and show all problems at once.

Nothing is changed. The checks go from the descriptor over headers, values, keys and references
to the rules of the data model. For a table the others of its package are read as well.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from lanzarote_data.cli import DONE, PROBLEMS, common
from lanzarote_data.errors import StorageError
from lanzarote_data.package import DESCRIPTOR_NAME, find_descriptor
from lanzarote_data.problems import Problem, has_errors

FORMAT = "lanzarote.validate/1"


def register(commands: common.Commands) -> None:
    """Declare the command."""
    parser = common.add_command(commands, "validate", __doc__, "lanzarote validate --format json")
    parser.add_argument(
        "path", nargs="?", type=Path, help="a package, a table (.csv) or a workbook (.xlsx)"
    )
    parser.add_argument("--format", choices=("text", "json", "github"), default="text")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    problems = _problems(options)
    valid = not has_errors(problems)
    if options.format == "json":
        listed = [problem.as_json() for problem in problems]
        common.print_json({"format": FORMAT, "valid": valid, "problems": listed})
    elif options.format == "github":
        _print_annotations(problems)
    else:
        common.print_problems(problems)
        errors = sum(problem.severity == "error" for problem in problems)
        found = (
            f"{common.count(errors, 'error')}, {common.count(len(problems) - errors, 'warning')}"
        )
        common.say(f"{'Valid' if valid else 'Not valid'}: {found}.")
    return DONE if valid else PROBLEMS


def _problems(options: argparse.Namespace) -> list[Problem]:
    from lanzarote_data.validation import validate_package

    path: Path | None = options.path
    if path and not path.exists():
        raise StorageError(f"There is no file or folder {path}.", "Check its name.")
    if path and path.suffix == ".xlsx":
        from lanzarote_data.workbook.imports import check_workbook

        return check_workbook(common.package_of(options), path)
    if path and path.suffix == ".csv":
        return _table_problems(options, path)
    if path and not (path.is_dir() or path.name.endswith(".json")):
        raise StorageError(
            f"{path} is neither a package, nor a table (.csv), nor a workbook (.xlsx).",
            f"Name a {DESCRIPTOR_NAME} or its folder, a table or a workbook.",
        )
    return validate_package(path or common.descriptor_path(options))


def _table_problems(options: argparse.Namespace, path: Path) -> list[Problem]:
    """The problems of the package that are in this table."""
    from lanzarote_data.validation import validate_package

    descriptor = find_descriptor(path.resolve().parent)
    problems = validate_package(options.package or descriptor or common.descriptor_path(options))
    here = (path.stem, DESCRIPTOR_NAME)
    return [p for p in problems if (p.location.resource or p.location.source) in here]


def _print_annotations(problems: Iterable[Problem]) -> None:
    """Problems as GitHub shows them beside the lines of a change."""
    for problem in problems:
        file, _, line = problem.location.source.partition(":")
        folder = "tables/" if file.endswith(".csv") else ""
        text = f"{problem.location.field}: {problem.message} {problem.hint}".strip(": ")
        text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        place = f"file={folder}{file},line={line or 1},title={problem.code}"
        common.say(f"::{problem.severity} {place}::{text}")
