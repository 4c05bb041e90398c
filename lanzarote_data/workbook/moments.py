"""Dates and times: as Excel keeps them, numbers that a format shows as dates; and as typed."""

from __future__ import annotations

import datetime
import re
from contextlib import suppress

from lanzarote_data.model.types import MONTHS

Moment = datetime.datetime | datetime.time

_DATE_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)
# What a format only shows, or how it shows it; not [h], which is a duration.
_QUOTED = re.compile(r'"[^"]*"|\\.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_DAYS = 2_958_466  # to the end of the year 9999
_NO_DAY = 60  # 29 February 1900, which Excel counts and the calendar does not have
_NUMBERS = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?\s+([A-Za-z]+)\.?,?\s+([0-9]{4})")
_MONTH_FIRST = re.compile(r"([A-Za-z]+)\.?\s+([0-9]{1,2})(?:st|nd|rd|th)?,?\s+([0-9]{4})")
_SHIFT = 1_462  # days from one of the two calendars of Excel to the other


def shows_date(number: int, code: str | None) -> bool:
    """Whether a number format shows dates or times, by its code where it is not built in."""
    if code is None:
        return number in _DATE_FORMATS
    return bool(_DATE_LETTERS.search(_QUOTED.sub("", code)))


def moment_of(serial: float, since_1904: bool = False) -> Moment | float:
    """The date or time that a number stands for; the number itself where Excel has no such date.

    >>> moment_of(45071), moment_of(60), moment_of(-1)
    (datetime.datetime(2023, 5, 25, 0, 0), 60, -1)
    """
    days = serial + _SHIFT if since_1904 else serial
    if serial < 0 or days >= _DAYS or int(days) == _NO_DAY:
        return serial
    passed = datetime.timedelta(milliseconds=round(days * 86_400_000))
    if serial < 1:
        return (datetime.datetime.min + passed % datetime.timedelta(days=1)).time()
    first = datetime.datetime(1899, 12, 31 if days < _NO_DAY else 30)
    return first + passed


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
