"""Each rule finds what it is for and nothing else, and says it in words that are read here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from textwrap import dedent

import pytest

from lanzarote_data.model.problems import Problem
from lanzarote_data.model.tables import Table, Tables
from lanzarote_data.store.csv_file import read_file
from lanzarote_data.store.descriptor import load_package
from lanzarote_data.validate.rules import RULES, check_rules, markdown_fault
from tests.packages import ROOT, edited, tiny_tables, with_row

CODES = {rule.code for rule in RULES}
TINY = tiny_tables()


def said(problems: Iterable[Problem]) -> list[str]:
    """The lines of what is said of each problem: its code and place, its message, its hint."""
    return [
        text
        for p in problems
        for text in (f"{p.code} {p.location.key} {p.location.field}".rstrip(), p.message, p.hint)
    ]


def lines(text: str) -> list[str]:
    """The lines of an indented text."""
    return [line.strip() for line in dedent(text).strip().splitlines()]


def with_follow_up(tables: Tables, *entries: tuple[str, str, str]) -> Tables:
    """The tables with entries: what follows the recommendation in their id, Party, date."""
    empty = dict.fromkeys(tables["follow_up"].resource.field_names, "")
    about = {**empty, "recommendation_id": "R2-BEL-II-1"}
    rows = tuple(
        {**about, "follow_up_id": f"R2-BEL-II-1.{local}", "party_id": party, "date": date}
        for local, party, date in entries
    )
    return tables.with_table(Table(tables["follow_up"].resource, rows))


def test_what_is_sound_breaks_no_rule() -> None:
    assert check_rules(TINY) == []


def test_a_rule_is_silent_where_a_table_that_it_needs_is_not_declared() -> None:
    tables = edited(TINY, "practices", "R2-BEL-II-p1", text="*one")
    tables = edited(tables, "observations", "R2-BEL-II-o1", text="*one")
    tables = edited(tables, "chapters", "R2-III", number="IV", introduction="{none}")
    tables = edited(tables, "recommendations", "R2-ALL-II-3", party_id="BEL", urgency="require")
    tables = edited(tables, "recommendations", "R2-BEL-II-2", position="20")
    tables = edited(tables, "recommendations", "R2-BEL-III-5", text="requests [^2][^3]")
    tables = edited(tables, "citations", "R2-BEL-II-1.1", observation_id="R2-BEL-II-o1", url="x")
    tables = edited(tables, "citations", "R2-BEL-II-2.1", marker="7", locator="7")
    entries = (("BEL.f1", "BEL", "2024-02-01"), ("BEL.f2", "BEL", "2024-01-01"), ("f", "FIN", ""))
    tables = with_follow_up(tables, *entries)
    assert {problem.code for problem in check_rules(tables)} == CODES
    for name in tables:
        resources = tuple(r for r in tables.package.resources if r.name != name)
        fewer = Tables(replace(tables.package, resources=resources), tables.values())
        silent = {rule.code for rule in RULES if name in rule.needs}
        assert {problem.code for problem in check_rules(fewer)} <= CODES - silent, name


def test_each_marker_without_a_citation_is_told_once() -> None:
    tables = edited(TINY, "chapters", "R2-III", introduction="One.[^2] Two.[^2]")
    tables = edited(tables, "practices", "R2-BEL-II-p1", text="One.[^1][^4][^3]")
    assert said(check_rules(tables)) == lines(
        """
        dangling-marker R2-BEL-II-p1 text
        The text has the marker [^4], but no citation belongs to it.
        Add a row to Citations for it, or take the marker out of the text.
        dangling-marker R2-BEL-II-p1 text
        The text has the marker [^3], but no citation belongs to it.
        Add a row to Citations for it, or take the marker out of the text.
        dangling-marker R2-III introduction
        The text has the marker [^2], but no citation belongs to it.
        Add a row to Citations for it, or take the marker out of the text.
        """
    )


def test_a_citation_of_nothing_is_not_that_of_a_text_without_an_id() -> None:
    tables = with_row(TINY, "observations", text="One.[^1]", chapter_id="R2-II", party_id="BEL")
    assert said(check_rules(tables))[:2] == [
        "dangling-marker  text",
        "The text has the marker [^1], but no citation belongs to it.",
    ]


def test_a_citation_wants_its_marker_just_once() -> None:
    tables = edited(TINY, "observations", "R2-BEL-II-o1", text="One.[^1] Two.[^1]")
    tables = edited(tables, "citations", "R2-BEL-II-2.1", marker="")
    tables = edited(tables, "citations", "R2-FIN-II-o1.1", observation_id="R2-XYZ-II-o1")
    tables = edited(tables, "chapters", "R2-II", introduction="None.")
    found = [p for p in check_rules(tables) if p.code == "citation-without-marker"]
    assert said(found) == lines(
        """
        citation-without-marker R2-II.1 marker
        The text of R2-II has no marker [^1].
        Put the marker once where the footnote belongs, or delete this citation.
        citation-without-marker R2-BEL-II-o1.1 marker
        The text of R2-BEL-II-o1 has the marker 2 times, [^1].
        Put the marker once where the footnote belongs, or delete this citation.
        """
    )


@pytest.mark.parametrize("marker", ["²", "9" * 5000, "-1", "x"])
def test_a_marker_that_is_no_number_is_no_marker(marker: str) -> None:
    tables = edited(TINY, "citations", "R2-BEL-II-o1.1", marker=marker)
    codes = [problem.code for problem in check_rules(tables)]
    assert codes == ["dangling-marker", "citation-id"]
    tables = edited(TINY, "observations", "R2-BEL-III-o1", text=f"One.[^{marker}]")
    assert check_rules(tables) == []


def test_a_citation_belongs_to_one_text() -> None:
    texts = {"observation_id": "R2-BEL-II-o1", "chapter_id": "R2-II"}
    tables = edited(TINY, "citations", "R2-BEL-II-1.1", **texts)
    tables = edited(tables, "citations", "R2-II.1", chapter_id="")
    found = [p for p in check_rules(tables) if p.code == "citation-parent"]
    titles = "Recommendation, Observation, Promising practice, Chapter"
    assert said(found) == lines(
        f"""
        citation-parent R2-II.1
        A citation belongs to exactly one text; this one names none.
        Fill in exactly one of {titles}.
        citation-parent R2-BEL-II-1.1
        A citation belongs to exactly one text; this one names R2-BEL-II-1 and R2-BEL-II-o1 and R2-II.
        Fill in exactly one of {titles}.
        """  # noqa: E501
    )


def test_the_id_of_a_citation_is_that_of_its_text_and_its_marker() -> None:
    tables = edited(TINY, "citations", "R2-II.1", citation_id="R2-III.1")
    tables = edited(tables, "citations", "R2-BEL-II-o1.1", observation_id="", citation_id="x")
    found = [p for p in check_rules(tables) if p.code == "citation-id"]
    assert said(found) == lines(
        """
        citation-id R2-III.1 citation_id
        The id is “R2-III.1”, but the row is footnote 1 of R2-II.
        The id must be R2-II.1. In a workbook: delete the row and add it anew.
        """
    )


def test_kind_and_locator_say_what_the_footnote_says() -> None:
    changes = {
        "R2-II.1": {"kind": "literature"},  # is for a person to say
        "R2-BEL-II-2.1": {"kind": "paragraph", "locator": "3"},  # told once, by its kind
        "R2-BEL-II-1.1": {"kind": "note"},
        "R2-ALL-II-3.1": {"locator": ""},
        "R2-BEL-II-p1.1": {"locator": "7"},
    }
    tables = TINY
    for row_id, texts in changes.items():
        tables = edited(tables, "citations", row_id, **texts)
    assert said(check_rules(tables)) == lines(
        """
        locator-disagrees R2-BEL-II-1.1 kind
        The kind is “note”, but the text “Recommendation II-1.” is a recommendation.
        Write recommendation, or correct the text.
        locator-disagrees R2-BEL-II-2.1 kind
        The kind is “paragraph”, but the text “Another synthetic note.” is a note.
        Write note, or correct the text.
        locator-disagrees R2-ALL-II-3.1 locator
        The locator is “”, but the text says “Recommendation II-3.”.
        Write 'II-3'.
        locator-disagrees R2-BEL-II-p1.1 locator
        The locator is “7”, but the text says “<https://example.org/>”.
        Leave the locator empty.
        """
    )


def test_the_address_is_all_web_addresses_of_the_footnote() -> None:
    both = "See <https://example.org/a>, <mailto:a@example.org> and <http://example.org/b>."
    texts = {"kind": "note", "text": both}
    tables = edited(TINY, "citations", "R2-BEL-II-p1.1", **texts)
    assert said(check_rules(tables)) == lines(
        """
        address-disagrees R2-BEL-II-p1.1 url
        The address is “https://example.org/”, but the footnote gives “https://example.org/a http://example.org/b”.
        Write the address as in the footnote.
        """
    )
    wanted = "https://example.org/a http://example.org/b"
    assert check_rules(edited(tables, "citations", "R2-BEL-II-p1.1", url=wanted)) == []


def test_a_footnote_cites_recommendations_of_the_chapter_in_which_it_stands() -> None:
    cited = {"kind": "recommendation", "locator": "III-1;II-1;III-2"}
    cited["text"] = "Recommendations III-1, II-1 and III-2."
    tables = edited(TINY, "citations", "R2-BEL-II-1.1", **cited)
    tables = edited(tables, "citations", "R2-II.1", **cited)
    tables = edited(tables, "citations", "R2-BEL-II-p1.1", url="", **cited)
    assert said(check_rules(tables)) == lines(
        """
        cited-chapter R2-II.1 locator
        R2-II stands in chapter II, but this footnote cites III-1, III-2.
        Correct the footnote, or the text that it belongs to.
        cited-chapter R2-BEL-II-1.1 locator
        R2-BEL-II-1 stands in chapter II, but this footnote cites III-1, III-2.
        Correct the footnote, or the text that it belongs to.
        cited-chapter R2-BEL-II-p1.1 locator
        R2-BEL-II-p1 stands in chapter II, but this footnote cites III-1, III-2.
        Correct the footnote, or the text that it belongs to.
        """
    )


def test_where_no_chapter_is_known_a_footnote_may_cite_any() -> None:
    tables = edited(TINY, "recommendations", "R2-BEL-II-1", chapter_id="R2-XX")
    tables = edited(tables, "citations", "R2-FIN-II-1.1", recommendation_id="R2-FIN-II-9")
    assert "cited-chapter" not in {problem.code for problem in check_rules(tables)}


def test_specific_rows_name_a_party_and_generic_rows_none() -> None:
    tables = edited(TINY, "recommendations", "R2-BEL-II-1", party_id="")
    tables = edited(tables, "recommendations", "R2-ALL-II-3", party_id="BEL")
    tables = edited(tables, "recommendations", "R2-ALL-III-1", addressing="named")
    found = [p for p in check_rules(tables) if p.code == "scope-and-party"]
    assert said(found) == lines(
        """
        scope-and-party R2-BEL-II-1 party_id
        The recommendation is specific, but names no Party.
        Name the Party.
        scope-and-party R2-ALL-II-3 party_id
        The recommendation is generic, but names the Party BEL.
        Leave the Party empty.
        scope-and-party R2-ALL-III-1 addressing
        The recommendation is generic, but addressed to a Party by name.
        Write all or conditional.
        """
    )


def test_the_urgency_is_the_verb_of_the_sentence() -> None:
    long = "The Committee " + "very " * 30 + "strongly **invites**"
    changes = {
        "R2-BEL-II-1": {"urgency": "request"},
        "R2-BEL-II-2": {"urgency": "require", "text": "requires this.[^1][^2]"},
        "R2-ALL-II-3": {"lead_in": "The Committee reinvites, and invitestoo:"},
        "R2-BEL-III-5": {"urgency": "urge"},
        "R2-ALL-III-1": {"lead_in": long},
        "R2-FIN-II-1": {"urgency": "invite", "lead_in": "", "text": "All is invited.[^1]"},
    }
    tables = TINY
    for row_id, texts in changes.items():
        tables = edited(tables, "recommendations", row_id, **texts)
    cut = long[:119]
    assert said(check_rules(tables)) == lines(
        f"""
        urgency-disagrees R2-BEL-II-1 urgency
        The urgency is request, but “requests” does not stand in “The Committee **invites** {{party}}:”.
        Correct the urgency, or the words: both must say the same.
        urgency-disagrees R2-BEL-II-2 urgency
        The urgency is require, but “requires” does not stand in “The Committee **invites** {{party}}:”.
        Correct the urgency, or the words: both must say the same.
        urgency-disagrees R2-ALL-II-3 urgency
        The urgency is invite, but “invites” does not stand in “The Committee reinvites, and invitestoo:”.
        Correct the urgency, or the words: both must say the same.
        urgency-disagrees R2-ALL-III-1 urgency
        The urgency is require, but “requires” does not stand in “{cut}…”.
        Correct the urgency, or the words: both must say the same.
        urgency-disagrees R2-FIN-II-1 urgency
        The urgency is invite, but “invites” does not stand in “All is invited.[^1]”.
        Correct the urgency, or the words: both must say the same.
        """  # noqa: E501
    )


def test_a_position_of_a_chapter_is_that_of_one_row_whatever_its_table() -> None:
    tables = edited(TINY, "observations", "R2-BEL-II-o1", position="20")
    tables = edited(tables, "practices", "R2-BEL-II-p1", position="20")
    assert said(check_rules(tables)) == lines(
        """
        doubled-position R2-BEL-II-o1 position
        The position 20 of this chapter is that of R2-BEL-II-1 too.
        Give one of them another number, such as one between its neighbours.
        doubled-position R2-BEL-II-p1 position
        The position 20 of this chapter is that of R2-BEL-II-1 too.
        Give one of them another number, such as one between its neighbours.
        """
    )
    for row_id in ("R2-BEL-II-1", "R2-BEL-II-2"):  # each lacks its own, which is told elsewhere
        tables = edited(tables, "recommendations", row_id, position="")
    tables = edited(tables, "practices", "R2-BEL-II-p1", document_id="R2-FIN-FACTSHEET")
    assert [p.location.key for p in check_rules(tables)] == ["R2-BEL-II-p1"]


def test_an_id_agrees_with_its_row() -> None:
    tables = edited(TINY, "recommendations", "R2-BEL-III-5", recommendation_id="R2-BEL-II-5")
    tables = edited(tables, "recommendations", "R2-BEL-II-2", chapter_id="R1-II")
    tables = edited(tables, "recommendations", "R2-ALL-II-3", party_id="FIN")
    tables = edited(tables, "observations", "R2-BEL-II-o1", party_id="")
    tables = edited(tables, "observations", "R2-BEL-III-o1", observation_id="of no form")
    tables = edited(tables, "observations", "R2-FIN-II-o1", party_id="BEL", chapter_id="")
    found = [p for p in check_rules(tables) if p.code == "id-disagrees"]
    assert said(found) == lines(
        """
        id-disagrees R2-BEL-II-2 recommendation_id
        The id R2-BEL-II-2 is of chapter R2-II, the row is of R1-II.
        Put chapter and Party back, or delete the row and add it as a new one.
        id-disagrees R2-ALL-II-3 recommendation_id
        The id R2-ALL-II-3 is of all Parties, the row is of the Party FIN.
        Put chapter and Party back, or delete the row and add it as a new one.
        id-disagrees R2-BEL-II-5 recommendation_id
        The id R2-BEL-II-5 is of chapter R2-II, the row is of R2-III.
        Put chapter and Party back, or delete the row and add it as a new one.
        id-disagrees R2-BEL-II-o1 observation_id
        The id R2-BEL-II-o1 is of the Party BEL, the row is of all Parties.
        Put chapter and Party back, or delete the row and add it as a new one.
        id-disagrees R2-FIN-II-o1 observation_id
        The id R2-FIN-II-o1 is of chapter R2-II, the row is of none.
        Put chapter and Party back, or delete the row and add it as a new one.
        """
    )


def test_the_id_of_a_practice_names_any_party_but_its_own_chapter() -> None:
    tables = edited(TINY, "practices", "R2-BEL-II-p1", chapter_id="R2-III")
    found = [p for p in check_rules(tables) if p.code == "id-disagrees"]
    assert [p.message for p in found] == [
        "The id R2-BEL-II-p1 is of chapter R2-II, the row is of R2-III."
    ]


def test_the_id_of_a_chapter_is_its_round_and_number() -> None:
    tables = edited(TINY, "chapters", "R2-II", round_id="R1")
    assert said(check_rules(tables)) == lines(
        """
        chapter-id R2-II chapter_id
        The id is “R2-II”, but round and number make R1-II.
        Write R1-II.
        """
    )


BOLD = "A ** for bold type has no partner."
ITALICS = "A * for italics has no partner."
BRACKET = "A square bracket [ or ] has no partner."
LINK = "A link has no closing bracket )."


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("**one", BOLD),
        ("**one** **", BOLD),
        ("*one", ITALICS),
        ("*a **b*", BOLD),
        ("**a** *b", ITALICS),
        ("[one", BRACKET),
        ("one]", BRACKET),
        ("[one](two", LINK),
        ("[a](b) [one](two", LINK),
        ("*one [a", ITALICS),
        ("[a](b [c", BRACKET),
        ("*one* and **two**, *three*", ""),
        ("***one***", ""),
        ("* one\n  * two\n*three*", ""),
        ("**\n** * one", ""),
        ("one * two", ITALICS),
        ("a `*", ITALICS),
        ("a \\` `*` *", ITALICS),
        ("[a](b) [c](d)", ""),
        ("\\*", ""),
        ("\\[ and `[` and <a[b>", ""),
        ("`*`", ""),
        ("<a*b>", ""),
        ("http://example.org/*a", ""),
        ("https://example.org/[a]]", ""),
        ("*https://example.org/*", ""),
        ("*<https://example.org/>*", ""),
        ("*`code`*", ""),
        ("[a]`code`(b", ""),
        ("(https://example.org/a*b) *one", ITALICS),
    ],
)
def test_what_begins_ends(text: str, fault: str) -> None:
    assert markdown_fault(text) == fault


def test_texts_out_of_balance_are_told_wherever_they_stand() -> None:
    tables = edited(TINY, "chapters", "R2-III", introduction="*one", title="*no Markdown")
    for row_id in ("R2-BEL-II-o1", "R2-FIN-II-o1"):
        tables = edited(tables, "observations", row_id, text="**One.[^1]", lead_in="[One")
    found = said(check_rules(tables))
    hint = "Each * or ** that begins needs one that ends; a link is [words](address)."
    assert found == [
        *("markdown-unbalanced R2-III introduction", ITALICS, hint),
        *("markdown-unbalanced R2-BEL-II-o1 lead_in", BRACKET, hint),
        *("markdown-unbalanced R2-FIN-II-o1 lead_in", BRACKET, hint),
        *("markdown-unbalanced R2-BEL-II-o1 text", BOLD, hint),
        *("markdown-unbalanced R2-FIN-II-o1 text", BOLD, hint),
    ]


def test_only_the_party_stands_in_braces() -> None:
    texts = {"introduction": "{a}[^1]", "specific_heading": "{b", "generic_heading": "c}"}
    tables = edited(TINY, "chapters", "R2-II", **texts, title="{party} {title}")
    tables = edited(tables, "observations", "R2-BEL-III-o1", lead_in="{ party}", text="{text}")
    tables = edited(tables, "recommendations", "R2-ALL-II-3", lead_in="invites {{party}}")
    assert said(check_rules(tables)) == [
        part
        for place, text in (
            ("R2-ALL-II-3 lead_in", "invites {{party}}"),
            ("R2-BEL-III-o1 lead_in", "{ party}"),
            ("R2-II introduction", "{a}[^1]"),
            ("R2-II specific_heading", "{b"),
            ("R2-II generic_heading", "c}"),
        )
        for part in (
            f"unknown-template {place}",
            f"Braces stand in “{text}” around something other than party.",
            "Write {party}, in small letters, where the name of the Party stands.",
        )
    ]


def test_follow_up_names_its_recommendation_and_a_party_that_it_is_addressed_to() -> None:
    tables = with_follow_up(TINY, ("BEL.f1", "BEL", "2024-01-01"), ("FIN.f1", "BEL", "2024-01-01"))
    tables = with_row(
        tables, "follow_up", follow_up_id="a", recommendation_id="R2-ALL-II-3", party_id="FIN"
    )
    tables = with_row(tables, "follow_up", follow_up_id="b", recommendation_id="R2", party_id="FIN")
    tables = with_row(
        tables,
        "follow_up",
        follow_up_id="R2-BEL-II-2.FIN.f1",
        recommendation_id="R2-BEL-II-2",
        party_id="FIN",
    )
    assert sorted(zip(*[iter(said(check_rules(tables)))] * 3, strict=True)) == [
        ("follow-up-id R2-BEL-II-1.FIN.f1 follow_up_id",
         "The id “R2-BEL-II-1.FIN.f1” is not of this recommendation and Party.",
         "It must begin with R2-BEL-II-1.BEL.f."),
        ("follow-up-id a follow_up_id",
         "The id “a” is not of this recommendation and Party.",
         "It must begin with R2-ALL-II-3.FIN.f."),
        ("follow-up-id b follow_up_id",
         "The id “b” is not of this recommendation and Party.",
         "It must begin with R2.FIN.f."),
        ("follow-up-party R2-BEL-II-2.FIN.f1 party_id",
         "R2-BEL-II-2 is addressed to BEL alone.",
         "Write BEL."),
    ]  # fmt: skip


def test_follow_up_stands_in_the_order_of_its_dates() -> None:
    tables = with_follow_up(
        TINY,
        ("BEL.f10", "BEL", "2024-01-31"),
        ("BEL.f9", "BEL", "2024-02-29"),
        ("BEL.f8", "BEL", "2024-02-29"),
        ("BEL.f7", "BEL", "2024-01-01"),
        ("BEL.f6", "BEL", "2024-01"),
        ("BEL.f5", "BEL", "in 2023"),
        ("FIN.f4", "FIN", "2025-01-01"),
        ("BEL.f3", "BEL", "2023-01-01"),
        ("BEL.f11", "BEL", "2024-02-28"),
        ("BEL.f12", "BEL", "2024-03-01"),
        ("BEL.f" + "9" * 5000, "BEL", "2022-01-01"),
        ("BEL.f1", "BEL", "2023-01-01"),
        ("of no form", "BEL", "2022-01-01"),
    )
    found = [p for p in check_rules(tables) if p.code == "follow-up-order"]
    hint = "Entries stand in the order of their dates: correct the date of one of the two."
    after = "but it was added after R2-BEL-II-1.BEL.f9 of 2024-02-29."
    assert [(p.location.key, p.location.field, p.message, p.hint) for p in found] == [
        ("R2-BEL-II-1.BEL.f10", "date", f"The entry is dated 2024-01-31, {after}", hint),
        ("R2-BEL-II-1.BEL.f11", "date", f"The entry is dated 2024-02-28, {after}", hint),
    ]


def test_our_own_tables_break_no_rule() -> None:
    package = load_package(ROOT)
    tables = (read_file(r, package.table_path(r)).table for r in package.resources)
    assert check_rules(Tables(package, tables)) == []
