"""Rules on follow-up: whom it is about, and in what order it came."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lanzarote_data.model.problems import shown
from lanzarote_data.model.tables import Key, Row, Tables
from lanzarote_data.model.types import whole_number
from lanzarote_data.text.folding import nearest
from lanzarote_data.text.ids import follow_up_stem
from lanzarote_data.text.targets import RECOMMENDATIONS, addressees, with_targets
from lanzarote_data.validate.rules.rule import CheckedRow, Faults, RowFaults, row_rule, table_rule

_ABOUT = ("report_recommendation_id", "party_id")


@row_rule("follow-up-id", "follow_up")
def id_of_entry(row: CheckedRow) -> RowFaults:
    """A follow-up’s id names its recommendation and Party."""
    wanted = _prefix(row.row)
    if not row["follow_up_id"].startswith(wanted):
        own = shown(row["follow_up_id"])
        message = f"The id {own} is not of this recommendation and Party."
        yield "follow_up_id", message, f"It must begin with {wanted}."


@table_rule("follow-up-party", "follow_up citation_targets recommendations report_recommendations")
def addressee(tables: Tables) -> Faults:
    """Follow-up is about a recommendation that is addressed to the Party."""
    table, addressed = tables["follow_up"], addressees(with_targets(tables))
    reported = tables[RECOMMENDATIONS].by_key
    for index, (report_id, party_id) in enumerate(table.columns(_ABOUT)):
        parties = addressed.get(report_id, set())
        if (report_id,) in reported and not parties & {"", party_id}:
            own = [other for other, to in addressed.items() if "" in to or party_id in to]
            near = nearest(report_id, own)
            hint = f"Is {near} meant? " if near else ""
            hint += "Choose a recommendation that is addressed to this Party."
            if not parties:
                hint = "Was what states it deleted? Then keep that, and fill in Withdrawn in."
            message = f"{report_id} is not addressed to {party_id}."
            yield table.location(index, "report_recommendation_id"), message, hint


@table_rule("follow-up-order", "follow_up", severity="warning")
def order_of_dates(tables: Tables) -> Faults:
    """Follow-up on one recommendation and Party is in the order of its dates.

    Entries are only ever added, so the numbers in their ids say in which order they came. Forms
    come back in any order, so an earlier date is uncertain and not wrong.
    """
    table = tables["follow_up"]
    latest: dict[Key, Row] = {}
    for _, index in sorted((_number(row), index) for index, row in enumerate(table.rows)):
        row = table.rows[index]
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", row["date"]):
            continue
        about = tuple(row[name] for name in _ABOUT)
        earlier = latest.setdefault(about, row)
        if row["date"] < earlier["date"]:
            own, other = row["date"], f"{earlier['follow_up_id']} of {earlier['date']}"
            message = f"The entry is dated {own}, but it was added after {other}."
            hint = "If the date of one of the two is wrong, correct it; if not, leave both."
            yield table.location(index, "date"), message, hint
        else:
            latest[about] = row


def _number(row: Mapping[str, str]) -> int:
    return whole_number(row["follow_up_id"].removeprefix(_prefix(row))) or 0


def _prefix(row: Mapping[str, str]) -> str:
    """What the id of an entry begins with; its number follows."""
    return follow_up_stem(row["report_recommendation_id"], row["party_id"])
