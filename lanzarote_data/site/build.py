"""Tables to a folder with the whole site: the same tables give the same bytes."""

from __future__ import annotations

import hashlib
import pickle
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from lanzarote_data.metadata.about import About, about_of
from lanzarote_data.metadata.dcat import CATALOGUE
from lanzarote_data.metadata.downloads import download_of
from lanzarote_data.metadata.files import catalogue_texts, licence_text
from lanzarote_data.model.changes import Change
from lanzarote_data.model.package import Package
from lanzarote_data.model.tables import Tables
from lanzarote_data.site.editions import EditionPages
from lanzarote_data.site.explore import explore_rows, explore_scripts
from lanzarote_data.site.folder import File, Written, write_folder
from lanzarote_data.site.index import Index
from lanzarote_data.site.page import Page, factsheet_path, item_path, wording
from lanzarote_data.site.pages import Offered, Pages, Release, in_words, table_files
from lanzarote_data.site.published import MISSING, published_files
from lanzarote_data.site.standing import StandingPages
from lanzarote_data.store.history import read_history
from lanzarote_data.store.stamp import program_digest
from lanzarote_data.store.tables import package_bytes
from lanzarote_data.text.items import need_factsheets
from lanzarote_data.text.markup import line_to_html, to_html
from lanzarote_data.text.rights import LICENCE_FILE, notice
from lanzarote_data.text.words import DATA_LANGUAGE, Words, load_words

if TYPE_CHECKING:
    from jinja2 import Environment

CHANGE_LOG = "CHANGELOG.md"
ASSETS = (
    *("site.css", "icon.svg", "home.js", "search.js", "sheet.js", "explore.js"),
    *("standing.css", "standing.js", "wordings.css", "compare.js"),
)


@dataclass(frozen=True)
class Settings:
    """What a call may choose.

    ``address`` is where the site will be published, if known; ``release`` is an archive to offer
    for download; ``changes`` is the change log as Markdown; ``log`` are the changes of each
    hand-in, from which the earlier words of factsheets are known. ``program`` is a digest of the
    program: with it, a page that is made of what it was made of before is left as it is.
    """

    language: str = DATA_LANGUAGE
    address: str = ""
    release: Release | None = None
    changes: str = ""
    log: Sequence[Sequence[Change]] = ()
    program: str = ""

    @classmethod
    def of(
        cls,
        package: Package,
        language: str = DATA_LANGUAGE,
        address: str = "",
        release: Release | None = None,
    ) -> Settings:
        """What is chosen, with the change log and the log of hand-ins of a package."""
        changes = package_bytes(package, CHANGE_LOG).decode("utf-8", errors="replace")
        log = [hand_in.changes for hand_in in read_history(package).active]
        return cls(language, address, release, changes, log, program_digest())


def build_site(tables: Tables, out: Path, settings: Settings | None = None) -> Written:
    """Write the site of the tables into a folder; what was written.

    :raises LanzaroteError: the package has no factsheets, the language has no words, or the folder
        is not ours or cannot be written to.
    """
    return write_folder(out, site_files(tables, settings or Settings()))


def site_files(tables: Tables, settings: Settings) -> Iterator[File]:
    """All files of a site; it has nothing of what waits for a person."""
    need_factsheets(tables.package)
    tables = tables.published()
    index, words = Index(tables), load_words(settings.language)
    address = f"{settings.address.rstrip('/')}/" if settings.address else ""
    about = replace(about_of(tables.package), homepage=address)
    rows = explore_rows(index, words)
    data = table_files(tables)
    release = settings.release
    scripts = explore_scripts(index, words, rows)
    folder = f"{address}data/"
    sums = tuple(download_of(name, content, folder) for name, content in data.items())
    offered = Offered(sums, release, _change_log(settings.changes), tuple(scripts))
    own = Pages(index, words, rows, offered, about)
    standing = StandingPages(index, words, own.items)
    plain = chain(
        _data_files(data, release),
        _asset_files(),
        ((f"assets/{name}", text.encode("utf-8")) for name, text in scripts.items()),
        [("assets/compare-data.js", standing.script().encode("utf-8"))],
        _rights_files(tables, about, offered),
    )
    yield from (File(path, partial(bytes, content)) for path, content in plain)
    editions = EditionPages(index, settings.log)
    pages = list(chain(own.all(), standing.all(), editions.all()))
    tops = {page.path: "../" * page.path.count("/") for page in pages}
    if about.home:
        changes = release.changes if release else b""
        yield from published_files(index, about, own.items, changes, tops)
        pages.append(Page(MISSING, MISSING, {}))
        tops[MISSING] = about.home  # it is shown at any address
    renderer_of = cache(partial(_Renderer, index, words, about, bool(standing.rounds)))
    same = pickle.dumps(
        (settings.program, words, about, index.levels, index.parties, standing.rounds)
    )
    for page in pages:
        make = partial(renderer_of(tops[page.path]).render, page)
        yield File(page.path, make, _key(same, page, settings.program))


def _key(same: bytes, page: Page, program: str) -> str:
    """A digest of all that a page is made of; none where the program is not known."""
    if not program:
        return ""
    made_of = pickle.dumps((page.template, page.path, page.values))
    return hashlib.sha256(same + made_of).hexdigest()


def _rights_files(tables: Tables, about: About, offered: Offered) -> Iterator[tuple[str, bytes]]:
    """The licence file, a line beside the tables that leads to it, and what portals collect."""
    yield LICENCE_FILE, licence_text(about).encode("utf-8")
    yield "data/RIGHTS.txt", f"{notice(tables.package)}\n".encode()
    if about.home:
        for path, text in catalogue_texts(tables, about, offered.files(about), CATALOGUE).items():
            yield path, text.encode("utf-8")


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
    """Fills the templates; ``root`` leads from its pages to the folder of the site."""

    def __init__(
        self, index: Index, words: Words, about: About, has_standing: bool, root: str
    ) -> None:
        language = f' lang="{DATA_LANGUAGE}"' if words.language != DATA_LANGUAGE else ""
        self.environment = environment = _environment(words, root, language)
        environment.globals.update(
            t=words,
            dataset=about,
            rank=index.levels.get,
            has_standing=has_standing,
            party_names={row["party_id"]: row["name"] for row in index.parties},
            factsheet_path=factsheet_path,
            item_path=item_path,
        )
        labels = vars(environment.get_template("labels.html").module)
        environment.globals["label_of"] = cache(labels["urgency_label"])
        environment.globals["link_to"] = cache(labels["item_link"])

    def render(self, page: Page) -> bytes:
        template = self.environment.get_template(page.template)
        return template.render(page.values, page_path=page.path).encode("utf-8")


def _environment(words: Words, root: str, lang_of_wording: str) -> Environment:
    """The templates, with all that is the same on every page filled in before they are compiled."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    same = {"root": root, "lang_of_wording": lang_of_wording}

    def filled(name: str) -> str:
        source = (files("lanzarote_data.site") / "templates" / name).read_text(encoding="utf-8")
        source = re.sub(r"{{ (root|lang_of_wording) }}", lambda found: same[found[1]], source)
        return re.sub(r"""{{ t\(["']([^"']*)["']\) }}""", lambda t: escape(words(t[1])), source)

    environment = Environment(
        loader=FunctionLoader(filled),
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
