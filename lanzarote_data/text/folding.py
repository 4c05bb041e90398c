"""Texts as they are compared: without case, accents and the shapes of quotation marks."""

from __future__ import annotations

import unicodedata

_ALIKE = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "\u00a0": " "}
_ALIKE |= {"ı": "i"}  # the small letter of Türkiye’s alphabet that has no dot


def folded(text: str) -> str:
    """A text as it is compared: small letters without accents, simple quotes and dashes.

    Every character stays one character, so that places in it are places in the text.

    >>> folded("Élève’s")
    "eleve's"
    """
    return "".join(map(_folded, text))


def _folded(character: str) -> str:
    plain = _ALIKE.get(character) or unicodedata.normalize("NFKD", character)[0]
    return plain.lower()[0]
