"""Checking that every format of a release holds what its CSV files hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lanzarote_data.formats.registry import FORMATS, Format
from lanzarote_data.model.changes import Change, difference
from lanzarote_data.model.errors import how_to_install
from lanzarote_data.model.problems import Location, Problem, error, shown, warning
from lanzarote_data.model.tables import Tables, key_text
from lanzarote_data.release.digests import AGAIN

MOST_CELLS = 20
LONGEST = 200


def format_problems(files: Mapping[str, bytes], tables: Tables) -> Iterator[Problem]:
    """Where a format does not hold what the tables hold: every table, down to the cell.

    The files are read by the libraries of their formats, without a guard against harmful ones.
    """
    for kind in FORMATS:
        yield from problems_of(kind, files, tables)


def problems_of(kind: Format, files: Mapping[str, bytes], tables: Tables) -> Iterator[Problem]:
    """Where one format does not hold what the tables hold.

    :raises MemoryError: it takes more memory than the process has.
    """
    where = Location(source=place_of(kind, tables))
    try:
        read = kind.read(files, tables)
    except ImportError as reason:
        message = f"{kind.name} was not checked: {reason.name} is not installed."
        yield warning("format-not-checked", where, message, how_to_install("release"))
        return
    except MemoryError:
        raise
    except Exception as reason:  # libraries raise anything on a damaged file
        message = f"{kind.name} cannot be read: {_in_words(reason)}."
        yield error("format-unreadable", where, message, AGAIN)
        return
    changes = difference(tables, read, derived=True)
    if changes or any(len(read[name].rows) != len(table.rows) for name, table in tables.items()):
        yield from _differences(kind, where, changes)


def place_of(kind: Format, tables: Tables) -> str:
    """The file of a format in a release of these tables, or the folder of its files."""
    return kind.place.format(name=tables.package.name)


def _in_words(reason: Exception) -> str:
    if isinstance(reason, KeyError):
        return f"{_short(str(reason.args[0]))} is missing"
    if isinstance(reason, RecursionError):
        return "its lists or objects are nested too deeply"
    return _short(str(reason).strip().partition("\n")[0] or type(reason).__name__).rstrip(".")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _differences(kind: Format, where: Location, changes: tuple[Change, ...]) -> Iterator[Problem]:
    for change in changes[:MOST_CELLS]:
        key = _short(key_text(change.key))
        cell = Location(change.resource, key, change.field or "", where.source)
        yield error("formats-disagree", cell, _difference_text(kind, change), AGAIN)
    if len(changes) > MOST_CELLS or not changes:
        count = f"{len(changes) - MOST_CELLS:,} more differences" if changes else "duplicated rows"
        message = f"{kind.name} has {count}, compared with the CSV."
        yield error("formats-disagree", where, message, AGAIN)


def _difference_text(kind: Format, change: Change) -> str:
    row = f"{change.resource} {_short(key_text(change.key))}"
    if change.kind == "removed":
        return f"{kind.name} lacks {row}, which the CSV has."
    if change.kind == "added":
        return f"{kind.name} has {row}, which the CSV does not have."
    old, new = shown(str(change.old)), shown(str(change.new))
    return f"{kind.name} has {new} in {row}, the CSV has {old}."
