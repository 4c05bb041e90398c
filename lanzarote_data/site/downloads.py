"""What the data page offers: the tables as CSV, and a release with what it holds, with sums."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from lanzarote_data.model.tables import Tables
from lanzarote_data.store.csv_file import table_text


@dataclass(frozen=True)
class Sum:
    """A file with its size in bytes and the SHA-256 of its content."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Release:
    """A release archive: its content, its file, and the files in it."""

    content: bytes
    file: Sum
    members: tuple[Sum, ...]


def table_files(tables: Tables) -> dict[str, bytes]:
    """The canonical CSV of every table, by file name."""
    in_order = tables.in_order()
    return {f"{name}.csv": table_text(table).encode("utf-8") for name, table in in_order.items()}


def sum_of(name: str, content: bytes) -> Sum:
    """The size and sum of a file."""
    return Sum(name, len(content), hashlib.sha256(content).hexdigest())


def release_of(name: str, content: bytes, files: Mapping[str, bytes]) -> Release:
    """A release to offer: the name and content of its zip, and the files in it by path."""
    members = (sum_of(path, files[path]) for path in sorted(files))
    return Release(content, sum_of(name, content), tuple(members))


def in_words(size: int) -> str:
    """A size for people, in units of 1000 bytes.

    >>> in_words(950), in_words(31993), in_words(2_400_000)
    ('950 B', '32.0 kB', '2.4 MB')
    """
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
