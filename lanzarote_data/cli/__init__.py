"""The command line: a thin module for each command; messages and exit status are here.

The docstring of a command’s module is its help, and ``EXAMPLE`` is shown below; ``add_arguments``
declares its arguments, if it has any, and ``run`` runs it and gives the exit status.

Exit status: 0 done; 1 the data has problems or conflicts, nothing was written; 2 the call or the
input cannot be used.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from lanzarote_data import __version__
from lanzarote_data.cli.wording import one_line
from lanzarote_data.model.errors import LanzaroteError, reason_of

COMMANDS = {
    "build": "Main job: validate, export workbooks, check that they read back unchanged, "
    "render factsheets",
    "validate": "Check a package, a table or a workbook, and show all problems at once",
    "export": "Write the workbooks that staff edit",
    "status": "Show each workbook’s state: edited, out of date, or both",
    "import": "Import the edits of workbooks into the tables",
    "watch": "Import what is saved into a folder, and answer there",
    "history": "Show what was imported, by whom and when, and what changed",
    "undo": "Undo an import, cell by cell",
    "form": "Write the reporting form of a Party",
    "remind": "List what was asked in forms and is not answered yet",
    "desk": "Open the local web page on which staff hand in workbooks",
    "diff": "Compare two packages, releases, revisions or workbooks, cell by cell",
    "ingest": "Read the text of a factsheet into the tables",
    "factsheet": "Write the factsheet of a Party from the tables",
    "release": "Make an open-data release: one zip with the tables in many formats, "
    "metadata and change log",
    "verify": "Check an open-data release: a zip, or the folder that it was unpacked to",
    "site": "Write the static web site of the tables",
    "stats": "Count the recommendations by chapter, urgency and scope",
    "credit": "Print the credit line to put under what you publish",
}
"""The commands and the first line of each one’s docstring."""

LONGEST = 5_000
SELDOM = 200_000
"""After how many new objects garbage is collected: rows are many objects and none is garbage."""
DONE, PROBLEMS, UNUSABLE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status. ``arguments`` are those of the process if not given."""
    _use_utf8()
    gc.set_threshold(SELDOM)
    given = sys.argv[1:] if arguments is None else list(arguments)
    options = parser(next((word for word in given if word in COMMANDS), "")).parse_args(given)
    import_module("lanzarote_data.cli.common").show_notes()
    try:
        status: int = options.run(options)
        return status
    except LanzaroteError as reason:
        _tell(reason.message, reason.hint)
        return UNUSABLE
    except BrokenPipeError:
        sys.stderr.close()
        return DONE
    except OSError as reason:
        name = f"{str(reason.filename)[:100]}: " if reason.filename else ""
        _tell(
            f"{name}{reason_of(reason)}.",
            "Check the name and the permissions of the file or folder.",
        )
        return UNUSABLE
    except KeyboardInterrupt:
        _tell("stopped; nothing further was written.")
        return UNUSABLE


def _tell(message: str, hint: str = "") -> None:
    """What stopped the command, and what to do."""
    print(f"lanzarote: {one_line(message)[:LONGEST]}", file=sys.stderr)
    if hint:
        print(f"  {one_line(hint)[:LONGEST]}", file=sys.stderr)


def parser(chosen: str) -> argparse.ArgumentParser:
    """The parser of all commands, with the arguments of the chosen one only.

    The modules of the others are not imported, so that each command starts quickly.
    """
    top = argparse.ArgumentParser(
        prog="lanzarote",
        description="The recommendations of the Lanzarote Committee as data: validated tables, "
        "workbooks to edit, and the way back.",
        epilog="Example: lanzarote validate",
    )
    top.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        if name != chosen:
            commands.add_parser(name, help=summary)
            continue
        module = import_module(f"lanzarote_data.cli.{name}_command")
        command = commands.add_parser(
            name,
            help=summary,
            description=module.__doc__,
            epilog=f"Example: {module.EXAMPLE}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_argument(
            "--package",
            metavar="PATH",
            type=Path,
            help="a datapackage.json or its folder (default: the nearest one from the current "
            "folder upwards, else the copy installed with this program)",
        )
        if hasattr(module, "add_arguments"):
            module.add_arguments(command)
        command.set_defaults(run=module.run)
    return top


def _use_utf8() -> None:
    """Write UTF-8 whatever the locale of the terminal says, as all our files are."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")
