"""Markup of texts: nothing of a text is lost, nothing runs, and no text takes long."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lanzarote_data.text import markup
from lanzarote_data.text.markup import apart, plain, to_html, without_html

# Pieces that open something and do not close it, or close it very late.
HOSTILE = (
    *("[](", "![", "[^1", "[^1]", "[a](<", "[a](", "[a]((", "](", "((", "[x]: y\n"),
    *("<", "<a", "<a@", "<http:", "&", "\\", "`", "``` `", "*a ", "**a", "_a", "> ", "- "),
)


def seconds(function: Callable[[str], str], text: str) -> float:
    """The processor time of a call, the least of three."""
    times = []
    for _ in range(3):
        markup._rendered.cache_clear()
        start = time.process_time()
        function(text)
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.slow
@pytest.mark.parametrize("function", [plain, to_html, apart, without_html])
def test_time_grows_with_the_length_of_a_hostile_text(function: Callable[[str], str]) -> None:
    texts = {piece: (piece * 2_000, piece * 16_000) for piece in HOSTILE}
    texts["brackets"] = ("[" * 2_000 + "]" * 2_000, "[" * 16_000 + "]" * 16_000)
    # Eight times the text takes about eight times as long; were it quadratic, 64 times.
    slow = {
        piece: growth
        for piece, (short, long) in texts.items()
        if (growth := seconds(function, long) / max(seconds(function, short), 0.0005)) > 24
    }
    assert slow == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a [*link*](https://example.org/x_(y)) here", "a link here"),
        ("[one [two](#) three](#)", "[one two three](#)"),
        ("a [note] and [open](", "a [note] and [open]("),
    ],
)
def test_plain_words_have_the_words_of_links(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_a_text_that_looks_like_the_definition_of_a_link_is_shown() -> None:
    assert to_html("[x]: https://example.org") == "<p>[x]: https://example.org</p>"


def test_the_number_of_a_marker_is_not_that_of_an_earlier_text() -> None:
    marks = [to_html("One.[^1]", lambda n: f"({n})"), to_html("One.[^7]", lambda n: f"({n})")]
    assert marks == ["<p>One.(1)</p>", "<p>One.(7)</p>"]


@given(st.text("<>/ab!?-\\`[]():@&;= \n") | st.sampled_from(["<!-- a -->", "\\\\<b>", "`<b>`"]))
def test_no_raw_html_is_left_in_markdown(text: str) -> None:
    blocks = MarkdownIt("commonmark").parse(without_html(text))
    tokens = [token for block in blocks for token in (block, *(block.children or ()))]
    assert not [token.content for token in tokens if "html" in token.type]
