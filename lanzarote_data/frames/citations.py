"""Citations as objects, and the way from what is cited back to the rows that cite it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lanzarote_data.frames.finding import find_row, parent_of
from lanzarote_data.frames.texts import words_of
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.text.references import CODE, codes

if TYPE_CHECKING:
    import pandas


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
        paragraphs=paragraphs(row["locator"]),
        document_id=row["document_id"],
        urls=tuple(row["url"].split()),
    )


def paragraphs(locator: str) -> tuple[int, ...]:
    """The numbers of the paragraphs that a locator names; none for codes.

    >>> paragraphs("50-52;60")
    (50, 51, 52, 60)
    """
    if not re.fullmatch(r"[0-9;-]+", locator):
        return ()
    spans = [part.partition("-") for part in locator.split(";")]
    ends = [(int(first), int(last or first)) for first, _, last in spans]
    return tuple(number for first, last in ends for number in range(first, last + 1))


def citing(tables: Tables, code: str = "", paragraph: int | None = None) -> pandas.DataFrame:
    """The rows that cite a code or a paragraph, a line for each citation."""
    import pandas

    wanted = _wanted(code, paragraph)
    found = [
        c
        for c in (_citation(tables, row) for row in tables.rows("citations"))
        if wanted in cited(c)
    ]
    records = [_line(tables, citation) for citation in found]
    columns = ["row_id", "table", "chapter_id", "marker", "locator", "document_id", "words"]
    frame = pandas.DataFrame(records, columns=["citation_id", *columns])
    texts = dict.fromkeys(["citation_id", *columns], "string") | {"marker": "Int64"}
    return frame.astype(texts).set_index("citation_id")


def cited(citation: Citation) -> tuple[str | int, ...]:
    """Everything of the implementation report that a citation names."""
    return (*citation.codes, *citation.paragraphs)


def _wanted(code: str, paragraph: int | None) -> str | int:
    if bool(code) == (paragraph is not None):
        raise LanzaroteError(
            "Ask for one thing: a code or a paragraph.",
            'Write citing("III-25") or citing(paragraph=115).',
        )
    if paragraph is not None:
        return paragraph
    if not re.fullmatch(CODE, code.strip()):
        raise LanzaroteError(
            f"{code!r} is no code of a recommendation of the implementation report.",
            "A code looks like III-25; a paragraph is asked for by citing(paragraph=115).",
        )
    return code.strip()


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
