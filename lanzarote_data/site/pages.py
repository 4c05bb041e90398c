"""Which pages the site has, and what each shows: a template's name and the values it uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from markupsafe import Markup

from lanzarote_data.metadata.about import About
from lanzarote_data.metadata.downloads import Download, download_of
from lanzarote_data.metadata.schema_org import dataset, script_text
from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.site.explore import KINDS, ROWS_PER_PAGE, ExploreRow
from lanzarote_data.site.index import Index
from lanzarote_data.site.items import ItemPages
from lanzarote_data.site.page import Page, factsheet_path, page_path
from lanzarote_data.store.csv_file import table_text
from lanzarote_data.text.document import chapters_of, shared_chapter
from lanzarote_data.text.items import RECOMMENDATIONS, grouped
from lanzarote_data.text.rounds import factsheet_of, report_of
from lanzarote_data.text.words import Words


@dataclass(frozen=True)
class Release:
    """A release archive: its content, its file, the files in it, and its change log as CSV."""

    content: bytes
    file: Download
    members: tuple[Download, ...]
    changes: bytes = b""


def table_files(tables: Tables) -> dict[str, bytes]:
    """The canonical CSV of every table, by file name."""
    in_order = tables.in_order()
    return {f"{name}.csv": table_text(table).encode("utf-8") for name, table in in_order.items()}


def release_of(name: str, content: bytes, files: Mapping[str, bytes]) -> Release:
    """A release to offer: the name and content of its zip, and the files in it by path."""
    members = (download_of(path, files[path]) for path in sorted(files))
    changes = files.get("changes/changes.csv", b"")
    return Release(content, download_of(name, content, "data/"), tuple(members), changes)


def in_words(size: int) -> str:
    """A size for people, in units of 1000 bytes.

    >>> in_words(950), in_words(31993), in_words(2_400_000)
    ('950 B', '32.0 kB', '2.4 MB')
    """
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


@dataclass(frozen=True)
class Offered:
    """What pages offer: the sums of the tables’ files, a release, the change log; and the scripts
    that have the texts to be searched.
    """

    tables: tuple[Download, ...]
    release: Release | None = None
    changes: str = ""
    scripts: tuple[str, ...] = ()

    def files(self, about: About) -> list[Download]:
        """The release, if there is one, and the tables."""
        zips = [self.release.file] if self.release else []
        return [*(replace(file, address=about.home + file.address) for file in zips), *self.tables]


@dataclass
class Pages:
    """Makes the pages of a site.

    ``about`` has as its home where the site will be published, if that is known.
    """

    index: Index
    words: Words
    rows: list[ExploreRow]
    offered: Offered
    about: About

    def all(self) -> Iterator[Page]:
        """Every page of the site."""
        yield self._home()
        yield self._parties()
        yield from self._explore()
        yield from self._data()
        for row in self.index.rounds:
            for party in self.index.tables.rows("parties"):
                yield self._factsheet(row, party)
            for chapter in self.index.chapters.get(row["round_id"], ()):
                yield self._chapter(chapter)
        yield from self.items.all()

    @cached_property
    def items(self) -> ItemPages:
        """The pages of the items."""
        return ItemPages(self.index, self.words, self.about)

    def _home(self) -> Page:
        index = self.index
        recommendations = index.by_table[RECOMMENDATIONS]
        values = {
            "rounds": [(row, self._by_chapter(row), self._levels(row)) for row in index.rounds],
            "total": len(recommendations),
            "generic": sum(not item.party_id for item in recommendations),
            "numbers": self._numbers(),
            "factsheets": self._with_data(),
        }
        return Page("index.html", "home.html", values)

    def _by_chapter(self, round_row: Row) -> list[tuple[Row, dict[str, int], int]]:
        """The chapters of a round that have recommendations: numbers by urgency, and in all."""
        index, round_id = self.index, round_row["round_id"]
        found = grouped(index.by_table[RECOMMENDATIONS], lambda item: item.chapter_id)
        chapters = index.chapters.get(round_id, [])
        used = ((row, found.get(row["chapter_id"])) for row in chapters)
        return [(row, index.counts(round_id, items), len(items)) for row, items in used if items]

    def _levels(self, round_row: Row) -> list[tuple[str, int, str]]:
        """The levels of urgency of a round: the word, how often it is used, and its meaning."""
        index, round_id = self.index, round_row["round_id"]
        items = index.by_table[RECOMMENDATIONS]
        used = index.counts(round_id, (i for i in items if index.round_of(i) == round_id))
        return [(word, number, index.meaning(round_id, word)) for word, number in used.items()]

    def _numbers(self) -> dict[str, int]:
        """How many observations, practices and footnotes there are, but for withdrawn ones."""
        index = self.index
        gone = (item for item in index.by_id.values() if item.is_withdrawn)
        notes = sum(len(index.citations.get(item.id, ())) for item in gone)
        return {
            **{name: len(index.by_table[name]) for name in ("observations", "practices")},
            "citations": len(index.tables.rows("citations")) - notes,
        }

    def _with_data(self) -> list[tuple[str, str]]:
        """The names of all factsheets in the data, with the paths of their pages."""
        return [
            (self.index.in_round(party["name"], name), factsheet_path(name, party["party_id"]))
            for name, parties in self.index.with_factsheet.items()
            for party in parties
        ]

    def _parties(self) -> Page:
        values = {
            "rounds": self.index.rounds,
            "parties": self.index.parties,
            "with_data": self._with_data(),
        }
        return Page("parties.html", "parties.html", values)

    def _explore(self) -> Iterator[Page]:
        starts = range(0, max(len(self.rows), 1), ROWS_PER_PAGE)
        paths = ["explore.html" if n == 0 else f"explore-{n + 1}.html" for n in range(len(starts))]
        choices = self._choices()
        for number, start in enumerate(starts):
            values = {
                "rows": self.rows[start : start + ROWS_PER_PAGE],
                "total": len(self.rows),
                "number": number,
                "paths": paths,
                "scripts": [*self.offered.scripts, "search.js", "sheet.js", "explore.js"],
                **choices,
            }
            yield Page(paths[number], "explore.html", values)

    def _choices(self) -> dict[str, object]:
        """What the page of all texts lets a reader choose: nothing that would be empty."""
        index, tables = self.index, self.index.tables
        texts = {name: index.by_table[name] for name in KINDS}
        places = {item.chapter_id for items in texts.values() for item in items}
        urgencies = {item.of("urgency") for item in texts[RECOMMENDATIONS]}
        scopes = {item.of("scope") for item in texts[RECOMMENDATIONS]}
        statuses = {row["status"] for row in tables.rows("follow_up")}
        listed = {
            "scopes": index.package.resource(RECOMMENDATIONS).field("scope").constraints.enum,
            "statuses": index.package.resource("follow_up").field("status").constraints.enum,
        }
        return {
            "kinds": [name for name, items in texts.items() if items or name == RECOMMENDATIONS],
            "parties": index.parties,
            "known": [row["party_id"] for rows in index.with_factsheet.values() for row in rows],
            "chapters": [
                (row["chapter_id"], index.chapter_label(row))
                for row in tables.rows("chapters")
                if row["chapter_id"] in places
            ],
            "urgencies": [word for word in index.levels if word in urgencies],
            "scopes": [word for word in listed["scopes"] if word in scopes],
            "statuses": [word for word in listed["statuses"] if word in statuses],
        }

    def _data(self) -> Iterator[Page]:
        package, offered = self.index.package, self.offered
        json_ld = dataset(self.about, offered.files(self.about), "./")
        values = {
            "offered": offered,
            "json_ld": Markup(script_text(json_ld)),
        }
        yield Page("data.html", "data.html", values)
        yield Page("rights.html", "rights.html", {})
        yield Page("dictionary.html", "dictionary.html", {"package": package})

    def _factsheet(self, round_row: Row, party: Row) -> Page:
        index, party_id, round_id = self.index, party["party_id"], round_row["round_id"]
        chapters = chapters_of(index, round_id, party)
        items = [item for chapter in chapters for item in chapter.items]
        recommendations = [item for item in items if item.table == RECOMMENDATIONS]
        shown = {item.id for item in items}
        elsewhere = index.practices_naming.get(party_id, [])
        values = {
            "party": party,
            "name": index.in_round(party["name"], round_id),
            "round": round_row,
            "report": report_of(index.tables, round_id),
            "document": factsheet_of(index.tables, round_id, party_id),
            "all_parties": len(index.tables.rows("parties")),
            "others": [
                (row, factsheet_path(row["round_id"], party_id))
                for row in index.rounds
                if row is not round_row
            ],
            "chapters": chapters,
            "numbers": index.counts(round_id, recommendations),
            "specific": sum(bool(item.party_id) for item in recommendations),
            "total": len(recommendations),
            "practices": [self.items.link(item) for item in elsewhere if item.id not in shown],
            "follow_up": {item.id: index.follow_up(item, party_id) for item in recommendations},
        }
        return Page(factsheet_path(round_id, party_id), "factsheet.html", values)

    def _chapter(self, row: Row) -> Page:
        index = self.index
        parties = [
            (party, self._chapter_counts(row, party["party_id"]))
            for party in index.with_factsheet[row["round_id"]]
            if (row["chapter_id"], party["party_id"]) in index.by_place
        ]
        practices = index.practices_in.get(row["chapter_id"], [])
        values = {
            "chapter": shared_chapter(index, row, self.words("party.placeholder")),
            "parties": parties,
            "practices": [self.items.link(item) for item in practices],
            "siblings": index.chapters[row["round_id"]],
        }
        return Page(page_path("chapters", row["chapter_id"]), "chapter.html", values)

    def _chapter_counts(self, chapter: Row, party_id: str) -> dict[str, int]:
        items = self.index.by_place[chapter["chapter_id"], party_id]
        found = {table: sum(i.table == table for i in items) for table in self.index.by_table}
        recommendations = [item for item in items if item.table == RECOMMENDATIONS]
        return found | self.index.counts(chapter["round_id"], recommendations)
