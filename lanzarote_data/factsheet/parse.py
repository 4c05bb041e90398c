"""The blocks of a factsheet read as what they are: chapters, and the items that stand in them.

How the Secretariat writes a factsheet, and so how it is read:

- a chapter has an introduction, a part specific to the Party and a generic part, each under its
  own heading; other headings within a part are sub-headings (*topics*);
- a paragraph whose sentence has the verb of an urgency and ends with a colon introduces the
  recommendations of the list below it; without a colon it is a recommendation itself;
- any other paragraph or bullet of the specific part is an observation;
- a box of promising practices may stand anywhere, even within a sentence of the part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from lanzarote_data.errors import SourceError
from lanzarote_data.factsheet.blocks import (
    Block,
    Footnote,
    SourceText,
    continues,
    ends_with_marker,
    read_source,
    without_bold,
)

ItemKind = Literal["recommendation", "observation", "practice"]
Part = Literal["introduction", "specific", "generic"]

_CHAPTER = re.compile(r"([IVXLC]+)\.\s+(.+)")
_SPECIFIC = re.compile(r"Observations\b.*\bspecific to\b.*", re.IGNORECASE)
_GENERIC = re.compile(r"Generic recommendations\b.*", re.IGNORECASE)
_BOX = re.compile(r"(?:Examples? of )?promising practices?\s*:?", re.IGNORECASE)
_TITLE = re.compile(r"FACTSHEET\s*[–—-]\s*(.+)", re.IGNORECASE)
_UPDATE = re.compile(r"Last update\s*:?\s*([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", re.IGNORECASE)
_VERB = re.compile(
    r"\*\*(require|request|invite)s\*\*|\bCommittee (?:\w+ )?(require|request|invite)s\b"
)
_SENTENCE_START = re.compile(r"[.!?][”\"’)]?(?:<sup>[^<]*</sup>)?\s+(?=[A-Z“\"])")


@dataclass
class Item:
    """A recommendation, observation or practice while its text is put together.

    ``heading`` is the heading of a practice's box. ``open_list`` says that the text ends with a
    list of sub-points that may go on, ``list_depth`` how deep its sub-points are indented.
    """

    kind: ItemKind
    part: Part
    text: str
    line: int
    topic: str = ""
    lead_in: str = ""
    layout: str = "paragraph"
    heading: str = ""
    list_depth: int = -1

    @property
    def open_list(self) -> bool:
        """Whether the next bullet may be a sub-point of this item."""
        return self.text.endswith(":") or (self.list_depth >= 0 and not ends_with_marker(self.text))


@dataclass
class Chapter:
    """A chapter as read: its introduction (blocks of text), headings and items, in order."""

    number: str
    title: str
    line: int
    introduction: list[str] = field(default_factory=list)
    specific_heading: str = ""
    generic_heading: str = ""
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class Doubt:
    """Something that a person should look at: the line of the source, and why."""

    code: str
    line: int
    message: str


@dataclass(frozen=True)
class Factsheet:
    """A factsheet as read from its text.

    ``front`` are the words of its title page; ``left_out`` are page furniture and the contents
    page; ``unplaced`` is text for which no place was found, which a person must place.
    """

    party_name: str
    title: str
    date: str
    front: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    footnotes: tuple[Footnote, ...]
    left_out: tuple[Block, ...]
    unplaced: tuple[Block, ...]
    doubts: tuple[Doubt, ...]


def parse_factsheet(text: str) -> Factsheet:
    """Read the text of a factsheet.

    :raises SourceError: the text has no title “FACTSHEET – …” or no chapter.
    """
    source = read_source(text)
    starts = [i for i, block in enumerate(source.body) if _chapter_heading(block)]
    if not starts:
        raise SourceError(
            "No chapter heading such as “II. Legal frameworks” was found.",
            "Give the text of a whole factsheet, with its headings.",
        )
    front = source.body[: starts[0]]
    reader = _Reader()
    for block in source.body[starts[0] :]:
        reader.read(block)
    return _factsheet(source, front, reader)


def _factsheet(source: SourceText, front: tuple[Block, ...], reader: _Reader) -> Factsheet:
    words = [without_bold(block.text) for block in front]
    title = next((text for text in words if _TITLE.fullmatch(text)), "")
    if not title:
        raise SourceError(
            "The title “FACTSHEET – ” with the name of the Party was not found.",
            "Give the text of a whole factsheet, with its title.",
        )
    dates = [found for found in map(_UPDATE.fullmatch, words) if found]
    contents = tuple(block for block in front if block.text == "Table of Contents")
    return Factsheet(
        party_name=re.sub(_TITLE, r"\1", title),
        title=title,
        date="-".join((dates[0][3], dates[0][2].zfill(2), dates[0][1].zfill(2))) if dates else "",
        front=tuple(text for text in words if text != "Table of Contents"),
        chapters=tuple(reader.chapters),
        footnotes=source.footnotes,
        left_out=source.left_out + contents,
        unplaced=tuple(reader.unplaced),
        doubts=tuple(reader.doubts),
    )


def _chapter_heading(block: Block) -> re.Match[str] | None:
    return _CHAPTER.fullmatch(block.text) if block.kind == "heading" else None


class _Reader:
    """Reads block after block; what is read so far decides what the next block is."""

    def __init__(self) -> None:
        self.chapters: list[Chapter] = []
        self.unplaced: list[Block] = []
        self.doubts: list[Doubt] = []
        self.part: Part = "introduction"
        self.topic = ""
        self.lead_in = ""
        self.lead_in_kind: ItemKind | None = None
        self.box = ""
        self.last: Item | None = None

    @property
    def chapter(self) -> Chapter:
        return self.chapters[-1]

    def read(self, block: Block) -> None:
        chapter = _chapter_heading(block)
        if chapter:
            self._begin_chapter(Chapter(chapter[1], chapter[2], block.line))
        elif _BOX.fullmatch(without_bold(block.text)):
            self.box = without_bold(block.text)
        elif block.kind == "heading":
            self._heading(block)
        elif self.part == "introduction":
            self._introduce(block)
        elif block.kind == "bullet":
            self.box = ""
            self._bullet(block)
        else:
            self._paragraph(block)

    def _begin_chapter(self, chapter: Chapter) -> None:
        self.chapters.append(chapter)
        self.part, self.last = "introduction", None
        self._begin_topic("")

    def _begin_topic(self, topic: str) -> None:
        self.topic, self.lead_in, self.lead_in_kind, self.box = topic, "", None, ""

    def _heading(self, block: Block) -> None:
        if _SPECIFIC.fullmatch(block.text):
            self.part, self.chapter.specific_heading = "specific", block.text
            self._begin_topic("")
        elif _GENERIC.fullmatch(block.text):
            self.part, self.chapter.generic_heading = "generic", block.text
            self._begin_topic("")
        elif self.part == "introduction":
            self.chapter.introduction.append("#" * max(block.depth, 2) + " " + block.text)
        else:
            self._begin_topic(block.text)

    def _introduce(self, block: Block) -> None:
        """Add a block to the introduction of the chapter."""
        blocks = self.chapter.introduction
        if block.kind == "bullet":
            text = " " * block.depth + "- " + block.text
            if blocks and blocks[-1].lstrip().startswith("- "):
                blocks[-1] += "\n" + text
            else:
                blocks.append(text)
        elif blocks and self._goes_on(blocks[-1], block):
            blocks[-1] += " " + block.text
        else:
            blocks.append(block.text)

    def _goes_on(self, text: str, block: Block) -> bool:
        """Whether the block continues the text; an uncertain join is put down as a doubt."""
        answer = continues(text, block.text)
        if answer is None:
            message = "This line was joined to the text before it, which stops within a sentence."
            self.doubts.append(Doubt("uncertain-join", block.line, message))
        return answer is not False

    def _paragraph(self, block: Block) -> None:
        if self.last and self._continues_last(self.last, block):
            self.last.text += " " + block.text
            self.box = ""
        elif self.box and not _VERB.search(block.text):
            self._add(Item("practice", self.part, block.text, block.line, heading=self.box))
        else:
            self.box, self.lead_in, self.lead_in_kind = "", "", None
            self._statement(block)

    def _continues_last(self, last: Item, block: Block) -> bool:
        """Whether the block goes on with the last item; across a box only in small letters."""
        if not self.box:
            return self._goes_on(last.text, block)
        if not continues(last.text, block.text):
            return False
        message = "This text goes on with a sentence that a box cut in two; the parts were joined."
        self.doubts.append(Doubt("joined-across-box", block.line, message))
        return True

    def _statement(self, block: Block) -> None:
        """A paragraph that stands for itself, or that introduces a list."""
        before, sentence = _split_at_verb(block.text)
        if self.part == "generic":
            before, sentence = "", f"{before} {sentence}".strip() if sentence else block.text
        if before and (sentence or not before.endswith(":")):
            self._add(self._item("observation", before, block))
        if sentence.endswith(":"):
            self.lead_in, self.lead_in_kind, self.last = sentence, "recommendation", None
        elif before.endswith(":") and not sentence:
            self.lead_in, self.lead_in_kind, self.last = before, "observation", None
        elif sentence and before:
            self._add(self._item("recommendation", sentence, block, "inline"))
        elif sentence:
            item = self._item("recommendation", sentence, block)
            item.lead_in, item.text = _split_lead_in(sentence)
            self._add(item)

    def _bullet(self, block: Block) -> None:
        if self.last and self._is_sub_point(self.last, block):
            self.last.text += "\n- " + block.text
            self.last.list_depth = block.depth
            return
        before, sentence = _split_at_verb(block.text)
        if sentence and before and self.part == "specific":
            self._add(self._bullet_item("observation", before, block))
            self._add(self._item("recommendation", sentence, block, "inline"))
        elif sentence:
            self._add(self._item("recommendation", block.text, block, "bullet"))
        elif self.lead_in_kind:
            self._add(self._bullet_item(self.lead_in_kind, block.text, block))
        elif self.part == "specific":
            self._add(self._item("observation", block.text, block, "bullet"))
        else:
            self.unplaced.append(block)

    @staticmethod
    def _is_sub_point(item: Item, block: Block) -> bool:
        if item.layout != "bullet":
            return False
        if item.list_depth >= 0 and block.depth != item.list_depth:
            return False
        return item.open_list if block.depth == 0 else True

    def _bullet_item(self, kind: ItemKind, text: str, block: Block) -> Item:
        item = self._item(kind, text, block, "bullet")
        item.lead_in = self.lead_in if kind == self.lead_in_kind else ""
        return item

    def _item(self, kind: ItemKind, text: str, block: Block, layout: str = "paragraph") -> Item:
        return Item(kind, self.part, text, block.line, self.topic, layout=layout)

    def _add(self, item: Item) -> None:
        if item.kind == "observation" and item.part == "generic":
            self.unplaced.append(Block("paragraph", item.text, item.line))
            return
        self.chapter.items.append(item)
        if item.kind != "practice":
            self.last = item


def verb_of(text: str) -> str:
    """The urgency whose verb a text has: ``require``, ``request``, ``invite``, or empty.

    >>> verb_of("The Committee **invites** {party}:")
    'invite'
    """
    found = _VERB.search(text)
    return (found[1] or found[2]) if found else ""


def _split_at_verb(text: str) -> tuple[str, str]:
    """What stands before the sentence that has a verb of urgency, and that sentence and the rest.

    The second text is empty where there is no such verb.
    """
    verb = _VERB.search(text)
    if not verb:
        return text, ""
    starts = [found.end() for found in _SENTENCE_START.finditer(text, 0, verb.start())]
    cut = starts[-1] if starts else 0
    return text[:cut].strip(), text[cut:]


def _split_lead_in(sentence: str) -> tuple[str, str]:
    """A recommendation in running text cut into its lead-in and its text, before “to”."""
    verb = _VERB.search(sentence)
    cut = sentence.find(" to ", verb.end() if verb else 0)
    return (sentence[:cut], sentence[cut + 1 :]) if cut > 0 else ("", sentence)


def introduction_text(blocks: Iterable[str]) -> str:
    """The blocks of an introduction as one Markdown text."""
    return "\n\n".join(blocks)
