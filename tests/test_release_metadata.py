"""Each metadata file against its format's own validator, official schema or shapes.

For Zenodo no registry has a schema of the deposit API: frictionless' model of a deposit stands in.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyshacl
import pytest
import yaml
from rdflib import DCAT, DCTERMS, FOAF, RDF, SDO, SH, Graph, Namespace, URIRef
from rdflib.compare import isomorphic

from lanzarote_data.metadata.about import About, Contributor, about_of
from lanzarote_data.metadata.deposit import datacite, zenodo
from lanzarote_data.metadata.files import citation_text, metadata_files
from tests.release_support import REPOSITORY, at_home, made, small_files, tables_of, unpacked

pytestmark = pytest.mark.slow

DATA = Path(__file__).parent / "data" / "release"
RELEASE, HOME = "https://example.org/release/", "https://example.org/data"
SPDX = Namespace("http://spdx.org/rdf/terms#")


@pytest.fixture(scope="module", params=["small", "whole", "at home"])
def files(request: pytest.FixtureRequest) -> dict[str, bytes]:
    """The small release, and that of the real tables without and with an address."""
    if request.param == "small":
        return dict(small_files())
    whole = tables_of(REPOSITORY)
    return made(at_home(whole) if request.param == "at home" else whole)


@pytest.fixture(scope="module")
def folder(files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release, unpacked."""
    return unpacked(tmp_path_factory.mktemp("release"), files)


def _json(files: dict[str, bytes], name: str) -> Any:
    return json.loads(files[name])


def _citation(text: bytes | str) -> Any:
    return yaml.load(text, Loader=yaml.BaseLoader)


def _schema_of_the_citation_file_format(folder: Path) -> Any:
    """The official schema, out of the package cffconvert.

    The package is fetched and not installed: it needs a jsonschema that frictionless cannot use.
    """
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "-q", "-d", str(folder)]
    done = subprocess.run([*command, "cffconvert==2.0.0"], capture_output=True, check=False)
    wheels = list(folder.glob("cffconvert-*.whl"))
    if done.returncode or not wheels:
        pytest.skip("the package cffconvert, which carries the schema, cannot be fetched")
    with zipfile.ZipFile(wheels[0]) as wheel:
        (name,) = [n for n in wheel.namelist() if n.endswith("/1.2.0/schema.json")]
        return json.loads(wheel.read(name))


