"""One cell: canonical text to a typed value and back."""

from __future__ import annotations

import datetime
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lanzarote_data.model.expected import bounds_in_words, expected, length_in_words
from lanzarote_data.model.package import Constraints, Field
from lanzarote_data.model.types import (
    FORMS,
    all_canonical,
    canonical_text,
    canonical_value,
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
        *(("number", text, float(text)) for text in ("0.1", "9007199254740992", "1e22", "0.30")),
        *(("number", text, float(text)) for text in ("-1.5", "+7", "1E-5")),
    ],
)
def test_text_becomes_its_value(kind: str, text: str, value: object) -> None:
    assert parse(kind, text) == value


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
        parse(kind, text)


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "integer": st.integers(-(10**17), 10**17),
    "date": st.dates(),
    "number": st.floats(allow_nan=False, allow_infinity=False),
}


@pytest.mark.parametrize("kind", VALUES)
@given(st.data())
def test_values_go_round(kind: str, data: st.DataObject) -> None:
    value = data.draw(VALUES[kind])
    assert parse(kind, serialize(value)) == value


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
    assert canonical_text(" \x1ca\x1f\u2003") == "\x1ca\x1f"


@pytest.mark.parametrize(
    ("kind", "text", "canonical"),
    [
        ("integer", " +007 ", "7"),
        ("integer", "seven", "seven"),
        ("boolean", "TRUE", "true"),
        ("string", "007", "007"),
        ("string", " a  b\r\n", "a  b"),
        ("string", " \n", ""),
        ("date", " \n", ""),
    ],
)
def test_a_value_is_put_into_canonical_form_where_it_can_be_read(
    kind: str, text: str, canonical: str
) -> None:
    assert canonical_value(kind, text) == canonical


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a\tb", "it holds a tab"),
        ("a\rb", "it holds a carriage return"),
        ("a\x1fb", "it holds the control character U+001F"),
        ("a\ufffeb", "it holds the character U+FFFE"),
        ("\ud800", "it holds the character U+D800"),
        ("a\x7fb", "it holds the control character U+007F"),
        ("a\x85b", "it holds the control character U+0085"),
        ("a _x000D_", "it holds _x000D_, which spreadsheet programs take for something else"),
        (" a", "it begins or ends with white space"),
        ("a\u00a0", "it begins or ends with white space"),
        ("e\u0301", "its accented letters are not in the composed form (Unicode NFC)"),
        ("ax005F_", "it holds x005F_, which spreadsheet programs take for something else"),
        ("a\nb _xyz\u00e9", ""),
        ("\u0307a", ""),
    ],
)
def test_a_fault_of_a_text_is_named(text: str, fault: str) -> None:
    assert text_fault(text) == fault
    assert all_canonical(["one", text, "two"]) is (fault == "")


@given(st.lists(st.text(st.sampled_from("a \t\n\x85e\u0301\u00e9_x000D5F\ufffe"))))
def test_many_texts_have_no_fault_when_none_of_them_has(texts: list[str]) -> None:
    assert all_canonical(texts) is not any(map(text_fault, texts))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (False, "false"),
        (2.0, "2"),
        (-0.5, "-0.5"),
        (2.0**53 - 1, "9007199254740991"),
        (-(2.0**53), "-9007199254740992.0"),
        (2.0**53, "9007199254740992.0"),
        (datetime.datetime(2023, 5, 25, 12, 30), "2023-05-25"),
        ("as it is", "as it is"),
    ],
)
def test_a_value_has_one_text(value: bool | float | str | datetime.datetime, text: str) -> None:
    assert serialize(value) == text


def test_what_a_field_takes_is_told_in_words_of_a_list_the_first_thirty() -> None:
    told = {expected(Field("x", kind)) for kind in ("string", *FORMS)}
    assert len(told) == len(FORMS) + 1
    assert expected(Field("x", "date")) == "a date as year-month-day, such as 2023-05-25"
    assert expected(Field("x", constraints=Constraints(enum=("a", "b")))) == "one of a, b"
    words = tuple(f"{n:0100}" for n in range(30))
    assert expected(Field("x", constraints=Constraints(enum=words))) == "one of " + ", ".join(words)
    more = Constraints(enum=(*(f"{word}!" for word in words), "and another"))
    assert expected(Field("x", constraints=more)) == f"one of {', '.join(words)} …"


@pytest.mark.parametrize(
    ("kind", "limits", "words"),
    [
        ("integer", Constraints(), {}),
        (
            "integer",
            Constraints(minimum="1", maximum="9"),
            {"minimum": "1 or more", "maximum": "9 or less"},
        ),
        (
            "number",
            Constraints(exclusive_minimum="0.5", exclusive_maximum="2"),
            {"exclusiveMinimum": "more than 0.5", "exclusiveMaximum": "less than 2"},
        ),
        (
            "date",
            Constraints(minimum="2020-01-01", exclusive_maximum="2021-01-01"),
            {"minimum": "2020-01-01 or later", "exclusiveMaximum": "earlier than 2021-01-01"},
        ),
        (
            "yearmonth",
            Constraints(exclusive_minimum="2020-01", maximum="2021-01"),
            {"exclusiveMinimum": "later than 2020-01", "maximum": "2021-01 or earlier"},
        ),
    ],
)
def test_bounds_are_told_in_words(kind: str, limits: Constraints, words: dict[str, str]) -> None:
    assert bounds_in_words(Field("x", kind, constraints=limits)) == words


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (None, None, ""),
        (0, None, "at least 0 characters"),
        (None, 0, "at most 0 characters"),
        (1, None, "at least 1 character"),
        (None, 1, "at most 1 character"),
        (2, 2, "2 characters"),
        (2, 3, "2 to 3 characters"),
    ],
)
def test_lengths_are_told_in_words(least: int | None, most: int | None, words: str) -> None:
    limits = Constraints(min_length=least, max_length=most)
    assert length_in_words(Field("x", constraints=limits)) == words


@pytest.mark.parametrize(
    "text",
    [
        "9007199254740993",
        "0.1000000000000000055",
        "12345678901234567890",
        "1e-400",
        "1e400",
        "1.10000000000000000001",
    ],
)
def test_a_number_that_a_float_cannot_hold_is_none(text: str) -> None:
    """Else it would come back as another number."""
    with pytest.raises(ValueError, match=re.escape(text)):
        parse("number", text)
    assert canonical_value("number", text) == text
