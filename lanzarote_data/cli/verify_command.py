"""Check an open-data release: a zip, or the folder that it was unpacked to.

Checks every byte against the sums, the descriptor, the tables against every rule, and the digests
of their content. With --formats it also reads the Excel, Parquet, SQLite and other files and
compares them with the tables. Needs nothing but the release.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from lanzarote_data.cli import DONE, PROBLEMS, common
from lanzarote_data.model.problems import has_errors
from lanzarote_data.release.verify import Verification, verify

EXAMPLE = "lanzarote verify lanzarote-data-2026.1.0.zip"
FORMAT = "lanzarote.verify/1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("archive", type=Path, metavar="ARCHIVE")
    parser.add_argument(
        "--formats", action="store_true", help="also compare all formats with the tables"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace) -> int:
    result = verify(options.archive, options.formats)
    valid = not has_errors(result.problems)
    if options.format == "json":
        common.print_json(_as_json(result, valid))
    else:
        common.print_problems(result.problems)
        _say(options, result, valid)
    return DONE if valid else PROBLEMS


def _say(options: argparse.Namespace, result: Verification, valid: bool) -> None:
    files = common.count(result.files, "file")
    if valid:
        missed = any(problem.code == "format-not-checked" for problem in result.problems)
        agree = "not all formats were checked" if missed else "all formats agree"
        formats = f"; {agree}" if options.formats else ""
        common.say(f"Version {result.version}: {files}, all as released{formats}.")
    else:
        errors = sum(problem.severity == "error" for problem in result.problems)
        common.say(f"Not as released: {common.count(errors, 'problem')}; {files}.")
    if result.digest:
        common.say(f"SHA-256 of the zip: {result.digest}")
        if not any(problem.code == "packed-again" for problem in result.problems):
            common.say("  Compare it with the one that the publisher gives.")


def _as_json(result: Verification, valid: bool) -> dict[str, object]:
    return {
        "format": FORMAT,
        "valid": valid,
        "version": result.version or None,
        "files": result.files,
        "sha256": result.digest or None,
        "problems": result.problems,
    }
