"""Tables to a folder with the whole site: the same tables give the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from lanzarote_data.metadata.downloads import download_of
from lanzarote_data.model.changes import Change
from lanzarote_data.model.tables import Tables
from lanzarote_data.site.downloads import Release, in_words, table_files
from lanzarote_data.site.editions import EditionPages
from lanzarote_data.site.explore import explore_rows, explore_script
from lanzarote_data.site.folder import Written, write_folder
from lanzarote_data.site.index import Index
from lanzarote_data.site.page import Page, factsheet_path, item_path
from lanzarote_data.site.pages import Offered, Pages
from lanzarote_data.site.standing import StandingPages
from lanzarote_data.site.texts import wording
from lanzarote_data.text.items import need_factsheets
from lanzarote_data.text.markup import line_to_html, to_html
from lanzarote_data.text.words import DATA_LANGUAGE, Words, load_words

if TYPE_CHECKING:
    from jinja2 import Environment

ASSETS = (
    *("site.css", "icon.svg", "sheet.js", "explore.js"),
    *("standing.css", "standing.js", "wordings.css", "compare.js"),
)


@dataclass(frozen=True)
class Settings:
    """What a call may choose.

    ``address`` is where the site will be published, if known; ``release`` is an archive to offer
    for download; ``changes`` is the change log as Markdown; ``log`` are the changes of each
    hand-in, from which the earlier words of factsheets are known.
    """

    language: str = DATA_LANGUAGE
    address: str = ""
    release: Release | None = None
    changes: str = ""
    log: Sequence[Sequence[Change]] = ()


def build_site(tables: Tables, out: Path, settings: Settings | None = None) -> Written:
    """Write the site of the tables into a folder; what was written.

    :raises LanzaroteError: the package has no factsheets, the language has no words, or the folder
        is not ours or cannot be written to.
    """
    return write_folder(out, dict(site_files(tables, settings or Settings())))


def site_files(tables: Tables, settings: Settings) -> Iterator[tuple[str, bytes]]:
    """All files of a site: path below its folder, and content."""
    need_factsheets(tables.package)
    index, words = Index(tables), load_words(settings.language)
    rows = explore_rows(index, words)
    data = table_files(tables)
    release = settings.release
    yield from _data_files(data, release)
    yield from _asset_files()
    yield "assets/explore-data.js", explore_script(index, words, rows).encode("utf-8")
    standing = StandingPages(index, words)
    yield "assets/compare-data.js", standing.script().encode("utf-8")
    sums = tuple(download_of(name, content) for name, content in data.items())
    offered = Offered(sums, release, _change_log(settings.changes))
    address = f"{settings.address.rstrip('/')}/" if settings.address else ""
    renderers = [_Renderer(index, words, address, depth) for depth in range(2)]
    pages = Pages(index, words, rows, offered, address).all()
    for page in chain(pages, standing.all(), EditionPages(index, settings.log).all()):
        yield page.path, renderers[page.path.count("/")].render(page)


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


class _Renderer:
    """Fills the templates; ``depth`` is how many folders its pages are below the site's own."""

    def __init__(self, index: Index, words: Words, address: str, depth: int) -> None:
        self.environment = environment = _environment()
        wording = f' lang="{DATA_LANGUAGE}"' if words.language != DATA_LANGUAGE else ""
        environment.globals.update(
            t=words,
            root="../" * depth,
            address=address,
            package_title=index.package.title,
            version=index.package.version,
            credit=index.package.descriptor.get("lanzarote:credit", ""),
            rank=index.levels.get,
            has_standing=bool(StandingPages(index, words).rounds),
            lang_of_wording=Markup(wording),
            factsheet_path=factsheet_path,
            item_path=item_path,
        )
        labels = vars(environment.get_template("labels.html").module)
        environment.globals["label_of"] = cache(labels["urgency_label"])
        environment.globals["link_to"] = cache(labels["item_link"])

    def render(self, page: Page) -> bytes:
        template = self.environment.get_template(page.template)
        return template.render(page.values, page_path=page.path).encode("utf-8")


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("lanzarote_data.site", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["size"] = in_words
    environment.filters["wording"] = wording
    environment.filters["line"] = lambda text: Markup(line_to_html(text))
    environment.filters["markdown"] = lambda text: Markup(to_html(text))
    environment.tests["web_address"] = lambda text: bool(re.match(r"https?://", str(text or "")))
    return environment
