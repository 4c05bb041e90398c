"""The factsheet on Belgium comes out as it went in, in every format."""

from __future__ import annotations

import ctypes.util
import difflib
import hashlib
import io
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from functools import cache
from html import unescape
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from lanzarote_data.cli import main
from lanzarote_data.ingest.ingest import ingest
from lanzarote_data.ingest.notation import clean, with_markers, words
from lanzarote_data.ingest.text import read_text
from lanzarote_data.ingest.word import read_word
from lanzarote_data.model.changes import difference
from lanzarote_data.render.docx import word_of
from lanzarote_data.render.html import html_of, pdf_of
from lanzarote_data.render.markdown import markdown_of
from lanzarote_data.text.document import Document, document_of
from lanzarote_data.text.items import Items
from tests.factsheets import BELGIUM, ROOT, committed, copy_of_package, empty
from tests.site_examples import SCRIPT, hostile_tables, strictly_parsed

HAS_OFFICE = shutil.which("soffice") is not None
HAS_POPPLER = shutil.which("pdftotext") is not None
HAS_PANGO = ctypes.util.find_library("pango-1.0") is not None
NEEDS_PANGO = pytest.mark.skipif(not HAS_PANGO, reason="Pango (libpango-1.0-0) is not installed")


@cache
def belgium() -> Document:
    return document_of(Items(committed()), "BEL")


@cache
def html() -> str:
    return html_of(belgium())


@cache
def pdf() -> bytes:
    return pdf_of(belgium())


@cache
def word() -> bytes:
    return word_of(belgium())


# --- Markdown -----------------------------------------------------------------------------------


def _source_body() -> list[str]:
    """The words of the source in the order of its text: no contents page, no footnotes."""
    text = with_markers(clean(BELGIUM.read_text(encoding="utf-8")))
    text = re.sub(r"^[IVX]+\.\t.*\n|^## Table of Contents$|^---$", "", text, flags=re.M)
    source = read_text(text, "belgium.md")
    notes = {word for note in source.footnotes for word in [note.text]}
    kept = [line for line in text.split("\n") if not re.match(r"\[\^[0-9]+\] ", line)]
    rest_of_notes = (
        "States other than that where",
        "the participation of children.",
        "<https://www.sci",
    )
    assert notes
    return words("\n".join(line for line in kept if not line.startswith(rest_of_notes)))


def test_the_markdown_has_the_words_of_the_source_in_its_order() -> None:
    _ours, _, text = markdown_of(belgium()).partition("\n\n")
    written = words(re.sub(r"^\[\^[0-9]+\]: .*$", "", text, flags=re.M))
    source = _source_body()
    assert Counter(written) == Counter(source), "no word lost, none added"
    matcher = difflib.SequenceMatcher(None, source, written, autojunk=False)
    in_order = sum(block.size for block in matcher.get_matching_blocks()) / len(source)
    # A box that stood within a sentence now stands after it: its words change places.
    assert in_order >= 0.995


def test_the_footnotes_are_numbered_as_in_the_source() -> None:
    notes = dict(re.findall(r"^\[\^([0-9]+)\]: (.*)$", markdown_of(belgium()), flags=re.M))
    source = read_text(BELGIUM.read_text(encoding="utf-8"), "belgium.md")
    assert {int(n): text for n, text in notes.items()} == {
        n.number: n.text for n in source.footnotes
    }
    assert list(notes) == [str(number) for number in range(1, 146)]
    marked = re.findall(r"\[\^([0-9]+)\](?!:)", markdown_of(belgium()))
    assert marked == list(notes), "each marker once, in order"


# --- HTML ---------------------------------------------------------------------------------------


def test_the_page_is_one_file_whose_links_all_lead_somewhere() -> None:
    elements = list(strictly_parsed(html().encode()).iter())
    ids = [element.attrib["id"] for element in elements if "id" in element.attrib]
    links = [element.attrib["href"] for element in elements if "href" in element.attrib]
    assert len(ids) == len(set(ids))
    inner = [link[1:] for link in links if link.startswith("#")]
    assert set(inner) <= set(ids)
    assert all(link.startswith(("#", "https://", "http://", "mailto:")) for link in links)
    assert not {"script", "link", "img"} & {element.tag for element in elements}
    for number in range(1, 146):
        assert f"note-{number}" in ids
        assert inner.count(f"note-{number}") == inner.count(f"marker-{number}") == 1


