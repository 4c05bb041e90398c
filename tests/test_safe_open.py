"""Files that are no workbooks, are damaged, or could do harm: refused with the true reason."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence

import pytest

from lanzarote_data.model.errors import WorkbookError
from lanzarote_data.store import zips
from lanzarote_data.workbook import parts as parts_module
from lanzarote_data.workbook import safe_open, sheet_cells
from lanzarote_data.workbook.cells import Area, Grid, place_of
from lanzarote_data.workbook.safe_open import read_sheets
from lanzarote_data.workbook.safe_open import refusal as refused_as
from tests.hostile.workbooks import OLD_FORMAT, Parts, doubled, packed, sound

NAME = "BEL.xlsx"
TYPES, BOOK, RELATIONS = "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
SHEET, TEXTS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
SHEET2 = "xl/worksheets/sheet2.xml"
FORMATS = "http://schemas.openxmlformats.org"
MAIN = f"{FORMATS}/spreadsheetml/2006/main"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
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
    other = '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    content = f"{formats}{other}<cellXfs>{looks}</cellXfs>"
    return f'<styleSheet xmlns="{MAIN}">{content}</styleSheet>'.encode()


def relations(*targets: str, more: str = "") -> bytes:
    kinds = {"styles.xml": "styles", "sharedStrings.xml": "sharedStrings"}
    found = (
        f'<Relationship Id="r{n}" Type="urn:x/{kinds.get(t, "worksheet")}" Target="{t}" {more}/>'
        for n, t in enumerate(targets, 1)
    )
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
    RELATIONS: relations("worksheets/sheet1.xml", "sharedStrings.xml", "styles.xml"),
    SHEET: sheet(cells("A1", "B2")),
    TEXTS: texts("<si><t>a</t></si>"),
    STYLES: styles(0),
}
TWO_SHEETS: Parts = {
    **PARTS,
    TYPES: types(KINDS | {SHEET2: "worksheet"}),
    BOOK: book("r1", "r2"),
    RELATIONS: relations("worksheets/sheet1.xml", "worksheets/sheet2.xml", "styles.xml"),
    SHEET2: sheet(cells("A1")),
}


def without(name: str) -> Parts:
    return {part: content for part, content in PARTS.items() if part != name}


def read(parts: Parts) -> list[Grid]:
    """The sheets of a workbook; it must not be refused, and none of them has a fault."""
    found, _ = read_sheets(packed(parts, zipfile.ZIP_STORED), NAME)
    assert not [grid.fault for grid in found if grid.fault]
    return found


def refusal(data: bytes | Parts) -> str:
    """The words of the refusal of a file, or of its first sheet that cannot be read."""
    with pytest.raises(WorkbookError) as refused:
        found, _ = read_sheets(packed(data) if isinstance(data, dict) else data, NAME)
        raise next(refused_as(NAME, grid.fault) for grid in found if grid.fault)
    assert refused.value.message.startswith(f"{NAME} ")
    assert refused.value.hint
    return refused.value.message


# Files of other kinds.


@pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.7", b"x" + sound(), {"a": b"x"}])
def test_a_file_of_another_kind_is_refused(data: bytes | Parts) -> None:
    assert "not an Excel workbook" in refusal(data)


STRICT_BOOK = PARTS[BOOK].replace(MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main")
OTHER_KINDS: list[tuple[str, bytes | Parts]] = [
    (".xls)", OLD_FORMAT + b"\0" * 600),
    ("password", OLD_FORMAT + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")),
    (".ods)", {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
    (".ods)", {**PARTS, "mimetype": b"application/vnd.oasis.opendocument.spreadsheet-template"}),
    (".xlsb)", {TYPES: b"<Types/>", "xl/workbook.bin": b"x"}),
    (".xlsb)", {**PARTS, "XL/Workbook.bin": b"x"}),
    ("Numbers", {"Index/Document.iwa": b"x"}),
    ("Strict Open XML", {**PARTS, BOOK: STRICT_BOOK}),
    ("text file, such as CSV", b"\xef\xbb\xbfId;Text\r\nR2;a"),
    ("web page", b"\xef\xbb\xbf<!DOCTYPE html>\n<html><table></table></html>"),
    ("XML Spreadsheet 2003", b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'),
    ("not an Excel workbook", {TYPES: b"<Types/>", "word/document.xml": b"<a/>"}),
]


@pytest.mark.parametrize(("word", "data"), OTHER_KINDS)
def test_each_kind_of_file_is_named(word: str, data: bytes | Parts) -> None:
    assert word in refusal(data)


def test_a_mark_of_another_kind_is_no_matter() -> None:
    assert read({**PARTS, "mimetype": b"application/zip"})


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
    assert read(PARTS)
    monkeypatch.setattr(zips, "MOST_PARTS", len(PARTS) - 1)
    assert "too many parts" in refusal(PARTS)


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed({**PARTS, "xl/media/image1.png": b"\0" * 30_000_000})
    monkeypatch.setattr("zipfile.ZipFile.open", None)
    assert "unpacks to" in refusal(bomb)


@pytest.mark.parametrize("part", PARTS)
def test_a_document_type_definition_is_refused(part: str) -> None:
    doctype = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    message = refusal({**PARTS, part: doctype + PARTS.get(part, b"<a/>")})
    assert f"document type definition in its part {part}" in message


@pytest.mark.parametrize("part", [SHEET, TEXTS, STYLES, BOOK, RELATIONS, TYPES])
@pytest.mark.parametrize("content", [b"", b"x", b"<", b"&<a></b><c/>", b"<x:a/>"])
def test_a_part_that_is_no_xml_is_refused(part: str, content: bytes) -> None:
    message = refusal({**PARTS, part: content})
    assert "damaged" in message and part in message


@pytest.mark.parametrize(
    "part", ["xl/media/image1.png", "xl/drawings/drawing1.xml", "xl/charts/chart1.xml", "a.rels"]
)
def test_a_part_without_cells_is_not_looked_into(part: str) -> None:
    assert read({**PARTS, part: b'<!DOCTYPE x [<!ENTITY a "aa">]><a><b>'})


def test_a_text_of_more_than_a_megabyte_is_refused() -> None:
    long = texts(f"<si><t>{'x' * (1 << 20)}</t></si>")
    assert "text" in refusal(packed({**PARTS, TEXTS: long}, zipfile.ZIP_STORED))
    assert read({**PARTS, TEXTS: texts(f"<si><t>{'x' * (1 << 18)}</t></si>")})


# Which sheets there are.


@pytest.mark.parametrize(
    "target",
    [
        "/xl/worksheets/sheet1.xml",
        "worksheets/sheet1.xml",
        "./worksheets/sheet1.xml",
        "../xl/./worksheets/sheet1.xml",
        "Worksheets/SHEET1.xml",
        "worksheets\\sheet1.xml",
    ],
)
@pytest.mark.parametrize("more", ["", 'TargetMode="Internal"'])
def test_a_sheet_may_be_named_in_many_ways(target: str, more: str) -> None:
    assert read({**PARTS, RELATIONS: relations(target, more=more)})[0].rows == [[1, ""], ["", 1]]


@pytest.mark.parametrize("change", [str.upper, str.title])
def test_the_case_of_the_names_of_parts_does_not_matter(change: Callable[[str], str]) -> None:
    renamed = {change(part): content for part, content in PARTS.items()}
    assert read(renamed) == read(PARTS)


def test_parts_may_lie_anywhere() -> None:
    root = relations("/a/b.xml").replace(b"worksheet", b"officeDocument")
    kinds = types({"a/b.xml": "sheet.main"})
    parts = {TYPES: kinds, "_rels/.rels": root, "a/b.xml": PARTS[BOOK], "c": PARTS[SHEET]}
    assert read({**parts, "a/_rels/b.xml.rels": relations("../c")}) == read(PARTS)


def test_a_workbook_without_texts_or_formats_is_read() -> None:
    for part in (TEXTS, STYLES):
        assert read(without(part)) == read(PARTS)


@pytest.mark.parametrize(
    ("target", "more"),
    [
        ("worksheets/none.xml", ""),
        ("worksheets/sheet1.xml", 'TargetMode="External"'),
        ("/worksheets/sheet1.xml", ""),
        ("../../../etc/passwd", ""),
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


@pytest.mark.parametrize("kind", ["worksheet", "sheet", "", "wordprocessingml.document.main"])
def test_a_book_that_is_said_to_be_something_else_is_refused(kind: str) -> None:
    for kinds in (types({BOOK: kind}), types({SHEET: "sheet.main"}), b"<Types/>"):
        assert "damaged" in refusal({**PARTS, TYPES: kinds})
    assert "damaged" in refusal(without(TYPES))


def test_a_book_may_be_one_by_its_ending() -> None:
    kind = f'<Types><Default Extension="XML" ContentType="{KIND}.sheet.main+xml"/>'
    assert read({**PARTS, TYPES: f"{kind}</Types>".encode()}) == read(PARTS)
    other = f'<Override PartName="/{BOOK}" ContentType="application/xml"/></Types>'
    assert "damaged" in refusal({**PARTS, TYPES: f"{kind}{other}".encode()})


def test_a_sheet_of_a_chart_has_no_cells() -> None:
    there = relations("chartsheets/sheet1.xml").replace(b"/worksheet", b"/chartsheet")
    assert read({**PARTS, RELATIONS: there, "xl/chartsheets/sheet1.xml": b"<a/>"}) == []


# How much there is, and how far it reaches.


def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_cells, "MOST_CELLS", 2)
    assert read(PARTS)
    monkeypatch.setattr(sheet_cells, "MOST_CELLS", 1)
    assert "more than 1 cells" in refusal(PARTS)


def test_cells_of_any_prefix_are_read() -> None:
    rows = "<x:row><x:c><x:v>7</x:v></x:c></x:row>"
    content = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'
    assert read({**PARTS, SHEET: content.encode()})[0].rows == [[7]]


def test_too_many_sheets_or_other_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts_module, "MOST_ELEMENTS", 1_000)
    for part in (BOOK, TYPES, RELATIONS):
        content = PARTS[part].replace(b"</", b"<a/>" * 999 + b"</")
        assert "1,000 elements" in refusal({**PARTS, part: content})
    monkeypatch.setattr(safe_open, "MOST_SHEETS", 1)
    assert "sheets" in refusal(TWO_SHEETS)


@pytest.mark.parametrize("rows", [*map(cells, ["ALM1", "C40004", "A120006"])])
def test_a_cell_far_outside_is_refused(rows: str) -> None:
    assert "far outside" in refusal({**PARTS, SHEET: sheet(rows)})


@pytest.mark.parametrize("place", ["ALM1", "C1048576", "XFD1048576"])
def test_a_cell_that_has_only_a_look_reaches_nowhere(place: str) -> None:
    rows = cells("A1", place).replace(f'<c r="{place}"><v>1</v>', f'<c r="{place}" s="1"><v></v>')
    assert read({**PARTS, SHEET: sheet(rows.replace('</row><row r="1">', ""))})[0].rows == [[1]]


def test_each_sheet_reaches_as_far_as_its_own_cells() -> None:
    assert read({**TWO_SHEETS, SHEET: sheet(cells("A1000")), SHEET2: sheet(cells("ZZ1"))})


@pytest.mark.parametrize("area", ["A1:ALM1", "A1:J12001"])
def test_merged_cells_far_outside_are_refused(area: str) -> None:
    merged = f'<mergeCells><mergeCell ref="{area}"/></mergeCells>'
    assert "far outside" in refusal({**PARTS, SHEET: sheet(cells("A1"), merged)})


@pytest.mark.parametrize("area", ["", "A", "1:2", "A0:B1", "A1:B2:C3", "XFE1"])
def test_a_range_that_is_none_is_refused(area: str) -> None:
    merged = f'<mergeCells><mergeCell ref="{area}"/></mergeCells>'
    assert "damaged" in refusal({**PARTS, SHEET: sheet(cells("A1"), merged)})


DAMAGED_ROWS = {
    "row": ['<row r="0"/>', '<row r="x"/>', '<row r="1048577"/>', '<row r="-1"/>', '<row r="1 "/>'],
    "twice": [
        f'<row r="1">{CELL}</row><row r="1"/>',
        f'<row r="1"/><row r="2"/><row r="1">{CELL}</row>',
        '<row><c r="A1"/></row><row r="1"/>',
        '<row r="1"><c r="A1"/><c r="A1"/></row>',
        '<row r="1"><c r="B1"/><c r="A1"/><c r="$B$1"/></row>',
        '<row r="1"><c/><c r="A1"/></row>',
    ],
    "cell": [
        '<row r="1"><c r="@1"/></row>',
        '<row r="1"><c r="A2"/></row>',
        *(
            f'<row r="1"><c r="A1" t="{kind}"><v>{text}</v></c></row>'
            for kind, found in {
                "s": ("-1", "1", "01x", "99999999999", "1.0", "x"),
                "n": ("x", "1e999", "1_000", "0x1", "nan", "1,5"),
                "b": ("2", "yes"),
                "d": ("x", "1900-02-29", "1899-12-31", "2023-02-30"),
                "z": ("x",),
            }.items()
            for text in found
        ),
    ],
}


@pytest.mark.parametrize(
    ("word", "rows"), [(word, rows) for word, found in DAMAGED_ROWS.items() for rows in found]
)
def test_a_damaged_sheet_gives_no_invented_value(word: str, rows: str) -> None:
    message = refusal({**PARTS, SHEET: sheet(rows)})
    assert "damaged" in message and word in message


def test_rows_and_cells_without_places_follow_each_other() -> None:
    one = "<c><v>1</v></c>"
    rows = f'<row><c r="B1"/>{one}</row><row r="3">{one}</row><row>{one}{one}</row>'
    assert read({**PARTS, SHEET: sheet(rows)})[0].rows == [
        ["", "", 1], ["", "", ""], [1, "", ""], [1, 1, ""],
    ]  # fmt: skip


def test_rows_and_cells_may_come_in_any_order() -> None:
    rows = f'<row r="2"><c r="B2"><v>2</v></c><c r="A2"/></row><row r="1">{CELL}</row>'
    assert read({**PARTS, SHEET: sheet(rows)})[0].rows == [[1, ""], ["", 2]]


@pytest.mark.parametrize(
    ("place", "found"), [("$B$2", (2, 2)), ("AA10", (27, 10)), ("XFD1048576", (16_384, 1_048_576))]
)
def test_the_place_of_a_cell(place: str, found: tuple[int, int]) -> None:
    assert place_of(place) == found


@pytest.mark.parametrize("place", ["", "A", "1", "A0", "A1048577", "AAAA1", "XFE1", "A1:B2", " A1"])
def test_what_is_no_place_of_a_cell(place: str) -> None:
    with pytest.raises(ValueError, match="a cell at"):
        place_of(place)


@pytest.mark.parametrize("area", ["B2:D3", "D3:B2", "B3:D2", "$D$2:$B$3", "b2:d3"])
def test_a_range_may_be_named_from_any_corner(area: str) -> None:
    assert Area.of(area) == (2, 2, 4, 3)
    assert (Area.of(area).size, str(Area.of(area))) == (6, "B2:D3")


# Formats of dates.


def shows_dates(*, number: int, **codes: str) -> bool:
    rows = '<row r="1"><c r="A1" s="0"><v>45071</v></c></row>'
    parts = {**PARTS, SHEET: sheet(rows), STYLES: styles(number, **codes)}
    return not isinstance(read(parts)[0].first, int)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([14, 15, 22, 27, 36, 45, 47, 50, 58], True),
        ([0, 1, 13, 23, 26, 37, 44, 48, 49, 59, 163], False),
    ],
)
def test_formats_that_every_workbook_has(numbers: Sequence[int], expected: bool) -> None:
    assert [n for n in numbers if shows_dates(number=n) is not expected] == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        *((code, False) for code in ("0.00", "General", "@", "&quot;day&quot;0", "\\d0", "[Red]0")),
        *((code, True) for code in ("yyyy", "DD.MM.", "hh:mm", "ss", "[Red]d", "\\dd", "[h]")),
        *((code, True) for code in ("&quot;a&quot;d&quot;b&quot;", "[ss].00", "[$-409]d")),
    ],
)
def test_formats_of_a_workbooks_own(code: str, expected: bool) -> None:
    assert shows_dates(number=164, _164=code) is expected
    assert not shows_dates(number=0, _164=code)
