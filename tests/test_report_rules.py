"""Each rule on what factsheets cite finds ten faults of ten, planted in our own tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from lanzarote_data.model.tables import Row, Table, Tables
from lanzarote_data.text.targets import with_targets
from lanzarote_data.validate.rules import RULES
from tests.packages import edited, own_tables

OWN = own_tables()
TEN = 10
Fault = tuple[str, Tables]
"""The key at which a fault is to be found, and the tables with it."""


def citations(kind: str, parent: str) -> list[Row]:
    return [r for r in OWN.rows("citations") if r["kind"] == kind and r[parent]]


def unknown_codes() -> Iterator[Fault]:
    for row in citations("recommendation", "recommendation_id"):
        code = f"{row['locator'].partition('-')[0]}-99"
        yield row["citation_id"], citing(row, "recommendation", code, f"Recommendation {code}.")


def unknown_paragraphs() -> Iterator[Fault]:
    for row in citations("paragraph", "observation_id"):
        yield row["citation_id"], citing(row, "paragraph", "9999", "Para. 9999.")


def citing(row: Row, kind: str, locator: str, text: str) -> Tables:
    texts = {"kind": kind, "locator": locator, "text": text}
    return with_targets(edited(OWN, "citations", row["citation_id"], **texts))


def codes_of_another_form() -> Iterator[Fault]:
    for row in OWN.rows("report_recommendations"):
        own = row["report_recommendation_id"]
        yield own, edited(OWN, "report_recommendations", own, code=row["code"].replace("-", "."))


def other_urgencies() -> Iterator[Fault]:
    for row in OWN.rows("report_recommendations"):
        (cited, *_) = [
            r["recommendation_id"]
            for r in citations("recommendation", "recommendation_id")
            if row["code"] in r["locator"].split(";")
        ]
        other = "require" if row["urgency"] != "require" else "invite"
        own = row["report_recommendation_id"]
        yield cited, edited(OWN, "report_recommendations", own, urgency=other)


def observations_with_a_code() -> Iterator[Fault]:
    for row in citations("paragraph", "observation_id"):
        chapter = row["observation_id"].split("-")[2]
        code = next(
            r["code"]
            for r in OWN.rows("report_recommendations")
            if r["chapter_id"] == f"R2-{chapter}"
        )
        yield row["citation_id"], citing(row, "recommendation", code, f"Recommendation {code}.")


def recommendations_without_a_code() -> Iterator[Fault]:
    for row in citations("recommendation", "recommendation_id"):
        yield row["recommendation_id"], citing(row, "note", "", "A synthetic note.")


def recommendations_without_words() -> Iterator[Fault]:
    for row in OWN.rows("recommendations"):
        own = row["recommendation_id"]
        yield own, edited(OWN, "recommendations", own, text="{party}[^1]")


def verbs_of_no_round() -> Iterator[Fault]:
    words = ("urges", "encourages", "calls on", "reminds", "advises")
    rows = list(OWN.rows("observations"))
    for verb, row in zip(words * 2, rows, strict=False):
        text = f"The Committee {verb} Belgium to look at a synthetic point."
        own = row["observation_id"]
        yield own, edited(OWN, "observations", own, lead_in="", text=text)


def withdrawn_elsewhere() -> Iterator[Fault]:
    for table, key in (
        ("observations", "observation_id"),
        ("recommendations", "recommendation_id"),
    ):
        for row in OWN.rows(table)[: TEN // 2]:
            yield row[key], edited(OWN, table, row[key], withdrawn_in="R2-REPORT")


def targets_left_out() -> Iterator[Fault]:
    table = OWN["citation_targets"]
    for index in range(TEN):
        rows = (*table.rows[:index], *table.rows[index + 1 :])
        yield "", OWN.with_table(Table(table.resource, rows))


def chapters_of_another_code() -> Iterator[Fault]:
    for row in OWN.rows("report_recommendations"):
        other = next(r for r in OWN.rows("chapters") if r["chapter_id"] != row["chapter_id"])
        own = row["report_recommendation_id"]
        yield own, edited(OWN, "report_recommendations", own, chapter_id=other["chapter_id"])


def codes_of_another_chapter() -> Iterator[Fault]:
    for row in citations("recommendation", "recommendation_id"):
        code = "II-1" if not row["locator"].startswith("II-") else "III-3"
        yield row["citation_id"], citing(row, "recommendation", code, f"Recommendation {code}.")


def other_paragraphs() -> Iterator[Fault]:
    for row in OWN.rows("report_paragraphs"):
        own = row["report_paragraph_id"]
        yield own, edited(OWN, "report_paragraphs", own, number=f"1{row['number']}")


def documents_of_another_party() -> Iterator[Fault]:
    own = "R2-BEL-FACTSHEET"
    france = edited(OWN, "documents", own, party_id="FRA")
    for row in OWN.rows("observations")[: TEN // 2]:
        yield row["observation_id"], france
    for row in OWN.rows("report_recommendations")[: TEN // 2]:
        key = row["report_recommendation_id"]
        yield key, edited(OWN, "report_recommendations", key, document_id=own)


def editions_of_another_document() -> Iterator[Fault]:
    names = [row["document_id"] for row in OWN.rows("documents")]
    for name in names[: TEN // 2]:
        yield name, edited(OWN, "documents", name, replaces=name)
        yield name, edited(OWN, "documents", name, replaces="R2-BEL-FACTSHEET")


def words_of_another_round() -> Iterator[Fault]:
    table = OWN["urgencies"]
    words = Table(table.resource, (*table.rows, {"urgency": "urge", "verb": "urges", "rank": "4"}))
    for row in OWN.rows("recommendations"):
        own = row["recommendation_id"]
        yield own, edited(OWN.with_table(words), "recommendations", own, urgency="urge")


@pytest.mark.parametrize(
    ("code", "faults"),
    [
        ("unknown-code", unknown_codes),
        ("unknown-paragraph", unknown_paragraphs),
        ("code-form", codes_of_another_form),
        ("urgency-differs", other_urgencies),
        ("observation-cites-recommendation", observations_with_a_code),
        ("recommendation-without-citation", recommendations_without_a_code),
        ("empty-recommendation", recommendations_without_words),
        ("unknown-verb", verbs_of_no_round),
        ("withdrawn-in", withdrawn_elsewhere),
        ("derived-table", targets_left_out),
        ("code-chapter", chapters_of_another_code),
        ("cited-chapter", codes_of_another_chapter),
        ("paragraph-id", other_paragraphs),
        ("document-differs", documents_of_another_party),
        ("edition-disagrees", editions_of_another_document),
        ("urgency-of-round", words_of_another_round),
    ],
)
def test_ten_faults_of_ten_are_found(code: str, faults: Callable[[], Iterator[Fault]]) -> None:
    (rule,) = [rule for rule in RULES if rule.code == code]
    tried = 0
    for (key, tables), _ in zip(faults(), range(TEN), strict=False):
        assert key in [p.location.key for p in rule.problems(tables)], (code, key)
        tried += 1
    assert tried == TEN


@pytest.mark.parametrize(("code", "meant"), [("X-77", "X-7"), ("X-71", "X-7"), ("X-8", "")])
def test_a_code_that_is_meant_is_of_the_same_chapter(code: str, meant: str) -> None:
    """Chapter IX has a recommendation 8, which no footnote of chapter X may cite."""
    row = next(r for r in OWN.rows("citations") if r["locator"] == "X-7")
    tables = citing(row, "recommendation", code, f"Recommendation {code}.")
    (rule,) = [rule for rule in RULES if rule.code == "unknown-code"]
    (problem,) = rule.problems(tables)
    assert (problem.location.key, problem.location.field) == (row["citation_id"], "locator")
    codes = {r["code"] for r in OWN.rows("report_recommendations")}
    assert codes & set((problem.hint or "").split()) == ({meant} - {""})


def test_the_code_itself_is_not_said_to_be_meant() -> None:
    """A row whose id was typed wrongly has the code all the same."""
    table = OWN["report_recommendations"]
    rows = [
        {**r, "report_recommendation_id": "R2-X"} if r["code"] == "X-7" else r for r in table.rows
    ]
    (rule,) = [rule for rule in RULES if rule.code == "unknown-code"]
    problems = list(rule.problems(OWN.with_table(Table(table.resource, rows))))
    assert problems and not any("X-7" in (problem.hint or "").split() for problem in problems)
