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
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Literal

from lanzarote_data.ingest.blocks import (
    BOX,
    GENERIC,
    SPECIFIC,
    Block,
    Doubt,
    SourceText,
    is_part_heading,
)
from lanzarote_data.ingest.front import Front, chapter_heading
from lanzarote_data.ingest.notation import ends_with_marker, without_markers, words
from lanzarote_data.text.references import markers
from lanzarote_data.text.verbs import FoundVerb, Verbs

ItemKind = Literal["recommendation", "observation", "practice"]
Part = Literal["introduction", "specific", "generic"]

_INLINE_BOX = re.compile(rf"(?:\*\*)?({BOX.pattern[:-1]})(?:\*\*)?\s+(\S.*)", re.IGNORECASE)
_SENTENCE_START = re.compile(r"[.!?][”\"’)]?(?:\[\^[0-9]+\])*\s+(?=[A-Z“\"])")
_NOTES = re.compile(r"(?:\[\^[0-9]+\])+[,;]?")
_MERGED = re.compile(
    r"\[\^[0-9]+\][.;,]?(?: and)? (?:[–—•▪→☐*-]|\(?(?:[0-9]{1,2}|[a-z]|[ivx]{1,4})[.)])\s"
)
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

    front: Front
    chapters: tuple[Chapter, ...]
    shared: tuple[Block, ...]
    left_out: tuple[Block, ...]
    unplaced: tuple[Block, ...]
    doubts: tuple[Doubt, ...]

    @property
    def source(self) -> SourceText:
        """What it was read from."""
        return self.front.source

    @cached_property
    def lost_notes(self) -> set[int]:
        """The numbers of the footnotes that a text without a place has."""
        return {number for block in self.unplaced for number in markers(block.text)}


def parse_factsheet(front: Front, verbs: Verbs) -> Factsheet:
    """Read the chapters of a factsheet; ``verbs`` are those of its round."""
    reader = _Reader(verbs)
    for block, following in zip(front.body, (*front.body[1:], None), strict=True):
        reader.read(block, is_before_list=bool(following and following.kind == "bullet"))
    reader.finish()
    return Factsheet(
        front,
        chapters=tuple(reader.chapters),
        shared=tuple(reader.shared),
        left_out=(*front.left_out, *front.source.left_out, *reader.left_out),
        unplaced=tuple(reader.unplaced),
        doubts=(*front.source.doubts, *front.doubts, *reader.doubts),
    )


@dataclass
class _Shared:
    """A block that the items below it share, until one does: a lead-in, sub-heading, or box."""

    block: Block
    kind: ItemKind | None = None
    used: bool = False


