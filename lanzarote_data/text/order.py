"""What a Party’s factsheet shows, in order: chapters, their parts, and the rows of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.tables import Row, Tables

STEP = 10
TABLES = ("recommendations", "observations", "practices")
KEYS = {
    "recommendations": "recommendation_id",
    "observations": "observation_id",
    "practices": "practice_id",
    "chapters": "chapter_id",
}


@dataclass(frozen=True)
class Entry:
    """A row in its place; ``table`` says what it is."""

    table: str
    row: Row

    @property
    def row_id(self) -> str:
        """The id of the row."""
        return self.row[KEYS[self.table]]


@dataclass(frozen=True)
class ChapterContent:
    """A chapter and what stands in its two parts, in order."""

    chapter: Row
    specific: tuple[Entry, ...]
    generic: tuple[Entry, ...]


@dataclass(frozen=True)
class FactsheetContent:
    """Everything that a Party’s factsheet says; ``document`` is None where there is none yet."""

    party: Row
    round: Row
    report: Row
    document: Row | None
    chapters: tuple[ChapterContent, ...]


def factsheet_content(tables: Tables, party_id: str, round_id: str = "") -> FactsheetContent:
    """What the factsheet of a Party on a round shows; on the latest round if none is given.

    :raises LanzaroteError: there is no such Party or round.
    """
    party = tables.find("parties", party_id)
    rounds = [r for r in tables.rows("rounds") if round_id in ("", r["round_id"])]
    if party is None or not rounds:
        raise LanzaroteError(
            f"There is no Party {party_id!r} or no such round in the tables.",
            "Use the Party’s three letters, as they stand in the table parties.",
        )
    chosen = rounds[-1]
    documents = [d for d in tables.rows("documents") if d["round_id"] == chosen["round_id"]]
    own = [d for d in documents if d["party_id"] == party_id]
    report = next(d for d in documents if not d["party_id"])
    document = own[-1] if own else None
    chapters = (c for c in tables.rows("chapters") if c["round_id"] == chosen["round_id"])
    contents = tuple(_chapter(tables, chapter, party_id, document) for chapter in chapters)
    return FactsheetContent(party, chosen, report, document, contents)


def _chapter(tables: Tables, chapter: Row, party_id: str, document: Row | None) -> ChapterContent:
    """The rows of a chapter in their parts.

    A practice that stands before a row of the specific part, or right after its last one,
    belongs to that part; any other stands among the generic rows of its own document, or after
    those of another one.
    """
    own = document["document_id"] if document else ""
    entries = [e for e in _entries(tables, chapter["chapter_id"]) if _shown(e, party_id, own)]
    practices = [e for e in entries if e.table == "practices"]
    rows = [e for e in entries if e.table != "practices"]
    specific = [e for e in rows if e.row["party_id"]]
    generic = [e for e in rows if not e.row["party_id"]]
    among = any(e.row["document_id"] == own for e in generic)
    last = _end_of_specific(specific, practices)
    early = [e for e in practices if _position(e) <= last]
    late = [e for e in practices if _position(e) > last]
    specific = sorted([*specific, *early], key=_position)
    if among:
        generic = sorted([*generic, *late], key=_position)
    else:
        generic = [*sorted(generic, key=_position), *sorted(late, key=_position)]
    return ChapterContent(chapter, tuple(specific), tuple(generic))


def _end_of_specific(specific: list[Entry], practices: list[Entry]) -> int:
    """The position at which the specific part ends, with the practices right after its last row.

    Positions count in steps; where the next generic row of the source stood, a step is missing,
    or another row has it.
    """
    last = max((_position(e) for e in specific), default=0)
    places = {_position(e) for e in practices}
    while last and last + STEP in places:
        last += STEP
    return last


def _position(entry: Entry) -> int:
    return int(entry.row["position"])


def _entries(tables: Tables, chapter_id: str) -> Iterator[Entry]:
    for name in TABLES:
        for row in tables.rows(name):
            if row["chapter_id"] == chapter_id:
                yield Entry(name, row)


def _shown(entry: Entry, party_id: str, own: str) -> bool:
    if entry.table == "practices":
        return bool(own) and entry.row["document_id"] == own
    return entry.row["party_id"] in (party_id, "")
