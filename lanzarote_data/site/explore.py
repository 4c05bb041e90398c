"""The data of the page that searches and filters texts.

It is in scripts, since a page opened from a folder may not fetch files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from lanzarote_data.model.tables import Row
from lanzarote_data.site.index import Index
from lanzarote_data.site.page import plain_item
from lanzarote_data.text.items import RECOMMENDATIONS, Item
from lanzarote_data.text.markup import plain
from lanzarote_data.text.rights import notice
from lanzarote_data.text.words import Words

ROWS_PER_PAGE = 100
"""How many rows one page of the table has for readers without JavaScript."""
ROWS_PER_SCRIPT = 1_000
"""How many texts one script has: browsers read them one by one, and keep what did not change."""
KINDS = (RECOMMENDATIONS, "observations", "practices")
"""The kinds of texts that can be searched; first what the page shows."""


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
    order = {row["party_id"]: number for number, row in enumerate(index.parties)}
    items = sorted(
        index.by_table[RECOMMENDATIONS],
        key=lambda i: (index.places[i.chapter_id], order.get(i.party_id, len(order))),
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


def explore_scripts(index: Index, words: Words, rows: list[ExploreRow]) -> dict[str, str]:
    """The scripts by name: what the page’s program says and needs, then the texts in parts."""
    items = [index.by_table[name] for name in KINDS]
    data = {
        "edition": {"version": index.package.version, "rights": notice(index.package)},
        "kinds": KINDS,
        "fields": [index.package.resource(name).field_names for name in KINDS],
        "parties": {r["party_id"]: r["name"] for r in index.tables.rows("parties")},
        "chapters": {
            row["chapter_id"]: index.chapter_label(row) for row in index.tables.rows("chapters")
        },
        "words": words.below("js."),
        "values": {name: words.below(f"value.{name}.") for name in ("urgency", "scope", "status")},
        "rows": [],
    }
    others = (_row(index, words, item) for found in items[1:] for item in found)
    packed = [_packed(index, row) for row in (*rows, *others)]
    head = f"// {' '.join(notice(index.package).split())}\nwindow.lanzarote.rows.push("
    parts = range(0, len(packed), ROWS_PER_SCRIPT)
    return {"explore-data.js": f"window.lanzarote = {script_text(data)};\n"} | {
        f"explore-rows-{number}.js": "".join(
            [head, *(f"{script_text(row)},\n" for row in packed[at : at + ROWS_PER_SCRIPT]), ");\n"]
        )
        for number, at in enumerate(parts, start=1)
    }


def script_text(value: object) -> str:
    """A value as a script may state it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # A script may hold any text but these two line ends of old JavaScript.
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


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
    """A text: its kind, its cells as in the table, what is shown and what is searched beside.

    What is shown is empty where it is the text of the table.
    """
    item = row.item
    cells = [item.of(name) for name in index.package.resource(item.table).field_names]
    notes = (plain(c["text"]) for c in index.citations.get(item.id, ()))
    also = " \n ".join(filter(None, [item.of("topic"), item.of("heading"), *notes]))
    shown = "" if row.text == item.row["text"] else row.text
    level = index.levels.get(item.of("urgency"), 0)
    return [KINDS.index(item.table), cells, shown, also, level, dict(row.follow_up)]
