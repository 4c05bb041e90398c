"""The headings of a text that does not mark them: found by their words and their place."""

from __future__ import annotations

import re
from dataclasses import replace

from lanzarote_data.ingest.blocks import (
    CHAPTER,
    CONTENTS,
    TITLE,
    Block,
    Doubt,
    is_part_heading,
    is_sentence_end,
)
from lanzarote_data.ingest.joins import is_open

_LONGEST = 250
CHAPTER_LEVEL = 2
PART_LEVEL = 3
TOPIC_LEVEL = 4


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
    if len(words) > _LONGEST or "[^" in words:
        return 0
    if is_part_heading(words):
        return PART_LEVEL
    if not marked and CHAPTER.fullmatch(words) and not is_sentence_end(words):
        return CHAPTER_LEVEL
    return 0


def _is_topic(block: Block, before: list[Block], following: Block | None, marked: bool) -> bool:
    """Whether a line is a sub-heading: set in bold, or no sentence, between two that are."""
    words = block.words
    if block.kind != "paragraph" or block.framed or len(words) > _LONGEST:
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
