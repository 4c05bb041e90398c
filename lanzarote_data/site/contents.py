"""The rows of the tables as the pages need them: who stands where, beside whom, cited by what.

Every index is made once, so that the whole site takes time in proportion to the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from lanzarote_data.model.tables import Row, Table, Tables
from lanzarote_data.site.page import page_path
from lanzarote_data.text.references import codes

ITEM_KEYS = {
    "recommendations": "recommendation_id",
    "observations": "observation_id",
    "practices": "practice_id",
}


@dataclass(frozen=True)
class Item:
    """A recommendation, observation or practice.

    ``party_id`` is the Party in whose factsheet it stands, empty for what is said to all;
    ``code`` is the first recommendation of the report that it cites (``II-6``), if any.
    """

    table: str
    row: Row
    party_id: str
    code: str = ""

    @property
    def id(self) -> str:
        """The permanent id of the row."""
        return self.row[ITEM_KEYS[self.table]]

    @property
    def chapter_id(self) -> str:
        """The chapter in which the row stands."""
        return self.row["chapter_id"]

    @property
    def position(self) -> int:
        """The place of the row within its document and chapter."""
        return int(self.row["position"])

    def of(self, field: str) -> str:
        """The text of a field; empty where the table has no such field."""
        return self.row.get(field, "")

    @property
    def path(self) -> str:
        """The path of its page below the site's folder."""
        return page_path(self.table, self.id)


@dataclass(frozen=True)
class Part:
    """One half of a chapter in a factsheet: its heading, and its items in order."""

    heading: str
    items: tuple[Item, ...]


class Contents:
    """All that the tables say, found by id, chapter, Party and citation."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.package = tables.package

    @cached_property
    def items(self) -> dict[str, Item]:
        """The items by id, in the order of their tables."""
        return {
            item.id: item
            for table in ITEM_KEYS
            for row in self.tables.rows(table)
            for item in (self._item(table, row),)
        }

    def of_table(self, table: str) -> list[Item]:
        """The items of one table, in order."""
        return [item for item in self.items.values() if item.table == table]

    @cached_property
    def citations(self) -> dict[str, list[Row]]:
        """The footnotes by the id of the row in whose text they are marked."""
        fields = (*ITEM_KEYS.values(), "chapter_id")

        def parent(row: Row) -> str:
            return next((row[field] for field in fields if row[field]), "")

        return _grouped(self.tables.rows("citations"), parent)

    @cached_property
    def by_code(self) -> dict[str, list[Item]]:
        """The recommendations that cite a recommendation of the report, by round and code."""
        found: dict[str, list[Item]] = {}
        for item in self.of_table("recommendations"):
            for code in self.codes_of(item):
                found.setdefault(f"{self.round_of(item)}-{code}", []).append(item)
        return found

    def codes_of(self, item: Item) -> list[str]:
        """The recommendations of the report that an item cites, each once."""
        return _codes(self.citations.get(item.id, ()))

    @cached_property
    def follow_up(self) -> dict[str, list[Row]]:
        """The follow-up entries by recommendation."""
        return _grouped(self.tables.rows("follow_up"), lambda row: row["recommendation_id"])

    @cached_property
    def practices_naming(self) -> dict[str, list[Item]]:
        """The practices by Party whose practice they are."""
        found: dict[str, list[Item]] = {}
        for row in self.tables.rows("practice_parties"):
            if row["practice_id"] in self.items:
                found.setdefault(row["party_id"], []).append(self.items[row["practice_id"]])
        return found

    @cached_property
    def parties_of_practice(self) -> dict[str, list[Row]]:
        """The Parties by practice."""
        found: dict[str, list[Row]] = {}
        for row in self.tables.rows("practice_parties"):
            party = self.tables.find("parties", row["party_id"])
            if party:
                found.setdefault(row["practice_id"], []).append(party)
        return found

    @cached_property
    def by_place(self) -> dict[tuple[str, str], list[Item]]:
        """The items by chapter and Party (empty: all Parties), by position."""
        found: dict[tuple[str, str], list[Item]] = {}
        for item in self.items.values():
            found.setdefault((item.chapter_id, item.party_id), []).append(item)
        for items in found.values():
            items.sort(key=lambda item: (item.row["document_id"], item.position))
        return found

    @cached_property
    def rounds(self) -> list[Row]:
        """The monitoring rounds, the latest first."""
        return list(reversed(self.tables.rows("rounds")))

    @cached_property
    def chapters(self) -> dict[str, list[Row]]:
        """The chapters by round, in order."""
        return _grouped(self.tables.rows("chapters"), lambda row: row["round_id"])

    @cached_property
    def _factsheets(self) -> dict[tuple[str, str], Row]:
        rows = self.tables.rows("documents")
        return {(row["round_id"], row["party_id"]): row for row in rows if row["party_id"]}

    def factsheet_document(self, round_id: str, party_id: str) -> Row | None:
        """The factsheet of a Party on a round, if the data has one."""
        return self._factsheets.get((round_id, party_id))

    def report(self, round_id: str) -> Row | None:
        """The implementation report of a round."""
        rows = self.tables.rows("documents")
        return next((r for r in rows if r["round_id"] == round_id and not r["party_id"]), None)

    def chapter(self, item: Item) -> Row:
        """The chapter in which an item stands."""
        return self.tables["chapters"].by_key[(item.chapter_id,)]

    def round_of(self, item: Item) -> str:
        """The round in which an item was said."""
        return self.chapter(item)["round_id"]

    def before_in_text(self, item: Item) -> Item | None:
        """The item after which an item stands in its part of the factsheet."""
        here = self.by_place[item.chapter_id, item.party_id]
        place = here.index(item)
        return here[place - 1] if place else None

    def party(self, item: Item) -> Row | None:
        """The Party in whose factsheet an item stands; None for what is said to all."""
        return self.tables.find("parties", item.party_id) if item.party_id else None

    def parts(self, chapter: Row, party_id: str) -> tuple[Part, Part]:
        """The specific and the generic part of a chapter in a Party's factsheet.

        A practice stands in the specific part if a row of that part comes after it; any other
        stands among the generic rows of its own document, or after those of another one.
        """
        own = self.by_place.get((chapter["chapter_id"], party_id), []) if party_id else []
        generic = list(self.by_place.get((chapter["chapter_id"], ""), []))
        last = max((i.position for i in own if i.table != "practices"), default=0)
        specific = [i for i in own if i.table != "practices" or i.position < last]
        late = [i for i in own if i.table == "practices" and i.position >= last]
        documents = {item.row["document_id"] for item in late}
        if any(item.row["document_id"] in documents for item in generic):
            generic = sorted([*generic, *late], key=lambda item: item.position)
        else:
            generic += late
        return (
            Part(chapter["specific_heading"], tuple(specific)),
            Part(chapter["generic_heading"], tuple(generic)),
        )

    def _item(self, table: str, row: Row) -> Item:
        if table == "practices":
            document = self.tables.find("documents", row["document_id"])
            return Item(table, row, document["party_id"] if document else "")
        cited = _codes(self.citations.get(row[ITEM_KEYS[table]], ()))
        return Item(table, row, row["party_id"], cited[0] if cited else "")


def _codes(citations: Iterable[Row]) -> list[str]:
    return list(dict.fromkeys(code for row in citations for code in codes(row["locator"])))


def _grouped(rows: Iterable[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def counts(items: Iterable[Item], urgencies: Table) -> dict[str, int]:
    """How many of the recommendations have each level of urgency, the most urgent first."""
    found = {row["urgency"]: 0 for row in urgencies.rows}
    for item in items:
        found[item.row["urgency"]] += 1
    return found
