"""Citations as objects, and the way from what is cited back to the rows that cite it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lanzarote_data.frames.arguments import as_texts
from lanzarote_data.frames.finding import coded_so, find_row, parent_of
from lanzarote_data.frames.texts import words_of
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.text.references import codes, paragraphs
from lanzarote_data.text.targets import PARAGRAPHS, RECOMMENDATIONS, TARGETS

if TYPE_CHECKING:
    import pandas

_SPAN = re.compile(r"([0-9]{1,6})(?:\s*[-–]\s*([0-9]{1,6}))?")


@dataclass(frozen=True)
class Citation:
    """One footnote of one text.

    ``row_id`` is the row whose text has the marker ``[^marker]``; ``kind`` is ``paragraph``,
    ``recommendation``, ``note``, ``link`` or ``literature``; ``text`` is the footnote, word for
    word. ``codes`` and ``paragraphs`` are what it cites of the implementation report, every
    paragraph of a span by itself. ``document_id`` is empty where it names no one document;
    ``urls`` are the addresses that it gives.
    """

    citation_id: str
    row_id: str
    marker: int
    kind: str
    text: str
    locator: str
    codes: tuple[str, ...]
    paragraphs: tuple[int, ...]
    document_id: str
    urls: tuple[str, ...]


def citations_of(tables: Tables, row_id: str) -> tuple[Citation, ...]:
    """The citations of a row, in the order of their markers."""
    find_row(tables, row_id)
    return by_row(tables).get(row_id, ())


def by_row(tables: Tables) -> dict[str, tuple[Citation, ...]]:
    """All citations by the row whose text has them, in the order of their markers."""
    found: dict[str, tuple[Citation, ...]] = {}
    citations = (_citation(tables, row) for row in tables.rows("citations"))
    for citation in sorted(citations, key=lambda one: one.marker):
        found[citation.row_id] = (*found.get(citation.row_id, ()), citation)
    return found


def _citation(tables: Tables, row: Row) -> Citation:
    return Citation(
        citation_id=row["citation_id"],
        row_id=parent_of(tables, row)[1],
        marker=int(row["marker"]),
        kind=row["kind"],
        text=row["text"],
        locator=row["locator"],
        codes=tuple(codes(row["locator"])),
        paragraphs=tuple(paragraphs(row["locator"])),
        document_id=row["document_id"],
        urls=tuple(row["url"].split()),
    )


Paragraphs = int | str | range | Iterable[int | str] | None
"""A paragraph of a report, or several: 115, "115", "50-52", range(50, 53), [50, "60-61"]."""


def citing(
    tables: Tables, code: str | Iterable[str] = "", paragraph: Paragraphs = None
) -> pandas.DataFrame:
    """The rows that cite codes or paragraphs, a line for each citation."""
    import pandas

    field, ids = _wanted(tables, code, paragraph)
    citing = dict.fromkeys(t["citation_id"] for t in tables.rows(TARGETS) if t[field] in ids)
    found = (tables["citations"].by_key[(citation_id,)] for citation_id in citing)
    records = [_line(tables, _citation(tables, row)) for row in found]
    columns = ["row_id", "table", "chapter_id", "marker", "locator", "document_id", "words"]
    frame = pandas.DataFrame(records, columns=["citation_id", *columns])
    texts = dict.fromkeys(["citation_id", *columns], "string") | {"marker": "Int64"}
    return frame.astype(texts).set_index("citation_id")


def _wanted(
    tables: Tables, code: str | Iterable[str], paragraph: Paragraphs
) -> tuple[str, set[str]]:
    """The field of the targets that is asked about, and the ids in it that are meant."""
    asked = [c.strip() for c in as_texts(code, "code", 'citing("III-25")') if c.strip()]
    if bool(asked) == (paragraph is not None):
        raise LanzaroteError(
            "Ask for one thing: a code or a paragraph.",
            'Write citing("III-25") or citing(paragraph=115).',
        )
    if paragraph is None:
        return "report_recommendation_id", {i for c in asked for i in _coded(tables, c)}
    numbers = _numbers(paragraph)
    rows = tables.rows(PARAGRAPHS)
    return "report_paragraph_id", {
        row["report_paragraph_id"] for row in rows if int(row["number"]) in numbers
    }


def _coded(tables: Tables, code: str) -> list[str]:
    """The ids of the report recommendations that are meant by an id or a code."""
    if tables.find(RECOMMENDATIONS, code):
        return [code]
    if not any(re.fullmatch(row["code_pattern"], code) for row in tables.rows("rounds")):
        raise LanzaroteError(
            f"{code!r} is no code of a recommendation of the implementation report.",
            f"A code looks like {_a_code(tables)}; a paragraph is asked for by "
            "citing(paragraph=115).",
        )
    return coded_so(tables, code)


def _numbers(paragraph: object) -> set[int]:
    """The numbers of paragraphs that are meant.

    :raises LanzaroteError: they are no numbers.
    """
    if isinstance(paragraph, int) and not isinstance(paragraph, bool):
        return {paragraph}
    if isinstance(paragraph, str):
        spans = [_SPAN.fullmatch(part) for part in re.split(r"[;,]\s*", paragraph.strip())]
        if all(spans):
            ends = [(int(s[1]), int(s[2] or s[1])) for s in spans if s]
            return {number for first, last in ends for number in range(first, last + 1)}
    elif isinstance(paragraph, Iterable):
        return {number for part in paragraph for number in _numbers(part)}
    raise LanzaroteError(
        f"{paragraph!r} is no number of a paragraph.", 'Write 115, "50-52" or [115, 120].'
    )


def _a_code(tables: Tables) -> str:
    """The first code in the data, as an example of one."""
    return next((row["code"] for row in tables.rows(RECOMMENDATIONS)), "III-25")


def _line(tables: Tables, citation: Citation) -> dict[str, object]:
    found = find_row(tables, citation.row_id)
    return {
        "citation_id": citation.citation_id,
        "row_id": citation.row_id,
        "table": found.table.resource.name,
        "chapter_id": found.row["chapter_id"],
        "marker": citation.marker,
        "locator": citation.locator,
        "document_id": citation.document_id,
        "words": words_of(tables, found),
    }
