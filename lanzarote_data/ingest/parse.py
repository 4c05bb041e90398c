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
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from lanzarote_data.ingest.blocks import (
    BOX,
    CHAPTER,
    GENERIC,
    SPECIFIC,
    Block,
    Doubt,
    SourceText,
)
from lanzarote_data.ingest.front import Front, read_front
from lanzarote_data.ingest.notation import ends_with_marker, words
from lanzarote_data.model.errors import SourceError
from lanzarote_data.text.verbs import VERB
from lanzarote_data.validate.schema import shown

ItemKind = Literal["recommendation", "observation", "practice"]
Part = Literal["introduction", "specific", "generic"]

_INLINE_BOX = re.compile(rf"(?:\*\*)?({BOX.pattern[:-1]})(?:\*\*)?\s+(\S.*)", re.IGNORECASE)
_SENTENCE_START = re.compile(r"[.!?][”\"’)]?(?:\[\^[0-9]+\])*\s+(?=[A-Z“\"])")
_OF_THE_COMMITTEE = re.compile(r"(?:\w+, )?(?:The|the) (?:Lanzarote )?Committee\b|It also\b")


@dataclass
class Item:
    """A recommendation, observation or practice while its text is put together.

    ``heading`` is the heading of a practice's box; ``depth`` how deep its bullet is indented, and
    ``list_depth`` its first sub-point, or -1.
    """

    kind: ItemKind
    part: Part
    text: str
    line: int
    topic: str = ""
    lead_in: str = ""
    layout: str = "paragraph"
    heading: str = ""
    depth: int = 0
    list_depth: int = -1

    def takes(self, bullet: Block) -> bool:
        """Whether a bullet is a sub-point of this item.

        It is when it is indented deeper. Where sub-points are not indented, they follow a colon,
        and go on to the one that ends with the footnote of the whole or with a full stop; in a
        box, to its end.
        """
        if self.kind == "practice":
            return self.text.endswith(":") or self.list_depth >= 0
        if self.layout != "bullet":
            return False
        if bullet.depth > self.depth:
            return True
        is_closed = ends_with_marker(self.text) or self.text.endswith(".")
        has_flat_list = self.list_depth == self.depth
        return bullet.depth == self.depth and (
            self.text.endswith(":") or (has_flat_list and not is_closed)
        )

    def add_sub_point(self, bullet: Block) -> None:
        """Add a bullet as a sub-point, or as a sub-point of a sub-point."""
        if self.list_depth < 0:
            self.list_depth = bullet.depth
        indent = "  " if bullet.depth > self.list_depth else ""
        self.text += f"\n{indent}- {bullet.text}"


@dataclass
class Chapter:
    """A chapter as read: its introduction (blocks of text), headings and items, in order.

    ``heading`` is its heading as the source has it, with number and title; ``headings`` are those
    of its parts.
    """

    number: str
    title: str
    heading: str
    line: int
    introduction: list[str] = field(default_factory=list)
    headings: dict[Part, str] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)

    @property
    def introduction_text(self) -> str:
        """The blocks of the introduction as one Markdown text."""
        return "\n\n".join(self.introduction)


@dataclass(frozen=True)
class Factsheet:
    """A factsheet as read from its source.

    ``shared`` are the blocks that several items share, each once: lead-ins, sub-headings, and
    headings of boxes. ``unplaced`` is text for which no place was found: a person must place it.
    """

    source: SourceText
    front: Front
    chapters: tuple[Chapter, ...]
    shared: tuple[Block, ...]
    left_out: tuple[Block, ...]
    unplaced: tuple[Block, ...]
    doubts: tuple[Doubt, ...]


def parse_factsheet(source: SourceText, titles: Mapping[str, str] | None = None) -> Factsheet:
    """Read the text of a factsheet.

    ``titles`` gives the numbers of chapters by their titles, for a source whose chapter numbers
    Word counts and does not write.

    :raises SourceError: the text has no title “FACTSHEET – …” or no chapter.
    """
    numbers = {tuple(words(title)): number for title, number in (titles or {}).items()}
    body = [_with_number(block, numbers) for block in source.body]
    starts = [index for index, block in enumerate(body) if _chapter_heading(block)]
    if not starts:
        raise SourceError(
            f"No chapter heading such as “II. Legal frameworks” was found in {source.name}.",
            "Give the text of a whole factsheet, with its headings.",
        )
    front = read_front(body[: starts[0]], source.name)
    reader = _Reader()
    for block in body[starts[0] :]:
        reader.read(block)
    reader.finish()
    return Factsheet(
        source=source,
        front=front,
        chapters=tuple(reader.chapters),
        shared=tuple(reader.shared),
        left_out=(*front.left_out, *source.left_out, *reader.left_out),
        unplaced=tuple(reader.unplaced),
        doubts=(*source.doubts, *front.doubts, *reader.doubts),
    )


