"""The account of a factsheet's words: each is in a row, or in the report of what has none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from lanzarote_data.ingest.notation import words
from lanzarote_data.ingest.parse import Chapter, Factsheet


def lost_words(factsheet: Factsheet) -> Counter[str]:
    """Words of the source that are neither placed nor reported; there should be none."""
    source = factsheet.source
    blocks = (*source.body, *source.left_out)
    return _count(block.text for block in blocks) - _count(_held(factsheet))


def _held(factsheet: Factsheet) -> Iterator[str]:
    """Every text that became something or is reported, each once."""
    yield from factsheet.front.texts
    for blocks in (factsheet.shared, factsheet.left_out, factsheet.unplaced):
        yield from (block.text for block in blocks)
    for chapter in factsheet.chapters:
        yield from _texts(chapter)


def _texts(chapter: Chapter) -> Iterator[str]:
    yield chapter.heading
    yield from (chapter.introduction_text, *chapter.headings.values())
    for item in chapter.items:
        yield item.text
        if item.layout == "paragraph":
            yield item.lead_in


def _count(texts: Iterable[str]) -> Counter[str]:
    return Counter(word for text in texts for word in words(text))
