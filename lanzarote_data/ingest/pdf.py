"""A PDF of a factsheet read into blocks: by its tags where it has them, else by its layout."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from lanzarote_data.ingest.blocks import CHAPTER, Block, Doubt, Footnote, SourceText
from lanzarote_data.ingest.pdf_layout import laid_out, lines_of, note_number, without_furniture
from lanzarote_data.ingest.pdf_pages import GLYPH, SMALLER, Drawn, Page, pages_of, size_of, text_of
from lanzarote_data.ingest.pdf_tags import tagged_blocks
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
        reader.add_tagged(page)
    if not reader.blocks:
        reader = _Reader()
        for block in laid_out(pages):
            reader.add(block)
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

    def add_tagged(self, page: Page) -> None:
        """Add the blocks of a tagged page; footnotes may stand outside of its structure."""
        blocks, rest = tagged_blocks(page)
        for block in blocks:
            self.add(block)
        body = size_of(piece for block in blocks for piece in block.pieces)
        following = self.notes[-1].number + 1 if self.notes else 1
        for line in lines_of(replace(page, pieces=tuple(rest))):
            is_next = note_number(line) == following
            if line.size < body * SMALLER and (is_next or self.notes):
                following += is_next
                place = f"page {page.number}"
                self._add_note(Drawn("note", place, line.pieces, goes_on=not is_next))
            else:
                self.leave_out(text_of(line.pieces), page.number)

    def add(self, block: Drawn) -> None:
        """Add a block or a footnote."""
        if block.kind == "note":
            self._add_note(block)
            return
        text = text_of(block.pieces, plain=block.kind == "heading")
        if block.goes_on and self.blocks:
            last = self.blocks[-1]
            gap = "" if re.search(r"\w-$", last.text) else " "
            self.blocks[-1] = replace(last, text=f"{last.text}{gap}{text}")
            return
        line = self._line(block.place)
        if block.may_go_on:
            message = f"{shown(text)} may go on with the paragraph before it, on the last page."
            self.doubts.append(Doubt("uncertain-break", line, message))
        if block.kind == "bullet":
            text = GLYPH.sub("", text, count=1)
        self.blocks.append(Block(block.kind, text, line, block.depth, block.framed))

    def _add_note(self, note: Drawn) -> None:
        text = text_of(note.pieces)
        found = _NOTE.fullmatch(text)
        if self.notes and (note.goes_on or not found):
            last = self.notes[-1]
            self.notes[-1] = replace(last, text=f"{last.text} {text}".strip())
        elif found:
            self.notes.append(Footnote(int(found[1]), found[2].strip(), self._line(note.place)))
        elif text:
            self.left_out.append(Block("paragraph", text, self._line(note.place)))
