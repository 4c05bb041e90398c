"""The structure of a tagged PDF: headings, paragraphs, points of lists, notes, page by page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from lanzarote_data.ingest.pdf_pages import SMALLER, Page, Piece, size_of, wide_text

_DEEPEST = 60
_BLOCKS = re.compile(r"H[1-6]?|P|LI|Note|TOCI|Caption|Title|TD|TH")


@dataclass
class Tagged:
    """An element of the structure that is a block: its tag, its pieces on one page.

    ``lists`` says how many lists it is in, ``goes_on`` that it began on an earlier page, and
    ``in_contents`` that it is of the table of contents.
    """

    tag: str
    lists: int
    goes_on: bool
    in_contents: bool = False
    in_table: bool = False
    pieces: list[Piece] = field(default_factory=list)


def tagged_blocks(page: Page) -> tuple[list[Tagged], list[Piece]]:
    """The blocks of a page as its tags have them, in order, and the pieces that no block has.

    The marks of points in lists are left out. A page without tags has no blocks.
    """
    import pypdfium2.raw as raw

    tree = raw.FPDF_StructTree_GetForPage(page.raw)
    if not tree:
        return [], list(page.pieces)
    try:
        reader = _Reader(raw, page)
        for index in range(max(raw.FPDF_StructTree_CountChildren(tree), 0)):
            child = raw.FPDF_StructTree_GetChildAtIndex(tree, index)
            if child:
                reader.read(child, _Place())
    finally:
        raw.FPDF_StructTree_Close(tree)
    blocks = [block for block in reader.blocks if any(not p.is_blank for p in block.pieces)]
    placed = {id(piece) for block in reader.blocks for piece in block.pieces}
    placed.update(id(piece) for piece in reader.labels)
    return blocks, [p for p in page.pieces if id(p) not in placed and not p.is_blank]


@dataclass(frozen=True)
class _Place:
    """Where in the structure an element is."""

    block: Tagged | None = None
    lists: int = 0
    in_contents: bool = False
    in_table: bool = False
    is_label: bool = False
    depth: int = 0


class _Reader:
    """Walks through the structure of one page."""

    def __init__(self, raw: Any, page: Page) -> None:
        self.raw = raw
        self.blocks: list[Tagged] = []
        self.labels: list[Piece] = []
        self.body = size_of(page.pieces)
        self.by_tag: dict[int, list[Piece]] = {}
        for piece in page.pieces:
            self.by_tag.setdefault(piece.tag, []).append(piece)

    def read(self, element: Any, place: _Place) -> None:
        """Read an element and what is in it."""
        if place.depth > _DEEPEST:
            return
        tag = wide_text(lambda n, b: self.raw.FPDF_StructElement_GetType(element, b, n))
        count = max(self.raw.FPDF_StructElement_CountChildren(element), 0)
        inner = self._place(tag, element, count, place)
        for index in range(count):
            child = self.raw.FPDF_StructElement_GetChildAtIndex(element, index)
            if child:
                self.read(child, inner)
                continue
            number = self.raw.FPDF_StructElement_GetChildMarkedContentID(element, index)
            if number >= 0 and inner.is_label and not (inner.block and inner.block.tag == "Note"):
                self.labels += self.by_tag.get(number, ())
            elif number >= 0:
                inner = self._add(self.by_tag.get(number, []), element, count, inner)

    def _add(self, pieces: list[Piece], element: Any, count: int, place: _Place) -> _Place:
        """Add pieces to their block; small ones without a block are left for the footnotes."""
        block = place.block
        if block is None:
            if size_of(pieces) < self.body * SMALLER:
                return place
            block = self._new("P", element, count, place)
        block.pieces += pieces
        return replace(place, block=block)

    def _place(self, tag: str, element: Any, count: int, place: _Place) -> _Place:
        """Where the children of an element are; a paragraph in a point or a note is part of it."""
        block, lists = place.block, place.lists + (tag == "L")
        contents = place.in_contents or tag in ("TOC", "TOCI")
        table = place.in_table or tag == "Table"
        if tag == "L":
            block = None
        elif _BLOCKS.fullmatch(tag) and not (block and block.tag in ("LI", "Note", "TOCI")):
            made = _Place(None, lists, contents, table)
            block = self._new(tag, element, count, made)
        elif tag == "Note":
            block = self._new(tag, element, count, _Place(None, lists, contents, table))
        elif tag == "P" and block and block.pieces and not block.pieces[-1].is_blank:
            block.pieces.append(Piece(" ", 0, 0, block.pieces[-1].y, block.pieces[-1].size))
        is_label = place.is_label or tag == "Lbl"
        return _Place(block, lists, contents, table, is_label, place.depth + 1)

    def _new(self, tag: str, element: Any, count: int, place: _Place) -> Tagged:
        block = Tagged(tag, place.lists, self._goes_on(element, count), place.in_contents)
        block.in_table = place.in_table
        self.blocks.append(block)
        return block

    def _goes_on(self, element: Any, count: int) -> bool:
        """Whether the first thing in an element is on an earlier page."""
        if not count:
            return False
        child = self.raw.FPDF_StructElement_GetChildAtIndex(element, 0)
        if child:
            inner = max(self.raw.FPDF_StructElement_CountChildren(child), 0)
            return self._goes_on(child, inner)
        return bool(self.raw.FPDF_StructElement_GetChildMarkedContentID(element, 0) < 0)
