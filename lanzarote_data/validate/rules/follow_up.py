"""Rules on follow-up: whom it is about, and in what order it came."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lanzarote_data.model.problems import shown
from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.model.types import whole_number
from lanzarote_data.validate.rules.rule import CheckedRow, Faults, RowFaults, row_rule, table_rule


@row_rule("follow-up-id", "follow_up")
def id_of_entry(row: CheckedRow) -> RowFaults:
    """A follow-up’s id names its recommendation and Party."""
    wanted = _prefix(row.row)
    if not row["follow_up_id"].startswith(wanted):
        own = shown(row["follow_up_id"])
        message = f"The id {own} is not of this recommendation and Party."
        yield "follow_up_id", message, f"It must begin with {wanted}."


@table_rule("follow-up-party", "follow_up recommendations")
def addressee(tables: Tables) -> Faults:
    """Follow-up is about the Party addressed."""
    table = tables["follow_up"]
    for index, row in enumerate(table.rows):
        about = tables.find("recommendations", row["recommendation_id"])
        party = about["party_id"] if about else ""
        if party and party != row["party_id"]:
            message = f"{row['recommendation_id']} is addressed to {party} alone."
            yield table.location(index, "party_id"), message, f"Write {party}."


@table_rule("follow-up-order", "follow_up")
def order_of_dates(tables: Tables) -> Faults:
    """Follow-up on one recommendation and Party is in the order of its dates.

    Entries are only ever added, so the numbers in their ids say in which order they came.
    """
    table = tables["follow_up"]
    latest: dict[tuple[str, str], Row] = {}
    for _, index in sorted((_number(row), index) for index, row in enumerate(table.rows)):
        row = table.rows[index]
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", row["date"]):
            continue
        earlier = latest.setdefault((row["recommendation_id"], row["party_id"]), row)
        if row["date"] < earlier["date"]:
            own, other = row["date"], f"{earlier['follow_up_id']} of {earlier['date']}"
            message = f"The entry is dated {own}, but it was added after {other}."
            hint = "Entries stand in the order of their dates: correct the date of one of the two."
            yield table.location(index, "date"), message, hint
        else:
            latest[row["recommendation_id"], row["party_id"]] = row


def _number(row: Mapping[str, str]) -> int:
    return whole_number(row["follow_up_id"].removeprefix(_prefix(row))) or 0


def _prefix(row: Mapping[str, str]) -> str:
    """What the id of an entry begins with; its number follows."""
    return f"{row['recommendation_id']}.{row['party_id']}.f"
