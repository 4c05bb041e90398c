"""The texts that the cells of a workbook share, the runs of one text, and notes."""

from __future__ import annotations

from collections.abc import Mapping
from xml.parsers import expat

from lanzarote_data.store.office_file import damaged
from lanzarote_data.workbook.grid import Cell, RichText
from lanzarote_data.workbook.parts import local_name
from lanzarote_data.workbook.places import place_of

_PLAIN_COLOUR = "1"
"""The number of the colour of plain text among those of a workbook's theme."""
_LOOKS = {"b", "i", "u", "vertAlign"}
_NO_LOOK = {"0", "false", "none", "baseline"}


class Runs:
    """Puts a text together from its runs, while their elements are parsed."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin another text."""
        self._words: list[str] = []
        self._has_runs = self._is_formatted = self._is_struck = False
        self._in_text = self._is_reading = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins; how a text is read aloud is no part of it."""
        if name == "t":
            self._in_text = not self._is_reading
        elif name == "r":
            self._has_runs = True
        elif name == "rPh":
            self._is_reading = True
        elif name == "color":
            self._is_formatted |= attributes.get("theme") != _PLAIN_COLOUR
        elif name == "strike":
            self._is_struck |= attributes.get("val", "1") not in _NO_LOOK
        elif name in _LOOKS:
            self._is_formatted |= attributes.get("val", "1") not in _NO_LOOK

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "t":
            self._in_text = False
        elif name == "rPh":
            self._is_reading = False

    def add(self, words: str) -> None:
        """Words, of the text if they are in one of its parts."""
        if self._in_text:
            self._words.append(words)

    @property
    def value(self) -> str | RichText:
        """The text as the value of a cell."""
        text = "".join(self._words)
        rich = RichText(text, self._is_formatted, self._is_struck)
        return rich if self._has_runs else text


class SharedTexts:
    """The texts that the cells of a workbook share, in their order."""

    def __init__(self) -> None:
        self.values: list[str | RichText] = []
        self._runs = Runs()

    def attach(self, parser: expat.XMLParserType) -> None:
        """Let a parser tell what it finds."""
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._runs.add

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local_name(tag)
        if name == "si":
            self._runs.clear()
        else:
            self._runs.start(name, attributes)

    def _end(self, tag: str) -> None:
        name = local_name(tag)
        if name == "si":
            self.values.append(self._runs.value)
        else:
            self._runs.end(name)


OURS = "To correct: "
THEIRS = "\n\nNote: "
_THREADED = "[Threaded comment]"


class Notes:
    """The notes of the cells of a sheet, without those that a review made."""

    def __init__(self) -> None:
        self.found: dict[Cell, str] = {}
        self._runs = Runs()
        self._cell: Cell | None = None

    def attach(self, parser: expat.XMLParserType) -> None:
        """Let a parser tell what it finds."""
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._runs.add

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local_name(tag)
        if name == "comment":
            self._runs.clear()
            try:
                column, row = place_of(attributes.get("ref", ""))
            except ValueError as reason:
                raise damaged(str(reason)) from reason
            self._cell = row, column
        else:
            self._runs.start(name, attributes)

    def _end(self, tag: str) -> None:
        name = local_name(tag)
        if name == "comment" and self._cell:
            text = _of_person(str(self._runs.value))
            self.found |= {self._cell: text} if text else {}
        else:
            self._runs.end(name)


def _of_person(note: str) -> str:
    """What a person wrote into a note: neither what a review says there, nor what Excel does."""
    if OURS in note[:80]:
        return note.partition(THEIRS)[2].strip()
    return note.partition("Comment:")[2].strip() if note.startswith(_THREADED) else note.strip()
