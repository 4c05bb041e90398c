"""Whatever a factsheet says, and in whatever order: no word of it is lost."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lanzarote_data.ingest.front import read_front
from lanzarote_data.ingest.notation import clean, with_markers, words
from lanzarote_data.ingest.parse import parse_factsheet
from lanzarote_data.ingest.reports import lost_words
from lanzarote_data.ingest.text import read_text
from lanzarote_data.text.verbs import Verbs

VERBS = Verbs({"require": "requires", "request": "requests", "invite": "invites"}, ["Belgium"])
HEAD = "# FACTSHEET – BELGIUM\n\n## I. Introduction\n\n"
# Lines of every kind, some of them cut, in any order; each has a word of its own.
LINES = (
    "## {n}. Chapter w{i}",
    "### Observations and recommendations of the Committee w{i} specific to Belgium",
    "### Generic recommendations of the Committee w{i}",
    "#### Topic w{i}",
    "**Promising practice:**",
    "Promising practices: in w{i} a practice.",
    "> A framed line w{i}.",
    "The Committee observes w{i}.",
    "The Committee observes w{i} and the",
    "other half w{i} of it.",
    "The Committee **invites** Belgium, w{i}:",
    "The Committee **requires** all Parties to do w{i}. It also notes w{i}b.",
    "It notes w{i}:",
    "- to do w{i}.",
    "- to do w{i}:",
    "  - and w{i};",
    "      - deeper w{i},",
    "- a fact w{i}. On this, the Committee **requests** w{i}b to act.",
    "(a) a lettered w{i}",
    "– a dashed w{i}",
    "w{i} 12",
    "12",
    "---",
    "| a cell w{i} |",
    "### II. Chapter w{i}",
    "## Table of Contents",
    "{n}. Chapter w{i} ..... 3",
    "{n}. Chapter w{i}\t3",
    "© w{i}",
    "FACTSHEET – BELGIUM",
)
NUMERALS = ("I", "II", "III", "IV", "IX", "XI")
BREAKS = ("\n", "\n\n", "\r\n\r\n", "\n\n\n")


@st.composite
def sources(draw: st.DrawFn) -> str:
    chosen = draw(st.lists(st.sampled_from(LINES), max_size=30))
    text = HEAD
    for index, line in enumerate(chosen):
        text += line.format(i=index, n=draw(st.sampled_from(NUMERALS)))
        text += draw(st.sampled_from(BREAKS))
    return text


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(sources())
def test_every_word_is_in_an_item_or_in_the_report(text: str) -> None:
    factsheet = parse_factsheet(read_front(read_text(text, "made-up.md")), VERBS)
    assert lost_words(factsheet) == Counter()
    source = factsheet.source
    blocks = [*source.body, *source.left_out]
    read = Counter(word for block in blocks for word in words(block.text))
    assert Counter(words(with_markers(clean(text)))) - read == Counter()


@settings(max_examples=100, deadline=None)
@given(sources(), st.lists(st.integers(1, 9), max_size=9, unique=True))
def test_every_footnote_is_read_once(text: str, numbers: list[int]) -> None:
    notes = "".join(f"\n\n<sup>{number}</sup> Para. {number}0." for number in numbers)
    source = read_text(text + notes + "\n", "made-up.md")
    assert [(note.number, note.text) for note in source.footnotes] == [
        (number, f"Para. {number}0.") for number in numbers
    ]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab .,:*[](){}^<sup>/12-#|\n\t\u00a0é", max_size=200))
def test_any_text_at_all_is_read_without_a_loss(text: str) -> None:
    source = read_text(text, "made-up.md")
    read = Counter(w for b in (*source.body, *source.left_out) for w in words(b.text))
    read += Counter(w for n in source.footnotes for w in words(n.text))
    given_words = words(with_markers(clean(text)))
    assert {w for w in given_words if not re.fullmatch("[0-9]+|sup", w)} <= set(read)


@pytest.mark.parametrize("word", ["\u0130NV\u0130TES", "\u0131nvites", "invite\u017f"])
def test_a_verb_is_one_with_the_letters_of_other_alphabets_that_are_alike(word: str) -> None:
    text = f"The Committee {word} Belgium to do it."
    assert [found.urgency for found in VERBS.find(text)] == ["invite"]
    assert VERBS.with_bold_verb(text) == f"The Committee **{word}** Belgium to do it."
