"""The Markdown of our texts as plain words and as HTML, safely.

Texts are CommonMark with footnote markers ``[^1]``. Raw HTML in a text is shown as it is written,
never run; a link leads to a web or mail address or is shown as plain words. (The source has links
whose address was lost, ``[words](#)``.)
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_MARKER = re.compile(r"\[\^([0-9]{1,18})\]")
_BESIDE = re.compile(r"\[\^[0-9]{1,18}\](?=\[\^[0-9])")
# Possessive, so that no text makes the search long; an address may have parentheses in it.
_LINK = re.compile(r"\[([^\[\]]*+)\]\((?:[^()]++|\([^()]*+\))*+\)")
_AUTOLINK = r"(?:https?:|mailto:)[^\s<>]*>|[^\s<>:/]+@[^\s<>:/]+>"
_RAW_HTML = re.compile(rf"\\.|<(?=[A-Za-z/!?])(?!{_AUTOLINK})")
_SAFE_ADDRESS = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What a page that is one file may load: its own style and nothing else. No script runs in it."""

# A marker is no part of CommonMark: it goes through the renderer as its place in the text between
# two code points that are no characters and that no text may have.
_OPEN, _CLOSE = "\ufffe", "\uffff"
_PLACE = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_NO_PLACES = str.maketrans(_OPEN + _CLOSE, "\ufffd\ufffd")
_LINE = re.compile(r"[^\W\d_][^\r\n]*")
_MOST_KEPT = 32_768


def plain(text: str) -> str:
    """A Markdown text as plain words in one line, without markers and addresses.

    >>> plain("to use [the *guide*](#).[^1]")
    'to use the guide.'
    """
    if "[" in text:
        text = _LINK.sub(r"\1", _MARKER.sub("", text))
    return " ".join(text.replace("*", "").split())


def to_html(
    text: str, marker: Callable[[int], str] | None = None, placeholders: bool = False
) -> str:
    """A Markdown text as HTML blocks.

    ``marker`` gives the HTML for a marker by its number; without it markers are left out. Headings
    of the text begin at their own level. With ``placeholders`` a link whose address was lost is a
    link without address, else plain words.

    >>> to_html("*one*[^1]", lambda number: f"<sup>{number}</sup>")
    '<p><em>one</em><sup>1</sup></p>'
    """
    numbers: list[str] = []

    def hide(found: re.Match[str]) -> str:
        numbers.append(found[1])
        return f"{_OPEN}{len(numbers) - 1}{_CLOSE}"

    if _OPEN in text or _CLOSE in text:
        text = text.translate(_NO_PLACES)
    rendered = _rendered(_MARKER.sub(hide, text) if "[^" in text else text, placeholders)
    if not numbers:
        return rendered
    show = marker or (lambda _: "")
    return _PLACE.sub(lambda found: show(int(numbers[int(found[1])])), rendered)


def line_to_html(text: str) -> str:
    """A Markdown text of one paragraph as HTML within a line, without its markers.

    >>> line_to_html("*one*")
    '<em>one</em>'
    """
    return re.sub(r"</?p>", " ", to_html(text)).strip()


@lru_cache(_MOST_KEPT)
def _rendered(text: str, placeholders: bool) -> str:
    """The HTML of a text; most texts are on many pages."""
    renderer = _renderer()
    # A line that begins with a letter can be nothing but a paragraph.
    is_line = bool(_LINE.fullmatch(text))
    parsed = renderer.parseInline(text.strip()) if is_line else renderer.parse(text)
    tokens = [_with_safe_links(token, placeholders) for token in parsed]
    rendered = str(renderer.renderer.render(tokens, renderer.options, {})).strip()
    return f"<p>{rendered}</p>" if is_line else rendered


def apart(text: str) -> str:
    """The text with neighbouring markers set apart, so that 34 and 35 are not 3435.

    >>> apart("One.[^34][^35]").replace("\u00a0", "~")
    'One.[^34]~[^35]'
    """
    return _BESIDE.sub("\\g<0>\u00a0", text)


def without_html(text: str) -> str:
    r"""A Markdown text whose raw HTML is escaped; links in angle brackets stay.

    >>> without_html("<b>one</b> <https://example.org>")
    '\\<b>one\\</b> <https://example.org>'
    """
    return _RAW_HTML.sub(lambda found: found[0] if found[0] != "<" else r"\<", text)


def escape(text: str) -> str:
    """A plain text for HTML, in content or in an attribute."""
    return html.escape(text, quote=True)


def _with_safe_links(block: Token, placeholders: bool) -> Token:
    """The block without links that lead anywhere but to a web or mail address; words stay."""
    kept, dropped = [], False
    for token in block.children or ():
        if token.type == "link_open":
            address = str(token.attrGet("href") or "")
            is_placeholder = placeholders and address == "#"
            if is_placeholder:
                token.attrs = {}
            dropped = not (is_placeholder or _SAFE_ADDRESS.match(address))
        if not (dropped and token.type in ("link_open", "link_close")):
            kept.append(token)
    block.children = kept if block.children is not None else None
    return block


@cache
def _renderer() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # A line such as "[1]: a note" is a text here, not the definition of a link.
    return MarkdownIt("commonmark", {"html": False}).disable(["image", "reference"])
