"""Every file of a release and of the site carries or names its rights, and none grants more."""

from __future__ import annotations

import io
import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import PurePosixPath

import pytest

from lanzarote_data.model.tables import Tables
from lanzarote_data.site.build import ASSETS, Settings, site_files
from lanzarote_data.text.rights import LICENCE_FILE, NOT_OFFICIAL
from tests.release_support import REPOSITORY, at_home, made, tables_of
from tests.site_examples import whole

FREE = ("parties", "citation_targets")
"""The tables without a word of the Committee."""
HOME = "https://example.org/data"
FOR_MACHINES = ("sitemap.xml", "robots.txt", "opensearch.xml")
"""Files that have nothing of the data."""
NAMED = re.compile(r"CC.BY|creativecommons|\bMIT\b")
SCOPE = re.compile("alone|identifiers and curation")
CODE = tuple(f"assets/{name}" for name in ASSETS)


def _tables(is_at_home: bool) -> Tables:
    own = tables_of(REPOSITORY)
    return at_home(own) if is_at_home else own


@pytest.fixture(scope="module", params=[False, True], ids=["no address", "at an address"])
def release(request: pytest.FixtureRequest) -> dict[str, bytes]:
    return made(_tables(request.param))


@pytest.fixture(scope="module", params=[False, True], ids=["no address", "at an address"])
def site(request: pytest.FixtureRequest) -> dict[str, bytes]:
    tables = _tables(request.param)
    return whole(site_files(tables, Settings(address=HOME * request.param)))


def text_of(path: str, content: bytes) -> str:
    """The words of a file that concern its rights, in whichever place its format has for them."""
    if path.endswith(".sqlite"):
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.deserialize(content)
            return str(connection.execute("SELECT name, value FROM metadata").fetchall())
    if path.endswith(".xlsx"):
        import openpyxl

        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        return str([*book["Read me"].iter_rows(values_only=True)])
    if path.endswith(".parquet"):
        from pyarrow import parquet

        schema = parquet.read_schema(io.BytesIO(content))
        return str({name.decode(): text.decode() for name, text in schema.metadata.items()})
    return content.decode("utf-8")


def without_rights(files: Mapping[str, bytes]) -> list[str]:
    """The files that neither carry their rights nor have a file beside them that does."""

    def has(path: str) -> bool:
        text = text_of(path, files[path])
        return "© Council of Europe" in text or LICENCE_FILE in text

    beside = {str(PurePosixPath(path).parent) for path in files if path.endswith("RIGHTS.txt")}
    return [p for p in files if not has(p) and str(PurePosixPath(p).parent) not in beside]


def is_free(text: str) -> bool:
    """Whether a text is about a table without a word of the Committee."""
    return any(re.search(rf"\b{table}\b", text) for table in FREE)


def grants_in_words(text: str) -> Iterator[str]:
    """Lines that name CC BY or MIT, but for those of which it is true, or near its scope."""
    for found in NAMED.finditer(text):
        near = text[max(found.start() - 200, 0) : found.end() + 200]
        if not is_free(near) and not SCOPE.search(near):
            yield near


def grants_in_turtle(text: bytes) -> Iterator[str]:
    """What a graph gives a free licence to, but for tables of which it is true."""
    import rdflib

    graph = rdflib.Graph().parse(data=text, format="turtle")
    for subject, licence in graph.subject_objects(rdflib.DCTERMS.license):
        about = " ".join(map(str, [subject, *graph.objects(subject, rdflib.DCTERMS.title)]))
        if NAMED.search(str(licence)) and not is_free(about):
            yield about


def grants(value: object, of: str = "") -> Iterator[str]:
    """What names CC BY or MIT, but for a table of which it is true, or with its scope."""
    if isinstance(value, list):
        for item in value:
            yield from grants(item, of)
    elif isinstance(value, dict):
        own = " ".join(text for text in value.values() if isinstance(text, str))
        if NAMED.search(own) and not is_free(f"{of} {own}") and not SCOPE.search(own):
            yield own
        for item in value.values():
            yield from grants(item, own)


