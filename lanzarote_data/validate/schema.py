"""A table compiled into a pandera schema: what its descriptor and the rules on one row say.

The checks are those that :mod:`lanzarote_data.validate.values` and the rules run on the texts of
a table, so that a frame of typed values and a file of texts are valid by the same checks. Each has
the code of its problem as its name, and says in words what is allowed.

pandera's own bridge from frictionless is not used: it ignores formats and foreign keys, leaves
dates unchecked and rewrites patterns.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lanzarote_data.model.expected import bounds_in_words, expected, length_in_words, matcher
from lanzarote_data.model.package import Field, Package, Resource
from lanzarote_data.model.tables import Key, Row
from lanzarote_data.model.types import all_canonical, parse, serialize, text_fault
from lanzarote_data.validate.rules import row_rules
from lanzarote_data.validate.rules.rule import CheckedRow, RowRule

if TYPE_CHECKING:
    import pandas
    import pandera.pandas as pandera

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


def table_schema(package: Package, resource: Resource) -> pandera.DataFrameSchema:
    """The pandera schema of a frame of a table: the primary key is the index, other fields columns.

    Texts may have any dtype that holds them: ``object``, ``string`` or a category. A value that
    is missing and needed fails both pandera's own check and one with the code of its problem.
    """
    import pandera.pandas as pandera

    keys = [resource.primary_key, *resource.unique_keys]
    unique = [(field.name,) for field in resource.fields if field.constraints.unique]
    return pandera.DataFrameSchema(
        {
            field.name: pandera.Column(**_parts(field))
            for field in resource.fields
            if field.name not in resource.primary_key
        },
        index=_index(resource),
        checks=[
            *(_key_check("doubled-key", names, resource) for names in keys),
            *(_key_check("doubled-value", names, resource) for names in unique),
            *(_rule_check(rule, package, resource) for rule in row_rules(resource)),
        ],
        name=resource.name,
        title=resource.title,
        description=resource.description,
        metadata={"order": list(resource.order), "primaryKey": list(resource.primary_key)},
    )


def _index(resource: Resource) -> Any:
    import pandera.pandas as pandera

    keys = [resource.field(name) for name in resource.primary_key]
    levels = [pandera.Index(**_parts(field), name=field.name) for field in keys]
    return levels[0] if len(levels) == 1 else pandera.MultiIndex(levels)


def _parts(field: Field) -> dict[str, Any]:
    """What a column of a frame, or a level of its index, is made of."""
    is_text = DTYPES[field.type] == "object"
    kind = {"date": "date", "boolean": "bool", "number": "float"}.get(field.type, "int")
    of_type = _are_texts if is_text else _are_of(kind)
    needed = [_missing_check()] if field.constraints.required else []
    return {
        "dtype": None if is_text else DTYPES[field.type],
        "checks": [_check(of_type, "wrong-type", expected(field)), *needed, *checks_of(field)],
        "nullable": not field.constraints.required,
        "title": field.title,
        "description": field.description,
        "metadata": {"type": field.type, "example": field.example, "markdown": field.markdown},
    }


def _missing_check() -> pandera.Check:
    import pandera.pandas as pandera

    def is_there(values: Any) -> Any:
        return values.notna()

    return pandera.Check(is_there, name="missing-value", error="a value", ignore_na=False)


@lru_cache(maxsize=1_000)
def checks_of(field: Field) -> tuple[pandera.Check, ...]:
    """The checks of the values of a field that are not missing; each is of one value by itself."""
    import pandera.pandas as pandera

    limits = field.constraints
    checks: list[Any] = []
    if field.type == "string":
        allowed = "a text in its canonical form"
        checks.append(_check(_are_canonical, "text-not-canonical", allowed))
    if limits.enum:
        values = [_limit(field, text) for text in limits.enum]
        checks.append(pandera.Check.isin(values, name="not-in-list", error=expected(field)))
    if limits.pattern:
        checks.append(_check(_matching(limits.pattern), "wrong-pattern", _form(field)))
    if length_in_words(field):
        lengths = limits.min_length, limits.max_length
        words = f"a text of {length_in_words(field)}"
        checks.append(pandera.Check.str_length(*lengths, name="wrong-length", error=words))
    return (*checks, *_bounds(field))


def _bounds(field: Field) -> list[Any]:
    import pandera.pandas as pandera

    limits, words = field.constraints, bounds_in_words(field)
    bounds: list[tuple[str, Callable[..., Any], str, str]] = [
        ("minimum", pandera.Check.ge, limits.minimum, "too-small"),
        ("exclusiveMinimum", pandera.Check.gt, limits.exclusive_minimum, "too-small"),
        ("maximum", pandera.Check.le, limits.maximum, "too-large"),
        ("exclusiveMaximum", pandera.Check.lt, limits.exclusive_maximum, "too-large"),
    ]
    return [
        make(_limit(field, text), name=code, error=words[name])
        for name, make, text, code in bounds
        if text
    ]


def _limit(field: Field, text: str) -> Any:
    """A value of a constraint as the typed frame has it; pandas compares no dates of Python."""
    import pandas

    value = parse(field.type, text)
    return pandas.Timestamp(value) if isinstance(value, datetime.date) else value


def _form(field: Field) -> str:
    """The form of a text: by example where the descriptor gives one, else by its pattern."""
    return f"it like {field.example}" if field.example else f"it as {field.constraints.pattern}"


def _check(holds: Callable[[list[Any]], Iterable[bool]], code: str, allowed: str) -> Any:
    """A check by a function from all values, of which none is missing, to whether each is right."""
    import pandas
    import pandera.pandas as pandera

    def check(values: pandas.Series[Any]) -> pandas.Series[bool]:
        return pandas.Series(list(holds(values.tolist())), values.index, dtype=bool)

    return pandera.Check(check, name=code, error=allowed)


def _are_texts(values: list[Any]) -> Iterable[bool]:
    return (isinstance(value, str) for value in values)


def _are_of(kind: str) -> Callable[[list[Any]], Iterable[bool]]:
    types: dict[str, tuple[type, ...]] = {
        "int": (int,),
        "float": (int, float),
        "bool": (bool,),
        "date": (datetime.date,),
    }
    return lambda values: (isinstance(value, types[kind]) for value in values)


def _are_canonical(values: list[Any]) -> Iterable[bool]:
    if all_canonical(values):
        return [True] * len(values)
    return (not text_fault(value) for value in values)


def _matching(pattern: str) -> Callable[[list[Any]], Iterable[bool]]:
    return lambda values: map(matcher(pattern), values)


# Checks of rows.


def duplicates(keys: Iterable[Key]) -> dict[int, int]:
    """For each index of a key that an earlier one equals, the index of the first of them.

    A key that is not filled in is no duplicate.
    """
    first: dict[Key, int] = {}
    found = {}
    for index, key in enumerate(keys):
        earlier = first.setdefault(key, index)
        if earlier != index and all(key):
            found[index] = earlier
    return found


def _key_check(code: str, names: tuple[str, ...], resource: Resource) -> pandera.Check:
    def are_unique(rows: list[Row]) -> Iterable[bool]:
        found = duplicates(tuple(row.get(name, "") for name in names) for row in rows)
        return (index not in found for index in range(len(rows)))

    titles = " and ".join(resource.field(name).title for name in names)
    return _wide_check(are_unique, resource, code, f"{titles} of its own in each row")


def _rule_check(rule: RowRule, package: Package, resource: Resource) -> pandera.Check:
    def are_kept(rows: list[Row]) -> Iterable[bool]:
        return (rule.holds(CheckedRow(row, resource, package)) for row in rows)

    return _wide_check(are_kept, resource, rule.code, rule.sentence)


def _wide_check(
    holds: Callable[[list[Row]], Iterable[bool]], resource: Resource, code: str, allowed: str
) -> pandera.Check:
    """A check of whole rows, by a function from their texts to whether each is right."""
    import pandas
    import pandera.pandas as pandera

    def check(frame: pandas.DataFrame) -> pandas.Series[bool]:
        return pandas.Series(list(holds(text_rows(frame, resource))), frame.index, dtype=bool)

    return pandera.Check(check, name=code, error=allowed)


def text_rows(frame: pandas.DataFrame, resource: Resource) -> list[Row]:
    """The rows of a frame as canonical texts; fields may be columns or levels of the index."""
    import pandas

    is_keyed = bool(set(frame.index.names) & set(resource.field_names))
    whole = frame.reset_index(allow_duplicates=True) if is_keyed else frame
    whole = whole.loc[:, ~whole.columns.duplicated()]
    names = [name for name in resource.field_names if name in whole]

    def text(value: Any) -> str:
        is_missing = pandas.api.types.is_scalar(value) and pandas.isna(value)
        return "" if is_missing else serialize(value)

    columns = [[text(value) for value in whole[name].tolist()] for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
