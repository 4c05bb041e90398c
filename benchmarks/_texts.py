"""Texts that mean nothing, with the length, markup and characters of real ones.

Their words are plain and say nothing on the subject of the project.
"""

from __future__ import annotations

from itertools import accumulate
from random import Random

from benchmarks._shape import Texts, Weights

VOCABULARY = (
    "the of and to in a for that on by as with or from at which this it other may each also "
    "such all its any more when where between within under into about than through their these "
    "both paper table column number letter list page folder record form notice report plan "
    "summary meeting calendar week month season year morning garden river bridge harbour "
    "station market library museum theatre village region island valley mountain forest weather "
    "measure standard example version section line corner colour shape distance height surface "
    "material method sample series level order place position balance exchange transport "
    "delivery storage supply reading writing counting sorting printing binding planning drawing "
    "building mapping comparing consider describe arrange collect compare continue improve "
    "include introduce maintain prepare present provide publish receive repeat replace review "
    "separate strengthen update translate annual common complete current different early even "
    "final former general gradual independent joint large later local main national neutral "
    "open ordinary parallel particular plain possible practical previous public quiet recent "
    "regular relevant round several short similar simple small specific steady synthetic "
    "technical usual various whole wide accordingly consequently furthermore appropriate "
    "arrangements availability coordination documentation implementation infrastructure "
    "representatives year, month, plan, table, region, example, section, however, measure. The "
    "report. The season. It level. A"
).split()
_FIRST = 40  # words of grammar, which are the most common
_WEIGHTS = list(accumulate(6 if place < _FIRST else 1 for place in range(len(VOCABULARY))))
_SHORTEST_WORD = 3  # with the space after it, and with room to spare: enough are always drawn


class Writer:
    """Writes texts; what it writes depends on the seed alone."""

    def __init__(self, seed: str) -> None:
        self.random = Random(seed)

    def length(self, kind: Texts) -> int:
        """A length, as often as real texts have it."""
        tenth = int(self.random.random() * 10)
        low, high = kind.lengths[tenth], kind.lengths[tenth + 1]
        return low + int((high - low) * self.random.random())

    def drawn(self, weights: Weights) -> str:
        """One of the names, as often as its weight says."""
        return self.random.choices(list(weights), list(weights.values()))[0]

    def happens(self, share: float) -> bool:
        """True as often as the share says."""
        return self.random.random() < share

    def text(self, kind: Texts, begin: str, markers: int = 0, length: int = 0) -> str:
        """A text of a kind: it begins as given and has footnote markers from 1 on."""
        length = length or self.length(kind)
        words = self._words(length - len(begin) - 1 - 4 * markers)
        inner = self._mark(words, markers)
        self._decorate(words, kind, length)
        last = "".join(f"[^{number}]" for number in range(inner + 1, markers + 1))
        return f"{begin} {' '.join(words)}.{last}"

    def _words(self, length: int) -> list[str]:
        """Words that are together as long as asked for, or a little less; never none."""
        many = max(length // _SHORTEST_WORD, 3)
        drawn = self.random.choices(VOCABULARY, cum_weights=_WEIGHTS, k=many)
        words = " ".join(drawn)[: max(length, 20)].split()[:-1] or drawn[:1]
        words[-1] = words[-1].rstrip(".,")
        return words

    def _mark(self, words: list[str], markers: int) -> int:
        """Put all markers but the last behind words, as far as there is room; how many."""
        thirds = range(2, len(words) - 1, 3)
        inner = max(min(markers - 1, len(thirds)), 0)
        for number, place in enumerate(sorted(self.random.sample(thirds, inner)), 1):
            words[place] += f"[^{number}]"
        return inner

    def _decorate(self, words: list[str], kind: Texts, length: int) -> None:
        """Markup and characters beyond ASCII; each has a pair of words of its own."""
        wanted = [
            *(["*{} {}*"] * self.happens(kind.italics)),
            *(["**{} {}**"] * self.happens(kind.bold)),
            *(["[{} {}](#)"] * self.happens(kind.link)),
            *(['"{} {}"'] * self.happens(kind.straight_quotes)),
            *(["{};\n- {}"] * (2 * self.happens(kind.list))),
            *self._beyond_ascii(kind.beyond_ascii * length / 1000),
        ]
        pairs = range(0, len(words) - 1, 3)
        places = self.random.sample(pairs, min(len(wanted), len(pairs)))
        for form, place in zip(wanted, places, strict=False):
            words[place : place + 2] = [
                form.format(words[place].rstrip(".,"), words[place + 1].rstrip(".,")),
                "",
            ]
        if wanted:
            words[:] = [word for word in words if word]

    def _beyond_ascii(self, characters: float) -> list[str]:
        """As many quotation marks, apostrophes and dashes as give so many characters."""
        times = int(characters / 2 + self.random.random())
        return self.random.choices(["“{} {}”", "{}’s – {}"], [6, 1], k=times) if times else []
