"""Survivors: what was changed, and whether somebody has explained why no test can notice it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

EXPLAINED = Path(__file__).parent / "explained.toml"
_LITERAL = re.compile(r'"(?:\\.|[^"\\])*"' + r"|'(?:\\.|[^'\\])*'")


@dataclass(frozen=True)
class Change:
    """A small change of a function: its lines as they were, and as the mutant has them."""

    function: str
    was: str
    now: str

    @property
    def is_wording(self) -> bool:
        """Whether it changes nothing but letters within a sentence for people."""
        for found in _LITERAL.finditer(self.was):
            text = found.group()[1:-1]
            if " " in text.strip() and self.now in set(_reworded(self.was, found, text)):
                return True
        return False


def _reworded(line: str, found: re.Match[str], text: str) -> Iterator[str]:
    """The line with one of its texts as mutmut changes texts."""
    quote = found.group()[0]
    for new in (f"XX{text}XX", text.lower(), text.upper()):
        yield line[: found.start()] + quote + new + quote + line[found.end() :]


def change_of(name: str, diff: str) -> Change:
    """The change of the mutant with this name, from the difference that mutmut shows."""
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++", "@@", "#"))]
    was, now = (
        "\n".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )
    return Change(function_of(name), was, now)


def function_of(name: str) -> str:
    """The function or method that a mutant changes, by the name that mutmut gives it.

    >>> function_of("lanzarote_data.model.merge.xǁ_TableMergeǁrow__mutmut_36")
    '_TableMerge.row'
    """
    last = name.rpartition(".")[2].rpartition("__mutmut_")[0]
    return last[2:].replace("ǁ", ".")


def explanations(path: Path = EXPLAINED) -> Mapping[str, Mapping[Change, str]]:
    """Why survivors survive, by module and change.

    :raises ValueError: one of them gives no reason.
    """
    found: dict[str, dict[Change, str]] = {}
    for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("survivor", []):
        change = Change(entry["function"], entry["was"], entry["now"])
        if not entry["why"].strip():
            raise ValueError(f"{entry['module']}, {change.function}: no reason is given")
        found.setdefault(entry["module"], {})[change] = entry["why"]
    return found
