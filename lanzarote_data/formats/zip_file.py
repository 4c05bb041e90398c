"""Zip files whose bytes depend on the files in them, and on the library that compresses them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping

_MADE = (1980, 1, 1, 0, 0, 0)
_READABLE_BY_ALL = 0o100644 << 16
_UNIX = 3
_LEVEL = 4
"""A third of the time of zlib’s own choice, for files that are 6 % larger."""


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """The zip of files: entries by name, compressed, with a fixed date and fixed rights."""
    return _zip_bytes(sorted(files.items()), zipfile.ZIP_DEFLATED)


def is_ours(archive: zipfile.ZipFile, size: int) -> bool:
    """Whether a zip of ``size`` bytes is as we make them, but for how its entries are compressed.

    It has nothing beside its entries, and they differ from ours in nothing else.
    """
    infos = archive.infolist()
    ours = zipfile.ZipInfo("", _MADE)
    names = [info.filename for info in infos]
    extent = sum(76 + 2 * len(name) for name in names) + sum(i.compress_size for i in infos) + 22
    return (
        not archive.comment
        and names == sorted(names)
        and size == extent
        and all(
            (info.date_time, info.external_attr, info.create_system, info.extra, info.comment)
            == (ours.date_time, _READABLE_BY_ALL, _UNIX, b"", b"")
            for info in infos
        )
    )


def uncompressed(content: bytes) -> bytes:
    """A zip (such as a workbook) without compression, its entries in the same order.

    Compressed bytes depend on the library that Python was built with; others do not.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = ((name, archive.read(name)) for name in archive.namelist())
        return _zip_bytes(entries, zipfile.ZIP_STORED)


def _zip_bytes(entries: Iterable[tuple[str, bytes]], method: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method, compresslevel=_LEVEL) as archive:
        for name, content in entries:
            info = zipfile.ZipInfo(name, _MADE)
            info.external_attr, info.create_system = _READABLE_BY_ALL, _UNIX
            info.compress_type = method
            archive.writestr(info, content, compresslevel=_LEVEL)
    return out.getvalue()
