"""The checks of values: on the texts of tables, and on frames of typed values alike."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

from lanzarote_data.model.package import Constraints, Field, ForeignKey, Resource
from lanzarote_data.model.problems import shown
from lanzarote_data.model.tables import Source, Table
from lanzarote_data.model.types import parse, text_fault
from lanzarote_data.validate import values as values_module
from lanzarote_data.validate.package import validate_table
from lanzarote_data.validate.schema import table_schema
from lanzarote_data.validate.values import doubled_values, typed_values, value_problems
from tests.packages import tiny_tables

TINY = tiny_tables()


def table(field: Field, texts: Sequence[str]) -> Table:
    """A table with this one field, whose rows are in a file from line 2 on."""
    resource = Resource("words", "words.csv", "Words", "", (field,), (field.name,))
    sources = [Source("words.csv", line) for line in range(2, 2 + len(texts))]
    return Table(resource, tuple({field.name: text} for text in texts), sources)


def field(kind: str = "string", example: str = "", **limits: Any) -> Field:
    return Field("word", kind, "Word", constraints=Constraints(**limits), example=example)


def found(field: Field, *texts: str) -> list[tuple[str, str]]:
    """The code of each problem, and the text that has it."""
    problems = value_problems(table(field, texts))
    lines = [(p.code, int(p.location.source.partition(":")[2])) for p in problems]
    return [(code, texts[line - 2]) for code, line in lines]


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("integer", ["0", "-7", "123456789012345678"], ["x", "1.0", "1" * 19, "²"]),
        ("number", ["2", "-2.5", "0.1"], ["1,5", "inf", "nan", "1e400"]),
        ("boolean", ["true", "false"], ["yes", "2"]),
        ("date", ["2023-05-25", "0001-01-01", "9999-12-31"], ["2023-02-30", "25.05.2023"]),
        ("year", ["2023", "1000", "9999"], ["0", "999", "12345", "-2023", "0999"]),
        ("yearmonth", ["2023-05"], ["2023-13", "2023", "2023-5"]),
    ],
)
def test_a_text_that_is_not_a_value_is_found(kind: str, good: list[str], bad: list[str]) -> None:
    assert found(field(kind), *good, "") == []
    assert found(field(kind), *bad) == [("wrong-type", text) for text in bad]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("integer", "007"),
        ("integer", "+7"),
        ("number", "1.50"),
        ("number", "1e3"),
        ("boolean", "TRUE"),
        ("boolean", "0"),
    ],
)
def test_a_value_in_another_form_is_found(kind: str, text: str) -> None:
    assert found(field(kind), text) == [("value-not-canonical", text)]


def test_a_fault_is_found_in_each_row_that_has_it() -> None:
    assert found(field(), "a", "b\tc", "a", "b\tc") == [("text-not-canonical", "b\tc")] * 2


def test_values_are_typed_and_those_that_cannot_be_read_are_missing() -> None:
    texts = ["1", "", "x", "01", "1"]
    assert typed_values(field("integer"), texts) == ([1, None, None, 1, 1], [2, 3])
    assert typed_values(field(), ["", "a", "b "]) == ([None, "a", "b "], [2])


def test_a_needed_value_may_not_be_missing() -> None:
    assert found(field(required=True), "a", "", "b") == [("missing-value", "")]
    assert found(field("integer", required=True), "x") == [("wrong-type", "x")]
    reference = ForeignKey(("word",), "others", ("id",))
    alone = table(field(required=True), [""])
    chosen = Resource("words", "words.csv", "Words", "", alone.resource.fields, (), (reference,))
    hints = [next(value_problems(t)).hint for t in (alone, alone.described_by(chosen))]
    assert hints == ["Fill it in: a text.", "Choose one from the list."]


def test_a_value_that_must_be_unique_is_found_where_it_is_repeated() -> None:
    texts = ("1", "", "2", "1", "", "1")
    unique = field("integer", unique=True)
    problems = doubled_values(table(unique, texts), unique)
    places = [(p.code, p.location.source) for p in problems]
    assert places == [("doubled-value", "words.csv:5"), ("doubled-value", "words.csv:7")]


CONSTRAINED = [
    (field(enum=("a", "b")), ["a", "b"], ["c", "A"], "not-in-list"),
    (field("integer", enum=("1", "2")), ["1"], ["3"], "not-in-list"),
    (field("date", enum=("2020-01-01",)), ["2020-01-01"], ["2020-01-02"], "not-in-list"),
    (field("boolean", enum=("true",)), ["true"], ["false"], "not-in-list"),
    (field(pattern="a|b+"), ["a", "bb"], ["ab", "axxx", "a\n"], "wrong-pattern"),
    (field(pattern="[A-Z]", example="B"), ["A"], ["1"], "wrong-pattern"),
    (field("integer", minimum="2"), ["2", "3"], ["1"], "too-small"),
    (field("number", exclusive_minimum="2"), ["2.5"], ["2", "1"], "too-small"),
    (field("integer", maximum="2"), ["2"], ["3"], "too-large"),
    (field("number", exclusive_maximum="2"), ["1.5"], ["2"], "too-large"),
    (field("date", minimum="2020-01-01"), ["2020-01-01"], ["2019-12-31"], "too-small"),
    (field("date", exclusive_minimum="2020-01-01"), ["2020-01-02"], ["2020-01-01"], "too-small"),
    (field("year", maximum="2020"), ["2020"], ["2021"], "too-large"),
    (field("yearmonth", exclusive_maximum="2020-03"), ["2020-02"], ["2020-03"], "too-large"),
    (field(min_length=2, max_length=3), ["ab", "abc"], ["a", "abcd"], "wrong-length"),
    (field(min_length=2), ["ab"], ["a"], "wrong-length"),
    (field(max_length=3), ["abc"], ["abcd"], "wrong-length"),
]


@pytest.mark.parametrize(("checked", "good", "bad", "code"), CONSTRAINED)
def test_a_value_that_is_not_allowed_is_found(
    checked: Field, good: list[str], bad: list[str], code: str
) -> None:
    assert found(checked, *good, "") == []
    expected = [(code, text) for text in [*bad, bad[0]]]
    assert [one for one in found(checked, "", *good, *bad, bad[0]) if one[0] == code] == expected


def test_everything_that_is_wrong_with_a_value_is_found() -> None:
    both = field("integer", enum=("1",), maximum="5")
    assert found(both, "7", "08") == [
        *[("not-in-list", "7"), ("too-large", "7")],
        *[("value-not-canonical", "08"), ("not-in-list", "08"), ("too-large", "08")],
    ]


def test_a_long_text_is_cut_where_it_is_shown() -> None:
    assert shown("a" * 60) == f"“{'a' * 60}”"
    assert shown("a" * 61) == f"“{'a' * 59}…”"
    assert shown("abcd", most=3) == "“ab…”"


# Frames.


@pytest.mark.parametrize(("checked", "good", "bad", "code"), CONSTRAINED)
def test_a_frame_is_checked_as_the_texts_are(
    checked: Field, good: list[str], bad: list[str], code: str
) -> None:
    for texts, expected in ((good, set()), (bad, {code} & {c for c, _ in found(checked, *bad)})):
        rows = table(checked, texts)
        values, _ = typed_values(checked, texts)
        frame = pandas.DataFrame({"word": values}).astype(frame_dtype(checked)).set_index("word")
        package = TINY.package
        schema = table_schema(package, rows.resource)
        if not expected:
            schema.validate(frame, lazy=True)
            continue
        with pytest.raises(SchemaErrors) as refused:
            schema.validate(frame, lazy=True)
        assert expected <= {error.check.name for error in refused.value.schema_errors}


def frame_dtype(field: Field) -> Any:
    kinds = {"integer": "Int64", "year": "Int64", "number": "Float64", "boolean": "boolean"}
    return {"word": kinds.get(field.type, "datetime64[s]" if field.type == "date" else "string")}


def test_a_schema_says_what_its_table_and_columns_are() -> None:
    resource = TINY.package.resource("recommendations")
    schema = table_schema(TINY.package, resource)
    assert (schema.title, schema.description) == (resource.title, resource.description)
    column = schema.columns["urgency"]
    assert column.title == resource.field("urgency").title
    assert all(check.error for check in column.checks)


def test_heavy_libraries_are_loaded_only_when_values_are_checked() -> None:
    code = (
        "import sys, lanzarote_data.validate.package, lanzarote_data.validate.schema, "
        "lanzarote_data.validate.values; "
        "print([m for m in ('pandas', 'pandera', 'jsonschema') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_values_and_keys_are_found_together() -> None:
    rows = table(field("integer"), ["x", "1", "1"])
    assert [problem.code for problem in validate_table(rows)] == ["wrong-type", "doubled-key"]


KINDS = {
    "string": st.text(st.characters(codec="utf-8") | st.sampled_from("aA1\u0301 \n"), max_size=6),
    "integer": st.integers(-3, 3).map(str),
    "number": st.sampled_from(["-1.5", "0", "0.5", "2", "2.50", "1e3"]),
    "boolean": st.sampled_from(["true", "false"]),
    "date": st.sampled_from(["2020-02-29", "2020-03-01", "1899-12-31"]),
    "year": st.sampled_from(["1999", "2020"]),
    "yearmonth": st.sampled_from(["2020-01", "2020-12"]),
}


@st.composite
def fields_and_texts(draw: st.DrawFn) -> tuple[Field, list[str]]:
    kind = draw(st.sampled_from(sorted(KINDS)))
    one = KINDS[kind].filter(lambda text: bool(text) and not text_fault(text))
    bounds = one if kind not in ("string", "boolean") else st.just("")
    lengths = sorted(draw(st.lists(st.integers(0, 4), max_size=2))) if kind == "string" else []
    limits = Constraints(
        enum=tuple(draw(st.lists(one, max_size=3))),
        pattern=draw(st.sampled_from(["", "a+", "[^a]*"])) if kind == "string" else "",
        min_length=lengths[0] if lengths else None,
        max_length=lengths[1] if len(lengths) > 1 else None,
        minimum=draw(st.just("") | bounds),
        maximum=draw(st.just("") | bounds),
        exclusive_minimum=draw(st.just("") | bounds),
        exclusive_maximum=draw(st.just("") | bounds),
    )
    return Field("a", kind, constraints=limits), draw(st.lists(KINDS[kind], min_size=1))


@given(fields_and_texts())
def test_plain_comparisons_accept_nothing_that_pandera_refuses(
    drawn: tuple[Field, list[str]],
) -> None:
    field, texts = drawn
    values = {text: parse(field.type, text) for text in texts if text}
    refused = {text for text, _ in values_module._broken(field, values)} if values else set()
    sound = {text: value for text, value in values.items() if not text_fault(text)}
    accepted = {text for text, value in sound.items() if values_module.accepts(field)(value)}
    assert not refused & accepted
    assert not refused or refused | accepted == set(values)
