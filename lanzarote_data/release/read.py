"""Reading a release that was made before: its version, tables and withdrawn ids."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lanzarote_data.model.errors import (
    LanzaroteError,
    PackageError,
    StorageError,
    is_of_disk,
    reason_of,
)
from lanzarote_data.model.package import DESCRIPTOR_NAME, Package
from lanzarote_data.model.problems import Location, Problem, error, has_errors
from lanzarote_data.model.tables import Tables
from lanzarote_data.release.archive import read_archive
from lanzarote_data.release.digests import AGAIN, SUMS, sum_problems
from lanzarote_data.release.versions import Version, read_version
from lanzarote_data.release.withdrawn import WITHDRAWN_PATH, Withdrawn, read_withdrawn
from lanzarote_data.store.descriptor import load_package
from lanzarote_data.store.tables import read_tables
from lanzarote_data.validate.package import read_checked

_PLACE = Location(source=DESCRIPTOR_NAME)


@dataclass(frozen=True)
class Release:
    """A release: its version, its tables, the ids withdrawn up to it, and its files."""

    version: Version
    tables: Tables
    withdrawn: tuple[Withdrawn, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)


def is_release(path: Path) -> bool:
    """Whether a path names a zip, or a folder with the sums of a release."""
    return path.suffix.lower() == ".zip" or (path.is_dir() and (path / SUMS).is_file())


def read_release(path: Path) -> Release:
    """The release in a zip or a folder, which must be as it was released.

    :raises LanzaroteError: it cannot be read, or is damaged.
    """
    archive = read_archive(path)
    problems = [*archive.problems, *(sum_problems(archive.files) if archive.files else ())]
    if not archive.files or has_errors(problems):
        first = next((p for p in problems if p.severity == "error"), None)
        raise _unusable(path, first.message if first else "There is no file in it.")
    package, tables, found = read_package(archive.files, path)
    if package is None or tables is None or has_errors(found):
        raise _unusable(path, found[0].message if found else "It has no tables.")
    try:
        version, withdrawn = version_and_withdrawn(archive.files, package)
    except ValueError as reason:
        raise _unusable(path, f"{reason}.") from reason
    return Release(version, tables, withdrawn, archive.files)


def version_and_withdrawn(
    files: Mapping[str, bytes], package: Package
) -> tuple[Version, tuple[Withdrawn, ...]]:
    """The version of a release, and the ids that were withdrawn up to it.

    :raises ValueError: the version or the list of ids cannot be read; its text says which.
    """
    try:
        version = read_version(package.version)
        listed = files.get(WITHDRAWN_PATH, b"").decode("utf-8")
        return version, read_withdrawn(listed) if listed else ()
    except PackageError as reason:
        raise ValueError(reason.message.rstrip(".")) from reason
    except UnicodeDecodeError as reason:
        raise ValueError(f"{WITHDRAWN_PATH} is not UTF-8 text") from reason
    except ValueError as reason:
        raise ValueError(f"{WITHDRAWN_PATH} cannot be read: {reason}") from reason


def _unusable(path: Path, reason: str) -> StorageError:
    hint = f"See all that is wrong with 'lanzarote verify {path.name}', or get the release again."
    return StorageError(f"{path} cannot be used as a release: {reason}", hint)


def read_package(
    files: Mapping[str, bytes], path: Path
) -> tuple[Package | None, Tables | None, list[Problem]]:
    """The package and tables among the files of a release, and all that is wrong with them.

    Only the descriptor and the tables that it names are written, to a temporary folder.

    :raises StorageError: nothing can be written there.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            package = unpacked(folder, files)
            checked, problems = read_checked(package.path, quick=True)
            tables = checked or read_tables(package).tables
        except LanzaroteError as reason:
            message = reason.message.replace(f"{folder}/", "").replace(f" in {folder}", "")
            return None, None, [error("unreadable-tables", _PLACE, message, reason.hint)]
        except Exception as reason:
            if isinstance(reason, OSError) and is_of_disk(reason):
                raise StorageError(
                    f"Nothing can be written to {folder}, where a release is unpacked to be "
                    f"checked: {reason_of(reason)}.",
                    "Make room there, or name another folder in the variable TMPDIR.",
                ) from reason
            # An untrusted descriptor may hold anything that libraries fail on.
            message = f"The descriptor or a table cannot be read: {reason!r:.300}."
            return None, None, [error("unreadable-tables", _PLACE, message, AGAIN)]
    here = replace(package, folder=path)
    return here, Tables(here, tables.values()), problems


def tables_among(files: Mapping[str, bytes]) -> Tables:
    """The tables among the files of a release, not validated.

    :raises LanzaroteError: they cannot be read.
    """
    with tempfile.TemporaryDirectory() as name:
        return read_tables(unpacked(Path(name), files)).tables


def unpacked(folder: Path, files: Mapping[str, bytes]) -> Package:
    """The package among the files of a release, with its tables in ``folder``."""
    _write(folder / DESCRIPTOR_NAME, files.get(DESCRIPTOR_NAME))
    package = load_package(folder)
    for resource in package.resources:
        _check_path(resource.path)
        _write(folder / resource.path, files.get(resource.path))
    return package


def _check_path(path: str) -> None:
    """A table of a release is a CSV file, never a hidden file such as those of our own storage.

    :raises PackageError: it is something else.
    """
    if not path.endswith(".csv") or any(part.startswith(".") for part in path.split("/")):
        message = f"The descriptor names {path!r} as a table, which is not a CSV file."
        raise PackageError(message, AGAIN)


def _write(path: Path, content: bytes | None) -> None:
    if content is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
