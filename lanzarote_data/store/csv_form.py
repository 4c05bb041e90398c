"""The canonical form of CSV and of the texts in it, told from the text of a file alone.

A cell stands in quotes where it holds a comma, a quote or a line break, and nowhere else; lines
end with LF alone; what a cell holds is canonical (:mod:`~lanzarote_data.model.values`). To match as
one pattern is many times as fast as to look at each cell, write the rows again and compare.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from typing import TextIO

from lanzarote_data.model.patterns import matcher
from lanzarote_data.model.values import FORBIDDEN, WHITE_SPACE, escape_in

PIECE = 1 << 16
LONGEST_WAIT = 1 << 21
# A character without quotes around it, and one at the edge of a cell; then the same within quotes.
_PLAIN = rf'[^",\n{FORBIDDEN}]'
_PLAIN_EDGE = rf'[^",{FORBIDDEN}{WHITE_SPACE}]'
_QUOTED = rf'(?:[^"{FORBIDDEN}]|"")'
_QUOTED_EDGE = rf'(?:[^"{FORBIDDEN}{WHITE_SPACE}]|"")'
_TO_THE_EDGE = rf"{_QUOTED}*{_QUOTED_EDGE}"
# Before the first comma, quote or line break there is nothing that would need the quotes.
_NEEDS_QUOTES = (
    rf'(?:{_PLAIN_EDGE}{_PLAIN}*)?(?:,|"")(?:{_TO_THE_EDGE})?'
    rf"|{_PLAIN_EDGE}{_PLAIN}*\n{_TO_THE_EDGE}"
)
_CELL = rf'(?:(?:{_PLAIN_EDGE}(?:{_PLAIN}*{_PLAIN_EDGE})?)?|"(?:{_NEEDS_QUOTES})")'
_FORM = rf"(?:{_CELL}(?:,{_CELL})*\n)*"


class FormCheck:
    """Looks at the text of a file, piece after piece, each of whole lines.

    ``fits`` says whether all that was looked at is in canonical form, and so each cell. Where it
    is false that may be so all the same (a row of one empty cell is written ``""``): then the
    cells are to be looked at, written and compared.
    """

    def __init__(self) -> None:
        self.fits = True
        self._waiting = ""

    def look(self, piece: str) -> None:
        """Look at the next piece."""
        if not self.fits:
            return
        self._waiting += piece
        if self._waiting.count('"') % 2 == 0:  # it does not end within a cell
            self.fits = _is_canonical(self._waiting)
            self._waiting = ""
        elif len(self._waiting) > LONGEST_WAIT:
            self.fits = False

    def end(self) -> bool:
        """Whether the whole text fits, now that there is no more."""
        return self.fits and not self._waiting


def _is_canonical(text: str) -> bool:
    """Whether some whole rows are in canonical form, each cell too."""
    return matcher(_FORM)(text) and not escape_in(text) and unicodedata.is_normalized("NFC", text)


def pieces(file: TextIO, longest_line: int) -> Iterator[str]:
    """The text of a file in pieces of whole lines, whatever the lines end with.

    :raises csv.Error: a line is longer than ``longest_line`` characters.
    """
    rest = ""
    while block := file.read(PIECE):
        text = rest + block
        end = text.rfind("\n") + 1 or text.rfind("\r", 0, -1) + 1
        rest = text[end:]
        if len(rest) > longest_line:
            raise csv.Error(f"it is longer than {longest_line:,} characters")
        if end:
            yield text[:end]
    if rest:
        yield rest
