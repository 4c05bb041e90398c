"""``lanzarote stats`` and ``lanzarote credit``."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from lanzarote_data.cli import main

SYNTHETIC = str(Path(__file__).parent / "data" / "frames")
OF_SYNTHETIC = ["--package", SYNTHETIC]


def test_the_table_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", *OF_SYNTHETIC]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["specific", "generic"]
    assert lines[1].split() == ["Chapter", *["require", "request", "invite"] * 2, "total"]
    assert lines[3].split() == ["II.", "Synthetic", "frameworks", *"2 2 2 · · · 6".split()]
    assert lines[-1].split() == ["Total", *"3 2 2 · 1 1 9".split()]
    assert len({line.rindex(line.split()[-1][-1]) for line in lines[1:]}) == 1
    assert max(map(len, lines)) <= 80


def test_the_real_table_fits_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", "--party", "BEL", "--package", str(Path(__file__).parent.parent)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[-1].split() == ["Total", *"7 9 8 2 2 48 76".split()]


def test_json_has_every_combination(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", *OF_SYNTHETIC, "--format", "json"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert value["format"] == "lanzarote.stats/1"
    assert value["total"] == sum(line["count"] for line in value["counts"]) == 9
    assert len(value["counts"]) == 4 * 2 * 3
    wanted = {"chapter_id": "R2-II", "scope": "specific", "urgency": "require", "count": 2}
    assert wanted in value["counts"]


def test_csv_can_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", *OF_SYNTHETIC, "--format", "csv", "--party", "NLD"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert sum(int(row["count"]) for row in rows) == 2
    assert all(row["count"] == "0" for row in rows if row["scope"] == "specific")


def test_an_unknown_party_ends_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", *OF_SYNTHETIC, "--party", "XXX"]) == 2
    assert "There is no Party 'XXX'" in capsys.readouterr().err


def test_credit_prints_the_credit_line(capsys: pytest.CaptureFixture[str]) -> None:
    import lanzarote_data as lz

    assert main(["credit", *OF_SYNTHETIC]) == 0
    assert capsys.readouterr().out == lz.load(SYNTHETIC).credit() + "\n"
