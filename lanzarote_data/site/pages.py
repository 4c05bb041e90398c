"""Which pages the site has, and what each shows: a template's name and the values it uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lanzarote_data.markup import plain
from lanzarote_data.site.chart import bars
from lanzarote_data.site.contents import ITEM_KEYS, Contents, Item, counts, page_path
from lanzarote_data.site.downloads import Release, Sum
from lanzarote_data.site.explore import ROWS_PER_PAGE, ExploreRow
from lanzarote_data.site.factsheets import chapter_view, items_of
from lanzarote_data.site.metadata import json_ld
from lanzarote_data.site.texts import PageTexts, excerpt, plain_item
from lanzarote_data.site.words import Words
from lanzarote_data.tables import Row

RELATED_LIMIT = 12
"""How many related items of one kind a page lists; the chapter's page leads to the others."""


@dataclass(frozen=True)
class Page:
    """A page: its path below the site's folder, its template, and what that shows."""

    path: str
    template: str
    values: Mapping[str, object]


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
    _beside: dict[str, tuple[Item | None, Item | None]] = field(default_factory=dict)

    def all(self) -> Iterator[Page]:
        """Every page of the site."""
        self._beside = _neighbours(self.contents)
        yield self._home()
        yield self._parties()
        yield from self._explore()
        yield from self._data()
        for row in self.contents.rounds:
            for party in self.contents.tables.rows("parties"):
                yield self._factsheet(row, party)
        for chapter in self.contents.tables.rows("chapters"):
            yield self._chapter(chapter)
        for item in self.contents.items.values():
            yield self._item(item)

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
            "factsheets": self._with_data(),
        }
        return Page("index.html", "home.html", values)

    def _with_data(self) -> list[tuple[Row, str]]:
        """The Parties whose factsheet is in the data, with the path of its page."""
        parties = self.contents.tables.rows("parties")
        return [
            (party, factsheet_path(row["round_id"], party["party_id"]))
            for row in self.contents.rounds
            for party in parties
            if self.contents.factsheet_document(row["round_id"], party["party_id"])
        ]

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
            "parties.html", "parties.html", {"rounds": rounds, "with_data": self._with_data()}
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
        texts = PageTexts(contents, self.words, party["name_in_sentence"])
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
            "practices": [self._link(item) for item in elsewhere if item.id not in shown],
        }
        return Page(factsheet_path(round_row["round_id"], party_id), "factsheet.html", values)

    def _chapter(self, row: Row) -> Page:
        contents = self.contents
        texts = PageTexts(contents, self.words, self.words("party.placeholder"))
        parties = [
            (party, path, self._chapter_counts(row, party["party_id"]))
            for party, path in self._with_data()
            if self._place(row, party["party_id"])
        ]
        siblings = contents.chapters[row["round_id"]]
        practices = [i for i in contents.of_table("practices") if i.chapter_id == row["chapter_id"]]
        values = {
            "chapter": row,
            "view": chapter_view(contents, texts, row, "", heading_level=2),
            "parties": parties,
            "practices": [self._link(item) for item in practices],
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

    def _item(self, item: Item) -> Page:
        contents = self.contents
        party, chapter = contents.party(item), contents.chapter(item)
        name = party["name_in_sentence"] if party else self.words("party.placeholder")
        texts = PageTexts(contents, self.words, name)
        before, after = self._beside[item.id]
        document = contents.tables.find("documents", item.row["document_id"])
        values = {
            "item": item,
            "title": self._title(item),
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
            "runs_on": self._link(before) if before and _runs_on(item) else None,
            "cite": self._cite(item, document),
            "before": before and self._link(before),
            "after": after and self._link(after),
        }
        return Page(item.path, "item.html", values)

    def _title(self, item: Item) -> str:
        party = self.contents.party(item)
        name = party["name_in_sentence"] if party else self.words("party.all_in_sentence")
        kind = "code" if item.table == "recommendations" and item.code else "plain"
        local = "-".join(item.id.split("-")[2:])
        return self.words(
            f"title.{item.table}.{kind}", code=item.code, party=name, id=item.id, local=local
        )

    def _link(self, item: Item) -> dict[str, object]:
        """What a link to an item shows."""
        party = self.contents.party(item)
        name = party["name_in_sentence"] if party else self.words("party.placeholder")
        text = excerpt(plain_item(item, name))
        return {"item": item, "title": self._title(item), "text": text, "party": party}

    def _cited(self, citation: Row) -> Row | None:
        return self.contents.tables.find("documents", citation["document_id"])

    def _follow_up(self, item: Item) -> list[tuple[Row, Row | None]]:
        entries = sorted(self.contents.follow_up.get(item.id, []), key=lambda row: row["date"])
        return [(row, self.contents.tables.find("parties", row["party_id"])) for row in entries]

    def _related(self, item: Item) -> dict[str, list[dict[str, object]]]:
        """Links to what belongs to an item, by kind: cites the same, or stands in its chapter.

        ``same`` cites the same recommendation of the report; the others are of the same Party
        and chapter, and under the same sub-heading where there are such.
        """
        contents = self.contents
        prefix = contents.round_of(item)
        same = [
            other
            for code in contents.codes_of(item)
            for other in contents.by_code.get(f"{prefix}-{code}", [])
            if other.id != item.id
        ]
        found = {"same": list({other.id: other for other in same}.values())}
        here = [
            other
            for other in contents.by_place[item.chapter_id, item.party_id]
            if other.id != item.id
        ]
        if not item.party_id:
            here = [i for i in contents.of_table("practices") if i.chapter_id == item.chapter_id]
        for table in ITEM_KEYS:
            found[table] = _of_topic(item, [other for other in here if other.table == table])
        if item.table == "recommendations":
            found["recommendations"] = []
        return {
            kind: [self._link(other) for other in others[:RELATED_LIMIT]]
            for kind, others in found.items()
        }

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


def factsheet_path(round_id: str, party_id: str) -> str:
    """The path of the page of a Party's factsheet on a round."""
    return page_path("factsheets", f"{round_id}-{party_id}")


def _runs_on(item: Item) -> bool:
    return item.of("layout") == "inline"


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
