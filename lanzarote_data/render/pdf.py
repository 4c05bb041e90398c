"""A factsheet as PDF: tagged for screen readers, its footnotes at the foot of the page."""

from __future__ import annotations

import hashlib

from lanzarote_data.model.errors import LanzaroteError, how_to_install
from lanzarote_data.render.html import pages_of
from lanzarote_data.text.document import Document


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
