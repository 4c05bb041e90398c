"""Building a release: all its files, as a function of the tables, the version and its date."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from lanzarote_data.formats.registry import FORMATS
from lanzarote_data.metadata.about import about_of
from lanzarote_data.metadata.files import licence_text, metadata_files
from lanzarote_data.model.errors import PackageError
from lanzarote_data.model.package import DESCRIPTOR_NAME, Package
from lanzarote_data.model.problems import Location, Problem, error
from lanzarote_data.model.tables import Tables
from lanzarote_data.release.changelog import log_files, log_of
from lanzarote_data.release.dictionary import dictionary_files
from lanzarote_data.release.digests import DIGESTS, SUMS, digests_bytes, sums_text
from lanzarote_data.release.read import Release
from lanzarote_data.release.readme import readme_text
from lanzarote_data.release.versions import Version, reasons, version_problems
from lanzarote_data.release.withdrawn import id_problems
from lanzarote_data.store.csv_file import table_text
from lanzarote_data.text.rights import LICENCE_FILE, notice

_NEEDED = {
    "title": '"Recommendations of a committee"',
    "description": '"What the committee recommended to each Party."',
    "licenses": '[{"name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0"}]',
    "contributors": '[{"title": "Secretariat of the committee", "roles": ["publisher"]}]',
    "lanzarote:credit": '"© Secretariat of the committee, CC BY 4.0"',
}
"""What the descriptor must say of released data: the property, and an example of it."""


def release_date(package: Package, version: Version, date: str) -> datetime.date:
    """The date of a release.

    Without ``date`` it is that of the descriptor, if the descriptor is of this version.

    :raises PackageError: the date is needed and not given, or is not a date.
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
        return datetime.date.fromisoformat(date or created)
    except ValueError:
        raise PackageError(
            f"{date or created!r} is not a date.", "Write it as year-month-day: 2026-12-01."
        ) from None


def zip_name(package: Package, version: Version) -> str:
    """The file name of the zip of a release."""
    return f"{package.name}-{version}.zip"


def refusals(tables: Tables, version: Version, previous: Release | None) -> list[Problem]:
    """Why these tables may not be released, or not follow the release before as this version."""
    untold = list(_untold(tables.package))
    if previous is None:
        return untold
    found = reasons(previous.tables, tables)
    return [
        *untold,
        *version_problems(previous.version, version, found),
        *id_problems(previous.tables, previous.withdrawn, tables),
    ]


def _untold(package: Package) -> Iterator[Problem]:
    """What the descriptor does not say, and who uses the data must know."""
    for name, example in _NEEDED.items():
        if not package.descriptor.get(name):
            message = f"The descriptor does not have {name!r}, which a release needs."
            place = Location(source=package.file, field=name)
            yield error("release-undescribed", place, message, f"Add it, such as {example}.")


def release_files(
    tables: Tables,
    version: Version,
    date: datetime.date,
    previous: Release | None,
    extra: Mapping[str, bytes],
) -> dict[str, bytes]:
    """All files of the release of valid tables; ``extra`` are more files by path (factsheets).

    :raises LanzaroteError: a format cannot hold what the tables hold.
    """
    tables = _of_version(tables.in_order(), version, date)
    files = dict(extra)
    files |= csv_files(tables)
    for kind in FORMATS:
        files |= kind.write(tables)
    files |= dictionary_files(tables.package)
    files |= log_files(log_of(tables, previous))
    files[DIGESTS] = digests_bytes(tables)
    files[DESCRIPTOR_NAME] = _descriptor_bytes(tables.package, files)
    files |= metadata_files(tables, files)
    files["README.md"] = readme_text(tables, files, previous).encode("utf-8")
    files |= _rights_files(tables.package, files)
    files[SUMS] = sums_text(files).encode("utf-8")
    return files


def _rights_files(package: Package, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The licence file, and in each folder a line that leads there, for files without room."""
    folders = {path.rpartition("/")[0] for path in files if "/" in path}
    line = f"{notice(package)}\n".encode()
    licence = licence_text(about_of(package)).encode("utf-8")
    return {LICENCE_FILE: licence} | {f"{folder}/RIGHTS.txt": line for folder in folders}


def csv_files(tables: Tables) -> dict[str, bytes]:
    """The canonical CSV files, at the paths that the descriptor gives."""
    return {t.resource.path: table_text(t).encode("utf-8") for t in tables.values()}


def _of_version(tables: Tables, version: Version, date: datetime.date) -> Tables:
    """The same tables, in a package of this version and date, with the path of its terms."""
    descriptor = dict(tables.package.descriptor)
    descriptor |= {"version": str(version), "created": f"{date}T00:00:00Z"}
    descriptor["licenses"] = _with_path(descriptor)
    descriptor["resources"] = [
        entry | {"licenses": _with_path(entry if "licenses" in entry else descriptor)}
        for entry in descriptor["resources"]
    ]
    package = replace(tables.package, version=str(version), descriptor=descriptor)
    return Tables(package, tables.values())


def _with_path(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The licences of a package or a table; those that have no address are in our licence file."""
    return [{"path": LICENCE_FILE} | licence for licence in entry.get("licenses", ())]


def _descriptor_bytes(package: Package, files: Mapping[str, bytes]) -> bytes:
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
