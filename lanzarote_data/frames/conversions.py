"""The tables for other tools: SQL, polars, SQLite and Parquet."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lanzarote_data.formats.parquet import parquet_bytes
from lanzarote_data.formats.sqlite import sqlite_bytes, views
from lanzarote_data.formats.typed_rows import typed
from lanzarote_data.frames.base import Base, frame_of, known_resource, levels, looked_up
from lanzarote_data.frames.finding import as_path, as_text
from lanzarote_data.model.errors import LanzaroteError, StorageError, how_to_install
from lanzarote_data.model.package import Field, Resource
from lanzarote_data.model.tables import Tables
from lanzarote_data.store.atomic import write_file

if TYPE_CHECKING:
    import frictionless
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


class Conversions(Base):
    """The tables for other tools."""

    def sql(self, query: str, params: Params = None) -> pandas.DataFrame:
        """The answer to a query in SQL over all tables (DuckDB, the extra ``sql``).

        ``params`` are a list of what stands for each ``?``, or a dictionary for each ``$name``.
        Columns have the dtypes of the frames. SQL compares words by letter: write the type of a
        word whose order means something, ``urgency <= 'request'::urgency``.

        :raises LanzaroteError: DuckDB is not installed, or it does not understand the query.

        >>> import lanzarote_data as lz
        >>> query = "select count(*) as n from recommendations where urgency <= ?::urgency"
        >>> print(lz.sql(query, ["request"]).n[0], sum(lz.recommendations.urgency <= "request"))
        20 20
        """
        duckdb = extra("duckdb", "sql")
        as_text(query, "query", 'sql("select * from parties")')
        with duckdb.connect() as connection:
            orders = _fill(connection, self.tables)
            try:
                result = connection.execute(query, params)
                kinds = [str(column[1]) for column in result.description or ()]
                frame: pandas.DataFrame = result.df()
            except (duckdb.Error, TypeError, ValueError) as reason:
                hint = f"The tables are {', '.join(self.tables)}."
                raise LanzaroteError(f"The query cannot be run: {reason}", hint) from reason
        return _typed(frame, kinds, orders)

    def to_polars(self, table: str) -> polars.DataFrame:
        """A table as a polars frame (the extra ``polars``).

        :raises LanzaroteError: polars is not installed, or there is no such table.

        >>> import lanzarote_data as lz
        >>> lz.to_polars("urgencies").shape
        (3, 3)
        """
        library = extra("polars", "polars")
        resource = known_resource(self.tables, table)
        columns = [
            library.Series(field.name, [typed(field, text) for text in texts], dtype=kind)
            for field in resource.fields
            for texts in [self.tables[table].column(field.name)]
            for kind in [_polars_type(library, self.tables, resource, field)]
        ]
        frame: polars.DataFrame = library.DataFrame(columns)
        return frame

    def to_parquet(self, folder: Path | str) -> list[Path]:
        """Write each table as a Parquet file into a folder (the extra ``parquet``).

        Each file is written whole, or stays as it was.

        :raises LanzaroteError: pyarrow is not installed, or the folder cannot be written to.
        """
        arrow = extra("pyarrow", "parquet")
        paths = [as_path(folder) / f"{name}.parquet" for name in self.tables]
        for path in paths:
            # Unlike those of a release they keep what pandas knows: index, categories, order.
            write_file(path, parquet_bytes(arrow.Table.from_pandas(self.frame(path.stem))))
        return paths

    def to_sqlite(self, path: Path | str, *, overwrite: bool = False) -> Path:
        """Write all tables into a SQLite file, with their keys, references and views.

        The file is whole, or as it was. SQLite compares words by letter; the view
        ``recommendations_ranked`` has the ``urgency_rank`` and ``chapter_position`` of each row.

        :raises LanzaroteError: there is such a file already, or it cannot be written.
        """
        path = as_path(path)

        def is_free() -> bool:
            return overwrite or not path.exists()

        if not is_free() or not write_file(path, _database(self.tables, path), wanted=is_free):
            hint = "Write overwrite=True, or another name."
            raise StorageError(f"{path} is there already.", hint)
        return path

    def to_frictionless(self) -> frictionless.Package:
        """The package for the library frictionless, with its rows in it.

        >>> import lanzarote_data as lz
        >>> lz.load().to_frictionless().get_resource("urgencies").read_rows()[0]["rank"]
        1
        """
        import frictionless

        descriptor = self.package.descriptor
        resources = []
        for table, entry in zip(self.tables.values(), descriptor["resources"], strict=True):
            names = table.resource.field_names
            rows = [list(names), *map(list, table.columns(names))]
            kept = {k: entry[k] for k in ("name", "title", "description", "schema") if k in entry}
            resources.append({**kept, "data": rows})
        whole = {k: v for k, v in descriptor.items() if k != "$schema"}
        return frictionless.Package.from_descriptor({**whole, "resources": resources})


def _fill(connection: Any, tables: Tables) -> list[list[str]]:
    """Make tables and views; the words of each ENUM type whose order means something.

    The id of a look-up table is a type of its own: ``'request'::urgency``, since DuckDB compares
    an untyped word by letter.
    """
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


def _polars_type(library: Any, tables: Tables, resource: Resource, field: Field) -> Any:
    categories = levels(tables, resource, field.name)
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


def _database(tables: Tables, path: Path) -> bytes:
    """The content of the SQLite file, made in memory, so that no half of it is ever written."""
    import sqlite3

    try:
        return sqlite_bytes(tables)
    except sqlite3.Error as reason:
        raise StorageError(
            f"{path} cannot be written: {reason}.",
            "Run 'lanzarote validate' to see what is wrong with the tables.",
        ) from reason
