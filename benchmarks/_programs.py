"""What is run, each in a process of its own: steps, and whole commands from start to end.

The process that starts the others stays small: the most memory that the system reports for a new
one is never less than what the one that started it had.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent


class BenchmarkError(Exception):
    """A program that was to be timed failed; the message is what it wrote last."""


@dataclass(frozen=True)
class Cost:
    """The seconds that something took, and the most bytes of memory that its process had."""

    seconds: float
    peak: float


@dataclass(frozen=True)
class Fixtures:
    """The folder that a program works on, and a small one of the same kind to warm up with."""

    folder: Path
    warm: Path

    @property
    def package(self) -> Path:
        """The folder of the package."""
        return self.folder / "package"


Program = Callable[[Fixtures], Cost]


def step(name: str) -> Program:
    """A step within a process, timed there after all libraries are loaded."""

    def run(fixtures: Fixtures) -> Cost:
        arguments = ["-m", "benchmarks._steps", name, str(fixtures.folder), str(fixtures.warm)]
        cost = json.loads(_output(arguments))
        return Cost(cost["seconds"], cost["peak"])

    return run


def whole(*arguments: str) -> Program:
    """A process of Python from start to end; ``{…}`` in its arguments are parts of the fixtures."""

    def run(fixtures: Fixtures) -> Cost:
        parts = {"folder": fixtures.folder, "package": fixtures.package}
        return _timed([argument.format(**parts) for argument in arguments])

    return run


def build_all(fixtures: Fixtures) -> Cost:
    """``lanzarote build`` where nothing has been made yet."""
    shutil.rmtree(fixtures.package / "workbooks", ignore_errors=True)
    shutil.rmtree(fixtures.package / "build", ignore_errors=True)
    return build(fixtures)


def build_again(fixtures: Fixtures) -> Cost:
    """``lanzarote build`` where nothing changed since the last time."""
    if not (fixtures.package / "build").is_dir():
        build(fixtures)
    return build(fixtures)


build = whole("-m", "lanzarote_data", "build", "--package", "{package}")


def make_fixtures(folder: Path, rows: int, parties: int) -> None:
    """Make what the steps work on, in a process of its own, as it needs memory."""
    _output(["-m", "benchmarks._fixtures", str(folder), str(rows), str(parties)])


def _output(arguments: list[str]) -> str:
    run = subprocess.run(
        [sys.executable, *arguments], cwd=TOP, capture_output=True, text=True, encoding="utf-8"
    )
    if run.returncode:
        raise BenchmarkError(f"{' '.join(arguments)}: {run.stderr[-2000:]}")
    return run.stdout


def _timed(arguments: list[str]) -> Cost:
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=TOP, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode:
        raise BenchmarkError(f"{' '.join(arguments)}: {said.decode('utf-8', 'replace')[-2000:]}")
    return Cost(seconds, 1024 * usage.ru_maxrss)
