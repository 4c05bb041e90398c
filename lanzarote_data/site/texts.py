"""The official wording as HTML, with the footnotes of a page counted in order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from markupsafe import Markup

from lanzarote_data.model.tables import Row
from lanzarote_data.site.contents import Contents, Item
from lanzarote_data.text.markup import CLOSE, OPEN, plain, to_html

# Where a footnote is marked, until the page knows its number.
_PLACE = re.compile(f"{OPEN}([0-9]+){CLOSE}")


@dataclass(frozen=True)
class Note:
    """A footnote with its number on the page; ``html`` is its text."""

    number: int
    html: Markup
    citation: Row


@dataclass
class PageTexts:
    """Renders the texts of one page; ``taken`` gives the footnotes that were marked since.

    ``party_name`` is what stands for ``{party}`` in the wording.
    """

    contents: Contents
    party_name: str
    _count: int = 0
    _notes: list[Note] = field(default_factory=list)

    def named(self, text: str) -> str:
        """A text with the Party's name in its place."""
        return text.replace("{party}", self.party_name)

    def lead_in(self, row: Row) -> Markup:
        """The words that introduce a row."""
        return Markup(_html(self.named(row["lead_in"])))

    def item(self, item: Item) -> Markup:
        """The text of an item; with its lead-in before it where it is one paragraph with it."""
        row = item.row
        joined = row.get("layout") == "paragraph" and row["lead_in"]
        text = f"{self.named(row['lead_in'])} {row['text']}" if joined else row["text"]
        return self.marked(item.id, text)

    def chapter(self, row: Row, heading_level: int) -> Markup:
        """The introduction of a chapter, its headings at a level."""
        marks = "#" * heading_level
        text = re.sub(r"^#+(?= )", marks, row["introduction"], flags=re.MULTILINE)
        return self.marked(row["chapter_id"], self.named(text))

    def marked(self, row_id: str, text: str) -> Markup:
        """A text whose footnotes are those of a row; each marker becomes a link to its note."""
        citations = {int(c["marker"]): c for c in self.contents.citations.get(row_id, ())}

        def mark(found: re.Match[str]) -> str:
            citation = citations.get(int(found[1]))
            return self._mark(citation) if citation else ""

        return Markup(_PLACE.sub(mark, _html(text)))

    def taken(self) -> list[Note]:
        """The notes that were marked since the last call."""
        notes, self._notes = self._notes, []
        return notes

    def _mark(self, citation: Row) -> str:
        self._count += 1
        number = self._count
        self._notes.append(Note(number, Markup(_unwrapped(_html(citation["text"]))), citation))
        return f'<sup><a href="#n{number}" id="m{number}" role="doc-noteref">{number}</a></sup>'


@lru_cache(maxsize=10_000)
def _html(text: str) -> str:
    """A text as HTML with the places of its footnotes; most texts stand on many pages."""
    return to_html(text, lambda number: f"{OPEN}{number}{CLOSE}")


def _unwrapped(html: str) -> str:
    """The inside of a single paragraph; anything else as it is."""
    inside = html.removeprefix("<p>").removesuffix("</p>")
    return html if "<p>" in inside or inside == html else inside


def plain_item(item: Item, party_name: str) -> str:
    """An item as plain words in one line: its lead-in and its text."""
    row = item.row
    lead_in = row.get("lead_in", "").replace("{party}", party_name)
    return plain(f"{lead_in} {row['text']}")


def excerpt(text: str, length: int = 180) -> str:
    """The beginning of a plain text, cut at a word.

    >>> excerpt("one two three", 9)
    'one two …'
    """
    if len(text) <= length:
        return text
    return text[: length - 1].rpartition(" ")[0].rstrip(" ,;:") + " …"
