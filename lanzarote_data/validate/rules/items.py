"""Rules on recommendations, observations and practices beside their ids and texts."""

from __future__ import annotations

import re

from lanzarote_data.model.problems import shown
from lanzarote_data.model.tables import Key, Tables
from lanzarote_data.validate.rules.rule import CheckedRow, Faults, RowFaults, row_rule, table_rule

_VERBS = {"require": "requires", "request": "requests", "invite": "invites"}


@row_rule("scope-and-party", "recommendations")
def scope_and_party(row: CheckedRow) -> RowFaults:
    """Specific rows name a Party, generic rows none."""
    scope, party = row["scope"], row["party_id"]
    if scope == "specific" and not party:
        yield "party_id", "The recommendation is specific, but names no Party.", "Name the Party."
    if scope == "generic" and party:
        message = f"The recommendation is generic, but names the Party {party}."
        yield "party_id", message, "Leave the Party empty."
    if scope == "generic" and row["addressing"] == "named":
        message = "The recommendation is generic, but addressed to a Party by name."
        yield "addressing", message, "Write all or conditional."


@row_rule("urgency-disagrees", "recommendations")
def urgency(row: CheckedRow) -> RowFaults:
    """The urgency is the verb of the sentence."""
    words, verb = row["lead_in"] or row["text"], _VERBS.get(row["urgency"])
    if verb and not re.search(rf"\b{verb}\b", words):
        found = f"“{verb}” does not stand in {shown(words, 120)}"
        message = f"The urgency is {row['urgency']}, but {found}."
        yield "urgency", message, "Correct the urgency, or the words: both must say the same."


@table_rule("doubled-position")
def doubled_position(tables: Tables) -> Faults:
    """No two rows of a chapter have one position."""
    first: dict[Key, str] = {}
    for table in (tables[resource.name] for resource in tables.package.items):
        for index, row in enumerate(table.rows):
            own, place = table.key(row)[0], (row["document_id"], row["chapter_id"], row["position"])
            earlier = first.setdefault(place, own)
            if row["position"] and earlier != own:
                message = (
                    f"The position {row['position']} of this chapter is that of {earlier} too."
                )
                hint = "Give one of them another number, such as one between its neighbours."
                yield table.location(index, "position"), message, hint
