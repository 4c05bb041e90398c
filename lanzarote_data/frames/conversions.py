"""The tables for other tools: SQL, polars, SQLite and Parquet."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lanzarote_data.formats.typed_rows import typed
from lanzarote_data.frames.arguments import as_text
from lanzarote_data.frames.typed import frame_of, known_resource, levels, looked_up
from lanzarote_data.model.errors import LanzaroteError, StorageError, how_to_install
from lanzarote_data.model.package import Field
from lanzarote_data.model.tables import Table, Tables
from lanzarote_data.store.atomic import write_file

if TYPE_CHECKING:
    import pandas
    import polars

Params = list[object] | dict[str, object] | None
"""What stands for ``?`` or ``$name`` in a query."""


def extra(module: str, name: str) -> Any:
    """A module of the extra ``name``.

    :raises LanzaroteError: it is not installed; the hint says how to install it.
    """
    try:
        return import_module(module)
    except ImportError as reason:
        library = module.partition(".")[0]
        raise LanzaroteError(
            f"This needs {library}, which is not installed.", how_to_install(name)
        ) from reason


def sql(tables: Tables, query: str, params: Params = None) -> pandas.DataFrame:
    """What a query in DuckDB’s SQL gives; every table is there under its own name.

    :raises LanzaroteError: the extra is not installed, or the query is not understood.
    """
    duckdb = extra("duckdb", "sql")
    as_text(query, "query", 'sql("select * from parties")')
    with duckdb.connect() as connection:
        orders = _fill(connection, tables)
        try:
            result = connection.execute(query, params)
            kinds = [str(column[1]) for column in result.description or ()]
            frame: pandas.DataFrame = result.df()
        except (duckdb.Error, TypeError, ValueError) as reason:
            raise LanzaroteError(
                f"The query cannot be run: {reason}", f"The tables are {', '.join(tables)}."
            ) from reason
    return _typed(frame, kinds, orders)


def _fill(connection: Any, tables: Tables) -> list[list[str]]:
    """Make tables and views; the words of each ENUM type whose order means something.

    The id of a look-up table is a type of its own: ``'request'::urgency``, since DuckDB compares
    an untyped word by letter.
    """
    from lanzarote_data.formats.sqlite import views

    orders: dict[str, list[str]] = {}
    for name in tables:
        resource = tables.package.resource(name)
        typed = []
        for field in resource.field_names:
            target = looked_up(tables.package, resource, field)
            words, is_ordered = levels(tables, resource, field) or ([], False)
            if target and is_ordered and words:
                kind = _quoted(target.primary_key[0])
                if kind not in orders:
                    listed = ", ".join("'" + word.replace("'", "''") + "'" for word in words)
                    connection.execute(f"CREATE TYPE {kind} AS ENUM ({listed})")
                    orders[kind] = words
                typed.append(f"{_quoted(field)}::{kind} AS {_quoted(field)}")
        connection.register("registered", frame_of(tables, name).reset_index())
        replaced = f" REPLACE ({', '.join(typed)})" if typed else ""
        connection.execute(f"CREATE TABLE {_quoted(name)} AS SELECT *{replaced} FROM registered")
        connection.unregister("registered")
    for view in views(tables.package):
        connection.execute(view)
    return list(orders.values())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")


def _typed(frame: pandas.DataFrame, kinds: list[str], orders: list[list[str]]) -> pandas.DataFrame:
    """The answer with the dtypes that our frames have."""
    import pandas

    dtypes = {"VARCHAR": "string", "BOOLEAN": "boolean", "DATE": "datetime64[s]"}
    dtypes |= dict.fromkeys(_INTEGERS, "Int64")
    columns = []
    for at, kind in enumerate(kinds):
        column: Any = frame.iloc[:, at]
        words = list(column.cat.categories) if kind.startswith("ENUM") else []
        if words:
            values = pandas.Index(words, dtype="string")
            column = column.astype(pandas.CategoricalDtype(values, ordered=words in orders))
        columns.append(column.astype(dtypes[kind]) if kind in dtypes else column)
    return pandas.concat(columns, axis=1) if columns else frame


def to_polars(tables: Tables, name: str) -> polars.DataFrame:
    """A table as a polars frame: what is a category in pandas is an ``Enum``."""
    library = extra("polars", "polars")
    table = Table(known_resource(tables, name), tables[name].rows)
    columns = [
        library.Series(f.name, [typed(f, row[f.name]) for row in table.rows], dtype=kind)
        for f in table.resource.fields
        for kind in [_polars_type(library, tables, table, f)]
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


def to_sqlite(tables: Tables, path: Path, overwrite: bool = False) -> Path:
    """Write all tables into a SQLite file, as in a release: with types, keys and a text index.

    Booleans are 1 and 0, dates texts such as ``2023-05-25``. The file is whole, or as it was.

    :raises StorageError: there is such a file already, or it cannot be written.
    """

    def is_free() -> bool:
        return overwrite or not path.exists()

    if not is_free() or not write_file(path, _database(tables, path), wanted=is_free):
        raise StorageError(f"{path} is there already.", "Write overwrite=True, or another name.")
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
