"""The patterns of a descriptor, matched in time that grows with the text and with nothing else.

A descriptor may come from a stranger. Python's own regular expressions go back and try again, and
with a pattern such as ``(a+)+$`` that does not end. RE2 never goes back; what it cannot match so
(back-references, looking ahead or behind) it refuses when the pattern is read.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

MOST_STEPS = 3_000
"""How long the program of a pattern may be: as long as a text takes, character by character."""


@cache
def matcher(pattern: str) -> Callable[[str], bool]:
    """The function that says whether a whole text has the form of a pattern.

    >>> matcher("[A-Z]{3}|ALL")("BEL"), matcher("(a+)+")("a" * 10_000 + "!")
    (True, False)

    :raises ValueError: it is no pattern, is too long, or cannot be matched without going back.
    """
    import re2

    options = _options()
    try:
        program = re2.compile(pattern, options)
        whole = re2.Set.FullMatchSet(options)  # says only whether, which takes half the time
        whole.Add(pattern)
        whole.Compile()
    except (re2.error, UnicodeEncodeError) as reason:
        raise ValueError(_in_words(reason)) from None
    if program.programsize > MOST_STEPS:
        raise ValueError("it is too long, or repeats a part too often")

    def matches(text: str) -> bool:
        try:
            # A set gives up where its memory is used up; the program never does.
            return bool(whole.Match(text)) or program.fullmatch(text) is not None
        except UnicodeEncodeError:  # half a character, which is told of elsewhere
            return False

    return matches


def _options() -> Any:
    """The options of RE2, which else writes to standard error by itself."""
    import re2

    options = re2.Options()
    options.log_errors = False
    return options


def _in_words(reason: Exception) -> str:
    told = reason.args[0] if reason.args else reason
    return told.decode("utf-8", "replace") if isinstance(told, bytes) else str(reason)
