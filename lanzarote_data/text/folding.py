"""Texts as they are compared: without case, accents and the shapes of quotes; and the nearest."""

from __future__ import annotations

import difflib
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from itertools import accumulate, islice

QUOTATION_MARKS = "“”„‟«»″＂"
_ALIKE = (
    dict.fromkeys("’‘‚‛′", "'") | dict.fromkeys(QUOTATION_MARKS, '"') | dict.fromkeys("‐‑‒–—−", "-")
)
_LETTERS = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t"} | {
    "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ŋ": "ng",
    "ı": "i",  # the small letter of Türkiye’s alphabet that has no dot
}  # fmt: skip
_UNSEEN = ("Mn", "Cf")


def folded(text: str) -> str:
    """A text as it is compared: small letters without accents, simple quotes, dashes and spaces.

    Letters that may be typed as two are two, and what nobody sees is not there.

    >>> folded("Élève’s"), folded("Łódź, Straße, cœur")
    ("eleve's", 'lodz, strasse, coeur')
    """
    return "".join(map(_folded, text))


def place_in(text: str, place: int) -> int:
    """Where in a text the character is that stands at a place of the folded text.

    >>> place_in("Straße x", folded("Straße x").index("x"))
    7
    """
    return bisect_right(list(accumulate(len(_folded(letter)) for letter in text)), place)


@cache
def _folded(character: str) -> str:
    if character in _ALIKE:
        return _ALIKE[character]
    letters = unicodedata.normalize("NFKD", character)
    plain = "".join(c for c in letters if unicodedata.category(c) not in _UNSEEN).lower()
    return _LETTERS.get(plain, plain)


# A value is compared with each of the others, which takes time.
MOST_COMPARED = 2_000
_DIGITS = re.compile(r"\d+")


def nearest(value: str, known: Iterable[str]) -> str:
    """The one that is most like a value; empty where none is.

    Another number of the same chapter is not meant, unless a digit is missing or in another place.

    >>> nearest("II-12", ["II-1", "III-2"]), nearest("II-3", ["II-4", "III-1"])
    ('II-1', '')
    """
    found = difflib.get_close_matches(value, islice(known, MOST_COMPARED), 5)
    return next((near for near in found if _is_meant(value, near)), "")


def _is_meant(value: str, near: str) -> bool:
    """Whether texts differ in one of their parts, and there as slips of the keyboard do."""
    parts, others = value.split("-"), near.split("-")
    if len(parts) != len(others):
        return True
    pairs = [(a, b) for a, b in zip(parts, others, strict=True) if a.casefold() != b.casefold()]
    return len(pairs) < 2 and all(_is_slip(*pair) for pair in pairs)


def _is_slip(one: str, other: str) -> bool:
    """Whether parts that differ in their number alone have all digits of each other but one."""
    if _DIGITS.sub("", one) != _DIGITS.sub("", other):
        return True
    short, long = sorted(("".join(_DIGITS.findall(text)) for text in (one, other)), key=len)
    if len(short) == len(long):
        return sorted(short) == sorted(long)
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
