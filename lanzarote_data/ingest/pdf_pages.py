"""The pages of a PDF as pieces of text, each with its place, type and tag; pieces put together."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from lanzarote_data.ingest.blocks import BlockKind
from lanzarote_data.ingest.notation import Run, clean, paragraph_of
from lanzarote_data.model.errors import SourceError, how_to_install

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

MOST_PAGES = 400
_HOW_TO_GET_TEXT = "Ask for the Word file, or recognise the text with a program for scans first."
_BOLD = re.compile(r"bold|black|heavy|semib|demi", re.IGNORECASE)
_ITALIC = re.compile(r"italic|oblique", re.IGNORECASE)
_WIDE, _HIGH, _THIN = 80.0, 15.0, 4.0  # points: what a box measures at least, and its lines
_MAY_BE_UNREADABLE = 0.01  # of all letters
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


@dataclass(frozen=True)
class Piece:
    """A piece of text as the PDF draws it; ``y`` is its base line, from the foot of the page.

    ``tag`` is the number by which the structure of the document names it; -1 if it does not.
    ``address`` is where a link leads that lies over it.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool = False
    italic: bool = False
    tag: int = -1
    address: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether the piece has no letters."""
        return not self.text.strip()


Area = tuple[float, float, float, float]
"""The left, lower, right and upper edge of something on a page, in points."""


@dataclass(frozen=True)
class Page:
    """A page: its number from 1, its width, its pieces in the order of the file, and its boxes."""

    number: int
    width: float
    pieces: tuple[Piece, ...]
    raw: Any = None
    frames: tuple[Area, ...] = ()


DrawnKind = BlockKind | Literal["note"]


@dataclass
class Drawn:
    """A block as a page draws it: what it is, its place, and its pieces.

    ``depth`` and ``framed`` are those of the block. One that ``goes_on`` is the rest of a block of
    an earlier page; one that ``may_go_on`` perhaps is.
    """

    kind: DrawnKind
    place: str
    pieces: list[Piece]
    depth: int = 0
    framed: bool = False
    goes_on: bool = False
    may_go_on: bool = False


def pages_of(content: bytes, name: str) -> list[Page]:
    """The pages of a PDF.

    :raises SourceError: it is damaged, locked or too long, has no text, or one whose letters
        cannot be known; or its reader is not installed.
    """
    try:
        import pypdfium2
    except ModuleNotFoundError as reason:
        hint = how_to_install("pdf-in") + " Or save the file as plain text."
        message = "PDF files are read with the library pypdfium2, which is not installed."
        raise SourceError(message, hint) from reason
    try:
        return _read_pages(pypdfium2.PdfDocument(content), name)
    except pypdfium2.PdfiumError as reason:
        locked = "password" in str(reason).lower()
        why = "is protected by a password" if locked else "is not a PDF, or it is damaged"
        raise SourceError(f"{name} {why}.", "Ask for the Word file.") from reason


def _read_pages(document: PdfDocument, name: str) -> list[Page]:
    import pypdfium2.raw as raw

    if len(document) > MOST_PAGES:
        message = f"{name} has {len(document)} pages: no factsheet has."
        raise SourceError(message, "Check that it is the right file.")
    pages: list[Page] = []
    letters = unreadable = 0
    for number in range(1, len(document) + 1):
        page = document[number - 1]
        text = page.get_textpage()
        count = text.count_chars()
        letters += count
        unreadable += sum(raw.FPDFText_HasUnicodeMapError(text, i) == 1 for i in range(count))
        pages.append(_read_page(raw, page, text, number))
    if all(piece.is_blank for page in pages for piece in page.pieces):
        message = f"{name} has no text: it is a scan, that is, pictures of pages."
        raise SourceError(message, _HOW_TO_GET_TEXT)
    if unreadable > letters * _MAY_BE_UNREADABLE:
        message = f"{name} has fonts that do not say which letters they draw."
        raise SourceError(message, "Ask for the Word file.")
    return pages


def _read_page(raw: Any, page: PdfPage, text: Any, number: int) -> Page:
    links = list(_links(raw, page))
    pieces: list[Piece] = []
    drawn: list[Area] = []
    for item in page.get_objects():
        if item.type == raw.FPDF_PAGEOBJ_TEXT:
            pieces.append(_piece(raw, item, text, links))
        elif item.type == raw.FPDF_PAGEOBJ_PATH:
            drawn.append(item.get_bounds())
    frames = tuple(frames_of(drawn, page.get_width(), page.get_height()))
    return Page(number, page.get_width(), tuple(pieces), page, frames)


def frames_of(drawn: list[Area], width: float, height: float) -> Iterator[Area]:
    """The boxes of a page: areas that are not nearly all of it, and areas within four lines."""
    for left, bottom, right, top in drawn:
        is_page = right - left > 0.95 * width or top - bottom > 0.9 * height
        if right - left > _WIDE and top - bottom > _HIGH and not is_page:
            yield left, bottom, right, top
    flat = [a for a in drawn if a[2] - a[0] > _WIDE and a[3] - a[1] < _THIN]
    upright = [a for a in drawn if a[2] - a[0] < _THIN and a[3] - a[1] > _THIN]
    for above, below in pairwise(sorted(flat, key=lambda a: (round(a[0] / _THIN), -a[1]))):
        area = (above[0], below[1], above[2], above[3])
        if abs(above[0] - below[0]) + abs(above[2] - below[2]) < _THIN and _has_sides(
            area, upright
        ):
            yield area


def _has_sides(area: Area, upright: list[Area]) -> bool:
    """Whether upright lines, perhaps in pieces, stand at both sides of an area, all the way."""
    left, bottom, right, top = area
    for side in (left, right):
        own = [a for a in upright if abs(a[0] - side) < _THIN]
        covered = sum(max(min(a[3], top) - max(a[1], bottom), 0) for a in own)
        if covered < 0.9 * (top - bottom):
            return False
    return top - bottom > _HIGH


def _links(raw: Any, page: PdfPage) -> Iterator[tuple[Area, str]]:
    """Where the links of a page are that lead to a web or mail address."""
    position, link, area = ctypes.c_int(0), raw.FPDF_LINK(), raw.FS_RECTF()
    while raw.FPDFLink_Enumerate(page, position, link):
        action = raw.FPDFLink_GetAction(link)
        if action and raw.FPDFLink_GetAnnotRect(link, area):
            address = wide_text(
                lambda n, b, of=action: raw.FPDFAction_GetURIPath(page.pdf, of, b, n), "utf-8"
            )
            if re.match(r"(?:https?:|mailto:)[^\s()<>]+$", address):
                bottom, top = sorted((area.bottom, area.top))
                yield (area.left, bottom, area.right, top), address


def _piece(raw: Any, item: Any, text: Any, links: list[tuple[Area, str]]) -> Piece:
    """A piece of text with the address of the link in which its middle lies."""

    def read(length: int, buffer: Any) -> int:
        pointer = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
        return int(raw.FPDFTextObj_GetText(item, text, pointer, length))

    size = ctypes.c_float()
    raw.FPDFTextObj_GetFontSize(item, size)
    font = raw.FPDFTextObj_GetFont(item)
    name = wide_text(lambda n, b: raw.FPDFFont_GetBaseFontName(font, b, n), "latin-1")
    matrix = item.get_matrix()
    left, _, right, _ = item.get_bounds()
    height = round(size.value * (abs(matrix.d) or abs(matrix.b)), 1)
    x, y = (left + right) / 2, matrix.f + height / 4
    return Piece(
        text=wide_text(read).replace("\r", " ").replace("\n", " "),
        x0=left,
        x1=right,
        y=matrix.f,
        size=height,
        bold=bool(_BOLD.search(name)),
        italic=bool(_ITALIC.search(name)),
        tag=raw.FPDFPageObj_GetMarkedContentID(item),
        address=next((to for area, to in links if _is_within(x, y, area)), ""),
    )


def _is_within(x: float, y: float, area: Area) -> bool:
    left, bottom, right, top = area
    return left <= x <= right and bottom <= y <= top


def wide_text(read: Any, encoding: str = "utf-16-le") -> str:
    """The text that a function of PDFium gives, which is asked for its length first."""
    length = read(0, None)
    if length <= 0:
        return ""
    unit = 2 if encoding.startswith("utf-16") else 1
    buffer = ctypes.create_string_buffer(length * unit)
    read(length, buffer)
    return buffer.raw.decode(encoding, errors="replace").split("\0")[0]


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
    return paragraph_of(runs)


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
