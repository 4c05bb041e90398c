"""What mammoth does not read of a Word file: hidden text, counted chapters, headings by style."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, fromstring, tostring

from lanzarote_data.ingest.blocks import ROMAN

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DOCUMENT = "word/document.xml"
_NUMBERS = "word/numbering.xml"
_STYLES = "word/styles.xml"
_HEADING = re.compile(r"heading ([1-6])", re.IGNORECASE)
_NOT_SHOWN = re.compile(rb"<w:(?:vanish|webHidden|dstrike)(?=[\s/>])")
_DEEPEST = 12
Styles = dict[str, Element]
"""The styles of a Word file by their ids."""


def prepared(content: bytes) -> tuple[bytes, str]:
    """A Word file as mammoth can read it, and mammoth's rules for the styles of its own.

    Text that is hidden or struck through twice is struck through once, which is all that mammoth
    knows; Roman numbers of headings that Word counts are part of their text.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {part.filename: archive.read(part) for part in archive.infolist()}
    styles: Styles = {}
    if _STYLES in parts:
        found = fromstring(parts[_STYLES]).findall(f"{_W}style")
        styles = {style.get(f"{_W}styleId", ""): style for style in found}
    parts = {name: _NOT_SHOWN.sub(b"<w:strike", part) for name, part in parts.items()}
    if {_DOCUMENT, _NUMBERS, _STYLES} <= parts.keys():
        parts[_DOCUMENT] = _numbered(parts[_DOCUMENT], fromstring(parts[_NUMBERS]), styles)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        for name, part in parts.items():
            new.writestr(name, part)
    rules = [rule for style in styles.values() for rule in _rules(style, styles)]
    return made.getvalue(), "\n".join(rules)


def _numbered(document: bytes, numbering: Element, styles: Styles) -> bytes:
    """The document with the number of each counted heading before its text."""
    counted = _roman_lists(numbering)
    if not counted:
        return document
    body = fromstring(document)
    counts: Counter[str] = Counter()
    for paragraph in body.iter(f"{_W}p"):
        own = paragraph.find(f"{_W}pPr")
        style = styles.get("" if own is None else _value(own, "pStyle"))
        if own is None or style is None or not _level(style, styles):
            continue
        number, level = _list_of([own, *_with_bases(style, styles)])
        if number not in counted or level != "0" or not "".join(paragraph.itertext()).strip():
            continue
        counts[counted[number]] += 1
        if counts[counted[number]] < len(ROMAN):
            run = Element(f"{_W}r")
            SubElement(run, f"{_W}t").text = f"{ROMAN[counts[counted[number]]]}. "
            paragraph.insert(1, run)
    numbered: bytes = tostring(body, encoding="utf-8")
    return numbered


def _roman_lists(root: Element) -> dict[str, str]:
    """The ids of lists whose first level has Roman numbers, each with the list that it counts."""
    roman = {
        abstract.get(f"{_W}abstractNumId", "")
        for abstract in root.findall(f"{_W}abstractNum")
        for level in abstract.findall(f"{_W}lvl")[:1]
        if _value(level, "numFmt") == "upperRoman"
    }
    lists = {n.get(f"{_W}numId", ""): _value(n, "abstractNumId") for n in root}
    return {number: abstract for number, abstract in lists.items() if abstract in roman}


def _list_of(bases: list[Element]) -> tuple[str, str]:
    """The id of the list that a paragraph is in, by itself or by its style, and its level there."""
    found = next((number for base in bases for number in base.iter(f"{_W}numPr")), None)
    return ("", "") if found is None else (_value(found, "numId"), _value(found, "ilvl") or "0")


def _with_bases(style: Element, styles: Styles) -> Iterator[Element]:
    """A style and those that it is based on."""
    base: Element | None = style
    for _ in range(_DEEPEST):
        if base is not None:
            yield base
            base = styles.get(_value(base, "basedOn"))


def _rules(style: Element, styles: Styles) -> Iterator[str]:
    """Rules for mammoth where a style is a heading by another name, or hides its text."""
    name = _value(style, "name").replace("\\", "\\\\").replace("'", "\\'")
    kind = style.get(f"{_W}type")
    if not name or "\n" in name:
        return
    level = _level(style, styles) if kind == "paragraph" else 0
    if level and not _HEADING.fullmatch(name):
        yield f"p[style-name='{name}'] => h{min(level + 1, 6)}:fresh"
    if kind == "character" and _is_hidden(style):
        yield f"r[style-name='{name}'] => s"


def _level(style: Element, styles: Styles) -> int:
    """The level of a heading's style: by its name, its place in the outline, or its base."""
    for base in _with_bases(style, styles):
        outline = next((e.get(f"{_W}val", "9") for e in base.iter(f"{_W}outlineLvl")), "")
        if found := _HEADING.fullmatch(_value(base, "name")):
            return int(found[1])
        if outline.isdigit():
            return int(outline) + 1 if int(outline) < 6 else 0
    return 0


def _is_hidden(style: Element) -> bool:
    """Whether a style hides text or strikes it through."""
    return any(
        element.get(f"{_W}val", "1") not in ("0", "false", "off")
        for name in ("vanish", "strike", "dstrike")
        for element in style.iter(f"{_W}{name}")
    )


def _value(element: Element, name: str) -> str:
    child = element.find(f"{_W}{name}")
    return "" if child is None else child.get(f"{_W}val", "")
