"""Checking the formats of an untrusted release, each in a process of its own with limits.

The libraries that read Parquet, SQLite and Excel are large, partly written in C, and not made for
harmful files. What one of them does to its process (crash, hang, take all memory) ends here as a
problem of the release.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from lanzarote_data.formats.registry import FORMATS, Format
from lanzarote_data.model.problems import Location, Problem, error
from lanzarote_data.model.tables import Tables
from lanzarote_data.release.archive import read_archive
from lanzarote_data.release.digests import AGAIN
from lanzarote_data.release.format_check import place_of, problems_of
from lanzarote_data.release.read import tables_among

SECONDS = 120
MEGABYTES = 2_000
_MODULE = "lanzarote_data.release.isolated"
_OUT_OF_MEMORY = 3
# Else libraries reserve far more address space than they use, for each processor.
_ENVIRONMENT = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OPENBLAS_NUM_THREADS": "1"}


def isolated_format_problems(path: Path, tables: Tables) -> Iterator[Problem]:
    """Where a format of the release at ``path`` does not hold what its tables hold.

    A format whose check crashes or reaches a limit gives the problem ``format-check-stopped``.
    """
    for number, kind in enumerate(FORMATS):
        found = _child_problems(number, path)
        if isinstance(found, str):
            where = Location(source=place_of(kind, tables))
            message = f"The check of {kind.name} {found}. It was stopped."
            yield error("format-check-stopped", where, message, AGAIN)
        else:
            yield from found


def _child_problems(number: int, path: Path) -> list[Problem] | str:
    """What a child process finds in a format; or, in words, how it ended without an answer."""
    limits = [str(SECONDS), str(MEGABYTES)]
    search_path = os.pathsep.join(filter(None, sys.path))
    try:
        done = subprocess.run(
            # -P: no module is taken from the current folder, which may be the release.
            [sys.executable, "-P", "-m", _MODULE, str(number), str(path.absolute()), *limits],
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
        return [_problem(entry) for entry in json.loads(done.stdout)]
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"ended without an answer ({_how(done.returncode)})"


def _how(status: int) -> str:
    """How a process ended, by its exit status."""
    if status < 0:
        with suppress(ValueError):
            return signal.Signals(-status).name
    return f"exit status {status}"


def _problem(entry: dict[str, Any]) -> Problem:
    """A problem from its JSON."""
    place = {name: text or "" for name, text in entry["location"].items()}
    return Problem(**{**entry, "location": Location(**place)})


def main(number: str, path: str, seconds: str, megabytes: str) -> int:
    """Check one format and print its problems as JSON; the exit status."""
    _limit(int(seconds), int(megabytes))
    try:
        found = _found(FORMATS[int(number)], Path(path))
        print(json.dumps([problem.as_json() for problem in found]))
    except MemoryError:
        return _OUT_OF_MEMORY
    return 0


def _found(kind: Format, path: Path) -> list[Problem]:
    files = read_archive(path).files
    return list(problems_of(kind, files, tables_among(files)))


def _limit(seconds: int, megabytes: int) -> None:
    """Limit the time and memory of this process; Windows has no such limits."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 10**6, megabytes * 10**6))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
