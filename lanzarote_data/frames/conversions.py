"""The tables for other tools: SQL, polars, SQLite and Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lanzarote_data.errors import LanzaroteError, StorageError
from lanzarote_data.frames.extras import extra
from lanzarote_data.frames.typed import frame_of, known_resource, levels
from lanzarote_data.package import Field, Resource
from lanzarote_data.scalars import Value
from lanzarote_data.tables import Table, Tables
from lanzarote_data.values import parse

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
    """Write every table as a Parquet file into a folder; the files written.

    :raises LanzaroteError: the extra is not installed, or the folder cannot be written to.
    """
    extra("pyarrow", "parquet")
    paths = [folder / f"{name}.parquet" for name in tables]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in paths:
            frame_of(tables, path.stem).to_parquet(path, engine="pyarrow")
    except OSError as reason:
        raise _unwritable(folder, reason) from reason
    return paths


def to_sqlite(tables: Tables, path: Path) -> Path:
    """Write all tables into a new SQLite file, with types, keys and references; the file.

    Booleans are 1 and 0, dates texts such as ``2023-05-25``.

    :raises StorageError: there is such a file already, or it cannot be written.
    """
    import sqlite3

    if path.exists():
        raise StorageError(f"{path} is there already.", "Delete it first, or choose another name.")
    try:
        with closing(sqlite3.connect(path)) as connection, connection:
            for table in tables.values():
                connection.execute(_create(table.resource))
                connection.executemany(_insert(table.resource), _records(table))
    except (OSError, sqlite3.Error) as reason:
        path.unlink(missing_ok=True)
        raise _unwritable(path, reason) from reason
    return path


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


def _unwritable(path: Path, reason: Exception) -> StorageError:
    return StorageError(f"{path} cannot be written: {reason}.", "Choose another place.")
