"""Texts as they are compared: without case, accents and the shapes of quotation marks."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import cache
from itertools import accumulate

_ALIKE = dict.fromkeys("’‘‚‛′", "'") | dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‐‑‒–—−", "-")
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
