"""A page of the site, the permanent paths of pages, and texts as pages show them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.text.items import Item
from lanzarote_data.text.markup import plain, to_html

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
_HEADING = re.compile(r"^#+(?= )", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """A page: its path below the site's folder, its template, and what that shows."""

    path: str
    template: str
    values: Mapping[str, object]


@cache
def page_path(folder: str, name: str) -> str:
    """The path of a page that is named by an id.

    :raises LanzaroteError: the id could lead out of the folder.
    """
    if not _FILE_NAME.fullmatch(name):
        raise LanzaroteError(
            f"No page can be named after the id {name!r}.",
            "Use only letters, digits and hyphens in ids; 'lanzarote validate' shows where.",
        )
    return f"{folder}/{name}.html"


def item_path(item: Item) -> str:
    """The path of the page of an item."""
    return page_path(item.table, item.id)


def factsheet_path(round_id: str, party_id: str) -> str:
    """The path of the page of a Party's factsheet on a round."""
    return page_path("factsheets", f"{round_id}-{party_id}")


def report_path(report_id: str) -> str:
    """The path of the page of a recommendation of a report."""
    return page_path("report", report_id)


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
    """An item as plain words: its lead-in and its text, in lines as :func:`plain_lines`."""
    lead_in = item.of("lead_in").replace("{party}", party_name)
    return plain_lines(f"{lead_in} {item.row['text']}")


def plain_lines(text: str) -> str:
    r"""A text as plain words; its paragraphs and the points of its lists are lines.

    >>> plain_lines("to keep\n\n- *one* thing;\n- another")
    'to keep\n- one thing;\n- another'
    """
    return "\n".join(filter(None, map(plain, text.splitlines())))


def excerpt(text: str, length: int = 180) -> str:
    """The beginning of a plain text in one line, cut at a word.

    >>> excerpt("one two three", 9)
    'one two …'
    """
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    return text[: length - 1].rpartition(" ")[0].rstrip(" ,;:") + " …"
