"""Files of strangers, read with a limit: never without end, never what is no ordinary file."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

_BLOCK = 1 << 16


def file_bytes(path: Path, most: int) -> bytes:
    """The content of an ordinary file of at most ``most`` bytes.

    :raises OSError: it cannot be read, is no ordinary file, or is larger; ``strerror`` says so.
    """
    check_file(path, most)
    blocks, left = [], most
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            left -= len(block)
            if left < 0:  # it grew
                raise _larger(path, most)
            blocks.append(block)
    return b"".join(blocks)


def check_file(path: Path, most: int) -> None:
    """See that there is an ordinary file of at most ``most`` bytes, before it is opened.

    A device, a pipe or a socket might never end, or never begin.

    :raises OSError: there is none, or it is larger; ``strerror`` says so.
    """
    state = path.stat()
    if stat.S_ISDIR(state.st_mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
    if not stat.S_ISREG(state.st_mode):
        raise OSError(errno.EINVAL, "it is not an ordinary file", str(path))
    if state.st_size > most:
        raise _larger(path, most)


def _larger(path: Path, most: int) -> OSError:
    return OSError(errno.EFBIG, f"it is larger than {in_megabytes(most)}", str(path))


def in_megabytes(size: int) -> str:
    """A limit in bytes, in words.

    >>> in_megabytes(400_000_000)
    '400 megabytes'
    """
    return f"{size // 1_000_000:,} megabytes"
