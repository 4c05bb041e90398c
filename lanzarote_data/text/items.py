"""The rows that factsheets consist of, found by chapter and Party, with their footnotes.

Every index is made once, so that rendering many Parties takes time in proportion to what they show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from lanzarote_data.model.errors import PackageError
from lanzarote_data.model.package import Package, Resource
from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.model.types import whole_number

STEP = 10
"""The distance between the positions of two rows that follow each other."""
RECOMMENDATIONS = "recommendations"
PRACTICES = "practices"
WITHDRAWN_IN = "withdrawn_in"
"""The field with the edition of a factsheet that no longer states an item."""
_FACTSHEETS = {
    "rounds": "round_id theme",
    "parties": "party_id name name_in_sentence",
    "documents": "document_id title round_id party_id date publisher url rights",
    "chapters": "chapter_id round_id number title introduction specific_heading generic_heading",
    "urgencies": "urgency",
    "recommendations": "recommendation_id chapter_id scope party_id addressing urgency topic "
    "lead_in text layout document_id position",
    "observations": "observation_id chapter_id party_id topic lead_in text layout document_id "
    "position",
    "practices": "practice_id chapter_id heading text document_id position",
    "citations": "citation_id recommendation_id observation_id practice_id chapter_id marker kind "
    "locator text document_id url",
}
"""The tables and fields that factsheets are written from and read into."""
K = TypeVar("K")
V = TypeVar("V")


def missing_for_factsheets(package: Package, *also: str) -> tuple[str, ...]:
    """The tables of factsheets that a package does not declare, or not with all their fields.

    ``also`` are other tables that are needed.
    """
    return tuple(
        name
        for name, fields in (_FACTSHEETS | dict.fromkeys(also, "")).items()
        if name not in package or not set(fields.split()) <= set(package.resource(name).field_names)
    )


def need_factsheets(package: Package, *also: str) -> None:
    """Refuse a package without factsheets, in a command that is about them.

    :raises PackageError: it lacks a table or a field of them.
    """
    if missing := missing_for_factsheets(package, *also):
        raise PackageError(
            "The package does not have the tables of factsheets: it lacks "
            f"{', '.join(missing)}, or some of their fields.",
            "'validate', 'build', 'import', 'diff' and 'release' work with any package; this "
            "needs one with factsheets.",
        )


@dataclass(frozen=True)
class Item:
    """A recommendation, observation or practice.

    ``party_id`` is the Party in whose factsheet it is; empty for what is said to all Parties.
    """

    table: str
    id: str
    row: Row
    party_id: str

    @property
    def chapter_id(self) -> str:
        """The chapter to which the row belongs."""
        return self.row["chapter_id"]

    @property
    def is_withdrawn(self) -> bool:
        """Whether a later edition of the factsheet no longer states it."""
        return bool(self.of(WITHDRAWN_IN))

    @property
    def position(self) -> int:
        """The place of the row within its document and chapter; 0 where it is not a number."""
        return whole_number(self.row["position"]) or 0

    def of(self, field: str) -> str:
        """The text of a field; empty where the table has no such field."""
        return self.row.get(field, "")


class Items:
    """The items of the tables, found by id, table, and place."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    @cached_property
    def by_id(self) -> dict[str, Item]:
        """The items by id, in the order of their tables."""
        found = (item for resource in self.tables.package.items for item in self._read(resource))
        return {item.id: item for item in found}

    @cached_property
    def current(self) -> list[Item]:
        """The items that the latest editions state, in the order of their tables."""
        return [item for item in self.by_id.values() if not item.is_withdrawn]

    @cached_property
    def by_table(self) -> dict[str, list[Item]]:
        """The items by table, in the order of the table; withdrawn ones are left out."""
        empty: dict[str, list[Item]] = {r.name: [] for r in self.tables.package.items}
        return empty | grouped(self.current, lambda item: item.table)

    @cached_property
    def by_place(self) -> dict[tuple[str, str], list[Item]]:
        """The items by chapter and Party (empty: all Parties), by position, but withdrawn ones."""
        items = sorted(self.current, key=lambda item: item.position)
        return grouped(items, lambda item: (item.chapter_id, item.party_id))

    @cached_property
    def chapters(self) -> dict[str, list[Row]]:
        """The chapters by round, in order."""
        return grouped(self.tables.rows("chapters"), lambda row: row["round_id"])

    @cached_property
    def citations(self) -> dict[str, list[Row]]:
        """The footnotes by the id of the row whose text marks them."""
        parent_of = self.tables.package.parent_of
        return grouped(self.tables.rows("citations"), lambda row: parent_of(row)[1])

    def _read(self, resource: Resource) -> Iterator[Item]:
        (key,) = resource.primary_key
        for row in self.tables.rows(resource.name):
            yield Item(resource.name, row[key], row, self._party(row))

    def _party(self, row: Row) -> str:
        if "party_id" in row:
            return row["party_id"]
        document = self.tables.find("documents", row["document_id"])
        return document["party_id"] if document else ""


def grouped(values: Iterable[V], key: Callable[[V], K]) -> dict[K, list[V]]:
    """The values by key, in the order in which they come."""
    found: dict[K, list[V]] = {}
    for value in values:
        found.setdefault(key(value), []).append(value)
    return found
