"""What the data page offers: the tables as CSV, and a release with what it holds, with sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lanzarote_data.metadata.downloads import Download, download_of
from lanzarote_data.model.tables import Tables
from lanzarote_data.store.csv_file import table_text


@dataclass(frozen=True)
class Release:
    """A release archive: its content, its file, the files in it, and its change log as CSV."""

    content: bytes
    file: Download
    members: tuple[Download, ...]
    changes: bytes = b""


def table_files(tables: Tables) -> dict[str, bytes]:
    """The canonical CSV of every table, by file name."""
    in_order = tables.in_order()
    return {f"{name}.csv": table_text(table).encode("utf-8") for name, table in in_order.items()}


def release_of(name: str, content: bytes, files: Mapping[str, bytes]) -> Release:
    """A release to offer: the name and content of its zip, and the files in it by path."""
    members = (download_of(path, files[path]) for path in sorted(files))
    changes = files.get("changes/changes.csv", b"")
    return Release(content, download_of(name, content, "data/"), tuple(members), changes)


def in_words(size: int) -> str:
    """A size for people, in units of 1000 bytes.

    >>> in_words(950), in_words(31993), in_words(2_400_000)
    ('950 B', '32.0 kB', '2.4 MB')
    """
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
