"""What it costs to start: our import against bare Python, our first frame against pandas.

Each is the time of a whole process, the least of several, so that what else the machine does
counts little. Of the import only what it adds to bare Python is compared.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

from benchmarks import Line

RUNS = 9
BARE = "pass"
IMPORT = "import lanzarote_data"
FRAME = "import lanzarote_data as lz; lz.recommendations"
QUESTION = "import lanzarote_data as lz; lz.citations_of('R2-BEL-II-6')"
PANDAS = "import pandas"


def lines() -> Iterator[Line]:
    """What each adds to bare Python."""
    bare, ours, frame, question, pandas = fastest(BARE, IMPORT, FRAME, QUESTION, PANDAS)
    yield Line("import lanzarote_data, the whole process", ours, "bare Python", bare)
    yield Line("import lanzarote_data, beyond bare Python", ours - bare, "bare Python", bare)
    yield Line("a question without a frame, the same", question - bare, "bare Python", bare)
    yield Line("the first frame, beyond bare Python", frame - bare, "import pandas", pandas - bare)


def fastest(*programs: str) -> list[float]:
    """The least time of each program, in seconds; they take turns, so that all have the same."""
    times = [[process_time(program) for program in programs] for _ in range(RUNS)]
    return [min(column) for column in zip(*times, strict=True)]


def process_time(program: str) -> float:
    """The seconds that a Python process takes to run a program."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return time.perf_counter() - start
