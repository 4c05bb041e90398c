"""Files replaced by new contents: one whole, or several all or none.

New contents go to temporary files beside their targets, piece by piece. For several files a
journal then says which temporary file replaces which target; from that moment on the change
counts, and whoever comes next finishes what a process that died has begun.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from lanzarote_data.errors import StorageError

JOURNAL = ".lanzarote-writing.json"

Content = Iterable[bytes]
"""The bytes of a file in pieces, so that a large one is never in memory as a whole."""

_CLOSE = "Close programs that have the files open (Excel, for one) and try again."


def write_file(path: Path, content: bytes) -> None:
    """Replace one file by its new content, or leave it as it was.

    :raises StorageError: the file cannot be written.
    """
    temporary = _temporary(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(temporary, [content])
        temporary.replace(path)
    except OSError as reason:
        _remove([temporary])
        raise StorageError(
            f"{path} cannot be written: {reason}.",
            "Close the program that has it open (Excel, for one), or choose another folder.",
        ) from reason


def replace_all(folder: Path, contents: Mapping[str, Content]) -> None:
    """Replace several files below ``folder``, all or none; paths are relative, with ``/``.

    The caller makes sure that nobody else writes at the same time.

    :raises StorageError: a file cannot be written. Either nothing changed, or the change counts
        and :func:`finish` will complete it.
    """
    staged = {_temporary(folder / name): name for name in contents}
    try:
        _remove(_stale(folder, contents))
        for temporary, name in staged.items():
            temporary.parent.mkdir(parents=True, exist_ok=True)
            _write(temporary, contents[name])
        _write_journal(folder, staged)
    except OSError as reason:
        _remove(staged)
        raise StorageError(
            f"The files in {folder} cannot be written: {reason}.",
            "Nothing was changed. Close programs that have the files open, and see that the "
            "folder may be written to and the disk is not full.",
        ) from reason
    finish(folder, contents)


def is_unfinished(folder: Path) -> bool:
    """Whether a change of several files was begun and is not complete."""
    return (folder / JOURNAL).exists()


def holds(path: Path, content: Content) -> bool:
    """Whether a file is there and holds just this content.

    :raises OSError: it cannot be read.
    """
    if not path.is_file():
        return False
    with path.open("rb") as file:
        same = all(file.read(len(piece)) == piece for piece in content)
        return same and not file.read(1)


def finish(folder: Path, targets: Collection[str]) -> None:
    """Complete a change that was begun; do nothing where there is none.

    Only files among ``targets`` are replaced, whatever the journal says.

    :raises StorageError: a file cannot be put in place, or the journal is not one of ours.
    """
    journal = folder / JOURNAL
    try:
        for temporary, target in _read_journal(journal, targets).items():
            # A file that is gone was put in place already, by the process that died or by another.
            with suppress(FileNotFoundError):
                (folder / temporary).replace(folder / target)
        journal.unlink(missing_ok=True)
    except (OSError, ValueError) as reason:
        raise StorageError(
            f"An earlier change of the files in {folder} was cut off and cannot be finished: "
            f"{reason}.",
            _CLOSE,
        ) from reason


def _temporary(path: Path) -> Path:
    """A name beside a file that nobody else has, not even who writes the same content."""
    return path.with_name(f".{path.name}.{secrets.token_hex(6)}.new")


def _write(path: Path, content: Content) -> None:
    with path.open("xb") as file:
        file.writelines(content)
        file.flush()
        os.fsync(file.fileno())


def _write_journal(folder: Path, staged: Mapping[Path, str]) -> None:
    names = {path.relative_to(folder).as_posix(): name for path, name in staged.items()}
    content = json.dumps(names).encode("utf-8")
    temporary = _temporary(folder / JOURNAL)
    try:
        _write(temporary, [content])
        temporary.replace(folder / JOURNAL)
    except OSError:
        _remove([temporary])
        raise


def _read_journal(journal: Path, targets: Collection[str]) -> dict[str, str]:
    """The journal: temporary files and their targets; empty where there is none.

    :raises ValueError: it names a file that is no target, or that is not the target’s own.
    """
    try:
        content = json.loads(journal.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    for temporary, target in content.items() if isinstance(content, dict) else [("", "")]:
        folder, _, name = str(target).rpartition("/")
        start = f"{folder}/.{name}." if folder else f".{name}."
        own = temporary.startswith(start) and "/" not in temporary[len(start) :]
        if target not in targets or not own:
            raise ValueError("its journal names files that are not part of it")
    return dict(content)


def _stale(folder: Path, names: Iterable[str]) -> list[Path]:
    """Temporary files that an earlier process left when it died before its change counted."""
    folders = {(folder / name).parent for name in names}
    return [path for place in folders if place.is_dir() for path in place.glob(".*.new")]


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)
