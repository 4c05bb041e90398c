"""Results: what was measured, as JSON, and the ratios that follow from it."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks._plan import COMPARISONS, MOST_MEMORY, MOST_TIMES, TARGETS
from benchmarks._sizes import LARGE, LARGEST, SIZES

FORMAT = "lanzarote.benchmarks/1"
LIBRARIES = (
    "pandas",
    "pandera",
    "openpyxl",
    "XlsxWriter",
    "python-calamine",
    "frictionless",
    "daff",
    "flattentool",
)
OURS = "lanzarote-data"
LARGE_TABLES = 10_000_000


@dataclass(frozen=True)
class Measured:
    """What one program took at one size; ``by`` is a peer or ours.

    ``peak`` is in bytes. The seconds are the least of ``runs``, the peak the greatest.
    """

    size: str
    name: str
    by: str
    seconds: float
    peak: float
    runs: int


@dataclass(frozen=True)
class Results:
    """All that was measured in one run. ``csv_bytes`` is the size of the tables, by name of size;
    ``made_with`` the versions of Python and of the libraries.
    """

    measured: tuple[Measured, ...]
    csv_bytes: dict[str, int]
    processors: int
    made_with: dict[str, str]

    def find(self, size: str, name: str, by: str = OURS) -> Measured | None:
        """What was measured of this, if it was."""
        wanted = (size, name, by)
        return next((m for m in self.measured if (m.size, m.name, m.by) == wanted), None)

    def with_newer(self, newer: Results) -> Results:
        """These, but for what was measured anew at each size, with its peers."""
        anew = {(m.size, m.name) for m in newer.measured}
        old = tuple(m for m in self.measured if (m.size, m.name) not in anew)
        return replace(
            newer,
            measured=(*old, *newer.measured),
            csv_bytes={**self.csv_bytes, **newer.csv_bytes},
        )

    @property
    def sizes(self) -> list[str]:
        """The names of the sizes that were measured, the smallest first."""
        return [size.name for size in SIZES if size.name in self.csv_bytes]


def results_of(measured: Iterable[Measured], csv_bytes: dict[str, int]) -> Results:
    """The results of a run on this machine."""
    found = {name: _version(name) for name in LIBRARIES}
    made_with = {"Python": platform.python_version()} | {n: v for n, v in found.items() if v}
    return Results(tuple(measured), csv_bytes, os.cpu_count() or 1, made_with)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def save(results: Results, path: Path) -> None:
    """Write results as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"format": FORMAT, **asdict(results)}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load(path: Path) -> Results:
    """Read results from JSON."""
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content.pop("format") == FORMAT
    measured = tuple(Measured(**each) for each in content.pop("measured"))
    return Results(measured, **content)


Line = tuple[str, ...]
HEADERS = ("", "seconds", "memory", "× tables", "beside", "its seconds", "ratio", "target")
GROWTH_HEADERS = ("from 100,000 to 1,000,000 rows", "time", "target", "memory × tables", "target")


def lines(results: Results, size: str) -> list[Line]:
    """The lines of the table for one size: what it is, its cost, its peer, ratio and target."""
    found: list[Line] = []
    for comparison in COMPARISONS:
        ours = results.find(size, comparison.name)
        if not ours:
            continue
        cost = (comparison.name, *_cost(results, ours))
        for peer in comparison.peers:
            found.append((*cost, *_beside(ours, results.find(size, comparison.name, peer.name))))
            cost = ("", "", "", "")
    return [line for line in found if line[0] or line[4]]


def _cost(results: Results, ours: Measured) -> Line:
    tables = results.csv_bytes[ours.size]
    # Beside small tables it is Python and its libraries alone that count.
    times = f"{ours.peak / tables:,.1f}" if tables >= LARGE_TABLES else ""
    return _seconds(ours.seconds), f"{ours.peak / 1e6:,.0f} MB", times


def _beside(ours: Measured, peer: Measured | None) -> Line:
    if peer is None:
        return "", "", "", ""
    ratio = ours.seconds / peer.seconds
    return peer.by, _seconds(peer.seconds), f"{ratio:.2f}", _target(ours, peer, ratio)


def _seconds(seconds: float) -> str:
    return f"{seconds:,.1f}" if seconds >= 10 else f"{seconds:.3f}"


def _target(ours: Measured, peer: Measured, ratio: float) -> str:
    """What the ratio is to be at most, and whether it is; empty where nothing is asked."""
    for target in TARGETS:
        if (target.name, target.peer, target.size.name) == (ours.name, peer.by, ours.size):
            return verdict(ratio, target.most)
    return ""


def verdict(number: float, most: float) -> str:
    """A target and whether it is met: ``≤ 0.5 met``."""
    return f"≤ {most:g} {'met' if number <= most else 'NOT MET'}"


def growth_lines(results: Results) -> list[Line]:
    """How time grows from 100,000 rows to 1,000,000, and memory beside the size of the tables."""
    found: list[Line] = []
    for comparison in COMPARISONS:
        small = results.find(LARGE.name, comparison.name)
        large = results.find(LARGEST.name, comparison.name)
        if comparison.grows and small and large:
            times = large.seconds / small.seconds
            memory = large.peak / results.csv_bytes[LARGEST.name]
            time = (f"× {times:.1f}", verdict(times, MOST_TIMES))
            found.append((comparison.name, *time, f"{memory:.1f}", verdict(memory, MOST_MEMORY)))
    return found
