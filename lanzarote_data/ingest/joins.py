"""Sentences that a page's end, its footnotes, or a box cut in two, put together again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from lanzarote_data.ingest.blocks import BOX, Block, Doubt, Footnote, is_sentence_end
from lanzarote_data.ingest.notation import ends_with_marker, without_markers
from lanzarote_data.model.problems import shown
from lanzarote_data.text.references import read_reference

# What is longer was not cut off by a page; a hostile source could otherwise take for ever.
_LONGEST = 5_000
_FOOTNOTE = re.compile(r"\[\^([0-9]+)\]:?\s*(.+)", re.DOTALL)
_OPEN_WORDS = frozenset("a an and as at between by for from in into of on or the to with".split())


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
            message = f"{shown(block.text)} was read as the rest of footnote {notes[-1].number}."
            doubts.append(Doubt("joined-to-footnote", block.line, message))
        else:
            body.append(block)
        note_is_open = body[-1:] != [block] and _is_open_note(notes[-1].text)
    return body, notes, doubts


def _is_open_note(text: str) -> bool:
    """Whether a footnote may go on with the next paragraph."""
    return len(text) < _LONGEST and not is_complete_footnote(text)


def _is_body(body: list[Block], block: Block) -> bool:
    """Whether a paragraph after an open footnote is the rest of the text before it."""
    return (
        bool(body) and body[-1].kind != "heading" and continues(body[-1].text, block.text) is True
    )


def is_complete_footnote(text: str) -> bool:
    """Whether a footnote may end here: a sentence's end, an address, or a citation."""
    return bool(re.search(r"[.!?>)\]”\"]$", text)) or read_reference(text).kind in (
        "paragraph",
        "recommendation",
        "link",
    )


def join_cut_blocks(blocks: Iterable[Block]) -> tuple[list[Block], list[Doubt]]:
    """The blocks with what was cut put together, at the place of the first part."""
    joiner = _Joiner()
    for block in blocks:
        joiner.add(block)
    return joiner.blocks, joiner.doubts


class _Joiner:
    """Puts blocks together; knows the last block of the text and the last one in a box."""

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
            message = f"{shown(block.text)} was joined to a sentence that a box cut in two."
            self.doubts.append(Doubt("joined-across-box", block.line, message))
        elif answer is None:
            message = (
                f"{shown(block.text)} was joined to the text before it, which stops within a "
                f"sentence: {shown(before.text[-60:])}."
            )
            self.doubts.append(Doubt("uncertain-join", block.line, message))
        return True
