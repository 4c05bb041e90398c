"""Joined tables, and what the tables and their columns mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lanzarote_data.errors import LanzaroteError
from lanzarote_data.frames.typed import frame_of, levels
from lanzarote_data.package import Field, Resource
from lanzarote_data.tables import Tables

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
            other = frame_of(tables, reference.resource)
            other.columns = [f"{field.removesuffix('_id')}_{column}" for column in other.columns]
            frame = frame.merge(
                _by_text(other), how="left", left_on=_text(frame, field), right_index=True
            )
            frame = frame.drop(columns="key_0", errors="ignore")
    return frame.set_index(list(resource.primary_key))


def _text(frame: pandas.DataFrame, field: str) -> pandas.Series[str]:
    return frame[field].astype("string")


def _by_text(frame: pandas.DataFrame) -> pandas.DataFrame:
    """The frame with the categories of its index as texts, so that keys compare."""
    return frame.set_axis(frame.index.astype("string"), axis="index")


def known_resource(tables: Tables, name: str) -> Resource:
    """The declared table of this name.

    :raises LanzaroteError: there is none.
    """
    if name not in tables:
        raise LanzaroteError(f"There is no table {name!r}.", f"There are {', '.join(tables)}.")
    return tables.package.resource(name)


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
