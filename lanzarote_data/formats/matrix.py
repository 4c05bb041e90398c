"""Where addressed: the recommendations of the report, and to which Parties each is addressed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.text.addressed import Addressed, addressed

NEEDED = ("recommendations", "report_recommendations", "parties", "chapters", "citation_targets")
EVERY_PARTY = "All Parties"
_LEGEND = (
    "The word says how urgent the recommendation is to that Party. An asterisk: it is addressed "
    "to those Parties only that do not already do what it says. A recommendation that cites no "
    "recommendation of the report stands with its own id."
)


@dataclass(frozen=True)
class Line:
    """A recommendation of the report: its code, chapter, words, and a mark for each column."""

    code: str
    chapter: str
    text: str
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Matrix:
    """Lines by columns: all Parties at once, then each Party with recommendations of its own."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    legend: str = _LEGEND


def matrix(tables: Tables) -> Matrix | None:
    """The matrix; None where the package lacks a table that it needs.

    Codes are ids, which name the round, where there are recommendations of several rounds.
    """
    if not all(name in tables for name in NEEDED):
        return None
    found = addressed(tables)
    own = {party_id for one in found for party_id in one.rows}
    parties = [row for row in tables.rows("parties") if row["party_id"] in own]
    places = ["", *(row["party_id"] for row in parties)]
    is_one_round = len({one.round_id for one in found}) < 2
    lines = (_line(tables, one, places, is_one_round) for one in found)
    return Matrix((EVERY_PARTY, *(row["name"] for row in parties)), tuple(lines))


def _line(tables: Tables, one: Addressed, parties: list[str], is_one_round: bool) -> Line:
    chapter = tables.find("chapters", one.chapter_id)
    title = f"{chapter['number']}. {chapter['title']}" if chapter else one.chapter_id
    code = one.code if is_one_round or not one.report_id else one.report_id
    marks = (_mark(one.rows.get(party_id, ())) for party_id in parties)
    return Line(code, title, one.words, tuple(marks))


def _mark(rows: Iterable[Row]) -> str:
    """How urgent some rows are; an asterisk marks those that are addressed conditionally."""
    marks = (row["urgency"] + "*" * (row["addressing"] == "conditional") for row in rows)
    return ", ".join(dict.fromkeys(marks))
