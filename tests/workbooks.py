"""Workbooks for the tests: made from a package, changed as a person would, and read back.

Changed with openpyxl, which is quick; what real spreadsheet programs do is tested with those.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from lanzarote_data.model.package import Package
from lanzarote_data.store.history import read_history
from lanzarote_data.store.tables import read_tables
from lanzarote_data.workbook.imports import Outcome, import_workbooks, merge_workbooks
from lanzarote_data.workbook.layout import ID_HELPER, view_named
from lanzarote_data.workbook.review import write_review
from lanzarote_data.workbook.write import workbook_bytes

Edit = Callable[[Any], None]


def make(package: Package, name: str = "BEL") -> Path:
    """The workbook of a view, beside the package."""
    path = package.folder / "workbooks" / f"{name}.xlsx"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(workbook_bytes(read_tables(package).tables, view_named(name)))
    return path


def edit(path: Path, *edits: Edit) -> Path:
    """The workbook with edits made; each edit is given the workbook."""
    book = load_workbook(path, rich_text=True)
    for change in edits:
        change(book)
    book.save(path)
    return path


def column(sheet: Worksheet, header: str) -> int:
    """The number (from 1) of the column with this header."""
    return int(next(cell.column for cell in sheet[1] if cell.value == header))


def line(sheet: Worksheet, row_id: str) -> int:
    """The number of the row with this id in column A."""
    return int(next(row[0].row for row in sheet.iter_rows() if row[0].value == row_id))


def put(title: str, row_id: str, header: str, value: object) -> Edit:
    """Write a value into the cell of a row and column."""

    def change(book: Any) -> None:
        sheet = book[title]
        sheet.cell(line(sheet, row_id), column(sheet, header)).value = value

    return change


def add(title: str, **values: object) -> Edit:
    """Write a new row below the last; ``name`` is what stands in the grey id column."""

    def change(book: Any) -> None:
        sheet = book[title]
        number = sheet.max_row + 1
        for key, value in values.items():
            header = ID_HELPER if key == "name" else key.replace("_", " ")
            sheet.cell(number, column(sheet, header)).value = value

    return change


def remove(title: str, *row_ids: str) -> Edit:
    """Delete whole rows."""

    def change(book: Any) -> None:
        sheet = book[title]
        for row_id in row_ids:
            sheet.delete_rows(line(sheet, row_id))

    return change


def take(package: Package, *paths: Path, **settings: Any) -> Outcome:
    """Import workbooks into the package."""
    return import_workbooks(package, paths, **settings)


def review(package: Package, path: Path) -> Path | None:
    """The review of a workbook; None where nothing prevents its import."""
    tables = read_tables(package).tables
    outcome, _ = merge_workbooks(tables, [path], history=read_history(package))
    return write_review(outcome.workbooks[0]) if outcome.refused else None


def tables_bytes(package: Package) -> dict[str, bytes]:
    """The bytes of all tables of a package."""
    return {r.name: package.table_path(r).read_bytes() for r in package.resources}
