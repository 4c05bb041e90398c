"""Checking a release without the repository: every byte, every format, the descriptor, all rules.

An archive is read as it comes from a stranger: see :mod:`lanzarote_data.release.archive`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lanzarote_data.model.changes import Change, difference
from lanzarote_data.model.errors import how_to_install
from lanzarote_data.model.package import DESCRIPTOR_NAME, Package
from lanzarote_data.model.problems import Location, Problem, error, warning
from lanzarote_data.model.tables import Tables, key_text
from lanzarote_data.release.archive import MOST_BYTES, Contents, Files, read_archive
from lanzarote_data.release.digests import DIGESTS, digests_bytes, sum_problems
from lanzarote_data.release.formats import FORMATS, Format
from lanzarote_data.release.opened import read_package, version_and_withdrawn
from lanzarote_data.release.withdrawn import WITHDRAWN
from lanzarote_data.validate.schema import shown

MOST_CELLS = 20
LONGEST = 200
# What the files of a format may have: real ones have a quarter of it, and of small tables less.
BYTES_FREELY = 1_000_000
BYTES_A_TABLE = 200_000
BYTES_A_CELL = 200
TIMES_THE_CSV = 20


@dataclass(frozen=True)
class Verification:
    """What was found: the version, the digest of the zip (empty for a folder), the problems."""

    version: str
    files: int
    digest: str
    problems: tuple[Problem, ...]


def verify(path: Path) -> Verification:
    """Check the release in a zip or folder.

    :raises StorageError: there is nothing at ``path``, or it is neither a folder nor a zip.
    """
    contents = read_archive(path)
    is_zip = path.is_file() and path.stat().st_size <= MOST_BYTES
    return verify_contents(contents, path, _digest(path) if is_zip else "")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify_contents(contents: Contents, path: Path, digest: str = "") -> Verification:
    """Check what was read from ``path``."""
    if not contents.files:
        return Verification("", 0, digest, contents.problems or (_empty(path),))
    package, tables, found = read_package(contents.files, path)
    problems = (*contents.problems, *sum_problems(contents.files), *map(_of_a_release, found))
    if package and tables:
        problems += (
            *_list_problems(contents.files, package),
            *_digest_problems(contents.files, tables),
            *_formats(contents.files, tables),
        )
    version = package.version if package else ""
    return Verification(version, len(contents.files), digest, tuple(dict.fromkeys(problems)))


def _of_a_release(problem: Problem) -> Problem:
    """A problem of a package as one of a release, on whose tables nobody works any more."""
    is_changed = problem.code == "not-as-declared"
    return replace(problem, severity="error") if is_changed else problem


def _empty(path: Path) -> Problem:
    message = "There is no file in it."
    return error("missing-file", Location(source=path.name), message, "Name a release.")


def _list_problems(files: Files, package: Package) -> Iterator[Problem]:
    """What would keep the next release from following this one."""
    try:
        version_and_withdrawn(files, package)
    except ValueError as reason:
        where = Location(source=f"{DESCRIPTOR_NAME}, {WITHDRAWN}")
        yield error("unreadable-lists", where, f"{reason}.", _AGAIN)


def _digest_problems(files: Files, tables: Tables) -> Iterator[Problem]:
    if DIGESTS in files and files[DIGESTS] == digests_bytes(tables):
        return
    where = Location(source=DIGESTS)
    message = f"{DIGESTS} does not have the digests of the tables."
    yield error("digests-disagree", where, message, "Get the release again from its publisher.")


def _formats(files: Files, tables: Tables) -> Iterator[Problem]:
    for kind in FORMATS:
        yield from _format_problems(kind, files, tables)


def _format_problems(kind: Format, files: Files, tables: Tables) -> Iterator[Problem]:
    """Where a format does not hold what the CSV holds: every table, down to the cell."""
    place = kind.place.format(name=tables.package.name)
    try:
        # Libraries raise whatever they like on a file that is not what it says.
        _check_size(place, files, tables)
        read = kind.read(files, tables)
    except ImportError as reason:
        message = f"{kind.name} was not checked: {reason.name} is not installed."
        hint = how_to_install("release")
        yield warning("format-not-checked", Location(source=place), message, hint)
        return
    except Exception as reason:
        message = f"{kind.name} cannot be read: {_in_words(reason)}."
        yield error("format-unreadable", Location(source=place), message, _AGAIN)
        return
    changes = difference(tables, read)
    if changes or not _have_as_many(tables, read):
        yield from _differences(kind, place, changes)


def _check_size(place: str, files: Files, tables: Tables) -> None:
    """See that the files of a format are not far larger than those of the tables.

    :raises ValueError: they are.
    """
    size = sum(len(content) for name, content in files.items() if _is_at(name, place))
    most = BYTES_FREELY
    for table in tables.values():
        texts, names = files[table.resource.path], "".join(table.resource.field_names)
        cells = table.count * len(table.resource.fields)
        most += BYTES_A_TABLE + TIMES_THE_CSV * len(texts)
        most += BYTES_A_CELL * cells + TIMES_THE_CSV * len(names) * table.count
    if size > most:
        raise ValueError(f"it has {size:,} bytes, far more than the tables")


def _is_at(name: str, place: str) -> bool:
    """Whether a file is the one at a place, or in the folder there."""
    return name == place or (place.endswith("/") and name.startswith(place))


def _have_as_many(tables: Tables, read: Tables) -> bool:
    """Whether two sets of tables that differ in no key and cell have as many rows, too."""
    return all(table.count == read[name].count for name, table in tables.items())


_AGAIN = "Get the release again from its publisher."


def _in_words(reason: Exception) -> str:
    if isinstance(reason, KeyError):
        return f"{_short(str(reason.args[0]))} is missing"
    if isinstance(reason, RecursionError):
        return "its lists or objects lie too deep in each other"
    return _short(str(reason).strip().partition("\n")[0] or type(reason).__name__).rstrip(".")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _differences(kind: Format, place: str, changes: tuple[Change, ...]) -> Iterator[Problem]:
    for change in changes[:MOST_CELLS]:
        key = _short(key_text(change.key))
        where = Location(change.resource, key, change.field or "", place)
        yield error("formats-disagree", where, _difference_text(kind, change), _AGAIN)
    if len(changes) > MOST_CELLS or not changes:
        count = f"{len(changes) - MOST_CELLS:,} more differences" if changes else "other rows"
        message = f"{kind.name} has {count} than the CSV."
        yield error("formats-disagree", Location(source=place), message, _AGAIN)


def _difference_text(kind: Format, change: Change) -> str:
    row = f"{change.resource} {_short(key_text(change.key))}"
    if change.kind == "removed":
        return f"{kind.name} lacks {row}, which the CSV has."
    if change.kind == "added":
        return f"{kind.name} has {row}, which the CSV does not have."
    old, new = shown(str(change.old)), shown(str(change.new))
    return f"{kind.name} has {new} in {row}, the CSV has {old}."
