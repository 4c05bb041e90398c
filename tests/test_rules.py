"""Each rule finds what it is for and nothing else, at its place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lanzarote_data.model.tables import Table, Tables
from lanzarote_data.validate.rules import RULES, check_rules
from lanzarote_data.validate.rules.texts import markdown_fault
from tests.packages import edited, own_tables, tiny_tables, with_row

CODES = {rule.code for rule in RULES}
TINY = tiny_tables()
Edit = tuple[str, str, dict[str, str]]


def changed(*edits: Edit) -> Tables:
    """The tables of the tiny package with some cells changed: table, id of the row, texts."""
    tables = TINY
    for table, row_id, texts in edits:
        tables = edited(tables, table, row_id, **texts)
    return tables


def found(tables: Tables, code: str = "") -> list[str]:
    """The code, the key and the field of each problem, or of those with one code."""
    return [
        f"{p.code} {p.location.key} {p.location.field}".rstrip()
        for p in check_rules(tables)
        if code in ("", p.code)
    ]


def with_follow_up(*entries: tuple[str, str, str]) -> Tables:
    """The tables with entries: what follows the recommendation in their id, Party, date."""
    empty = dict.fromkeys(TINY["follow_up"].resource.field_names, "")
    about = {**empty, "report_recommendation_id": "R2-II-1"}
    rows = tuple(
        {**about, "follow_up_id": f"R2-II-1.{local}", "party_id": party, "date": date}
        for local, party, date in entries
    )
    return TINY.with_table(Table(TINY["follow_up"].resource, rows))


def test_sound_tables_break_no_rule() -> None:
    assert check_rules(TINY) == []
    own = check_rules(own_tables())
    assert [(p.code, p.location.key) for p in own] == [
        ("document-without-address", "R2-BEL-FACTSHEET")
    ]


def test_every_rule_has_a_code_of_its_own_and_a_sentence() -> None:
    assert len(CODES) == len(RULES)
    assert all(rule.sentence.endswith(".") for rule in RULES)


def test_a_rule_is_silent_where_a_table_that_it_needs_is_not_declared() -> None:
    entries = (("BEL.f1", "BEL", "2024-02-01"), ("BEL.f2", "BEL", "2024-01-01"), ("f", "FIN", ""))
    tables = with_follow_up(*entries)
    for table, row_id, texts in (
        ("practices", "R2-BEL-II-p1", {"text": "*one"}),
        ("observations", "R2-BEL-II-o1", {"text": "*one"}),
        ("chapters", "R2-III", {"number": "IV", "introduction": "{none}"}),
        ("chapters", "R2-II", {"introduction": "\ufffd \u200b \u00e2\u20ac\u2122"}),
        ("recommendations", "R2-ALL-II-3", {"party_id": "BEL", "urgency": "require"}),
        ("recommendations", "R2-BEL-II-2", {"position": "20"}),
        ("recommendations", "R2-BEL-III-5", {"text": "requests [^2][^3]"}),
        ("citations", "R2-BEL-II-1.1", {"observation_id": "R2-BEL-II-o1", "url": "x"}),
        ("citations", "R2-BEL-II-2.1", {"marker": "7", "locator": "7"}),
        ("citations", "R2-BEL-II-o1.1", {"kind": "recommendation"}),
        ("citations", "R2-BEL-II-p1.1", {"kind": "recommendation"}),
        ("citations", "R2-FIN-II-1.1", {"kind": "note", "locator": ""}),
        ("citations", "R2-ALL-II-3.1", {"locator": "II-99", "text": "Recommendation II-99."}),
        ("citations", "R2-FIN-II-o1.1", {"locator": "48", "text": "Para. 48."}),
        ("documents", "R2-BEL-FACTSHEET", {"number": ""}),
        ("recommendations", "R2-BEL-II-1", {"text": "{party}", "withdrawn_in": "R2-REPORT"}),
        ("report_recommendations", "R2-III-1", {"code": "1", "urgency": "invite"}),
        ("report_recommendations", "R2-II-9", {"chapter_id": "R2-III"}),
        ("report_recommendations", "R2-II-4", {"document_id": "R2-BEL-FACTSHEET"}),
        ("report_paragraphs", "R2-P60", {"number": "61"}),
        ("citations", "R2-BEL-III-5.1", {"locator": "II-2"}),
        ("documents", "R2-FIN-FACTSHEET", {"replaces": "R2-BEL-FACTSHEET"}),
        ("urgencies", "request", {"urgency": "ask"}),
        ("recommendations", "R2-FIN-II-1", {"urgency": "ask"}),
        ("observations", "R2-FIN-II-o1", {"text": "The Committee urges Finland to look.[^1]"}),
    ):
        tables = edited(tables, table, row_id, **texts)
    assert {problem.code for problem in check_rules(tables)} == CODES - {
        "not-filed"
    }  # no work list
    for name in tables:
        resources = tuple(r for r in tables.package.resources if r.name != name)
        fewer = Tables(replace(tables.package, resources=resources), tables.values())
        silent = {rule.code for rule in RULES if name in getattr(rule, "needs", ())}
        assert {problem.code for problem in check_rules(fewer)} <= CODES - silent, name


# Citations.


def test_each_marker_without_a_citation_is_found_once() -> None:
    tables = changed(
        ("chapters", "R2-III", {"introduction": "One.[^2] Two.[^2]"}),
        ("practices", "R2-BEL-II-p1", {"text": "One.[^1][^4][^3]"}),
    )
    assert found(tables) == [
        *["dangling-marker R2-BEL-II-p1 text"] * 2,
        "dangling-marker R2-III introduction",
    ]


def test_a_citation_of_nothing_is_not_that_of_a_text_without_an_id() -> None:
    tables = with_row(TINY, "observations", text="One.[^1]", chapter_id="R2-II", party_id="BEL")
    assert found(tables)[0] == "dangling-marker  text"


def test_a_citation_has_its_marker_exactly_once() -> None:
    tables = changed(
        ("observations", "R2-BEL-II-o1", {"text": "One.[^1] Two.[^1]"}),
        ("citations", "R2-BEL-II-2.1", {"marker": ""}),
        ("citations", "R2-FIN-II-o1.1", {"observation_id": "R2-XYZ-II-o1"}),
        ("chapters", "R2-II", {"introduction": "None."}),
    )
    assert found(tables, "citation-without-marker") == [
        "citation-without-marker R2-II.1 marker",
        "citation-without-marker R2-BEL-II-o1.1 marker",
    ]


@pytest.mark.parametrize("marker", ["²", "9" * 5000, "-1", "x"])
def test_a_marker_that_is_not_a_number_is_no_marker(marker: str) -> None:
    tables = changed(("citations", "R2-BEL-II-o1.1", {"marker": marker}))
    assert [problem.code for problem in check_rules(tables)] == ["dangling-marker", "citation-id"]
    assert found(changed(("observations", "R2-BEL-III-o1", {"text": f"One.[^{marker}]"}))) == []


def test_a_citation_belongs_to_one_text() -> None:
    two = {"observation_id": "R2-BEL-II-o1", "chapter_id": "R2-II"}
    tables = changed(
        ("citations", "R2-BEL-II-1.1", two), ("citations", "R2-II.1", {"chapter_id": ""})
    )
    assert found(tables, "citation-parent") == [
        "citation-parent R2-II.1",
        "citation-parent R2-BEL-II-1.1",
    ]


def test_the_id_of_a_citation_is_that_of_its_text_and_its_marker() -> None:
    tables = changed(
        ("citations", "R2-II.1", {"citation_id": "R2-III.1"}),
        ("citations", "R2-BEL-II-o1.1", {"observation_id": "", "citation_id": "x"}),
    )
    assert found(tables, "citation-id") == ["citation-id R2-III.1 citation_id"]


def test_kind_and_locator_say_what_the_footnote_says() -> None:
    tables = changed(
        ("citations", "R2-II.1", {"kind": "literature"}),  # which a person decides
        ("citations", "R2-BEL-II-2.1", {"kind": "paragraph", "locator": "3"}),  # found once
        ("citations", "R2-BEL-II-1.1", {"kind": "note"}),
        ("citations", "R2-ALL-II-3.1", {"locator": ""}),
        ("citations", "R2-BEL-II-p1.1", {"locator": "7"}),
    )
    assert found(tables, "locator-disagrees") == [
        "locator-disagrees R2-BEL-II-1.1 kind",
        "locator-disagrees R2-BEL-II-2.1 kind",
        "locator-disagrees R2-ALL-II-3.1 locator",
        "locator-disagrees R2-BEL-II-p1.1 locator",
    ]


def test_the_address_is_all_web_addresses_of_the_footnote() -> None:
    both = "See <https://example.org/a>, <mailto:a@example.org> and <http://example.org/b>."
    tables = changed(("citations", "R2-BEL-II-p1.1", {"kind": "note", "text": both}))
    assert found(tables) == ["address-disagrees R2-BEL-II-p1.1 url"]
    wanted = "https://example.org/a http://example.org/b"
    assert found(edited(tables, "citations", "R2-BEL-II-p1.1", url=wanted)) == []


def test_a_footnote_cites_recommendations_of_its_own_chapter() -> None:
    cited = {"kind": "recommendation", "locator": "III-1;II-1;III-2"}
    cited["text"] = "Recommendations III-1, II-1 and III-2."
    ids = ("R2-II.1", "R2-BEL-II-1.1", "R2-BEL-II-p1.1")
    tables = changed(*(("citations", row_id, {**cited, "url": ""}) for row_id in ids))
    assert found(tables, "cited-chapter") == [f"cited-chapter {row_id} locator" for row_id in ids]
    unknown = changed(
        ("recommendations", "R2-BEL-II-1", {"chapter_id": "R2-XX"}),
        ("citations", "R2-FIN-II-1.1", {"recommendation_id": "R2-FIN-II-9"}),
    )
    assert found(unknown, "cited-chapter") == []


# Items.


def test_specific_rows_name_a_party_and_generic_rows_none() -> None:
    tables = changed(
        ("recommendations", "R2-BEL-II-1", {"party_id": ""}),
        ("recommendations", "R2-ALL-II-3", {"party_id": "BEL"}),
        ("recommendations", "R2-ALL-III-1", {"addressing": "named"}),
    )
    assert found(tables, "scope-and-party") == [
        "scope-and-party R2-BEL-II-1 party_id",
        "scope-and-party R2-ALL-II-3 party_id",
        "scope-and-party R2-ALL-III-1 addressing",
    ]


def test_the_urgency_is_the_verb_of_the_sentence() -> None:
    changes = {
        "R2-BEL-II-1": {"urgency": "request"},
        "R2-BEL-II-2": {"urgency": "require", "text": "requires this.[^1][^2]"},
        "R2-ALL-II-3": {"lead_in": "The Committee reinvites, and invitestoo:"},
        "R2-ALL-III-1": {"lead_in": "The Committee **invites**"},
        "R2-FIN-II-1": {"urgency": "invite", "lead_in": "", "text": "All is invited.[^1]"},
    }
    edits: list[Edit] = [("recommendations", row_id, texts) for row_id, texts in changes.items()]
    unknown: Edit = ("recommendations", "R2-BEL-III-5", {"urgency": "urge"})
    assert found(changed(*edits, unknown), "urgency-disagrees") == [
        f"urgency-disagrees {own} urgency" for own in changes
    ]


def test_a_position_of_a_chapter_is_that_of_one_row_whatever_its_table() -> None:
    tables = changed(
        ("observations", "R2-BEL-II-o1", {"position": "20"}),
        ("practices", "R2-BEL-II-p1", {"position": "20"}),
    )
    assert found(tables, "doubled-position") == [
        "doubled-position R2-BEL-II-o1 position",
        "doubled-position R2-BEL-II-p1 position",
    ]
    for row_id in ("R2-BEL-II-1", "R2-BEL-II-2"):  # that they have none is found elsewhere
        tables = edited(tables, "recommendations", row_id, position="")
    tables = edited(tables, "practices", "R2-BEL-II-p1", document_id="R2-FIN-FACTSHEET")
    assert [p.location.key for p in check_rules(tables) if p.code == "doubled-position"] == [
        "R2-BEL-II-p1"
    ]


# Ids.


@pytest.mark.parametrize(
    ("table", "missing"),
    [
        ("chapters", "round_id"),
        ("chapters", "number"),
        ("report_paragraphs", "round_id"),
        ("report_recommendations", "round_id"),
        ("report_recommendations", "code"),
    ],
)
def test_no_id_is_wanted_of_a_row_without_the_parts_of_an_id(table: str, missing: str) -> None:
    row = {**TINY.rows(table)[0], missing: ""}
    key = TINY[table].resource.primary_key[0]
    alone = TINY.with_table(Table(TINY[table].resource, [row]))
    other = TINY.with_table(Table(TINY[table].resource, [{**TINY.rows(table)[0], key: "R9-X"}]))
    of_ids = ("chapter-id", "paragraph-id", "code-form")
    ids = [[p for p in check_rules(tables) if p.code in of_ids] for tables in (alone, other)]
    assert [len(problems) for problems in ids] == [0, 1]


@pytest.mark.parametrize("table", ["parties", "documents"])
def test_a_row_without_an_id_is_not_what_empty_cells_of_others_name(table: str) -> None:
    assert found(with_row(TINY, table, name="A synthetic Party", title="A title")) == []


def test_an_id_agrees_with_its_row() -> None:
    tables = changed(
        ("recommendations", "R2-BEL-III-5", {"recommendation_id": "R2-BEL-II-5"}),
        ("recommendations", "R2-BEL-II-2", {"chapter_id": "R1-II"}),
        ("recommendations", "R2-ALL-II-3", {"party_id": "FIN"}),
        ("observations", "R2-BEL-II-o1", {"party_id": ""}),
        ("observations", "R2-BEL-III-o1", {"observation_id": "of no form"}),
        ("observations", "R2-FIN-II-o1", {"party_id": "BEL", "chapter_id": ""}),
        ("practices", "R2-BEL-II-p1", {"chapter_id": "R2-III"}),
        ("chapters", "R2-II", {"round_id": "R1"}),
    )
    assert found(tables, "id-disagrees") == [
        "id-disagrees R2-BEL-II-2 recommendation_id",
        "id-disagrees R2-ALL-II-3 recommendation_id",
        "id-disagrees R2-BEL-II-5 recommendation_id",
        "id-disagrees R2-BEL-II-o1 observation_id",
        "id-disagrees R2-FIN-II-o1 observation_id",
        "id-disagrees R2-BEL-II-p1 practice_id",
    ]
    assert found(tables, "chapter-id") == ["chapter-id R2-II chapter_id"]


# Texts.


@pytest.mark.parametrize(
    ("what", "texts"),
    [
        ("bold", ["**one", "**one** **", "*a **b*"]),
        ("italics", ["*one", "**a** *b", "*one [a", "one * two", "a `*", "a \\` `*` *"]),
        ("italics", ["(https://example.org/a*b) *one"]),
        ("bracket [", ["[one", "one]", "[a](b [c"]),
        ("link", ["[one](two", "[a](b) [one](two"]),
    ],
)
def test_what_is_out_of_balance_is_named(what: str, texts: list[str]) -> None:
    assert [text for text in texts if what not in markdown_fault(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "*one* and **two**, *three*",
        "***one***",
        "* one\n  * two\n*three*",
        "**\n** * one",
        "[a](b) [c](d)",
        "\\*",
        "\\[ and `[` and <a[b>",
        "`*`",
        "<a*b>",
        "http://example.org/*a",
        "https://example.org/[a]]",
        "*https://example.org/*",
        "*<https://example.org/>*",
        "*`code`*",
        "[a]`code`(b",
    ],
)
def test_what_is_balanced_has_no_fault(text: str) -> None:
    assert markdown_fault(text) == ""


def test_texts_out_of_balance_are_found_in_every_markdown_field() -> None:
    wrong = {"text": "**One.[^1]", "lead_in": "[One"}
    tables = changed(
        ("chapters", "R2-III", {"introduction": "*one", "title": "*no Markdown"}),
        ("observations", "R2-BEL-II-o1", wrong),
        ("observations", "R2-FIN-II-o1", wrong),
    )
    assert found(tables) == [
        "markdown-unbalanced R2-III introduction",
        *(
            f"markdown-unbalanced {own} {field}"
            for own in ("R2-BEL-II-o1", "R2-FIN-II-o1")
            for field in ("lead_in", "text")
        ),
    ]


def test_only_the_party_is_a_placeholder() -> None:
    texts = {"introduction": "{a}[^1]", "specific_heading": "{b", "generic_heading": "c}"}
    tables = changed(
        ("chapters", "R2-II", {**texts, "title": "{party} {title}"}),
        ("observations", "R2-BEL-III-o1", {"lead_in": "{ party}", "text": "{text}"}),
        ("recommendations", "R2-ALL-II-3", {"lead_in": "invites {{party}}"}),
    )
    assert found(tables) == [
        *(f"unknown-template R2-II {field}" for field in texts),
        "unknown-template R2-ALL-II-3 lead_in",
        "unknown-template R2-BEL-III-o1 lead_in",
    ]


# Follow-up.


def test_follow_up_names_its_recommendation_and_a_party_that_it_is_addressed_to() -> None:
    tables = with_follow_up(("BEL.f1", "BEL", "2024-01-01"), ("FIN.f1", "BEL", "2024-01-01"))
    for own, about in (
        ("a", "R2-II-3"),
        ("b", "R2"),
        ("R2-II-2.FIN.f1", "R2-II-2"),
    ):
        texts = {"follow_up_id": own, "report_recommendation_id": about, "party_id": "FIN"}
        tables = with_row(tables, "follow_up", **texts)
    assert sorted(found(tables)) == [
        "follow-up-id R2-II-1.FIN.f1 follow_up_id",
        "follow-up-id a follow_up_id",
        "follow-up-id b follow_up_id",
        "follow-up-party R2-II-2.FIN.f1 report_recommendation_id",
    ]


def test_follow_up_is_in_the_order_of_its_dates() -> None:
    tables = with_follow_up(
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
    assert found(tables, "follow-up-order") == [
        "follow-up-order R2-II-1.BEL.f10 date",
        "follow-up-order R2-II-1.BEL.f11 date",
    ]
