"""Frames as analysts get them: dtypes, index, categories, and the public names of the module."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pandas
import pytest

import lanzarote_data as lz
from lanzarote_data.frames.base import frame_of, levels
from lanzarote_data.store.descriptor import load_package
from tests.packages import ROOT, copy_package
from tests.synthetic import synthetic_data


@pytest.fixture
def data() -> lz.Dataset:
    return synthetic_data()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the synthetic package, to break."""
    return copy_package("frames", tmp_path).folder


def test_the_synthetic_package_is_valid(copy: Path) -> None:
    assert lz.validate(copy) == []
    assert lz.validate(str(copy)) == []


def test_every_table_is_an_attribute_with_its_rows_and_its_key_as_index(data: lz.Dataset) -> None:
    for resource in data.package.resources:
        frame = getattr(data, resource.name)
        assert frame.index.names == list(resource.primary_key)
        others = [name for name in resource.field_names if name not in resource.primary_key]
        assert list(frame.columns) == others
        assert len(frame) == len(data.tables[resource.name].rows)
    assert "recommendations: 9" in repr(data)
    assert "recommendations" in dir(data)
    with pytest.raises(AttributeError, match="no table 'recs'"):
        data.recs  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(lz.LanzaroteError, match="There are rounds, parties"):
        data.frame("recs")


def test_types_come_from_the_descriptor(data: lz.Dataset) -> None:
    assert str(data.recommendations.position.dtype) == "Int64"
    assert str(data.recommendations.text.dtype) == "string"
    assert str(data.parties.council_of_europe_member.dtype) == "boolean"
    assert str(data.follow_up.date.dtype) == "datetime64[s]"
    assert data.follow_up.date["R2-II-2.BEL.f2"] == pandas.Timestamp("2024-06-30")
    assert pandas.isna(data.citations.recommendation_id["R2-BEL-II-o1.1"])


def test_look_up_ids_and_enumerated_values_are_categories(data: lz.Dataset) -> None:
    frame = data.recommendations
    categories = {str(c) for c in frame.columns if str(frame[c].dtype) == "category"}
    enumerated = {"scope", "addressing", "layout"}
    looked_up = {"chapter_id", "party_id", "urgency", "document_id", "withdrawn_in"}
    assert categories == enumerated | looked_up
    targets = data.citation_targets.report_recommendation_id
    assert list(targets.cat.categories)[:2] == ["R2-II-1", "R2-II-2"]
    assert list(frame.scope.cat.categories) == ["specific", "generic"]
    assert not frame.party_id.cat.ordered
    assert list(frame.party_id.cat.categories) == ["BEL", "CIV", "FRA", "NLD"]
    assert data.chapters.index.dtype == data.recommendations.chapter_id.dtype
    assert data.chapters.title["R2-II"] == "Synthetic frameworks"
    resource = data.package.resource("citations")
    assert levels(data.tables, resource, "recommendation_id") is None
    assert levels(data.tables, resource, "citation_id") is None


def test_chapters_and_urgencies_are_in_the_order_that_they_mean(data: lz.Dataset) -> None:
    chapters = data.recommendations.chapter_id
    # By position, not by letter: R2-IX would come between R2-II and R2-X either way, but R2-I to
    # R2-X with R2-IX third is the order of the table.
    assert chapters.cat.ordered
    assert list(chapters.cat.categories) == ["R2-I", "R2-II", "R2-IX", "R2-X"]
    urgency = data.recommendations.urgency
    assert list(urgency.cat.categories) == ["require", "request", "invite"]
    assert (urgency <= "request").sum() == 6
    assert list(lz.chapters.index)[7:10] == ["R2-VIII", "R2-IX", "R2-X"]


def test_each_access_gives_a_frame_of_its_own(data: lz.Dataset) -> None:
    frame = data.recommendations
    frame.loc[:, "topic"] = "changed"
    frame["new"] = 1
    assert "new" not in data.recommendations
    assert (data.recommendations.topic != "changed").any()


def test_an_empty_table_is_a_frame_with_the_same_types(data: lz.Dataset, copy: Path) -> None:
    path = copy / "tables" / "follow_up.csv"
    path.write_text(path.read_text(encoding="utf-8").partition("\n")[0] + "\n", encoding="utf-8")
    empty = lz.load(copy).follow_up
    assert empty.empty
    assert empty.dtypes.equals(data.follow_up.dtypes)


