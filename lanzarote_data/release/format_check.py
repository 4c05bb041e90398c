"""Checking that every format of a release holds what its CSV files hold.

The libraries that read Parquet, SQLite and Excel are large, partly written in C, and not made for
harmful files. So each format of an untrusted release is checked in a process of its own with
limits: this module is its program. What a library does there (crash, hang, take all memory) ends as
a problem of the release.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from lanzarote_data.formats.registry import FORMATS, Format
from lanzarote_data.model.changes import Change, difference
from lanzarote_data.model.errors import how_to_install
from lanzarote_data.model.problems import Location, Problem, error, shown, warning
from lanzarote_data.model.tables import Tables, key_text
from lanzarote_data.release.archive import read_archive
from lanzarote_data.release.digests import AGAIN
from lanzarote_data.release.read import tables_among

MOST_CELLS = 20
LONGEST = 200
SECONDS = 120
MEGABYTES = 2_000
_OUT_OF_MEMORY = 3
# Else libraries reserve far more address space than they use, for each processor.
_ENVIRONMENT = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OPENBLAS_NUM_THREADS": "1"}


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
    where = _place(kind, tables)
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


def _place(kind: Format, tables: Tables) -> Location:
    """The file of a format in a release of these tables, or the folder of its files."""
    return Location(source=kind.place.format(name=tables.package.name))


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


def isolated_format_problems(path: Path, tables: Tables) -> Iterator[Problem]:
    """Where a format of the release at ``path`` does not hold what its tables hold.

    A format whose check crashes or reaches a limit gives the problem ``format-check-stopped``.
    """
    for number, kind in enumerate(FORMATS):
        found = _child_problems(number, path)
        if isinstance(found, str):
            message = f"The check of {kind.name} {found}. It was stopped."
            yield error("format-check-stopped", _place(kind, tables), message, AGAIN)
        else:
            yield from found


def _child_problems(number: int, path: Path) -> list[Problem] | str:
    """What a child process finds in a format; or, in words, how it ended without an answer."""
    limits = [str(SECONDS), str(MEGABYTES)]
    search_path = os.pathsep.join(filter(None, sys.path))
    try:
        done = subprocess.run(
            # -P: no module is taken from the current folder, which may be the release.
            [sys.executable, "-P", "-m", __name__, str(number), str(path.absolute()), *limits],
            env={**os.environ, **_ENVIRONMENT, "PYTHONPATH": search_path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"took longer than {SECONDS} seconds"
    if done.returncode == _OUT_OF_MEMORY:
        return f"needs more than {MEGABYTES:,} megabytes of memory"
    try:
        found = json.loads(done.stdout)
        return [Problem(**{**one, "location": Location(**one["location"])}) for one in found]
    except (ValueError, KeyError, TypeError):
        return f"ended without an answer ({_how(done.returncode)})"


def _how(status: int) -> str:
    """How a process ended, by its exit status."""
    if status < 0:
        with suppress(ValueError):
            return signal.Signals(-status).name
    return f"exit status {status}"


def main(number: str, path: str, seconds: str, megabytes: str) -> int:
    """Check one format and print its problems as JSON; the exit status."""
    _limit(int(seconds), int(megabytes))
    try:
        files = read_archive(Path(path)).files
        found = problems_of(FORMATS[int(number)], files, tables_among(files))
        print(json.dumps(list(map(asdict, found))))
    except MemoryError:
        return _OUT_OF_MEMORY
    return 0


def _limit(seconds: int, megabytes: int) -> None:
    """Limit the time and memory of this process; Windows has no such limits."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 10**6, megabytes * 10**6))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
