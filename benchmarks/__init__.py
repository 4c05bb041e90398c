"""What is timed, and against what. Ratios, not seconds: machines differ.

``python -m benchmarks imports`` runs one, ``python -m benchmarks`` runs all. Every module here
but ``__main__`` is a benchmark: its docstring says what it times, and its function ``lines()``
yields a :class:`Line` for each thing timed.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One thing that was timed: its seconds, and those of the peer that it is measured by."""

    name: str
    seconds: float
    peer: str
    peer_seconds: float

    @property
    def ratio(self) -> float:
        """How many times as long as its peer it takes."""
        return self.seconds / self.peer_seconds
