"""What staff do with a workbook, each as a story: what they write, and what comes of it."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Color, Font, PatternFill

from lanzarote_data.cli import main
from lanzarote_data.model.package import Package
from lanzarote_data.store.descriptor import load_package
from lanzarote_data.store.tables import read_tables
from lanzarote_data.workbook.imports import Outcome
from tests.desk import cells, places, rows
from tests.packages import change_descriptor, copy_own_package
from tests.workbooks import Edit, add, column, edit, line, make, put, remove, review, take

pytestmark = pytest.mark.slow

REC, OBS, CIT, FOL = "Recommendations", "Observations", "Citations", "Follow-up"


def handed_in(package: Package, *edits: Edit, name: str = "BEL") -> Outcome:
    """What comes of a workbook with some edits."""
    return take(package, edit(make(package, name), *edits))


def note(belongs_to: str, marker: int = 1) -> Edit:
    texts = {"Marker": marker, "Kind": "note", "Text_of_the_footnote": "A synthetic note."}
    return add(CIT, Belongs_to=belongs_to, **texts)


def observation(text: str = "A synthetic observation.[^1]", **texts: object) -> Edit:
    return add(OBS, Chapter="R2-II", Text=text, **texts)


# One list says where a footnote belongs.


def test_one_list_offers_all_rows_of_the_workbook_that_have_footnotes(package: Package) -> None:
    book = load_workbook(make(package))
    sheet = book[CIT]
    place = column(sheet, "Belongs to")
    (rule,) = (
        rule
        for rule in sheet.data_validations.dataValidation
        if sheet.cell(2, place).coordinate in rule.sqref and rule.type == "list"
    )
    letter = rule.formula1.split("$")[1]
    offered = [cell.value for cell in book["_lists"][letter] if cell.value]
    names = ("recommendations", "observations", "practices")
    own = [row[0] for name in names for row in _ids(package, name) if "-BEL-" in row[0]]
    assert [entry.split()[0] for entry in offered[: len(own)]] == own
    assert offered[len(own)] == "new 1"


def _ids(package: Package, name: str) -> list[tuple[str, ...]]:
    return list(read_tables(package).tables[name].rank)


@pytest.mark.parametrize("sheet", [REC, OBS, "Promising practices"])
def test_a_footnote_belongs_to_a_new_row_of_any_sheet(package: Package, sheet: str) -> None:
    texts = {"Chapter": "R2-II", "Text": "A synthetic text.[^1]", "name": "New 1"}
    more = {
        REC: {"Urgency": "invite", "Addressed_to": "named", "Lead-in": "The Committee invites:"},
        "Promising practices": {"Heading_of_the_box": "A heading"},
    }
    outcome = handed_in(package, add(sheet, **texts, **more.get(sheet, {})), note("new 1"))
    assert places(outcome.problems) == []
    (added,) = (key for kind, name, key in rows(outcome.changes) if name == "citations")
    assert added.endswith(".1")
    assert added.removesuffix(".1") in {key for _, _, key in rows(outcome.changes)}


def test_one_name_for_two_rows_that_may_have_the_footnote_is_refused(package: Package) -> None:
    practice = {"Chapter": "R2-II", "Text": "A practice.[^1]", "Heading_of_the_box": "A heading"}
    new = [observation(name="new 1"), add("Promising practices", name="new 1", **practice)]
    outcome = handed_in(package, *new, note("new 1"))
    assert "doubled-name" in {code for code, _ in places(outcome.problems)}


def test_a_workbook_with_a_column_for_each_table_still_imports(package: Package) -> None:
    names = [entry.name for entry in package.resources]
    there = json.loads(package.path.read_text(encoding="utf-8"))
    pointer = f"/resources/{names.index('citations')}/lanzarote:sheet"
    change_descriptor(package.folder, {pointer: None})
    older = load_package(package.folder)
    path = edit(
        make(older),
        put(CIT, "R2-BEL-II-1.1", "Text of the footnote", "Recommendation II-1"),
        observation(name="new 1"),
        add(CIT, Observation="new 1", Marker=1, Kind="note", Text_of_the_footnote="A note."),
    )
    package.path.write_text(json.dumps(there), encoding="utf-8")
    outcome = take(load_package(package.folder), path)
    assert places(outcome.problems, "warning") == []
    assert rows(outcome.changes) == [
        ("added", "observations", "R2-BEL-II-o2"),
        ("changed", "citations", "R2-BEL-II-1.1"),
        ("added", "citations", "R2-BEL-II-o2.1"),
    ]


# A name for a new row that was forgotten.

SAYS = "to add a synthetic recommendation.[^1]"
NEW = {"Chapter": "R2-II", "Addressed_to": "named", "Urgency": "invite", "Text": SAYS}


def recommendation(**texts: object) -> Edit:
    return add(REC, **NEW, **{"Lead-in": "The Committee **invites** {party}:"}, **texts)


FORGOTTEN = {
    "in the row": [recommendation(), note("new 1")],
    "in the footnote": [recommendation(name="new 1"), note("")],
    "in both": [recommendation(), note("")],
    "another number": [recommendation(name="new 1"), note("new 2")],
}


@pytest.mark.parametrize("edits", FORGOTTEN.values(), ids=FORGOTTEN)
def test_a_forgotten_name_is_told_alone_and_put_into_the_review(
    package: Package, edits: list[Edit]
) -> None:
    path = edit(make(package), *edits)
    outcome = take(package, path)
    assert places(outcome.problems) == [("forgotten-name", f"{REC}!B5")]
    copy = review(package, path)
    assert copy is not None
    assert rows(take(package, copy).changes) == [
        ("added", "recommendations", "R2-BEL-II-n1"),
        ("added", "citations", "R2-BEL-II-n1.1"),
    ]


def test_which_of_two_new_rows_has_the_footnote_is_asked_for(package: Package) -> None:
    path = edit(make(package), recommendation(), observation(), note("new 1"))
    told = places(take(package, path).problems)
    assert told[0] == ("forgotten-name", f"{CIT}!C{_last(path)}")
    assert {code for code, _ in told} == {"forgotten-name", "dangling-marker"}


def _last(path: Path) -> int:
    return int(load_workbook(path)[CIT].max_row)


# Dates.


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("31 December 2025", "2025-12-31"),
        ("31/12/2025", "2025-12-31"),
        ("12/31/2025", "2025-12-31"),
        ("31.12.2025", "2025-12-31"),
        ("Dec 31, 2025", "2025-12-31"),
        ("5/5/2025", "2025-05-05"),
        ("2025-12-31", "2025-12-31"),
        (datetime.date(2025, 12, 31), "2025-12-31"),
        (datetime.datetime(2025, 12, 31), "2025-12-31"),
    ],
)
def test_a_date_is_read_as_people_type_it(package: Package, typed: object, read: str) -> None:
    outcome = handed_in(package, entry(Date=typed))
    ((_, _, _, _, new),) = cells(outcome.changes)
    assert isinstance(new, dict)
    assert new["date"] == read
    as_it_is = typed == read or not isinstance(typed, str)
    told = [] if as_it_is else ["date-read"]
    assert [problem.code for problem in outcome.problems] == told
    assert all(read in problem.message for problem in outcome.problems)


def entry(**texts: object) -> Edit:
    values = {"Report_recommendation": "R2-II-1", "Date": "2026-01-31", "Kind": "measure"}
    values |= {"Status": "reported", "Text": "A synthetic measure.", "Source": "A letter."}
    return add(FOL, **(values | texts))


@pytest.mark.parametrize("typed", ["03/04/2025", "3.4.2025", "4-3-2025"])
def test_a_date_with_two_readings_is_refused_with_both(package: Package, typed: str) -> None:
    (problem,) = handed_in(package, entry(Date=typed)).problems
    assert (problem.code, problem.location.field) == ("ambiguous-date", "date")
    assert "2025-04-03" in problem.hint
    assert "2025-03-04" in problem.hint


@pytest.mark.parametrize("typed", ["31/02/2025", "32 December 2025", "31/12/25", "in December"])
def test_what_is_no_date_is_refused(package: Package, typed: str) -> None:
    outcome = handed_in(package, entry(Date=typed))
    assert {code for code, _ in places(outcome.problems)} == {"wrong-type"}


# Footnotes that are numbered again.


def test_a_footnote_takes_the_number_of_a_deleted_one(package: Package) -> None:
    outcome = handed_in(
        package,
        remove(CIT, "R2-BEL-II-2.1"),
        put(CIT, "R2-BEL-II-2.2", "Marker", 1),
        put(REC, "R2-BEL-II-2", "Text", "to consider another synthetic recommendation.[^1]"),
    )
    assert places(outcome.problems) == []
    ours = read_tables(package).tables["citations"].by_key
    assert ("R2-BEL-II-2.2",) not in ours
    assert ours["R2-BEL-II-2.1",]["locator"] == "II-2;II-4"
    back = handed_in(
        package,
        note("R2-BEL-II-2", 2),
        put(REC, "R2-BEL-II-2", "Text", "to consider another synthetic recommendation.[^1][^2]"),
    )
    assert (places(back.problems), back.applied) == ([], True)


def test_a_footnote_moves_to_another_row(package: Package) -> None:
    outcome = handed_in(
        package,
        put(CIT, "R2-BEL-II-1.1", "Belongs to", "R2-BEL-III-o1"),
        put(REC, "R2-BEL-II-1", "Text", "to consider a synthetic recommendation."),
        put(OBS, "R2-BEL-III-o1", "Text", "A synthetic fact.[^1]"),
        put(CIT, "R2-BEL-II-1.1", "Kind", "note"),
        put(CIT, "R2-BEL-II-1.1", "Locator", None),
        put(CIT, "R2-BEL-II-1.1", "Document", None),
        put(CIT, "R2-BEL-II-1.1", "Text of the footnote", "A synthetic note."),
    )
    assert places(outcome.problems) == []
    assert ("added", "citations", "R2-BEL-III-o1.1") in rows(outcome.changes)


def test_a_footnote_with_the_number_of_another_is_told_at_its_marker(package: Package) -> None:
    outcome = handed_in(package, put(CIT, "R2-BEL-II-2.2", "Marker", 1))
    told = places(outcome.problems)
    place = f"{CIT}!D{_line(package, CIT, 'R2-BEL-II-2.2')}"
    assert place in {where for _, where in told}
    assert not [where for _, where in told if "!A" in where]


def _line(package: Package, title: str, row_id: str) -> int:
    return line(load_workbook(make(package))[title], row_id)


# A problem is marked where the person wrote.


def test_another_chapter_is_told_at_the_cell_of_the_chapter(package: Package) -> None:
    outcome = handed_in(package, put(OBS, "R2-BEL-II-o1", "Chapter", "R2-III Investigations"))
    assert places(outcome.problems) == [("id-disagrees", f"{OBS}!F2")]
    # That its footnotes cite the old chapter only follows from it.
    outcome = handed_in(package, put(REC, "R2-BEL-II-1", "Chapter", "R2-III Investigations"))
    assert places(outcome.problems) == [("id-disagrees", f"{REC}!G2")]


@pytest.mark.parametrize(
    ("title", "row_id", "header"),
    [(REC, "R2-BEL-II-1", "Chapter"), (CIT, "R2-BEL-II-1.1", "Belongs to")],
)
def test_nobody_is_told_to_add_a_row_that_the_workbook_has_no_sheet_for(
    package: Package, title: str, row_id: str, header: str
) -> None:
    outcome = handed_in(package, put(title, row_id, header, "R2-XX Something"))
    (problem,) = (p for p in outcome.problems if p.code == "dangling-reference")
    assert "add" not in problem.hint
    assert header in problem.message


def test_a_position_of_a_neighbour_is_told_where_it_was_written(package: Package) -> None:
    first, second = "R2-BEL-II-1", "R2-BEL-II-2"
    there = read_tables(package).tables.find("recommendations", second) or {}
    outcome = handed_in(package, put(REC, first, "Position", int(there["position"])))
    assert places(outcome.problems) == [
        ("doubled-position", f"{REC}!K{_line(package, REC, first)}")
    ]
    assert second in outcome.problems[0].message


def test_ids_that_were_replaced_are_told_without_what_follows(package: Package) -> None:
    def replaced(book: Any) -> None:
        for row in book[REC].iter_rows(min_row=2, max_col=2):
            for cell in row:
                cell.value = str(cell.value).replace("BEL", "BELGIUM")

    outcome = handed_in(package, replaced)
    assert {code for code, _ in places(outcome.problems)} == {"unknown-id"}


@pytest.mark.parametrize(
    "change",
    [lambda sheet: sheet.delete_cols(1), lambda sheet: setattr(sheet["A1"], "value", "x")],
    ids=["deleted", "header"],
)
def test_without_its_hidden_column_a_sheet_is_read_by_the_grey_ids(
    package: Package, change: Callable[[Any], None]
) -> None:
    path = make(package)
    edit(path, put(REC, "R2-BEL-II-1", "Sub-heading", "Edited:"), observation("A fact."))
    edit(path, lambda book: change(book[REC]), lambda book: change(book[OBS]))
    outcome = take(package, path)
    assert rows(outcome.changes) == [
        ("changed", "recommendations", "R2-BEL-II-1"),
        ("added", "observations", "R2-BEL-II-o2"),
    ]
    assert [code for code, _ in places(outcome.problems, "warning")].count("missing-key") == 2


def test_two_sheets_that_changed_names_are_refused(package: Package) -> None:
    def swap(book: Any) -> None:
        book[REC].title = "x"
        book[OBS].title = REC
        book["x"].title = OBS

    told = places(handed_in(package, swap).problems)
    assert told == [("renamed-column", REC), ("renamed-column", OBS)]


# What a look means.


def cell_of(book: Any, title: str, row_id: str, header: str) -> Any:
    sheet = book[title]
    return sheet.cell(line(sheet, row_id), column(sheet, header))


def strike_out(book: Any) -> None:
    for header in ("Sub-heading", "Text"):
        cell_of(book, REC, "R2-BEL-II-1", header).font = Font(strike=True)
    half = CellRichText("A synthetic ", TextBlock(InlineFont(strike=True), "fact"), ".[^1]")
    cell_of(book, OBS, "R2-BEL-II-o1", "Text").value = half
    cell_of(book, OBS, "R2-BEL-II-o1", "Text").font = Font(strike=False)


def test_words_that_are_struck_out_are_told_and_read(package: Package) -> None:
    outcome = handed_in(package, strike_out)
    assert [new for *_, new in cells(outcome.changes)] == ["A synthetic fact.[^1]"]
    assert places(outcome.problems, "warning") == [
        ("struck-out", f"{REC}!D2"),
        ("struck-out", f"{OBS}!C2"),
    ]


def test_a_link_that_is_not_imported_is_told(package: Package) -> None:
    def link(book: Any) -> None:
        cell_of(book, REC, "R2-BEL-II-1", "Text").hyperlink = "https://example.org/a"
        address = cell_of(book, CIT, "R2-BEL-II-1.1", "Text of the footnote")
        address.value = "See https://example.org/b"
        address.hyperlink = "https://example.org/b/"

    told = places(handed_in(package, link).problems, "warning")
    assert told == [("link-ignored", f"{REC}!D2")]


def test_a_review_keeps_notes_and_colours_of_colleagues(package: Package) -> None:
    yellow, theme = PatternFill("solid", fgColor="FFFFFF00"), Color(theme=4, tint=0.6)

    def mark(book: Any) -> None:
        faulty = cell_of(book, REC, "R2-BEL-II-1", "Sub-heading")
        faulty.value, faulty.comment = "=1+1", Comment("to ask Ann", "Ben")
        noted = cell_of(book, OBS, "R2-BEL-II-o1", "Text")
        noted.fill, noted.comment = yellow, Comment("is that right?", "Ben")
        cell_of(book, OBS, "R2-BEL-III-o1", "Text").fill = PatternFill("solid", fgColor=theme)

    path = edit(make(package), mark)
    for _ in range(2):  # and again in the review of a review
        path = review(package, path) or path
        book = load_workbook(path)
        faulty = cell_of(book, REC, "R2-BEL-II-1", "Sub-heading")
        assert faulty.comment.text.startswith("To correct: ")
        assert faulty.comment.text.count("to ask Ann") == 1
        assert faulty.fill.fgColor.rgb == "FFF8C9C4"
        noted = cell_of(book, OBS, "R2-BEL-II-o1", "Text")
        assert (noted.comment.text, noted.fill.fgColor.rgb) == ("is that right?", "FFFFFF00")
        blue = cell_of(book, OBS, "R2-BEL-III-o1", "Text").fill.fgColor.rgb
        assert blue[2:4] < blue[6:8]
        assert cell_of(book, OBS, "R2-BEL-III-o1", "↳ Id").comment is None


# What is printed has the words of the sheets.


def test_places_are_told_with_their_file_and_in_the_words_of_the_sheets(
    package: Package, capsys: pytest.CaptureFixture[str]
) -> None:
    old = read_tables(package).tables.find("chapters", "R2-II") or {}
    text = f"{old['introduction']} {'A synthetic sentence. ' * 20}{{}}"
    edit(make(package, "ALL"), put("Chapters", "R2-II", "Introduction", text.format("End.")))
    paths = [str(package.folder / "workbooks" / "ALL.xlsx")]
    assert main(["import", *paths, "--package", str(package.folder)]) == 0
    capsys.readouterr()
    edit(make(package, "ALL"), put("Chapters", "R2-II", "Introduction", text.format("Close.")))
    edit(make(package), put(REC, "R2-BEL-II-1", "Sub-heading", "=1+1"))
    paths.append(str(package.folder / "workbooks" / "BEL.xlsx"))
    assert main(["import", *paths, "--package", str(package.folder)]) == 1
    out = capsys.readouterr().out
    assert f"BEL.xlsx, {REC}!F2, Sub-heading: error: " in out
    assert "Chapters R2-II, Introduction:" in out
    changed = [row for row in out.splitlines() if row.startswith(("    - ", "    + "))]
    assert [row.rpartition(" ")[2] for row in changed] == ["End.", "Close."]
    assert all(row.startswith(("    - …", "    + …")) and len(row) < 100 for row in changed)


# The first sheet.


def told(path: Path) -> str:
    return "\n".join(str(c.value) for row in load_workbook(path)["Read me"] for c in row if c.value)


def test_the_first_sheet_says_from_when_it_is_and_whom_to_send_it_to(package: Package) -> None:
    text = told(make(package))
    assert f"version {package.version} of the data" in text
    assert "BEL.review.xlsx" in text
    cells_of_it = [cell for row in load_workbook(make(package))["Read me"] for cell in row]
    assert {cell.hyperlink.location for cell in cells_of_it if cell.hyperlink} == {
        f"'{name}'!A1" for name in load_workbook(make(package)).sheetnames[1:-2]
    }
    change_descriptor(package.folder, {"/lanzarote:sendTo": "Ann, room 1"})
    assert "Ann, room 1" in told(make(load_package(package.folder)))
    assert "Example: add an entry of follow-up" in text
    assert "Example: add an entry of follow-up" not in told(make(package, "ALL"))


def test_the_examples_of_the_first_sheet_are_taken_as_they_stand(tmp_path: Path) -> None:
    own = copy_own_package(tmp_path)
    path = make(own)
    text = told(path)
    recommendation = {"name": "new 1", "Urgency": "invite", "Chapter": "R2-II Legal frameworks"}
    recommendation |= {"Addressed_to": "named", "Lead-in": "The Committee **invites** {party}:"}
    recommendation |= {"Text": "to take a first step[^1] and a second one.[^2]"}
    footnote = {"Belongs_to": "new 1", "Text_of_the_footnote": "Paragraph 49."}
    footnote |= {"Kind": "paragraph", "Locator": "49", "Document": "R2-REPORT"}
    follow_up = {"Report_recommendation": "R2-II-6", "Date": "31 December 2025"}
    follow_up |= {"Status": "reported", "Text": "A text.", "Source": "A letter.", "Kind": "measure"}
    shown = [recommendation["Lead-in"], recommendation["Text"], "Paragraph 49.", "31 December 2025"]
    assert all(words in text for words in shown)
    edit(
        path,
        put(OBS, "R2-BEL-II-o1", "Sub-heading", "A synthetic sub-heading"),
        add(REC, **recommendation),
        *(add(CIT, Marker=marker, **footnote) for marker in (1, 2)),
        add(FOL, **follow_up),
    )
    outcome = take(own, path)
    assert places(outcome.problems) == []
    assert rows(outcome.changes) == [
        ("added", "recommendations", "R2-BEL-II-n1"),
        ("changed", "observations", "R2-BEL-II-o1"),
        ("added", "citations", "R2-BEL-II-n1.1"),
        ("added", "citations", "R2-BEL-II-n1.2"),
        ("added", "follow_up", "R2-II-6.BEL.f1"),
    ]


def test_what_people_read_is_printed_and_the_rest_is_not(package: Package) -> None:
    for sheet in load_workbook(make(package)).worksheets[1:-2]:
        last = sheet.print_area.rpartition(":")[2].replace("$", "").rstrip("0123456789")
        printed = [c.value for c in sheet[1][: sheet[f"{last}1"].column]]
        assert any(value in printed for value in ("Text", "Text of the footnote", "Party"))
        assert not {"Withdrawn in", "↳ Text of what is cited"} & set(printed)
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)


def test_words_that_differ_are_marked_in_a_conflict(package: Package) -> None:
    mine = edit(make(package), put(REC, "R2-BEL-II-1", "Text", "to do what is synthetic.[^1]"))
    mine = mine.rename(mine.with_name("mine.xlsx"))
    other = put(REC, "R2-BEL-II-1", "Text", "to consider a synthetic proposal.[^1]")
    assert handed_in(package, other).applied
    copy = review(package, mine)
    assert copy is not None
    sheet = load_workbook(copy, rich_text=True)["Conflicts"]
    now, own = (sheet.cell(2, column(sheet, h)) for h in ("In the data now", "In your workbook"))
    assert str(now.value) == "to consider a synthetic proposal.[^1]"
    marked = [run.text for run in now.value if isinstance(run, TextBlock) and run.font.b]
    assert marked == ["proposal"]
    assert [run.text for run in own.value if isinstance(run, TextBlock) and run.font.b]
