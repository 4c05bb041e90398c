"""Pages on where matters stand: all recommendations of a report by Party, and each by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lanzarote_data.model.tables import Row
from lanzarote_data.site.explore import script_text
from lanzarote_data.site.index import Index
from lanzarote_data.site.items import ItemPages
from lanzarote_data.site.page import Page, page_path, plain_lines, report_path
from lanzarote_data.text.addressed import addressed
from lanzarote_data.text.difference import Run, word_difference
from lanzarote_data.text.items import Item, grouped
from lanzarote_data.text.rights import notice
from lanzarote_data.text.standing import Line, Marks, standings
from lanzarote_data.text.words import Words

PARTY = "{party}"
"""Where a text leaves the place of the Party’s name open."""


@dataclass(frozen=True)
class Wording:
    """The words of one or several factsheets, and those that they are compared with.

    ``name`` is what fills the place of the Party’s name: that of the Party, where it is one alone.
    """

    parties: list[Row]
    name: str
    urgency: str
    first: str
    text: str
    paths: list[str]

    @property
    def runs(self) -> list[Run]:
        """How the words differ from the first; found out only where a page is made."""
        first, text = (words.replace(PARTY, self.name) for words in (self.first, self.text))
        return word_difference(first, text)


@dataclass
class StandingPages:
    """Makes the pages on where matters stand; ``items`` has the links to the texts."""

    index: Index
    words: Words
    items: ItemPages

    def all(self) -> Iterator[Page]:
        """The table of each round, the page of each recommendation, and two Parties beside.

        A recommendation that no factsheet states any longer keeps its page.
        """
        yield from map(self._table, self.rounds)
        lines = {line.about.report_id: line for own in self.lines.values() for line in own}
        for about in addressed(self.index.tables):
            if about.report_id:
                yield self._report(lines.get(about.report_id) or Line(about))
        yield Page("compare.html", "compare.html", {"parties": self.index.parties})

    @cached_property
    def lines(self) -> dict[str, list[Line]]:
        """The recommendations by round, the newest round first."""
        found = grouped(standings(self.index.tables), lambda line: line.about.round_id)
        order = [row["round_id"] for row in self.index.rounds]
        return {round_id: found[round_id] for round_id in order if round_id in found}

    @property
    def rounds(self) -> list[str]:
        """The rounds in which something is addressed to somebody."""
        return list(self.lines)

    def path(self, round_id: str) -> str:
        """The path of the table of a round; that of the newest does not name it."""
        return "standing.html" if round_id == self.rounds[0] else f"standing-{round_id}.html"

    @cached_property
    def _marks(self) -> Marks:
        return Marks(self.index.tables, self.words)

    def _table(self, round_id: str) -> Page:
        lines = self.lines[round_id]
        used = {party_id for line in lines for party_id in line.by_party}
        values = {
            "round": self.index.tables.find("rounds", round_id),
            "parties": [row for row in self.index.parties if row["party_id"] in used],
            "chapters": [
                (self.index.tables.find("chapters", chapter_id), own)
                for chapter_id, own in grouped(lines, lambda one: one.about.chapter_id).items()
            ],
            "known": len(self.index.with_factsheet[round_id]),
            "marks": self._marks,
            "legend": self._marks.legend(self.index.urgencies[round_id]),
            "report_path": report_path,
            "others": [
                (self.index.tables.find("rounds", name), self.path(name))
                for name in self.rounds
                if name != round_id
            ],
        }
        return Page(self.path(round_id), "standing.html", values)

    def _report(self, line: Line) -> Page:
        tables, about = self.index.tables, line.about
        chapter = tables.find("chapters", about.chapter_id)
        parties = [row for row in self.index.parties if row["party_id"] in line.by_party]
        values = {
            "about": about,
            "chapter": chapter,
            "table_path": self.path(about.round_id) if about.round_id in self.lines else "",
            "wordings": list(self._wordings(line)),
            "states": [(row, line.by_party[row["party_id"]]) for row in parties],
            "paragraphs": self._paragraphs(line),
            "withdrawn": [self.items.link(item) for item in self._withdrawn[about.report_id]],
            "follow_up": [] if line.by_party else self.index.entries.get(about.report_id, []),
        }
        return Page(report_path(about.report_id), "report.html", values)

    def _wordings(self, line: Line) -> Iterator[Wording]:
        """The different wordings, each with the Parties in whose factsheets it stands."""
        about = line.about
        ids = [row["party_id"] for row in self.index.parties]
        rows = [row for party_id in (*ids, "") for row in about.rows.get(party_id, ())]
        first = plain_lines(about.text) or next(map(_words_of, rows), "")
        for (urgency, text), own in grouped(rows, lambda r: (r["urgency"], _words_of(r))).items():
            found = (self.index.tables.find("parties", row["party_id"]) for row in own)
            parties = [party for party in found if party]
            paths = [page_path("recommendations", row["recommendation_id"]) for row in own]
            is_one = len(parties) == len(own) == 1
            name = parties[0]["name_in_sentence"] if is_one else self.words("party.placeholder")
            yield Wording(parties, name, urgency, first, text, paths)

    @cached_property
    def _withdrawn(self) -> defaultdict[str, list[Item]]:
        """The texts that stated a recommendation and were withdrawn, by its id."""
        found = defaultdict(list)
        for item in self.index.by_id.values():
            for report_id in self.index.cited(item) if item.is_withdrawn else ():
                found[report_id].append(item)
        return found

    def _paragraphs(self, line: Line) -> list[str]:
        """The numbers of the paragraphs that the rows cite which state a recommendation."""
        rows = {row["recommendation_id"] for own in line.about.rows.values() for row in own}
        cited = (note for row_id in rows for note in self.index.citations.get(row_id, ()))
        return sorted({n["locator"] for n in cited if n["kind"] == "paragraph" and n["locator"]})

    def script(self) -> str:
        """The data of the page that shows two Parties side by side, as a script."""
        lines = [self._packed(line) for own in self.lines.values() for line in own]
        words = self.words.below("compare.js.")
        parties = {r["party_id"]: [r["name"], r["name_in_sentence"]] for r in self.index.parties}
        known = {
            name: [row["party_id"] for row in self.index.with_factsheet[name]]
            for name in self.rounds
        }
        data = {"parties": parties, "known": known, "words": words, "lines": lines}
        rights = " ".join(notice(self.index.package).split())
        return f"// {rights}\nwindow.standing = {script_text(data)};\n"

    def _packed(self, line: Line) -> list[object]:
        """Code, path, the texts by Party (empty: all Parties), the states by Party, the round."""
        about = line.about
        texts = {
            party_id: [[row["urgency"], _words_of(row)] for row in rows]
            for party_id, rows in about.rows.items()
        }
        states = {
            party_id: f"{self.words.value('status', own.status)}, {own.entries[-1]['date']}"
            for party_id, own in line.by_party.items()
            if own.entries
        }
        code = self.index.in_round(about.code, about.round_id)
        return [code, report_path(about.report_id), texts, states, about.round_id]


def _words_of(row: Row) -> str:
    """The plain words of a row, with the place of the Party’s name left open."""
    return plain_lines(f"{row['lead_in']} {row['text']}")
