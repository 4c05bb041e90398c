"""What the commands share: finding the package, declaring a command, printing results."""

from __future__ import annotations

import argparse
import datetime
import getpass
import json
import logging
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from operator import methodcaller
from pathlib import Path
from typing import TYPE_CHECKING

from lanzarote_data.cli.wording import in_json, in_lines, one_line
from lanzarote_data.model.errors import PackageError, StorageError
from lanzarote_data.model.package import DESCRIPTOR_NAME, NO_TITLES, Package, titles_of
from lanzarote_data.model.problems import Json, Problem
from lanzarote_data.store.descriptor import find_descriptor, installed_descriptor, load_package
from lanzarote_data.store.lock import opened_with
from lanzarote_data.store.untrusted import check_named_inside
from lanzarote_data.text.difference import changed_words

MOST_ALIKE = 20
LONG_TEXT = 200

if TYPE_CHECKING:
    from lanzarote_data.model.changes import Change
    from lanzarote_data.model.tables import Tables


class Progress:
    """Progress of long work, on a terminal only: a line that is overwritten and removed."""

    def __init__(self, total: int, noun: str) -> None:
        self._total, self._noun, self._done = total, noun, 0
        self._shown = sys.stderr.isatty()

    def step(self, name: str) -> None:
        """Show which piece is being made."""
        self._done += 1
        self._write(f"{self._noun} {self._done} of {self._total}: {name}")

    def clear(self) -> None:
        """Remove the line, so that another can be printed."""
        self._write("")

    def _write(self, text: str) -> None:
        if self._shown:
            print(f"\r\x1b[K{one_line(text)}", end="", file=sys.stderr, flush=True)


def add_hand_in(parser: argparse.ArgumentParser) -> None:
    """Add the options of a command that changes the tables: to try it only, and who it is."""
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would change, write nothing"
    )
    parser.add_argument(
        "--by", default="", metavar="NAME", help="who it is, for the history (default: the user)"
    )


def handed_in_by(named: str = "") -> str:
    """Who hands something in: as named, else the user of the system; empty if it has none."""
    try:
        return named.strip() or getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def add_round(
    parser: argparse.ArgumentParser, default: str = "the newest in which there are rows"
) -> None:
    """Add the option that names a monitoring round."""
    parser.add_argument(
        "--round",
        default="",
        metavar="ID",
        help=f"a monitoring round, such as R2 (default: {default})",
    )


def day(text: str) -> str:
    """A day that an option names, such as 2026-12-31.

    :raises ArgumentTypeError: it is none.
    """
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-12-31") from None


def has_suffix(path: Path, suffix: str) -> bool:
    """Whether a file name ends so, in small or capital letters.

    >>> has_suffix(Path("BEL.XLSX"), ".xlsx")
    True
    """
    return path.suffix.lower() == suffix


def descriptor_path(options: argparse.Namespace) -> Path:
    """The descriptor that a call means."""
    if options.package:
        path: Path = options.package
        return path / DESCRIPTOR_NAME if path.is_dir() else path
    return find_descriptor(Path.cwd()) or installed_descriptor()


def package_of(options: argparse.Namespace, to_write: bool = False) -> Package:
    """The package that a call means; to write, never the copy that is installed.

    :raises PackageError: there is none but the installed one, or it cannot be read.
    """
    path = descriptor_path(options)
    if to_write and _is_shipped(path):
        raise PackageError(
            "The copy of the data that is installed with this program is read-only.",
            f"Go to a folder with a {DESCRIPTOR_NAME} of your own, or name it with --package.",
        )
    return load_package(path)


def output_path(package: Package, *names: str, given: Path | None = None) -> Path:
    """Where to write: the path that was given, or one in the package.

    :raises StorageError: a link leads out of the package, so that others' files would be changed.
    """
    path = given or package.folder.joinpath(*names)
    try:
        check_named_inside(package.folder, path)
    except OSError as reason:
        raise StorageError(
            f"Nothing is written to {path}: {reason.strerror}.",
            "Remove the link, or name another place with --out.",
        ) from reason
    return path


def _is_shipped(path: Path) -> bool:
    """Whether a descriptor is the copy inside the installed program, and not that of a checkout."""
    shipped = installed_descriptor().resolve()
    inside = shipped.parent.parts[-2:] == ("lanzarote_data", "data")
    return inside and path.resolve() == shipped


