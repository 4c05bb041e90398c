"""Zip files whose bytes depend on nothing but the files in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping

_MADE = (1980, 1, 1, 0, 0, 0)
_READABLE_BY_ALL = 0o100644 << 16
_UNIX = 3


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """The zip of files: entries by name, not compressed, with a fixed date and fixed rights."""
    return _zip_bytes(sorted(files.items()))


def uncompressed(content: bytes) -> bytes:
    """A zip (such as a workbook) without compression, its entries in the same order.

    Compressed bytes depend on the library that Python was built with; others do not.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return _zip_bytes((name, archive.read(name)) for name in archive.namelist())


def _zip_bytes(entries: Iterable[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in entries:
            info = zipfile.ZipInfo(name, _MADE)
            info.external_attr = _READABLE_BY_ALL
            info.create_system = _UNIX
            archive.writestr(info, content)
    return out.getvalue()
