"""The difference of two sets of tables where one of them lacks a whole table."""

from __future__ import annotations

from dataclasses import replace

from lanzarote_data.changes import Change, difference
from lanzarote_data.tables import Tables
from tests.packages import tiny_tables

TINY = tiny_tables()


def without_table(name: str) -> Tables:
    """The tables of a package that does not declare one of them."""
    kept = tuple(resource for resource in TINY.package.resources if resource.name != name)
    package = replace(TINY.package, resources=kept)
    return Tables(package, [TINY[resource.name] for resource in kept])


def test_a_table_that_is_no_longer_declared_loses_all_its_rows() -> None:
    assert difference(TINY, without_table("parties")) == tuple(
        Change("parties", (row["party_id"],), None, row, None) for row in TINY.rows("parties")
    )


def test_a_table_that_came_has_all_its_rows_added() -> None:
    assert difference(without_table("parties"), TINY) == tuple(
        Change("parties", (row["party_id"],), None, None, row) for row in TINY.rows("parties")
    )
