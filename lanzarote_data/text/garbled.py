"""Characters that show that a text was damaged on its way, and characters that nobody sees."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["replacement-character", "mojibake", "invisible-character"]

# UTF-8 that was read as Windows-1252: a letter for the first byte, and one to three for the rest.
_REST = (
    "\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013-\u203a\u20ac\u2122"
)
_MOJIBAKE = re.compile(f"[\u00c2-\u00f4][{_REST}]{{1,3}}")
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
    # Joiners belong to the spelling of many scripts and of emoji; between Latin letters to none.
    "|(?<![\u0250-\U0010ffff])[\u200c\u200d](?![\u0250-\U0010ffff])"
)


@dataclass(frozen=True)
class Garbled:
    """Damaged or invisible characters: their kind, where they begin, and what they should be.

    ``meant`` is empty where it is not known, or where nothing should be there.
    """

    kind: Kind
    start: int
    characters: str
    meant: str = ""

    @property
    def named(self) -> str:
        """The characters in words: as they are, or by name where they cannot be seen."""
        if self.kind == "mojibake":
            return f"“{self.characters}”"
        name = unicodedata.name(self.characters, "unnamed")
        return f"U+{ord(self.characters):04X} ({name.capitalize()})"


def garbled(text: str) -> Iterator[Garbled]:
    """The damaged and the invisible characters of a text, each where it stands.

    >>> [(found.kind, found.meant) for found in garbled("the Party\u00e2\u20ac\u2122s")]
    [('mojibake', '’')]
    """
    if text.isascii():
        return
    for match in re.finditer("\ufffd", text):
        yield Garbled("replacement-character", match.start(), match[0])
    for match in _MOJIBAKE.finditer(text):
        for length in range(len(match[0]), 1, -1):
            meant = _repaired(match[0][:length])
            if meant:
                yield Garbled("mojibake", match.start(), match[0][:length], meant)
                break
    for match in _INVISIBLE.finditer(text):
        yield Garbled("invisible-character", match.start(), match[0])


def _repaired(characters: str) -> str:
    """The one character that was read byte by byte; empty if it was not."""
    data = b""
    for character in characters:
        try:
            data += character.encode("cp1252")
        except UnicodeEncodeError:
            data += character.encode("latin-1", errors="replace")
    try:
        meant = data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return meant if len(meant) == 1 else ""
