"""The cells of a sheet as values."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lanzarote_data.store.office_file import UnsafeFileError


@dataclass(frozen=True)
class Formula:
    """A formula, as it is written in the cell."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class ErrorValue:
    """An error that a program shows in a cell, such as ``#N/A``."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class RichText:
    """The words of a cell whose parts have looks of their own.

    ``is_formatted`` is whether a part has more of a look than a font: bold, italic, a colour;
    ``is_struck`` whether one is struck out.
    """

    text: str
    is_formatted: bool
    is_struck: bool = False

    def __str__(self) -> str:
        return self.text


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
