"""A factsheet as one HTML file, for the screen and for the printer; and, page by page, as PDF.

The layout is in ``templates/``. On the screen the footnotes are at the end, linked both ways; on
pages each is in the text, and the page sets it at its foot. The PDF is tagged for screen readers.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from lanzarote_data.model.errors import LanzaroteError, how_to_install
from lanzarote_data.render.pages import page
from lanzarote_data.text.document import Document
from lanzarote_data.text.markup import line_to_html, to_html
from lanzarote_data.text.verbs import Verbs

if TYPE_CHECKING:
    from collections.abc import Callable


def html_of(document: Document) -> str:
    """The factsheet as one HTML file that needs no other file."""
    return _rendered(document, _linked_marker, paged=False)


def pages_of(document: Document) -> str:
    """The factsheet as HTML whose footnotes are in the text, for a program that sets pages."""
    notes = {note.number: note.text for note in document.notes}

    def footnote(number: int) -> str:
        return f'<span class="footnote">{line_to_html(notes[number])}</span>'

    return _rendered(document, footnote, paged=True)


def _rendered(document: Document, marker: Callable[[int], str], paged: bool) -> str:
    from markupsafe import Markup

    def text(words: str) -> Markup:
        return Markup(to_html(_with_bold_verb(document.verbs, words), marker))

    return page("factsheet.html.j2", document=document, paged=paged, text=text)


@lru_cache(16_384)
def _with_bold_verb(verbs: Verbs, text: str) -> str:
    """A text with its verb in bold type; many texts are in the factsheets of all Parties."""
    return verbs.with_bold_verb(text)


def _linked_marker(number: int) -> str:
    return (
        f'<sup id="marker-{number}"><a role="doc-noteref" href="#note-{number}" '
        f'aria-label="Footnote {number}">{number}</a></sup>'
    )


def pdf_of(document: Document) -> bytes:
    """The factsheet as PDF/UA; the same bytes for the same factsheet and the same fonts.

    :raises LanzaroteError: WeasyPrint, which sets the pages, is not installed.
    """
    page = pages_of(document)
    try:
        import weasyprint
    except (ImportError, OSError) as reason:
        raise LanzaroteError(
            "A PDF is made with WeasyPrint and Pango, and one of them is not installed.",
            how_to_install("pdf") + " On Debian and Ubuntu, install Pango: "
            "apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0. Or write "
            "--format docx and print that.",
        ) from reason
    identifier = hashlib.sha256(page.encode("utf-8")).hexdigest()[:32].encode("ascii")
    pdf = weasyprint.HTML(string=page).write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=identifier)
    return bytes(pdf)
