"""Where addressed: the recommendations of the report, and to which Parties each is addressed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.text.markup import plain
from lanzarote_data.text.references import codes

NEEDED = ("recommendations", "parties", "chapters", "citations")
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

    What a row says is taken from the first factsheet that has the recommendation.
    """
    if not all(name in tables for name in NEEDED):
        return None
    rows = tables.rows("recommendations")
    own = {row["party_id"] for row in rows}
    parties = [row for row in tables.rows("parties") if row["party_id"] in own]
    places = {"": 0} | {row["party_id"]: n for n, row in enumerate(parties, start=1)}
    columns = (EVERY_PARTY, *(row["name"] for row in parties))
    cited = _cited(tables)
    grouped: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        for code in cited.get(row["recommendation_id"], [row["recommendation_id"]]):
            grouped.setdefault((row["chapter_id"], code), []).append(row)
    lines = (_line(tables, key, items, places) for key, items in _in_order(tables, grouped))
    return Matrix(columns, tuple(lines))


def _in_order(
    tables: Tables, grouped: dict[tuple[str, str], list[Row]]
) -> Iterator[tuple[tuple[str, str], list[Row]]]:
    """The groups by chapter, then by the number of the recommendation, those without one last."""
    rank = tables["chapters"].rank

    def place(key: tuple[str, str]) -> tuple[int, int, str]:
        number = key[1].rpartition("-")[2]
        digits = "".join(character for character in number if character.isdigit())
        coded = key[1].count("-") == 1 and bool(digits)
        return rank.get((key[0],), len(rank)), int(digits) if coded else 10**9, key[1]

    for key in sorted(grouped, key=place):
        yield key, grouped[key]


def _cited(tables: Tables) -> dict[str, list[str]]:
    """The codes that each recommendation cites, once each; none for one that cites none."""
    found: dict[str, list[str]] = {}
    for citation in tables.rows("citations"):
        if citation["recommendation_id"] and citation["kind"] == "recommendation":
            known = found.setdefault(citation["recommendation_id"], [])
            known += [code for code in codes(citation["locator"]) if code not in known]
    return found


def _line(tables: Tables, key: tuple[str, str], items: list[Row], places: dict[str, int]) -> Line:
    marks = [""] * len(places)
    for row in items:
        mark = row["urgency"] + ("*" if row["addressing"] == "conditional" else "")
        known = marks[places[row["party_id"]]]
        marks[places[row["party_id"]]] = ", ".join(dict.fromkeys(filter(None, (known, mark))))
    chapter = tables.find("chapters", key[0])
    title = f"{chapter['number']}. {chapter['title']}" if chapter else key[0]
    text = " / ".join(dict.fromkeys(_words(row) for row in items))
    return Line(key[1], title, text, tuple(marks))


def _words(row: Row) -> str:
    lead_in = plain(row["lead_in"]).replace("{party}", "the Party")
    return f"{lead_in} {plain(row['text'])}".strip()