def test_the_page_has_all_words_of_the_document() -> None:
    text = re.sub(
        r"<style>.*?</style>|<nav.*?</nav>|<a class=\"(?:skip|back)\".*?</a>",
        "",
        html(),
        flags=re.S,
    )
    text = re.sub(
        r"<sup.*?</sup>|<footer>.*?</footer>|<h2 id=\"notes\">.*?</h2>|<title>.*?</title>",
        "",
        text,
        flags=re.S,
    )
    shown = Counter(words(unescape(re.sub(r"<[^>]+>", " ", text))))
    markdown = Counter(words(re.sub(r"^\[\^[0-9]+\]: ", "", markdown_of(belgium()), flags=re.M)))
    assert shown == markdown


def test_the_urgency_is_bold_even_where_the_source_has_it_plain() -> None:
    assert "also <strong>requests</strong> that Belgium" in html()
    assert html().count("<strong>requires</strong>") >= 6


def test_boxes_are_asides_and_headings_step_down_by_one() -> None:
    assert html().count('<aside class="practice"') == 6
    levels = [int(level) for level in re.findall(r"<h([1-6])", html())]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert '<html lang="en">' in html()


def test_nothing_in_a_text_becomes_markup() -> None:
    document = document_of(Items(hostile_tables()), "BEL")
    page = html_of(document)
    assert "&lt;script&gt;" in page
    assert not {"script", "img"} & {
        element.tag for element in strictly_parsed(page.encode()).iter()
    }
    assert 'href="javascript' not in page
    read = MarkdownIt("commonmark").parse(markdown_of(document))
    tokens = [token for block in read for token in (block, *(block.children or ()))]
    assert not [t.content for t in tokens if t.type in ("html_inline", "html_block")]
    assert SCRIPT in "".join(t.content for t in tokens if t.type == "text")


# --- Word ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_word_file_has_real_headings_lists_and_footnotes() -> None:
    import docx

    document = docx.Document(io.BytesIO(word()))
    styles = Counter(paragraph.style.name for paragraph in document.paragraphs if paragraph.style)
    assert styles["Heading 1"] == 11
    assert styles["Heading 2"] == 10 + 9 + 1, "specific and generic parts, and the key findings"
    assert styles["List Bullet"] > 60
    assert styles["List Bullet 2"] == 13
    archive = zipfile.ZipFile(io.BytesIO(word()))
    notes = archive.read("word/footnotes.xml").decode("utf-8")
    body = archive.read("word/document.xml").decode("utf-8")
    numbers = [str(number) for number in range(1, 146)]
    assert re.findall(r'<w:footnote w:id="([0-9]+)"', notes) == numbers
    assert re.findall(r'<w:footnoteReference w:id="([0-9]+)"', body) == numbers
    assert document.core_properties.title == "FACTSHEET – BELGIUM"


def test_a_link_leads_to_its_address_from_a_footnote_too() -> None:
    relations = zipfile.ZipFile(io.BytesIO(word())).read("word/_rels/footnotes.xml.rels").decode()
    assert "https://www.weprotect.org/" in relations


# --- PDF ----------------------------------------------------------------------------------------


@pytest.mark.slow
@NEEDS_PANGO
@pytest.mark.skipif(not HAS_POPPLER, reason="pdftotext (poppler-utils) is not installed")
def test_the_footnotes_stand_at_the_foot_of_the_page_of_their_markers(tmp_path: Path) -> None:
    file = tmp_path / "belgium.pdf"
    file.write_bytes(pdf())
    _check_pages(_pages(file))


def _pages(file: Path) -> list[str]:
    command = ["pdftotext", "-layout", str(file), "-"]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.split("\f")


def _check_pages(pages: list[str]) -> None:
    """All footnotes are there; each page of the text has those of its last lines."""
    assert len(pages) > 20
    whole = " ".join(" ".join(pages).split())
    assert whole.count("Recommendation II-6.") == 1
    with_note = [page for page in pages if "Recommendation II-6." in page]
    assert "receiving them passively" in " ".join(with_note[0].split())
    foot = with_note[0].strip().split("\n")[-30:]
    assert any("Recommendation II-6." in line for line in foot)
    assert not any("receiving them passively" in line for line in foot[-8:])
    for note in belgium().notes:
        if note.text.startswith(("Para", "Recommendation")):
            assert note.text in whole


@pytest.mark.slow
@NEEDS_PANGO
@pytest.mark.skipif(not HAS_POPPLER, reason="pdfinfo (poppler-utils) is not installed")
def test_the_pdf_is_tagged_and_has_a_title(tmp_path: Path) -> None:
    assert pdf().startswith(b"%PDF-")
    file = tmp_path / "belgium.pdf"
    file.write_bytes(pdf())
    told = subprocess.run(["pdfinfo", str(file)], capture_output=True, check=True, text=True).stdout
    assert re.search(r"Tagged: +yes", told)
    assert re.search(r"Title: +FACTSHEET – BELGIUM", told)


# --- all ----------------------------------------------------------------------------------------


