"""No text takes long: time grows with its length, in every function of ours that looks at one."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

import pytest

import lanzarote_data
from lanzarote_data.ingest.text import read_text
from lanzarote_data.model.types import canonical_value
from lanzarote_data.text import markup
from lanzarote_data.text.verbs import verbs_of
from tests.packages import tiny_tables

Function = Callable[[str], object]
# Pieces that open something and do not close it, or close it very late; and what is cut off.
PIECES = [
    *("[](", "![", "[^1", "[^1]", "[a](<", "[a](", "[a]((", "](", "((", "[x]: y\n", "(a", "a) "),
    *("<", "<a", "<a@", "<http:", "&", "&#", "\\", "`", "``` `", "*a ", "**a", "_a", "> ", "- "),
    *("1. ", "# ", "|", "+-", "---\n", "\n", " ", "\t", "\u00a0", "a ", "a", "1", "1,", "§ ", "“"),
    *("_x00", "_x0041_", "x005F_", "http://a", "a@b.", "R2-", "{party}", "{", "%", "ﬁ", "Ã©"),
    *("\u00ad", "\u0301", "\ufffd", "Para. ", "paragraph 1 and ", "requests the "),
]  # fmt: skip
TIMES = 8
SHORT, LONG = 1_500, 1_500 * TIMES
MOST = 3 * TIMES
"""Eight times the text takes about eight times as long; were it quadratic, 64 times."""
QUICK = 0.1

GIVEN_SHORT = {"_column"}
"""What gets a few letters that another function has checked."""


def functions() -> Iterator[tuple[str, Function]]:
    """Every function of the package that needs one text and nothing else."""
    for module in pkgutil.walk_packages(lanzarote_data.__path__, "lanzarote_data."):
        if module.name.endswith("__main__"):
            continue
        if module.name.startswith("lanzarote_data.cli") and "wording" not in module.name:
            continue  # they print it
        there = importlib.import_module(module.name)
        for name, found in vars(there).items():
            function = inspect.unwrap(found) if callable(found) else None
            if inspect.isfunction(function) and function.__module__ == module.name:
                needed = [
                    parameter.annotation
                    for parameter in inspect.signature(function).parameters.values()
                    if parameter.default is parameter.empty
                ]
                if needed == ["str"] and name not in GIVEN_SHORT:
                    yield f"{module.name.removeprefix('lanzarote_data.')}.{name}", function


def seconds(function: Function, text: str) -> float:
    """The processor time of a call."""
    markup._rendered.cache_clear()
    start = time.process_time()
    with suppress(Exception):  # what it says of the text is no matter here
        found = function(text)
        if inspect.isgenerator(found):
            list(found)
    return time.process_time() - start


def grows(function: Function, make: Callable[[int], str]) -> bool:
    """Whether the time of a function grows much faster than the text."""
    short = seconds(function, make(SHORT))
    if short > 10 * QUICK:
        return True  # before the long text takes minutes
    most = MOST * max(short, QUICK / MOST)
    return seconds(function, make(LONG)) > most and seconds(function, make(LONG)) > most


VERBS = verbs_of(tiny_tables(), "R2", ["Belgium"])
FUNCTIONS: dict[str, Function] = dict(functions()) | {
    "ingest.text.read_text": lambda text: read_text(text, "a.md"),
    "model.types.canonical_value": lambda text: canonical_value("number", text),
    "text.verbs.Verbs.find": lambda text: list(VERBS.find(text)),
    "text.verbs.Verbs.without_addressee": VERBS.without_addressee,
}


def test_the_functions_are_found() -> None:
    assert {"text.markup.plain", "text.garbled.garbled", "model.types.canonical_text"} <= {
        *FUNCTIONS
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", FUNCTIONS)
def test_time_grows_with_the_length_of_a_hostile_text(name: str) -> None:
    function = FUNCTIONS[name]
    texts: dict[str, Callable[[int], str]] = {
        piece: partial(lambda piece, size: piece * size, piece) for piece in PIECES
    }
    for opening, closing in ("[]", "()", "<>", "{}", "“”"):
        texts[opening + closing] = partial(lambda a, b, size: a * size + b * size, opening, closing)
    assert [piece for piece, make in texts.items() if grows(function, make)] == []
