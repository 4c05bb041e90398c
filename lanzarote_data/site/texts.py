"""The official wording as HTML on a page, and as plain words."""

from __future__ import annotations

import re

from markupsafe import Markup

from lanzarote_data.text.items import Item
from lanzarote_data.text.markup import plain, to_html

_HEADING = re.compile(r"^#+(?= )", re.MULTILINE)


def wording(text: str, heading_level: int = 0) -> Markup:
    """A text as HTML blocks; each marker becomes a link to its note.

    ``heading_level`` is that of headings in the text, instead of their own.
    """
    if heading_level:
        text = _HEADING.sub("#" * heading_level, text)
    return Markup(to_html(text, _mark))


def _mark(number: int) -> str:
    return f'<sup><a href="#n{number}" id="m{number}" role="doc-noteref">{number}</a></sup>'


def plain_item(item: Item, party_name: str) -> str:
    """An item as plain words in one line: its lead-in and its text."""
    lead_in = item.of("lead_in").replace("{party}", party_name)
    return plain(f"{lead_in} {item.row['text']}")


def excerpt(text: str, length: int = 180) -> str:
    """The beginning of a plain text, cut at a word.

    >>> excerpt("one two three", 9)
    'one two …'
    """
    if len(text) <= length:
        return text
    return text[: length - 1].rpartition(" ")[0].rstrip(" ,;:") + " …"
