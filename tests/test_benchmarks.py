"""The benchmarks run and give ratios; no time is asserted, only what is far from another."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import _fixtures, _page, _plan, _results, _steps, edits
from benchmarks.__main__ import KEPT, main
from benchmarks._programs import BenchmarkError, Cost, Fixtures, Program, step, whole
from benchmarks._results import OURS, Measured, Results
from benchmarks._run import run
from benchmarks._sizes import FIFTY_PARTIES, LARGE, LARGEST, ONE_PARTY, SIZES
from lanzarote_data.model.changes import difference
from lanzarote_data.store.descriptor import load_package
from lanzarote_data.store.tables import read_tables
from lanzarote_data.workbook.imports import import_workbooks
from tests.packages import ROOT


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fixtures of a small package with three Parties."""
    made = tmp_path_factory.mktemp("benchmarks") / "small"
    _fixtures.make(made, 700, 3)
    return made


def some_results() -> Results:
    """Results as they could be, with a step that is too slow beside its peer and as it grows."""
    measured = [
        Measured(LARGE.name, _plan.EXPORT, OURS, 30.0, 1e9, 1),
        Measured(LARGE.name, _plan.EXPORT, _plan.TO_EXCEL, 40.0, 2e9, 1),
        Measured(LARGE.name, _plan.IMPORT, OURS, 4.0, 1e8, 1),
        Measured(LARGE.name, _plan.IMPORT, _plan.READ_EXCEL, 40.0, 2e8, 1),
        Measured(LARGEST.name, _plan.EXPORT, OURS, 390.0, 1e9, 1),
        Measured(LARGEST.name, _plan.IMPORT, OURS, 40.0, 2e9, 1),
    ]
    sizes = {LARGE.name: 20_000_000, LARGEST.name: 200_000_000}
    return _results.results_of(measured, sizes)


def test_ratios_stand_beside_their_targets() -> None:
    export, imported = _results.lines(some_results(), LARGE.name)
    assert export[:5] == (_plan.EXPORT, "30.0", "1,000 MB", "50.0", _plan.TO_EXCEL)
    assert export[5:] == ("40.0", "0.75", "≤ 0.5 NOT MET")
    assert imported[5:] == ("40.0", "0.10", "≤ 0.4 met")


def test_growth_stands_beside_its_targets() -> None:
    assert _results.growth_lines(some_results()) == [
        (_plan.EXPORT, "× 13.0", "≤ 12 NOT MET", "5.0", "≤ 6 met"),
        (_plan.IMPORT, "× 10.0", "≤ 12 met", "10.0", "≤ 6 NOT MET"),
    ]


def test_every_target_is_of_something_that_is_measured() -> None:
    for target in _plan.TARGETS:
        comparison = next(c for c in _plan.COMPARISONS if c.name == target.name)
        peer = next(p for p in comparison.peers if p.name == target.peer)
        assert target.size in comparison.sizes
        assert target.size.rows <= peer.most_rows


def test_all_work_on_rows_is_looked_at_as_it_grows() -> None:
    growing = [c for c in _plan.COMPARISONS if c.grows]
    assert growing == list(_plan.WORKING)
    assert all({LARGE, LARGEST} <= set(c.sizes) for c in growing)


def test_results_are_kept_as_json(tmp_path: Path) -> None:
    _results.save(some_results(), tmp_path / "results.json")
    assert _results.load(tmp_path / "results.json") == some_results()


def test_what_was_measured_anew_takes_the_place_of_the_old_and_the_rest_stays() -> None:
    newer = Measured(LARGE.name, _plan.EXPORT, OURS, 1.0, 1e8, 1)
    before = some_results()
    results = before.with_newer(_results.results_of([newer], {LARGE.name: 1}))
    assert [m for m in results.measured if m.size == LARGE.name and m.name == _plan.EXPORT] == [
        newer
    ]
    others = [m for m in before.measured if (m.size, m.name) != (LARGE.name, _plan.EXPORT)]
    assert [m for m in results.measured if m != newer] == others
    assert results.find(LARGEST.name, _plan.IMPORT)
    assert results.csv_bytes == {LARGE.name: 1, LARGEST.name: 200_000_000}


def test_results_tell_versions_but_not_whose_machine_it_was(tmp_path: Path) -> None:
    _results.save(some_results(), tmp_path / "results.json")
    text = (tmp_path / "results.json").read_text(encoding="utf-8")
    assert {"Python", "pandas", "openpyxl"} <= json.loads(text)["made_with"].keys()
    assert socket.gethostname() not in text
    assert str(ROOT) not in text


def test_the_page_shows_results_and_the_chart_is_the_same_every_time(tmp_path: Path) -> None:
    _page.write(some_results(), tmp_path)
    page = (tmp_path / "speed.md").read_text(encoding="utf-8")
    assert "| export | 30.0 |" in page
    assert "| export | × 13.0 | ≤ 12 NOT MET |" in page
    chart = (tmp_path / _page.PICTURE).read_bytes()
    assert b"pandas.read_excel (openpyxl)" in chart
    _page.write(some_results(), tmp_path)
    assert (tmp_path / _page.PICTURE).read_bytes() == chart


def test_the_page_in_the_guides_is_that_of_the_results_kept() -> None:
    page = (ROOT / "docs" / "speed.md").read_text(encoding="utf-8")
    assert page == _page.page(_results.load(KEPT)), "run: python -m benchmarks page"


