"""``datapackage.json`` as typed objects, and its lint."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from lanzarote_data.model.errors import PackageError
from lanzarote_data.model.package import package_from
from lanzarote_data.store.descriptor import (
    find_descriptor,
    installed_descriptor,
    load_package,
    read_descriptor,
)
from lanzarote_data.validate.descriptor import lint
from tests.packages import ROOT

DESCRIPTOR: dict[str, Any] = json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))


def changed(path: str, value: object) -> dict[str, Any]:
    """Our descriptor with the property at a path such as ``resources/0/name`` changed."""
    descriptor = copy.deepcopy(DESCRIPTOR)
    *parents, last = path.split("/")
    here: Any = descriptor
    for part in parents:
        here = here[int(part)] if isinstance(here, list) else here[part]
    here[last] = value
    return descriptor


def test_our_descriptor_has_no_fault() -> None:
    assert lint(ROOT / "datapackage.json") == []


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
        *("chapters", "citations", "follow_up"),
    ]


def test_titles_tell_the_columns_of_a_table_apart() -> None:
    for resource in load_package(ROOT).resources:
        titles = [field.title for field in resource.fields]
        assert len(titles) == len(set(titles)), resource.name


def test_names_of_sheets_are_short_enough_for_excel() -> None:
    titles = [resource.title for resource in load_package(ROOT).resources]
    assert max(map(len, titles)) <= 31
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("resources/0/path", "../rounds.csv", "does not name one file inside"),
        ("resources/0/path", "/rounds.csv", "does not name one file inside"),
        ("resources/0/path", "C:\\rounds.csv", "does not name one file inside"),
        ("resources/0/path", "https://example.org/rounds.csv", "does not name one file"),
        ("resources/0/path", ["a.csv", "b.csv"], "does not name one file inside"),
        ("resources/0/schema/primaryKey", ["round"], "has no field 'round'"),
        ("resources/0/schema/fields/0/type", "geopoint", "which is not supported"),
        ("resources/0/lanzarote:label", "name", "has no field 'name'"),
        ("resources/2/schema/foreignKeys/0/reference/resource", "x", "does not declare"),
        ("resources/2/schema/foreignKeys/0/reference/fields", ["x"], "has no field 'x'"),
        ("resources/2/schema/foreignKeys/0/fields", [], "a key without fields"),
        (
            "resources/2/schema/foreignKeys/0/fields",
            ["date", "url"],
            "has 2 fields and points to 1",
        ),
        ("resources/2/schema/primaryKey", [], "a key without fields"),
        ("resources/0/schema", "schema.json", "lacks a needed property"),
        ("resources", None, "lacks a needed property"),
    ],
)
def test_a_descriptor_that_cannot_be_used_is_refused(
    path: str, value: object, words: str, tmp_path: Path
) -> None:
    with pytest.raises(PackageError, match=words) as refusal:
        package_from(changed(path, value), tmp_path)
    assert refusal.value.hint


@pytest.mark.parametrize("content", ["{", "[]", "\xff", '{"a": ' * 2000, r'{"a": "\ud800"}'])
def test_a_file_that_is_no_json_object_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_bytes(content.encode("latin-1"))
    with pytest.raises(PackageError):
        read_descriptor(tmp_path)


def test_a_missing_descriptor_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"no datapackage\.json") as refusal:
        load_package(tmp_path)
    assert "--package" in refusal.value.hint


def test_the_nearest_descriptor_is_found_from_below(tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text("{}")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find_descriptor(below) == tmp_path / "datapackage.json"


def test_the_data_is_found_without_any_folder() -> None:
    assert installed_descriptor().is_file()
