"""Factsheets in all their formats, each written by a module of its own."""

from __future__ import annotations

from lanzarote_data.model.errors import LanzaroteError, how_to_install
from lanzarote_data.model.tables import Tables
from lanzarote_data.render.html import html_of, pdf_of
from lanzarote_data.render.markdown import markdown_of
from lanzarote_data.text.document import Document, document_of
from lanzarote_data.text.items import Items, missing_for_factsheets
from lanzarote_data.text.rounds import factsheets_of


def rendered(document: Document, kind: str) -> bytes:
    """A factsheet in one of the formats: ``md``, ``html``, ``docx`` or ``pdf``.

    :raises LanzaroteError: what writes the format is not installed.
    """
    if kind == "md":
        return markdown_of(document).encode("utf-8")
    if kind == "html":
        return html_of(document).encode("utf-8")
    if kind == "pdf":
        return pdf_of(document)
    try:
        from lanzarote_data.render.docx import word_of
    except ModuleNotFoundError as reason:
        raise LanzaroteError(
            "Word files are written with the library python-docx, which is not installed.",
            how_to_install("word"),
        ) from reason
    return word_of(document)


def factsheet_files(tables: Tables) -> dict[str, bytes]:
    """The factsheets of each Party that has a document of its own, to read and to work with."""
    if missing_for_factsheets(tables.package):
        return {}
    parties = dict.fromkeys(row.get("party_id", "") for row in tables.rows("documents"))
    items = Items(tables)
    documents = (
        (name, document_of(items, party, round_id))
        for party in filter(None, parties)
        for name, round_id in factsheets_of(tables, party).items()
    )
    return {
        f"factsheets/{name}.{kind}": rendered(document, kind)
        for name, document in documents
        for kind in ("html", "md")
    }
