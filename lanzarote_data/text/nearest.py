"""The word that was probably meant, among those that are there."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from itertools import islice

# A value is compared with each of the others, which takes time.
MOST_COMPARED = 2_000


def nearest(value: str, known: Iterable[str]) -> str:
    """The one that is most like a value; empty where none is.

    >>> nearest("II-12", ["II-1", "III-2"])
    'II-1'
    """
    return next(iter(difflib.get_close_matches(value, islice(known, MOST_COMPARED), 1)), "")
