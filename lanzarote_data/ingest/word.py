"""A Word file of a factsheet, with its real footnotes, read into blocks.

Mammoth reads the file and gives clean HTML, which says what is a heading, a point of a list, a
footnote; headers and footers of pages, and deleted text, are not in it.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from xml.parsers import expat

from lanzarote_data.ingest.blocks import BOX, Block, Footnote, SourceText
from lanzarote_data.ingest.notation import Run, clean, in_one_line, paragraph_of
from lanzarote_data.ingest.tidy import source_text
from lanzarote_data.ingest.word_styles import prepared
from lanzarote_data.model.errors import SourceError, how_to_install
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
_NOTE_LINK = re.compile(r"#?(?:footnote|endnote)-")
_BLOCK = re.compile("p|li|h[1-6]")
_AS_PARAGRAPH = Block("paragraph", "", 0)
_TYPED_POINT = re.compile(r"(?:[-–—•▪◦·]|\uf0b7)\s+(?=\S)")


def read_word(content: bytes, name: str) -> SourceText:
    """Read the bytes of a ``.docx``; ``name`` is the name of its file.

    Its footnotes get the numbers that Word shows: in the order of their markers.

    :raises SourceError: the file is damaged, or mammoth, which reads it, is not installed.
    """
    reader = _Reader()
    reader.feed(_html(content, name))
    reader.close()
    return source_text(
        name,
        "paragraph",
        _without_layout_tables(reader.blocks),
        reader.footnotes,
        reader.struck,
        [
            block.doubt("hidden-text", "is hidden or struck through in Word, so it was left out.")
            for block in reader.struck
        ],
    )


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
        visible, rules = prepared(content)
        result = mammoth.convert_to_html(
            io.BytesIO(visible), style_map=_STYLES + rules, convert_image=image
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
        self._block = _AS_PARAGRAPH
        self._runs: list[Run] = []
        self._struck: list[str] = []
        self._open: Counter[str] = Counter()
        self._links: list[str] = [""]

    @property
    def footnotes(self) -> tuple[Footnote, ...]:
        """The footnotes, in the order of their numbers."""
        return tuple(Footnote(n.number, n.text, n.line) for n in self._notes.values())

    @property
    def _next(self) -> int:
        """The number of the paragraph that is being read."""
        return len(self.blocks) + 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self._open_link("#" if given.get("class") == "lost" else given.get("href", ""))
        elif tag == "br":
            self.handle_data(" ")
        elif tag == "li" and (note := _NOTE.fullmatch(given.get("id", ""))):
            self._note = self._notes.get(note[1])
        elif _BLOCK.fullmatch(tag):
            self._flush()
            self._block = self._begun(tag, is_contents=given.get("class") == "toc")
        elif tag in ("ul", "ol"):
            self._flush()
        self._open[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        if _BLOCK.fullmatch(tag) or tag in ("ul", "ol"):
            self._flush()
        if tag == "a":
            self._links.pop()
        elif tag == "li" and not self._lists:
            self._note = None
        self._open[tag] -= 1
        if tag == "s" and not self._open["s"]:
            self._leave_out()

    def handle_data(self, data: str) -> None:
        """Add characters to the block that is open."""
        if not _NOTE_LINK.match(self._links[-1]):
            self._add(re.sub(r"([*\\])", r"\\\1", data), self._links[-1])

    @property
    def _lists(self) -> int:
        return self._open["ul"] + self._open["ol"]

    def _add(self, text: str, address: str) -> None:
        if self._open["s"]:
            self._struck.append(text)
        else:
            styles = self._open["strong"] > 0, self._open["em"] > 0
            self._runs.append(Run(text, *styles, address))

    def _open_link(self, address: str) -> None:
        """Open a link; one that leads to a footnote is its marker."""
        note = _NOTE.fullmatch(address)
        if note:
            new = _Note(len(self._notes) + 1, self._next)
            number = self._notes.setdefault(note[1], new).number
            self._add(f"[^{number}]", self._links[-1])
        self._links.append(address)

    def _leave_out(self) -> None:
        text = in_one_line(clean("".join(self._struck)))
        self._struck = []
        if text:
            self.struck.append(Block("paragraph", text, self._next))

    def _begun(self, tag: str, is_contents: bool) -> Block:
        """An open block, as yet without text."""
        framed = self._open["blockquote"] + self._open["table"] > 0
        if tag == "li":
            return Block("bullet", "", 0, 2 * (self._lists - 1), framed)
        if tag != "p":
            return Block("heading", "", 0, int(tag[1]), framed)
        return Block("contents" if is_contents else "paragraph", "", 0, framed=framed)

    def _flush(self) -> None:
        """Put the open paragraph, point or heading among the blocks or the footnotes."""
        block, self._block = self._block, _AS_PARAGRAPH
        text, self._runs = paragraph_of(self._runs), []
        if not text:
            return
        if self._note:
            self._note.text = f"{self._note.text} {text}".strip()
            return
        if block.kind == "heading":
            text = text.replace("**", "")
        elif block.kind == "paragraph" and (typed := _TYPED_POINT.match(text)):
            block, text = replace(block, kind="bullet"), text[typed.end() :]
        self.blocks.append(replace(block, text=text, line=self._next))
