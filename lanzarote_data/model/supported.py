"""What of Data Package v2 is followed here. The rest is refused, never passed over.

A property such as ``missingValues`` or ``exclusiveMinimum`` changes what the cells of a table mean
or which are allowed. Programs differ in which they follow; to ignore one would call tables valid
that are not. Every table of ours is read in one form (:mod:`lanzarote_data.store.csv_file`), so
most have one value here, the one that says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lanzarote_data.model.errors import PackageError
from lanzarote_data.model.types import FALSE_WORDS, TRUE_WORDS

MOST_SHOWN = 200
_TEXTS = ("string",)
_ORDERED = ("integer", "number", "date", "year", "yearmonth")
# Which types have a constraint: https://datapackage.org/standard/table-schema/#field-constraints
_LIMITS = {
    "pattern": _TEXTS,
    "minLength": _TEXTS,
    "maxLength": _TEXTS,
    "minimum": _ORDERED,
    "maximum": _ORDERED,
    "exclusiveMinimum": _ORDERED,
    "exclusiveMaximum": _ORDERED,
    "jsonSchema": (),
}
_WORDS = {
    _TEXTS: "only texts have",
    _ORDERED: "only numbers, dates and years have",
    (): "none of the types here has",
}
# The value that each property must have if it is there; None where there must be none.
_RESOURCE = {"type": "table", "format": "csv", "encoding": "utf-8", "data": None}
_DIALECT = {
    "delimiter": ",",
    "lineTerminator": "\n",
    "quoteChar": '"',
    "doubleQuote": True,
    "escapeChar": None,
    "nullSequence": None,
    "skipInitialSpace": False,
    "header": True,
    "headerRows": [1],
    "headerJoin": " ",
    "commentRows": [],
    "commentChar": None,
    "property": None,
    "itemType": None,
    "itemKeys": None,
    "sheetNumber": None,
    "sheetName": None,
    "table": None,
}
_SCHEMA = {"missingValues": [""], "fieldsMatch": ["exact"]}
_FIELD = {
    "format": "default",
    "missingValues": [""],
    "bareNumber": True,
    "decimalChar": ".",
    "groupChar": None,
    "trueValues": list(TRUE_WORDS),
    "falseValues": list(FALSE_WORDS),
    "categories": None,
    "categoriesOrdered": None,
}
_INSTEAD = {
    "format": " The constraint 'pattern' can say the form of a text.",
    "categories": " The constraint 'enum' lists the values that are allowed.",
}


def check_supported(resource: Mapping[str, Any]) -> None:
    """See that the entry of a table asks for nothing that is not followed here.

    :raises PackageError: it has a property with another value than the one that is followed, or a
        constraint that its type does not have.
    """
    table = f"the table {resource['name']!r}"
    schema = resource["schema"]
    _check(resource, _RESOURCE, table)
    _check(_dialect(resource, table), _DIALECT, f"the dialect of {table}")
    _check(schema, _SCHEMA, table)
    for field in schema["fields"]:
        where = f"the field {field['name']!r} of {table}"
        _check(field, _FIELD, where)
        _check_limits(field.get("constraints", {}), field.get("type", "string"), where)


def _dialect(resource: Mapping[str, Any], table: str) -> Mapping[str, Any]:
    dialect = resource.get("dialect", {})
    if not isinstance(dialect, Mapping):
        raise PackageError(
            f"The dialect of {table} stands in another file, {_shown(dialect)}.",
            "Write it into the descriptor, or take it out.",
        )
    return dialect


def _check(entry: Mapping[str, Any], followed: Mapping[str, object], where: str) -> None:
    for name in (name for name in entry if name in followed):
        only = followed[name]
        if entry[name] != only:
            instead = "Take it out." if only is None else f"Write {_shown(only)}, or take it out."
            raise PackageError(
                f"The property {name!r} of {where} is {_shown(entry[name])}, which is not "
                "followed here.",
                instead + _INSTEAD.get(name, ""),
            )


def _check_limits(limits: Mapping[str, Any], kind: str, where: str) -> None:
    for name in (name for name in limits if kind not in _LIMITS.get(name, (kind,))):
        raise PackageError(
            f"The constraint {name!r} of {where} is one that {_WORDS[_LIMITS[name]]}; the field "
            f"has the type {_shown(kind)}.",
            "Take it out, or correct the type.",
        )


def _shown(value: object) -> str:
    """A value as it stands in the descriptor; a long one is cut."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
