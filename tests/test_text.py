"""Every text that the data model allows goes round unchanged; what it does not is refused.

Each test takes every code point of Unicode, packed many to a text, and texts that programs are
known to take for something else; some take any text besides.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import unicodedata
import zipfile
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import given

from lanzarote_data.cli import main
from lanzarote_data.formats.registry import FORMATS, Format
from lanzarote_data.formats.text_files import write_excel_csv
from lanzarote_data.ingest.ingest import ingest
from lanzarote_data.ingest.notation import clean, in_one_line
from lanzarote_data.ingest.text import read_text
from lanzarote_data.ingest.word import read_word
from lanzarote_data.model.errors import StorageError, WorkbookError
from lanzarote_data.model.package import Package
from lanzarote_data.model.problems import has_errors
from lanzarote_data.model.tables import Tables
from lanzarote_data.model.types import canonical_text, text_fault
from lanzarote_data.render.factsheet import rendered
from lanzarote_data.site.build import Settings, site_files
from lanzarote_data.store.lock import locked
from lanzarote_data.store.tables import read_tables, write_tables
from lanzarote_data.text.document import document_of
from lanzarote_data.text.items import Items
from lanzarote_data.text.markup import to_html
from lanzarote_data.text.spreadsheets import LONGEST_CELL, csv_text, text_of_csv, units
from lanzarote_data.validate.package import validate_package, validate_tables
from lanzarote_data.workbook.exports import check_round_trip
from lanzarote_data.workbook.layout import view_named
from lanzarote_data.workbook.write import workbook_bytes
from tests.factsheets import BELGIUM
from tests.factsheets import empty as reference_tables
from tests.packages import copy_package, edited, tiny_tables, with_row
from tests.raw_workbook import raw_cells, texts_of
from tests.site_examples import whole
from tests.unicode_texts import (
    AWKWARD,
    FORMULAS,
    LIGATURES,
    MARKDOWN,
    all_texts,
    allowed_codes,
    any_text,
    fewer_texts,
    is_taken,
    packed,
    refused_codes,
    with_documents,
    with_observations,
)
from tests.workbooks import Edit, column, edit, make, put, review, tables_bytes, take

pytestmark = pytest.mark.slow

SHEET_JS = Path(__file__).parents[1] / "lanzarote_data" / "site" / "assets" / "sheet.js"
ALL = view_named("ALL")


@pytest.fixture(scope="module")
def full() -> Tables:
    """Tables with every text."""
    return with_documents(tiny_tables(), all_texts())


def written(package: Package, tables: Tables) -> Package:
    with locked(package):
        write_tables(package, tables)
    return package


# What is allowed, and what is not


def test_every_code_point_is_allowed_or_refused_as_the_data_model_says() -> None:
    assert len(allowed_codes()) + len(refused_codes()) == 0x110000
    assert [c for c in allowed_codes() if text_fault(f".{chr(c)}.")] == []
    assert [c for c in refused_codes() if not text_fault(f".{chr(c)}.")] == []


def test_nothing_that_is_allowed_is_changed() -> None:
    assert [c for c in allowed_codes() if canonical_text(f".{chr(c)}.") != f".{chr(c)}."] == []
    assert [text for text in AWKWARD if canonical_text(text) != text or text_fault(text)] == []


def test_at_the_edges_white_space_is_trimmed_and_nothing_else() -> None:
    changed = {c for c in allowed_codes() if canonical_text(f"{chr(c)}.{chr(c)}") == "."}
    assert changed == {c for c in allowed_codes() if chr(c).isspace()}
    assert {c for c in allowed_codes() if text_fault(f".{chr(c)}")} == changed
    lost = {c for c in refused_codes() if not text_fault(canonical_text(f"{chr(c)}."))}
    composed = {c for c in lost if unicodedata.normalize("NFC", chr(c)) != chr(c)}
    assert lost - composed == {*b"\t\v\f\r", 0x85}


def test_validation_places_every_character_that_is_not_allowed(package: Package) -> None:
    codes = [code for code in refused_codes() if not 0xD800 <= code <= 0xDFFF]
    texts = [f".{chr(code)}." for code in codes]
    documents = with_documents(read_tables(package).tables, texts)["documents"]
    with package.table_path(documents.resource).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, documents.resource.field_names, quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(documents.rows)
    found = [
        p
        for p in validate_package(package.folder / "datapackage.json")
        if p.code != "not-canonical"
    ]
    places = {(p.location.resource, p.location.key, p.location.field) for p in found}
    fields = ("title", "publisher")
    assert places == {("documents", f"T-{n}", f) for n, _ in enumerate(codes, 1) for f in fields}
    assert {p.code for p in found} == {"text-not-canonical"}
    assert all(re.fullmatch(r"documents\.csv:[0-9]+", p.location.source) for p in found)


def test_surrogates_are_no_utf8_and_are_refused(package: Package) -> None:
    path = package.table_path(package.resource("documents"))
    good = path.read_bytes()
    for code in (0xD800, 0xDBFF, 0xDC00, 0xDFFF):
        path.write_bytes(good.replace(b"synthetic", chr(code).encode("utf-8", "surrogatepass")))
        with pytest.raises(StorageError, match="is not UTF-8 text"):
            read_tables(package)


# Tables and workbooks


def test_every_text_goes_round_through_the_tables(package: Package, full: Tables) -> None:
    reading = read_tables(written(package, full))
    assert reading.problems == ()
    assert reading.tables["documents"] == full["documents"]
    assert not has_errors(validate_tables(full))


def test_every_text_goes_round_through_a_workbook(full: Tables) -> None:
    content = workbook_bytes(full, ALL)
    check_round_trip(full, ALL, content)
    found = set(texts_of(content))
    assert [text for text in all_texts() if text not in found] == []


def test_nothing_in_a_workbook_is_a_formula(full: Tables) -> None:
    risky = with_row(full, "documents", document_id="U-1", title="=1+1", short_title="=1+1")
    risky = edited(risky, "chapters", "R2-II", title="=1+1", specific_heading="=1+1")
    risky = edited(risky, "parties", "BEL", name="=1+1", name_in_sentence="=1+1")
    for view in ("ALL", "BEL"):
        cells = raw_cells(workbook_bytes(risky, view_named(view)))
        assert {cell.kind for cell in cells} <= {"s", "n"}
        assert not any(cell.has_formula for cell in cells)
        assert "=1+1" in {cell.text for cell in cells} or view == "BEL"


def test_a_text_is_measured_as_spreadsheet_programs_do() -> None:
    face = "\U0001f600"
    longest = with_documents(tiny_tables(), [face * (LONGEST_CELL // 2) + "x"])
    check_round_trip(longest, ALL, workbook_bytes(longest, ALL))
    with pytest.raises(WorkbookError, match="has 32768 characters"):
        workbook_bytes(with_documents(tiny_tables(), [face * (LONGEST_CELL // 2 + 1)]), ALL)


CONTROLS = [code for code in range(0x20) if code not in b"\n\r\t"]


def test_an_import_refuses_each_control_character_with_its_cell(package: Package) -> None:
    """Characters that XML can hold, and others by the escapes with which workbooks write them."""
    written_so = {f"_x{code:04X}_": f"_x{code:04X}_" for code in (*CONTROLS, 0xD800, 0xFFFE)}
    written_so |= {f"&#{code};": f"U+{code:04X}" for code in range(0x7F, 0xA0)}
    written_so["&#9;"] = "a tab"
    written(package, with_documents(tiny_tables(), ["x"] * len(written_so)))
    before = tables_bytes(package)
    path = make(package, "ALL")
    _edit_documents(path, [f"one QUQ{n}QUQ two" for n, _ in enumerate(written_so)])
    _replace(path, {f"QUQ{n}QUQ": xml for n, xml in enumerate(written_so)})
    errors = [p for p in take(package, path).problems if p.severity == "error"]
    told = {(p.location.key, p.location.field): p for p in errors}
    assert {p.code for p in errors} == {"text-not-canonical"}
    for n, named in enumerate(written_so.values(), start=1):
        problem = told.pop((f"T-{n}", "publisher"))
        assert named in problem.message
        assert re.fullmatch(r"Documents![A-Z]+[0-9]+", problem.location.source)
    assert told == {}
    assert tables_bytes(package) == before


def _replace(path: Path, texts: dict[str, str]) -> None:
    """Replace texts in the XML of a workbook’s sheets."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
        xml = parts[name].decode("utf-8")
        for old, new in texts.items():
            xml = xml.replace(old, new)
        parts[name] = xml.encode("utf-8")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_an_import_brings_any_writing_of_a_letter_to_one_form(package: Package) -> None:
    take(
        package, edit(make(package), put("Observations", "R2-BEL-III-o1", "Text", "A cafe\u0301."))
    )
    row = read_tables(package).tables.find("observations", "R2-BEL-III-o1")
    assert row is not None
    assert row["text"] == "A café."


