"""What is not certain waits in the sheet To file, until a person files or discards it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

import lanzarote_data as lz
from lanzarote_data.cli import main
from lanzarote_data.model.package import Package
from lanzarote_data.model.tables import Row
from lanzarote_data.store.tables import read_tables
from tests.packages import copy_package
from tests.workbooks import edit, make, put, remove, take

pytestmark = pytest.mark.slow

SHEET = "To file"
LOST = "A synthetic sentence without a place.[^8]"
UNKNOWN = "The Committee **advises** Belgium to follow a synthetic suggestion."
UNMARKED = "The Committee notes a synthetic fact without its footnote.[^7]"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    """The package of two rounds; in its folder is a factsheet with four uncertain texts."""
    package = copy_package("rounds", tmp_path / "package")
    monkeypatch.chdir(package.folder)
    assert main(["factsheet", "BEL", "--out", "f.md"]) == 0
    text = (package.folder / "f.md").read_text(encoding="utf-8")
    for old, new in (
        ("The Committee **considers**", f"{LOST}\n\nThe Committee **considers**"),
        ("The Committee **urges**", f"{UNMARKED}\n\n{UNKNOWN}\n\nThe Committee **urges**"),
        ("[^2]: ", "[^8]: Recommendation R8.\n[^9]: Para. 60.\n[^2]: "),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    (package.folder / "f.md").write_text(text, encoding="utf-8")
    return package


def rows(package: Package, table: str) -> list[Row]:
    return list(read_tables(package).tables.rows(table))


def waiting(package: Package) -> dict[str, Row]:
    return {row["text"]: row for row in rows(package, "to_file")}


def filled(package: Package) -> Package:
    assert main(["ingest", "f.md", "--partial"]) == 0
    return package


def test_without_the_flag_nothing_is_written(package: Package) -> None:
    before = rows(package, "observations")
    assert main(["ingest", "f.md"]) == 1
    assert (rows(package, "observations"), waiting(package)) == (before, {})


def test_each_uncertain_text_waits_with_its_place_reason_and_footnotes(
    package: Package, capsys: pytest.CaptureFixture[str]
) -> None:
    before = rows(package, "observations")
    filled(package)
    found = waiting(package)
    lost, unmarked = LOST.replace("8", "1"), UNMARKED.replace("7", "1")
    assert set(found) == {lost, UNKNOWN, unmarked, "Para. 60."}
    assert found[lost]["footnotes"] == "[^1]: Recommendation R8."
    assert {row["chapter_id"] for row in found.values()} == {"R3-I", ""}
    assert all(row["place"].startswith("f.md:") and row["reason"] for row in found.values())
    assert {row["document_id"] for row in found.values()} == {"R3-BEL-FACTSHEET-2"}
    assert rows(package, "observations") == before
    capsys.readouterr()
    assert main(["ingest", "f.md", "--partial", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["applied"] is True
    assert len(waiting(package)) == 4, "again adds nothing"


def test_what_waits_is_counted_and_in_no_factsheet_and_no_release(
    package: Package, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(package)
    capsys.readouterr()
    assert main(["status", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["to_file"] == {"BEL": 4}
    assert main(["validate"]) == 0
    assert "[not-filed]" in capsys.readouterr().out
    assert main(["factsheet", "BEL"]) == 0
    assert "without a place" not in capsys.readouterr().out
    assert main(["release", "2026.1", "--out", "releases"]) == 0
    (archive,) = (package.folder / "releases").iterdir()
    with zipfile.ZipFile(archive) as files:
        assert not [n for n in files.namelist() if "to_file" in n]
        assert b"to_file" not in files.read("datapackage.json")
    assert main(["verify", str(archive)]) == 0


def test_a_text_is_filed_as_what_a_person_says(package: Package) -> None:
    found = waiting(filled(package))
    lost, unknown, note, unmarked = (
        found[text]["to_file_id"]
        for text in (LOST.replace("8", "1"), UNKNOWN, "Para. 60.", UNMARKED.replace("7", "1"))
    )
    path = edit(
        make(package),
        put(SHEET, lost, "File as", "recommendation"),
        put(SHEET, lost, "Urgency", "urge"),
        put(SHEET, lost, "Lead-in", "The Committee **urges** {party}:"),
        put(SHEET, unknown, "File as", "observation"),
        put(SHEET, unmarked, "File as", "observation"),
        put(SHEET, unmarked, "Footnotes", "[^1]: Para. 49."),
        put(SHEET, note, "File as", "footnote"),
        put(SHEET, note, "Belongs to", "R3-BEL-I-R7"),
        put("Recommendations", "R3-BEL-I-R7", "Text", "to keep a synthetic register.[^1][^2]"),
    )
    outcome = take(package, path)
    assert outcome.applied, outcome.problems
    assert waiting(package) == {}
    tables = read_tables(package).tables
    row = tables.find("recommendations", "R3-BEL-I-R8b")
    assert row and (row["layout"], row["urgency"], row["scope"]) == ("bullet", "urge", "specific")
    assert row["document_id"] == "R3-BEL-FACTSHEET-2"
    cited = tables.find("citations", "R3-BEL-I-R8b.1")
    assert cited and (cited["locator"], cited["document_id"]) == ("R8", "R3-REPORT")
    assert [r["text"] for r in tables.rows("observations") if "advises" in r["text"]] == [UNKNOWN]
    assert main(["factsheet", "BEL", "--out", "again.md"]) == 0
    again = (package.folder / "again.md").read_text(encoding="utf-8")
    places = [again.index(words) for words in ("fact without its", "advises", "**urges**")]
    assert places == sorted(places), "they are where the source has them"
    added = tables.find("citations", "R3-BEL-I-R7.2")
    assert added and (added["kind"], added["locator"]) == ("paragraph", "60")
    second = take(package, path)
    assert (second.changes, second.conflicts) == ((), ())
    source = package.folder / "f.md"
    assert main(["ingest", "f.md", "--partial"]) == 0
    assert waiting(package) == {}, "what was filed is not offered again"
    text = source.read_text(encoding="utf-8").replace("[^9]:", "[^10]: Para. 60.\n[^9]:")
    source.write_text(text, encoding="utf-8")
    assert main(["ingest", "f.md", "--partial"]) == 0
    assert set(waiting(package)) == {"Para. 60."}, "another with the same words is"


def test_to_discard_a_text_is_to_delete_its_row(package: Package) -> None:
    ids = [row["to_file_id"] for row in waiting(filled(package)).values()]
    assert take(package, edit(make(package), remove(SHEET, *ids))).applied
    assert waiting(package) == {}


def test_a_generic_recommendation_and_a_practice_are_filed_from_the_workbook_of_the_party(
    package: Package,
) -> None:
    found = waiting(filled(package))
    lost, unknown = (found[text]["to_file_id"] for text in (LOST.replace("8", "1"), UNKNOWN))
    path = edit(
        make(package),
        put(SHEET, lost, "File as", "generic recommendation"),
        put(SHEET, lost, "Urgency", "urge"),
        put(SHEET, lost, "Lead-in", "The Committee **urges** all Parties:"),
        put(SHEET, unknown, "File as", "practice"),
        put(SHEET, unknown, "Lead-in", "Promising practice:"),
    )
    assert take(package, path).applied
    tables = read_tables(package).tables
    row = tables.find("recommendations", "R3-ALL-I-R8")
    assert row and (row["scope"], row["party_id"], row["addressing"]) == ("generic", "", "all")
    practice = tables.find("practices", "R3-BEL-I-p1")
    assert practice and practice["heading"] == "Promising practice:"
    assert tables.find("practice_parties", "R3-BEL-I-p1", "BEL")


def test_a_choice_without_a_chapter_is_refused_at_its_row(package: Package) -> None:
    found = waiting(filled(package))
    note = found["Para. 60."]["to_file_id"]
    outcome = take(package, edit(make(package), put(SHEET, note, "File as", "observation")))
    assert not outcome.applied
    places = {p.location.source for p in outcome.problems if p.severity == "error"}
    assert places and all(place.startswith(f"{SHEET}!") for place in places)
    assert len(waiting(package)) == 4


def test_a_choice_that_there_is_not_stays_and_is_refused(package: Package) -> None:
    found = waiting(filled(package))
    path = edit(make(package), put(SHEET, found[UNKNOWN]["to_file_id"], "File as", "advice"))
    outcome = take(package, path)
    assert [p.location.resource for p in outcome.problems if p.severity == "error"] == ["to_file"]


def test_a_workbook_has_the_sheet_only_while_something_waits(package: Package) -> None:
    from openpyxl import load_workbook

    assert SHEET not in load_workbook(make(package)).sheetnames
    assert SHEET in load_workbook(make(filled(package))).sheetnames
    assert lz.load(package.folder).tables.rows("to_file")
