"""Sheets that a person added never block an import; other kinds of files are named everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from lanzarote_data.cli import main
from lanzarote_data.model.package import Package
from lanzarote_data.workbook.imports import import_workbooks
from tests.hostile.workbooks import BOOK, BOOK_RELS, OLD_FORMAT, STYLES, packed, parts_of, sound

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OWN = "xl/worksheets/own.xml"
VALUE = "<c><v>1</v></c>"


def with_own(content: str, title: str = "My counts", **parts: bytes) -> bytes:
    """The sound workbook with a sheet of a person's own, and other parts beside it."""
    found = parts_of(sound())
    sheet = f'<sheet name="{title}" sheetId="99" r:id="own"/></sheets>'.encode()
    relation = f'<Relationship Id="own" Type="{KIND}/worksheet" Target="worksheets/own.xml"/>'
    found[BOOK] = found[BOOK].replace(b"</sheets>", sheet)
    end = b"</Relationships>"
    found[BOOK_RELS] = found[BOOK_RELS].replace(end, relation.encode() + end)
    found[OWN] = content.encode()
    more = {f"{name.replace('__', '/')}.xml": part for name, part in parts.items()}
    return packed({**found, **more})


def sheet(rows: str = "", after: str = "") -> str:
    return f'<worksheet xmlns="{SPACE}"><sheetData>{rows}</sheetData>{after}</worksheet>'


BAD = b"<a><b></a>"
SHEETS = {
    "a grouped pivot table": with_own(
        sheet(),
        xl__pivotCache__pivotCacheDefinition1=b"<x><discretePr/></x>",
        xl__pivotTables__pivotTable1=BAD,
    ),
    "a broken chart": with_own(sheet(after="<drawing/>"), xl__charts__chart1=BAD),
    "no XML": with_own("<worksheet"),
    "nothing": with_own(""),
    "a definition": with_own('<!DOCTYPE x [<!ENTITY a "b">]><x/>'),
    "no sheet": with_own("<a/>"),
    "a far cell": with_own(sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
    "a cell twice": with_own(sheet('<row r="1"><c r="A1"/><c r="A1"/></row>')),
    "a text that is not there": with_own(sheet('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>')),
    "a wrong number": with_own(sheet('<row r="1"><c r="A1"><v>x</v></c></row>')),
    "a cell of no kind": with_own(sheet('<row r="1"><c r="A1" t="q"><v>x</v></c></row>')),
    "merged cells of everything": with_own(sheet(after='<mergeCell ref="A1:XFD1048576"/>')),
    "a wrong range": with_own(sheet(after='<mergeCell ref="R1C1"/>')),
    "formulas": with_own(sheet('<row r="1"><c r="A1"><f t="shared" si="7"/></c></row>')),
    "a table": with_own(sheet(f"<row>{VALUE}</row>", "<tableParts/>"), xl__tables__table1=BAD),
}


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_of_a_persons_own_blocks_no_import(name: str, package: Package) -> None:
    path = package.folder / "BEL.xlsx"
    path.write_bytes(SHEETS[name])
    outcome = import_workbooks(package, [path], dry_run=True)
    assert not outcome.refused
    assert [(p.code, p.location.source) for p in outcome.problems] == [("added-sheet", "My counts")]


def test_looks_that_are_broken_do_not_matter(package: Package) -> None:
    parts = parts_of(sound())
    parts[STYLES] = parts[STYLES].replace(
        b"<fonts", b'<fonts x="y"><font><sz val="x"/></font><fonts'
    )
    parts[STYLES] = parts[STYLES].replace(b"</fonts>", b"</fonts></fonts>")
    path = package.folder / "BEL.xlsx"
    path.write_bytes(packed(parts))
    assert not import_workbooks(package, [path], dry_run=True).problems


KINDS = {
    "a.xls": (OLD_FORMAT + b"\0" * 600, ".xls"),
    "a.xlsb": (packed({"xl/workbook.bin": b"x"}), ".xlsb"),
    "a.ods": (packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), ".ods"),
    "a.xlsm": (packed({**parts_of(sound()), "xl/vbaProject.bin": b"x"}), ".xlsm"),
    "a.numbers": (packed({"Index/Document.iwa": b"x"}), "Numbers"),
    "a.xlsx": (
        packed(
            {
                **parts_of(sound()),
                BOOK: parts_of(sound())[BOOK].replace(
                    SPACE.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main"
                ),
            }
        ),
        "Strict Open XML",
    ),
}


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("renamed", [False, True])
@pytest.mark.parametrize("command", [["import", "--dry-run"], ["validate"], ["diff", "."]])
def test_each_kind_of_spreadsheet_is_named_in_every_command(
    name: str,
    renamed: bool,
    command: list[str],
    package: Package,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(package.folder)
    content, word = KINDS[name]
    given = "renamed.xlsx" if renamed else name
    Path(given).write_bytes(content)
    assert main([*command, given]) == 2
    said = capsys.readouterr().err
    assert word in said.partition("\n")[0].replace(given, "")


@pytest.mark.parametrize("name", KINDS)
def test_a_spreadsheet_is_no_factsheet(
    name: str, package: Package, capsys: pytest.CaptureFixture[str]
) -> None:
    path = package.folder / name
    path.write_bytes(KINDS[name][0])
    assert main(["ingest", str(path), "--package", str(package.folder)]) == 2
    assert "spreadsheet" in capsys.readouterr().err


@pytest.mark.parametrize("others", [[], ["~$FIN.xlsx", "~$BEL.xlsx"]])
def test_what_excel_keeps_beside_an_open_workbook_is_passed_over(
    others: list[str], package: Package, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("~$BEL.xlsx", *others):
        (package.folder / name).write_bytes(b"\x05owner" + b" " * 100)
    (package.folder / "BEL.xlsx").write_bytes(sound())
    names = ["~$BEL.xlsx", *others, "BEL.xlsx"]
    paths = [str(package.folder / name) for name in names]
    assert main(["import", *paths, "--package", str(package.folder)]) == 0
    assert capsys.readouterr().err.count("passed over") == 1 + len(others)
