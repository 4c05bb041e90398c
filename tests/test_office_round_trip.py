"""Workbooks that LibreOffice opened and saved: nothing changes but what a person changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from lanzarote_data.model.package import Package
from lanzarote_data.store.tables import read_tables
from lanzarote_data.workbook.imports import import_workbooks
from lanzarote_data.workbook.layout import views
from tests.desk import Desk, cells, rows
from tests.grids import check_alike
from tests.office import Office, Step, delete_row, insert_row, type_keys, type_text
from tests.packages import own_tables
from tests.workbooks import make

pytestmark = pytest.mark.office

REC = "Recommendations"
CIT = "Citations"
FOL = "Follow-up"
BY = pytest.mark.parametrize("by_ods", [False, True], ids=["xlsx", "by way of ods"])


@BY
@pytest.mark.parametrize("name", [view.name for view in views(own_tables())])
def test_our_own_workbooks_come_back_unchanged(
    own: Package, office: Office, tmp_path: Path, name: str, by_ods: bool
) -> None:
    opened = make(own, name)
    if by_ods:
        office.convert(opened, tmp_path / f"{name}.ods")
        opened = tmp_path / f"{name}.ods"
    saved = tmp_path / f"{name}.xlsx"
    office.convert(opened, saved)
    check_alike(saved.read_bytes())
    outcome = import_workbooks(own, [saved], dry_run=True)
    assert (outcome.changes, outcome.conflicts, outcome.problems) == ((), (), ())


@BY
@pytest.mark.parametrize("name", ["ALL", "BEL", "FIN"])
def test_small_workbooks_come_back_unchanged(desk: Desk, name: str, by_ods: bool) -> None:
    outcome = desk.hand_in(name=name, by_ods=by_ods)
    assert (outcome.changes, outcome.problems) == ((), ())


def test_a_workbook_saved_many_times_comes_back_unchanged(desk: Desk) -> None:
    saved = desk.save(by_ods=True)
    for number in range(3):
        following = saved.with_name(f"{number}.xlsx")
        desk.office.convert(saved, following)
        saved = following
    outcome = desk.take(saved)
    assert (outcome.changes, outcome.problems) == ((), ())


@BY
def test_an_edited_cell_is_exactly_that_change(desk: Desk, by_ods: bool) -> None:
    text = "to consider a “new” – still synthetic – recommendation,\u00a0with:\n- a point.[^1]"
    outcome = desk.hand_in(type_text(REC, "D2", text), by_ods=by_ods)
    old = "to consider a synthetic recommendation.[^1]"
    assert cells(outcome.changes) == [("recommendations", "R2-BEL-II-1", "text", old, text)]
    assert outcome.problems == ()
    assert outcome.applied


def write_row(sheet: str, line: int, name: str = "", **texts: str) -> list[Step]:
    """Type a row, cell by cell; keywords are the letters of columns."""
    grey = [type_keys(sheet, f"B{line}", name)] if name else []
    return [*grey, *(type_keys(sheet, f"{column}{line}", text) for column, text in texts.items())]


NEW_ROW = [
    insert_row(REC, 4),
    *write_row(
        REC,
        4,
        "new 1",
        G="R2-II Legal frameworks",
        H="named",
        C="invite",
        E="The Committee **invites** {party}:",
        D="to add a synthetic recommendation.[^1]",
        I="bullet",
    ),
    *write_row(
        CIT,
        11,
        C="new 1",
        D="1",
        E="Recommendation II-9.",
        F="recommendation",
        G="II-9",
        J="R2-REPORT",
    ),
]
ADDED = {
    "recommendation_id": "R2-BEL-II-9",
    "chapter_id": "R2-II",
    "scope": "specific",
    "party_id": "BEL",
    "addressing": "named",
    "urgency": "invite",
    "topic": "",
    "lead_in": "The Committee **invites** {party}:",
    "text": "to add a synthetic recommendation.[^1]",
    "layout": "bullet",
    "document_id": "R2-BEL-FACTSHEET",
    "position": "80",
    "withdrawn_in": "",
}
ADDED_CITATION = {
    "citation_id": "R2-BEL-II-9.1",
    "recommendation_id": "R2-BEL-II-9",
    "observation_id": "",
    "practice_id": "",
    "chapter_id": "",
    "marker": "1",
    "kind": "recommendation",
    "locator": "II-9",
    "text": "Recommendation II-9.",
    "document_id": "R2-REPORT",
    "url": "",
}


@BY
def test_an_added_row_with_its_citation_is_exactly_those_changes(desk: Desk, by_ods: bool) -> None:
    outcome = desk.hand_in(*NEW_ROW, by_ods=by_ods)
    assert outcome.problems == ()
    assert cells(outcome.changes) == [
        ("recommendations", "R2-BEL-II-9", None, None, ADDED),
        ("citations", "R2-BEL-II-9.1", None, None, ADDED_CITATION),
    ]
    assert desk.row("recommendations", "R2-BEL-II-9") == ADDED


@BY
def test_a_deleted_row_with_its_citations_is_exactly_those_changes(
    desk: Desk, by_ods: bool
) -> None:
    removed = [
        ("recommendations", "R2-BEL-II-2"),
        ("citations", "R2-BEL-II-2.1"),
        ("citations", "R2-BEL-II-2.2"),
        ("follow_up", "R2-II-2.BEL.f1"),
    ]
    before = [(*place, None, desk.row(*place), None) for place in removed]
    steps = [delete_row(REC, 3), delete_row(CIT, 3), delete_row(CIT, 3), delete_row(FOL, 3)]
    outcome = desk.hand_in(*steps, by_ods=by_ods)
    assert cells(outcome.changes) == before
    assert outcome.problems == ()
    left = read_tables(desk.package).tables
    assert not any(left.find(resource, row_id) for resource, row_id in removed)


def test_edits_of_all_kinds_in_one_workbook_arrive_together(desk: Desk) -> None:
    follow_up = write_row(
        FOL,
        5,
        C="R2-II-3 to share a synthetic recommendation.",
        D="2026-01-31",
        E="reported",
        F="One more synthetic measure.",
        G="A synthetic letter.",
        H="measure",
    )
    steps = [type_text("Observations", "E2", "Edited:"), delete_row("Observations", 4), *NEW_ROW]
    outcome = desk.hand_in(*steps, *follow_up)
    assert outcome.problems == ()
    assert rows(outcome.changes) == [
        ("added", "recommendations", "R2-BEL-II-9"),
        ("removed", "observations", "R2-BEL-II-o3"),
        ("changed", "observations", "R2-BEL-II-o1"),
        ("added", "citations", "R2-BEL-II-9.1"),
        ("added", "follow_up", "R2-II-3.BEL.f1"),
    ]
