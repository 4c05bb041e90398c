"""What is on the pages of a factsheet and is no part of its text: contents, page numbers, rules.

Nothing is thrown away: what is set apart is listed, so that a person can see it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from lanzarote_data.ingest.blocks import (
    CHAPTER,
    CONTENTS,
    TITLE,
    Block,
    is_part_heading,
    is_sentence_end,
)

_LEADERS = re.compile(r"(?:\.{4}|…{2}|(?:\. ){4})\s*[0-9]+\s*\Z")
_PAGE_NUMBER = re.compile(
    r"(?:page\s+)?[-–—]?\s*[0-9]{1,3}\s*[-–—]?(?:\s*(?:/|of)\s*[0-9]{1,3})?", re.IGNORECASE
)
_TIMES_OF_A_RUNNING_HEAD = 3


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
    is_line = block.kind == "paragraph" and len(words) <= 120 and not block.framed
    return is_line and not (is_sentence_end(words) or is_part_heading(words) or "[^" in words)
