"""Look at a Word file before any reader opens it, and refuse what is not safe to open."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.parsers import expat

from lanzarote_data.model.errors import SourceError
from lanzarote_data.store import zips

# The factsheet of Belgium has 6,000 in all its parts; Word itself writes several times more.
MOST_ELEMENTS = 60_000
LONGEST_TEXT = 1_000_000
_BLOCK = 1 << 20
_AGAIN = "Open it in Word, save it again as .docx, and ingest that."


def check_word(content: bytes, name: str) -> None:
    """Refuse a Word file that unpacks to too much, or whose XML could do harm.

    :raises SourceError: with a sentence that says why.
    :raises Exception: whatever the readers of zip and XML raise on what is damaged.
    """
    if zips.has_too_many(content, zips.MOST_PARTS):
        raise SourceError(f"{name} has far too many parts.", _AGAIN)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        fault = zips.faults(parts, len(content))
        if fault:
            raise SourceError(f"{name} is damaged: {fault}.", _AGAIN)
        if zips.is_bomb(parts, len(content)):
            raise SourceError(f"{name} unpacks to far more than a factsheet.", _AGAIN)
        elements = 0
        for part in parts:
            elements += _elements(_blocks(archive, part), name, MOST_ELEMENTS - elements)


def _blocks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(part) as stream:
        while block := stream.read(_BLOCK):
            yield block


def _elements(blocks: Iterator[bytes], name: str, most: int) -> int:
    """How many elements a part has, if it is XML; readers go by relations, not by names."""
    count = length = 0
    parser = expat.ParserCreate()

    def start(*_: object) -> None:
        nonlocal count, length
        count, length = count + 1, 0
        if count > most:
            raise SourceError(f"{name} has far more paragraphs than a factsheet.", _AGAIN)

    def text(data: str) -> None:
        nonlocal length
        length += len(data)
        if length > LONGEST_TEXT:
            raise SourceError(f"{name} has a text of more than a million characters.", _AGAIN)

    def doctype(*_: object) -> None:
        raise SourceError(f"{name} has a document type definition, as Word writes none.", _AGAIN)

    parser.StartElementHandler = start
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    try:
        for block in blocks:
            parser.Parse(block)
    except expat.ExpatError:
        pass  # no XML, or damaged: then its reader says so
    return count
