"""What fills in the templates of pages that are one file each."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from lanzarote_data.text.difference import word_difference
from lanzarote_data.text.markup import line_to_html, plain

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def environment() -> Environment:
    """The environment of the templates; all that they are given is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    loader = PackageLoader("lanzarote_data.render")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    made.filters["line"] = lambda text: Markup(line_to_html(text))
    made.filters["plain"] = plain
    made.filters["word_difference"] = word_difference
    return made
