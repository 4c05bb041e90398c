"""A PDF of a factsheet read into blocks: by its tags where it has them, else by its layout."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from lanzarote_data.ingest.blocks import CHAPTER, Block, BlockKind, Doubt, Footnote, SourceText
from lanzarote_data.ingest.pdf_layout import (
    Laid,
    Line,
    blocks_of,
    lines_of,
    lines_of_all,
    note_number,
    without_furniture,
)
from lanzarote_data.ingest.pdf_pages import GLYPH, SMALLER, Page, Piece, pages_of, size_of, text_of
from lanzarote_data.ingest.pdf_tags import Tagged, tagged_blocks
from lanzarote_data.ingest.tidy import CHAPTER_LEVEL, source_text
from lanzarote_data.model.problems import shown

_NOTE = re.compile(r"\s*(?:\[\^)?([0-9]{1,3})\]?[.)]?\s*(.*)", re.DOTALL)


def read_pdf(content: bytes, name: str) -> SourceText:
    """Read the bytes of a PDF; ``name`` is the name of its file.

    :raises SourceError: it is damaged or locked, has no text, or its reader is not installed.
    """
    pages, furniture = without_furniture(pages_of(content, name))
    reader = _Reader()
    for page in pages:
        reader.tagged(*tagged_blocks(page), page)
    if not reader.blocks:
        reader = _Reader()
        reader.laid_out(pages)
    for number, text in furniture:
        reader.leave_out(text, number)
    return source_text(
        name,
        "paragraph",
        _with_levels(reader.blocks),
        reader.notes,
        reader.left_out,
        reader.doubts,
        reader.pages,
    )


def _with_levels(blocks: list[Block]) -> list[Block]:
    """The blocks with the levels of their headings counted so that a chapter has that of one."""
    levels = [b.depth for b in blocks if b.kind == "heading" and CHAPTER.fullmatch(b.words)]
    shift = CHAPTER_LEVEL - min(levels) if levels else 0
    return [
        replace(block, depth=block.depth + shift) if block.kind == "heading" else block
        for block in blocks
    ]


@dataclass
class _Reader:
    """Collects blocks and footnotes, and the page of each."""

    blocks: list[Block] = field(default_factory=list)
    notes: list[Footnote] = field(default_factory=list)
    left_out: list[Block] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    pages: dict[int, str] = field(default_factory=dict)

    def _line(self, place: str) -> int:
        line = len(self.pages) + 1
        self.pages[line] = place
        return line

    def leave_out(self, text: str, page: int) -> None:
        """Put down a text that is no part of the factsheet."""
        if text:
            self.left_out.append(Block("paragraph", text, self._line(f"page {page}")))

    def tagged(self, blocks: Sequence[Tagged], rest: Sequence[Piece], page: Page) -> None:
        """Add the blocks of a tagged page; footnotes may stand outside of its structure."""
        for block in blocks:
            if block.tag == "Note":
                self._add_note(text_of(block.pieces), block.goes_on, page.number)
            else:
                self._add_tagged(block, page.number)
        body = size_of(piece for block in blocks for piece in block.pieces)
        for laid in _notes_among(rest, page, body, self._next):
            text = text_of(laid.pieces)
            if laid.kind == "note":
                self._add_note(text, False, page.number)
            elif laid.kind == "rest" and self.notes:
                self._add_note(text, True, page.number)
            else:
                self.leave_out(text, page.number)

    @property
    def _next(self) -> int:
        return self.notes[-1].number + 1 if self.notes else 1

    def _add_note(self, text: str, goes_on: bool, page: int) -> None:
        found = _NOTE.fullmatch(text)
        if (goes_on or not found) and self.notes:
            last = self.notes[-1]
            self.notes[-1] = replace(last, text=f"{last.text} {text}".strip())
        elif found:
            line = self._line(f"page {page}")
            self.notes.append(Footnote(int(found[1]), found[2].strip(), line))
        else:
            self.leave_out(text, page)

    def _add_tagged(self, block: Tagged, page: int) -> None:
        heading = re.fullmatch("H([1-6]?)", block.tag)
        text = text_of(block.pieces, plain=bool(heading))
        if block.goes_on and self.blocks:
            last = self.blocks[-1]
            gap = "" if re.search(r"\w-$", last.text) else " "
            self.blocks[-1] = replace(last, text=f"{last.text}{gap}{text}")
            return
        line = self._line(f"page {page}")
        if heading:
            self.blocks.append(Block("heading", text, line, int(heading[1] or 2)))
        elif block.tag == "LI" or (block.lists and not block.in_contents):
            depth = 2 * max(block.lists - 1, 0)
            self.blocks.append(Block("bullet", GLYPH.sub("", text, count=1), line, depth))
        else:
            kind: BlockKind = "contents" if block.in_contents else "paragraph"
            self.blocks.append(Block(kind, text, line, framed=block.in_table))

    def laid_out(self, pages: Sequence[Page]) -> None:
        """Add the blocks of pages without tags."""
        lines = lines_of_all(pages)
        laid = blocks_of(lines)
        sizes = sorted({b.lines[0].size for b in laid if b.kind == "heading"}, reverse=True)
        for block in laid:
            first = block.lines[0]
            if block.kind == "note":
                self._add_note(text_of(block.pieces), False, first.page)
                continue
            text = text_of(block.pieces, plain=block.kind == "heading")
            line = self._line(_place(first))
            if block.may_go_on:
                message = f"{shown(text)} may go on with the paragraph before it, on the last page."
                self.doubts.append(Doubt("uncertain-break", line, message))
            if block.kind == "heading":
                level = sizes.index(first.size) + 1
                self.blocks.append(Block("heading", text, line, min(level, 6), first.framed))
            elif block.kind == "bullet":
                depth, text = round(first.x0 - first.left), GLYPH.sub("", text, count=1)
                self.blocks.append(Block("bullet", text, line, depth, first.framed))
            else:
                self.blocks.append(Block("paragraph", text, line, framed=first.framed))


def _place(line: Line) -> str:
    return f"page {line.page}, column {line.column + 1}" if line.column else f"page {line.page}"


def _notes_among(pieces: Sequence[Piece], page: Page, body: float, expected: int) -> Iterator[Laid]:
    """The footnotes among the pieces of a tagged page that its structure does not have."""
    rest = Page(page.number, page.width, tuple(pieces))
    for line in lines_of(rest):
        if line.size >= body * SMALLER:
            yield Laid("other", [line])
        elif note_number(line) == expected:
            expected += 1
            yield Laid("note", [line])
        else:
            yield Laid("rest", [line])
