"""Rules on what factsheets cite of the report, and on the words of a round."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from lanzarote_data.model.expected import matcher
from lanzarote_data.model.problems import Location, shown
from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.model.types import whole_number
from lanzarote_data.text.folding import nearest
from lanzarote_data.text.ids import report_paragraph_id, report_recommendation_id
from lanzarote_data.text.items import WITHDRAWN_IN
from lanzarote_data.text.markup import plain
from lanzarote_data.text.references import codes, paragraphs
from lanzarote_data.text.rounds import urgencies_of
from lanzarote_data.text.targets import (
    PARAGRAPHS,
    RECOMMENDATIONS,
    TARGETS,
    Place,
    places,
    with_targets,
)
from lanzarote_data.text.verbs import Verbs, verbs_of
from lanzarote_data.validate.rules.rule import CheckedRow, Faults, RowFaults, row_rule, table_rule

_codes = lru_cache(maxsize=10_000)(codes)
_paragraphs = lru_cache(maxsize=10_000)(paragraphs)


@table_rule("unknown-code", "citations chapters report_recommendations")
def unknown_code(tables: Tables) -> Faults:
    """Each recommendation that a locator names is among the report recommendations."""
    known = tables.rows(RECOMMENDATIONS)
    ids = {row["report_recommendation_id"] for row in known}
    for index, place, locator in _located(tables):
        for code in _codes(locator):
            if report_recommendation_id(place.round_id, code) not in ids:
                message = f"Recommendation {code} is not among the report recommendations."
                near = _nearest_code(code, place, known)
                hint = (f"Is {near} meant? " if near else "") + (
                    "A recommendation of the report that was never cited before is added to the "
                    "sheet Report recommendations first."
                )
                yield tables["citations"].location(index, "locator"), message, hint


@table_rule("unknown-paragraph", "citations chapters report_paragraphs")
def unknown_paragraph(tables: Tables) -> Faults:
    """Each paragraph that a locator names is among the report paragraphs."""
    known = {row["report_paragraph_id"] for row in tables.rows(PARAGRAPHS)}
    for index, place, locator in _located(tables):
        for number in _paragraphs(locator):
            if report_paragraph_id(place.round_id, number) not in known:
                message = f"Paragraph {number} is not among the report paragraphs."
                hint = (
                    "Correct the number, or add the paragraph to the sheet Report paragraphs first."
                )
                yield tables["citations"].location(index, "locator"), message, hint


@table_rule("code-form", "report_recommendations rounds")
def code_form(tables: Tables) -> Faults:
    """A code has the form that its round declares."""
    rounds, table = tables["rounds"], tables[RECOMMENDATIONS]
    forms: dict[str, Callable[[str], bool]] = {}
    for index, row in enumerate(rounds.rows):
        try:
            forms[row["round_id"]] = matcher(row.get("code_pattern", ""))
        except ValueError as reason:
            message = f"No code can be compared with this form: {reason}."
            hint = "Write a regular expression without look-ahead, such as that of another round."
            yield rounds.location(index, "code_pattern"), message, hint
    for index, row in enumerate(table.rows):
        round_id, code = row["round_id"], row["code"]
        matches, wanted = forms.get(round_id), report_recommendation_id(round_id, code)
        if matches and code and not matches(code):
            message = f"The code {shown(code)} does not have the form of {round_id}."
            hint = (
                f"Codes of this round have the form {rounds.by_key[(round_id,)]['code_pattern']}."
            )
            yield table.location(index, "code"), message, hint
        elif round_id and code and row["report_recommendation_id"] != wanted:
            message = f"The id does not consist of the round and the code {shown(code)}."
            yield table.location(index, "report_recommendation_id"), message, f"Write {wanted}."


@table_rule("code-chapter", "report_recommendations chapters")
def code_chapter(tables: Tables) -> Faults:
    """The chapter of a recommendation of the report is the one that its code names."""
    table = tables[RECOMMENDATIONS]
    numbers = set(tables["chapters"].column("number"))
    for index, row in enumerate(table.rows):
        named = row["code"].rpartition("-")[0]
        chapter = tables.find("chapters", row["chapter_id"])
        if chapter and named in numbers and named != chapter["number"]:
            message = f"The chapter is {chapter['number']}, but the code is {row['code']}."
            yield table.location(index, "chapter_id"), message, f"Choose chapter {named}."


@row_rule("paragraph-id", PARAGRAPHS)
def id_of_paragraph(row: CheckedRow) -> RowFaults:
    """A report paragraph’s id is its round and number."""
    number = whole_number(row["number"])
    wanted = report_paragraph_id(row["round_id"], number or 0)
    if number and row["round_id"] and row["report_paragraph_id"] != wanted:
        message = f"The id is not that of paragraph {number} of {row['round_id']}."
        yield "report_paragraph_id", message, f"Write {wanted}, or correct the number."


@table_rule(
    "urgency-differs",
    "recommendations citations chapters report_recommendations",
    severity="warning",
)
def urgency_differs(tables: Tables) -> Faults:
    """A recommendation of the report has one urgency for all Parties."""
    table = tables["recommendations"]
    reported = tables[RECOMMENDATIONS].by_key
    found: dict[str, tuple[str, str]] = {}
    for _, place, locator in _located(tables):
        row = place.row
        for code in _codes(locator) if "urgency" in row and not row.get(WITHDRAWN_IN) else ():
            own = report_recommendation_id(place.round_id, code)
            known = reported.get((own,), {}).get("urgency"), "Report recommendations"
            first = found.setdefault(own, (row["urgency"], table.key(row)[0]))
            urgency, where = known if known[0] else first
            if urgency != row["urgency"]:
                message = (
                    f"The urgency is {row['urgency']}, but {code} has the urgency {urgency} "
                    f"in {where}."
                )
                hint = "Check both: a recommendation of the report has one urgency for all Parties."
                yield table.location(table.rank[table.key(row)], "urgency"), message, hint


@table_rule("urgency-of-round", "urgencies urgency_meanings chapters", severity="warning")
def urgency_of_round(tables: Tables) -> Faults:
    """An urgency is a level that the round uses."""
    chapters = {row["chapter_id"]: row["round_id"] for row in tables.rows("chapters")}
    used: dict[str, set[str]] = {}
    for round_id in chapters.values():
        used[round_id] = {row["urgency"] for row in urgencies_of(tables, round_id)}
    words = set(tables["urgencies"].column("urgency"))
    for name in ("recommendations", RECOMMENDATIONS):
        for index, row in enumerate(tables.rows(name)):
            round_id = row.get("round_id") or chapters.get(row["chapter_id"], "")
            if row["urgency"] in words and row["urgency"] not in used.get(round_id, words):
                message = f"{shown(row['urgency'])} is no level of urgency of {round_id}."
                hint = "Correct it, or add what the round means by it to Meanings of urgency."
                yield tables[name].location(index, "urgency"), message, hint


@table_rule("observation-cites-recommendation", "observations citations", severity="warning")
def observation_cites(tables: Tables) -> Faults:
    """An observation cites no recommendation of the report."""
    return _citing(tables, "observation")


@table_rule("practice-cites-recommendation", "practices citations", severity="warning")
def practice_cites(tables: Tables) -> Faults:
    """A promising practice cites no recommendation of the report."""
    return _citing(tables, "practice")


def _citing(tables: Tables, kind: str) -> Faults:
    """The footnotes of items of a kind that cite a recommendation of the report."""
    table, key = tables["citations"], f"{kind}_id"
    for index, row in enumerate(table.rows):
        if row[key] and row["kind"] == "recommendation":
            found = tables.find(f"{kind}s", row[key]) or {}
            words = shown(plain(found.get("text", "")[:200]), 60)
            message = f"The {kind} {words} cites {row['locator']}."
            hint = "Is it a recommendation? Then add it to Recommendations, and delete it here."
            yield table.location(index, key), message, hint


@table_rule("recommendation-without-citation", "recommendations citations", severity="warning")
def recommendation_cites(tables: Tables) -> Faults:
    """A recommendation cites the recommendation of the report that it states."""
    cited = {r["recommendation_id"] for r in tables.rows("citations") if _codes(r["locator"])}
    table = tables["recommendations"]
    for index, row in enumerate(table.rows):
        if row["recommendation_id"] not in cited:
            message = "No footnote of this recommendation cites a recommendation of the report."
            hint = (
                "Add the footnote; or, if the Committee only observes this, add it to Observations."
            )
            yield table.location(index, "text"), message, hint


@table_rule(
    "empty-recommendation", "recommendations urgencies parties chapters", severity="warning"
)
def empty_recommendation(tables: Tables) -> Faults:
    """A recommendation says more than whom it addresses."""
    table = tables["recommendations"]
    verbs_at = _VerbsByPlace(tables)
    for index, row in enumerate(table.rows):
        text, verbs = row["text"], verbs_at(row)
        verb = next((verb for verb in verbs.find(text) if verb.is_plain), None)
        after = verbs.without_addressee(text[verb.end :] if verb else f" {text}")
        if text and not re.search(r"[^\W_]", after):
            message = f"The text {shown(text)} says nothing but whom it addresses."
            yield table.location(index, "text"), message, "Write what is recommended."


@table_rule("unknown-verb", "observations urgencies parties chapters", severity="warning")
def unknown_verb(tables: Tables) -> Faults:
    """The Committee asks a Party for something with a word that the round uses."""
    table = tables["observations"]
    verbs_at = _VerbsByPlace(tables)
    for index, row in enumerate(table.rows):
        verb = verbs_at(row).unknown(f"{row['lead_in']} {row['text']}".strip())
        if verb:
            message = f"{shown(verb.word)} asks something of the Party, but is no level of urgency."
            hint = (
                "If this is a recommendation, add it to Recommendations, and the word to Levels of "
                "urgency; if it is not, leave it as it is."
            )
            yield table.location(index, "text"), message, hint


class _VerbsByPlace:
    """The verbs of the rounds of rows, each made once."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.rounds = {row["chapter_id"]: row["round_id"] for row in tables.rows("chapters")}
        self.known: dict[str, Verbs] = {}

    def __call__(self, row: Row) -> Verbs:
        round_id = self.rounds.get(row["chapter_id"], "")
        if round_id not in self.known:
            self.known[round_id] = verbs_of(self.tables, round_id)
        return self.known[round_id]


