"""What is read of a workbook is what openpyxl reads of it, whichever program wrote it."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
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
from lanzarote_data.workbook.layout import view_named, views
from lanzarote_data.workbook.write import workbook_bytes
from tests.grids import check_alike, grids
from tests.hostile.workbooks import packed, parts_of
from tests.packages import DATA, edited, own_tables, tiny_tables
from tests.unicode_texts import any_text

TINY = tiny_tables()
SOUND = workbook_bytes(TINY, view_named("BEL"))
SHEET, TEXTS = "xl/worksheets/sheet3.xml", "xl/sharedStrings.xml"
CORPUS = sorted((DATA / "corpus" / "workbook").glob("*.xlsx"))


def changed(part: str, old: bytes, new: bytes) -> bytes:
    """The sound workbook with bytes of one part replaced once."""
    parts = parts_of(SOUND)
    assert old in parts[part]
    return packed(parts | {part: parts[part].replace(old, new, 1)})


def saved(fill: Callable[[Any], object], since_1904: bool = False) -> bytes:
    """A workbook of one sheet, filled by openpyxl."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904 if since_1904 else book.epoch
    fill(book.active)
    book.save(out)
    return out.getvalue()


def with_cells(number_format: str = "", since_1904: bool = False, **cells: object) -> bytes:
    """A workbook of one sheet with some cells."""

    def fill(sheet: Any) -> None:
        for place, value in cells.items():
            sheet[place].value = value
            sheet[place].number_format = number_format or sheet[place].number_format

    return saved(fill, since_1904)


def only(data: bytes) -> Grid:
    (found,) = grids(data)
    return found


@pytest.mark.parametrize("tables", [TINY, own_tables()], ids=["tiny", "our own"])
def test_our_workbooks_read_alike(tables: Any) -> None:
    for view in views(tables):
        check_alike(workbook_bytes(tables, view))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_the_corpus_reads_alike(path: Path) -> None:
    check_alike(path.read_bytes())


@pytest.mark.slow
@given(st.lists(any_text(), min_size=1, max_size=4))
@settings(max_examples=30, deadline=None)
def test_any_text_reads_alike(texts: list[str]) -> None:
    tables = TINY
    for row, text in zip(TINY.rows("observations"), texts, strict=False):
        tables = edited(tables, "observations", row["observation_id"], topic=text)
    check_alike(workbook_bytes(tables, view_named("BEL")))


FIRST = re.compile(rb'<c r="C2"[^>]*>.*?</c>')
CELL = FIRST.search(zipfile.ZipFile(io.BytesIO(SOUND)).read(SHEET))
assert CELL
STRINGS = {
    "runs of text": b"<si><r><t>x</t></r><r><rPr><b/></rPr><t> y</t></r></si><si><t>",
    "a run of plain text": (
        b'<si><r><rPr><sz val="9"/><color theme="1"/></rPr><t>x</t></r></si><si><t>'
    ),
    "how it is read aloud": b"<si><t>x</t><rPh sb='0' eb='1'><t>y</t></rPh></si><si><t>",
    "references": b"<si><t>a&#13;&#10;b &#x1F600; &amp;#13; &lt;&gt;",
    "edges": b'<si><t xml:space="preserve"> x </t></si><si><t>',
}
CELLS = {
    "a formula": b'<c r="C2"><f>1+1</f><v>2</v></c>',
    "a formula of an array": b'<c r="C2"><f t="array" ref="C2:C3">A1:A2</f><v>2</v></c>',
    "a shared formula": b'<c r="C2"><f t="shared" si="0" ref="C2:C3">$A$1</f><v>2</v></c>',
    "an error value": b'<c r="C2" t="e"><v>#N/A</v></c>',
    "a truth value": b'<c r="C2" t="b"><v>1</v></c>',
    "a text of a formula": b'<c r="C2" t="str"><v>x</v></c>',
    "a text in the cell": b'<c r="C2" t="inlineStr"><is><t>x</t></is></c>',
    "runs in the cell": b'<c r="C2" t="inlineStr"><is><r><rPr><i/></rPr><t>x</t></r></is></c>',
    "a date": b'<c r="C2" t="d"><v>2023-05-25T12:30:00</v></c>',
    "no text in the cell": b'<c r="C2" t="inlineStr"/>',
    "a comment in the XML": CELL[0] + b"<!-- x -->",
    "a cell of another namespace": b'<c xmlns="x" r="C2"><v>1</v></c>',
    "CDATA": b'<c r="C2" t="str"><v><![CDATA[<1>]]></v></c>',
    "whole numbers": b'<c r="C2"><v>45071</v></c>',
    "numbers": b'<c r="C2" t="n"><v>-3.25E2</v></c>',
}


