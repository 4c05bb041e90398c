"""Tables as other formats store them: typed values, None for a missing one; and back as texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from lanzarote_data.model.package import Field, Resource
from lanzarote_data.model.tables import Row, Table, Tables
from lanzarote_data.model.types import Value, parse, serialize


def typed(field: Field, text: str) -> Value | None:
    """The value of a valid cell."""
    return parse(field.type, text) if text else None


def typed_row(resource: Resource, row: Row) -> dict[str, Value | None]:
    """The values of a valid row, by field in declared order."""
    return {field.name: typed(field, row.get(field.name, "")) for field in resource.fields}


def typed_column(table: Table, field: Field) -> list[Value | None]:
    """The values of a field, row by row; each different text is parsed once."""
    texts = table.column(field.name)
    known = {text: typed(field, text) for text in set(texts)}
    return [known[text] for text in texts]


def typed_lines(table: Table) -> Iterator[tuple[Value | None, ...]]:
    """The values of each row, in the order of the fields."""
    columns = (typed_column(table, field) for field in table.resource.fields)
    return zip(*columns, strict=True)


def text_of(field: Field, value: object) -> str:
    """The canonical text of a value that was read from a format.

    Formats without booleans keep 0 and 1; a spreadsheet gives 3.0 for 3.
    """
    if value is None:
        return ""
    if field.type == "boolean" and isinstance(value, int):
        value = bool(value)
    elif field.type == "number" and isinstance(value, int):
        value = float(value)
    elif field.type in ("integer", "year") and isinstance(value, float) and value.is_integer():
        value = int(value)
    return serialize(value) if isinstance(value, Value) else str(value)


def text_table(
    resource: Resource, names: Iterable[str], lines: Iterable[Iterable[object]]
) -> Table:
    """The table of canonical texts for rows of values that were read, in the order of ``names``.

    :raises KeyError, ValueError: a name is no field, or there are more or fewer values.
    """
    fields = [resource.field(name) for name in names]
    columns = list(zip(*lines, strict=True)) or [() for _ in fields]
    texts = {
        field.name: [v if isinstance(v, str) else text_of(field, v) for v in values]
        for field, values in zip(fields, columns, strict=True)
    }
    rows = zip(*texts.values(), strict=True)
    return Table(resource, (dict(zip(texts, row, strict=True)) for row in rows))


def files_by_table(
    place: str, tables: Tables, content: Callable[[Table], bytes]
) -> dict[str, bytes]:
    """A file for each table; ``{}`` in its place stands for the name of the table."""
    return {place.format(name): content(table) for name, table in tables.items()}


def tables_by_file(
    place: str,
    files: Mapping[str, bytes],
    tables: Tables,
    read: Callable[[Resource, bytes], Table],
) -> Tables:
    """The tables that were read from :func:`files_by_table`.

    :raises KeyError: a file is missing.
    """
    resources = tables.package.resources
    return Tables(tables.package, [read(r, files[place.format(r.name)]) for r in resources])
