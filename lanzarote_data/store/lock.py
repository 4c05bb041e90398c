"""The lock of a package: one writer at a time; and what a process left that was stopped."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

from lanzarote_data.model.errors import BusyError, StorageError, reason_of
from lanzarote_data.model.package import Package
from lanzarote_data.model.problems import Location, Problem, warning
from lanzarote_data.store import atomic
from lanzarote_data.store.history import LOG
from lanzarote_data.store.untrusted import is_inside, open_ordinary

LOCK = ".lanzarote-lock"
WITHDRAWN = "tables/withdrawn-ids.txt"
PATIENCE = 10.0
_A_MOMENT = 0.05
_OUTPUT_FOLDERS = ("workbooks", "build")

_log = logging.getLogger(__name__)


@contextmanager
def locked(package: Package) -> Iterator[None]:
    """Lock the package for writing; released when the process ends, however it ends.

    What a process that was stopped has left is put right first: its change is completed if it
    counts, and its temporary files are deleted. A process that has the lock may take it again.

    :raises BusyError: another process has the lock.
    :raises StorageError: the folder cannot be written to, or a change that was cut off cannot be
        completed.
    """
    with _acquired(package, PATIENCE):
        _put_right(package)
        yield


@contextmanager
def _acquired(package: Package, patience: float) -> Iterator[None]:
    from filelock import FileLock, Timeout

    path = package.folder / LOCK
    lock = FileLock(path, is_singleton=True)
    try:
        _check_lock_file(path)
        lock.acquire(timeout=patience)
    except Timeout:
        raise BusyError(
            f"Another program is working on the package in {package.folder} just now.",
            "Wait until it has finished, then try again.",
        ) from None
    except OSError as fault:
        raise StorageError(
            f"The folder {package.folder} cannot be written to: {reason_of(fault)}.",
            "Work in a copy of the package that you may change (--package).",
        ) from fault
    try:
        yield
    finally:
        lock.release()


def _check_lock_file(path: Path) -> None:
    """Check that nothing but an ordinary file is opened, and emptied, as the lock.

    :raises OSError: there is something else.
    """
    if path.exists() or path.is_symlink():
        open_ordinary(path, follow=False).close()


def _put_right(package: Package) -> None:
    """Complete the change of a process that was stopped, and delete what it left; say so."""
    if atomic.recover(package.folder, _written_together(package)):
        _log.warning("An earlier change of the tables was cut off; it is complete now.")
    for path in filter(atomic.is_abandoned, _temporary_files(package)):
        with suppress(OSError):
            path.unlink()
            _log.warning("%s was left by a program that was stopped; it is deleted now.", path)


def finish_change(package: Package) -> None:
    """Wait until a change of the tables is complete; complete it where nobody else does.

    :raises StorageError: it takes too long, or cannot be completed here.
    """
    until = monotonic() + PATIENCE
    while atomic.is_unfinished(package.folder):
        try:
            with _acquired(package, 0):
                return _put_right(package)
        except BusyError:  # who has the lock is at it
            if monotonic() > until:
                raise
        except StorageError as fault:
            if _can_be_locked(package):
                raise
            # Who may only read waits a moment for somebody who may write, and may be at it.
            if monotonic() > until - PATIENCE * 0.9:
                raise _half_changed(package, fault) from fault
        sleep(_A_MOMENT)
    return None


def _half_changed(package: Package, fault: StorageError) -> StorageError:
    return StorageError(
        f"The tables in {package.folder} were left half changed by a program that was stopped, "
        f"and that cannot be put right here. {fault.message}",
        "Run 'lanzarote validate' on them once where the folder may be written to; that completes "
        "the change.",
    )


def leftover_problems(package: Package) -> list[Problem]:
    """A warning for each temporary file that a program left which was stopped while it wrote."""
    return [
        warning(
            "left-over-file",
            Location(source=path.relative_to(package.folder).as_posix()),
            "A program that was stopped while it wrote has left this file; nothing needs it.",
            "The next import or build deletes it; you may delete it yourself.",
        )
        for path in filter(atomic.is_abandoned, _temporary_files(package))
    ]


def _can_be_locked(package: Package) -> bool:
    try:
        with _acquired(package, 0):
            return True
    except StorageError:
        return False


def _written_together(package: Package) -> list[str]:
    """The files that are written all or none, by their names below the package."""
    return [WITHDRAWN, LOG, *(resource.path for resource in package.resources)]


def _temporary_files(package: Package) -> list[Path]:
    """The temporary files in all folders of the package that commands write to."""
    tables = {(package.folder / name).parent for name in _written_together(package)}
    outputs = (package.folder / name for name in _OUTPUT_FOLDERS)
    found = [path for folder in (package.folder, *tables) for path in folder.glob(".*.new")]
    found += [path for folder in outputs for path in folder.rglob(".*.new")]
    ours = {path for path in found if atomic.has_temporary_name(path)}
    return sorted(path for path in ours if is_inside(package.folder, path))


def opened_with(path: Path) -> Iterator[tuple[str, str]]:
    """The programs that seem to have a workbook open, each with the name of its mark beside it."""
    beside = {other.name for other in path.parent.iterdir()} if path.parent.is_dir() else set()
    for program, mark in (("Excel", f"~${path.name}"), ("LibreOffice", f".~lock.{path.name}#")):
        if mark in beside:  # a name may be too long to be asked for
            yield program, mark
