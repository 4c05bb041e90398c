"""What may be in a field: in words for a person, and the pattern that its texts must have.

A descriptor is untrusted. Python's own regular expressions backtrack, and with a pattern such as
``(a+)+$`` that does not end. RE2 never backtracks; what it cannot match that way (back-references,
lookahead and lookbehind) it refuses when the pattern is compiled.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from lanzarote_data.model.package import Field

MOST_SHOWN = 30
_IN_WORDS = {
    "string": "a text",
    "integer": "a whole number, such as 20",
    "number": "a number, such as 2.5",
    "boolean": "true or false",
    "date": "a date as year-month-day, such as 2023-05-25",
    "year": "a year, such as 2023",
    "yearmonth": "a year and month, such as 2023-05",
}


def expected(field: Field) -> str:
    """The values that a field may have, in words for a person.

    >>> expected(Field("position", "integer"))
    'a whole number, such as 20'
    """
    allowed = field.constraints.enum
    if allowed:
        more = " …" if len(allowed) > MOST_SHOWN else ""
        return "one of " + ", ".join(text[:100] for text in allowed[:MOST_SHOWN]) + more
    return _IN_WORDS[field.type]


def bounds_in_words(field: Field) -> dict[str, str]:
    """The bounds of a field’s values, in words for a person, by the name of the constraint.

    >>> from lanzarote_data.model.package import Constraints
    >>> bounds_in_words(Field("rank", "integer", constraints=Constraints(minimum="1")))
    {'minimum': '1 or more'}
    """
    limits = field.constraints
    is_number = field.type in ("integer", "number")
    more, less = ("more", "less") if is_number else ("later", "earlier")
    words = {
        "minimum": limits.minimum and f"{limits.minimum} or {more}",
        "exclusiveMinimum": limits.exclusive_minimum and f"{more} than {limits.exclusive_minimum}",
        "maximum": limits.maximum and f"{limits.maximum} or {less}",
        "exclusiveMaximum": limits.exclusive_maximum and f"{less} than {limits.exclusive_maximum}",
    }
    return {name: text for name, text in words.items() if text}


def length_in_words(field: Field) -> str:
    """How long a text of a field may be, in words for a person; empty where that is left open.

    >>> from lanzarote_data.model.package import Constraints
    >>> length_in_words(Field("code", constraints=Constraints(min_length=2, max_length=3)))
    '2 to 3 characters'
    """
    low, high = field.constraints.min_length, field.constraints.max_length
    if low is not None and high is not None:
        return f"{low} to {_characters(high)}" if low != high else _characters(low)
    if low is not None:
        return f"at least {_characters(low)}"
    return "" if high is None else f"at most {_characters(high)}"


def _characters(number: int) -> str:
    return f"{number} character{'' if number == 1 else 's'}"


LARGEST = 1 << 20
"""The memory in bytes that RE2 may take for a pattern."""


@cache
def matcher(pattern: str) -> Callable[[str], bool]:
    """The function that says whether a whole text has the form of a pattern.

    >>> matcher("[A-Z]{3}|ALL")("BEL"), matcher("(a+)+")("a" * 10_000 + "!")
    (True, False)

    :raises ValueError: it is no pattern, is too long, or cannot be matched without backtracking.
    """
    import re2

    # Else the library takes Python's own expressions for what RE2 refuses.
    re2.set_fallback_notification(re2.FALLBACK_EXCEPTION)
    try:
        program = re2.compile(pattern, re2.ASCII, max_mem=LARGEST)  # as RE2 by itself does
    except (re2.error, ValueError) as reason:  # also where it holds half a character
        raise ValueError(str(reason)) from None

    def matches(text: str) -> bool:
        try:
            return program.fullmatch(text) is not None
        except UnicodeEncodeError:  # half a character, which is reported elsewhere
            return False

    return matches
