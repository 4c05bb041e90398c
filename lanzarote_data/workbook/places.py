"""Places in a sheet: cells such as ``C7``, and ranges such as ``A1:B2``."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

FARTHEST_ROW = 1_048_576
FARTHEST_COLUMN = 16_384
_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


def place_of(place: str) -> tuple[int, int]:
    """The column and row, from 1, of a place such as ``C7``.

    >>> place_of("C7"), place_of("$aa$10")
    ((3, 7), (27, 10))

    :raises ValueError: it is no place of a cell.
    """
    found = _PLACE.fullmatch(place)
    if found:
        column, row = _column(found[1]), int(found[2])
        if column <= FARTHEST_COLUMN and 1 <= row <= FARTHEST_ROW:
            return column, row
    raise ValueError(f"it has a cell at {place[:20]!r}")


@lru_cache
def _column(letters: str) -> int:
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column


@lru_cache
def _letters(column: int) -> str:
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


class Area(NamedTuple):
    """A range of cells: its first and last column and row, from 1.

    >>> str(Area.of("$B$3:A1"))
    'A1:B3'
    """

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def of(cls, text: str) -> Area:
        """The range that a text names, from whichever corner.

        :raises ValueError: it is no range.
        """
        first, _, last = text.partition(":")
        (left, top), (right, bottom) = place_of(first), place_of(last or first)
        return cls(min(left, right), min(top, bottom), max(left, right), max(top, bottom))

    @property
    def size(self) -> int:
        """The number of its cells."""
        return (self.right - self.left + 1) * (self.bottom - self.top + 1)

    def __str__(self) -> str:
        first = f"{_letters(self.left)}{self.top}"
        return first if self.size == 1 else f"{first}:{_letters(self.right)}{self.bottom}"
