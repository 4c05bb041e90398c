"""A package of another committee: three tables, none of them of factsheets."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook

import lanzarote_data as lz
from lanzarote_data.cli import COMMANDS, main
from lanzarote_data.model.descriptor import descriptor_faults
from lanzarote_data.store.tables import read_tables
from lanzarote_data.validate.package import validate_package
from tests.packages import DATA, ROOT, change_descriptor, copy_package

OF_FACTSHEETS = {
    "ingest": ["ingest", str(DATA / "factsheets" / "turkiye.txt"), "--dry-run"],
    "factsheet": ["factsheet", "AAA"],
    "stats": ["stats", "--party", "AAA"],
    "site": ["site"],
    "form": ["form", "AAA"],
}
OF_ALL = {
    "validate": ["validate"],
    "build": ["build"],
    "export": ["export", "--party", "AAA"],
    "status": ["status"],
    "import": ["import", "workbooks/AAA.xlsx"],
    "diff": ["diff", ".", "workbooks/AAA.xlsx"],
    "release": ["release", "2026.1"],
    "verify": ["verify", "build/releases/example-measures-2026.1.0.zip"],
    "credit": ["credit"],
    "history": ["history"],
    "remind": ["remind"],
}
SERVERS = {"desk", "watch"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package, as the current folder."""
    copy_package("another-committee", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
def test_every_command_ends_in_success_or_in_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {*OF_ALL, *OF_FACTSHEETS, *SERVERS, "undo"} >= set(COMMANDS)
    assert [name for name, words in OF_ALL.items() if main(words) != 0] == []
    for name, words in OF_FACTSHEETS.items():
        capsys.readouterr()
        assert main(words) == 2, name
        assert "factsheets" in capsys.readouterr().err, name
    assert main(["undo"]) == 2  # nothing was imported
    assert {path.name for path in (folder / "build").iterdir()} == {
        "releases",
        "stamps.json",
        "valid.json",
    }


def test_questions_about_factsheets_end_in_a_sentence(folder: Path) -> None:
    data = lz.load(folder)
    for ask in (data.matrix, data.counts, lambda: data.follow_up_state("AAA")):
        with pytest.raises(lz.LanzaroteError):
            ask()
    assert data.text("AAA-x1") == "A synthetic measure on reports"
    assert len(data.joined("measures")) == 3


def test_edits_in_the_workbook_of_a_state_come_back(folder: Path) -> None:
    assert main(["build"]) == 0
    assert {p.stem for p in (folder / "workbooks").iterdir()} == {"ALL", "AAA", "BBB"}
    path = folder / "workbooks" / "AAA.xlsx"
    book = load_workbook(path)
    sheet = book["Measures"]
    column = {cell.value: cell.column for cell in sheet[1]}
    assert "State" not in column
    sheet.cell(2, column["Text"]).value = "Changed"
    for title, text in {"Topic": "training", "Year": 2026, "Text": "New"}.items():
        sheet.cell(4, column[title]).value = text
    book.save(path)
    assert main(["import", str(path)]) == 0
    rows = {
        row["measure_id"]: row
        for row in read_tables(lz.load_package(folder)).tables.rows("measures")
    }
    assert rows["AAA-x1"]["text"] == "Changed"
    new = {"state_id": "AAA", "topic_id": "training", "year": "2026", "text": "New"}
    assert rows["AAA-x3"] == {"measure_id": "AAA-x3", **new}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"/resources/1/lanzarote:parties": True}, "resources/1/lanzarote:parties"),
        ({"/resources/0/schema/primaryKey": ["state_id", "name"]}, "resources/0/schema/primaryKey"),
    ],
)
def test_one_table_with_one_id_holds_the_parties(
    tmp_path: Path, changes: dict[str, object], place: str
) -> None:
    copy_package("another-committee", tmp_path)
    change_descriptor(tmp_path, changes)
    found = validate_package(tmp_path)
    assert ("descriptor-unusable", place) in [(p.code, p.location.field) for p in found]


@pytest.mark.parametrize(
    "missing", ["title", "description", "licenses", "contributors", "lanzarote:credit"]
)
def test_a_release_that_does_not_say_whose_it_is_is_refused(
    folder: Path, missing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    change_descriptor(folder, {f"/{missing}": None})
    assert main(["release", "2026.1", "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    places = [(p["code"], p["location"]["field"]) for p in told["problems"]]
    assert places == [("release-undescribed", missing)]
    assert not (folder / "build").exists()


def test_the_example_of_the_descriptor_page_is_a_descriptor() -> None:
    page = (ROOT / "docs" / "descriptor.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```json\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    assert descriptor_faults(json.loads(example)) == ()
