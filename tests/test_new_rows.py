"""New rows of a workbook: what they leave open is filled in, and each gets an id of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

import pytest

from lanzarote_data.model.package import Field, ForeignKey, Resource
from lanzarote_data.model.problems import Location, Problem
from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.workbook.layout import rows_of, view_named
from lanzarote_data.workbook.new_rows import NewRow, Numbering
from tests.packages import edited, tiny_tables, with_row, without

TINY = tiny_tables()
RECOMMENDATION = {
    "chapter_id": "R2-II",
    "addressing": "named",
    "urgency": "invite",
    "lead_in": "The Committee **invites** {party}:",
    "text": "to add a synthetic recommendation.",
    "layout": "bullet",
}
OBSERVATION = {"chapter_id": "R2-II", "text": "A new synthetic fact.", "layout": "paragraph"}
PRACTICE = {"chapter_id": "R2-II", "heading": "Promising practice:", "text": "Another practice."}
CITATION = {"recommendation_id": "R2-BEL-II-2", "marker": "3", "text": "A new synthetic note."}
FOLLOW_UP = {"report_recommendation_id": "R2-II-3", "date": "2026-01-31", "text": "A measure."}
PLACE = Location("recommendations", "", "", "Recommendations!A9")


@dataclass
class Numbered:
    """The new rows as they were numbered, and what is wrong with them."""

    rows: list[Row]
    problems: list[Problem]

    def texts(self, field: str) -> list[str]:
        """What the rows have in a field."""
        return [row[field] for row in self.rows]


def new(table: str, name: str = "", line: int = 9, /, **texts: str) -> NewRow:
    return NewRow(table, texts, name, line, PLACE)


def number(
    *rows: NewRow,
    ours: Tables = TINY,
    base: Tables = TINY,
    view: str = "BEL",
    withdrawn: Iterable[str] = (),
) -> Numbered:
    """The rows numbered in a workbook that was made from ``base``, with the tables of now."""
    this = view_named(view)
    numbering = Numbering(this, ours, rows_of(base, this), frozenset(withdrawn))
    numbered = numbering.number(rows)
    return Numbered(numbered, numbering.problems)


def ids(*rows: NewRow, ours: Tables = TINY, view: str = "BEL", withdrawn: str = "") -> list[str]:
    """The ids that the rows get."""
    found = number(*rows, ours=ours, view=view, withdrawn=withdrawn.split())
    assert found.problems == []
    return [
        texts[ours[row.table].resource.primary_key[0]]
        for row, texts in zip(rows, found.rows, strict=True)
    ]


# What is filled in.


def test_a_recommendation_of_a_party_is_filled_in() -> None:
    assert number(new("recommendations", **RECOMMENDATION)).rows == [
        RECOMMENDATION
        | {
            "recommendation_id": "R2-BEL-II-n1",
            "scope": "specific",
            "party_id": "BEL",
            "topic": "",
            "document_id": "R2-BEL-FACTSHEET",
            "position": "60",
            "withdrawn_in": "",
        }
    ]


def test_a_recommendation_to_all_is_filled_in() -> None:
    found = number(new("recommendations", **RECOMMENDATION), view="ALL")
    assert found.rows == [
        RECOMMENDATION
        | {
            "recommendation_id": "R2-ALL-II-n1",
            "scope": "generic",
            "party_id": "",
            "topic": "",
            "document_id": "",
            "position": "10",
            "withdrawn_in": "",
        }
    ]


def test_a_citation_and_a_follow_up_get_no_document_and_no_position() -> None:
    found = number(new("citations", **CITATION), new("follow_up", **FOLLOW_UP))
    assert found.rows == [
        CITATION
        | {"citation_id": "R2-BEL-II-2.3", "observation_id": "", "practice_id": ""}
        | {"chapter_id": "", "kind": "", "locator": "", "document_id": "", "url": ""},
        FOLLOW_UP
        | {"follow_up_id": "R2-II-3.BEL.f1", "party_id": "BEL"}
        | {"kind": "", "status": "", "source": "", "url": ""},
    ]


def test_a_row_whose_id_people_choose_is_left_as_it_is() -> None:
    typed = {"document_id": "R2-NEW", "title": "A synthetic document"}
    (row,) = number(new("documents", **typed), view="ALL").rows
    assert row == dict.fromkeys(TINY["documents"].resource.field_names, "") | typed


def test_a_document_that_is_given_stays() -> None:
    found = number(new("observations", **OBSERVATION, document_id="R2-REPORT"))
    assert found.texts("document_id") == ["R2-REPORT"]


def test_of_the_documents_of_a_party_the_latest_of_the_round_is_taken() -> None:
    first = TINY.find("documents", "R2-BEL-FACTSHEET")
    assert first
    ours = TINY
    for row_id, round_id, replaces in (
        ("R2-BEL-FACTSHEET-2", "R2", "R2-BEL-FACTSHEET"),
        ("R3-BEL-FACTSHEET", "R3", ""),
    ):
        row = {**first, "document_id": row_id, "round_id": round_id, "replaces": replaces}
        ours = with_row(ours, "documents", **row)
    found = number(new("observations", **OBSERVATION), ours=ours)
    assert found.texts("document_id") == ["R2-BEL-FACTSHEET-2"]


def test_a_party_without_a_document_gets_none() -> None:
    ours = without(TINY, "documents", "R2-BEL-FACTSHEET")
    found = number(new("observations", **OBSERVATION), ours=ours)
    assert found.texts("document_id") == [""]


def test_a_position_that_is_given_stays() -> None:
    rows = [new("observations", **OBSERVATION, position="35"), new("practices", **PRACTICE)]
    assert number(*rows).texts("position") == ["35", "60"]


@pytest.mark.parametrize(
    ("last", "positions"),
    [("50", ["60", "70"]), ("59", ["60", "70"]), ("9", ["50", "60"]), ("²", ["50", "60"])],
)
def test_new_rows_come_after_all_of_their_chapter_in_steps_of_ten(
    last: str, positions: list[str]
) -> None:
    ours = edited(TINY, "recommendations", "R2-ALL-II-3", position=last)
    rows = [new("observations", **OBSERVATION), new("practices", **PRACTICE)]
    assert number(*rows, ours=ours).texts("position") == positions


def test_each_document_and_chapter_has_positions_of_its_own() -> None:
    rows = [
        new("observations", **OBSERVATION),
        new("observations", **OBSERVATION | {"chapter_id": "R2-III"}),
        new("observations", **OBSERVATION, document_id="R2-FIN-FACTSHEET"),
        new("observations", **OBSERVATION, document_id="R2-REPORT"),
    ]
    assert number(*rows).texts("position") == ["60", "40", "30", "10"]


# Names that stand for ids.


def test_names_of_new_rows_become_their_ids_where_they_are_pointed_to() -> None:
    found = number(
        new("practice_parties", practice_id="new 1", party_id="BEL"),
        new("citations", practice_id="new 1", marker="1", text="new 1"),
        new("citations", recommendation_id="new 1", marker="1", text="new 1"),
        new("citations", observation_id="new 2", marker="1", text="new 2"),
        new("practices", "new 1", **PRACTICE),
        new("recommendations", "new 1", **RECOMMENDATION),
        new("observations", "new 2", **OBSERVATION),
    )
    assert [dict(row) for row in found.rows[:1]] == [
        {"practice_id": "R2-BEL-II-p2", "party_id": "BEL"}
    ]
    parents = ("practice_id", "recommendation_id", "observation_id")
    pointing = [[row[name] for name in parents] for row in found.rows[1:4]]
    assert pointing == [
        ["R2-BEL-II-p2", "", ""],
        ["", "R2-BEL-II-n1", ""],
        ["", "", "R2-BEL-II-o2"],
    ]
    assert [row["citation_id"] for row in found.rows[1:4]] == [
        "R2-BEL-II-p2.1",
        "R2-BEL-II-n1.1",
        "R2-BEL-II-o2.1",
    ]
    assert [row["text"] for row in found.rows[1:4]] == ["new 1", "new 1", "new 2"]


def test_a_row_that_was_taken_in_before_is_pointed_to_by_its_name_too() -> None:
    row = TINY.find("observations", "R2-BEL-II-o1")
    assert row is not None
    texts = dict(row) | {"observation_id": "R2-BEL-II-o2"}
    found = number(
        new("observations", "new 1", **{**texts, "observation_id": ""}),
        new("citations", observation_id="new 1", marker="2"),
        ours=with_row(TINY, "observations", **texts),
    )
    assert found.texts("observation_id") == ["R2-BEL-II-o2", "R2-BEL-II-o2"]


# Ids.


@pytest.mark.parametrize(
    ("parent", "row_id"),
    [
        ("recommendation_id", "R2-BEL-II-1"),
        ("observation_id", "R2-BEL-II-o1"),
        ("practice_id", "R2-BEL-II-p1"),
        ("chapter_id", "R2-III"),
    ],
)
def test_a_citation_is_named_by_what_it_belongs_to_and_its_marker(parent: str, row_id: str) -> None:
    assert ids(new("citations", **{parent: row_id}, marker="12")) == [f"{row_id}.12"]


def test_a_citation_that_belongs_to_nothing_is_named_by_its_marker_alone() -> None:
    assert ids(new("citations", marker="1")) == [".1"]


def test_rows_are_counted_in_the_order_of_their_sheet() -> None:
    rows = [
        new("observations", "", 12, **OBSERVATION | {"text": "One."}),
        new("observations", "", 11, **OBSERVATION | {"text": "Something else."}),
        new("practices", "", 3, **PRACTICE),
    ]
    assert ids(*rows) == ["R2-BEL-II-o3", "R2-BEL-II-o2", "R2-BEL-II-p2"]


def test_follow_up_is_counted_for_each_recommendation_and_party() -> None:
    rows = [
        new("follow_up", "", 2, **FOLLOW_UP),
        new("follow_up", "", 3, **FOLLOW_UP | {"text": "Something else."}),
        new("follow_up", "", 4, **FOLLOW_UP | {"report_recommendation_id": "R2-II-1"}),
    ]
    assert ids(*rows) == ["R2-II-3.BEL.f1", "R2-II-3.BEL.f2", "R2-II-1.BEL.f1"]


def footnote(text: str, marker: str = "1", parent: str = "new 1") -> NewRow:
    return new("citations", recommendation_id=parent, marker=marker, text=text)


def test_a_recommendation_is_named_by_the_first_code_that_it_cites() -> None:
    found = ids(
        new("recommendations", "new 1", **RECOMMENDATION),
        footnote("Recommendations II-7 and II-8.", "10"),
        footnote("A synthetic note.", "1"),
        footnote("Recommendations II-9, II-4.", "2"),
        footnote("Recommendation II-5.", "1", "R2-BEL-II-1"),
    )
    assert found[0] == "R2-BEL-II-9"


def test_a_recommendation_whose_footnotes_cite_no_code_is_counted() -> None:
    found = ids(
        new("recommendations", "new 1", **RECOMMENDATION),
        footnote("Para. 49."),
        new("citations", recommendation_id="new 1", marker="2"),
    )
    assert found[0] == "R2-BEL-II-n1"


def test_a_copied_row_is_not_named_by_the_footnotes_of_the_row_that_it_copies() -> None:
    found = ids(
        new("recommendations", "R2-BEL-II-2", **RECOMMENDATION),
        footnote("Recommendation II-9.", "3", "R2-BEL-II-2"),
    )
    assert found[0] == "R2-BEL-II-n1"


def test_a_letter_is_appended_where_an_id_is_taken() -> None:
    found = ids(
        new("recommendations", "new 1", 2, **RECOMMENDATION),
        new("recommendations", "new 2", 3, **RECOMMENDATION | {"text": "to do another thing."}),
        footnote("Recommendation II-1."),
        footnote("Recommendation II-1.", parent="new 2"),
    )
    assert found[:2] == ["R2-BEL-II-1b", "R2-BEL-II-1c"]


def test_an_id_that_somebody_had_is_not_given_again() -> None:
    row = new("observations", **OBSERVATION)
    gone = without(TINY, "observations", "R2-BEL-II-o1")
    assert ids(row, ours=gone) == ["R2-BEL-II-o2"]
    assert ids(row, withdrawn="R2-BEL-II-o7 R2-BEL-II-o5") == ["R2-BEL-II-o8"]
    since = with_row(TINY, "observations", observation_id="R2-BEL-II-o4", chapter_id="R2-III")
    assert ids(row, ours=since) == ["R2-BEL-II-o5"]


# Rows that were taken in before.


def taken_in(texts: Row, **more: str) -> tuple[NewRow, Tables]:
    """A new observation, and the tables after it was taken in as ``R2-BEL-II-o2``."""
    row = {"observation_id": "R2-BEL-II-o2", "party_id": "BEL", "document_id": "R2-BEL-FACTSHEET"}
    row |= {"position": "60", **texts, **more}
    return new("observations", **texts), with_row(TINY, "observations", **row)


def test_a_row_that_was_taken_in_before_is_that_row() -> None:
    row, ours = taken_in(OBSERVATION)
    found = number(row, ours=ours)
    assert found.rows == [ours.find("observations", "R2-BEL-II-o2")]
    assert found.problems == []


def test_a_row_of_the_workbook_itself_was_not_taken_in_before() -> None:
    row, ours = taken_in(OBSERVATION)
    assert number(row, ours=ours, base=ours).texts("observation_id") == ["R2-BEL-II-o3"]


def test_a_row_of_another_workbook_was_not_taken_in_before() -> None:
    row, ours = taken_in(OBSERVATION, party_id="FIN", document_id="R2-BEL-FACTSHEET")
    assert number(row, ours=ours).texts("observation_id") == ["R2-BEL-II-o3"]


@pytest.mark.parametrize(
    ("position", "row_id"), [("60", "R2-BEL-II-o2"), ("70", "R2-BEL-II-o3"), ("", "R2-BEL-II-o2")]
)
def test_a_position_that_was_given_tells_rows_apart(position: str, row_id: str) -> None:
    row, ours = taken_in(OBSERVATION)
    row = replace(row, texts={**row.texts, "position": position})
    assert number(row, ours=ours).texts("observation_id") == [row_id]


def test_of_rows_that_say_the_same_each_was_taken_in_as_another() -> None:
    row, ours = taken_in(OBSERVATION)
    (first,) = [r for r in ours.rows("observations") if r["observation_id"] == "R2-BEL-II-o2"]
    ours = with_row(ours, "observations", **{**first, "observation_id": "R2-BEL-II-o3"})
    again = replace(row, line=10)
    found = number(row, again, ours=ours)
    assert found.texts("observation_id") == ["R2-BEL-II-o2", "R2-BEL-II-o3"]
    assert found.problems == []


def test_a_citation_and_a_follow_up_that_were_taken_in_before_are_those_rows() -> None:
    rows = [new("citations", **CITATION), new("follow_up", **FOLLOW_UP)]
    ours = TINY
    for row, texts in zip(rows, number(*rows).rows, strict=True):
        ours = with_row(ours, row.table, **texts)
    found = number(*rows, ours=ours)
    assert found.rows == [ours.rows("citations")[4], ours.rows("follow_up")[0]]
    assert found.rows[0]["citation_id"] == "R2-BEL-II-2.3"


def alike(found: Numbered) -> list[str]:
    """The ids of the rows that new rows are almost a copy of."""
    assert {(p.code, p.location) for p in found.problems} <= {("taken-in-before", PLACE)}
    return [re.findall(r"R2-\S+\b", problem.message)[0] for problem in found.problems]


def test_a_row_like_one_that_was_taken_in_before_is_told() -> None:
    row, ours = taken_in(OBSERVATION, text="A new synthetic act.")
    found = number(row, ours=ours)
    assert alike(found) == ["R2-BEL-II-o2"]
    assert found.texts("observation_id") == ["R2-BEL-II-o3"]


@pytest.mark.parametrize(
    ("before", "now", "is_told"),
    [
        ("abcdefghijklmnopqxyz", "zabcdefghijklmnopq12", False),  # 17 of 20 letters in order
        ("abcdefghijklmnopqrst", "abcdefghijklmnopqr12", True),  # 18 of 20
        ("abcdefghijklmnopqrst", "tsrqponmlkjihgfedcba", False),  # all, in another order
        ("One of many words. " * 20, "First. " + "One of many words. " * 20, True),
    ],
)
def test_rows_are_alike_where_more_than_85_of_100_letters_are(
    before: str, now: str, is_told: bool
) -> None:
    row, ours = taken_in({**OBSERVATION, "text": now}, text=before)
    assert alike(number(row, ours=ours)) == (["R2-BEL-II-o2"] if is_told else [])


def test_rows_about_other_things_are_not_compared() -> None:
    _, ours = taken_in(OBSERVATION, text="A new synthetic act.")
    row = new("observations", **OBSERVATION | {"chapter_id": "R2-III"})
    assert number(row, ours=ours).problems == []


# A table that only another descriptor has.

REMARKS = Resource(
    "remarks",
    "tables/remarks.csv",
    "Remarks",
    "",
    (Field("remark_id"), Field("chapter_id"), Field("party_id"), Field("words")),
    ("remark_id",),
    (
        ForeignKey(("chapter_id",), "chapters", ("chapter_id",)),
        ForeignKey(("party_id",), "parties", ("party_id",)),
    ),
    party=("party_id",),
    names_party=("party_id",),
    workbooks=("party",),
)


@pytest.mark.parametrize("label", ["", "words"])
def test_rows_of_a_table_of_ones_own_are_counted_and_compared_by_their_words(label: str) -> None:
    remarks = replace(REMARKS, label=label)
    package = replace(TINY.package, resources=(*TINY.package.resources, remarks))
    base = Tables(package, TINY.values())
    texts = {"chapter_id": "R2-II", "party_id": "BEL", "words": "A synthetic remark."}
    found = number(new("remarks", **texts), ours=base, base=base)
    assert found.rows == [{**texts, "remark_id": "R2-BEL-II-x1"}]
    ours = with_row(base, "remarks", **found.rows[0])
    rows = [new("remarks", **texts), new("remarks", **texts | {"words": "Something else."})]
    again = number(*rows, ours=ours, base=base)
    assert again.texts("remark_id") == ["R2-BEL-II-x1", "R2-BEL-II-x2"]
    assert again.problems == []
    like = number(new("remarks", **texts | {"words": "A synthetic remarks."}), ours=ours, base=base)
    assert alike(like) == (["R2-BEL-II-x1"] if label else [])


def test_a_row_that_stands_in_no_chapter_is_counted_for_its_party() -> None:
    remarks = replace(REMARKS, fields=REMARKS.fields[::2], foreign_keys=REMARKS.foreign_keys[1:])
    base = Tables(replace(TINY.package, resources=(*TINY.package.resources, remarks)))
    assert number(new("remarks"), ours=base, base=base).rows == [
        {"remark_id": "BEL-x1", "party_id": "BEL"}
    ]
