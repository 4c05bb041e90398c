"""Ids: what their parts mean, and how a new row gets its own.

Ids are permanent: a row keeps its id when its text, order or urgency changes, and the id of a
row that was deleted is not given to another.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import count

ALL_PARTIES = "ALL"
_ITEM = re.compile(
    r"(?P<round>[A-Z0-9]+)-(?P<party>[A-Z]{3})-(?P<chapter>[A-Z0-9]+)-(?P<local>[A-Za-z]*[0-9]+[a-z]?)"
)


@dataclass(frozen=True)
class ItemId:
    """The parts of an id such as ``R2-BEL-II-6``: round, Party (``ALL`` for generic), chapter
    number, and what is its own (``6``, ``o1``, ``p1``).
    """

    round: str
    party: str
    chapter: str
    local: str

    def __str__(self) -> str:
        return f"{self.round}-{self.party}-{self.chapter}-{self.local}"


def read_item_id(text: str) -> ItemId | None:
    """The parts of the id of a recommendation, observation or practice; None if it has none.

    >>> read_item_id("R2-BEL-II-6").chapter
    'II'
    """
    found = _ITEM.fullmatch(text)
    return ItemId(**found.groupdict()) if found else None


def recommendation_id(prefix: str, code: str, taken: Collection[str]) -> str:
    """The id of a recommendation whose first cited code is ``code``, such as ``II-6``.

    ``prefix`` is its round, Party and chapter: ``R2-BEL-II``; the chapter is not repeated where
    the code names it. A letter is appended where the id is taken. A recommendation that cites no
    code, or for which no letter is left, is counted: ``R2-BEL-II-n1``.

    >>> recommendation_id("R2-BEL-II", "II-6", ()), recommendation_id("R3-BEL-II", "R7", ())
    ('R2-BEL-II-6', 'R3-BEL-II-R7')
    """
    chapter = prefix.rpartition("-")[2]
    plain = f"{prefix}-{code.removeprefix(f'{chapter}-')}"
    letters = ("", *"bcdefghijklmnopqrstuvwxyz") if code else ()
    free = (plain + letter for letter in letters if plain + letter not in taken)
    return next(free, "") or counted_id(f"{prefix}-n", taken)


def counted_id(stem: str, taken: Collection[str]) -> str:
    """The next free id that counts from 1: ``R2-BEL-II-o4`` after ``o3``, even if ``o2`` is free.

    >>> counted_id("R2-BEL-II-o", {"R2-BEL-II-o1", "R2-BEL-II-o3"})
    'R2-BEL-II-o4'
    """
    ids = (f"{stem}{number}" for number in count(last_counted(stem, taken) + 1))
    return next(own for own in ids if own not in taken)


def last_counted(stem: str, taken: Iterable[str]) -> int:
    """The highest number of the ids that a stem has; 0 where it has none."""
    pattern = re.compile(rf"{re.escape(stem)}([0-9]{{1,18}})")
    return max((int(found[1]) for found in map(pattern.fullmatch, taken) if found), default=0)


def citation_id(parent: str, marker: str) -> str:
    """The id of a citation: ``R2-BEL-II-6.1``."""
    return f"{parent}.{marker}"


def report_recommendation_id(round_id: str, code: str) -> str:
    """The id of a recommendation of a report: ``R2-II-6``."""
    return f"{round_id}-{code}"


def report_paragraph_id(round_id: str, number: int) -> str:
    """The id of a paragraph of a report: ``R2-P49``."""
    return f"{round_id}-P{number}"


def follow_up_stem(report_recommendation: str, party_id: str) -> str:
    """What the ids of the follow-up on a recommendation and Party begin with: ``R2-II-6.BEL.f``."""
    return f"{report_recommendation}.{party_id}.f"
