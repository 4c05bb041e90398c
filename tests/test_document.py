"""The one tree of a factsheet, and that all that is written from it agrees."""

from __future__ import annotations

import re

import pytest

import lanzarote_data as lz
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.tables import Table, Tables
from lanzarote_data.render.html import html_of, pages_of
from lanzarote_data.render.markdown import markdown_of
from lanzarote_data.site.build import Settings, site_files
from lanzarote_data.text.document import Chapter, document_of
from lanzarote_data.text.items import Items
from tests.packages import edited, own_tables, with_row, without
from tests.site_examples import whole

pytestmark = pytest.mark.slow

OWN = "R2-BEL-FACTSHEET"
S = Settings()
BOX = "A synthetic practice in a box."


def boxed(tables: Tables, position: int) -> Tables:
    """The tables with the practice of chapter V at another position."""
    return edited(tables, "practices", "R2-BEL-V-p1", text=BOX, position=str(position))


def of_another_party(position: int) -> Tables:
    """Tables with a factsheet on Finland: two rows of its own in chapter V, and a practice."""
    tables = with_row(
        own_tables(),
        "documents",
        document_id="R2-FIN-FACTSHEET",
        title="A synthetic factsheet",
        round_id="R2",
        party_id="FIN",
    )
    for number in (1, 2):
        tables = with_row(
            tables,
            "observations",
            observation_id=f"R2-FIN-V-o{number}",
            chapter_id="R2-V",
            party_id="FIN",
            text=f"A synthetic observation {number}.",
            layout="paragraph",
            document_id="R2-FIN-FACTSHEET",
            position=str(10 * number),
        )
    return with_row(
        tables,
        "practices",
        practice_id="R2-FIN-V-p1",
        chapter_id="R2-V",
        heading="Promising practice:",
        text=BOX,
        document_id="R2-FIN-FACTSHEET",
        position=str(position),
    )


