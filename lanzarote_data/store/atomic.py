"""Files replaced by new contents: one whole, or several all or none.

New contents go to temporary files beside their targets, piece by piece. For several files a
journal then says which temporary file replaces which target; from that moment on the change
counts, and whoever comes next finishes what a process that died has begun. What has to be on the
disk before the next step is sent there first: contents before the journal, the journal before the
targets, the targets before the journal goes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from lanzarote_data.model.errors import OccupiedError, StorageError, reason_of
from lanzarote_data.store import temporary
from lanzarote_data.store.temporary import sync_folder
from lanzarote_data.store.untrusted import file_bytes

LARGEST_JOURNAL = 1_000_000
JOURNAL = ".lanzarote-writing.json"
_SEE = (
    "See that the folder may be written to, that the disk is not full, and that no other program "
    "(Excel, for one) has the files open; then try again."
)


@dataclass(frozen=True)
class Change:
    """A file that is to be replaced: by which temporary file, and the digest of its content.

    Both names are relative to the folder of the journal, with ``/``.
    """

    target: str
    temporary: str
    sha256: str


def write_file(
    path: Path,
    content: bytes,
    durable: bool = True,
    wanted: Callable[[], bool] = lambda: True,
) -> bool:
    """Replace one file by its new content, or leave it as it was; whether it was replaced.

    ``durable`` says that it has to outlast a power cut as well. ``wanted`` is asked at the last
    moment whether the file is to be replaced still.

    :raises OccupiedError: another program has the file open.
    :raises StorageError: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for left in temporary.beside(path):
            temporary.remove_abandoned(left)
        with temporary.written(path, content, durable) as new:
            if not wanted():
                return False
            _replace(new, path)
            if durable:
                sync_folder(path.parent)
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


def replace_all(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Replace several files below ``folder``, all or none; paths are relative, with ``/``.

    The caller makes sure that nobody else writes at the same time.

    :raises StorageError: a file cannot be written. Either nothing changed, or the change counts
        and :func:`recover` will complete it.
    """
    changes: list[Change] = []
    try:
        for name, content in contents.items():
            changes.append(_stage(folder, name, content))
        _write_journal(folder, changes)
    except BaseException as fault:
        if is_unfinished(folder):
            raise _cut_off(folder, fault) from fault
        temporary.remove(folder / change.temporary for change in changes)
        if not isinstance(fault, OSError):
            raise
        raise StorageError(
            f"The files in {folder} cannot be written: {reason_of(fault)}. Nothing was changed.",
            _SEE,
        ) from fault
    _put_in_place(folder, changes)


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
        changes = _read_journal(folder, targets)
        if changes is None:
            return False
        left = [change for change in changes if not _is_done(folder, change)]
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


def _stage(folder: Path, name: str, content: bytes) -> Change:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    new = temporary.name_beside(path)
    temporary.write(new, content)
    digest = hashlib.sha256(content).hexdigest()
    return Change(name, new.relative_to(folder).as_posix(), digest)


def _write_journal(folder: Path, changes: list[Change]) -> None:
    """Write the journal: when it has its name, the change counts."""
    for place in {(folder / change.temporary).parent for change in changes}:
        sync_folder(place)
    content = json.dumps([asdict(change) for change in changes]).encode("utf-8")
    with temporary.written(folder / JOURNAL, content) as new:
        new.replace(folder / JOURNAL)
    sync_folder(folder)


def _put_in_place(folder: Path, changes: Iterable[Change]) -> None:
    try:
        places = set()
        for change in changes:
            (folder / change.temporary).replace(folder / change.target)
            places.add((folder / change.target).parent)
        for place in places:
            sync_folder(place)
        (folder / JOURNAL).unlink(missing_ok=True)
        sync_folder(folder)
    except OSError as fault:
        raise _cut_off(folder, fault) from fault


def _cut_off(folder: Path, fault: BaseException) -> StorageError:
    told = reason_of(fault) if isinstance(fault, OSError) else "it was stopped"
    named = f" ({fault.filename2 or fault.filename})" if isinstance(fault, OSError) else ""
    return StorageError(
        f"A change of the files in {folder} was cut off: {told}{named}.",
        "Nothing is lost: the next command finishes it. Close programs that have the files open "
        "(Excel, for one), and see that the folder may be written to and the disk is not full.",
    )


def _read_journal(folder: Path, targets: Collection[str]) -> list[Change] | None:
    """The changes that the journal lists; None where there is no journal.

    :raises ValueError, KeyError, TypeError: it is damaged, or names a file that is no target, or
        that is not the target’s own.
    """
    try:
        text = file_bytes(folder / JOURNAL, LARGEST_JOURNAL).decode("utf-8")
    except FileNotFoundError:
        return None
    try:
        changes = [Change(**entry) for entry in json.loads(text)]
        own = all(_is_own(folder, change, targets) for change in changes)
    except (ValueError, TypeError, AttributeError, RecursionError) as reason:
        raise ValueError(f"its journal {JOURNAL} is damaged") from reason
    if not own:
        raise ValueError(f"its journal {JOURNAL} names files that are not part of it")
    return changes


def _is_own(folder: Path, change: Change, targets: Collection[str]) -> bool:
    """Whether a change replaces a target, by a temporary file of that target."""
    target = folder / change.target
    own = temporary.is_beside(folder / change.temporary, target)
    return change.target in targets and own and ".." not in change.temporary.split("/")


def _is_done(folder: Path, change: Change) -> bool:
    """Whether a change was made by the process that died.

    :raises ValueError: neither is its temporary file there, nor its content in the target.
    """
    if _digest(folder / change.temporary) == change.sha256:
        return False
    if _digest(folder / change.target) == change.sha256:
        return True
    raise ValueError(f"the new content of {change.target} is gone or damaged")


def _digest(path: Path) -> str:
    """The digest of a file; empty where there is none."""
    with suppress(FileNotFoundError), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
    return ""
