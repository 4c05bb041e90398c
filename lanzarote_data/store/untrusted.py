"""Untrusted files: read with a limit, and neither read nor written through links that lead out.

Whoever downloads a package or is sent a file does not know what it holds: links to files that are
none of its business, devices without an end, pipes that nobody writes to.
"""

from __future__ import annotations

import errno
import os
import stat
from io import BufferedReader
from pathlib import Path

_BLOCK = 1 << 16
SPREADSHEETS = (
    *(".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".xlt"),
    *(".ods", ".ots", ".fods", ".numbers"),
)
"""The endings of spreadsheets, of which only the first is read; the others are named."""


def file_bytes(path: Path, most: int, inside: Path | None = None) -> bytes:
    """Read an ordinary file of at most ``most`` bytes, which lies in the folder ``inside``.

    :raises OSError: it cannot be read, is no ordinary file, is larger, or lies elsewhere;
        ``strerror`` says so.
    """
    if inside is not None:
        check_inside(inside, path)
    blocks, left = [], most
    with open_ordinary(path) as file:
        if os.fstat(file.fileno()).st_size > most:
            raise _larger(path, most)
        while block := file.read(_BLOCK):
            left -= len(block)
            if left < 0:  # it grew
                raise _larger(path, most)
            blocks.append(block)
    return b"".join(blocks)


def open_ordinary(path: Path, follow: bool = True) -> BufferedReader:
    """Open an ordinary file for reading; nothing else is ever opened.

    A device, a pipe or a socket might never end, or never begin. Without ``follow`` a link is no
    ordinary file either.

    :raises OSError: there is none, or it cannot be opened; ``strerror`` says so.
    """
    mode = path.stat(follow_symlinks=follow).st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is not an ordinary file", str(path))
    return path.open("rb")


def check_inside(folder: Path, path: Path) -> None:
    """Check that a path below a folder, which may not exist yet, is not led out of it by a link.

    The folder itself may be a link.

    :raises OSError: it lies elsewhere; ``strerror`` says so.
    """
    if not is_inside(folder, path):
        reason = f"it is, or is below, a link that leads out of {folder.absolute()}"
        raise OSError(errno.EINVAL, reason, str(path))


def check_named_inside(folder: Path, path: Path) -> None:
    """Check that a path, if it is named as one below a folder, is not led out of it by a link.

    :raises OSError: it lies elsewhere; ``strerror`` says so.
    """
    if os.path.realpath(folder) in map(os.path.realpath, path.absolute().parents):
        check_inside(folder, path)


def is_inside(folder: Path, path: Path) -> bool:
    """Whether a path, which may not exist yet, is in a folder once all links are followed."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def _larger(path: Path, most: int) -> OSError:
    return OSError(errno.EFBIG, f"it is larger than {in_megabytes(most)}", str(path))


def in_megabytes(size: int) -> str:
    """A limit in bytes, in words.

    >>> in_megabytes(400_000_000)
    '400 megabytes'
    """
    return f"{size // 1_000_000:,} megabytes"
