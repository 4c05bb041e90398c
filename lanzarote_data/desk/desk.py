"""The desk of one package: what its pages ask of the rest of the program, and what it remembers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from threading import RLock

from lanzarote_data.desk.changes import ChangeList
from lanzarote_data.desk.inbox import HandIn, Inbox, is_source
from lanzarote_data.desk.preview import Preview, WorkbooksPreview, preview_of
from lanzarote_data.desk.work import Tell, Work, output_folder
from lanzarote_data.ingest.ingest import Ingestion, ingest_file
from lanzarote_data.ingest.ingest import Wishes as Ingesting
from lanzarote_data.model.errors import BusyError, LanzaroteError
from lanzarote_data.model.package import Package
from lanzarote_data.model.tables import Tables
from lanzarote_data.store.descriptor import load_package
from lanzarote_data.store.history import LOG, read_history
from lanzarote_data.store.history import HandIn as Entry
from lanzarote_data.store.lock import locked
from lanzarote_data.store.stamp import file_digest, read_made
from lanzarote_data.store.tables import package_digest, read_sound_tables
from lanzarote_data.workbook.exports import Exported, export_workbook
from lanzarote_data.workbook.form import file_name, form_view
from lanzarote_data.workbook.imports import Outcome, import_workbooks
from lanzarote_data.workbook.layout import view_of
from lanzarote_data.workbook.returned import Reminder, reminders
from lanzarote_data.workbook.status import WorkbookStatus, workbook_paths, workbook_status
from lanzarote_data.workbook.undo import undo

MOST_KEPT = 4
FORMS = "forms"
WISHES = ("keep_stored", "edition", "withdraw", "partial")
"""How a factsheet may be ingested: the flags of ``lanzarote ingest``."""
Wishes = frozenset[str]


class Desk:
    """The desk of one package; what it keeps in memory only saves time."""

    def __init__(self, descriptor: Path, by: str, stop: Callable[[], None]) -> None:
        self.descriptor = descriptor
        self.by = by
        self.stop = stop
        self.exported: list[Exported] = []
        self.work: Work | None = None
        self._previews: dict[str, Preview] = {}
        self._statuses: dict[tuple[str, str, str], WorkbookStatus] = {}
        self._busy = RLock()

    @property
    def package(self) -> Package:
        """The package as it is now."""
        return load_package(self.descriptor)

    @property
    def inbox(self) -> Inbox:
        """The hand-ins of the package."""
        return Inbox(self.package)

    def receive(self, given: Sequence[tuple[str, bytes]]) -> list[HandIn]:
        """Keep files that were handed in: workbooks together, each factsheet by itself.

        :raises LanzaroteError: a file cannot be used; nothing is kept of it, and of workbooks
            that came with it.
        """
        workbooks = [file for file in given if not is_source(file[0])]
        sources = [[file] for file in given if is_source(file[0])]
        groups = [group for group in (workbooks, *sources) if group]
        return [self.inbox.add(group, self.preview) for group in groups]

    def preview(self, hand_in: HandIn, wishes: Wishes = frozenset()) -> tuple[str, Preview]:
        """What applying a hand-in would do, and a digest of all that this follows from.

        ``wishes`` are how a factsheet is to be ingested.

        :raises LanzaroteError: a file cannot be used.
        """
        with self._busy:
            package = self.package
            place = "-".join((hand_in.digest(), _state(package), *sorted(wishes)))
            if place not in self._previews:
                if len(self._previews) >= MOST_KEPT:
                    del self._previews[next(iter(self._previews))]
                done = _done(package, hand_in, wishes, dry_run=True)
                self._previews[place] = preview_of(done, package)
            return place, self._previews[place]

    def status(self) -> list[tuple[str, str, WorkbookStatus]]:
        """Each workbook: its file, the Party that it is about, and how it stands."""
        package = self.package
        tables, state = read_sound_tables(package), _state(package)
        history, made = read_history(package), read_made(package.folder / "build")
        found = []
        for path in workbook_paths(package):
            place = (path.name, file_digest(path), state)
            if place not in self._statuses:
                self._statuses[place] = workbook_status(path, tables, history, made)
            view = view_of(tables, path.stem)
            found.append((path.name, view.title if view else "", self._statuses[place]))
        return found

    def correct(self, hand_in: HandIn, form: Mapping[str, str]) -> bool:
        """Correct the workbooks of a hand-in as a form says, if all is as it was shown; whether."""
        with locked(self.package):
            digest, preview = self.preview(hand_in)
            if form.get("digest") != digest or not isinstance(preview, WorkbooksPreview):
                return False
            for number, content in preview.corrected(form).items():
                hand_in.correct(hand_in.files[number], content)
        return True

    def apply(self, hand_in: HandIn, digest: str, wishes: Wishes, by: str) -> bool:
        """Apply a hand-in, all or nothing, if all is as it was shown; whether it was applied.

        ``by`` is who applies it.
        """
        self.by = by or self.by
        package = self.package
        with locked(package):
            now, preview = self.preview(hand_in, wishes)
            if now != digest or not _done(package, hand_in, wishes, self.by).applied:
                return False
            self.inbox.move(hand_in, "applied")
            self.exported = _exported(package, preview.views)
        return True

    def undo(self, number: int, digest: str, by: str) -> bool:
        """Undo an import, if all is as it was shown; whether it was undone."""
        self.by = by or self.by
        package = self.package
        with locked(package):
            if digest != _state(package):
                return False
            outcome, _ = undo(package, number, by=self.by)
            listed = ChangeList(outcome.changes, read_sound_tables(package))
            self.exported = _exported(package, listed.views if outcome.applied else ())
        return outcome.applied

    def would_undo(self, number: int) -> tuple[str, Outcome, ChangeList]:
        """What undoing an import would do, and a digest of all that this follows from.

        :raises HistoryError: it cannot be undone.
        """
        package = self.package
        outcome, _ = undo(package, number, dry_run=True)
        return _state(package), outcome, ChangeList(outcome.changes, read_sound_tables(package))

    def forms(self) -> list[tuple[str, Reminder | None]]:
        """The forms that were made, each with what is open in it; None if it cannot be read."""
        tables = read_sound_tables(self.package)
        return [(p.name, _reminder(tables, p)) for p in workbook_paths(self.package, FORMS)]

    def make_form(self, party_id: str, addressee: str, due: str) -> Exported:
        """Write the reporting form of a Party.

        :raises LanzaroteError: nothing is addressed to it, or the form cannot be written.
        """
        package = self.package
        with locked(package):
            tables = read_sound_tables(package)
            view = form_view(tables, party_id, addressee, "", due)
            name = file_name(tables, view)
            return export_workbook(tables, view, output_folder(package, FORMS), name)

    def begin(self, name: str, work: Callable[[Tell], object]) -> None:
        """Begin some long work, one at a time.

        :raises BusyError: other work is not done yet.
        """
        with self._busy:
            if self.work and not self.work.is_done:
                raise BusyError("Other work is not done yet.", "Wait until it is.")
            self.work = Work(name, work)

    def entries(self, hand_in: HandIn) -> list[Entry]:
        """The entries of the log that say what came of a hand-in that was applied."""
        sums = {hashlib.sha256(path.read_bytes()).hexdigest() for path in hand_in.files}
        found = [one for one in read_history(self.package).hand_ins if one.sha256 in sums]
        return [one for one in found if one.batch == found[-1].batch]


def _reminder(tables: Tables, path: Path) -> Reminder | None:
    try:
        return next(iter(reminders(tables, [path])), None)
    except LanzaroteError:
        return None


def _state(package: Package) -> str:
    log = package.folder / LOG
    at = log.stat().st_mtime_ns if log.exists() else 0
    return f"{package_digest(package)}-{at}"


def _done(
    package: Package, hand_in: HandIn, wishes: Wishes, by: str = "", dry_run: bool = False
) -> Outcome | Ingestion:
    """What comes of applying a hand-in."""
    if hand_in.is_source:
        wanted = Ingesting(**dict.fromkeys(wishes, True))
        return ingest_file(package, hand_in.files[0], wishes=wanted, dry_run=dry_run, by=by)
    return import_workbooks(package, hand_in.files, dry_run=dry_run, by=by)


def _exported(package: Package, names: Iterable[str]) -> list[Exported]:
    tables = read_sound_tables(package)
    chosen = (view for name in names if (view := view_of(tables, name)))
    return [export_workbook(tables, view, package.folder / "workbooks") for view in chosen]
