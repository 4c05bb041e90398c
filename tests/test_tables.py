"""Rows by key, their places and their order."""

from __future__ import annotations

import random

from lanzarote_data.tables import Source, Table, Tables
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
