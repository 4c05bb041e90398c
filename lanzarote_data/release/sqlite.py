"""Tables as one SQLite database: real keys, and a full-text index that Datasette finds."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from time import process_time

from lanzarote_data.model.package import Field, ForeignKey, Package, Resource
from lanzarote_data.model.tables import Row, Table, Tables
from lanzarote_data.release.archive import Files
from lanzarote_data.release.cells import bounded, text_of, typed

_TYPES = {"integer": "INTEGER", "year": "INTEGER", "number": "REAL", "boolean": "INTEGER"}
# Bytes 96 to 99 of the file tell which SQLite wrote it last; nothing reads them. They are the same
# in every release, so that the file does not tell the machine.
_WRITER = slice(96, 100)
# How long the processor may take to check a file, whose pages may lead in circles: twenty times
# what it takes for one of ours. SQLite is asked every so many of its steps; to read a page of the
# full-text index takes some of them.
SECONDS_FREELY = 0.3
SECONDS_A_MEGABYTE = 0.4
_STEPS = 200


def _path(package: Package) -> str:
    return f"{package.name}.sqlite"


def write_sqlite(tables: Tables) -> dict[str, bytes]:
    """The database of all tables; a missing value is NULL, a boolean 0 or 1, a date its text."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.execute("PRAGMA page_size = 4096")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("BEGIN")
        for statement in _statements(tables.package):
            connection.execute(statement)
        for table in tables.values():
            _fill(connection, table)
        connection.execute("COMMIT")
        connection.execute("VACUUM")
        content = bytearray(connection.serialize())
    finally:
        connection.close()
    content[_WRITER] = struct.pack(">L", 0)
    return {_path(tables.package): bytes(content)}


def _statements(package: Package) -> Iterator[str]:
    """What makes the empty database."""
    for resource in package.resources:
        yield _create(resource)
        for key in resource.foreign_keys:
            name = _name(f"{resource.name}_{'_'.join(key.fields)}")
            yield f"CREATE INDEX {name} ON {_name(resource.name)} ({_names(key.fields)})"
    for resource in package.resources:
        if _searched(resource):
            yield _create_index(resource)


def _create(resource: Resource) -> str:
    parts = [_column(field) for field in resource.fields]
    parts.append(f"PRIMARY KEY ({_names(resource.primary_key)})")
    parts += [f"UNIQUE ({_names(key)})" for key in resource.unique_keys]
    parts += [_foreign_key(key) for key in resource.foreign_keys]
    inner = ",\n  ".join(parts)
    return f"CREATE TABLE {_name(resource.name)} (\n  {inner}\n)"


def _column(field: Field) -> str:
    limits = field.constraints
    parts = [_name(field.name), _TYPES.get(field.type, "TEXT")]
    if limits.required:
        parts.append("NOT NULL")
    if limits.unique:
        parts.append("UNIQUE")
    if limits.enum and field.type == "string":
        values = ", ".join("'" + value.replace("'", "''") + "'" for value in limits.enum)
        parts.append(f"CHECK ({_name(field.name)} IN ({values}))")
    if field.type == "boolean":
        parts.append(f"CHECK ({_name(field.name)} IN (0, 1))")
    return " ".join(parts)


def _foreign_key(key: ForeignKey) -> str:
    target = f"{_name(key.resource)} ({_names(key.reference_fields)})"
    # Checked at the end, so that tables may be filled in any order.
    return f"FOREIGN KEY ({_names(key.fields)}) REFERENCES {target} DEFERRABLE INITIALLY DEFERRED"


def _searched(resource: Resource) -> list[str]:
    """The fields that the full-text index covers: texts in Markdown, and what labels a row."""
    labels = [resource.label] if resource.label else []
    texts = [field.name for field in resource.fields if field.markdown]
    return list(dict.fromkeys([*labels, *texts]))


def _create_index(resource: Resource) -> str:
    columns = _names(_searched(resource))
    name = _name(f"{resource.name}_fts")
    options = f"content={_name(resource.name)}, tokenize='unicode61 remove_diacritics 2'"
    return f"CREATE VIRTUAL TABLE {name} USING FTS5 ({columns}, {options})"


def _fill(connection: sqlite3.Connection, table: Table) -> None:
    resource = table.resource
    marks = ", ".join("?" for _ in resource.fields)
    insert = f"INSERT INTO {_name(resource.name)} ({_names(resource.field_names)}) VALUES ({marks})"
    connection.executemany(insert, (_values(resource, row) for row in table.rows))
    if _searched(resource):
        name = _name(f"{resource.name}_fts")
        connection.execute(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")


def _values(resource: Resource, row: Row) -> list[str | int | float | None]:
    values = ((field, typed(field, row.get(field.name, ""))) for field in resource.fields)
    return [
        value if isinstance(value, int | float | str | None) else text_of(field, value)
        for field, value in values
    ]


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _names(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(map(_name, names))


def read_sqlite(files: Files, tables: Tables) -> Tables:
    """The tables from the database, which must be built as we build it.

    Nothing else in it is read: a view or a trigger of somebody else makes it another database.

    :raises KeyError, ValueError, sqlite3.Error: it is missing, damaged, or built otherwise.
    """
    package, content = tables.package, files[_path(tables.package)]
    if not content:
        raise ValueError("it is empty")
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(content)
        _distrust(connection)
        with _limited(connection, len(content)):
            if _objects(connection) != _objects_of(package):
                raise ValueError("its tables and keys are not those of the descriptor")
            _check_sound(connection, package)
        return Tables(package, [_read(connection, table) for table in tables.values()])


def _distrust(connection: sqlite3.Connection) -> None:
    """What SQLite advises for a file of a stranger."""
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def _limited(connection: sqlite3.Connection, size: int) -> Iterator[None]:
    """Stop what takes far longer than a database of ``size`` bytes can: it leads in circles.

    :raises ValueError: it was stopped.
    """
    end = process_time() + SECONDS_FREELY + size / 1_000_000 * SECONDS_A_MEGABYTE
    connection.set_progress_handler(lambda: process_time() > end, _STEPS)
    try:
        yield
    except sqlite3.Error as reason:
        if process_time() <= end:
            raise
        raise ValueError("it takes far longer to read than one of its size") from reason
    finally:
        connection.set_progress_handler(None, 0)


def _objects(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
    """The tables, indexes and all else that a database is built of; read without a use of it."""
    return sorted(
        (kind, name, table, sql or "")
        for kind, name, table, sql in connection.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_master"
        )
    )


def _objects_of(package: Package) -> list[tuple[str, ...]]:
    """What our database is built of, with what SQLite itself adds: the tables of each index."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in _statements(package):
            connection.execute(statement)
        return _objects(connection)


def _check_sound(connection: sqlite3.Connection, package: Package) -> None:
    """The file itself, its references, and the full-text index against the texts."""
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise ValueError(f"it is damaged: {found}")
    if connection.execute("PRAGMA foreign_key_check").fetchone():
        raise ValueError("a row points to a row that is not there")
    for resource in filter(_searched, package.resources):
        name = _name(f"{resource.name}_fts")
        connection.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")


def _read(connection: sqlite3.Connection, table: Table) -> Table:
    resource = table.resource
    query = f"SELECT {_names(resource.field_names)} FROM {_name(resource.name)} ORDER BY rowid"
    rows = (
        {f.name: text_of(f, value) for f, value in zip(resource.fields, values, strict=True)}
        for values in connection.execute(query)
    )
    return Table(resource, bounded(rows, table))