def _with_number(block: Block, numbers: Mapping[tuple[str, ...], str]) -> Block:
    """A heading with the number of the chapter whose title it is, if it has none."""
    number = numbers.get(tuple(words(block.text))) if block.kind == "heading" else None
    return replace(block, text=f"{number}. {block.text}") if number else block


def _chapter_heading(block: Block) -> re.Match[str] | None:
    return CHAPTER.fullmatch(block.text) if block.kind == "heading" else None


@dataclass
class _Shared:
    """A block that the items below it share, until one does: a lead-in, sub-heading, or box."""

    block: Block
    kind: ItemKind | None = None
    used: bool = False


class _Reader:
    """Reads block after block; what is read so far decides what the next block is."""

    def __init__(self) -> None:
        self.chapters: list[Chapter] = []
        self.shared: list[Block] = []
        self.left_out: list[Block] = []
        self.unplaced: list[Block] = []
        self.doubts: list[Doubt] = []
        self.part: Part = "introduction"
        self.topic: _Shared | None = None
        self.lead_in: _Shared | None = None
        self.box: _Shared | None = None
        self.last: Item | None = None
        self.list_depth = 0

    @property
    def chapter(self) -> Chapter:
        return self.chapters[-1]

    def read(self, block: Block) -> None:
        """Read the next block."""
        chapter = _chapter_heading(block)
        inline_box = _INLINE_BOX.fullmatch(block.text) if block.kind == "paragraph" else None
        if chapter:
            self._begin_chapter(Chapter(chapter[1], chapter[2], block.text, block.line), block)
        elif BOX.fullmatch(block.words):
            self._begin_box(replace(block, text=block.words))
        elif inline_box:
            self._begin_box(replace(block, text=inline_box[1]))
            self._practice(replace(block, text=inline_box[2]))
        elif self.box and self._is_practice(self.box, block):
            self._practice(block)
        else:
            self._end_box()
            self._read_text(block)

    def finish(self) -> None:
        """End what is being read; nothing that introduced nothing is lost."""
        self._end_list()
        self._end_box()
        self._close(self.topic)

    def _close(self, shared: _Shared | None) -> None:
        """Put down a block that items shared as placed, or as without a place."""
        if shared:
            (self.shared if shared.used else self.unplaced).append(shared.block)

    def _end_list(self) -> None:
        """End the list that is being read; without points, what introduces it is text itself."""
        lead_in, self.lead_in = self.lead_in, None
        if lead_in and lead_in.kind == "observation" and not lead_in.used:
            self._add(self._item("observation", lead_in.block.text, lead_in.block))
        else:
            self._close(lead_in)

    def _end_box(self) -> None:
        self._close(self.box)
        self.box = None

    def _read_text(self, block: Block) -> None:
        if block.kind == "heading":
            self._heading(block)
        elif self.part == "introduction":
            self._introduce(block)
        elif block.kind == "bullet":
            self._bullet(block)
        else:
            self._paragraph(block)

    def _begin_chapter(self, chapter: Chapter, block: Block) -> None:
        self._begin_topic(None)
        if any(chapter.number == other.number for other in self.chapters):
            self.unplaced.append(block)
            return
        self.chapters.append(chapter)
        self.part = "introduction"

    def _begin_topic(self, topic: Block | None) -> None:
        self.finish()
        self.topic = _Shared(topic) if topic else None
        self.last = None

    def _begin_box(self, heading: Block) -> None:
        self._end_box()
        self.box = _Shared(heading)

    def _is_practice(self, box: _Shared, block: Block) -> bool:
        """Whether a block belongs to the open box.

        A frame says so. Without one, a box ends with a bullet, a heading, or a paragraph that
        recommends; or, in the specific part, with one that says what the Committee observes.
        """
        if box.block.framed or block.framed:
            return block.framed and block.kind != "heading"
        if block.kind != "paragraph" or VERB.search(block.text):
            return False
        if self.part != "specific" or not box.used:
            return True
        if _OF_THE_COMMITTEE.match(block.text):
            return False
        message = f"{shown(block.text)} was read as one more practice of the box above it."
        self.doubts.append(Doubt("practice-assumed", block.line, message))
        return True

    def _practice(self, block: Block) -> None:
        last = self.chapter.items[-1] if self.chapter.items else None
        if block.kind == "bullet" and last and last.kind == "practice" and last.takes(block):
            last.add_sub_point(block)
            return
        item = self._item("practice", block.text, block)
        if self.box:
            item.heading, self.box.used = self.box.block.text, True
        self.chapter.items.append(item)

    def _heading(self, block: Block) -> None:
        if SPECIFIC.fullmatch(block.text):
            self._begin_part("specific", block)
        elif GENERIC.fullmatch(block.text):
            self._begin_part("generic", block)
        elif self.part == "introduction":
            self.chapter.introduction.append("#" * max(block.depth, 2) + " " + block.text)
        else:
            self._begin_topic(block)

    def _begin_part(self, part: Literal["specific", "generic"], block: Block) -> None:
        self._begin_topic(None)
        self.part = part
        heading = self.chapter.headings.setdefault(part, block.text)
        if heading is not block.text:
            (self.left_out if words(heading) == words(block.text) else self.unplaced).append(block)

    def _introduce(self, block: Block) -> None:
        """Add a block to the introduction of the chapter."""
        blocks = self.chapter.introduction
        if block.kind != "bullet":
            blocks.append(block.text)
            return
        if blocks and blocks[-1].startswith("- "):
            indent = "  " if block.depth > self.list_depth else ""
            blocks[-1] += f"\n{indent}- {block.text}"
        else:
            self.list_depth = block.depth
            blocks.append(f"- {block.text}")

    def _paragraph(self, block: Block) -> None:
        """A paragraph that stands for itself, or whose end introduces a list."""
        self._end_list()
        statements = _statements(block.text)
        if self.part == "generic" and len(statements) > 1 and not VERB.search(statements[0]):
            statements[:2] = [f"{statements[0]} {statements[1]}"]
        for index, text in enumerate(statements):
            statement = replace(block, text=text)
            if text.endswith(":") and index == len(statements) - 1:
                self.lead_in, self.last = _Shared(statement, _kind_of(text)), None
            else:
                self._statement(statement, is_first=index == 0)

    def _statement(self, block: Block, is_first: bool) -> None:
        """Add what a paragraph says; after its first statement, in running text."""
        kind = _kind_of(block.text)
        item = self._item(kind, block.text, block, "paragraph" if is_first else "inline")
        if kind == "recommendation" and is_first:
            item.lead_in, item.text = _split_lead_in(block.text)
        self._add(item)

    def _bullet(self, block: Block) -> None:
        if self.last and self.last.takes(block):
            self.last.add_sub_point(block)
            return
        first, *others = _statements(block.text)
        if VERB.search(block.text) and (self.part == "generic" or not others):
            self._add(self._item("recommendation", block.text, block, "bullet"))
        elif self.lead_in and self.lead_in.kind and not others:
            self._add(self._bullet_item(self.lead_in.kind, block.text, block))
        elif self.part == "specific":
            self._add(self._bullet_item(_kind_of(first), first, block))
            for text in others:
                self._statement(replace(block, text=text), is_first=False)
        else:
            self.unplaced.append(block)

    def _bullet_item(self, kind: ItemKind, text: str, block: Block) -> Item:
        item = self._item(kind, text, block, "bullet")
        if self.lead_in and kind == self.lead_in.kind:
            item.lead_in, self.lead_in.used = self.lead_in.block.text, True
        return item

    def _item(self, kind: ItemKind, text: str, block: Block, layout: str = "paragraph") -> Item:
        topic = self.topic.block.text if self.topic else ""
        return Item(kind, self.part, text, block.line, topic, layout=layout, depth=block.depth)

    def _add(self, item: Item) -> None:
        if item.kind == "observation" and item.part == "generic":
            self.unplaced.append(Block("paragraph", item.text, item.line))
            return
        self.chapter.items.append(item)
        self.last = item
        if self.topic:
            self.topic.used = True


def _kind_of(statement: str) -> ItemKind:
    return "recommendation" if VERB.search(statement) else "observation"


def _statements(text: str) -> list[str]:
    """A text cut where a sentence begins that recommends, or that observes after one that does.

    >>> _statements("It notes a fact. The Committee **invites** all to act. Soon. It also notes:")
    ['It notes a fact.', 'The Committee **invites** all to act. Soon.', 'It also notes:']
    """
    starts = [0, *(found.end() for found in _SENTENCE_START.finditer(text))]
    statements: list[str] = []
    recommends = False
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        sentence = text[start:end].strip()
        verb = bool(VERB.search(sentence))
        if not statements or verb or (recommends and _OF_THE_COMMITTEE.match(sentence)):
            statements.append(sentence)
            recommends = verb
        else:
            statements[-1] += f" {sentence}"
    return statements


def _split_lead_in(sentence: str) -> tuple[str, str]:
    """A recommendation in running text cut into its lead-in and its text, before “to”."""
    verb = VERB.search(sentence)
    cut = sentence.find(" to ", verb.end() if verb else 0)
    return (sentence[:cut], sentence[cut + 1 :]) if cut > 0 else ("", sentence)
