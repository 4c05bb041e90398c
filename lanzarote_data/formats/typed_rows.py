"""The values of cells as typed formats store them; None for a missing value."""

from __future__ import annotations

from collections.abc import Iterable

from lanzarote_data.model.package import Field, Resource
from lanzarote_data.model.tables import Row
from lanzarote_data.model.types import Value, parse, serialize


def typed(field: Field, text: str) -> Value | None:
    """The value of a valid cell."""
    return parse(field.type, text) if text else None


def typed_row(resource: Resource, row: Row) -> dict[str, Value | None]:
    """The values of a valid row, by field in declared order."""
    return {field.name: typed(field, row.get(field.name, "")) for field in resource.fields}


def text_of(field: Field, value: object) -> str:
    """The canonical text of a value that was read from a format.

    Formats without booleans keep 0 and 1; a spreadsheet gives 3 for 3.0.
    """
    if value is None:
        return ""
    if field.type == "boolean" and isinstance(value, int):
        return serialize(bool(value))
    if field.type == "number" and isinstance(value, int | float):
        return serialize(float(value))
    return serialize(value) if isinstance(value, Value) else str(value)


def text_row(resource: Resource, names: Iterable[str], values: Iterable[object]) -> Row:
    """The row of canonical texts for values that were read, which stand in this order.

    :raises KeyError, ValueError: a name is no field, or there are more or fewer values.
    """
    pairs = zip(names, values, strict=True)
    return {name: text_of(resource.field(name), value) for name, value in pairs}
