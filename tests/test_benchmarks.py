"""The benchmarks run and print ratios; no time is asserted, only what is far from another."""

from __future__ import annotations

import pytest

from benchmarks import Line, edits, imports
from benchmarks.__main__ import names, run


def test_every_module_is_a_benchmark() -> None:
    assert "imports" in names()
    assert not [name for name in names() if name.startswith("_")]


def test_a_ratio_says_how_many_times_as_long() -> None:
    assert Line("ours", 3.0, "theirs", 2.0).ratio == 1.5


def test_imports_prints_what_starting_costs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(imports, "RUNS", 2)
    run("imports")
    first, *lines = capsys.readouterr().out.splitlines()
    assert first.startswith("imports: What it costs to start")
    assert len(lines) == 4
    assert all(" × " in line and " ms" in line for line in lines)


def test_importing_the_package_is_far_from_importing_pandas(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(imports, "RUNS", 3)
    bare, ours, pandas = imports.fastest(imports.BARE, imports.IMPORT, imports.PANDAS)
    assert ours - bare < (pandas - bare) / 4


def test_edit_scripts_are_timed_beside_openpyxl(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(edits, "SCRIPTS", 4)
    run("edits")
    first, *lines = capsys.readouterr().out.splitlines()
    assert first.startswith("edits: Ten thousand random edit scripts")
    assert sum(int(line.split()[0]) for line in lines) == 4
