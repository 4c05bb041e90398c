"""A factsheet as a document: headings, paragraphs, lists, boxes and footnotes, in order.

All formats are written from this one form. Texts are Markdown; a marker ``[^7]`` has the number
that the footnote has in the whole document, counted here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.text.order import KEYS, ChapterContent, Entry, FactsheetContent

PRACTICE_STYLE = "Promising Practice"
"""The style of Word that boxes of practices have, as they are written and as they are read."""
_AT_THE_START = re.compile(r"(\A|[.!?][”\"]?\s+|\n(?:- )?)\{party\}")


@dataclass(frozen=True)
class Heading:
    """A heading; ``level`` 1 is the title of the document, 2 a chapter."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, or a run of Markdown blocks such as an introduction."""

    text: str


@dataclass
class BulletList:
    """A list; a point may hold a list of sub-points (lines that begin with ``- ``)."""

    points: list[str] = field(default_factory=list)


@dataclass
class Box:
    """A box of promising practices: its heading, and a text for each practice."""

    heading: str
    texts: list[str] = field(default_factory=list)


Node = Heading | Paragraph | BulletList | Box


@dataclass(frozen=True)
class Note:
    """A footnote with its number in the document."""

    number: int
    text: str


@dataclass
class Section:
    """A chapter: its nodes in order, and the footnotes that its texts mark.

    Its heading is the first node.
    """

    title: str
    nodes: list[Node] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True)
class Document:
    """A whole factsheet: the lines of its title page, and its sections.

    ``updated`` is the date as the Secretariat writes it, ``25.05.2023``; ``date`` is the same in
    ISO 8601; both are empty where there is none. ``notice`` is a sentence for the reader where
    the specific part is not in the data.
    """

    title: str
    subtitle: str
    theme: str
    updated: str
    date: str
    notice: str
    publisher: str
    rights: str
    sections: tuple[Section, ...]

    @property
    def notes(self) -> tuple[Note, ...]:
        """All footnotes, in order."""
        return tuple(note for section in self.sections for note in section.notes)


def document_of(tables: Tables, content: FactsheetContent) -> Document:
    """The document of a factsheet’s content; ``{party}`` becomes the Party’s name."""
    builder = _Builder(tables, content)
    sections = tuple(builder.section(chapter) for chapter in content.chapters)
    own: Row = content.document or {}
    name = content.party["name"].upper()
    date = own.get("date", "")
    return Document(
        title=own.get("title") or f"FACTSHEET – {name}",
        subtitle=content.report["title"].partition(f"“{content.round['theme']}”")[0].strip(),
        theme=content.round["theme"],
        updated=".".join(reversed(date.split("-"))),
        date=date,
        notice="" if content.document else _notice(content.party),
        publisher=content.report["publisher"],
        rights=content.report["rights"],
        sections=sections,
    )


def _notice(party: Row) -> str:
    name = party["name_in_sentence"]
    return (
        f"The part of this factsheet that is specific to {name} is not in the data yet. What "
        "follows is the text that the factsheets of all Parties share, with the name of this one."
    )


class _Builder:
    """Builds the sections, counting footnotes over the whole document."""

    def __init__(self, tables: Tables, content: FactsheetContent) -> None:
        self.content = content
        self.count = 0
        self.notes = {
            (field_name, row[field_name], row["marker"]): row["text"]
            for row in tables.rows("citations")
            for field_name in KEYS.values()
            if row[field_name]
        }
        self.section_now = Section("")
        self.lead_in = ""

    def section(self, chapter: ChapterContent) -> Section:
        row = chapter.chapter
        self.section_now = Section(f"{row['number']}. {row['title']}")
        self._add(Heading(2, self.section_now.title))
        introduction = self._named(self._marked("chapters", row, row["introduction"]))
        if introduction:
            self._add(Paragraph(introduction))
        for heading, entries in (
            (row["specific_heading"], chapter.specific),
            (row["generic_heading"], chapter.generic),
        ):
            if entries:
                self._part(self._named(heading), entries)
        return self.section_now

    def _part(self, heading: str, entries: tuple[Entry, ...]) -> None:
        if heading:
            self._add(Heading(3, heading))
        topic = self.lead_in = ""
        for entry in entries:
            if entry.table != "practices" and entry.row["topic"] != topic:
                topic, self.lead_in = entry.row["topic"], ""
                self._add(Heading(4, topic))
            self._entry(entry)

    def _entry(self, entry: Entry) -> None:
        text = self._marked(entry.table, entry.row, entry.row["text"])
        if entry.table == "practices":
            self._practice(entry.row["heading"], text)
            return
        lead_in = self._named(entry.row["lead_in"])
        if entry.row["layout"] == "bullet":
            if lead_in and lead_in != self.lead_in:
                self._add(Paragraph(lead_in))
                self.lead_in = lead_in
            self._bullet(text)
        elif entry.row["layout"] == "inline" and self.section_now.nodes:
            self._run_on(text)
        else:
            self.lead_in = ""
            self._add(Paragraph(f"{lead_in} {text}".strip()))

    def _practice(self, heading: str, text: str) -> None:
        last = self.section_now.nodes[-1]
        if isinstance(last, Box) and last.heading == heading:
            last.texts.append(text)
        else:
            self._add(Box(heading, [text]))

    def _bullet(self, text: str) -> None:
        last = self.section_now.nodes[-1]
        if isinstance(last, BulletList):
            last.points.append(text)
        else:
            self._add(BulletList([text]))

    def _run_on(self, text: str) -> None:
        last = self.section_now.nodes[-1]
        if isinstance(last, BulletList):
            last.points[-1] += f" {text}"
        elif isinstance(last, Paragraph):
            self.section_now.nodes[-1] = Paragraph(f"{last.text} {text}")
        else:
            self._add(Paragraph(text))

    def _add(self, node: Node) -> None:
        self.section_now.nodes.append(node)

    def _named(self, text: str) -> str:
        """The text with the Party’s name; its article has a capital where a sentence begins."""
        name = self.content.party["name_in_sentence"]
        text = _AT_THE_START.sub(lambda found: found[1] + name[:1].upper() + name[1:], text)
        return text.replace("{party}", name)

    def _marked(self, table: str, row: Row, text: str) -> str:
        """The text with the numbers of the document in its markers; its footnotes are noted."""
        key = KEYS[table]

        def number(found: re.Match[str]) -> str:
            self.count += 1
            words = self.notes.get((key, row[key], found[1]), "")
            self.section_now.notes.append(Note(self.count, words))
            return f"[^{self.count}]"

        return re.sub(r"\[\^([0-9]+)\]", number, text)
