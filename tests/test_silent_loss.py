"""What was once lost without a word, and never may be again."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment

from lanzarote_data.cli import main
from lanzarote_data.model.errors import StorageError
from lanzarote_data.model.package import Package
from lanzarote_data.model.types import text_fault
from lanzarote_data.store.lock import locked
from lanzarote_data.store.tables import read_tables, withdrawn_ids, write_tables
from lanzarote_data.workbook.exports import export_workbook
from lanzarote_data.workbook.layout import view_named
from lanzarote_data.workbook.review import write_review
from lanzarote_data.workbook.undo import undo
from tests.packages import DATA, copy_package, edited
from tests.workbooks import add, edit, make, put, remove, tables_bytes, take

pytestmark = pytest.mark.slow

REC = "Recommendations"


def codes(outcome: Any) -> list[str]:
    return [problem.code for problem in outcome.problems if problem.severity == "error"]


@pytest.mark.parametrize("fault", ["csv-quote", "unknown-column", "row-width", "doubled-id"])
def test_tables_that_cannot_be_read_whole_are_not_written_again(tmp_path: Path, fault: str) -> None:
    package = copy_package("tiny", tmp_path)
    path = edit(make(package), put(REC, "R2-BEL-II-1", "Text", "to reconsider.[^1]"))
    copy_package("tiny", tmp_path, fault)
    before = tables_bytes(package)
    with pytest.raises(StorageError, match="must be corrected first"):
        take(package, path)
    arguments = ["--package", str(tmp_path)]
    assert main(["status", *arguments]) == 2
    assert main(["diff", str(tmp_path), str(path), *arguments]) == 2
    source = DATA / "factsheets" / "belgium-2023-05-25.md"
    assert main(["ingest", str(source), *arguments]) == 2
    assert tables_bytes(package) == before


def footnote(**values: object) -> Any:
    texts = {"Marker": 1, "Kind": "paragraph", "Locator": "49", "Document": "R2-REPORT"}
    return add("Citations", **(texts | {"Text_of_the_footnote": "Para. 49."} | values))


def test_a_new_footnote_does_not_take_the_place_of_another(package: Package) -> None:
    outcome = take(package, edit(make(package), footnote(Belongs_to="R2-BEL-II-o1")))
    assert "doubled-key" in codes(outcome)
    assert outcome.refused


def test_a_footnote_may_be_put_before_another(package: Package) -> None:
    path = edit(
        make(package),
        put("Observations", "R2-BEL-II-o1", "Text", "A fact,[^2] and more.[^1]"),
        footnote(Belongs_to="R2-BEL-II-o1", Marker=2),
    )
    outcome = take(package, path)
    assert codes(outcome) == []
    assert [c.key for c in outcome.changes] == [("R2-BEL-II-o1",), ("R2-BEL-II-o1.2",)]


def rename(old: str, new: str) -> Any:
    return lambda book: book[old].__setattr__("title", new)


@pytest.mark.parametrize("title", ["Follow-up 2026", "Conflicts", "Read me too"])
def test_a_row_in_a_renamed_sheet_that_was_empty_arrives(package: Package, title: str) -> None:
    entry = {"Report_recommendation": "R2-II-1", "Date": "2026-01-31", "Kind": "measure"}
    entry |= {"Status": "reported", "Text": "A synthetic measure.", "Source": "A letter."}
    outcome = take(
        package, edit(make(package), add("Follow-up", **entry), rename("Follow-up", title))
    )
    assert [change.key for change in outcome.changes] == [("R2-II-1.BEL.f1",)]


def test_edits_in_a_sheet_that_was_renamed_and_lost_a_column_arrive(package: Package) -> None:
    path = edit(
        make(package),
        put("Observations", "R2-BEL-III-o1", "Text", "Changed."),
        lambda book: book["Observations"].delete_cols(2),
        rename("Observations", "My sheet"),
    )
    assert [change.new for change in take(package, path).changes] == ["Changed."]


@pytest.mark.parametrize(
    "own",
    [
        lambda book: book[REC].cell(1, 13).__setattr__("value", "My remarks"),
        lambda book: book.create_sheet("Notes"),
        lambda book: book[REC]["H2"].__setattr__("comment", Comment("to ask", "somebody")),
    ],
)
def test_a_persons_own_columns_sheets_and_notes_are_not_overwritten(
    package: Package, own: Any
) -> None:
    path = edit(make(package), own)
    before = path.read_bytes()
    tables = edited(read_tables(package).tables, "observations", "R2-BEL-III-o1", text="Newer.")
    exported = export_workbook(tables, view_named("BEL"), path.parent)
    assert exported.state == "kept"
    assert path.read_bytes() == before


def new_observation(text: str) -> Any:
    return add("Observations", Chapter="R2-II", Text=text, Layout="paragraph")


def test_a_new_row_that_was_corrected_after_it_was_taken_in_is_not_doubled(
    package: Package,
) -> None:
    first = "A synthetic fact that was observed in the course of the second round."
    path = edit(make(package), new_observation(first))
    assert take(package, path).applied

    def correct(book: Any) -> None:
        sheet = book["Observations"]
        number = next(r[0].row for r in sheet.iter_rows() if first in [c.value for c in r])
        cell = next(c for c in sheet[number] if c.value == first)
        cell.value = first.replace("second", "first")

    before = tables_bytes(package)
    outcome = take(package, edit(path, correct))
    assert codes(outcome) == ["taken-in-before"]
    assert tables_bytes(package) == before
    # What was undone is not there to be doubled.
    assert undo(package)[0].applied
    assert [change.kind for change in take(package, path).changes] == ["added"]


def test_a_row_that_is_missing_here_or_in_the_data_is_told_as_that(package: Package) -> None:
    path = make(package)
    mine = shutil.copy(path, path.with_name("mine.xlsx"))
    added = take(package, edit(path, new_observation("A synthetic fact."))).changes[0]
    gone = "R2-BEL-III-o1"
    take(package, edit(make(package), remove("Observations", gone)))
    told = [p for p in take(package, Path(mine)).problems if p.code == "older-text"]
    assert [(p.location.key, "To delete it" in p.hint) for p in told] == [(added.key[0], True)]
    outcome = take(package, edit(Path(mine), put("Observations", gone, "Text", "Another fact.")))
    (conflict,) = outcome.conflicts
    assert (conflict.key, conflict.versions.ours) == ((gone,), None)
    sheet = load_workbook(write_review(outcome.workbooks[0]))["Conflicts"]
    base, now, theirs = (sheet.cell(2, number).value for number in (6, 7, 8))
    assert (now, "Text: Another fact." in theirs) == ("(no such row)", True)
    assert "observation_id" not in base + theirs  # people know the headers of columns


def test_an_id_is_never_given_again(package: Package) -> None:
    path = edit(make(package), remove("Observations", "R2-BEL-III-o1"))
    assert take(package, path).applied
    assert withdrawn_ids(package) == {"R2-BEL-III-o1"}
    again = add("Observations", Chapter="R2-III", Text="Another.", Layout="paragraph")
    outcome = take(package, edit(make(package), again))
    assert [change.key for change in outcome.changes] == [("R2-BEL-III-o2",)]


def test_a_marked_cell_with_bold_words_is_still_refused(package: Package) -> None:
    rich = CellRichText("⚠ =1+1 ", TextBlock(InlineFont(b=True), "x"))
    outcome = take(package, edit(make(package), put(REC, "R2-BEL-II-1", "Text", rich)))
    assert codes(outcome) == ["still-to-correct"]


def test_words_that_workbooks_write_otherwise_are_refused_in_the_tables() -> None:
    assert text_fault("A sign _x005F_ is lost").startswith("it holds _x005F_")
    assert text_fault("A sign x005F_ is lost").startswith("it holds x005F_")
    assert text_fault("A line_x000B_break").startswith("it holds _x000B_")
    assert text_fault("A sign _x000D_ is a line end").startswith("it holds _x000D_")


def test_a_text_that_looks_like_a_mark_goes_round(package: Package) -> None:
    text = "⚠ A synthetic warning"
    tables = edited(read_tables(package).tables, "observations", "R2-BEL-III-o1", text=text)
    with locked(package):
        write_tables(package, tables)
    outcome = take(package, make(package))
    assert (outcome.changes, codes(outcome)) == ((), [])
