"""Keys that are duplicated, and references to rows that do not exist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from lanzarote_data.model.package import Field, ForeignKey, Resource
from lanzarote_data.model.problems import Problem
from lanzarote_data.model.tables import Source, Table, Tables
from lanzarote_data.validate.package import validate_package, validate_table, validate_tables
from tests.packages import copy_package, tiny_tables

SHELVES = Resource(
    "shelves",
    "shelves.csv",
    "The shelves",
    "",
    (Field("room", title="Room"), Field("shelf", title="Shelf")),
    ("room", "shelf"),
)
BOOKS = Resource(
    "books",
    "books.csv",
    "The books",
    "",
    tuple(Field(name, title=name.title()) for name in ("book", "code", "room", "shelf", "after")),
    ("book",),
    (
        ForeignKey(("room", "shelf"), "shelves", ("room", "shelf")),
        ForeignKey(("after",), "books", ("book",)),
    ),
    unique_keys=(("code",),),
)
PACKAGE = replace(tiny_tables().package, resources=(SHELVES, BOOKS))
SHELF_ROWS = [("A", "one"), ("A", "two"), ("B", "one")]
Place = tuple[str, str, str]


def table(resource: Resource, rows: Sequence[tuple[str, ...]]) -> Table:
    """A table whose rows are in a file from its second line on."""
    names = resource.field_names
    texts = tuple(dict(zip(names, row, strict=True)) for row in rows)
    return Table(resource, texts, [Source(resource.path, line) for line in range(2, 2 + len(rows))])


def book(
    name: str, code: str = "", room: str = "", shelf: str = "", after: str = ""
) -> tuple[str, ...]:
    return (name, code, room, shelf, after)


def found_in(*books: tuple[str, ...]) -> list[Problem]:
    """What is wrong with these books."""
    return validate_tables(Tables(PACKAGE, [table(SHELVES, SHELF_ROWS), table(BOOKS, books)]))


def places(problems: list[Problem]) -> list[Place]:
    return [(p.code, str(p.location), p.location.key) for p in problems]


def test_a_duplicated_key_is_found_at_each_row_but_the_first() -> None:
    found = validate_table(table(BOOKS, [book("x"), book("y"), book("y"), book("x"), book("x")]))
    assert places(found) == [
        ("doubled-key", "books.csv:4, book", "y"),
        ("doubled-key", "books.csv:5, book", "x"),
        ("doubled-key", "books.csv:6, book", "x"),
    ]
    assert "books.csv:3" in found[0].message
    assert "books.csv:2" in found[2].message


def test_another_unique_key_and_a_key_of_two_fields_are_found_too() -> None:
    found = validate_table(table(BOOKS, [book("x", "1"), book("y", "1"), book("z", "2")]))
    assert places(found) == [("doubled-key", "books.csv:3, code", "y")]
    found = validate_table(table(SHELVES, [*SHELF_ROWS, ("A", "two")]))
    assert places(found) == [("doubled-key", "shelves.csv:5, room", "A/two")]


def test_a_duplicated_key_in_a_sheet_is_named_by_its_cells() -> None:
    there = table(BOOKS, [book("x", "1"), book("y", "1")])
    columns = {"book": "A", "code": "C"}
    sheet = Table(BOOKS, there.rows, [Source("Books", row, columns) for row in (2, 3)])
    (problem,) = validate_table(sheet)
    assert problem.location.source == "Books!C3"
    assert "Books!C2" in problem.message


@pytest.mark.parametrize(
    "rows", [[("", ""), ("", "")], [("A", ""), ("A", "")], [("", "one"), ("", "one")]]
)
def test_a_key_that_is_not_filled_in_is_no_duplicate(rows: list[tuple[str, ...]]) -> None:
    assert validate_table(table(SHELVES, rows)) == []


def test_each_reference_to_a_row_that_does_not_exist_is_found() -> None:
    found = found_in(
        book("sound", room="A", shelf="two"),
        book("y", room="B", shelf="two", after="nothing"),
        book("z", after="nothing"),
        book("another", after="sounds"),
        book("half", room="A"),
    )
    assert places(found) == [
        ("dangling-reference", "books.csv:3, room", "y"),
        ("dangling-reference", "books.csv:6, room", "half"),
        ("dangling-reference", "books.csv:3, after", "y"),
        ("dangling-reference", "books.csv:4, after", "z"),
        ("dangling-reference", "books.csv:5, after", "another"),
    ]
    assert "A/two" in found[0].hint
    assert "sound " in found[4].hint


def test_only_the_first_of_many_references_get_a_suggestion() -> None:
    found = found_in(book("sound"), *(book(f"{n}", after="sounds") for n in range(22)))
    assert ["sound" in problem.hint for problem in found] == [True] * 20 + [False] * 2


@pytest.mark.parametrize(("before", "is_compared"), [(1_999, True), (2_000, False)])
def test_only_so_many_rows_are_compared_for_a_suggestion(before: int, is_compared: bool) -> None:
    books = [*(book(f"{n}") for n in range(before)), book("sound"), book("x", after="sounds")]
    (problem,) = found_in(*books)
    assert ("sound" in problem.hint) == is_compared


def without_column(folder: Path, name: str, column: str) -> None:
    path = folder / "tables" / f"{name}.csv"
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    place = header.split(",").index(column)
    rows = [line.split(",") for line in (header, *lines)]
    path.write_text(
        "".join(",".join([*row[:place], *row[place + 1 :]]) + "\n" for row in rows),
        encoding="utf-8",
    )


def test_a_missing_column_is_found_once_and_other_missing_values_each(tmp_path: Path) -> None:
    copy_package("tiny", tmp_path)
    without_column(tmp_path, "parties", "name")
    for name, old, new in (
        ("parties", "FIN,Finland,true", "FIN,,true"),
        ("documents", "FACTSHEET – BELGIUM", ""),
        ("chapters", "Legal frameworks", ""),
    ):
        path = tmp_path / "tables" / f"{name}.csv"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = [(p.code, p.location.source, p.location.field) for p in validate_package(tmp_path)]
    assert found == [
        ("missing-column", "parties.csv:1", "name"),
        ("missing-value", "parties.csv:3", "name_in_sentence"),
        ("missing-value", "documents.csv:2", "title"),
        ("missing-value", "chapters.csv:2", "title"),
    ]
