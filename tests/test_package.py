"""``datapackage.json`` found, read, and made into typed objects."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lanzarote_data.cli import main
from lanzarote_data.model.errors import PackageError
from lanzarote_data.store.descriptor import (
    find_descriptor,
    installed_descriptor,
    load_package,
)
from lanzarote_data.validate.package import lint
from tests.packages import ROOT, copy_package


def test_tables_fields_and_keys_are_read_from_it() -> None:
    package = load_package(ROOT)
    citations = package.resource("citations")
    assert citations.primary_key == ("citation_id",)
    assert [key.resource for key in citations.foreign_keys][:2] == [
        "recommendations",
        "observations",
    ]
    assert citations.field("marker").type == "integer"
    assert citations.field("text").markdown
    reference = citations.reference("chapter_id")
    assert reference is not None
    assert reference.reference_fields == ("chapter_id",)
    assert package.table_path(citations) == ROOT / "tables" / "citations.csv"


def test_the_descriptor_says_which_tables_hold_items_and_texts_with_footnotes() -> None:
    package = load_package(ROOT)
    items = ["recommendations", "observations", "practices"]
    assert [resource.name for resource in package.items] == items
    assert {name: (parent.name, parent.text_field) for name, parent in package.parents.items()} == {
        "recommendation_id": ("recommendations", "text"),
        "observation_id": ("observations", "text"),
        "practice_id": ("practices", "text"),
        "chapter_id": ("chapters", "introduction"),
    }
    assert [resource.name for resource in package.texts] == [
        *items,
        *("chapters", "report_recommendations", "report_paragraphs", "citations", "follow_up"),
    ]


def test_the_nearest_descriptor_is_found_or_what_to_do_is_told(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"no datapackage\.json") as refusal:
        load_package(tmp_path)
    assert "--package" in refusal.value.hint
    (tmp_path / "datapackage.json").write_text("{}")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find_descriptor(below) == tmp_path / "datapackage.json"
    assert installed_descriptor().is_file()


OTHERS = {
    "CSVW": {"@context": "http://www.w3.org/ns/csvw", "url": "a.csv", "tableSchema": {}},
    "CSVW ": {"@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}], "tables": []},
    "JSON-LD": {"@context": "https://schema.org/", "@type": "Dataset"},
    "version 1": {"name": "x", "profile": "tabular-data-package", "resources": []},
    "version 1 ": {"$schema": "https://specs.frictionlessdata.io/schemas/data-package.json"},
    "Table Schema": {"fields": [{"name": "a"}], "primaryKey": "a"},
}


@pytest.mark.parametrize("word", OTHERS)
def test_a_descriptor_of_another_standard_is_told_as_what_it_is(word: str, tmp_path: Path) -> None:
    path = tmp_path / "metadata.json"
    path.write_text(json.dumps(OTHERS[word]), encoding="utf-8")
    (problem,) = lint(path)
    assert problem.code == "descriptor-other-kind" and word.strip() in problem.message
    assert problem.location.source == "metadata.json"
    with pytest.raises(PackageError, match=word.strip()):
        load_package(path)


def test_a_descriptor_under_another_name_is_named_by_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = copy_package("tiny", tmp_path)
    other = tmp_path / "other.json"
    other.write_bytes(package.path.rename(tmp_path / "away.json").read_bytes())
    given = ["--package", str(other)]
    assert main(["build", *given]) == 0
    assert main(["validate", str(other)]) == 0
    other.write_text(other.read_text("utf-8").replace('"name": "name",', "", 1), "utf-8")
    assert {problem.location.source for problem in lint(other)} == {"other.json"}
    capsys.readouterr()
    assert main(["validate", *given]) == 1
    assert "datapackage.json" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"\xef\xbb\xbf{}", "byte-order mark"),
        (b'{"a": }', "no JSON in line 1"),
        (b'{"a":\n"\xff"}', "byte 8"),
        (b'{"a": "\\ud800"}', "half a character"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[]", "not a JSON object"),
    ],
)
def test_what_is_no_json_is_refused_with_the_true_reason(
    tmp_path: Path, content: bytes, word: str
) -> None:
    path = tmp_path / "datapackage.json"
    path.write_bytes(content)
    with pytest.raises(PackageError, match=word) as refusal:
        lint(path)
    assert "codec" not in refusal.value.message and "char" not in refusal.value.message.replace(
        "character", ""
    )
