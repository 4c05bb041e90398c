"""What the cells of any workbook are read as, whichever program wrote it, by either reader."""

from __future__ import annotations

import datetime
import io
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles.colors import Color
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from lanzarote_data.model.errors import WorkbookError
from lanzarote_data.workbook.grid import (
    Covered,
    ErrorValue,
    Formula,
    Grid,
    RichText,
    Value,
    read_grids,
    shown,
)
from tests.hostile.workbooks import packed, parts_of


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


def plain(sheets: Mapping[str, Mapping[str, str | float | bool]]) -> bytes:
    """A workbook as the quick reader expects it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for title, cells in sheets.items():
            worksheet = book.add_worksheet(title)
            for place, value in cells.items():
                worksheet.write(place, value)
    return out.getvalue()


def only(data: bytes, quickly: bool = False) -> Grid:
    (found,) = read_grids(data, "BEL.xlsx", quickly)
    return found


@pytest.fixture
def no_openpyxl(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the quick reader is there."""
    monkeypatch.setattr(openpyxl, "load_workbook", None)


def test_what_a_cell_shows() -> None:
    values: list[Value] = [
        " a b\n", 7, 7.5, True, Formula(" =1+1 "), ErrorValue("#N/A"),
        RichText("\u00a0words\u00a0", is_formatted=True), Covered(), datetime.date(2026, 1, 31),
    ]  # fmt: skip
    assert [*map(shown, values)] == [
        "a b", "7", "7.5", "True", "=1+1", "#N/A", "words", "", "2026-01-31",
    ]  # fmt: skip


# By the thorough reader.


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
        ({"strike": True}, True),
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


def test_one_word_that_is_formatted_is_enough() -> None:
    bold, usual = InlineFont(b=True), InlineFont(sz=9)
    rich = CellRichText(TextBlock(bold, "One"), TextBlock(usual, " word"), TextBlock(usual, "."))
    assert only(with_cells({"A1": rich})).rows == [[RichText("One word.", True)]]


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


def test_what_openpyxl_warns_of_is_nobodys_business() -> None:
    """It warns of what it would lose if it wrote the workbook again."""
    parts = parts_of(with_cells({"A1": "x"}))
    name = "xl/worksheets/sheet1.xml"
    more = b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>'
    data = packed(parts | {name: parts[name].replace(b"</worksheet>", more)})
    with pytest.warns(UserWarning, match="extension is not supported"):
        openpyxl.load_workbook(io.BytesIO(data))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert only(data).rows == [["x"]]


def test_a_file_that_no_reader_understands_is_refused() -> None:
    for quickly in (True, False):
        with pytest.raises(WorkbookError) as refusal:
            read_grids(b"x", "BEL.xlsx", quickly)
        message = "BEL.xlsx cannot be read as a workbook: File is not a zip file."
        assert refusal.value.message == message
        assert refusal.value.hint == "Open it in Excel, save it again, and try once more."


# By the quick reader.


@pytest.mark.usefixtures("no_openpyxl")
@pytest.mark.parametrize(
    ("cells", "rows"),
    [
        ({"A1": "x", "B1": "y"}, [["x", "y"]]),
        ({"A1": 1.0, "B1": 2.5}, [[1.0, 2.5]]),
        ({"A1": "x", "B2": 7}, [["x", ""], ["", 7.0]]),
        ({"C2": "x"}, [["", "", ""], ["", "", "x"]]),
        ({}, []),
    ],
)
def test_texts_and_numbers_are_read_quickly_from_the_first_cell_on(
    cells: Mapping[str, str | float], rows: list[list[Value]]
) -> None:
    assert only(plain({"My sheet": cells}), quickly=True) == Grid("My sheet", rows, (), False)


@pytest.mark.parametrize("quickly", [True, False])
def test_a_sheet_with_a_truth_value_is_read_thoroughly(quickly: bool) -> None:
    data = plain({"One": {"A1": "x"}, "Two": {"A1": True, "B1": "=1+1"}})
    assert read_grids(data, "BEL.xlsx", quickly) == [
        Grid("One", [["x"]]),
        Grid("Two", [[True, Formula("=1+1")]]),
    ]


def test_a_file_that_the_quick_reader_cannot_read_is_read_thoroughly() -> None:
    parts = parts_of(with_cells({"A1": "=1+1"}))
    content = parts["xl/workbook.xml"]
    moved = {"xl/book.xml" if name == "xl/workbook.xml" else name: t for name, t in parts.items()}
    for name in ("[Content_Types].xml", "_rels/.rels"):
        moved[name] = moved[name].replace(b"xl/workbook.xml", b"xl/book.xml")
    relations = moved.pop("xl/_rels/workbook.xml.rels")
    moved |= {"xl/_rels/book.xml.rels": relations, "xl/book.xml": content}
    assert only(packed(moved), quickly=True).rows == [[Formula("=1+1")]]
