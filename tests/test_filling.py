"""Rows put into the sheets of a workbook: as XlsxWriter would have written them, and quicker."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from xlsxwriter import Workbook

from lanzarote_data.model.errors import WorkbookError
from lanzarote_data.workbook.filling import SharedTexts, SheetRows, Value, fill
from tests.raw_workbook import raw_cells

LONGEST = 32_767
TEXTS = st.text(
    st.one_of(st.sampled_from("_x0041Aa &<>\"'\n\t\r"), st.characters(codec="utf-8")), max_size=12
)
COLUMNS = st.lists(
    st.lists(st.one_of(TEXTS, st.floats(-1e9, 1e9)), max_size=4), min_size=1, max_size=3
)


def made(*titles: str) -> bytes:
    """A workbook with these sheets: a header in the first row, and a look for each column."""
    out = io.BytesIO()
    with Workbook(out) as workbook:
        looks = [workbook.add_format({"num_format": form}) for form in ("@", "0")]
        for title in titles:
            worksheet = workbook.add_worksheet(title)
            worksheet.set_column(0, 0, 20, looks[0])
            worksheet.set_column(1, 2, 20, looks[1])
            worksheet.write_string(0, 0, f"Header of {title}", looks[0])
    return out.getvalue()


def peer(columns: Sequence[Sequence[Value]]) -> bytes:
    """The same cells, each written by XlsxWriter."""
    out = io.BytesIO()
    with Workbook(out) as workbook:
        worksheet = workbook.add_worksheet("One")
        worksheet.write_string(0, 0, "Header of One")
        for number, values in enumerate(columns):
            for index, value in enumerate(values, start=1):
                if isinstance(value, float):
                    worksheet.write_number(index, number, value)
                elif value:
                    worksheet.write_string(index, number, value)
    return out.getvalue()


def sheet_xml(content: bytes, number: int = 1) -> str:
    """The part of a sheet, counted from 1."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(f"xl/worksheets/sheet{number}.xml").decode()


def rows_xml(content: bytes, number: int = 1) -> str:
    """The rows of a sheet, as they stand in its part."""
    return sheet_xml(content, number).partition("<sheetData>")[2].partition("</sheetData>")[0]


@given(COLUMNS)
def test_cells_are_those_that_xlsxwriter_writes(columns: list[list[Value]]) -> None:
    # A text of this form XlsxWriter takes for its own XML.
    plain = [[v for v in values if "<r>" not in str(v)] for values in columns]
    assert raw_cells(fill(made("One"), [SheetRows("One", plain, 2)])) == raw_cells(peer(plain))


def test_each_sheet_gets_its_rows_and_each_cell_the_look_of_its_column() -> None:
    rows = SheetRows("Two", [["a", "", "c"], ["b", 2.0], [1.5]], 2)
    lists = SheetRows("Three", [["x"], ["a", "z"]])
    book = load_workbook(io.BytesIO(fill(made("One", "Two", "Three"), [None, rows, lists])))
    assert list(book["One"].values) == [("Header of One",)]
    assert list(book["Two"].values) == [
        ("Header of Two", None, None),
        ("a", "b", 1.5),
        (None, 2, None),
        ("c", None, None),
    ]
    assert [cell.number_format for cell in book["Two"][2]] == ["@", "0", "0"]


def test_a_row_is_as_high_as_it_needs_and_as_all_where_that_is_enough() -> None:
    rows = SheetRows("One", [["a", "b", "c"]], 2, [18.0, 409.0], 18.0)
    sheet = load_workbook(io.BytesIO(fill(made("One"), [rows])))["One"]
    assert [sheet.row_dimensions[row].height for row in (2, 3, 4)] == [None, 409, None]


def test_a_text_that_stands_in_many_cells_is_kept_once() -> None:
    rows = SheetRows("One", [["Header of One", "a", "a"], ["a", "b", ""]], 2)
    content = fill(made("One"), [rows])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = archive.read("xl/sharedStrings.xml").decode()
    assert texts.endswith(
        'count="6" uniqueCount="3"><si><t>Header of One</t></si>'
        "<si><t>a</t></si><si><t>b</t></si></sst>"
    )


@pytest.mark.parametrize(
    ("columns", "first", "area"),
    [
        ([["a"], [], ["b", "c"]], 2, "A1:C3"),
        ([["a"]], 1, "A1:A1"),
        ([], 1, "A1:A1"),
        ([[], []], 1, "A1:B1"),
    ],
)
def test_a_sheet_says_how_far_it_reaches(
    columns: Sequence[Sequence[Value]], first: int, area: str
) -> None:
    content = fill(made("One"), [SheetRows("One", columns, first)])
    assert f'<dimension ref="{area}"/>' in sheet_xml(content)


