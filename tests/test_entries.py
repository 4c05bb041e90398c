"""The words beside ids: labels that differ, what is addressed to a Party, what is cited."""

from __future__ import annotations

from collections.abc import Mapping
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from lanzarote_data.model.package import Package
from lanzarote_data.model.tables import Table, Tables
from lanzarote_data.text.targets import with_targets
from lanzarote_data.workbook.entries import Entries, distinct
from lanzarote_data.workbook.layout import CITED_TEXT, CITED_URGENCY, sheet_of, view_named
from tests.packages import own_tables, tiny_tables
from tests.workbooks import add, column, edit, line, make, put, take

CITATIONS = "Citations"
SECOND = "R2-BEL-II-2.2"


def offered(tables: Tables, name: str, view: str) -> tuple[str, ...]:
    resource = tables.package.resource(name)
    columns = sheet_of(resource, view_named(view)).columns
    shown = next(c for c in columns if "report_recommendation_id" in c.fields)
    return Entries(tables, view_named(view)).of_column(shown, resource)


def with_text(tables: Tables, row_id: str, text: str) -> Tables:
    """The tables with the text of a report recommendation."""
    table = tables["report_recommendations"]
    rows = [{**row, "text": text} if row_id in row.values() else row for row in table.rows]
    return tables.with_table(Table(table.resource, rows))


def test_follow_up_offers_what_is_addressed_to_the_party() -> None:
    ids = {
        view: [e.split()[0] for e in offered(tiny_tables(), "follow_up", view)]
        for view in ("BEL", "FIN")
    }
    assert ids == {
        "BEL": ["R2-II-1", "R2-II-2", "R2-II-3", "R2-II-4", "R2-III-1", "R2-III-5"],
        "FIN": ["R2-II-3", "R2-II-5", "R2-III-1"],
    }


def test_the_labels_of_a_list_differ_wherever_the_words_do() -> None:
    entries = Entries(own_tables(), view_named("BEL"))
    six, eight = (entries.of_row("report_recommendations", f"R2-II-{n}") for n in (6, 8))
    assert six.removeprefix("R2-II-6 ") != eight.removeprefix("R2-II-8 ")
    alike = "a synthetic recommendation with a beginning that is longer than any label, "
    words = {"1": f"{alike}once", "2": f"{alike}once more", "3": alike * 9}
    assert len(set(distinct(words).values())) == len(words)
    assert all(len(label) < 90 for label in distinct(words).values())


def test_the_urgency_and_the_text_of_what_is_cited_are_beside_the_locator(package: Package) -> None:
    tables = with_text(tiny_tables(), "R2-II-4", "A *synthetic* text.")
    entries = Entries(tables, view_named("BEL"))
    assert entries.cited(SECOND, CITED_URGENCY) == "invite"
    first, second = entries.cited(SECOND, CITED_TEXT).split("\nII-4: ")
    assert first.startswith("II-2: to consider another synthetic recommendation")
    assert second == "A synthetic text."
    assert entries.cited("R2-BEL-II-2.1", CITED_TEXT) == ""
    sheet = load_workbook(make(package))[CITATIONS]
    place = column(sheet, "Locator")
    assert [sheet.cell(1, place + n).value for n in (1, 2)] == [CITED_URGENCY, CITED_TEXT]
    assert sheet.cell(line(sheet, SECOND), place + 1).value == "invite"


def test_what_is_written_beside_the_locator_is_not_read(package: Package) -> None:
    path = edit(make(package), put(CITATIONS, SECOND, CITED_TEXT, "edited"))
    outcome = take(package, path)
    assert (outcome.changes, outcome.problems) == ((), ())


@pytest.mark.parametrize("typed", ["II-2; II-9", "II-2, II-9", " II-2 ;II-9; ", "II-2 and II-9"])
def test_a_locator_is_read_as_people_type_it(package: Package, typed: str) -> None:
    text = put(CITATIONS, SECOND, "Text of the footnote", "Recommendations II-2 and II-9.")
    outcome = take(package, edit(make(package), put(CITATIONS, SECOND, "Locator", typed), text))
    assert [(c.field, c.new) for c in outcome.changes] == [
        ("locator", "II-2;II-9"),
        ("text", "Recommendations II-2 and II-9."),
    ]
    targets = with_targets(own := outcome.workbooks[0].result.tables).rows("citation_targets")
    assert own.rows("citation_targets") == targets


