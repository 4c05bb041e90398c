"""``python -m benchmarks``: measure everything beside its peers, and print a table of ratios.

With no command the sizes up to 100,000 rows are measured, which takes some minutes.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from benchmarks import _page, _results
from benchmarks._generate import generate
from benchmarks._plan import COMPARISONS
from benchmarks._programs import TOP, BenchmarkError
from benchmarks._run import run
from benchmarks._shape import as_source, measured
from benchmarks._sizes import SIZES, USUAL
from lanzarote_data.store.descriptor import load_package
from lanzarote_data.store.tables import read_tables

KEPT = TOP / "benchmarks" / "results.json"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status."""
    options = parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.run
    return command(options)


def parser() -> argparse.ArgumentParser:
    """The parser of the options and commands."""
    top = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.set_defaults(run=compare)
    names = [size.name for size in SIZES]
    top.add_argument(
        "--size",
        action="append",
        choices=names,
        metavar="SIZE",
        help=f"only this size, repeatable: {'; '.join(names)}",
    )
    top.add_argument("--all", action="store_true", help="all sizes, 1,000,000 rows too")
    things = [comparison.name for comparison in COMPARISONS]
    top.add_argument(
        "--only",
        action="append",
        choices=things,
        metavar="THING",
        help=f"only this, repeatable: {'; '.join(things)}",
    )
    top.add_argument(
        "--folder",
        type=Path,
        help="keep packages and workbooks here, and use those there are; delete it when workbooks "
        "are written otherwise than before",
    )
    top.add_argument(
        "--keep", action="store_true", help="keep these results in the project, draw their page"
    )
    commands = top.add_subparsers(title="other commands", metavar="COMMAND")
    _add(commands, "page", "draw the page of the results kept", draw_page)
    _add(commands, "edits", "look for edits that get lost: half an hour", search_edits)
    _add(commands, "measure", "print the figures of the real tables, for _shape.py", print_shape)
    making = _add(commands, "generate", "write a synthetic package of any size", make_package)
    making.add_argument("rows", type=int, help="how many rows of Parties' own")
    making.add_argument("folder", type=Path)
    making.add_argument("--parties", type=int, default=0, help="default: one for 100,000 rows")
    return top


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    text: str,
    run: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    added = commands.add_parser(name, help=text, description=text)
    added.set_defaults(run=run)
    return added


def compare(options: argparse.Namespace) -> int:
    """Measure, print the table, and keep the results where that is asked for."""
    sizes = [s for s in SIZES if s.name in options.size] if options.size else USUAL
    chosen = [c for c in COMPARISONS if not options.only or c.name in options.only]
    temporary = tempfile.TemporaryDirectory(prefix="lanzarote-benchmarks-")
    try:
        with nullcontext(options.folder) if options.folder else temporary as folder:
            results = run(chosen, SIZES if options.all else sizes, Path(folder), _progress)
    except BenchmarkError as reason:
        print(f"A program failed: {reason}", file=sys.stderr)
        return 1
    print(_page.plain(results))
    if options.keep:
        kept = _results.load(KEPT).with_newer(results) if KEPT.is_file() else results
        _results.save(kept, KEPT)
        _page.write(kept, TOP / "docs")
    return 0


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def draw_page(_: argparse.Namespace) -> int:
    """Draw the page of the results that are kept."""
    _page.write(_results.load(KEPT), TOP / "docs")
    return 0


def search_edits(_: argparse.Namespace) -> int:
    """Run the random edit scripts."""
    from benchmarks import edits  # it needs libraries, and what starts processes is to be small

    for line in edits.lines():
        print(line)
    return 0


def print_shape(_: argparse.Namespace) -> int:
    """Print the figures of the real tables as they stand in the module of them."""
    print(as_source(measured(read_tables(load_package(TOP)).tables)))
    return 0


def make_package(options: argparse.Namespace) -> int:
    """Write a synthetic package."""
    generate(options.folder, options.rows, options.parties)
    return 0


if __name__ == "__main__":
    sys.exit(main())
