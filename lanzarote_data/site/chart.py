"""The chart of urgency by chapter: bars drawn as inline SVG, beside the numbers that they show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from lanzarote_data.model.tables import Row
from lanzarote_data.site.index import Index
from lanzarote_data.text.items import RECOMMENDATIONS, grouped

_WIDTH = 1000


@dataclass(frozen=True)
class Bar:
    """A row of the chart: a chapter, its numbers by level of urgency, and the bar."""

    chapter: Row
    numbers: Mapping[str, int]
    total: int
    svg: Markup


def bars(index: Index, round_id: str) -> list[Bar]:
    """A bar for each chapter of a round that has recommendations; the longest fills the width."""
    by_chapter = grouped(index.by_table[RECOMMENDATIONS], lambda item: item.chapter_id)
    rows = [r for r in index.chapters.get(round_id, []) if r["chapter_id"] in by_chapter]
    longest = max((len(by_chapter[row["chapter_id"]]) for row in rows), default=1)
    found = []
    for row in rows:
        numbers = index.counts(round_id, by_chapter[row["chapter_id"]])
        levels = {index.levels[word]: number for word, number in numbers.items()}
        found.append(Bar(row, numbers, sum(numbers.values()), bar_svg(levels, longest)))
    return found


def bar_svg(numbers: Mapping[int, int], longest: int) -> Markup:
    """A bar whose sections are in proportion to the numbers of each level of urgency.

    ``longest`` is the number that fills the width.

    The numbers themselves are beside it, so it is hidden from screen readers.
    """
    parts, begin = [], 0
    for level, number in numbers.items():
        end = begin + number
        left, right = (round(_WIDTH * at / longest) for at in (begin, end))
        if number:
            width = max(right - left - 4, 2)
            parts.append(f'<rect class="u{level}" x="{left}" width="{width}" height="16"/>')
        begin = end
    head = f'<svg class="bar" viewBox="0 0 {_WIDTH} 16" preserveAspectRatio="none"'
    return Markup(f'{head} aria-hidden="true" focusable="false">{"".join(parts)}</svg>')
