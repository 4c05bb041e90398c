"""Characters that show that a text was damaged on its way, and characters that nobody sees."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from lanzarote_data.model.problems import shown

Kind = Literal["replacement-character", "mojibake", "invisible-character"]

HINT = "Look it up in the original, and correct it."


def _letters(encoding: str, codes: Iterable[int]) -> str:
    """The characters as which bytes are read in an encoding, for a class of a pattern."""
    found = (bytes([code]).decode(encoding, "ignore") or chr(code) for code in codes)
    return re.escape("".join(found))


# UTF-8 that was read as another encoding: a character for the first byte, one to three for the
# rest; perhaps several in a row. The rest of a quotation mark may have been cut off.
_FIRST = {"cp1252": range(0xC2, 0xF5), "mac_roman": (0xC2, 0xC3, 0xC4, 0xC5, 0xE2)}
_MOJIBAKE = {
    name: f"(?:[{_letters(name, first)}][{_letters(name, range(0x80, 0xC0))}]{{1,3}})+"
    for name, first in _FIRST.items()
}
_CUT_OFF = "\u00e2\u20ac"
# What texts of Europe have: letters with accents, punctuation, signs.
_LIKELY = "[\u00a0-\u024f\u1e00-\u1eff\u2000-\u20bf\u2100-\u22ff\ufb00-\ufb06]"
_ENOUGH = 3  # letters of other scripts in a row
_INVISIBLE = (
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
    # Joiners belong to the spelling of many scripts and of emoji; between Latin letters to none.
    "|(?<![\u0250-\U0010ffff])[\u200c\u200d](?![\u0250-\U0010ffff])"
)
_SUSPECT = "|".join(["\ufffd", _INVISIBLE, *_MOJIBAKE.values()])
_ASCII_AS_SPACE = b" " * 0x80 + bytes(range(0x80, 0x100))


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

    def sentence(self, text: str) -> str:
        """What is wrong with the characters, which are in this text, in words."""
        near = shown(text[max(self.start - 30, 0) : self.start + 30])
        if self.kind == "replacement-character":
            return f"A character was lost: {self.named} stands in its place in {near}."
        if self.kind == "mojibake":
            meant = f", is probably “{self.meant}”," if self.meant else ""
            return f"{self.named}, read in a wrong encoding{meant} is in {near}."
        return f"There is an invisible character, {self.named}, in {near}."


def is_suspect(text: str) -> bool:
    """Whether a text may have damaged or invisible characters; many texts may be asked as one."""
    if text.isascii():
        return False
    bare = text.encode("utf-8", "surrogatepass").translate(_ASCII_AS_SPACE)
    runs = {run.decode("utf-8", "surrogatepass") for run in set(bare.split())}
    # A letter that can be seen is sound by itself.
    unlikely = (run for run in runs if len(run) > 1 or run == "\ufffd" or not run.isprintable())
    return any(re.search(_SUSPECT, run) for run in unlikely)


def garbled(text: str) -> Iterator[Garbled]:
    """The damaged and the invisible characters of a text, each where it stands.

    >>> [(found.kind, found.meant) for found in garbled("the Party\u00e2\u20ac\u2122s")]
    [('mojibake', '’')]
    """
    if not is_suspect(text):
        return
    for match in re.finditer("\ufffd", text):
        yield Garbled("replacement-character", match.start(), match[0])
    for encoding, pattern in _MOJIBAKE.items():
        for match in re.finditer(pattern, text):
            length, meant = _repaired(match[0], encoding)
            if length and (meant or not text.startswith("\ufffd", match.end())):
                yield Garbled("mojibake", match.start(), match[0][:length], meant)
    for match in re.finditer(_INVISIBLE, text):
        yield Garbled("invisible-character", match.start(), match[0])


def _repaired(characters: str, encoding: str) -> tuple[int, str]:
    """How many of the characters were read byte by byte, and what they were; 0 if none were."""
    at, meant = 0, ""
    while at < len(characters):
        sizes = (size for size in (4, 3, 2) if _decoded(characters[at : at + size], encoding))
        size = next(sizes, 0)
        if not size:
            break
        meant += _decoded(characters[at : at + size], encoding)
        at += size
    if re.search(_LIKELY, meant) or len(meant) >= _ENOUGH:
        return at, meant
    return (len(_CUT_OFF), "") if characters == _CUT_OFF else (0, "")


def _decoded(characters: str, encoding: str) -> str:
    """The one character that was read byte by byte; empty if it was not."""
    data = b""
    for character in characters:
        try:
            data += character.encode(encoding)
        except UnicodeEncodeError:
            data += character.encode("latin-1", errors="replace")
    try:
        meant = data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return meant if len(meant) == 1 else ""
