"""How many recommendations there are, by any of their categories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lanzarote_data.frames.addressing import addressed_to, current
from lanzarote_data.frames.arguments import as_text
from lanzarote_data.frames.typed import frame_of
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.tables import Tables

if TYPE_CHECKING:
    import pandas

BY = ("chapter_id", "urgency", "scope")


def counts(tables: Tables, by: tuple[str, ...], party: str = "") -> pandas.Series[int]:
    """The numbers of recommendations for every combination of categories, zeros included.

    :raises LanzaroteError: a name is no column of categories, or the Party is not known.
    """
    frame = addressed_to(tables, party) if party else current(frame_of(tables, "recommendations"))
    columns = [str(name) for name in frame.columns if hasattr(frame[name], "cat")]
    for name in by:
        as_text(name, "column", "one such as urgency")
        if name not in columns:
            raise LanzaroteError(
                f"Recommendations cannot be counted by {name!r}.",
                f"Count by any of {', '.join(columns)}.",
            )
    chosen = list(by or BY)
    # Generic rows name no Party; where Parties are counted they keep a group of their own.
    grouped = frame.groupby(chosen, observed=False, dropna="party_id" not in chosen)
    return grouped.size().rename("recommendations")
