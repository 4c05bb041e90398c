"""Which parts of a workbook the quick reader sees whole, told from their bytes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from lanzarote_data.workbook.extent import Extent
from lanzarote_data.workbook.plain_parts import (
    PlainSheet,
    are_plain_types,
    is_plain_styles,
    plain_sheet,
    plain_texts,
)

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET_ROOT = f'<worksheet xmlns="{MAIN}" xmlns:r="urn:r">'
TEXTS_ROOT = f'<sst xmlns="{MAIN}" count="2" uniqueCount="2">'
ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'
TEXT = "<si><t>a</t></si>"


def sheet(rows: str, root: str = SHEET_ROOT, head: str = HEAD, after: str = "") -> bytes:
    return f"{head}{root}<sheetData>{rows}</sheetData>{after}</worksheet>".encode()


def texts(items: str, root: str = TEXTS_ROOT, head: str = HEAD) -> bytes:
    return f"{head}{root}{items}</sst>".encode()


# Sheets.


@pytest.mark.parametrize(
    ("rows", "extent"),
    [
        ("", Extent()),
        (ROW, Extent(cells=1, last_row=1, last_column=1)),
        (
            '<row r="2" ht="20" customHeight="1"><c r="B2"/><c r="C2" s="3"/>'
            '<c r="D2" s="2" t="n"><v>-1.5E3</v></c><c r="AB2" t="s"><v>0</v></c></row>'
            '<row r="7"><c r="A7"></c></row>',
            Extent(cells=5, last_row=7, last_column=28),
        ),
        (
            '<row r="1"><c r="C1"/></row><row r="2"><c r="A2"/></row><row r="9999999"></row>',
            Extent(cells=2, last_row=2, last_column=3),
        ),
        ('<row r="5" ht="12.8"/>' + ROW, Extent(cells=1, last_row=1, last_column=1)),
        (ROW + '<row r="2"></row>', Extent(cells=1, last_row=1, last_column=1)),
        ('<row r="1"><c r="ZZ1"/></row>', Extent(cells=1, last_row=1, last_column=702)),
    ],
)
def test_a_sheet_of_texts_and_numbers_is_plain(rows: str, extent: Extent) -> None:
    assert plain_sheet(sheet(rows)) == PlainSheet(extent, sheet(""))


@pytest.mark.parametrize(
    "rows",
    [
        "x",
        " ",
        ROW + " ",
        " " + ROW,
        ROW + "<!-- x -->" + ROW.replace("1", "2"),
        "<row>" + ROW.removeprefix('<row r="1">'),
        ROW + ROW,
        ROW.replace("1", "2") + ROW,
        '<row r="9"></row>' + ROW,
        '<row r="1"></row>' + ROW,
        '<row r="1" />' + ROW + ROW,
        '<row r="12345678"></row>',
        '<row r="x"></row>',
        '<row r="1"><c r="A2"/></row>',
        '<row r="1"><c r="B1"/><c r="A1"/></row>',
        '<row r="1"><c r="A1"/><c r="A1"/></row>',
        '<row r="1"><c r="Z1"/><c r="AA1"/><c r="B1"/></row>',
        ROW + '<row r="2"><c r="B2"/><c r="A2"/></row>',
        '<row r="1"><c r="AAA1"/></row>',
        '<row r="1"><c r="a1"/></row>',
        "<row r='1'><c r='A1'/></row>",
        '<row r="1"><c><v>1</v></c></row>',
        '<row r="1"><c s="1" r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" cm="1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" s="-1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="b"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>x</v></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>',
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>&#49;</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c> </row>',
        '<row r="1"><x:c r="A1"><v>1</v></x:c></row>',
        '<row r="1"><c r="A1"><v>1</v></c>',
        '<row r="1"><c r="A1"><v>\x0b</v></c></row>',
        '<row r="1"><c r="A1"><v>\r</v></c></row>',
    ],
)
def test_a_sheet_with_anything_else_in_its_rows_is_not_plain(rows: str) -> None:
    assert plain_sheet(sheet(rows)) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<sheetData></sheetData>",
        f"{HEAD}{SHEET_ROOT}<sheetData/></worksheet>".encode(),
        f"{HEAD}{SHEET_ROOT}</sheetData><sheetData></worksheet>".encode(),
        sheet(ROW, after='<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>'),
        sheet(ROW) + b"\xff",
        sheet(ROW).replace(b"<v>1", b"<v>\xff"),
        sheet(ROW).decode().encode("utf-16"),
        texts(TEXT),
    ],
)
def test_what_is_no_sheet_or_more_than_rows_is_not_plain(content: bytes) -> None:
    assert plain_sheet(content) is None


def test_what_stands_around_the_rows_is_kept_for_the_parser() -> None:
    root, after = f"{SHEET_ROOT}<cols/>\n", '<legacyDrawing r:id="x"/>'
    found = plain_sheet(sheet(ROW, root, after=after))
    assert found
    assert found.around == sheet("", root, after=after)


def test_what_stands_around_the_rows_is_none_of_them() -> None:
    root, after = f'{SHEET_ROOT}<c r="B9"/>', '<c r="B9"/><row r="1"></row>'
    found = plain_sheet(sheet(ROW, root, after=after))
    assert found
    assert found.extent == Extent(cells=1, last_row=1, last_column=1)


def test_what_looks_like_rows_and_stands_after_them_is_not_plain() -> None:
    assert plain_sheet(sheet(ROW, after=f"<x><sheetData>{ROW}</sheetData></x>")) is None


# The form that sheets and texts share.

HEADS = [
    "",
    "\n",
    '<?xml version="1.0"?>',
    '<?xml version="1.0" encoding="utf-8"?>\n\t ',
    HEAD,
]
ODD_HEADS = [
    '<?xml version="1.1" encoding="UTF-8"?>',
    '<?xml version="1.0" x="<"?>',
    "<?xml version='1.0'?>",
    "x",
    "<!-- x -->",
    f"{HEAD}<!DOCTYPE worksheet>",
    f"{HEAD}<a/>",
    "\r\n",
]
ROOTS = ['<{0} xmlns="{1}">', '<{0}\n xmlns:x="urn:x" xmlns="{1}">', '<{0} xmlns="{1}" x="y">']
ODD_ROOTS = [
    "<{0}>",
    '<{0}s xmlns="{1}">',
    '<x:{0} xmlns:x="{1}">',
    '<{0} xmlns:x="{1}">',
    "<{0} xmlns='{1}'>",
    '<{0} xmlns="urn:other" x="{1}">',
    '<{0} xmlns="{1}" xmlns:x="{1}">',
    '<{0} xmlns="{1}"><x xmlns="urn:other"/>',
    '<{0} xmlns="{1}"><!-- x -->',
    '<{0} xmlns="{1}"><![CDATA[x]]>',
    '<{0} xmlns="{1}">\x07',
    '<{0} xmlns="{1}">\r\n',
]


def both(head: str, root: str) -> list[bytes]:
    """A sheet and texts that begin so."""
    return [
        sheet(ROW, root.format("worksheet", MAIN), head),
        texts(TEXT, root.format("sst", MAIN), head),
    ]


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("root", ROOTS)
def test_the_usual_forms_are_plain(head: str, root: str) -> None:
    one, other = both(head, root)
    assert plain_sheet(one)
    assert plain_texts(other)


@pytest.mark.parametrize(
    ("head", "root"),
    [*((head, ROOTS[0]) for head in ODD_HEADS), *((HEAD, root) for root in ODD_ROOTS)],
)
def test_other_forms_are_not_plain(head: str, root: str) -> None:
    one, other = both(head, root)
    assert plain_sheet(one) is None
    assert plain_texts(other) is None


# Texts.


@pytest.mark.parametrize(
    "items",
    [
        TEXT,
        TEXT * 3,
        '<si><t xml:space="preserve"> a\tb\n</t></si>',
        "<si><t/></si><si><t></t></si>",
        "<si><t>&lt;&#13;ü_x004_x</t></si>",
    ],
)
def test_texts_of_one_run_are_plain(items: str) -> None:
    assert plain_texts(texts(items)) == texts("")


@pytest.mark.parametrize(
    "items",
    [
        "",
        " ",
        f"x{TEXT}x",
        TEXT + " " + TEXT,
        TEXT + " ",
        "<si><r><t>a</t></r></si>",
        "<si><t>a</t><t>b</t></si>",
        "<si><t>a</t><rPh><t>b</t></rPh></si>",
        '<si><t x="y">a</t></si>',
        "<si><t>a",
        "<si><t>_x0041_</t></si>",
        "<si><t>_xaBcD_</t></si>",
        "<si><t>\x0b</t></si>",
        "<si><t>\r</t></si>",
    ],
)
def test_other_texts_are_not_plain(items: str) -> None:
    assert plain_texts(texts(items)) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        TEXT.encode(),
        texts(TEXT).replace(b"</sst>", b""),
        texts(TEXT) + b"</sst>",
        texts("").replace(b"</sst>", b"</sst>" + TEXT.encode()),
        texts(TEXT).replace(b">a<", b">\xff<"),
        sheet(ROW),
    ],
)
def test_what_is_not_texts_is_not_plain(content: bytes) -> None:
    assert plain_texts(content) is None


# Looks.


def styles(*used: int, **own: str) -> bytes:
    formats = "".join(f'<numFmt numFmtId="{n[1:]}" formatCode="{c}"/>' for n, c in own.items())
    looks = "".join(f'<xf numFmtId="{number}"/>' for number in used)
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><font numFmtId="14"/>'
        f"<cellXfs>{looks}</cellXfs></styleSheet>"
    ).encode()


@pytest.mark.parametrize(
    ("numbers", "are_plain"),
    [
        ([*range(14), *range(23, 27), *range(37, 45), 48, 49, *range(59, 164)], True),
        ([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59), 164, 200], False),
    ],
)
def test_formats_that_every_workbook_has(numbers: Sequence[int], are_plain: bool) -> None:
    assert [n for n in numbers if is_plain_styles(styles(n)) is not are_plain] == []


@pytest.mark.parametrize(
    "code",
    ["0.00", "General", "@", "&quot;day&quot;0", "\\d0", "[Red]0", "[$-409]0", "&quot;a&quot;"],
)
def test_formats_of_numbers_are_plain(code: str) -> None:
    assert is_plain_styles(styles(164, _164=code))


@pytest.mark.parametrize(
    "code",
    [
        *("yyyy", "DD.MM.", "hh:mm", "ss", "&quot;a&quot;d&quot;b&quot;", "[Red]d", "\\dd"),
        *("[h]", "[MM]", "[ss].00", "[$-409]d"),
    ],
)
def test_formats_of_dates_and_times_are_not_plain(code: str) -> None:
    assert not is_plain_styles(styles(164, _164=code))


def test_only_formats_that_are_used_count() -> None:
    assert is_plain_styles(styles(0, _164="yyyy"))
    assert is_plain_styles(styles(14, 165, _14="0", _165="0"))
    assert not is_plain_styles(styles(0, 14, 2))
    assert not is_plain_styles(styles(0, 165, _164="0"))


def test_a_look_without_a_format_is_general() -> None:
    assert is_plain_styles(styles(0).replace(b' numFmtId="0"', b""))
    own = f'<styleSheet xmlns="{MAIN}"><numFmt formatCode="d"/><xf numFmtId="0"/></styleSheet>'
    assert not is_plain_styles(own.encode())
    assert is_plain_styles(styles(164, _164="x").replace(b' formatCode="x"', b""))


# Types.

KINDS = {
    "/xl/workbook.xml": "sheet.main",
    "/xl/worksheets/sheet1.xml": "worksheet",
    "/xl/styles.xml": "styles",
    "/xl/sharedStrings.xml": "sharedStrings",
}
NAMES = ["[Content_Types].xml", *(name[1:] for name in KINDS), "xl/theme/theme1.xml"]


def types(kinds: dict[str, str], element: str = "Override") -> bytes:
    """The part that says of what types parts are."""
    parts = "".join(
        f'<{element} PartName="{name}" ContentType="application/vnd.'
        f'openxmlformats-officedocument.spreadsheetml.{kind}+xml"/>'
        for name, kind in kinds.items()
    )
    more = '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/a"/>'
    return f'<Types xmlns="{TYPES}">{more}{parts}</Types>'.encode()


def test_parts_in_their_places_are_plain() -> None:
    assert are_plain_types(types(KINDS), NAMES)
    theme = {"/xl/theme/theme1.xml": "theme", "/docProps/app.xml": "extended-properties"}
    assert are_plain_types(types(KINDS | theme), NAMES)


@pytest.mark.parametrize("name", KINDS)
def test_a_part_without_a_type_or_a_type_without_a_part_is_not_plain(name: str) -> None:
    assert not are_plain_types(types({n: k for n, k in KINDS.items() if n != name}), NAMES)
    assert not are_plain_types(types(KINDS), [n for n in NAMES if n != name[1:]])


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("kind", ["worksheet", "styles", "chartsheet", "dialogsheet", "main"])
def test_a_part_of_another_type_is_not_plain(name: str, kind: str) -> None:
    if KINDS[name] != kind:
        assert not are_plain_types(types(KINDS | {name: kind}), NAMES)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("/xl/worksheets/more/sheet2.xml", "worksheet"),
        ("/xl/worksheets/sheet2.bin", "worksheet"),
        ("/xl/chartsheets/sheet1.xml", "chartsheet"),
        ("/xl/dialogsheets/sheet1.xml", "dialogsheet"),
        ("/other/styles.xml", "styles"),
        ("/other/sharedStrings.xml", "sharedStrings"),
    ],
)
def test_a_part_in_another_place_is_not_plain(name: str, kind: str) -> None:
    assert not are_plain_types(types(KINDS | {name: kind}), [*NAMES, name[1:]])


def test_a_workbook_without_a_book_is_not_plain() -> None:
    kinds = {name: kind for name, kind in KINDS.items() if name != "/xl/workbook.xml"}
    assert not are_plain_types(types(kinds), [n for n in NAMES if n != "xl/workbook.xml"])


def test_types_that_are_not_those_of_parts_do_not_count() -> None:
    assert not are_plain_types(types(KINDS, "Default"), NAMES)


@pytest.mark.parametrize("name", ["xl/comments1.xml", "xl/threadedComments/threadedComment1.xml"])
def test_a_workbook_with_notes_is_not_plain(name: str) -> None:
    assert not are_plain_types(types(KINDS), [*NAMES, name])


def test_a_workbook_without_texts_is_plain() -> None:
    kinds = {name: kind for name, kind in KINDS.items() if name != "/xl/sharedStrings.xml"}
    assert are_plain_types(types(kinds), [n for n in NAMES if n != "xl/sharedStrings.xml"])
