"""Full-text search without an index: whole words, whatever their case and accents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lanzarote_data.frames.arguments import as_text
from lanzarote_data.frames.finding import Found, find_chapters, find_party, text_tables
from lanzarote_data.frames.texts import words_of
from lanzarote_data.frames.typed import frame_of
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.tables import Tables
from lanzarote_data.text.folding import QUOTATION_MARKS, folded, place_in

if TYPE_CHECKING:
    import pandas

_TERM = re.compile(r'"([^"]+)"|([^\s"]+)')
_SIMPLE_MARKS = dict.fromkeys(map(ord, QUOTATION_MARKS), '"')
AROUND = 60
COLUMNS = ("row_id", "table", "chapter_id", "urgency", "words")

Clause = list[tuple[bool, re.Pattern[str]]]
"""What must hold at once: patterns, each wanted (True) or unwanted."""


def search(
    tables: Tables, query: str, table: str = "", party: str = "", chapter: str = ""
) -> pandas.DataFrame:
    """The rows for which the query holds, with the words around the first hit.

    :raises LanzaroteError: the query is not understood, or there is no such table, Party or
        chapter.
    """
    import pandas

    alternatives = clauses(query)
    lines = []
    for found in _searched(tables, table, party, chapter):
        words = words_of(tables, found)
        start = _first_hit(alternatives, folded(words))
        if start is not None:
            row, name = found.row, found.table.resource.name
            own = (row.get("chapter_id", ""), row.get("urgency", ""))
            lines.append((found.row_id, name, *own, _around(words, place_in(words, start))))
    frame = pandas.DataFrame(lines, columns=list(COLUMNS), dtype="string").set_index("row_id")
    frame = frame.mask(frame == "")
    known = frame_of(tables, "recommendations")
    return frame.astype({name: known[name].dtype for name in ("chapter_id", "urgency")})


def clauses(query: str) -> list[Clause]:
    """The alternatives of a query, each of words, ``"phrases"`` and beginnings (``investig*``).

    >>> [[wanted for wanted, _ in clause] for clause in clauses("one NOT two OR train*")]
    [[True, False], [True]]
    """
    as_text(query, "query", 'search("law enforcement")')
    found: list[Clause] = [[]]
    is_wanted = True
    # A quotation mark of any shape opens a phrase.
    for term in _TERM.finditer(query.translate(_SIMPLE_MARKS)):
        words = folded(term[1] or term[2])
        if term[0] == "OR" and found[-1] and is_wanted:
            found.append([])
        elif term[0] == "NOT" and is_wanted:
            is_wanted = False
        elif term[0] != "AND" and words:
            found[-1].append((is_wanted, _pattern(words)))
            is_wanted = True
    if not found[-1] or not is_wanted:
        raise LanzaroteError("The search has no words.", 'Write search("law enforcement").')
    return found


def _first_hit(alternatives: list[Clause], words: str) -> int | None:
    """Where the first wanted word is; None where no alternative holds."""
    for clause in alternatives:
        hits = [(is_wanted, pattern.search(words)) for is_wanted, pattern in clause]
        if all(bool(hit) == is_wanted for is_wanted, hit in hits):
            return min((hit.start() for _, hit in hits if hit), default=0)
    return None


def _pattern(term: str) -> re.Pattern[str]:
    end = r"\w*" if term.endswith("*") else ""
    words = r"\s+".join(map(re.escape, term.rstrip("*").split()))
    return re.compile(rf"(?<!\w){words}{end}(?!\w)")


def _searched(tables: Tables, name: str, party: str, chapter: str) -> Iterator[Found]:
    """The rows of one text table, or of all; about one Party or all; of a chapter."""
    searched = {table.resource.name: table for table in text_tables(tables)}
    if name and as_text(name, "name of a table", "one such as observations") not in searched:
        known = ", ".join(searched)
        raise LanzaroteError(f"The table {name!r} has no texts to search.", f"Search {known}.")
    party_id = find_party(tables, party) if party else ""
    chapters = find_chapters(tables, chapter) if chapter else []
    for table in [searched[name]] if name else searched.values():
        for row, about in zip(table.rows, tables.parties[table.resource.name], strict=True):
            is_meant = not party_id or about in ("", party_id)
            if is_meant and (not chapters or row.get("chapter_id") in chapters):
                yield Found(table, table.key(row)[0], row)


def _around(words: str, place: int) -> str:
    """The words around a place, cut at spaces, with … where something was cut off."""
    start = words.rfind(" ", 0, max(place - AROUND, 0)) + 1 if place > AROUND else 0
    end = words.find(" ", place + AROUND)
    tail = "" if end == -1 else " …"
    return ("… " if start else "") + words[start : None if end == -1 else end] + tail
