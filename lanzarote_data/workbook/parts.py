"""The parts of a workbook, found by their relations, as Excel finds them.

Parts that hold no cells (charts, pivot tables, drawings) are never unpacked: what is in them is no
concern of an import.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from lanzarote_data.store.office_file import UnsafeFileError, parse_part

# In an element that is read as a whole, and in a part of which only attributes are read.
MOST_ELEMENTS = 200_000
Starts = Mapping[str, Callable[[dict[str, str]], object]]
"""By the names of elements: what is called with the attributes of each, when it begins."""
Ends = Mapping[str, Callable[[Element], object]]
"""By the names of elements: what is called with each and all that is in it, when it ends."""
_NONE: Ends = MappingProxyType({})


def local_name(tag: str) -> str:
    """The name of an element without its namespace."""
    return tag.rpartition(" ")[2]


class RefusedError(UnsafeFileError):
    """The workbook is of a kind that cannot be imported; the person can change that.

    ``words`` are what it is and what to do.
    """

    def __init__(self, words: tuple[str, str]) -> None:
        super().__init__(words[0])
        self.hint = words[1]


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

    def parse(self, name: str, starts: Starts, ends: Ends = _NONE, space: str = "") -> None:
        """Parse a part, with elements of one namespace if one is given; tags are ``space name``.

        :raises UnsafeFileError: it cannot be unpacked or parsed, or holds what it must not.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        left, builder = MOST_ELEMENTS, TreeBuilder()
        whole: Element | None = None

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal left, builder, whole
            of_space, _, local = tag.rpartition(" ")
            left -= not ends
            if not left:
                raise _too_many(name)
            if space and of_space != space:
                return
            if local in starts:
                starts[local](attributes)
            if local in ends:
                left, builder = MOST_ELEMENTS, TreeBuilder()
                whole = builder.start(tag, attributes)
                parser.StartElementHandler, parser.EndElementHandler = builder.start, end
                parser.CharacterDataHandler = builder.data

        def end(tag: str) -> None:
            nonlocal left
            left -= 1
            if not left:
                raise _too_many(name)
            element = builder.end(tag)
            if element is whole:
                left, parser.StartElementHandler = MOST_ELEMENTS, start
                parser.EndElementHandler = parser.CharacterDataHandler = None
                ends[local_name(tag)](element)

        parser.StartElementHandler = start
        parse_part(self._archive, self._parts[name.lower()], parser, is_xml=True)

    def relations(self, part: str = "") -> dict[str, Relation]:
        """The relations of a part, or of the whole file, by their ids."""
        folder, name = posixpath.split(part)
        found: dict[str, Relation] = {}

        def relation(attributes: dict[str, str]) -> None:
            target = attributes.get("Target", "")
            kind = attributes.get("Type", "").rpartition("/")[2]
            path = posixpath.join("/", folder, target.replace("\\", "/"))
            if attributes.get("TargetMode", "Internal") == "Internal":
                own = Relation(kind, self.find(posixpath.normpath(path).lstrip("/")))
            else:
                own = Relation(kind, "", target)
            found[attributes.get("Id", "")] = own

        where = self.find(posixpath.join(folder, "_rels", f"{name}.rels"))
        if where:
            self.parse(where, {"Relationship": relation})
        return found

    def properties(self, part: str) -> list[tuple[str, str]]:
        """The properties of a file that a part has: the name and the text of each."""
        found: list[tuple[str, str]] = []

        def properties(root: Element) -> None:
            for one in root:
                found.append((one.get("name", local_name(one.tag)), "".join(one.itertext())))

        self.parse(part, {}, dict.fromkeys(("coreProperties", "Properties"), properties))
        return found


def _too_many(name: str) -> UnsafeFileError:
    return UnsafeFileError(f"has more than {MOST_ELEMENTS:,} elements in its part {name}")
