"""One cell: the text that is taken from it, or the sentence that refuses it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest

from lanzarote_data.model.expected import expected
from lanzarote_data.model.package import Constraints, Field
from lanzarote_data.workbook.cells import Fault, cell_text
from lanzarote_data.workbook.grid import Covered, ErrorValue, Formula, RichText, Value

DAY = datetime.date(2026, 1, 31)
TYPES = ("string", "integer", "number", "boolean", "date", "year", "yearmonth")
MIDNIGHT = datetime.datetime(2026, 1, 31)
NOON = datetime.datetime(2026, 1, 31, 12, 30)
LONG = "".join(f"{n:02}" for n in range(60))
STOOD = "what stood there"


def of_type(kind: str) -> Field:
    return Field("name", kind)


def refused(kind: str, plain: str, belongs: str) -> Fault:
    return Fault(
        "typed-value-in-text",
        f"A {kind}, {plain}, stands where {belongs} belongs.",
        f"Excel may have changed what was typed. Write it again: {belongs}.",
    )


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("string", " A text.\r\nAnother line \n", "A text.\nAnother line"),
        ("string", "", ""),
        ("string", "007", "007"),
        ("string", RichText(" A text.\r\n", stands_out=False), "A text."),
        ("integer", " 007 ", "7"),
        ("integer", RichText("007", stands_out=False), "7"),
        ("integer", "seven", "seven"),
        ("integer", 7, "7"),
        ("integer", 7.0, "7"),
        ("integer", -7.0, "-7"),
        ("integer", 2.0**53 - 1, "9007199254740991"),
        ("integer", -(2.0**53) + 1, "-9007199254740991"),
        ("year", 2026.0, "2026"),
        ("number", 7.0, "7"),
        ("number", 7.5, "7.5"),
        ("number", 0, "0"),
        ("boolean", True, "true"),
        ("boolean", False, "false"),
        ("boolean", "TRUE", "true"),
        ("boolean", Formula("=TRUE()"), "true"),
        ("boolean", Formula("= false() "), "false"),
        ("date", MIDNIGHT, "2026-01-31"),
        ("date", DAY, "2026-01-31"),
        ("date", "2026-01-31", "2026-01-31"),
    ],
)
def test_what_fits_the_field_is_taken_as_its_canonical_text(
    kind: str, value: Value, text: str
) -> None:
    assert cell_text(value, of_type(kind), STOOD) == (text, None)


@pytest.mark.parametrize(
    ("value", "before"),
    [
        (7, "7"),
        (7.0, "7"),
        (7.25, "7.25"),
        (True, "true"),
        (False, "false"),
        (DAY, "2026-01-31"),
        (MIDNIGHT, "2026-01-31"),
        (NOON, "2026-01-31 12:30:00"),
        (datetime.time(12, 30), "12:30:00"),
        (datetime.timedelta(hours=30), "1 day, 6:00:00"),
    ],
)
@pytest.mark.parametrize("kind", TYPES)
def test_a_typed_value_is_taken_where_it_is_the_text_that_stood_there(
    kind: str, value: Value, before: str
) -> None:
    assert cell_text(value, of_type(kind), before) == (before, None)


def wrong_values() -> Iterator[tuple[str, Value, str, str]]:
    """Type of the field, value, what it is, and its plain form."""
    for kind in ("string", "boolean", "yearmonth"):
        yield kind, 7.0, "number", "7"
        yield kind, 2.5, "number", "2.5"
    for kind in ("string", "integer", "number", "year", "date", "yearmonth"):
        yield kind, True, "truth value", "true"
    for kind in ("string", "integer", "number", "boolean", "year", "yearmonth"):
        yield kind, MIDNIGHT, "date or time", "2026-01-31"
        yield kind, DAY, "date or time", "2026-01-31"
    for kind in TYPES:
        yield kind, NOON, "date or time", "2026-01-31 12:30:00"
        yield kind, datetime.time(12, 30), "date or time", "12:30:00"
    for kind in ("integer", "year"):
        yield kind, 2.5, "number", "2.5"
    for kind in ("integer", "number", "year"):
        yield kind, 2**53, "number", "9007199254740992"
        yield kind, -(2**53), "number", "-9007199254740992"


@pytest.mark.parametrize(("kind", "value", "what", "plain"), [*wrong_values()])
def test_a_value_of_another_type_is_refused(kind: str, value: Value, what: str, plain: str) -> None:
    field = of_type(kind)
    assert cell_text(value, field, STOOD) == (STOOD, refused(what, plain, expected(field)))


def test_a_number_where_a_word_of_a_list_belongs_is_refused() -> None:
    field = Field("name", constraints=Constraints(enum=("1", "2")))
    assert cell_text(3.0, field, STOOD) == (STOOD, refused("number", "3", "one of 1, 2"))


def test_a_bare_number_where_a_date_belongs_is_refused() -> None:
    message = "A bare number, 46053, stands where a date belongs."
    hint = "Write a date as year-month-day, such as 2023-05-25."
    fault = Fault("number-in-date", message, hint)
    assert cell_text(46053.0, of_type("date"), STOOD) == (STOOD, fault)


@pytest.mark.parametrize("kind", TYPES)
def test_a_formula_is_refused(kind: str) -> None:
    hint = "Write the text itself. (A text that begins with = needs an apostrophe before it.)"
    for text in ("=1+1", "=TRUE", "=FALSE()+1", f"={LONG}"):
        fault = Fault("formula", f"A formula stands here: {text[:80]}.", hint)
        assert cell_text(Formula(text), of_type(kind), STOOD) == (STOOD, fault)


@pytest.mark.parametrize("text", ["=TRUE()", "=FALSE()"])
@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind != "boolean"])
def test_the_formula_of_a_truth_value_is_taken_for_one_alone(kind: str, text: str) -> None:
    found, fault = cell_text(Formula(text), of_type(kind), STOOD)
    assert (found, fault and fault.code) == (STOOD, "formula")


def test_an_error_value_is_refused() -> None:
    message, hint = (
        "The error value #N/A stands here.",
        "Write the text that belongs here, or undo.",
    )
    fault = Fault("error-value", message, hint)
    assert cell_text(ErrorValue("#N/A"), of_type("string"), STOOD) == (STOOD, fault)


def test_a_cell_under_a_merged_one_counts_as_it_was() -> None:
    assert cell_text(Covered(), of_type("string"), STOOD) == (STOOD, None)


def test_words_that_stand_out_are_taken_and_told() -> None:
    fault = Fault(
        "formatting-ignored",
        "The text has bold, italic or coloured words. The words are taken, the look is not.",
        "Write *italics* and **bold** with asterisks.",
        harmless=True,
    )
    found = cell_text(RichText(" A text.\r\n", stands_out=True), of_type("string"), STOOD)
    assert found == ("A text.", fault)
    assert cell_text(RichText("007", stands_out=True), of_type("integer"), STOOD)[0] == "7"


MARKED = f"⚠ {LONG}"


@pytest.mark.parametrize("value", [MARKED, RichText(MARKED, True), RichText(MARKED, False)])
def test_a_cell_that_is_still_to_be_corrected_is_refused(value: Value) -> None:
    message = f"This cell is still to be corrected: {MARKED[:80]}."
    fault = Fault("still-to-correct", message, "Write what belongs here.")
    assert cell_text(value, of_type("string"), STOOD) == (STOOD, fault)


@pytest.mark.parametrize("text", ["⚠ A synthetic warning", "⚠A text", "A text ⚠ x", "⚠"])
def test_a_text_of_ones_own_with_such_a_sign_is_taken(text: str) -> None:
    assert cell_text(text, of_type("string"), "⚠ A synthetic warning") == (text, None)
