"""Rules on items and chapters: ids, Parties, urgency, positions."""

from __future__ import annotations

import re

from lanzarote_data.model.problems import shown
from lanzarote_data.model.tables import Key, Tables
from lanzarote_data.text.ids import ALL_PARTIES, ItemId, read_item_id
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


@row_rule("id-disagrees", lambda resource: resource.is_item)
def id_of_item(row: CheckedRow) -> RowFaults:
    """An id agrees with the row’s round, Party and chapter."""
    key = row.resource.primary_key[0]
    own = read_item_id(row[key])
    fault = _fault(row, own) if own else ""
    if fault:
        message = f"The id {row[key]} is of {fault}: a row keeps its id, its chapter and its Party."
        hint = (
            "Choose what was there before. To move a text, add it as a new row at its new place, "
            "and delete this row; its footnotes too."
        )
        yield key, message, hint


def _fault(row: CheckedRow, own: ItemId) -> str:
    """What an id says that the row does not; empty where they agree."""
    chapter, party = f"{own.round}-{own.chapter}", row["party_id"] or ALL_PARTIES
    if row["chapter_id"] != chapter:
        return f"chapter {chapter}, the row is of {row['chapter_id'] or 'none'}"
    if "party_id" in row.resource and own.party != party:
        return f"{_party(own.party)}, the row is of {_party(party)}"
    return ""


def _party(party_id: str) -> str:
    return "all Parties" if party_id == ALL_PARTIES else f"the Party {party_id}"


@row_rule("chapter-id", "chapters")
def id_of_chapter(row: CheckedRow) -> RowFaults:
    """A chapter’s id is its round and number."""
    wanted = f"{row['round_id']}-{row['number']}"
    if row["round_id"] and row["number"] and row["chapter_id"] != wanted:
        message = f"The id is {shown(row['chapter_id'])}, but round and number make {wanted}."
        yield "chapter_id", message, f"Write {wanted}."
