"""What the tables hold already: items by their words.

A generic recommendation is the same in every factsheet, but its typesetting, its footnotes or a
word may differ from one to the next; so may any item from one edition to the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from lanzarote_data.ingest.notation import words
from lanzarote_data.model.tables import Tables
from lanzarote_data.text.items import RECOMMENDATIONS, Items, grouped
from lanzarote_data.text.references import codes

_ALIKE = 0.6  # of the words, so that one text is the other with some of them changed


@dataclass(frozen=True)
class Statement:
    """An item to be recognised: its table, chapter, Party (empty: all), words, and what it cites.

    ``row_id`` is empty where it was read from a source.
    """

    table: str
    chapter_id: str
    party_id: str
    text: str
    cited: tuple[str, ...]
    row_id: str = ""
    is_withdrawn: bool = False

    @cached_property
    def words(self) -> Counter[str]:
        """How often the text has each word."""
        return Counter(self.in_order)

    @cached_property
    def in_order(self) -> tuple[str, ...]:
        """The words of the text."""
        return tuple(words(self.text))

    def likeness(self, other: Statement) -> float:
        """The share of their words that two statements have in common."""
        total = len(self.in_order) + len(other.in_order)
        return 2 * (self.words & other.words).total() / total if total else 1.0


class Known:
    """The items of the tables."""

    def __init__(self, tables: Tables) -> None:
        items = Items(tables)
        self.ids = frozenset(items.by_id)
        stored = [
            Statement(
                item.table,
                item.chapter_id,
                item.party_id,
                item.row["text"],
                cited(item.table, (row["locator"] for row in items.citations.get(item.id, ()))),
                item.id,
                item.is_withdrawn,
            )
            for item in items.by_id.values()
        ]
        self._stored = grouped(sorted(stored, key=lambda one: one.is_withdrawn), _place)

    def recognise(self, read: Sequence[Statement]) -> dict[int, str]:
        """The ids of stored items for those of the statements, by index, that are one of them.

        First those with the same words are paired; then recommendations with the same codes, and
        with the same first code; then those that share most of their words and do not cite
        different places. Of several the one that is most alike is taken; a withdrawn item only
        where no other is left.
        """
        found: dict[int, str] = {}
        for place, indices in grouped(range(len(read)), lambda index: _place(read[index])).items():
            stored = self._stored.get(place, [])
            used: set[int] = set()
            for likeness in (_same_words, _same_codes, _same_first_code, _alike):
                scored = sorted(
                    (item.is_withdrawn, -score, index, rank)
                    for index in indices
                    if index not in found
                    for rank, item in enumerate(stored)
                    if rank not in used and (score := likeness(read[index], item))
                )
                for _, _, index, rank in scored:
                    if index not in found and rank not in used:
                        found[index] = stored[rank].row_id
                        used.add(rank)
        return found


def cited(table: str, locators: Iterable[str]) -> tuple[str, ...]:
    """What an item cites of the report: a recommendation its codes, others paragraphs as well."""
    if table == RECOMMENDATIONS:
        return tuple(code for locator in locators for code in codes(locator))
    return tuple(part for locator in locators for part in locator.split(";") if part)


def _place(statement: Statement) -> tuple[str, str, str]:
    return statement.table, statement.chapter_id, statement.party_id


def _same_words(one: Statement, other: Statement) -> float:
    return float(one.in_order == other.in_order)


def _same_codes(one: Statement, other: Statement) -> float:
    same = one.table == RECOMMENDATIONS and one.cited and set(one.cited) == set(other.cited)
    return 1 + one.likeness(other) if same else 0


def _same_first_code(one: Statement, other: Statement) -> float:
    same = one.table == RECOMMENDATIONS and one.cited and one.cited[:1] == other.cited[:1]
    return 1 + one.likeness(other) if same else 0


def _alike(one: Statement, other: Statement) -> float:
    if one.cited and other.cited and not set(one.cited) & set(other.cited):
        return 0
    likeness = one.likeness(other)
    return likeness if likeness >= _ALIKE else 0