@pytest.mark.parametrize("name", _steps.STEPS)
def test_every_step_does_its_work(folder: Path, name: str) -> None:
    _steps.STEPS[name](folder)()


def test_fixtures_of_a_run_that_was_stopped_are_made_anew(tmp_path: Path) -> None:
    for name in ("workbooks", "edited.part"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "half.xlsx").touch()
    _fixtures.make(tmp_path, 20, 1)
    assert [path.name for path in (tmp_path / "workbooks").iterdir()] == ["BEL.xlsx"]
    assert [path.name for path in (tmp_path / "edited").iterdir()] == ["BEL.xlsx"]
    made = (tmp_path / "edited" / "BEL.xlsx").stat().st_mtime_ns
    _fixtures.make(tmp_path, 20, 1)
    assert (tmp_path / "edited" / "BEL.xlsx").stat().st_mtime_ns == made


def test_edited_workbooks_have_the_edits_of_the_changed_tables(folder: Path) -> None:
    package, paths = _fixtures.package_of(folder), _steps.edited_workbooks(folder)
    outcome = import_workbooks(package, paths, dry_run=True)
    changed = read_tables(load_package(folder / "changed")).tables
    assert len(paths) == 3
    assert not outcome.problems
    assert set(outcome.changes) == set(difference(read_tables(package).tables, changed))
    assert len(outcome.changes) >= 6


def test_daff_and_flatten_tool_do_the_job_that_is_compared(folder: Path) -> None:
    old, new = _steps.tables_of(folder), read_tables(load_package(folder / "changed")).tables
    marked: Any = _steps.STEPS["difference: daff"](folder)()
    arrows = [row for table in marked for row in table.data if row[0] == "->"]
    assert len(arrows) == len(difference(old, new))
    _steps.STEPS["round trip: flatten-tool"](folder)()
    back = json.loads((folder / "round" / "observations.back.json").read_text(encoding="utf-8"))
    rows = old.rows("observations")
    assert [row["text"] for row in back["main"]] == [row["text"] for row in rows]


def test_one_run_from_fixtures_to_the_table(tmp_path: Path) -> None:
    once = replace(ONE_PARTY, runs=1)
    names = ("read the tables", "import --dry-run, whole process")
    chosen = [replace(c, sizes=(once,)) for c in _plan.COMPARISONS if c.name in names]
    said: list[str] = []
    results = run(chosen, [once], tmp_path, said.append)
    assert [m.name for m in results.measured] == [names[1], names[1], names[0], names[0]]
    assert all(m.seconds > 0 and m.peak > 1e6 for m in results.measured)
    assert len(said) == 5
    dry_run, reading = _page.plain(results).splitlines()[1:]
    assert dry_run.startswith(names[1]) and "≤ 1.3" in dry_run
    assert reading.startswith(names[0]) and "pandas.read_csv" in reading


def test_programs_take_turns_and_the_least_time_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns: list[str] = []

    def program(name: str, *seconds: float) -> Program:
        left = list(seconds)

        def take(_: Fixtures) -> Cost:
            turns.append(name)
            return Cost(left.pop(0), len(turns))

        return take

    monkeypatch.setattr("benchmarks._run._made", lambda *_: tmp_path)
    (tmp_path / "package" / "tables").mkdir(parents=True)
    peer = _plan.Peer("peer", program("peer", 5.0, 6.0, 4.0))
    far = _plan.Peer("far", program("far"), most_rows=100)
    thing = _plan.Comparison("thing", program("ours", 2.0, 1.0, 3.0), (peer, far), (ONE_PARTY,))
    results = run([thing], [ONE_PARTY, FIFTY_PARTIES], tmp_path, lambda _: None)
    assert turns == ["ours", "peer"] * 3
    assert [(m.by, m.seconds, m.peak) for m in results.measured] == [(OURS, 1, 5), ("peer", 4, 6)]


def test_a_program_that_fails_is_told_of(tmp_path: Path) -> None:
    nowhere = Fixtures(tmp_path, tmp_path)
    with pytest.raises(BenchmarkError, match="There is no datapackage"):
        step("read")(nowhere)
    with pytest.raises(BenchmarkError, match="came to nothing"):
        whole("-c", "raise ValueError('it came to nothing')")(nowhere)


def test_commands_make_packages_and_tell_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate", "40", str(tmp_path / "made")]) == 0
    assert (tmp_path / "made" / "tables" / "recommendations.csv").is_file()
    assert main(["measure"]) == 0
    assert "own_rows=165" in capsys.readouterr().out


def test_sizes_are_those_of_day_to_day_and_far_beyond() -> None:
    assert [size.rows for size in SIZES] == [165, 8_250, 10_000, 100_000, 1_000_000]


def test_importing_the_package_is_far_from_importing_pandas(tmp_path: Path) -> None:
    nowhere = Fixtures(tmp_path, tmp_path)
    programs = ("pass", "import lanzarote_data", "import pandas")
    runs = [[whole("-c", program)(nowhere).seconds for program in programs] for _ in range(3)]
    bare, ours, pandas = (min(column) for column in zip(*runs, strict=True))
    assert ours - bare < (pandas - bare) / 4


def test_edit_scripts_are_timed_beside_openpyxl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edits, "SCRIPTS", 4)
    lines = list(edits.lines())
    assert sum(int(line.split()[0]) for line in lines) == 4
    assert all(line.endswith("× openpyxl alone") for line in lines)
