"""The cells of a sheet as values, and their places."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from lanzarote_data.store.office_file import UnsafeFileError

FARTHEST_ROW = 1_048_576
FARTHEST_COLUMN = 16_384
_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


@dataclass(frozen=True)
class _Words:
    """A value that is shown by its text."""

    text: str

    def __str__(self) -> str:
        return self.text


class Formula(_Words):
    """A formula, as it is written in the cell."""


class ErrorValue(_Words):
    """An error that a program shows in a cell, such as ``#N/A``."""


@dataclass(frozen=True)
class RichText(_Words):
    """The words of a cell whose parts have looks of their own.

    ``is_formatted`` is whether a part has more of a look than a font: bold, italic, a colour;
    ``is_struck`` whether one is struck out.
    """

    is_formatted: bool
    is_struck: bool = False


@dataclass(frozen=True)
class Covered:
    """A cell that lies under a merged one: what stood in it is gone."""

    def __str__(self) -> str:
        return ""


Moment = datetime.datetime | datetime.date | datetime.time
Value = str | int | float | bool | Moment | Formula | ErrorValue | RichText | Covered
Cell = tuple[int, int]
"""The row and the column of a cell, from 1."""


@dataclass(frozen=True)
class Looks:
    """What a person sees in a sheet beside values, by cell.

    Words that are struck out, colours behind them (``#FFFF00``), addresses of links, and notes.
    """

    struck: frozenset[Cell] = frozenset()
    colours: Mapping[Cell, str] = field(default_factory=dict)
    links: Mapping[Cell, str] = field(default_factory=dict)
    notes: Mapping[Cell, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet: rows of values from the first row and column on, all as long.

    An empty cell has the empty text. ``merged`` are the ranges of merged cells (``A1:B2``).
    ``fault`` is why the sheet could not be read, or not to its end: it is none of ours, or the
    workbook is refused.
    """

    title: str
    rows: Sequence[Sequence[Value]]
    merged: tuple[str, ...] = ()
    has_notes: bool = False
    fault: UnsafeFileError | None = None
    looks: Looks = field(default=Looks(), compare=False)

    @property
    def first(self) -> Value:
        """The value of the cell A1."""
        return self.rows[0][0] if self.rows and self.rows[0] else ""


def shown(value: Value) -> str:
    """What a cell shows, or its formula, without white space at its edges."""
    return str(value).strip()


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
        first = f"{letter(self.left - 1)}{self.top}"
        return first if self.size == 1 else f"{first}:{letter(self.right - 1)}{self.bottom}"


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
    for one in letters.upper():
        column = column * 26 + ord(one) - 64
    return column


@lru_cache
def letter(number: int) -> str:
    """The letter of a column, counted from 0.

    >>> letter(0), letter(27)
    ('A', 'AB')
    """
    before, last = divmod(number, 26)
    return (letter(before - 1) if before else "") + chr(65 + last)
