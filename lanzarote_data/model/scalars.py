"""Text to a typed value, by the name of a Table Schema type; knows nothing of fields."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable

Value = str | int | float | bool | datetime.date

TRUE_WORDS = ("true", "True", "TRUE", "1")
FALSE_WORDS = ("false", "False", "FALSE", "0")


def parse_as(kind: str, text: str) -> Value:
    """The value that a non-empty text is, read as the Table Schema type ``kind``.

    >>> parse_as("integer", "20")
    20

    :raises ValueError: the text is no value of the type.
    """
    return _PARSERS[kind](text)


def whole_number(text: str) -> int | None:
    """The number that a text of digits is; None for any other text, and for an endless number.

    >>> whole_number("020"), whole_number("²"), whole_number("-1")
    (20, None, None)
    """
    return int(text) if re.fullmatch("[0-9]{1,18}", text) else None


def _integer(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
        raise ValueError(text)
    return int(text)


def _number(text: str) -> float:
    if not re.fullmatch(r"[+-]?[0-9]{1,300}(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?", text):
        raise ValueError(text)
    number = float(text)
    if math.isinf(number):
        raise ValueError(text)
    return number


def _year(text: str) -> int:
    if not re.fullmatch("[1-9][0-9]{3}", text):
        raise ValueError(text)
    return int(text)


def _boolean(text: str) -> bool:
    if text in TRUE_WORDS:
        return True
    if text in FALSE_WORDS:
        return False
    raise ValueError(text)


def _date(text: str) -> datetime.date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return datetime.date.fromisoformat(text)


def _year_month(text: str) -> str:
    _date(text + "-01")
    return text


_PARSERS: dict[str, Callable[[str], Value]] = {
    "string": str,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "year": _year,
    "yearmonth": _year_month,
}
