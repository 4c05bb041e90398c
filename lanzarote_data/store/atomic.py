"""Files replaced by new contents: one whole, or several all or none.

New contents go to temporary files beside their targets. For several files a journal then says
which temporary file replaces which target; from that moment on the change counts, and whoever
comes next finishes what a process that died has begun. What has to be on the disk before the next
step is sent there first: contents before the journal, the journal before the targets, the targets
before the journal is deleted.

A temporary file has a name of its own, so that nobody else writes to it. One that is older than
any write takes was left by a process that died.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from time import time
from typing import BinaryIO

from lanzarote_data.model.errors import OccupiedError, StorageError, reason_of
from lanzarote_data.store.untrusted import check_inside, file_bytes, open_ordinary

LARGEST_JOURNAL = 1_000_000
JOURNAL = ".lanzarote-writing.json"
OLD = 600.0
"""The age in seconds from which on a temporary file is of a process that died."""
_TEMPORARY = re.compile(r"\.(?P<target>.+)\.[0-9a-f]{12}\.new")
_SEE = (
    "Check that the folder may be written to, that the disk is not full, and that no other "
    "program (Excel, for one) has the files open; then try again."
)


@dataclass(frozen=True)
class Replacement:
    """An entry of the journal: a file, the temporary file that replaces it, and its digest.

    Both names are relative to the folder of the journal, with ``/``.
    """

    target: str
    temporary: str
    sha256: str


# One file.


def write_file(
    path: Path,
    content: bytes,
    durable: bool = True,
    wanted: Callable[[], bool] = lambda: True,
    inside: Path | None = None,
) -> bool:
    """Replace one file by its new content, or leave it as it was; whether it was replaced.

    ``durable`` says that it has to outlast a power cut as well. ``wanted`` is asked at the last
    moment whether the file is to be replaced still. No link may lead the path out of the folder
    ``inside``.

    :raises OccupiedError: another program has the file open.
    :raises StorageError: the file cannot be written.
    """
    try:
        if inside is not None:
            check_inside(inside, path)
        path.parent.mkdir(parents=True, exist_ok=True)
        for left in path.parent.iterdir():
            if _is_temporary_of(left, path) and is_abandoned(left):
                _remove([left])
        with temporary_file(path, content, durable) as new:
            if not wanted():
                return False
            _replace(new, path)
            if durable:
                _sync_folder(path.parent)
            return True
    except OSError as fault:
        raise StorageError(f"{path} cannot be written: {reason_of(fault)}.", _SEE) from fault


def _replace(new: Path, path: Path) -> None:
    try:
        new.replace(path)
    except PermissionError as fault:
        raise OccupiedError(
            f"{path} cannot be replaced: another program has it open, or it is protected.",
            "Close it in Excel, or wherever it is open, and try again.",
        ) from fault


# Several files.


def replace_all(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Replace several files below ``folder``, all or none; paths are relative, with ``/``.

    The caller makes sure that nobody else writes at the same time.

    :raises StorageError: a file cannot be written. Either nothing changed, or the change counts
        and :func:`recover` will complete it.
    """
    staged: list[Replacement] = []
    try:
        for name, content in contents.items():
            staged.append(_stage(folder, name, content))
        _write_journal(folder, staged)
    except BaseException as fault:
        if is_unfinished(folder):
            raise _interrupted(folder, fault) from fault
        _remove(folder / entry.temporary for entry in staged)
        if not isinstance(fault, OSError):
            raise
        raise StorageError(
            f"The files in {folder} cannot be written: {reason_of(fault)}. Nothing was changed.",
            _SEE,
        ) from fault
    _put_in_place(folder, staged)


def is_unfinished(folder: Path) -> bool:
    """Whether a change of several files was begun and is not complete."""
    return (folder / JOURNAL).exists()


def recover(folder: Path, targets: Collection[str]) -> bool:
    """Complete a change that a process that died had begun; whether there was one.

    Only files among ``targets`` are replaced, whatever the journal says. The caller makes sure
    that nobody else writes at the same time.

    :raises StorageError: a file cannot be put in place, or the journal is not one of ours, or
        what it names is gone.
    """
    try:
        entries = _read_journal(folder, targets)
        if entries is None:
            return False
        left = [entry for entry in entries if not _is_done(folder, entry)]
    except (OSError, ValueError, KeyError, TypeError) as fault:
        told = reason_of(fault) if isinstance(fault, OSError) else str(fault)
        raise StorageError(
            f"An earlier change of the files in {folder} was cut off and cannot be finished: "
            f"{told}.",
            "Look at the files, or restore them from the last version that you trust; then "
            f"delete {folder / JOURNAL}.",
        ) from fault
    _put_in_place(folder, left)
    return True


def _stage(folder: Path, name: str, content: bytes) -> Replacement:
    path = folder / name
    check_inside(folder, path)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = _name_beside(path)
    try:
        with new.open("xb") as file:
            _fill(file, content, durable=True)
    except BaseException:
        _remove([new])
        raise
    digest = hashlib.sha256(content).hexdigest()
    return Replacement(name, new.relative_to(folder).as_posix(), digest)


