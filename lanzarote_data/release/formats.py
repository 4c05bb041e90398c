"""The formats of a release that hold the tables: each written, and read back to be checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lanzarote_data.model.tables import Tables
from lanzarote_data.release.archive import Files
from lanzarote_data.release.excel import read_excel, write_excel
from lanzarote_data.release.parquet import read_parquet, write_parquet
from lanzarote_data.release.sqlite import read_sqlite, write_sqlite
from lanzarote_data.release.text_formats import (
    read_excel_csv,
    read_jsonl,
    write_excel_csv,
    write_jsonl,
)


@dataclass(frozen=True)
class Format:
    """A format: its name and what it is for, where it stands, how it is written and read.

    ``place`` is a file or the folder of its files; ``{name}`` in it is the package's name.
    ``read`` is given the tables that the files should hold, by which it sees what would unpack to
    far more. It raises any exception of its libraries where the files are not as ``write`` makes
    them.
    """

    name: str
    place: str
    use: str
    write: Callable[[Tables], dict[str, bytes]]
    read: Callable[[Files, Tables], Tables]


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
    Format("JSON Lines", "jsonl/", "for programs, an object a line", write_jsonl, read_jsonl),
)
"""All formats beside the canonical CSV, in the order in which they are told of."""
