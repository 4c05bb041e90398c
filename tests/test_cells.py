"""The canonical text of one cell, or the problem for which it is refused."""

from __future__ import annotations

import datetime

import pytest

from lanzarote_data.model.package import Constraints, Field
from lanzarote_data.workbook.cells import (
    Covered,
    ErrorValue,
    Formula,
    RichText,
    Value,
    as_number,
    cell_text,
)

DAY = datetime.date(2026, 1, 31)
MIDNIGHT = datetime.datetime(2026, 1, 31)
NOON = datetime.datetime(2026, 1, 31, 12, 30)
TYPES = ("string", "integer", "number", "boolean", "date", "year", "yearmonth")
BEFORE = "the text before"
MARKED = "⚠ =1+1"


def read(value: Value, field: str | Field = "string", before: str = BEFORE) -> tuple[str, str]:
    """The text of a cell, and the code of its problem."""
    field = Field("name", field) if isinstance(field, str) else field
    text, problem = cell_text(value, field, before)
    if problem:
        assert problem.message
        assert problem.hint
    return text, problem.code if problem else ""


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("string", " A text.\r\nAnother line \n", "A text.\nAnother line"),
        ("string", "", ""),
        ("string", "007", "007"),
        ("string", RichText(" A text.\r\n", is_formatted=False), "A text."),
        ("integer", " 007 ", "7"),
        ("integer", RichText("007", is_formatted=False), "7"),
        ("integer", "seven", "seven"),
        ("integer", 7, "7"),
        ("integer", -7.0, "-7"),
        ("integer", 2.0**53 - 1, "9007199254740991"),
        ("year", 2026.0, "2026"),
        ("number", 7.5, "7.5"),
        ("number", 0, "0"),
        ("boolean", True, "true"),
        ("boolean", "TRUE", "true"),
        ("boolean", Formula("=TRUE()"), "true"),
        ("boolean", Formula("= false() "), "false"),
        ("date", MIDNIGHT, "2026-01-31"),
        ("date", DAY, "2026-01-31"),
        ("date", "2026-01-31", "2026-01-31"),
        ("string", Covered(), BEFORE),
        ("string", "⚠A text", "⚠A text"),
    ],
)
def test_a_value_of_the_right_type_is_accepted(kind: str, value: Value, text: str) -> None:
    assert read(value, kind) == (text, "")


@pytest.mark.parametrize(
    ("value", "before"),
    [
        (7.0, "7"),
        (7.25, "7.25"),
        (True, "true"),
        (MIDNIGHT, "2026-01-31"),
        (NOON, "2026-01-31 12:30:00"),
        (datetime.time(12, 30), "12:30:00"),
        (datetime.timedelta(hours=30), "1 day, 6:00:00"),
        (MARKED, MARKED),
    ],
)
@pytest.mark.parametrize("kind", TYPES)
def test_a_value_whose_plain_form_is_the_text_before_is_accepted(
    kind: str, value: Value, before: str
) -> None:
    assert read(value, kind, before) == (before, "")


@pytest.mark.parametrize(
    ("kinds", "value"),
    [
        (("string", "boolean", "yearmonth"), 7.0),
        (("string", "boolean", "integer", "year"), 2.5),
        (("string", "integer", "number", "year", "date", "yearmonth"), True),
        (("string", "integer", "number", "boolean", "year", "yearmonth"), MIDNIGHT),
        (("string", "integer", "number", "boolean", "year", "yearmonth"), DAY),
        (TYPES, NOON),
        (TYPES, datetime.time(12, 30)),
        (("integer", "number", "year"), 2**53),
        (("integer", "number", "year"), -(2**53)),
    ],
)
def test_a_value_of_another_type_is_refused(kinds: tuple[str, ...], value: Value) -> None:
    found = {kind: read(value, kind) for kind in kinds}
    assert found == dict.fromkeys(kinds, (BEFORE, "typed-value-in-text"))


def test_other_cells_are_refused() -> None:
    choice = Field("name", constraints=Constraints(enum=("1", "2")))
    assert read(3.0, choice) == (BEFORE, "typed-value-in-text")
    assert read(46053.0, "date") == (BEFORE, "number-in-date")
    assert read(ErrorValue("#N/A")) == (BEFORE, "error-value")
    for formula in ("=1+1", "=TRUE", "=FALSE()+1"):
        assert read(Formula(formula), "boolean") == (BEFORE, "formula")
    for kind in set(TYPES) - {"boolean"}:
        assert read(Formula("=TRUE()"), kind) == (BEFORE, "formula")
    for marked in (MARKED, RichText(MARKED, True), RichText(MARKED, False)):
        assert read(marked) == (BEFORE, "still-to-correct")


def test_words_that_look_different_are_imported_with_a_warning() -> None:
    text, problem = cell_text(RichText(" A text.\r\n", is_formatted=True), Field("name"), BEFORE)
    assert problem
    assert (text, problem.code, problem.severity) == ("A text.", "formatting-ignored", "warning")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7.0),
        ("-7.50", -7.5),
        ("123456789012345", 123456789012345.0),
        ("1234567890123456", "1234567890123456"),
        ("", ""),
        ("7a", "7a"),
        ("1e3", "1e3"),
        ("\u0667", "\u0667"),
    ],
)
def test_a_text_that_programs_keep_exactly_as_a_number_is_one(
    text: str, number: str | float
) -> None:
    assert as_number(text) == number
