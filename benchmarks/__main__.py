"""``python -m benchmarks [NAME …]``: run benchmarks and print what they measured.

``python -m benchmarks generate ROWS FOLDER`` writes the package that they are run on, for
profiling: datapackage.json and tables/, valid, and the same bytes every time.
"""

from __future__ import annotations

import argparse
import pkgutil
import sys
from importlib import import_module
from pathlib import Path

from benchmarks._generate import generate


def names() -> list[str]:
    """The benchmarks that there are."""
    found = pkgutil.iter_modules([str(Path(__file__).parent)])
    return sorted(module.name for module in found if not module.name.startswith("_"))


def main() -> None:
    """Make a package, or run the benchmarks that are named, or all."""
    if sys.argv[1:2] == ["generate"]:
        make_package(sys.argv[2:])
    else:
        run_named()


def make_package(arguments: list[str]) -> None:
    """Write a synthetic package of a size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks generate")
    parser.add_argument("rows", type=int, help="how many rows of Parties' own")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--parties", type=int, default=0, help="default: one for 100,000 rows")
    options = parser.parse_args(arguments)
    generate(options.folder, options.rows, options.parties)


def run_named() -> None:
    """Run the benchmarks that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"any of {', '.join(names())}; default: all")
    chosen = parser.parse_args().name or names()
    for name in chosen:
        if name not in names():
            parser.error(f"there is no benchmark {name!r}, only {', '.join(names())}")
    for name in chosen:
        run(name)


def run(name: str) -> None:
    """Run one benchmark and print a line for each thing that it timed."""
    module = import_module(f"benchmarks.{name}")
    print(f"{name}: {(module.__doc__ or '').strip().partition(chr(10))[0]}")
    for line in module.lines():
        times = f"{1000 * line.seconds:8.1f} ms  {line.ratio:6.2f} ×"
        print(f"  {line.name:<44}{times} {line.peer} ({1000 * line.peer_seconds:.1f} ms)")


if __name__ == "__main__":
    main()
