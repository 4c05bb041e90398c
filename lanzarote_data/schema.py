"""A resource compiled into a pandera schema, and a table into a typed frame for it to check.

Compiled from the descriptor at run time. pandera's own bridge from frictionless is not used: it
ignores formats and foreign keys, leaves dates unchecked and rewrites patterns.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from lanzarote_data.package import Field, Resource
from lanzarote_data.patterns import matcher
from lanzarote_data.problems import Problem, error
from lanzarote_data.scalars import Value
from lanzarote_data.tables import Table
from lanzarote_data.values import (
    canonical_at_once,
    canonical_value,
    expected,
    parse,
    serialize,
    text_fault,
)

if TYPE_CHECKING:
    import pandas
    import pandera.pandas as pandera

AT_ONCE = 5_000
# Texts stay as they are: a column of pandas' own strings takes ten times as long to make.
DTYPES = {
    "string": "object",
    "integer": "Int64",
    "number": "Float64",
    "boolean": "boolean",
    "date": "datetime64[s]",
    "year": "Int64",
    "yearmonth": "object",
}


def typed_frame(table: Table) -> tuple[pandas.DataFrame, list[Problem]]:
    """The table as a frame of typed columns, and a problem for every cell that has no value.

    The index counts rows from 0; a missing value and one that cannot be read are both missing.
    Texts are Python's own.
    """
    import pandas

    columns, problems = {}, []
    for field in table.resource.fields:
        values, faults = _column(field, table.column(field.name))
        problems += [_value_problem(table, index, field) for index in faults]
        columns[field.name] = pandas.Series(values, dtype=DTYPES[field.type])
    return pandas.DataFrame(columns, columns=list(table.resource.field_names)), problems


def _column(field: Field, texts: list[str]) -> tuple[list[Value | None], list[int]]:
    """The values of a column, and the indices of the cells that are no canonical value."""
    if field.type == "string":
        return [text or None for text in texts], _faulty(texts)
    known: dict[str, tuple[Value | None, bool]] = {"": (None, True)}
    for text in dict.fromkeys(texts):
        if text:
            known[text] = _value(field, text)
    return [known[text][0] for text in texts], [i for i, t in enumerate(texts) if not known[t][1]]


def _faulty(texts: list[str]) -> list[int]:
    """The indices of the texts that are not canonical; some thousands are looked at at once."""
    found = []
    for start in range(0, len(texts), AT_ONCE):
        some = texts[start : start + AT_ONCE]
        if not canonical_at_once(set(some)):
            found += [start + place for place, text in enumerate(some) if text_fault(text)]
    return found


def _value(field: Field, text: str) -> tuple[Value | None, bool]:
    """The value, and whether the text is its canonical form."""
    try:
        value = parse(field, text)
    except ValueError:
        return None, False
    return value, serialize(value) == text


def _value_problem(table: Table, index: int, field: Field) -> Problem:
    text = table.rows[index][field.name]
    where = table.location(index, field.name)
    if field.type == "string":
        fault = text_fault(text)
        message = f"{field.title} cannot be stored as it is: {fault}."
        hint = "Take that out, or type these letters anew, and change nothing else."
        return error("text-not-canonical", where, message, hint)
    canonical = canonical_value(field, text)
    if canonical != text:
        message = f"{field.title} is {shown(text)}, which is written {canonical} here."
        return error("value-not-canonical", where, message, f"Write {canonical}.")
    message = f"{field.title} is {shown(text)}, which is not {expected(field)}."
    return error("wrong-type", where, message, f"Write {expected(field)}.")


def pandera_schema(resource: Resource) -> pandera.DataFrameSchema:
    """The pandera schema that checks the constraints of a resource's fields on a typed frame."""
    import pandera.pandas as pandera

    columns = {field.name: _pandera_column(field) for field in resource.fields}
    return pandera.DataFrameSchema(columns, strict=True, name=resource.name)


def _pandera_column(field: Field) -> pandera.Column:
    import pandera.pandas as pandera

    limits = field.constraints
    required = limits.required
    return pandera.Column(
        DTYPES[field.type],
        checks=_checks(field),
        nullable=not required,
        unique=limits.unique,
        report_duplicates="exclude_first",
    )


