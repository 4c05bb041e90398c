"""Tables to a workbook and back: nothing lost, nothing silently changed, refusals with places."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from lanzarote_data.model.changes import difference
from lanzarote_data.model.errors import WorkbookError
from lanzarote_data.model.package import Package
from lanzarote_data.model.tables import Table, Tables
from lanzarote_data.store.lock import locked
from lanzarote_data.store.tables import read_tables, write_tables
from lanzarote_data.workbook.edits import read_edits
from lanzarote_data.workbook.exports import export_workbook
from lanzarote_data.workbook.imports import merge_workbooks
from lanzarote_data.workbook.layout import rows_of, view_named, views
from lanzarote_data.workbook.status import workbook_status
from lanzarote_data.workbook.write import workbook_bytes
from tests.packages import DATA, edited, own_tables, tiny_tables
from tests.workbooks import add, column, edit, line, make, put, remove, tables_bytes, take

pytestmark = pytest.mark.slow

REC = "Recommendations"
TEXT = "to consider a synthetic recommendation.[^1]"


def change_tables(package: Package, tables: Tables) -> None:
    """Change the tables on disk, as an import by somebody else would."""
    with locked(package):
        write_tables(package, tables)


def codes(outcome: Any) -> list[tuple[str, str]]:
    """The code and place of each problem."""
    return [(p.code, p.location.source) for p in outcome.problems]


@pytest.mark.parametrize("name", ["ALL", "BEL", "FIN"])
def test_a_workbook_reads_back_as_its_rows(package: Package, name: str) -> None:
    tables = read_tables(package).tables
    edits = read_edits(make(package, name), tables)
    assert edits.problems == ()
    assert difference(rows_of(tables, view_named(name)), edits.theirs) == ()


def test_our_own_workbooks_read_back_as_their_rows(tmp_path: Path) -> None:
    tables = own_tables()
    for view in views(tables):
        path = tmp_path / f"{view.name}.xlsx"
        path.write_bytes(workbook_bytes(tables, view))
        edits = read_edits(path, tables)
        assert edits.problems == ()
        assert edits.theirs["citations"].rows == rows_of(tables, view)["citations"].rows


def test_every_row_is_in_exactly_one_workbook() -> None:
    for tables in (tiny_tables(), own_tables()):
        for name, table in tables.items():
            if table.resource.derived:
                continue
            shared = [rows_of(tables, view)[name].rows for view in views(tables)]
            assert sum(map(len, shared)) == len(table.rows), name


def test_a_workbook_that_an_earlier_version_exported_is_imported(tmp_path: Path) -> None:
    tables = own_tables()
    path = tmp_path / "BEL.xlsx"
    path.write_bytes((DATA / "workbooks" / "BEL.xlsx").read_bytes())
    outcome, _ = merge_workbooks(tables, [path])
    assert (outcome.changes, outcome.conflicts, outcome.refused) == ((), (), False)
    edit(path, put(REC, "R2-BEL-II-6", "Sub-heading", "Edited:"))
    outcome, _ = merge_workbooks(tables, [path])
    assert [(c.key, c.field, c.new) for c in outcome.changes] == [
        (("R2-BEL-II-6",), "topic", "Edited:")
    ]


def test_the_same_tables_give_the_same_bytes() -> None:
    tables = own_tables()
    for view in views(tables):
        assert workbook_bytes(tables, view) == workbook_bytes(tables, view)


def test_a_changed_cell_is_exactly_one_change(package: Package) -> None:
    path = edit(make(package), put(REC, "R2-BEL-II-1", "Text", "to reconsider it.[^1]"))
    outcome = take(package, path)
    (change,) = outcome.changes
    assert (change.key, change.field) == (("R2-BEL-II-1",), "text")
    assert (change.old, change.new) == (TEXT, "to reconsider it.[^1]")
    assert outcome.applied
    assert take(package, path).changes == ()


def new_recommendation(**more: object) -> list[Any]:
    """The edits that add a recommendation with one citation."""
    values: dict[str, object] = {
        "name": "new 1",
        "Chapter": "R2-II Legal frameworks",
        "Addressed_to": "named",
        "Urgency": "invite",
        "Lead-in": "The Committee **invites** {party}:",
        "Text": "to add a synthetic recommendation.[^1]",
        "Layout": "bullet",
    }
    citation = {"Marker": 1, "Kind": "recommendation", "Locator": "II-9"}
    citation |= {"Text of the footnote".replace(" ", "_"): "Recommendation II-9."}
    citation |= {"Document": "R2-REPORT", "Belongs_to": "new 1"}
    return [add(REC, **(values | more)), add("Citations", **citation)]


def test_a_new_row_gets_its_id_its_place_and_its_citation(package: Package) -> None:
    path = edit(make(package), *new_recommendation())
    outcome = take(package, path)
    assert outcome.problems == ()
    assert [(c.kind, c.resource, c.key) for c in outcome.changes] == [
        ("added", "recommendations", ("R2-BEL-II-9",)),
        ("added", "citations", ("R2-BEL-II-9.1",)),
    ]
    row = read_tables(package).tables.find("recommendations", "R2-BEL-II-9")
    assert row is not None
    assert (row["party_id"], row["scope"], row["document_id"]) == (
        "BEL",
        "specific",
        "R2-BEL-FACTSHEET",
    )
    assert row["position"] == "60"


def test_follow_up_is_entered_on_a_generic_recommendation(package: Package) -> None:
    entry = add(
        "Follow-up",
        Report_recommendation="R2-II-3",
        Date="2026-01-31",
        Kind="measure",
        Status="reported",
        Text="A synthetic measure.",
        Source="A synthetic letter.",
    )
    outcome = take(package, edit(make(package), entry))
    assert [c.key for c in outcome.changes] == [("R2-II-3.BEL.f1",)]


def test_a_deleted_row_and_its_citations_go(package: Package) -> None:
    path = edit(make(package), remove(REC, "R2-BEL-II-1"), remove("Citations", "R2-BEL-II-1.1"))
    outcome = take(package, path)
    assert [(c.kind, c.key) for c in outcome.changes] == [
        ("removed", ("R2-BEL-II-1",)),
        ("removed", ("R2-BEL-II-1.1",)),
    ]
    assert take(package, path).changes == ()


def cell_at(title: str, row_id: str, header: str, path: Path) -> str:
    """The address of a cell, as a problem names it."""
    sheet = load_workbook(path)[title]
    cell = sheet.cell(line(sheet, row_id), column(sheet, header))
    return f"{title}!{cell.coordinate}"


RICH = CellRichText("to ", TextBlock(InlineFont(b=True), "reconsider"), ".[^1]")


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [
        ("Text", "=1+1", "formula"),
        ("Text", "#N/A", "error-value"),
        ("Text", 7, "typed-value-in-text"),
        ("Sub-heading", datetime.datetime(2026, 2, 1), "typed-value-in-text"),
        ("Position", 2.5, "typed-value-in-text"),
        ("Position", "twenty", "wrong-type"),
        ("Urgency", "must", "dangling-reference"),
        ("Chapter", "R2-XX", "dangling-reference"),
        ("Layout", "bullets", "not-in-list"),
        ("Text", "to reconsider.[^1][^2]", "dangling-marker"),
        ("Text", "to **reconsider.[^1]", "markdown-unbalanced"),
        ("Text", "to\treconsider.[^1]", "text-not-canonical"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_cell(
    package: Package, header: str, value: object, code: str
) -> None:
    before = tables_bytes(package)
    path = edit(make(package), put(REC, "R2-BEL-II-1", header, value))
    outcome = take(package, path)
    assert (code, cell_at(REC, "R2-BEL-II-1", header, path)) in codes(outcome)
    assert all(problem.message and problem.hint for problem in outcome.problems)
    assert outcome.refused
    assert tables_bytes(package) == before


def test_edge_space_and_line_ends_are_no_edit(package: Package) -> None:
    value = TEXT.replace(" ", " ", 1) + " _x000D_\n"
    outcome = take(package, edit(make(package), put(REC, "R2-BEL-II-1", "Text", value)))
    assert (outcome.changes, outcome.problems) == ((), ())


def test_inner_spaces_and_quotes_are_edits(package: Package) -> None:
    value = TEXT.replace("a synthetic", "a\u00a0synthetic")
    (change,) = take(package, edit(make(package), put(REC, "R2-BEL-II-1", "Text", value))).changes
    assert change.new == value


def copy_row(book: Any) -> None:
    sheet = book[REC]
    for cell in sheet[2]:
        sheet.cell(sheet.max_row + (cell.column == 1), cell.column).value = cell.value


def empty_row(book: Any) -> None:
    for cell in book[REC][2][1:]:
        cell.value = None


def sort_visible(book: Any) -> None:
    """Reverse the rows of all columns but the hidden ids."""
    sheet = book[REC]
    rows = [[cell.value for cell in row[1:]] for row in sheet.iter_rows(min_row=2)]
    for number, values in enumerate(reversed(rows), start=2):
        for offset, value in enumerate(values, start=2):
            sheet.cell(number, offset).value = value


def sort_visible_without_grey(book: Any) -> None:
    sort_visible(book)
    book[REC].delete_cols(2)


def sort_whole(book: Any) -> None:
    sheet = book[REC]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    for number, values in enumerate(reversed(rows), start=2):
        for offset, value in enumerate(values, start=1):
            sheet.cell(number, offset).value = value


def swap_texts(book: Any) -> None:
    sheet = book[REC]
    number = column(sheet, "Text")
    one, two = sheet.cell(2, number), sheet.cell(3, number)
    one.value, two.value = two.value, one.value


@pytest.mark.parametrize(
    ("accident", "code"),
    [
        (copy_row, "doubled-id"),
        (empty_row, "emptied-row"),
        (sort_visible, "ids-cut-loose"),
        (sort_visible_without_grey, "ids-cut-loose"),
        (swap_texts, "ids-cut-loose"),
        (lambda book: book[REC].cell(2, 1).__setattr__("value", "R2-BEL-II-77"), "unknown-id"),
        (lambda book: book[REC].merge_cells("H2:H3"), "merged-cells"),
        (lambda book: book[REC].cell(1, 8).__setattr__("value", "Words"), "renamed-column"),
        (lambda book: book[REC].cell(1, 7).__setattr__("value", "Text"), "doubled-column"),
        (lambda book: book[REC].delete_cols(1, 2), "missing-key"),
    ],
)
def test_an_accident_is_refused_as_a_whole(package: Package, accident: Any, code: str) -> None:
    before = tables_bytes(package)
    outcome = take(package, edit(make(package), accident))
    assert code in [found for found, _ in codes(outcome)]
    assert outcome.refused
    assert outcome.problems[0].hint
    assert tables_bytes(package) == before


@pytest.mark.parametrize(
    ("harmless", "code"),
    [
        (sort_whole, None),
        (lambda book: book[REC].__setattr__("title", "My sheet"), "renamed-sheet"),
        (lambda book: book.remove(book["Observations"]), "missing-sheet"),
        (lambda book: book.create_sheet("Remarks"), "added-sheet"),
        (lambda book: book[REC].cell(1, 13).__setattr__("value", "Remarks"), "added-column"),
        (lambda book: book[REC].delete_cols(6), "missing-column"),
        (lambda book: book[REC].delete_cols(2), None),
        (lambda book: book[REC].insert_rows(1), None),
        (lambda book: book[REC].row_dimensions.__getitem__(2).__setattr__("hidden", True), None),
        (lambda book: book.remove(book["Read me"]), None),
    ],
)
def test_what_people_do_without_harm_changes_nothing(
    package: Package, harmless: Any, code: str | None
) -> None:
    outcome = take(package, edit(make(package), harmless))
    assert outcome.changes == ()
    assert not outcome.refused
    assert [found for found, _ in codes(outcome)] == ([code] if code else [])


def test_a_lost_property_is_no_reason_to_refuse(package: Package) -> None:
    def lose(book: Any) -> None:
        book.properties.description = None
        book.custom_doc_props.props.clear()

    assert take(package, edit(make(package), lose)).problems == ()


def test_a_look_up_row_is_added_by_typing_its_id(package: Package) -> None:
    path = edit(
        make(package, "ALL"),
        add(
            "Parties",
            Party="NOR",
            Name="Norway",
            Name_within_a_sentence="Norway",
            Member_of_the_Council_of_Europe="TRUE",
        ),
    )
    outcome = take(package, path)
    (change,) = outcome.changes
    assert change.key == ("NOR",)
    assert isinstance(change.new, dict)
    assert change.new["council_of_europe_member"] == "true"


def test_libreoffice_booleans_are_taken(package: Package) -> None:
    path = edit(
        make(package, "ALL"),
        lambda book: book["Parties"].cell(2, 4).__setattr__("value", "=TRUE()"),
    )
    outcome = take(package, path)
    assert (outcome.changes, outcome.problems) == ((), ())


def test_an_id_that_was_taken_away_since_is_no_edit(package: Package) -> None:
    path = make(package)
    tables = read_tables(package).tables
    renamed = edited(tables, "documents", "R2-REPORT", document_id="R2-IMPLEMENTATION-REPORT")
    rows = (dict(row) for row in renamed.rows("citations"))
    moved = [
        row | {"document_id": row["document_id"].replace("R2-REPORT", "R2-IMPLEMENTATION-REPORT")}
        for row in rows
    ]
    ours = renamed.with_table(Table(renamed["citations"].resource, tuple(moved)))
    assert workbook_status(path, ours).state == "behind"


def test_an_export_does_not_overwrite_edits(package: Package) -> None:
    path = edit(make(package), put(REC, "R2-BEL-II-1", "Text", "to reconsider.[^1]"))
    before = path.read_bytes()
    tables = read_tables(package).tables
    kept = export_workbook(tables, view_named("BEL"), path.parent)
    assert kept.state == "kept"
    assert path.read_bytes() == before
    take(package, path)
    written = export_workbook(read_tables(package).tables, view_named("BEL"), path.parent)
    assert written.state == "written"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "#N/A", "007", "<r>x</r>", "1-2", "TRUE"]
)
def test_texts_that_programs_change_go_round(package: Package, text: str) -> None:
    tables = edited(read_tables(package).tables, "observations", "R2-BEL-III-o1", text=text)
    change_tables(package, tables)
    path = make(package)
    sheet = load_workbook(path)["Observations"]
    cell = sheet.cell(line(sheet, "R2-BEL-III-o1"), column(sheet, "Text"))
    assert cell.data_type == "s"
    outcome = take(package, path)
    assert (outcome.changes, outcome.problems) == ((), ())


def test_a_text_longer_than_a_cell_is_refused_when_written(package: Package) -> None:
    tables = edited(read_tables(package).tables, "observations", "R2-BEL-III-o1", text="x" * 32_768)
    with pytest.raises(WorkbookError, match="a cell holds 32767 at most"):
        workbook_bytes(tables, view_named("BEL"))