def test_a_cell_that_is_no_value_or_refers_to_nothing_is_refused_with_its_place(copy: Path) -> None:
    _replace(copy / "tables" / "chapters.csv", "R2,II,20", "R2,II,twenty")
    with pytest.raises(lz.LanzaroteError, match=r"chapters\.csv:3.*twenty"):
        lz.load(copy).chapters  # noqa: B018
    _replace(copy / "tables" / "recommendations.csv", "named,require", "named,requires")
    with pytest.raises(lz.LanzaroteError, match=r"recommendations\.csv:\d+.*'requires'"):
        lz.load(copy).recommendations  # noqa: B018


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_package_without_a_table_still_answers_what_it_can(copy: Path) -> None:
    import json

    path = copy / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    descriptor["resources"] = [r for r in descriptor["resources"] if r["name"] != "follow_up"]
    path.write_text(json.dumps(descriptor), encoding="utf-8")
    data = lz.load(copy)
    assert len(data.addressed_to("BEL")) == 7
    with pytest.raises(lz.LanzaroteError, match="follow_up"):
        data.follow_up_state("BEL")


def test_joined_brings_what_each_row_refers_to(data: lz.Dataset) -> None:
    frame = data.joined("recommendations")
    assert len(frame) == len(data.recommendations)
    row = frame.loc["R2-BEL-II-2"]
    assert (row.chapter_title, row.party_name) == ("Synthetic frameworks", "Belgium")
    assert (row.urgency_rank, row.document_date) == (1, "2023-05-25")
    assert frame.loc["R2-ALL-IX-4"].isna().party_name
    assert data.joined("practice_parties").party_name.to_list() == [
        "Belgium",
        "Côte d’Essai",
    ]
    for name, table in data.tables.items():
        assert len(data.joined(name)) == len(table.rows)


def test_describe_and_credit_say_what_the_descriptor_says(data: lz.Dataset) -> None:
    tables = data.describe()
    assert list(tables.index) == list(data.tables)
    assert tables.loc["practice_parties", "primary_key"] == "practice_id, party_id"
    columns = data.describe("citations")
    resource = data.package.resource("citations")
    assert list(columns.index) == list(resource.field_names)
    assert columns.loc["kind", "description"] == resource.field("kind").description
    assert columns.loc["chapter_id", "refers_to"] == "chapters"
    assert columns.loc["marker", "type"] == "Int64"
    assert data.credit() == load_package(ROOT).descriptor["lanzarote:credit"]
    assert "©" in lz.credit()


def test_the_public_names_are_the_tables_the_questions_and_the_classes() -> None:
    tables = set(lz.load().tables)
    of_one = set(
        "frame from_frames history package to_frictionless version with_rows write".split()
    )
    questions = {n for n in dir(lz.Dataset) if not n.startswith("_")} - of_one
    declared = set(lz.__all__)
    assert tables <= declared, "a table of the descriptor is not declared in __init__.py"
    assert questions <= declared, "a method of Dataset is not declared in __init__.py"
    others = declared - tables - questions
    for name in declared:
        assert getattr(lz, name) is not None
    assert others == set(lz._ELSEWHERE)
    assert declared <= set(dir(lz))
    with pytest.raises(AttributeError, match="recomendations"):
        lz.recomendations  # type: ignore[attr-defined]  # noqa: B018


def test_a_function_of_the_module_asks_the_installed_data() -> None:
    assert lz.counts().equals(lz.load().counts())
    assert frame_of(lz.load().tables, "parties").equals(lz.parties)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "absent"),
    [
        ("import lanzarote_data", ["pandas", "frictionless", "json", "lanzarote_data.frames"]),
        ("import lanzarote_data as lz; lz.citations_of('R2-BEL-II-6')", ["pandas", "markdown_it"]),
        ("import lanzarote_data as lz; lz.recommendations", ["pandera", "matplotlib", "polars"]),
        ("import lanzarote_data as lz; lz.plots", ["matplotlib", "pandas"]),
        ('from lanzarote_data.cli import main, parser; parser("import")', ["pandas", "openpyxl"]),
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(program: str, absent: list[str]) -> None:
    check = f"import sys; {program}; print([n for n in {absent!r} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_importing_a_subpackage_hides_no_public_name() -> None:
    for name in sorted({module.name for module in pkgutil.iter_modules(lz.__path__)}):
        importlib.import_module(f"lanzarote_data.{name}")
    assert callable(lz.text) and callable(lz.validate)
    assert [name for name in lz.__all__ if isinstance(getattr(lz, name), ModuleType)] == ["plots"]
