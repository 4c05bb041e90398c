"""The read-me file of a release: what is in it, rights, how to cite and check it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lanzarote_data.formats.registry import FORMATS
from lanzarote_data.metadata.about import about_of
from lanzarote_data.model.package import Package
from lanzarote_data.model.tables import Tables
from lanzarote_data.release.digests import DIGESTS
from lanzarote_data.release.read import Release
from lanzarote_data.text.rights import LICENCE_FILE, NOT_OFFICIAL


def readme_text(tables: Tables, files: Mapping[str, bytes], previous: Release | None) -> str:
    """The read-me file as Markdown."""
    package = tables.package
    about = package.descriptor
    parts = [
        f"# {package.title}",
        f"Version {package.version}, {str(about.get('created', ''))[:10]}",
        str(about.get("description", "")),
        "## What is here",
        "\n".join(_contents(package, files)),
        "## Tables",
        "\n".join(_tables(tables)),
        "## Rights",
        NOT_OFFICIAL,
        "\n".join(_rights(package)),
        "## How to cite",
        f"> {about_of(package).citation}",
        str(about.get("lanzarote:credit", "")),
        "## How to check it",
        _CHECK,
        "## Versions",
        _versions(previous),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


_CHECK = (
    "`sha256sum --check SHA256SUMS` checks every file. `lanzarote verify` also checks the tables "
    "against every rule, and with `--formats` compares all formats with them. "
    f"`{DIGESTS}` has a digest of the content of each table that does not depend on the file "
    "format: the SHA-256 of the names of its fields and its sorted rows, each a JSON array of "
    "texts in a line of its own."
)


def _contents(package: Package, files: Mapping[str, bytes]) -> Iterator[str]:
    known = [
        ("datapackage.json", "describes every table and column (Data Package, version 2)"),
        ("tables/", "the tables as CSV (UTF-8): the form that all others are made from"),
        *((f.place.format(name=package.name), f"{f.name}: {f.use}") for f in FORMATS),
        ("factsheets/", "the factsheets of the Parties, made from the tables"),
        ("dictionary/", "the data dictionary: every table and column in words"),
        ("changes/", "what changed since the release before, and the ids that were withdrawn"),
        ("metadata/", "the same description in the formats of libraries, portals and programs"),
        (LICENCE_FILE, "which terms apply to which table; `RIGHTS.txt` in a folder leads there"),
        ("CITATION.cff", "how to cite, for programs"),
        ("SHA256SUMS", "a check sum of every file"),
    ]
    there = {*files, LICENCE_FILE, "SHA256SUMS"}
    for place, text in known:
        if any(name == place or name.startswith(place) for name in there):
            yield f"- `{place}`: {text}"


def _tables(tables: Tables) -> Iterator[str]:
    yield "| Table | Rows | One row is |"
    yield "|---|---:|---|"
    for name, table in tables.items():
        text = " ".join(table.resource.description.split()).replace("|", "\\|")
        yield f"| `{name}` | {len(table.rows):,} | {text} |"


def _rights(package: Package) -> Iterator[str]:
    about = about_of(package)
    for one in about.licences:
        yield f"- {one.title} <{one.address}>" if one.address else f"- {one.title}"
    for source in about.sources:
        yield f"- Source: {source}"


def _versions(previous: Release | None) -> str:
    rules = (
        "The first number of a version changes when programs that read the data may break, the "
        "second when rows or columns were added or rows withdrawn, the third when only cells or "
        "explanations changed. Ids are permanent: one that is withdrawn never comes back with "
        "another meaning."
    )
    before = f"The release before is {previous.version}." if previous else "This is the first."
    return f"{rules} {before}"
