"""What is addressed to whom: the recommendations of a report, and the rows that state them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.text.items import WITHDRAWN_IN
from lanzarote_data.text.markup import plain
from lanzarote_data.text.rounds import urgencies_of
from lanzarote_data.text.targets import RECOMMENDATIONS, TARGETS

_CONDITIONAL = re.compile(r"\bParties (?:that|which|who) (?:are|have) not (?:already|yet)\b")


def addressing(text: str, part: str) -> str:
    """Whom a recommendation addresses: ``conditional``, ``named`` or ``all``.

    >>> addressing("requests those Parties that are not already doing so", "generic")
    'conditional'
    """
    if _CONDITIONAL.search(text):
        return "conditional"
    return "named" if part == "specific" and "all Parties" not in text else "all"


@dataclass(frozen=True)
class Addressed:
    """A recommendation of a report, and the rows of factsheets that state it, by Party.

    The rows under the empty text are addressed to all Parties. A row that cites no recommendation
    of a report stands for one of its own, whose ``report_id`` is empty and whose ``code`` is the
    id of the row.
    """

    report_id: str
    code: str
    round_id: str
    chapter_id: str
    text: str
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def to(self, party_id: str) -> list[Row]:
        """The rows that are addressed to a Party, those to it alone first."""
        return [*self.rows.get(party_id, ()), *(self.rows.get("", ()) if party_id else ())]

    @property
    def words(self) -> str:
        """The plain words of the recommendation; if they are not known, those of the rows."""
        rows = (row for stating in self.rows.values() for row in stating)
        return plain(self.text) or " / ".join(dict.fromkeys(map(_words, rows)))


def _words(row: Row) -> str:
    lead_in = plain(row["lead_in"]).replace("{party}", "the Party")
    return f"{lead_in} {plain(row['text'])}".strip()


def targets_by_row(tables: Tables) -> dict[str, list[Row]]:
    """What the footnotes of each text point to, in order, by the id of its row."""
    return tables.worked_out(_targets_by_row)


def _targets_by_row(tables: Tables) -> dict[str, list[Row]]:
    parent_of = tables.package.parent_of
    parents = {row["citation_id"]: parent_of(row)[1] for row in tables.rows("citations")}
    found: dict[str, list[Row]] = {}
    for target in tables.rows(TARGETS):
        found.setdefault(parents.get(target["citation_id"], ""), []).append(target)
    return found


def cited_by(targets: Mapping[str, list[Row]], row_id: str) -> list[str]:
    """The ids of the report recommendations that a row cites, each once."""
    ids = (target["report_recommendation_id"] for target in targets.get(row_id, ()))
    return list(dict.fromkeys(filter(None, ids)))


def addressed(tables: Tables, round_id: str = "") -> list[Addressed]:
    """What is addressed to whom, in the order of chapters and codes; withdrawn rows are left out.

    Rows that cite no recommendation of a report come last in their chapter.
    """
    found = {row["report_recommendation_id"]: _of(row) for row in tables.rows(RECOMMENDATIONS)}
    rounds = {row["chapter_id"]: row["round_id"] for row in tables.rows("chapters")}
    targets = targets_by_row(tables)
    for row in tables.rows("recommendations"):
        if row.get(WITHDRAWN_IN):
            continue
        row_id, chapter_id = row["recommendation_id"], row["chapter_id"]
        own = Addressed("", row_id, rounds.get(chapter_id, ""), chapter_id, "")
        for name in cited_by(targets, row_id) or [row_id]:
            found.setdefault(name, own).rows.setdefault(row["party_id"], []).append(row)
    order = tables["chapters"].rank
    chosen = [one for one in found.values() if round_id in ("", one.round_id)]
    return sorted(chosen, key=lambda one: order.get((one.chapter_id,), len(order)))


def _of(row: Row) -> Addressed:
    """A recommendation of a report that no row states yet."""
    place = row["round_id"], row["chapter_id"]
    return Addressed(row["report_recommendation_id"], row["code"], *place, row["text"])


def most_urgent(tables: Tables, rows: list[Row]) -> str:
    """The most urgent of the levels of some rows."""
    ranks = {row["urgency"]: place for place, row in enumerate(urgencies_of(tables))}
    return min((row["urgency"] for row in rows), key=lambda one: ranks.get(one, len(ranks)))
