"""The text of a factsheet as blocks: headings, paragraphs, bullets, and footnotes set apart.

The text comes from pages. Rules (``---``) and footnotes stand wherever a page ended, even in the
middle of a sentence; here they are taken out, so that the body reads on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from lanzarote_data.references import read_reference

BlockKind = Literal["heading", "paragraph", "bullet", "rule", "contents"]

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*")
_BULLET = re.compile(r"(\s*)[-*•]\s+(.*)")
_RULE = re.compile(r"\s*([-*_]\s*){3,}")
_CONTENTS = re.compile(r".*?\s*\.{4,}\s*[0-9]+\s*")
_FOOTNOTE = re.compile(r"<sup>\s*([0-9]+)\s*</sup>\s*(.+)", re.DOTALL)
_MARKER = re.compile(r"<sup>\s*([0-9]+(?:[\s,]+[0-9]+)*)\s*</sup>")
_SENTENCE_END = re.compile(r"[.:;!?…][\"'”’»)\]*_]*$")
_OPEN_WORDS = {
    "a",
    "an",
    "and",
    "as",
    "by",
    "for",
    "from",
    "in",
    "of",
    "on",
    "or",
    "the",
    "to",
    "with",
}


@dataclass(frozen=True)
class Block:
    """One block of the source: its kind, its text, and the line (from 1) on which it begins.

    ``depth`` is the level of a heading, or the indentation of a bullet in characters.
    """

    kind: BlockKind
    text: str
    line: int
    depth: int = 0


@dataclass(frozen=True)
class Footnote:
    """A footnote: the number that the source gives it, its text, and where it begins."""

    number: int
    text: str
    line: int


@dataclass(frozen=True)
class SourceText:
    """A factsheet's text: the blocks of its body, its footnotes, and what was left out."""

    body: tuple[Block, ...]
    footnotes: tuple[Footnote, ...]
    left_out: tuple[Block, ...]


def read_source(text: str) -> SourceText:
    """Read the text of a factsheet (Markdown or plain text, any line ends)."""
    body: list[Block] = []
    footnotes: list[Footnote] = []
    left_out: list[Block] = []
    open_note = False
    for block in _blocks(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")):
        found = _FOOTNOTE.fullmatch(block.text) if block.kind == "paragraph" else None
        if block.kind in ("rule", "contents"):
            left_out.append(block)
        elif found:
            footnotes.append(Footnote(int(found[1]), found[2], block.line))
            open_note = not is_complete_footnote(found[2])
        elif open_note and block.kind == "paragraph":
            last = footnotes.pop()
            footnotes.append(replace(last, text=f"{last.text} {block.text}"))
            open_note = not is_complete_footnote(footnotes[-1].text)
        else:
            body.append(block)
            open_note = False
    return SourceText(tuple(body), tuple(footnotes), tuple(left_out))


def _blocks(lines: Iterable[str]) -> Iterator[Block]:
    """The blocks of the text; the lines of one paragraph or bullet are joined by a space."""
    pending: Block | None = None
    for number, line in enumerate(lines, start=1):
        block = _block(line.replace("\ufeff", ""), number)
        if block is None:
            if pending:
                yield pending
            pending = None
        elif block.kind == "paragraph" and pending and pending.kind in ("paragraph", "bullet"):
            if _FOOTNOTE.fullmatch(block.text):
                yield pending
                pending = block
            else:
                pending = replace(pending, text=f"{pending.text} {block.text}")
        else:
            if pending:
                yield pending
            pending = block
    if pending:
        yield pending


def _block(line: str, number: int) -> Block | None:
    """The block that a line begins; None for a blank line."""
    if not line.strip():
        return None
    if _RULE.fullmatch(line):
        return Block("rule", line.strip(), number)
    if _CONTENTS.fullmatch(line):
        return Block("contents", line.strip(), number)
    heading = _HEADING.fullmatch(line.strip())
    if heading:
        return Block("heading", without_bold(heading[2]), number, len(heading[1]))
    bullet = _BULLET.fullmatch(line)
    if bullet:
        return Block("bullet", bullet[2].strip(), number, len(bullet[1].expandtabs(4)))
    return Block("paragraph", line.strip(), number)


def without_bold(text: str) -> str:
    """A heading's words without the bold type that some headings of the source have.

    >>> without_bold("**Promising practice:**")
    'Promising practice:'
    """
    found = re.fullmatch(r"\*\*(.+)\*\*", text)
    return found[1].strip() if found else text


def is_complete_footnote(text: str) -> bool:
    """Whether a footnote may end here: a sentence's end, an address, or a citation."""
    return bool(re.search(r"[.!?>)\]”\"]$", text)) or read_reference(text).kind in (
        "paragraph",
        "recommendation",
        "link",
    )


def marker_numbers(text: str) -> list[int]:
    """The footnote numbers in a text, in order.

    >>> marker_numbers("One.<sup>34 35</sup>")
    [34, 35]
    """
    return [int(n) for found in _MARKER.findall(text) for n in re.findall("[0-9]+", found)]


def renumber_markers(text: str) -> str:
    """The text with its markers as ``[^1]``, ``[^2]`` … in order.

    >>> renumber_markers("One<sup>7</sup> two.<sup>8 9</sup>")
    'One[^1] two.[^2][^3]'
    """
    count = 0

    def marks(found: re.Match[str]) -> str:
        nonlocal count
        first = count + 1
        count += len(re.findall("[0-9]+", found[1]))
        return "".join(f"[^{number}]" for number in range(first, count + 1))

    return _MARKER.sub(marks, text)


def ends_with_marker(text: str) -> bool:
    """Whether the text ends with a footnote marker."""
    return bool(re.search(r"</sup>\W*$", text))


def continues(text: str, following: str) -> bool | None:
    """Whether a paragraph goes on with the sentence that a page or a box cut off.

    True where the first text stops in the middle of a sentence and the second begins with a
    small letter; None where that is likely but a capital letter makes it uncertain.
    """
    bare = _MARKER.sub("", text).rstrip()
    if not bare or _SENTENCE_END.search(bare):
        return False
    if following[:1].islower():
        return True
    if ends_with_marker(text):
        return False
    return None if bare.endswith(",") or bare.split()[-1] in _OPEN_WORDS else False
