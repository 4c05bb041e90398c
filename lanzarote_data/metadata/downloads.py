"""The files that metadata offer for download, and where each is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from lanzarote_data.metadata.about import About

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
    """A file: its path as its name, where it is, its size in bytes, and its check sums.

    ``address`` is absolute, or relative to the description. The zip of a release is described in
    itself, where its size and sums are not known: they are 0 and empty.
    """

    name: str
    address: str = ""
    size: int = 0
    sha256: str = ""
    sha1: str = ""

    @property
    def suffix(self) -> str:
        """The end of its name, such as ``.csv``."""
        return "." + self.name.rpartition(".")[2]

    @property
    def media_type(self) -> str:
        """The media type of a data file."""
        return MEDIA_TYPES[self.suffix]

    @property
    def table(self) -> str:
        """The table that the file would have, by its name; empty for a file of all tables."""
        return self.name.rpartition("/")[2].removesuffix(self.suffix)


def download_of(name: str, content: bytes, folder: str = "") -> Download:
    """A file with this content; ``folder`` is the address of the folder that its name begins in."""
    sums = hashlib.sha256(content).hexdigest(), hashlib.sha1(content).hexdigest()
    return Download(name, folder + quote(name), len(content), *sums)


def downloads_of(about: About, files: Mapping[str, bytes]) -> list[Download]:
    """The data files of a release that have an address: not its documentation, nor its changes.

    A release without a homepage is described file by file, by their paths. One with a homepage is
    offered there by ``lanzarote site --release``: the zip, and its tables beside it.
    """
    kept = {
        name: content
        for name, content in sorted(files.items())
        if name.endswith(tuple(MEDIA_TYPES)) and (name.startswith(_DATA_FOLDERS) or "/" not in name)
    }
    if not about.home:
        return [download_of(name, content, "../") for name, content in kept.items()]
    folder, name = f"{about.home}data/", f"{about.name}-{about.version}.zip"
    tables = [
        download_of(path.removeprefix("tables/"), content, folder)
        for path, content in kept.items()
        if path.startswith("tables/")
    ]
    return [Download(name, folder + quote(name)), *tables]
