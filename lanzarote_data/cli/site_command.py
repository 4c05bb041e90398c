"""Write the static web site of the tables.

It needs no server: open index.html, or put the folder anywhere on a web server. Only what changed
is written again.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from lanzarote_data.cli import DONE, PROBLEMS, common
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.package import Package
from lanzarote_data.release.archive import MOST_BYTES
from lanzarote_data.release.read import read_release
from lanzarote_data.site.build import Settings, build_site
from lanzarote_data.site.pages import Release, release_of
from lanzarote_data.store.untrusted import file_bytes

EXAMPLE = "lanzarote site --out public --release releases/lanzarote-data-2026.1.0.zip"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, metavar="DIR", help="instead of build/site/")
    parser.add_argument(
        "--release", type=Path, metavar="ARCHIVE", help="a release (zip) to offer for download"
    )
    parser.add_argument(
        "--address",
        default="",
        metavar="URL",
        help="where the site will be published, for citations and metadata",
    )
    parser.add_argument(
        "--language", default="en", help="the language of the interface (default: en)"
    )


def run(options: argparse.Namespace) -> int:
    package = common.package_of(options, to_write=not options.out)
    settings = _settings(options, package)
    tables = common.valid_tables(package)
    if tables is None:
        return PROBLEMS
    out = common.output_path(package, "build", "site", given=options.out)
    done = build_site(tables, out, settings)
    files = common.count(done.written, "file")
    common.say(f"{files} written, {done.unchanged:,} unchanged, {done.removed:,} removed.")
    common.say(f"{out / 'index.html'}")
    return DONE


def _settings(options: argparse.Namespace, package: Package) -> Settings:
    if options.address and not options.address.startswith(("https://", "http://")):
        raise LanzaroteError(
            f"{options.address!r} is not a web address.", "Write one that begins with https://."
        )
    release = _release(options.release) if options.release else None
    return Settings.of(package, options.language, options.address, release)


def _release(path: Path) -> Release:
    """A release to offer for download, opened as by every command that reads one.

    :raises LanzaroteError: it is no zip, cannot be read, or is not as it was released.
    """
    if not common.has_suffix(path, ".zip"):
        raise LanzaroteError(
            f"{path} cannot be offered for download: its name does not end with .zip.",
            "Name a zip that 'lanzarote release' made.",
        )
    files = read_release(path).files
    return release_of(path.name, file_bytes(path, MOST_BYTES), files)
