"""Columns are found by their headers, in any order; what people do to headers is reported."""

from __future__ import annotations

import pytest

from lanzarote_data.model.problems import Location
from lanzarote_data.workbook.cells import Grid, Value
from lanzarote_data.workbook.read import find_columns
from lanzarote_data.workbook.rows import SheetContent
from tests.sheets import TINY, cells, grid, sheet

HEADERS = [
    *("Observation", "↳ Id", "Text", "Lead-in", "Sub-heading"),
    *("Chapter", "Layout", "Document", "Position"),
]
FIELDS = {
    **{"": "B", "observation_id": "B", "text": "C", "lead_in": "D", "topic": "E"},
    **{"chapter_id": "F", "layout": "G", "document_id": "H", "position": "I", "withdrawn_in": "J"},
}
REMARK = "A synthetic remark."


def find(
    rows: list[list[Value]], name: str = "observations"
) -> tuple[SheetContent, list[tuple[str, str]]]:
    """The columns of a sheet, and for each problem its code and the column that it names."""
    columns, problems = find_columns(grid(rows), sheet(name))
    assert {p.location for p in problems} <= {Location(name, source="Sheet")}
    return columns, [(p.code, p.message.split("'")[1]) for p in problems]


def written() -> list[list[Value]]:
    return cells("observations")


def under(header: str, text: Value = REMARK) -> list[list[Value]]:
    """The sheet with one more column to its right: a header, and a value in the last row."""
    first, *between, last = written()
    return [[*first, header], *between, [*last, text]]


def with_headers(**renamed: str) -> list[list[Value]]:
    """The sheet with other headers in some columns, given by their letters."""
    rows = written()
    for letter, header in renamed.items():
        rows[0][ord(letter) - ord("A")] = header
    return rows


def without(*letters: str) -> list[list[Value]]:
    gone = {ord(letter) - ord("A") for letter in letters}
    return [[value for n, value in enumerate(row) if n not in gone] for row in written()]


@pytest.mark.parametrize("rows", [written(), with_headers(C="  Text\n")])
def test_the_columns_of_a_sheet(rows: list[list[Value]]) -> None:
    columns, problems = find(rows)
    resource = TINY.package.resource("observations")
    assert (problems, columns.header_row, columns.letters) == ([], 1, FIELDS)
    names = [column.field.name if column.field else None for column in columns.read.values()]
    assert names == ["observation_id", None, *list(FIELDS)[2:]]
    assert columns.read[2].field is resource.field("text")
    assert columns.fits


def test_columns_may_be_in_any_order() -> None:
    columns, problems = find([["", *reversed(row)] for row in written()])
    assert (problems, columns.fits) == ([], True)
    letters = {name: chr(ord("K") - ord(letter) + ord("A")) for name, letter in FIELDS.items()}
    assert columns.letters == letters


@pytest.mark.parametrize(
    "above",
    [
        [[]],
        [["A title that somebody wrote"], []],
        [["Text", "of", "a", "note", "with", "many", "short", "words", "in", "it"]],
        [[*HEADERS[1:]]],
        [["Observation"] * 30],
        [["", *[""] * 12, REMARK]],
    ],
)
def test_the_header_is_the_row_with_most_of_the_headers(above: list[list[Value]]) -> None:
    columns, problems = find([*above, *written()])
    assert (problems, columns.header_row) == ([], len(above) + 1)


def test_the_first_of_two_equally_good_rows_is_the_header() -> None:
    rows = without("D")
    columns, problems = find([*rows, [REMARK], rows[0][::-1]])
    assert (columns.header_row, problems) == (1, [("missing-column", "Lead-in")])


@pytest.mark.parametrize("rows", [[], [[]], [["", " "]], [["x" * 61]]])
def test_a_sheet_without_any_header_is_refused(rows: list[list[Value]]) -> None:
    columns, problems = find(rows)
    assert columns == SheetContent(sheet("observations"), "Sheet", 1, {}, fits=False)
    assert [code for code, _ in problems] == ["missing-key"]


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        (under("Remarks"), [("added-column", "Remarks")]),
        (under("x" * 60), [("added-column", "x" * 60)]),
        (under("x" * 61), [("added-column", "(K)")]),
        (under("", 0), [("added-column", "(K)")]),
        (under("", " "), []),
        (under("↳ Label"), []),
        ([[*row, "Remarks", "Remarks"] for row in written()], [("added-column", "Remarks")] * 2),
        (without("A"), [("missing-key", "Observation")]),
        (with_headers(A="x"), [("missing-key", "Observation"), ("added-column", "x")]),
        (without("B", "E", "I"), [("missing-column", t) for t in ("Sub-heading", "Position")]),
    ],
)
def test_added_and_missing_columns_are_warnings(
    rows: list[list[Value]], problems: list[tuple[str, str]]
) -> None:
    columns, found = find(rows)
    assert (found, columns.fits) == (problems, True)


@pytest.mark.parametrize(
    ("rows", "name", "problem"),
    [
        (with_headers(D="Document", G="Words"), "observations", ("doubled-column", "Document")),
        (with_headers(C="Words", H="Paper"), "observations", ("renamed-column", "Text")),
        (with_headers(C=""), "observations", ("renamed-column", "Text")),
        (without("A", "B"), "observations", ("missing-key", "Observation")),
        (
            [row[:1] for row in cells("practice_parties")],
            "practice_parties",
            ("missing-key", "Party"),
        ),
    ],
)
def test_duplicated_renamed_and_missing_key_columns_are_refused(
    rows: list[list[Value]], name: str, problem: tuple[str, str]
) -> None:
    columns, problems = find(rows, name)
    assert (problems, columns.fits) == ([problem], False)


def test_a_problem_names_the_sheet() -> None:
    problems = find_columns(Grid("My sheet", under("Remarks")[:1]), sheet("observations"))[1]
    assert [p.location for p in problems] == [Location("observations", source="My sheet")]
