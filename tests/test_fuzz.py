"""Files changed at random by their structure: success, problems or a refusal, and never long.

``pytest tests/test_fuzz.py --hypothesis-profile=long`` searches for an hour, at random each time.
"""

from __future__ import annotations

import base64
import json
import zlib
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.workbook.base import FORMAT, _digest, read_base
from tests.fuzzing import PIECES, TARGETS, Target, TooSlow, bounded, mutated
from tests.packages import tiny_tables

TINY = tiny_tables()
SEEDS = [
    pytest.param(target, path, id=f"{target.name}/{path.name}")
    for target in TARGETS.values()
    for path in target.inputs()
]
LONG = 100  # times as many examples, with the profile "long"


def put(folder: Path, path: Path, data: bytes) -> Path:
    """A file of that name with these bytes."""
    found = folder / path.name
    found.write_bytes(data)
    return found


@pytest.mark.parametrize(("target", "path"), SEEDS)
def test_every_seed_is_read_or_refused(target: Target, path: Path, tmp_path: Path) -> None:
    outcome = target.attempt(put(tmp_path, path, path.read_bytes()), thorough=True)
    assert outcome == "read" or path.name.startswith("reached-")


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_a_changed_file_ends_well(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    target, ends, folder = TARGETS[name], set(), tmp_path_factory.mktemp("fuzz")
    long = settings.get_current_profile_name() == "long"

    @given(st.sampled_from(target.inputs()), st.randoms(use_true_random=False))
    @settings(max_examples=target.examples * (LONG if long else 1), derandomize=not long)
    def example(seed: Path, dice: Random) -> None:
        path = put(folder, seed, mutated(seed.read_bytes(), dice, seed.suffix))
        ends.add(target.attempt(path, thorough=not dice.randrange(8)))

    example()
    assert "read" in ends


CONTENT = {name: {"a": ["one", ""], "b": ["", "two"]} for name in TINY}
JSON = st.recursive(
    st.none() | st.integers() | st.sampled_from(["", "a", "b", *TINY, *PIECES]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", *TINY]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON, st.sampled_from([*TINY]), st.sampled_from(["", "a", "b"]))
@settings(max_examples=300)
def test_a_base_that_was_made_up_and_sealed_ends_well(made_up: Any, name: str, part: str) -> None:
    """Whoever makes up the hidden sheet can seal it as well: the digest keeps no secret."""
    entry = {**CONTENT[name], part: made_up} if part else made_up
    content = json.dumps({**CONTENT, name: entry}).encode("ascii")
    package = TINY.package
    digest = _digest(package.name, package.version, "BEL", content)
    text = base64.b64encode(zlib.compress(content)).decode("ascii")
    head = [FORMAT, digest, package.name, package.version, "BEL"]
    try:
        base = read_base([head, [text]], package, [])
    except LanzaroteError as reason:
        assert "damaged" in reason.message
    else:
        assert set(base.names) == set(TINY)


def test_the_limit_of_time_holds_even_where_all_exceptions_are_caught() -> None:
    with pytest.raises(TooSlow), bounded(0.05):
        while True:
            with suppress(Exception):
                sum(range(10_000))


@pytest.mark.slow
def test_changes_reach_every_kind_of_file_and_are_the_same_again() -> None:
    for target in TARGETS.values():
        seed = target.inputs()[-1]
        data = seed.read_bytes()
        found = [mutated(data, Random(n), seed.suffix) for n in range(40)]
        assert found == [mutated(data, Random(n), seed.suffix) for n in range(40)]
        assert len(set(found)) > 30 and sum(new != data for new in found) > 30