@pytest.mark.parametrize("code", ["unknown-code", "locator-disagrees"])
def test_a_wrong_code_is_reported_at_the_visible_cell_of_the_locator(
    package: Package, code: str
) -> None:
    edits = [put(CITATIONS, SECOND, "Text of the footnote", "Recommendations II-2 and II-22.")]
    if code == "unknown-code":
        edits.append(put(CITATIONS, SECOND, "Locator", "II-2; II-22"))
    path = edit(make(package), *edits)
    sheet = load_workbook(path)[CITATIONS]
    cell = sheet.cell(line(sheet, SECOND), column(sheet, "Locator")).coordinate
    (problem,) = take(package, path).problems
    assert (problem.code, problem.location.source) == (code, f"Citations!{cell}")
    if code == "unknown-code":
        assert problem.hint.startswith("Is II-")


def test_the_shared_workbook_adds_a_report_recommendation_that_is_cited_then(
    package: Package,
) -> None:
    values = {"Report_recommendation": "R2-III-6", "Round": "R2", "Code": "III-6"}
    values |= {"Chapter": "R2-III", "Urgency": "invite", "Document": "R2-REPORT"}
    path = edit(make(package, "ALL"), add("Report recommendations", **values))
    outcome = take(package, path)
    assert [c.key for c in outcome.changes] == [("R2-III-6",)]
    assert {"Report paragraphs", "Meanings of urgency"} <= set(load_workbook(path).sheetnames)


def test_drop_downs_end_below_the_rows_and_rows_grow_with_their_texts(package: Package) -> None:
    for sheet in load_workbook(make(package)).worksheets:
        ends = {
            area.max_row for rule in sheet.data_validations.dataValidation for area in rule.sqref
        }
        assert ends <= {sheet.max_row + 5_000}
    with ZipFile(make(package)) as book:
        sheets = [book.read(name) for name in book.namelist() if "/sheet" in name]
    assert any(b" ht=" in sheet for sheet in sheets)
    assert not any(b"customHeight" in sheet for sheet in sheets)


def test_what_people_read_comes_first_and_technical_columns_are_closed(package: Package) -> None:
    sheet = load_workbook(make(package))["Recommendations"]
    headers = [cell.value for cell in sheet[1]]
    assert headers[1:7] == ["↳ Id", "Urgency", "Text", "Lead-in", "Sub-heading", "Chapter"]
    assert headers[-4:] == ["Layout", "Document", "Position", "Withdrawn in"]
    dimensions = sheet.column_dimensions
    assert [dimensions[letter].hidden for letter in "AGHIJKL"] == [True, False, False, *[True] * 4]
    assert {dimensions[letter].outlineLevel for letter in "IJKL"} == {1}
    shown = sum(dimensions[letter].width * 7 + 5 for letter in "BCDEFG")
    assert shown < 1_320
    assert sheet.sheet_view.selection[-1].activeCell == "C2"


def test_a_new_row_needs_no_layout(package: Package) -> None:
    texts = {"Chapter": "R2-II", "Text": "A synthetic observation.[^1]", "name": "new 1"}
    note = {"Belongs_to": "new 1", "Marker": 1, "Kind": "note"}
    note |= {"Text_of_the_footnote": "A synthetic note."}
    path = edit(make(package), add("Observations", **texts), add(CITATIONS, **note))
    outcome = take(package, path)
    assert (outcome.problems, outcome.applied) == ((), True)
    (row,) = [c.new for c in outcome.changes if c.resource == "observations"]
    assert isinstance(row, Mapping)
    assert row["layout"] == "paragraph"


@pytest.mark.parametrize(
    ("header", "typed", "field", "read"),
    [
        ("Urgency", "Request", "urgency", "request"),
        ("Chapter", "r2-iii", "chapter_id", "R2-III"),
        ("Addressed to", "ALL", "addressing", "all"),
        ("Document", "Factsheet – Finland", "document_id", "R2-FIN-FACTSHEET"),
        ("Document", "Factsheet", "document_id", "Factsheet"),
    ],
)
def test_a_choice_is_read_in_other_case_and_by_its_label(
    package: Package, header: str, typed: str, field: str, read: str
) -> None:
    path = edit(make(package), put("Recommendations", "R2-BEL-II-1", header, typed))
    assert [(c.field, c.new) for c in take(package, path).changes] == [(field, read)]
