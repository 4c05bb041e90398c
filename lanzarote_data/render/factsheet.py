"""Factsheets in all their formats, each written by a module of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lanzarote_data.model.errors import LanzaroteError, how_to_install
from lanzarote_data.model.tables import Tables
from lanzarote_data.render.html import html_of, pdf_of
from lanzarote_data.render.markdown import markdown_of
from lanzarote_data.text.document import Document, document_of
from lanzarote_data.text.items import Items, missing_for_factsheets
from lanzarote_data.text.rounds import factsheets_of


def _word_of(document: Document) -> bytes:
    try:
        from lanzarote_data.render.docx import word_of
    except ModuleNotFoundError as reason:
        raise LanzaroteError(
            "Word files are written with the library python-docx, which is not installed.",
            how_to_install("word"),
        ) from reason
    return word_of(document)


WRITERS: Mapping[str, Callable[[Document], str | bytes]] = {
    "md": markdown_of,
    "html": html_of,
    "docx": _word_of,
    "pdf": pdf_of,
}
"""The function that writes each format, as a text or as bytes."""


def rendered(document: Document, kind: str) -> bytes:
    """A factsheet in one of the formats.

    :raises LanzaroteError: what writes the format is not installed.
    """
    content = WRITERS[kind](document)
    return content.encode("utf-8") if isinstance(content, str) else content


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
