"""The texts that the cells of a workbook share, and the runs of one text."""

from __future__ import annotations

from collections.abc import Mapping
from xml.parsers import expat

from lanzarote_data.workbook.grid import RichText
from lanzarote_data.workbook.parts import local_name

_PLAIN_COLOUR = "1"
"""The number of the colour of plain text among those of a workbook's theme."""
_LOOKS = {"b", "i", "u", "strike", "vertAlign"}
_NO_LOOK = {"0", "false", "none", "baseline"}


class Runs:
    """Puts a text together from its runs, while their elements are parsed."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin another text."""
        self._words: list[str] = []
        self._has_runs = self._is_formatted = self._in_text = self._is_reading = False

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
        return RichText(text, self._is_formatted) if self._has_runs else text


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
