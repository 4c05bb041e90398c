"""Dates and times as Excel keeps them: numbers that a format shows as dates."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from xml.parsers import expat

from lanzarote_data.workbook.parts import local_name

Moment = datetime.datetime | datetime.time

_DATE_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)
# What a format only shows, or how it shows it; not [h], which is a duration.
_QUOTED = re.compile(r'"[^"]*"|\\.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_DAYS = 2_958_466  # to the end of the year 9999
_NO_DAY = 60  # 29 February 1900, which Excel counts and the calendar does not have
_SHIFT = 1_462  # days from one of the two calendars of Excel to the other


class Formats:
    """The formats of the cells of a workbook: which of them show dates or times."""

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._codes: dict[int, str] = {}
        self._of_cells = False

    def attach(self, parser: expat.XMLParserType) -> None:
        """Let a parser tell what it finds."""
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = local_name(tag)
        if name == "cellXfs":
            self._of_cells = True
        elif name == "numFmt":
            self._codes[_number(attributes)] = attributes.get("formatCode", "")
        elif name == "xf" and self._of_cells:
            self._numbers.append(_number(attributes))

    def _end(self, tag: str) -> None:
        self._of_cells &= local_name(tag) != "cellXfs"

    @property
    def of_dates(self) -> frozenset[str]:
        """The numbers of those that show dates or times, as cells name them."""
        shown = {number: self._is_date(number) for number in set(self._numbers)}
        return frozenset(str(i) for i, number in enumerate(self._numbers) if shown[number])

    def _is_date(self, number: int) -> bool:
        if number in self._codes:
            return bool(_DATE_LETTERS.search(_QUOTED.sub("", self._codes[number])))
        return number in _DATE_FORMATS


def _number(attributes: Mapping[str, str]) -> int:
    text = attributes.get("numFmtId", "0")
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else 0


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
