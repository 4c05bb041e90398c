"""Rules on ids: they agree with what their rows say."""

from __future__ import annotations

from lanzarote_data.model.problems import shown
from lanzarote_data.text.ids import ALL_PARTIES, ItemId, read_item_id
from lanzarote_data.validate.rules.rule import CheckedRow, RowFaults, row_rule


@row_rule("id-disagrees", lambda resource: resource.is_item)
def id_of_item(row: CheckedRow) -> RowFaults:
    """An id agrees with the row’s round, Party and chapter."""
    key = row.resource.primary_key[0]
    own = read_item_id(row[key])
    fault = _fault(row, own) if own else ""
    if fault:
        hint = "Put chapter and Party back, or delete the row and add it as a new one."
        yield key, f"The id {row[key]} is of {fault}.", hint


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
    if row["chapter_id"] != wanted:
        message = f"The id is {shown(row['chapter_id'])}, but round and number make {wanted}."
        yield "chapter_id", message, f"Write {wanted}."
