"""Word files as Word writes them: styles, hidden text, points without a list, split words."""

from __future__ import annotations

import io
from typing import Any

import pytest

from lanzarote_data.ingest.ingest import Ingestion, Wishes, ingest
from lanzarote_data.ingest.word import read_word
from tests.factsheets import committed
from tests.test_misfiling import FRONT, urgencies

docx = pytest.importorskip("docx")
THEME = FRONT.partition("“")[2].partition("”")[0]
SPECIFIC = (
    "Observations and recommendations of the Committee on legal frameworks specific to Austria"
)


class Word:
    """A factsheet that is put together in Word."""

    def __init__(self) -> None:
        from lanzarote_data.render.docx_parts import Footnotes, set_styles

        self.word = docx.Document()
        set_styles(self.word)
        self.footnotes = Footnotes(self.word)
        self.count = 0
        self.add("FACTSHEET – AUSTRIA", "Title")
        self.add(f"Implementation Report on: “{THEME}”", "Subtitle")

    def add(self, text: str, style: str = "Normal", note: str = "") -> Any:
        """A paragraph; what stands between bars is in bold type."""
        paragraph = self.word.add_paragraph(style=style)
        for index, run in enumerate(text.split("|")):
            paragraph.add_run(run).bold = True if index % 2 else None
        if note:
            self.count += 1
            self.footnotes.add(paragraph, self.count).add_run(note)
        return paragraph

    def chapter(self, chapter: str = "Heading 1", part: str = "Heading 2") -> None:
        """The heading of a chapter and of its specific part."""
        self.add("II. Legal frameworks", chapter)
        self.add(SPECIFIC, part)

    def read(self) -> Ingestion:
        """What is read of it."""
        file = io.BytesIO()
        self.word.save(file)
        return ingest(
            read_word(file.getvalue(), "austria.docx"), committed(), wishes=Wishes(keep_stored=True)
        )


def test_headings_by_styles_of_ones_own() -> None:
    from docx.enum.style import WD_STYLE_TYPE

    made = Word()
    for name, base in (("Chapter 1.", "Heading 1"), ("Part numbered", "Heading 2")):
        style = made.word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = made.word.styles[base]
    made.chapter("Chapter 1.", "Part numbered")
    made.add("The Committee |requires| Austria:")
    made.add("to carry out a synthetic recommendation.", "List Bullet", "Recommendation II-3.")
    result = made.read()
    assert urgencies(result) == {"3": "require"}
    assert not any(p.severity == "error" for p in result.problems)


@pytest.mark.parametrize("is_of_the_style", [True, False])
def test_chapters_that_word_counts_have_their_numbers(is_of_the_style: bool) -> None:
    made = Word()
    number = roman_list(made.word)
    if is_of_the_style:
        set_list(made.word.styles["Heading 1"].element, number)
    for title in ("Introduction", "A synthetic chapter that no table has"):
        heading = made.add(title, "Heading 1")
        if not is_of_the_style:
            set_list(heading._p, number)
    made.add(SPECIFIC, "Heading 2")
    made.add("The Committee |requires| Austria:")
    set_list(made.add("to carry out a synthetic recommendation.", "Normal")._p, number)
    own = [r for r in made.read().tables.rows("recommendations") if r["party_id"] == "AUT"]
    assert [(row["chapter_id"], row["text"]) for row in own] == [
        ("R2-II", "to carry out a synthetic recommendation.")
    ]


def roman_list(word: Any) -> str:
    """Add a list that Word counts with Roman numbers; its id."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    numbering, number = word.part.numbering_part.element, "77"
    level = '<w:lvl w:ilvl="0"><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl>'
    for xml in (
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{level}</w:abstractNum>',
        f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="77"/></w:num>',
    ):
        numbering.append(parse_xml(xml))
    return number


def set_list(element: Any, number: str) -> None:
    """Put a paragraph, or those of a style, into a list."""
    element.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = int(number)


@pytest.mark.parametrize("mark", ["- ", "– ", "• ", ""])
def test_points_without_a_list(mark: str) -> None:
    made = Word()
    made.chapter()
    made.add("The Committee |requires| Austria:")
    made.add(f"{mark}to do one thing,", note="Recommendation II-3.")
    made.add(f"{mark}to do another.", note="Recommendation II-5.")
    assert urgencies(made.read()) == {"3": "require", "5": "require"}


@pytest.mark.parametrize("name", ["hidden", "strike", "double_strike"])
def test_text_that_is_hidden_or_struck_through_is_left_out_and_told(name: str) -> None:
    made = Word()
    made.chapter()
    made.add("The Committee |requires| Austria to do a thing.", note="Recommendation II-3.")
    paragraph = made.word.add_paragraph("The Committee observes a fact")
    setattr(paragraph.add_run(" and a secret").font, name, True)
    paragraph.add_run(".")
    result = made.read()
    texts = [r["text"] for r in result.tables.rows("observations") if r["party_id"] == "AUT"]
    assert texts == ["The Committee observes a fact."]
    told = [p for p in result.problems if p.code == "hidden-text"]
    assert len(told) == 1
    assert "and a secret" in told[0].message


def test_a_word_that_bookmarks_and_bold_type_cut() -> None:
    from docx.oxml import OxmlElement

    made = Word()
    made.chapter()
    paragraph = made.word.add_paragraph("The Committee ")
    paragraph.add_run("req").bold = True
    paragraph._p.append(OxmlElement("w:bookmarkStart"))
    paragraph.add_run("uires").bold = True
    paragraph.add_run(" Austria:")
    made.add("to do a thing.", "List Bullet", "Recommendation II-3.")
    result = made.read()
    assert urgencies(result) == {"3": "require"}
    row = result.tables.find("recommendations", "R2-AUT-II-3")
    assert row is not None
    assert row["lead_in"] == "The Committee **requires** {party}:"


def test_a_table_that_serves_as_a_box() -> None:
    made = Word()
    made.chapter()
    cell = made.word.add_table(1, 1).cell(0, 0)
    cell.paragraphs[0].add_run("The Committee ")
    cell.paragraphs[0].add_run("requires").bold = True
    cell.paragraphs[0].add_run(" Austria:")
    point = cell.add_paragraph("to do a thing.", style="List Bullet")
    made.footnotes.add(point, 1).add_run("Recommendation II-3.")
    assert urgencies(made.read()) == {"3": "require"}
