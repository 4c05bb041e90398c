"""Rows are identified by their ids, and ids beside the texts of other rows are refused."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from lanzarote_data.model.package import Constraints, Field, ForeignKey, Resource
from lanzarote_data.model.problems import Location
from lanzarote_data.model.tables import Table
from lanzarote_data.workbook.identify import Identified, identify
from lanzarote_data.workbook.layout import Column, Sheet
from lanzarote_data.workbook.rows import SheetContent, SheetRow

WORDS = tuple("abcdefgh")
FIELDS = (
    Field("id", title="Id"),
    Field("word", title="Word", constraints=Constraints(enum=WORDS)),
    Field("text", title="Text"),
    Field("note", title="Note"),
    Field("position", "integer", title="Position"),
)
NAMES = [field.name for field in FIELDS[1:]]
THINGS = Resource("things", "things.csv", "Things", "", FIELDS, ("id",))
TYPED = Resource("things", "things.csv", "Things", "", FIELDS, ("id",), typed_id=True)
Cells = tuple[str, ...]
BASE: list[Cells] = [
    ("R1", "a", "one", "n1", "10"),
    ("R2", "b", "two", "n2", "20"),
    ("R3", "b", "three", "n3", "30"),
    ("R4", "c", "four", "n4", "40"),
    ("R5", "a", "five", "", "50"),
]


def table(rows: Sequence[Cells], resource: Resource = THINGS) -> Table:
    names = resource.field_names
    return Table(resource, tuple(dict(zip(names, row, strict=True)) for row in rows))


def sheet(rows: Sequence[Cells], base: Table, grey: dict[int, str]) -> SheetContent:
    """A sheet with these rows from row 2 on; ``grey`` are the grey ids of some, by row."""
    resource = base.resource
    content = []
    for line, cells in enumerate(rows, start=2):
        row = dict(zip(resource.field_names, cells, strict=True))
        key = tuple(row[name] for name in resource.primary_key)
        texts = row
        untouched = not resource.typed_id and line not in grey and base.by_key.get(key) == row
        if not resource.typed_id and not untouched:
            texts = {name: text for name, text in row.items() if name != "id"}
        row_id = "/".join(key)
        content.append(SheetRow(line, row_id, grey.get(line, row_id), texts, untouched))
    return SheetContent(*shown(resource, resource.fields), rows=tuple(content))


def shown(resource: Resource, fields: Sequence[Field]) -> tuple[Sheet, str, int, dict[int, Column]]:
    """A sheet that shows some fields of a table, with the grey id in column B."""
    columns = [Column(field.title, field, 10) for field in fields]
    places = (0, *range(2, 9))
    return Sheet(resource, tuple(columns)), "Sheet", 1, dict(zip(places, columns, strict=False))


def look(
    rows: Sequence[Cells],
    base: Sequence[Cells] = BASE,
    ours: Sequence[Cells] = BASE,
    resource: Resource = THINGS,
    grey: dict[int, str] | None = None,
) -> Identified:
    before = table(base, resource)
    return identify(sheet(rows, before, grey or {}), before, table(ours, resource))


def with_column(name: str, *texts: str, base: Sequence[Cells] = BASE) -> list[Cells]:
    """The rows with other texts in the first cells of a column."""
    place = [field.name for field in FIELDS].index(name)
    changed = [
        (*row[:place], text, *row[place + 1 :]) for row, text in zip(base, texts, strict=False)
    ]
    return [*changed, *base[len(texts) :]]


def codes(found: Identified) -> list[tuple[str, str]]:
    """The code of each problem, and its place in the sheet."""
    return [(p.code, p.location.source.removeprefix("Sheet!")) for p in found.problems]


def moved_column(found: Identified) -> str:
    """The column that was sorted by itself, by its title; empty if none was."""
    return _evidence(found, r"column '(.+?)' was")


def misaligned_rows(found: Identified) -> list[int]:
    """The rows that are beside the ids of others."""
    return [int(row) for row in re.findall(r"row (\d+)", _evidence(found, r"\((.+?)\)"))]


def _evidence(found: Identified, pattern: str) -> str:
    messages = [p.message for p in found.problems if (p.code, p.location) == MISALIGNED_SHEET]
    assert len(messages) <= 1
    assert found.is_misaligned is bool(messages)
    said = re.search(pattern, messages[0]) if messages else None
    return said[1] if said else ""


MISALIGNED_SHEET = ("ids-cut-loose", Location("things", source="Sheet"))


# Which row is which.


def test_rows_are_kept_by_their_ids_wherever_they_stand() -> None:
    found = look([BASE[2], BASE[0]])
    assert [(key, row.line) for key, row in found.kept.items()] == [(("R3",), 2), (("R1",), 3)]
    assert (found.new, found.problems, found.is_misaligned) == ((), (), False)


@pytest.mark.parametrize("row_id", ["", "new 1", "new 9"])
def test_a_row_without_an_id_or_with_the_name_of_a_new_one_is_new(row_id: str) -> None:
    found = look([*BASE, (row_id, "a", "six", "n6", "60")])
    assert [row.line for row in found.new] == [7]
    assert (len(found.kept), found.problems) == (5, ())


@pytest.mark.parametrize("row_id", ["R6", "new 10"])
def test_an_id_that_nobody_gave_is_refused(row_id: str) -> None:
    found = look([*BASE, (row_id, "a", "six", "n6", "60")])
    assert codes(found) == [("unknown-id", "A7")]
    assert (len(found.kept), found.new) == (5, ())


def test_an_id_that_came_since_the_workbook_was_made_is_refused() -> None:
    six = ("R6", "a", "six", "n6", "60")
    assert codes(look([*BASE, six], ours=[*BASE, six])) == [("unknown-id", "A7")]


def test_where_people_choose_the_ids_another_one_is_new() -> None:
    found = look([*BASE[1:], ("R6", "a", "six", "n6", "60")], resource=TYPED)
    assert ([*found.kept], found.problems) == ([("R2",), ("R3",), ("R4",), ("R5",)], ())
    assert [row.row_id for row in found.new] == ["R6"]


def test_a_row_with_the_id_of_another_is_refused() -> None:
    found = look([*BASE, ("R2", "a", "six", "n6", "60"), BASE[1]])
    assert codes(found) == [("doubled-id", "A7"), ("doubled-id", "A8")]
    assert found.kept["R2",].line == 3
    assert not found.is_misaligned


@pytest.mark.parametrize("position", ["20", "60", ""])
def test_a_new_row_that_says_what_an_old_one_says_is_moved(position: str) -> None:
    found = look([*BASE, ("", *BASE[1][1:4], position)])
    assert codes(found) == [("copied-row", "A7")]
    assert [row.line for row in found.new] == [7]


@pytest.mark.parametrize("changed", [1, 2, 3])
def test_a_new_row_that_says_anything_else_is_not_told(changed: int) -> None:
    row = ["", *BASE[1][1:]]
    row[changed] = "h"
    assert look([*BASE, tuple(row)]).problems == ()


def test_of_two_old_rows_that_say_the_same_the_first_is_named() -> None:
    base = [*BASE[:2], ("R3", *BASE[1][1:]), ("R4", "c", "", "", "")]
    new = [("", *BASE[1][1:]), ("", *BASE[0][1:]), ("new 1", *BASE[1][1:])]
    found = look([*base, *new], base=base)
    assert [p.message.split()[-1] for p in found.problems] == ["R2.", "R1.", "R2."]


def test_a_new_row_with_a_position_alone_is_no_copy_of_an_empty_one() -> None:
    base = [*BASE, ("R6", "", "", "", "60")]
    assert look([*base, ("", "", "", "", "60")], base=base).problems == ()


# Ids misaligned.


def test_grey_ids_of_other_rows_tell_of_sorting() -> None:
    rows = with_column("text", "x", "y")
    found = look(rows, grey={2: "R2", 3: "R1"})
    assert misaligned_rows(found) == [2, 3]
    assert found.is_misaligned
    assert len(found.kept) == 5


def test_of_rows_that_were_sorted_five_are_named() -> None:
    base = [(f"R{n}", "a", f"text {n}", "", str(n)) for n in range(1, 9)]
    grey = {n + 1: f"R{9 - n}" for n in range(1, 9)}
    assert misaligned_rows(look(base, base=base, grey=grey)) == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("grey", ["", "R9", "mine", "R1 "])
def test_a_grey_id_of_no_row_tells_of_nothing(grey: str) -> None:
    assert look(BASE, grey={2: grey}).problems == ()


def test_a_grey_id_of_a_row_that_was_deleted_tells_of_nothing() -> None:
    assert look(BASE[:4], grey={2: "R5"}).problems == ()


def test_a_row_with_all_the_texts_of_another_tells_of_sorting() -> None:
    one, two, three, *others = BASE
    rows = [("R1", *two[1:]), ("R2", *one[1:]), three, *others]
    assert misaligned_rows(look(rows)) == [2, 3]
    # One is enough, where the other row was edited as well, or deleted.
    rows = [("R1", *two[1:]), ("R2", "d", "x", "y", "90"), three, *others]
    assert misaligned_rows(look(rows)) == [2]
    assert misaligned_rows(look([rows[0], three, *others])) == [2]


def test_a_row_with_the_texts_of_two_others_tells_of_nothing() -> None:
    base = [*BASE[:2], ("R3", *BASE[1][1:]), *BASE[3:]]
    rows = [("R1", *BASE[1][1:]), *base[1:]]
    assert look(rows, base=base).problems == ()


def test_a_row_with_its_own_texts_tells_of_nothing() -> None:
    assert look(BASE, grey={2: "", 3: ""}).problems == ()


@pytest.mark.parametrize("name", ["text", "word", "position"])
def test_a_row_with_one_text_of_another_tells_of_nothing(name: str) -> None:
    text = BASE[1][[field.name for field in FIELDS].index(name)]
    assert look(with_column(name, text)).problems == ()


def test_one_column_alone_cannot_tell_of_the_texts_of_another_row() -> None:
    resource = Resource("things", "", "", "", (FIELDS[0], FIELDS[1]), ("id",))
    base = [("R1", "a"), ("R2", "b"), ("R3", "c")]
    assert look([("R1", "b"), *base[1:]], base, base, resource).problems == ()


def test_two_columns_can_tell_of_the_texts_of_another_row() -> None:
    resource = Resource("things", "", "", "", FIELDS[:3], ("id",))
    base = [row[:3] for row in BASE]
    rows = [("R1", *base[1][1:]), *base[1:]]
    assert misaligned_rows(look(rows, base, base, resource)) == [2]


@pytest.mark.parametrize(
    ("texts", "is_moved"),
    [
        # Two texts that changed places, or three.
        (("two", "one"), True),
        (("two", "three", "one"), True),
        # Not if one of them is gone: but three texts that left their rows.
        (("two", "one and more"), False),
        (("two", "three"), False),
        (("two", "three", "four", "x"), True),
        (("two", "three", "x"), False),
        (("two", "three", "four", "five", ""), True),
        # Copies of a text that stayed.
        (("four", "four", "four"), False),
        (("", "", ""), False),
        # Words of ones own.
        (("x", "y", "z"), False),
        (("x", "x", "x", "x", "x"), False),
    ],
)
def test_texts_of_prose_in_other_rows_tell_of_sorting(texts: Cells, is_moved: bool) -> None:
    assert moved_column(look(with_column("text", *texts))) == ("Text" if is_moved else "")


def test_empty_cells_do_not_count_as_texts_that_left_their_rows() -> None:
    base = with_column("note", "n1", "", "", "", "")
    assert look(with_column("note", "", "x", "y", "z", base=base), base=base).problems == ()
    assert look(with_column("note", "n2", "n3", "", "", "")).problems == ()


def test_cells_that_were_emptied_hold_no_text_that_left_its_row() -> None:
    base = with_column("note", "", "p", "q", "r", "s")
    assert look(with_column("note", "w", "", "", "", "s"), base=base).problems == ()


def test_two_texts_that_left_their_rows_are_too_few() -> None:
    base = with_column("note", "p", "q", "r", "r", "t")
    assert look(with_column("note", "q", "r", "x", "r", "p"), base=base).problems == ()


def test_a_column_of_a_field_that_came_since_is_no_sorted_one() -> None:
    """The workbook was made before, and a person has added the column."""
    base = table(BASE)
    earlier = [{n: t for n, t in row.items() if n != "note"} for row in base.rows]
    before = Table(THINGS, tuple(earlier))
    assert identify(sheet(BASE, base, {2: "", 3: "", 4: ""}), before, base).problems == ()
    assert identify(sheet(BASE, before, {}), before, base).problems == ()


def test_a_text_that_left_several_rows_counts_each_time() -> None:
    base = with_column("note", "x", "x", "x", "y", "z")
    rows = with_column("note", "y", "y", "y", "q", base=base)
    assert moved_column(look(rows, base=base)) == "Note"
    # Where one of them stays, the others may be copies of it.
    base = with_column("note", "x", "y", "y", "z", "z")
    rows = with_column("note", "y", "q", "y", "y", "y", base=base)
    assert look(rows, base=base).problems == ()


@pytest.mark.parametrize(
    ("texts", "is_moved"),
    [
        # In order now: from a to c, or from c to a, from the first to the last that changed.
        (("a", "a", "b", "b", "c"), True),
        (("c", "b", "b", "a", "a"), True),
        (("b", "a"), True),
        (("a", "c", "b", "b"), True),
        # Not in order, or not the same words.
        (("b", "a", "c"), False),
        (("b", "c", "b", "a"), False),
        (("b", "a", "c", "a", "b"), False),
        (("a", "b", "c", "d", "e"), False),
        (("a", "b", "b", "c", "d"), False),
        ((), False),
    ],
)
def test_words_of_a_list_that_were_put_in_order_tell_of_sorting(
    texts: Cells, is_moved: bool
) -> None:
    assert moved_column(look(with_column("word", *texts))) == ("Word" if is_moved else "")


def test_two_words_of_a_list_that_change_places_and_are_in_order_tell_of_sorting() -> None:
    base = with_column("word", "b", "a", "c", "c", "d")
    rows = with_column("word", "a", "b", base=base)
    assert moved_column(look(rows, base=base)) == "Word"


@pytest.mark.parametrize(
    ("before", "texts", "is_moved"),
    [
        (("30", "20", "10", "40", "50"), ("10", "20", "30"), False),
        (("30", "10", "20", "40", "50"), ("10", "20", "30"), True),
        (("10", "30", "20", "40", "50"), ("30", "20", "10"), True),
        (("9", "100", "20", "1", "1"), ("9", "20", "100"), False),
        (("20", "5", "10", "1", "1"), ("5", "10", "20"), True),
        (("5", "20", "10", "1", "1"), ("20", "10", "5"), True),
        (("9", "20", "100", "1", "1"), ("100", "9", "20"), False),
        # Empty cells come last, either way.
        (("", "10", "20", "1", "1"), ("10", "20", ""), True),
        (("", "10", "20", "1", "1"), ("20", "10", ""), False),
        (("10", "", "20", "1", "1"), ("20", "10", ""), True),
        (("10", "20", "", "1", "1"), ("", "10", "20"), False),
        # What is no number stands after those that are.
        (("10", "x", "5", "1", "1"), ("5", "10", "x"), True),
        (("10", "x", "5", "y", "1"), ("y", "x", "10", "5"), True),
        (("10", "x", "5", "1", "1"), ("x", "5", "10"), False),
    ],
)
def test_three_numbers_that_were_put_in_order_tell_of_sorting(
    before: Cells, texts: Cells, is_moved: bool
) -> None:
    base = with_column("position", *before)
    assert moved_column(look(with_column("position", *texts, base=base), base=base)) == (
        "Position" if is_moved else ""
    )


@pytest.mark.parametrize("kind", ["number", "year"])
def test_two_numbers_of_any_kind_may_change_places(kind: str) -> None:
    resource = Resource("things", "", "", "", (FIELDS[0], Field("n", kind, title="N")), ("id",))
    base = [("R1", "3"), ("R2", "1"), ("R3", "2")]
    assert look([("R1", "1"), ("R2", "3"), base[2]], base, base, resource).problems == ()
    rows = [("R1", "1"), ("R2", "2"), ("R3", "3")]
    assert moved_column(look(rows, base, base, resource)) == "N"


@pytest.mark.parametrize("kind", ["date", "boolean", "yearmonth"])
def test_two_values_that_are_in_order_now_tell_of_sorting(kind: str) -> None:
    resource = Resource("things", "", "", "", (FIELDS[0], Field("n", kind, title="N")), ("id",))
    base = [("R1", "2"), ("R2", "1"), ("R3", "0")]
    rows = [("R1", "1"), ("R2", "2"), ("R3", "0")]
    assert moved_column(look(rows, base, base, resource)) == "N"
    base = [("R1", "2"), ("R2", "1"), ("R3", "0"), ("R4", "5")]
    assert look([("R1", "0"), *base[1:2], ("R3", "2"), base[3]], base, base, resource).problems


def test_words_are_in_order_whatever_their_letters() -> None:
    reference = ForeignKey(("n",), "others", ("id",))
    fields = (FIELDS[0], Field("n", title="N"))
    resource = Resource("things", "", "", "", fields, ("id",), foreign_keys=(reference,))
    base = [("R1", "C"), ("R2", "b"), ("R3", "A")]
    rows = [("R1", "A"), ("R2", "b"), ("R3", "C")]
    assert moved_column(look(rows, base, base, resource)) == "N"
    base.append(("R4", "d"))
    rows = [("R1", "b"), ("R2", "d"), ("R3", "A"), ("R4", "C")]
    assert look(rows, base, base, resource).problems == ()


def test_a_sorted_column_is_named_though_others_were_edited() -> None:
    rows = with_column("note", "n2", "n1", base=with_column("word", "h", "h", "h"))
    assert moved_column(look(rows)) == "Note"


def test_other_faults_are_told_before_sorting_is_looked_for() -> None:
    rows = [*with_column("text", "two", "one"), BASE[1]]
    assert [p.code for p in look(rows).problems] == ["doubled-id"]


def test_a_copied_row_does_not_keep_sorting_from_being_told() -> None:
    found = look([*with_column("text", "two", "one"), ("", *BASE[2][1:])])
    assert codes(found) == [("copied-row", "A7"), ("ids-cut-loose", "Sheet")]


def test_a_column_that_is_missing_was_not_sorted() -> None:
    before = table(BASE)
    content = sheet(with_column("text", "two", "one"), before, {})
    rows = tuple(
        row._replace(texts={n: t for n, t in row.texts.items() if n != "text"})
        for row in content.rows
    )
    fields = [field for field in FIELDS if field.name != "text"]
    without = SheetContent(*shown(content.resource, fields), rows=rows)
    assert identify(without, before, before).problems == ()


# Tables that are all key.

PAIRS = Resource(
    "things", "", "", "",
    (Field("one", title="One"), Field("two", title="Two")), ("one", "two"), typed_id=True,
)  # fmt: skip
PAIRED: list[Cells] = [("A", "x"), ("B", "y"), ("C", "z"), ("D", "z")]


@pytest.mark.parametrize(
    ("rows", "is_moved"),
    [
        (PAIRED, False),
        ([("A", "y"), ("B", "x"), *PAIRED[2:]], True),
        ([("A", "z"), ("B", "x"), ("C", "y"), PAIRED[3]], True),
        # One row that became another; others that came or went.
        ([("A", "y"), *PAIRED[1:]], False),
        ([("A", "y"), ("B", "z"), *PAIRED[2:]], False),
        ([("E", "y"), ("F", "x"), *PAIRED[2:]], False),
        ([*PAIRED, ("A", "y"), ("B", "x")], False),
        (PAIRED[2:], False),
        ([("A", "y"), ("B", "x"), *PAIRED[2:], ("E", "x")], False),
    ],
)
def test_pairs_of_the_same_ids_that_are_paired_otherwise_tell_of_sorting(
    rows: list[Cells], is_moved: bool
) -> None:
    assert moved_column(look(rows, PAIRED, PAIRED, PAIRS)) == ("Two" if is_moved else "")


def test_of_a_key_of_three_the_last_column_is_named() -> None:
    fields = (*PAIRS.fields, Field("three", title="Three"))
    resource = Resource("things", "", "", "", fields, ("one", "two", "three"), typed_id=True)
    base = [("A", "x", "1"), ("B", "y", "2"), ("C", "z", "3")]
    rows = [("A", "x", "2"), ("B", "y", "1"), base[2]]
    assert moved_column(look(rows, base, base, resource)) == "Three"
    rows = [("A", "x", "2"), ("B", "y", "4"), base[2]]
    assert look(rows, base, base, resource).problems == ()


def test_a_part_of_a_key_without_a_column_is_empty() -> None:
    before = table([("A", ""), ("B", "")], PAIRS)
    rows = tuple(SheetRow(line, f"{one}/", "", {"one": one}) for line, one in enumerate("AB", 2))
    found = identify(
        SheetContent(*shown(PAIRS, PAIRS.fields[:1]), rows=tuple(rows)), before, before
    )
    assert ([*found.kept], found.problems) == ([("A", ""), ("B", "")], ())


def test_a_key_of_two_has_no_grey_id() -> None:
    before = table(PAIRED, PAIRS)
    assert identify(sheet(PAIRED, before, {2: "B"}), before, before).problems == ()


def test_a_table_with_more_than_its_key_has_no_pairs() -> None:
    resource = Resource("things", "", "", "", FIELDS[:3], ("id", "word"), typed_id=True)
    base = [row[:3] for row in BASE]
    one, two, *others = base
    rows = [("R1", two[1], "x"), ("R2", one[1], "y"), *others]
    assert look(rows, base, base, resource).problems == ()
