"""The folder of a site: only what changed is written, and only what we wrote is removed.

Pages can always be made again, so they are written plainly; a page that a run left half written
differs from its content and is written again by the next.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lanzarote_data.model.errors import LanzaroteError, StorageError, reason_of
from lanzarote_data.store.atomic import has_temporary_name, write_file

MANIFEST = "site-files.json"
"""The file in the folder that lists what we wrote there, with sums."""


@dataclass(frozen=True)
class Written:
    """How many files were written, left as they were, and removed."""

    written: int
    unchanged: int
    removed: int


def write_folder(out: Path, files: Mapping[str, bytes]) -> Written:
    """Make the folder hold these files (path below it: content).

    A file of an earlier site that is not among them is removed, unless someone has changed it.

    :raises LanzaroteError: the folder holds other things than a site, or cannot be written to.
    """
    earlier = _manifest(out)
    sums = {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
    try:
        # So that an interrupted run can be continued.
        write_file(out / MANIFEST, _listing({**earlier, **sums}), durable=False)
        for folder in sorted({(out / path).parent for path in files}):
            _make_folder(folder, out)
        written = sum(_write(out / path, content) for path, content in files.items())
        stale = [path for path in earlier if path not in files]
        removed = sum(_remove(out, path, earlier[path]) for path in stale)
        write_file(out / MANIFEST, _listing(sums), durable=False)
    except OSError as reason:
        raise StorageError(
            f"The site in {out} cannot be written: {reason_of(reason)}.",
            "See that the folder may be written to and the disk is not full, and run it again.",
        ) from reason
    return Written(written, len(files) - written, removed)


def _listing(sums: Mapping[str, str]) -> bytes:
    return (json.dumps(sums, indent=0, sort_keys=True) + "\n").encode("utf-8")


def _manifest(out: Path) -> dict[str, str]:
    """What we wrote into the folder before; empty for a folder that is new or empty.

    A temporary file alone is what a run leaves that was stopped at once.
    """
    if not out.exists() or (out.is_dir() and all(map(has_temporary_name, out.iterdir()))):
        return {}
    try:
        content = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
        return {str(path): str(digest) for path, digest in content.items()}
    except (OSError, ValueError, AttributeError):
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
    try:
        if path.read_bytes() == content:
            return False
    except FileNotFoundError:
        pass
    else:
        path.unlink()  # what a link leads to is not ours to change
    with path.open("xb") as file:
        file.write(content)
    return True


def _remove(out: Path, name: str, digest: str) -> bool:
    """Remove a file of ours that is still as we wrote it; whether it was removed."""
    path = out / name
    inside = path.resolve().is_relative_to(out.resolve())
    if not inside or not path.is_file():
        return False
    if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
        return False
    path.unlink()
    return True
