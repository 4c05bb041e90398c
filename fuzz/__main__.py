"""``python -m fuzz TARGET [--seconds N]``: search for input that a reader cannot bear.

Guided by coverage, from the seeds in ``fuzz/corpus/TARGET``. An input that ends otherwise than in
success, problems or a refusal is put there, and the tests fail until its fault is mended. What
leads to new branches is kept in ``build/fuzz/TARGET``, from where the next search goes on.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from fuzz.targets import SECONDS, TARGETS, Target

MOST_BYTES = 1 << 20
MOST_MEGABYTES = 2048


def main() -> int:
    """Run the command; 1 if something was found."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument(
        "target",
        nargs="+",
        choices=sorted(TARGETS),
        metavar="TARGET",
        help=", ".join(sorted(TARGETS)),
    )
    parser.add_argument("--seconds", type=int, default=600, help="for each target (default: 600)")
    options = parser.parse_args()
    if find_spec("atheris") is None:
        parser.error("this needs atheris, for Linux: pip install -e '.[test,fuzz]'")
    found = [search(TARGETS[name], options.seconds) for name in options.target]
    return 1 if any(found) else 0


def search(target: Target, seconds: int) -> bool:
    """Search for so long; whether something was found."""
    kept = Path("build") / "fuzz" / target.name
    kept.mkdir(parents=True, exist_ok=True)
    before = set(target.inputs())
    settings = [
        f"-max_total_time={seconds}",
        f"-max_len={MOST_BYTES}",
        f"-timeout={3 * SECONDS}",
        f"-report_slow_units={3 * SECONDS}",
        f"-rss_limit_mb={MOST_MEGABYTES}",
        f"-artifact_prefix={target.corpus}/died-",
        "-print_final_stats=1",
    ]
    command = [sys.executable, "-m", "fuzz.search", target.name, *settings]
    done = subprocess.run(
        [*command, str(kept), str(target.corpus)], stderr=subprocess.PIPE, text=True, check=False
    )
    tried = re.search(r"number_of_executed_units:\s+(\d+)", done.stderr)
    branches = re.findall(r"\bcov: (\d+)", done.stderr)
    if tried is None or done.returncode:
        print(done.stderr[-3000:], file=sys.stderr)
    new = sorted(set(target.inputs()) - before)
    print(
        f"{target.name}: {int(tried[1]) if tried else 0:,} inputs tried in {seconds} seconds, "
        f"{branches[-1] if branches else 0} branches seen, {len(new)} faults found"
    )
    return bool(new) or done.returncode != 0


if __name__ == "__main__":
    sys.exit(main())