def test_citation_fits_the_schema_of_the_citation_file_format(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    from jsonschema import Draft7Validator

    schema = _schema_of_the_citation_file_format(tmp_path)
    citation = _citation(files["CITATION.cff"])
    assert list(Draft7Validator(schema).iter_errors(citation)) == []
    assert list(Draft7Validator(schema).iter_errors({**citation, "license": "none"}))


def test_the_citation_file_of_the_repository_is_the_one_that_we_make() -> None:
    made_text = citation_text(about_of(tables_of(REPOSITORY).package))
    assert (REPOSITORY / "CITATION.cff").read_text(encoding="utf-8") == made_text


def test_datacite_fits_the_official_schema(files: dict[str, bytes]) -> None:
    schema45 = pytest.importorskip("datacite.schema45")
    content = _json(files, "metadata/datacite.json")
    assert [fault.message for fault in schema45.validator.iter_errors(content)] == []
    assert list(schema45.validator.iter_errors({**content, "publisher": ""}))


def test_zenodo_fits_the_model_of_a_deposit(files: dict[str, bytes]) -> None:
    from frictionless.portals.zenodo.models import ZenodoMetadata

    content = _json(files, ".zenodo.json")
    model = ZenodoMetadata(**content)
    assert model.title == content["title"]
    assert [creator.name for creator in model.creators] == [
        creator["name"] for creator in content["creators"]
    ]
    assert content["license"] == "other-closed"


def _graph(files: Mapping[str, bytes], name: str = "metadata/dcat-ap.ttl") -> Graph:
    kind = "json-ld" if name.endswith("ld") else "turtle"
    return Graph().parse(data=files[name], format=kind, publicID=f"{RELEASE}metadata/dcat-ap")


def test_dcat_ap_says_the_same_as_json_ld_and_as_turtle(files: dict[str, bytes]) -> None:
    one, two = _graph(files), _graph(files, "metadata/dcat-ap.jsonld")
    assert len(one) > 50
    assert isomorphic(one, two)
    [dataset] = one.subjects(RDF.type, DCAT.Dataset)
    address = _json(files, "datapackage.json").get("id", RELEASE)
    assert dataset == URIRef(address)
    assert list(one.objects(None, DCAT.dataset)) == [dataset]


def _faults(graph: Graph, name: str) -> set[tuple[str, str]]:
    """What shapes find: the class of the thing, and the property that is missing or wrong."""
    _, report, _ = pyshacl.validate(graph, shacl_graph=Graph().parse(DATA / f"dcat-ap-{name}.ttl"))
    return {
        (
            str(graph.value(focus, RDF.type)).rpartition("#")[2],
            str(report.value(one, SH.resultPath)),
        )
        for one, focus in report.subject_objects(SH.focusNode)
    }


@pytest.mark.parametrize("name", ["3.0.1-shapes", "2.1.1-shapes"])
def test_the_official_shapes_find_no_violation(name: str, files: dict[str, bytes]) -> None:
    graph = _graph(files)
    assert _faults(graph, name) == set()
    for missing in (DCTERMS.title, DCAT.accessURL, FOAF.name):
        less = Graph()
        for triple in graph:
            if triple[1] != missing:
                less.add(triple)
        assert str(missing) in {path for _, path in _faults(less, name)}, missing


def test_no_recommended_property_is_missing_that_anybody_knows() -> None:
    graph = _graph(made(at_home(tables_of(REPOSITORY))))
    unknown = {("http://xmlns.com/foaf/0.1/Agent", str(DCTERMS.type))}
    assert _faults(graph, "3.0.1-shapes-recommended") == unknown


def test_addresses_and_sums_in_dcat_ap_are_those_of_the_files(files: dict[str, bytes]) -> None:
    graph, found = _graph(files), []
    for one, url in graph.subject_objects(DCAT.downloadURL):
        total = graph.value(graph.value(one, SPDX.checksum), SPDX.checksumValue)
        name = str(url).removeprefix(RELEASE).replace(f"{HOME}/data/", "tables/")
        found.append(name)
        if name.endswith(".zip"):
            assert total is None
        else:
            assert str(total).lower() == hashlib.sha1(files[name]).hexdigest(), name
    assert {"tables/notes.csv", "tables/citations.csv"} & set(found)


def test_with_an_address_all_addresses_are_absolute_and_the_zip_comes_first() -> None:
    files = made(at_home(tables_of(REPOSITORY)))
    for name in ("metadata/dcat-ap.jsonld", "metadata/schema-org.jsonld", "croissant.json"):
        found = re.findall(r'"(?:@id|url|license|contentUrl)": "([^"]*)"', files[name].decode())
        absolute = [text for text in found if text.startswith(("https://", "http://"))]
        own = {entry["path"] for entry in _json(files, "datapackage.json")["resources"]}
        assert len(absolute) > 15
        assert all(
            address in absolute or re.match(r"(spdx:|cr:|[a-z_]+(/[a-z_0-9]+)?$)", address)
            for address in set(found) - own
        ), name
    first = _json(files, "metadata/schema-org.jsonld")["distribution"][0]
    assert first["contentUrl"] == f"{HOME}/data/lanzarote-data-2026.1.0.zip"
    dataset = next(
        node
        for node in _json(files, "metadata/dcat-ap.jsonld")["@graph"]
        if node["@type"] == "dcat:Dataset"
    )
    assert dataset["dcat:distribution"][0]["@id"].endswith("-zip")


def test_schema_org_fits_the_shapes_of_science_on_schema_org(folder: Path) -> None:
    from importlib.resources import files as package_files

    shapes = next(
        str(file) for file in package_files("soso.data").iterdir() if file.name.endswith(".ttl")
    )
    path = folder / "metadata/schema-org.jsonld"

    def check(content: str) -> tuple[bool, str]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            result = pyshacl.validate(
                content,
                data_graph_format="json-ld",
                shacl_graph=shapes,
                shacl_graph_format="turtle",
                allow_warnings=True,
            )
        return result[0], result[2]

    text = path.read_text(encoding="utf-8").replace('"../', '"https://example.org/release/')
    conforms, report = check(text)
    assert conforms, report
    content = json.loads(text)
    del content["description"]
    assert not check(json.dumps(content))[0]


def test_schema_org_uses_only_words_that_schema_org_has(files: dict[str, bytes]) -> None:
    def words(value: object) -> set[str]:
        if isinstance(value, list):
            return {word for item in value for word in words(item)}
        if not isinstance(value, dict):
            return set()
        own = {key for key in value if not key.startswith("@")} | {value.get("@type", "Thing")}
        return own | {word for item in value.values() for word in words(item)}

    content = _json(files, "metadata/schema-org.jsonld")
    del content["@context"]
    for word in words(content):
        assert word in SDO, word


def test_csvw_and_the_tables_are_valid(folder: Path) -> None:
    csvw = pytest.importorskip("csvw")
    # Not strict: in strict mode csvw refuses a foreign key that may be empty.
    checked = csvw.CSVW(str(folder / "tables/csv-metadata.json"), validate=True, strict=False)
    assert checked.is_valid, checked.warnings


def test_csvw_finds_a_row_that_points_nowhere_and_a_wrong_type(tmp_path: Path) -> None:
    csvw = pytest.importorskip("csvw")
    folder = unpacked(tmp_path, small_files())
    for old, new in ((b"N5,NAN", b"N5,XXX"), (b",40\n", b",x\n")):
        text = small_files()["tables/notes.csv"]
        (folder / "tables/notes.csv").write_bytes(text.replace(old, new).replace(b",20\n", new))
        try:
            path = str(folder / "tables/csv-metadata.json")
            valid = csvw.CSVW(path, validate=True, strict=False).is_valid
        except ValueError:
            valid = False
        assert not valid, new


def test_croissant_is_valid_and_gives_the_rows(folder: Path) -> None:
    mlcroissant = pytest.importorskip("mlcroissant")
    entries = json.loads((folder / "croissant.json").read_text(encoding="utf-8"))["distribution"]
    here = {entry["@id"]: folder / entry["@id"] for entry in entries}
    data = mlcroissant.Dataset(jsonld=folder / "croissant.json", mapping=here)
    assert not data.metadata.issues.errors
    tables = tables_of(folder)
    for name, table in tables.items():
        rows = list(data.records(name))
        assert len(rows) == len(table.rows), name
        assert all(len(row) == len(table.resource.fields) for row in rows)


def test_what_is_said_comes_from_the_descriptor_in_every_format(files: dict[str, bytes]) -> None:
    about = json.loads(files["datapackage.json"])
    for name in metadata_files(tables_of(), small_files()):
        text = (
            json.dumps(yaml.safe_load(files[name]), default=str)
            if name.endswith((".cff", "json", "jsonld"))
            else files[name].decode()
        )
        assert about["title"] in text, name
        assert "for the text" in text or "Nothing here relicenses the text" in text, name


def _about(**changes: Any) -> About:
    from dataclasses import replace

    return replace(about_of(tables_of().package), **changes)


def test_people_and_organisations_are_told_apart() -> None:
    person = Contributor("Jo Doe", "Jo", "Doe", "https://orcid.org/x", ("curator",))
    about = _about(contributors=(person, Contributor("An Organisation")))
    assert _citation(citation_text(about))["authors"] == [
        {"family-names": "Doe", "given-names": "Jo", "website": "https://orcid.org/x"},
        {"name": "An Organisation"},
    ]
    assert [creator["name"] for creator in zenodo(about)["creators"]] == [
        "Doe, Jo",
        "An Organisation",
    ]
    [first, second] = datacite(about)["creators"]
    assert (first["nameType"], second["nameType"]) == ("Personal", "Organizational")


def test_a_doi_and_a_homepage_are_used_where_there_are_any() -> None:
    about = _about(identifier="https://doi.org/10.5281/x.1", homepage="https://example.org/data")
    assert _citation(citation_text(about))["doi"] == "10.5281/x.1"
    assert datacite(about)["doi"] == "10.5281/x.1"
    assert datacite(about)["url"] == "https://example.org/data"


def test_one_licence_for_all_is_named_and_several_are_not_made_one() -> None:
    [curation, text] = _about().licences
    assert zenodo(_about(licences=(curation,)))["license"] == "cc-by-4.0"
    mixed = zenodo(_about(licences=(curation, text)))
    assert mixed["license"] == "other-closed"
    assert "© the author: for the text" in mixed["description"]