OURS = own_tables()
CASES = {
    "within the generic part, as in the source": (OURS, "BEL", "R2-ALL-V-8"),
    "right after the last specific row": (
        edited(boxed(OURS, 60), "recommendations", "R2-ALL-V-3", position="65"),
        "BEL",
        "R2-BEL-V-18",
    ),
    "between the parts, in no step": (boxed(OURS, 57), "BEL", "R2-BEL-V-18"),
    "within the specific part": (boxed(OURS, 25), "BEL", "R2-BEL-V-o2"),
    "after the last specific row, of which one is gone": (
        without(boxed(OURS, 55), "recommendations", "R2-BEL-V-18"),
        "BEL",
        "R2-BEL-V-o4",
    ),
    "after all": (boxed(OURS, 500), "BEL", "R2-ALL-V-19"),
    "after the specific rows of a second factsheet": (of_another_party(30), "FIN", "R2-FIN-V-o2"),
    "after a generic row that the first factsheet has": (
        of_another_party(40),
        "FIN",
        "R2-ALL-V-19",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_practice_is_in_the_same_place_in_the_factsheet_and_on_the_site(case: str) -> None:
    tables, party, expected = CASES[case]
    chapter = next(c for c in document_of(Items(tables), party).chapters if "V." in c.title[:2])
    order = [item.id for item in chapter.items]
    practice = f"R2-{party}-V-p1"
    assert order[order.index(practice) - 1] == expected
    is_specific = f"R2-{party}" in expected
    assert (practice in _ids(chapter, 0)) is is_specific
    page = whole(site_files(tables, Settings()))[f"factsheets/R2-{party}.html"].decode()
    section = page.partition('<section id="V">')[2].partition("</section>")[0]
    assert re.findall(r'<li id="(R2-[^"]+)"', section) == order
    for text in (section, markdown_of(document_of(Items(tables), party)).partition("## V. ")[2]):
        words = BOX if BOX in text else "the Media centre works with"
        assert (text.index(words) < text.index("Generic recommendations")) is is_specific


def _ids(chapter: Chapter, part: int) -> set[str]:
    return {entry.item.id for group in chapter.parts[part].groups for entry in group.entries}


def test_a_box_does_not_end_the_list_that_it_interrupts() -> None:
    """The lead-in is not said twice, as in the source."""
    (chapter,) = (c for c in document_of(Items(OURS), "BEL").chapters if c.title[:2] == "V.")
    kinds = [(group.kind, bool(group.lead_in)) for group in chapter.parts[1].groups]
    assert kinds == [("list", True), ("list", True), ("box", False), ("list", False)]


def test_neighbouring_markers_are_set_apart_everywhere() -> None:
    tables = edited(
        OURS, "recommendations", "R2-BEL-II-6", text="A synthetic recommendation.[^1][^2][^3]"
    )
    for number in (2, 3):
        tables = with_row(
            tables,
            "citations",
            citation_id=f"R2-BEL-II-6.{number}",
            recommendation_id="R2-BEL-II-6",
            marker=str(number),
            kind="note",
            text=f"A synthetic note {number}.",
        )
    document = document_of(Items(tables), "BEL")
    assert len(re.findall(r"\]\u00a0\[\^", markdown_of(document))) >= 2
    site = whole(site_files(tables, Settings()))
    pages = [site[f"{name}.html"].decode() for name in PAGES_OF_ONE_ITEM]
    for page in (markdown_of(document), html_of(document), pages_of(document), *pages):
        assert not re.search(r"\]\[\^[0-9]|</sup><sup|</span><span class=\"footnote", page)
        assert "\u00a0" in page


PAGES_OF_ONE_ITEM = ("recommendations/R2-BEL-II-6", "factsheets/R2-BEL")


def test_the_name_of_a_party_begins_a_sentence_with_a_capital() -> None:
    tables = edited(
        OURS, "chapters", "R2-II", introduction="{party} is a Party. All of {party}. {party} too."
    )
    tables = edited(tables, "parties", "BEL", name_in_sentence="the Kingdom")
    expected = "The Kingdom is a Party. All of the Kingdom. The Kingdom too."
    assert expected in markdown_of(document_of(Items(tables), "BEL"))
    assert expected in whole(site_files(tables, Settings()))["factsheets/R2-BEL.html"].decode()


def with_round(tables: Tables, **texts: str) -> Tables:
    """The tables with a third round that has no rows yet."""
    about = {"title": "Third", "theme": "A theme", "code_pattern": "R[0-9]+", **texts}
    return with_row(tables, "rounds", round_id="R3", number="3", **about)


def test_a_round_without_rows_changes_no_byte_of_a_factsheet() -> None:
    more = with_round(OURS)
    for party in ("BEL", "FIN"):
        before, after = (document_of(Items(tables), party) for tables in (OURS, more))
        assert html_of(after) == html_of(before)
        assert markdown_of(after) == markdown_of(before)
    begun = with_row(
        *(more, "chapters"),
        **{"chapter_id": "R3-I", "round_id": "R3", "number": "I", "position": "10"},
        **{"title": "A chapter", "introduction": "An introduction."},
    )
    assert document_of(Items(begun), "FIN").theme == before.theme
    # Without a report there is nothing to say of it, and no fault.
    empty = document_of(Items(more), "BEL", "R3")
    assert (empty.chapters, empty.subtitle, empty.theme) == ((), "Third", "A theme")
    with pytest.raises(LanzaroteError, match="no round 'R4'"):
        document_of(Items(more), "BEL", "R4")
    site, wider = (whole(site_files(tables, Settings())) for tables in (OURS, more))
    changed = {path for path in site if site[path] != wider[path]}
    assert wider.keys() == site.keys()
    assert changed == {"data/rounds.csv", "data.html"}


def edition() -> Tables:
    """A second edition, which no longer states two rows."""
    tables = with_row(
        *(OURS, "documents"),
        **{"document_id": "R2-BEL-FACTSHEET-2", "title": "A second edition", "round_id": "R2"},
        **{"party_id": "BEL", "date": "2026-01-01", "replaces": "R2-BEL-FACTSHEET"},
    )
    for name, row_id in (("recommendations", "R2-BEL-II-6"), ("practices", "R2-BEL-V-p1")):
        tables = edited(tables, name, row_id, withdrawn_in="R2-BEL-FACTSHEET-2")
    return with_row(
        *(tables, "follow_up"),
        **{"follow_up_id": "R2-II-6.BEL.f1", "report_recommendation_id": "R2-II-6"},
        **{"party_id": "BEL", "date": "2024-01-01", "kind": "measure", "status": "reported"},
        **{"text": "A synthetic measure.", "source": "A letter"},
    )


@pytest.mark.parametrize("replaced_first", [True, False])
def test_a_later_edition_is_the_factsheet_whatever_the_order(replaced_first: bool) -> None:
    tables = edition()
    rows = sorted(tables.rows("documents"), key=lambda r: r["replaces"], reverse=replaced_first)
    tables = tables.with_table(Table(tables["documents"].resource, rows))
    document = document_of(Items(tables), "BEL")
    assert (document.title, document.updated) == ("A second edition", "01.01.2026")


def test_what_a_later_edition_withdrew_is_on_no_page_of_what_is_stated() -> None:
    tables = edition()
    text = markdown_of(document_of(Items(tables), "BEL"))
    assert "when he/she possess" not in text
    site = whole(site_files(tables, S))
    page = site["recommendations/R2-BEL-II-6.html"].decode()
    assert "A later edition of the factsheet no longer states this text" in page
    assert "A second edition</span>, 2026-01-01" in page
    assert "A synthetic measure." in page
    linking = [path for path, content in site.items() if b"R2-BEL-II-6.html" in content]
    assert sorted(linking) == ["editions/R2-BEL-FACTSHEET-2.html", "report/R2-II-6.html"]
    assert 'factsheets/R2-BEL.html#II"' in page, "there is no place of its own to link to"
    assert b"75 recommendations: 23 to this Party" in site["factsheets/R2-BEL.html"]
    assert b"<strong>8</strong> promising practices" in site["index.html"]
    data = lz.Dataset(tables)
    assert "R2-BEL-II-6" not in data.addressed_to("BEL").index
    assert data.counts("urgency").to_dict() == {"require": 9, "request": 10, "invite": 56}
    assert ("R2-II-6", "BEL") not in data.matrix().index
    assert list(data.follow_up_history("II-6").status) == ["reported"]
