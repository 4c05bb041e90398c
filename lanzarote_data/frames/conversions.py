"""The tables for other tools: SQL, polars, SQLite and Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lanzarote_data.frames.extras import extra
from lanzarote_data.frames.typed import frame_of, known_resource, levels
from lanzarote_data.model.errors import LanzaroteError, StorageError
from lanzarote_data.model.package import Field, Resource
from lanzarote_data.model.scalars import Value
from lanzarote_data.model.tables import Table, Tables
from lanzarote_data.model.values import parse
from lanzarote_data.store.atomic import write_file

if TYPE_CHECKING:
    import pandas
    import polars

SQLITE_TYPES = {"integer": "INTEGER", "year": "INTEGER", "boolean": "INTEGER", "number": "REAL"}


def sql(tables: Tables, query: str) -> pandas.DataFrame:
    """What a query in DuckDB’s SQL gives; every table stands there under its own name.

    :raises LanzaroteError: the extra is not installed, or the query is not understood.
    """
    duckdb = extra("duckdb", "sql")
    with duckdb.connect() as connection:
        for name in tables:
            connection.register(name, frame_of(tables, name).reset_index())
        try:
            frame: pandas.DataFrame = connection.execute(query).df()
        except duckdb.Error as reason:
            raise LanzaroteError(
                f"The query cannot be run: {reason}", f"The tables are {', '.join(tables)}."
            ) from reason
    return frame


def to_polars(tables: Tables, name: str) -> polars.DataFrame:
    """A table as a polars frame: what is a category in pandas is an ``Enum``."""
    library = extra("polars", "polars")
    table = Table(known_resource(tables, name), tables[name].rows)
    columns = [
        library.Series(f.name, _values(table, f), dtype=_polars_type(library, tables, table, f))
        for f in table.resource.fields
    ]
    frame: polars.DataFrame = library.DataFrame(columns)
    return frame


def _polars_type(library: Any, tables: Tables, table: Table, field: Field) -> Any:
    categories = levels(tables, table.resource, field.name)
    if categories:
        return library.Enum(categories[0])
    types = {
        "integer": library.Int64,
        "year": library.Int64,
        "number": library.Float64,
        "boolean": library.Boolean,
        "date": library.Date,
    }
    return types.get(field.type, library.String)


def _values(table: Table, field: Field) -> list[Value | None]:
    """The typed values of a column."""
    texts = (row[field.name] for row in table.rows)
    return [parse(field, text) if text else None for text in texts]


def to_parquet(tables: Tables, folder: Path) -> list[Path]:
    """Write every table as a Parquet file into a folder; the files written, each of them whole.

    :raises LanzaroteError: the extra is not installed, or the folder cannot be written to.
    """
    extra("pyarrow", "parquet")
    paths = [folder / f"{name}.parquet" for name in tables]
    for path in paths:
        write_file(path, frame_of(tables, path.stem).to_parquet(engine="pyarrow"))
    return paths


def to_sqlite(tables: Tables, path: Path) -> Path:
    """Write all tables into a new SQLite file, with types, keys and references; the file.

    Booleans are 1 and 0, dates texts such as ``2023-05-25``. The file is whole, or not there.

    :raises StorageError: there is such a file already, or it cannot be written.
    """
    if path.exists() or not write_file(
        path, _database(tables, path), wanted=lambda: not path.exists()
    ):
        raise StorageError(f"{path} is there already.", "Delete it first, or choose another name.")
    return path


def _database(tables: Tables, path: Path) -> bytes:
    """The content of the SQLite file, made in memory: whatever stops that leaves no half of it."""
    import sqlite3

    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            for table in tables.values():
                connection.execute(_create(table.resource))
                connection.executemany(_insert(table.resource), _records(table))
            connection.commit()
            return connection.serialize()
    except sqlite3.Error as reason:
        raise StorageError(
            f"{path} cannot be written: {reason}.",
            "Run 'lanzarote validate' to see what is wrong with the tables.",
        ) from reason


def _create(resource: Resource) -> str:
    lines = [_column(field) for field in resource.fields]
    lines.append(f"PRIMARY KEY ({_names(resource.primary_key)})")
    lines += [
        f'FOREIGN KEY ({_names(key.fields)}) REFERENCES "{key.resource}" '
        f"({_names(key.reference_fields)})"
        for key in resource.foreign_keys
    ]
    return f'CREATE TABLE "{resource.name}" ({", ".join(lines)})'


def _column(field: Field) -> str:
    kind = SQLITE_TYPES.get(field.type, "TEXT")
    return f'"{field.name}" {kind}{" NOT NULL" if field.constraints.required else ""}'


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _insert(resource: Resource) -> str:
    marks = ", ".join("?" for _ in resource.fields)
    return f'INSERT INTO "{resource.name}" VALUES ({marks})'


def _records(table: Table) -> Iterator[tuple[Value | None, ...]]:
    for row in table.rows:
        yield tuple(_stored(field, row[field.name]) for field in table.resource.fields)


def _stored(field: Field, text: str) -> Value | None:
    """A value as SQLite holds it; a date stays a text."""
    if not text or field.type == "date":
        return text or None
    return parse(field, text)
