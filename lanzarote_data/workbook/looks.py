"""The look of cells as far as it means something: dates, words struck out, colours, notes."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from xml.etree.ElementTree import Element

from lanzarote_data.store.office_file import damaged
from lanzarote_data.workbook.cells import Cell, RichText, place_of
from lanzarote_data.workbook.parts import Parts, local_name

_SCHEME = ("dk1", "lt1", "dk2", "lt2", *(f"accent{n}" for n in range(1, 7)), "hlink", "folHlink")
_BY_THEME = ("lt1", "dk1", "lt2", "dk2", *_SCHEME[4:])
_RGB = re.compile("(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})")
_DATE_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)
# What a format only shows, or how it shows it; not [h], which is a duration.
_QUOTED = re.compile(r'"[^"]*"|\\.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_PLAIN_COLOUR = "1"
"""The number of the colour of plain text among those of a workbook's theme."""
_LOOKS = {"b", "i", "u", "vertAlign"}
_NO_LOOK = {"0", "false", "none", "baseline"}
OURS = "To correct: "
THEIRS = "\n\nNote: "
_THREADED = "[Threaded comment]"


class Styles:
    """The formats of the cells of a workbook, by the numbers under which cells name them."""

    def __init__(self) -> None:
        self._theme: dict[str, str] = {}
        self._codes: dict[int, str] = {}
        self._fonts: list[bool] = []
        self._fills: list[str] = []
        self._formats: list[tuple[int, ...]] = []

    def read_theme(self, parts: Parts, name: str) -> None:
        """Read the colours that formats name by their numbers in the theme."""

        def colour(element: Element) -> None:
            for one in element:
                if local_name(one.tag) in ("srgbClr", "sysClr"):
                    found = one.get("lastClr") or one.get("val")
                    self._theme.setdefault(local_name(element.tag), found or "")

        parts.parse(name, {}, dict.fromkeys(_SCHEME, colour))

    def read(self, parts: Parts, name: str) -> None:
        """Read the formats."""
        groups = {"fonts": self._read_fonts, "fills": self._read_fills, "cellXfs": self._read_xfs}
        parts.parse(name, {"numFmt": self._read_code}, groups)

    def _read_code(self, attributes: Mapping[str, str]) -> None:
        self._codes[_number(attributes, "numFmtId")] = attributes.get("formatCode", "")

    def _read_fonts(self, group: Element) -> None:
        self._fonts = [any(map(_is_on, _named(font, "strike"))) for font in _named(group, "font")]

    def _read_fills(self, group: Element) -> None:
        colours = ([*_named(fill, "fgColor")] for fill in _named(group, "fill"))
        self._fills = [self._colour(found[-1].attrib) if found else "" for found in colours]

    def _read_xfs(self, group: Element) -> None:
        names = ("numFmtId", "fontId", "fillId")
        xfs = _named(group, "xf")
        self._formats = [tuple(_number(xf.attrib, name) for name in names) for xf in xfs]

    def _colour(self, attributes: Mapping[str, str]) -> str:
        """A colour as ``#RRGGBB``; empty where it is none that is known."""
        theme = _number(attributes, "theme") if "theme" in attributes else -1
        named = self._theme.get(_BY_THEME[theme], "") if 0 <= theme < len(_BY_THEME) else ""
        found = _RGB.fullmatch(attributes.get("rgb", "") or named)
        return _tinted(found[1], attributes.get("tint", "0")) if found else ""

    @cached_property
    def dates(self) -> frozenset[str]:
        """Those that show dates or times."""
        numbers = {one[0] for one in self._formats}
        shown = {number for number in numbers if _shows_date(number, self._codes.get(number))}
        return frozenset(str(n) for n, one in enumerate(self._formats) if one[0] in shown)

    @cached_property
    def struck(self) -> frozenset[str]:
        """Those whose words are struck out."""
        fonts = {n for n, is_struck in enumerate(self._fonts) if is_struck}
        return frozenset(str(n) for n, one in enumerate(self._formats) if one[1] in fonts)

    @cached_property
    def colours(self) -> Mapping[str, str]:
        """The colours behind the words, of those that have one."""
        fills = {n: colour for n, colour in enumerate(self._fills) if colour}
        return {str(n): fills[one[2]] for n, one in enumerate(self._formats) if one[2] in fills}


def _named(element: Element, name: str) -> Iterator[Element]:
    """The elements of a name within another, in whichever namespace."""
    return (one for one in element.iter() if local_name(one.tag) == name)


def _is_on(element: Element) -> bool:
    return element.get("val", "1") not in _NO_LOOK


def _number(attributes: Mapping[str, str], name: str) -> int:
    text = attributes.get(name, "0")
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else 0


def _shows_date(number: int, code: str | None) -> bool:
    """Whether a number format shows dates or times, by its code where it is not built in."""
    if code is None:
        return number in _DATE_FORMATS
    return bool(_DATE_LETTERS.search(_QUOTED.sub("", code)))


def _tinted(colour: str, tint: str) -> str:
    """A colour made lighter or darker, as Excel does.

    >>> _tinted("4472C4", "0"), _tinted("000000", "0.5")
    ('#4472C4', '#808080')
    """
    share = float(tint) if re.fullmatch(r"-?[01](\.[0-9]{1,20})?", tint) else 0.0
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4))
    hue, light, full = colorsys.rgb_to_hls(red, green, blue)
    light = light * (1 + share) if share < 0 else light * (1 - share) + share
    return "#" + "".join(f"{round(c * 255):02X}" for c in colorsys.hls_to_rgb(hue, light, full))


def text_of(element: Element) -> str | RichText:
    """The text of a cell, put together from its runs; how it is read aloud is no part of it."""
    words: list[str] = []
    has_runs = is_formatted = is_struck = False
    for child in element:
        name = local_name(child.tag)
        if name == "t":
            words.append(child.text or "")
        has_runs |= name == "r"
        for one in child.iter() if name == "r" else ():
            name = local_name(one.tag)
            if name == "t":
                words.append(one.text or "")
            elif name == "color":
                is_formatted |= one.get("theme") != _PLAIN_COLOUR
            elif name == "strike":
                is_struck |= _is_on(one)
            elif name in _LOOKS:
                is_formatted |= _is_on(one)
    text = "".join(words)
    return RichText(text, is_formatted, is_struck) if has_runs else text


def read_notes(parts: Parts, name: str) -> dict[Cell, str]:
    """The notes of the cells of a sheet, without those that a review made.

    :raises UnsafeFileError: one is at no cell.
    """
    found: dict[Cell, str] = {}

    def note(comment: Element) -> None:
        try:
            column, row = place_of(comment.get("ref", ""))
        except ValueError as reason:
            raise damaged(str(reason)) from reason
        text = _of_person("".join(str(text_of(one)) for one in _named(comment, "text")))
        found.update({(row, column): text} if text else {})

    parts.parse(name, {}, {"comment": note})
    return found


def _of_person(note: str) -> str:
    """What a person wrote into a note: neither what a review says there, nor what Excel does."""
    if OURS in note[:80]:
        return note.partition(THEIRS)[2].strip()
    return note.partition("Comment:")[2].strip() if note.startswith(_THREADED) else note.strip()
