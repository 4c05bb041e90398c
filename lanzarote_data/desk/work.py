"""Long work in the background: a release, the site."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Thread

from lanzarote_data.desk.changes import ChangeList
from lanzarote_data.model.changes import difference
from lanzarote_data.model.errors import LanzaroteError, StorageError, reason_of
from lanzarote_data.model.package import Package
from lanzarote_data.model.problems import has_errors
from lanzarote_data.release.make import Plan, make_release
from lanzarote_data.release.read import read_release
from lanzarote_data.release.verify import Verification, verify
from lanzarote_data.release.versions import Version, proposed, reasons
from lanzarote_data.site.build import Settings, build_site
from lanzarote_data.store.tables import read_sound_tables
from lanzarote_data.store.untrusted import check_inside, is_inside
from lanzarote_data.validate.package import read_checked

_log = logging.getLogger(__name__)
Tell = Callable[[str], object]


class Work:
    """Work in the background; ``step`` is what it is at, ``result`` what came of it."""

    def __init__(self, name: str, work: Callable[[Tell], object]) -> None:
        self.name = name
        self.step = ""
        self.result: object = None
        self.error: LanzaroteError | None = None
        self.is_done = False
        self._work = work
        Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        try:
            self.result = self._work(self._tell)
        except LanzaroteError as reason:
            self.error = reason
        except OSError as fault:
            self.error = StorageError(f"A file cannot be written: {reason_of(fault)}.")
        except Exception:  # a thread has nobody else to tell
            _log.exception("%s stopped.", self.name)
            self.error = LanzaroteError("This is a fault of the program; please report it.")
        finally:
            self.is_done = True

    def _tell(self, step: str) -> None:
        self.step = step


def releases_of(package: Package) -> list[Path]:
    """The releases in the folders of a package in which they are made and kept, newest first."""
    folders = (package.folder / "build" / "releases", package.folder / "releases")
    found = [path for folder in folders for path in folder.glob("*.zip") if path.is_file()]
    found = [path for path in found if is_inside(package.folder, path)]
    return sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)


class Since:
    """What changed since a release, and the version that follows from it."""

    def __init__(self, package: Package, path: Path | None) -> None:
        tables = read_sound_tables(package)
        previous = read_release(path) if path else None
        self.path = path
        self.version = str(Version(int(str(package.descriptor.get("created", "2026"))[:4]), 1))
        self.reasons = reasons(previous.tables, tables) if previous else []
        self.listed = ChangeList((), tables)
        if previous:
            self.version = str(proposed(previous.version, self.reasons))
            self.listed = ChangeList(difference(previous.tables, tables), tables)


def release(plan: Plan, tell: Tell) -> tuple[str, Verification]:
    """Make a release in the folder for them, and verify it; its path."""
    made = make_release(plan, output_folder(plan.package, "build", "releases"), tell)
    tell("verify")
    return str(made.path), verify(made.path)


def site(package: Package, tell: Tell) -> str:
    """Write the site; the path of its first page.

    :raises LanzaroteError: the tables are not valid, or the site cannot be written.
    """
    tell("check")
    tables, problems = read_checked(package.path)
    if tables is None or has_errors(problems):
        raise LanzaroteError("The data has errors, so no site was written.")
    tell("write")
    out = output_folder(package, "build", "site")
    build_site(tables, out, Settings.of(package))
    return str(out / "index.html")


def output_folder(package: Package, *names: str) -> Path:
    """A folder of the package to write to, which no link leads out of it."""
    folder = package.folder.joinpath(*names)
    check_inside(package.folder, folder)
    return folder
