"""Files that are no workbooks, are damaged, or could do harm: refused before a reader opens them.

And which workbooks are plain, so that the quick reader may read them.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence

import pytest

from lanzarote_data.model.errors import WorkbookError
from lanzarote_data.store import zips
from lanzarote_data.workbook import safe_open, scan
from lanzarote_data.workbook.safe_open import check_workbook
from lanzarote_data.workbook.scan import Extent, place_of
from tests.hostile.workbooks import OLD_FORMAT, Parts, doubled, packed, sound

NAME = "BEL.xlsx"
TYPES, BOOK, RELATIONS = "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
SHEET, TEXTS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
SHEET2, NOTES = "xl/worksheets/sheet2.xml", "xl/comments1.xml"
FORMATS = "http://schemas.openxmlformats.org"
MAIN = f"{FORMATS}/spreadsheetml/2006/main"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
ODD = "<!-- so that the sheet is not plain -->"
CELL = '<c r="A1"><v>1</v></c>'


def sheet(rows: str = "", after: str = "", head: str = "", more: str = "") -> bytes:
    root = f'<worksheet xmlns="{MAIN}"{more}>'
    return f"{head}{root}<sheetData>{rows}</sheetData>{after}</worksheet>".encode()


def texts(items: str) -> bytes:
    return f'<sst xmlns="{MAIN}">{items}</sst>'.encode()


def cells(*places: str) -> str:
    """Rows of one cell each."""
    rows = ((place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), place) for place in places)
    return "".join(f'<row r="{row}"><c r="{place}"><v>1</v></c></row>' for row, place in rows)


def styles(*used: int, **own: str) -> bytes:
    formats = "".join(f'<numFmt numFmtId="{n[1:]}" formatCode="{c}"/>' for n, c in own.items())
    looks = "".join(f'<xf numFmtId="{number}"/>' for number in used)
    return f'<styleSheet xmlns="{MAIN}"><font numFmtId="14"/>{formats}{looks}</styleSheet>'.encode()


def relations(*targets: str, more: str = "") -> bytes:
    found = (f'<Relationship Id="r{n}" Target="{t}" {more}/>' for n, t in enumerate(targets, 1))
    return f"<Relationships>{''.join(found)}</Relationships>".encode()


def types(kinds: dict[str, str]) -> bytes:
    found = (
        f'<Override PartName="/{part}" ContentType="{KIND}.{kind}+xml"/>'
        for part, kind in kinds.items()
    )
    space = f"{FORMATS}/package/2006/content-types"
    return f'<Types xmlns="{space}">{"".join(found)}</Types>'.encode()


def book(*ids: str) -> bytes:
    sheets = "".join(f'<sheet name="{row_id}" r:id="{row_id}"/>' for row_id in ids)
    return f'<workbook xmlns="{MAIN}" xmlns:r="urn:r"><sheets>{sheets}</sheets></workbook>'.encode()


KINDS = {BOOK: "sheet.main", SHEET: "worksheet", TEXTS: "sharedStrings", STYLES: "styles"}
PARTS: Parts = {
    TYPES: types(KINDS),
    BOOK: book("r1"),
    RELATIONS: relations("worksheets/sheet1.xml"),
    SHEET: sheet(cells("A1", "B2")),
    TEXTS: texts("<si><t>a</t></si>"),
    STYLES: styles(0),
}
TWO_SHEETS: Parts = {
    **PARTS,
    TYPES: types(KINDS | {SHEET2: "worksheet"}),
    BOOK: book("r1", "r2"),
    RELATIONS: relations("worksheets/sheet1.xml", "worksheets/sheet2.xml"),
    SHEET2: sheet(cells("A1")),
}


def without(name: str) -> Parts:
    return {part: content for part, content in PARTS.items() if part != name}


def is_plain(parts: Parts) -> bool:
    """Whether a workbook is plain; it must not be refused."""
    return check_workbook(packed(parts, zipfile.ZIP_STORED), NAME)


def refusal(data: bytes | Parts) -> str:
    """The words of the refusal of a file, without its name."""
    with pytest.raises(WorkbookError) as refused:
        check_workbook(packed(data) if isinstance(data, dict) else data, NAME)
    assert refused.value.message.startswith(f"{NAME} ")
    assert refused.value.hint
    return refused.value.message


# Files of other kinds.


@pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.7", b"x" + sound(), {"a": b"x"}])
def test_a_file_of_another_kind_is_refused(data: bytes | Parts) -> None:
    assert "not an Excel workbook" in refusal(data)


def test_each_kind_of_file_is_named() -> None:
    password = OLD_FORMAT + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    assert ".xls)" in refusal(OLD_FORMAT + b"\0" * 600)
    assert "password" in refusal(password)
    ods = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}
    assert ".ods" in refusal(ods)
    assert ".ods" in refusal({**PARTS, **ods})
    assert is_plain({**PARTS, "mimetype": b"application/zip"})


@pytest.mark.parametrize(
    ("part", "word"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("a/VBAPROJECT.BIN", "macros"),
        ("xl/MacroSheets/sheet1.bin", "macros"),
        ("xl/externalLinks/externalLink1.xml", "links"),
        ("XL/EXTERNALLINKS/a.bin", "links"),
    ],
)
def test_what_runs_or_leads_elsewhere_is_refused(part: str, word: str) -> None:
    assert word in refusal({**PARTS, part: b"<a/>"})


@pytest.mark.parametrize("kind", ["x.macroEnabled.main+xml", "X.MACROENABLED"])
def test_macros_by_the_type_of_a_part_are_refused(kind: str) -> None:
    override = f'<Override PartName="/a.xml" ContentType="{kind}"/></Types>'.encode()
    assert "macros" in refusal({**PARTS, TYPES: PARTS[TYPES].replace(b"</Types>", override)})


# Damaged files.


def test_a_zip_that_is_damaged_is_refused() -> None:
    flipped = packed(PARTS, zipfile.ZIP_STORED).replace(b"<v>1", b"<v>2")
    for data in (b"PK\x03\x04", flipped, doubled(SHEET, SHEET.upper())):
        assert "damaged" in refusal(data)


def test_a_zip_of_far_too_many_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "MOST_PARTS", len(PARTS))
    assert is_plain(PARTS)
    monkeypatch.setattr(zips, "MOST_PARTS", len(PARTS) - 1)
    assert "too many parts" in refusal(PARTS)


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed({**PARTS, "xl/media/image1.png": b"\0" * 30_000_000})
    monkeypatch.setattr("zipfile.ZipFile.open", None)
    assert "unpacks to" in refusal(bomb)


@pytest.mark.parametrize("part", [*PARTS, "xl/worksheets/sheet2", "docProps/custom.xml"])
def test_a_document_type_definition_is_refused(part: str) -> None:
    doctype = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    message = refusal({**PARTS, part: doctype + PARTS.get(part, b"<a/>")})
    assert f"document type definition in its part {part}" in message


@pytest.mark.parametrize("part", [SHEET, TEXTS, STYLES, BOOK, RELATIONS, "a.XML", "a.Rels"])
@pytest.mark.parametrize("content", [b"", b"x", b"<a>", b"<a></b><c/>"])
def test_a_part_that_is_no_xml_is_refused(part: str, content: bytes) -> None:
    assert "damaged" in refusal({**PARTS, part: content})
    assert is_plain({**PARTS, "xl/media/image1.png": content})


def test_a_text_of_more_than_a_megabyte_is_refused() -> None:
    long = b"<a>" + b"x" * (1 << 20) + b"</a>"
    assert "text" in refusal(packed({**PARTS, "xl/a.xml": long}, zipfile.ZIP_STORED))
    assert is_plain({**PARTS, "xl/a.xml": b"<a>" + b"x" * (1 << 19) + b"</a>"})
    assert is_plain({**PARTS, "xl/a.bin": b"x" + long})


# Which sheets there are.


@pytest.mark.parametrize("target", ["/xl/worksheets/sheet1.xml", "worksheets/sheet1.xml"])
@pytest.mark.parametrize("more", ["", 'TargetMode="Internal"'])
def test_a_sheet_may_be_named_from_the_root_or_from_the_book(target: str, more: str) -> None:
    assert is_plain({**PARTS, RELATIONS: relations(target, more=more)})


@pytest.mark.parametrize(
    ("target", "more"),
    [
        ("worksheets/none.xml", ""),
        ("worksheets/sheet1.xml", 'TargetMode="External"'),
        ("/worksheets/sheet1.xml", ""),
        ("sharedStrings.xml", ""),
    ],
)
def test_a_sheet_that_lies_elsewhere_is_refused(target: str, more: str) -> None:
    assert "damaged" in refusal({**PARTS, RELATIONS: relations(target, more=more)})


def test_sheets_without_a_part_or_with_the_same_are_refused() -> None:
    again = relations("worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml")
    prefixed = book("r2").replace(b"<sheet ", b"<x:sheet ").replace(b"xmlns=", b"xmlns:x=")
    for parts in (
        {**PARTS, BOOK: book("r1", "r2")},
        {**PARTS, BOOK: prefixed},
        {**PARTS, RELATIONS: b"<Relationships><Relationship/></Relationships>"},
        {**TWO_SHEETS, RELATIONS: again},
    ):
        assert "damaged" in refusal(parts)


@pytest.mark.parametrize("part", ["/a.xml", "/xl/worksheets/sheet1.xml", ""])
def test_a_book_elsewhere_is_refused(part: str) -> None:
    override = f'<Override PartName="{part}" ContentType="{KIND}.sheet.main+xml"/></Types>'
    parts = {**PARTS, TYPES: PARTS[TYPES].replace(b"</Types>", override.encode())}
    assert "damaged" in refusal(parts)


def test_a_sheet_of_a_chart_passes() -> None:
    chart = {RELATIONS: relations("chartsheets/sheet1.xml"), "xl/chartsheets/sheet1.xml": b"<a/>"}
    assert is_plain({**PARTS, **chart})


# How much there is, and how far it reaches.


@pytest.mark.parametrize("more", ["", ODD])
def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch, more: str) -> None:
    parts = {**TWO_SHEETS, SHEET2: sheet(cells("A1", "A2") + more)}
    monkeypatch.setattr(scan, "MOST_CELLS", 4)
    assert is_plain(parts) is (more == "")
    monkeypatch.setattr(scan, "MOST_CELLS", 3)
    assert "more than 3 cells" in refusal(parts)


def test_cells_of_any_prefix_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "<x:row><x:c/><x:c/></x:row>"
    content = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'
    monkeypatch.setattr(scan, "MOST_CELLS", 1)
    assert "cells" in refusal({**PARTS, SHEET: content.encode()})


def test_too_many_sheets_or_other_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_open, "MOST_SHEETS", 1)
    assert "sheets" in refusal(TWO_SHEETS)
    monkeypatch.setattr(safe_open, "MOST_ELEMENTS", 1_000)
    for part in ("a.xml", "a.bin"):
        assert "1,000 looks" in refusal({**PARTS, part: b"<a>" + b"<a/>" * 999 + b"</a>"})


@pytest.mark.parametrize("more", ["", ODD])
@pytest.mark.parametrize(
    "rows", [*map(cells, ["ALM1", "C40004", "A120006"]), '<row r="120006"><c/></row>']
)
def test_a_cell_far_outside_is_refused(rows: str, more: str) -> None:
    assert "far outside" in refusal({**PARTS, SHEET: sheet(rows + more)})


def test_each_sheet_reaches_as_far_as_its_own_cells() -> None:
    assert is_plain({**TWO_SHEETS, SHEET: sheet(cells("A1000")), SHEET2: sheet(cells("ZZ1"))})


@pytest.mark.parametrize("tag", ["mergeCell", "hyperlink"])
def test_what_covers_cells_far_outside_is_refused(tag: str) -> None:
    def covering(area: str) -> Parts:
        return {**PARTS, SHEET: sheet(cells("A1"), f'<{tag} ref="{area}"/>')}

    assert "far outside" in refusal(covering("A1:ALM1"))
    assert "damaged" in refusal(covering(""))
    assert is_plain(covering("A1:B2")) is (tag == "hyperlink")


def test_notes_far_outside_are_refused() -> None:
    def noted(place: str) -> Parts:
        return {**PARTS, NOTES: f'<comments><comment ref="{place}"/></comments>'.encode()}

    assert not is_plain(noted("J12001"))
    assert "far outside" in refusal(noted("J12002"))


@pytest.mark.parametrize("rows", ['<row r="0"/>', '<row r="x"/>', '<row r="1"><c r="@1"/></row>'])
def test_what_is_no_place_is_refused(rows: str) -> None:
    assert "damaged" in refusal({**PARTS, SHEET: sheet(rows)})


def test_rows_and_cells_without_places_follow_each_other() -> None:
    there = Extent()
    for place in ("B2", "", "", "A3", ""):
        there.next_cell(place)
    there.next_row("7")
    there.next_cell("")
    there.next_row("")
    assert there == Extent(row=8, column=0, cells=6, last_row=7, last_column=4)
    there.next_row("1048576")
    for number in ("", "0", "-1", "1048577", "9" * 40, "1_0", " 7"):
        with pytest.raises(ValueError, match="row"):
            there.next_row(number)


@pytest.mark.parametrize(
    ("place", "found"), [("$B$2", (2, 2)), ("AA10", (27, 10)), ("XFD1048576", (16_384, 1_048_576))]
)
def test_the_place_of_a_cell(place: str, found: tuple[int, int]) -> None:
    assert place_of(place) == found


@pytest.mark.parametrize("place", ["", "A", "1", "A0", "A1048577", "AAAA1", "a1", "A1:B2", " A1"])
def test_what_is_no_place_of_a_cell(place: str) -> None:
    with pytest.raises(ValueError, match="a cell at"):
        place_of(place)


@pytest.mark.parametrize("area", ["B2:D3", "D3:B2", "B3:D2", "D2:B3"])
def test_a_range_claims_its_cells(area: str) -> None:
    there = Extent()
    there.claim(area)
    assert there == Extent(last_row=3, last_column=4, claimed=6)


@pytest.mark.parametrize(
    ("there", "is_far"),
    [
        (Extent(cells=1, last_row=120, last_column=1_000), False),
        (Extent(cells=1, last_row=1, last_column=1_001), True),
        (Extent(cells=0, last_row=120_000, last_column=1), False),
        (Extent(cells=1, last_row=120_006, last_column=1), True),
        (Extent(cells=1_000_000, last_row=1_048_576, last_column=4), False),
        (Extent(cells=2, claimed=120_010), False),
        (Extent(cells=2, claimed=120_011), True),
    ],
)
def test_cells_that_reach_far_beyond_the_others_are_far(there: Extent, is_far: bool) -> None:
    assert there.is_far is is_far


# What the quick reader sees in whole.

PLAIN_ROWS = [
    "",
    '<row r="7" spans="1:1" ht="12.8"/>',
    '<row r="1048576"></row>',
    f'<row r="1">{CELL}<c r="AA1" s="12" t="s"><v>0</v></c><c r="AB1"/></row>',
    '<row r="1"><c r="A1" t="n"><v></v></c></row>\n<row r="3"><c r="A3"/></row>',
]
ODD_ROWS = [
    "<row/>",
    f'<row r="2"/><row r="1">{CELL}</row>',
    f'<row r="1">{CELL}</row><row r="1"/>',
    '<row r="1"><c r="A2"/></row>',
    '<row r="1"><c r="B1"/><c r="A1"/></row>',
    '<row r="1"><c r="A1"/><c r="A1"/></row>',
    '<row r="1"><c r="AAA1"/></row>',
    '<row r="1"><c r="$A$1"/></row>',
    '<row r="1"><c r="A01"/></row>',
    '<row r="1"><c><v>1</v></c></row>',
    '<row r="1"><c r="A1" cm="1"><v>1</v></c></row>',
    '<row r="1"><c r="A1" s="-1"><v>1</v></c></row>',
    '<row r="1"><c r="A1" t="b"><v>1</v></c></row>',
    '<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>',
    '<row r="1"><c r="A1" t="str"><v>x</v></c></row>',
    '<row r="1"><c r="A1" t="d"><v>2023-05-25</v></c></row>',
    '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>',
    '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>',
    '<row r="1"><c r="A1"><v>1</v><v>1</v></c></row>',
    f'<row r="1">{CELL}<row r="2"/></row>',
    f'<row r="1"><x:c xmlns:x="urn:x" r="A1"/>{CELL}</row>',
    '<row r="1"><c xmlns="urn:x" r="A1"/></row>',
    f'<row r="1">{CELL}{ODD}</row>',
    f'<row r="1">{CELL}<?x?></row>',
    '<row r="1"><c r="A1"><v><![CDATA[1]]></v></c></row>',
]
AFTER = '<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>'
ODD_SHEETS = [
    sheet(cells("A1"), AFTER),
    sheet(cells("A1"), f"<sheetData>{cells('A2')}</sheetData>"),
    sheet(cells("A1"), "<x><row r='2'/></x>"),
    sheet(cells("A1"), head='<?xml version="1.0" encoding="iso-8859-1"?>'),
    sheet(cells("A1"), more=f' xmlns:x="{MAIN}"'),
    sheet(cells("A1")).decode().encode("utf-16"),
    sheet(cells("A1")).replace(MAIN.encode(), b"urn:x"),
    b"<worksheet><sheetData/></worksheet>",
]
ODD_TEXTS = [
    "<si><r><t>a</t></r></si>",
    "<si><t>a</t><t>b</t></si>",
    "<si><t>a</t><rPh><t>b</t></rPh></si>",
    '<si><t x="y">a</t></si>',
    "<t>a</t>",
    "<si><t>_x0041_</t></si>",
    "<si><t>a_xaB&#99;D_</t></si>",
    f"<si><t>{'a' * 32_768}</t></si>",
    f"<si><t>{'a' * 65_533}_x0041_</t></si>",
]


@pytest.mark.parametrize("rows", PLAIN_ROWS)
@pytest.mark.parametrize("head", ["", '<?xml version="1.0" encoding="utf-8"?>\r\n'])
def test_rows_of_texts_and_numbers_are_plain(rows: str, head: str) -> None:
    assert is_plain({**PARTS, SHEET: sheet(rows, "<legacyDrawing/>", head)})


@pytest.mark.parametrize("content", [*map(sheet, ODD_ROWS), *ODD_SHEETS])
def test_a_sheet_with_anything_else_is_not_plain(content: bytes) -> None:
    assert not is_plain({**PARTS, SHEET: content})


@pytest.mark.parametrize(
    "items", ["", "<si><t/></si>", '<si><t xml:space="preserve"> &lt;&#13;\n\u00fc_x004_x</t></si>']
)
def test_texts_of_one_run_are_plain(items: str) -> None:
    assert is_plain({**PARTS, TEXTS: texts(items)})


@pytest.mark.parametrize("items", ODD_TEXTS)
def test_other_texts_are_not_plain(items: str) -> None:
    assert not is_plain({**PARTS, TEXTS: texts(items)})


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([*range(14), *range(23, 27), *range(37, 45), 48, 49, *range(59, 164)], True),
        ([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59), 164, 200], False),
    ],
)
def test_formats_that_every_workbook_has(numbers: Sequence[int], expected: bool) -> None:
    assert [n for n in numbers if is_plain({**PARTS, STYLES: styles(n)}) is not expected] == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        *((code, True) for code in ("0.00", "General", "@", "&quot;day&quot;0", "\\d0", "[Red]0")),
        *((code, False) for code in ("yyyy", "DD.MM.", "hh:mm", "ss", "[Red]d", "\\dd", "[h]")),
        *((code, False) for code in ("&quot;a&quot;d&quot;b&quot;", "[ss].00", "[$-409]d")),
    ],
)
def test_formats_of_dates_and_times_are_not_plain(code: str, expected: bool) -> None:
    assert is_plain({**PARTS, STYLES: styles(164, _164=code)}) is expected
    assert is_plain({**PARTS, STYLES: styles(0, _164=code)})


LESS_PLAIN: Sequence[Parts] = [
    without(TYPES),
    without(STYLES),
    without(TEXTS),
    {**PARTS, TYPES: types(KINDS | {SHEET2: "worksheet"})},
    {**PARTS, TYPES: types(KINDS | {SHEET: "styles"})},
    {**PARTS, TYPES: types(KINDS | {"other/styles.xml": "styles"}), "other/styles.xml": styles(0)},
    {**without(SHEET), SHEET.upper(): PARTS[SHEET], RELATIONS: relations(f"/{SHEET.upper()}")},
    {**without(BOOK), "xl/Workbook.xml": PARTS[BOOK]},
    {**without(TEXTS), TEXTS.upper(): PARTS[TEXTS]},
    {**PARTS, "xl/threadedComments/threadedComment1.xml": b"<a/>"},
]


@pytest.mark.parametrize("parts", LESS_PLAIN)
def test_a_workbook_with_parts_that_the_quick_reader_does_not_see_is_not_plain(
    parts: Parts,
) -> None:
    assert not is_plain(parts)
