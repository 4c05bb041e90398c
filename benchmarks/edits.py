"""Ten thousand random edit scripts of two people, none with a lost or an invented value.

Each makes a workbook, edits it and the tables, imports it twice, and compares the outcome with a
model (``tests/edit_scripts.py``); the first that fails stops the run. Takes about half an hour.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from openpyxl import load_workbook

from tests.edit_scripts import run_script
from tests.packages import copy_package
from tests.workbooks import make

SCRIPTS = 10_000


def lines() -> Iterator[str]:
    """The time of a script, by its outcome, beside openpyxl only opening and saving the file."""
    peer = openpyxl_alone()
    times: dict[str, list[float]] = {}
    for seed in range(SCRIPTS):
        start = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            outcome = run_script(seed, Path(folder))
        times.setdefault(outcome, []).append(time.perf_counter() - start)
    for outcome, each in sorted(times.items()):
        mean = sum(each) / len(each)
        cost = f"{1000 * mean:.1f} ms each, {mean / peer:.2f} × openpyxl alone"
        yield f"{len(each)} scripts that end {outcome}: {cost}"


def openpyxl_alone(runs: int = 5) -> float:
    """The seconds that openpyxl takes to open and save the workbook, the least of some runs."""
    with tempfile.TemporaryDirectory() as folder:
        path = make(copy_package("tiny", Path(folder)))
        times = []
        for _ in range(runs):
            start = time.perf_counter()
            load_workbook(path).save(path)
            times.append(time.perf_counter() - start)
    return min(times)
