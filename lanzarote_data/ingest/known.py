"""What the tables hold already: Parties by any of their names, generic recommendations by words.

A generic recommendation is the same in every factsheet, but its typesetting, its footnotes or a
word may differ from one to the next.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lanzarote_data.ingest.notation import words
from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.text.references import codes


@dataclass(frozen=True)
class _Generic:
    """A stored generic recommendation: its words, and the codes it cites, in order."""

    row_id: str
    chapter_id: str
    words: tuple[str, ...]
    codes: tuple[str, ...]


class KnownGenerics:
    """The generic recommendations of the tables."""

    def __init__(self, tables: Tables) -> None:
        cited: dict[str, list[str]] = {}
        for row in tables.rows("citations"):
            cited.setdefault(row["recommendation_id"], []).extend(codes(row["locator"]))
        self._all = [
            _Generic(row_id, row["chapter_id"], _words(row), tuple(cited.get(row_id, ())))
            for row in tables.rows("recommendations")
            for row_id in [row["recommendation_id"]]
            if row["scope"] == "generic"
        ]
        self.ids = frozenset(generic.row_id for generic in self._all)

    def find(self, row: Row, cited: Iterable[str], taken: Collection[str]) -> str:
        """The id of the stored recommendation that a row of a factsheet is; empty if it is new.

        It is the one with the same words; else with the same codes; else with the same first
        code. ``taken`` are ids that other rows of the factsheet have.
        """
        listed = tuple(cited)
        own_words = _words(row)
        here = [g for g in self._all if g.chapter_id == row["chapter_id"] and g.row_id not in taken]
        same_words = [g for g in here if g.words == own_words]
        same_codes = [g for g in here if listed and set(g.codes) == set(listed)]
        same_first = [g for g in here if listed and g.codes[:1] == listed[:1]]
        found = same_words or same_codes or same_first
        return found[0].row_id if found else ""


def _words(row: Row) -> tuple[str, ...]:
    return tuple(words(row["text"]))


def find_party(name: str, parties: Iterable[Row]) -> Row | None:
    """The Party that a title means by a name; None if it may be none or several.

    Capital letters, accents and an article make no difference; neither do words that the one
    name has and the other has not, as in “Moldova” and “Republic of Moldova”.
    """
    wanted = _folded(name)
    listed = list(parties)
    same = [p for p in listed if wanted in (_folded(p["name"]), _folded(p["name_in_sentence"]))]
    parts = set(wanted.split())
    near = [p for p in listed if _is_part(parts, set(_folded(p["name"]).split()))]
    found = same or near
    return found[0] if len(found) == 1 else None


def _is_part(one: set[str], other: set[str]) -> bool:
    """Whether one name consists of words of the other, the small ones aside."""
    small = {"of", "and", "republic", "kingdom", "state"}
    smaller = min(one, other, key=len) - small
    return bool(smaller) and (one - small <= other or other - small <= one)


def _folded(name: str) -> str:
    """A name in small letters, without accents and article.

    >>> _folded("THE REPUBLIC OF TÜRKİYE")
    'republic of turkiye'
    """
    letters = (c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    found = re.findall(r"[^\W_]+", "".join(letters).casefold().replace("ı", "i"))
    return " ".join(found[1:] if found[:1] == ["the"] else found)
