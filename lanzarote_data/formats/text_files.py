"""Tables as text: CSV that Excel opens, and JSON Lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping

from lanzarote_data.formats.typed_rows import text_row, typed_row
from lanzarote_data.model.package import Resource
from lanzarote_data.model.tables import Table, Tables
from lanzarote_data.text.spreadsheets import as_csv, csv_text, text_of_csv

_BOM = "\ufeff"


def write_excel_csv(tables: Tables) -> dict[str, bytes]:
    """The tables as CSV that Excel opens as UTF-8 and in which it runs nothing.

    The file begins with a byte order mark. A text that a spreadsheet would take for a formula
    has an apostrophe before it, and so has one that begins with an apostrophe. All cells are in
    quotation marks, so that no program divides them at a semicolon.
    """
    return {_csv_path(t.resource): _excel_csv(t).encode("utf-8") for t in tables.values()}


def _csv_path(resource: Resource) -> str:
    return f"csv-for-excel/{resource.name}.csv"


def _excel_csv(table: Table) -> str:
    lines = [list(map(csv_text, table.resource.field_names))]
    for row in table.rows:
        texts = ((field.type, row.get(field.name, "")) for field in table.resource.fields)
        lines.append([csv_text(text) if kind == "string" else text for kind, text in texts])
    return _BOM + as_csv(lines, "\r\n", quoted=True)


def read_excel_csv(files: Mapping[str, bytes], tables: Tables) -> Tables:
    """The tables from CSV for Excel.

    :raises KeyError, ValueError: a file is missing or is not such a CSV.
    """
    resources = tables.package.resources
    return Tables(tables.package, [_read_csv(r, files[_csv_path(r)]) for r in resources])


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
    return Table(resource, tuple(rows))


def write_jsonl(tables: Tables) -> dict[str, bytes]:
    """The tables as JSON Lines: an object for each row; a missing value is null.

    A table without rows has no file: many programs cannot open one without a line.
    """
    return {
        _jsonl_path(t.resource): "".join(
            json.dumps(typed_row(t.resource, row), ensure_ascii=False, default=str) + "\n"
            for row in t.rows
        ).encode("utf-8")
        for t in tables.values()
        if t.rows
    }


def _jsonl_path(resource: Resource) -> str:
    return f"jsonl/{resource.name}.jsonl"


def read_jsonl(files: Mapping[str, bytes], tables: Tables) -> Tables:
    """The tables from JSON Lines.

    :raises KeyError, ValueError: a file is missing or is not such a text.
    """
    resources = tables.package.resources
    empty = {_jsonl_path(table.resource): b"" for table in tables.values() if not table.rows}
    there = {**empty, **files}
    return Tables(tables.package, [_read_jsonl(r, there[_jsonl_path(r)]) for r in resources])


def _read_jsonl(resource: Resource, content: bytes) -> Table:
    objects = map(_object, io.StringIO(content.decode("utf-8"), newline="\n"))
    return Table(resource, tuple(text_row(resource, x.keys(), x.values()) for x in objects))


def _object(line: str) -> dict[str, object]:
    found = json.loads(line)
    if not isinstance(found, dict):
        raise ValueError("a line of it is not a JSON object")
    return found
