"""What the data page offers: the tables as CSV, and a release with what it holds, with sums."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lanzarote_data.errors import LanzaroteError
from lanzarote_data.table_file import table_text
from lanzarote_data.tables import Tables

LARGEST_RELEASE = 2**30
"""How many bytes a release may have, packed or unpacked."""
CHANGE_LOG = "CHANGELOG.md"


@dataclass(frozen=True)
class Sum:
    """A file with its size in bytes and the SHA-256 of its content."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Release:
    """A release archive: its file, the files in it, and its change log (Markdown) if it has one."""

    content: bytes
    file: Sum
    members: tuple[Sum, ...]
    changes: str = ""


def table_files(tables: Tables) -> dict[str, bytes]:
    """The canonical CSV of every table, by file name."""
    in_order = tables.in_order()
    return {f"{name}.csv": table_text(table).encode("utf-8") for name, table in in_order.items()}


def sum_of(name: str, content: bytes) -> Sum:
    """The size and sum of a file."""
    return Sum(name, len(content), hashlib.sha256(content).hexdigest())


def read_release(path: Path) -> Release:
    """A release archive (zip) with the sums of all that it holds; nothing is unpacked to disk.

    :raises LanzaroteError: it is missing, unreadable, no zip, or too large.
    """
    if path.suffix.lower() != ".zip":
        raise _unusable(path, "its name does not end with .zip")
    try:
        if path.stat().st_size > LARGEST_RELEASE:
            raise _unusable(path, "it is larger than 1 GiB")
        content = path.read_bytes()
        with zipfile.ZipFile(path) as archive:
            return _release(path, content, archive)
    except (OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile) as reason:
        raise _unusable(path, str(reason)) from reason


def _release(path: Path, content: bytes, archive: zipfile.ZipFile) -> Release:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if sum(entry.file_size for entry in entries) > LARGEST_RELEASE:
        raise _unusable(path, "it holds more than 1 GiB")
    members = []
    logs = [e for e in entries if Path(e.filename).name == CHANGE_LOG and e.file_size < 10**6]
    for entry in sorted(entries, key=lambda entry: entry.filename):
        with archive.open(entry) as file:
            members.append(_streamed(entry.filename, file))
    changes = archive.read(logs[0]).decode("utf-8", "replace") if logs else ""
    return Release(content, sum_of(path.name, content), tuple(members), changes)


def _streamed(name: str, file: IO[bytes]) -> Sum:
    digest, size = hashlib.sha256(), 0
    while block := file.read(2**20):
        digest.update(block)
        size += len(block)
    return Sum(name, size, digest.hexdigest())


def _unusable(path: Path, reason: str) -> LanzaroteError:
    return LanzaroteError(
        f"{path} cannot be used as a release: {reason}.",
        "Name a zip archive that 'lanzarote release' made.",
    )


def in_words(size: int) -> str:
    """A size for people, in units of 1000 bytes.

    >>> in_words(950), in_words(31993), in_words(2_400_000)
    ('950 B', '32.0 kB', '2.4 MB')
    """
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
