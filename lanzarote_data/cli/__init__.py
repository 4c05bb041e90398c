"""The command line: one module a command, each thin; what it says and its exit codes are here.

Exit status: 0 done; 1 the data has problems or conflicts, nothing was written; 2 the call or the
input cannot be used.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from importlib import import_module

from lanzarote_data.cli.wording import one_line
from lanzarote_data.errors import LanzaroteError, reason_of

COMMANDS = (
    "build",
    "validate",
    "export",
    "status",
    "import",
    "diff",
    "ingest",
    "factsheet",
    "release",
    "verify",
    "site",
    "stats",
    "credit",
)

LONGEST = 5_000
DONE, PROBLEMS, UNUSABLE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status. ``arguments`` are those of the process if not given."""
    _use_utf8()
    _show_notes()
    options = parser().parse_args(arguments)
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


def parser() -> argparse.ArgumentParser:
    """The parser of all commands; each command's module describes its own part."""
    top = argparse.ArgumentParser(
        prog="lanzarote",
        description="The recommendations of the Lanzarote Committee as data: validated tables, "
        "workbooks to edit, and the way back.",
        epilog="Example: lanzarote validate",
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in COMMANDS:
        import_module(f"lanzarote_data.cli.{name}_command").register(commands)
    return top


class _Notes(logging.Handler):
    """Shows what the program notices beside its work."""

    def emit(self, record: logging.LogRecord) -> None:
        """Show one note."""
        print(f"lanzarote: {record.getMessage()}", file=sys.stderr)


def _show_notes() -> None:
    logger = logging.getLogger("lanzarote_data")
    if not any(isinstance(handler, _Notes) for handler in logger.handlers):
        logger.addHandler(_Notes())


def _use_utf8() -> None:
    """Write UTF-8 whatever the locale of the terminal says, as all our files are."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")
