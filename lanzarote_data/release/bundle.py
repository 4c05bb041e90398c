"""The bundle: all files of a release, as a function of the tables, the version and its date."""

from __future__ import annotations

import datetime
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from lanzarote_data.model.errors import PackageError
from lanzarote_data.model.package import DESCRIPTOR_NAME, Package, package_from
from lanzarote_data.model.problems import Problem
from lanzarote_data.model.tables import Tables
from lanzarote_data.release.archive import Files
from lanzarote_data.release.changelog import log_files, log_of
from lanzarote_data.release.dictionary import dictionary_files
from lanzarote_data.release.digests import DIGESTS, SUMS, digests_bytes, sums_text
from lanzarote_data.release.formats import FORMATS
from lanzarote_data.release.metadata import metadata_files
from lanzarote_data.release.opened import Release
from lanzarote_data.release.readme import readme_text
from lanzarote_data.release.text_formats import write_csv
from lanzarote_data.release.versions import Version, reasons, version_problems
from lanzarote_data.release.withdrawn import id_problems


@dataclass(frozen=True)
class Edition:
    """What a release is called: its version, and its date."""

    version: Version
    date: datetime.date


def edition_of(package: Package, version: Version, date: str) -> Edition:
    """The edition of that version, on that date.

    Without a date it is that of the descriptor, if the descriptor is of this version.

    :raises PackageError: the date is needed and not given, or is no date.
    """
    created = str(package.descriptor.get("created", ""))[:10]
    if not date and package.version != str(version):
        raise PackageError(
            f"{DESCRIPTOR_NAME} is of version {package.version or 'none'}, so that the date of "
            f"{version} is not known.",
            f"Write version {version} and its date (created) into {DESCRIPTOR_NAME}, or give "
            "the date with --date.",
        )
    try:
        return Edition(version, datetime.date.fromisoformat(date or created))
    except ValueError:
        raise PackageError(
            f"{date or created!r} is not a date.", "Write it as year-month-day: 2026-12-01."
        ) from None


def zip_name(package: Package, edition: Edition) -> str:
    """The file name of the zip of a release."""
    return f"{package.name}-{edition.version}.zip"


def refusals(tables: Tables, version: Version, previous: Release | None) -> list[Problem]:
    """Why these tables may not follow the release before as this version."""
    if previous is None:
        return []
    found = reasons(previous.tables, tables)
    return [
        *version_problems(previous.version, version, found),
        *id_problems(previous.tables, previous.withdrawn, tables),
    ]


def release_files(
    tables: Tables, edition: Edition, previous: Release | None, extra: Files
) -> dict[str, bytes]:
    """All files of the release of valid tables; ``extra`` are more files by path (factsheets).

    :raises LanzaroteError: a format cannot hold what the tables hold.
    """
    tables = _issued(tables.in_order(), edition)
    files = dict(extra)
    files |= write_csv(tables)
    for kind in FORMATS:
        files |= kind.write(tables)
    files |= dictionary_files(tables.package)
    files |= log_files(log_of(tables, previous))
    files[DIGESTS] = digests_bytes(tables)
    files[DESCRIPTOR_NAME] = _descriptor_bytes(tables.package, files)
    files |= metadata_files(tables.package, files)
    files["README.md"] = readme_text(tables, files, previous).encode("utf-8")
    files[SUMS] = sums_text(files).encode("utf-8")
    return files


def _issued(tables: Tables, edition: Edition) -> Tables:
    """The same tables, their package of this version and date."""
    old = tables.package
    descriptor = dict(old.descriptor)
    descriptor |= {"version": str(edition.version), "created": f"{edition.date}T00:00:00Z"}
    package = package_from(descriptor, old.folder)
    by_name = {resource.name: resource for resource in package.resources}
    renewed = (table.described_by(by_name[name]) for name, table in tables.items())
    return Tables(package, renewed)


def _descriptor_bytes(package: Package, files: Files) -> bytes:
    """The descriptor with the size and sum of each table."""
    descriptor: dict[str, Any] = dict(package.descriptor)
    descriptor["resources"] = [
        entry
        | {
            "bytes": len(files[entry["path"]]),
            "hash": f"sha256:{hashlib.sha256(files[entry['path']]).hexdigest()}",
        }
        for entry in descriptor["resources"]
    ]
    return (json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
