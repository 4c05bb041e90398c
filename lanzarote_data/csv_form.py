"""The canonical form of CSV, as far as it shows in quotes and line ends: told from text alone.

A cell stands in quotes where it holds a comma, a quote or a line break, and nowhere else; lines
end with LF alone. To match that as one pattern is many times as fast as to write the rows again
and compare.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TextIO

from lanzarote_data.patterns import matcher

PIECE = 1 << 16
LONGEST_WAIT = 1 << 21
_CELL = r'(?:[^",\r\n]*|"[^",\r\n]*(?:[,\n]|"")(?:[^"\r]|"")*")'
_FORM = rf"(?:{_CELL}(?:,{_CELL})*\n)*"


class FormCheck:
    """Looks at the text of a file, piece after piece, each of whole lines.

    ``fits`` says whether all that was looked at is in canonical form. Where it is false the text
    may be so all the same (a row of one empty cell is written ``""``): then it is to be written
    and compared.
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
            self.fits = matcher(_FORM)(self._waiting)
            self._waiting = ""
        elif len(self._waiting) > LONGEST_WAIT:
            self.fits = False

    def end(self) -> bool:
        """Whether the whole text fits, now that there is no more."""
        return self.fits and not self._waiting


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
