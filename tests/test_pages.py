"""Pages of one file, which people send to each other: they load nothing and run nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from lanzarote_data.model.changes import difference
from lanzarote_data.release.dictionary import dictionary_files
from lanzarote_data.render.html import html_of
from lanzarote_data.render.pages import comparison_page
from lanzarote_data.text.document import document_of
from lanzarote_data.text.items import Items
from tests.packages import edited, own_tables, tiny_tables

TINY = tiny_tables()
PAGES: dict[str, Callable[[], str]] = {
    "differences": lambda: comparison_page(
        difference(TINY, edited(TINY, "parties", "FIN", name="x")), TINY.package, "Title"
    ),
    "factsheet": lambda: html_of(document_of(Items(own_tables()), "BEL")),
    "release": lambda: dictionary_files(TINY.package)["dictionary/data-dictionary.html"].decode(),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_forbids_all_but_its_own_style_and_has_nothing_else(name: str) -> None:
    text = PAGES[name]()
    head = text.partition("</head>")[0]
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in head
    assert head.index("Content-Security-Policy") < head.index("<style>")
    assert not re.search(r"<(script|link|img|iframe|object|embed|form|base)\b|@import|url\(", text)
    assert not re.search(r"<[^>]+\s(style|on\w+|src)=", text)
