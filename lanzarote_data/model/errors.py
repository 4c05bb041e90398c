"""What stops the work: errors that no officer can correct inside the data itself.

Wrong *data* is never an exception; it is a list of :class:`lanzarote_data.model.problems.Problem`.
"""

from __future__ import annotations

import errno

_FULL = "the disk is full, or no more room on it is allowed"
_NOT_ALLOWED = "this is not allowed, or another program (Excel, for one) has it open"
_REASONS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: _NOT_ALLOWED,
    errno.EPERM: _NOT_ALLOWED,
    errno.EROFS: "it is on a disk that can only be read",
    errno.EIO: "the disk reports a fault",
}


def reason_of(fault: OSError) -> str:
    """What an operating system means when it does not read or write a file, in words.

    >>> reason_of(OSError(28, "No space left on device"))
    'the disk is full, or no more room on it is allowed'
    """
    return _REASONS.get(fault.errno or 0) or fault.strerror or str(fault)


def how_to_install(extra: str) -> str:
    """What to do where a library of an extra is missing.

    >>> how_to_install("word")
    'Install the extra "word": pip install ".[word]" in the copy of the repository.'
    """
    return f'Install the extra "{extra}": pip install ".[{extra}]" in the copy of the repository.'


def is_of_disk(fault: OSError) -> bool:
    """Whether the disk or its permissions are at fault, and not the name of a file."""
    return fault.errno in _REASONS


class LanzaroteError(Exception):
    """The work cannot go on.

    ``message`` says what is wrong and where, in one sentence; ``hint`` says what to do next.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class PackageError(LanzaroteError):
    """``datapackage.json`` is missing, unreadable, or describes something that we cannot do."""


class StorageError(LanzaroteError):
    """A table cannot be read or written: no such file, no permission, wrong encoding, locked."""


class BusyError(StorageError):
    """Another process holds the package for writing."""


class OccupiedError(StorageError):
    """A file cannot be replaced, as when Excel has it open; its folder can be written to."""


class WorkbookError(LanzaroteError):
    """A file is not a workbook of ours, is damaged, or is not safe to open."""


class HistoryError(LanzaroteError):
    """The log of hand-ins has no such import, or it cannot be undone."""


class SourceError(LanzaroteError):
    """The text of a factsheet cannot be read, or is not the text of a factsheet."""
