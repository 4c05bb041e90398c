"""One run of the benchmarks: fixtures made, programs run in turn, the least time kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from benchmarks._plan import Comparison
from benchmarks._programs import Cost, Fixtures, Program, make_fixtures
from benchmarks._results import OURS, Measured, Results, results_of
from benchmarks._sizes import ONE_PARTY, Size

Say = Callable[[str], None]


def run(
    comparisons: Iterable[Comparison], sizes: Iterable[Size], folder: Path, say: Say
) -> Results:
    """Measure comparisons at sizes, with fixtures in a folder."""
    measured: list[Measured] = []
    csv_bytes = {}
    chosen = list(comparisons)
    warm = _made(ONE_PARTY, folder, say)
    for size in sizes:
        fixtures = Fixtures(_made(size, folder, say), warm)
        tables = (fixtures.package / "tables").iterdir()
        csv_bytes[size.name] = sum(path.stat().st_size for path in tables)
        for comparison in chosen:
            if size in comparison.sizes:
                measured += _compare(comparison, size, fixtures, say)
    return results_of(measured, csv_bytes)


def _made(size: Size, folder: Path, say: Say) -> Path:
    """The folder of the fixtures of a size, made if need be."""
    place = folder / size.name.replace(" ", "-").replace(",", "")
    if not place.is_dir():
        say(f"{size.name}: making the package and its workbooks")
    make_fixtures(place, size.rows, size.parties)
    return place


def _compare(
    comparison: Comparison, size: Size, fixtures: Fixtures, say: Say
) -> Iterator[Measured]:
    """The costs of one thing and of its peers, which take turns."""
    programs = {OURS: comparison.program}
    programs |= {p.name: p.program for p in comparison.peers if size.rows <= p.most_rows}
    runs = comparison.runs or size.runs
    turns = [_turn(programs, fixtures) for _ in range(runs)]
    for by in programs:
        costs = [turn[by] for turn in turns]
        seconds, peak = min(c.seconds for c in costs), max(c.peak for c in costs)
        say(f"{size.name}: {comparison.name}, {by}: {seconds:.3f} s, {peak / 1e6:.0f} MB")
        yield Measured(size.name, comparison.name, by, round(seconds, 4), peak, runs)


def _turn(programs: dict[str, Program], fixtures: Fixtures) -> dict[str, Cost]:
    return {by: program(fixtures) for by, program in programs.items()}
