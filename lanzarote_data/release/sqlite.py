"""Tables as one SQLite database: real keys, and a full-text index that Datasette finds."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator

from lanzarote_data.package import Field, ForeignKey, Package, Resource
from lanzarote_data.release.archive import Files
from lanzarote_data.release.cells import text_of, typed
from lanzarote_data.tables import Row, Table, Tables

_TYPES = {"integer": "INTEGER", "year": "INTEGER", "number": "REAL", "boolean": "INTEGER"}
# Bytes 96 to 99 of the file tell which SQLite wrote it last; nothing reads them. They are the same
# in every release, so that the file does not tell the machine.
_WRITER = slice(96, 100)


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


def read_sqlite(files: Files, package: Package) -> Tables:
    """The tables from the database, which must be built as we build it.

    Nothing else in it is read: a view or a trigger of somebody else makes it another database.

    :raises KeyError, ValueError, sqlite3.Error: it is missing, damaged, or built otherwise.
    """
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(files[_path(package)])
        connection.execute("PRAGMA trusted_schema = OFF")
        _check_built(connection, package)
        _check_sound(connection, package)
        return Tables(package, [_read(connection, r) for r in package.resources])
    finally:
        connection.close()


def _check_built(connection: sqlite3.Connection, package: Package) -> None:
    found = {
        sql
        for name, sql in connection.execute("SELECT name, sql FROM sqlite_master")
        if sql and not _is_shadow(name, package)
    }
    if found != set(_statements(package)):
        raise ValueError("its tables and keys are not those of the descriptor")


def _is_shadow(name: str, package: Package) -> bool:
    """Whether FTS5 keeps its index in the table of that name."""
    parts = ("data", "idx", "docsize", "config")
    return any(name == f"{r.name}_fts_{part}" for r in package.resources for part in parts)


def _check_sound(connection: sqlite3.Connection, package: Package) -> None:
    """The file itself, its references, and the full-text index against the texts."""
    found = connection.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok":
        raise ValueError(f"it is damaged: {found}")
    if connection.execute("PRAGMA foreign_key_check").fetchone():
        raise ValueError("a row points to a row that is not there")
    for resource in filter(_searched, package.resources):
        name = _name(f"{resource.name}_fts")
        connection.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")


def _read(connection: sqlite3.Connection, resource: Resource) -> Table:
    query = f"SELECT {_names(resource.field_names)} FROM {_name(resource.name)} ORDER BY rowid"
    rows = tuple(
        {f.name: text_of(f, value) for f, value in zip(resource.fields, values, strict=True)}
        for values in connection.execute(query)
    )
    return Table(resource, rows)
