"""What the pages need besides the items: who is cited by what, and what is near to what.

Every index is made once, so that the whole site takes time in proportion to the rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.text import rounds
from lanzarote_data.text.addressed import cited_by, targets_by_row
from lanzarote_data.text.items import RECOMMENDATIONS, Item, Items, grouped


class Index(Items):
    """The items of the tables, found by citation, practice, and follow-up too."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables)
        self.package = tables.package

    @cached_property
    def stating(self) -> dict[str, list[Item]]:
        """The recommendations of factsheets by what they cite: a recommendation of the report."""
        found: dict[str, list[Item]] = {}
        for item in self.by_table[RECOMMENDATIONS]:
            for report_id in self.cited(item):
                found.setdefault(report_id, []).append(item)
        return found

    def cited(self, item: Item) -> list[str]:
        """The ids of the recommendations of the report that an item cites, each once."""
        return cited_by(self._targets, item.id)

    @cached_property
    def _targets(self) -> dict[str, list[Row]]:
        return targets_by_row(self.tables)

    def follow_up(self, item: Item, party_id: str = "") -> list[Row]:
        """The entries on what an item cites, by date: on its own Party, on one, or on all."""
        party_id = party_id or item.party_id
        entries = (row for name in self.cited(item) for row in self.entries.get(name, ()))
        chosen = (row for row in entries if party_id in ("", row["party_id"]))
        return sorted(chosen, key=lambda row: row["date"])

    @cached_property
    def entries(self) -> dict[str, list[Row]]:
        """The entries of follow-up by recommendation of the report."""
        return grouped(self.tables.rows("follow_up"), lambda r: r["report_recommendation_id"])

    @cached_property
    def practices_naming(self) -> dict[str, list[Item]]:
        """The practices by Party whose practice they are."""
        found: dict[str, list[Item]] = {}
        for row in self.tables.rows("practice_parties"):
            practice = self.by_id.get(row["practice_id"])
            if practice and not practice.is_withdrawn:
                found.setdefault(row["party_id"], []).append(practice)
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
    def parties(self) -> list[Row]:
        """The Parties by name."""
        return sorted(self.tables.rows("parties"), key=lambda row: row["name"])

    @cached_property
    def with_factsheet(self) -> dict[str, list[Row]]:
        """The Parties by name whose factsheet is in the data, by round."""

        def has_one(round_id: str, party: Row) -> bool:
            return rounds.factsheet_of(self.tables, round_id, party["party_id"]) is not None

        ids = [row["round_id"] for row in self.rounds]
        return {name: [party for party in self.parties if has_one(name, party)] for name in ids}

    @cached_property
    def rounds(self) -> list[Row]:
        """The monitoring rounds that have rows of factsheets, the latest first."""
        return rounds.filled_rounds(self.tables)

    def in_round(self, text: str, round_id: str) -> str:
        """A text that names its round, where there are several."""
        return text if len(self.rounds) < 2 else f"{text} ({round_id})"

    def chapter_label(self, row: Row) -> str:
        """The number and title of a chapter, and its round where there are several."""
        return self.in_round(f"{row['number']}. {row['title']}", row["round_id"])

    @cached_property
    def levels(self) -> dict[str, int]:
        """The place of each level of urgency among all, the most urgent being 1."""
        return {r["urgency"]: n for n, r in enumerate(rounds.urgencies_of(self.tables), start=1)}

    @cached_property
    def urgencies(self) -> dict[str, list[str]]:
        """The levels of urgency of each round, the most urgent first, and any other in use."""
        used: dict[str, set[str]] = {row["round_id"]: set() for row in self.rounds}
        for item in self.by_table[RECOMMENDATIONS]:
            used[self.round_of(item)].add(item.row["urgency"])
        for round_id, words in used.items():
            words.update(row["urgency"] for row in rounds.urgencies_of(self.tables, round_id))
        return {name: [w for w in self.levels if w in words] for name, words in used.items()}

    def meaning(self, round_id: str, urgency: str) -> str:
        """What a round means by a level of urgency; empty where it does not say."""
        row = self.tables.find("urgency_meanings", round_id, urgency)
        return row["meaning"] if row else ""

    def counts(self, round_id: str, items: Iterable[Item]) -> dict[str, int]:
        """How many recommendations of a round have each level of urgency."""
        found = Counter(item.row["urgency"] for item in items)
        return {word: found[word] for word in self.urgencies[round_id]}

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
        here = self.by_place.get((item.chapter_id, item.party_id), ())
        return next((one for one in reversed(here) if one.position < item.position), None)

    def party(self, item: Item) -> Row | None:
        """The Party in whose factsheet an item is; None for what is said to all."""
        return self.tables.find("parties", item.party_id) if item.party_id else None
