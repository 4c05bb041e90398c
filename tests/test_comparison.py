"""Changes as a page for people."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lanzarote_data.cli import main
from lanzarote_data.model.changes import difference
from lanzarote_data.render.pages import comparison_page
from lanzarote_data.text.difference import word_difference
from tests.packages import copy_package, edited, tiny_tables, with_row, without


@pytest.mark.slow
@given(st.text(), st.text())
def test_both_texts_can_be_read_off_a_difference(old: str, new: str) -> None:
    runs = word_difference(old, new)
    assert "".join(run.text for run in runs if run.mark != "added") == old
    assert "".join(run.text for run in runs if run.mark != "removed") == new


def test_only_the_words_that_changed_are_marked() -> None:
    runs = word_difference("to consider a first measure.", "to consider a second measure.")
    assert [run.text for run in runs if run.mark != "same"] == ["first", "second"]


def test_long_texts_are_compared_where_they_differ() -> None:
    words = [f"word{number} " for number in range(5_000)]
    old, new = "".join(words), "".join([*words[:2_000], "another ", *words[2_001:]])
    assert [(run.mark, run.text) for run in word_difference(old, new)] == [
        ("same", "".join(words[:2_000])),
        ("removed", "word2000"),
        ("added", "another"),
        ("same", " " + "".join(words[2_001:])),
    ]


def test_long_texts_that_are_wholly_others_are_not_compared_word_by_word() -> None:
    old, new = "a b " * 200_000, "b c " * 200_000
    assert [(run.mark, run.text) for run in word_difference(f"x {old}y", f"x {new}z")] == [
        ("same", "x "),
        ("removed", f"{old}y"),
        ("added", f"{new}z"),
    ]


def test_a_page_shows_rows_and_words_and_runs_nothing() -> None:
    old = tiny_tables()
    new = edited(old, "parties", "FIN", name="<script>x</script>")
    new = with_row(without(new, "citations", "R2-II.1"), "parties", party_id="NOR", name="Norway")
    page = comparison_page(difference(old, new), old.package, "Old & new")
    assert "<script>" not in page
    assert "<title>Old &amp; new</title>" in page
    assert "<del>Finland</del><ins>&lt;script&gt;x&lt;/script&gt;</ins>" in page
    assert "R2-II.1 <span class=kind>removed</span>" in page
    assert "NOR <span class=kind>added</span>" in page
    assert "Name within a sentence" not in page
    HTMLParser().feed(page)


def test_the_diff_command_writes_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    copy_package("tiny", tmp_path)
    assert main(["diff", ".", ".", "--format", "html"]) == 0
    assert "<p>0 differences.</p>" in capsys.readouterr().out
