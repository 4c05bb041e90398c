"""``python -m benchmarks``: our commands beside other programs that do a part of the same.

Every line is a whole process from start to end, in seconds of the processor, which other work on
the machine disturbs least; ours and the other take turns, and the least of several runs counts.
Where a person waits for a page or for one edit, the aim is in seconds.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import peers, prepare
from benchmarks.generate import TOP

Run = tuple[str, ...]
"""The arguments of a process of Python; ``{folder}`` in them is where the fixtures are."""


@dataclass(frozen=True)
class Line:
    """One thing that a person waits for, and what it is compared with.

    ``prepare`` is done before each run, ``unit`` is what our seconds are divided by where there is
    no other program, and ``aim`` is the greatest quotient that is good enough.
    """

    name: str
    size: str
    ours: Run
    aim: float
    other: Run = ()
    prepare: Callable[[Path], object] = lambda _: None
    unit: Callable[[Path], float] = lambda _: 1


def lanzarote(*arguments: str) -> Run:
    """A command of ours on the package in the folder."""
    return ("-m", "lanzarote_data", *arguments)


PACKAGE = "{folder}/package"
DESCRIPTOR = f"{PACKAGE}/datapackage.json"
SIZES = {"48 Parties": (7_400, 48), "three times": (24_000, 48), "100,000 rows": (100_000, 1)}
IMPORT = lanzarote("import", "--dry-run", "{folder}/edited.xlsx", "--package", PACKAGE)
VALIDATE = lanzarote("validate", PACKAGE)
EXPORT = lanzarote("export", "--party", "BEL", "--out", "{folder}/out", "--package", PACKAGE)
FRICTIONLESS = ("-m", "frictionless", "validate", DESCRIPTOR)
READ_OPENPYXL = peers.run("read_excel", "openpyxl", "{folder}/edited.xlsx")
TO_EXCEL = peers.run("to_excel", PACKAGE, "{folder}/out.xlsx")
BUILD = lanzarote("build", "--package", PACKAGE)
SITE = lanzarote("site", "--out", "{folder}/site", "--package", PACKAGE)
RELEASE = lanzarote("release", "2026.1", "--out", "{folder}/releases", "--package", PACKAGE)
NO_WORKBOOK, NO_SITE = prepare.without("out"), prepare.without("site")
MANY = "48 Parties"
LARGE = "100,000 rows"
LINES = (
    Line(
        "import --dry-run, one cell / read_excel (openpyxl)", MANY, IMPORT, 0.8, READ_OPENPYXL,
        prepare.built,
    ),
    Line("validate / frictionless validate", MANY, VALIDATE, 0.6, FRICTIONLESS),
    Line(
        "status, 49 workbooks / read_excel (calamine)", MANY,
        lanzarote("status", "--package", PACKAGE), 0.55,
        peers.run("read_excel", "calamine", f"{PACKAGE}/workbooks"), prepare.built,
    ),
    Line(
        "export, one Party / read_csv and to_excel", MANY, EXPORT, 1.0, TO_EXCEL, prepare.to_export
    ),
    Line("build, one cell changed, in seconds", MANY, BUILD, 1.5, prepare=prepare.one_cell),
    Line("build, nothing changed, in seconds", MANY, BUILD, 0.5, prepare=prepare.built),
    Line(
        "site, fresh, in milliseconds a page", MANY, SITE, 2.5,
        prepare=NO_SITE, unit=prepare.thousandth_of_pages,
    ),
    Line(
        "site, fresh / a plain copy of its files", MANY,
        lanzarote("site", "--out", "{folder}/again", "--package", PACKAGE), 20.0,
        peers.run("copy", "{folder}/site", "{folder}/copy"), prepare.site,
    ),
    Line("site, one cell changed, in seconds", MANY, SITE, 3.0, prepare=prepare.one_cell_of_site),
    Line(
        "release / pandas writing six formats and a zip", MANY, RELEASE, 2.0,
        peers.run("release", PACKAGE, "{folder}/peer"), prepare.without("releases"),
    ),
    Line(
        "verify / frictionless validate", MANY,
        lanzarote("verify", "{folder}/releases/lanzarote-data-2026.1.0.zip"), 1.5, FRICTIONLESS,
        prepare.released,
    ),
    Line("import --dry-run, one cell / read_excel (openpyxl)", LARGE, IMPORT, 0.5, READ_OPENPYXL),
    Line("validate / frictionless validate", LARGE, VALIDATE, 0.5, FRICTIONLESS),
    Line("export, one Party / read_csv and to_excel", LARGE, EXPORT, 1.0, TO_EXCEL, NO_WORKBOOK),
    Line("lanzarote --help / python -c pass", MANY, lanzarote("--help"), 4.0, ("-c", "pass")),
)  # fmt: skip
GROWTH = Line("site: three times the pages / these", MANY, SITE, 3.3, SITE, NO_SITE)


class BenchmarkError(Exception):
    """A program that was to be timed failed; the message is what it wrote last."""


def seconds(run: Run, folder: Path) -> float:
    """The seconds of the processor that a process takes, with those that it starts."""
    arguments = [sys.executable, *(part.replace("{folder}", str(folder)) for part in run)]
    # Modules are compiled once, as those of an installed program are.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(arguments, cwd=TOP, env=environment, stdout=said, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise BenchmarkError(f"{' '.join(run)}: {said.read()[-2000:].decode()}")
    return used.ru_utime + used.ru_stime


def measured(line: Line, folder: Path, other: Path, runs: int) -> tuple[float, float]:
    """Our least seconds in a folder, and those of the other program; 0 where there is none."""
    ours, others = [], [0.0] if not line.other else []
    for _ in range(runs):
        line.prepare(folder)
        ours.append(seconds(line.ours, folder))
        if line.other:
            line.prepare(other)
            others.append(seconds(line.other, other))
    return min(ours), min(others)


def rows(lines: Iterable[Line], folder: Path, runs: int) -> Iterator[str]:
    """A row of the table for each line: our seconds, those of the other, the quotient, the aim."""
    for line in lines:
        here = folder / ("three times" if line is GROWTH else line.size)
        ours, other = measured(line, here, folder / line.size, runs)
        quotient = ours / other if line.other else ours / line.unit(here)
        met = "met" if quotient <= line.aim else "NOT MET"
        beside = f"{other:.2f}" if line.other else ""
        name, aim = f"{line.name}, {line.size}", f"≤ {line.aim} {met}"
        yield f"| {name} | {ours:.2f} | {beside} | {quotient:.2f} | {aim} |"


def main() -> int:
    """Make the fixtures, time everything, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT", help="only lines with this text")
    parser.add_argument("--runs", type=int, default=3, help="how often each is run (default: 3)")
    parser.add_argument("--folder", type=Path, help="keep the fixtures here, and use those there")
    options = parser.parse_args()
    chosen = [line for line in (*LINES, GROWTH) if options.only in f"{line.name}, {line.size}"]
    sizes = {line.size for line in chosen} | ({"three times"} if GROWTH in chosen else set())
    folder = options.folder or Path(tempfile.mkdtemp(prefix="lanzarote-benchmarks-"))
    try:
        for size in sizes:
            prepare.fixtures(folder / size, *SIZES[size])
        print("| | ours, s | other, s | quotient | aim |\n|---|---|---|---|---|")
        for row in rows(chosen, folder, options.runs):
            print(row, flush=True)
    except BenchmarkError as reason:
        print(f"A program failed: {reason}", file=sys.stderr)
        return 1
    finally:
        if not options.folder:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
