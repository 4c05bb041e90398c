"""What the cells of any workbook are read as, whichever program wrote it, by either reader."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles.colors import Color
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from lanzarote_data.workbook.cells import (
    Covered,
    ErrorValue,
    Formula,
    Grid,
    RichText,
    Value,
    shown,
)
from tests.grids import grids


def saved(fill: Callable[[Any], object]) -> bytes:
    """A workbook of one sheet, filled by openpyxl."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    fill(book.active)
    book.save(out)
    return out.getvalue()


def with_cells(cells: Mapping[str, object]) -> bytes:
    """A workbook of one sheet with some cells."""

    def fill(sheet: Any) -> None:
        for place, value in cells.items():
            sheet[place] = value

    return saved(fill)


def only(data: bytes) -> Grid:
    (found,) = grids(data)
    return found


def test_what_a_cell_shows() -> None:
    values: list[Value] = [
        " a b\n", 7, 7.5, True, Formula(" =1+1 "), ErrorValue("#N/A"),
        RichText("\u00a0words\u00a0", is_formatted=True), Covered(), datetime.date(2026, 1, 31),
    ]  # fmt: skip
    assert [*map(shown, values)] == [
        "a b", "7", "7.5", "True", "=1+1", "#N/A", "words", "", "2026-01-31",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("A text. ", "A text. "),
        (7, 7),
        (7.5, 7.5),
        (True, True),
        (datetime.datetime(2026, 1, 31, 12, 30), datetime.datetime(2026, 1, 31, 12, 30)),
        (datetime.time(12, 30), datetime.time(12, 30)),
        ("=1+1", Formula("=1+1")),
        ("=TRUE()", Formula("=TRUE()")),
        (ArrayFormula("A1:B2", "=D1:E2"), Formula("=D1:E2")),
        (DataTableFormula("A1:A3", r1="D1"), Formula("=TABLE()")),
        ("#N/A", ErrorValue("#N/A")),
        ("#REF!", ErrorValue("#REF!")),
    ],
)
def test_a_cell_is_read_as_what_stands_in_it(value: object, expected: Value) -> None:
    (row,) = only(with_cells({"A1": value, "C1": "x"})).rows
    assert row == [expected, "", "x"]
    assert [*map(type, row)] == [type(expected), str, str]


@pytest.mark.parametrize(
    ("font", "is_formatted"),
    [
        ({}, False),
        ({"rFont": "Arial", "sz": 9}, False),
        ({"color": Color(theme=1)}, False),
        ({"color": Color(theme=2)}, True),
        ({"color": Color(theme=0)}, True),
        ({"color": "FFFF0000"}, True),
        ({"b": True}, True),
        ({"i": True}, True),
        ({"u": "single"}, True),
        ({"vertAlign": "superscript"}, True),
    ],
    ids=str,
)
def test_words_stand_out_that_have_more_of_a_look_than_a_font(
    font: dict[str, object], is_formatted: bool
) -> None:
    rich = CellRichText("Words ", TextBlock(InlineFont(**font), "of a look"), " and more")
    (row,) = only(with_cells({"A1": rich})).rows
    assert row == [RichText("Words of a look and more", is_formatted)]


def test_cells_under_a_merged_one_are_covered() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"], sheet["C3"], sheet["D3"] = "x", "y", "z"
        sheet.merge_cells("A1:B2")
        sheet.merge_cells("C3:C4")

    found = only(saved(fill))
    assert set(found.merged) == {"A1:B2", "C3:C4"}
    assert found.rows == [
        ["x", Covered(), "", ""],
        [Covered(), Covered(), "", ""],
        ["", "", "y", "z"],
        ["", "", Covered(), ""],
    ]


@pytest.mark.parametrize("place", ["A1", "B1", "C3"])
def test_a_sheet_has_notes_where_any_cell_has(place: str) -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"] = sheet["C3"] = "x"
        sheet[place].comment = Comment("to ask", "somebody")

    assert only(saved(fill)).has_notes is True


def test_a_sheet_without_merged_cells_or_notes() -> None:
    assert only(with_cells({"B2": "x"})) == Grid("Sheet", [["", ""], ["", "x"]], (), False)
