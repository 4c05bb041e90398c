"""The blocks of any reader made a source text: page furniture and footnotes are set apart, headings
found, and sentences joined that a page’s end, its footnotes, or a box cut in two.

Nothing is thrown away: what is set apart is listed, so that a person can see it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from lanzarote_data.ingest.blocks import (
    BOX,
    CHAPTER,
    CONTENTS,
    TITLE,
    Block,
    Doubt,
    Footnote,
    SourceText,
    is_part_heading,
    is_sentence_end,
)
from lanzarote_data.ingest.notation import ends_with_marker, without_markers
from lanzarote_data.model.problems import shown
from lanzarote_data.text.references import read_reference

CHAPTER_LEVEL = 2
PART_LEVEL = 3
TOPIC_LEVEL = 4
_LEADERS = re.compile(r"(?:\.{4}|…{2}|(?:\. ){4})\s*[0-9]+\s*\Z")
_PAGE_NUMBER = re.compile(
    r"(?:page\s+)?[-–—]?\s*[0-9]{1,3}\s*[-–—]?(?:\s*(?:/|of)\s*[0-9]{1,3})?", re.IGNORECASE
)
_TIMES_OF_A_RUNNING_HEAD = 3
_LONGEST_RUNNING_HEAD = 120
_LONGEST_HEADING = 250
# What is longer was not cut off by a page; a hostile source could otherwise take for ever.
_LONGEST = 5_000
_FOOTNOTE = re.compile(r"\[\^([0-9]+)\]:?\s*(.+)", re.DOTALL)
_CITATIONS = ("paragraph", "recommendation", "link")
_OPEN_WORDS = frozenset("a an and as at between by for from in into of on or the to with".split())


def source_text(
    name: str,
    unit: Literal["line", "paragraph"],
    blocks: Iterable[Block],
    footnotes: Sequence[Footnote] | None = None,
    left_out: Iterable[Block] = (),
    doubts: Iterable[Doubt] = (),
    pages: Mapping[int, str] | None = None,
) -> SourceText:
    """What a reader has read as a source text; without ``footnotes`` they are among the blocks."""
    kept, furniture = set_furniture_apart(blocks)
    notes, uncertain = list(footnotes or ()), list(doubts)
    if footnotes is None:
        kept, notes, found = set_footnotes_apart(kept)
        uncertain += found
    headed, assumed = find_headings(kept)
    joiner = _Joiner()
    for block in headed:
        joiner.add(block)
    return SourceText(
        name,
        unit,
        tuple(joiner.blocks),
        tuple(notes),
        (*furniture, *left_out),
        (*uncertain, *assumed, *joiner.doubts),
        pages or {},
    )


def set_furniture_apart(blocks: Iterable[Block]) -> tuple[list[Block], list[Block]]:
    """The blocks of the text, and those that are page furniture, both in order."""
    kept, contents = _contents_apart(list(blocks))
    running = _running_heads(kept)
    text: list[Block] = []
    furniture: list[Block] = []
    for index, block in enumerate(kept):
        is_number = block.kind == "paragraph" and _PAGE_NUMBER.fullmatch(block.words)
        is_line = index in running or is_number or block.text.startswith("©")
        is_furniture = block.kind == "rule" or is_line
        (furniture if is_furniture else text).append(block)
    return text, sorted([*contents, *furniture], key=lambda block: block.line)


def _contents_apart(blocks: list[Block]) -> tuple[list[Block], list[Block]]:
    """The blocks without the contents page, and the contents page.

    It goes on to the first heading or sentence, or to where the chapters’ numbers begin again.
    """
    kept: list[Block] = []
    contents: list[Block] = []
    numerals: set[str] | None = None
    for block in blocks:
        chapter = CHAPTER.fullmatch(block.words)
        if CONTENTS.fullmatch(block.words):
            numerals = set()
        elif numerals is not None and _ends_contents(block, chapter, numerals):
            numerals = None
        is_contents = numerals is not None or block.kind == "contents"
        if block.kind != "rule" and (is_contents or _LEADERS.search(block.text)):
            contents.append(replace(block, kind="contents"))
        else:
            kept.append(block)
        if numerals is not None and chapter:
            numerals.add(chapter[1])
    return kept, contents


def _ends_contents(block: Block, chapter: re.Match[str] | None, numerals: set[str]) -> bool:
    if chapter:
        return block.kind == "heading" or chapter[1] in numerals
    is_text = is_sentence_end(block.text) or block.text.startswith("[^")
    return block.kind == "heading" or (is_text and not _LEADERS.search(block.text))


def _running_heads(blocks: list[Block]) -> set[int]:
    """The indices of lines that are printed on page after page.

    The title is one after the first chapter began, and a chapter's heading when it comes again.
    Any other line is one if it comes three times and is no sentence.
    """
    times = Counter(block.words for block in blocks if _may_run(block))
    chapters: set[str] = set()
    running: set[int] = set()
    for index, block in enumerate(blocks):
        words = block.words
        if CHAPTER.fullmatch(words):
            is_running = words in chapters
            chapters.add(words)
        elif TITLE.fullmatch(words):
            is_running = bool(chapters)
        else:
            is_running = _may_run(block) and times[words] >= _TIMES_OF_A_RUNNING_HEAD
        if is_running:
            running.add(index)
    return running


def _may_run(block: Block) -> bool:
    words = block.words
    is_line = block.kind == "paragraph" and len(words) <= _LONGEST_RUNNING_HEAD and not block.framed
    return is_line and not (is_sentence_end(words) or is_part_heading(words) or "[^" in words)


def find_headings(blocks: list[Block]) -> tuple[list[Block], list[Doubt]]:
    """The blocks with those made headings that are headings by their words.

    A chapter, a part and a box of practices are known by their words in any source. Sub-headings
    and chapters without marks are looked for only where no chapter is marked as a heading.
    """
    marked = any(b.kind == "heading" and CHAPTER.fullmatch(b.words) for b in blocks)
    found: list[Block] = []
    doubts: list[Doubt] = []
    for index, block in enumerate(blocks):
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        level = _level(block, marked)
        if not level and _is_topic(block, found, following, marked):
            level = TOPIC_LEVEL
            message = f"“{block.words}” was taken for a sub-heading."
            doubts.append(Doubt("heading-assumed", block.line, message))
        is_new = level and block.kind == "paragraph"
        found.append(
            replace(block, kind="heading", text=block.words, depth=level) if is_new else block
        )
    return found, doubts


def _level(block: Block, marked: bool) -> int:
    """The level of a heading that is known by its words; 0 if the block is none."""
    words = block.words
    if len(words) > _LONGEST_HEADING or "[^" in words:
        return 0
    if is_part_heading(words):
        return PART_LEVEL
    if not marked and CHAPTER.fullmatch(words) and not is_sentence_end(words):
        return CHAPTER_LEVEL
    return 0


def _is_topic(block: Block, before: list[Block], following: Block | None, marked: bool) -> bool:
    """Whether a line is a sub-heading: set in bold, or no sentence, between two that are."""
    words = block.words
    if block.kind != "paragraph" or block.framed or len(words) > _LONGEST_HEADING:
        return False
    if following is None or not any(CHAPTER.fullmatch(b.words) for b in before):
        return False
    if re.search(r"\bCommittee\b|\[\^|\.$", words) or CONTENTS.fullmatch(words):
        return False
    if block.text in (f"**{words}**", f"***{words}***"):
        return True
    after_end = before[-1].kind == "heading" or not is_open(before[-1].text)
    starts = words[:1].isupper() and following.text[:1].isupper() and following.kind != "bullet"
    is_title = bool(TITLE.fullmatch(words))
    return not marked and after_end and starts and not is_title and is_open(words.rstrip(":"))


def set_footnotes_apart(
    blocks: Iterable[Block],
) -> tuple[list[Block], list[Footnote], list[Doubt]]:
    """The body without its footnotes, the footnotes, and what is uncertain about them.

    A footnote that stops within a sentence goes on with the next paragraph, unless the text
    before it stops so too and the paragraph begins with a small letter, as its rest would.
    """
    body: list[Block] = []
    notes: list[Footnote] = []
    doubts: list[Doubt] = []
    note_is_open = False
    for block in blocks:
        found = _FOOTNOTE.fullmatch(block.text) if block.kind == "paragraph" else None
        if found:
            notes.append(Footnote(int(found[1]), found[2], block.line))
        elif note_is_open and block.kind == "paragraph" and not _is_body(body, block):
            notes[-1] = replace(notes[-1], text=f"{notes[-1].text} {block.text}")
            message = f"was read as the rest of footnote {notes[-1].number}."
            doubts.append(block.doubt("joined-to-footnote", message))
        else:
            body.append(block)
        note_is_open = body[-1:] != [block] and may_go_on(notes[-1].text)
    return body, notes, doubts


def _is_body(body: list[Block], block: Block) -> bool:
    """Whether a paragraph after an open footnote is the rest of the text before it."""
    return (
        bool(body) and body[-1].kind != "heading" and continues(body[-1].text, block.text) is True
    )


def may_go_on(note: str) -> bool:
    """Whether a footnote may go on: it ends as no sentence, address or citation does."""
    ends = re.search(r"[.!?>)\]”\"]$", note)
    return len(note) < _LONGEST and not ends and read_reference(note).kind not in _CITATIONS


def is_open(text: str) -> bool:
    """Whether a text stops before the end of a sentence."""
    bare = without_markers(text).rstrip()
    return bool(bare) and not is_sentence_end(bare)


def continues(text: str, following: str) -> bool | None:
    """Whether a paragraph goes on with the sentence that a page or a box cut off.

    True where the first text stops in the middle of a sentence and the second begins with a
    small letter; None where that is likely, but a capital letter or a figure makes it uncertain.
    After a footnote, “to …” is another point of a list whose marks are missing.
    """
    if not is_open(text):
        return False
    ends = ends_with_marker(text)
    if following[:1].islower():
        return not (ends and following.startswith("to "))
    if ends:
        return False
    bare = without_markers(text).rstrip()
    likely = bare.endswith(",") or bare.split()[-1] in _OPEN_WORDS
    return None if likely or following[:1] in "(0123456789" else False


class _Joiner:
    """Joins what was cut; knows the last block of the text and the last one in a box."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.doubts: list[Doubt] = []
        self.text: int | None = None
        self.box: int | None = None
        self.in_box = False

    def add(self, block: Block) -> None:
        """Join a block to what it goes on with, or add it."""
        if BOX.fullmatch(block.words):
            self.in_box, self.box = True, None
        elif block.kind != "paragraph":
            self.in_box = self.in_box and block.framed
        elif self._join(block):
            return
        self.blocks.append(block)
        index = len(self.blocks) - 1
        if block.kind == "heading" and not self.in_box:
            self.text = self.box = None
        elif self.in_box:
            self.box = index if block.kind != "heading" else None
        else:
            self.text = index

    def _join(self, block: Block) -> bool:
        if self.in_box and self.box is not None and self._goes_on(self.box, block, "within-box"):
            return True
        if self.text is None:
            return False
        if not self.in_box:
            return self._goes_on(self.text, block, "")
        joined = not block.framed and self._goes_on(self.text, block, "across-box")
        self.in_box = not joined
        return joined

    def _goes_on(self, index: int, block: Block, where: str) -> bool:
        """Join the block to the one with this index, if it continues it."""
        before = self.blocks[index]
        if len(before.text) > _LONGEST:
            return False
        answer = continues(before.text, block.text)
        if answer is False or before.framed != block.framed or (where and answer is None):
            return False
        self.blocks[index] = replace(before, text=f"{before.text} {block.text}")
        if where == "across-box":
            message = "was joined to a sentence that a box cut in two."
            self.doubts.append(block.doubt("joined-across-box", message))
        elif answer is None:
            end = shown(before.text[-60:])
            message = f"was joined to the text before it, which stops within a sentence: {end}."
            self.doubts.append(block.doubt("uncertain-join", message))
        return True
