"""Checking a release without the repository: sums, descriptor, tables, rules and digests.

An archive is untrusted: see :mod:`lanzarote_data.release.archive`. What is read is text; the files
of other formats are opened only where that is asked for, each in a process of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lanzarote_data.model.package import DESCRIPTOR_NAME, Package
from lanzarote_data.model.problems import Location, Problem, error, has_errors
from lanzarote_data.model.tables import Tables
from lanzarote_data.release.archive import Archive, read_archive
from lanzarote_data.release.digests import AGAIN, DIGESTS, digests_bytes, sum_problems
from lanzarote_data.release.format_check import isolated_format_problems
from lanzarote_data.release.read import read_package, version_and_withdrawn
from lanzarote_data.release.withdrawn import WITHDRAWN_PATH


@dataclass(frozen=True)
class Verification:
    """What was found: the version, the digest of the zip (empty for a folder), the problems."""

    version: str
    files: int
    digest: str
    problems: tuple[Problem, ...]


def verify(path: Path, formats: bool = False) -> Verification:
    """Check the release in a zip or folder; ``formats`` says whether to open all formats too.

    :raises StorageError: there is nothing at ``path``, or it is neither a folder nor a zip.
    """
    archive = read_archive(path)
    if not archive.files:
        empty = error(
            "missing-file", Location(source=path.name), "There is no file in it.", "Name a release."
        )
        why = archive.problems if has_errors(archive.problems) else (empty,)
        return Verification("", 0, archive.digest, why)
    package, tables, found = read_package(archive.files, path)
    problems = [*_archive_problems(archive), *map(_of_a_release, found)]
    if package and tables:
        problems += _content_problems(archive.files, package, tables)
        problems += isolated_format_problems(path, tables) if formats else ()
    version = package.version if package else ""
    found_once = tuple(dict.fromkeys(problems))
    return Verification(version, len(archive.files), archive.digest, found_once)


def _archive_problems(archive: Archive) -> Iterator[Problem]:
    """What is wrong with the archive and its files; a damaged file is not also a missing one."""
    yield from archive.problems
    damaged = [p.location.source for p in archive.problems if p.code == "damaged-archive"]
    for problem in sum_problems(archive.files):
        if not any(place.endswith(f"/{problem.location.source}") for place in damaged):
            yield problem


def _of_a_release(problem: Problem) -> Problem:
    """A problem of a package as one of a release, whose tables nobody edits any more."""
    is_changed = problem.code == "not-as-declared"
    return replace(problem, severity="error") if is_changed else problem


def _content_problems(
    files: Mapping[str, bytes], package: Package, tables: Tables
) -> Iterator[Problem]:
    """What is wrong with the list of withdrawn ids and with the content digests."""
    try:
        version_and_withdrawn(files, package)
    except ValueError as reason:  # the next release could not follow this one
        where = Location(source=f"{DESCRIPTOR_NAME}, {WITHDRAWN_PATH}")
        yield error("unreadable-lists", where, f"{reason}.", AGAIN)
    if files.get(DIGESTS) != digests_bytes(tables):
        message = f"{DIGESTS} does not have the digests of the tables."
        yield error("digests-disagree", Location(source=DIGESTS), message, AGAIN)
