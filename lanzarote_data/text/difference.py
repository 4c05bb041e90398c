"""The difference between two texts, word by word."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Literal

Mark = Literal["same", "removed", "added"]

# Words of one text times words of the other, above which to compare all would take too long.
MOST_COMPARED = 250_000
_WORDS = re.compile(r"\s+|[\w’'-]+|.", re.DOTALL)


@dataclass(frozen=True)
class Run:
    """A run of words that both texts have, or that one of them has."""

    mark: Mark
    text: str


def word_difference(old: str, new: str) -> list[Run]:
    """How one text became another, word by word.

    The runs that are not added are the old text, those that are not removed the new one.

    A long text that has little in common with the other is replaced as a whole.

    >>> [(run.mark, run.text) for run in word_difference("a red box", "a blue box")]
    [('same', 'a '), ('removed', 'red'), ('added', 'blue'), ('same', ' box')]
    """
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) * len(after) <= MOST_COMPARED:
        return _runs(before, after)
    # Two long texts mostly differ in a few words only.
    head = _alike(before, after)
    tail = _alike(before[head:][::-1], after[head:][::-1])
    inner = before[head : len(before) - tail], after[head : len(after) - tail]
    if len(inner[0]) * len(inner[1]) <= MOST_COMPARED:
        between = _runs(*inner)
    else:
        between = [Run("removed", "".join(inner[0])), Run("added", "".join(inner[1]))]
    first, last = "".join(before[:head]), "".join(before[len(before) - tail :])
    return [run for run in (Run("same", first), *between, Run("same", last)) if run.text]


def marked(old: str, new: str) -> str:
    """One text with the words that went and those that came, as ``git diff --word-diff`` has it.

    >>> marked("a red box", "a blue box")
    'a [-red-]{+blue+} box'
    """
    marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(marks[run.mark].format(run.text) for run in word_difference(old, new))


def changed_words(old: str, new: str, longest: int, around: int = 40) -> tuple[str, str]:
    """Two texts; of long ones the words that differ, with some letters before and after.

    >>> changed_words("to build a red box of wood", "to build a blue box of wood", 20, 5)
    ('…ld a red box …', '…ld a blue box …')
    """
    if max(len(old), len(new)) <= longest or not (old and new):
        return old, new
    runs = word_difference(old, new)
    sides = {"removed": "", "added": ""}
    for number, run in enumerate(runs):
        text = run.text
        if run.mark == "same":
            head = text[:around] if number else ""
            tail = text[-around:] if number < len(runs) - 1 else ""
            text = f"{head}…{tail}" if len(text) > len(head) + len(tail) + 1 else text
        for mark in sides:
            sides[mark] += text if run.mark in ("same", mark) else ""
    return sides["removed"], sides["added"]


def first_difference(old: str, new: str, around: int = 40) -> tuple[str, str]:
    """The first words that two texts do not share, with some letters before and after.

    >>> first_difference("to build a red box of wood", "to build a blue box of wood", around=5)
    ('…ld a red box …', '…ld a blue box …')
    """
    start, ends = 0, {"removed": 0, "added": 0}
    for run in word_difference(old, new):
        if run.mark != "same":
            ends[run.mark] = ends[run.mark] or len(run.text)
        elif any(ends.values()):
            break
        else:
            start = len(run.text)
    return (
        _excerpt(old, start - around, start + ends["removed"] + around),
        _excerpt(new, start - around, start + ends["added"] + around),
    )


def _excerpt(text: str, start: int, end: int) -> str:
    """A part of a text, with an ellipsis where it was cut."""
    first = max(start, 0)
    return f"{'…' if first else ''}{text[first:end]}{'…' if end < len(text) else ''}"


def _alike(one: list[str], other: list[str]) -> int:
    """How many words two texts begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _runs(before: list[str], after: list[str]) -> list[Run]:
    """How words became others, as runs."""
    runs: list[Run] = []
    matcher = difflib.SequenceMatcher(str.isspace, before, after, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            runs.append(Run("same", "".join(before[a:b])))
            continue
        if b > a:
            runs.append(Run("removed", "".join(before[a:b])))
        if d > c:
            runs.append(Run("added", "".join(after[c:d])))
    return runs
