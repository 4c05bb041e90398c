"""A second round with words, codes and chapters of its own goes through every command."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import lanzarote_data as lz
from lanzarote_data.cli import main
from lanzarote_data.formats.matrix import matrix
from lanzarote_data.ingest.ingest import ingest
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.tables import Tables
from lanzarote_data.text.document import document_of
from lanzarote_data.text.items import Items
from lanzarote_data.text.rounds import choose_round, factsheet_of, report_of, urgencies_of
from lanzarote_data.workbook.edits import read_edits
from tests.factsheets import written
from tests.packages import copy_package, tables_of
from tests.workbooks import edit, put

REGISTERED = ("rounds", "parties", "urgencies", "urgency_meanings")
Run = Callable[..., str]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A copy of the package of two rounds: Belgium is in both, Finland in the first alone."""
    return copy_package("rounds", tmp_path / "package").folder


@pytest.fixture
def run(here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command that must succeed, in the folder of the package; what it prints."""
    monkeypatch.chdir(here)

    def call(*words: str) -> str:
        capsys.readouterr()
        assert main([*words]) == 0
        return capsys.readouterr().out

    return call


def test_the_round_of_a_party_is_the_newest_in_which_it_has_rows(here: Path) -> None:
    tables = lz.load(here).tables
    chosen = {party: choose_round(tables, party)["round_id"] for party in ("BEL", "FIN", "")}
    assert chosen == {"BEL": "R3", "FIN": "R2", "": "R3"}
    with pytest.raises(LanzaroteError, match="no round 'R9'"):
        choose_round(tables, "BEL", "R9")
    report, factsheet = report_of(tables, "R3"), factsheet_of(tables, "R3", "BEL")
    assert report and report["document_id"] == "R3-REPORT"
    assert factsheet and factsheet["document_id"] == "R3-BEL-FACTSHEET-2"
    words = [row["urgency"] for row in urgencies_of(tables, "R3")]
    assert words == ["urge", "consider", "invite"]


def test_the_package_is_valid_and_its_workbooks_come_back_unchanged(here: Path, run: Run) -> None:
    assert "0 errors, 0 warnings" in run("validate")
    assert "3 made and read back unchanged" in run("build")
    names = {path.name for path in (here / "build" / "factsheets").iterdir()}
    assert names == {f"{n}.{kind}" for n in ("R2-BEL", "R3-BEL", "FIN") for kind in ("md", "html")}
    before = {path.name: path.read_bytes() for path in (here / "tables").iterdir()}
    run("import", *(str(path) for path in sorted((here / "workbooks").iterdir())))
    assert {path.name: path.read_bytes() for path in (here / "tables").iterdir()} == before


def test_a_factsheet_is_that_of_the_round(here: Path, run: Run) -> None:
    newest = run("factsheet", "BEL")
    assert "second edition" in newest and "The Committee **urges** Belgium:" in newest
    assert "no longer mentions" not in newest
    assert "[^3]: Recommendations R9 and R10." in newest
    older = run("factsheet", "BEL", "--round", "R2")
    assert "# FACTSHEET – BELGIUM\n" in older and "urges" not in older
    run("factsheet", "BEL", "--format", "docx")
    run("factsheet", "FIN", "--format", "docx")
    assert {p.name for p in here.glob("*.docx")} == {"factsheet-R3-BEL.docx", "factsheet-FIN.docx"}


def test_a_workbook_of_one_round_has_its_rows_alone_and_comes_back(here: Path, run: Run) -> None:
    run("export", "--party", "BEL", "--party", "ALL", "--round", "R3", "--out", "one")
    assert {path.name for path in (here / "one").iterdir()} == {"R3-BEL.xlsx", "R3-ALL.xlsx"}
    path = here / "one" / "R3-BEL.xlsx"
    tables = lz.load(here).tables
    base = read_edits(path, tables).base
    for name in ("recommendations", "observations", "citations", "follow_up"):
        assert not [key for key in base[name].by_key if key[0].startswith("R2")], name
    assert len(base.rows("recommendations")) == 3
    before = {path.name: path.read_bytes() for path in (here / "tables").iterdir()}
    edit(path, put("Recommendations", "R3-BEL-I-R7", "Sub-heading", "Edited:"))
    run("import", str(path))
    changed = {p.name for p in (here / "tables").iterdir() if p.read_bytes() != before[p.name]}
    assert changed == {"recommendations.csv"}


def test_counts_are_those_of_the_round(run: Run) -> None:
    counted = json.loads(run("stats", "--party", "BEL", "--format", "json"))
    assert counted["total"] == 3, "the withdrawn row does not count"
    assert {c["urgency"] for c in counted["counts"]} == {"urge", "consider", "invite"}
    older = json.loads(run("stats", "--party", "BEL", "--round", "R2", "--format", "json"))
    assert older["total"] == 5
    assert {c["urgency"] for c in older["counts"]} == {"require", "request", "invite"}
    assert run("stats", "--party", "FIN").splitlines()[-1].split()[-1] == "3"


def test_questions_tell_the_rounds_apart(here: Path) -> None:
    data = lz.load(here)
    assert list(data.citing("R7").row_id) == ["R3-BEL-I-R7"]
    assert list(data.citing("R10").row_id) == ["R3-ALL-I-R9"]
    # Paragraph 49 is one of either report.
    assert list(data.citing(paragraph=49).row_id) == ["R2-BEL-II-o1", "R3-BEL-I-o1"]
    special = data.matrix("R3").urgency.unstack()
    assert special.BEL.to_dict() == {
        **{"R3-R7": "urge", "R3-R9": "consider", "R3-R10": "consider", "R3-R11": "invite"}
    }
    assert special.FIN.dropna().to_dict() == {"R3-R9": "consider", "R3-R10": "consider"}
    assert list(data.follow_up_state("BEL").status.dropna()) == ["implemented"]
    assert list(data.follow_up_history("R8").status) == ["reported"]
    sheet = matrix(data.tables)
    assert sheet and {"R2-II-1", "R3-R7"} < {line.code for line in sheet.lines}


@pytest.mark.slow
def test_a_release_has_both_rounds_and_verifies(here: Path, run: Run) -> None:
    run("release", "2026.1", "--out", "releases")
    (path,) = (here / "releases").iterdir()
    with zipfile.ZipFile(path) as archive:
        names = {name for name in archive.namelist() if name.startswith("factsheets/")}
    stems = ("R2-BEL", "R3-BEL", "FIN")
    made = {f"factsheets/{name}.{kind}" for name in stems for kind in ("md", "html")}
    assert names == {"factsheets/RIGHTS.txt", *made}
    assert "all as released" in run("verify", str(path))


def test_the_site_has_a_page_for_each_round(here: Path, run: Run) -> None:
    run("site", "--out", "site")
    site = {p.relative_to(here / "site").as_posix(): p for p in (here / "site").rglob("*.html")}
    pages = {path: file.read_text(encoding="utf-8") for path, file in site.items()}
    assert {"factsheets/R2-BEL.html", "factsheets/R3-BEL.html"} < pages.keys()
    assert "when a law is to be changed" in pages["recommendations/R3-BEL-I-R7.html"]
    assert "Recommendation R7 to Belgium" in pages["recommendations/R3-BEL-I-R7.html"]
    titles = [page.partition("</title>")[0].rpartition("<title>")[2] for page in pages.values()]
    assert len(set(titles)) == len(pages)
    assert ">urge</span>" not in pages["factsheets/R2-BEL.html"]
    assert "R2-BEL.html" in pages["factsheets/R3-BEL.html"]
    assert "Belgium (R3)" in pages["index.html"]
    assert "Recommendation III-5" not in pages["recommendations/R3-BEL-I-R7.html"]
    assert "<dd>request</dd>" not in pages["standing.html"]
    assert "<dd>urge</dd>" in pages["standing.html"]
    assert "II. Legal frameworks (R2)" in pages["explore.html"]
    gone = pages["report/R3-R8.html"]
    assert "No factsheet in this data states this recommendation" in gone
    assert "A synthetic register was reported." in gone and "R3-BEL-I-R8.html" in gone
    assert 'href="../report/R3-R8.html"' in pages["recommendations/R3-BEL-I-R8.html"]
    assert {path.replace("report/", "") for path in pages if path.startswith("report/")} == {
        f"{row['report_recommendation_id']}.html"
        for row in lz.load(here).tables.rows("report_recommendations")
    }


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".md", ".docx", ".pdf"])
@pytest.mark.parametrize(("party", "round_id"), [("BEL", "R2"), ("BEL", "R3"), ("FIN", "R2")])
def test_own_files_of_a_round_fill_an_empty_package_with_the_same_rows(
    here: Path, suffix: str, party: str, round_id: str
) -> None:
    """But numbers and addresses, which no factsheet has, and ids that count."""
    tables = lz.load(here).tables
    source = written(document_of(Items(tables), party, round_id), suffix)
    kept = {name: list(tables.rows(name)) for name in REGISTERED}
    kept["documents"] = [row for row in tables.rows("documents") if not row["party_id"]]
    read = ingest(source, tables_of(tables.package, kept))
    assert not [p for p in read.problems if p.severity == "error"]
    bold = "**" if suffix == ".pdf" else ""  # it does not say which verb is bold in the source
    before, after = (_stated(found, party, round_id, bold) for found in (tables, read.tables))
    assert after == before


def _stated(tables: Tables, party: str, round_id: str, mark: str) -> list[list[str]]:
    """What the factsheet of a Party states, in order: chapters, items, and their footnotes."""
    found: list[list[str]] = []
    for chapter in document_of(Items(tables), party, round_id).chapters:
        found.append([chapter.title, chapter.row["introduction"]])
        for item in chapter.items:
            names = ("scope", "addressing", "urgency", "topic", "lead_in", "text", "layout")
            cells = [item.of(name) for name in names]
            found.append([item.table, item.party_id, *(c.replace(mark, "") for c in cells)])
        for note in chapter.notes:
            cited = ("kind", "locator", "text", "document_id", "url")
            found.append([note.citation[name] for name in cited])
    return found
