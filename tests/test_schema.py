"""The values of a field: which are none, which are not allowed, and what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from lanzarote_data.model.package import Constraints, Field, ForeignKey, Resource
from lanzarote_data.model.problems import Problem, shown
from lanzarote_data.model.tables import Source, Table
from lanzarote_data.validate.schema import AT_ONCE, typed_values, value_problems


def table(field: Field, texts: Sequence[str], *, chosen: bool = False) -> Table:
    """A table with this one field, whose rows stand in a file from line 2 on."""
    reference = ForeignKey((field.name,), "others", ("id",))
    keys = (reference,) if chosen else ()
    resource = Resource("words", "words.csv", "Words", "", (field,), (field.name,), keys)
    sources = [Source("words.csv", line) for line in range(2, 2 + len(texts))]
    return Table(resource, ({field.name: text} for text in texts), sources)


def field(kind: str = "string", example: str = "", **limits: Any) -> Field:
    return Field("word", kind, "Word", constraints=Constraints(**limits), example=example)


def said(problem: Problem) -> tuple[str, str, str, str]:
    return problem.code, str(problem.location), problem.message, problem.hint


def problems(field: Field, *texts: str, **options: bool) -> list[tuple[str, str, str, str]]:
    return [said(problem) for problem in value_problems(table(field, texts, **options))]


def refused(text: str) -> str:
    return f"Word is “{text}”, which is not allowed."


@pytest.mark.parametrize(
    ("kind", "good", "bad", "words"),
    [
        (
            "integer",
            ["0", "-7", "123456789012345678"],
            ["x", "1.0", "1" * 19, "²"],
            "a whole number, such as 20",
        ),
        ("number", ["2", "-2.5", "0.1"], ["1,5", "inf", "nan", "1e400"], "a number, such as 2.5"),
        ("boolean", ["true", "false"], ["yes", "2"], "true or false"),
        (
            "date",
            ["2023-05-25", "0001-01-01", "9999-12-31"],
            ["2023-02-30", "25.05.2023"],
            "a date as year-month-day, such as 2023-05-25",
        ),
        (
            "year",
            ["2023", "1000", "9999"],
            ["0", "999", "12345", "-2023", "0999"],
            "a year, such as 2023",
        ),
        (
            "yearmonth",
            ["2023-05"],
            ["2023-13", "2023", "2023-5"],
            "a year and month, such as 2023-05",
        ),
    ],
)
def test_a_text_that_is_no_value_is_told(
    kind: str, good: list[str], bad: list[str], words: str
) -> None:
    assert problems(field(kind), *good, "") == []
    assert problems(field(kind), *bad) == [
        (
            "wrong-type",
            f"words.csv:{line}, word",
            f"Word is “{text}”, which is not {words}.",
            f"Write {words}.",
        )
        for line, text in enumerate(bad, start=2)
    ]


@pytest.mark.parametrize(
    ("kind", "text", "canonical"),
    [
        ("integer", "007", "7"),
        ("integer", "+7", "7"),
        ("number", "1.50", "1.5"),
        ("number", "1e3", "1000"),
        ("boolean", "TRUE", "true"),
        ("boolean", "0", "false"),
    ],
)
def test_a_value_that_is_written_otherwise_here_is_told(
    kind: str, text: str, canonical: str
) -> None:
    message = f"Word is “{text}”, which is written {canonical} here."
    assert problems(field(kind), text) == [
        ("value-not-canonical", "words.csv:2, word", message, f"Write {canonical}.")
    ]


def test_a_text_with_a_fault_is_told_once_for_each_row_that_has_it() -> None:
    message = "Word cannot be stored as it is: it holds a tab."
    hint = "Take that out, or type these letters anew, and change nothing else."
    texts = ["a", "b\tc", "a", "b\tc"]
    assert problems(field(), *texts) == [
        ("text-not-canonical", f"words.csv:{line}, word", message, hint) for line in (3, 5)
    ]


def test_faults_are_found_wherever_they_stand_among_thousands() -> None:
    places = [0, AT_ONCE - 1, AT_ONCE, 2 * AT_ONCE + 1]
    texts = [f"{n} " if n in places else str(n) for n in range(2 * AT_ONCE + 2)]
    assert typed_values(field(), texts) == (texts, places)
    assert typed_values(field(), ["", "a"]) == ([None, "a"], [])


def test_values_are_typed_and_those_that_cannot_be_read_are_missing() -> None:
    assert typed_values(field("integer"), ["1", "", "x", "01", "1"]) == (
        [1, None, None, 1, 1],
        [2, 3],
    )


def test_a_needed_value_may_not_be_missing() -> None:
    message = "Word is empty, but is needed in every row."
    needed = field(required=True)
    assert problems(needed, "a", "", "b") == [
        ("missing-value", "words.csv:3, word", message, "Fill it in: a text.")
    ]
    (chosen,) = problems(needed, "", chosen=True)
    assert chosen == ("missing-value", "words.csv:2, word", message, "Choose one from the list.")
    assert problems(field("integer", required=True), "x")[0][0] == "wrong-type"
    assert len(problems(field("integer", required=True), "x")) == 1


def test_a_value_that_may_stand_once_is_told_where_it_stands_again() -> None:
    hint = "Each row needs a value of its own."
    assert problems(field("integer", unique=True), "1", "", "2", "1", "", "1") == [
        ("doubled-value", f"words.csv:{line}, word", "Word is “1”, as in an earlier row.", hint)
        for line in (5, 7)
    ]


@pytest.mark.parametrize(
    ("checked", "good", "bad", "code", "hint"),
    [
        (field(enum=("a", "b")), ["a", "b"], ["c", "A"], "not-in-list", "Write one of a, b."),
        (field("integer", enum=("1", "2")), ["1"], ["3"], "not-in-list", "Write one of 1, 2."),
        (
            field("date", enum=("2020-01-01",)),
            ["2020-01-01"],
            ["2020-01-02"],
            "not-in-list",
            "Write one of 2020-01-01.",
        ),
        (
            field("boolean", enum=("true",)),
            ["true"],
            ["false"],
            "not-in-list",
            "Write one of true.",
        ),
        (field(pattern="a|b+"), ["a", "bb"], ["ab", "axxx"], "wrong-pattern", "Write it as a|b+."),
        (field(pattern="[A-Z]", example="B"), ["A"], ["1"], "wrong-pattern", "Write it like B."),
        (field("integer", minimum="2"), ["2", "3"], ["1"], "too-small", "Write 2 or more."),
        (
            field("number", exclusive_minimum="2"),
            ["2.5"],
            ["2", "1"],
            "too-small",
            "Write more than 2.",
        ),
        (field("integer", maximum="2"), ["2"], ["3"], "too-large", "Write 2 or less."),
        (field("number", exclusive_maximum="2"), ["1.5"], ["2"], "too-large", "Write less than 2."),
        (
            field("date", minimum="2020-01-01"),
            ["2020-01-01"],
            ["2019-12-31"],
            "too-small",
            "Write 2020-01-01 or later.",
        ),
        (
            field("date", exclusive_minimum="2020-01-01"),
            ["2020-01-02"],
            ["2020-01-01"],
            "too-small",
            "Write later than 2020-01-01.",
        ),
        (field("year", maximum="2020"), ["2020"], ["2021"], "too-large", "Write 2020 or earlier."),
        (
            field("yearmonth", exclusive_maximum="2020-03"),
            ["2020-02"],
            ["2020-03"],
            "too-large",
            "Write earlier than 2020-03.",
        ),
        (
            field(min_length=2, max_length=3),
            ["ab", "abc"],
            ["a", "abcd"],
            "wrong-length",
            "Write a text of 2 to 3 characters.",
        ),
        (
            field(min_length=2),
            ["ab"],
            ["a"],
            "wrong-length",
            "Write a text of at least 2 characters.",
        ),
        (
            field(max_length=3),
            ["abc"],
            ["abcd"],
            "wrong-length",
            "Write a text of at most 3 characters.",
        ),
    ],
)
def test_a_value_that_is_not_allowed_is_told(
    checked: Field, good: list[str], bad: list[str], code: str, hint: str
) -> None:
    assert problems(checked, *good, "") == []
    assert problems(checked, "", *good, *bad, bad[0]) == [
        (code, f"words.csv:{line}, word", refused(text), hint)
        for line, text in enumerate([*bad, bad[0]], start=3 + len(good))
    ]


def test_all_that_is_wrong_with_a_value_is_told() -> None:
    codes = [code for code, *_ in problems(field("integer", enum=("1",), maximum="5"), "7", "08")]
    assert codes == ["not-in-list", "too-large", "value-not-canonical", "not-in-list", "too-large"]


def test_a_long_text_is_cut_where_it_is_shown() -> None:
    assert shown("a" * 60) == f"“{'a' * 60}”"
    assert shown("a" * 61) == f"“{'a' * 59}…”"
    assert shown("abcd", most=3) == "“ab…”"
