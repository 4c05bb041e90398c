"""A factsheet as a Word file: real headings, lists and footnotes, to be edited.

Its look is in the styles of the file, which :mod:`lanzarote_data.render.docx_parts` sets.
"""

from __future__ import annotations

import datetime
import io
from html.parser import HTMLParser

import docx
from docx.document import Document as WordDocument
from docx.text.paragraph import Paragraph as WordParagraph

from lanzarote_data.render.docx_parts import (
    Footnotes,
    add_bookmark,
    add_contents,
    add_link,
    add_page_foot,
    same_bytes,
    set_styles,
)
from lanzarote_data.text.document import (
    LOST_LINK_STYLE,
    PRACTICE_STYLE,
    URGENCY_STYLE,
    Chapter,
    Document,
    Group,
)
from lanzarote_data.text.markup import to_html

_BULLETS = ("List Bullet", "List Bullet 2", "List Bullet 3")
_MARK = "marker:"
_ADDED = "added"


def word_of(document: Document) -> bytes:
    """The factsheet as ``.docx``; the same bytes for the same factsheet."""
    word = docx.Document()
    set_styles(word)
    _Writer(word, document).write()
    _describe(word, document)
    file = io.BytesIO()
    word.save(file)
    return same_bytes(file.getvalue())


def _describe(word: WordDocument, document: Document) -> None:
    """Set the properties of the file; its dates are those of the factsheet."""
    properties = word.core_properties
    longest = 255  # of Word
    properties.title, properties.author = document.title[:longest], document.publisher[:longest]
    properties.subject = document.subtitle[:longest]
    properties.comments, properties.language, properties.revision = "", "en-GB", 1
    properties.last_modified_by = document.publisher[:longest]
    date = f"{document.date or '2000'}-01-01"[:10]
    when = datetime.datetime.fromisoformat(date)
    properties.created = properties.modified = when


class _Writer:
    """Writes the document, block after block."""

    def __init__(self, word: WordDocument, document: Document) -> None:
        self.word = word
        self.document = document
        self.texts = {note.number: note.text for note in document.notes}
        self.footnotes = Footnotes(word)

    def write(self) -> None:
        """Write the title page, the contents, the chapters, and the foot of each page."""
        self._title_page()
        self._contents()
        for number, chapter in enumerate(self.document.chapters, start=1):
            self._chapter(chapter, number)
        foot = " · ".join(filter(None, (self.document.title, self.document.rights)))
        add_page_foot(self.word, foot)

    def _title_page(self) -> None:
        document = self.document
        self.word.add_paragraph(document.about, style="Notice")
        self.word.add_paragraph(document.title, style="Title")
        self.word.add_paragraph(document.subtitle, style="Subtitle")
        self.word.add_paragraph(f"“{document.theme}”", style="Subtitle")
        if document.updated:
            self.word.add_paragraph(f"Last update: {document.updated}")
        if document.notice:
            self.word.add_paragraph(document.notice, style="Notice")

    def _contents(self) -> None:
        self.word.add_paragraph("Table of Contents", style="TOC Heading")
        add_contents(self.word, [chapter.title for chapter in self.document.chapters])

    def _chapter(self, chapter: Chapter, number: int) -> None:
        add_bookmark(self._heading(chapter.title, 1), number)
        _Reader(self).read(chapter.introduction)
        for part in chapter.parts:
            if part.heading:
                self._heading(part.heading, 2)
            for group in part.groups:
                self._group(group)

    def _group(self, group: Group) -> None:
        if group.topic:
            self._heading(group.topic, 3)
        _Reader(self).read(group.lead_in)
        style = "Normal"
        if group.kind == "box":
            style = PRACTICE_STYLE
            self.word.add_paragraph(style=style).add_run(group.heading).bold = True
        for text in group.texts:
            _Reader(self, group.kind == "list", style).read(text)

    def _heading(self, text: str, level: int) -> WordParagraph:
        paragraph = self.word.add_paragraph(style=f"Heading {level}")
        _Reader(self, paragraph=paragraph).read(text)
        return paragraph

    def add_footnote(self, paragraph: WordParagraph, number: int) -> None:
        """Add the reference of a footnote to a paragraph, and the footnote itself."""
        reader = _Reader(self, paragraph=self.footnotes.add(paragraph, number))
        reader.feed(_html(self.texts[number]))
        reader.close()


def _html(text: str) -> str:
    return to_html(text, lambda number: f'<a href="{_MARK}{number}"></a>', placeholders=True)


class _Reader(HTMLParser):
    """Reads the HTML of one text into paragraphs and runs.

    With ``paragraph`` it adds all to that one; else each paragraph, point or heading is a new one.
    """

    def __init__(
        self,
        writer: _Writer,
        bullet: bool = False,
        style: str = "Normal",
        paragraph: WordParagraph | None = None,
    ) -> None:
        super().__init__(convert_charrefs=True)
        self.writer = writer
        self.style = style
        self.lists = 1 if bullet else 0
        self.fixed = paragraph
        self.paragraph = paragraph
        self.open: list[str] = []
        self.address = ""
        self.bold = 0
        self.added = -1

    def read(self, text: str) -> None:
        """Read a Markdown text; a verb that we set in bold type gets a style of its own."""
        verbs = self.writer.document.verbs
        place = verbs.plain_verb(text)
        self.added = text[: place[0]].count("**") // 2 if place else -1
        self.feed(_html(verbs.with_bold_verb(text)))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        address = dict(attrs).get("href") or ""
        if tag in ("ul", "ol"):
            self.lists += 1
            self.paragraph = self.fixed  # a list within a point begins a paragraph of its own
        elif tag in ("p", "li"):
            self._begin(_BULLETS[min(self.lists, 3) - 1] if self.lists else self.style)
        elif tag in ("h2", "h3", "h4", "h5", "h6"):
            self._begin(f"Heading {int(tag[1]) - 1}")
        elif tag == "a" and address.startswith(_MARK) and self.paragraph:
            self.writer.add_footnote(self.paragraph, int(address.removeprefix(_MARK)))
        elif tag == "a":
            self.address = address
        elif tag == "strong":
            tag = _ADDED if self.bold == self.added else tag
            self.bold += 1
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        if tag == "strong" and _ADDED in self.open:
            tag = _ADDED
        if tag in self.open:
            del self.open[len(self.open) - 1 - self.open[::-1].index(tag) :]
        if tag in ("ul", "ol"):
            self.lists -= 1
        if tag == "a":
            self.address = ""
        if tag in ("p", "li", "h2", "h3", "h4", "h5", "h6") and self.fixed is None:
            self.paragraph = None

    def handle_data(self, data: str) -> None:
        """Add words to the paragraph that is open."""
        text = data.replace("\n", " ")
        if self.paragraph is None or not (text.strip() or self.open):
            return
        if self.address:
            add_link(self.paragraph, text, self.address)
            return
        styles = {"a": LOST_LINK_STYLE, _ADDED: URGENCY_STYLE}
        style = next((styles[tag] for tag in self.open if tag in styles), None)
        run = self.paragraph.add_run(text, style)
        run.bold = True if "strong" in self.open else None
        run.italic = True if "em" in self.open else None

    def _begin(self, style: str) -> None:
        """Begin a paragraph, unless one is open: a point that begins with a paragraph is one."""
        if self.paragraph is None:
            self.paragraph = self.writer.word.add_paragraph(style=style)
