"""``python -m mutation [MODULE …]``: change the code a little and see whether a test notices.

Prints for each module how many changes were noticed, and shows those that were not and are not
explained. Works in a copy, in ``build/mutation``. All modules take more than half an hour on two
cores.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from mutation import PLANS
from mutation.survivors import Change, change_of, explanations

ROOT = Path(__file__).parents[1]
NEEDED = ("lanzarote_data", "tests", "tables", "workbooks", "fuzz", "benchmarks", "docs")
NEEDED_FILES = ("datapackage.json", "README.md")
KILLED = ("killed", "timeout", "segfault", "caught by type check")


@dataclass(frozen=True)
class Result:
    """What became of the mutants of a module: how many by status, and the survivors."""

    module: str
    seconds: float
    statuses: Counter[str]
    survivors: list[Change]


def main() -> int:
    """Run the command; 1 if there is a survivor that nobody has explained."""
    parser = argparse.ArgumentParser(prog="python -m mutation", description=__doc__)
    parser.add_argument("module", nargs="*", help=f"any of {', '.join(PLANS)}; default: all")
    parser.add_argument("--processes", type=int, default=2, help="at once; default: 2")
    options = parser.parse_args()
    chosen = options.module or list(PLANS)
    for module in chosen:
        if module not in PLANS:
            parser.error(f"there is no plan for {module!r}, only for {', '.join(PLANS)}")
    if find_spec("mutmut") is None:
        parser.error("this needs mutmut: pip install -e '.[test,mutation]'")
    explained = explanations()
    unknown = [tell(run(module, options.processes), explained.get(module, {})) for module in chosen]
    return 1 if any(unknown) else 0


def run(module: str, processes: int) -> Result:
    """Try all mutants of a module, this many at once."""
    start = time.perf_counter()
    folder = prepared(module)
    with (folder / "mutmut.log").open("w") as log:
        mutmut = [sys.executable, "-m", "mutmut"]
        command = [*mutmut, "run", "--max-children", str(processes)]
        done = subprocess.run(command, cwd=folder, stdout=log, stderr=log, check=False)
    said = subprocess.run(
        [*mutmut, "results", "--all", "true"], cwd=folder, capture_output=True, text=True
    )
    pairs = [
        line.strip().rpartition(": ")[::2] for line in said.stdout.splitlines() if ": " in line
    ]
    if done.returncode or not pairs:
        raise SystemExit(f"mutmut could not run; see {folder / 'mutmut.log'}")
    alive = [name for name, status in pairs if status not in KILLED]
    with ThreadPoolExecutor(processes) as pool:
        survivors = list(pool.map(lambda name: shown(folder, name), alive))
    seconds = time.perf_counter() - start
    return Result(module, seconds, Counter(status for _, status in pairs), survivors)


def prepared(module: str) -> Path:
    """A copy of the project in which mutmut changes this module and runs its tests."""
    folder = ROOT / "build" / "mutation" / module.replace("/", ".")
    shutil.rmtree(folder, ignore_errors=True)
    for name in NEEDED:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in NEEDED_FILES:
        shutil.copy(ROOT / name, folder)
    settings = {
        "source_paths": ["lanzarote_data"],
        "only_mutate": [f"lanzarote_data/{module}.py"],
        "pytest_add_cli_args_test_selection": PLANS[module],
        # The same examples each time, so that a mutant is not killed by luck.
        "pytest_add_cli_args": ["--hypothesis-profile=ci", "-p", "no:cacheprovider"],
        "also_copy": [*NEEDED[2:], *NEEDED_FILES],
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    text = "\n".join([project, "[tool.mutmut]", *lines, ""])
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return folder


def shown(folder: Path, name: str) -> Change:
    """The change that a mutant is."""
    done = subprocess.run(
        [sys.executable, "-m", "mutmut", "show", name],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return change_of(name, done.stdout)


def tell(result: Result, explained: Mapping[Change, str]) -> int:
    """Print what became of a module’s mutants; the number of survivors that nobody explained."""
    wording = [change for change in result.survivors if change.is_wording]
    others = [change for change in result.survivors if not change.is_wording]
    unknown = [change for change in others if change not in explained]
    killed = sum(result.statuses[status] for status in KILLED)
    total = result.statuses.total()
    print(
        f"{result.module}: {killed} of {total} killed; {len(wording)} only word a sentence "
        f"otherwise, {len(others) - len(unknown)} are explained, {len(unknown)} are not "
        f"({result.seconds:.0f} s)",
        flush=True,
    )
    for change in unknown:
        print(f"  {change.function}\n    - {change.was}\n    + {change.now}")
    for change in explained.keys() - set(result.survivors):
        print(f"  explained, but killed or gone: {change.function}: {change.now}")
    return len(unknown)


if __name__ == "__main__":
    sys.exit(main())
