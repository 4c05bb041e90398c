"""A field compiled into a pandera schema, and the values of a column for it to check.

Compiled from the descriptor at run time. pandera's own bridge from frictionless is not used: it
ignores formats and foreign keys, leaves dates unchecked and rewrites patterns. A text is looked
at once, however many rows have it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lanzarote_data.model.expected import bounds_in_words, expected, length_in_words
from lanzarote_data.model.package import Field, Resource
from lanzarote_data.model.patterns import matcher
from lanzarote_data.model.problems import Problem, error, shown
from lanzarote_data.model.tables import Table
from lanzarote_data.model.types import (
    Value,
    all_canonical,
    canonical_value,
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


@dataclass(frozen=True)
class Fault:
    """What is wrong with a text as the value of a field, in whichever rows it stands."""

    code: str
    message: str
    hint: str


def value_problems(table: Table) -> list[Problem]:
    """A problem for every cell that is no value of its field’s type, or none that is allowed."""
    return [problem for field in table.resource.fields for problem in _field_problems(table, field)]


def _field_problems(table: Table, field: Field) -> Iterator[Problem]:
    texts = table.column(field.name)
    faults = _faults(table.resource, field, list(dict.fromkeys(texts)))
    for index, text in enumerate(texts) if faults else ():
        for fault in faults.get(text, ()):
            where = table.location(index, field.name)
            yield error(fault.code, where, fault.message, fault.hint)
    if field.constraints.unique:
        yield from _doubled(table, field)


def _faults(resource: Resource, field: Field, texts: list[str]) -> Mapping[str, list[Fault]]:
    """What is wrong with some of different texts as values of a field."""
    values, places = typed_values(field, texts)
    found = {texts[place]: [unreadable(field, texts[place])] for place in places}
    read = [place for place, value in enumerate(values) if value is not None or not texts[place]]
    for place, check in _broken_checks(field, [values[place] for place in read]):
        text = texts[read[place]]
        found.setdefault(text, []).append(_not_allowed(resource, field, text, check))
    return found


def _doubled(table: Table, field: Field) -> Iterator[Problem]:
    """A problem for each row with a value that an earlier row has."""
    seen: set[str] = set()
    for index, text in enumerate(table.column(field.name)):
        if text and text in seen:
            message = f"{field.title} is {shown(text)}, as in an earlier row."
            hint = "Each row needs a value of its own."
            yield error("doubled-value", table.location(index, field.name), message, hint)
        seen.add(text)


def typed_values(field: Field, texts: Sequence[str]) -> tuple[list[Value | None], list[int]]:
    """The values of cells, and the indices of those that are no canonical value.

    The value of an empty cell, and of one that cannot be read, is None.
    """
    if field.type == "string":
        return [text or None for text in texts], _faulty(texts)
    known: dict[str, tuple[Value | None, bool]] = {"": (None, True)}
    for text in dict.fromkeys(texts):
        if text:
            known[text] = _value(field, text)
    return [known[text][0] for text in texts], [i for i, t in enumerate(texts) if not known[t][1]]


def _faulty(texts: Sequence[str]) -> list[int]:
    """The indices of the texts that are not canonical; some thousands are looked at at once."""
    found = []
    for start in range(0, len(texts), AT_ONCE):
        some = texts[start : start + AT_ONCE]
        if not all_canonical(set(some)):
            found += [start + place for place, text in enumerate(some) if text_fault(text)]
    return found


def _value(field: Field, text: str) -> tuple[Value | None, bool]:
    """The value, and whether the text is its canonical form."""
    try:
        value = parse(field.type, text)
    except ValueError:
        return None, False
    return value, serialize(value) == text


def unreadable(field: Field, text: str) -> Fault:
    """What is wrong with a text that is no canonical value of a field."""
    if field.type == "string":
        message = f"{field.title} cannot be stored as it is: {text_fault(text)}."
        hint = "Take that out, or type these letters anew, and change nothing else."
        return Fault("text-not-canonical", message, hint)
    canonical = canonical_value(field.type, text)
    if canonical != text:
        message = f"{field.title} is {shown(text)}, which is written {canonical} here."
        return Fault("value-not-canonical", message, f"Write {canonical}.")
    message = f"{field.title} is {shown(text)}, which is not {expected(field)}."
    return Fault("wrong-type", message, f"Write {expected(field)}.")


def _broken_checks(field: Field, values: list[Value | None]) -> Iterator[tuple[int, str]]:
    """The index of each value that pandera does not allow, and the name of the check."""
    import pandas
    from pandera.errors import SchemaErrors

    try:
        pandera_schema(field).validate(pandas.Series(values, dtype=DTYPES[field.type]), lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        yield from zip(map(int, cases["index"]), map(str, cases["check"]), strict=True)


def pandera_schema(field: Field) -> pandera.SeriesSchema:
    """The pandera schema that checks the constraints of a field on a series of its values."""
    import pandera.pandas as pandera

    required = field.constraints.required
    return pandera.SeriesSchema(DTYPES[field.type], _checks(field), nullable=not required)


def _checks(field: Field) -> list[Any]:
    import pandera.pandas as pandera

    limits = field.constraints
    checks = []
    if limits.enum:
        values = [_limit(field, text) for text in limits.enum]
        checks.append(pandera.Check.isin(values, error="enum"))
    if limits.pattern:
        checks.append(pandera.Check(lambda s: _fit(s, limits.pattern), error="pattern"))
    if length_in_words(field):
        lengths = limits.min_length, limits.max_length
        checks.append(pandera.Check.str_length(*lengths, error="length"))
    return checks + _bounds(field)


def _bounds(field: Field) -> list[Any]:
    import pandera.pandas as pandera

    limits = field.constraints
    bounds: dict[str, tuple[Callable[..., Any], str]] = {
        "minimum": (pandera.Check.ge, limits.minimum),
        "exclusiveMinimum": (pandera.Check.gt, limits.exclusive_minimum),
        "maximum": (pandera.Check.le, limits.maximum),
        "exclusiveMaximum": (pandera.Check.lt, limits.exclusive_maximum),
    }
    found = [(make, text, name) for name, (make, text) in bounds.items() if text]
    return [make(_limit(field, text), error=name) for make, text, name in found]


def _fit(values: pandas.Series, pattern: str) -> pandas.Series:
    """For each value whether it has the form of a pattern; none is missing."""
    import pandas

    matches = matcher(pattern)
    return pandas.Series([matches(str(v)) for v in values.tolist()], values.index, dtype=bool)


def _limit(field: Field, text: str) -> Any:
    """A value of a constraint as the typed frame has it; pandas compares no dates of Python."""
    import pandas

    value = parse(field.type, text)
    return pandas.Timestamp(value) if isinstance(value, datetime.date) else value


def _not_allowed(resource: Resource, field: Field, text: str, check: str) -> Fault:
    """What is wrong with a text whose value breaks a check."""
    if check == "not_nullable":
        message = f"{field.title} is empty, but is needed in every row."
        chosen = resource.reference(field.name)
        hint = "Choose one from the list." if chosen else f"Fill it in: {expected(field)}."
        return Fault("missing-value", message, hint)
    code, rule = _broken_rule(field, check)
    message = f"{field.title} is {shown(text)}, which is not allowed."
    return Fault(code, message, f"Write {rule}.")


def _broken_rule(field: Field, check: str) -> tuple[str, str]:
    rules = {
        "enum": ("not-in-list", expected(field)),
        "pattern": ("wrong-pattern", _form(field)),
        "length": ("wrong-length", f"a text of {length_in_words(field)}"),
    }
    bounds = bounds_in_words(field)
    too = "too-small" if check in ("minimum", "exclusiveMinimum") else "too-large"
    return (too, bounds[check]) if check in bounds else rules[check]


def _form(field: Field) -> str:
    """The form of a text: by example where the descriptor gives one, else by its pattern."""
    return f"it like {field.example}" if field.example else f"it as {field.constraints.pattern}"
