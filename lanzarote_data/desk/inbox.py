"""Files that were handed in: kept below the package until they are applied or put aside.

``desk/waiting/ID`` holds the files of one hand-in; once it is applied or put aside, its folder
moves to ``desk/applied`` or ``desk/aside``. A file that was corrected on the page is kept as it was
handed in, too. Names are made safe here: what a browser says is never a path.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import secrets
import shutil
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.package import Package
from lanzarote_data.store.atomic import write_file
from lanzarote_data.store.untrusted import check_inside

State = Literal["waiting", "applied", "aside"]
STATES: tuple[State, ...] = ("waiting", "applied", "aside")
FOLDER = "desk"
SOURCES = (".docx", ".pdf", ".md", ".markdown", ".txt")
_ORIGINALS = "as-handed-in"
_UNSAFE = re.compile(r"[^\w.() -]")
_RESERVED = re.compile(r"(con|prn|aux|nul|com.|lpt.)(\.|$)", re.IGNORECASE)
_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{8}")


@dataclass(frozen=True)
class HandIn:
    """One or several workbooks, or a factsheet, that somebody handed in at a time (UTC)."""

    folder: Path
    state: State

    @property
    def id(self) -> str:
        """Its permanent name."""
        return self.folder.name

    @property
    def time(self) -> datetime.datetime:
        """When it was handed in."""
        time = datetime.datetime.strptime(self.id[:15], "%Y%m%d-%H%M%S")
        return time.replace(tzinfo=datetime.UTC)

    @property
    def files(self) -> list[Path]:
        """Its files, corrected or as they were handed in."""
        return sorted(path for path in self.folder.iterdir() if _is_ours(path))

    @property
    def is_source(self) -> bool:
        """Whether it is the text of a factsheet, and no workbooks."""
        return any(is_source(path.name) for path in self.files)

    @property
    def originals(self) -> list[Path]:
        """Its files as they were handed in."""
        kept = self.folder / _ORIGINALS
        return [kept / p.name if (kept / p.name).exists() else p for p in self.files]

    def digest(self) -> str:
        """A digest of its files: names and contents."""
        files = self.files
        named = "/".join(path.name for path in files)
        return hashlib.sha256(
            f"{named}/{_sums(p.read_bytes() for p in files)}".encode()
        ).hexdigest()

    def correct(self, path: Path, content: bytes) -> None:
        """Replace one of its files by a corrected copy; the file as handed in is kept."""
        original = self.folder / _ORIGINALS / path.name
        if not original.exists():
            write_file(original, path.read_bytes())
        write_file(path, content)


class Inbox:
    """The hand-ins of a package."""

    def __init__(self, package: Package) -> None:
        self.folder = package.folder / FOLDER
        self._package = package

    def all(self, state: State) -> list[HandIn]:
        """The hand-ins of a state, newest first."""
        folder = self.folder / state
        names = (path.name for path in folder.iterdir()) if folder.is_dir() else ()
        found = sorted(filter(_ID.fullmatch, names), reverse=True)
        return [HandIn(folder / name, state) for name in found]

    def find(self, name: str) -> HandIn | None:
        """The hand-in of this name; None if there is none."""
        return next((h for state in STATES for h in self.all(state) if h.id == name), None)

    def add(self, files: Iterable[tuple[str, bytes]], check: Callable[[HandIn], object]) -> HandIn:
        """Keep files that were handed in, if they pass a check; the same ones are kept once.

        :raises LanzaroteError: the check raised it; nothing is kept.
        """
        contents = _named(files)
        sums = _sums(contents.values())
        for there in self.all("waiting"):
            if _sums(path.read_bytes() for path in there.originals) == sums:
                return there
        self.make_folder()
        now = datetime.datetime.now(datetime.UTC)
        name = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
        new = HandIn(self.folder / f".{name}.new", "waiting")
        try:
            for file, content in contents.items():
                write_file(new.folder / file, content)
            check(new)
            return self._moved(new, name, "waiting")
        except BaseException:
            shutil.rmtree(new.folder, ignore_errors=True)
            raise

    def move(self, hand_in: HandIn, state: State) -> None:
        """Give a hand-in another state."""
        self._moved(hand_in, hand_in.id, state)

    def _moved(self, hand_in: HandIn, name: str, state: State) -> HandIn:
        target = self.folder / state / name
        target.parent.mkdir(exist_ok=True)
        hand_in.folder.rename(target)
        return HandIn(target, state)

    def make_folder(self) -> Path:
        """Make the folder, which is of no concern to others and to version control."""
        check_inside(self._package.folder, self.folder)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        write_file(self.folder / ".gitignore", b"*\n")
        return self.folder

    def tidy(self) -> None:
        """Delete what a process left that was stopped while it received files."""
        for path in self.folder.glob(".*.new"):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)


def _is_ours(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and not path.name.startswith(".")


def is_source(name: str) -> bool:
    """Whether a file name is that of the text of a factsheet."""
    return name.lower().endswith(SOURCES)


def _sums(contents: Iterable[bytes]) -> list[str]:
    """The digests of contents, whatever their order."""
    return sorted(hashlib.sha256(content).hexdigest() for content in contents)


def _named(files: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """The files under safe names of our own, each of them once."""
    found: dict[str, bytes] = {}
    for given, content in files:
        name = _UNSAFE.sub("_", unicodedata.normalize("NFC", given)).strip(" ._")[-80:]
        if not name or re.search(r"[/\\\0]", given):
            raise LanzaroteError(
                f"The name {given[:80]!r} is none that a file can have.", "Rename the file."
            )
        is_free = name not in found and not _RESERVED.match(name)
        found[name if is_free else f"{len(found) + 1}-{name}"] = content
    return found
