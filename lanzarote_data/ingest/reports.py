"""The report of an ingestion: what was not placed, what is uncertain, what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from lanzarote_data.ingest.blocks import Block, Footnote, SourceText
from lanzarote_data.ingest.front import Context, find_party
from lanzarote_data.ingest.notation import words
from lanzarote_data.ingest.parse import Factsheet
from lanzarote_data.ingest.rows import RowMaker
from lanzarote_data.model.problems import Problem, error, shown, warning
from lanzarote_data.text.garbled import HINT, garbled

_FEW = 5


def reports(maker: RowMaker) -> Iterator[Problem]:
    """What was not placed, what is uncertain, and what was left out."""
    factsheet = maker.factsheet
    source = factsheet.source
    yield from _garbled(source)
    yield from _unplaced(factsheet)
    yield from _missing_footnotes(source, maker.missing)
    for number, line in dict(maker.in_lead_ins).items():
        message = f"The lead-in of this list has the marker of footnote {number}."
        hint = (
            "Put the marker into the first point of the list, to which the footnote then belongs."
        )
        yield error("marker-in-lead-in", source.location(line), message, hint)
    yield from _unused_footnotes(maker)
    if not source.footnotes:
        message = "The source has no footnotes, so no row says what it cites."
        yield warning("no-footnotes", source.location(), message)
    yield from _other_party(maker.context)
    for doubt in sorted((*factsheet.doubts, *maker.doubts), key=lambda doubt: doubt.line):
        where = source.location(doubt.line)
        yield warning(doubt.code, where, doubt.message, "Compare it with the source.")
    for block in factsheet.left_out:
        message = f"Left out as no part of the text: “{block.text}”."
        hint = "Nothing to do, unless it is text."
        yield warning("left-out", source.location(block.line), message, hint)


def _other_party(context: Context) -> Iterator[Problem]:
    """A warning where the title names another Party than the one that was asked for."""
    named = find_party(context.front.party_name, context.tables.rows("parties"))
    if named and named != context.party:
        asked = context.party["name"]
        message = f"The title names {named['name']}, but the rows would be those of {asked}."
        yield warning("other-party", context.front.source.location(), message, "Check --party.")


def _unplaced(factsheet: Factsheet) -> Iterator[Problem]:
    for block in factsheet.unplaced:
        message = f"No place was found for “{block.text}”."
        hint = "Put it under a heading or lead-in that says what it is."
        yield error("not-placed", factsheet.source.location(block.line), message, hint)
    lost = lost_words(factsheet)
    if lost:
        message = f"Words of the source were lost: {', '.join(sorted(lost.elements()))}."
        hint = "This is a fault of the program: please report it."
        yield error("words-lost", factsheet.source.location(), message, hint)


def _missing_footnotes(source: SourceText, missing: list[tuple[int, int]]) -> Iterator[Problem]:
    """Markers without a footnote; many in one problem, since they have one cause."""
    if len(missing) > _FEW:
        numbers = in_ranges(number for number, _ in missing)
        message = (
            f"The text has the markers of {len(missing)} footnotes that are not there: {numbers}."
        )
        hint = "Add the footnotes; see how the source writes them."
        yield error("footnote-missing", source.location(missing[0][1]), message, hint)
        return
    for number, line in missing:
        message = f"The text has the marker of footnote {number}, but there is no such footnote."
        hint = "Add the footnote, or take the marker out."
        yield error("footnote-missing", source.location(line), message, hint)


def _unused_footnotes(maker: RowMaker) -> Iterator[Problem]:
    """Footnotes without a marker; those of a text that was not placed in one problem."""
    source, unplaced = maker.factsheet.source, maker.factsheet.unplaced
    following = [note for note in maker.unused if note.number in maker.factsheet.lost_notes]
    if len(following) > 1:
        numbers = in_ranges(note.number for note in following)
        message = (
            f"{len(following)} footnotes ({numbers}) have no row, because text from "
            f"{source.place(unplaced[0].line)} to {source.place(unplaced[-1].line)} was not placed."
        )
        where = source.location(following[0].line)
        yield error("marker-missing", where, message, "Place that text first.")
    for note in maker.unused:
        if len(following) > 1 and note in following:
            continue
        message = f"No text has the marker of footnote {note.number}, {shown(note.text, 200)}."
        if note != maker.footnotes[note.number]:
            message = f"There is more than one footnote {note.number}; this is {shown(note.text)}."
        hint = "Put the marker where it belongs."
        yield error("marker-missing", source.location(note.line), message, hint)


def in_ranges(numbers: Iterable[int]) -> str:
    """Numbers as a person lists them.

    >>> in_ranges([1, 2, 3, 7])
    '1–3, 7'
    """
    counted = enumerate(sorted(set(numbers)))
    runs = ([n for _, n in run] for _, run in groupby(counted, key=lambda pair: pair[1] - pair[0]))
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _garbled(source: SourceText) -> Iterator[Problem]:
    """Characters that were damaged before the source came here."""
    texts: tuple[Block | Footnote, ...] = (*source.body, *source.footnotes)
    for one in texts:
        for found in garbled(one.text):
            make = error if found.kind == "replacement-character" else warning
            where = source.location(one.line)
            yield make(found.kind, where, found.sentence(one.text), HINT)


def lost_words(factsheet: Factsheet) -> Counter[str]:
    """Words of the source that are neither placed nor reported; there should be none."""
    source = factsheet.source
    blocks = (*source.body, *source.left_out)
    return _count(block.text for block in blocks) - _count(_held(factsheet))


def _held(factsheet: Factsheet) -> Iterator[str]:
    """Every text that became something or is reported, each once."""
    yield from factsheet.front.texts
    for block in (*factsheet.shared, *factsheet.left_out, *factsheet.unplaced):
        yield block.text
    for chapter in factsheet.chapters:
        yield from (chapter.heading, chapter.introduction_text, *chapter.headings.values())
        for item in chapter.items:
            yield item.text
            if item.layout == "paragraph":
                yield item.lead_in


def _count(texts: Iterable[str]) -> Counter[str]:
    return Counter(word for text in texts for word in words(text))
