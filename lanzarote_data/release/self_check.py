"""The check of a new release before it is written: by us, and by a program that is not ours."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from lanzarote_data.model.errors import StorageError
from lanzarote_data.model.problems import has_errors
from lanzarote_data.release.digests import DIGESTS, digests_bytes, sum_problems
from lanzarote_data.release.format_check import format_problems
from lanzarote_data.release.read import tables_among, unpacked


def check_release(content: bytes, files: Mapping[str, bytes]) -> None:
    """Check the zip of a new release, which was made of these files.

    All formats are read back and compared with the tables, sums and content digests are checked,
    and frictionless validates the package.

    :raises StorageError: something is wrong; nothing should be written.
    """
    for fault in _faults(content, files):
        raise StorageError(
            f"The release does not pass its own check: {fault}",
            "This is a fault of the program; please report it. Nothing was written.",
        )


def _faults(content: bytes, files: Mapping[str, bytes]) -> Iterator[str]:
    """What is wrong with the zip of a release, in sentences."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if {name: archive.read(name) for name in archive.namelist()} != files:
            yield "The zip does not hold the files that it was made of."
    yield from (problem.message for problem in sum_problems(files))
    tables = tables_among(files)
    if files.get(DIGESTS) != digests_bytes(tables):
        yield f"{DIGESTS} does not have the digests of the tables."
    found = list(format_problems(files, tables))
    if has_errors(found):
        yield found[0].message
    yield from frictionless_errors(files)


def frictionless_errors(files: Mapping[str, bytes]) -> list[str]:
    """What frictionless finds wrong with the package among the files of a release."""
    from frictionless import FrictionlessException, Package

    with tempfile.TemporaryDirectory() as name:
        package = unpacked(Path(name), files)
        try:
            report = Package(str(package.path)).validate()
        except FrictionlessException as reason:
            return [f"frictionless: {reason.error.message}"]
    return [f"frictionless: {message}" for (message,) in report.flatten(["message"])]
