"""Rules on documents: where they can be found, and which replaces which."""

from __future__ import annotations

from lanzarote_data.model.tables import Tables
from lanzarote_data.validate.rules.rule import Faults, table_rule


@table_rule("withdrawn-in", "documents")
def withdrawn_in(tables: Tables) -> Faults:
    """A row is withdrawn in a later edition of its document."""
    for resource in tables.package.items:
        table = tables[resource.name]
        for index, row in enumerate(table.rows):
            later = row.get("withdrawn_in", "")
            if later and row["document_id"] not in _replaced_by(tables, later):
                message = f"{later} is no later edition of {row['document_id']}."
                hint = "Name the edition that no longer states this row, or leave the cell empty."
                yield table.location(index, "withdrawn_in"), message, hint


def _replaced_by(tables: Tables, document_id: str) -> list[str]:
    """The earlier editions of a document, the latest first."""
    found: list[str] = []
    row = tables.find("documents", document_id)
    while row and row.get("replaces") and row["replaces"] not in found:
        found.append(row["replaces"])
        row = tables.find("documents", row["replaces"])
    return found


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
