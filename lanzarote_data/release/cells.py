"""Typed values of cells, as formats with types store them: None for what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from lanzarote_data.model.package import Field
from lanzarote_data.model.scalars import Value
from lanzarote_data.model.tables import Row, Table
from lanzarote_data.model.values import parse, serialize

MOST_MORE = 1_000


def bounded(rows: Iterable[Row], table: Table) -> tuple[Row, ...]:
    """The rows that a format has of a table, read one by one: not many more than the CSV has.

    :raises ValueError: there are more.
    """
    most = table.count + MOST_MORE
    found = tuple(islice(rows, most + 1))
    if len(found) > most:
        raise ValueError(f"it has more than {most:,} rows of {table.resource.name}")
    return found


def typed(field: Field, text: str) -> Value | None:
    """The value of a cell that was validated."""
    return parse(field, text) if text else None


def text_of(field: Field, value: object) -> str:
    """The canonical text of a value that a format gave back.

    Formats without booleans keep 0 and 1; a spreadsheet gives 3 for 3.0.
    """
    if value is None:
        return ""
    if field.type == "boolean" and isinstance(value, int):
        return serialize(bool(value))
    if field.type == "number" and isinstance(value, int | float):
        return serialize(float(value))
    return serialize(value) if isinstance(value, Value) else str(value)


def typed_row(fields: tuple[Field, ...], row: Row) -> dict[str, Value | None]:
    """A row of typed values, its fields in declared order."""
    return {field.name: typed(field, row.get(field.name, "")) for field in fields}
