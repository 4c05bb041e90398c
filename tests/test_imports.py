"""Workbooks taken into the tables: what is taken, what is refused, and how a workbook stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from openpyxl.comments import Comment

from lanzarote_data.model.changes import difference
from lanzarote_data.model.errors import BusyError, WorkbookError
from lanzarote_data.model.merge import Conflict, Versions
from lanzarote_data.model.package import Package
from lanzarote_data.model.problems import Location
from lanzarote_data.model.tables import Tables
from lanzarote_data.store import lock
from lanzarote_data.store.tables import read_tables
from lanzarote_data.workbook.cells import Value
from lanzarote_data.workbook.choices import HEADERS, choice_line
from lanzarote_data.workbook.earlier import conflict_problem
from lanzarote_data.workbook.edits import read_edits
from lanzarote_data.workbook.imports import (
    Outcome,
    import_workbooks,
    merge_workbooks,
    workbook_problems,
)
from lanzarote_data.workbook.layout import CONFLICTS_SHEET, ID_HELPER, rows_of, view_named
from lanzarote_data.workbook.status import WorkbookStatus, workbook_status
from tests.packages import edited, with_row, without
from tests.sheets import TINY, Book, book, save
from tests.workbooks import edit, make

REC, OBS, CITATIONS = "Recommendations", "Observations", "Citations"
TEXT = "to consider a synthetic recommendation.[^1]"
OTHER = "to reconsider a synthetic recommendation.[^1]"
MADE = cache(book)


def copy(view: str = "BEL") -> Book:
    """The sheets of a workbook, to be changed."""
    return {title: [[*row] for row in rows] for title, rows in MADE(view).items()}


def cell(rows: list[list[Value]], row_id: str, header: str) -> tuple[list[Value], int]:
    """A row of a sheet by what stands in its first column, and the place of a column in it."""
    return next(row for row in rows if row[0] == row_id), rows[0].index(header)


def put(sheets: Book, title: str, row_id: str, header: str, value: Value) -> Book:
    """Write into a cell."""
    row, place = cell(sheets[title], row_id, header)
    row[place] = value
    return sheets


def drop(sheets: Book, title: str, *row_ids: str) -> Book:
    """Delete rows."""
    sheets[title] = [row for row in sheets[title] if row[0] not in row_ids]
    return sheets


def add(sheets: Book, title: str, **texts: Value) -> Book:
    """Write a row below the last; ``name`` stands in the grey column of ids."""
    headers = sheets[title][0]
    row: list[Value] = [""] * len(headers)
    for key, value in texts.items():
        row[headers.index(ID_HELPER if key == "name" else key.replace("_", " "))] = value
    sheets[title].append(row)
    return sheets


def add_observation(sheets: Book, text: str = "A new synthetic fact.", name: str = "") -> Book:
    return add(sheets, OBS, name=name, Chapter="R2-II", Text=text, Layout="paragraph")


def add_note(sheets: Book, row_id: str, marker: str = "1") -> Book:
    texts = {"Belongs to": row_id, "Marker": marker, "Kind": "note"}
    return add(sheets, CITATIONS, **texts, Text_of_the_footnote="A new synthetic note.")


def changed() -> Book:
    """The workbook with one cell changed."""
    return put(copy(), REC, "R2-BEL-II-1", "Text", OTHER)


def saved(package: Package, sheets: Book, name: str = "BEL") -> Path:
    return save(sheets, package.folder / f"{name}.xlsx")


def outcome_of(folder: Path, *books: Book, ours: Tables = TINY) -> Outcome:
    """What importing workbooks into tables would do."""
    paths = [save(sheets, folder / f"{number}.xlsx") for number, sheets in enumerate(books)]
    return merge_workbooks(ours, paths)[0]


def lines(outcome: Outcome) -> list[tuple[str, str, str | None]]:
    """The changes as their kind, key and field."""
    return [(change.kind, "/".join(change.key), change.field) for change in outcome.changes]


# Taken, or not.


def test_an_edit_is_imported_and_written(package: Package) -> None:
    path = saved(package, changed())
    dry = import_workbooks(package, [path], dry_run=True)
    assert (dry.applied, lines(dry)) == (False, [("changed", "R2-BEL-II-1", "text")])
    assert read_tables(package).tables == TINY
    assert not (package.folder / lock.LOCK).exists()
    outcome = import_workbooks(package, [path])
    assert (outcome.applied, outcome.refused) == (True, False)
    assert lines(outcome) == [("changed", "R2-BEL-II-1", "text")]
    row = read_tables(package).tables.find("recommendations", "R2-BEL-II-1")
    assert row is not None
    assert row["text"] == OTHER
    again = import_workbooks(package, [path])
    assert (again.applied, again.changes, again.problems) == (True, (), ())


def test_an_import_holds_the_package(package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.0)
    path = saved(package, changed())
    with FileLock(package.folder / lock.LOCK), pytest.raises(BusyError):
        import_workbooks(package, [path])
    assert read_tables(package).tables == TINY


def test_a_warning_refuses_nothing(tmp_path: Path) -> None:
    sheets = changed()
    sheets["Remarks"] = [["A remark."]]
    outcome = outcome_of(tmp_path, sheets)
    assert ([p.severity for p in outcome.problems], outcome.refused) == (["warning"], False)


def moved_on() -> Tables:
    """The tables after somebody else changed the cell that :func:`changed` changes."""
    return edited(TINY, "recommendations", "R2-BEL-II-1", text="to do something else.[^1]")


def conflicting() -> Conflict:
    versions = Versions(TEXT, "to do something else.[^1]", OTHER)
    return Conflict("recommendations", ("R2-BEL-II-1",), "text", versions, f"{REC}!D2")


def test_a_cell_that_both_sides_changed_is_a_conflict(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, changed(), ours=moved_on())
    assert (outcome.applied, outcome.changes, outcome.problems) == (False, (), ())
    assert outcome.conflicts == (conflicting(),)
    assert outcome.refused


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_conflicts_are_settled_for_one_side(tmp_path: Path, side: str) -> None:
    path = save(changed(), tmp_path / "BEL.xlsx")
    outcome, merged = merge_workbooks(
        moved_on(), [path], settle="ours" if side == "ours" else "theirs"
    )
    assert outcome.conflicts == ()
    row = merged.find("recommendations", "R2-BEL-II-1")
    assert row is not None
    assert row["text"] == ("to do something else.[^1]" if side == "ours" else OTHER)


def test_a_choice_in_the_workbook_settles_a_conflict(tmp_path: Path) -> None:
    sheets = changed()
    sheets[CONFLICTS_SHEET] = [[*HEADERS], [*choice_line(conflicting()), "my workbook"]]
    outcome = outcome_of(tmp_path, sheets, ours=moved_on())
    assert (outcome.conflicts, lines(outcome)) == ((), [("changed", "R2-BEL-II-1", "text")])


def test_workbooks_are_taken_one_after_the_other(tmp_path: Path) -> None:
    other = put(copy("ALL"), REC, "R2-ALL-II-3", "Text", "to share something.[^1]")
    outcome = outcome_of(tmp_path, changed(), other)
    assert lines(outcome) == [
        ("changed", "R2-BEL-II-1", "text"),
        ("changed", "R2-ALL-II-3", "text"),
    ]
    third = put(copy(), REC, "R2-BEL-II-1", "Text", "to do something else.[^1]")
    outcome = outcome_of(tmp_path, changed(), third)
    third_text = "to do something else.[^1]"
    assert {(c.versions, c.in_tables) for c in outcome.conflicts} == {
        (Versions(TEXT, third_text, OTHER), TEXT),
        (Versions(TEXT, OTHER, third_text), TEXT),
    }
    assert [len(workbook.result.conflicts) for workbook in outcome.workbooks] == [1, 1]


def test_an_id_that_one_workbook_takes_away_is_not_given_by_the_next(tmp_path: Path) -> None:
    texts = {"observation_id": "R2-BEL-II-o2", "chapter_id": "R2-II", "party_id": "BEL"}
    texts |= {"text": "One.", "layout": "paragraph", "document_id": "R2-REPORT", "position": "90"}
    ours = with_row(TINY, "observations", **texts)
    without_it = drop(book("BEL", ours), OBS, "R2-BEL-II-o2")
    outcome = outcome_of(tmp_path, without_it, add_observation(copy()), ours=ours)
    assert lines(outcome) == [
        ("removed", "R2-BEL-II-o2", None),
        ("added", "R2-BEL-II-o3", None),
    ]


def test_an_id_that_was_withdrawn_is_not_given_again(package: Package) -> None:
    (package.folder / lock.WITHDRAWN).write_text("R2-BEL-II-o6\n")
    outcome = import_workbooks(package, [saved(package, add_observation(copy()))])
    assert lines(outcome) == [("added", "R2-BEL-II-o7", None)]


def test_everything_that_stands_in_the_way_is_told(package: Package) -> None:
    path = saved(package, drop(changed(), CITATIONS, "R2-BEL-II-2.1"))
    put(sheets := copy(), REC, "R2-BEL-II-1", "Text", "to do something else.[^1]")
    assert import_workbooks(package, [saved(package, sheets, "other")]).applied
    found = workbook_problems(read_tables(package).tables, path)
    assert [problem.code for problem in found] == ["dangling-marker", "conflict"]
    assert found[1] == conflict_problem(conflicting())


# What a person made of the rows.


def test_the_edits_are_the_rows_as_they_are_now(tmp_path: Path) -> None:
    sheets = drop(add_observation(changed(), name="new 1"), "Promising practices", "R2-BEL-II-p1")
    del sheets["Parties of practices"]
    edits = read_edits(save(add_note(sheets, "new 1"), tmp_path / "BEL.xlsx"), TINY)
    base = rows_of(TINY, view_named("BEL"))
    assert edits.base == base
    new = dict.fromkeys(TINY["observations"].resource.field_names, "") | {
        "observation_id": "R2-BEL-II-o2",
        "chapter_id": "R2-II",
        "party_id": "BEL",
        "text": "A new synthetic fact.",
        "layout": "paragraph",
        "document_id": "R2-BEL-FACTSHEET",
        "position": "60",
    }
    note = {"citation_id": "R2-BEL-II-o2.1", "observation_id": "R2-BEL-II-o2", "marker": "1"}
    note |= {"kind": "note", "text": "A new synthetic note."}
    expected = edited(base, "recommendations", "R2-BEL-II-1", text=OTHER)
    expected = with_row(expected, "observations", **new)
    expected = with_row(without(expected, "practices", "R2-BEL-II-p1"), "citations", **note)
    assert difference(expected, edits.theirs) == ()
    assert [p.code for p in edits.problems] == ["missing-sheet"]


def test_rows_stand_where_they_are_in_the_sheet(tmp_path: Path) -> None:
    sheets = copy()
    sheets[OBS].insert(1, [""] * len(sheets[OBS][0]))
    edits = read_edits(save(add_observation(sheets), tmp_path / "BEL.xlsx"), TINY)
    table = edits.theirs["observations"]
    assert [table.location(index).source for index in range(3)] == [
        f"{OBS}!B3",
        f"{OBS}!B4",
        f"{OBS}!B5",
    ]
    assert table.location(2, "text") == Location(
        "observations", "R2-BEL-II-o2", "text", f"{OBS}!C5"
    )


def test_a_row_points_to_new_rows_by_their_names(tmp_path: Path) -> None:
    sheets = add_observation(copy(), name="new 2")
    put(sheets, CITATIONS, "R2-BEL-II-o1.1", "Belongs to", "new 2")
    outcome = outcome_of(tmp_path, sheets)
    (row,) = [c.new for c in outcome.changes if (c.kind, c.resource) == ("added", "citations")]
    assert isinstance(row, Mapping)
    assert (row["citation_id"], row["observation_id"]) == ("R2-BEL-II-o2.1", "R2-BEL-II-o2")


def test_two_new_rows_of_one_name_are_refused(tmp_path: Path) -> None:
    sheets = copy()
    for text in ("One.", "Two.", "Something else."):
        add_observation(sheets, text, "new 1")
    add(sheets, "Promising practices", name="new 1")
    for text in ("Another.", "Quite another."):
        add_observation(sheets, text, "R2-BEL-II-o1")
    edits = read_edits(save(sheets, tmp_path / "BEL.xlsx"), TINY)
    assert [p.location for p in edits.problems if p.code == "doubled-name"] == [
        Location("observations", "", "", f"{OBS}!B{row}") for row in (5, 6)
    ]


def test_rows_that_would_get_one_id_are_refused(tmp_path: Path) -> None:
    sheets = add_note(add_note(copy(), "R2-BEL-II-o1", "7"), "R2-BEL-II-o1", "7")
    edits = read_edits(save(add_note(sheets, "R2-BEL-II-o1", "7"), tmp_path / "BEL.xlsx"), TINY)
    first, *others = [i for i, row in enumerate(sheets[CITATIONS], 1) if row[0] == ""]
    assert [(p.code, p.location) for p in edits.problems] == [
        ("doubled-key", Location("citations", "R2-BEL-II-o1.7", "", f"{CITATIONS}!B{row}"))
        for row in others
    ]
    assert all(f"{CITATIONS}!B{first}" in p.message for p in edits.problems)


def test_a_sheet_with_misaligned_ids_counts_as_it_was(tmp_path: Path) -> None:
    sheets = put(add_observation(copy()), CITATIONS, "R2-BEL-II-2.1", "Marker", "9")
    one, two = sheets[REC][1], sheets[REC][2]
    one[1:], two[1:] = two[1:], one[1:]
    edits = read_edits(save(sheets, tmp_path / "BEL.xlsx"), TINY)
    assert [p.code for p in edits.problems] == ["ids-cut-loose"]
    assert edits.theirs["recommendations"] == edits.base["recommendations"]
    assert [*edits.theirs["observations"].by_key] == [
        ("R2-BEL-II-o1",),
        ("R2-BEL-III-o1",),
        ("R2-BEL-II-o2",),
    ]


def test_all_that_is_wrong_in_a_workbook_is_told(tmp_path: Path) -> None:
    sheets = add_observation(add_observation(changed(), "One.", "new 1"), "Two.", "new 1")
    sheets["Remarks"] = [["A remark."]]
    put(sheets, "Promising practices", "R2-BEL-II-p1", ID_HELPER, "")
    sheets["Promising practices"][1][0] = "R2-BEL-II-p77"
    sheets = add_note(add_note(sheets, "R2-BEL-III-o1", "7"), "R2-BEL-III-o1", "7")
    texts = {"observation_id": "R2-BEL-II-o2", "chapter_id": "R2-II", "party_id": "BEL"}
    texts |= {"text": "Two!", "document_id": "R2-BEL-FACTSHEET", "position": "90"}
    ours = with_row(TINY, "observations", **texts, layout="paragraph")
    sheets[OBS][-1][sheets[OBS][0].index("Text")] = "Two! Two! Two!"
    ours = edited(ours, "observations", "R2-BEL-II-o2", text="Two! Two! Two.")
    edits = read_edits(save(sheets, tmp_path / "BEL.xlsx"), ours)
    assert [p.code for p in edits.problems] == [
        "added-sheet",
        "unknown-id",
        "taken-in-before",
        "doubled-name",
        "doubled-key",
    ]


# What is wrong with the merged tables.


def faults(outcome: Outcome) -> list[tuple[str, str, str]]:
    return [(p.code, p.location.key, p.location.source) for p in outcome.problems]


@pytest.mark.parametrize(
    ("view", "row_id", "position"), [("ALL", "R2-ALL-II-3", 20), ("BEL", "R2-BEL-II-1", 50)]
)
def test_a_position_of_another_row_is_told_where_it_was_written(
    tmp_path: Path, view: str, row_id: str, position: int
) -> None:
    outcome = outcome_of(tmp_path, put(copy(view), REC, row_id, "Position", position))
    assert faults(outcome) == [("doubled-position", row_id, f"{REC}!K2")]


def test_a_fault_of_a_row_of_another_workbook_is_told_in_the_tables(tmp_path: Path) -> None:
    sheets = put(copy("ALL"), "Levels of urgency", "invite", "Verb", "advises")
    told = faults(outcome_of(tmp_path, sheets))
    assert ("urgency-disagrees", "R2-BEL-II-1", "recommendations.csv:2") in told


def test_of_several_workbooks_the_last_that_has_a_row_tells_its_place(tmp_path: Path) -> None:
    moved = copy()
    moved[REC].insert(1, [""] * len(moved[REC][0]))
    books = [put(copy("ALL"), "Levels of urgency", "invite", "Verb", "advises"), copy(), moved]
    told = faults(outcome_of(tmp_path, *books))
    assert [place for _, row_id, place in told if row_id == "R2-BEL-II-1"] == [f"{REC}!C3"]


def needed(outcome: Outcome) -> dict[str, tuple[str, ...]]:
    """The rows that were deleted although others point to them, with those that are named."""
    found = {}
    for problem in outcome.problems:
        if problem.code == "deleted-but-needed":
            assert problem.location.source == problem.location.resource
            names = problem.message.partition(": ")[2].removesuffix(".")
            found[problem.location.key] = tuple(names.split(", "))
    return found


def test_a_row_that_others_point_to_is_told_once(tmp_path: Path) -> None:
    sheets = drop(copy(), OBS, "R2-BEL-II-o1")
    outcome = outcome_of(tmp_path, drop(sheets, "Promising practices", "R2-BEL-II-p1"))
    pointing = ("R2-BEL-II-p1/BEL", "R2-BEL-II-p1/FIN", "R2-BEL-II-p1.1")
    assert needed(outcome) == {"R2-BEL-II-o1": ("R2-BEL-II-o1.1",), "R2-BEL-II-p1": pointing}
    assert len(outcome.problems) == 2


def test_of_many_rows_that_point_to_one_eight_are_named(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, drop(copy("ALL"), "Documents", "R2-REPORT"))
    (named,) = needed(outcome).values()
    assert len(named) == 8
    assert named[0] == "R2-II-1"
    assert named[7].endswith(" …")
    assert len(outcome.problems) == 1


def test_a_row_whose_key_stands_in_another_table_too_was_not_deleted(tmp_path: Path) -> None:
    ours = edited(TINY, "practices", "R2-BEL-II-p1", practice_id="R2-BEL-II-o1")
    sheets = drop(book("BEL", ours), OBS, "R2-BEL-II-o1")
    found = needed(outcome_of(tmp_path, sheets, ours=ours))
    assert found["R2-BEL-II-o1"] == ("R2-BEL-II-o1.1",)


def test_an_id_that_cannot_be_made_is_not_told_beside_the_reason(tmp_path: Path) -> None:
    sheets = add(copy(), OBS, Chapter="R2-7", Text="One.", Layout="paragraph")
    assert faults(outcome_of(tmp_path, sheets)) == [
        ("dangling-reference", "R2-BEL-7-o1", f"{OBS}!F4")
    ]
    sheets = add_note(copy(), "", "2")
    assert faults(outcome_of(tmp_path, sheets)) == [("citation-parent", ".2", f"{CITATIONS}!B8")]


def test_an_id_that_somebody_chose_is_told_beside_other_faults(tmp_path: Path) -> None:
    sheets = add(copy("ALL"), "Parties", Party="nor", Name="Norway")
    found = faults(outcome_of(tmp_path, sheets))
    assert ("wrong-pattern", "nor", "Parties!A4") in found
    assert ("missing-value", "nor", "Parties!C4") in found


def test_an_id_that_was_wrong_before_is_told_beside_other_faults(tmp_path: Path) -> None:
    ours = edited(TINY, "observations", "R2-BEL-III-o1", observation_id="R2-BEL-7-o1")
    sheets = put(book("BEL", ours), OBS, "R2-BEL-7-o1", "Text", "One.[^9]")
    codes = [code for code, _, _ in faults(outcome_of(tmp_path, sheets, ours=ours))]
    assert "wrong-pattern" in codes
    assert "dangling-marker" in codes


def test_an_id_alone_that_cannot_be_made_is_told(package: Package) -> None:
    with package.table_path(package.resource("chapters")).open("a") as file:
        file.write("R2-7,R2,7,70,Title,Introduction,,\n")
    ours = read_tables(package).tables
    sheets = add(copy(), OBS, Chapter="R2-7", Text="One.", Layout="paragraph")
    found = faults(outcome_of(package.folder, sheets, ours=ours))
    assert [fault for fault in found if fault[1] == "R2-BEL-7-o1"] == [
        ("wrong-pattern", "R2-BEL-7-o1", f"{OBS}!B4")
    ]


@pytest.mark.parametrize("field", ["text", None])
def test_a_conflict_as_a_problem(field: str | None) -> None:
    versions = Versions("one", "two", "three")
    conflict = Conflict("practice_parties", ("R2", "BEL"), field, versions, f"{REC}!D2")
    problem = conflict_problem(conflict)
    place = Location("practice_parties", "R2/BEL", field or "", f"{REC}!D2")
    assert (problem.code, problem.severity, problem.location) == ("conflict", "error", place)


# The problems of each workbook, and its status.


def test_each_workbook_has_its_own_problems(tmp_path: Path) -> None:
    faulty = drop(copy(), CITATIONS, "R2-BEL-II-2.1")
    other = drop(copy("ALL"), "Chapters", "R2-III")
    outcome = outcome_of(tmp_path, copy(), faulty, other)
    found = [[problem.code for problem in workbook.problems] for workbook in outcome.workbooks]
    assert found == [[], ["dangling-marker"], ["deleted-but-needed"]]
    assert [workbook.is_refused for workbook in outcome.workbooks] == [False, True, True]
    assert len(outcome.problems) == 2


def stand(folder: Path, sheets: Book, ours: Tables = TINY) -> WorkbookStatus:
    return workbook_status(save(sheets, folder / "BEL.xlsx"), ours)


def test_how_a_workbook_stands(tmp_path: Path) -> None:
    assert stand(tmp_path, copy()) == WorkbookStatus("unchanged")
    assert stand(tmp_path, copy(), moved_on()) == WorkbookStatus("behind")
    assert stand(tmp_path, changed()) == WorkbookStatus("edited", 1)
    assert stand(tmp_path, changed(), moved_on()) == WorkbookStatus("edited-and-behind", 1)


def test_edits_are_counted_by_their_kind(tmp_path: Path) -> None:
    sheets = put(changed(), REC, "R2-BEL-II-2", "Urgency", "request")
    sheets = drop(put(sheets, REC, "R2-BEL-II-2", "Position", 33), OBS, "R2-BEL-II-o1")
    sheets = add_note(drop(sheets, CITATIONS, "R2-BEL-II-o1.1"), "R2-BEL-III-o1")
    assert stand(tmp_path, sheets) == WorkbookStatus("edited", 3, 1, 2)


def test_edits_that_were_taken_in_are_edits_no_more(tmp_path: Path) -> None:
    ours = edited(TINY, "recommendations", "R2-BEL-II-1", text=OTHER)
    assert stand(tmp_path, changed(), ours) == WorkbookStatus("behind")


def test_what_cannot_be_taken_is_an_edit_and_a_warning_is_none(tmp_path: Path) -> None:
    sheets = copy()
    sheets[OBS][1][0] = "R2-BEL-II-o7"
    assert stand(tmp_path, sheets) == WorkbookStatus("edited")
    assert stand(tmp_path, copy() | {OBS: [[]]}).state == "edited"
    sheets = copy()
    del sheets[OBS]
    assert stand(tmp_path, sheets) == WorkbookStatus("unchanged")


def test_only_rows_of_its_own_leave_a_workbook_behind(tmp_path: Path) -> None:
    ours = edited(TINY, "recommendations", "R2-FIN-II-1", text="to do something else.[^1]")
    assert stand(tmp_path, copy(), ours) == WorkbookStatus("unchanged")


def test_a_file_that_is_no_workbook_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "BEL.xlsx"
    path.write_bytes(b"x")
    with pytest.raises(WorkbookError) as reason:
        read_edits(path, TINY)
    assert workbook_status(path, TINY) == WorkbookStatus("unreadable", reason=str(reason.value))


def remark(sheets: Book) -> None:
    sheets["Remarks"] = [["A remark."]]


def column_of_ones_own(sheets: Book) -> None:
    sheets[OBS][0].append("Remarks")


def above_the_header(sheets: Book) -> None:
    sheets[OBS].insert(0, ["", "", "A remark."])


@pytest.mark.parametrize("addition", [remark, column_of_ones_own, above_the_header])
def test_what_a_person_put_in_is_an_addition(
    tmp_path: Path, addition: Callable[[Book], None]
) -> None:
    sheets = copy()
    addition(sheets)
    assert stand(tmp_path, sheets) == WorkbookStatus("unchanged", additions=True)


def test_a_note_on_a_cell_is_an_addition(package: Package) -> None:
    def note(book: Any) -> None:
        book[OBS]["C2"].comment = Comment("A remark.", "Somebody")

    found = workbook_status(edit(make(package), note), read_tables(package).tables)
    assert found == WorkbookStatus("unchanged", additions=True)
    assert not workbook_status(make(package), read_tables(package).tables).additions
