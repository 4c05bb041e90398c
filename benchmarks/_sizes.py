"""The sizes that are measured: from what people work with day by day to far beyond."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks._shape import SHAPE


@dataclass(frozen=True)
class Size:
    """So many rows of Parties’ own, how many Parties they are of, and how often a step is run.

    Of several runs the least counts, so that what else the machine does counts little.
    """

    name: str
    rows: int
    parties: int
    runs: int


ONE_PARTY = Size("one Party", SHAPE.own_rows, 1, 3)
FIFTY_PARTIES = Size("50 Parties", 50 * SHAPE.own_rows, 50, 3)
LARGE = Size("100,000 rows", 100_000, 1, 2)
# Ten Parties and so ten workbooks: one of 1,000,000 rows would unpack to more than the guard of the
# import allows, and its hidden sheet with all rows would come near to Excel’s limit of 1,048,576.
LARGEST = Size("1,000,000 rows", 1_000_000, 10, 2)
TEN_THOUSAND = Size("10,000 rows", 10_000, 1, 2)
SIZES = (ONE_PARTY, FIFTY_PARTIES, TEN_THOUSAND, LARGE, LARGEST)
USUAL = SIZES[:-1]
