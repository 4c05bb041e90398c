"""Rows by key, their places and their order."""

from __future__ import annotations

import gc
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lanzarote_data.model.collector import paused
from lanzarote_data.model.tables import Source, Table, Tables
from tests.packages import own_tables, tiny_tables


def shuffled(tables: Tables, seed: int) -> Tables:
    """The same rows in another order."""
    dice = random.Random(seed)
    mixed = (Table(t.resource, tuple(dice.sample(t.rows, len(t.rows)))) for t in tables.values())
    return Tables(tables.package, mixed)


def test_order_does_not_depend_on_the_order_before() -> None:
    tables = own_tables()
    for seed in range(5):
        assert shuffled(tables, seed).in_order() == tables


def test_chapters_order_as_chapters_not_as_letters() -> None:
    rows = own_tables().rows("recommendations")
    chapters = list(dict.fromkeys(row["chapter_id"] for row in rows))
    numbers = ["II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI"]
    assert chapters == [f"R2-{number}" for number in numbers]


def test_positions_order_by_size() -> None:
    positions = [
        int(row["position"])
        for row in own_tables().rows("recommendations")
        if row["chapter_id"] == "R2-III"
    ]
    assert positions == sorted(positions)
    assert positions[-1] > 100


def test_a_row_is_found_by_its_key() -> None:
    tables = tiny_tables()
    row = tables.find("practice_parties", "R2-BEL-II-p1", "FIN")
    assert row == {"practice_id": "R2-BEL-II-p1", "party_id": "FIN"}
    assert tables.find("practice_parties", "R2-BEL-II-p1", "XYZ") is None
    assert tables.find("no_such_table", "x") is None


def test_a_place_names_the_line_or_the_cell() -> None:
    assert Source("recommendations.csv", 14).place("text") == "recommendations.csv:14"
    sheet = Source("Recommendations", 14, {"urgency": "C", "text": "F"})
    assert sheet.place("text") == "Recommendations!F14"
    assert sheet.place("position") == "Recommendations!C14"


def test_a_row_that_is_not_there_still_has_a_place() -> None:
    place = tiny_tables()["parties"].location_of(("XYZ",), "name")
    assert (place.resource, place.key, place.source) == ("parties", "XYZ", "parties")


RESOURCE = tiny_tables()["parties"].resource
NAMES = RESOURCE.field_names
LISTS = st.lists(st.tuples(*(st.sampled_from(["", "a", "b"]) for _ in NAMES)), max_size=5)


def both(texts: list[tuple[str, ...]]) -> tuple[Table, Table]:
    """The same rows as rows and as columns; each has its number for a key."""
    rows = tuple(
        dict(zip(NAMES, row, strict=True)) | {"party_id": str(i)} for i, row in enumerate(texts)
    )
    columns = {name: [row[name] for row in rows] for name in NAMES}
    lines = [Source("parties.csv", number) for number in range(2, len(rows) + 2)]
    return Table(RESOURCE, rows, lines), Table.of_columns(RESOURCE, columns, lines)


@given(LISTS, st.data())
def test_a_table_is_the_same_by_rows_and_by_columns(
    texts: list[tuple[str, ...]], data: st.DataObject
) -> None:
    rows, columns = both(texts)
    indices = list(range(len(texts)))
    assert rows == columns and columns == rows and hash(rows) == hash(columns)
    assert rows.count == columns.count == len(texts)
    assert rows.rows == columns.rows
    assert [columns.row_at(i) for i in indices] == list(rows.rows)
    assert all(rows.column(n) == columns.column(n) for n in (*NAMES, "no such field"))
    assert rows.rank == columns.rank and rows.by_key == columns.by_key
    assert [rows.key_at(i) for i in indices] == [columns.key_at(i) for i in indices]
    assert [rows.location(i, "name") for i in indices] == [
        columns.location(i, "name") for i in indices
    ]
    chosen = data.draw(st.permutations(indices))[:3]
    assert rows.chosen(chosen) == columns.chosen(chosen)
    assert list(rows.chosen(chosen).sources) == list(columns.chosen(chosen).sources)
    assert rows.part(1, 3) == columns.part(1, 3)


@given(LISTS, st.data())
def test_a_revised_table_has_what_it_was_given(
    texts: list[tuple[str, ...]], data: st.DataObject
) -> None:
    rows, columns = both(texts)
    indices = st.sets(st.sampled_from(range(len(texts)))) if texts else st.just(set[int]())
    removed = data.draw(indices)
    replaced = {i: {**rows.rows[i], "name": "changed"} for i in data.draw(indices) - removed}
    added = [{"party_id": "new", "name": "added"}] * data.draw(st.integers(0, 2))
    wanted = [replaced.get(i, row) for i, row in enumerate(rows.rows) if i not in removed]
    wanted += [{name: row.get(name, "") for name in NAMES} for row in added]
    assert len(columns.rank) == len(texts)  # known before: it could be taken along by mistake
    for table in (rows, columns):
        revised = table.revised(replaced, removed, added)
        assert list(revised.rows) == wanted
        assert revised.rank == {table.key(row): i for i, row in enumerate(wanted)}
        if not replaced and not removed and not added:
            assert revised is table


def test_columns_that_do_not_change_are_shared() -> None:
    table = both([("", "a", "a", ""), ("", "b", "b", "")])[1]
    revised = table.revised({1: {**table.row_at(1), "name": "changed"}}, (), ())
    assert revised.column("name") == ["a", "changed"]
    assert table.column("name") == ["a", "b"]
    assert revised.column("name_in_sentence") is table.column("name_in_sentence")
    assert not revised.sources


def test_a_field_without_a_column_is_empty() -> None:
    table = Table.of_columns(RESOURCE, {"party_id": ["BEL", "FRA"]})
    assert table.column("name") == ["", ""]
    assert table.rows[1] == dict.fromkeys(NAMES, "") | {"party_id": "FRA"}


def test_tables_in_order_are_not_put_in_order_again() -> None:
    mixed = shuffled(own_tables(), 1)
    ordered = mixed.in_order()
    assert ordered.in_order() is ordered
    assert not ordered.with_table(mixed["citations"]).is_in_order


@pytest.mark.parametrize("was", [True, False])
def test_the_collector_is_afterwards_as_it_was(was: bool) -> None:
    before = gc.isenabled()
    try:
        gc.enable() if was else gc.disable()
        with pytest.raises(KeyError), paused():
            assert not gc.isenabled()
            raise KeyError
        assert gc.isenabled() is was
    finally:
        gc.enable() if before else gc.disable()
