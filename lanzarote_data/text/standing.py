"""Where matters stand: each recommendation of a report and Party, its urgency and latest state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.text.addressed import Addressed, addressed, most_urgent
from lanzarote_data.text.items import grouped
from lanzarote_data.text.rounds import urgencies_of
from lanzarote_data.text.words import Words

FOLLOW_UP = "follow_up"
_NUMBER = re.compile(r"[0-9]+$")


@dataclass(frozen=True)
class Standing:
    """How matters stand on one recommendation and Party.

    ``rows`` state it, those to the Party alone first; ``entries`` are its follow-up, the earliest
    first.
    """

    party_id: str
    urgency: str
    rows: list[Row]
    entries: list[Row]

    @property
    def basis(self) -> str:
        """On what basis it is addressed to the Party: named, all, or conditional."""
        return self.rows[0]["addressing"]

    @property
    def status(self) -> str:
        """The latest status; empty where nothing was reported."""
        return self.entries[-1]["status"] if self.entries else ""


@dataclass(frozen=True)
class Line:
    """A recommendation of a report, and how matters stand with each Party it is addressed to."""

    about: Addressed
    by_party: dict[str, Standing] = field(default_factory=dict)


def entries_by_place(tables: Tables) -> dict[tuple[str, str], list[Row]]:
    """The entries by report recommendation and Party, the earliest first.

    Entries of one day come in the order in which they were added, which their ids count.
    """
    rows = sorted(tables.rows(FOLLOW_UP), key=_moment)
    return grouped(rows, lambda row: (row["report_recommendation_id"], row["party_id"]))


def _moment(row: Row) -> tuple[str, int]:
    number = _NUMBER.search(row["follow_up_id"])
    return row["date"], int(number[0]) if number else 0


def standings(tables: Tables, round_id: str = "") -> Iterator[Line]:
    """The recommendations of a round, or of all, that are addressed to somebody, in order."""
    parties = [row["party_id"] for row in tables.rows("parties")]
    entries = entries_by_place(tables)
    for one in addressed(tables, round_id):
        line = Line(one)
        for party_id in parties if one.report_id else ():
            if rows := one.to(party_id):
                own = entries.get((one.report_id, party_id), [])
                standing = Standing(party_id, most_urgent(tables, rows), rows, own)
                line.by_party[party_id] = standing
        if line.by_party:
            yield line


class Marks:
    """Short marks for narrow columns, and what they mean: no colour is needed to read them."""

    def __init__(self, tables: Tables, words: Words) -> None:
        self._words = words
        resource = tables.package.resource(FOLLOW_UP) if FOLLOW_UP in tables else None
        self._statuses = resource.field("status").constraints.enum if resource else ()
        self.levels = {row["urgency"]: n for n, row in enumerate(urgencies_of(tables), start=1)}

    def urgency(self, standing: Standing) -> str:
        """The level of urgency and the basis: ``2``, ``2•``, ``2*``."""
        level = self.levels.get(standing.urgency, standing.urgency)
        return f"{level}{self._words.texts.get(f'mark.basis.{standing.basis}', '')}"

    def status(self, status: str) -> str:
        """A status as a character; that of no status is a dot."""
        return self._words.texts.get(f"mark.status.{status}", status[:1])

    def meaning(self, standing: Standing) -> str:
        """In words what the marks of a cell say."""
        words = self._words
        urgency = words.value("urgency", standing.urgency)
        basis = words.value("addressing", standing.basis)
        if not standing.entries:
            return f"{urgency}, {basis}; {words('standing.nothing')}"
        status = words.value("status", standing.status)
        return f"{urgency}, {basis}; {status}, {standing.entries[-1]['date']}"

    def legend(self, urgencies: Iterable[str]) -> dict[str, str]:
        """The marks and their meanings, of the levels of urgency those named."""
        words = self._words
        levels = {str(self.levels[name]): words.value("urgency", name) for name in urgencies}
        marks = words.below("mark.basis.").items()
        basis = {mark: words.value("addressing", name) for name, mark in marks}
        statuses = {self.status(one): words.value("status", one) for one in self._statuses}
        return levels | basis | {self.status(""): words("standing.nothing")} | statuses
