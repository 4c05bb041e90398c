"""What is looked at of a workbook before a reader opens it, by small zips made by hand."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from lanzarote_data.release.archive import zip_bytes
from lanzarote_data.release.cells import MOST_MORE
from lanzarote_data.release.excel import write_excel
from lanzarote_data.release.excel_guard import ELEMENTS_A_CELL, ELEMENTS_FREELY, check_workbook
from tests.release_support import tables_of

NAME = "small-data.xlsx"
TYPES = "[Content_Types].xml"
SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TOO_MANY = "it has far more cells, looks or texts than the tables"
MERGED = "it has merged cells, which ours never has"
FAR_BELOW = "it has rows far below the others"
COMPRESSED = "its parts are compressed, which those of a release are not"
DOCUMENT_TYPE = "it has a document type definition, which ours never has"


def workbook(sheet: str = "<a/>", **parts: str) -> bytes:
    """A zip with a sheet, and other parts by their names."""
    named = {TYPES: "<Types/>", SHEET: sheet, **parts}
    return zip_bytes({path: text.encode() for path, text in named.items()})


def rows(*numbers: int | str) -> str:
    """A sheet with rows of these numbers."""
    lines = "".join(f'<row r="{number}"/>' for number in numbers)
    return f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>'


def refused(message: str, content: bytes, cells: int = 0) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        check_workbook(content, NAME, cells)


# The zip


def test_what_we_write_is_accepted() -> None:
    content = write_excel(tables_of())[NAME]
    check_workbook(content, NAME, 0)


@pytest.mark.parametrize("size", [0, 2, 100])
def test_what_is_no_zip_is_refused(size: int) -> None:
    message = f"{NAME}, byte 1: The zip is damaged: File is not a zip file. "
    refused(f"{message}It is intact up to byte 0 (at its beginning).", b"PK"[:size].ljust(size))


def test_a_part_that_was_changed_is_named() -> None:
    content = workbook().replace(b"<a/>", b"<b/>")
    reason = "The content of the entry, or its check sum in the zip, was changed."
    refused(f"{NAME}/{SHEET}: {reason}", content)


def test_of_several_parts_that_were_changed_the_first_is_named() -> None:
    content = workbook().replace(b"<a/>", b"<b/>").replace(b"<Types/>", b"<types/>")
    reason = "The content of the entry, or its check sum in the zip, was changed."
    refused(f"{NAME}/{TYPES}: {reason}", content)


def test_a_zip_of_something_else_is_refused() -> None:
    refused("it is a zip, but no workbook", zip_bytes({SHEET: b"<a/>"}))
    refused("it is a zip, but no workbook", zip_bytes({}))


@pytest.mark.parametrize("packed", [TYPES, SHEET])
def test_a_workbook_with_a_compressed_part_is_refused(packed: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in (TYPES, SHEET):
            how = zipfile.ZIP_DEFLATED if path == packed else zipfile.ZIP_STORED
            archive.writestr(path, "<a/>", how)
    refused(COMPRESSED, out.getvalue())


# The elements


@pytest.mark.parametrize("cells", [0, 7])
def test_the_elements_of_all_parts_together_are_limited_by_the_cells_of_the_tables(
    cells: int,
) -> None:
    most = ELEMENTS_FREELY + ELEMENTS_A_CELL * cells
    left = most - 4  # one of the types, two that hold the others, one of another part
    sheet, part = f"<a>{'<c/>' * (left - 9)}</a>", f"<a>{'<c/>' * 9}</a>"
    check_workbook(workbook(sheet, part=part, z="<z/>"), NAME, cells)
    refused(TOO_MANY, workbook(sheet, part=part, z="<z><z/></z>"), cells)
    refused(TOO_MANY, workbook(sheet.replace("<a>", "<a><c/>"), part=part, z="<z/>"), cells)


def test_merged_cells_are_refused_in_whatever_words_xml_has_for_them() -> None:
    refused(MERGED, workbook('<a><mergeCell ref="A1:B2"/></a>'))
    refused(MERGED, workbook(f'<a xmlns="{MAIN}"><mergeCell/></a>'))
    refused(MERGED, workbook(f'<x:a xmlns:x="{MAIN}"><x:mergeCell/></x:a>'))
    check_workbook(workbook("<a><mergeCells/>mergeCell</a>"), NAME, 0)


def test_rows_are_not_far_below_the_others() -> None:
    check_workbook(workbook(rows(1 + MOST_MORE)), NAME, 0)
    refused(FAR_BELOW, workbook(rows(2 + MOST_MORE)))
    check_workbook(workbook(rows(1, 2, 3 + MOST_MORE, 3)), NAME, 0)
    refused(FAR_BELOW, workbook(rows(1, 2, 4 + MOST_MORE)))
    refused(FAR_BELOW, workbook(f'<x:row xmlns:x="{MAIN}" r="{2 + MOST_MORE}"/>'))


def test_a_row_without_a_number_is_the_next_one() -> None:
    sheet = rows(1).replace("</sheetData>", f'<row/><row r="{3 + MOST_MORE}"/></sheetData>')
    check_workbook(workbook(sheet), NAME, 0)
    refused(FAR_BELOW, workbook(sheet.replace("<row/>", "<col/>")))


def test_what_is_no_row_may_have_any_number() -> None:
    check_workbook(workbook('<a><c r="XFD1048576"/><c r="9999999"/></a>'), NAME, 0)


@pytest.mark.parametrize("text", ["", "A1", "-1", "1.0", "1e6", " 1", "1_0", "\u0661", "\u00b2"])
def test_a_number_of_a_row_that_is_none_is_refused_in_words(text: str) -> None:
    refused(f"it has a row with a number that is none: {text}", workbook(rows(text)))


def test_a_number_of_a_row_has_as_many_digits_as_rows_have() -> None:
    refused(FAR_BELOW, workbook(rows("9999999")))
    for digits in ("10000000", "00000001", "9" * 5_000):
        refused(f"it has a row with a number that is none: {digits}", workbook(rows(digits)))


# XML


def test_a_document_type_is_refused_in_any_encoding() -> None:
    refused(DOCUMENT_TYPE, workbook("<!DOCTYPE a><a/>"))
    refused(DOCUMENT_TYPE, workbook("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"))
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'
    refused(DOCUMENT_TYPE, zip_bytes({TYPES: text.encode("utf-16")}))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no element found: line 1, column 0"),
        ("<a>", "no element found: line 1, column 3"),
        ("<a></b>", "mismatched tag: line 1, column 5"),
        ("<a/>\n<b/>", "junk after document element: line 2, column 0"),
        ("<a>&b;</a>", "undefined entity: line 1, column 3"),
        ("no XML", "syntax error: line 1, column 0"),
    ],
)
def test_a_part_that_is_no_xml_is_named(text: str, reason: str) -> None:
    refused(f"its part {SHEET} is damaged: {reason}", workbook(text))


def test_every_part_is_looked_at() -> None:
    for path in ("a", "z/z"):
        refused(MERGED, workbook(**{path: "<mergeCell/>"}))
