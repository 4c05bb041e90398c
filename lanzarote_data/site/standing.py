"""Pages on where matters stand: all recommendations of a report by Party, and each by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lanzarote_data.model.tables import Row
from lanzarote_data.site.explore import script_text
from lanzarote_data.site.index import Index
from lanzarote_data.site.page import Page, page_path, report_path
from lanzarote_data.text.difference import Run, word_difference
from lanzarote_data.text.items import grouped
from lanzarote_data.text.markup import plain
from lanzarote_data.text.rights import notice
from lanzarote_data.text.rounds import factsheet_of
from lanzarote_data.text.standing import Line, Marks, Standing, standings
from lanzarote_data.text.words import Words


@dataclass(frozen=True)
class Wording:
    """The words of one or several factsheets, and those that they are compared with."""

    parties: list[Row]
    urgency: str
    first: str
    text: str
    paths: list[str]

    @property
    def runs(self) -> list[Run]:
        """How the words differ from the first; found out only where a page is made."""
        return word_difference(self.first, self.text)


@dataclass
class StandingPages:
    """Makes the pages on where matters stand."""

    index: Index
    words: Words

    def all(self) -> Iterator[Page]:
        """The table of each round, the page of each recommendation, and two Parties beside."""
        for round_id in self.rounds:
            yield self._table(round_id)
            for line in self.lines[round_id]:
                yield self._report(line)
        yield Page("compare.html", "compare.html", {"parties": self._sorted_parties})

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

    @cached_property
    def _sorted_parties(self) -> list[Row]:
        return sorted(self.index.tables.rows("parties"), key=lambda row: row["name"])

    def _known(self, round_id: str) -> list[str]:
        """The ids of the Parties whose factsheet of a round the tables have."""
        tables = self.index.tables
        ids = (row["party_id"] for row in self._sorted_parties)
        return [party_id for party_id in ids if factsheet_of(tables, round_id, party_id)]

    def _table(self, round_id: str) -> Page:
        lines = self.lines[round_id]
        used = {party_id for line in lines for party_id in line.by_party}
        values = {
            "round": self.index.tables.find("rounds", round_id),
            "parties": [row for row in self._sorted_parties if row["party_id"] in used],
            "chapters": [
                (self.index.tables.find("chapters", chapter_id), own)
                for chapter_id, own in grouped(lines, lambda one: one.about.chapter_id).items()
            ],
            "known": len(self._known(round_id)),
            "marks": self._marks,
            "legend": self._marks.legend,
            "report_path": report_path,
            "others": [(name, self.path(name)) for name in self.rounds if name != round_id],
        }
        return Page(self.path(round_id), "standing.html", values)

    def _report(self, line: Line) -> Page:
        tables, about = self.index.tables, line.about
        chapter = tables.find("chapters", about.chapter_id)
        wordings = list(self._wordings(line))
        parties = [row for row in self._sorted_parties if row["party_id"] in line.by_party]
        values = {
            "about": about,
            "chapter": chapter,
            "table_path": self.path(about.round_id),
            "wordings": wordings,
            "states": [self._state(row, line.by_party[row["party_id"]]) for row in parties],
            "paragraphs": self._paragraphs(line),
        }
        return Page(report_path(about.report_id), "report.html", values)

    def _state(self, party: Row, own: Standing) -> tuple[Row, Standing, list[tuple[Row, None]]]:
        """How matters stand with a Party, which its entries do not name again."""
        return party, own, [(row, None) for row in own.entries]

    def _wordings(self, line: Line) -> Iterator[Wording]:
        """The different wordings, each with the Parties in whose factsheets it stands."""
        found: dict[tuple[str, str], list[Row]] = {}
        for rows in line.about.rows.values():
            for row in rows:
                found.setdefault((row["urgency"], self._words_of(row)), []).append(row)
        first = plain(line.about.text) or next(iter(found))[1]
        names = self.index.tables["parties"]
        for (urgency, text), rows in found.items():
            parties = [p for row in rows if (p := names.find((row["party_id"],)))]
            paths = [page_path("recommendations", row["recommendation_id"]) for row in rows]
            yield Wording(parties, urgency, first, text, paths)

    def _words_of(self, row: Row) -> str:
        """The plain words of a row, with the place of the Party’s name left open."""
        lead_in = row["lead_in"].replace("{party}", self.words("party.placeholder"))
        return plain(f"{lead_in} {row['text']}")

    def _paragraphs(self, line: Line) -> list[str]:
        """The numbers of the paragraphs that the rows cite which state a recommendation."""
        rows = {row["recommendation_id"] for own in line.about.rows.values() for row in own}
        cited = (note for row_id in rows for note in self.index.citations.get(row_id, ()))
        return sorted({n["locator"] for n in cited if n["kind"] == "paragraph" and n["locator"]})

    def script(self) -> str:
        """The data of the page that shows two Parties side by side, as a script."""
        lines = [self._packed(line) for own in self.lines.values() for line in own]
        words = self.words.below("compare.js.")
        parties = {row["party_id"]: row["name"] for row in self._sorted_parties}
        known = {round_id: self._known(round_id) for round_id in self.rounds}
        data = {"parties": parties, "known": known, "words": words, "lines": lines}
        rights = " ".join(notice(self.index.package).split())
        return f"// {rights}\nwindow.standing = {script_text(data)};\n"

    def _packed(self, line: Line) -> list[object]:
        """Code, path, the texts by Party (empty: all Parties), the states by Party, the round."""
        about = line.about
        texts = {
            party_id: [[row["urgency"], self._words_of(row)] for row in rows]
            for party_id, rows in about.rows.items()
        }
        states = {
            party_id: f"{self.words.value('status', own.status)}, {own.entries[-1]['date']}"
            for party_id, own in line.by_party.items()
            if own.entries
        }
        code = self.index.in_round(about.code, about.round_id)
        return [code, report_path(about.report_id), texts, states, about.round_id]
