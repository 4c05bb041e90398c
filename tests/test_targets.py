"""What follows from other tables, and their order, is right whatever the files have."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

import lanzarote_data as lz
from lanzarote_data.cli import main
from lanzarote_data.text.references import codes, paragraphs
from lanzarote_data.validate.package import validate_package
from lanzarote_data.workbook.entries import Entries
from lanzarote_data.workbook.layout import View
from tests.packages import copy_package


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package of two rounds, and the working folder."""
    folder = copy_package("rounds", tmp_path / "package").folder
    monkeypatch.chdir(folder)
    return folder


def outputs(folder: Path) -> Iterator[bytes]:
    """The factsheets, and all pages of the site."""
    for party in ("BEL", "FIN"):
        assert main(["factsheet", party, "--out", f"{party}.md"]) == 0
        yield (folder / f"{party}.md").read_bytes()
    assert main(["site", "--out", "site"]) == 0
    for path in sorted((folder / "site").rglob("*.html")):
        yield path.read_bytes()


def test_the_order_of_rows_in_the_files_changes_nothing(here: Path) -> None:
    before = list(outputs(here))
    for path in (here / "tables").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *reversed(rows)])
    assert list(outputs(here)) == before


@pytest.mark.slow
def test_targets_are_those_of_the_locators_whatever_their_file_has(here: Path) -> None:
    before = list(outputs(here))
    path = here / "tables" / "citation_targets.csv"
    right = path.read_text(encoding="utf-8")
    for wrong in ("R3-R77", "R3-R11"):  # one that is nowhere, and another one
        path.write_text(right.replace("1,R3-R7,", f"1,{wrong},"), encoding="utf-8")
        codes_of = lz.load(here).addressed_to("BEL").codes
        assert codes_of["R3-BEL-I-R7"] == "R7"
        assert list(outputs(here)) == before
        assert main(["release", "2026.1", "--out", f"out-{wrong}"]) == 0
        assert {problem.code for problem in validate_package(here)} == {"derived-table"}
    assert main(["build"]) == 0
    assert path.read_text(encoding="utf-8") == right


def test_sqlite_needs_no_splitting(here: Path, tmp_path: Path) -> None:
    lz.load(here).to_sqlite(tmp_path / "data.sqlite")
    with sqlite3.connect(tmp_path / "data.sqlite") as data:
        assert data.execute("PRAGMA foreign_key_check").fetchall() == []
        found = data.execute(
            "SELECT code, group_concat(recommendation_id) FROM addressed GROUP BY code"
        ).fetchall()
    assert ("R10", "R3-ALL-I-R9") in found
    assert "R8" not in dict(found), "it is withdrawn"


def test_what_a_locator_names_twice_or_backwards_is_one_target() -> None:
    assert codes("R9;R9;R10") == ["R9", "R10"]
    assert paragraphs("51-50;51") == [50, 51]


REGISTERED = {
    "rounds": "R4,4,Fourth round,A theme,,[A-Z]-[0-9]+",
    "documents": "R4-REPORT,A report,,X,R4,,2026-01-01,en,,,,\n"
    "R4-BEL-FACTSHEET,A factsheet,,X,R4,BEL,2026-01-02,en,,,,",
    "chapters": "R4-I,R4,I,10,A chapter,Words.,On {party}:,On all:",
    "report_recommendations": "R4-A-1,R4,A-1,R4-I,invite,,R4-REPORT,",
    "report_paragraphs": "R4-P1,R4,1,R4-REPORT,",
}
BESIDE = {
    "documents": "R2-REPORT-FR,Un rapport,,X,R2,,2022-03-10,fr,,,,\n"
    "R3-BEL-FACTSHEET-2-FR,FICHE,,X,R3,BEL,2025-02-01,fr,,,,",
}


@pytest.mark.slow
@pytest.mark.parametrize("added", [REGISTERED, BESIDE], ids=["round", "translations"])
def test_a_round_without_rows_and_a_translation_change_no_factsheet(
    here: Path, added: dict[str, str]
) -> None:
    def factsheets() -> list[bytes]:
        paths = [*here.glob("*.md"), *(here / "site" / "factsheets").iterdir()]
        return [path.read_bytes() for path in sorted(paths)]

    list(outputs(here))
    before = factsheets()
    for table, lines in added.items():
        with (here / "tables" / f"{table}.csv").open("a", encoding="utf-8") as file:
            file.write(f"{lines}\n")
    assert {problem.severity for problem in validate_package(here)} <= {"warning"}
    list(outputs(here))
    assert factsheets() == before


def test_a_withdrawn_recommendation_has_its_words_on_the_sheet_of_follow_up(here: Path) -> None:
    entries = Entries(lz.load(here).tables, View("BEL", "party", "Belgium"))
    words = entries.of_row("report_recommendations", "R3-R8")
    assert words.startswith("R3-R8 to keep a register that")


def test_a_missing_column_of_ids_is_told(here: Path) -> None:
    path = here / "tables" / "chapters.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("".join(f"{line.partition(',')[2]}\n" for line in lines), encoding="utf-8")
    assert "missing-column" in {problem.code for problem in validate_package(here)}