def _write_journal(folder: Path, entries: list[Replacement]) -> None:
    """Write the journal: when it has its name, the change counts."""
    for place in {(folder / entry.temporary).parent for entry in entries}:
        _sync_folder(place)
    content = json.dumps([asdict(entry) for entry in entries]).encode("utf-8")
    with temporary_file(folder / JOURNAL, content) as new:
        new.replace(folder / JOURNAL)
    _sync_folder(folder)


def _put_in_place(folder: Path, entries: Iterable[Replacement]) -> None:
    try:
        places = set()
        for entry in entries:
            (folder / entry.temporary).replace(folder / entry.target)
            places.add((folder / entry.target).parent)
        for place in places:
            _sync_folder(place)
        (folder / JOURNAL).unlink(missing_ok=True)
        _sync_folder(folder)
    except OSError as fault:
        raise _interrupted(folder, fault) from fault


def _interrupted(folder: Path, fault: BaseException) -> StorageError:
    told = reason_of(fault) if isinstance(fault, OSError) else "it was stopped"
    named = f" ({fault.filename2 or fault.filename})" if isinstance(fault, OSError) else ""
    return StorageError(
        f"A change of the files in {folder} was cut off: {told}{named}.",
        "Nothing is lost: the next command finishes it. Close programs that have the files open "
        "(Excel, for one), and see that the folder may be written to and the disk is not full.",
    )


def _read_journal(folder: Path, targets: Collection[str]) -> list[Replacement] | None:
    """The entries of the journal; None where there is no journal.

    :raises OSError, ValueError, KeyError, TypeError: it is damaged, or names a file that is no
        target, or that is not the target’s own.
    """
    try:
        text = file_bytes(folder / JOURNAL, LARGEST_JOURNAL, inside=folder).decode("utf-8")
    except FileNotFoundError:
        return None
    try:
        entries = [Replacement(**entry) for entry in json.loads(text)]
        own = all(_is_own(folder, entry, targets) for entry in entries)
    except (ValueError, TypeError, AttributeError, RecursionError) as reason:
        raise ValueError(f"its journal {JOURNAL} is damaged") from reason
    if not own:
        raise ValueError(f"its journal {JOURNAL} names files that are not part of it")
    for entry in entries:
        check_inside(folder, folder / entry.target)
    return entries


def _is_own(folder: Path, entry: Replacement, targets: Collection[str]) -> bool:
    """Whether an entry replaces a target, by a temporary file of that target."""
    own = _is_temporary_of(folder / entry.temporary, folder / entry.target)
    return entry.target in targets and own and ".." not in entry.temporary.split("/")


def _is_done(folder: Path, entry: Replacement) -> bool:
    """Whether an entry was carried out by the process that died.

    :raises ValueError: neither is its temporary file there, nor its content in the target.
    """
    if _digest(folder / entry.temporary) == entry.sha256:
        return False
    if _digest(folder / entry.target) == entry.sha256:
        return True
    raise ValueError(f"the new content of {entry.target} is gone or damaged")


def _digest(path: Path) -> str:
    """The digest of an ordinary file; empty where there is none."""
    with suppress(FileNotFoundError), open_ordinary(path, follow=False) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
    return ""


# Temporary files.


def has_temporary_name(path: Path) -> bool:
    """Whether a path has the name of a temporary file."""
    return _TEMPORARY.fullmatch(path.name) is not None


def _is_temporary_of(path: Path, target: Path) -> bool:
    """Whether a path has the name of a temporary file of ``target``."""
    named = _TEMPORARY.fullmatch(path.name)
    return named is not None and path.parent == target.parent and named["target"] == target.name


def _name_beside(path: Path) -> Path:
    """A name beside a file that nobody else has, not even who writes the same content."""
    return path.with_name(f".{path.name}.{secrets.token_hex(6)}.new")


def is_abandoned(path: Path) -> bool:
    """Whether the writer of a temporary file is dead, as far as its age tells."""
    with suppress(OSError), open_ordinary(path, follow=False) as file:
        return time() - os.fstat(file.fileno()).st_mtime > OLD
    return False


@contextmanager
def temporary_file(path: Path, content: bytes, durable: bool = True) -> Iterator[Path]:
    """A temporary file of ``path`` that holds a content; deleted at the end.

    :raises OSError: it cannot be written.
    """
    new = _name_beside(path)
    try:
        with new.open("xb") as file:
            _fill(file, content, durable)
        yield new
    finally:
        _remove([new])


def _fill(file: BinaryIO, content: bytes, durable: bool) -> None:
    file.write(content)
    file.flush()
    if durable:
        os.fsync(file.fileno())


def _remove(paths: Iterable[Path]) -> None:
    """Delete files, as far as that is possible."""
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
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
