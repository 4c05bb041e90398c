"""Check a package, a table or a workbook, and show all problems at once.

Nothing is changed. The checks are of the descriptor, headers, values, keys, references and the
rules of the data model. For a table, the others of its package are read as well. The format html
is one page that a colleague can read.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from lanzarote_data.cli import DONE, PROBLEMS, common
from lanzarote_data.cli.wording import one_line
from lanzarote_data.frames.validating import file_problems
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.package import DESCRIPTOR_NAME
from lanzarote_data.model.problems import Location, Problem, has_errors
from lanzarote_data.render.pages import problems_page
from lanzarote_data.store.descriptor import find_descriptor, load_package

EXAMPLE = "lanzarote validate --format json"
FORMAT = "lanzarote.validate/1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path",
        nargs="?",
        type=Path,
        help="a package, a release (.zip), a table (.csv) or a workbook (.xlsx)",
    )
    parser.add_argument(
        "--as",
        dest="table",
        default="",
        metavar="TABLE",
        help="the table that a CSV file from elsewhere is meant to be, such as recommendations",
    )
    parser.add_argument("--format", choices=("text", "json", "github", "html"), default="text")


def run(options: argparse.Namespace) -> int:
    descriptor = _descriptor_of(options)
    checked = options.path or descriptor
    problems = file_problems(checked, options.table, descriptor)
    valid = not has_errors(problems)
    if options.format == "json":
        common.print_json({"format": FORMAT, "valid": valid, "problems": problems})
    elif options.format == "github":
        _print_annotations(options, problems)
    elif options.format == "html":
        _print_page(descriptor, problems, f"Validation of {checked}")
    else:
        is_workbook = common.has_suffix(checked, ".xlsx")
        common.print_problems(problems, load_package(descriptor) if is_workbook else None)
        errors = sum(problem.severity == "error" for problem in problems)
        warnings = common.count(len(problems) - errors, "warning")
        found = f"{common.count(errors, 'error')}, {warnings}"
        common.say(f"{'Valid' if valid else 'Not valid'}: {found} in {checked}.")
    return DONE if valid else PROBLEMS


def _descriptor_of(options: argparse.Namespace) -> Path:
    """The descriptor that is checked, or that of the package of a table or workbook."""
    path: Path | None = options.path
    if path and path.is_dir():
        return path / DESCRIPTOR_NAME
    if path and common.has_suffix(path, ".json"):
        return path
    if path and common.has_suffix(path, ".csv") and not options.package:
        return find_descriptor(path.resolve().parent) or common.descriptor_path(options)
    return common.descriptor_path(options)


def _print_page(descriptor: Path, problems: list[Problem], title: str) -> None:
    """Problems as a page, in which tables and columns have their titles if they are known."""
    try:
        package = load_package(descriptor)
    except LanzaroteError:
        package = None
    common.write_out(problems_page(problems, package, one_line(title)))


def _print_annotations(options: argparse.Namespace, problems: Iterable[Problem]) -> None:
    """Problems as GitHub shows them beside the lines of a change."""
    for problem in problems:
        file, line, cell = _annotated(options, problem.location)
        parts = (cell, problem.location.field, f"{problem.message} {problem.hint}")
        text = _escaped(": ".join(part for part in parts if part).strip())
        name = _escaped(file).replace(":", "%3A").replace(",", "%2C")
        common.say(f"::{problem.severity} file={name},line={line},title={problem.code}::{text}")


def _annotated(options: argparse.Namespace, where: Location) -> tuple[str, str, str]:
    """The file, the line and, for a workbook, the cell that a problem is shown at."""
    path: Path | None = options.path
    name, _, line = where.source.partition(":")
    if path and common.has_suffix(path, ".xlsx"):
        return path.as_posix(), "1", where.source
    if path and (options.table or common.has_suffix(path, ".zip")):
        return path.as_posix(), line or "1", ""
    descriptor = _descriptor_of(options)
    file = descriptor if name == descriptor.name else descriptor.parent / name
    if name != descriptor.name and where.resource:
        package = load_package(descriptor)
        file = package.table_path(package.resource(where.resource))
    return _from_here(file), line or "1", ""


def _from_here(file: Path) -> str:
    """A path from the current folder where it lies below, as GitHub wants it."""
    here, whole = Path.cwd().resolve(), file.resolve()
    return (whole.relative_to(here) if whole.is_relative_to(here) else whole).as_posix()


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
