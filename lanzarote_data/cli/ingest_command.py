"""Read the text of a factsheet into the tables.

The source is a Word file (.docx), a PDF, or a text (Markdown or plain, UTF-8). The report lists
everything that was not placed and everything that is uncertain, with its place in the source.
Existing rows are not changed; if the source differs from the tables, a problem shows both wordings
and nothing is written. With --keep-stored the texts that all factsheets share (chapters, generic
recommendations) stay as they are stored, and the rest is ingested. With --to nothing is ingested:
what was read is written as Markdown, to be corrected and ingested in place of the source.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lanzarote_data.cli import DONE, PROBLEMS, common
from lanzarote_data.model.problems import Problem

if TYPE_CHECKING:
    from lanzarote_data.ingest.ingest import Ingestion
    from lanzarote_data.ingest.package import Ingested
    from lanzarote_data.model.package import Package

FORMAT = "lanzarote.ingest/1"
_OUTLINED = ("documents", "chapters", "recommendations", "observations", "practices")


def register(commands: common.Commands) -> None:
    """Declare the command."""
    example = "lanzarote ingest factsheet-belgium.docx --dry-run"
    parser = common.add_command(commands, "ingest", __doc__, example)
    parser.add_argument("source", type=Path, help="a factsheet: .docx, .pdf, .md or .txt")
    parser.add_argument("--party", default="", metavar="ID", help="the Party’s three letters")
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would change, write nothing"
    )
    parser.add_argument(
        "--keep-stored",
        action="store_true",
        help="keep the stored wording of shared texts where the source has another",
    )
    parser.add_argument(
        "--to", type=Path, metavar="FILE", help="write what was read as Markdown, and nothing else"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    common.add_by(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from lanzarote_data.ingest.package import ingest_file

    if options.to:
        return _convert(options)
    package = common.package_of(options) if options.dry_run else common.own_package_of(options)
    done = ingest_file(
        package,
        options.source,
        options.party.upper(),
        keep_stored=options.keep_stored,
        dry_run=options.dry_run,
        by=common.handed_in_by(options),
    )
    _print(options, package, done)
    return PROBLEMS if done.refused else DONE


def _convert(options: argparse.Namespace) -> int:
    """Write what was read of the source as Markdown."""
    from lanzarote_data.ingest.as_markdown import markdown_of_source
    from lanzarote_data.ingest.sources import read_source_file
    from lanzarote_data.store.atomic import write_file

    source = read_source_file(options.source)
    write_file(options.to, markdown_of_source(source).encode("utf-8"))
    common.say(f"{options.to}: written. Correct it, then: lanzarote ingest {options.to}")
    return DONE


def _print(options: argparse.Namespace, package: Package, done: Ingested) -> None:
    result, problems, applied = done.ingestion, done.problems, done.applied
    if options.format == "json":
        listed = [problem.as_json() for problem in problems]
        value = {"format": FORMAT, "applied": applied, "counts": result.counts, "problems": listed}
        return common.print_json(value)
    if options.dry_run:
        _print_outline(result)
    _print_problems(problems)
    for name, number in result.counts.items():
        new = sum(1 for change in result.changes if change.resource == name)
        common.say(f"{package.resource(name).title}: {number} in the source, {new} new")
    common.say(_outcome(result, applied))
    return None


def _outcome(result: Ingestion, applied: bool) -> str:
    if not applied:
        return "Nothing was written."
    if not result.changes:
        return "Already up to date: nothing to ingest."
    return "The tables were written. Next: lanzarote build, which makes the workbook to correct."


def _print_outline(result: Ingestion) -> None:
    """The rows that would come, one in a line."""
    from lanzarote_data.model.problems import shown
    from lanzarote_data.text.markup import plain

    for change in result.changes:
        row = change.new
        if change.resource in _OUTLINED and isinstance(row, Mapping):
            mark = f" [{row['urgency']}]" if row.get("urgency") else ""
            text = row.get("text") or row.get("title", "")
            common.say(f"{'/'.join(change.key)}{mark}: {shown(plain(text), 100)}")


def _print_problems(problems: Sequence[Problem]) -> None:
    """The problems, errors last, where a person sees them; what was left out in a line each."""
    times = Counter(p.message for p in problems if p.code == "left-out")
    for message, number in times.items():
        common.say(message if number == 1 else f"{message} ({number} times)")
    others = [p for p in problems if p.code != "left-out"]
    common.print_problems(sorted(others, key=lambda problem: problem.severity, reverse=True))
