"""Rows by key, their places and their order."""

from __future__ import annotations

import random

from lanzarote_data.model.tables import Source, Table, Tables
from tests.packages import own_tables, tiny_tables


def shuffled(tables: Tables, seed: int) -> Tables:
    """The same rows in another order."""
    dice = random.Random(seed)
    mixed = (
        Table(t.resource, dice.sample(t.rows, t.count), [Source("x", n) for n in range(t.count)])
        for t in tables.values()
    )
    return Tables(tables.package, mixed)


def test_order_does_not_depend_on_the_order_before() -> None:
    tables = own_tables()
    for seed in range(5):
        mixed = shuffled(tables, seed)
        assert mixed.in_order() == tables
        for name, table in mixed.in_order().items():
            before = [mixed[name].rows[source.line] for source in table.sources]
            assert before == list(table.rows)  # each row keeps its source


def test_chapters_order_as_chapters_and_positions_by_size() -> None:
    rows = own_tables().rows("recommendations")
    chapters = list(dict.fromkeys(row["chapter_id"] for row in rows))
    numbers = ["II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI"]
    assert chapters == [f"R2-{number}" for number in numbers]
    positions = [int(row["position"]) for row in rows if row["chapter_id"] == "R2-III"]
    assert positions == sorted(positions)
    assert positions[-1] > 100


def test_a_row_is_found_by_its_key() -> None:
    tables = tiny_tables()
    row = tables.find("practice_parties", "R2-BEL-II-p1", "FIN")
    assert row == {"practice_id": "R2-BEL-II-p1", "party_id": "FIN"}
    assert tables.find("practice_parties", "R2-BEL-II-p1", "XYZ") is None
    assert tables.find("no_such_table", "x") is None


def test_of_a_duplicated_key_the_last_row_is_found() -> None:
    rows = [{"party_id": "BEL", "name": name} for name in ("a", "b")]
    table = Table(tiny_tables()["parties"].resource, rows)
    assert (table.count, table.find(("BEL",)), table.rank) == (2, rows[1], {("BEL",): 1})


def test_a_field_that_rows_do_not_have_is_empty() -> None:
    table = Table(tiny_tables()["parties"].resource, [{"party_id": "BEL", "name": "a"}, {}])
    assert table.column("name") == ["a", ""]
    assert list(table.columns(("party_id", "no such field"))) == [("BEL", ""), ("", "")]


def test_a_place_names_the_line_or_the_cell() -> None:
    assert Source("recommendations.csv", 14).place("text") == "recommendations.csv:14"
    sheet = Source("Recommendations", 14, {"urgency": "C", "text": "F"})
    assert sheet.place("text") == "Recommendations!F14"
    assert sheet.place("position") == "Recommendations!C14"


def test_a_row_that_is_not_there_still_has_a_place() -> None:
    place = tiny_tables()["parties"].location_of(("XYZ",), "name")
    assert (place.resource, place.key, place.source) == ("parties", "XYZ", "parties")


def test_tables_in_order_know_it_once_they_were_asked() -> None:
    mixed = shuffled(own_tables(), 1)
    ordered = mixed.in_order()
    assert ordered.is_in_order and ordered.in_order() is ordered
    assert mixed.in_order() is ordered and not mixed.is_in_order
    read = Tables(mixed.package, own_tables().values())
    assert not read.is_in_order
    assert read.in_order() == read
    assert read.is_in_order and read.in_order() is read
    assert not ordered.with_table(mixed["citations"]).is_in_order
