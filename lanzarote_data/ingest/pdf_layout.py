"""The layout of a PDF without tags: lines, columns, paragraphs and footnotes, by where they stand.

The letters of most of the text give the size of the body; what is smaller, at the foot of a
column, is a footnote; what is larger or bold is a heading.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median

from lanzarote_data.ingest.blocks import is_sentence_end
from lanzarote_data.ingest.notation import without_markers
from lanzarote_data.ingest.pdf_pages import (
    GLYPH,
    SMALLER,
    Area,
    Drawn,
    DrawnKind,
    Page,
    Piece,
    is_marker,
    size_of,
    text_of,
)

_TIMES_OF_FURNITURE = 3
_EDGE = 3  # lines at the head or the foot of a page
_NARROWEST_GUTTER = 4  # points
_MAY_CROSS = 0.12  # of the text of a page: headings of full width
_RAGGED = 0.33  # of the width of a column: a line that ends there may be full
_NEAR = 3.0  # points: the same place, or the same indentation


@dataclass
class Line:
    """A line of a column: its pieces from left to right, its page, and the edges of its column."""

    pieces: list[Piece]
    page: int
    column: int = 0
    columns: int = 1
    left: float = 0.0
    right: float = 0.0
    framed: bool = False

    @property
    def y(self) -> float:
        """The base line: that of the larger letters."""
        return max(self.pieces, key=lambda piece: (piece.size, len(piece.text))).y

    @property
    def x0(self) -> float:
        """Where the line begins."""
        return self.pieces[0].x0

    @property
    def size(self) -> float:
        """The size of most of its letters."""
        return size_of(self.pieces)

    @property
    def text(self) -> str:
        """Its words, without formatting."""
        return text_of(self.pieces, plain=True)

    @property
    def is_bold(self) -> bool:
        """Whether all of it is in bold type."""
        return all(p.bold for p in self.pieces if not p.is_blank and not is_marker(p, self.size))

    @property
    def begins_point(self) -> bool:
        """Whether it begins with the mark of a point in a list."""
        first = self.pieces[0].text
        found = GLYPH.match(first)
        return bool(found and (found.end() == len(first) or first[found.end() - 1].isspace()))


def without_furniture(pages: Sequence[Page]) -> tuple[list[Page], list[tuple[int, str]]]:
    """The pages without the lines that several have at one place; and those lines."""
    lines = [(page, line) for page in pages for line in _edge_lines(page)]
    times = Counter(key for _, line in lines for key in _as_furniture(line))
    found = [
        (page, line)
        for page, line in lines
        if any(times[key] >= _times_of(key) for key in _as_furniture(line))
    ]
    dropped = {id(piece) for _, line in found for piece in line.pieces}
    kept = [replace(p, pieces=tuple(x for x in p.pieces if id(x) not in dropped)) for p in pages]
    return kept, [(page.number, line.text) for page, line in found]


def _times_of(key: tuple[str, int]) -> int:
    """On how many pages a line must be: on two where it counts them, and is no footnote."""
    counts = re.search(r"(?:\S\s*page\+0)|^page\+0(?:\s*/\s*[0-9]+)?$", key[0])
    return 2 if counts else _TIMES_OF_FURNITURE


def _edge_lines(page: Page) -> list[Line]:
    """The lines at the head and the foot of a page, but for the raised number of a footnote."""
    lines = _lines(page.pieces, page.number)
    edges = lines if len(lines) <= 2 * _EDGE else [*lines[:_EDGE], *lines[-_EDGE:]]
    return [line for line in edges if not any(_is_before(line, other) for other in lines)]


def _is_before(line: Line, other: Line) -> bool:
    """Whether a line is a number raised right before another line."""
    is_raised = 0 < line.y - other.y < other.size
    gap = other.x0 - line.pieces[-1].x1
    return is_raised and line.size < other.size and -_NEAR < gap < 2 * other.size


def _as_furniture(line: Line) -> set[tuple[str, int]]:
    """What a line at the edge of a page has on all pages: its height and its words.

    A number in it may be the page's, so that it counts with the pages.
    """
    text, height = line.text, round(line.y / _NEAR)
    numbers = list(re.finditer(r"[0-9]+", text))
    keys = {(text, height)}
    for found in (*numbers[:1], *numbers[-1:]):
        count = int(found[0]) - line.page
        keys.add((f"{text[: found.start()]}page{count:+}{text[found.end() :]}", height))
    return keys


def _lines_of_all(pages: Sequence[Page]) -> list[Line]:
    """The lines of a document in reading order: column after column, page after page.

    Where most pages have their columns, one with little text has them too.
    """
    gutters = [_gutter(page.pieces, page.width) for page in pages]
    known = [gutter for gutter in gutters if gutter is not None]
    usual = median(known) if len(known) > len(pages) / 3 else None
    lines: list[Line] = []
    for page, gutter in zip(pages, gutters, strict=True):
        is_usual = usual is not None and _is_free(page.pieces, usual)
        here = lines_of(page, usual if is_usual else gutter)
        for line in here:
            line.framed = any(_is_in(line, area) for area in page.frames)
        lines += here
    _set_edges(lines)
    return lines


def _is_in(line: Line, area: Area) -> bool:
    """Whether a line stands in a box."""
    left, bottom, right, top = area
    return left - _NEAR < line.x0 < right and bottom < line.y + line.size / 4 < top


def _set_edges(lines: Sequence[Line]) -> None:
    """Give each line the edges that its column has on all pages."""
    for place in {(line.columns, line.column) for line in lines}:
        own = [line for line in lines if (line.columns, line.column) == place]
        starts = Counter(round(line.x0) for line in own)
        left = min((x for x, times in starts.items() if times > 2), default=0)
        right = max(line.pieces[-1].x1 for line in own)
        for line in own:
            line.left, line.right = left, right


def lines_of(page: Page, gutter: float | None = None) -> list[Line]:
    """The lines of a page; where it has two columns, between lines of full width."""
    if gutter is None:
        return _lines(page.pieces, page.number)
    wide = _lines([p for p in page.pieces if p.x0 < gutter < p.x1], page.number)
    left = _lines([p for p in page.pieces if p.x1 <= gutter], page.number, 0, 2)
    right = _lines([p for p in page.pieces if p.x0 >= gutter], page.number, 1, 2)

    def place(line: Line) -> tuple[int, int, int]:
        """Below which lines of full width it is, and its column there."""
        return sum(other.y >= line.y for other in wide), line.columns, line.column

    return sorted([*wide, *left, *right], key=place)


def _gutter(pieces: Sequence[Piece], width: float) -> float | None:
    """The middle of the gap between two columns; None where the page has one column."""
    free = [x for x in range(int(width * 0.35), int(width * 0.65)) if _is_free(pieces, x)]
    runs = [list(group) for _, group in groupby(free, key=lambda x: x - free.index(x))]
    widest = max(runs, key=len, default=[])
    if len(widest) < _NARROWEST_GUTTER:
        return None
    middle = (widest[0] + widest[-1]) / 2
    starts = Counter(round(piece.x0) for piece in pieces if piece.x0 >= middle)
    has_left = any(piece.x1 <= middle for piece in pieces if not piece.is_blank)
    return middle if has_left and max(starts.values(), default=0) > 2 else None


def _is_free(pieces: Sequence[Piece], x: float) -> bool:
    """Whether hardly any text crosses a vertical line."""
    crossing = sum(len(piece.text) for piece in pieces if piece.x0 < x < piece.x1)
    return crossing <= _MAY_CROSS * sum(len(piece.text) for piece in pieces)


def _lines(pieces: Iterable[Piece], page: int, column: int = 0, columns: int = 1) -> list[Line]:
    """Pieces put together that stand on one base line, or are raised above it."""
    lines: list[Line] = []
    for piece in sorted(pieces, key=lambda p: (-p.size, -p.y)):
        fits = [line for line in lines if _is_on(piece, line)]
        if fits:
            min(fits, key=lambda line: abs(line.y - piece.y)).pieces.append(piece)
        elif not piece.is_blank:
            lines.append(Line([piece], page, column, columns))
    for line in lines:
        line.pieces.sort(key=lambda piece: piece.x0)
    return sorted(lines, key=lambda line: -line.y)


def _is_on(piece: Piece, line: Line) -> bool:
    """Whether a piece stands on a line, or is raised above it."""
    base = line.pieces[0]
    if piece.size > base.size * 0.8:
        return abs(base.y - piece.y) < base.size * 0.3
    return -0.1 * base.size < piece.y - base.y < base.size * 0.7


def laid_out(pages: Sequence[Page]) -> list[Drawn]:
    """The headings, paragraphs, points of lists and footnotes of pages without tags."""
    blocks = _blocks(_lines_of_all(pages))
    sizes = sorted({b.lines[0].size for b in blocks if b.kind == "heading"}, reverse=True)
    return [_drawn(block, sizes) for block in blocks]


def _drawn(block: _Block, sizes: list[float]) -> Drawn:
    first, depth = block.lines[0], 0
    if block.kind == "heading":
        depth = min(sizes.index(first.size) + 1, 6)
    elif block.kind == "bullet":
        depth = round(first.x0 - first.left)
    pieces = [piece for line in block.lines for piece in line.pieces]
    place = f"page {first.page}"
    if first.column and block.kind != "note":
        place += f", column {first.column + 1}"
    return Drawn(block.kind, place, pieces, depth, first.framed, may_go_on=block.may_go_on)


@dataclass
class _Block:
    """A block by its layout: what it is, and its lines.

    ``may_go_on`` says that it may be the rest of the paragraph before it, on another page.
    """

    kind: DrawnKind
    lines: list[Line]
    may_go_on: bool = False


def _blocks(lines: Sequence[Line]) -> list[_Block]:
    """The lines put together; the numbers of footnotes count from one, without a gap."""
    body = size_of(piece for line in lines for piece in line.pieces)
    note = max((line.size for line in lines if line.size < body * SMALLER), default=0.0)
    leading = _leading([line for line in lines if line.size > note])
    blocks: list[_Block] = []
    current: _Block | None = None
    notes: list[_Block] = []
    for line in lines:
        if line.size <= note and notes and note_number(line) != len(notes) + 1:
            notes[-1].lines.append(line)
        elif line.size <= note:
            notes.append(_Block("note", [line]))
            blocks.append(notes[-1])
        elif current and _goes_on(current, line, leading):
            current.lines.append(line)
        else:
            kind = _kind(line, body)
            may = current is not None and kind == "paragraph" and _may_go_on(current, line)
            current = _Block(kind, [line], may)
            blocks.append(current)
    return blocks


def note_number(line: Line) -> int:
    """The number with which a line begins, as a footnote does; 0 if it does not."""
    found = re.match(r"\s*([0-9]{1,3})(?!\s*/)\b", line.pieces[0].text)
    return int(found[1]) if found else 0


def _leading(lines: Sequence[Line]) -> float:
    """The usual distance of two lines."""
    gaps = [
        before.y - line.y
        for before, line in pairwise(lines)
        if (before.page, before.column) == (line.page, line.column) and before.y > line.y
    ]
    return median(gaps) if gaps else 0.0


def _kind(line: Line, body: float) -> DrawnKind:
    if line.begins_point:
        return "bullet"
    return "heading" if line.size > body * 1.06 or line.is_bold else "paragraph"


def _goes_on(block: _Block, line: Line, leading: float) -> bool:
    """Whether a line goes on with a block, perhaps on a new page or in a new column."""
    last, is_heading = block.lines[-1], block.kind == "heading"
    if line.begins_point or abs(line.size - last.size) > 0.3 or line.framed != last.framed:
        return False
    if is_heading and not line.is_bold:
        return False
    if (last.page, last.column) == (line.page, line.column):
        return 0 < last.y - line.y <= leading * 1.22
    if line.is_bold != is_heading or not _is_indented_as(block, line):
        return False
    if block.kind == "bullet":
        return _text_indent(block) > _NEAR
    return not is_sentence_end(without_markers(last.text))


def _may_go_on(block: _Block, line: Line) -> bool:
    """Whether a full line ends a sentence at the end of a page, so that both readings fit."""
    last = block.lines[-1]
    is_break = (last.page, last.column) != (line.page, line.column)
    is_full = last.pieces[-1].x1 > last.right - _RAGGED * (last.right - last.left)
    return is_break and is_full and block.kind != "heading" and _is_indented_as(block, line)


def _is_indented_as(block: _Block, line: Line) -> bool:
    return abs((line.x0 - line.left) - _text_indent(block)) < _NEAR


def _text_indent(block: _Block) -> float:
    """How far the text of a block stands from the left edge of its column."""
    first = block.lines[0]
    if block.kind != "bullet":
        return block.lines[-1].x0 - block.lines[-1].left
    texts = [piece for piece in first.pieces[1:] if not piece.is_blank]
    return (texts[0].x0 if texts else first.x0) - first.left
