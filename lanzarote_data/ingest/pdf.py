"""A PDF of a factsheet read into blocks: by its tags where it has them, else by its layout."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from lanzarote_data.ingest.blocks import CHAPTER, Block, Doubt, Footnote, SourceText
from lanzarote_data.ingest.pdf_layout import laid_out, lines_of, note_number, without_furniture
from lanzarote_data.ingest.pdf_pages import (
    GLYPH,
    SMALLER,
    Drawn,
    DrawnKind,
    Page,
    Piece,
    pages_of,
    size_of,
    text_of,
    wide_text,
)
from lanzarote_data.ingest.tidy import CHAPTER_LEVEL, source_text
from lanzarote_data.model.problems import shown
from lanzarote_data.text.items import grouped

_DEEPEST = 60
_BLOCKS = re.compile(r"H[1-6]?|P|LI|Note|TOCI|Caption|Title|TD|TH")
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
        blocks, rest = _tagged_blocks(page)
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


def _tagged_blocks(page: Page) -> tuple[list[Drawn], list[Piece]]:
    """The blocks of a page as its tags have them, in order, and the pieces that no block has.

    The marks of points in lists are left out. A page without tags has no blocks.
    """
    import pypdfium2.raw as raw

    tree = raw.FPDF_StructTree_GetForPage(page.raw)
    if not tree:
        return [], list(page.pieces)
    reader = _Structure(raw, page)
    try:
        for index in range(max(raw.FPDF_StructTree_CountChildren(tree), 0)):
            if child := raw.FPDF_StructTree_GetChildAtIndex(tree, index):
                reader.read(child, _Place())
    finally:
        raw.FPDF_StructTree_Close(tree)
    blocks = [block for block in reader.blocks if any(not p.is_blank for p in block.pieces)]
    placed = {id(piece) for block in reader.blocks for piece in block.pieces}
    placed.update(id(piece) for piece in reader.labels)
    return blocks, [p for p in page.pieces if id(p) not in placed and not p.is_blank]


@dataclass(frozen=True)
class _Place:
    """Where in the structure an element is; ``tag`` is that of the block that is open."""

    block: Drawn | None = None
    tag: str = ""
    lists: int = 0
    in_contents: bool = False
    in_table: bool = False
    is_label: bool = False
    depth: int = 0


class _Structure:
    """Walks through the structure of one page."""

    def __init__(self, raw: Any, page: Page) -> None:
        self.raw = raw
        self.page = page
        self.blocks: list[Drawn] = []
        self.labels: list[Piece] = []
        self.body = size_of(page.pieces)
        self.by_tag = grouped(page.pieces, lambda piece: piece.tag)

    def read(self, element: Any, place: _Place) -> None:
        """Read an element and what is in it."""
        if place.depth > _DEEPEST:
            return
        tag = wide_text(lambda n, b: self.raw.FPDF_StructElement_GetType(element, b, n))
        count = max(self.raw.FPDF_StructElement_CountChildren(element), 0)
        inner = self._inside(tag, element, count, place)
        for index in range(count):
            if child := self.raw.FPDF_StructElement_GetChildAtIndex(element, index):
                self.read(child, inner)
                continue
            number = self.raw.FPDF_StructElement_GetChildMarkedContentID(element, index)
            pieces = self.by_tag.get(number, []) if number >= 0 else []
            if inner.is_label and inner.tag != "Note":
                self.labels += pieces
                continue
            if not inner.block and number >= 0 and size_of(pieces) >= self.body * SMALLER:
                inner = self._begun("P", element, count, inner)
            if inner.block:  # else it is small, and left for the footnotes
                inner.block.pieces += pieces

    def _inside(self, tag: str, element: Any, count: int, place: _Place) -> _Place:
        """Where the children of an element are; a paragraph in a point or a note is part of it."""
        inner = replace(
            place,
            lists=place.lists + (tag == "L"),
            in_contents=place.in_contents or tag in ("TOC", "TOCI"),
            in_table=place.in_table or tag == "Table",
            is_label=place.is_label or tag == "Lbl",
            depth=place.depth + 1,
        )
        if tag == "L":
            return replace(inner, block=None, tag="")
        is_part = place.tag in ("LI", "Note", "TOCI")
        if tag == "Note" or (_BLOCKS.fullmatch(tag) and not is_part):
            return self._begun(tag, element, count, inner)
        block = place.block
        if tag == "P" and block and block.pieces and not block.pieces[-1].is_blank:
            block.pieces.append(Piece(" ", 0, 0, block.pieces[-1].y, block.pieces[-1].size))
        return inner

    def _begun(self, tag: str, element: Any, count: int, place: _Place) -> _Place:
        """A place in a new block."""
        kind: DrawnKind = "contents" if place.in_contents else "paragraph"
        depth, framed = 0, place.in_table
        if tag == "Note":
            kind = "note"
        elif heading := re.fullmatch("H([1-6]?)", tag):
            kind, depth, framed = "heading", int(heading[1] or 2), False
        elif tag == "LI" or (place.lists and not place.in_contents):
            kind, depth, framed = "bullet", 2 * max(place.lists - 1, 0), False
        goes_on = self._goes_on(element, count)
        block = Drawn(kind, f"page {self.page.number}", [], depth, framed, goes_on)
        self.blocks.append(block)
        return replace(place, block=block, tag=tag)

    def _goes_on(self, element: Any, count: int) -> bool:
        """Whether the first thing in an element is on an earlier page."""
        if not count:
            return False
        if child := self.raw.FPDF_StructElement_GetChildAtIndex(element, 0):
            inner = max(self.raw.FPDF_StructElement_CountChildren(child), 0)
            return self._goes_on(child, inner)
        return bool(self.raw.FPDF_StructElement_GetChildMarkedContentID(element, 0) < 0)
