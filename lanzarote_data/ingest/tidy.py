"""The blocks of any reader made a source text: page furniture is set apart, headings are found.

Nothing is thrown away: what is set apart is listed, so that a person can see it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from lanzarote_data.ingest.blocks import (
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
from lanzarote_data.ingest.joins import is_open, join_cut_blocks, set_footnotes_apart

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
    body, joins = join_cut_blocks(headed)
    return SourceText(
        name,
        unit,
        tuple(body),
        tuple(notes),
        (*furniture, *left_out),
        (*uncertain, *assumed, *joins),
        pages or {},
    )


def set_furniture_apart(blocks: Iterable[Block]) -> tuple[list[Block], list[Block]]:
    """The blocks of the text, and those that are page furniture, both in order."""
    kept, contents = _contents_apart(list(blocks))
    running = _running_heads(kept)
    text: list[Block] = []
    furniture: list[Block] = []
    for index, block in enumerate(kept):
        is_line = index in running or _is_page_number(block) or block.text.startswith("©")
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


def _is_page_number(block: Block) -> bool:
    return block.kind == "paragraph" and bool(_PAGE_NUMBER.fullmatch(block.words))


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
