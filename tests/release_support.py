"""What the tests of releases share: the small synthetic package, and releases made of it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from lanzarote_data.formats.zip_file import zip_bytes
from lanzarote_data.model.tables import Table, Tables
from lanzarote_data.release.build import release_files
from lanzarote_data.release.digests import SUMS, sums_text
from lanzarote_data.release.read import Release
from lanzarote_data.release.versions import Version
from lanzarote_data.store.descriptor import load_package
from lanzarote_data.store.tables import read_tables

REPOSITORY = Path(__file__).parents[1]
SMALL = Path(__file__).parent / "data" / "release" / "small"
FIRST = Version(2026, 1)


@cache
def tables_of(folder: Path = SMALL) -> Tables:
    return read_tables(load_package(folder)).tables


def with_rows(name: str, change: Callable[[list[dict[str, str]]], object]) -> Tables:
    """The small tables, the rows of one table changed."""
    tables = tables_of()
    rows = [dict(row) for row in tables.rows(name)]
    change(rows)
    return tables.with_table(Table(tables[name].resource, tuple(rows))).in_order()


def with_cell(key: str, field: str, text: str) -> Tables:
    """The small tables with one cell of the notes changed."""

    def change(rows: list[dict[str, str]]) -> None:
        next(row for row in rows if row["note_id"] == key)[field] = text

    return with_rows("notes", change)


def at_home(tables: Tables, homepage: str = "https://example.org/data") -> Tables:
    """The tables in a package that has an address and a DOI."""
    about = {"homepage": homepage, "id": "https://doi.org/10.5281/zenodo.1"}
    descriptor = {**tables.package.descriptor, **about}
    return Tables(replace(tables.package, descriptor=descriptor), tables.values())


def note(key: str, **cells: str) -> dict[str, str]:
    """A synthetic row of the notes."""
    empty = dict.fromkeys(tables_of()["notes"].resource.field_names, "")
    text = f"A synthetic recommendation {key}."
    return {**empty, "note_id": key, "place_id": "BBB", "kind": "first", "text": text, **cells}


def release_of(tables: Tables, version: Version = FIRST) -> Release:
    package = replace(tables.package, version=str(version))
    return Release(version, Tables(package, tables.values()))


def made(
    tables: Tables, version: Version = FIRST, previous: Release | None = None
) -> dict[str, bytes]:
    day, extra = datetime.date(2026, 11, 1), {"factsheets/AAA.md": b"# Synthetic\n"}
    return release_files(tables, version, day, previous, extra)


@cache
def small_files() -> Mapping[str, bytes]:
    return made(tables_of())


def summed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files with sums that fit, as somebody would make them who tampers with a release."""
    return {**files, SUMS: sums_text(files).encode("utf-8")}


def written(path: Path, files: Mapping[str, bytes]) -> Path:
    path.write_bytes(zip_bytes(files))
    return path


def unpacked(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder
