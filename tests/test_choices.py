"""How conflicts are shown to a person, and which of the choices that were made still count."""

from __future__ import annotations

import hashlib
from types import MappingProxyType

import pytest

from lanzarote_data.model.merge import Conflict, Side, Versions
from lanzarote_data.model.tables import Row, Table
from lanzarote_data.workbook.cells import Grid, Value
from lanzarote_data.workbook.choices import (
    HEADERS,
    Choice,
    choice_line,
    read_choices,
    seen,
    settled,
    value_of,
)
from tests.packages import edited
from tests.sheets import TINY

ROW: Row = {"topic": "", "text": "A fact.", "layout": "bullet"}


def digest(json: str) -> str:
    return hashlib.sha256(json.encode()).hexdigest()[:16]


@pytest.mark.parametrize(
    ("side", "json"),
    [
        (None, "null"),
        ("", '""'),
        ("A fact.", '"A fact."'),
        ({"b": "2", "a": "é"}, '{"a": "\\u00e9", "b": "2"}'),
        (MappingProxyType({"a": "1"}), '{"a": "1"}'),
    ],
)
def test_what_was_seen_is_a_digest_of_it(side: str | Row | None, json: str) -> None:
    """Workbooks that people have hold it: it stays as it is."""
    assert seen(side) == digest(json)


def test_the_line_of_a_conflict_about_a_cell() -> None:
    versions = Versions("as it was", "ours", "")
    line = choice_line(Conflict("things", ("A", "x"), "text", versions, "Things!C2"))
    assert line == (
        "things", "A/x", "text", digest('"ours"'), "Things!C2", "as it was", "ours", "(empty)",
    )  # fmt: skip
    assert len(line) == len(HEADERS) - 1


def read(*rows: list[Value], title: str = "Conflicts") -> list[Choice]:
    others = [Grid("Things", [[*HEADERS], *rows]), Grid("To correct", [])]
    return [*read_choices([*others, Grid(title, [[*HEADERS], *rows]), *others])]


def line(choice: Value, table: Value = "things", field: str = "text") -> list[Value]:
    return [table, "A/x", field, "0123", "Things!C2", "was", "ours", "theirs", choice]


@pytest.mark.parametrize(
    ("choice", "side"),
    [
        ("the data", "ours"),
        (" The Data\n", "ours"),
        ("my workbook", "theirs"),
        ("MY WORKBOOK", "theirs"),
    ],
)
def test_a_choice_is_read_however_it_is_written(choice: str, side: Side) -> None:
    assert read(line(choice)) == [Choice("things", ("A", "x"), "text", "0123", side)]


@pytest.mark.parametrize("choice", ["", " ", "ours", "both", True, 1.0])
def test_anything_else_is_no_choice(choice: Value) -> None:
    assert read(line(choice), line("the data", table=" ")) == []


def test_a_choice_about_a_whole_row_has_no_field() -> None:
    (found,) = read(line("the data", field=" "))
    assert found == Choice("things", ("A", "x"), None, "0123", "ours")


def test_choices_are_read_beside_lines_that_have_none() -> None:
    rows: list[list[Value]] = [
        line(""),
        line("the data", "one"),
        [],
        ["two"],
        [*line("my workbook", "three"), "!"],
    ]
    assert [(c.resource, c.side) for c in read(*rows)] == [("one", "ours"), ("three", "theirs")]


def test_the_sheet_of_conflicts_is_told_by_its_name_and_may_be_empty() -> None:
    assert read(line("the data"), title="My conflicts") == []
    assert [*read_choices([Grid("Conflicts", [])])] == []
    assert [*read_choices([Grid("Conflicts", [line("the data")])])] == []


KEY = ("R2-BEL-II-o1",)
TEXT = "The Committee observes a synthetic fact.[^1]"


def test_a_choice_counts_while_the_data_says_what_was_seen() -> None:
    cell = Choice("observations", KEY, "text", seen(TEXT), "ours")
    row = Choice("observations", KEY, None, seen(TINY.find("observations", *KEY)), "theirs")
    assert settled([cell, row], TINY) == {
        ("observations", KEY, "text"): "ours",
        ("observations", KEY, None): "theirs",
    }
    moved_on = edited(TINY, "observations", KEY[0], text="Another fact.")
    assert settled([cell, row], moved_on) == {}


def test_a_choice_about_a_row_that_is_gone_counts_while_it_is() -> None:
    gone = [
        Choice("observations", ("R2-BEL-II-o9",), field, seen(None), "ours")
        for field in ("text", None)
    ]
    there = Choice("observations", KEY, None, seen(None), "ours")
    assert [key[2] for key in settled([*gone, there], TINY)] == ["text", None]


@pytest.mark.parametrize(
    ("resource", "field"),
    [("observations", "text"), ("unknown", "text"), ("unknown", None), ("observations", "other")],
)
def test_a_choice_about_what_was_never_there_counts_for_nothing(
    resource: str, field: str | None
) -> None:
    assert settled([Choice(resource, ("x",), field, seen("x"), "ours")], TINY) == {}
    known = (resource, field) == ("observations", "text")
    gone = settled([Choice(resource, ("x",), field, seen(None), "ours")], TINY)
    assert [*gone] == ([(resource, ("x",), field)] if known else [])


def test_a_field_that_a_row_lacks_is_empty() -> None:
    lacking = {name: text for name, text in TINY.rows("observations")[0].items() if name != "topic"}
    tables = TINY.with_table(Table(TINY["observations"].resource, (lacking,)))
    key = (lacking["observation_id"],)
    choice = Choice("observations", key, "topic", seen(""), "ours")
    assert [*settled([choice], tables)] == [("observations", key, "topic")]
    assert value_of(("observations", key, None), tables) == lacking