# A workbook given back


def test_every_text_stands_in_a_review_and_can_be_handed_in(package: Package) -> None:
    written(package, with_documents(tiny_tables(), fewer_texts()))
    path = edit(make(package, "ALL"), put("Documents", "R2-REPORT", "Publisher", "=1+1"))
    copy = review(package, path)
    assert copy is not None
    cells = raw_cells(copy.read_bytes())
    assert not any(cell.has_formula for cell in cells)
    there = {cell.text for cell in cells if cell.sheet == "Documents"}
    assert [text for text in fewer_texts() if text not in there] == []
    outcome = take(package, edit(copy, put("Documents", "R2-REPORT", "Publisher", "A publisher")))
    assert [(c.key, c.field, c.new) for c in outcome.changes] == [
        (("R2-REPORT",), "publisher", "A publisher")
    ]


def test_every_text_is_settled_on_the_sheet_of_conflicts(package: Package) -> None:
    texts = fewer_texts()
    mine = [f"mine. {text}" for text in texts]
    yours = with_documents(tiny_tables(), [f"{text} .yours" for text in texts])
    written(package, with_documents(tiny_tables(), ["x"] * len(texts)))
    path = make(package, "ALL")
    _edit_documents(path, mine)
    copy = review(written(package, yours), path)
    assert copy is not None
    shown = {c.text for c in raw_cells(copy.read_bytes()) if c.sheet == "Conflicts"}
    assert [t for t in texts if not {f"mine. {t}", f"{t} .yours"} <= shown] == []
    outcome = take(package, edit(copy, _choose("my workbook")))
    assert outcome.applied, outcome.problems[:2]
    there = {
        row["document_id"]: row["publisher"]
        for row in read_tables(package).tables.rows("documents")
    }
    assert [there[f"T-{n}"] for n, _ in enumerate(mine, start=1)] == mine


