"""Files changed at random by their structure: success, problems or a refusal, and never long.

``python -m fuzz`` searches longer, guided by coverage; what it found is in its corpus.
"""

from __future__ import annotations

import base64
import json
import zipfile
import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.mutations import TEXTS
from fuzz.targets import TARGETS, Target, TooSlow, attempt, bounded, mutated
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.workbook.base import FORMAT, _digest, read_base
from tests.packages import tiny_tables

EXAMPLES = {"csv": 200, "descriptor": 30, "factsheet": 60, "release": 20, "word": 40}
EXAMPLES["workbook"] = 60
THOROUGH = {"csv": 10, "factsheet": 5, "word": 5, "workbook": 5}
"""One of so many examples is validated as well, which takes long."""
TINY = tiny_tables()
CORPUS = [
    pytest.param(target, path, id=f"{target.name}/{path.name}")
    for target in TARGETS.values()
    for path in target.inputs()
]


@pytest.mark.parametrize(("target", "path"), CORPUS)
def test_the_whole_corpus_ends_well(target: Target, path: Path) -> None:
    outcome = attempt(target, path.read_bytes(), thorough=True)
    assert outcome in ("read", "refused")
    if not path.name.startswith(("found-", "reached-")):
        assert outcome == "read", "a seed that is refused leads nowhere"


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_a_changed_file_ends_well(name: str) -> None:
    target = TARGETS[name]
    ends = set()

    @given(st.sampled_from(target.inputs()), st.randoms(use_true_random=False))
    @settings(
        max_examples=EXAMPLES[name],
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def example(seed: Path, dice: Random) -> None:
        thorough = not dice.randrange(THOROUGH.get(name, 1))
        ends.add(attempt(target, mutated(target, seed.read_bytes(), dice), thorough))

    example()
    assert "read" in ends


CONTENT = {name: {"a": ["one", ""], "b": ["", "two"]} for name in TINY}
JSON = st.recursive(
    st.none() | st.integers() | st.sampled_from(["", "a", "b", *TINY, *TEXTS]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", *TINY]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON, st.sampled_from([*TINY]), st.sampled_from(["", "a", "b"]))
@settings(max_examples=300, deadline=None, derandomize=True)
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


def test_mutations_reach_every_part_of_a_workbook() -> None:
    target = TARGETS["workbook"]
    seed = target.inputs()[0].read_bytes()
    with zipfile.ZipFile(BytesIO(seed)) as archive:
        sound = {name: archive.read(name) for name in archive.namelist()}
    changed = set()
    for number in range(400):
        changed |= differing_parts(sound, target.mutate(seed, Random(number)))
    assert changed == set(sound)


def differing_parts(sound: dict[str, bytes], data: bytes) -> set[str]:
    """The parts that a zip has with another content, as far as it is a zip."""
    found = set()
    with suppress(Exception), zipfile.ZipFile(BytesIO(data)) as archive:
        for name in archive.namelist():
            if name in sound and archive.read(name) != sound[name]:
                found.add(name)
    return found