@pytest.mark.parametrize("name", STRINGS)
def test_texts_read_alike(name: str) -> None:
    check_alike(changed(TEXTS, b"<si><t>", STRINGS[name]))


@pytest.mark.parametrize("name", CELLS)
def test_cells_read_alike(name: str) -> None:
    assert CELL
    check_alike(changed(SHEET, CELL[0], CELLS[name]))


@pytest.mark.parametrize("area", [b"C2:C3", b"A1:B2", b"B3", b"D3:C2", b"$A$90:$B$91"])
def test_merged_cells_read_alike(area: bytes) -> None:
    merged = b'</sheetData><mergeCells><mergeCell ref="%s"/></mergeCells>' % area
    if area in (b"D3:C2", b"$A$90:$B$91"):  # openpyxl cannot read these
        assert grids(changed(SHEET, b"</sheetData>", merged))[2].merged in (
            ("C2:D3",),
            ("A90:B91",),
        )
    else:
        check_alike(changed(SHEET, b"</sheetData>", merged))


DAY = "yyyy-mm-dd hh:mm"


@pytest.mark.parametrize("serial", [1, 59, 61, 0.5, 45071, 45071.75, 2_957_003])
@pytest.mark.parametrize("since_1904", [False, True])
def test_dates_read_alike(serial: float, since_1904: bool) -> None:
    check_alike(with_cells(DAY, since_1904, A1=serial))


def test_the_last_day_reads_alike() -> None:
    check_alike(with_cells(DAY, A1=2_958_465))


def test_an_extension_does_not_change_the_first_day_of_dates() -> None:
    """Excel writes a ``workbookPr`` of its own among the extensions of a workbook."""
    parts = parts_of(with_cells(DAY, since_1904=True, A1=45071))
    more = b'<extLst><ext uri="x"><x:workbookPr xmlns:x="urn:x" a="1"/></ext></extLst></workbook>'
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"</workbook>", more)
    assert only(packed(parts)).rows == [[datetime.datetime(2027, 5, 26)]]


@pytest.mark.parametrize("serial", [60, 60.5, -1, -0.5, 2_958_466, 1e12])
def test_what_excel_has_no_date_for_stays_a_number(serial: float) -> None:
    assert only(with_cells(DAY, A1=serial)).rows == [[serial]]


def test_a_far_row_without_a_cell_reaches_nowhere() -> None:
    """LibreOffice writes one where rows were deleted."""
    for row in (b'<row r="1048576" ht="12.8"></row>', b'<row r="1048576" ht="12.8"/>'):
        check_alike(changed(SHEET, b"</sheetData>", row + b"</sheetData>"))


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
        *((value, value) for value in ("A text. ", 7, 7.5, True, datetime.time(12, 30))),
        (datetime.datetime(2026, 1, 31, 12, 30), datetime.datetime(2026, 1, 31, 12, 30)),
        ("=1+1", Formula("=1+1")),
        ("=TRUE()", Formula("=TRUE()")),
        (ArrayFormula("A1:B2", "=D1:E2"), Formula("=D1:E2")),
        (DataTableFormula("A1:A3", r1="D1"), Formula("=TABLE()")),
        ("#N/A", ErrorValue("#N/A")),
        ("#REF!", ErrorValue("#REF!")),
    ],
)
def test_a_cell_is_read_as_what_stands_in_it(value: object, expected: Value) -> None:
    (row,) = only(with_cells(A1=value, C1="x")).rows
    assert row == [expected, "", "x"]
    assert [*map(type, row)] == [type(expected), str, str]


PLAIN_FONTS: list[dict[str, object]] = [
    {}, {"rFont": "Arial", "sz": 9}, {"color": Color(theme=1)},
]  # fmt: skip
LOOKS: list[dict[str, object]] = [
    {"color": Color(theme=2)}, {"color": Color(theme=0)}, {"color": "FFFF0000"}, {"b": True},
    {"i": True}, {"u": "single"}, {"vertAlign": "superscript"},
]  # fmt: skip


@pytest.mark.parametrize("font", [*PLAIN_FONTS, *LOOKS], ids=str)
def test_words_stand_out_that_have_more_of_a_look_than_a_font(font: dict[str, object]) -> None:
    rich = CellRichText("Words ", TextBlock(InlineFont(**font), "of a look"), " and more")
    (row,) = only(with_cells(A1=rich)).rows
    assert row == [RichText("Words of a look and more", font in LOOKS)]


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
    assert only(with_cells(B2="x")) == Grid("Sheet", [["", ""], ["", "x"]], (), False)