def _edit_documents(path: Path, publishers: list[str]) -> None:
    """Write the publisher of each document, as a person who types an apostrophe first."""

    def change(book: Any) -> None:
        sheet = book["Documents"]
        number = column(sheet, "Publisher")
        for row in sheet.iter_rows(min_row=2):
            if str(row[0].value).startswith("T-"):
                row[number - 1].value = publishers[int(row[0].value[2:]) - 1]
                row[number - 1].data_type = "s"

    edit(path, change)


def _choose(word: str) -> Edit:
    def change(book: Any) -> None:
        sheet = book["Conflicts"]
        for line in range(2, sheet.max_row + 1):
            sheet.cell(line, column(sheet, "Which one?")).value = word

    return change


# Releases


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
def test_every_text_goes_round_through_each_format_of_a_release(kind: Format, full: Tables) -> None:
    files = kind.write(full)
    back = kind.read(files, full)
    assert back["documents"].rows == full["documents"].rows


def test_nothing_in_the_workbook_of_a_release_is_a_formula(full: Tables) -> None:
    (content,) = FORMATS[0].write(full).values()
    cells = raw_cells(content)
    assert not any(cell.has_formula for cell in cells)
    assert {cell.kind for cell in cells} <= {"s", "n", "b"}
    found = {cell.text for cell in cells}
    assert [text for text in all_texts() if text not in found] == []


def test_no_program_takes_a_cell_of_our_csv_for_a_formula(full: Tables) -> None:
    content = write_excel_csv(full)["csv-for-excel/documents.csv"].decode("utf-8-sig")
    cells = [c for line in csv.reader(io.StringIO(content, newline="")) for c in line]
    assert [cell for cell in cells if _is_risky(cell)] == []
    assert set(map(csv_text, FORMULAS)) <= set(cells)
    assert content.count('"') % 2 == 0
    assert all(line.startswith('"') for line in content.split("\r\n") if line)


