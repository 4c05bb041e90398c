"""Tables as text: CSV that Excel opens, and JSON Lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping

from lanzarote_data.formats.typed_rows import (
    files_by_table,
    tables_by_file,
    text_table,
    typed_lines,
)
from lanzarote_data.model.package import Resource
from lanzarote_data.model.tables import Table, Tables
from lanzarote_data.text.spreadsheets import as_csv, csv_text, text_of_csv

_BOM = "\ufeff"
_CSV = "csv-for-excel/{}.csv"
_JSONL = "jsonl/{}.jsonl"


def write_excel_csv(tables: Tables) -> dict[str, bytes]:
    """The tables as CSV that Excel opens as UTF-8 and in which it runs nothing.

    The file begins with a byte order mark. A text that a spreadsheet would take for a formula
    has an apostrophe before it, and so has one that begins with an apostrophe. All cells are in
    quotation marks, so that no program divides them at a semicolon.
    """
    return files_by_table(_CSV, tables, _excel_csv)


def _excel_csv(table: Table) -> bytes:
    columns = [
        [csv_text(text) if field.type == "string" else text for text in table.column(field.name)]
        for field in table.resource.fields
    ]
    lines = [map(csv_text, table.resource.field_names), *zip(*columns, strict=True)]
    return (_BOM + as_csv(lines, "\r\n", quoted=True)).encode("utf-8")


def read_excel_csv(files: Mapping[str, bytes], tables: Tables) -> Tables:
    """The tables from CSV for Excel.

    :raises KeyError, ValueError: a file is missing or is not such a CSV.
    """
    return tables_by_file(_CSV, files, tables, _read_csv)


def _read_csv(resource: Resource, content: bytes) -> Table:
    text = content.decode("utf-8").removeprefix(_BOM)
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    fields = [resource.field(text_of_csv(name)) for name in next(lines, [])]
    rows = (
        {
            field.name: text_of_csv(cell) if field.type == "string" else cell
            for field, cell in zip(fields, line, strict=True)
        }
        for line in lines
    )
    return Table(resource, rows)


def write_jsonl(tables: Tables) -> dict[str, bytes]:
    """The tables as JSON Lines: an object for each row; a missing value is null.

    A table without rows has no file: many programs cannot open one without a line.
    """
    files = files_by_table(_JSONL, tables, _jsonl)
    return {path: content for path, content in files.items() if content}


def _jsonl(table: Table) -> bytes:
    encode = json.JSONEncoder(ensure_ascii=False, default=str).encode
    names = table.resource.field_names
    lines = (encode(dict(zip(names, line, strict=True))) for line in typed_lines(table))
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def read_jsonl(files: Mapping[str, bytes], tables: Tables) -> Tables:
    """The tables from JSON Lines.

    :raises KeyError, ValueError: a file is missing or is not such a text.
    """
    empty = {_JSONL.format(name): b"" for name, table in tables.items() if not table.rows}
    return tables_by_file(_JSONL, {**empty, **files}, tables, _read_jsonl)


def _read_jsonl(resource: Resource, content: bytes) -> Table:
    objects = [_object(line) for line in io.StringIO(content.decode("utf-8"), newline="\n")]
    names = dict.fromkeys(name for found in objects for name in found)
    return text_table(resource, names, ([found.get(name) for name in names] for found in objects))


def _object(line: str) -> dict[str, object]:
    found = json.loads(line)
    if not isinstance(found, dict):
        raise ValueError("a line of it is not a JSON object")
    return found
