"""Wrong arguments of every public function end in an error with a sentence."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import lanzarote_data as lz
from lanzarote_data.frames.plots import PLOTS

DATA = lz.load()
GOOD: dict[str, dict[str, Any]] = {
    "joined": {"name": "parties"},
    "addressed_to": {"party": "BEL"},
    "grounds": {"recommendation_id": "R2-BEL-II-6"},
    "citations_of": {"row_id": "R2-BEL-II-6"},
    "citing": {"code": "II-6"},
    "text": {"row_id": "R2-BEL-II-6"},
    "search": {"query": "training"},
    "follow_up_state": {"party": "BEL"},
    "sql": {"query": "select 1"},
    "to_polars": {"table": "parties"},
    "to_parquet": {"folder": "/dev/null/folder"},
    "to_sqlite": {"path": "/dev/null/file"},
    "party": {"name": "BEL"},
    "schema": {"table": "parties"},
    "validate": {"source": lz.parties, "table": "parties"},
    "diff": {"old": DATA},
    "read_tables": {"package": DATA.package},
    "with_rows": {"table": "parties", "rows": []},
    "from_frames": {"frames": {}},
    "write": {"folder": "/dev/null/folder"},
    "urgency_by_chapter": {},
    "party_by_chapter": {},
    "follow_up_over_time": {},
}
PATH = "nowhere/at/all"
# What is right although it is in WRONG, by parameter; whether a flag is set needs no check.
RIGHT: dict[str, list[object]] = {
    "path": [None],
    "paragraph": [None, 7],
    "new": [None],
    "source": [None],
    "against": [None],
    "package": [None],
    "params": [None],
    "like": [None],
    "ax": [None],
    "data": [None],
    "to_parquet.folder": [PATH],
    "to_sqlite.path": [PATH],
    "write.folder": [PATH],
    "search.query": [PATH],
    "from_frames.frames": [],
}
WRONG = [None, 7, object(), ["nowhere"], {"nowhere": 1}, PATH, b"bytes"]
FLAGS = {"labels", "overwrite", "grounds", "credit"}


def functions() -> Iterator[tuple[str, Any]]:
    """Every public function that takes arguments, by name."""
    skipped = {"frame", "credit", "package", "version", "to_frictionless"}
    yield from ((name, getattr(lz.plots, name)) for name in PLOTS)
    for name in sorted({*lz.__all__, *(n for n in dir(lz.Dataset) if n[0] != "_")} - skipped):
        found = getattr(DATA, name, None) if hasattr(lz.Dataset, name) else getattr(lz, name)
        if inspect.isfunction(found) or inspect.ismethod(found):
            yield name, found


def is_right(name: str, parameter: inspect.Parameter, value: object) -> bool:
    right = RIGHT.get(parameter.name, []) + RIGHT.get(f"{name}.{parameter.name}", [])
    # None is understood where nothing is what is meant if the argument is left out.
    return value in right or (value is None and parameter.default == "")


CASES = [
    (name, parameter.name, wrong)
    for name, function in functions()
    for parameter in inspect.signature(function).parameters.values()
    if parameter.name not in FLAGS
    for wrong in WRONG
    if not is_right(name, parameter, wrong)
]


@pytest.mark.parametrize("name", [name for name, _ in functions()])
def test_wrong_arguments_end_in_a_sentence(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    function = dict(functions())[name]
    for _, parameter, wrong in (case for case in CASES if case[0] == name):
        kind = inspect.signature(function).parameters[parameter].kind
        given = GOOD.get(name, {}) | {parameter: wrong}
        try:
            if kind is inspect.Parameter.VAR_POSITIONAL:
                function(wrong)
            else:
                function(**given)
        except lz.LanzaroteError as refused:
            assert refused.message[0].isupper() or refused.message[0] in "'/n«"
            continue
        except Exception as reason:
            pytest.fail(f"{name}({parameter}={wrong!r}) raised {reason!r}")
        pytest.fail(f"{name}({parameter}={wrong!r}) raised nothing")