def _is_risky(cell: str) -> bool:
    bare = cell.lstrip('\u200b\ufeff" \n')
    return bare[:1] in tuple("=+-@＝＋－＠")


@given(any_text())
def test_the_apostrophe_before_a_text_comes_off_again(text: str) -> None:
    assert text_of_csv(csv_text(text)) == text
    assert not _is_risky(csv_text(text))


# Comparisons


def test_every_text_stands_in_a_comparison(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = sorted(fewer_texts())
    old, new = tmp_path / "old", tmp_path / "new"
    for folder, publishers in ((old, ["x"] * len(texts)), (new, texts)):
        folder.mkdir()
        written(copy_package("tiny", folder), with_documents(tiny_tables(), publishers))
    told = {}
    for kind in ("csv", "json", "html"):
        main(["diff", str(old), str(new), "--format", kind, "--package", str(new)])
        told[kind] = capsys.readouterr().out
    lines = list(csv.reader(io.StringIO(told["csv"], newline="")))[1:]
    assert [text_of_csv(line[5]) for line in lines if line[3] == "publisher"] == texts
    assert not any(_is_risky(cell) for line in lines for cell in line)
    changes = json.loads(told["json"])["changes"]
    assert [c["new"] for c in changes if c["field"] == "publisher"] == texts
    cells = set(_cells(told["html"]))
    assert [text for text in texts if text not in cells] == []


def _cells(page: str) -> list[str]:
    """The texts of the cells of a page, without words struck out."""
    kept = re.sub(r"<del>.*?</del>", "", page, flags=re.DOTALL)
    return [_words(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", kept, re.DOTALL)]


# Factsheets and pages


@cache
def paragraphs() -> tuple[str, ...]:
    """Every character that is taken where the way is slow and means nothing in Markdown."""
    return tuple(filter(is_taken, packed(MARKDOWN + LIGATURES, 40_000)))


@pytest.fixture(scope="module")
def told() -> Tables:
    """Tables with every character that means nothing in Markdown."""
    return with_observations(tiny_tables(), [*paragraphs()])


@pytest.fixture(scope="module")
def sheets(told: Tables) -> dict[str, bytes]:
    """The factsheet of those tables in each format."""
    document = document_of(Items(told), "BEL")
    return {kind: rendered(document, kind) for kind in ("md", "html", "docx")}


def test_every_character_stands_in_a_factsheet(sheets: dict[str, bytes]) -> None:
    assert _missing(sheets["md"].decode("utf-8")) == []
    assert _missing(_words(sheets["html"].decode("utf-8"))) == []
    word = docx.Document(io.BytesIO(sheets["docx"]))
    assert _missing("\n".join(paragraph.text for paragraph in word.paragraphs)) == []


def test_every_character_comes_back_from_a_factsheet_but_those_of_typesetters(
    sheets: dict[str, bytes],
) -> None:
    from_word = read_word(sheets["docx"], "BEL.docx").body
    from_text = read_text(sheets["md"].decode("utf-8"), "BEL.md").body
    for blocks in (from_word, from_text):
        there = "\n".join(block.text for block in blocks)
        assert [text for text in paragraphs() if in_one_line(clean(text)) not in there] == []
    typeset = {c for c in allowed_codes() if clean(f".{chr(c)}.") != f".{chr(c)}."}
    spaces = {c for c in allowed_codes() if chr(c).isspace()} - {0x0A, 0x20}
    assert typeset == spaces | {0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF}


def test_every_character_stands_on_the_pages_of_the_site(told: Tables) -> None:
    pages = whole(site_files(told, Settings()))
    own = [n for n in pages if re.fullmatch(r"observations/R2-BEL-II-o1[0-9][0-9]\.html", n)]
    assert len(own) == len(paragraphs())
    assert _missing("\n".join(_words(pages[name].decode("utf-8")) for name in own)) == []
    assert _missing(_words(pages["factsheets/R2-BEL.html"].decode("utf-8"))) == []
    table = csv.reader(io.StringIO(pages["data/observations.csv"].decode("utf-8"), newline=""))
    assert set(paragraphs()) <= {cell for line in table for cell in line}


def _words(page: str) -> str:
    """The words of a page, its references to characters undone."""
    return unescape(re.sub(r"<[^>]*>", "", page))


def _missing(there: str) -> list[str]:
    return [text[:20] for text in paragraphs() if text not in there]


@given(any_text())
def test_a_text_written_for_markdown_is_shown_as_it_is(text: str) -> None:
    escaped = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", re.sub(r"\s+", " ", text).strip())
    page = _words(to_html(f"{escaped}[^1]", lambda number: f"<sup>{number}</sup>"))
    assert page == re.sub(r"\s+", " ", text).strip() + "1"


def test_a_text_cannot_make_a_footnote_of_its_own() -> None:
    marked = to_html("\ue0001\ue001 \ue0021\ue003[^7]", lambda number: f"<sup>{number}</sup>")
    assert marked == "<p>\ue0001\ue001 \ue0021\ue003<sup>7</sup></p>"


@pytest.mark.parametrize("code", [0, 1, 8, 0xE, 0x1C, 0x1F, 0x7F, 0x9F, 0xFFFE])
def test_an_ingestion_refuses_a_character_with_its_place(code: int) -> None:
    source = BELGIUM.read_text(encoding="utf-8")
    line = source[: source.index("The Committee observes")].count("\n") + 1
    source = source.replace("The Committee observes", f"The Commit{chr(code)}tee observes", 1)
    result = ingest(read_text(source, "belgium.md"), reference_tables())
    (problem,) = [p for p in validate_tables(result.tables) if p.severity == "error"]
    where = problem.location
    assert f"U+{code:04X}" in problem.message
    assert result.places[where.resource, where.key] == f"belgium.md:{line}"
    assert (where.key, where.field) == ("R2-BEL-II-o1", "text")


# What the browser makes

MAKE_FILES = """
globalThis.window = {};
const fs = require("fs");
const [, script, folder] = process.argv;
new Function(fs.readFileSync(script, "utf8"))();
const { csv, xlsx } = window.lanzaroteSheet;
const rows = JSON.parse(fs.readFileSync(0, "utf8"));
fs.writeFileSync(folder + "/made.csv", csv(rows));
const parts = xlsx([["Rows", rows, [20, 20]]], "(cut)");
fs.writeFileSync(folder + "/made.xlsx", Buffer.concat(parts.map((part) => Buffer.from(part))));
"""


def _made_in_javascript(folder: Path, rows: list[list[str]]) -> tuple[str, bytes]:
    command = ["node", "-e", MAKE_FILES, str(SHEET_JS), str(folder)]
    given = json.dumps(rows).encode("ascii")
    subprocess.run(command, input=given, check=True, timeout=60)
    csv_content = (folder / "made.csv").read_bytes().decode("utf-8-sig")
    return csv_content, (folder / "made.xlsx").read_bytes()


NEEDS_NODE = pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")


@NEEDS_NODE
def test_every_text_goes_round_through_the_files_that_the_site_makes(tmp_path: Path) -> None:
    rows = [["=id", "+text"], *([f"T-{n}", text] for n, text in enumerate(all_texts()))]
    as_csv, workbook = _made_in_javascript(tmp_path, rows)
    lines = list(csv.reader(io.StringIO(as_csv, newline=""), strict=True))
    assert [list(map(text_of_csv, line)) for line in lines] == rows
    assert [list(map(csv_text, row)) for row in rows] == lines
    cells = raw_cells(workbook)
    assert [cell.text for cell in cells] == [text for row in rows for text in row]
    assert {cell.kind for cell in cells} == {"inlineStr"}
    assert not any(cell.has_formula for cell in cells)


@NEEDS_NODE
def test_the_site_cuts_a_long_text_between_characters(tmp_path: Path) -> None:
    faces = "\U0001f600" * LONGEST_CELL
    rows = [[faces, f"x{faces}"]]
    _, workbook = _made_in_javascript(tmp_path, rows)
    for cell in raw_cells(workbook):
        assert re.fullmatch("x?\U0001f600+ \\(cut\\)", cell.text)
        assert units(cell.text) <= LONGEST_CELL
