"""Tables as text: the canonical CSV, CSV that Excel opens, and JSON Lines."""

from __future__ import annotations

import csv
import io
import json

from lanzarote_data.model.package import Resource
from lanzarote_data.model.tables import Table, Tables
from lanzarote_data.release.archive import Files
from lanzarote_data.release.cells import bounded, text_of, typed_row
from lanzarote_data.store.csv_file import table_text
from lanzarote_data.text.spreadsheets import csv_text, text_of_csv

_BOM = "\ufeff"


def write_csv(tables: Tables) -> dict[str, bytes]:
    """The canonical tables, where the descriptor says that they are."""
    return {t.resource.path: table_text(t).encode("utf-8") for t in tables.values()}


def write_excel_csv(tables: Tables) -> dict[str, bytes]:
    """The tables as CSV that Excel opens as UTF-8 and in which it runs nothing.

    The file begins with a byte order mark. A text that a spreadsheet would take for a formula
    has an apostrophe before it, and so has one that begins with an apostrophe. All cells are in
    quotation marks, so that no program divides them at a semicolon.
    """
    return {_excel_path(t.resource): _excel_text(t).encode("utf-8") for t in tables.values()}


def _excel_path(resource: Resource) -> str:
    return f"csv-for-excel/{resource.name}.csv"


def _excel_text(table: Table) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(map(csv_text, table.resource.field_names))
    for row in table.rows:
        writer.writerow(
            _guarded(row.get(field.name, ""), field.type) for field in table.resource.fields
        )
    return _BOM + out.getvalue()


def _guarded(text: str, kind: str) -> str:
    return csv_text(text) if kind == "string" else text


def read_excel_csv(files: Files, tables: Tables) -> Tables:
    """The tables from CSV for Excel.

    :raises KeyError, ValueError: a file is missing or is not such a CSV.
    """
    return Tables(tables.package, [_read_excel_csv(files, table) for table in tables.values()])


def _read_excel_csv(files: Files, table: Table) -> Table:
    resource = table.resource
    text = files[_excel_path(resource)].decode("utf-8").removeprefix(_BOM)
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    names = list(map(text_of_csv, next(lines, [])))
    rows = (
        {
            name: _unguarded(cell, resource.field(name).type)
            for name, cell in zip(names, line, strict=True)
        }
        for line in lines
    )
    return Table(resource, bounded(rows, table))


def _unguarded(text: str, kind: str) -> str:
    return text_of_csv(text) if kind == "string" else text


def write_jsonl(tables: Tables) -> dict[str, bytes]:
    """The tables as JSON Lines: an object for each row; a missing value is null."""
    return {
        _jsonl_path(t.resource): "".join(
            json.dumps(typed_row(t.resource.fields, row), ensure_ascii=False, default=str) + "\n"
            for row in t.rows
        ).encode("utf-8")
        for t in tables.values()
    }


def _jsonl_path(resource: Resource) -> str:
    return f"jsonl/{resource.name}.jsonl"


def read_jsonl(files: Files, tables: Tables) -> Tables:
    """The tables from JSON Lines.

    :raises KeyError, ValueError: a file is missing or is not such a text.
    """
    return Tables(tables.package, [_read_jsonl(files, table) for table in tables.values()])


def _read_jsonl(files: Files, table: Table) -> Table:
    resource = table.resource
    lines = io.StringIO(files[_jsonl_path(resource)].decode("utf-8"), newline="\n")
    rows = (
        {name: text_of(resource.field(name), value) for name, value in _object(line).items()}
        for line in lines
    )
    return Table(resource, bounded(rows, table))


def _object(line: str) -> dict[str, object]:
    found = json.loads(line)
    if not isinstance(found, dict):
        raise ValueError("a line of it is no JSON object")
    return found
