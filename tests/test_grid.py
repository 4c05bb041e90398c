"""The quick reader and the thorough one give the same, where the guard lets the quick one read."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lanzarote_data.model.errors import WorkbookError
from lanzarote_data.workbook import grid, read
from lanzarote_data.workbook.edits import read_edits
from lanzarote_data.workbook.layout import view_named, views
from lanzarote_data.workbook.write import workbook_bytes
from tests.grids import check_alike, is_plain
from tests.packages import DATA, copy_package, edited, own_tables, tiny_tables
from tests.unicode_texts import any_text
from tests.workbooks import make

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
def test_our_workbooks_are_plain_and_read_alike(tables: Any) -> None:
    for view in views(tables):
        data = workbook_bytes(tables, view)
        check_alike(data)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_what_is_plain_in_the_corpus_reads_alike(path: Path) -> None:
    data = path.read_bytes()
    if is_plain(data):
        check_alike(data)
    else:
        assert grid.read_grids(data, path.name, quickly=False)


@pytest.mark.slow
@given(st.lists(any_text(), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_any_text_reads_alike(texts: list[str]) -> None:
    tables = TINY
    for row, text in zip(TINY.rows("observations"), texts, strict=False):
        tables = edited(tables, "observations", row["observation_id"], topic=text)
    data = workbook_bytes(tables, view_named("BEL"))
    assert is_plain(data)
    if is_plain(data):
        check_alike(data)


FIRST = re.compile(rb'<c r="C2"[^>]*>.*?</c>')
CELL = FIRST.search(zipfile.ZipFile(io.BytesIO(SOUND)).read(SHEET))
assert CELL
SEEN_BY_ONE_ALONE = {
    "a formula": (SHEET, CELL[0], b'<c r="C2"><f>1+1</f><v>2</v></c>'),
    "an error value": (SHEET, CELL[0], b'<c r="C2" t="e"><v>#N/A</v></c>'),
    "a truth value": (SHEET, CELL[0], b'<c r="C2" t="b"><v>1</v></c>'),
    "a text of a formula": (SHEET, CELL[0], b'<c r="C2" t="str"><v>x</v></c>'),
    "a text in the cell": (SHEET, CELL[0], b'<c r="C2" t="inlineStr"><is><t>x</t></is></c>'),
    "a date": (SHEET, CELL[0], b'<c r="C2" t="d"><v>2023-05-25</v></c>'),
    "a cell without a place": (SHEET, CELL[0], b"<c><v>1</v></c>"),
    "a cell of another row": (SHEET, CELL[0], CELL[0].replace(b"C2", b"C9")),
    "a doubled cell": (SHEET, CELL[0], CELL[0] + b'<c r="C2" s="1"/>'),
    "cells out of order": (SHEET, CELL[0], CELL[0] + b'<c r="B2" t="s"><v>0</v></c>'),
    "a comment in the XML": (SHEET, CELL[0], CELL[0] + b"<!-- x -->"),
    "a cell of another namespace": (SHEET, CELL[0], b'<c xmlns="x" r="C2"><v>1</v></c>'),
    "merged cells": (
        SHEET,
        b"</sheetData>",
        b'</sheetData><mergeCells count="1"><mergeCell ref="C2:C3"/></mergeCells>',
    ),
    "runs of text": (TEXTS, b"<si><t>", b"<si><r><t>x</t></r></si><si><t>"),
    "two texts in one": (TEXTS, b"<si><t>", b"<si><t>x</t><t>"),
    "an escape": (TEXTS, b"<si><t>", b"<si><t>_x0041_"),
    "a style of dates": (
        "xl/styles.xml",
        b'<xf numFmtId="0"',
        b'<xf numFmtId="14"',
    ),
}


@pytest.mark.parametrize("name", SEEN_BY_ONE_ALONE)
def test_what_the_quick_reader_does_not_see_is_not_plain(name: str) -> None:
    assert not is_plain(changed(*SEEN_BY_ONE_ALONE[name]))


@pytest.mark.parametrize(
    "values",
    [b'<c r="C2"><v>45071</v></c>', b'<c r="C2"><v>1.5</v></c>', b'<c r="C2" t="n"><v>-3</v></c>'],
)
def test_numbers_read_alike(values: bytes) -> None:
    data = changed(SHEET, CELL[0] if CELL else b"", values)
    check_alike(data)


@pytest.mark.parametrize("reference", [b"a&#13;&#10;b", b"&#x1F600;", b"&amp;#13;", b"&lt;&gt;"])
def test_references_to_characters_read_alike(reference: bytes) -> None:
    data = changed(TEXTS, b"<si><t>", b"<si><t>" + reference)
    check_alike(data)


def test_a_far_row_without_a_cell_reaches_nowhere() -> None:
    """LibreOffice writes one where rows were deleted."""
    for row in (b'<row r="1048576" ht="12.8"></row>', b'<row r="1048576" ht="12.8"/>'):
        check_alike(changed(SHEET, b"</sheetData>", row + b"</sheetData>"))


def test_the_index_of_a_text_that_is_not_there_ends_in_a_sentence() -> None:
    data = changed(SHEET, CELL[0] if CELL else b"", b'<c r="C2" t="s"><v>99999</v></c>')
    with pytest.raises(WorkbookError, match="cannot be read as a workbook"):
        grid.read_grids(data, "BEL.xlsx", quickly=is_plain(data))


def test_the_edits_are_the_same_by_both_readers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(copy_package("tiny", tmp_path))
    quick = read_edits(path, TINY)
    thoroughly = grid.read_grids
    monkeypatch.setattr(read, "read_grids", lambda data, name, **_: thoroughly(data, name, False))
    thorough = read_edits(path, TINY)
    assert quick.theirs == thorough.theirs
    assert quick.problems == thorough.problems
