"""Check an untrusted Office file (``.xlsx``, ``.docx``) before any reader opens it.

Only its raw parts are looked at, in one pass, with an XML parser that refuses document type
definitions, so that no entity is ever expanded.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from xml.parsers import expat

from lanzarote_data.store import zips
from lanzarote_data.store.untrusted import in_megabytes

_CHUNK = 1 << 19
Prepare = Callable[[expat.XMLParserType, str], None]
"""Gives the parser of a part, which has this name, its handlers."""


class UnsafeFileError(Exception):
    """The file is damaged or could do harm; the text goes on after its name: ``is damaged: …``."""


def damaged(reason: str) -> UnsafeFileError:
    """The error for a file that is damaged or was cut off."""
    return UnsafeFileError(f"is damaged or was cut off on its way: {reason}")


def open_zip(data: bytes) -> zipfile.ZipFile:
    """Open the zip of an Office file once its directory has been checked.

    :raises UnsafeFileError: it is no sound zip, or would unpack to far more than its size.
    """
    if zips.has_too_many(data, zips.MOST_PARTS):
        raise damaged("it has far too many parts")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except Exception as reason:  # zipfile raises many kinds on a damaged file
        raise damaged("it is no zip that can be opened") from reason
    parts = archive.infolist()
    if fault := zips.faults(parts, len(data)):
        raise damaged(fault)
    if zips.is_bomb(parts, len(data)):
        raise UnsafeFileError(
            f"unpacks to more than {in_megabytes(zips.LARGEST_UNPACKED)}, or to far more than its "
            "size"
        )
    return archive


def parse_parts(archive: zipfile.ZipFile, prepare: Prepare) -> None:
    """Parse every part of a zip that is XML, whatever it is called.

    Readers find parts by relations, not by names: one that does not call itself XML may be read
    as XML all the same. Such a part is parsed as far as it is well formed.

    :raises UnsafeFileError: a part cannot be unpacked or parsed, or holds what it must not.
    """
    for part in archive.infolist():
        parser = expat.ParserCreate()
        prepare(parser, part.filename)
        is_xml = part.filename.lower().endswith((".xml", ".rels"))
        parse_part(archive, part, parser, is_xml)


def parse_part(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, parser: expat.XMLParserType, is_xml: bool
) -> None:
    """Parse one part of a zip; one that need not be XML as far as it is well formed.

    :raises UnsafeFileError: it cannot be unpacked or parsed, or holds what it must not.
    """
    parser.StartDoctypeDeclHandler = _refuse_doctype(part.filename)
    chunks = _chunks(archive, part)
    try:
        for chunk in chunks:
            if is_xml and len(chunk) == _CHUNK and b"<" not in chunk:
                raise damaged(f"its part {part.filename} has a text of about a megabyte")
            parser.Parse(chunk, False)
        parser.Parse(b"", is_xml)
    except (expat.ExpatError, ValueError, LookupError) as reason:  # the last two: its encoding
        if is_xml:
            line = getattr(reason, "lineno", 1)
            raise damaged(
                f"its part {part.filename} is not well-formed XML, in line {line}"
            ) from reason
        for _ in chunks:
            pass  # unpacked to its end, which checks its sum


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk
    except Exception as reason:  # zipfile raises many kinds on a damaged file
        raise damaged(f"its part {part.filename} cannot be unpacked") from reason


def _refuse_doctype(name: str) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        raise UnsafeFileError(
            f"has a document type definition in its part {name}, as no Office program writes it"
        )

    return refuse
