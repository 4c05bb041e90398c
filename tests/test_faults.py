"""The process killed, or the disk at fault, at any operation: all is old, or all is new.

``python -m tests.fault_scenarios`` tries every way at every operation; here each operation of the
shorter commands is tried in two ways, and those of the longer ones by turns.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.fault_scenarios import SCENARIOS, Trial, disturb, sparing

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork"),
]
LEAST_POINTS = {
    "import": 30,
    "import, refused": 8,
    "ingest": 45,
    "export": 30,
    "build": 80,
    "release": 15,
    "release, to a folder": 22,
    "factsheet": 6,
    "site": 100,
}
STRIDES = {"import": 2, "import, refused": 2, "ingest": 5, "export": 5, "build": 11, "site": 43}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_command_disturbed_at_any_operation_leaves_all_old_or_all_new(name: str) -> None:
    stride = STRIDES.get(name, 1)

    def chosen(points: int) -> Iterator[Trial]:
        return (trial for trial in sparing(points) if trial[0] % stride == 0)

    counts = disturb(name, chosen)
    killed, failed = counts["killed"], counts["failed"]
    print(f"{name}: {counts['points']} points, {killed} killed, {failed} failed")
    assert counts["points"] >= LEAST_POINTS[name]
