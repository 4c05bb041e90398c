"""How footnotes name what they cite; ids; Markdown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lanzarote_data.text.ids import counted_id, read_item_id, recommendation_id
from lanzarote_data.text.markup import plain, to_html
from lanzarote_data.text.references import addresses, codes, markers, read_reference


@pytest.mark.parametrize(
    ("text", "kind", "locator"),
    [
        ("Para. 49.", "paragraph", "49"),
        ("Para. 135", "paragraph", "135"),
        ("Paras. 50-51.", "paragraph", "50-51"),
        ("Paras. 50–51 and 60.", "paragraph", "50-51;60"),
        ("Paragraph 7", "paragraph", "7"),
        ("Recommendation V-3", "recommendation", "V-3"),
        ("Recommendations VIII-6.", "recommendation", "VIII-6"),
        ("Recommendations V\u20113 and V–4.", "recommendation", "V-3;V-4"),
        ("recommendation R12.", "recommendation", "R12"),
        ("Recommendation III-3 and III-7.", "recommendation", "III-3;III-7"),
        ("Recommendation III-25, III-29.", "recommendation", "III-25;III-29"),
        ("Recommendations V-4, V-7, V-12, V-15.", "recommendation", "V-4;V-7;V-12;V-15"),
        ("Recommendations V-4, V-7 and V-12.", "recommendation", "V-4;V-7;V-12"),
        ("<https://example.org/>", "link", ""),
        ("[example](http://www.example.org/)", "link", ""),
        ("A. Author, A work, *A Journal* 1: <https://example.org/>", "literature", ""),
        ("See Rule 30 of the Rules.", "note", ""),
        ("Recommendation of a friend.", "note", ""),
        ("Paragraphs are numbered.", "note", ""),
    ],
)
def test_a_footnote_says_what_it_cites(text: str, kind: str, locator: str) -> None:
    reference = read_reference(text)
    assert (reference.kind, reference.locator) == (kind, locator)


@given(st.lists(st.integers(1, 999), min_size=1, max_size=6))
def test_a_list_of_paragraphs_is_read_whole(numbers: list[int]) -> None:
    text = "Paras. " + ", ".join(map(str, numbers)) + "."
    assert read_reference(text).locator == ";".join(map(str, numbers))


def test_codes_markers_and_addresses_are_found_in_order() -> None:
    assert codes("III-3;III-7") == ["III-3", "III-7"]
    assert codes("49;50-51") == []
    assert markers("a[^1] b[^2][^10]") == [1, 2, 10]
    assert addresses("see <https://a.org/x>; [b](http://b.org/).") == [
        "https://a.org/x",
        "http://b.org/",
    ]


def test_an_id_is_never_given_twice() -> None:
    taken = {"R2-BEL-II-6", "R2-BEL-II-6b"}
    assert recommendation_id("R2-BEL-II", "II-6", taken) == "R2-BEL-II-6c"
    assert recommendation_id("R2-BEL-II", "II-7", taken) == "R2-BEL-II-7"
    assert recommendation_id("R2-BEL-II", "", {"R2-BEL-II-n1"}) == "R2-BEL-II-n2"
    assert counted_id("R2-BEL-II-o", {"R2-BEL-II-o9", "R2-BEL-III-o12"}) == "R2-BEL-II-o10"
    assert counted_id("R2-BEL-II-o", {"R2-BEL-II-o" + "9" * 5000}) == "R2-BEL-II-o1"
    assert counted_id("o", {"o" + "9" * 18, "o1" + "0" * 18}) == "o1" + "0" * 17 + "1"


def test_the_parts_of_an_id() -> None:
    parts = read_item_id("R2-ALL-VII-6b")
    assert parts is not None
    assert (parts.round, parts.party, parts.chapter, parts.local) == ("R2", "ALL", "VII", "6b")
    assert str(parts) == "R2-ALL-VII-6b"
    assert read_item_id("R2-II") is None


def test_plain_words_lose_markup_only() -> None:
    assert plain("The **words** of [a *link*](#),[^1]\n- kept") == "The words of a link, - kept"


def test_html_runs_nothing_and_leads_nowhere_strange() -> None:
    hostile = "<script>x</script> [a](javascript:x) [b](data:text/html,x) ![c](https://d.org/e.png)"
    html = to_html(hostile)
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html


def test_a_link_whose_address_was_lost_becomes_plain_words() -> None:
    assert to_html("a [report](#) b") == "<p>a report b</p>"
