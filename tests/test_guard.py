"""Files that are no workbooks, are damaged, or mean harm: each is refused with its sentence."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from xml.etree import ElementTree

import pytest

from lanzarote_data.model.errors import WorkbookError
from lanzarote_data.store import zips
from lanzarote_data.workbook import safe_open as guard
from tests.hostile.workbooks import Parts, doubled, packed, sound

NAME = "BEL.xlsx"
TYPES, BOOK, RELATIONS = "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
SHEET, TEXTS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
FORMATS = "http://schemas.openxmlformats.org"
MAIN = f'xmlns="{FORMATS}/spreadsheetml/2006/main"'
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
OLD_FORMAT = bytes.fromhex("d0cf11e0a1b11ae1")
EXPORT_AGAIN = "Export the workbook anew and copy your edits into it."
NOT_EXCEL = ("is not an Excel workbook (.xlsx)", "Choose the workbook that was exported.")
MACROS = ("contains macros", "Save it as 'Excel Workbook (.xlsx)', without macros.")
LINKS = (
    "has links to other workbooks",
    "In Excel: Data, Edit Links, Break Link; then save it.",
)
TOO_LARGE = (
    "unpacks to more than 400 megabytes, or to far more than its size",
    f"No workbook of ours does. {EXPORT_AGAIN}",
)
ODD = "<!-- so that the sheet is not plain -->"
Words = tuple[str, str]


def damaged(why: str) -> Words:
    return (
        f"is damaged or was cut off on its way: {why}",
        f"Ask for the file again. {EXPORT_AGAIN}",
    )


def too_many(what: str) -> Words:
    return f"has more than {what}", f"No workbook of ours is so large. {EXPORT_AGAIN}"


def far(part: str = SHEET) -> Words:
    return (
        f"has cells, links or notes far outside its rows and columns ({part})",
        "Delete the columns to the right of the table and the rows below it, and save.",
    )


def has_doctype(part: str) -> Words:
    return (
        f"has a document type definition in its part {part}, as no spreadsheet program writes it",
        f"Do not use this file. {EXPORT_AGAIN}",
    )


def sheet(rows: str = "", after: str = "") -> bytes:
    return f"<worksheet {MAIN}><sheetData>{rows}</sheetData>{after}</worksheet>".encode()


def cells(*places: str) -> str:
    """Rows of one cell each."""
    rows = ((place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), place) for place in places)
    return "".join(f'<row r="{row}"><c r="{place}"><v>1</v></c></row>' for row, place in rows)


def relations(*targets: str, more: str = "") -> bytes:
    found = (
        f'<Relationship Id="r{number}" Target="{target}" {more}/>'
        for number, target in enumerate(targets, 1)
    )
    return f"<Relationships>{''.join(found)}</Relationships>".encode()


def types(**kinds: str) -> bytes:
    found = (
        f'<Override PartName="/xl/{part.replace("_", "/")}.xml" ContentType="{KIND}.{kind}+xml"/>'
        for part, kind in kinds.items()
    )
    space = f"{FORMATS}/package/2006/content-types"
    return f'<Types xmlns="{space}">{"".join(found)}</Types>'.encode()


def book(*ids: str) -> bytes:
    sheets = "".join(f'<sheet name="{row_id}" r:id="{row_id}"/>' for row_id in ids)
    return f'<workbook {MAIN} xmlns:r="urn:r"><sheets>{sheets}</sheets></workbook>'.encode()


PARTS: Parts = {
    TYPES: types(
        workbook="sheet.main",
        worksheets_sheet1="worksheet",
        sharedStrings="sharedStrings",
        styles="styles",
    ),
    BOOK: book("r1"),
    RELATIONS: relations("worksheets/sheet1.xml"),
    SHEET: sheet(cells("A1", "B2")),
    TEXTS: f"<sst {MAIN}><si><t>a</t></si></sst>".encode(),
    STYLES: f'<styleSheet {MAIN}><xf numFmtId="0"/></styleSheet>'.encode(),
}
SHEET2 = "xl/worksheets/sheet2.xml"
TWO_SHEETS: Parts = {
    **PARTS,
    TYPES: types(
        workbook="sheet.main",
        worksheets_sheet1="worksheet",
        worksheets_sheet2="worksheet",
        sharedStrings="sharedStrings",
        styles="styles",
    ),
    BOOK: book("r1", "r2"),
    RELATIONS: relations("worksheets/sheet1.xml", "worksheets/sheet2.xml"),
    SHEET2: sheet(cells("A1")),
}


def without(name: str) -> Parts:
    return {part: content for part, content in PARTS.items() if part != name}


def passes(parts: Parts) -> bool:
    """Whether a workbook is found plain; it must pass."""
    return guard.check(packed(parts, zipfile.ZIP_STORED), NAME).is_plain


def refused(data: bytes | Parts, words: Words) -> None:
    """See that a file is refused with just these words."""
    with pytest.raises(WorkbookError) as refusal:
        guard.check(packed(data) if isinstance(data, dict) else data, NAME)
    assert (refusal.value.message, refusal.value.hint) == (f"{NAME} {words[0]}.", words[1])


# What is no workbook.


@pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.7", b"x" + sound()])
def test_a_file_of_another_kind_is_refused(data: bytes) -> None:
    refused(data, NOT_EXCEL)


def test_an_old_workbook_is_refused() -> None:
    hint = "Open it in Excel and save it as 'Excel Workbook (.xlsx)'."
    refused(OLD_FORMAT + b"\0" * 600, ("is in the old Excel format (.xls)", hint))


def test_a_workbook_with_a_password_is_refused() -> None:
    data = OLD_FORMAT + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    hint = "Open it in Excel, remove the password (File, Info) and save it."
    refused(data, ("is protected by a password, so it cannot be read", hint))


def test_a_zip_of_other_things_is_refused() -> None:
    refused({"a": b"x"}, NOT_EXCEL)
    refused(without(BOOK), NOT_EXCEL)


def test_an_opendocument_file_is_refused() -> None:
    hint = "Open it in LibreOffice and save it as 'Excel 2007-365 (.xlsx)'."
    words = ("is an OpenDocument file (.ods)", hint)
    refused({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, words)
    refused({**PARTS, "mimetype": b"x" * 188 + b"opendocument"}, words)
    assert passes({**PARTS, "mimetype": b"x" * 189 + b"opendocument"})
    assert passes({**PARTS, "mimetype": b"application/zip"})


def test_a_zip_that_is_none_is_refused() -> None:
    refused(b"PK\x03\x04", damaged("File is not a zip file"))


def test_a_zip_with_damaged_parts_is_refused() -> None:
    data = packed(PARTS, zipfile.ZIP_STORED).replace(b"<v>1", b"<v>2")
    refused(data, damaged(f"Bad CRC-32 for file {SHEET!r}"))


def test_a_zip_with_a_part_twice_is_refused() -> None:
    refused(doubled(SHEET, SHEET.upper()), damaged("it has parts twice"))


def test_a_zip_of_far_too_many_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "MOST_PARTS", len(PARTS))
    assert passes(PARTS)
    monkeypatch.setattr(zips, "MOST_PARTS", len(PARTS) - 1)
    refused(PARTS, damaged("it has far too many parts"))


def test_a_zip_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bomb = packed({**PARTS, "xl/media/image1.png": b"\0" * 30_000_000})
    assert len(bomb) < 200_000
    monkeypatch.setattr("zipfile.ZipFile.open", None)
    refused(bomb, TOO_LARGE)


def test_what_unpacks_to_more_than_the_directory_told_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(zips, "is_bomb", lambda *_: False)
    size = sum(map(len, PARTS.values()))
    monkeypatch.setattr(zips, "LARGEST_UNPACKED", size)
    assert passes(PARTS)
    monkeypatch.setattr(zips, "LARGEST_UNPACKED", size - 1)
    refused(PARTS, ("unpacks to more than 0 megabytes, or to far more than its size", TOO_LARGE[1]))


# What runs, and what leads elsewhere.


@pytest.mark.parametrize(
    "part",
    [
        "xl/vbaProject.bin",
        "a/VBAPROJECT.BIN",
        "xl/macrosheets/sheet1.xml",
        "xl/MacroSheets/sheet1.bin",
    ],
)
def test_macros_are_refused(part: str) -> None:
    refused({**PARTS, part: b"<a/>"}, MACROS)


@pytest.mark.parametrize("part", ["xl/externalLinks/externalLink1.xml", "XL/EXTERNALLINKS/a.bin"])
def test_links_to_other_workbooks_are_refused(part: str) -> None:
    refused({**PARTS, part: b"<a/>"}, LINKS)


@pytest.mark.parametrize(
    "part", ["xl/vbaProject.xml", "macrosheets/a.xml", "xl/printerSettings/externallinks/a.bin"]
)
def test_other_parts_are_let_through(part: str) -> None:
    assert passes({**PARTS, part: b"<a/>"})


DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize("part", [*PARTS, "xl/worksheets/sheet2", "docProps/custom.xml"])
def test_a_document_type_definition_is_refused(part: str) -> None:
    refused({**PARTS, part: DOCTYPE + PARTS.get(part, b"<a/>")}, has_doctype(part))


def override(part: str, kind: str) -> Parts:
    """The workbook with one more type."""
    more = f'<Override PartName="{part}" ContentType="{kind}"/></Types>'.encode()
    return {**PARTS, TYPES: PARTS[TYPES].replace(b"</Types>", more)}


@pytest.mark.parametrize("kind", ["x.macroEnabled.main+xml", "X.MACROENABLED"])
def test_a_part_of_macros_by_its_type_is_refused(kind: str) -> None:
    refused(override("/a.xml", kind), MACROS)


@pytest.mark.parametrize("part", ["/a.xml", "/xl/worksheets/sheet1.xml", "", "/" + "a" * 200])
def test_a_book_elsewhere_is_refused(part: str) -> None:
    words = damaged(f"it calls its part {part[:80]!r} the book")
    refused(override(part, f"{KIND}.sheet.main+xml"), words)


def test_types_that_do_no_harm_pass() -> None:
    assert passes(override("/a.xml", "x.main+xml.x"))
    assert passes(override("/xl/Workbook.xml", "x.main+xml"))
    nameless = PARTS[TYPES].replace(b"</Types>", b"<Override/></Types>")
    assert passes({**PARTS, TYPES: nameless})
    kind = b'<a><Override PartName="/a" ContentType="x.macroEnabled.main+xml"/></a>'
    assert passes({**PARTS, "a.xml": kind})


def test_a_part_that_names_its_book_nowhere_is_no_book() -> None:
    kind = f'<Override ContentType="{KIND}.sheet.main+xml"/></Types>'.encode()
    types = PARTS[TYPES].replace(b"</Types>", kind)
    refused({**PARTS, TYPES: types}, damaged("it calls its part '' the book"))


# What is damaged.


@pytest.mark.parametrize("part", [SHEET, TEXTS, STYLES, BOOK, RELATIONS, "a.XML", "a.Rels"])
def test_a_part_that_is_no_xml_is_refused(part: str) -> None:
    whole = {**PARTS, SHEET: sheet(cells("A1") + ODD)}.get(part, b"<a></a>")
    cut = whole.rpartition(b"</")[0]
    with pytest.raises(ElementTree.ParseError) as reason:
        ElementTree.fromstring(cut)
    refused({**PARTS, part: cut}, damaged(str(reason.value)))
    refused({**PARTS, part: b"x"}, damaged("syntax error: line 1, column 0"))
    refused({**PARTS, part: b"<a></b><c/>"}, damaged("mismatched tag: line 1, column 5"))


@pytest.mark.parametrize("content", [b"", b"x", b"<a>", b"<a></b>", b"\0" * 3_000_000])
def test_a_part_that_does_not_call_itself_xml_need_not_be(content: bytes) -> None:
    assert passes({**PARTS, "xl/media/image1.png": content})


MEGABYTE = 1 << 20


def test_a_text_of_more_than_a_megabyte_is_refused() -> None:
    long = b"<a>" + b"x" * (2 * MEGABYTE) + b"</a>"
    words = damaged("its part xl/a.xml has a text of more than a megabyte")
    refused(packed({**PARTS, "xl/a.xml": long}, zipfile.ZIP_STORED), words)
    assert passes({**PARTS, "xl/a.xml": b"<a>" + b"x" * MEGABYTE + b"</a>"})
    assert passes({**PARTS, "xl/a.xml": b"<a>" + b"x" * (MEGABYTE - 7) + b"</a>" + b" " * 9})
    assert passes({**PARTS, "xl/a.bin": b"x" + long})


# How much there is.


@pytest.mark.parametrize("more", ["", ODD])
def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch, more: str) -> None:
    parts = {**TWO_SHEETS, SHEET2: sheet(cells("A1", "A2") + more)}
    monkeypatch.setattr(guard, "MOST_CELLS", 4)
    assert passes(parts) is (more == "")
    monkeypatch.setattr(guard, "MOST_CELLS", 3)
    refused(parts, too_many("3 cells"))
    refused({**parts, SHEET: sheet(cells("A1", "A2") + ODD)}, too_many("3 cells"))


def test_cells_of_any_prefix_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "<x:row><x:c/><x:c/></x:row>"
    space = MAIN.replace("xmlns", "xmlns:x")
    content = f"<x:worksheet {space}><x:sheetData>{rows}</x:sheetData></x:worksheet>".encode()
    monkeypatch.setattr(guard, "MOST_CELLS", 1)
    refused({**PARTS, SHEET: content}, too_many("1 cells"))


def elements(parts: Parts) -> int:
    """The number of elements in the parts but the sheets and their texts."""
    others = (content for name, content in parts.items() if name not in (SHEET, TEXTS))
    return sum(len(list(ElementTree.fromstring(content).iter())) for content in others)


def test_too_many_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = {**PARTS, TEXTS: PARTS[TEXTS].replace(b"</sst>", b"<si/>" * 9 + b"</sst>")}
    monkeypatch.setattr(guard, "MOST_ELEMENTS", elements(parts))
    assert not passes(parts)
    monkeypatch.setattr(guard, "MOST_ELEMENTS", elements(parts) - 1)
    most = f"{elements(parts) - 1} looks, names and relations"
    refused(parts, too_many(most))
    refused({**parts, "a.bin": b"<a/>"}, too_many(most))


def test_large_numbers_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MOST_ELEMENTS", 1_000)
    refused(
        {**PARTS, "a.xml": b"<a>" + b"<a/>" * 999 + b"</a>"},
        too_many("1,000 looks, names and relations"),
    )


def test_too_many_sheets_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MOST_SHEETS", 2)
    assert passes(TWO_SHEETS)
    monkeypatch.setattr(guard, "MOST_SHEETS", 1)
    refused(TWO_SHEETS, too_many("1 sheets"))


# How far it reaches.


@pytest.mark.parametrize("more", ["", ODD])
@pytest.mark.parametrize("place", ["ALM1", "C40004", "A120006"])
def test_a_cell_far_outside_is_refused(place: str, more: str) -> None:
    refused({**PARTS, SHEET: sheet(cells(place) + more)}, far())


@pytest.mark.parametrize("more", ["", ODD])
def test_each_sheet_reaches_as_far_as_its_own_cells(more: str) -> None:
    long, wide = sheet(cells("A1000") + more), sheet(cells("ZZ1") + more)
    assert passes({**TWO_SHEETS, SHEET: long, SHEET2: wide}) is (more == "")


def test_cells_and_rows_without_places_are_counted_on() -> None:
    assert not passes({**PARTS, SHEET: sheet("<row><c/><c/></row><row><c/></row>")})
    refused({**PARTS, SHEET: sheet('<row r="120006"><c/></row>')}, far())
    refused({**PARTS, SHEET: sheet('<row r="120005"/><row><c/></row>')}, far())
    refused({**PARTS, SHEET: sheet("<row>" + "<c/>" * 1001 + "</row>")}, far())


@pytest.mark.parametrize("tag", ["mergeCell", "hyperlink", "x:mergeCell", "x:hyperlink"])
def test_what_covers_cells_far_outside_is_refused(tag: str) -> None:
    def covering(places: str) -> Parts:
        root = sheet(cells("A1"), f'<{tag} ref="{places}"/>')
        return {**PARTS, SHEET: root.replace(b"<worksheet", b'<worksheet xmlns:x="urn:x"')}

    refused(covering("A1:ALM1"), far())
    assert passes(covering("A1:B2")) is (tag != "mergeCell")
    refused(
        {**PARTS, SHEET: sheet("", f"<{tag}/>".replace("x:", ""))}, damaged("it has a cell at ''")
    )


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ('<row r="0"/>', "row '0'"),
        ('<row r="x"/>', "row 'x'"),
        ('<row r="1"><c r="@1"/></row>', "a cell at '@1'"),
    ],
)
def test_what_is_no_place_is_refused(rows: str, what: str) -> None:
    refused({**PARTS, SHEET: sheet(rows + ODD)}, damaged(f"it has {what}"))


def noted(*places: str) -> Parts:
    notes = "".join(f'<comment ref="{place}"/>' for place in places)
    return {**PARTS, "xl/comments1.xml": f"<comments>{notes}</comments>".encode()}


def test_notes_far_outside_are_refused() -> None:
    assert not passes(noted("A1", "J12001"))
    refused(noted("J12002"), far("its notes"))
    refused({**PARTS, "xl/comments1.xml": b"<comment/>"}, damaged("a cell at ''"))


# Which sheets there are.


@pytest.mark.parametrize("target", ["/xl/worksheets/sheet1.xml", "worksheets/sheet1.xml"])
@pytest.mark.parametrize("more", ["", 'TargetMode="Internal"'])
def test_a_sheet_may_be_named_from_the_root_or_from_the_book(target: str, more: str) -> None:
    assert passes({**PARTS, RELATIONS: relations(target, more=more)})


@pytest.mark.parametrize(
    ("target", "more", "shown"),
    [
        ("worksheets/none.xml", "", "xl/worksheets/none.xml"),
        ("worksheets/sheet1.xml", 'TargetMode="External"', ""),
        ("/worksheets/sheet1.xml", "", "worksheets/sheet1.xml"),
        ("sharedStrings.xml", "", "xl/sharedStrings.xml"),
        ("a" * 200, "", f"xl/{'a' * 77}"),
    ],
)
def test_a_sheet_that_lies_elsewhere_is_refused(target: str, more: str, shown: str) -> None:
    words = damaged(f"one of its sheets does not lie in it: {shown!r}")
    refused({**PARTS, RELATIONS: relations(target, more=more)}, words)


def test_a_sheet_without_a_relation_is_refused() -> None:
    words = damaged("one of its sheets does not lie in it: ''")
    refused({**PARTS, BOOK: book("r1", "r2")}, words)
    prefixed = book("r2").replace(b"<sheet ", b"<x:sheet ").replace(b"xmlns=", b"xmlns:x=")
    refused({**PARTS, BOOK: prefixed}, words)
    nameless = PARTS[RELATIONS].replace(b'Id="r1"', b"")
    refused({**PARTS, BOOK: book(""), RELATIONS: nameless}, words)
    refused({**PARTS, RELATIONS: b"<Relationships><Relationship/></Relationships>"}, words)
    nowhere = b'<Relationships><Relationship Id="r1"/></Relationships>'
    refused({**PARTS, RELATIONS: nowhere}, damaged("one of its sheets does not lie in it: 'xl/'"))


def test_the_relations_of_other_parts_are_not_those_of_the_book() -> None:
    other = relations("../media/image1.png")
    assert passes({**PARTS, "xl/worksheets/_rels/sheet1.xml.rels": other})


def test_a_sheet_of_a_chart_passes() -> None:
    target = {RELATIONS: relations("chartsheets/sheet1.xml"), "xl/chartsheets/sheet1.xml": b"<a/>"}
    assert passes({**PARTS, **target})


def test_two_sheets_in_one_part_are_refused() -> None:
    again = relations("worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml")
    refused({**TWO_SHEETS, RELATIONS: again}, damaged("two of its sheets are one"))


# What the quick reader sees whole.


def test_a_sound_workbook_is_plain() -> None:
    assert passes(PARTS)
    large = sheet(cells(*(f"A{row}" for row in range(1, 30_001))))
    assert len(large) > MEGABYTE
    assert passes({**PARTS, SHEET: large})
    assert guard.check(sound(), NAME).is_plain


DATES = f'<styleSheet {MAIN}><xf numFmtId="14"/></styleSheet>'.encode()
LESS_PLAIN: Sequence[Parts] = [
    without(TYPES),
    without(STYLES),
    {**PARTS, STYLES: DATES},
    override("/xl/worksheets/sheet2.xml", f"{KIND}.worksheet+xml"),
    {**PARTS, SHEET: sheet(cells("A1") + ODD)},
    {**PARTS, TEXTS: PARTS[TEXTS].replace(b"<si>", b"<si><t>b</t>")},
    {**without(SHEET), SHEET.upper(): PARTS[SHEET], RELATIONS: relations(f"/{SHEET.upper()}")},
    {**without(BOOK), "xl/Workbook.xml": PARTS[BOOK]},
    {**without(TEXTS), TEXTS.upper(): PARTS[TEXTS]},
]


@pytest.mark.parametrize("parts", LESS_PLAIN)
def test_a_workbook_with_more_than_the_quick_reader_sees_is_not_plain(parts: Parts) -> None:
    assert not passes(parts)