@cache
def sums() -> list[str]:
    """The SHA-256 of the factsheet in each format."""
    return [hashlib.sha256(file).hexdigest() for file in (html().encode(), word(), pdf())]


@pytest.mark.slow
@NEEDS_PANGO
def test_the_same_tables_give_the_same_bytes_in_another_process() -> None:
    program = "from tests.test_factsheet_formats import sums; print(*sums())"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert run.stdout.split() == sums()


@pytest.mark.office
@pytest.mark.skipif(not (HAS_OFFICE and HAS_POPPLER), reason="LibreOffice or pdftotext is missing")
def test_libreoffice_opens_the_word_file_with_its_footnotes(
    tmp_path: Path, office_profile: str
) -> None:
    file = tmp_path / "belgium.docx"
    file.write_bytes(word())
    _check_pages(_pages(_converted(file, "pdf", office_profile)))


@pytest.mark.office
@pytest.mark.skipif(not HAS_OFFICE, reason="LibreOffice (soffice) is not installed")
def test_a_word_file_that_libreoffice_saved_is_read_as_the_same_text(
    tmp_path: Path, office_profile: str
) -> None:
    file = tmp_path / "belgium.docx"
    file.write_bytes(word())
    saved = _converted(_converted(file, "odt", office_profile), "docx", office_profile)
    result = ingest(read_word(saved.read_bytes(), "saved.docx"), empty())
    assert [p for p in result.problems if p.severity == "error"] == []
    for change in difference(committed(), result.tables):
        assert words(str(change.old)) == words(str(change.new)), change


def _converted(file: Path, kind: str, profile: str) -> Path:
    """The file as LibreOffice saves it in another format, in a folder of its own."""
    out = file.parent / kind
    command: list[str | Path] = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        kind,
        "--outdir",
        out,
        file,
    ]
    subprocess.run(command, capture_output=True, check=True, timeout=180)
    return out / f"{file.stem}.{kind}"


def test_a_party_without_a_specific_part() -> None:
    document = document_of(Items(committed()), "MDA")
    text = markdown_of(document)
    assert text.startswith("*Not an official publication. © Council of Europe")
    assert "\n\n# FACTSHEET – REPUBLIC OF MOLDOVA\n" in text
    assert text.count("specific to the Republic of Moldova is not in the data yet") == 1
    assert "Last update" not in text
    assert "Belgium" not in re.sub(r"\[.*?\]", "", text)
    assert text.count("### Generic recommendations") == 9
    assert "### Observations" not in text
    assert len(document.notes) == sum(
        row["recommendation_id"].startswith("R2-ALL") or bool(row["chapter_id"])
        for row in committed().rows("citations")
    )
    last = text.partition("## X. ")[2].partition("## XI.")[0]
    assert last.strip().count("\n\n") == 1, (
        "a chapter of which all is specific has its introduction"
    )
    for content in (html_of(document).encode(), word_of(document)):
        assert content


# --- the command --------------------------------------------------------------------------------


def _run(*arguments: str) -> int:
    return main(["factsheet", *arguments, "--package", str(ROOT)])


def test_text_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("bel") == 0
    assert capsys.readouterr().out == markdown_of(belgium())
    assert _run("BEL", "--format", "html") == 0
    assert capsys.readouterr().out == html()


@pytest.mark.slow
def test_word_and_pdf_get_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _run("BEL", "--format", "docx") == 0
    assert (tmp_path / "factsheet-BEL.docx").read_bytes() == word()
    assert "factsheet-BEL.docx: written" in capsys.readouterr().out


def test_build_renders_markdown_and_html_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    descriptor = str(copy_of_package(tmp_path, committed()))
    assert main(["build", "--package", descriptor]) == 0
    folder = tmp_path / "build" / "factsheets"
    assert (folder / "BEL.md").read_text(encoding="utf-8") == markdown_of(belgium())
    assert (folder / "BEL.html").read_text(encoding="utf-8") == html()
    assert capsys.readouterr().out.count("BEL.html: written") == 1
    assert main(["build", "--package", descriptor]) == 0
    assert "BEL.html" not in capsys.readouterr().out


def test_the_name_of_the_file_says_the_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("BEL", "--out", str(tmp_path / "one.htm")) == 0
    assert (tmp_path / "one.htm").read_text(encoding="utf-8") == html()
    capsys.readouterr()
    assert _run("MDA", "--out", str(tmp_path / "two.md")) == 0
    assert "is not in the data yet" in capsys.readouterr().err
    assert _run("BEL", "--out", str(tmp_path / "three.odt")) == 2
    assert "Give it one of the endings .md, .html, .docx, .pdf" in capsys.readouterr().err
    assert _run("XXX") == 2
    assert "There is no Party" in capsys.readouterr().err
