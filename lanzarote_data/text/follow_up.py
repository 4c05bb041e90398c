"""What was reported on the recommendations of a report, and where matters stand."""

from __future__ import annotations

import re

from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.text.items import grouped

FOLLOW_UP = "follow_up"
_NUMBER = re.compile(r"[0-9]+$")


def entries_by_place(tables: Tables) -> dict[tuple[str, str], list[Row]]:
    """The entries by report recommendation and Party, the earliest first.

    Entries of one day come in the order in which they were added, which their ids count.
    """
    rows = sorted(tables.rows(FOLLOW_UP), key=_moment)
    return grouped(rows, lambda row: (row["report_recommendation_id"], row["party_id"]))


def _moment(row: Row) -> tuple[str, int]:
    number = _NUMBER.search(row["follow_up_id"])
    return row["date"], int(number[0]) if number else 0
