"""Rows of a factsheet that are probably not what they were filed as."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from lanzarote_data.ingest.blocks import SourceText
from lanzarote_data.ingest.notation import words
from lanzarote_data.ingest.rows import Rows
from lanzarote_data.model.problems import Location, Problem, shown, warning
from lanzarote_data.model.tables import Row
from lanzarote_data.text.garbled import Kind
from lanzarote_data.text.markup import plain
from lanzarote_data.text.verbs import Verbs

REPORTED = frozenset(
    (
        "observation-cites-recommendation",
        "recommendation-without-citation",
        "empty-recommendation",
        "unknown-verb",
        *get_args(Kind),
    )
)
"""Codes that the rules of the package have too, on the rows that the source has made."""
_WITHOUT = "recommendation-without-citation"
_HINT = "Compare it with the source, and correct it in the Party’s workbook if need be."


def suspicious(rows: Rows, source: SourceText, verbs: Verbs) -> Iterator[Problem]:
    """Warnings about rows whose footnotes or words do not fit what they are."""
    citing = {
        row[key]
        for row in rows.by_table.get("citations", ())
        if row["kind"] == "recommendation"
        for key in ("recommendation_id", "observation_id")
    }
    for table, key, row, code, message in _found(rows, citing, verbs):
        if code != _WITHOUT or source.footnotes:
            where = Location(table, row[key], "text", source.place(rows.lines[row[key]]))
            yield warning(code, where, f"{shown(plain(row['text']), 60)} {message}", _HINT)


def _found(rows: Rows, citing: set[str], verbs: Verbs) -> Iterator[tuple[str, str, Row, str, str]]:
    for row in rows.by_table.get("observations", ()):
        if row["observation_id"] in citing:
            code = "observation-cites-recommendation"
            message = "was read as an observation, but cites a recommendation of the report."
            yield "observations", "observation_id", row, code, message
    for row in rows.by_table.get("recommendations", ()):
        if row["recommendation_id"] not in citing:
            message = "has no footnote that cites a recommendation of the report."
            yield "recommendations", "recommendation_id", row, _WITHOUT, message
        if _says_nothing(row["text"], verbs):
            message = "says whom it addresses, but not what it recommends."
            yield "recommendations", "recommendation_id", row, "empty-recommendation", message


def _says_nothing(text: str, verbs: Verbs) -> bool:
    """Whether nothing follows the name of the Party, or there are no words at all."""
    verb = next((verb for verb in verbs.find(text) if verb.is_plain), None)
    return not words(verbs.without_addressee(text[verb.end :]) if verb else text)
