"""Factsheets from PDF files: tagged and not, in one and two columns, of several programs."""

from __future__ import annotations

import ctypes.util
import io
import random
import shutil
import subprocess
from collections import Counter
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

from lanzarote_data.cli import main
from lanzarote_data.ingest.blocks import SourceText
from lanzarote_data.ingest.ingest import Ingestion, ingest
from lanzarote_data.ingest.notation import words
from lanzarote_data.ingest.pdf import read_pdf
from lanzarote_data.ingest.pdf_pages import frames_of
from lanzarote_data.ingest.sources import markdown_of_source
from lanzarote_data.ingest.text import read_text
from lanzarote_data.model.errors import SourceError
from lanzarote_data.model.tables import Tables
from lanzarote_data.render.docx import word_of
from lanzarote_data.render.html import pdf_of
from lanzarote_data.text.document import document_of
from lanzarote_data.text.items import Items
from tests.factsheets import committed, empty

pytest.importorskip("pypdfium2")
HAS_PANGO = ctypes.util.find_library("pango-1.0") is not None
NEEDS_PANGO = pytest.mark.skipif(not HAS_PANGO, reason="Pango (libpango-1.0-0) is not installed")
TEXTS = ("text", "lead_in", "introduction", "title", "topic")
ITEMS = ("recommendations", "observations", "practices")


@cache
def own_pdf() -> bytes:
    return pdf_of(document_of(Items(committed()), "BEL"))


@cache
def own_source() -> SourceText:
    return read_pdf(own_pdf(), "belgium.pdf")


def office_pdf(folder: Path, profile: str, columns: int, is_tagged: bool) -> bytes:
    """LibreOffice's PDF of the Word file that this program writes."""
    import docx
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    word = docx.Document(io.BytesIO(word_of(document_of(Items(committed()), "BEL"))))
    section = word.sections[0]._sectPr
    found = section.find(qn("w:cols"))
    shape = found if found is not None else OxmlElement("w:cols")
    if found is None:
        section.append(shape)
    shape.set(qn("w:num"), str(columns))
    word.save(str(folder / "belgium.docx"))
    setting = f'{{"UseTaggedPDF":{{"type":"boolean","value":"{str(is_tagged).lower()}"}}}}'
    command = ["soffice", profile, "--headless", "--norestore", "--nologo"]
    command += ["--convert-to", f"pdf:writer_pdf_Export:{setting}", "belgium.docx"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=180)
    return (folder / "belgium.pdf").read_bytes()


def word_count(tables: Tables) -> Counter[str]:
    rows = [row for name in (*ITEMS, "citations", "chapters") for row in tables.rows(name)]
    return Counter(w for row in rows for name in TEXTS for w in words(row.get(name, "")))


def placed_notes(result: Ingestion) -> int:
    """How many footnotes have their words at the marker of the row to which they belong."""
    read = {row["citation_id"]: row["text"] for row in result.tables.rows("citations")}
    return sum(
        words(read.get(row["citation_id"], "")) == words(row["text"])
        for row in committed().rows("citations")
    )


def check_all_is_there(source: SourceText, notes: int = 145) -> Ingestion:
    result = ingest(source, empty())
    assert [p for p in result.problems if p.severity == "error"] == []
    assert word_count(result.tables) == word_count(committed())
    assert placed_notes(result) >= notes
    return result


@pytest.mark.slow
@NEEDS_PANGO
def test_the_programs_own_pdf() -> None:
    result = check_all_is_there(own_source())
    assert {p.code for p in result.problems} <= {"left-out", "heading-assumed"}
    for name in ITEMS:
        assert [r["position"] for r in result.tables.rows(name)] == [
            r["position"] for r in committed().rows(name)
        ]
    heading = next(block for block in own_source().body if block.text.startswith("II. "))
    assert own_source().place(heading.line) == "belgium.pdf, page 4"


@pytest.mark.office
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("is_tagged", [True, False])
def test_the_pdf_of_another_program(
    tmp_path: Path, office_profile: str, columns: int, is_tagged: bool
) -> None:
    source = read_pdf(office_pdf(tmp_path, office_profile, columns, is_tagged), "belgium.pdf")
    result = check_all_is_there(source, notes=145 if is_tagged or columns == 1 else 143)
    boxes = [block for block in source.body if block.framed]
    assert is_tagged or {p["text"][:20] for p in committed().rows("practices")} <= {
        block.text[:20] for block in boxes
    }
    practices = len(result.tables.rows("practices"))
    told = [p.code for p in result.problems].count("uncertain-break")
    assert practices == 9 or practices - 9 <= told, "a paragraph cut by a page is told"


def test_a_box_is_an_area_or_lies_within_four_lines() -> None:
    area, page = (50.0, 100.0, 400.0, 200.0), (0.0, 0.0, 595.0, 842.0)
    lines = [(50.0, 199.0, 400.0, 200.0), (50.0, 100.0, 400.0, 101.0)]
    sides = [(50.0, 100.0, 51.0, 160.0), (50.0, 160.0, 51.0, 200.0), (399.0, 100.0, 400.0, 200.0)]
    for drawn, found in (
        ([area], 1),
        ([page], 0),
        ([*lines, *sides], 1),
        (lines, 0),
        ([*lines, *sides[:2]], 0),
        ([*lines, *sides[1:]], 0),
        ([(50.0, 90.0, 200.0, 90.5)], 0),
    ):
        assert len(list(frames_of(drawn, 595, 842))) == found, drawn


@pytest.mark.slow
@NEEDS_PANGO
def test_what_was_read_is_written_to_be_corrected_and_says_the_same(tmp_path: Path) -> None:
    (tmp_path / "belgium.pdf").write_bytes(own_pdf())
    made = tmp_path / "belgium.md"
    assert main(["ingest", str(tmp_path / "belgium.pdf"), "--to", str(made)]) == 0
    text = made.read_text(encoding="utf-8")
    assert text == markdown_of_source(own_source())
    from_pdf, from_text = (
        ingest(source, empty()).tables for source in (own_source(), read_text(text, "belgium.md"))
    )
    for name in (*ITEMS, "citations", "chapters"):
        assert from_text.rows(name) == from_pdf.rows(name)


def _blank_page() -> bytes:
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"%PDF-1.7 ...", "it is damaged"), (_blank_page(), "it is a scan")],
    ids=["damaged", "blank"],
)
def test_a_pdf_without_a_text_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(SourceError, match=sentence):
        read_pdf(content, "x.pdf")


@pytest.mark.slow
@NEEDS_PANGO
@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_pdf_is_read_or_refused(seed: int) -> None:
    choice = random.Random(seed)
    content = bytearray(own_pdf())
    for _ in range(choice.choice((1, 30, 400))):
        content[choice.randrange(len(content))] = choice.randrange(256)
    with suppress(SourceError):
        read_pdf(bytes(content), "x.pdf")
