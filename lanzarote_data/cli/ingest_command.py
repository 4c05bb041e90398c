"""Read the text of a factsheet into the tables.

The source is a Word file (.docx), a PDF, or a text (Markdown or plain, UTF-8). The report lists
everything that was not placed and everything that is uncertain, with its place in the source.
Existing rows are not changed; if the source differs from the tables, a problem shows both wordings
and nothing is written. With --keep-stored the texts that all factsheets share (chapters, generic
recommendations) stay as they are stored, and the rest is ingested. With --edition a later edition
replaces the stored one: texts that it changes keep their ids, and what is new, changed, gone or the
same is listed; with --withdraw what is gone is withdrawn. With --partial what is not certain goes
into the sheet To file of the Party’s workbook, in which a person says what it is. With --to nothing
is ingested: what was read is written as Markdown, to be corrected and ingested instead.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from lanzarote_data.cli import DONE, PROBLEMS, common
from lanzarote_data.ingest.editions import Differences
from lanzarote_data.ingest.ingest import Ingestion, Wishes, ingest_file
from lanzarote_data.ingest.sources import markdown_of_source, read_source_file
from lanzarote_data.model.changes import Change
from lanzarote_data.model.package import Package
from lanzarote_data.model.problems import Problem, shown
from lanzarote_data.store.atomic import write_file
from lanzarote_data.text.difference import marked
from lanzarote_data.text.items import Items
from lanzarote_data.text.markup import plain

EXAMPLE = "lanzarote ingest factsheet-belgium.docx --dry-run"
FORMAT = "lanzarote.ingest/1"
_OUTLINED = ("documents", "chapters", "recommendations", "observations", "practices")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, help="a factsheet: .docx, .pdf, .md or .txt")
    parser.add_argument(
        "--party", default="", metavar="ID", help="the Party’s three letters, or its name"
    )
    common.add_hand_in(parser)
    parser.add_argument(
        "--keep-stored",
        action="store_true",
        help="keep the stored wording of shared texts where the source has another",
    )
    parser.add_argument(
        "--edition", action="store_true", help="take the source as a later edition, if it is one"
    )
    parser.add_argument(
        "--withdraw", action="store_true", help="withdraw the texts that the source does not state"
    )
    parser.add_argument(
        "--partial",
        action="store_true",
        help="put what is not certain into the sheet To file, and ingest the rest",
    )
    parser.add_argument(
        "--to", type=Path, metavar="FILE", help="write what was read as Markdown, and nothing else"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace) -> int:
    if options.to:
        return _convert(options)
    package = common.package_of(options, to_write=not options.dry_run)
    done = ingest_file(
        package,
        options.source,
        options.party,
        Wishes(options.keep_stored, options.edition, options.withdraw, options.partial),
        dry_run=options.dry_run,
        by=common.handed_in_by(options.by),
    )
    _print(options, package, done)
    return PROBLEMS if done.refused else DONE


def _convert(options: argparse.Namespace) -> int:
    source = read_source_file(options.source)
    path = common.output_path(common.package_of(options), given=options.to)
    write_file(path, markdown_of_source(source).encode("utf-8"))
    common.say(f"{options.to}: written. Correct it, then: lanzarote ingest {options.to}")
    return DONE


def _print(options: argparse.Namespace, package: Package, result: Ingestion) -> None:
    if options.format == "json":
        return common.print_json(_as_json(result))
    if result.differences:
        _print_differences(result, result.differences)
    elif options.dry_run:
        _print_outline(result)
    _print_problems(result.problems, package)
    for name, number in result.counts.items():
        new = sum(1 for c in result.changes if c.resource == name and c.kind == "added")
        common.say(f"{package.resource(name).title}: {number} in the source, {new} new")
    common.say(_outcome(result))
    return None


def _outcome(result: Ingestion) -> str:
    if not result.applied:
        return "Nothing was written."
    if not result.changes:
        return "Already up to date: nothing to ingest."
    return "The tables were written. Next: lanzarote build, which makes the workbook to correct."


def _as_json(result: Ingestion) -> dict[str, object]:
    value = {"format": FORMAT, "applied": result.applied, "counts": result.counts}
    value["problems"] = result.problems
    if found := result.differences:
        changes = [change for cells in found.changed.values() for change in cells]
        told = {"new": found.new, "changed": changes, "gone": found.gone, "same": found.same}
        value["edition"] = told
    return value


def _print_differences(result: Ingestion, found: Differences) -> None:
    """What a new edition changes, text by text, with the words that it changes marked."""
    items = Items(result.tables).by_id
    for name, ids in (("new", found.new), ("gone", found.gone)):
        for row_id in ids:
            common.say(f"{name}: {row_id}: {shown(plain(items[row_id].row['text']), 100)}")
    for row_id, changes in found.changed.items():
        common.say(f"changed: {row_id}")
        for change in changes:
            common.say(f"    {_marked(result, change)}")
    if found.same:
        common.say(f"the same: {', '.join(found.same)}")
    common.say(
        f"{len(found.new)} new, {len(found.changed)} changed, {len(found.gone)} gone, "
        f"{len(found.same)} the same"
    )


def _marked(result: Ingestion, change: Change) -> str:
    """A changed cell or footnote with the words that went and those that came."""
    resource = result.tables.package.resource(change.resource)
    if change.field is None:
        sides = (change.old or {}, change.new or {})
        old, new = (side if isinstance(side, str) else side.get("text", "") for side in sides)
        return f"{resource.title}: {marked(old, new)}"
    return f"{resource.field(change.field).title}: {marked(str(change.old), str(change.new))}"


def _print_outline(result: Ingestion) -> None:
    """The rows that would come, one in a line."""
    for change in result.changes:
        row = change.new
        if change.resource in _OUTLINED and isinstance(row, Mapping):
            mark = f" [{row['urgency']}]" if row.get("urgency") else ""
            text = row.get("text") or row.get("title", "")
            common.say(f"{'/'.join(change.key)}{mark}: {shown(plain(text), 100)}")


def _print_problems(problems: Sequence[Problem], package: Package) -> None:
    """The problems, errors last, where a person sees them; what was left out in a line each."""
    times = Counter(p.message for p in problems if p.code == "left-out")
    for message, number in times.items():
        common.say(message if number == 1 else f"{message} ({number} times)")
    others = [p for p in problems if p.code != "left-out"]
    others.sort(key=lambda problem: problem.severity, reverse=True)
    common.print_problems(others, package)
