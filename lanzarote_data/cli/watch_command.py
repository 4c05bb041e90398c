"""Import what is saved into a folder, and answer there.

FOLDER/in is for workbooks, FOLDER/out for the answers. A workbook is read once it no longer
changes and no program has it open. If it has no conflict, problem or warning and deletes nothing,
it is imported, and a receipt and the new workbook are put into out; otherwise nothing is imported,
and a receipt and its review are. Stop it with Ctrl-C.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from time import sleep

from lanzarote_data.cli import DONE, common
from lanzarote_data.model.changes import Change
from lanzarote_data.model.errors import LanzaroteError, reason_of
from lanzarote_data.model.package import Package
from lanzarote_data.store.atomic import write_file
from lanzarote_data.workbook.earlier import conflict_problem
from lanzarote_data.workbook.watch import Answer, WatchedFolder, answer, is_deletion

EXAMPLE = "lanzarote watch shared/handed-in"
INTERVAL = 2.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER")


def run(options: argparse.Namespace) -> int:
    """Run the command until it is stopped."""
    package = common.package_of(options, to_write=True)
    folder = WatchedFolder(options.folder)
    folder.make()
    common.say(f"Workbooks that are saved into {folder.inbox} are imported. Ctrl-C stops this.")
    by = common.handed_in_by()
    told = ""
    try:
        while True:
            trouble = look(package, folder, by)
            if trouble != told:
                common.say_beside(f"lanzarote: {trouble or 'It works again.'}")
            told = trouble
            sleep(INTERVAL)
    except KeyboardInterrupt:
        return DONE


def look(package: Package, folder: WatchedFolder, by: str) -> str:
    """Answer the files that are ready; what cannot be done now, as is said, waits."""
    try:
        for path in list(folder.ready()):
            _answer(package, folder, path, by)
    except LanzaroteError as reason:
        return str(reason)
    except OSError as reason:
        return f"{folder.inbox} cannot be read: {reason_of(reason)}."
    return ""


def _answer(package: Package, folder: WatchedFolder, path: Path, by: str) -> None:
    found = answer(package, folder, path, by)
    if found:
        lines = [*_receipt(package, found), "", f"SHA-256 of the file: {found.sha256}"]
        text = "".join(f"{line}\n" for line in lines)
        write_file(folder.receipt_path(path), text.encode(), inside=folder.outbox)
        common.say(lines[0])
    folder.settle(path)


def _receipt(package: Package, found: Answer) -> Iterator[str]:
    """What came of a file, in words."""
    name, outcome = found.path.name, found.outcome
    if found.unusable or outcome is None:
        yield f"{name} was not imported; nothing was changed."
        yield str(found.unusable)
    elif found.exported:
        changes = common.count(len(outcome.changes), "change")
        yield f"{name} was imported: {changes}."
        yield from (line for change in outcome.changes for line in _change(package, change))
        kept = f" It was not replaced: {found.exported.reason}." if found.exported.reason else ""
        yield f"Please go on in the new workbook, {found.exported.path.name}.{kept}"
    else:
        yield f"{name} was not imported; nothing was changed."
        for problem in (*outcome.problems, *map(conflict_problem, outcome.conflicts)):
            yield f"{package.titled(problem.location)}: {problem.message} {problem.hint}"
        deletions = [*filter(is_deletion, outcome.changes)]
        if deletions:
            yield "Something would be deleted, which is not done without asking:"
        yield from (line for change in deletions for line in _change(package, change))
        yield f"{found.review.name if found.review else name} shows every place."


def _change(package: Package, change: Change) -> Iterator[str]:
    place = common.place_of(change, package)
    if change.field is None:
        yield f"{place}: row {change.kind}"
    else:
        yield f"{place}:"
        yield f"    before: {common.side_text(change.old)}"
        yield f"    now: {common.side_text(change.new)}"
