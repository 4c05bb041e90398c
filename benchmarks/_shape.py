"""The figures that generated packages follow, measured from the package's own tables.

The source is ``tables/`` of this project: the factsheet on Belgium, second monitoring round.
``python -m benchmarks measure`` prints the same figures of the tables as they are now; a test
says when the ones kept here no longer describe them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

from lanzarote_data.model.tables import Row, Tables

PARTY = "BEL"
MARKER = re.compile(r"\[\^[0-9]+\]")
_ITALICS = re.compile(r"(?<!\*)\*(?!\*)")


@dataclass(frozen=True)
class Texts:
    """What texts of one kind look like.

    ``lengths`` are the deciles of their lengths in characters, from the shortest to the longest;
    ``beyond_ascii`` is the number of characters beyond ASCII in a thousand; the others are the
    share of texts that have at least one of each.
    """

    lengths: tuple[int, ...]
    beyond_ascii: float = 0.0
    italics: float = 0.0
    bold: float = 0.0
    link: float = 0.0
    list: float = 0.0
    straight_quotes: float = 0.0


T = TypeVar("T")
Weights = dict[str, int]


@dataclass(frozen=True)
class Shape:
    """One Party's part of the tables, and what all Parties share.

    The weights are numbers of rows. ``markers`` are, for each table, the numbers of texts with
    so many footnote markers; ``kinds`` the kinds of their citations.
    """

    own_rows: int
    items: Weights
    generic: int
    chapters: Weights
    texts: dict[str, Texts]
    markers: dict[str, Weights]
    kinds: dict[str, Weights]
    urgencies: Weights
    shared_urgencies: Weights
    bullets: dict[str, float]
    topics: dict[str, float]
    further_parties: float


SHAPE = Shape(
    own_rows=165,
    items={"recommendations": 24, "observations": 32, "practices": 9},
    generic=52,
    chapters={
        "R2-II": 12,
        "R2-III": 12,
        "R2-IV": 7,
        "R2-IX": 2,
        "R2-V": 6,
        "R2-VI": 4,
        "R2-VII": 6,
        "R2-VIII": 4,
        "R2-X": 10,
        "R2-XI": 2,
    },
    texts={
        "recommendations": Texts(
            lengths=(96, 147, 193, 239, 280, 307, 340, 367, 411, 588, 633),
            beyond_ascii=1.54,
            italics=0.042,
            bold=0.125,
            link=0.042,
            list=0.167,
            straight_quotes=0.0,
        ),
        "observations": Texts(
            lengths=(97, 146, 158, 190, 233, 284, 339, 402, 484, 822, 1044),
            beyond_ascii=0.87,
            italics=0.0,
            bold=0.0,
            link=0.0,
            list=0.0,
            straight_quotes=0.031,
        ),
        "practices": Texts(
            lengths=(87, 159, 200, 200, 324, 355, 492, 701, 701, 933, 987),
            beyond_ascii=1.89,
            italics=0.0,
            bold=0.0,
            link=0.111,
            list=0.0,
            straight_quotes=0.556,
        ),
        "generic": Texts(
            lengths=(49, 116, 181, 199, 231, 253, 274, 293, 319, 385, 515),
            beyond_ascii=0.3,
            italics=0.0,
            bold=0.0,
            link=0.0,
            list=0.0,
            straight_quotes=0.038,
        ),
        "topics": Texts(
            lengths=(38, 38, 38, 38, 38, 164, 170, 189, 189, 199, 199),
            beyond_ascii=7.29,
            italics=0.0,
            bold=0.0,
            link=0.0,
            list=0.0,
            straight_quotes=0.0,
        ),
        "notes": Texts(
            lengths=(63, 63, 63, 63, 103, 142, 155, 155, 155, 217, 436),
            beyond_ascii=7.16,
            italics=0.0,
            bold=0.0,
            link=0.111,
            list=0.0,
            straight_quotes=0.111,
        ),
        "literature": Texts(
            lengths=(213, 213, 213, 213, 213, 213, 459, 459, 459, 459, 459),
            beyond_ascii=2.98,
            italics=1.0,
            bold=0.0,
            link=0.0,
            list=0.0,
            straight_quotes=0.0,
        ),
        "headings": Texts(
            lengths=(19, 19, 19, 19, 20, 20, 20, 20, 20, 20, 32),
            beyond_ascii=0.0,
            italics=0.0,
            bold=0.0,
            link=0.0,
            list=0.0,
            straight_quotes=0.0,
        ),
        "chapter title": Texts(
            lengths=(8, 12, 16, 18, 21, 22, 25, 30, 41, 51, 158),
            beyond_ascii=0.0,
            italics=0.0,
            bold=0.0,
            link=0.0,
            list=0.0,
            straight_quotes=0.0,
        ),
        "chapter introduction": Texts(
            lengths=(188, 263, 304, 308, 365, 384, 402, 417, 551, 903, 4660),
            beyond_ascii=1.37,
            italics=0.0,
            bold=0.091,
            link=0.273,
            list=0.091,
            straight_quotes=0.0,
        ),
        "chapter specific_heading": Texts(
            lengths=(81, 91, 92, 92, 94, 94, 95, 98, 103, 114, 124),
            beyond_ascii=0.0,
            italics=0.0,
            bold=0.0,
            link=0.0,
            list=0.0,
            straight_quotes=0.0,
        ),
        "chapter generic_heading": Texts(
            lengths=(52, 60, 62, 62, 65, 66, 69, 83, 83, 85, 201),
            beyond_ascii=0.0,
            italics=0.0,
            bold=0.0,
            link=0.0,
            list=0.0,
            straight_quotes=0.0,
        ),
    },
    markers={
        "recommendations": {"1": 19, "2": 5},
        "observations": {"0": 1, "1": 19, "2": 5, "3": 3, "4": 1, "5": 2, "7": 1},
        "practices": {"0": 8, "2": 1},
    },
    kinds={
        "recommendations": {"note": 5, "recommendation": 24},
        "observations": {"link": 5, "note": 1, "paragraph": 53},
        "practices": {"literature": 2},
    },
    urgencies={"invite": 8, "request": 9, "require": 7},
    shared_urgencies={"invite": 48, "request": 2, "require": 2},
    bullets={"recommendations": 0.958, "observations": 0.156},
    topics={"recommendations": 0.167, "observations": 0.25},
    further_parties=0.111,
)


def measured(tables: Tables) -> Shape:
    """The figures of tables: of the rows of one Party, and of the generic recommendations."""
    own = {name: _own(tables, name) for name in ("recommendations", "observations", "practices")}
    citations = _own(tables, "citations")
    partners = _own(tables, "practice_parties")
    shared = [row for row in tables.rows("recommendations") if row["scope"] == "generic"]
    rows = sum(map(len, own.values())) + len(citations) + len(partners)
    return Shape(
        own_rows=rows,
        items={name: len(found) for name, found in own.items()},
        generic=len(shared),
        chapters=_counted(row["chapter_id"] for found in own.values() for row in found),
        texts=_texts(tables, own, shared),
        markers={
            name: _counted(str(len(MARKER.findall(row["text"]))) for row in found)
            for name, found in own.items()
        },
        kinds={
            name: _counted(c["kind"] for c in citations if c[f"{name[:-1]}_id"]) for name in own
        },
        urgencies=_counted(row["urgency"] for row in own["recommendations"]),
        shared_urgencies=_counted(row["urgency"] for row in shared),
        bullets={
            name: _share(own[name], lambda row: row["layout"] == "bullet") for name in _WITH_LAYOUT
        },
        topics={name: _share(own[name], lambda row: bool(row["topic"])) for name in _WITH_LAYOUT},
        further_parties=round(len(partners) / len(own["practices"]) - 1, 3),
    )


_WITH_LAYOUT = ("recommendations", "observations")


def _own(tables: Tables, name: str) -> list[Row]:
    """The rows of a table that are about the one Party."""
    table = tables[name]
    return [row for row in table.rows if f"-{PARTY}-" in table.key(row)[0]]


def _texts(tables: Tables, own: dict[str, list[Row]], shared: list[Row]) -> dict[str, Texts]:
    notes = [row["text"] for row in tables.rows("citations") if row["kind"] == "note"]
    literature = [row["text"] for row in tables.rows("citations") if row["kind"] == "literature"]
    topics = [row["topic"] for name in _WITH_LAYOUT for row in own[name] if row["topic"]]
    chapters = tables.rows("chapters")
    kinds = {name: [row["text"] for row in found] for name, found in own.items()}
    kinds |= {"generic": [row["text"] for row in shared], "topics": topics, "notes": notes}
    kinds |= {"literature": literature, "headings": [row["heading"] for row in own["practices"]]}
    for field in ("title", "introduction", "specific_heading", "generic_heading"):
        kinds[f"chapter {field}"] = [row[field] for row in chapters if row[field]]
    return {name: texts_of(found) for name, found in kinds.items()}


def texts_of(texts: Sequence[str]) -> Texts:
    """The figures of some texts."""
    characters = "".join(texts)
    beyond = sum(not character.isascii() for character in characters)
    return Texts(
        lengths=deciles([len(text) for text in texts]),
        beyond_ascii=round(1000 * beyond / len(characters), 2),
        italics=_share(texts, lambda text: bool(_ITALICS.search(text))),
        bold=_share(texts, lambda text: "**" in text),
        link=_share(texts, lambda text: "](" in text),
        list=_share(texts, lambda text: "\n" in text),
        straight_quotes=_share(texts, lambda text: '"' in text),
    )


def deciles(numbers: Sequence[int]) -> tuple[int, ...]:
    """The least, the nine that divide the numbers into tenths, and the greatest."""
    ordered = sorted(numbers)
    return tuple(ordered[round(place / 10 * (len(ordered) - 1))] for place in range(11))


def _counted(values: Iterable[str]) -> Weights:
    return dict(sorted(Counter(values).items()))


def _share(things: Sequence[T], holds: Callable[[T], bool]) -> float:
    return round(sum(map(holds, things)) / len(things), 3)


def as_source(shape: Shape) -> str:
    """The figures as they stand in this module."""
    lines = (f"    {field.name}={getattr(shape, field.name)!r}," for field in fields(shape))
    return "\n".join(["SHAPE = Shape(", *lines, ")"])
