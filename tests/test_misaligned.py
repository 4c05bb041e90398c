"""Sorting or shifting a part of a sheet puts texts beside other ids: it is refused as a whole.

Here from a real workbook to what the import tells; each rule by itself is in test_identify.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lanzarote_data.model.package import Package
from lanzarote_data.store.tables import read_tables, write_tables
from lanzarote_data.workbook.identify import identify
from lanzarote_data.workbook.layout import view_named
from lanzarote_data.workbook.read import read_workbook
from lanzarote_data.workbook.rows import SheetContent
from lanzarote_data.workbook.write import workbook_bytes
from tests.packages import copy_package, edited, own_tables
from tests.workbooks import Edit, add, column, edit, make, put, tables_bytes, take

pytestmark = pytest.mark.slow

REC = "Recommendations"


@pytest.fixture
def package(tmp_path: Path) -> Package:
    return copy_package("small", tmp_path)


def texts(sheet: Any, header: str) -> list[str]:
    cells = sheet.iter_cols(column(sheet, header), column(sheet, header), 2, sheet.max_row)
    return [cell.value or "" for cell in next(cells)]


def fill(sheet: Any, header: str, values: Sequence[object]) -> None:
    for number, value in enumerate(values, start=2):
        sheet.cell(number, column(sheet, header)).value = value or None


def as_sorted(values: Sequence[Any], descending: bool) -> list[Any]:
    """In order as programs sort: empty cells last, either way."""
    filled = sorted(
        (v for v in values if v != ""), key=lambda v: v.casefold() if isinstance(v, str) else v
    )
    return [*(filled[::-1] if descending else filled), *(v for v in values if v == "")]


def sort_one(title: str, header: str, descending: bool = False) -> Edit:
    """Sort one column by itself."""

    def change(book: Any) -> None:
        sheet = book[title]
        fill(sheet, header, as_sorted(texts(sheet, header), descending))

    return change


def delete_cell(title: str, header: str, place: int) -> Edit:
    """Delete a cell, so that those below it move up."""

    def change(book: Any) -> None:
        sheet = book[title]
        values = texts(sheet, header)
        fill(sheet, header, [*values[:place], *values[place + 1 :], ""])

    return change


def codes(outcome: Any) -> list[tuple[str, str]]:
    return [(p.code, p.location.source) for p in outcome.problems]


SORTS = [
    *itertools.product(("Chapter", "Text", "Position"), (False, True)),
    *(("Urgency", True), ("Addressed to", False)),
]


@pytest.mark.parametrize(("header", "descending"), SORTS)
def test_a_column_sorted_by_itself_is_refused(
    package: Package, header: str, descending: bool
) -> None:
    path = make(package)
    before = path.read_bytes(), tables_bytes(package)
    outcome = take(package, edit(path, sort_one(REC, header, descending)))
    if (header, descending) == ("Chapter", False):
        assert (outcome.changes, outcome.problems) == ((), ())
        return
    assert codes(outcome) == [("ids-cut-loose", REC)]
    assert (f"{header!r} was sorted by itself") in outcome.problems[0].message
    assert outcome.changes == ()
    assert tables_bytes(package) == before[1]


@pytest.mark.parametrize("number", ["²", "--1", "9" * 5000])
def test_positions_that_look_like_numbers_stop_nothing(package: Package, number: str) -> None:
    tables = read_tables(package).tables
    for name in ("observations", "recommendations"):
        for place, row_id in enumerate(key for (key,) in tables[name].by_key):
            tables = edited(tables, name, row_id, position=f"{number}{'¹²³'[place % 3]}")
    write_tables(package, tables)
    path = edit(make(package), sort_one(REC, "Position", descending=True))
    assert ("ids-cut-loose", REC) in codes(take(package, path))
    path = edit(make(package), add(REC, name="new 1", Text="new", Chapter="R2-II Legal frameworks"))
    (added,) = [c for c in take(package, path).changes if c.kind == "added"]
    assert isinstance(added.new, dict)
    assert added.new["position"] == "80"  # after the practice, whose position is a number


def test_a_deleted_cell_that_moved_the_others_up_is_refused(package: Package) -> None:
    outcome = take(package, edit(make(package), delete_cell(REC, "Text", 0)))
    assert codes(outcome) == [("ids-cut-loose", REC)]


def test_copied_texts_and_two_positions_that_change_places_are_taken(package: Package) -> None:
    path = edit(
        make(package),
        put(REC, "R2-BEL-II-1", "Sub-heading", "On a synthetic topic:"),
        put(REC, "R2-BEL-III-5", "Sub-heading", "On another synthetic topic:"),
        put(REC, "R2-BEL-II-2", "Position", 35),
        put(REC, "R2-BEL-II-6", "Position", 30),
    )
    outcome = take(package, path)
    assert outcome.applied
    assert len(outcome.changes) == 4


def header_among_rows(title: str) -> Edit:
    """Put the header below the third row, as a sort does that takes it in."""

    def change(book: Any) -> None:
        sheet = book[title]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        for number, values in enumerate([*rows[1:4], rows[0], *rows[4:]], start=1):
            for offset, value in enumerate(values, start=1):
                sheet.cell(number, offset).value = value

    return change


@pytest.mark.parametrize("title", ["Observations", "Parties of practices", "Follow-up"])
def test_a_header_among_the_rows_loses_none_of_them(package: Package, title: str) -> None:
    outcome = take(package, edit(make(package), header_among_rows(title)))
    assert (outcome.changes, codes(outcome)) == ((), [("moved-header", title)])


def test_an_unfinished_row_is_told_by_what_it_lacks(package: Package) -> None:
    path = edit(make(package), lambda book: book[REC].__setitem__("F8", "On a synthetic topic:"))
    lacking = [("missing-value", f"{REC}!{letter}8") for letter in "GHCD"]
    assert codes(take(package, path))[:4] == lacking


@pytest.mark.parametrize("name", ["New 1", "NEW 1", " new  1 "])
def test_the_name_of_a_new_row_may_be_written_otherwise(package: Package, name: str) -> None:
    practice = ["", name, "A synthetic practice.", "Promising practice:", "R2-II", "", ""]

    def add(book: Any) -> None:
        book["Promising practices"].append(practice)
        book["Parties of practices"].append(["new 1", "BEL"])

    outcome = take(package, edit(make(package), add))
    assert [c.key for c in outcome.changes] == [("R2-BEL-II-p2",), ("R2-BEL-II-p2", "BEL")]


def sorted_by_itself(content: SheetContent, name: str, descending: bool) -> SheetContent:
    """A sheet as read, with the texts of one column in order."""
    values: list[Any] = [row.texts[name] for row in content.rows]
    if content.resource.field(name).type == "integer":
        values = [int(value) if value else "" for value in values]
    ordered = (str(value) for value in as_sorted(values, descending))
    rows = [
        row._replace(
            texts={**row.texts, name: text},
            untouched=row.untouched and text == row.texts[name],
        )
        for row, text in zip(content.rows, ordered, strict=True)
    ]
    return replace(content, rows=tuple(rows))


def two_numbers_change_places(old: SheetContent, new: SheetContent, name: str) -> bool:
    """What a person may do on purpose, with positions for one."""
    pairs = zip(old.rows, new.rows, strict=True)
    changed = sum(1 for one, other in pairs if one.texts[name] != other.texts[name])
    return changed == 2 and old.resource.field(name).type == "integer"


@pytest.mark.parametrize("name", ["ALL", "BEL"])
def test_no_column_of_our_own_workbooks_is_sorted_by_itself_unseen(
    tmp_path: Path, name: str
) -> None:
    tables = own_tables()
    path = tmp_path / f"{name}.xlsx"
    path.write_bytes(workbook_bytes(tables, view_named(name)))
    read = read_workbook(path, tables)
    for sheet in read.sheets.values():
        base = read.base.tables[sheet.resource.name]
        ids = ("", *sheet.resource.primary_key)
        for column_name in [name for name in sheet.letters if name not in ids]:
            for descending in (False, True):
                moved = sorted_by_itself(sheet, column_name, descending)
                if moved != sheet and not two_numbers_change_places(sheet, moved, column_name):
                    told = identify(moved, base, base)
                    assert told.is_misaligned, (sheet.name, column_name, descending)
