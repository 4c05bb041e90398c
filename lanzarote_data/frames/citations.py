"""Footnotes as objects, the way from what is cited back to the rows that cite it, and credits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lanzarote_data.frames.base import Base
from lanzarote_data.frames.bibliography import Style, cited, data_item, item_of
from lanzarote_data.frames.finding import as_texts, coded_so, find_row, notes_of
from lanzarote_data.frames.texts import words_of
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.text.references import codes, paragraphs
from lanzarote_data.text.targets import PARAGRAPHS, RECOMMENDATIONS, TARGETS

if TYPE_CHECKING:
    import pandas

_SPAN = re.compile(r"([0-9]{1,6})(?:\s*[-–]\s*([0-9]{1,6}))?")
Paragraphs = int | str | range | Iterable[int | str] | None
"""A paragraph of a report, or several: 115, "115", "50-52", range(50, 53), [50, "60-61"]."""


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


class Citing(Base):
    """The questions about what rows cite, and how they are cited themselves."""

    def citations_of(self, row_id: str) -> tuple[Citation, ...]:
        """The citations (footnotes) of one row, in the order of their markers.

        :raises LanzaroteError: there is no row with this id.

        >>> import lanzarote_data as lz
        >>> [(c.marker, c.kind, c.locator) for c in lz.citations_of("R2-BEL-II-6")]
        [(1, 'note', ''), (2, 'recommendation', 'II-6')]
        """
        find_row(self.tables, row_id)
        return tuple(_citation(self.tables, row) for row in notes_of(self.tables, row_id))

    def citing(
        self, code: str | Iterable[str] = "", *, paragraph: Paragraphs = None
    ) -> pandas.DataFrame:
        """The rows that cite recommendations or paragraphs of the implementation report.

        ``code`` is one or several; ``paragraph`` is a number, a text such as ``50-52``, a range,
        or several of them.

        A line for each citation, indexed by its id: ``row_id``, ``table``, ``chapter_id``,
        ``marker``, ``locator``, ``document_id`` and the plain ``words`` of the row. A citation of
        paragraphs 50-52 cites 51 too.

        :raises LanzaroteError: neither or both are given, or the code has not the form of one.

        >>> import lanzarote_data as lz
        >>> lz.citing("III-25").row_id["R2-ALL-III-25.1"]
        'R2-ALL-III-25'
        >>> "R2-BEL-III-o1" in list(lz.citing(paragraph=115).row_id)
        True
        """
        import pandas

        field, ids = self._wanted(code, paragraph)
        targets = self.tables.rows(TARGETS)
        citing = dict.fromkeys(t["citation_id"] for t in targets if t[field] in ids)
        found = (self.tables["citations"].by_key[(citation_id,)] for citation_id in citing)
        types = {
            **dict.fromkeys(("citation_id", "row_id", "table", "chapter_id"), "string"),
            "marker": "Int64",
            **dict.fromkeys(("locator", "document_id", "words"), "string"),
        }
        frame = pandas.DataFrame([self._line(row) for row in found], columns=list(types))
        return frame.astype(types).set_index("citation_id")

    def _line(self, row: Row) -> tuple[object, ...]:
        citation = _citation(self.tables, row)
        found = find_row(self.tables, citation.row_id)
        place = (citation.citation_id, citation.row_id, found.name, found.row["chapter_id"])
        words = words_of(self.tables, found)
        return (*place, citation.marker, citation.locator, citation.document_id, words)

    def _wanted(self, code: str | Iterable[str], paragraph: Paragraphs) -> tuple[str, set[str]]:
        """The field of the targets that is asked about, and the ids in it that are meant."""
        asked = [c.strip() for c in as_texts(code, "code", 'citing("III-25")') if c.strip()]
        if bool(asked) == (paragraph is not None):
            raise LanzaroteError(
                "Ask for one thing: a code or a paragraph.",
                'Write citing("III-25") or citing(paragraph=115).',
            )
        if paragraph is None:
            ids = {row_id for code in asked for row_id in _coded(self.tables, code)}
            return "report_recommendation_id", ids
        numbers, rows = _numbers(paragraph), self.tables.rows(PARAGRAPHS)
        found = {row["report_paragraph_id"] for row in rows if int(row["number"]) in numbers}
        return "report_paragraph_id", found

    def cite(self, row_id: str | Iterable[str] = "", style: Style = "text") -> str:
        """A ready citation of rows or documents, or of the whole data where none is given.

        ``style`` is ``text``, ``bibtex``, ``ris`` or ``csl`` (CSL-JSON, which Zotero and pandoc
        read). A row is cited as a part of the document that it was taken from.

        :raises LanzaroteError: there is no such row or style, or the row is a footnote.

        >>> import lanzarote_data as lz
        >>> print(lz.cite("R2-BEL-II-6", style="bibtex").splitlines()[0])
        @incollection{R2-BEL-II-6,
        >>> len(lz.cite(["R2-BEL-II-6", "R2-REPORT"]).splitlines())
        2
        """
        ids = as_texts(row_id, "id of a row or document", "one such as R2-BEL-II-6")
        if not any(ids):
            return cited([data_item(self.package)], style)
        return cited([item_of(self.tables, one) for one in ids], style)

    def credit(self) -> str:
        """The line that names whose text and whose work this is; put it under what you publish.

        >>> import lanzarote_data as lz
        >>> lz.credit().partition(" (")[0]
        '© Council of Europe, Lanzarote Committee'
        """
        return str(self.package.descriptor.get("lanzarote:credit", self.package.title))


def _citation(tables: Tables, row: Row) -> Citation:
    return Citation(
        citation_id=row["citation_id"],
        row_id=tables.package.parent_of(row)[1],
        marker=int(row["marker"]),
        kind=row["kind"],
        text=row["text"],
        locator=row["locator"],
        codes=tuple(codes(row["locator"])),
        paragraphs=tuple(paragraphs(row["locator"])),
        document_id=row["document_id"],
        urls=tuple(row["url"].split()),
    )


def _coded(tables: Tables, code: str) -> list[str]:
    if tables.find(RECOMMENDATIONS, code):
        return [code]
    if not any(re.fullmatch(row["code_pattern"], code) for row in tables.rows("rounds")):
        example = next((row["code"] for row in tables.rows(RECOMMENDATIONS)), "III-25")
        raise LanzaroteError(
            f"{code!r} is no code of a recommendation of the implementation report.",
            f"A code looks like {example}; a paragraph is asked for by citing(paragraph=115).",
        )
    return coded_so(tables, code)


def _numbers(paragraph: object) -> set[int]:
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
