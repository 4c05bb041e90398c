"""Make a release of a package: compared with the one before, built, checked and written."""

from __future__ import annotations

import datetime
import hashlib
import io
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lanzarote_data.formats.zip_file import zip_bytes
from lanzarote_data.model.errors import PackageError, StorageError, how_to_install
from lanzarote_data.model.package import Package
from lanzarote_data.model.problems import Problem, has_errors
from lanzarote_data.model.tables import Tables
from lanzarote_data.release.build import refusals, release_date, release_files, zip_name
from lanzarote_data.release.digests import DIGESTS, digests_bytes, sum_problems
from lanzarote_data.release.format_check import format_problems
from lanzarote_data.release.read import Release, read_release, unpacked
from lanzarote_data.release.versions import Version, read_version
from lanzarote_data.render.factsheet import factsheet_files
from lanzarote_data.store.atomic import write_file
from lanzarote_data.store.tables import read_tables
from lanzarote_data.validate.package import read_checked


@dataclass(frozen=True)
class Plan:
    """A release that is to be made, and everything that is wrong with it."""

    package: Package
    tables: Tables
    version: Version
    date: datetime.date
    previous: Release | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Made:
    """A release that was written: its path, SHA-256 and files."""

    path: Path
    digest: str
    files: Mapping[str, bytes]


def plan_release(package: Package, version: str, date: str, previous: Path | None) -> Plan:
    """Plan a release; the date is that of the descriptor if none is given.

    :raises LanzaroteError: version or date are none, or a file cannot be read.
    """
    number = read_version(version)
    day = release_date(package, number, date)
    before = read_release(previous) if previous else None
    found, problems = read_checked(package.path)
    tables = (found or read_tables(package).tables).published()
    listed = (*problems, *refusals(tables, number, before))
    return Plan(package, tables, number, day, before, listed)


def make_release(plan: Plan, folder: Path, tell: Callable[[str], object] = lambda _: None) -> Made:
    """Build a release without errors, check it and write it; ``tell`` is given each step.

    :raises LanzaroteError: an extra is missing, the release does not pass its check, or it cannot
        be written.
    """
    tell("build")
    try:
        extra = factsheet_files(plan.tables)
        files = release_files(plan.tables, plan.version, plan.date, plan.previous, extra)
    except ImportError as reason:
        raise PackageError(
            f"A release needs a package that is not installed: {reason.name}.",
            how_to_install("release"),
        ) from reason
    tell("check")
    content = zip_bytes(files)
    check_release(content, files)
    tell("write")
    path = folder / zip_name(plan.package, plan.version)
    write_file(path, content, inside=folder)
    return Made(path, hashlib.sha256(content).hexdigest(), files)


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
    with tempfile.TemporaryDirectory() as name:
        package = unpacked(Path(name), files)
        tables = read_tables(package).tables
        if files.get(DIGESTS) != digests_bytes(tables):
            yield f"{DIGESTS} does not have the digests of the tables."
        found = list(format_problems(files, tables))
        if has_errors(found):
            yield found[0].message
        yield from frictionless_errors(package.path)


def frictionless_errors(path: Path) -> list[str]:
    """What frictionless finds wrong with the package of a descriptor."""
    import frictionless

    report = frictionless.Package.from_descriptor(str(path), allow_invalid=True).validate()
    return [f"frictionless: {message}" for (message,) in report.flatten(["message"])]
