"""An untrusted zip, judged by its directory alone, before anything in it is unpacked."""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Sequence

LARGEST_UNPACKED = 400_000_000
MOST_PARTS = 2_000
# Real workbooks and texts unpack to 5 to 20 times their size. What is small may: it costs nothing.
MOST_TIMES = 40
UNPACKED_FREELY = 1_500_000
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_RECORD = b"PK\x01\x02"
_UNSAFE = re.compile(r"^/|^\.\.?(/|$)|/\.\.?(/|$)|[\\:\x00-\x1f\x7f-\x9f]")


def has_too_many(data: bytes, most: int) -> bool:
    """Whether a zip has more parts than ``most``, counted without reading its directory."""
    return data.count(_RECORD) > most


def faults(parts: Sequence[zipfile.ZipInfo], size: int) -> str:
    """What is wrong with the parts of a zip of ``size`` bytes, in words; empty if nothing is."""
    names = [part.filename.lower() for part in parts]
    if len(names) != len(set(names)):
        return "it has duplicated parts"
    if sum(part.compress_size for part in parts) > size:
        return "its parts overlap, or are cut off"
    return next(filter(None, map(_fault, parts)), "")


def _fault(part: zipfile.ZipInfo) -> str:
    # zipfile cuts the name at a NUL, and on Windows turns the backslashes in it.
    shown = repr(part.orig_filename[:80])
    if _UNSAFE.search(part.orig_filename):
        return f"its part {shown} leads out of the file, or has a strange name"
    if stat.S_ISLNK(part.external_attr >> 16):
        return f"its part {shown} is a link"
    if part.flag_bits & _ENCRYPTED:
        return f"its part {shown} is encrypted"
    if part.compress_type not in _METHODS:
        return f"its part {shown} is compressed in a way that office programs do not use"
    return ""


def is_bomb(parts: Sequence[zipfile.ZipInfo], size: int) -> bool:
    """Whether a zip of ``size`` bytes would unpack to far more than a file of that size.

    No part unpacks to more than its directory says: the reader stops there.
    """
    unpacked = sum(part.file_size for part in parts)
    return unpacked > max(UNPACKED_FREELY, size * MOST_TIMES) or unpacked > LARGEST_UNPACKED
