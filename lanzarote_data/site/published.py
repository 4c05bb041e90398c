"""What a site has beside its pages where its address is known: for search engines, feed readers,
browsers and programs.

Every row of the tables is a JSON file of its own too, at an address made of its permanent id.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from functools import partial
from html import escape

from lanzarote_data.formats.typed_rows import typed_row
from lanzarote_data.metadata.about import About
from lanzarote_data.model.tables import Row, Table
from lanzarote_data.site.folder import File
from lanzarote_data.site.index import Index
from lanzarote_data.site.items import ItemPages
from lanzarote_data.text.rights import notice

FEED, SEARCH, MISSING = "changes.atom", "opensearch.xml", "404.html"
_XML = '<?xml version="1.0" encoding="utf-8"?>\n'


def published_files(
    index: Index, about: About, items: ItemPages, changes: bytes, pages: Iterable[str]
) -> Iterator[File]:
    """The files, but for the page of an address that does not exist.

    ``changes`` is the change log of a release as CSV, ``pages`` are the paths of all pages.
    """
    texts = {
        "sitemap.xml": _sitemap(about, pages),
        "robots.txt": f"User-agent: *\nAllow: /\nSitemap: {about.home}sitemap.xml\n",
        FEED: _feed(about, items, changes),
        SEARCH: _search(about, items),
    }
    yield from (File(path, partial(text.encode, "utf-8")) for path, text in texts.items())
    for name, table in index.tables.items():
        yield File(f"data/{name}.json", partial(_table, index, about, table))
    for item in index.by_id.values():
        row = index.tables[item.table].resource, item.row
        link = items.link(item)
        more = {"title": link.title, "url": about.home + link.path}
        path = f"{link.path.removesuffix('.html')}.json"
        yield File(path, partial(_json, index, about, more | {"row": typed_row(*row)}))


def _json(index: Index, about: About, content: dict[str, object]) -> bytes:
    """A JSON document that says of which edition it is, and whose."""
    head = {"rights": notice(index.package), "license": about.terms(about.home)}
    return json.dumps(head | content, ensure_ascii=False, default=str).encode("utf-8")


def _table(index: Index, about: About, table: Table) -> bytes:
    rows: list[object] = [typed_row(table.resource, row) for row in table.rows]
    head = {"license": about.terms(about.home, table.resource.name)}
    return _json(index, about, {**head, "table": table.resource.name, "rows": rows})


def _sitemap(about: About, pages: Iterable[str]) -> str:
    lines = "".join(
        f"<url><loc>{escape(about.home + path)}</loc><lastmod>{about.date}</lastmod></url>\n"
        for path in pages
        if path != MISSING
    )
    head = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return f"{_XML}{head}\n{lines}</urlset>\n"


def _search(about: About, items: ItemPages) -> str:
    """How a browser searches the site: by the part of the address that no server sees."""
    name = escape(items.words("site.title"))
    return (
        f'{_XML}<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
        f"<ShortName>{name[:16].strip()}</ShortName>\n<Description>{name}</Description>\n"
        f'<Url type="text/html" template="{escape(about.home)}explore.html#q={{searchTerms}}"/>\n'
        "<InputEncoding>UTF-8</InputEncoding>\n</OpenSearchDescription>\n"
    )


def _feed(about: About, items: ItemPages, changes: bytes) -> str:
    """The feed: an entry for the edition, and one for each text that it changed."""
    title = f"{about.title}, version {about.version}"
    entries = [(f"{about.home}data.html", title, about.description)]
    for kind, resource, key in _changed(changes):
        item = items.index.by_id.get(key)
        if item and item.table == resource:
            link = items.link(item)
            entries.append((about.home + link.path, f"{link.title}: {kind}", link.text))
    head = (
        f'{_XML}<feed xmlns="http://www.w3.org/2005/Atom">\n<title>{escape(about.title)}</title>\n'
        f"<id>{escape(about.home)}</id>\n<updated>{about.date}T00:00:00Z</updated>\n"
        f'<link rel="self" href="{escape(about.home + FEED)}"/>\n'
        f"<author><name>{escape(about.publisher.name)}</name></author>\n"
        f"<rights>{escape(about.credit)}</rights>\n"
    )
    return head + "".join(_entry(about, *entry) for entry in entries) + "</feed>\n"


def _entry(about: About, address: str, title: str, text: str) -> str:
    return (
        f"<entry><title>{escape(title)}</title><id>{escape(address)}#{about.version}</id>"
        f'<link href="{escape(address)}"/><updated>{about.date}T00:00:00Z</updated>'
        f"<summary>{escape(text)}</summary></entry>\n"
    )


def _changed(changes: bytes) -> Iterator[tuple[str, str, str]]:
    """What changed, once for each row: the kind of change, the table, the key."""
    rows: Iterable[Row] = csv.DictReader(io.StringIO(changes.decode("utf-8"), newline=""))
    return iter(dict.fromkeys((row["kind"], row["resource"], row["key"]) for row in rows))
