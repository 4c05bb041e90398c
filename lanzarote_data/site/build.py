"""Tables to a folder with the whole site: the same tables give the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from lanzarote_data.model.tables import Tables
from lanzarote_data.site.contents import Contents
from lanzarote_data.site.downloads import Release, in_words, sum_of, table_files
from lanzarote_data.site.explore import explore_rows, explore_script
from lanzarote_data.site.folder import Written, write_folder
from lanzarote_data.site.page import Page, factsheet_path
from lanzarote_data.site.pages import Offered, Pages
from lanzarote_data.site.words import DATA_LANGUAGE, Words, load_words
from lanzarote_data.text.markup import to_html

if TYPE_CHECKING:
    from jinja2 import Environment

ASSETS = ("site.css", "icon.svg", "sheet.js", "explore.js")


@dataclass(frozen=True)
class Settings:
    """What a call may choose.

    ``address`` is where the site will be published, if known; ``release`` is an archive to offer
    for download; ``changes`` is the change log as Markdown.
    """

    language: str = DATA_LANGUAGE
    address: str = ""
    release: Release | None = None
    changes: str = ""


def build_site(tables: Tables, out: Path, settings: Settings | None = None) -> Written:
    """Write the site of the tables into a folder; what was written.

    :raises LanzaroteError: the folder is not ours or cannot be written to, or the language has
        no words.
    """
    return write_folder(out, dict(site_files(tables, settings or Settings())))


def site_files(tables: Tables, settings: Settings) -> Iterator[tuple[str, bytes]]:
    """All files of a site: path below its folder, and content."""
    contents, words = Contents(tables), load_words(settings.language)
    rows = explore_rows(contents, words)
    data = table_files(tables)
    release = settings.release
    yield from _data_files(data, release)
    yield from _asset_files()
    yield "assets/explore-data.js", explore_script(contents, words, rows).encode("utf-8")
    sums = tuple(sum_of(name, content) for name, content in data.items())
    offered = Offered(sums, release, _change_log(settings.changes))
    address = f"{settings.address.rstrip('/')}/" if settings.address else ""
    environment = _environment(contents, words, address)
    for page in Pages(contents, words, rows, offered, address).all():
        yield page.path, _rendered(environment, page)


def _data_files(data: dict[str, bytes], release: Release | None) -> Iterator[tuple[str, bytes]]:
    for name, content in data.items():
        yield f"data/{name}", content
    if release:
        yield f"data/{release.file.name}", release.content


def _asset_files() -> Iterator[tuple[str, bytes]]:
    for name in ASSETS:
        content = files("lanzarote_data.site") / "assets" / name
        yield f"assets/{name}", content.read_bytes()


def _change_log(text: str) -> Markup:
    """The change log with its headings two levels lower, below those of the page."""
    lower = re.sub(r"^(#{1,4})(?= )", r"##\1", text, flags=re.MULTILINE)
    return Markup(to_html(lower))


def _environment(contents: Contents, words: Words, address: str) -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("lanzarote_data.site", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    ranks = {row["urgency"]: row["rank"] for row in contents.tables.rows("urgencies")}
    environment.globals.update(
        t=words,
        address=address,
        package_title=contents.package.title,
        version=contents.package.version,
        credit=contents.package.descriptor.get("lanzarote:credit", ""),
        rank=ranks.get,
        data_language=DATA_LANGUAGE,
        factsheet_path=factsheet_path,
    )
    environment.filters["size"] = in_words
    environment.filters["markdown"] = lambda text: Markup(to_html(text))
    environment.tests["web_address"] = lambda text: bool(re.match(r"https?://", str(text or "")))
    return environment


def _rendered(environment: Environment, page: Page) -> bytes:
    depth = page.path.count("/")
    text = environment.get_template(page.template).render(
        page.values, root="../" * depth, page_path=page.path
    )
    return text.encode("utf-8")
