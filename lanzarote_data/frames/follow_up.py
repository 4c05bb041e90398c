"""What was reported on recommendations: the whole history, and where matters stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lanzarote_data.frames.finding import find_party, find_reported
from lanzarote_data.frames.typed import frame_of
from lanzarote_data.model.tables import Tables
from lanzarote_data.text.addressed import Addressed
from lanzarote_data.text.items import need_factsheets
from lanzarote_data.text.rounds import choose_round
from lanzarote_data.text.standing import Standing, standings

if TYPE_CHECKING:
    import pandas

BOTH = ["report_recommendation_id", "party_id"]
ADDRESSED = ("code", "chapter_id", "urgency", "scope", "basis", "rows")
STATE = ("follow_up_id", "date", "kind", "status", "text", "source", "url")


def history(tables: Tables, recommendation: str = "", party: str = "") -> pandas.DataFrame:
    """The entries on a recommendation, a Party, both or all, the earliest first."""
    frame = frame_of(tables, "follow_up")
    if recommendation:
        ids, own_party = find_reported(tables, recommendation)
        frame = frame[frame["report_recommendation_id"].isin(ids)]
        party = party or own_party
    if party:
        frame = frame[frame["party_id"] == find_party(tables, party)]
    # Entries of one day stand in the order in which they were added, which is in their ids.
    number = frame.index.to_series().str.extract(r"f([0-9]+)$", expand=False).astype("Int64")
    return frame.assign(number=number).sort_values(["date", "number"]).drop(columns="number")


def matrix(tables: Tables, round_id: str = "") -> pandas.DataFrame:
    """Each recommendation of a report and Party that it is addressed to, with the latest entry.

    :raises LanzaroteError: there is no such round.
    """
    need_factsheets(tables.package, "report_recommendations", "citation_targets", "follow_up")
    if round_id:
        choose_round(tables, "", round_id)
    lines = [
        _line(line.about, standing)
        for line in standings(tables, round_id)
        for standing in line.by_party.values()
    ]
    return _typed(tables, lines).set_index(BOTH)


def _line(one: Addressed, standing: Standing) -> tuple[str | None, ...]:
    """The values of all columns; a row of the Party’s own comes first, the latest entry last."""
    own, entry = standing.rows[0], standing.entries[-1] if standing.entries else {}
    ids = ";".join(row["recommendation_id"] for row in standing.rows)
    place = (one.code, own["chapter_id"], standing.urgency, own["scope"], standing.basis, ids)
    return (one.report_id, standing.party_id, *place, *(entry.get(n) or None for n in STATE))


def _typed(tables: Tables, lines: list[tuple[str | None, ...]]) -> pandas.DataFrame:
    """The lines with the types that their columns have in the tables."""
    import pandas

    recommendations = frame_of(tables, "recommendations")
    entries = frame_of(tables, "follow_up").reset_index()
    known = {name: recommendations[name].dtype for name in ("chapter_id", "urgency", "scope")}
    known |= {"basis": recommendations["addressing"].dtype}
    known |= {name: entries[name].dtype for name in (*BOTH, *STATE)}
    frame = pandas.DataFrame(lines, columns=[*BOTH, *ADDRESSED, *STATE], dtype="string")
    return frame.astype(known)


def state(tables: Tables, party: str) -> pandas.DataFrame:
    """The lines of the matrix on a Party, the most urgent first."""
    party_id = find_party(tables, party)
    frame = matrix(tables).reset_index()
    frame = frame[frame["party_id"] == party_id].drop(columns="party_id")
    ordered = frame.sort_values(["urgency", "chapter_id"], kind="stable")
    return ordered.set_index("report_recommendation_id")