def test_the_rows_of_a_sheet_are_these_cells_and_nothing_else() -> None:
    columns: list[list[Value]] = [["a", "", "c", ""], ["b"], ["", 1.5, ""], ["d"]]
    content = fill(made("One"), [SheetRows("One", columns, 2)])
    assert rows_xml(content).removeprefix(rows_xml(made("One"))) == (
        '<row r="2"><c r="A2" s="1" t="s"><v>1</v></c><c r="B2" s="2" t="s"><v>3</v></c>'
        '<c r="D2" t="s"><v>4</v></c></row><row r="3"><c r="C3" s="2"><v>1.5</v></c></row>'
        '<row r="4"><c r="A4" s="1" t="s"><v>2</v></c></row>'
    )


def test_a_sheet_that_has_no_cell_yet_gets_rows_too() -> None:
    out = io.BytesIO()
    with Workbook(out) as workbook:
        workbook.add_worksheet("One").write_string(0, 0, "a")
        workbook.add_worksheet("Two")
    content = fill(out.getvalue(), [None, SheetRows("Two", [["a"]])])
    assert rows_xml(content, 2) == '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("a b", "<t>a b</t>"),
        (" a", '<t xml:space="preserve"> a</t>'),
        ("a\n", '<t xml:space="preserve">a\n</t>'),
        ("a\nb\tc", "<t>a\nb\tc</t>"),
        ("_x0041_", "<t>_x005F_x0041_</t>"),
        ("a_xaF09_x0041_", "<t>a_x005F_xaF09_x005F_x0041_</t>"),
        ("_x0041", "<t>_x0041</t>"),
        ("_X0041_", "<t>_X0041_</t>"),
        ("a\x0b\x1fb", "<t>a_x000B__x001F_b</t>"),
        ("a\rb\ufffe\uffff", "<t>a_x000D_b_xFFFE__xFFFF_</t>"),
        ("a\u200bb\u00ad", "<t>a\u200bb\u00ad</t>"),
        ("<&>]]>&amp;", "<t>&lt;&amp;&gt;]]&gt;&amp;amp;</t>"),
    ],
)
def test_a_text_is_written_as_xml_and_as_excel_escape_it(text: str, item: str) -> None:
    file = io.BytesIO()
    texts = SharedTexts('<sst count="2" uniqueCount="1"><si><t>Header</t></si></sst>')
    assert texts.numbers([text, ""]) == {text: 1}
    texts.write(file)
    items = f"<si><t>Header</t></si><si>{item}</si>"
    assert file.getvalue().decode() == f'<sst count="3" uniqueCount="2">{items}</sst>'


def test_texts_that_nobody_has_counted_are_left_so() -> None:
    file = io.BytesIO()
    texts = SharedTexts("<sst><si><t>a</t></si></sst>")
    assert texts.numbers(["b", "a"]) == {"b": 1, "a": 0}
    texts.write(file)
    assert file.getvalue() == b"<sst><si><t>a</t></si><si><t>b</t></si></sst>"


def test_all_parts_are_compressed() -> None:
    with zipfile.ZipFile(io.BytesIO(fill(made("One"), [None]))) as archive:
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_DEFLATED}


def test_a_workbook_of_another_form_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made("One"))) as whole, zipfile.ZipFile(out, "w") as other:
        for name in whole.namelist():
            other.writestr(name, whole.read(name).replace(b"sheetData", b"otherData"))
    with pytest.raises(WorkbookError) as refused:
        fill(out.getvalue(), [SheetRows("One", [["a"]], 2)])
    assert refused.value.message == (
        "The sheet One cannot be filled: XlsxWriter made it in a form of its own."
    )
    assert refused.value.hint == (
        "Install the version of XlsxWriter that lanzarote-data was tested with."
    )


def test_the_same_rows_give_the_same_bytes() -> None:
    rows = [SheetRows("One", [["a", "b"], [1.0]], 2)]
    content = made("One")
    assert fill(content, rows) == fill(content, rows)
    with zipfile.ZipFile(io.BytesIO(fill(content, rows))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    ("text", "units"), [("a" * (LONGEST + 1), 32_768), ("😀" * 16_384, 32_768)]
)
def test_a_text_that_no_cell_holds_is_refused_with_its_place(text: str, units: int) -> None:
    with pytest.raises(WorkbookError) as refused:
        fill(made("One"), [SheetRows("One", [["a"], [1.0, "b", text]], 2)])
    assert refused.value.message == (
        f"A text for One!B4 has {units} characters; a cell holds {LONGEST} at most."
    )
    assert refused.value.hint == "Divide the row, or shorten its text in the table."
    assert fill(made("One"), [SheetRows("One", [["a" * LONGEST]], 2)])
