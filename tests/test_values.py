"""One cell: canonical text to a typed value and back."""

from __future__ import annotations

import datetime
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lanzarote_data.package import Constraints, Field
from lanzarote_data.values import (
    canonical_text,
    canonical_value,
    expected,
    parse,
    serialize,
    text_fault,
)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("string", "007", "007"),
        ("integer", "-20", -20),
        ("number", "2.50", 2.5),
        ("boolean", "true", True),
        ("boolean", "0", False),
        ("date", "2024-02-29", datetime.date(2024, 2, 29)),
        ("year", "2024", 2024),
        ("yearmonth", "2024-02", "2024-02"),
    ],
)
def test_text_becomes_its_value(kind: str, text: str, value: object) -> None:
    assert parse(Field("x", kind), text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("integer", "1.0"),
        ("integer", "1_000"),
        ("integer", "٣"),
        ("integer", "9" * 40),
        ("number", "1,5"),
        ("number", "nan"),
        ("boolean", "yes"),
        ("date", "25.05.2023"),
        ("date", "2023-02-30"),
        ("date", "2023-5-3"),
        ("yearmonth", "2023-13"),
    ],
)
def test_other_text_is_no_value(kind: str, text: str) -> None:
    with pytest.raises(ValueError):
        parse(Field("x", kind), text)


@given(st.integers(-(10**17), 10**17))
def test_integers_go_round(number: int) -> None:
    assert parse(Field("x", "integer"), serialize(number)) == number


@given(st.dates())
def test_dates_go_round(day: datetime.date) -> None:
    assert parse(Field("x", "date"), serialize(day)) == day


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_go_round(number: float) -> None:
    assert parse(Field("x", "number"), serialize(number)) == number


@given(st.text())
def test_canonical_text_is_stable(text: str) -> None:
    once = canonical_text(text)
    assert canonical_text(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))))
def test_canonical_text_of_ordinary_characters_has_no_fault(text: str) -> None:
    text = text.replace("\ufffe", "").replace("\uffff", "")
    assert text_fault(canonical_text(text)) == ""


def test_only_line_ends_edges_and_composition_are_touched() -> None:
    inside = "a\u00a0b\u200bc\u00add “e” – f  g"
    assert canonical_text(f" {inside}\r\n") == inside
    assert canonical_text("e\u0301_x000D_\nb") == "é\nb"


@pytest.mark.parametrize("character", ["\t", "\r", "\x00", "\x1f", "\x7f", "\x85", "\ufffe"])
def test_control_characters_are_faults(character: str) -> None:
    assert text_fault(f"a{character}b").startswith("it holds ")


def test_a_value_is_put_into_canonical_form_where_it_can_be_read() -> None:
    assert canonical_value(Field("x", "integer"), " +007 ") == "7"
    assert canonical_value(Field("x", "boolean"), "TRUE") == "true"
    assert canonical_value(Field("x", "integer"), "seven") == "seven"
    assert canonical_value(Field("x"), "007") == "007"


def test_what_may_stand_in_a_field_is_said_in_words() -> None:
    assert expected(Field("x", constraints=Constraints(enum=("a", "b")))) == "one of a, b"
    assert "such as" in expected(Field("x", "date"))
