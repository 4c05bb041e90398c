"""Pieces of a PDF's text put together: words, footnote markers, bold type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from lanzarote_data.ingest.emphasis import Run, with_one_emphasis, written
from lanzarote_data.ingest.notation import clean, in_one_line
from lanzarote_data.ingest.pdf_pages import Piece

GLYPH = re.compile(r"\A\s*(?:[•◦▪●‣∙·\uf0b7\uf0a7\uf02d]|(?:[-–o]|[0-9]{1,2}\.)(?=\s|\Z))\s*")
SMALLER = 0.93
"""Letters below this part of the body’s size are those of footnotes."""
_NUMBERS = re.compile(r"[0-9]{1,3}(?:[\s,]+[0-9]{1,3})*")
_OPEN_ADDRESS = re.compile(r"(?:https?:|www\.)\S*$")
# A part of an address has a figure or a mark in it, and is no year.
_REST_OF_ADDRESS = re.compile(r"(?!(?:19|20)[0-9]{2}\b)(?=\S*[0-9/=_%-])[\w./?=&%#;-]{4,}")
_LINES_OF_AN_ADDRESS = 12
_SMALL = 0.78  # of the letters around it: the size of a marker
_SPACE = 0.17  # of the size: a gap that is a space


def is_marker(piece: Piece, size: float) -> bool:
    """Whether a piece is the number of a footnote, small and raised, in letters of a size."""
    return piece.size <= size * _SMALL and bool(_NUMBERS.fullmatch(piece.text.strip()))


def size_of(pieces: Iterable[Piece]) -> float:
    """The size of most letters."""
    sizes: dict[float, int] = {}
    for piece in pieces:
        sizes[piece.size] = sizes.get(piece.size, 0) + len(piece.text.strip())
    return max(sizes, key=lambda size: sizes[size], default=0.0)


def text_of(pieces: Sequence[Piece], plain: bool = False) -> str:
    """The Markdown of pieces that stand one after the other; ``plain`` leaves bold type out."""
    size = size_of(pieces)
    runs: list[Run] = []
    before: Piece | None = None
    for piece in pieces:
        if piece.is_blank:
            runs.append(replace(runs[-1], text=" ") if runs else Run(" "))
            continue
        gap = _between(runs, before, piece) if before else ""
        text = clean(piece.text)
        if is_marker(piece, size):
            marks = "".join(f"[^{number}]" for number in re.findall("[0-9]+", text))
            runs.append(Run(marks + (" " if text[-1:].isspace() else "")))
        else:
            styled = not plain
            run = Run(text, piece.bold and styled, piece.italic and styled, piece.address)
            runs += [replace(runs[-1], text=gap), run] if gap else [run]
        before = piece
    joined = with_one_emphasis("".join(written(runs)))
    return re.sub(r" +(?=\[\^[0-9]+\])", "", in_one_line(joined))


def _between(runs: list[Run], before: Piece, piece: Piece) -> str:
    """What stands between two pieces: nothing, or a space that the PDF does not write."""
    end = "".join(run.text for run in runs[-_LINES_OF_AN_ADDRESS:])
    if _OPEN_ADDRESS.search(end.rstrip()) and _REST_OF_ADDRESS.match(piece.text):
        runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip())
        return ""
    if end[-1:].isspace() or piece.text[:1].isspace():
        return ""
    same_line = abs(before.y - piece.y) < max(before.size, piece.size) * 0.7
    if same_line and piece.x0 >= before.x0:
        return " " if piece.x0 - before.x1 > max(before.size, piece.size) * _SPACE else ""
    is_cut = re.search(r"\w[-\u2010]$", end)
    return "" if is_cut and not piece.text[:1].isupper() else " "
