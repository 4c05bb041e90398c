"""The parts of a workbook, found by their relations, as Excel finds them.

Parts that hold no cells (charts, pivot tables, drawings) are never unpacked: what is in them is no
concern of an import.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable
from typing import NamedTuple
from xml.parsers import expat

from lanzarote_data.store.office_file import UnsafeFileError, parse_part

# Of each part but the sheets and their texts: formats, names, relations.
MOST_ELEMENTS = 200_000
Start = Callable[[str, dict[str, str]], None]


def local_name(tag: str) -> str:
    """The name of an element without its namespace."""
    return tag.rpartition(" ")[2]


class Relation(NamedTuple):
    """What a part is to another: the last word of the relation’s type, and the part’s name.

    The name is empty where there is no such part; ``address`` is what is outside of the file.
    """

    kind: str
    part: str
    address: str = ""


class Parts:
    """The parts of a workbook; small and capital letters in their names are the same."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._parts = {part.filename.lower(): part for part in archive.infolist()}

    def find(self, name: str) -> str:
        """The name of a part as it is written in the file; empty where there is none."""
        part = self._parts.get(name.lower())
        return part.filename if part else ""

    def parse(self, name: str, prepare: Callable[[expat.XMLParserType], object]) -> None:
        """Parse a part; tags come as ``namespace name``.

        :raises UnsafeFileError: it cannot be unpacked or parsed, or holds what it must not.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        prepare(parser)
        parse_part(self._archive, self._parts[name.lower()], parser, is_xml=True)

    def elements(self, name: str, found: Start) -> None:
        """Parse a part, and call ``found`` for each of its elements, which may not be too many."""
        left = MOST_ELEMENTS

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal left
            left -= 1
            if not left:
                raise UnsafeFileError(
                    f"has more than {MOST_ELEMENTS:,} elements in its part {name}"
                )
            found(tag, attributes)

        self.parse(name, lambda parser: setattr(parser, "StartElementHandler", start))

    def relations(self, part: str = "") -> dict[str, Relation]:
        """The relations of a part, or of the whole file, by their ids."""
        folder, name = posixpath.split(part)
        found: dict[str, Relation] = {}

        def relation(tag: str, attributes: dict[str, str]) -> None:
            is_inside = attributes.get("TargetMode", "Internal") == "Internal"
            if local_name(tag) == "Relationship":
                target = attributes.get("Target", "").replace("\\", "/")
                path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                kind = attributes.get("Type", "").rpartition("/")[2]
                inside = Relation(kind, self.find(path))
                outside = Relation(kind, "", attributes.get("Target", ""))
                found[attributes.get("Id", "")] = inside if is_inside else outside

        where = self.find(posixpath.join(folder, "_rels", f"{name}.rels"))
        if where:
            self.elements(where, relation)
        return found

    def properties(self, part: str) -> list[tuple[str, str]]:
        """The properties of a file that a part has: the name and the text of each."""
        found: list[tuple[str, str]] = []
        levels: list[str] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            name = local_name(tag)
            if len(levels) == 1:
                found.append((attributes.get("name", name), ""))
            levels.append(name)

        def end(_: str) -> None:
            levels.pop()

        def text(words: str) -> None:
            if len(levels) > 1:
                name, before = found[-1]
                found[-1] = name, before + words

        def attach(parser: expat.XMLParserType) -> None:
            parser.buffer_text = True
            parser.StartElementHandler, parser.EndElementHandler = start, end
            parser.CharacterDataHandler = text

        self.parse(part, attach)
        return found
