"""Small whole packages for the tests, copied to a folder that a test may change."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from lanzarote_data.model.package import Package
from lanzarote_data.model.problems import Problem
from lanzarote_data.model.tables import Row, Table, Tables
from lanzarote_data.store.descriptor import load_package
from lanzarote_data.store.tables import read_tables

ROOT = Path(__file__).parents[1]
DATA = Path(__file__).parent / "data"


def copy_package(name: str, folder: Path, fault: str | None = None) -> Package:
    """A copy in ``folder`` of a package of ``tests/data``, with a fault of ``invalid/`` in it."""
    copy_files(name, folder, fault)
    return load_package(folder)


def copy_files(name: str, folder: Path, fault: str | None = None) -> None:
    """Copy a package of ``tests/data`` as ``copy_package`` does, but do not load it."""
    shutil.copytree(DATA / name, folder, dirs_exist_ok=True)
    if fault:
        put_fault(folder, fault)


def put_fault(folder: Path, fault: str) -> None:
    """Put a fault of ``invalid/`` into a copy of ``tiny/``."""
    shutil.copytree(DATA / "invalid" / fault, folder, dirs_exist_ok=True)
    (folder / "expected.txt").unlink()
    changes = folder / "descriptor-changes.json"
    if changes.exists():
        change_descriptor(folder, json.loads(changes.read_text(encoding="utf-8")))
        changes.unlink()


def change_descriptor(folder: Path, changes: Mapping[str, object]) -> None:
    """Change properties of a descriptor, given as JSON pointers; ``None`` removes one."""
    path = folder / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    for pointer, value in changes.items():
        *parents, last = pointer.removeprefix("/").split("/")
        here = descriptor
        for part in parents:
            here = here[int(part) if isinstance(here, list) else part]
        if value is None:
            del here[last]
        else:
            here[int(last) if isinstance(here, list) else last] = value
    path.write_text(json.dumps(descriptor, ensure_ascii=False, indent=2), encoding="utf-8")


def copy_own_package(folder: Path) -> Package:
    """A copy of the project’s own package."""
    shutil.copy(ROOT / "datapackage.json", folder)
    shutil.copytree(ROOT / "tables", folder / "tables")
    return load_package(folder)


@cache
def own_tables() -> Tables:
    """The project’s own tables."""
    return read_tables(load_package(ROOT)).tables


@cache
def tiny_tables() -> Tables:
    """The tables of the smallest package that has every kind of row, two Parties in it."""
    return read_tables(load_package(DATA / "tiny")).tables


def tables_of(package: Package, rows: Mapping[str, Iterable[Row]]) -> Tables:
    """Tables from rows by resource name, put in their declared order."""
    tables = (Table(package.resource(name), tuple(items)) for name, items in rows.items())
    return Tables(package, tables).in_order()


def edited(tables: Tables, name: str, row_id: str, /, **texts: str) -> Tables:
    """The tables with some cells of one row changed."""
    table = tables[name]
    rows = tuple({**row, **texts} if table.key(row)[0] == row_id else row for row in table.rows)
    return tables.with_table(Table(table.resource, rows))


def without(tables: Tables, name: str, *row_ids: str) -> Tables:
    """The tables without some rows."""
    table = tables[name]
    rows = tuple(row for row in table.rows if table.key(row)[0] not in row_ids)
    return tables.with_table(Table(table.resource, rows))


def with_row(tables: Tables, name: str, /, **texts: str) -> Tables:
    """The tables with one more row; fields that are not given are empty."""
    table = tables[name]
    row: Row = {field: texts.get(field, "") for field in table.resource.field_names}
    return tables.with_table(Table(table.resource, (*table.rows, row))).in_order()


def placed(problem: Problem) -> str:
    """A problem as the files of expected problems have it: severity, code, place, field."""
    place = f"{problem.location.source} {problem.location.field}".rstrip()
    return f"{problem.severity} {problem.code} {place}"


def told(problem: Problem) -> str:
    """The same, with its message and its hint below."""
    return "\n    ".join([placed(problem), problem.message, problem.hint]) + "\n"
