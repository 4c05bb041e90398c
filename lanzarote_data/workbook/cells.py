"""The cells of a sheet: their values and places, and the canonical text that a value means.

Spreadsheet programs turn text into numbers, dates, formulas and errors. Such a cell is accepted
only where its plain form is the text that it had before; anything else is refused, since nobody
can know what the person wrote.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from lanzarote_data.model.expected import expected
from lanzarote_data.model.package import Field
from lanzarote_data.model.problems import Location, Problem, error, warning
from lanzarote_data.model.types import MONTHS, canonical_text, canonical_value, in_words, serialize
from lanzarote_data.store.office_file import UnsafeFileError
from lanzarote_data.workbook.layout import UNRESOLVED

FARTHEST_ROW = 1_048_576
FARTHEST_COLUMN = 16_384
_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
# Spreadsheet programs keep no larger whole number exactly: what was typed cannot be known.
LARGEST_EXACT = 2**53
UNREADABLE = {"formula", "error-value", "typed-value-in-text", "number-in-date"}
"""The codes of cells of which it is unknown what the person wrote."""
UNREAD = {*UNREADABLE, "ambiguous-date", "still-to-correct"}
"""The codes of cells that count as they were before."""
LONGEST_NUMBER = 15
_HERE = Location()
_FORMATTED = warning(
    "formatting-ignored",
    _HERE,
    "The text has bold, italic or coloured words. The words are imported, their look is not.",
    "Write *italics* and **bold** with asterisks.",
)
_NUMBERS = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?\s+([A-Za-z]+)\.?,?\s+([0-9]{4})")
_MONTH_FIRST = re.compile(r"([A-Za-z]+)\.?\s+([0-9]{1,2})(?:st|nd|rd|th)?,?\s+([0-9]{4})")
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


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
    before, last = letters[:-1], letters[-1].upper()
    return (26 * _column(before) if before else 0) + ord(last) - 64


@lru_cache
def letter(number: int) -> str:
    """The letter of a column, counted from 0.

    >>> letter(0), letter(27)
    ('A', 'AB')
    """
    before, last = divmod(number, 26)
    return (letter(before - 1) if before else "") + chr(65 + last)


def as_number(text: str) -> str | float:
    """The number that a text is, where spreadsheet programs keep it exactly; else the text."""
    is_plain = len(text) <= LONGEST_NUMBER and _PLAIN_NUMBER.fullmatch(text)
    return float(text) if is_plain else text


def cell_text(value: Value, field: Field, before: str) -> tuple[str, Problem | None]:
    """The canonical text of a cell of this field, and what is wrong with it, without its place.

    ``before`` is the text that the cell had when the workbook was made. It is returned where the
    cell is refused, and for a cell under a merged one, since that is refused as a whole.
    """
    if isinstance(value, Covered):
        return before, None
    if isinstance(value, ErrorValue):
        message = f"The cell contains the error value {value}."
        return before, error("error-value", _HERE, message, "Write the text, or undo.")
    if isinstance(value, Formula):
        return _formula(value.text, field, before)
    is_marked = isinstance(value, str | RichText) and str(value).startswith(UNRESOLVED)
    if is_marked and str(value) != before:  # nobody has written into it since a review
        message = f"This cell is still to be corrected: {str(value)[:80]}."
        return before, error("still-to-correct", _HERE, message, "Write the text, without the ⚠.")
    if isinstance(value, str):
        text = canonical_value(field.type, value)
        return _date(text, before) if field.type == "date" else (text, None)
    if isinstance(value, RichText):
        text = canonical_value(field.type, value.text)
        return text, _FORMATTED if value.is_formatted else None
    return _typed(value, field, before)


def _date(text: str, before: str) -> tuple[str, Problem | None]:
    """A date as people type it, shown as it was read; one that can be read in two ways is refused.

    >>> _date("31 December 2025", "")[0], _date("3/4/2025", "")[1].code
    ('2025-12-31', 'ambiguous-date')
    """
    readings = dates(text)
    if len(readings) == 1 and text != readings[0].isoformat():
        message = f"{text} was read as {readings[0].isoformat()}, {in_words(readings[0])}."
        return readings[0].isoformat(), warning("date-read", _HERE, message)
    if len(readings) == 2:
        message = f"{text} is either {' or '.join(map(in_words, readings))}."
        hint = f"Write {' or '.join(day.isoformat() for day in readings)}."
        return before, error("ambiguous-date", _HERE, message, hint)
    return text, None


def _formula(text: str, field: Field, before: str) -> tuple[str, Problem | None]:
    word = text.removeprefix("=").strip().upper()
    if field.type == "boolean" and word in ("TRUE()", "FALSE()"):
        return word[:-2].lower(), None
    message = f"The cell contains a formula: {text[:80]}."
    hint = "Write the text itself. (A text that begins with = needs an apostrophe before it.)"
    return before, error("formula", _HERE, message, hint)


def _typed(value: object, field: Field, before: str) -> tuple[str, Problem | None]:
    """A number, boolean, date or time, as Excel keeps them."""
    plain = _plain(value)
    if plain == before or _fits(value, field):
        return plain, None
    is_number = isinstance(value, int | float)
    kind = "truth value" if isinstance(value, bool) else "number" if is_number else "date or time"
    if field.type == "date" and kind == "number":
        message = f"The cell contains a number, {plain}, instead of a date."
        return before, error("number-in-date", _HERE, message, f"Write {expected(field)}.")
    message = f"The cell contains a {kind}, {plain}, instead of {expected(field)}."
    hint = f"Excel may have changed what was typed. Write it again: {expected(field)}."
    return before, error("typed-value-in-text", _HERE, message, hint)


def _fits(value: object, field: Field) -> bool:
    if isinstance(value, bool):
        return field.type == "boolean"
    if isinstance(value, int | float):
        if abs(value) >= LARGEST_EXACT:
            return False
        whole = float(value).is_integer()
        return field.type == "number" or (field.type in ("integer", "year") and whole)
    if isinstance(value, datetime.datetime):
        return field.type == "date" and value.time() == datetime.time()
    return isinstance(value, datetime.date) and field.type == "date"


def _plain(value: object) -> str:
    if isinstance(value, datetime.datetime) and value.time() != datetime.time():
        return value.isoformat(" ")
    if isinstance(value, bool | int | float | datetime.date):
        return serialize(value)
    return canonical_text(str(value))


def dates(text: str) -> list[datetime.date]:
    """The days that a text may mean, as people type them; none where it is no date.

    >>> [day.isoformat() for day in dates("31/12/2025") + dates("Dec. 31, 2025") + dates("2025")]
    ['2025-12-31', '2025-12-31']
    >>> len(dates("03/04/2025")), len(dates("5/5/2025"))
    (2, 1)
    """
    if found := _NUMBERS.fullmatch(text):
        one, other, year = int(found[1]), int(found[3]), int(found[4])
        return list(dict.fromkeys([*_day(year, other, one), *_day(year, one, other)]))
    if found := _DAY_FIRST.fullmatch(text):
        return _day(int(found[3]), _month(found[2]), int(found[1]))
    if found := _MONTH_FIRST.fullmatch(text):
        return _day(int(found[3]), _month(found[1]), int(found[2]))
    if re.fullmatch("[0-9]{4}(-[0-9]{1,2}){2}", text):
        return _day(*map(int, text.split("-")))
    return []


def _day(year: int, month: int, day: int) -> list[datetime.date]:
    """The day, if there is one."""
    with suppress(ValueError):
        return [datetime.date(year, month, day)]
    return []


def _month(word: str) -> int:
    """The number of a month that is written out or cut to three or four letters; 0 for others."""
    said = word.lower()
    fits = (name.lower() in (said, f"{said}ember") or said == name[:3].lower() for name in MONTHS)
    return next((number for number, same in enumerate(fits, start=1) if same), 0)
