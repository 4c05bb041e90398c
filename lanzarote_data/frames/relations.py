"""Joined tables, and what the tables and their columns mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lanzarote_data.frames.typed import frame_of, known_resource, levels
from lanzarote_data.model.package import Field, Resource
from lanzarote_data.model.tables import Tables

if TYPE_CHECKING:
    import pandas


def joined(tables: Tables, name: str) -> pandas.DataFrame:
    """A table with the columns of every row that it refers to, named ``chapter_title`` and so on.

    :raises LanzaroteError: there is no such table.
    """
    resource = known_resource(tables, name)
    frame = frame_of(tables, name).reset_index()
    for reference in resource.foreign_keys:
        if len(reference.fields) == 1:
            field = reference.fields[0]
            prefix = field.removesuffix("_id") + "_"
            frame = frame.join(frame_of(tables, reference.resource).add_prefix(prefix), on=field)
    return frame.set_index(list(resource.primary_key))


def describe_tables(tables: Tables) -> pandas.DataFrame:
    """A line for each table: its title, number of rows, primary key and description."""
    import pandas

    lines = [
        {
            "table": name,
            "title": table.resource.title,
            "rows": len(table.rows),
            "primary_key": ", ".join(table.resource.primary_key),
            "description": table.resource.description,
        }
        for name, table in tables.items()
    ]
    return pandas.DataFrame(lines).set_index("table")


def describe_table(tables: Tables, name: str) -> pandas.DataFrame:
    """A line for each column of a table: title, type, whether always filled in, and so on."""
    import pandas

    resource = known_resource(tables, name)
    frame = frame_of(tables, name).reset_index()
    lines = [_line(tables, resource, f, str(frame[f.name].dtype)) for f in resource.fields]
    return pandas.DataFrame(lines).set_index("column")


def _line(tables: Tables, resource: Resource, field: Field, dtype: str) -> dict[str, object]:
    reference, categories = resource.reference(field.name), levels(tables, resource, field.name)
    return {
        "column": field.name,
        "title": field.title,
        "type": dtype,
        "required": field.constraints.required,
        "refers_to": reference.resource if reference else "",
        "values": ", ".join(categories[0]) if categories else "",
        "description": field.description,
    }