class _Reader:
    """Reads block after block; what is read so far decides what the next block is."""

    def __init__(self, verbs: Verbs) -> None:
        self.verbs = verbs
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

    def read(self, block: Block, is_before_list: bool = False) -> None:
        """Read the next block; ``is_before_list`` says that a point of a list follows it."""
        chapter = chapter_heading(block)
        inline_box = _INLINE_BOX.fullmatch(block.text) if block.kind == "paragraph" else None
        if chapter:
            self._begin_chapter(Chapter(chapter[1], chapter[2], block.text, block.line), block)
        elif BOX.fullmatch(block.words):
            self._begin_box(block, block.words)
        elif inline_box:
            self._begin_box(block, inline_box[1])
            self._practice(replace(block, text=inline_box[2]))
        elif self.box and self._is_practice(self.box, block):
            self._practice(block)
        else:
            self._end_box()
            self._read_text(block, is_before_list)

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

    def _read_text(self, block: Block, is_before_list: bool) -> None:
        asks = self.part != "introduction" and self.verbs.urgency_of(block.text)
        if block.kind == "heading" and not (asks and not is_part_heading(block.text)):
            self._heading(block)
        elif self.part == "introduction":
            self._introduce(block)
        elif block.kind == "bullet" or self._is_point(block):
            self._bullet(block)
        else:
            self._paragraph(replace(block, kind="paragraph"), is_before_list)

    def _is_point(self, block: Block) -> bool:
        """Whether a paragraph is a point of the list that is being read, without its mark."""
        lead_in = self.lead_in
        if not (lead_in and lead_in.kind == "recommendation" and block.kind == "paragraph"):
            return False
        if not block.text[:1].islower() or self.verbs.urgency_of(block.text):
            return False
        message = "was read as a point of the list above it."
        self.doubts.append(block.doubt("point-assumed", message))
        return True

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

    def _begin_box(self, block: Block, heading: str) -> None:
        self._end_box()
        self.box = _Shared(replace(block, text=heading))

    def _is_practice(self, box: _Shared, block: Block) -> bool:
        """Whether a block belongs to the open box.

        A frame says so. Without one, a box ends with a bullet, a heading, or a paragraph that
        recommends; or, in the specific part, with one that says what the Committee observes.
        """
        if box.block.framed or block.framed:
            asks = self.verbs.urgency_of(block.text)
            return block.framed and block.kind != "heading" and not asks
        if block.kind != "paragraph" or self.verbs.urgency_of(block.text):
            return False
        if self.part != "specific" or not box.used:
            return True
        if _OF_THE_COMMITTEE.match(block.text):
            return False
        message = "was read as one more practice of the box above it."
        self.doubts.append(block.doubt("practice-assumed", message))
        return True

    def _practice(self, block: Block) -> None:
        last = self.chapters[-1].items[-1] if self.chapters[-1].items else None
        if block.kind == "bullet" and last and last.kind == "practice" and last.takes(block):
            last.add_sub_point(block)
            return
        item = self._item("practice", block.text, block)
        if self.box:
            item.heading, self.box.used = self.box.block.text, True
        self.chapters[-1].items.append(item)

    def _heading(self, block: Block) -> None:
        if SPECIFIC.fullmatch(block.text):
            self._begin_part("specific", block)
        elif GENERIC.fullmatch(block.text):
            self._begin_part("generic", block)
        elif self.part == "introduction":
            self.chapters[-1].introduction.append("#" * max(block.depth, 2) + " " + block.text)
        else:
            self._begin_topic(block)

    def _begin_part(self, part: Part, block: Block) -> None:
        self._begin_topic(None)
        self.part = part
        heading = self.chapters[-1].headings.setdefault(part, block.text)
        if heading is not block.text:
            (self.left_out if words(heading) == words(block.text) else self.unplaced).append(block)

    def _introduce(self, block: Block) -> None:
        """Add a block to the introduction of the chapter."""
        blocks = self.chapters[-1].introduction
        if block.kind != "bullet":
            blocks.append(block.text)
            return
        if blocks and blocks[-1].startswith("- "):
            indent = "  " if block.depth > self.list_depth else ""
            blocks[-1] += f"\n{indent}- {block.text}"
        else:
            self.list_depth = block.depth
            blocks.append(f"- {block.text}")

    def _paragraph(self, block: Block, is_before_list: bool) -> None:
        """A paragraph that stands for itself, or whose end introduces a list."""
        self._end_list()
        statements = self._statements(block.text)
        for index, text in enumerate(statements):
            statement = replace(block, text=text)
            is_last = index == len(statements) - 1
            if is_last and self._is_lead_in(statement, is_before_list):
                self._doubt_verbs(statement)
                self.lead_in, self.last = _Shared(statement, self._kind_of(text)), None
            else:
                self._statement(statement, is_first=index == 0)

    def _is_lead_in(self, statement: Block, is_before_list: bool) -> bool:
        """Whether a statement introduces a list: a colon says so, or that it asks for nothing."""
        if without_markers(statement.text).rstrip(" *").endswith(":"):
            return True
        asks = self._kind_of(statement.text) == "recommendation"
        if not (is_before_list and asks) or markers(statement.text):
            return False
        message = "has no colon, but was read as the lead-in of the list."
        self.doubts.append(statement.doubt("lead-in-assumed", message))
        return True

    def _statement(self, block: Block, is_first: bool) -> None:
        """Add what a paragraph says; after its first statement, in running text."""
        kind = self._kind_of(block.text)
        item = self._item(kind, block.text, block, "paragraph" if is_first else "inline")
        if kind == "recommendation" and is_first:
            item.lead_in, item.text = self._split_lead_in(block.text)
        self._doubt_verbs(block)
        self._add(item)

    def _bullet(self, block: Block) -> None:
        if self.last and self.last.takes(block):
            self._doubt_verbs(block)
            self.last.add_sub_point(block)
            return
        first, *others = self._statements(block.text)
        kind = self._kind_of(first)
        if self.lead_in and self.lead_in.kind and kind == "observation":
            kind = self.lead_in.kind
        elif self.part != "specific" and kind == "observation":
            self.unplaced.append(block)
            return
        self._doubt_verbs(replace(block, text=first), kind)
        item = self._item(kind, first, block, "bullet")
        if self.lead_in and kind == self.lead_in.kind and not self.verbs.urgency_of(first):
            item.lead_in, self.lead_in.used = self.lead_in.block.text, True
        self._add(item)
        for text in others:
            self._statement(replace(block, text=text), is_first=False)

    def _item(self, kind: ItemKind, text: str, block: Block, layout: str = "paragraph") -> Item:
        topic = self.topic.block.text if self.topic else ""
        return Item(kind, self.part, text, block.line, topic, layout=layout, depth=block.depth)

    def _add(self, item: Item) -> None:
        if item.kind == "observation" and item.part == "generic":
            self.unplaced.append(Block("paragraph", item.text, item.line))
            return
        self.chapters[-1].items.append(item)
        self.last = item
        if self.topic:
            self.topic.used = True

    def _kind_of(self, statement: str) -> ItemKind:
        return "recommendation" if self.verbs.urgency_of(statement) else "observation"

    def _statements(self, text: str) -> list[str]:
        """A text cut where a sentence begins that recommends, or observes after one that does.

        In the generic part, what stands before a recommendation belongs to it.
        """
        statements: list[str] = []
        recommends = False
        for sentence in self._sentences(text):
            asks = bool(self.verbs.urgency_of(sentence))
            if not statements or asks or (recommends and _OF_THE_COMMITTEE.match(sentence)):
                statements.append(sentence)
                recommends = asks
            else:
                statements[-1] += f" {sentence}"
        if self.part == "generic" and len(statements) > 1:
            first, second, *others = statements
            if self._kind_of(first) == "observation":
                return [f"{first} {second}", *others]
        return statements

    def _sentences(self, text: str) -> Iterator[str]:
        """The sentences of a text; one that asks twice, each with its footnotes, is two."""
        starts = [0, *(found.end() for found in _SENTENCE_START.finditer(text))]
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
            sentence = text[start:end].strip()
            cuts = _cuts(self.verbs.find(sentence), sentence)
            for first, last in pairwise([0, *cuts, len(sentence)]):
                yield sentence[first:last].strip()

    def _split_lead_in(self, sentence: str) -> tuple[str, str]:
        """A recommendation in running text cut into its lead-in and its text, before “to”."""
        verb = next((verb for verb in self.verbs.find(sentence) if verb.is_plain), None)
        cut = sentence.find(" to ", verb.end if verb else 0)
        return (sentence[:cut], sentence[cut + 1 :]) if cut > 0 else ("", sentence)

    def _doubt_verbs(self, block: Block, kind: ItemKind | None = None) -> None:
        """Put down verbs that are none of the round's, not plain, or more than one."""
        found = self.verbs.find(block.text)
        plain = {verb.urgency: verb.word for verb in found if verb.is_plain}
        if len(plain) > 1:
            listed = " and ".join(f"“{word}”" for word in plain.values())
            message = f"has the verbs {listed}; the first one was stored."
            self.doubts.append(block.doubt("two-verbs", message))
        elif plain and (other := self.verbs.beside(block.text)):
            message = f"has the verb “{other.word}” beside “{next(iter(plain.values()))}”."
            self.doubts.append(block.doubt("two-verbs", message))
        if _MERGED.search(block.text):
            message = "looks like several points of a list; they were not divided."
            self.doubts.append(block.doubt("merged-points", message))
        if plain or kind == "recommendation":
            return
        for verb in found:
            message = f"has the verb “{verb.word}”, but was read as an observation."
            self.doubts.append(block.doubt("unclear-verb", message))
        if unknown := self.verbs.unknown(block.text):
            message = (
                f"has the verb “{unknown.word}”, which is no level of urgency of this round. "
                "It was read as an observation."
            )
            self.doubts.append(block.doubt("unknown-verb", message))


def _cuts(found: list[FoundVerb], sentence: str) -> Iterator[int]:
    """Where a sentence goes on with one more recommendation: after the footnotes of the last."""
    for before, verb in pairwise(verb for verb in found if verb.is_plain):
        for notes in list(_NOTES.finditer(sentence, before.end, verb.start))[-1:]:
            yield notes.end()
