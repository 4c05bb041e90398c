"""``lanzarote stats`` and ``lanzarote credit``."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

import lanzarote_data as lz
from tests.packages import ROOT, copy_package
from tests.shell import Shell


@pytest.fixture
def here(tmp_path: Path) -> list[str]:
    """The options that name the synthetic package."""
    return ["--package", str(copy_package("frames", tmp_path).folder)]


def test_the_table_for_people(here: list[str], shell: Shell) -> None:
    lines = shell("stats", *here)[1].splitlines()
    assert lines[0].startswith("Second")
    assert lines[0].split()[-2:] == ["specific", "generic"]
    assert lines[1].split() == ["Chapter", *["require", "request", "invite"] * 2, "total"]
    assert lines[3].split() == ["II.", "Synthetic", "frameworks", *"2 2 2 · · · 6".split()]
    assert lines[-1].split() == ["Total", *"3 2 2 · 1 1 9".split()]
    assert len({line.rindex(line.split()[-1][-1]) for line in lines[1:]}) == 1
    assert max(map(len, lines)) <= 80


def test_the_real_table_fits_a_terminal(shell: Shell) -> None:
    lines = shell("stats", "--party", "BEL", "--package", str(ROOT))[1].splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[-1].split() == ["Total", *"7 9 8 2 2 48 76".split()]


def test_json_has_every_combination(here: list[str], shell: Shell) -> None:
    status, value = shell.json("stats", *here)
    assert status == 0
    assert value["format"] == "lanzarote.stats/1"
    assert value["total"] == sum(line["count"] for line in value["counts"]) == 9
    assert len(value["counts"]) == 4 * 2 * 3
    wanted = {"chapter_id": "R2-II", "scope": "specific", "urgency": "require", "count": 2}
    assert wanted in value["counts"]


def test_csv_can_be_read(here: list[str], shell: Shell) -> None:
    out = shell("stats", *here, "--format", "csv", "--party", "NLD")[1]
    rows = list(csv.DictReader(io.StringIO(out)))
    assert sum(int(row["count"]) for row in rows) == 2
    assert all(row["count"] == "0" for row in rows if row["scope"] == "specific")


def test_an_unknown_party_ends_in_a_sentence(here: list[str], shell: Shell) -> None:
    status, _, err = shell("stats", *here, "--party", "XXX")
    assert (status, "There is no Party 'XXX'" in err) == (2, True)


def test_credit_prints_the_credit_line(here: list[str], shell: Shell) -> None:
    assert shell("credit", *here) == (0, lz.load(here[1]).credit() + "\n", "")
