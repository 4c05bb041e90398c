"""Workbooks damaged on their way: cut off, with flipped bits, with other bytes in their parts."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.workbook.edits import read_edits
from tests.hostile.workbooks import packed, parts_of, sound
from tests.packages import tiny_tables

pytestmark = pytest.mark.slow

TABLES = tiny_tables()
SOUND = sound()


def outcome_of(content: bytes, folder: Path) -> str:
    """What comes of reading a file; anything but success or one of our errors escapes."""
    path = folder / "BEL.xlsx"
    path.write_bytes(content)
    try:
        edits = read_edits(path, TABLES)
    except LanzaroteError as reason:
        assert reason.message
        return "refused"
    return "read" if not edits.problems else "problems"


def test_a_file_cut_off_at_any_length_is_refused(tmp_path: Path) -> None:
    lengths = range(0, len(SOUND) - 1, max(1, len(SOUND) // 150))
    assert {outcome_of(SOUND[:length], tmp_path) for length in lengths} == {"refused"}


def test_flipped_bits_end_in_success_or_in_a_sentence(tmp_path: Path) -> None:
    dice = random.Random(1)
    outcomes = set()
    for _ in range(150):
        content = bytearray(SOUND)
        content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
        outcomes.add(outcome_of(bytes(content), tmp_path))
    assert "refused" in outcomes


def test_flipped_bytes_within_the_parts_never_change_a_value_unseen(tmp_path: Path) -> None:
    """Damage that the archive does not notice: the digest of the base, or the merge, does."""
    dice = random.Random(2)
    for _ in range(60):
        parts = parts_of(SOUND)
        name = dice.choice([n for n in parts if n.endswith(".xml")])
        content = bytearray(parts[name])
        content[dice.randrange(len(content))] = dice.randrange(32, 127)
        parts[name] = bytes(content)
        assert outcome_of(packed(parts), tmp_path) in ("refused", "read", "problems")
