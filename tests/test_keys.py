"""Keys that stand twice, references to rows that are not there, and what a missing column makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from lanzarote_data.model.package import Field, ForeignKey, Resource
from lanzarote_data.model.problems import Location, Problem, error
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
    (
        Field("book", title="Book"),
        Field("code", title="Code"),
        Field("room", title="Room"),
        Field("shelf", title="Shelf"),
        Field("after", title="After"),
    ),
    ("book",),
    (
        ForeignKey(("room", "shelf"), "shelves", ("room", "shelf")),
        ForeignKey(("after",), "books", ("book",)),
    ),
    unique_keys=(("code",),),
)
PACKAGE = replace(tiny_tables().package, resources=(SHELVES, BOOKS))
SHELF_ROWS = [("A", "one"), ("A", "two"), ("B", "one")]


def table(resource: Resource, rows: Sequence[tuple[str, ...]]) -> Table:
    """A table whose rows stand in a file from its second line on."""
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


# Keys.


def doubled(key: str, field: str, said: str, line: int, first: int) -> Problem:
    return error(
        "doubled-key",
        Location("books", key, field, f"books.csv:{line}"),
        f"{said} stands twice: here and in books.csv:{first}.",
        "Delete one of the two rows, or give one a key of its own.",
    )


def test_a_key_that_stands_twice_is_told_at_each_row_but_the_first() -> None:
    found = validate_table(table(BOOKS, [book("x"), book("y"), book("y"), book("x"), book("x")]))
    assert found == [
        doubled("y", "book", "Book “y”", 4, 3),
        doubled("x", "book", "Book “x”", 5, 2),
        doubled("x", "book", "Book “x”", 6, 2),
    ]


def test_another_unique_key_is_told_too() -> None:
    found = validate_table(table(BOOKS, [book("x", "1"), book("y", "1"), book("z", "2")]))
    assert found == [doubled("y", "code", "Code “1”", 3, 2)]


def test_a_key_of_two_fields_is_told_by_both() -> None:
    rows = [*SHELF_ROWS, ("A", "two")]
    (problem,) = validate_table(table(SHELVES, rows))
    assert problem == error(
        "doubled-key",
        Location("shelves", "A/two", "room", "shelves.csv:5"),
        "Room and Shelf “A/two” stands twice: here and in shelves.csv:3.",
        "Delete one of the two rows, or give one a key of its own.",
    )


def test_a_key_that_stands_twice_in_a_sheet_is_told_by_its_cells() -> None:
    there = table(BOOKS, [book("x", "1"), book("y", "1")])
    columns = {"book": "A", "code": "C"}
    sources = [Source("Books", row, columns) for row in (2, 3)]
    (problem,) = validate_table(Table(there.resource, there.rows, sources))
    assert problem.location.source == "Books!C3"
    assert problem.message == "Code “1” stands twice: here and in Books!C2."


@pytest.mark.parametrize(
    "rows", [[("", ""), ("", "")], [("A", ""), ("A", "")], [("", "one"), ("", "one")]]
)
def test_a_key_that_is_not_filled_in_is_not_doubled(rows: list[tuple[str, ...]]) -> None:
    assert [p.code for p in validate_table(table(SHELVES, rows))] == []


def test_keys_and_values_are_told_together() -> None:
    fields = (Field("book", "integer", title="Book"), *BOOKS.fields[1:])
    found = validate_table(table(replace(BOOKS, fields=fields), [book("x"), book("1"), book("1")]))
    assert [problem.code for problem in found] == ["wrong-type", "doubled-key"]


# References.


def dangling(key: str, field: str, said: str, line: int, where: str, near: str = "") -> Problem:
    near = f"Is {near} meant? " if near else ""
    return error(
        "dangling-reference",
        Location("books", key, field, f"books.csv:{line}"),
        f"{said} does not stand in {where!r}.",
        f"{near}Choose a row that is there, or add it.",
    )


def test_a_reference_to_a_row_that_is_there_is_sound() -> None:
    assert found_in(book("x", room="A", shelf="two"), book("y", after="x")) == []


def test_each_reference_to_a_row_that_is_not_there_is_told() -> None:
    found = found_in(
        book("sound", room="A", shelf="two"),
        book("y", room="B", shelf="two", after="nothing"),
        book("z", after="nothing"),
        book("another", after="sounds"),
    )
    assert found == [
        dangling("y", "room", "Room “B/two”", 3, "The shelves", "A/two"),
        dangling("y", "after", "After “nothing”", 3, "The books"),
        dangling("z", "after", "After “nothing”", 4, "The books"),
        dangling("another", "after", "After “sounds”", 5, "The books", "sound"),
    ]


def test_a_reference_that_is_half_filled_in_is_told() -> None:
    found = found_in(book("x", room="A"), book("y", shelf="one"), book("z"))
    assert [(p.location.key, p.message) for p in found] == [
        ("x", "Room “A/” does not stand in 'The shelves'."),
        ("y", "Room “/one” does not stand in 'The shelves'."),
    ]


def test_only_the_first_of_many_references_get_a_suggestion() -> None:
    found = found_in(book("sound"), *(book(f"{n}", after="sounds") for n in range(22)))
    hint = "Choose a row that is there, or add it."
    assert [p.hint for p in found] == [f"Is sound meant? {hint}"] * 20 + [hint] * 2


@pytest.mark.parametrize(("before", "hint"), [(1_999, "Is sound meant? "), (2_000, "")])
def test_only_so_many_rows_are_compared_for_a_suggestion(before: int, hint: str) -> None:
    books = [*(book(f"{n}") for n in range(before)), book("sound"), book("x", after="sounds")]
    (problem,) = found_in(*books)
    assert problem.hint == f"{hint}Choose a row that is there, or add it."


# A package.


def without_column(folder: Path, name: str, column: str) -> None:
    path = folder / "tables" / f"{name}.csv"
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    place = header.split(",").index(column)
    rows = [line.split(",") for line in (header, *lines)]
    path.write_text(
        "".join(",".join([*row[:place], *row[place + 1 :]]) + "\n" for row in rows),
        encoding="utf-8",
    )


def test_a_missing_column_is_told_once_and_other_missing_values_each(tmp_path: Path) -> None:
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
