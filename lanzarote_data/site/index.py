"""What the pages need besides the items: who is cited by what, and what is near to what.

Every index is made once, so that the whole site takes time in proportion to the rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from lanzarote_data.model.tables import Row, Table, Tables
from lanzarote_data.text.items import RECOMMENDATIONS, Item, Items, grouped
from lanzarote_data.text.references import codes


class Index(Items):
    """The items of the tables, found by citation, practice, and follow-up too."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables)
        self.package = tables.package

    @cached_property
    def by_code(self) -> dict[str, list[Item]]:
        """The recommendations that cite a recommendation of the report, by round and code."""
        found: dict[str, list[Item]] = {}
        for item in self.by_table[RECOMMENDATIONS]:
            for code in self.codes_of(item):
                found.setdefault(f"{self.round_of(item)}-{code}", []).append(item)
        return found

    def codes_of(self, item: Item) -> list[str]:
        """The recommendations of the report that an item cites, each once."""
        cited = (code for row in self.citations.get(item.id, ()) for code in codes(row["locator"]))
        return list(dict.fromkeys(cited))

    @cached_property
    def follow_up(self) -> dict[str, list[Row]]:
        """The follow-up entries by recommendation."""
        return grouped(self.tables.rows("follow_up"), lambda row: row["recommendation_id"])

    @cached_property
    def practices_naming(self) -> dict[str, list[Item]]:
        """The practices by Party whose practice they are."""
        found: dict[str, list[Item]] = {}
        for row in self.tables.rows("practice_parties"):
            if row["practice_id"] in self.by_id:
                found.setdefault(row["party_id"], []).append(self.by_id[row["practice_id"]])
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
    def practices_in(self) -> dict[str, list[Item]]:
        """The practices of all factsheets by chapter."""
        return grouped(self.by_table["practices"], lambda item: item.chapter_id)

    @cached_property
    def rounds(self) -> list[Row]:
        """The monitoring rounds, the latest first."""
        return list(reversed(self.tables.rows("rounds")))

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each chapter among all, by id."""
        return {row["chapter_id"]: n for n, row in enumerate(self.tables.rows("chapters"))}

    def chapter(self, item: Item) -> Row:
        """The chapter of an item."""
        return self.tables["chapters"].by_key[(item.chapter_id,)]

    def round_of(self, item: Item) -> str:
        """The round of an item."""
        return self.chapter(item)["round_id"]

    def before_in_text(self, item: Item) -> Item | None:
        """The item after which an item comes in its part of the factsheet."""
        here = self.by_place[item.chapter_id, item.party_id]
        place = here.index(item)
        return here[place - 1] if place else None

    def party(self, item: Item) -> Row | None:
        """The Party in whose factsheet an item is; None for what is said to all."""
        return self.tables.find("parties", item.party_id) if item.party_id else None


def counts(items: Iterable[Item], urgencies: Table) -> dict[str, int]:
    """How many of the recommendations have each level of urgency, the most urgent first."""
    found = {row["urgency"]: 0 for row in urgencies.rows}
    for item in items:
        found[item.row["urgency"]] += 1
    return found
