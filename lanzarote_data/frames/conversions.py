"""The tables for other tools: SQL, polars, SQLite and Parquet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lanzarote_data.frames.extras import extra
from lanzarote_data.frames.typed import frame_of, known_resource, levels
from lanzarote_data.model.errors import LanzaroteError, StorageError
from lanzarote_data.model.package import Field
from lanzarote_data.model.tables import Table, Tables
from lanzarote_data.model.types import Value, parse
from lanzarote_data.store.atomic import write_file

if TYPE_CHECKING:
    import pandas
    import polars


def sql(tables: Tables, query: str) -> pandas.DataFrame:
    """What a query in DuckDB’s SQL gives; every table is there under its own name.

    :raises LanzaroteError: the extra is not installed, or the query is not understood.
    """
    from lanzarote_data.formats.sqlite import ADDRESSED, has_view

    duckdb = extra("duckdb", "sql")
    with duckdb.connect() as connection:
        for name in tables:
            connection.register(name, frame_of(tables, name).reset_index())
        if has_view(tables.package):
            connection.execute(ADDRESSED)
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
    return [parse(field.type, text) if text else None for text in texts]


def to_parquet(tables: Tables, folder: Path) -> list[Path]:
    """Write every table as a Parquet file into a folder; the files written, each of them whole.

    Unlike those of a release they keep what pandas knows: the index, categories and their order.

    :raises LanzaroteError: the extra is not installed, or the folder cannot be written to.
    """
    from lanzarote_data.formats.parquet import parquet_bytes

    arrow = extra("pyarrow", "parquet")
    paths = [folder / f"{name}.parquet" for name in tables]
    for path in paths:
        write_file(path, parquet_bytes(arrow.Table.from_pandas(frame_of(tables, path.stem))))
    return paths


def to_sqlite(tables: Tables, path: Path) -> Path:
    """Write all tables into a new SQLite file, as in a release: with types, keys and a text index.

    Booleans are 1 and 0, dates texts such as ``2023-05-25``. The file is whole, or not there.

    :raises StorageError: there is such a file already, or it cannot be written.
    """
    if path.exists() or not write_file(
        path, _database(tables, path), wanted=lambda: not path.exists()
    ):
        raise StorageError(f"{path} is there already.", "Delete it first, or choose another name.")
    return path


def _database(tables: Tables, path: Path) -> bytes:
    """The content of the SQLite file, made in memory, so that no half of it is ever written."""
    import sqlite3

    from lanzarote_data.formats.sqlite import sqlite_bytes

    try:
        return sqlite_bytes(tables)
    except sqlite3.Error as reason:
        raise StorageError(
            f"{path} cannot be written: {reason}.",
            "Run 'lanzarote validate' to see what is wrong with the tables.",
        ) from reason