def print_json(value: Json) -> None:
    """One JSON object on standard output; what has ``as_json`` may be in it."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=methodcaller("as_json"))
    print(in_json(text))


def say(text: str = "", mark: str = "") -> None:
    """One line for a person; ``mark`` is a word of ours before it, perhaps in colour."""
    print(f"{mark}{one_line(text)}", flush=True)


def say_beside(text: str) -> None:
    """One line for a person beside a result that goes to standard output."""
    print(one_line(text), file=sys.stderr)


def write_out(text: str) -> None:
    """A document on standard output: as it is, but on a terminal nothing in it steers that."""
    sys.stdout.write(in_lines(text) if sys.stdout.isatty() else text)


def print_problems(problems: Iterable[Problem], package: Package | None = None) -> None:
    """Problems for a person: where, what is wrong, and what to do; of many alike the first.

    With a package fields have the names that they have in workbooks.
    """
    if package:
        problems = [replace(one, location=package.titled(one.location)) for one in problems]
    for problem in shortened(problems, say):
        mark = f"{one_line(str(problem.location))}: {_coloured(problem.severity)}: "
        say(f"{problem.message} [{problem.code}]", mark)
        if problem.hint:
            say(f"    {problem.hint}")


def shortened(problems: Iterable[Problem], tell: Callable[[str], None]) -> Iterator[Problem]:
    """The first problems of each code and table; at the end, how many more there are is told."""
    numbers: Counter[tuple[str, str]] = Counter()
    for problem in problems:
        where = problem.location.resource or problem.location.source
        numbers[problem.code, where] += 1
        if numbers[problem.code, where] <= MOST_ALIKE:
            yield problem
    for (code, where), number in numbers.items():
        if number > MOST_ALIKE:
            tell(f"{where}: {number - MOST_ALIKE:,} more [{code}], {number:,} in all.")


def _coloured(severity: str) -> str:
    plain = os.environ.get("NO_COLOR") or not sys.stdout.isatty()
    colour = "31" if severity == "error" else "33"
    return severity if plain else f"\x1b[{colour}m{severity}\x1b[0m"


def count(number: int, one: str, many: str = "") -> str:
    """A number and its noun.

    >>> count(1, "row"), count(2, "row"), count(0, "entry", "entries")
    ('1 row', '2 rows', '0 entries')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def valid_tables(package: Package) -> Tables | None:
    """The tables of a package if they are valid; else their problems are shown."""
    from lanzarote_data.model.problems import has_errors
    from lanzarote_data.validate.package import read_checked

    tables, problems = read_checked(package.path, quick=True)
    if has_errors(problems):
        print_problems(problems)
        say("Not valid, so nothing was written.")
        return None
    return tables


def note_if_open(path: Path) -> None:
    """Say that a workbook seems to be open in a program: what is not saved is not in the file."""
    for program, mark in opened_with(path):
        say_beside(
            f"lanzarote: {path.name} seems to be open in {program}: only what was saved counts."
            f" If nobody has it open, delete the file {mark} beside it."
        )


def print_problems_to_stderr(problems: Iterable[Problem]) -> None:
    """Problems beside a result that goes to standard output."""
    for problem in shortened(problems, say_beside):
        say_beside(f"{problem.location}: {problem.severity}: {problem.message}")


def print_changes(changes: Iterable[Change], package: Package | None = None) -> None:
    """Changes for a person: a line for what happened to a row or cell, old above new.

    Of long texts the words that changed are shown. With a package tables and fields have the names
    that they have in workbooks.
    """
    for change in changes:
        if change.field is None:
            say(f"{place_of(change, package)}: row {change.kind}")
            row = change.new if change.old is None else change.old
            say(f"    {side_text(row, titles_of(package, change.resource)[1])}")
        else:
            say(f"{place_of(change, package)}:")
            old, new = changed_words(str(change.old), str(change.new), LONG_TEXT)
            say(f"    - {side_text(old)}")
            say(f"    + {side_text(new)}")
            if str(change.old).split() == str(change.new).split():  # they look alike
                say("    Only spaces or line breaks differ.")


def place_of(change: Change, package: Package | None) -> str:
    """Which row or cell changed: ``Recommendations R2-BEL-II-6, Text``."""
    table, titles = titles_of(package, change.resource)
    field = f", {titles.get(change.field, change.field)}" if change.field else ""
    return f"{table} {'/'.join(change.key)}{field}"


def side_text(value: str | Mapping[str, str] | None, titles: Mapping[str, str] = NO_TITLES) -> str:
    """A cell or a row on one side, in one line."""
    if value is None:
        return "(no such row)"
    if isinstance(value, str):
        return value.replace("\n", " ⏎ ") if value else "(empty)"
    filled = ((titles.get(name, name), text) for name, text in value.items() if text)
    return "; ".join(f"{name}: {side_text(text)}" for name, text in filled)


class Notes(logging.Handler):
    """Shows each note on standard error."""

    def emit(self, record: logging.LogRecord) -> None:
        """Show one note."""
        say_beside(f"lanzarote: {record.getMessage()}")


def show_notes() -> None:
    """Show the notes of this program from now on."""
    logger = logging.getLogger("lanzarote_data")
    if not any(isinstance(handler, Notes) for handler in logger.handlers):
        logger.addHandler(Notes())
