"""Tables as one SQLite database: real keys, and a full-text index that Datasette finds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing

from lanzarote_data.formats.typed_rows import text_table, typed_column
from lanzarote_data.model.package import Field, ForeignKey, Package, Resource
from lanzarote_data.model.tables import Table, Tables
from lanzarote_data.model.types import Value
from lanzarote_data.text.rights import facts

_TYPES = {"integer": "INTEGER", "year": "INTEGER", "number": "REAL", "boolean": "INTEGER"}
ADDRESSED = """CREATE VIEW addressed AS
SELECT p.report_recommendation_id, p.round_id, p.code, r.recommendation_id, r.chapter_id,
  r.party_id, r.addressing, r.urgency, u.rank, r.text
FROM citation_targets t
JOIN report_recommendations p ON p.report_recommendation_id = t.report_recommendation_id
JOIN citations c ON c.citation_id = t.citation_id
JOIN recommendations r ON r.recommendation_id = c.recommendation_id
JOIN urgencies u ON u.urgency = r.urgency
WHERE r.withdrawn_in IS NULL"""
"""The view of what is addressed to whom: a row for each recommendation of a report and each row of
a factsheet that states it; no Party: all. SQLite and DuckDB both understand it."""
RANKED = """CREATE VIEW recommendations_ranked AS
SELECT r.*, u.rank AS urgency_rank, c.position AS chapter_position
FROM recommendations r
JOIN urgencies u ON u.urgency = r.urgency
JOIN chapters c ON c.chapter_id = r.chapter_id"""
"""The view of recommendations with the order of their urgency and chapter, since SQL compares words
by letter."""
_VIEWS = {
    ADDRESSED: ("citation_targets", "report_recommendations", "recommendations", "urgencies"),
    RANKED: ("recommendations", "urgencies", "chapters"),
}
# Bytes 96 to 99 say which SQLite wrote the file last; nothing reads them. They are always 0, so
# that the same tables give the same bytes.
_WRITER = slice(96, 100)


def write_sqlite(tables: Tables) -> dict[str, bytes]:
    """The database of all tables, under the name of the package."""
    return {_path(tables.package): sqlite_bytes(tables)}


def _path(package: Package) -> str:
    return f"{package.name}.sqlite"


def sqlite_bytes(tables: Tables) -> bytes:
    """The database of all tables; a missing value is NULL, a boolean 0 or 1, a date its text.

    :raises sqlite3.Error: the tables break a key or another constraint.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("PRAGMA page_size = 4096")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("BEGIN")
        for statement in _statements(tables.package):
            connection.execute(statement)
        _describe(connection, tables.package)
        for table in tables.values():
            _fill(connection, table)
        connection.execute("COMMIT")
        connection.execute("VACUUM")
        content = bytearray(connection.serialize())
    content[_WRITER] = bytes(4)
    return bytes(content)


def _statements(package: Package) -> Iterator[str]:
    """The statements that create the empty database."""
    for resource in package.resources:
        yield _create(resource)
        for key in resource.foreign_keys:
            name = _name(f"{resource.name}_{'_'.join(key.fields)}")
            yield f"CREATE INDEX {name} ON {_name(resource.name)} ({_names(key.fields)})"
    for resource in package.resources:
        if _searched(resource):
            yield _create_index(resource)
    yield from views(package)


def views(package: Package) -> Iterator[str]:
    """The statements that create the views whose tables a package has."""
    return (view for view, names in _VIEWS.items() if all(name in package for name in names))


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


def _describe(connection: sqlite3.Connection, package: Package) -> None:
    """Say in a table ``metadata`` what the database is; not where the package has such a table."""
    if "metadata" not in package:
        connection.execute("CREATE TABLE metadata (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        connection.executemany("INSERT INTO metadata VALUES (?, ?)", facts(package).items())


def _fill(connection: sqlite3.Connection, table: Table) -> None:
    resource = table.resource
    marks = ", ".join("?" for _ in resource.fields)
    insert = f"INSERT INTO {_name(resource.name)} ({_names(resource.field_names)}) VALUES ({marks})"
    connection.executemany(insert, zip(*(_values(table, f) for f in resource.fields), strict=True))
    if _searched(resource):
        name = _name(f"{resource.name}_fts")
        connection.execute(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")


def _values(table: Table, field: Field) -> Iterable[Value | None]:
    """The values of a field, which SQLite can hold: of a date its text."""
    if field.type == "date":
        return (text or None for text in table.column(field.name))
    return typed_column(table, field)


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _names(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(map(_name, names))


def read_sqlite(files: Mapping[str, bytes], tables: Tables) -> Tables:
    """The tables from the database, whose keys and full-text index are checked too.

    :raises KeyError, ValueError, sqlite3.Error: it is missing, damaged, or lacks a table.
    """
    package, content = tables.package, files[_path(tables.package)]
    if not content:
        raise ValueError("it is empty")
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(content)
        # What SQLite recommends for an untrusted file.
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "temp_store = MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        _check(connection, package)
        return Tables(package, [_read(connection, resource) for resource in package.resources])


def _check(connection: sqlite3.Connection, package: Package) -> None:
    """Check the file itself, its references, and the full-text index against the texts."""
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise ValueError(f"it is damaged: {found}")
    if connection.execute("PRAGMA foreign_key_check").fetchone():
        raise ValueError("a row refers to a row that does not exist")
    for resource in filter(_searched, package.resources):
        name = _name(f"{resource.name}_fts")
        connection.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")


def _read(connection: sqlite3.Connection, resource: Resource) -> Table:
    names = resource.field_names
    query = f"SELECT {_names(names)} FROM {_name(resource.name)} ORDER BY rowid"
    return text_table(resource, names, connection.execute(query))
