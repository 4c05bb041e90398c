"""How far the cells of a sheet reach, and where that is too far for what there is."""

from __future__ import annotations

import pytest

from lanzarote_data.workbook.extent import Extent, column_of, place_of


def test_cells_without_places_follow_each_other() -> None:
    there = Extent()
    for place in ("B2", "", "", "A3", ""):
        there.next_cell(place)
    assert there == Extent(row=3, column=2, cells=5, last_row=3, last_column=4)


def test_rows_without_numbers_follow_each_other() -> None:
    there = Extent()
    there.next_row("")
    assert (there.row, there.column) == (1, 0)
    there.next_cell("")
    there.next_row("7")
    there.next_cell("")
    there.next_cell("")
    there.next_row("")
    assert there == Extent(row=8, column=0, cells=3, last_row=7, last_column=2)


def test_a_row_without_cells_reaches_nowhere() -> None:
    there = Extent()
    there.next_row("1048576")
    assert (there.row, there.last_row) == (1_048_576, 0)


@pytest.mark.parametrize("number", ["0", "-1", "1048577", "9" * 40, "x", "1_0", " 7"])
def test_a_row_outside_of_any_sheet_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match=f"^row '{number[:20]}'$"):
        Extent().next_row(number)


def test_a_row_after_the_last_is_refused() -> None:
    there = Extent()
    there.next_row("1048576")
    with pytest.raises(ValueError, match=r"^row ''$"):
        there.next_row("")


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("A1", (1, 1)),
        ("$B$2", (2, 2)),
        ("B$2", (2, 2)),
        ("$Z10", (26, 10)),
        ("AA10", (27, 10)),
        ("XFD1048576", (16_384, 1_048_576)),
        ("ZZZ1", (18_278, 1)),
    ],
)
def test_the_place_of_a_cell(place: str, found: tuple[int, int]) -> None:
    assert place_of(place) == found


@pytest.mark.parametrize(
    "place",
    ["", "A", "1", "A0", "A1048577", "A12345678", "AAAA1", "a1", "A1:B2", "A-1", "x" * 30, " A1"],
)
def test_what_is_no_place_of_a_cell_is_refused(place: str) -> None:
    with pytest.raises(ValueError, match=r"^a cell at ") as refusal:
        place_of(place)
    assert str(refusal.value) == f"a cell at {place[:20]!r}"


def test_the_number_of_a_column() -> None:
    assert [column_of(letters) for letters in ("A", "Z", "AA", "AZ", "BA", "XFD")] == [
        1, 26, 27, 52, 53, 16_384,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("places", "column", "row", "claimed"),
    [
        ("C7", 3, 7, 1),
        ("A1:B2", 2, 2, 4),
        ("B2:D3", 4, 3, 6),
        ("D3:B2", 4, 3, 6),
        ("B3:D2", 4, 3, 6),
        ("D2:B3", 4, 3, 6),
    ],
)
def test_a_range_claims_its_cells(places: str, column: int, row: int, claimed: int) -> None:
    there = Extent()
    there.claim(places)
    assert there == Extent(last_row=row, last_column=column, claimed=claimed)
    there.claim("A1:A2")
    assert there.claimed == claimed + 2
    assert (there.last_column, there.last_row) == (column, row)


@pytest.mark.parametrize("places", ["", ":", ":A1", "A1:B", "A1:B2:C3"])
def test_what_is_no_range_is_refused(places: str) -> None:
    with pytest.raises(ValueError, match=r"^a cell at "):
        Extent().claim(places)


@pytest.mark.parametrize(
    ("there", "is_far"),
    [
        (Extent(), False),
        (Extent(cells=1, last_row=120, last_column=1_000), False),
        (Extent(cells=1, last_row=1, last_column=1_001), True),
        (Extent(cells=0, last_row=120_000, last_column=1), False),
        (Extent(cells=0, last_row=120_001, last_column=1), True),
        (Extent(cells=1, last_row=120_005, last_column=1), False),
        (Extent(cells=1, last_row=120_006, last_column=1), True),
        (Extent(cells=1_000_000, last_row=1_048_576, last_column=4), False),
        (Extent(cells=0, claimed=120_000), False),
        (Extent(cells=0, claimed=120_001), True),
        (Extent(cells=2, claimed=120_010), False),
        (Extent(cells=2, claimed=120_011), True),
    ],
)
def test_cells_that_reach_far_beyond_the_others_are_far(there: Extent, is_far: bool) -> None:
    assert there.is_far is is_far
