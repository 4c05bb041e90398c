"""Markup of texts: nothing of a text is lost, and nothing runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lanzarote_data.text.markup import plain, to_html, without_html


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
