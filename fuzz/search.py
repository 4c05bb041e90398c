"""The search itself, in a process of its own: atheris ends the process when it ends.

``python -m fuzz`` runs it; see there.
"""

from __future__ import annotations

import hashlib
import sys
import traceback
from pathlib import Path
from random import Random

import atheris

_GUIDES = ("lanzarote_data", "mammoth", "openpyxl.reader", "openpyxl.worksheet", "openpyxl.cell")

with atheris.instrument_imports(include=list(_GUIDES)):
    from fuzz.targets import TARGETS, Target, attempt, mutated

    # What is imported only when it is needed must be seen as well.
    for path in TARGETS[sys.argv[1]].inputs():
        attempt(TARGETS[sys.argv[1]], path.read_bytes())


class Search:
    """One search: what is run, and the faults found so far, each once."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.seen: set[str] = set()

    def run(self, data: bytes) -> None:
        """Try one input; the first that shows a fault is put into the corpus and told."""
        try:
            attempt(self.target, data)
        except BaseException as reason:
            if isinstance(reason, KeyboardInterrupt):
                raise
            place = fault_place(reason)
            if place not in self.seen:
                self.seen.add(place)
                self.keep(data, place)

    def keep(self, data: bytes, place: str) -> None:
        """Put an input into the corpus."""
        digest = hashlib.sha256(data).hexdigest()[:12]
        path = self.target.corpus / f"found-{digest}{self.target.suffix}"
        path.write_bytes(data)
        print(f"{path}: {place}", flush=True)


def fault_place(reason: BaseException) -> str:
    """The kind of a fault, and the last place of ours that it came through."""
    frames = traceback.extract_tb(reason.__traceback__)
    ours = [frame for frame in frames if "lanzarote_data" in Path(frame.filename).parts]
    last = (ours or list(frames))[-1]
    return f"{type(reason).__name__} in {Path(last.filename).name}, line {last.lineno}, {last.name}"


def main() -> None:
    """Search, with the settings of libFuzzer that were given."""
    target = TARGETS[sys.argv[1]]
    search = Search(target)

    def mutator(data: bytes, most: int, seed: int) -> bytes:
        new = mutated(target, data, Random(seed))
        return new if len(new) <= most else data

    atheris.Setup([sys.argv[0], *sys.argv[2:]], search.run, custom_mutator=mutator)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
