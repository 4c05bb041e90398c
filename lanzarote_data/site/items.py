"""The page of one recommendation, observation or practice, and what a link to it shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from markupsafe import Markup

from lanzarote_data.metadata.about import About
from lanzarote_data.metadata.schema_org import part, script_text
from lanzarote_data.model.tables import Row
from lanzarote_data.site.index import Index
from lanzarote_data.site.page import Page, excerpt, item_path, plain_item, report_path
from lanzarote_data.text.document import Texts
from lanzarote_data.text.items import RECOMMENDATIONS, WITHDRAWN_IN, Item, grouped
from lanzarote_data.text.markup import plain
from lanzarote_data.text.targets import RECOMMENDATIONS as REPORT_RECOMMENDATIONS
from lanzarote_data.text.words import Words

RELATED_LIMIT = 12
"""How many related items of one kind a page lists; the chapter's page leads to the others."""


@dataclass(frozen=True)
class Link:
    """What a link to an item shows: its title, and the beginning of its text."""

    path: str
    title: str
    text: str
    urgency: str


@dataclass
class ItemPages:
    """Makes the pages of the items; ``about`` has the address of the site, if that is known."""

    index: Index
    words: Words
    about: About
    _links: dict[str, Link] = field(default_factory=dict)

    def all(self) -> Iterator[Page]:
        """The page of every item."""
        return map(self._page, self.index.by_id.values())

    def link(self, item: Item) -> Link:
        """What a link to an item shows."""
        if item.id not in self._links:
            text = excerpt(plain_item(item, self._party_name(item)))
            link = Link(item_path(item), self._title(item), text, item.of("urgency"))
            self._links[item.id] = link
        return self._links[item.id]

    def _page(self, item: Item) -> Page:
        index = self.index
        texts = Texts(index, self._party_name(item))
        (group,) = texts.groups([item])
        before, after = self._neighbours.get(item.id, (None, None))
        document = index.tables.find("documents", item.row["document_id"])
        values = {
            "item": item,
            "link": self.link(item),
            "party": index.party(item),
            "chapter": index.chapter(item),
            "document": document,
            "lead_in": group.lead_in,
            "text": group.texts[0],
            "notes": texts.taken(),
            "cited": self._cited(item),
            "reports": self._reports(item),
            "meaning": index.meaning(index.round_of(item), item.of("urgency")),
            "withdrawn": index.tables.find("documents", item.of(WITHDRAWN_IN)),
            "follow_up": index.follow_up(item),
            "related": self._related(item),
            "parties": index.parties_of_practice.get(item.id, []),
            "runs_on": index.before_in_text(item) if item.of("layout") == "inline" else None,
            "cite": self._cite(item, document),
            "json_ld": self._json_ld(item, document) if self.about.home else "",
            "before": before and self.link(before),
            "after": after and self.link(after),
        }
        return Page(item_path(item), "item.html", values)

    def _json_ld(self, item: Item, document: Row | None) -> Markup:
        """The item as search engines read it."""
        text = plain_item(item, self._party_name(item))
        link = self.link(item)
        return Markup(script_text(part(self.about, link.path, item.id, link.title, text, document)))

    def _party_name(self, item: Item) -> str:
        party = self.index.party(item)
        return party["name_in_sentence"] if party else self.words("party.placeholder")

    def _title(self, item: Item) -> str:
        party = self.index.party(item)
        name = party["name_in_sentence"] if party else self.words("party.all_in_sentence")
        codes = self._codes(item) if item.table == RECOMMENDATIONS else []
        local = "-".join(item.id.split("-")[2:])
        title = self.words(
            f"title.{item.table}.{'code' if codes else 'plain'}",
            code=codes[0] if codes else "",
            party=name,
            id=item.id,
            local=local,
        )
        return self.index.in_round(title, self.index.round_of(item))

    def _codes(self, item: Item) -> list[str]:
        """The codes of the recommendations of the report that an item cites."""
        reported = self.index.tables[REPORT_RECOMMENDATIONS].by_key
        return [reported[(name,)]["code"] for name in self.index.cited(item)]

    def _cited(self, item: Item) -> list[tuple[Row, Row | None]]:
        """What an item cites of the report, each with the document that it is in."""
        documents = self.index.tables["documents"]
        return [
            (row, documents.find((row["document_id"],)))
            for row in self.index.citations.get(item.id, ())
            if row["locator"]
        ]

    def _reports(self, item: Item) -> list[tuple[str, str]]:
        """The codes of the report that a recommendation cites, and the paths of their pages."""
        return [(name, report_path(name)) for name in self.index.cited(item)]

    def _related(self, item: Item) -> dict[str, list[Link]]:
        """Links to what belongs to an item, by kind.

        ``same`` cites the same recommendation of the report; the others are in the same chapter
        for the same Party, and under the same sub-heading where there are such.
        """
        found = {"same": self._citing_the_same(item)}
        here = grouped(self._in_chapter(item), lambda other: other.table)
        for table in self.index.by_table:
            others = here.get(table, []) if table != RECOMMENDATIONS or table != item.table else []
            found[table] = iter(_of_topic(item, others))
        return {
            kind: [self.link(other) for other in islice(others, RELATED_LIMIT)]
            for kind, others in found.items()
        }

    def _citing_the_same(self, item: Item) -> Iterator[Item]:
        index, seen = self.index, {item.id}
        for report_id in index.cited(item):
            for other in index.stating.get(report_id, ()):
                if other.id not in seen:
                    seen.add(other.id)
                    yield other

    def _in_chapter(self, item: Item) -> list[Item]:
        """The other items of the same chapter and Party; of what is said to all, the practices."""
        if not item.party_id:
            return self.index.practices_in.get(item.chapter_id, [])
        here = self.index.by_place.get((item.chapter_id, item.party_id), ())
        return [other for other in here if other.id != item.id]

    def _cite(self, item: Item, document: Row | None) -> str:
        package = self.index.package
        return self.words(
            "cite.text",
            publisher=document["publisher"] if document else "",
            document=plain(document["title"]) if document else "",
            date=document["date"] if document else "",
            id=item.id,
            dataset=package.title,
            version=package.version,
            address=f"{self.about.home}{item_path(item)}" if self.about.home else "",
        ).strip()

    @cached_property
    def _neighbours(self) -> dict[str, tuple[Item | None, Item | None]]:
        """For each item those of its table, round and Party beside it; none if withdrawn."""
        places, round_of = self.index.places, self.index.round_of
        items = sorted(self.index.current, key=lambda i: (places[i.chapter_id], i.position))
        found = {}
        for run in grouped(items, lambda i: (i.table, i.party_id, round_of(i))).values():
            for item, before, after in zip(run, [None, *run], [*run[1:], None], strict=False):
                found[item.id] = (before, after)
        return found


def _of_topic(item: Item, others: list[Item]) -> list[Item]:
    """Those under the item's own sub-heading; all of them if there are none."""
    topic = item.of("topic")
    same = [other for other in others if other.of("topic") == topic]
    return same or others
