"""Temporary files beside the files that they will replace.

A temporary file has a name of its own, so that nobody else writes to it. Where the system can, it
is locked as long as its writer lives, so that one that a dead process left can be told from one in
use. (On Windows nobody can delete a file that is open, which comes to the same.)
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

if sys.platform != "win32":
    import fcntl

_NAME = re.compile(r"\.(?P<target>.+)\.[0-9a-f]{12}\.new")


def name_beside(path: Path) -> Path:
    """A name beside a file that nobody else has, not even who writes the same content."""
    return path.with_name(f".{path.name}.{secrets.token_hex(6)}.new")


def is_ours(path: Path) -> bool:
    """Whether a path has the name of a temporary file."""
    return _NAME.fullmatch(path.name) is not None


def is_beside(path: Path, target: Path) -> bool:
    """Whether a path has the name of a temporary file of ``target``."""
    named = _NAME.fullmatch(path.name)
    return named is not None and path.parent == target.parent and named["target"] == target.name


def beside(target: Path) -> list[Path]:
    """The temporary files of a target that are there."""
    if not target.parent.is_dir():
        return []
    return sorted(path for path in target.parent.iterdir() if is_beside(path, target))


def is_abandoned(path: Path) -> bool:
    """Whether the writer of a temporary file is dead, as far as the system can tell."""
    try:
        with path.open("rb") as file:
            return _is_free(file)
    except OSError:
        return False


def remove_abandoned(path: Path) -> bool:
    """Delete a temporary file whose writer is dead; whether it is gone."""
    with suppress(OSError):
        with path.open("rb") as file:
            if not _is_free(file):
                return False
            if sys.platform != "win32":
                path.unlink(missing_ok=True)  # while it is locked, so that nobody begins with it
        path.unlink(missing_ok=True)
        return True
    return False


def _is_free(file: BinaryIO) -> bool:
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def write(path: Path, content: bytes) -> None:
    """Write a new file and send it to the disk.

    :raises OSError: it cannot be written; what was written of it is gone again.
    """
    try:
        with path.open("xb") as file:
            _fill(file, content)
    except BaseException:
        remove([path])
        raise


@contextmanager
def written(path: Path, content: bytes, durable: bool = True) -> Iterator[Path]:
    """A temporary file of ``path`` that holds a content, locked; gone at the end.

    :raises OSError: it cannot be written.
    """
    new, file, lock = _created(path)
    try:
        with file:
            _fill(file, content, durable)
        yield new
    finally:
        file.close()
        if lock is not None:
            os.close(lock)
        remove([new])


def _created(path: Path) -> tuple[Path, BinaryIO, int | None]:
    """A new temporary file of ``path``, and the number of its lock, if the system has one."""
    while True:
        new = name_beside(path)
        file = new.open("xb")
        try:
            lock = _lock(file)
            if lock is None or os.fstat(lock).st_nlink:
                return new, file, lock
            os.close(lock)  # who removes what is abandoned was quicker: begin anew
        except BaseException:
            file.close()
            remove([new])
            raise
        file.close()


def _lock(file: BinaryIO) -> int | None:
    """Lock a file beyond its being closed: the number to close at last."""
    if sys.platform == "win32":
        return None
    number = os.dup(file.fileno())
    with suppress(OSError):  # a network drive that has no locks
        fcntl.flock(number, fcntl.LOCK_EX)
    return number


def _fill(file: BinaryIO, content: bytes, durable: bool = True) -> None:
    file.write(content)
    file.flush()
    if durable:
        os.fsync(file.fileno())


def remove(paths: Iterable[Path]) -> None:
    """Delete files, as far as that is possible."""
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Send the names in a folder to the disk, where the system has a way to.

    :raises OSError: the disk has a fault.
    """
    if os.name != "posix":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    except OSError as fault:
        if fault.errno not in (errno.EINVAL, errno.ENOTSUP):  # a network drive that has none
            raise
    finally:
        os.close(number)
