"""The packages that the benchmarks run on: valid, the same every time, and like the real tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks._generate import generate
from benchmarks._shape import SHAPE, Shape, deciles, measured
from lanzarote_data.model.tables import Tables
from lanzarote_data.store.tables import read_tables
from lanzarote_data.validate.package import validate_package
from lanzarote_data.workbook.layout import party_of
from tests.packages import own_tables

ITEMS = ("recommendations", "observations", "practices")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def own_rows(tables: Tables, party: str) -> int:
    names = (*ITEMS, "citations", "practice_parties")
    return sum(party_of(tables, name, row) == party for name in names for row in tables.rows(name))


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """A package large enough for shares and lengths to come out."""
    return read_tables(generate(tmp_path_factory.mktemp("package"), 8_000)).tables


@pytest.mark.parametrize(("rows", "parties"), [(0, 1), (1, 1), (7, 1), (165, 1), (700, 50)])
def test_packages_are_valid_at_every_size(tmp_path: Path, rows: int, parties: int) -> None:
    generate(tmp_path, rows, parties)
    assert validate_package(tmp_path) == []


def test_the_same_bytes_come_twice_and_others_of_another_seed(tmp_path: Path) -> None:
    for name, seed in (("one", 0), ("two", 0), ("other", 1)):
        generate(tmp_path / name, 400, 2, seed)
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert files(tmp_path / "one") != files(tmp_path / "other")


def test_every_party_has_as_many_rows_as_asked_for(tmp_path: Path) -> None:
    tables = read_tables(generate(tmp_path, 700, 50)).tables
    parties = [row["party_id"] for row in tables.rows("documents") if row["party_id"]]
    assert len(parties) == 50
    assert [own_rows(tables, party) for party in parties] == [14] * 50


def test_a_party_has_at_most_what_one_workbook_can_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks._generate.MOST_ROWS_A_PARTY", 100)
    tables = read_tables(generate(tmp_path, 250)).tables
    parties = [row["party_id"] for row in tables.rows("documents") if row["party_id"]]
    assert sorted(own_rows(tables, party) for party in parties) == [83, 83, 84]


def test_the_figures_kept_are_those_of_the_real_tables() -> None:
    now = measured(own_tables())
    assert now.items.keys() == SHAPE.items.keys()
    assert close_to(now, SHAPE) == []


def test_generated_rows_are_like_real_ones(tables: Tables) -> None:
    assert measured(tables).own_rows == 8_000
    assert close_to(measured(tables), SHAPE) == []


def test_texts_are_as_distinct_as_real_ones(tables: Tables) -> None:
    for name in ITEMS:
        texts = [row["text"] for row in tables.rows(name)]
        assert len(set(texts)) == len(texts)
    footnotes = [row["text"] for row in tables.rows("citations")]
    assert len(set(footnotes)) < len(footnotes) / 3


def test_no_text_is_one_of_the_committee(tables: Tables) -> None:
    for name in (*ITEMS, "chapters"):
        field = "introduction" if name == "chapters" else "text"
        real = {row[field] for row in own_tables().rows(name)}
        assert real.isdisjoint(row[field] for row in tables.rows(name))


def close_to(found: Shape, wanted: Shape) -> list[str]:
    """What of a shape is far from another: shares by a tenth, lengths by a quarter."""
    far = []
    for name in ("items", "chapters", "urgencies"):
        far += [f"{name}: {key}" for key in apart(getattr(found, name), getattr(wanted, name))]
    for name in ITEMS:
        far += [f"markers of {name}: {k}" for k in apart(found.markers[name], wanted.markers[name])]
        far += [f"kinds of {name}: {k}" for k in apart(found.kinds[name], wanted.kinds[name])]
        far += [f"{name}: {what}" for what in unlike(found, wanted, name)]
    return far


def apart(found: dict[str, int], wanted: dict[str, int]) -> list[str]:
    """The names whose shares of all differ by more than a twentieth."""
    return [key for key in {*found, *wanted} if abs(share(found, key) - share(wanted, key)) > 0.05]


def share(weights: dict[str, int], key: str) -> float:
    return weights.get(key, 0) / max(sum(weights.values()), 1)


def unlike(found: Shape, wanted: Shape, name: str) -> list[str]:
    """The figures of texts that are far from those wanted."""
    one, other = found.texts[name], wanted.texts[name]
    marks = ("italics", "bold", "link", "list", "straight_quotes")
    far = [mark for mark in marks if abs(getattr(one, mark) - getattr(other, mark)) > 0.1]
    if abs(one.beyond_ascii - other.beyond_ascii) > 0.5:
        far.append("characters beyond ASCII")
    pairs = zip(one.lengths[1:-1], other.lengths[1:-1], strict=True)
    if not all(abs(a - b) < 0.1 * b + 10 for a, b in pairs):
        far.append(f"lengths {one.lengths}")
    return far


def test_deciles_divide_numbers_into_tenths() -> None:
    assert deciles(list(range(101))) == (0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100)
