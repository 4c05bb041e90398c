"""The difference of two sets of tables, however they are kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import product

import pytest

from lanzarote_data.model.changes import Change, difference
from lanzarote_data.model.tables import Table, Tables, key_text
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


def parties(form: str, *texts: tuple[str, str, str]) -> Tables:
    """Tables with these Parties alone, kept as rows or as columns: id and both names of each."""
    resource = TINY["parties"].resource
    names = ("party_id", "name", "name_in_sentence")
    if form == "rows":
        rows = tuple(dict(zip(names, row, strict=True)) for row in texts)
        return Tables(TINY.package, [Table(resource, rows)])
    columns = dict(zip(names, map(list, zip(*texts, strict=True)), strict=True))
    return Tables(TINY.package, [Table.of_columns(resource, columns)])


def told(changes: Iterable[Change]) -> list[str]:
    """Each change in one line: what happened, to which row, in which field, and both texts."""
    return [
        f"{change.kind} {key_text(change.key)}"
        + (f" {change.field} {change.old}>{change.new}" if change.field else "")
        for change in changes
    ]


FORMS = pytest.mark.parametrize(
    ("before", "after"), list(product(("rows", "columns"), repeat=2)), ids="-".join
)


@FORMS
def test_cells_that_changed_are_told_row_by_row_in_the_order_of_fields(
    before: str, after: str
) -> None:
    old = parties(before, ("A", "a", "1"), ("B", "b", "2"), ("C", "c", "3"))
    new = parties(after, ("A", "a", "one"), ("B", "b", "2"), ("C", "cc", "three"))
    assert told(difference(old, new)) == [
        "changed A name_in_sentence 1>one",
        "changed C name c>cc",
        "changed C name_in_sentence 3>three",
    ]


@FORMS
def test_rows_that_went_are_told_first_and_those_that_came_where_they_stand(
    before: str, after: str
) -> None:
    old = parties(before, ("A", "a", "1"), ("B", "b", "2"), ("C", "c", "3"), ("D", "d", "4"))
    new = parties(after, ("E", "e", "5"), ("C", "cc", "3"), ("F", "f", "6"), ("A", "aa", "one"))
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
        old["parties"].row_at(1), old["parties"].row_at(3),
        new["parties"].row_at(0), new["parties"].row_at(2),
    ]  # fmt: skip


@FORMS
def test_rows_in_another_order_differ_in_nothing_but_their_cells(before: str, after: str) -> None:
    old = parties(before, ("A", "a", "1"), ("B", "b", "2"), ("C", "c", "3"))
    assert not difference(old, parties(after, ("C", "c", "3"), ("A", "a", "1"), ("B", "b", "2")))
    turned = parties(after, ("C", "c", "3"), ("A", "a", "1"), ("B", "b", "two"))
    assert told(difference(old, turned)) == ["changed B name_in_sentence 2>two"]


@FORMS
def test_rows_at_the_end_that_only_one_side_has_are_whole_rows(before: str, after: str) -> None:
    fewer, more = (("A", "a", "1"),), (("A", "a", "1"), ("B", "b", "2"))
    assert told(difference(parties(before, *fewer), parties(after, *more))) == ["added B"]
    assert told(difference(parties(before, *more), parties(after, *fewer))) == ["removed B"]


def test_the_same_rows_under_another_key_are_other_rows() -> None:
    old = parties("columns", ("A", "a", "1"))
    resource = replace(old["parties"].resource, primary_key=("name",))
    new = old.with_table(old["parties"].described_by(resource))
    assert told(difference(old, new)) == ["removed A", "added a"]


def test_a_field_that_only_one_side_declares_is_told_where_it_is_filled() -> None:
    more = parties("columns", ("A", "a", "1"), ("B", "b", ""))
    described = more["parties"].resource
    resource = replace(described, fields=tuple(described.fields[:2]))
    columns = {name: more["parties"].column(name) for name in ("party_id", "name")}
    fewer = more.with_table(Table.of_columns(resource, columns))
    assert told(difference(fewer, more)) == ["changed A name_in_sentence >1"]
    assert told(difference(more, fewer)) == ["changed A name_in_sentence 1>"]


@FORMS
def test_of_a_doubled_key_each_row_is_compared(before: str, after: str) -> None:
    old = parties(before, ("A", "a", "1"), ("A", "a", "2"))
    new = parties(after, ("A", "aa", "1"), ("A", "a", "two"))
    assert told(difference(old, new)) == [
        "changed A name a>aa",
        "changed A name_in_sentence 2>two",
    ]
