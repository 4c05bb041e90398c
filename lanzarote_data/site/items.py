"""The page of one recommendation, observation or practice, and what a link to it shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lanzarote_data.model.tables import Row
from lanzarote_data.site.contents import ITEM_KEYS, Contents, Item
from lanzarote_data.site.page import Page
from lanzarote_data.site.texts import PageTexts, excerpt, plain_item
from lanzarote_data.site.words import Words
from lanzarote_data.text.markup import plain

RELATED_LIMIT = 12
"""How many related items of one kind a page lists; the chapter's page leads to the others."""


@dataclass
class ItemPages:
    """Makes the pages of the items; ``address`` is where the site will be, or empty."""

    contents: Contents
    words: Words
    address: str

    def all(self) -> Iterator[Page]:
        """The page of every item."""
        return map(self._item, self.contents.items.values())

    @cached_property
    def _beside(self) -> dict[str, tuple[Item | None, Item | None]]:
        return _neighbours(self.contents)

    def _item(self, item: Item) -> Page:
        contents = self.contents
        party, chapter = contents.party(item), contents.chapter(item)
        name = party["name_in_sentence"] if party else self.words("party.placeholder")
        texts = PageTexts(contents, name)
        before, after = self._beside[item.id]
        document = contents.tables.find("documents", item.row["document_id"])
        values = {
            "item": item,
            "title": self.title(item),
            "summary": excerpt(plain_item(item, name)),
            "party": party,
            "chapter": chapter,
            "document": document,
            "lead_in": texts.lead_in(item.row) if item.of("layout") == "bullet" else "",
            "text": texts.item(item),
            "notes": [(note, self._cited(note.citation)) for note in texts.taken()],
            "urgency": contents.tables.find("urgencies", item.of("urgency")),
            "follow_up": self._follow_up(item),
            "related": self._related(item),
            "parties": contents.parties_of_practice.get(item.id, []),
            "runs_on": self._runs_on(item),
            "cite": self._cite(item, document),
            "before": before and self.link(before),
            "after": after and self.link(after),
        }
        return Page(item.path, "item.html", values)

    def title(self, item: Item) -> str:
        """What the page of an item is called."""
        party = self.contents.party(item)
        name = party["name_in_sentence"] if party else self.words("party.all_in_sentence")
        kind = "code" if item.table == "recommendations" and item.code else "plain"
        local = "-".join(item.id.split("-")[2:])
        return self.words(
            f"title.{item.table}.{kind}", code=item.code, party=name, id=item.id, local=local
        )

    def link(self, item: Item) -> dict[str, object]:
        """What a link to an item shows."""
        party = self.contents.party(item)
        name = party["name_in_sentence"] if party else self.words("party.placeholder")
        text = excerpt(plain_item(item, name))
        return {"item": item, "title": self.title(item), "text": text, "party": party}

    def _cited(self, citation: Row) -> Row | None:
        return self.contents.tables.find("documents", citation["document_id"])

    def _follow_up(self, item: Item) -> list[tuple[Row, Row | None]]:
        entries = sorted(self.contents.follow_up.get(item.id, []), key=lambda row: row["date"])
        return [(row, self.contents.tables.find("parties", row["party_id"])) for row in entries]

    def _runs_on(self, item: Item) -> Item | None:
        """The item in whose paragraph or bullet an item runs on."""
        return self.contents.before_in_text(item) if item.of("layout") == "inline" else None

    def _related(self, item: Item) -> dict[str, list[dict[str, object]]]:
        """Links to what belongs to an item, by kind.

        ``same`` cites the same recommendation of the report; the others stand in the same
        chapter for the same Party, and under the same sub-heading where there are such.
        """
        kinds = set(ITEM_KEYS) - {item.table if item.table == "recommendations" else ""}
        here = self._in_chapter(item)
        found = {"same": self._citing_the_same(item)}
        for table in ITEM_KEYS:
            others = [other for other in here if other.table == table and table in kinds]
            found[table] = _of_topic(item, others)
        return {
            kind: [self.link(other) for other in others[:RELATED_LIMIT]]
            for kind, others in found.items()
        }

    def _citing_the_same(self, item: Item) -> list[Item]:
        contents, prefix = self.contents, self.contents.round_of(item)
        same = {
            other.id: other
            for code in contents.codes_of(item)
            for other in contents.by_code.get(f"{prefix}-{code}", [])
        }
        return [other for other in same.values() if other.id != item.id]

    def _in_chapter(self, item: Item) -> list[Item]:
        """The other items of the same chapter and Party; of what is said to all, the practices."""
        contents = self.contents
        if item.party_id:
            here = contents.by_place[item.chapter_id, item.party_id]
            return [other for other in here if other.id != item.id]
        practices = contents.of_table("practices")
        return [other for other in practices if other.chapter_id == item.chapter_id]

    def _cite(self, item: Item, document: Row | None) -> str:
        package = self.contents.package
        return self.words(
            "cite.text",
            publisher=document["publisher"] if document else "",
            document=plain(document["title"]) if document else "",
            date=document["date"] if document else "",
            id=item.id,
            dataset=package.title,
            version=package.version,
            address=f"{self.address}{item.path}" if self.address else "",
        ).strip()


def _of_topic(item: Item, others: list[Item]) -> list[Item]:
    """Those under the item's own sub-heading; all of them if none stands there."""
    topic = item.of("topic")
    same = [other for other in others if other.of("topic") == topic]
    return same or others


def _neighbours(contents: Contents) -> dict[str, tuple[Item | None, Item | None]]:
    """For each item the ones of its table and Party before and after it."""
    rank = {row["chapter_id"]: n for n, row in enumerate(contents.tables.rows("chapters"))}
    runs: dict[tuple[str, str], list[Item]] = {}
    for item in sorted(contents.items.values(), key=lambda i: (rank[i.chapter_id], i.position)):
        runs.setdefault((item.table, item.party_id), []).append(item)
    found = {}
    for run in runs.values():
        for item, before, after in zip(run, [None, *run], [*run[1:], None], strict=False):
            found[item.id] = (before, after)
    return found
