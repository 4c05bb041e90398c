"""The pages of the site: what they hold, where their links lead, and how they are written."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import XML, Element

import pytest

from lanzarote_data.cli import main
from lanzarote_data.formats.zip_file import zip_bytes
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.tables import Tables
from lanzarote_data.site import build, pages
from lanzarote_data.site.build import Settings, build_site, site_files
from lanzarote_data.site.page import Page
from lanzarote_data.text.markup import plain
from lanzarote_data.text.references import addresses
from lanzarote_data.text.words import DATA_LANGUAGE, Words, languages, load_words
from tests.packages import DATA, edited, own_tables
from tests.release_support import small_files, written
from tests.site_examples import (
    HOSTILE,
    ROOT,
    hostile_tables,
    many_recommendations,
    strictly_parsed,
    whole,
    with_follow_up,
    with_rows,
)

pytestmark = pytest.mark.slow

LARGEST_PAGE = 100_000
_KEYS = "addressee conflicts done edition error kind nav older source state wish work"
DYNAMIC_ON_DESK = ("desk.rows_", *(f"desk.{name}." for name in _KEYS.split()))


@pytest.fixture(scope="module")
def tables() -> Tables:
    return own_tables().published()


@pytest.fixture(scope="module")
def site(tables: Tables) -> dict[str, bytes]:
    return whole(site_files(tables, Settings()))


@pytest.fixture(scope="module")
def trees(site: dict[str, bytes]) -> dict[str, Element]:
    """The pages as strict parsing gives them: a page that is not valid stops here."""
    return {path: strictly_parsed(page) for path, page in site.items() if path.endswith(".html")}


@pytest.fixture(scope="module")
def hostile_site() -> dict[str, bytes]:
    return whole(site_files(hostile_tables(), Settings(changes=f"# Log\n\n{HOSTILE}")))


def words_of(page: bytes) -> str:
    """The words that a page shows, in one line, without the numbers of footnotes."""
    tree = strictly_parsed(re.sub(rb"<sup>.*?</sup>", b"", page))
    return " ".join("".join(tree.itertext()).split())


def links(tree: Element) -> Iterator[str]:
    for element in tree.iter():
        for name in ("href", "src", "action"):
            if name in element.attrib:
                yield element.attrib[name]


def test_pages_hold_the_official_wording(tables: Tables, site: dict[str, bytes]) -> None:
    for name in ("recommendations", "observations", "practices"):
        for (key,), row in tables[name].by_key.items():
            # The points of a list stand in elements of their own, without their hyphen.
            text = re.sub(r"\n *- ", "\n", row["text"])
            assert plain(text) in words_of(site[f"{name}/{key}.html"]), key


def test_a_factsheet_counts_its_footnotes(
    site: dict[str, bytes], trees: dict[str, Element]
) -> None:
    ids = [e.attrib["id"] for e in trees["factsheets/R2-BEL.html"].iter() if "id" in e.attrib]
    notes = [name for name in ids if re.fullmatch("n[0-9]+", name)]
    assert notes == [f"n{number}" for number in range(1, 146)]
    page = words_of(site["factsheets/R2-BEL.html"])
    assert "76 recommendations: 24 to this Party, 52 to all Parties." in page
    assert "9 require 11 request 56 invite" in page


def test_a_party_without_factsheet_has_what_is_said_to_all(site: dict[str, bytes]) -> None:
    page = words_of(site["factsheets/R2-FIN.html"])
    assert "There is no factsheet on Finland in this data." in page
    assert "43 of the 48 Parties took part in this round; the data does not say which." in page
    assert "all Parties, including Finland:" in page
    assert "R2-BEL-VII-p3" in site["factsheets/R2-FIN.html"].decode(), "a practice of Finland too"
    assert page.count("R2-ALL-") == 52


def test_parties_come_by_name(tables: Tables) -> None:
    """By their ids Switzerland (CHE) would come before Cyprus (CYP)."""
    model = next(row for row in tables.rows("documents") if row["party_id"] == "BEL")
    own = ({"document_id": f"R2-{name}-FACTSHEET", "party_id": name} for name in ("CHE", "CYP"))
    site = whole(
        site_files(with_rows(tables, "documents", [{**model, **one} for one in own]), Settings())
    )
    for path in ("index.html", "parties.html"):
        page = words_of(site[path])
        assert re.search("Belgium,? Cyprus,? Switzerland", page), path


def test_the_start_page_has_the_levels_and_the_numbers(
    tables: Tables, site: dict[str, bytes], trees: dict[str, Element]
) -> None:
    page = words_of(site["index.html"])
    for row in tables.rows("urgency_meanings"):
        assert row["meaning"] in page
    assert "76 recommendations: 24 to one Party, 52 to all Parties" in page
    chart = trees["index.html"].find(".//table[@class='chart']")
    assert chart is not None
    totals = [int("".join(row[-1].itertext())) for row in chart.findall("tbody/tr")]
    assert sum(totals) == 76 and len(totals) == 10


def test_links_all_lead_somewhere(trees: dict[str, Element], site: dict[str, bytes]) -> None:
    anchors = {
        path: {e.attrib["id"] for e in tree.iter() if "id" in e.attrib}
        for path, tree in trees.items()
    }
    for path, tree in trees.items():
        for link in links(tree):
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = resolved(path, unquote(parts.path))
            assert target in site, (path, link)
            if parts.fragment and "=" not in parts.fragment:
                assert parts.fragment in anchors[target], (path, link)


def resolved(path: str, link: str) -> str:
    """The file that a relative link of a page leads to."""
    if not link:
        return path
    steps: list[str] = []
    for step in (*PurePosixPath(path).parent.parts, *PurePosixPath(link).parts):
        if step == "..":
            steps.pop()
        else:
            steps.append(step)
    return "/".join(steps)


def test_links_to_other_places_are_those_of_the_data(
    tables: Tables, trees: dict[str, Element]
) -> None:
    known = {address for row_text in all_texts(tables) for address in addresses(row_text)}
    known |= {str(x.get("path")) for x in tables.package.descriptor["licenses"]}
    for path, tree in trees.items():
        for link in links(tree):
            if urlsplit(link).scheme:
                assert any(link.startswith(address.rstrip("/")) for address in known), (path, link)


def all_texts(tables: Tables) -> Iterator[str]:
    for table in tables.values():
        for row in table.rows:
            yield from row.values()


def test_ids_are_unique_on_each_page(trees: dict[str, Element]) -> None:
    for path, tree in trees.items():
        ids = Counter(e.attrib["id"] for e in tree.iter() if "id" in e.attrib)
        assert [name for name, count in ids.items() if count > 1] == [], path


def test_pages_are_small(site: dict[str, bytes]) -> None:
    large = {path: len(page) for path, page in site.items() if path.endswith(".html")}
    # 85 rows of 48 cells, each a link with what it says in words.
    assert large.pop("standing.html") < 5 * LARGEST_PAGE
    assert {path: size for path, size in large.items() if size >= LARGEST_PAGE} == {}


def assert_safe(trees: dict[str, Element]) -> None:
    """No page has a script, style or address that is not ours."""
    for path, tree in trees.items():
        policy = tree.find(".//meta[@http-equiv='Content-Security-Policy']")
        assert policy is not None
        assert "default-src 'none'" in policy.attrib["content"]
        assert "unsafe" not in policy.attrib["content"]
        for element in tree.iter():
            if element.tag == "script" and element.attrib.get("type") != "application/ld+json":
                assert not "".join(element.itertext()).strip(), path
                assert re.fullmatch(r"assets/[a-z0-9-]+\.js", element.attrib["src"]), path
            assert element.tag not in ("style", "img", "iframe", "object", "embed", "base"), path
            assert not [n for n in element.attrib if n == "style" or n.startswith("on")], path
        for link in links(tree):
            assert urlsplit(link).scheme in ("", "http", "https", "mailto"), (path, link)


def test_pages_are_safe(trees: dict[str, Element]) -> None:
    assert_safe(trees)


def test_text_of_the_tables_is_escaped(hostile_site: dict[str, bytes]) -> None:
    pages = {path: page for path, page in hostile_site.items() if path.endswith(".html")}
    trees = {path: strictly_parsed(page) for path, page in pages.items()}
    assert_safe(trees)
    page = pages["recommendations/R2-BEL-II-6.html"].decode()
    assert "&lt;script&gt;window.hostile = 1&lt;/script&gt;" in page


def test_metadata_cannot_end_its_script(tables: Tables) -> None:
    descriptor = {**tables.package.descriptor, "description": f"{HOSTILE}<!--"}
    package = dataclasses.replace(tables.package, descriptor=descriptor)
    site = whole(site_files(Tables(package, tables.values()), Settings()))
    script = json_ld(site)
    assert script["description"] == f"{HOSTILE}<!--"


def test_an_id_that_leaves_the_folder_is_refused(tables: Tables) -> None:
    row = {**tables.rows("observations")[0], "observation_id": "../../outside"}
    with pytest.raises(LanzaroteError, match="No page can be named after the id"):
        whole(site_files(with_rows(tables, "observations", [row]), Settings()))


def test_the_same_tables_give_the_same_bytes(site: dict[str, bytes]) -> None:
    program = (
        "import hashlib\n"
        "from lanzarote_data.site.build import Settings, site_files\n"
        "from tests.site_examples import own_tables, whole\n"
        "files = sorted(whole(site_files(own_tables(), Settings())).items())\n"
        "print(hashlib.sha256(repr(files).encode()).hexdigest())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
    )
    assert done.stdout.strip() == hashlib.sha256(repr(sorted(site.items())).encode()).hexdigest()


def test_only_changed_pages_are_written(tables: Tables, tmp_path: Path) -> None:
    first = build_site(tables, tmp_path)
    assert (first.unchanged, first.removed) == (0, 0)
    again = build_site(tables, tmp_path)
    assert (again.written, again.unchanged) == (0, first.written)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.html")}
    changed = edited(tables, "observations", "R2-BEL-XI-o1", text="A synthetic observation.[^1]")
    build_site(changed, tmp_path)
    touched = {path.name for path, time in before.items() if path.stat().st_mtime_ns != time}
    assert "R2-BEL-XI-o1.html" in touched and "R2-BEL.html" in touched
    assert touched <= {p.name for p in tmp_path.rglob("R2-BEL*.html")} | {"data.html"}


def test_only_pages_of_changed_values_are_made(
    tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    render = build._Renderer.render

    def noted(self: build._Renderer, page: Page) -> bytes:
        made.append(page.path)
        return render(self, page)

    monkeypatch.setattr(build._Renderer, "render", noted)
    build_site(tables, tmp_path, Settings(program="one"))
    fresh = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.html")}
    (tmp_path / "parties.html").write_text("changed by hand", encoding="utf-8")
    made.clear()
    text = "A synthetic observation.[^1]"
    changed = edited(tables, "observations", "R2-BEL-XI-o1", text=text)
    build_site(changed, tmp_path, Settings(program="one"))
    assert {"parties.html", "factsheets/R2-BEL.html", "observations/R2-BEL-XI-o1.html"} <= {*made}
    assert len(made) < 15
    assert text.encode()[:23] in (tmp_path / "observations/R2-BEL-XI-o1.html").read_bytes()
    made.clear()
    build_site(tables, tmp_path, Settings(program="another"))
    assert len(made) == len(fresh), "another program makes them all"
    assert all((tmp_path / path).read_bytes() == content for path, content in fresh.items())


def test_pages_of_rows_that_are_gone_are_removed(tables: Tables, tmp_path: Path) -> None:
    more = with_rows(tables, "recommendations", many_recommendations(2))
    build_site(more, tmp_path)
    edited = tmp_path / "recommendations" / "R2-BEL-V-n2.html"
    edited.write_text("changed by hand", encoding="utf-8")
    done = build_site(tables, tmp_path)
    assert done.removed == 1
    assert not (tmp_path / "recommendations" / "R2-BEL-V-n1.html").exists()
    assert edited.read_text(encoding="utf-8") == "changed by hand"


def test_a_folder_of_other_things_is_left_alone(tables: Tables, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine", encoding="utf-8")
    with pytest.raises(LanzaroteError, match="is not a site that this program wrote"):
        build_site(tables, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]


def test_a_listing_cannot_remove_what_is_outside(tables: Tables, tmp_path: Path) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_bytes(b"mine")
    out = tmp_path / "site"
    out.mkdir()
    digest = hashlib.sha256(b"mine").hexdigest()
    (out / "site-files.json").write_text(json.dumps({"../mine.txt": digest}), encoding="utf-8")
    build_site(tables, out)
    assert mine.read_bytes() == b"mine"


def test_nothing_is_written_through_a_link(tables: Tables, tmp_path: Path) -> None:
    out, outside = tmp_path / "site", tmp_path / "outside"
    build_site(tables, out)
    outside.mkdir()
    (outside / "mine.txt").write_bytes(b"mine")
    (out / "parties.html").unlink()
    (out / "parties.html").symlink_to(outside / "mine.txt")
    build_site(tables, out)
    assert (outside / "mine.txt").read_bytes() == b"mine"
    assert not (out / "parties.html").is_symlink()
    shutil.rmtree(out / "chapters")
    (out / "chapters").symlink_to(outside)
    with pytest.raises(LanzaroteError, match="is a link that leads out"):
        build_site(tables, out)
    assert [path.name for path in outside.iterdir()] == ["mine.txt"]


def test_downloads_are_the_tables_with_their_sums(tables: Tables, site: dict[str, bytes]) -> None:
    page = words_of(site["data.html"])
    for resource in tables.package.resources:
        content = (ROOT / resource.path).read_bytes()
        assert site[f"data/{resource.name}.csv"] == content
        assert hashlib.sha256(content).hexdigest() in page


def test_what_waits_for_a_person_is_not_published() -> None:
    tables = own_tables()
    row = dict.fromkeys(tables["to_file"].resource.field_names, "")
    row |= {"to_file_id": "R2-BEL-w1", "document_id": "R2-BEL-FACTSHEET", "text": "It waits."}
    settings = Settings(address="https://example.org")
    site = whole(site_files(with_rows(tables, "to_file", [row]), settings))
    assert not [p for p, content in site.items() if b"It waits" in content or "to_file" in p]
    assert b"to_file" not in site["data.html"] + site["dictionary.html"] + site["catalog.ttl"]


def json_ld(site: dict[str, bytes]) -> dict[str, object]:
    tree = strictly_parsed(site["data.html"])
    script = tree.find(".//script[@type='application/ld+json']")
    assert script is not None
    content: dict[str, object] = json.loads("".join(script.itertext()))
    return content


def test_metadata_names_the_downloads(tables: Tables) -> None:
    site = whole(site_files(tables, Settings(address="https://example.org/data-site")))
    metadata = json_ld(site)
    assert metadata["@type"] == "Dataset"
    assert metadata["version"] == tables.package.version
    downloads_listed = metadata["distribution"]
    assert isinstance(downloads_listed, list) and len(downloads_listed) == len(tables)
    for entry in downloads_listed:
        name = entry["contentUrl"].removeprefix("https://example.org/data-site/")
        assert hashlib.sha256(site[name]).hexdigest() == entry["sha256"]
    page = site["recommendations/R2-BEL-II-6.html"].decode()
    address = "https://example.org/data-site/recommendations/R2-BEL-II-6.html"
    assert f'rel="canonical" href="{address}"' in page and f"2026.1.0. {address}</p>" in page


def test_a_release_is_offered_with_all_that_it_holds(tables: Tables) -> None:
    content = zip_bytes(small_files())
    release = pages.release_of("an example #1.zip", content, small_files())
    site = whole(site_files(tables, Settings(release=release, changes="# Changes\n\n- A change")))
    assert site["data/an example #1.zip"] == content
    page = words_of(site["data.html"])
    for file in (content, *small_files().values()):
        assert hashlib.sha256(file).hexdigest() in page
    assert 'href="data/an%20example%20%231.zip"' in site["data.html"].decode()
    assert b"<h3>Changes</h3>" in site["data.html"]


def test_the_command_offers_a_release_as_it_is(tmp_path: Path) -> None:
    release, out = written(tmp_path / "example.zip", small_files()), tmp_path / "site"
    assert main(["site", "--package", str(ROOT), "--out", str(out), "--release", str(release)]) == 0
    assert (out / "data" / "example.zip").read_bytes() == release.read_bytes()
    page = words_of((out / "data.html").read_bytes())
    assert hashlib.sha256(small_files()["README.md"]).hexdigest() in page


@pytest.fixture(scope="module")
def published(tables: Tables) -> dict[str, bytes]:
    """A site whose address is known, with a release that changed one row."""
    changes = b"kind,resource,key,field,old,new\nchanged,recommendations,R2-BEL-II-6,topic,a,b\n"
    files = {**small_files(), "changes/changes.csv": changes}
    release = pages.release_of("x.zip", zip_bytes(files), files)
    return whole(site_files(tables, Settings(address="https://example.org/at", release=release)))


def test_a_site_with_an_address_is_found_by_machines(
    tables: Tables, published: dict[str, bytes]
) -> None:
    home, atom = "https://example.org/at/", "{http://www.w3.org/2005/Atom}"
    listed = [e.text or "" for e in XML(published["sitemap.xml"]).iter() if e.tag.endswith("}loc")]
    pages = {path for path in published if path.endswith(".html")}
    assert {address.removeprefix(home) for address in listed} == pages - {"404.html"}
    assert f"Sitemap: {home}sitemap.xml" in published["robots.txt"].decode()
    entries = [e.find(f"{atom}link") for e in XML(published["changes.atom"]).iter(f"{atom}entry")]
    targets = [link.attrib["href"] for link in entries if link is not None]
    assert targets == [f"{home}data.html", f"{home}recommendations/R2-BEL-II-6.html"]
    assert f'template="{home}explore.html#q=' in published["opensearch.xml"].decode()
    offered = {link for link in links(strictly_parsed(published["data.html"])) if "://" not in link}
    programs = {link for link in offered if link.endswith((".json", ".ttl", ".atom"))}
    assert {"data/recommendations.json", "changes.atom", "catalog.ttl"} <= programs
    assert programs <= published.keys()
    missing = strictly_parsed(published["404.html"])
    assert all(link.startswith((home, "#")) for link in links(missing))


def test_the_data_is_there_as_json_table_by_table_and_row_by_row(
    tables: Tables, published: dict[str, bytes]
) -> None:
    for name, table in tables.items():
        content = json.loads(published[f"data/{name}.json"])
        assert len(content["rows"]) == len(table.rows)
        assert "version 2026.1.0" in content["rights"]
    row = json.loads(published["recommendations/R2-BEL-II-6.json"])["row"]
    assert (
        row
        == json.loads(published["data/recommendations.json"])["rows"][
            list(tables["recommendations"].by_key).index(("R2-BEL-II-6",))
        ]
    )


def test_a_page_with_an_address_describes_itself(published: dict[str, bytes]) -> None:
    tree = strictly_parsed(published["recommendations/R2-BEL-II-6.html"])
    script = tree.find(".//script[@type='application/ld+json']")
    assert script is not None
    about = json.loads("".join(script.itertext()))
    assert about["@id"] == "https://example.org/at/recommendations/R2-BEL-II-6.html"
    assert about["identifier"] == "R2-BEL-II-6" and about["isBasedOn"]["name"]
    metas = [e.attrib for e in tree.iter("meta") if "property" in e.attrib]
    said = {meta["property"]: meta["content"] for meta in metas}
    assert (said["og:url"], said["og:title"]) == (about["@id"], about["name"])


def explore_data(site: dict[str, bytes]) -> dict[str, list[list[object]]]:
    """What the scripts of the search say, with the texts of all of them."""
    text = site["assets/explore-data.js"].decode()
    content: dict[str, list[list[object]]] = json.loads(
        text.removeprefix("window.lanzarote = ").rstrip(";\n")
    )
    for path in sorted(path for path in site if path.startswith("assets/explore-rows-")):
        rows = site[path].decode().partition("window.lanzarote.rows.push(")[2].rstrip(",;)\n")
        content["rows"] += json.loads(f"[{rows}]")
    return content


def test_the_search_has_every_text(tables: Tables, site: dict[str, bytes]) -> None:
    data = explore_data(site)
    for number, name in enumerate(data["kinds"]):
        found = [row[1] for row in data["rows"] if row[0] == number]
        rows = [dict(zip(data["fields"][number], cells, strict=True)) for cells in found]  # type: ignore[call-overload]
        expected = [dict(row) for row in tables.rows(name)]  # type: ignore[arg-type]
        assert sorted(rows, key=str) == sorted(expected, key=str), name
    assert "Recommendation III-3" in str(data["rows"]), "footnotes are searched too"


def test_a_long_table_has_pages_for_readers_without_script(tables: Tables) -> None:
    more = with_rows(tables, "recommendations", many_recommendations(250))
    site = whole(site_files(more, Settings()))
    pages = [path for path in site if re.fullmatch(r"explore(-[0-9]+)?\.html", path)]
    assert sorted(pages) == ["explore-2.html", "explore-3.html", "explore-4.html", "explore.html"]
    found = [
        element.attrib["href"]
        for path in pages
        for element in strictly_parsed(site[path]).findall(".//tbody//a")
    ]
    assert len(found) == len(set(found)) == 326
    assert max(len(site[path]) for path in pages) < LARGEST_PAGE


def test_follow_up_is_shown(tables: Tables) -> None:
    site = whole(site_files(with_follow_up(tables), Settings()))
    page = words_of(site["recommendations/R2-BEL-II-6.html"])
    assert page.index("A synthetic measure is reported.") < page.index("measure is under way.")
    assert "under way" in words_of(site["factsheets/R2-BEL.html"])
    row = next(r for r in explore_data(site)["rows"] if "R2-BEL-II-6" in r[1])  # type: ignore[operator]
    assert row[5] == {"BEL": ["under way"]}


def test_related_texts_are_of_the_same_matter(site: dict[str, bytes]) -> None:
    page = site["recommendations/R2-BEL-II-11.html"].decode()
    assert "observations/R2-BEL-II-o3.html" in page, "under the same sub-heading"
    assert "observations/R2-BEL-II-o1.html" not in page, "under another one"
    assert 'rel="prev"' in page and 'rel="next"' in page


def test_a_recommendation_leads_to_the_documents_that_state_it(site: dict[str, bytes]) -> None:
    page = site["recommendations/R2-BEL-II-6.html"]
    words = words_of(page)
    assert "T-ES(2022)02, Lanzarote Committee, Council of Europe, 2022-03-10" in words
    assert "FACTSHEET – BELGIUM, Lanzarote Committee, Council of Europe, last update 2023" in words
    assert b'<a href="https://www.coe.int/lanzarote">' in page


def test_a_text_that_runs_on_says_from_what(site: dict[str, bytes]) -> None:
    page = words_of(site["recommendations/R2-BEL-III-11.html"])
    assert "In the factsheet, this runs on from R2-BEL-III-o3." in page


def test_a_chapter_counts_what_is_on_each_party(trees: dict[str, Element]) -> None:
    rows = trees["chapters/R2-II.html"].findall(".//table/tbody/tr")
    cells = [["".join(cell.itertext()) for cell in row] for row in rows]
    assert cells == [["Belgium", "7", "5", "–", "–", "3", "4"]]


def test_the_catalogue_has_no_word_too_many() -> None:
    sources = [
        path.read_text(encoding="utf-8")
        for package in ("site", "desk")
        for name in ("templates", "assets", ".")
        for path in (files(f"lanzarote_data.{package}") / name).iterdir()
        if path.name.endswith((".html", ".js", ".py"))
    ]
    text = "\n".join(sources)
    dynamic = (
        *("value.", "title.", "related.", "mark.", "form.", "first.", "compare."),
        *("js.kind.", "js.texts.", "js.shown."),
        *DYNAMIC_ON_DESK,
    )
    for key in load_words().texts:
        plain_key = re.sub(r"\.(one|other)$", "", key)
        short = key.removeprefix("js.")
        used = f'"{plain_key}"' in text or f"'{plain_key}'" in text or key.startswith(dynamic)
        in_script = key.startswith("js.") and (f"words.{short}" in text or f'"{short}"' in text)
        in_loop = key.startswith("home.") and f'"{key.removeprefix("home.")}"' in text
        assert used or in_script or in_loop, key


def test_every_enumerated_value_has_its_words(tables: Tables) -> None:
    words = load_words()
    for resource, name in (
        ("recommendations", "scope"),
        ("recommendations", "addressing"),
        ("follow_up", "kind"),
        ("follow_up", "status"),
    ):
        for value in tables.package.resource(resource).field(name).constraints.enum:
            assert f"value.{name}.{value}" in words.texts


def test_catalogues_have_the_same_keys() -> None:
    assert DATA_LANGUAGE in languages()
    names = {re.findall(r"{(\w+)}", text)[0] for text in load_words().texts.values() if "{" in text}
    assert names
    for language in languages():
        words = load_words(language)
        assert words.texts.keys() == load_words().texts.keys()
        for key, text in words.texts.items():
            expected = sorted(re.findall(r"{\w+}", load_words().texts[key]))
            assert sorted(re.findall(r"{\w+}", text)) == expected, key


def test_another_language_is_a_translated_catalogue(
    tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every word of the interface comes from the catalogue, and the wording keeps its language."""
    turned = {key: f"¿{text}" for key, text in load_words().texts.items()}
    monkeypatch.setattr("lanzarote_data.site.build.load_words", lambda _: Words("fr", turned))
    site = whole(site_files(tables, Settings(language="fr")))
    for path in ("index.html", "parties.html", "recommendations/R2-BEL-II-6.html"):
        tree = strictly_parsed(site[path])
        assert tree.attrib["lang"] == "fr"
        for heading in (*tree.iter("h2"), *tree.iter("h3")):
            words = "".join(heading.itertext())
            assert words.startswith("¿") or words == "Second monitoring round", (path, words)
        prose = [e for e in tree.iter() if "prose" in e.attrib.get("class", "").split()]
        assert all(element.attrib["lang"] == DATA_LANGUAGE for element in prose)
    assert explore_data(site)["words"]["none"] == "¿–"  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (["--language", "xx"], "There are no words for the language 'xx'"),
        (["--address", "example.org"], "is not a web address"),
        (["--release", "nothing.zip"], "nothing.zip cannot be read"),
        (["--release", str(ROOT / "tests")], "its name does not end with .zip"),
        (["--release", str(DATA / "corpus/release/small.zip")], "cannot be used as a release"),
    ],
)
def test_a_wrong_call_is_explained(
    option: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "site"
    assert main(["site", "--package", str(ROOT), "--out", str(out), *option]) == 2
    assert message in capsys.readouterr().err
    assert not out.exists()