def documents(files: Mapping[str, bytes]) -> Iterator[object]:
    """Every JSON document among the files, and in the pages among them."""
    for path, content in files.items():
        if path.endswith((".json", ".jsonld")):
            yield json.loads(content)
        elif path.endswith(".html"):
            for found in re.findall(rb"<script type=.application/ld.json.>(.*?)</script>", content):
                yield json.loads(found)


def assert_rights(files: Mapping[str, bytes]) -> None:
    assert [path for path in without_rights(files) if path not in (*CODE, *FOR_MACHINES)] == []
    assert [words for found in documents(files) for words in grants(found)] == []
    for path, content in files.items():
        if path.endswith(".ttl"):
            assert [*grants_in_turtle(content)] == []
        elif not path.endswith((".json", ".jsonld")):
            assert [*grants_in_words(text_of(path, content))] == [], path


@pytest.mark.slow
def test_every_file_of_a_release_names_its_rights(release: dict[str, bytes]) -> None:
    assert_rights(release)


@pytest.mark.slow
def test_every_file_of_the_site_names_its_rights(site: dict[str, bytes]) -> None:
    assert_rights(site)
    assert not any("Committee’s" in site[path].decode() for path in CODE)


def test_what_names_no_rights_or_too_many_is_found() -> None:
    assert without_rights({"x/y.csv": b"a", "z.sums": b"b"}) == ["x/y.csv", "z.sums"]
    free = "https://creativecommons.org/licenses/by/4.0/"
    assert [*grants({"distribution": [{"name": "recommendations", "license": free}]})]
    assert [*grants({"credit": "CC BY (identifiers and curation)", "licenses": [{"name": "MIT"}]})]
    assert not [*grants({"distribution": [{"name": "parties", "license": free}]})]
    graph = f"<https://example.org/TABLE.csv> <http://purl.org/dc/terms/license> <{free}> ."
    assert [*grants_in_turtle(graph.replace("TABLE", "observations").encode())]
    assert not [*grants_in_turtle(graph.replace("TABLE", "parties").encode())]
    assert [*grants_in_words("The texts: CC BY 4.0")]


def test_the_most_restrictive_terms_come_first_for_all_and_for_each_table(
    release: dict[str, bytes],
) -> None:
    descriptor = json.loads(release["datapackage.json"])
    for entry in (descriptor, *descriptor["resources"]):
        names = [licence["name"] for licence in entry["licenses"]]
        alone = ["CC-BY-4.0"]
        both = ["LicenseRef-Council-of-Europe", *alone]
        assert names == (alone if entry["name"] in FREE else both), entry["name"]
        assert all(licence["path"] for licence in entry["licenses"])
    licence = release[LICENCE_FILE].decode()
    assert all(entry["name"] in licence for entry in descriptor["resources"])
    assert all(entry["title"] in licence for entry in descriptor["licenses"])


def test_licences_are_addresses_in_json_ld(release: dict[str, bytes]) -> None:
    for path in ("metadata/schema-org.jsonld", "croissant.json"):
        content = json.loads(release[path])
        assert content["license"].endswith(LICENCE_FILE)
        for entry in content["distribution"]:
            table = re.sub(r"^.*/|\..*$", "", entry["name"])
            assert ("creativecommons" in entry["license"]) == (table in FREE), entry


@pytest.mark.slow
def test_every_page_says_whose_it_is_and_what_it_is_not(site: dict[str, bytes]) -> None:
    for path, page in site.items():
        if path.endswith(".html"):
            text = page.decode()
            assert NOT_OFFICIAL in text and "© Council of Europe" in text, path
            assert "version 2026.1.0, 2026-11-23" in text and "rights.html" in text, path
