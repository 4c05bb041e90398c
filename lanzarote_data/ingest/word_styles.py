"""What the styles of a Word file say: which of them are headings, and what Word does not show."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

_NAMESPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STYLES = "word/styles.xml"
_HEADING = re.compile(r"heading ([1-6])", re.IGNORECASE)
_NOT_SHOWN = re.compile(rb"<w:(?:vanish|webHidden|dstrike)(?=[\s/>])")
_DEEPEST = 12


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


def style_map(content: bytes) -> str:
    """Rules for the reader of Word files: styles of the file's own that are headings or hidden."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if _STYLES not in archive.namelist():
            return ""
        root = ElementTree.fromstring(archive.read(_STYLES))
    styles = {style.get(f"{_NAMESPACE}styleId", ""): style for style in _children(root, "style")}
    return "".join(f"{rule}\n" for style in styles.values() for rule in _rules(style, styles))


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
