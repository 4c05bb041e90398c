"""The Markdown of our texts as plain words and as HTML, safely.

Texts are CommonMark with footnote markers ``[^1]``. Raw HTML in a text is shown as it is written,
never run; a link leads to a web or mail address or is shown as plain words. (The source has links
whose address was lost, ``[words](#)``.)
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_MARKER = re.compile(r"\[\^([0-9]{1,18})\]")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_SAFE_ADDRESS = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What a page that is one file may load: its own style and nothing else. No script runs in it."""

# A marker is no part of CommonMark: it goes through the renderer as its number between two code
# points that are no characters and that no text may hold.
OPEN, CLOSE = "\ufffe", "\uffff"


def plain(text: str) -> str:
    """A Markdown text as plain words in one line, without markers and addresses.

    >>> plain("to use [the *guide*](#).[^1]")
    'to use the guide.'
    """
    if "[" in text:
        text = _LINK.sub(r"\1", _MARKER.sub("", text))
    return " ".join(text.replace("*", "").split())


def to_html(text: str, marker: Callable[[int], str] | None = None) -> str:
    """A Markdown text as HTML blocks.

    ``marker`` gives the HTML that stands for a marker of a number; without it markers are left
    out. Headings of the text begin at their own level.

    >>> to_html("*one*[^1]", lambda number: f"<sup>{number}</sup>")
    '<p><em>one</em><sup>1</sup></p>'
    """
    hidden = _MARKER.sub(rf"{OPEN}\1{CLOSE}", text)
    renderer = _renderer()
    tokens = [_with_safe_links(token) for token in renderer.parse(hidden)]
    rendered = str(renderer.renderer.render(tokens, renderer.options, {})).strip()
    show = marker or (lambda _: "")
    return re.sub(f"{OPEN}([0-9]+){CLOSE}", lambda found: show(int(found[1])), rendered)


def apart(text: str) -> str:
    """The text with markers that stand side by side set apart, so that 34 and 35 are not 3435.

    >>> apart("One.[^34][^35]").replace("\u00a0", "~")
    'One.[^34]~[^35]'
    """
    return re.sub(r"(?<=[0-9]\])(?=\[\^[0-9])", "\u00a0", text)


def escape(text: str) -> str:
    """A plain text for HTML, in content or in an attribute."""
    return html.escape(text, quote=True)


def _with_safe_links(block: Token) -> Token:
    """The block without links that lead anywhere but to a web or mail address; words stay."""
    kept, dropped = [], False
    for token in block.children or ():
        if token.type == "link_open":
            dropped = not _SAFE_ADDRESS.match(str(token.attrGet("href") or ""))
        if not (dropped and token.type in ("link_open", "link_close")):
            kept.append(token)
    block.children = kept if block.children is not None else None
    return block


@cache
def _renderer() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).disable("image")
