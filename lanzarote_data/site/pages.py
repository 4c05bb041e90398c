"""Which pages the site has, and what each shows: a template's name and the values it uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lanzarote_data.model.tables import Row
from lanzarote_data.site.chart import bars
from lanzarote_data.site.contents import ITEM_KEYS, Contents, Item, counts
from lanzarote_data.site.downloads import Release, Sum
from lanzarote_data.site.explore import ROWS_PER_PAGE, ExploreRow
from lanzarote_data.site.factsheets import chapter_view, items_of
from lanzarote_data.site.items import ItemPages
from lanzarote_data.site.metadata import json_ld
from lanzarote_data.site.page import Page, factsheet_path, page_path
from lanzarote_data.site.texts import PageTexts
from lanzarote_data.site.words import Words


@dataclass(frozen=True)
class Offered:
    """What the data page offers: the sums of the tables' files, a release, and the change log."""

    tables: tuple[Sum, ...]
    release: Release | None = None
    changes: str = ""


@dataclass
class Pages:
    """Makes the pages of a site.

    ``address`` is where the site will be published (with a slash at its end), if that is known.
    """

    contents: Contents
    words: Words
    rows: list[ExploreRow]
    offered: Offered
    address: str = ""

    def all(self) -> Iterator[Page]:
        """Every page of the site."""
        yield self._home()
        yield self._parties()
        yield from self._explore()
        yield from self._data()
        for row in self.contents.rounds:
            for party in self.contents.tables.rows("parties"):
                yield self._factsheet(row, party)
        for chapter in self.contents.tables.rows("chapters"):
            yield self._chapter(chapter)
        yield from self._items.all()

    @cached_property
    def _items(self) -> ItemPages:
        return ItemPages(self.contents, self.words, self.address)

    def _home(self) -> Page:
        contents = self.contents
        recommendations = contents.of_table("recommendations")
        values = {
            "rounds": [(row, bars(contents, row["round_id"])) for row in contents.rounds],
            "urgencies": contents.tables.rows("urgencies"),
            "numbers": counts(recommendations, contents.tables["urgencies"]),
            "total": len(recommendations),
            "generic": sum(not item.party_id for item in recommendations),
            "tables": {name: len(contents.tables.rows(name)) for name in contents.tables},
            "factsheets": self._all_with_data(),
        }
        return Page("index.html", "home.html", values)

    def _with_data(self, round_id: str) -> list[tuple[Row, str]]:
        """The Parties whose factsheet on a round is in the data, with the path of its page."""
        return [
            (party, factsheet_path(round_id, party["party_id"]))
            for party in self.contents.tables.rows("parties")
            if self.contents.factsheet_document(round_id, party["party_id"])
        ]

    def _all_with_data(self) -> list[tuple[Row, str]]:
        rounds = self.contents.rounds
        return [entry for row in rounds for entry in self._with_data(row["round_id"])]

    def _parties(self) -> Page:
        parties = self.contents.tables.rows("parties")
        rounds = [
            (
                row,
                [
                    (party, factsheet_path(row["round_id"], party["party_id"]))
                    for party in sorted(parties, key=lambda party: party["name"])
                ],
            )
            for row in self.contents.rounds
        ]
        return Page(
            "parties.html", "parties.html", {"rounds": rounds, "with_data": self._all_with_data()}
        )

    def _explore(self) -> Iterator[Page]:
        starts = range(0, max(len(self.rows), 1), ROWS_PER_PAGE)
        paths = ["explore.html" if n == 0 else f"explore-{n + 1}.html" for n in range(len(starts))]
        tables = self.contents.tables
        package = self.contents.package
        for number, start in enumerate(starts):
            values = {
                "rows": self.rows[start : start + ROWS_PER_PAGE],
                "total": len(self.rows),
                "number": number,
                "paths": paths,
                "parties": [p for p in tables.rows("parties") if self._has_data(p["party_id"])],
                "chapters": tables.rows("chapters"),
                "urgencies": tables.rows("urgencies"),
                "scopes": package.resource("recommendations").field("scope").constraints.enum,
                "statuses": package.resource("follow_up").field("status").constraints.enum,
            }
            yield Page(paths[number], "explore.html", values)

    def _has_data(self, party_id: str) -> bool:
        rounds = self.contents.rounds
        return any(self.contents.factsheet_document(r["round_id"], party_id) for r in rounds)

    def _data(self) -> Iterator[Page]:
        package, offered = self.contents.package, self.offered
        files = [*([offered.release.file] if offered.release else []), *offered.tables]
        values = {
            "package": package,
            "licences": package.descriptor.get("licenses", ()),
            "credit": package.descriptor.get("lanzarote:credit", ""),
            "sources": package.descriptor.get("sources", ()),
            "offered": offered,
            "json_ld": json_ld(package, files, self.address),
            "counts": {name: len(table.rows) for name, table in self.contents.tables.items()},
        }
        yield Page("data.html", "data.html", values)
        yield Page("dictionary.html", "dictionary.html", {"package": package})

    def _factsheet(self, round_row: Row, party: Row) -> Page:
        contents, party_id = self.contents, party["party_id"]
        texts = PageTexts(contents, party["name_in_sentence"])
        rows = contents.chapters.get(round_row["round_id"], [])
        chapters = [chapter_view(contents, texts, row, party_id) for row in rows]
        recommendations = [i for i in items_of(chapters) if i.table == "recommendations"]
        shown = {item.id for item in items_of(chapters)}
        elsewhere = contents.practices_naming.get(party_id, [])
        values = {
            "party": party,
            "round": round_row,
            "report": contents.report(round_row["round_id"]),
            "document": contents.factsheet_document(round_row["round_id"], party_id),
            "chapters": chapters,
            "numbers": counts(recommendations, contents.tables["urgencies"]),
            "specific": sum(bool(item.party_id) for item in recommendations),
            "total": len(recommendations),
            "practices": [self._items.link(item) for item in elsewhere if item.id not in shown],
        }
        return Page(factsheet_path(round_row["round_id"], party_id), "factsheet.html", values)

    def _chapter(self, row: Row) -> Page:
        contents = self.contents
        texts = PageTexts(contents, self.words("party.placeholder"))
        parties = [
            (party, path, self._chapter_counts(row, party["party_id"]))
            for party, path in self._with_data(row["round_id"])
            if self._place(row, party["party_id"])
        ]
        siblings = contents.chapters[row["round_id"]]
        practices = [i for i in contents.of_table("practices") if i.chapter_id == row["chapter_id"]]
        values = {
            "chapter": row,
            "view": chapter_view(contents, texts, row, "", heading_level=2),
            "parties": parties,
            "practices": [self._items.link(item) for item in practices],
            "siblings": siblings,
        }
        return Page(page_path("chapters", row["chapter_id"]), "chapter.html", values)

    def _place(self, chapter: Row, party_id: str) -> list[Item]:
        return self.contents.by_place.get((chapter["chapter_id"], party_id), [])

    def _chapter_counts(self, chapter: Row, party_id: str) -> dict[str, int]:
        items = self._place(chapter, party_id)
        found = {table: sum(item.table == table for item in items) for table in ITEM_KEYS}
        recommendations = [item for item in items if item.table == "recommendations"]
        return found | counts(recommendations, self.contents.tables["urgencies"])
