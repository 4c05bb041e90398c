"""Rules on documents: their editions, their round and Party, and where readers find them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lanzarote_data.model.tables import Row, Table, Tables
from lanzarote_data.text.items import WITHDRAWN_IN
from lanzarote_data.text.rounds import earlier_editions
from lanzarote_data.text.targets import PARAGRAPHS, RECOMMENDATIONS, places
from lanzarote_data.validate.rules.rule import Faults, table_rule


@table_rule("document-differs", "documents chapters")
def document_differs(tables: Tables) -> Faults:
    """A row is of the round and the Party of its document, and of the round of its chapter."""
    rounds = {row["chapter_id"]: row["round_id"] for row in tables.rows("chapters")}
    parties = {row["party_id"] for row in tables.rows("parties")} - {""}
    for table, index, row, own in _of_rounds(tables, rounds):
        document = tables.find("documents", row["document_id"]) or {}
        named = {
            "chapter_id": rounds.get(row.get("chapter_id", ""), ""),
            "document_id": document.get("round_id", ""),
        }
        for field, other in named.items():
            if own and row.get(field) and other not in ("", own):
                message = f"{row[field]} is of {other}, but the row is of {own}."
                yield table.location(index, field), message, "Choose one of the same round."
        party, other = row.get("party_id", ""), document.get("party_id", "")
        if other and (party != other if party in parties else "round_id" in row):
            whose = f"of {party}" if party else "of a report"
            message = f"{row['document_id']} is about {other}, but the row is {whose}."
            hint = "Choose the document that the row was taken from."
            yield table.location(index, "document_id"), message, hint


def _of_rounds(tables: Tables, rounds: dict[str, str]) -> Iterator[tuple[Table, int, Row, str]]:
    """The rows that were taken from a document of a round, and those that cite its report."""
    names = [r.name for r in tables.package.items]
    for name in (*names, RECOMMENDATIONS, PARAGRAPHS):
        for index, row in enumerate(tables.rows(name)):
            own = row.get("round_id") or rounds.get(row.get("chapter_id", ""), "")
            yield tables[name], index, row, own
    known = places(tables)
    for index, row in enumerate(tables.rows("citations")):
        if row["locator"] and row["citation_id"] in known:
            cited = {"document_id": row["document_id"]}
            yield tables["citations"], index, cited, known[row["citation_id"]].round_id


@table_rule("edition-disagrees", "documents")
def edition_disagrees(tables: Tables) -> Faults:
    """A document replaces an earlier one of its round and Party, which no other replaces."""
    table = tables["documents"]
    first: dict[str, str] = {}
    for index, row in enumerate(table.rows):
        own, replaced = row["document_id"], row.get("replaces", "")
        earlier = tables.find("documents", replaced) if replaced else None
        fault = _edition_fault(tables, row, earlier) if earlier else ""
        other = first.setdefault(earlier["document_id"], own) if earlier else own
        if fault or other != own:
            message = fault or f"{replaced} is replaced by {other} too."
            hint = "Name the edition just before this one, or leave the cell empty."
            yield table.location(index, "replaces"), message, hint


def _edition_fault(tables: Tables, row: Row, earlier: Row) -> str:
    """What is wrong with a document that replaces another; empty where nothing is."""
    own, other = row["document_id"], earlier["document_id"]
    if own in earlier_editions(tables, own):
        return f"{own} would replace itself."
    for field in ("round_id", "party_id"):
        if row[field] != earlier[field]:
            title = tables["documents"].resource.field(field).title
            told = [document[field] or "none" for document in (row, earlier)]
            return f"{title} of {own}: {told[0]}; of {other}: {told[1]}."
    length = min(len(row["date"]), len(earlier["date"]))
    is_earlier = row["date"][:length] < earlier["date"][:length]
    return f"{own} is dated {row['date']}, {other} {earlier['date']}." if is_earlier else ""


@table_rule("withdrawn-in", "documents")
def withdrawn_in(tables: Tables) -> Faults:
    """A row is withdrawn in a later edition of its document."""
    for resource in tables.package.items:
        table = tables[resource.name]
        for index, row in enumerate(table.rows):
            later = row.get(WITHDRAWN_IN, "")
            if later and row["document_id"] not in earlier_editions(tables, later):
                message = f"{later} is no later edition of {row['document_id']}."
                hint = "Name the edition that no longer states this row, or leave the cell empty."
                yield table.location(index, WITHDRAWN_IN), message, hint


@table_rule("document-without-address", "documents", severity="warning")
def document_address(tables: Tables) -> Faults:
    """A document that rows were taken from has an address or a number."""
    used = {row["document_id"] for r in tables.package.items for row in tables.rows(r.name)}
    table = tables["documents"]
    for index, row in enumerate(table.rows):
        if row["document_id"] in used and not row["url"] and not row.get("number"):
            message = f"{row['document_id']} has neither an address nor a number."
            hint = "Fill in one of them, so that readers find the document itself."
            yield table.location(index, "url"), message, hint


@table_rule("not-filed", "documents", severity="warning")
def not_filed(tables: Tables) -> Faults:
    """No text of a factsheet waits to be filed."""
    for table in (table for table in tables.values() if table.resource.is_worklist):
        number = Counter(table.column("document_id"))
        for index, row in enumerate(table.rows):
            if number[row["document_id"]]:
                message = (
                    f"Texts of {row['document_id']} to be filed: {number[row['document_id']]}."
                )
                hint = f"File or discard each in the sheet {table.resource.title} of the workbook."
                yield table.location(index), message, hint
                number[row["document_id"]] = 0
