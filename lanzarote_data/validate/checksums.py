"""The sizes and checksums that a descriptor declares for the files of its tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lanzarote_data.model.package import DESCRIPTOR_NAME, Package
from lanzarote_data.model.problems import Location, Problem, warning
from lanzarote_data.store.csv_file import unreadable

# A checksum without a method is MD5: https://datapackage.org/standard/data-resource/#hash
METHODS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")


def checksum_problems(package: Package) -> Iterator[Problem]:
    """A warning for each table whose file is not the one that the descriptor declares.

    Tables from a release may be worked on, but are not the released ones then.

    :raises StorageError: a file cannot be read.
    """
    for resource, entry in zip(package.resources, package.descriptor["resources"], strict=True):
        path = package.table_path(resource)
        try:
            difference = _difference(path, entry)
        except OSError as reason:
            raise unreadable(path, reason) from reason
        if difference:
            yield warning(
                "not-as-declared",
                Location(resource.name, source=path.name),
                f"{path.name} {difference} in {DESCRIPTOR_NAME}.",
                "Download the file again; or, if it was changed on purpose, remove 'bytes' and "
                "'hash' of the table from the descriptor. A release writes both again.",
            )


def _difference(path: Path, entry: Mapping[str, Any]) -> str:
    """How a file differs from what is declared, in words; empty if it does not."""
    size = path.stat().st_size
    if size != entry.get("bytes", size):
        return f"has {size:,} bytes, and {entry['bytes']:,} are declared"
    method, _, declared = entry.get("hash", "").lower().rpartition(":")
    method = method or METHODS[0]
    if method not in METHODS:
        return f"has a checksum by {method!r:.60}, which is not supported,"
    if declared and declared != _checksum(path, method):
        return f"has another {method} checksum than the one declared"
    return ""


def _checksum(path: Path, method: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, method).hexdigest()
