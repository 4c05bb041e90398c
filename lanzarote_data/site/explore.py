"""The data of the page that searches and filters recommendations.

It is a script that sets one constant, since a page opened from a folder may not fetch files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from lanzarote_data.model.tables import Row
from lanzarote_data.site.index import Index
from lanzarote_data.site.page import item_path
from lanzarote_data.site.texts import plain_item
from lanzarote_data.text.items import RECOMMENDATIONS, Item
from lanzarote_data.text.markup import plain
from lanzarote_data.text.words import Words

ROWS_PER_PAGE = 100
"""How many rows one page of the table has for readers without JavaScript."""


@dataclass(frozen=True)
class ExploreRow:
    """A recommendation as the table shows it.

    ``follow_up`` is, by Party, the latest status of each recommendation of the report in it.
    """

    item: Item
    party: str
    chapter: str
    text: str
    follow_up: Mapping[str, list[str]]


def explore_rows(index: Index, words: Words) -> list[ExploreRow]:
    """The rows of the table by chapter, each chapter's most specific rows first."""
    items = sorted(
        index.by_table[RECOMMENDATIONS],
        key=lambda i: (index.places[i.chapter_id], not i.party_id, i.party_id),
    )
    return [_row(index, words, item) for item in items]


def latest_status(entries: list[Row]) -> dict[str, list[str]]:
    """The status of the latest entries, which come by date, on each recommendation by Party."""
    latest = {(r["party_id"], r["report_recommendation_id"]): r["status"] for r in entries}
    found: dict[str, list[str]] = {}
    for (party_id, _), status in latest.items():
        if status not in found.setdefault(party_id, []):
            found[party_id].append(status)
    return found


def explore_script(index: Index, words: Words, rows: list[ExploreRow]) -> str:
    """The script: the rows as lists of values, and the words that the page's program says."""
    resource = index.package.resource("recommendations")
    data = {
        "fields": list(resource.field_names),
        "parties": {r["party_id"]: r["name"] for r in index.tables.rows("parties")},
        "chapters": {
            row["chapter_id"]: index.chapter_label(row) for row in index.tables.rows("chapters")
        },
        "words": words.below("js."),
        "values": {name: words.below(f"value.{name}.") for name in ("urgency", "scope", "status")},
        "rows": [_packed(index, row) for row in rows],
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # A script may hold any text but these two line ends of old JavaScript.
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"window.lanzarote = {text};\n"


def _row(index: Index, words: Words, item: Item) -> ExploreRow:
    party = index.party(item)
    name = party["name_in_sentence"] if party else words("party.placeholder")
    return ExploreRow(
        item=item,
        party=party["name"] if party else words("party.all"),
        chapter=index.chapter_label(index.chapter(item)),
        text=plain_item(item, name),
        follow_up=latest_status(index.follow_up(item)),
    )


def _packed(index: Index, row: ExploreRow) -> list[object]:
    """The cells as the table of the data has them; then what is shown and what is searched."""
    cells = list(row.item.row.values())
    notes = (plain(c["text"]) for c in index.citations.get(row.item.id, ()))
    also = " ".join([row.item.row["topic"], *notes])
    level = index.levels.get(row.item.row["urgency"], 0)
    return [cells, row.text, also, item_path(row.item), level, dict(row.follow_up)]
