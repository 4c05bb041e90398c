"""The look of cells as far as it means something: dates, words struck out, colours of a person."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from lanzarote_data.workbook.moments import shows_date
from lanzarote_data.workbook.parts import local_name

_SCHEME = ("dk1", "lt1", "dk2", "lt2", *(f"accent{n}" for n in range(1, 7)), "hlink", "folHlink")
_BY_THEME = ("lt1", "dk1", "lt2", "dk2", *_SCHEME[4:])
_RGB = re.compile("(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})")
_OFF = {"0", "false"}


class Theme:
    """The colours of the theme of a workbook."""

    def __init__(self) -> None:
        self.colours: dict[str, str] = {}
        self._name = ""

    def attach(self, parser: expat.XMLParserType) -> None:
        """Let a parser tell what it finds."""
        parser.StartElementHandler = self._start

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = local_name(tag)
        if name in _SCHEME:
            self._name = name
        elif name in ("srgbClr", "sysClr") and self._name:
            self.colours.setdefault(
                self._name, attributes.get("lastClr") or attributes.get("val", "")
            )
            self._name = ""


@dataclass
class _Style:
    """A format of cells: the numbers of its number format, font and fill."""

    number: int
    font: int
    fill: int


@dataclass
class Styles:
    """The formats of the cells of a workbook, by the numbers under which cells name them."""

    theme: Theme = field(default_factory=Theme)
    codes: dict[int, str] = field(default_factory=dict)
    struck_fonts: list[bool] = field(default_factory=list)
    fills: list[str] = field(default_factory=list)
    styles: list[_Style] = field(default_factory=list)
    _within: str = ""

    def attach(self, parser: expat.XMLParserType) -> None:
        """Let a parser tell what it finds."""
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = local_name(tag)
        if name in ("fonts", "fills", "cellXfs", "dxfs"):
            self._within = name
        elif name == "numFmt":
            self.codes[_number(attributes, "numFmtId")] = attributes.get("formatCode", "")
        elif name == "font" and self._within == "fonts":
            self.struck_fonts.append(False)
        elif name == "strike" and self.struck_fonts and self._within == "fonts":
            self.struck_fonts[-1] = attributes.get("val", "1") not in _OFF
        elif name == "fill" and self._within == "fills":
            self.fills.append("")
        elif name == "fgColor" and self.fills and self._within == "fills":
            self.fills[-1] = self._colour(attributes)
        elif name == "xf" and self._within == "cellXfs":
            numbers = (_number(attributes, name) for name in ("numFmtId", "fontId", "fillId"))
            self.styles.append(_Style(*numbers))

    def _end(self, tag: str) -> None:
        if local_name(tag) == self._within:
            self._within = ""

    def _colour(self, attributes: Mapping[str, str]) -> str:
        """A colour as ``#RRGGBB``; empty where it is none that is known."""
        theme = _number(attributes, "theme") if "theme" in attributes else -1
        named = self.theme.colours.get(_BY_THEME[theme], "") if 0 <= theme < len(_BY_THEME) else ""
        found = _RGB.fullmatch(attributes.get("rgb", "") or named)
        return _tinted(found[1], attributes.get("tint", "0")) if found else ""

    @property
    def of_dates(self) -> frozenset[str]:
        """Those that show dates or times."""
        numbers = {style.number for style in self.styles}
        shown = {number for number in numbers if shows_date(number, self.codes.get(number))}
        return frozenset(str(n) for n, style in enumerate(self.styles) if style.number in shown)

    @property
    def struck(self) -> frozenset[str]:
        """Those whose words are struck out."""
        fonts = {n for n, is_struck in enumerate(self.struck_fonts) if is_struck}
        return frozenset(str(n) for n, style in enumerate(self.styles) if style.font in fonts)

    @property
    def colours(self) -> dict[str, str]:
        """The colours behind the words, of those that have one."""
        fills = {n: colour for n, colour in enumerate(self.fills) if colour}
        styles = enumerate(self.styles)
        return {str(n): fills[style.fill] for n, style in styles if style.fill in fills}


def _number(attributes: Mapping[str, str], name: str) -> int:
    text = attributes.get(name, "0")
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else 0


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
