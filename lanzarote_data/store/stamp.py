"""The stamp that says which files were found valid, so that they are not checked again.

The main job writes it after it checked a package. It has digests of this program and of the files,
and the warnings that were found. It counts only where it was written: a copy, such as a package
that somebody sends, is checked as a whole.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from lanzarote_data.model.package import Package
from lanzarote_data.model.problems import Location, Problem
from lanzarote_data.model.tables import Checked
from lanzarote_data.store.atomic import write_file
from lanzarote_data.store.untrusted import file_bytes

STAMP = "build/valid.json"
MADE = "stamps.json"
LARGEST_STAMP = 10_000_000
LARGEST_MADE = 400_000_000
_MADE_WITH = {".py", ".j2", ".css", ".html", ".json"}


@cache
def program_digest() -> str:
    """A digest of this program’s own files, so that a new version does everything again."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*")):
        if path.suffix in _MADE_WITH:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def is_stamped(descriptor: Path, digest: str) -> bool:
    """Whether the content of a descriptor, by its digest, was found valid."""
    return _read(descriptor).get("descriptor") == digest


def stamped(package: Package, digest: str) -> Checked | None:
    """What was found in the files of a package, by their digest; None where they are not known."""
    stamp = _read(package.path)
    if (stamp.get("descriptor"), stamp.get("files")) != (package.digest, digest):
        return None
    try:
        told = [
            Problem(**{**one, "location": Location(**one["location"])}) for one in stamp["warnings"]
        ]
    except (KeyError, TypeError):  # somebody edited it
        return None
    return Checked(digest, tuple(told))


def write_stamp(package: Package, checked: Checked) -> None:
    """Write that the files of a package are valid and in canonical form.

    :raises StorageError: it cannot be written.
    """
    stamp = {
        **_here(package.path),
        "descriptor": package.digest,
        "files": checked.digest,
        "warnings": list(map(asdict, checked.warnings)),
    }
    content = json.dumps(stamp, ensure_ascii=False, indent=1) + "\n"
    write_file(package.folder / STAMP, content.encode("utf-8"), inside=package.folder)


def read_made(folder: Path) -> dict[str, list[str]]:
    """What the main job made, by name of file: the digest of what it is made from, and its own.

    ``folder`` is where it keeps this, as a rule ``build/`` of the package.
    """
    try:
        stamps = json.loads(file_bytes(folder / MADE, LARGEST_STAMP))
    except (OSError, ValueError, RecursionError):
        return {}
    return stamps if isinstance(stamps, dict) else {}


def file_digest(path: Path) -> str:
    """The digest of an ordinary file; empty where there is none that can be read."""
    try:
        return hashlib.sha256(file_bytes(path, LARGEST_MADE)).hexdigest()
    except OSError:
        return ""


def _here(descriptor: Path) -> dict[str, Any]:
    """What holds of this program and this very file alone; nobody can know it beforehand."""
    state = descriptor.stat()
    return {"program": program_digest(), "file": [state.st_ino, state.st_ctime_ns]}


def _read(descriptor: Path) -> dict[str, Any]:
    """The stamp beside a descriptor; empty where there is none that counts."""
    folder = descriptor.parent
    try:
        stamp = json.loads(file_bytes(folder / STAMP, LARGEST_STAMP, inside=folder))
        return stamp if _here(descriptor).items() <= stamp.items() else {}
    except (OSError, ValueError, RecursionError, AttributeError):
        return {}
