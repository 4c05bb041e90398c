"""A refused workbook given back, corrected there, and taken in."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from lanzarote_data.cli import main
from lanzarote_data.model.package import Package
from lanzarote_data.store.lock import locked
from lanzarote_data.store.tables import read_tables, write_tables
from lanzarote_data.workbook.choices import HEADERS, seen
from lanzarote_data.workbook.layout import CONFLICTS_SHEET, REVIEW_SHEET, UNRESOLVED
from lanzarote_data.workbook.review import review_path
from tests.packages import edited
from tests.workbooks import Edit, add, edit, make, put, remove, review, tables_bytes, take

REC = "Recommendations"


def review_of(package: Package, path: Path) -> Path:
    """The review of a workbook, which must be refused."""
    copy = review(package, path)
    assert copy is not None
    return copy


def text_of(package: Package, row_id: str) -> str:
    row = read_tables(package).tables.find("recommendations", row_id)
    assert row is not None
    return row["text"]


def conflicting(package: Package, *more: Edit) -> Path:
    """A workbook and tables that changed the same cell."""
    path = edit(make(package), put(REC, "R2-BEL-II-1", "Text", "to theirs.[^1]"), *more)
    tables = read_tables(package).tables
    with locked(package):
        changed = edited(tables, "recommendations", "R2-BEL-II-1", text="to ours.[^1]")
        write_tables(package, changed)
    return path


def choose(word: str) -> Edit:
    """Choose for every conflict."""

    def change(book: Any) -> None:
        sheet = book[CONFLICTS_SHEET]
        for number in range(2, sheet.max_row + 1):
            sheet.cell(number, len(HEADERS)).value = word

    return change


def test_a_workbook_without_fault_has_no_review(package: Package) -> None:
    assert review(package, make(package)) is None


def test_faults_are_listed_linked_coloured_and_noted(package: Package) -> None:
    path = edit(
        make(package),
        put(REC, "R2-BEL-II-1", "Sub-heading", "=A1"),
        put(REC, "R2-BEL-II-2", "Urgency", "require"),
    )
    book = load_workbook(review_of(package, path))
    listed = book[REVIEW_SHEET]
    assert "nothing was changed" in listed["A1"].value
    places = {listed.cell(n, 1).value: listed.cell(n, 1).hyperlink for n in range(5, 7)}
    assert set(places) == {"Recommendations!F2, Sub-heading", "Recommendations!C3, Urgency"}
    assert {link.location for link in places.values()} == {
        "'Recommendations'!F2",
        "'Recommendations'!C3",
    }
    cell = book[REC]["C3"]
    assert cell.fill.fgColor.rgb == "FFF8C9C4"
    assert "“requires” is not in" in cell.comment.text


def test_the_review_has_the_persons_cells_where_they_were(package: Package) -> None:
    path = edit(
        make(package),
        put(REC, "R2-BEL-II-1", "Text", "to theirs.[^1]"),
        put(REC, "R2-BEL-II-2", "Text", "to **theirs.[^1][^2]"),
        add("Observations", Chapter="R2-II", Text="A synthetic fact.", Layout="paragraph"),
        lambda book: book[REC].cell(1, 13).__setattr__("value", "Remarks"),
        lambda book: book[REC].cell(2, 13).__setattr__("value", "to be asked"),
    )
    before, after = load_workbook(path), load_workbook(review_of(package, path))
    for title in (REC, "Observations", "Citations"):
        rows = [[cell.value for cell in row] for row in before[title].iter_rows()]
        copied = [[cell.value for cell in row] for row in after[title].iter_rows()]
        assert copied == rows


def test_a_review_that_was_not_corrected_is_refused_again(package: Package) -> None:
    path = edit(
        make(package),
        put(REC, "R2-BEL-II-1", "Sub-heading", "=A1"),
        put(REC, "R2-BEL-II-2", "Sub-heading", "#N/A"),
        put(REC, "R2-BEL-II-2", "Position", datetime.datetime(2026, 1, 2)),
    )
    copy = review_of(package, path)
    assert load_workbook(copy)[REC]["F2"].value == f"{UNRESOLVED}=A1"
    codes = [problem.code for problem in take(package, copy).problems]
    assert codes == ["still-to-correct"] * 3


def test_a_corrected_review_finishes_the_job(package: Package) -> None:
    path = edit(
        make(package),
        put(REC, "R2-BEL-II-1", "Text", "to theirs.[^1]"),
        put(REC, "R2-BEL-II-2", "Sub-heading", "=A1"),
    )
    copy = review_of(package, path)
    outcome = take(package, edit(copy, put(REC, "R2-BEL-II-2", "Sub-heading", None)))
    assert outcome.applied
    assert [change.new for change in outcome.changes] == ["to theirs.[^1]"]
    assert take(package, copy).changes == ()


def test_cells_under_merged_ones_are_marked_not_lost(package: Package) -> None:
    path = edit(make(package), lambda book: book[REC].merge_cells("H2:H3"))
    copy = review_of(package, path)
    sheet = load_workbook(copy)[REC]
    assert sheet["H3"].value == f"{UNRESOLVED}merged cell"
    assert take(package, copy).refused


@pytest.mark.parametrize(
    ("word", "text"), [("the data", "to ours.[^1]"), ("my workbook", "to theirs.[^1]")]
)
def test_a_conflict_is_settled_by_a_choice(package: Package, word: str, text: str) -> None:
    copy = review_of(package, conflicting(package))
    sheet = load_workbook(copy)[CONFLICTS_SHEET]
    values = [sheet.cell(2, number).value for number in range(6, 9)]
    base = "to consider a synthetic recommendation.[^1]"
    assert values == [base, "to ours.[^1]", "to theirs.[^1]"]
    outcome = take(package, edit(copy, choose(word)))
    assert outcome.conflicts == ()
    assert outcome.applied
    assert text_of(package, "R2-BEL-II-1") == text


def test_a_text_written_anew_in_the_review_is_what_is_taken(package: Package) -> None:
    copy = review_of(package, conflicting(package))
    edit(copy, choose("my workbook"), put(REC, "R2-BEL-II-1", "Text", "to both.[^1]"))
    assert take(package, copy).applied
    assert text_of(package, "R2-BEL-II-1") == "to both.[^1]"


def test_without_a_choice_the_conflict_stays(package: Package) -> None:
    copy = review_of(package, conflicting(package))
    before = tables_bytes(package)
    assert len(take(package, copy).conflicts) == 1
    assert tables_bytes(package) == before


def test_a_choice_does_not_count_when_the_data_moved_on(package: Package) -> None:
    copy = edit(review_of(package, conflicting(package)), choose("my workbook"))
    tables = read_tables(package).tables
    with locked(package):
        write_tables(package, edited(tables, "recommendations", "R2-BEL-II-1", text="newer.[^1]"))
    (conflict,) = take(package, copy).conflicts
    assert conflict.versions.ours == "newer.[^1]"
    assert text_of(package, "R2-BEL-II-1") == "newer.[^1]"


@pytest.mark.parametrize("word", ["the data", "my workbook"])
def test_a_choice_goes_into_the_next_review(package: Package, word: str) -> None:
    """The next fault must not make the person settle again what is settled."""
    first = edit(review_of(package, conflicting(package)), choose(word))
    second = review_of(package, edit(first, put(REC, "R2-BEL-II-1", "Sub-heading", "=1+1")))
    (line,) = list(load_workbook(second)[CONFLICTS_SHEET].values)[1:]
    assert line[-1] == word
    assert line[5:8] == (
        "to consider a synthetic recommendation.[^1]",
        "to ours.[^1]",
        "to theirs.[^1]",
    )
    edit(second, put(REC, "R2-BEL-II-1", "Sub-heading", "A synthetic topic:"))
    assert take(package, second).applied
    assert (
        text_of(package, "R2-BEL-II-1") == f"to {'ours' if word == 'the data' else 'theirs'}.[^1]"
    )


@pytest.mark.parametrize("word", ["the data", "my workbook"])
def test_a_choice_goes_into_the_next_review_though_a_fault_hides_the_conflict(
    package: Package, word: str
) -> None:
    first = edit(review_of(package, conflicting(package)), choose(word))
    second = review_of(package, edit(first, put(REC, "R2-BEL-II-1", "Text", "=1+1")))
    (line,) = list(load_workbook(second)[CONFLICTS_SHEET].values)[1:]
    assert (line[1], line[-1]) == ("R2-BEL-II-1", word)
    edit(second, put(REC, "R2-BEL-II-1", "Text", "to theirs again.[^1]"))
    assert take(package, second).applied
    text = "to ours.[^1]" if word == "the data" else "to theirs again.[^1]"
    assert text_of(package, "R2-BEL-II-1") == text


@pytest.mark.parametrize(("table", "field"), [("nowhere", ""), ("recommendations", "nothing")])
def test_a_choice_for_what_is_not_there_is_left_out(
    package: Package, table: str, field: str
) -> None:
    first = edit(review_of(package, conflicting(package)), choose("my workbook"))

    def forge(book: Any) -> None:
        sheet = book[CONFLICTS_SHEET]
        values = [table, "R2-BEL-II-1", field, seen(None if table == "nowhere" else "")]
        for number, value in enumerate(values, start=1):
            sheet.cell(3, number).value = value
        sheet.cell(3, len(HEADERS)).value = "the data"

    second = review_of(package, edit(first, forge, put(REC, "R2-BEL-II-1", "Layout", "=1+1")))
    assert [line[1] for line in load_workbook(second)[CONFLICTS_SHEET].values][1:] == [
        "R2-BEL-II-1"
    ]


def test_open_conflicts_stand_above_those_that_are_settled(package: Package) -> None:
    first = edit(review_of(package, conflicting(package)), choose("my workbook"))
    edit(first, put(REC, "R2-BEL-II-2", "Sub-heading", "Mine:"))
    tables = read_tables(package).tables
    with locked(package):
        write_tables(package, edited(tables, "recommendations", "R2-BEL-II-2", topic="Ours:"))
    second = review_of(package, first)
    lines = list(load_workbook(second)[CONFLICTS_SHEET].values)[1:]
    assert [(line[1], line[-1]) for line in lines] == [
        ("R2-BEL-II-2", None),
        ("R2-BEL-II-1", "my workbook"),
    ]
    assert take(package, edit(second, choose("my workbook"))).applied


def test_a_choice_that_does_not_count_any_more_is_asked_anew(package: Package) -> None:
    first = edit(review_of(package, conflicting(package)), choose("my workbook"))
    tables = read_tables(package).tables
    with locked(package):
        write_tables(package, edited(tables, "recommendations", "R2-BEL-II-1", text="newer.[^1]"))
    (line,) = list(load_workbook(review_of(package, first))[CONFLICTS_SHEET].values)[1:]
    assert (line[6], line[-1]) == ("newer.[^1]", None)


def test_a_row_that_one_deleted_and_the_other_edited_is_settled_as_a_whole(
    package: Package,
) -> None:
    path = make(package)
    edit(path, remove(REC, "R2-BEL-II-1"), remove("Citations", "R2-BEL-II-1.1"))
    tables = read_tables(package).tables
    with locked(package):
        write_tables(package, edited(tables, "recommendations", "R2-BEL-II-1", topic="Ours:"))
    copy = edit(review_of(package, path), choose("my workbook"))
    outcome = take(package, copy)
    assert outcome.applied
    assert [change.kind for change in outcome.changes] == ["removed", "removed"]


def test_a_review_never_overwrites_another(package: Package) -> None:
    path = conflicting(package)
    first = review_of(package, path)
    second = review_of(package, path)
    assert [first.name, second.name] == ["BEL.review.xlsx", "BEL.review-2.xlsx"]
    assert review_path(second).name == "BEL.review-3.xlsx"


def test_the_import_command_gives_the_workbook_back(
    package: Package, capsys: pytest.CaptureFixture[str]
) -> None:
    path = conflicting(package)
    arguments = ["import", str(path), "--package", str(package.folder)]
    assert main([*arguments, "--dry-run"]) == 1
    assert not review_path(path).with_name("BEL.review.xlsx").exists()
    assert main(arguments) == 1
    assert "BEL.review.xlsx: a copy of BEL.xlsx" in capsys.readouterr().out
    assert path.with_name("BEL.review.xlsx").is_file()
