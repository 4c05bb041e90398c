"""The files that metadata offer for download."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".parquet": "application/vnd.apache.parquet",
    ".sqlite": "application/vnd.sqlite3",
    ".jsonl": "application/jsonl",
    ".zip": "application/zip",
}
_DATA_FOLDERS = ("tables/", "csv-for-excel/", "parquet/", "jsonl/")


@dataclass(frozen=True)
class Download:
    """A file: its path as its name, its size in bytes, and the SHA-256 of its content."""

    name: str
    size: int
    sha256: str

    @property
    def suffix(self) -> str:
        """The end of its name, such as ``.csv``."""
        return "." + self.name.rpartition(".")[2]

    @property
    def media_type(self) -> str:
        """The media type of a data file."""
        return MEDIA_TYPES[self.suffix]


def download_of(name: str, content: bytes) -> Download:
    """A file with this content."""
    return Download(name, len(content), hashlib.sha256(content).hexdigest())


def downloads_of(files: Mapping[str, bytes]) -> list[Download]:
    """The data files of a release, by path; not its documentation, nor the change log."""
    return [
        download_of(name, content)
        for name, content in sorted(files.items())
        if name.endswith(tuple(MEDIA_TYPES)) and (name.startswith(_DATA_FOLDERS) or "/" not in name)
    ]
