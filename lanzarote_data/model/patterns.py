"""The patterns of a descriptor, matched in time that grows with the text and with nothing else.

A descriptor is untrusted. Python's own regular expressions backtrack, and with a pattern such as
``(a+)+$`` that does not end. RE2 never backtracks; what it cannot match that way (back-references,
lookahead and lookbehind) it refuses when the pattern is compiled.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

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
