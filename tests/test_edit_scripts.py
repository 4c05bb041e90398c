"""Random edits by two people end without a lost or an invented value.

``python -m benchmarks edits`` runs ten thousand of them.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.edit_scripts import run_script

COUNT = 80


def test_random_edits_of_two_people_lose_and_invent_nothing(tmp_path: Path) -> None:
    outcomes = Counter[str]()
    for seed in range(COUNT):
        folder = tmp_path / str(seed)
        folder.mkdir()
        outcomes[run_script(seed, folder)] += 1
    assert outcomes.total() == COUNT
    assert min(outcomes[kind] for kind in ("applied", "conflict", "refused")) >= 3
