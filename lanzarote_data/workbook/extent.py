"""How far the cells of a sheet reach, against how many there are.

Readers fill the whole rectangle up to the last cell: one cell in the last row makes millions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lanzarote_data.model.scalars import whole_number

FARTHEST_COLUMN = 1_000
FARTHEST_ROW = 1_048_576
EMPTY_CELLS_ALLOWED = 120_000
EMPTY_TO_FILLED = 5
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


@dataclass
class Extent:
    """What has been seen of a sheet: where the last row and cell stood, and how far they reach.

    ``claimed`` counts the cells of merged ranges and links, which readers fill one by one.
    """

    row: int = 0
    column: int = 0
    cells: int = 0
    last_row: int = 0
    last_column: int = 0
    claimed: int = 0

    def next_row(self, number: str) -> None:
        """A row begins; ``number`` may be empty, then it follows the one before.

        :raises ValueError: it is no number of a row.
        """
        self.row = (whole_number(number) or 0) if number else self.row + 1
        self.column = 0
        if not 1 <= self.row <= FARTHEST_ROW:
            raise ValueError(f"row {number[:20]!r}")

    def next_cell(self, place: str) -> None:
        """A cell; ``place`` may be empty, then it follows the one before.

        :raises ValueError: it is no place of a cell.
        """
        if place:
            self.column, self.row = place_of(place)
        else:
            self.column += 1
        self.cells += 1
        self.reach(self.column, self.row)

    def reach(self, column: int, row: int) -> None:
        """Something stands in this column and row."""
        self.last_column = max(self.last_column, column)
        self.last_row = max(self.last_row, row)

    def claim(self, places: str) -> None:
        """Something covers a range of cells such as ``A1:B2``.

        :raises ValueError: it is no range.
        """
        first, _, last = places.partition(":")
        (left, top), (right, bottom) = place_of(first), place_of(last or first)
        self.reach(max(left, right), max(top, bottom))
        self.claimed += (abs(right - left) + 1) * (abs(bottom - top) + 1)

    @property
    def is_far(self) -> bool:
        """Whether it reaches far beyond its cells."""
        allowed = EMPTY_CELLS_ALLOWED + EMPTY_TO_FILLED * self.cells
        too_wide = self.last_column > FARTHEST_COLUMN
        return too_wide or max(self.last_row * self.last_column, self.claimed) > allowed


def place_of(place: str) -> tuple[int, int]:
    """The column and row, from 1, of a place such as ``C7``.

    >>> place_of("C7"), place_of("AA10")
    ((3, 7), (27, 10))

    :raises ValueError: it is no place of a cell.
    """
    found = _PLACE.fullmatch(place)
    if not found or not 1 <= (row := int(found[2])) <= FARTHEST_ROW:
        raise ValueError(f"a cell at {place[:20]!r}")
    return column_of(found[1]), row


def column_of(letters: str) -> int:
    """The number of a column, from 1, by its letters.

    >>> column_of("C"), column_of("AA")
    (3, 27)
    """
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column
