"""The canonical form of CSV, told from text alone: what fits is what we would write."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lanzarote_data.model.values import text_fault
from lanzarote_data.store.csv_form import LONGEST_WAIT, PIECE, FormCheck, pieces

# Beside what CSV treats in a way of its own: what no cell may hold, or not at its edges.
LETTERS = st.sampled_from('ab",\n\r \u00e9\t\x00\x85\u00a0\u0301\u2028\u3000\uffff_x41')
CELLS = st.text(LETTERS, max_size=4)
ROWS = st.lists(st.lists(CELLS, min_size=2, max_size=3), max_size=4)


def written(rows: list[list[str]]) -> str:
    """Rows as the standard library writes them, with as few quotes as it needs."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def fits(*texts: str) -> bool:
    """Whether texts, looked at one after the other, fit."""
    check = FormCheck()
    for text in texts:
        check.look(text)
    return check.end()


@given(st.text(LETTERS, max_size=12))
@example('a,"b"\n')
@example('"a""b",c\n')
@example('a"b,c\n')
@example("a,b")
@example("a,b\r\n")
def test_what_fits_is_what_we_would_write(text: str) -> None:
    if fits(text):
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        # A line with nothing is no row for the reader, who tells of that.
        assert not all(rows) or text == written(rows)
        assert not any(text_fault(cell) for row in rows for cell in row)


@given(ROWS)
@example([["_x0041_", "a"]])
@example([["a", "e\u0301"]])
@example([["a\u00a0", "a"]])
@example([["a", "a\nb"], ['"', ","]])
@example([["a", "\na"]])
def test_what_we_write_fits_where_its_cells_are_canonical(rows: list[list[str]]) -> None:
    assert fits(written(rows)) is not any(text_fault(cell) for row in rows for cell in row)


@given(ROWS, st.integers(1, 9))
@example([["a\nb", "c"], ["d", "e"]], 1)
def test_a_text_fits_in_pieces_as_it_does_whole(rows: list[list[str]], size: int) -> None:
    lines = list(io.StringIO(written(rows), newline=""))
    parts = ["".join(lines[i : i + size]) for i in range(0, len(lines), size)]
    assert fits(*parts) is fits("".join(lines))


def test_a_cell_that_does_not_end_fits_nowhere_and_is_not_kept_for_ever() -> None:
    assert not fits('a,"b\n')
    check = FormCheck()
    check.look('a,"')
    check.look("b\n" * LONGEST_WAIT)
    assert check.fits is False
    check.look('"\n')
    assert check.end() is False


def test_a_cell_is_waited_for_as_long_as_any_cell_may_be() -> None:
    check = FormCheck()
    check.look('"' + "a" * (LONGEST_WAIT - 1))
    assert check.fits
    check.look(',"\n')
    assert check.end()
    check.look('"' + "a" * LONGEST_WAIT)
    assert not check.fits


@pytest.mark.parametrize(
    "found",
    [
        ["a" * (PIECE - 1) + "\r\nb\n"],
        ["a" * (PIECE - 2) + "\r", "bc\r", "d\r"],
        ["\r", "a" * PIECE + "\r"],
        ["a" * (PIECE - 1) + "\n", "b"],
    ],
)
def test_a_piece_ends_with_the_last_line_that_is_whole(found: list[str]) -> None:
    assert list(pieces(io.StringIO("".join(found), newline=""), 2 * PIECE)) == found


def test_a_line_may_be_as_long_as_is_said() -> None:
    text = "a" * (PIECE + 9)
    assert list(pieces(io.StringIO(text), PIECE + 9)) == [text]
    with pytest.raises(csv.Error):
        list(pieces(io.StringIO(text), PIECE + 8))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_pieces_are_whole_lines_whatever_these_end_with(end: str) -> None:
    text = end.join(["word " * 9] * 9_000) + end + "last"
    found = list(pieces(io.StringIO(text, newline=""), 1_000))
    assert "".join(found) == text
    assert len(found) > 3
    assert all(piece.endswith(end) for piece in found[:-1])


def test_a_line_that_is_too_long_is_refused_before_it_is_read() -> None:
    file = io.StringIO("a\n" + "b" * 3_000_000)
    with pytest.raises(csv.Error, match="it is longer than 200,000 characters"):
        list(pieces(file, 200_000))
    assert file.tell() < 400_000
