"""Rules on recommendations, observations and practices beside their ids and texts."""

from __future__ import annotations

import re

from lanzarote_data.model.problems import shown
from lanzarote_data.model.tables import Key, Tables
from lanzarote_data.validate.rules.rule import CheckedRow, Faults, RowFaults, row_rule, table_rule


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


@table_rule("urgency-disagrees", "recommendations urgencies")
def urgency(tables: Tables) -> Faults:
    """The urgency is the verb of the sentence."""
    table = tables["recommendations"]
    verbs = {row["urgency"]: row.get("verb", "") for row in tables.rows("urgencies")}
    forms = {word: re.compile(rf"\b{re.escape(verb)}\b") for word, verb in verbs.items() if verb}
    for index, row in enumerate(table.rows):
        word, words = row["urgency"], row["lead_in"] or row["text"]
        if word in forms and not forms[word].search(words):
            found = f"“{verbs[word]}” is not in {shown(words, 120)}"
            message = f"The urgency is {word}, but {found}."
            hint = "Correct the urgency, or the words: both must say the same."
            yield table.location(index, "urgency"), message, hint


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