def _checks(field: Field) -> list[Any]:
    import pandera.pandas as pandera

    limits = field.constraints
    checks = []
    if limits.enum:
        values = [_limit(field, text) for text in limits.enum]
        checks.append(pandera.Check.isin(values, error="enum"))
    if limits.pattern:
        checks.append(pandera.Check(lambda s: _fit(s, limits.pattern), error="pattern"))
    if limits.minimum:
        checks.append(pandera.Check.ge(_limit(field, limits.minimum), error="minimum"))
    if limits.maximum:
        checks.append(pandera.Check.le(_limit(field, limits.maximum), error="maximum"))
    if limits.min_length is not None or limits.max_length is not None:
        checks.append(
            pandera.Check.str_length(limits.min_length, limits.max_length, error="length")
        )
    return checks


def _fit(values: pandas.Series, pattern: str) -> pandas.Series:
    """For each value whether it has the form of a pattern; none is missing."""
    import pandas

    return pandas.Series(list(map(matcher(pattern), values.map(str))), values.index, dtype=bool)


def _limit(field: Field, text: str) -> Any:
    """A value of a constraint as the typed frame has it; pandas compares no dates of Python."""
    import pandas

    value = parse(field, text)
    return pandas.Timestamp(value) if isinstance(value, datetime.date) else value


def constraint_problems(table: Table, frame: pandas.DataFrame) -> list[Problem]:
    """Check a typed frame of the table with pandera: a problem for every value not allowed.

    Cells whose text could not be read are NA in the frame; they are told of elsewhere.
    """
    from pandera.errors import SchemaErrors

    try:
        pandera_schema(table.resource).validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        found = zip(cases["index"], cases["column"], cases["check"], strict=True)
        problems = [_constraint_problem(table, int(i), str(c), str(k)) for i, c, k in found]
        return [problem for problem in problems if problem is not None]
    return []


def _constraint_problem(table: Table, index: int, column: str, check: str) -> Problem | None:
    field = table.resource.field(column)
    where = table.location(index, column)
    text = table.rows[index].get(column, "")
    if check == "not_nullable":
        message = f"{field.title} is empty, but is needed in every row."
        chosen = table.resource.reference(column)
        hint = "Choose one from the list." if chosen else f"Fill it in: {expected(field)}."
        return None if text else error("missing-value", where, message, hint)
    if check == "field_uniqueness":
        message = f"{field.title} is {shown(text)}, as in an earlier row."
        return error("doubled-value", where, message, "Each row needs a value of its own.")
    code, rule = _broken_rule(field, check)
    message = f"{field.title} is {shown(text)}, which is not allowed."
    return error(code, where, message, f"Write {rule}.")


def _broken_rule(field: Field, check: str) -> tuple[str, str]:
    limits = field.constraints
    rules = {
        "enum": ("not-in-list", expected(field)),
        "pattern": ("wrong-pattern", _form(field)),
        "minimum": ("too-small", f"{limits.minimum} or a larger number"),
        "maximum": ("too-large", f"{limits.maximum} or a smaller number"),
        "length": ("wrong-length", _length_in_words(field)),
    }
    return rules[check]


def _form(field: Field) -> str:
    """The form of a text: by example where the descriptor gives one, else by its pattern."""
    return f"it like {field.example}" if field.example else f"it as {field.constraints.pattern}"


def _length_in_words(field: Field) -> str:
    low, high = field.constraints.min_length, field.constraints.max_length
    if low is not None and high is not None:
        return f"a text of {low} to {high} characters"
    return f"a text of at least {low}" if high is None else f"a text of at most {high} characters"


def shown(text: str, most: int = 60) -> str:
    """A value as it is shown in a message: in quotation marks, cut where it is long.

    >>> shown("abc"), shown("abcdef", most=4)
    ('“abc”', '“abc…”')
    """
    return f"“{text}”" if len(text) <= most else f"“{text[: most - 1]}…”"
