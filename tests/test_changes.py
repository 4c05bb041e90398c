"""The difference of two sets of tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lanzarote_data.model.changes import Change, difference
from lanzarote_data.model.tables import Table, Tables, key_text
from tests.packages import tiny_tables

TINY = tiny_tables()


def without_table(name: str) -> Tables:
    """The tables of a package that does not declare one of them."""
    kept = tuple(resource for resource in TINY.package.resources if resource.name != name)
    package = replace(TINY.package, resources=kept)
    return Tables(package, [TINY[resource.name] for resource in kept])


def test_a_table_that_one_side_does_not_declare_is_empty_there() -> None:
    assert difference(TINY, without_table("parties")) == tuple(
        Change("parties", (row["party_id"],), None, row, None) for row in TINY.rows("parties")
    )
    assert difference(without_table("parties"), TINY) == tuple(
        Change("parties", (row["party_id"],), None, None, row) for row in TINY.rows("parties")
    )


def parties(*texts: tuple[str, str, str]) -> Tables:
    """Tables with these Parties alone: id and both names of each."""
    names = ("party_id", "name", "name_in_sentence")
    rows = (dict(zip(names, row, strict=True)) for row in texts)
    return Tables(TINY.package, [Table(TINY["parties"].resource, rows)])


def told(changes: Iterable[Change]) -> list[str]:
    """Each change in one line: what happened, to which row, in which field, and both texts."""
    return [
        f"{change.kind} {key_text(change.key)}"
        + (f" {change.field} {change.old}>{change.new}" if change.field else "")
        for change in changes
    ]


def test_cells_that_changed_are_told_row_by_row_in_the_order_of_fields() -> None:
    old = parties(("A", "a", "1"), ("B", "b", "2"), ("C", "c", "3"))
    new = parties(("A", "a", "one"), ("B", "b", "2"), ("C", "cc", "three"))
    assert told(difference(old, new)) == [
        "changed A name_in_sentence 1>one",
        "changed C name c>cc",
        "changed C name_in_sentence 3>three",
    ]


def test_rows_that_went_are_told_first_and_those_that_came_where_they_stand() -> None:
    old = parties(("A", "a", "1"), ("B", "b", "2"), ("C", "c", "3"), ("D", "d", "4"))
    new = parties(("E", "e", "5"), ("C", "cc", "3"), ("F", "f", "6"), ("A", "aa", "one"))
    changes = difference(old, new)
    assert told(changes) == [
        "removed B",
        "removed D",
        "added E",
        "changed C name c>cc",
        "added F",
        "changed A name a>aa",
        "changed A name_in_sentence 1>one",
    ]
    whole = [change for change in changes if change.field is None]
    assert [(change.old or change.new) for change in whole] == [
        old["parties"].rows[1], old["parties"].rows[3],
        new["parties"].rows[0], new["parties"].rows[2],
    ]  # fmt: skip


def test_rows_in_another_order_differ_in_nothing_but_their_cells() -> None:
    old = parties(("A", "a", "1"), ("B", "b", "2"), ("C", "c", "3"))
    assert not difference(old, parties(("C", "c", "3"), ("A", "a", "1"), ("B", "b", "2")))
    turned = parties(("C", "c", "3"), ("A", "a", "1"), ("B", "b", "two"))
    assert told(difference(old, turned)) == ["changed B name_in_sentence 2>two"]


def test_rows_at_the_end_that_only_one_side_has_are_whole_rows() -> None:
    fewer, more = (("A", "a", "1"),), (("A", "a", "1"), ("B", "b", "2"))
    assert told(difference(parties(*fewer), parties(*more))) == ["added B"]
    assert told(difference(parties(*more), parties(*fewer))) == ["removed B"]


def test_the_same_rows_under_another_key_are_other_rows() -> None:
    old = parties(("A", "a", "1"))
    resource = replace(old["parties"].resource, primary_key=("name",))
    new = old.with_table(old["parties"].described_by(resource))
    assert told(difference(old, new)) == ["removed A", "added a"]


def test_a_field_that_only_one_side_declares_is_told_where_it_is_filled() -> None:
    more = parties(("A", "a", "1"), ("B", "b", ""))
    described = more["parties"].resource
    resource = replace(described, fields=tuple(described.fields[:2]))
    rows = ({name: row[name] for name in ("party_id", "name")} for row in more.rows("parties"))
    fewer = more.with_table(Table(resource, rows))
    assert told(difference(fewer, more)) == ["changed A name_in_sentence >1"]
    assert told(difference(more, fewer)) == ["changed A name_in_sentence 1>"]
