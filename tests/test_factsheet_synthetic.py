"""Invented factsheets of other Parties, in Markdown, plain text and Word, with all their ways."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from functools import cache

import pytest

from lanzarote_data.ingest.blocks import SourceText
from lanzarote_data.ingest.ingest import Ingestion, ingest
from lanzarote_data.ingest.notation import words
from lanzarote_data.ingest.sources import read_source_file
from lanzarote_data.ingest.word import read_word
from lanzarote_data.model.changes import difference
from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.render.markdown import markdown_of
from lanzarote_data.text.document import document_of
from lanzarote_data.text.items import Items
from lanzarote_data.validate.package import validate_tables
from tests.factsheets import DATA, committed, empty, synthetic, written


@cache
def moldova() -> Ingestion:
    return ingest(read_source_file(DATA / "republic-of-moldova.md"), synthetic())


@cache
def turkiye() -> Ingestion:
    return ingest(read_source_file(DATA / "turkiye.txt"), moldova().tables)


@cache
def bosnia() -> Ingestion:
    return ingest(read_word(_word_file(), "bosnia.docx"), turkiye().tables)


ALL = [moldova, turkiye, bosnia]


def _added(result: Ingestion, table: str) -> dict[str, Row]:
    """The rows that a factsheet added to a table, by id."""
    return {
        c.key[0]: c.new
        for c in result.changes
        if c.resource == table and c.kind == "added" and not isinstance(c.new, str | None)
    }


def _texts(result: Ingestion, table: str) -> dict[str, str]:
    return {row_id: row["text"] for row_id, row in _added(result, table).items()}


@pytest.mark.parametrize("factsheet", ALL)
def test_no_error_and_valid_tables(factsheet: Callable[[], Ingestion]) -> None:
    result = factsheet()
    assert [p for p in result.problems if p.severity == "error"] == []
    assert {p.code for p in validate_tables(result.tables)} <= {"document-without-address"}


@pytest.mark.parametrize(
    ("factsheet", "document", "date"),
    [
        (moldova, "R9-MDA-FACTSHEET", "2024-06-03"),
        (turkiye, "R9-TUR-FACTSHEET", "2025-02-01"),
        (bosnia, "R9-BIH-FACTSHEET", "2025-04-07"),
    ],
)
def test_party_and_date(factsheet: Callable[[], Ingestion], document: str, date: str) -> None:
    rows = _added(factsheet(), "documents")
    assert {row_id: row["date"] for row_id, row in rows.items()} == {document: date}


def test_moldova_recommendations_of_its_own() -> None:
    specific = {k: v for k, v in _added(moldova(), "recommendations").items() if "-MDA-" in k}
    assert {k: (v["urgency"], v["layout"]) for k, v in specific.items()} == {
        "R9-MDA-II-1": ("invite", "bullet"),
        "R9-MDA-II-4": ("invite", "bullet"),
        "R9-MDA-II-5": ("invite", "bullet"),
        "R9-MDA-II-8": ("require", "inline"),
        "R9-MDA-II-9": ("request", "inline"),
    }
    assert {v["lead_in"] for v in specific.values()} == {
        "The Committee also **invites** {party}:",
        "",
    }
    assert specific["R9-MDA-II-1"]["text"].endswith("as a *careful* Party would;[^1][^2]")
    assert specific["R9-MDA-II-4"]["text"] == (
        "to consider a second synthetic measure for:\n- one synthetic purpose;\n"
        "- another synthetic purpose, with\n  - a finer point and\n  - a second finer point.[^1]"
    )


def test_moldova_observations_around_recommendations_in_running_text() -> None:
    assert _texts(moldova(), "observations") == {
        "R9-MDA-II-o1": "The Committee observes a first synthetic fact.[^1]",
        "R9-MDA-II-o2": "It notes a second synthetic fact.",
        "R9-MDA-II-o3": "that a third synthetic fact was reported;[^1]",
        "R9-MDA-II-o4": "that a fourth one was too.",
        "R9-MDA-II-o5": "The Committee welcomes a fifth synthetic fact.",
    }
    topics = {row["topic"] for row in _added(moldova(), "observations").values()}
    assert topics == {"", "Synthetic matters (Article 25(1) (a-c))"}


def test_moldova_generic_part_with_a_box_in_a_sentence() -> None:
    generic = {k: v for k, v in _texts(moldova(), "recommendations").items() if "-ALL-" in k}
    assert generic == {
        "R9-ALL-II-20": "to share synthetic findings with each other, and to strengthen the "
        "exchange of synthetic tools.[^1]",
        "R9-ALL-II-22": "to evaluate them.[^1]",
        "R9-ALL-II-23": "to name a synthetic contact.[^1]",
        "R9-ALL-IV-1": "to cooperate in a synthetic way.[^1]",
    }
    row = _added(moldova(), "recommendations")["R9-ALL-II-23"]
    assert (row["addressing"], row["urgency"]) == ("conditional", "request")


def test_moldova_practices_and_their_parties() -> None:
    practices = _added(moldova(), "practices")
    assert {k: v["heading"] for k, v in practices.items()} == {
        "R9-MDA-II-p1": "Promising practice:",
        "R9-MDA-II-p2": "Promising practice:",
        "R9-MDA-II-p3": "Examples of promising practices:",
    }
    pairs = {c.key for c in moldova().changes if c.resource == "practice_parties"}
    assert ("R9-MDA-II-p1", "TUR") in pairs
    assert len(pairs) == 4


def test_moldova_citations() -> None:
    cited = {k: (v["kind"], v["locator"]) for k, v in _added(moldova(), "citations").items()}
    assert cited["R9-MDA-II-4.1"] == ("recommendation", "II-4;II-7;II-12")
    assert cited["R9-MDA-II-5.1"] == ("paragraph", "50-51")
    assert cited["R9-MDA-II-p2.1"] == ("link", "")
    note = _added(moldova(), "citations")["R9-MDA-II-1.1"]["text"]
    assert note == "A synthetic note that goes on, as some do, to the next paragraph."
    codes = Counter(p.code for p in moldova().problems)
    assert codes["citation-unread"] == codes["joined-across-box"] == 1


def test_turkiye_adds_only_what_is_new() -> None:
    assert list(_texts(turkiye(), "recommendations")) == [
        "R9-TUR-II-2",
        "R9-TUR-II-3",
        "R9-ALL-III-1",
    ]
    assert list(_added(turkiye(), "chapters")) == ["R9-III"]
    assert _texts(turkiye(), "observations") == {
        "R9-TUR-II-o1": "The Committee observes that Türkiye has a synthetic law of its own,[^1] "
        "and that it is kept up to date – as[^2] was to be expected.[^3][^4]",
        "R9-TUR-II-o2": "The Committee also notes a synthetic survey.[^1]",
        "R9-TUR-IV-o1": "The Committee welcomes synthetic cooperation.[^1]",
    }
    assert _texts(turkiye(), "practices") == {
        "R9-TUR-II-p1": "In Türkiye, a synthetic office gives advice.",
        "R9-TUR-II-p2": "A synthetic telephone line gives more.",
    }


def test_turkiye_completes_a_chapter_that_had_no_specific_part() -> None:
    chapter = turkiye().tables.find("chapters", "R9-IV")
    assert chapter
    assert chapter["specific_heading"].endswith("on synthetic cooperation specific to {party}")
    assert "completed" in {p.code for p in turkiye().problems}


def test_turkiye_sub_points_and_assumptions() -> None:
    recommendation = _added(turkiye(), "recommendations")["R9-TUR-II-2"]
    assert (
        recommendation["text"]
        == "to consider a synthetic measure:\n- in one way,\n- in another way.[^1]"
    )
    assert recommendation["topic"] == "Synthetic matters of form"
    codes = {p.code for p in turkiye().problems}
    assert {"heading-assumed", "practice-assumed"} <= codes


def test_bosnia_from_word() -> None:
    assert _texts(bosnia(), "recommendations") == {
        "R9-BIH-II-3": "to consider a *synthetic* measure:\n- for one purpose,\n- for another.[^1]",
        "R9-BIH-II-4": "to go on.[^1][^2]",
    }
    leads = {row["lead_in"] for row in _added(bosnia(), "recommendations").values()}
    assert leads == {"The Committee **invites** {party}:"}
    assert _texts(bosnia(), "observations") == {
        "R9-BIH-II-o1": "The Committee notes [a synthetic report](https://example.org/report) on "
        "Bosnia and Herzegovina.[^1]"
    }
    assert _texts(bosnia(), "practices") == {
        "R9-BIH-II-p1": "In Bosnia and Herzegovina, a synthetic book was written.[^1]"
    }
    notes = _texts(bosnia(), "citations")
    assert notes["R9-BIH-II-4.2"] == "A synthetic note with *italics*. It has two paragraphs."
    assert notes["R9-BIH-II-p1.1"] == "<https://example.org/book>"


@pytest.mark.parametrize(
    ("factsheet", "source"),
    [
        (moldova, lambda: read_source_file(DATA / "republic-of-moldova.md")),
        (turkiye, lambda: read_source_file(DATA / "turkiye.txt")),
        (bosnia, lambda: read_word(_word_file(), "bosnia.docx")),
    ],
)
def test_again_changes_nothing(
    factsheet: Callable[[], Ingestion], source: Callable[[], SourceText]
) -> None:
    result = factsheet()
    again = ingest(source(), result.tables)
    assert again.changes == ()
    assert [p for p in again.problems if p.severity == "error"] == []


def test_what_went_in_comes_out() -> None:
    """The factsheet that is written has every word of the source’s text and notes, in order."""
    text = markdown_of(document_of(Items(turkiye().tables), "MDA"))
    written = words(text)
    assert "by the Republic of Moldova. The Republic of Moldova took part." in text
    for sentence in (
        "The Committee observes a first synthetic fact.",
        "It notes a second synthetic fact. The Committee therefore requires the Republic of "
        "Moldova to end a synthetic shortcoming.",
        "It also notes: that a third synthetic fact was reported;",
        "that a fourth one was too. On this, the Committee requests the Republic of Moldova to",
        "Promising practice: The Republic of Moldova and Türkiye have a synthetic practice in "
        "common. A second synthetic practice",
        "The Committee welcomes a fifth synthetic fact.",
        "to strengthen the exchange of synthetic tools.",
        "Examples of promising practices: In the Republic of Moldova, a synthetic meeting is held",
    ):
        wanted = words(sentence)
        places = range(len(written) - len(wanted) + 1)
        assert any(written[i : i + len(wanted)] == wanted for i in places), sentence


def _word_file() -> bytes:
    """A factsheet as Word has it: counted chapters, a table as a box, bold type that is split."""
    import docx
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph

    from lanzarote_data.render.docx_parts import Footnotes, add_link, set_styles

    word = docx.Document()
    set_styles(word)
    footnotes = Footnotes(word)
    count = iter(range(1, 100))

    def paragraph(text: str, style: str = "Normal", *notes: str) -> Paragraph:
        added = word.add_paragraph(style=style)
        for index, run in enumerate(text.split("|")):
            added.add_run(run).bold = True if index % 2 else None
        for note in notes:
            footnotes.add(added, next(count)).add_run(note)
        return added

    word.add_paragraph("FACTSHEET – BOSNIA AND HERZEGOVINA", style="Title")
    paragraph("Synthetic Committee’s Implementation Report on:", "Subtitle")
    paragraph("“A synthetic theme for the tests”", "Subtitle")
    paragraph("Last update: 7 April 2025")
    paragraph("Table of Contents", "TOC Heading")
    paragraph("Synthetic frameworks\t2", "toc 1")
    paragraph("Synthetic frameworks", "Heading 1")
    paragraph(
        "A synthetic introduction to the second chapter, which runs over two lines and is cut by "
        "a page’s end."
    )
    paragraph(
        "Observations and recommendations of the Committee on synthetic frameworks specific to "
        "Bosnia and Herzegovina",
        "Heading 2",
    )
    observation = word.add_paragraph("The Committee notes ")
    add_link(observation, "a synthetic report", "https://example.org/report")
    observation.add_run(" on Bosnia and Herzegovina.")
    footnotes.add(observation, next(count)).add_run("Para. 3.")
    paragraph("The Committee |invite|s Bosnia and Herzegovina:")
    point = word.add_paragraph("to consider a ", style="List Bullet")
    point.add_run("synthetic").italic = True
    point.add_run(" measure:")
    paragraph("for one purpose,", "List Bullet 2")
    paragraph("for another.", "List Bullet 2", "Recommendation II-3.")
    last = paragraph("to go on.", "List Bullet", "Recommendation II-4")
    note = footnotes.add(last, next(count))
    note.add_run("A synthetic note with ")
    note.add_run("italics").italic = True
    note.add_run(".")
    second = OxmlElement("w:p")
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "It has two paragraphs."
    run.append(text)
    second.append(run)
    note._p.addnext(second)
    assert second.getparent().tag == qn("w:footnote")
    cell = word.add_table(1, 1).cell(0, 0)
    cell.paragraphs[0].add_run("Promising practice:").bold = True
    practice = cell.add_paragraph("In Bosnia and Herzegovina, a synthetic book was written.")
    add_link(
        footnotes.add(practice, next(count)), "https://example.org/book", "https://example.org/book"
    )
    paragraph("Generic recommendations of the Committee on synthetic frameworks", "Heading 2")
    paragraph("The Committee |invites| all Parties, including Bosnia and Herzegovina:")
    paragraph(
        "to share synthetic findings with each other, and to strengthen the exchange of "
        "synthetic tools.",
        "List Bullet",
        "Recommendations II-20, II-21.",
    )
    paragraph("to evaluate them.", "List Bullet", "Recommendation II-22.")
    file = io.BytesIO()
    word.save(file)
    return file.getvalue()


OWN_FILES: list[tuple[str, Callable[[], Tables], Callable[[], Tables], str]] = [
    ("BEL", committed, empty, ".md .docx"),  # its PDF has a test of its own
    ("MDA", lambda: moldova().tables, synthetic, ".md .docx .pdf"),
    ("TUR", lambda: turkiye().tables, lambda: moldova().tables, ".md .docx .pdf"),
    ("BIH", lambda: bosnia().tables, lambda: turkiye().tables, ".md .docx .pdf"),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("party_id", "tables", "before", "suffix"),
    [(*given, suffix) for *given, suffixes in OWN_FILES for suffix in suffixes.split()],
)
def test_the_programs_own_files_give_the_same_tables(
    party_id: str, tables: Callable[[], Tables], before: Callable[[], Tables], suffix: str
) -> None:
    """But that a PDF does not say which verb is bold in the source."""
    document = document_of(Items(tables()), party_id)
    again = ingest(written(document, suffix), before())
    assert not [p for p in again.problems if p.severity == "error"]
    for change in difference(tables(), again.tables):
        assert suffix == ".pdf"
        assert str(change.old) == str(change.new).replace("**", "")
