"""The synthetic package of the analysts’ tests, as they load it."""

from __future__ import annotations

import lanzarote_data as lz
from tests.packages import DATA


def synthetic_tables() -> lz.Tables:
    """The tables of ``tests/data/frames``: three Parties with rows of their own, and follow-up."""
    return lz.read_tables(lz.load_package(DATA / "frames")).tables


def synthetic_data() -> lz.Dataset:
    """The same, to ask questions of."""
    return lz.Dataset(synthetic_tables().in_order())
