"""Reporting forms for the tests: made, and filled in as a Party would with openpyxl."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from lanzarote_data.model.package import Package
from lanzarote_data.store.tables import read_tables
from lanzarote_data.workbook.form import form_view
from lanzarote_data.workbook.write import workbook_bytes

SHEET = "Report"
HEADERS = ("Date", "Status", "Measures taken", "Source", "Address")
Entry = tuple[str, ...]
"""The texts of an entry in the order of the headers, its code before them."""


def entry(code: str, number: int = 1, date: str = "2026-03-01") -> Entry:
    """An entry in neutral words, which no other has."""
    words = f"A synthetic measure {number} on {code}, which register {number * 7919} describes."
    return code, date, "under way", words, f"Synthetic letter {number}", "https://example.org/"


def make_form(
    package: Package, path: Path, party: str = "BEL", addressee: str = "party", due: str = ""
) -> Path:
    """The form of a Party, at a path of any name."""
    tables = read_tables(package).tables
    path.write_bytes(workbook_bytes(tables, form_view(tables, party, addressee, "", due)))
    return path


def change(path: Path, *edits: Callable[[Any], None]) -> Path:
    """The form with edits made; each edit is given the sheet."""
    book = load_workbook(path)
    for edit in edits:
        edit(book[SHEET])
    book.save(path)
    return path


def fill(*entries: Entry) -> Callable[[Any], None]:
    """Write entries: the first on a code beside its words, others below the last row."""

    def write(sheet: Any) -> None:
        lines = {str(row[0].value): row[0].row for row in sheet.iter_rows(min_row=2)}
        for code, date, *texts in entries:
            line = lines.pop(code, None) or sheet.max_row + 1
            sheet.cell(line, 1).value = code
            is_day = date.startswith("2026-0")  # half of them as Excel keeps dates
            sheet.cell(line, 5).value = datetime.date.fromisoformat(date) if is_day else date
            for number, text in enumerate(texts, start=6):
                sheet.cell(line, number).value = text or None

    return write


def sort(*columns: int, reverse: bool = False) -> Callable[[Any], None]:
    """Sort rows by their first filled column; of these columns alone, if some are named."""

    def write(sheet: Any) -> None:
        chosen = columns or range(1, sheet.max_column + 1)
        rows = [[sheet.cell(n, c).value for c in chosen] for n in range(2, sheet.max_row + 1)]
        rows.sort(key=lambda row: str(row[0] or ""), reverse=reverse)
        for line, row in enumerate(rows, start=2):
            for column, value in zip(chosen, row, strict=True):
                sheet.cell(line, column).value = value

    return write


def put(cell: str, value: object) -> Callable[[Any], None]:
    """Write a value into a cell."""

    def write(sheet: Any) -> None:
        sheet[cell].value = value

    return write
