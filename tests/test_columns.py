"""Columns are told by their headers, wherever they stand; what people do to headers is told."""

from __future__ import annotations

import pytest

from lanzarote_data.model.problems import Location, Problem, error, warning
from lanzarote_data.workbook.columns import Columns, find_columns
from lanzarote_data.workbook.grid import Grid, Value
from tests.sheets import TINY, cells, grid, sheet

HEADERS = [
    "Observation",
    "↳ Id",
    "Chapter",
    "Sub-heading",
    "Lead-in",
    "Text",
    "Layout",
    "Document",
    "Position",
]
FIELDS = {
    "observation_id": "A",
    "chapter_id": "C",
    "topic": "D",
    "lead_in": "E",
    "text": "F",
    "layout": "G",
    "document_id": "H",
    "position": "I",
}
PLACE = Location("observations", source="Sheet")
REMARK = "A synthetic remark."


def look(rows: list[list[Value]], name: str = "observations") -> tuple[Columns, list[Problem]]:
    return find_columns(grid(rows), sheet(name))


def written() -> list[list[Value]]:
    return cells("observations")


def under(header: str, text: str = REMARK) -> list[list[Value]]:
    """The sheet with one more column to its right: a header, and a text in the last row."""
    first, *between, last = written()
    return [[*first, header], *between, [*last, text]]


def with_headers(**renamed: str) -> list[list[Value]]:
    """The sheet with other headers in some columns, given by their letters."""
    rows = written()
    for letter, header in renamed.items():
        rows[0][ord(letter) - ord("A")] = header
    return rows


def without(*letters: str) -> list[list[Value]]:
    """The sheet without some columns."""
    gone = {ord(letter) - ord("A") for letter in letters}
    return [[value for n, value in enumerate(row) if n not in gone] for row in written()]


def told_added(text: str) -> Problem:
    return warning(
        "added-column", PLACE, f"The column {text!r} is not one of ours. It is not read."
    )


def told_missing(text: str) -> Problem:
    message = f"The column {text!r} is missing. It counts as not edited."
    return warning("missing-column", PLACE, message)


def test_the_columns_of_a_sheet_as_it_is_written() -> None:
    columns, problems = look(written())
    fields = TINY.package.resource("observations")
    assert problems == []
    assert (columns.header_row, columns.headers) == (1, dict(enumerate(HEADERS)))
    assert columns.fields == {
        0: fields.field("observation_id"),
        1: None,
        **{n: fields.field(name) for n, name in enumerate(list(FIELDS)[1:], start=2)},
    }
    assert columns.letters == FIELDS
    assert columns.fits


def test_columns_may_stand_anywhere_in_any_order() -> None:
    mirrored = [["", *reversed(row)] for row in written()]
    columns, problems = look(mirrored)
    assert (problems, columns.fits) == ([], True)
    assert columns.headers == dict(enumerate(reversed(HEADERS), start=1))
    letters = {name: chr(ord("J") - ord(letter) + ord("A")) for name, letter in FIELDS.items()}
    assert columns.letters == letters


@pytest.mark.parametrize(
    "above",
    [
        [],
        [[]],
        [["A title that somebody wrote"], []],
        [["Text", "of", "a", "note", "with", "many", "short", "words", "in", "it"]],
        [["Observation"], ["Observation", "Chapter"]],
        [HEADERS[1:]],
        [["Observation"] * 30],
    ],
)
def test_the_header_is_the_row_that_has_most_of_it(above: list[list[Value]]) -> None:
    columns, problems = look([*above, *written()])
    assert problems == []
    assert columns.header_row == len(above) + 1
    assert [columns.headers[n] for n in range(9)] == HEADERS


def test_of_two_rows_that_have_as_much_of_it_the_first_is_the_header() -> None:
    rows = without("E")
    columns, problems = look([*rows, [REMARK], rows[0][::-1]])
    assert (columns.header_row, columns.headers[0]) == (1, "Observation")
    assert problems == [told_missing("Lead-in")]


def test_a_header_with_one_of_ours_alone_is_the_header() -> None:
    columns, _ = look([[REMARK], ["Observation"], ["R2-BEL-II-o1"]])
    assert (columns.header_row, columns.headers) == (2, {0: "Observation"})


