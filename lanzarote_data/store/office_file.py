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


def damaged(reason: object) -> UnsafeFileError:
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
        raise damaged(reason) from reason
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
    try:
        for part in archive.infolist():
            parser = expat.ParserCreate()
            parser.StartDoctypeDeclHandler = _refuse_doctype(part.filename)
            prepare(parser, part.filename)
            _parse(parser, part.filename, _chunks(archive, part))
    except UnsafeFileError:
        raise
    except Exception as reason:  # of zipfile, expat and the handlers
        raise damaged(reason) from reason


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _parse(parser: expat.XMLParserType, name: str, chunks: Iterator[bytes]) -> None:
    is_xml = name.lower().endswith((".xml", ".rels"))
    try:
        for chunk in chunks:
            if is_xml and len(chunk) == _CHUNK and b"<" not in chunk:
                raise damaged(f"its part {name} has a text of about a megabyte")
            parser.Parse(chunk, False)
        if is_xml:
            parser.Parse(b"", True)
    except expat.ExpatError:
        if is_xml:
            raise
        for _ in chunks:
            pass  # unpacked to its end, which checks its sum


def _refuse_doctype(name: str) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        raise UnsafeFileError(
            f"has a document type definition in its part {name}, as no Office program writes it"
        )

    return refuse
