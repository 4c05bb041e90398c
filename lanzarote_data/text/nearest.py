"""The word that was probably meant, among those that are there."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from itertools import islice

# A value is compared with each of the others, which takes time.
MOST_COMPARED = 2_000
_DIGITS = re.compile(r"\d+")


def nearest(value: str, known: Iterable[str]) -> str:
    """The one that is most like a value; empty where none is.

    Another number is not meant, unless a digit was left out, doubled or exchanged with the next.

    >>> nearest("II-12", ["II-1", "III-2"]), nearest("II-3", ["II-4", "II-12"])
    ('II-1', '')
    """
    found = difflib.get_close_matches(value, islice(known, MOST_COMPARED), 5)
    return next((near for near in found if _is_meant(value, near)), "")


def _is_meant(value: str, near: str) -> bool:
    """Whether texts that differ in numbers alone differ as slips of the keyboard do."""
    if _DIGITS.sub("", value) != _DIGITS.sub("", near):
        return True
    digits, others = ("".join(_DIGITS.findall(text)) for text in (value, near))
    short, long = sorted((digits, others), key=len)
    if len(short) == len(long):
        return sorted(short) == sorted(long)
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