def test_a_header_is_found_with_white_space_around_its_words() -> None:
    columns, problems = look(with_headers(F="  Text\n"))
    assert (problems, columns.letters) == ([], FIELDS)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "missing-key"),
        ([[]], "missing-key"),
        ([["", ""], ["", " "]], "missing-key"),
        ([["x" * 61]], "missing-key"),
        ([["x" * 61], ["x" * 61]], "renamed-column"),
    ],
)
def test_a_sheet_without_any_header_is_refused(rows: list[list[Value]], code: str) -> None:
    columns, problems = look(rows)
    assert columns == Columns(1, {}, {}, fits=False)
    assert [(p.code, p.location) for p in problems] == [(code, PLACE)]


def test_a_column_of_a_persons_own_is_told_and_not_read() -> None:
    columns, problems = look(under("Remarks"))
    assert problems == [told_added("Remarks")]
    assert columns.headers[9] == "Remarks"
    assert columns.letters == FIELDS
    assert columns.fits


def test_two_columns_of_a_persons_own_with_one_header_are_told_and_not_refused() -> None:
    rows = [[*row, "Remarks", "Remarks"] for row in written()]
    assert look(rows)[1] == [told_added("Remarks"), told_added("Remarks")]


def test_a_helper_column_is_not_told() -> None:
    assert look(under("↳ Label"))[1] == []


@pytest.mark.parametrize("length", [59, 60])
def test_a_header_of_sixty_characters_is_one(length: int) -> None:
    assert look(under("x" * length))[1] == [told_added("x" * length)]


def test_a_longer_text_is_no_header_but_its_column_is_told() -> None:
    columns, problems = look(under("x" * 61))
    assert problems == [told_added("(J)")]
    assert 9 not in columns.headers


@pytest.mark.parametrize("value", [REMARK, 7.0, True, 0])
def test_columns_without_a_header_are_told_where_they_have_cells(value: Value) -> None:
    first, second, third = written()
    rows = [[*first], [*second, "", value, " "], [*third, "", "", "", value]]
    columns, problems = look(rows)
    assert problems == [told_added("(K)"), told_added("(M)")]
    assert columns.fits


def test_what_stands_above_the_header_makes_no_column() -> None:
    assert look([[*[""] * 12, REMARK], *written()])[1] == []


def test_two_columns_with_one_header_are_refused() -> None:
    columns, problems = look(with_headers(E="Text", D="Document", G="Words"))
    assert problems == [
        error("doubled-column", PLACE, "The header 'Document' stands twice.", "Keep one of them.")
    ]
    assert not columns.fits


@pytest.mark.parametrize("letter", ["A", "F"])
def test_a_renamed_column_is_refused(letter: str) -> None:
    columns, problems = look(with_headers(**{letter: "Words", "H": "Paper"}))
    was = HEADERS[ord(letter) - ord("A")]
    assert problems == [
        error(
            "renamed-column",
            PLACE,
            f"The column {was!r} is missing, and there is a new one 'Words'.",
            f"If it was renamed, write {was!r} into its header again.",
        )
    ]
    assert not columns.fits


def test_a_column_that_lost_its_header_is_refused() -> None:
    assert look(with_headers(F=""))[1] == [
        error(
            "renamed-column",
            PLACE,
            "The column 'Text' is missing, and there is a new one '(F)'.",
            "If it was renamed, write 'Text' into its header again.",
        )
    ]


@pytest.mark.parametrize(
    ("rows", "name", "header"),
    [
        (without("A"), "observations", "Observation"),
        (without("A", "F"), "observations", "Observation"),
        ([row[:1] for row in cells("practice_parties")], "practice_parties", "Party"),
    ],
)
def test_a_sheet_without_a_column_of_its_key_is_refused(
    rows: list[list[Value]], name: str, header: str
) -> None:
    columns, problems = look(rows, name)
    assert problems == [
        error(
            "missing-key",
            Location(name, source="Sheet"),
            f"The column {header!r} is missing, so rows cannot be told apart.",
            "Undo its deletion, or export anew.",
        )
    ]
    assert not columns.fits


def test_other_columns_that_are_missing_count_as_not_edited() -> None:
    columns, problems = look(without("B", "D", "I"))
    assert problems == [told_missing("Sub-heading"), told_missing("Position")]
    assert columns.fits


def test_the_place_of_a_problem_is_the_name_of_the_sheet() -> None:
    problems = find_columns(Grid("My sheet", under("Remarks")[:1]), sheet("observations"))[1]
    assert [p.location for p in problems] == [Location("observations", source="My sheet")]
