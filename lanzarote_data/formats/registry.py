"""The formats in which a release has the tables: how each is written, and read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lanzarote_data.formats.excel import read_excel, write_excel
from lanzarote_data.formats.parquet import read_parquet, write_parquet
from lanzarote_data.formats.sqlite import read_sqlite, write_sqlite
from lanzarote_data.formats.text_files import (
    read_excel_csv,
    read_jsonl,
    write_excel_csv,
    write_jsonl,
)
from lanzarote_data.model.tables import Tables


@dataclass(frozen=True)
class Format:
    """A format: its name, its place in a release, what it is for, how it is written and read.

    ``place`` is a file, or a folder with a file for each table; ``{name}`` in it is the name of the
    package. ``write`` gives the content of its files by path. ``read`` is given such files and the
    tables whose package describes them; it raises whatever its library raises on files that are
    damaged, and is no guard against harmful ones.
    """

    name: str
    place: str
    use: str
    write: Callable[[Tables], dict[str, bytes]]
    read: Callable[[Mapping[str, bytes], Tables], Tables]


FORMATS = (
    Format(
        "Excel workbook",
        "{name}.xlsx",
        "to read, filter and print; with a sheet that shows what is recommended to whom",
        write_excel,
        read_excel,
    ),
    Format(
        "CSV for Excel",
        "csv-for-excel/",
        "to open in Excel (UTF-8 with byte order mark; an apostrophe keeps a text a text)",
        write_excel_csv,
        read_excel_csv,
    ),
    Format(
        "Parquet",
        "parquet/",
        "for pandas, polars, DuckDB, R and Spark, with types",
        write_parquet,
        read_parquet,
    ),
    Format(
        "SQLite",
        "{name}.sqlite",
        "one database with keys and full-text search, for SQL and Datasette",
        write_sqlite,
        read_sqlite,
    ),
    Format(
        "JSON Lines",
        "jsonl/",
        "for programs, an object a line; a table without rows has no file",
        write_jsonl,
        read_jsonl,
    ),
)
"""All formats beside the canonical CSV, in the order in which they are listed."""
