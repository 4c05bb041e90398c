"""A Word file of a factsheet, with its real footnotes, read into blocks.

Mammoth reads the file and gives clean HTML, which says what is a heading, a point of a list, a
footnote; headers and footers of pages, and deleted text, are not in it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from xml.parsers import expat

from lanzarote_data.ingest.blocks import BOX, Block, BlockKind, Doubt, Footnote, SourceText
from lanzarote_data.ingest.emphasis import link, with_one_emphasis
from lanzarote_data.ingest.joins import join_cut_blocks
from lanzarote_data.ingest.notation import clean, in_one_line
from lanzarote_data.ingest.page_furniture import set_furniture_apart
from lanzarote_data.ingest.plain_headings import find_headings
from lanzarote_data.ingest.word_styles import style_map, with_hidden_struck, with_numbers
from lanzarote_data.model.errors import SourceError, how_to_install
from lanzarote_data.model.problems import shown
from lanzarote_data.store.office_file import UnsafeFileError, open_zip, parse_parts
from lanzarote_data.text.document import LOST_LINK_STYLE, PRACTICE_STYLE

# The title is level 1, as in Markdown, so a chapter, which is “Heading 1” in Word, is level 2.
_HEADINGS = "\n".join(
    f"p[style-name='{name} {level}'] => h{level + 1}:fresh"
    for level in range(1, 6)
    for name in ("Heading", "heading")
)
_BULLETS = """
p[style-name='List Bullet 2'] => ul|ol > li > ul > li:fresh
p[style-name='List Bullet 3'] => ul|ol > li > ul|ol > li > ul > li:fresh
"""
_STYLES = f"""
{_HEADINGS}
p[style-name='Title'] => h1:fresh
p[style-name^='toc '] => p.toc:fresh
p[style-name^='TOC '] => p.toc:fresh
{_BULLETS}
p[style-name='{PRACTICE_STYLE}'] => blockquote > p:fresh
r[style-name='{LOST_LINK_STYLE}'] => a.lost
u => span
strike => s
"""
# The factsheet of Belgium has 6,000 in all its parts; Word itself writes several times more.
MOST_ELEMENTS = 60_000
# That factsheet is nested 9 deep. Readers fail at a depth that depends on the version of Python.
DEEPEST = 200
_SAVE_AGAIN = "Open it in Word, save it again as .docx, and ingest that."
_NOTE = re.compile(r"#?((?:footnote|endnote)-(?!ref-).+)")
_MARKS = {"strong": "**", "em": "*"}
_INLINE = (*_MARKS, "a", "sup", "s")
_TYPED_POINT = re.compile(r"(?:[-–—•▪◦·]|\uf0b7)\s+(?=\S)")


def read_word(content: bytes, name: str) -> SourceText:
    """Read the bytes of a ``.docx``; ``name`` is the name of its file.

    Its footnotes get the numbers that Word shows: in the order of their markers.

    :raises SourceError: the file is damaged, or mammoth, which reads it, is not installed.
    """
    reader = _Reader()
    reader.feed(_html(content, name))
    reader.close()
    kept, left_out = set_furniture_apart(_without_layout_tables(reader.blocks))
    left_out += reader.struck
    headed, assumed = find_headings(kept)
    joined, joins = join_cut_blocks(headed)
    found = (*_told(reader.struck), *assumed, *joins)
    return SourceText(name, "paragraph", tuple(joined), reader.footnotes, tuple(left_out), found)


def _told(struck: list[Block]) -> Iterator[Doubt]:
    """What a person should know about text that Word does not show, or strikes through."""
    for block in struck:
        message = f"{shown(block.text)} is hidden or struck through in Word, so it was left out."
        yield Doubt("hidden-text", block.line, message)


def _without_layout_tables(blocks: list[Block]) -> list[Block]:
    """The blocks without frames, if whole chapters stand in a table: then it is no box."""
    layout = any(b.framed and b.kind == "heading" and not BOX.fullmatch(b.words) for b in blocks)
    return [replace(block, framed=False) for block in blocks] if layout else blocks


def _html(content: bytes, name: str) -> str:
    try:
        import mammoth
    except ModuleNotFoundError as reason:
        hint = how_to_install("word") + " Or save the file as plain text."
        message = "Word files are read with the library mammoth, which is not installed."
        raise SourceError(message, hint) from reason
    try:
        _check(content)
        image = mammoth.images.img_element(lambda _: {"src": ""})
        visible = with_numbers(with_hidden_struck(content))
        result = mammoth.convert_to_html(
            io.BytesIO(visible), style_map=_STYLES + style_map(content), convert_image=image
        )
    except UnsafeFileError as reason:
        raise SourceError(f"{name} {reason}.", _SAVE_AGAIN) from reason
    except Exception as reason:  # mammoth raises whatever its XML and zip readers raise
        raise SourceError(f"{name} is not a Word file, or it is damaged.", _SAVE_AGAIN) from reason
    return str(result.value)


def _check(content: bytes) -> None:
    """Refuse a file that is damaged, could do harm, or has far more in it than a factsheet.

    :raises UnsafeFileError: with the reason.
    """
    elements = depth = 0

    def start(*_: object) -> None:
        nonlocal elements, depth
        elements += 1
        depth += 1
        if elements > MOST_ELEMENTS:
            raise UnsafeFileError("has far more paragraphs than a factsheet")
        if depth > DEEPEST:
            raise UnsafeFileError("has tables or other parts that are nested too deeply")

    def end(*_: object) -> None:
        nonlocal depth
        depth -= 1

    def attach(parser: expat.XMLParserType, _: str) -> None:
        nonlocal depth
        depth = 0
        parser.StartElementHandler = start
        parser.EndElementHandler = end

    with open_zip(content) as archive:
        parse_parts(archive, attach)


@dataclass
class _Open:
    """An element that is open: its tag, the text so far, and where a link leads."""

    tag: str
    text: str = ""
    address: str = ""
    depth: int = 0


@dataclass
class _Note:
    """A footnote: its number, the paragraph of its marker, and its text."""

    number: int
    line: int
    text: str = ""


class _Reader(HTMLParser):
    """Reads mammoth's HTML: paragraphs, headings and points become blocks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.struck: list[Block] = []
        self._notes: dict[str, _Note] = {}
        self._note: _Note | None = None
        self._inline: list[_Open] = []
        self._lists = 0
        self._frames = 0
        self._is_contents = False
        self._count = 0

    @property
    def footnotes(self) -> tuple[Footnote, ...]:
        """The footnotes, in the order of their numbers."""
        return tuple(Footnote(n.number, n.text, n.line) for n in self._notes.values())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        given = {name: value or "" for name, value in attrs}
        note = _NOTE.fullmatch(given.get("id", ""))
        if tag in ("blockquote", "table"):
            self._frames += 1
        elif tag in ("ul", "ol"):
            self._flush()
            self._lists += 1
        elif tag == "li" and note:
            self._note = self._notes.get(note[1])
        elif tag in ("p", "li") or re.fullmatch("h[1-6]", tag):
            self._flush()
            self._is_contents = given.get("class") == "toc"
            self._inline = [_Open(tag, depth=self._lists)]
        elif tag == "br":
            self.handle_data(" ")
        elif tag in _INLINE:
            address = "#" if given.get("class") == "lost" else given.get("href", "")
            self._inline.append(_Open(tag, address=address))

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        if tag in _INLINE and len(self._inline) > 1:
            done = self._inline.pop()
            self._inline[-1].text += self._as_markdown(done)
        elif tag in ("p", "li") or re.fullmatch("h[1-6]", tag):
            self._flush()
            if tag == "li" and not self._lists:
                self._note = None
        elif tag in ("ul", "ol"):
            self._flush()
            self._lists -= 1
        elif tag in ("blockquote", "table"):
            self._frames -= 1

    def handle_data(self, data: str) -> None:
        """Add characters to the element that is open."""
        if not self._inline:
            self._inline = [_Open("p")]
        self._inline[-1].text += re.sub(r"([*\\])", r"\\\1", data)

    def _as_markdown(self, done: _Open) -> str:
        """An inline element as Markdown; a reference to a footnote as its marker."""
        if done.tag == "s":
            if done.text.strip():
                text = in_one_line(clean(done.text))
                self.struck.append(Block("paragraph", text, self._count + 1))
            return ""
        if done.tag == "a":
            reference = _NOTE.fullmatch(done.address)
            if reference:
                return self._marker(reference[1])
            is_back_link = re.match(r"#(?:footnote|endnote)-ref-", done.address)
            return "" if is_back_link else link(done.text, done.address)
        mark = _MARKS.get(done.tag, "")
        inner = done.text.strip()
        if not inner or not mark:
            return done.text
        before, after = done.text.partition(inner)[::2]
        return f"{before}{mark}{inner}{mark}{after}"

    def _marker(self, note_id: str) -> str:
        new = _Note(len(self._notes) + 1, self._count + 1)
        return f"[^{self._notes.setdefault(note_id, new).number}]"

    def _flush(self) -> None:
        """Put the open paragraph, point or heading among the blocks or the footnotes."""
        if not self._inline:
            return
        first = self._inline[0]
        text = "".join(element.text for element in self._inline)
        self._inline = []
        text = with_one_emphasis(in_one_line(clean(text)))
        text = re.sub(r" +(?=\[\^[0-9]+\])", "", text)
        if not text:
            return
        if self._note:
            self._note.text = f"{self._note.text} {text}".strip()
            return
        self._count += 1
        self.blocks.append(replace(self._block(first, text), framed=self._frames > 0))

    def _block(self, element: _Open, text: str) -> Block:
        if re.fullmatch("h[1-6]", element.tag):
            return Block("heading", text.replace("**", ""), self._count, int(element.tag[1]))
        if element.tag == "li":
            return Block("bullet", text, self._count, 2 * (element.depth - 1))
        typed = _TYPED_POINT.match(text)
        if typed and not self._is_contents:
            return Block("bullet", text[typed.end() :], self._count)
        kind: BlockKind = "contents" if self._is_contents else "paragraph"
        return Block(kind, text, self._count)
