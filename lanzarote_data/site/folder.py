"""The folder of a site: only what changed is written, and only what we wrote is removed.

Pages can always be made again, so they are written plainly; a page that a run left half written
differs from its content and is written again by the next. A page that was made of the same by the
same program, and is as it was written, is not even made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lanzarote_data.model.errors import LanzaroteError, StorageError, reason_of
from lanzarote_data.store.atomic import has_temporary_name, write_file
from lanzarote_data.store.untrusted import file_bytes, is_inside

MANIFEST = "site-files.json"
"""The file in the folder that lists what we wrote there, with sums."""
LARGEST_FILE = 400_000_000


@dataclass(frozen=True)
class File:
    """A file of a site: its path below the folder, and what makes its content.

    ``key`` is a digest of all that it is made of; without one it is made every time.
    """

    path: str
    make: Callable[[], bytes]
    key: str = ""


@dataclass(frozen=True)
class _Entry:
    """What the list in the folder says of a file: its sum and its key."""

    total: str
    key: str


@dataclass(frozen=True)
class Written:
    """How many files were written, left as they were, and removed."""

    written: int
    unchanged: int
    removed: int


def write_folder(out: Path, files: Iterable[File]) -> Written:
    """Make the folder hold these files.

    A file of an earlier site that is not among them is removed, unless someone has changed it.

    :raises LanzaroteError: the folder holds other things than a site, or cannot be written to.
    """
    earlier, now = _manifest(out), dict[str, _Entry]()
    files, written = list(files), 0
    try:
        # So that an interrupted run can be continued.
        listed = {file.path: _Entry("", "") for file in files} | earlier
        write_file(out / MANIFEST, _listing(listed), durable=False)
        for folder in sorted({(out / file.path).parent for file in files}):
            _make_folder(folder, out)
        for file in files:
            now[file.path], is_new = _settled(out / file.path, file, earlier.get(file.path))
            written += is_new
        stale = [path for path in earlier if path not in now]
        removed = sum(_remove(out, path, earlier[path].total) for path in stale)
        write_file(out / MANIFEST, _listing(now), durable=False)
    except OSError as reason:
        raise StorageError(
            f"The site in {out} cannot be written: {reason_of(reason)}.",
            "See that the folder may be written to and the disk is not full, and run it again.",
        ) from reason
    return Written(written, len(files) - written, removed)


def _settled(path: Path, file: File, before: _Entry | None) -> tuple[_Entry, bool]:
    """The entry of a file that is as it should be, and whether it had to be written."""
    if before and file.key and before.key == file.key and _total(path) == before.total:
        return before, False
    content = file.make()
    entry = _Entry(hashlib.sha256(content).hexdigest(), file.key)
    return entry, _write(path, content)


def _total(path: Path) -> str:
    """The sum of a file; empty where there is none that can be read, or it is a link."""
    with suppress(OSError):
        if not path.is_symlink():
            return hashlib.sha256(file_bytes(path, LARGEST_FILE)).hexdigest()
    return ""


def _listing(entries: Mapping[str, _Entry]) -> bytes:
    listed = {path: [entry.total, entry.key] for path, entry in entries.items()}
    return (json.dumps(listed, indent=0, sort_keys=True) + "\n").encode("utf-8")


def _manifest(out: Path) -> dict[str, _Entry]:
    """What we wrote into the folder before; empty for a folder that is new or empty.

    A temporary file alone is what a run leaves that was stopped at once. Lists of earlier versions
    have the sums alone.
    """
    if not out.exists() or (out.is_dir() and all(map(has_temporary_name, out.iterdir()))):
        return {}
    try:
        content = json.loads(file_bytes(out / MANIFEST, LARGEST_FILE, inside=out))
        return {
            str(path): _Entry(*map(str, [entry, ""] if isinstance(entry, str) else entry))
            for path, entry in content.items()
        }
    except (OSError, ValueError, AttributeError, TypeError, RecursionError):
        raise LanzaroteError(
            f"{out} is not empty, and is not a site that this program wrote.",
            "Choose a new or empty folder with --out, so that nothing of yours is overwritten.",
        ) from None


def _make_folder(folder: Path, out: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if not folder.resolve().is_relative_to(out.resolve()):
        raise LanzaroteError(
            f"{folder} is a link that leads out of the folder of the site.",
            "Remove the link, so that nothing outside is overwritten.",
        )


def _write(path: Path, content: bytes) -> bool:
    """Write a file unless it holds this content already; whether it was written."""
    with suppress(OSError):
        if file_bytes(path, len(content)) == content:
            return False
    path.unlink(missing_ok=True)  # what a link leads to is not ours to change
    with path.open("xb") as file:
        file.write(content)
    return True


def _remove(out: Path, name: str, digest: str) -> bool:
    """Remove a file of ours that is still as we wrote it; whether it was removed."""
    path = out / name
    if not is_inside(out, path) or not digest or _total(path) != digest:
        return False
    path.unlink()
    return True
