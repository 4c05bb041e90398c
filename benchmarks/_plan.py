"""What is measured: each thing of ours beside peers that do the same job, or a part of it.

Where a peer can do a job at all, it is here. flatten-tool takes rows from JSON to a workbook and
back; it has no layout, no lists to choose from, no difference and no merge. daff finds the
difference of two tables by key; it knows no workbooks with layout and no rules of a package.
Neither validates.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks._programs import TOP, Program, build_again, build_all, step, whole
from benchmarks._sizes import FIFTY_PARTIES, LARGE, LARGEST, ONE_PARTY, SIZES, TEN_THOUSAND, Size
from lanzarote_data.store.descriptor import load_package


@dataclass(frozen=True)
class Peer:
    """Another program that does the job; where it takes too long, up to so many rows alone."""

    name: str
    program: Program
    most_rows: int = LARGEST.rows


@dataclass(frozen=True)
class Comparison:
    """One thing of ours, its peers, and the sizes at which it is measured.

    ``runs`` is how often, where it is not as often as the size says. ``grows`` says that it is
    work on rows within a process, whose growth with their number is looked at.
    """

    name: str
    program: Program
    peers: tuple[Peer, ...]
    sizes: tuple[Size, ...] = SIZES
    runs: int = 0
    grows: bool = True


HELP = "lanzarote --help"
DRY_RUN = "import --dry-run, whole process"
BUILD = "build, nothing changed"
VALIDATE = "validate"
EXPORT = "export"
PROVED = "export with proof"
IMPORT = "import"

BARE = "python -c pass"
READ_EXCEL = "pandas.read_excel (openpyxl)"
TO_EXCEL = "DataFrame.to_excel (openpyxl)"
FRICTIONLESS = "frictionless validate"
BUILD_ALL = "build of everything"

_TITLES = [r.title[:31] for r in load_package(TOP).resources if "party" in r.workbooks]
_EDITED = "{folder}/edited/BEL.xlsx"
_DRY_RUN = whole("-m", "lanzarote_data", "import", _EDITED, "--dry-run", "--package", "{package}")

STARTING = (
    Comparison(
        HELP,
        whole("-m", "lanzarote_data", "--help"),
        (Peer(BARE, whole("-c", "pass")),),
        sizes=(ONE_PARTY,),
        runs=7,
        grows=False,
    ),
    Comparison(
        "import lanzarote_data",
        whole("-c", "import lanzarote_data"),
        (Peer(BARE, whole("-c", "pass")),),
        sizes=(ONE_PARTY,),
        runs=7,
        grows=False,
    ),
    Comparison(
        "the first frame, whole process",
        whole("-c", "import lanzarote_data as lz; lz.recommendations"),
        (Peer("import pandas", whole("-c", "import pandas")),),
        sizes=(ONE_PARTY,),
        grows=False,
    ),
    Comparison(
        DRY_RUN,
        _DRY_RUN,
        (Peer(READ_EXCEL, whole("-m", "benchmarks._read_excel", _EDITED, *_TITLES)),),
        sizes=(ONE_PARTY, TEN_THOUSAND, LARGE),
        grows=False,
    ),
    Comparison(
        BUILD,
        build_again,
        (Peer(BUILD_ALL, build_all),),
        sizes=(FIFTY_PARTIES,),
        runs=1,
        grows=False,
    ),
)
WORKING = (
    Comparison("read the tables", step("read"), (Peer("pandas.read_csv", step("read: pandas")),)),
    Comparison(
        "write the tables", step("write"), (Peer("DataFrame.to_csv", step("write: pandas")),)
    ),
    Comparison(
        VALIDATE,
        step("validate"),
        (Peer(FRICTIONLESS, step("validate: frictionless"), LARGE.rows),),
    ),
    Comparison(
        EXPORT,
        step("export"),
        (
            Peer(TO_EXCEL, step("export: openpyxl"), LARGE.rows),
            Peer("DataFrame.to_excel (xlsxwriter)", step("export: xlsxwriter"), LARGE.rows),
        ),
    ),
    Comparison(
        PROVED,
        step("export with proof"),
        (
            Peer(TO_EXCEL, step("export: openpyxl"), LARGE.rows),
            Peer("flatten-tool, there and back", step("round trip: flatten-tool"), 10_000),
        ),
    ),
    Comparison(
        IMPORT,
        step("import"),
        (
            Peer(READ_EXCEL, step("import: openpyxl"), LARGE.rows),
            Peer("pandas.read_excel (calamine)", step("import: calamine")),
        ),
    ),
    Comparison(
        "difference",
        step("difference"),
        (Peer("daff", step("difference: daff"), LARGE.rows),),
        runs=3,
    ),
)
COMPARISONS = (*STARTING, *WORKING)


@dataclass(frozen=True)
class Target:
    """At most this ratio to a peer at a size."""

    name: str
    peer: str
    size: Size
    most: float


TARGETS = (
    Target(HELP, BARE, ONE_PARTY, 4.0),
    Target(DRY_RUN, READ_EXCEL, ONE_PARTY, 1.3),
    Target(BUILD, BUILD_ALL, FIFTY_PARTIES, 0.1),
    Target(EXPORT, TO_EXCEL, LARGE, 0.5),
    Target(PROVED, TO_EXCEL, LARGE, 0.5),
    Target(IMPORT, READ_EXCEL, LARGE, 0.4),
    Target(VALIDATE, FRICTIONLESS, LARGE, 0.25),
)
MOST_TIMES = 12.0
"""At most so many times as long at 1,000,000 rows as at 100,000."""
MOST_MEMORY = 6.0
"""At most so many times the size of the tables as memory, at 1,000,000 rows."""
