"""What is addressed to a Party, on which basis and how much, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from lanzarote_data.frames.arguments import as_text
from lanzarote_data.frames.finding import Found, find_party, find_row
from lanzarote_data.frames.typed import frame_of
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.text.addressed import cited_by, targets_by_row
from lanzarote_data.text.items import WITHDRAWN_IN
from lanzarote_data.text.targets import PARAGRAPHS, RECOMMENDATIONS

if TYPE_CHECKING:
    import pandas

BY = ("chapter_id", "urgency", "scope")


def addressed_to_several(tables: Tables, parties: Iterable[str]) -> pandas.DataFrame:
    """The recommendations addressed to each of several Parties, or to ``all`` there are."""
    import pandas

    ids = [row["party_id"] for row in tables.rows("parties")]
    if parties != "all":
        ids = list(dict.fromkeys(find_party(tables, party) for party in parties))
    if not ids:
        raise LanzaroteError("No Party is named.", 'Name one, several, or "all".')
    whole = _addressed(tables, ids)
    # A row that names one Party alone is about that one; a generic one is about each of them.
    own = {p: whole[whole["party_id"].isna() | (whole["party_id"] == p)] for p in ids}
    return pandas.concat(own, names=["addressed_to"])


def addressed_to(tables: Tables, party: str) -> pandas.DataFrame:
    """The recommendations addressed to a Party: its own and the generic ones."""
    return _addressed(tables, [find_party(tables, party)])


def with_labels(tables: Tables, frame: pandas.DataFrame) -> pandas.DataFrame:
    """The frame with the title of each row’s chapter and the name of its Party."""
    chapters, parties = frame_of(tables, "chapters")["title"], frame_of(tables, "parties")["name"]
    return frame.assign(
        chapter_title=frame["chapter_id"].astype("string").map(chapters).astype("string"),
        party_name=frame["party_id"].astype("string").map(parties).astype("string"),
    )


def _addressed(tables: Tables, parties: list[str]) -> pandas.DataFrame:
    frame = current(frame_of(tables, "recommendations").rename(columns={"addressing": "basis"}))
    chosen = frame[frame["party_id"].isna() | frame["party_id"].isin(parties)].copy()
    targets = targets_by_row(tables)
    cites = [_cites(tables, str(row_id), targets) for row_id in chosen.index]
    chosen["codes"] = _column(chosen, [codes for codes, _ in cites])
    chosen["paragraphs"] = _column(chosen, [paragraphs for _, paragraphs in cites])
    return chosen.sort_values(["urgency", "chapter_id"], kind="stable")


def current(frame: pandas.DataFrame) -> pandas.DataFrame:
    """The rows of a frame of items that the latest editions of the factsheets state."""
    if WITHDRAWN_IN not in frame:
        return frame
    return frame[frame[WITHDRAWN_IN].isna()].drop(columns=WITHDRAWN_IN)


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


def _column(frame: pandas.DataFrame, texts: list[str]) -> pandas.Series[str]:
    import pandas

    return pandas.Series(texts, index=frame.index, dtype="string")


def _cites(tables: Tables, row_id: str, targets: Mapping[str, list[Row]]) -> tuple[str, str]:
    """The codes that a row cites, and the paragraphs that it rests on, as locators."""
    cited = (tables[RECOMMENDATIONS].by_key[(name,)] for name in cited_by(targets, row_id))
    rows = (row_id, *grounds(tables, row_id))
    ids = {t["report_paragraph_id"] for row in rows for t in targets.get(row, ())} - {""}
    numbers = {int(tables[PARAGRAPHS].by_key[(name,)]["number"]) for name in ids}
    return ";".join(row["code"] for row in cited), ";".join(map(str, sorted(numbers)))


def grounds(tables: Tables, recommendation_id: str) -> list[str]:
    """The ids of the observations that a recommendation follows from, in order.

    The factsheets put what the Committee observes before what it recommends on it. A specific
    recommendation is taken to rest on the run of observations next before it, in its chapter
    and under its sub-heading; a generic one rests on none.
    """
    found = find_row(tables, recommendation_id)
    if not found.row.get("party_id"):
        return []
    run: list[str] = []
    for item in _before(tables, found):
        name = item.table.resource.name
        if name == "observations":
            run.append(item.row_id)
        elif name == "recommendations" and run and item.row["layout"] != "inline":
            break
    return run[::-1]


def _before(tables: Tables, found: Found) -> Iterator[Found]:
    """The items before one under the same sub-heading of the same Party's part, nearest first."""
    place = int(found.row["position"])
    items = [
        Found(table, table.key(row)[0], row)
        for table in (tables[item.name] for item in tables.package.items)
        for row in table.rows
        if not row.get(WITHDRAWN_IN) and _same_part(row, found.row) and int(row["position"]) < place
    ]
    return iter(sorted(items, key=lambda item: int(item.row["position"]), reverse=True))


def _same_part(one: Row, other: Row) -> bool:
    fields = ("document_id", "chapter_id", "party_id", "topic")
    return all(one.get(field, "") == other[field] for field in fields)
