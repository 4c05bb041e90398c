"""Paths at which there is no ordinary file, or one without end."""

from __future__ import annotations

import os
from pathlib import Path

NO_FILES = (
    "folder",
    "pipe",
    "zeros without end",
    "link to nothing",
    "link to itself",
    "20 gigabytes",
)


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
