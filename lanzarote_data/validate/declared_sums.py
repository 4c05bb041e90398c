"""The sizes and sums that a descriptor declares for the files of its tables, as in a release."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lanzarote_data.model.package import DESCRIPTOR_NAME, Package
from lanzarote_data.model.problems import Location, Problem, warning
from lanzarote_data.store.csv_file import unreadable

# A sum that names no method is one of MD5: https://datapackage.org/standard/data-resource/#hash
METHODS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")


def declared_sum_problems(package: Package) -> list[Problem]:
    """A warning for each table whose file is not the one that the descriptor declares.

    Tables that were taken from a release may be worked on, but are not the released ones then.

    :raises StorageError: a file cannot be read.
    """
    entries = zip(package.resources, package.descriptor["resources"], strict=True)
    return [
        _warning(resource.name, path, told)
        for resource, entry in entries
        if (told := _difference(path := package.table_path(resource), entry))
    ]


def _difference(path: Path, entry: Mapping[str, Any]) -> str:
    """What is not as declared, in words; empty if all is."""
    try:
        size = path.stat().st_size
        if size != entry.get("bytes", size):
            return f"has {size:,} bytes, and {entry['bytes']:,} are declared"
        method, _, declared = entry.get("hash", "").lower().rpartition(":")
        method = method or METHODS[0]
        if method not in METHODS:
            return f"has a declared sum by {method!r:.60}, which is not known here"
        if declared and declared != _sum(path, method):
            return f"has another sum by {method} than the declared one"
    except OSError as reason:
        raise unreadable(path, reason) from reason
    return ""


def _sum(path: Path, method: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, method).hexdigest()


def _warning(name: str, path: Path, told: str) -> Problem:
    return warning(
        "not-as-declared",
        Location(name, source=path.name),
        f"{path.name} {told} in {DESCRIPTOR_NAME}.",
        "Take the file anew from where it came; or, if it was changed on purpose, take 'bytes' and "
        "'hash' of the table out of the descriptor. A release writes both anew.",
    )
