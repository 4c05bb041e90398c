"""What was reported on recommendations: the whole history, and where matters stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lanzarote_data.frames.addressing import addressed_to
from lanzarote_data.frames.finding import find_party, find_row
from lanzarote_data.frames.typed import frame_of
from lanzarote_data.model.tables import Tables

if TYPE_CHECKING:
    import pandas

STATE = ("follow_up_id", "date", "kind", "status", "text", "source", "url")


def history(tables: Tables, recommendation_id: str = "", party: str = "") -> pandas.DataFrame:
    """The entries on a recommendation, a Party, both or all, the earliest first."""
    frame = frame_of(tables, "follow_up")
    if recommendation_id:
        find_row(tables, recommendation_id)
        frame = frame[frame["recommendation_id"] == recommendation_id]
    if party:
        frame = frame[frame["party_id"] == find_party(tables, party)]
    # Entries of one day stand in the order in which they were added, which is in their ids.
    number = frame.index.to_series().str.extract(r"f([0-9]+)$", expand=False).astype("Int64")
    return frame.assign(number=number).sort_values(["date", "number"]).drop(columns="number")


def state(tables: Tables, party: str) -> pandas.DataFrame:
    """The latest entry on every recommendation that is addressed to a Party.

    One line for each recommendation, the most urgent first; where nothing was reported, the
    columns of the entry are missing values.
    """
    entries = history(tables, party=party).reset_index()
    latest = entries.drop_duplicates("recommendation_id", keep="last")
    latest = latest.set_index("recommendation_id")[list(STATE)]
    asked = addressed_to(tables, party)[["chapter_id", "urgency", "scope", "basis"]]
    return asked.join(latest)
