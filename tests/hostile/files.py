"""Files that are changed to mean harm, and paths at which there is no ordinary file."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

NO_FILES = (
    "folder",
    "pipe",
    "zeros without end",
    "link to nothing",
    "link to itself",
    "20 gigabytes",
)


def repacked(content: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    """A zip with its parts changed, and compressed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def written(make: Callable[[], bytes], name: str) -> Callable[[Path], object]:
    """Put what is made into a file of a folder."""
    return lambda folder: (folder / name).write_bytes(make())


def make_no_file(kind: str, path: Path) -> None:
    """Put something at a path that must not be read."""
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "zeros without end":
        path.symlink_to("/dev/zero")
    elif kind == "link to nothing":
        path.symlink_to(path.with_name("nothing"))
    elif kind == "link to itself":
        path.symlink_to(path)
    else:
        path.touch()
        os.truncate(path, 20_000_000_000)
