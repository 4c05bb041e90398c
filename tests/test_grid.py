"""What is read of a workbook is what openpyxl reads of it."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(SOUND)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                assert old in content, content[:2000]
                content = content.replace(old, new, 1)
            target.writestr(name, content)
    return out.getvalue()


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


@pytest.mark.parametrize("serial", [1, 59, 61, 0.5, 45071, 45071.75, 2_958_465])
@pytest.mark.parametrize("since_1904", [False, True])
def test_dates_read_alike(serial: float, since_1904: bool) -> None:
    def fill(book: Any) -> None:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904 if since_1904 else book.epoch
        cell = book.active["A1"]
        cell.value, cell.number_format = serial, "yyyy-mm-dd hh:mm"

    if since_1904 and serial == 2_958_465:
        return
    book, out = openpyxl.Workbook(), io.BytesIO()
    fill(book)
    book.save(out)
    check_alike(out.getvalue())


def test_an_extension_does_not_change_the_first_day_of_dates() -> None:
    """Excel writes a ``workbookPr`` of its own among the extensions of a workbook."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    cell = book.active["A1"]
    cell.value, cell.number_format = 45071, "yyyy-mm-dd"
    book.save(out)
    parts = parts_of(out.getvalue())
    more = b'<extLst><ext uri="x"><x:workbookPr xmlns:x="urn:x" a="1"/></ext></extLst></workbook>'
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"</workbook>", more)
    assert grids(packed(parts))[0].rows == [[datetime.datetime(2027, 5, 26)]]


@pytest.mark.parametrize("serial", [60, 60.5, -1, -0.5, 2_958_466, 1e12])
def test_what_excel_has_no_date_for_stays_a_number(serial: float) -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    cell = book.active["A1"]
    cell.value, cell.number_format = serial, "yyyy-mm-dd"
    book.save(out)
    assert grids(out.getvalue())[0].rows == [[serial]]


def test_a_far_row_without_a_cell_reaches_nowhere() -> None:
    """LibreOffice writes one where rows were deleted."""
    for row in (b'<row r="1048576" ht="12.8"></row>', b'<row r="1048576" ht="12.8"/>'):
        check_alike(changed(SHEET, b"</sheetData>", row + b"</sheetData>"))
