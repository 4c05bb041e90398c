"""``datapackage.json`` found, read, and made into typed objects."""

from __future__ import annotations

from pathlib import Path

import pytest

from lanzarote_data.model.errors import PackageError
from lanzarote_data.store.descriptor import (
    find_descriptor,
    installed_descriptor,
    load_package,
    read_descriptor,
)
from tests.packages import ROOT


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
