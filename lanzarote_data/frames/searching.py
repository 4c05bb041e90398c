"""Full-text search without an index: whole words, whatever their case and accents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lanzarote_data.frames.finding import Found, text_tables
from lanzarote_data.frames.texts import words_of
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.tables import Tables

if TYPE_CHECKING:
    import pandas

_TERM = re.compile(r'"([^"]+)"|(\S+)')
_ALIKE = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "\u00a0": " "}
AROUND = 60


def search(tables: Tables, query: str, table: str = "") -> pandas.DataFrame:
    """The rows that hold every term of the query, with the words around the first of them.

    :raises LanzaroteError: the query is empty, or the table has no texts.
    """
    import pandas

    patterns = terms(query)
    lines = []
    for found in _searched(tables, table):
        words = words_of(tables, found)
        hits = [pattern.search(folded(words)) for pattern in patterns]
        if all(hits):
            start = min(hit.start() for hit in hits if hit)
            name = found.table.resource.name
            lines.append((found.row_id, name, _around(words, start)))
    frame = pandas.DataFrame(lines, columns=["row_id", "table", "words"], dtype="string")
    return frame.set_index("row_id")


def terms(query: str) -> list[re.Pattern[str]]:
    """The patterns of a query: words, ``"phrases"``, and beginnings of words (``investig*``).

    >>> [bool(term.search(folded("Éléments of Training"))) for term in terms("elements train*")]
    [True, True]
    """
    # A quotation mark of any shape opens a phrase.
    found = [phrase or word for phrase, word in _TERM.findall(folded(query))]
    if not found:
        raise LanzaroteError("The search has no words.", 'Write search("law enforcement").')
    return [_pattern(term) for term in found]


def _pattern(term: str) -> re.Pattern[str]:
    end = r"\w*" if term.endswith("*") else ""
    words = r"\s+".join(map(re.escape, term.rstrip("*").split()))
    return re.compile(rf"(?<!\w){words}{end}(?!\w)")


def folded(text: str) -> str:
    """A text as it is compared: small letters without accents, simple quotes and dashes.

    Every character stays one character, so that places in it are places in the text.

    >>> folded("Élève’s")
    "eleve's"
    """
    return "".join(map(_folded, text))


def _folded(character: str) -> str:
    plain = _ALIKE.get(character) or unicodedata.normalize("NFKD", character)[0]
    return plain.lower()[0]


def _searched(tables: Tables, name: str) -> Iterator[Found]:
    """The rows of one text table, or of all."""
    searched = {table.resource.name: table for table in text_tables(tables)}
    if name and name not in searched:
        known = ", ".join(searched)
        raise LanzaroteError(f"The table {name!r} has no texts to search.", f"Search {known}.")
    for table in [searched[name]] if name else searched.values():
        for row in table.rows:
            yield Found(table, table.key(row)[0], row)


def _around(words: str, place: int) -> str:
    """The words around a place, cut at spaces, with … where something was cut off."""
    start = words.rfind(" ", 0, max(place - AROUND, 0)) + 1 if place > AROUND else 0
    end = words.find(" ", place + AROUND)
    tail = "" if end == -1 else " …"
    return ("… " if start else "") + words[start : None if end == -1 else end] + tail
