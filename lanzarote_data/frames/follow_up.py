"""What was reported on recommendations: the whole history, and where matters stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lanzarote_data.frames.base import Base
from lanzarote_data.frames.finding import as_text, find_party, find_reported
from lanzarote_data.text.addressed import Addressed
from lanzarote_data.text.items import need_factsheets
from lanzarote_data.text.rounds import choose_round
from lanzarote_data.text.standing import Standing, standings

if TYPE_CHECKING:
    import pandas

BOTH = ["report_recommendation_id", "party_id"]
ADDRESSED = ("code", "chapter_id", "urgency", "scope", "basis", "rows")
STATE = ("follow_up_id", "date", "kind", "status", "text", "source", "url")


class FollowUp(Base):
    """The questions about follow-up."""

    def follow_up_history(self, recommendation: str = "", *, party: str = "") -> pandas.DataFrame:
        """What was reported on a recommendation, on a Party, on both or on all; earliest first.

        ``recommendation`` is a code of the report (``II-6``), the id of such a recommendation
        (``R2-II-6``), or the id of a factsheet’s row, which stands for what it cites and for the
        Party that it names. The words for a ``status`` are ours, not the formal vocabulary of the
        Committee.

        :raises LanzaroteError: there is no such recommendation or Party.

        >>> import lanzarote_data as lz
        >>> history = lz.follow_up_history(party="BEL")
        >>> history.date.is_monotonic_increasing
        True
        """
        frame = self.frame("follow_up")
        if recommendation:
            ids, own_party = find_reported(self.tables, recommendation)
            frame = frame[frame["report_recommendation_id"].isin(ids)]
            party = party or own_party
        if party:
            frame = frame[frame["party_id"] == find_party(self.tables, party)]
        # Entries of one day are in the order in which they were added, which is in their ids.
        number = frame.index.to_series().str.extract(r"f([0-9]+)$", expand=False).astype("Int64")
        return frame.assign(number=number).sort_values(["date", "number"]).drop(columns="number")

    def follow_up_state(self, party: str) -> pandas.DataFrame:
        """Where matters stand: what of the report is addressed to a Party, with its latest entry.

        The lines of :meth:`matrix` on that Party, the most urgent first, indexed by
        ``report_recommendation_id``.

        :raises LanzaroteError: there is no such Party.

        >>> import lanzarote_data as lz
        >>> list(lz.follow_up_state("BEL").status.cat.categories)[:3]
        ['reported', 'under way', 'partially implemented']
        """
        party_id = find_party(self.tables, party)
        frame = self.matrix().reset_index()
        frame = frame[frame["party_id"] == party_id].drop(columns="party_id")
        ordered = frame.sort_values(["urgency", "chapter_id"], kind="stable")
        return ordered.set_index("report_recommendation_id")

    def matrix(self, round_id: str = "") -> pandas.DataFrame:
        """Which recommendation of the report is addressed to which Party, and where it stands.

        A line for each recommendation of the report and Party, indexed by both
        (``report_recommendation_id``, ``party_id``): its ``code``, ``chapter_id``, ``urgency``,
        ``scope`` and ``basis``, the ``rows`` of the factsheet that state it, and the columns of
        the latest entry, which are missing values where nothing was reported. Where a Party’s own
        row and a generic one state the same, ``scope`` and ``basis`` are those of its own, and
        ``urgency`` is the highest. ``unstack()`` makes a table with a column for each Party. All
        rounds are there, or with ``round_id`` that one. Rows that cite no recommendation of the
        report, and withdrawn ones, are not there.

        :raises LanzaroteError: there is no such round.

        >>> import lanzarote_data as lz
        >>> print(lz.matrix().urgency.unstack().loc["R2-II-6", "BEL"])
        request
        """
        import pandas

        as_text(round_id or "", "round", "one such as R2")
        need_factsheets(self.package, "report_recommendations", "citation_targets", "follow_up")
        if round_id:
            choose_round(self.tables, "", round_id)
        lines = [
            _line(line.about, standing)
            for line in standings(self.tables, round_id)
            for standing in line.by_party.values()
        ]
        frame = pandas.DataFrame(lines, columns=[*BOTH, *ADDRESSED, *STATE], dtype="string")
        rows = self.frame("recommendations").dtypes.rename({"addressing": "basis"})
        entries = self.frame("follow_up").reset_index().dtypes
        known = rows[["chapter_id", "urgency", "scope", "basis"]].to_dict()
        return frame.astype(known | entries[[*BOTH, *STATE]].to_dict()).set_index(BOTH)


def _line(one: Addressed, standing: Standing) -> tuple[str | None, ...]:
    """The values of all columns; a row of the Party’s own comes first, the latest entry last."""
    own, entry = standing.rows[0], standing.entries[-1] if standing.entries else {}
    ids = ";".join(row["recommendation_id"] for row in standing.rows)
    place = (one.code, own["chapter_id"], standing.urgency, own["scope"], standing.basis, ids)
    return (one.report_id, standing.party_id, *place, *(entry.get(n) or None for n in STATE))
