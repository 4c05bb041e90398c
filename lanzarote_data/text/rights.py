"""What a file says of its rights: the same line, and the same facts, in every format."""

from __future__ import annotations

from lanzarote_data.model.package import Package

LICENCE_FILE = "LICENSE.txt"
"""The file of a release, and of a site, that has all terms."""
NOT_OFFICIAL = "Not an official publication."
"""The words by which a line of ours is known where a factsheet is read back."""


def notice(package: Package) -> str:
    """What a file says of itself in one line: whose it is, which version, where the terms are."""
    known = facts(package)
    credit = f"{known['credit'].rstrip('.')}. " if known["credit"] else ""
    return (
        f"{NOT_OFFICIAL} {credit}{package.title}, version {package.version}, {known['date']}. "
        f"The terms are in {LICENCE_FILE} of the data set."
    )


def facts(package: Package) -> dict[str, str]:
    """What the files of a format say of the data set, by name; terms and sources in words."""
    about = package.descriptor
    titles = {
        key: " ".join(
            f"{str(entry.get('title') or entry.get('name', '')).rstrip('.')}."
            for entry in about.get(key, ())
        )
        for key in ("licenses", "sources")
    }
    return {
        "title": package.title,
        "version": package.version,
        "date": str(about.get("created", ""))[:10],
        "credit": str(about.get("lanzarote:credit", "")),
        "rights": titles["licenses"],
        "sources": titles["sources"],
        "official": NOT_OFFICIAL,
        "address": str(about.get("id") or about.get("homepage") or ""),
    }