@table_rule("derived-table", "citations citation_targets", severity="warning")
def derived_table(tables: Tables) -> Faults:
    """A derived table is what follows from the others."""
    if with_targets(tables)[TARGETS] != tables.in_order()[TARGETS]:
        message = "The targets of the citations are not those that follow from their locators."
        hint = "'lanzarote build' writes them again: correct the locators, not this table."
        file = tables[TARGETS].resource.path.rpartition("/")[2]
        yield Location(TARGETS, source=file), message, hint


def _located(tables: Tables) -> Iterator[tuple[int, Place, str]]:
    """The index, the place and the locator of each citation that has both."""
    known = places(tables)
    for index, row in enumerate(tables.rows("citations")):
        place = known.get(row["citation_id"])
        if place and row["locator"]:
            yield index, place, row["locator"]


def _nearest_code(code: str, place: Place, known: Iterable[Row]) -> str:
    """The code that was probably meant; of another chapter only if the code names another."""
    of_round = [r for r in known if r["round_id"] == place.round_id and r["code"] != code]
    here = [row["code"] for row in of_round if row["chapter_id"] == place.chapter_id]
    chapter = code.rpartition("-")[0]
    is_of_here = chapter in {own.rpartition("-")[0] for own in here} - {""}
    others = [] if is_of_here else [row["code"] for row in of_round]
    return nearest(code, here) or nearest(code, others)
