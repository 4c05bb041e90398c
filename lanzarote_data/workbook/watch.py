"""A folder to drop workbooks into: what is plain is imported, all else is answered with a review.

People save into ``in/`` and find the answer in ``out/``. The folder is polled, so that it may be
on a network drive. Files in ``in/`` are only read.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lanzarote_data.model.changes import Change
from lanzarote_data.model.errors import BusyError, StorageError, WorkbookError
from lanzarote_data.model.package import Package
from lanzarote_data.store.lock import locked, opened_with
from lanzarote_data.store.tables import read_tables
from lanzarote_data.store.untrusted import file_bytes
from lanzarote_data.workbook.exports import Exported, export_workbook
from lanzarote_data.workbook.imports import Outcome, import_workbooks
from lanzarote_data.workbook.read import LARGEST_FILE
from lanzarote_data.workbook.review import write_review

Signature = tuple[int, int, int]
_NOT_HANDED_IN = ("", ".tmp", ".part", ".crdownload", ".ini", ".db")
"""The endings of what programs leave in a folder while they save, copy or show it."""


@dataclass(frozen=True)
class Answer:
    """What came of a file: the outcome, and what was put into ``out/`` for it.

    ``unusable`` says why the file could not be read, and then there is nothing else.
    """

    path: Path
    sha256: str
    outcome: Outcome | None = None
    exported: Exported | None = None
    review: Path | None = None
    unusable: WorkbookError | None = None


class WatchedFolder:
    """The folder, and what is known of its files from one look at them to the next."""

    def __init__(self, folder: Path) -> None:
        self.inbox, self.outbox = folder / "in", folder / "out"
        self._seen: dict[Path, Signature] = {}
        self._done: dict[Path, Signature] = {}

    def make(self) -> None:
        """Make the two folders, if they are not there.

        :raises OSError: they cannot be made.
        """
        self.inbox.mkdir(parents=True, exist_ok=True)
        self.outbox.mkdir(exist_ok=True)

    def ready(self) -> Iterator[Path]:
        """The files that were not answered, did not change since the last look, and are not open.

        :raises OSError: the folder cannot be looked at, as when a network drive is away.
        """
        before, self._seen = self._seen, dict(self._files())
        for path, signature in self._seen.items():
            is_new = self._done.get(path) != signature
            if is_new and before.get(path) == signature and not any(opened_with(path)):
                yield path

    def _files(self) -> Iterator[tuple[Path, Signature]]:
        for path in sorted(self.inbox.iterdir()):
            if path.name.startswith(("~$", ".")) or path.suffix.lower() in _NOT_HANDED_IN:
                continue
            try:
                state = path.lstat()
            except FileNotFoundError:  # it was moved just now
                continue
            if stat.S_ISREG(state.st_mode):
                yield path, (state.st_ino, state.st_size, state.st_mtime_ns)

    def settle(self, path: Path) -> None:
        """Note that a file was answered as it was at the last look."""
        self._done[path] = self._seen[path]

    def receipt_path(self, path: Path) -> Path:
        """Where the receipt of a file goes."""
        return self.outbox / f"{path.name}.txt"

    def is_answered(self, path: Path, sha256: str) -> bool:
        """Whether the receipt of a file is of this very content, as after a new start."""
        try:
            return sha256 in self.receipt_path(path).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return False


def answer(package: Package, folder: WatchedFolder, path: Path, by: str = "") -> Answer | None:
    """Import a file if it is plain; else write its review. None if it was answered before.

    Plain is what has no conflict, problem or warning, and deletes nothing.

    :raises StorageError: the tables cannot be read or written, or ``out/`` cannot be.
    """
    try:
        digest = hashlib.sha256(file_bytes(path, LARGEST_FILE)).hexdigest()
    except OSError as reason:
        raise StorageError(f"{path} cannot be read: {reason.strerror or reason}.") from reason
    if folder.is_answered(path, digest):
        return None
    try:
        with locked(package):
            outcome = import_workbooks(package, [path], dry_run=True)
            if outcome.workbooks[0].edits.content.sha256 != digest:
                raise BusyError(f"{path} is being saved.", "It is read when that is done.")
            doubts = (*outcome.conflicts, *outcome.problems, *filter(is_deletion, outcome.changes))
            if doubts:
                review = write_review(outcome.workbooks[0], folder.outbox)
                return Answer(path, digest, outcome, review=review)
            outcome = import_workbooks(package, [path], by=by)
            view = outcome.workbooks[0].edits.content.base.view
            exported = export_workbook(read_tables(package).tables, view, folder.outbox)
            return Answer(path, digest, outcome, exported)
    except WorkbookError as reason:
        return Answer(path, digest, unusable=reason)


def is_deletion(change: Change) -> bool:
    """Whether a change removes a row or empties a cell."""
    return not change.new
