"""The benchmarks run, and the packages that they run on are valid and like the real tables."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks import prepare
from benchmarks.generate import MOST_ROWS_OF_A_PARTY, generate
from lanzarote_data.model.package import Package
from lanzarote_data.store.tables import read_tables
from lanzarote_data.validate.package import validate_package
from tests.packages import own_tables

ITEMS = ("recommendations", "observations", "practices")
OWN = (*ITEMS, "citations", "practice_parties")


def rows_of_parties(package: Package) -> int:
    """The number of rows that are not shared by all Parties."""
    tables = read_tables(package).tables
    shared = [row for name in OWN for row in tables.rows(name) if "-ALL-" in "".join(row.values())]
    chapters = [row for row in tables.rows("citations") if row["chapter_id"]]
    return sum(len(tables.rows(name)) for name in OWN) - len(shared) - len(chapters)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "parties"), [(0, 1), (1, 1), (7, 1), (165, 1), (700, 48), (7_000, 48), (24_000, 48)]
)
def test_packages_are_valid_at_every_size(tmp_path: Path, rows: int, parties: int) -> None:
    package = generate(tmp_path, rows, parties)
    # Words that mean nothing may look like a verb of the Committee.
    assert {problem.code for problem in validate_package(tmp_path)} <= {"unknown-verb"}
    assert rows - parties < rows_of_parties(package) <= rows


def test_the_same_bytes_come_again_and_others_of_another_seed(tmp_path: Path) -> None:
    def content(name: str, seed: int) -> dict[str, bytes]:
        generate(tmp_path / name, 400, 2, seed)
        paths = (tmp_path / name).rglob("*.csv")
        return {path.name: path.read_bytes() for path in paths}

    assert content("one", 0) == content("two", 0) != content("other", 1)


def test_kinds_and_lengths_are_those_of_real_rows_and_no_text_is(tmp_path: Path) -> None:
    made, real = read_tables(generate(tmp_path, 1_650, 10)).tables, own_tables()
    for name in ITEMS:
        own = [row for row in real.rows(name) if "-BEL-" in row[f"{name[:-1]}_id"]]
        new = [row for row in made.rows(name) if "-ALL-" not in row[f"{name[:-1]}_id"]]
        assert len(new) == 10 * len(own)
        assert Counter(row["chapter_id"] for row in new) == Counter(
            {key: 10 * n for key, n in Counter(row["chapter_id"] for row in own).items()}
        )
        length = sum(len(row["text"]) for row in new) / sum(len(row["text"]) for row in own)
        assert 8 < length < 12
        texts = {row["text"] for row in made.rows(name)}
        assert texts.isdisjoint(row["text"] for row in real.rows(name))
        assert len(texts) == len(made.rows(name))


def test_a_party_has_at_most_what_one_workbook_can_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_ROWS_OF_A_PARTY == 100_000
    monkeypatch.setattr("benchmarks.generate.MOST_ROWS_OF_A_PARTY", 100)
    documents = read_tables(generate(tmp_path, 250)).tables.rows("documents")
    assert sum(row["document_id"].endswith("-FACTSHEET") for row in documents) == 3


@pytest.mark.slow
def test_every_line_of_the_table_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = dict.fromkeys(benchmarks.SIZES, (330, 2))
    monkeypatch.setattr(benchmarks, "SIZES", sizes)
    monkeypatch.setattr("sys.argv", ["benchmarks", "--runs", "1", "--folder", str(tmp_path)])
    assert benchmarks.main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + len(benchmarks.LINES) + 1
    assert all("met" in line.lower() for line in lines[2:])


def test_a_program_that_fails_stops_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = benchmarks.Line("x", "48 Parties", ("-c", "raise SystemExit('no')"), 1.0)
    monkeypatch.setattr(benchmarks, "LINES", (line,))
    monkeypatch.setattr(prepare, "fixtures", lambda *_: None)
    monkeypatch.setattr("sys.argv", ["benchmarks", "--only", "x, ", "--folder", str(tmp_path)])
    assert benchmarks.main() == 1
    assert "no" in capsys.readouterr().err
