"""What the styles of a Word file say: which are headings, their numbers, and what is not shown."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree

_NAMESPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DOCUMENT = "word/document.xml"
_NUMBERS = "word/numbering.xml"
_STYLES = "word/styles.xml"
_HEADING = re.compile(r"heading ([1-6])", re.IGNORECASE)
_NOT_SHOWN = re.compile(rb"<w:(?:vanish|webHidden|dstrike)(?=[\s/>])")
_DEEPEST = 12
_NUMERALS = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def with_hidden_struck(content: bytes) -> bytes:
    """The Word file with hidden text, and text that is struck through twice, struck through once.

    The reader of Word files knows that text alone.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            new.writestr(part.filename, _NOT_SHOWN.sub(b"<w:strike", data))
    return made.getvalue()


def with_numbers(content: bytes) -> bytes:
    """The Word file with the Roman numbers of headings that Word counts as part of their text.

    The reader of Word files does not give them.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {part.filename: archive.read(part) for part in archive.infolist()}
    if not {_DOCUMENT, _NUMBERS, _STYLES} <= parts.keys():
        return content
    counted = _roman_lists(ElementTree.fromstring(parts[_NUMBERS]))
    if not counted:
        return content
    body = ElementTree.fromstring(parts[_DOCUMENT])
    _number(body, counted, _styles(parts[_STYLES]))
    parts[_DOCUMENT] = ElementTree.tostring(body, encoding="utf-8")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return made.getvalue()


def _roman_lists(root: ElementTree.Element) -> dict[str, str]:
    """The ids of lists whose first level has Roman numbers, each with the list that it counts."""
    roman = {
        abstract.get(f"{_NAMESPACE}abstractNumId", "")
        for abstract in _children(root, "abstractNum")
        for level in _children(abstract, "lvl")[:1]
        if _value(level, "numFmt") == "upperRoman"
    }
    lists = {n.get(f"{_NAMESPACE}numId", ""): _value(n, "abstractNumId") for n in root}
    return {number: abstract for number, abstract in lists.items() if abstract in roman}


def _number(
    body: ElementTree.Element, counted: dict[str, str], styles: dict[str, ElementTree.Element]
) -> None:
    """Write the number of each counted heading before its text."""
    counts: Counter[str] = Counter()
    for paragraph in body.iter(f"{_NAMESPACE}p"):
        own = paragraph.find(f"{_NAMESPACE}pPr")
        style = styles.get("" if own is None else _value(own, "pStyle"))
        if own is None or style is None or not _level(style, styles, _DEEPEST):
            continue
        number, level = _list_of(own, style, styles)
        if number not in counted or level != "0" or not "".join(paragraph.itertext()).strip():
            continue
        counts[counted[number]] += 1
        run = ElementTree.Element(f"{_NAMESPACE}r")
        ElementTree.SubElement(run, f"{_NAMESPACE}t").text = f"{_roman(counts[counted[number]])}. "
        paragraph.insert(1, run)


def _list_of(
    own: ElementTree.Element, style: ElementTree.Element, styles: dict[str, ElementTree.Element]
) -> tuple[str, str]:
    """The id of the list that a paragraph is in, by itself or by its style, and its level there."""
    bases = [own, style]
    while len(bases) < _DEEPEST and (base := styles.get(_value(bases[-1], "basedOn"))) is not None:
        bases.append(base)
    for base in bases:
        for found in base.iter(f"{_NAMESPACE}numPr"):
            return _value(found, "numId"), _value(found, "ilvl") or "0"
    return "", ""


def _roman(number: int) -> str:
    """A number as a Roman numeral."""
    made = ""
    for value, numeral in _NUMERALS:
        times, number = divmod(number, value)
        made += times * numeral
    return made


def style_map(content: bytes) -> str:
    """Rules for the reader of Word files: styles of the file's own that are headings or hidden."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if _STYLES not in archive.namelist():
            return ""
        styles = _styles(archive.read(_STYLES))
    return "".join(f"{rule}\n" for style in styles.values() for rule in _rules(style, styles))


def _styles(part: bytes) -> dict[str, ElementTree.Element]:
    """The styles of a Word file by their ids."""
    styles = _children(ElementTree.fromstring(part), "style")
    return {style.get(f"{_NAMESPACE}styleId", ""): style for style in styles}


def _rules(style: ElementTree.Element, styles: dict[str, ElementTree.Element]) -> Iterator[str]:
    name = _value(style, "name").replace("\\", "\\\\").replace("'", "\\'")
    kind = {"paragraph": "p", "character": "r"}.get(style.get(f"{_NAMESPACE}type", ""), "")
    if not name or not kind or "\n" in name:
        return
    level = _level(style, styles, _DEEPEST) if kind == "p" else 0
    if level and not _HEADING.fullmatch(name):
        yield f"p[style-name='{name}'] => h{min(level + 1, 6)}:fresh"
    if kind == "r" and _is_hidden(style):
        yield f"r[style-name='{name}'] => s"


def _level(style: ElementTree.Element, styles: dict[str, ElementTree.Element], depth: int) -> int:
    """The level of a heading's style: by its name, its place in the outline, or its base."""
    found = _HEADING.fullmatch(_value(style, "name"))
    outline = next((e for e in style.iter(f"{_NAMESPACE}outlineLvl")), None)
    if found:
        return int(found[1])
    if outline is not None and outline.get(f"{_NAMESPACE}val", "9").isdigit():
        level = int(outline.get(f"{_NAMESPACE}val", "9")) + 1
        return level if level <= 6 else 0
    base = styles.get(_value(style, "basedOn"))
    return _level(base, styles, depth - 1) if base is not None and depth else 0


def _is_hidden(style: ElementTree.Element) -> bool:
    """Whether a style hides text or strikes it through."""
    for name in ("vanish", "strike", "dstrike"):
        for element in style.iter(f"{_NAMESPACE}{name}"):
            if element.get(f"{_NAMESPACE}val", "1") not in ("0", "false", "off"):
                return True
    return False


def _children(element: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return element.findall(f"{_NAMESPACE}{name}")


def _value(element: ElementTree.Element, name: str) -> str:
    child = element.find(f"{_NAMESPACE}{name}")
    return "" if child is None else child.get(f"{_NAMESPACE}val", "")
