"""The text of a factsheet, Markdown or plain, read into blocks.

The text may come from pages: rules, page numbers and footnotes stand wherever a page ended.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from lanzarote_data.ingest.blocks import (
    CHAPTER,
    Block,
    Doubt,
    SourceText,
    is_part_heading,
    is_sentence_end,
)
from lanzarote_data.ingest.converters import from_converters
from lanzarote_data.ingest.notation import (
    clean,
    ends_with_marker,
    in_one_line,
    with_markers,
    with_one_emphasis,
    without_bold,
)
from lanzarote_data.ingest.tidy import source_text
from lanzarote_data.text.garbled import garbled

# No heading and no mark of a footnote is longer.
_LONG_ENOUGH = 1_000
_DEEPEST_FRAME = 9
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*")
_BULLET = re.compile(
    r"(\s*)(?:[-*+•◦▪●‣∙·\uf0b7\uf0a7]\s+|[•◦▪●‣∙\uf0b7\uf0a7]|o(?:\s\s+|\t))\s*(.+)"
)
# A dash, and a number or letter in brackets, may also stand within a paragraph.
_DASHED = re.compile(
    r"(\s*)(?:[–—]\s+|[0-9]{1,2}\.\s+|(?=\(?(?:[a-z]|[ivx]{1,4}|[0-9]{1,2})\)\s))(.+)"
)
_RULE = re.compile(r"\s*(?:([-*_=–—]\s*){3,})")
_DASHED_PAGE_NUMBER = re.compile(r"\s*[-–—]\s*[0-9]{1,3}\s*[-–—]\s*")
_OF_A_TABLE_RULE = re.compile(r"[\s:|-]*")
_FRAME = re.compile(r"\s*>\s?(.*)|\s*\|(.*)\|\s*")
_NOTE_LINE = re.compile(r"\s*\[\^([0-9]+)\](:?)\s*\S.*")


def read_text(text: str, name: str) -> SourceText:
    """Read the text of a factsheet; ``name`` is the name of its file."""
    cleaned = clean(text)
    written, oddities = from_converters(cleaned)
    oddities += _invisible(text, cleaned)
    blocks = _blocks(with_markers(clean(written)).split("\n"))
    return source_text(name, "line", blocks, doubts=oddities)


def _invisible(text: str, cleaned: str) -> list[Doubt]:
    """A doubt about the characters without width that were left out."""
    invisible = (g for g in garbled(text) if g.kind == "invisible-character" and g.start)
    found = [g for g in invisible if g.characters not in cleaned]
    if not found:
        return []
    line = text.count("\n", 0, found[0].start) + 1
    message = f"{len(found)} invisible characters such as {found[0].named} were left out."
    return [Doubt("invisible-character", line, message)]


def _blocks(lines: Iterable[str]) -> Iterator[Block]:
    """The blocks of the text; the lines of one paragraph or bullet are joined by a space."""
    pending: Block | None = None  # as far as it matters for what follows
    texts: list[str] = []
    marked: set[str] = set()
    for number, line in enumerate(lines, start=1):
        block = _block(line, number, pending)
        if pending and block and _goes_on(pending, block, line, marked):
            texts.append(block.text)
            if len(pending.text) < _LONG_ENOUGH:
                pending = replace(pending, text=f"{pending.text} {block.text}")
        else:
            if pending:
                yield _whole(pending, texts)
            pending, texts = block, [block.text if block else ""]
        marked.update(re.findall(r"\[\^([0-9]+)\]", line))
    if pending:
        yield _whole(pending, texts)


def _whole(block: Block, texts: list[str]) -> Block:
    """A block with its lines joined; type that is bold or italic may go from line to line."""
    return replace(block, text=with_one_emphasis(" ".join(texts)))


def _goes_on(before: Block, block: Block, line: str, marked: set[str]) -> bool:
    """Whether a line goes on with the block before it; a row of a table never does.

    A line that begins with a marker is a footnote, unless the marker stands there for the first
    time, in the middle of a paragraph.
    """
    if block.kind != "paragraph" or before.kind not in ("paragraph", "bullet"):
        return False
    if before.framed != block.framed or line.lstrip().startswith("|"):
        return False
    if is_part_heading(before.words) or is_part_heading(block.words):
        return False
    note = _NOTE_LINE.fullmatch(block.text)
    if note:
        return not (note[2] or note[1] in marked or _NOTE_LINE.fullmatch(before.text))
    return not (CHAPTER.fullmatch(block.words) and CHAPTER.fullmatch(before.words))


def _block(line: str, number: int, before: Block | None, depth: int = 0) -> Block | None:
    """The block that a line begins; None for a blank line."""
    frame = _FRAME.fullmatch(line) if depth < _DEEPEST_FRAME else None
    if frame and not _is_table_rule(line):
        inner = re.sub(r"<br ?/?>|\|", " ", frame[1] or frame[2] or "")
        block = _block(inner, number, before, depth + 1)
        return replace(block, framed=True) if block else None
    if not line.strip():
        return None
    is_rule = any(kind.fullmatch(line) for kind in (_RULE, _DASHED_PAGE_NUMBER))
    if is_rule or _is_table_rule(line):
        return Block("rule", line.strip(), number)
    heading = _HEADING.fullmatch(line.strip())
    if heading:
        return Block("heading", without_bold(heading[2]), number, len(heading[1]))
    bullet = _bullet(line, before)
    if bullet:
        depth = len(bullet[1].expandtabs(4))
        return Block("bullet", in_one_line(bullet[2]), number, depth)
    return Block("paragraph", in_one_line(line), number)


def _is_table_rule(line: str) -> bool:
    """Whether a line is the rule below the header of a table: ``|---|:--:|``."""
    return "---" in line and bool(_OF_A_TABLE_RULE.fullmatch(line))


def _bullet(line: str, before: Block | None) -> re.Match[str] | None:
    """The indentation and the text of a line that begins a bullet.

    What may also stand within a paragraph begins one where no paragraph is open.
    """
    is_within = (
        before is not None
        and before.kind == "paragraph"
        and not (is_sentence_end(before.text) or ends_with_marker(before.text))
    )
    return (None if is_within else _DASHED.fullmatch(line)) or _BULLET.fullmatch(line)
