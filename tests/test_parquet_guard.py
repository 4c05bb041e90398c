"""What is looked at of a Parquet file before its reader opens it, by small files made by hand."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from pyarrow import parquet

from lanzarote_data.release.cells import MOST_MORE
from lanzarote_data.release.parquet import write_parquet
from lanzarote_data.release.parquet_form import FOOTER, PAGE
from lanzarote_data.release.parquet_guard import (
    LEAST_ROWS_OF_A_GROUP,
    VALUES_FREELY,
    VALUES_OF_A_COLUMN,
    check_file,
)
from lanzarote_data.release.thrift import Struct, Thrift
from tests.hostile.thrift import struct
from tests.release_support import tables_of, with_rows

PLACES = "parquet/places.parquet"
SCHEMA = [{3: 0, 4: b"schema", 5: 1}, {1: 6, 3: 0, 4: b"text", 6: 0, 10: {1: {}}}]
PLAIN, DICTIONARY, PLAIN_DICTIONARY, LENGTHS = 0, 8, 2, 6
LEFT_OUT = "it leaves out what it must say of its parts: field {}"
OTHER_FILE = "it is not Parquet, or is cut off"
OTHER_PAGE = "a page is encoded in a way that those of a release are not"
OTHER_COLUMN = "a column is encoded in a way that those of a release are not"
OVER_EACH_OTHER = "its columns lie over each other"
OUTSIDE = "a column lies outside of the file"
OTHER_VALUES = "the pages of a column have another number of values"
TOO_LARGE = "a page is larger than its column"
Change = Callable[[Any], object]


def values(value: Any) -> int:
    """How many values a structure has in it."""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(1 + values(item) for item in items)


def page(
    count: int, encoding: int = PLAIN, kind: int = 0, size: int = 0, change: Change = id
) -> bytes:
    """A page of so many values, which stand in so many bytes; of what they are nobody looks."""
    head = {1: kind, 2: size, 3: size, 7 if kind == 2 else 5: {1: count, 2: encoding}}
    change(head)
    return struct(head, PAGE) + b"?" * size


def file(*groups: tuple[int, bytes], change: Change = id) -> bytes:
    """A file of one column, in groups of so many rows with these pages; its end is changed."""
    body, described = b"PAR1", []
    for rows, pages in groups:
        about = {1: 6, 2: [0], 3: [b"text"], 4: 0, 5: rows, 6: 0, 7: len(pages), 9: len(body)}
        described.append({1: [{2: 0, 3: about}], 2: 0, 3: rows})
        body += pages
    rows = sum(rows for rows, _ in groups)
    about = {1: 2, 2: deepcopy(SCHEMA), 3: rows, 4: described, 5: []}
    change(about)
    return ended(body, struct(about, FOOTER))


def ended(body: bytes, footer: bytes) -> bytes:
    return body + footer + len(footer).to_bytes(4, "little") + b"PAR1"


OURS = file()


def accepted(content: bytes, rows: int = 3) -> None:
    check_file(content, OURS, rows)


def refused(message: str, content: bytes, rows: int = 3, ours: bytes = OURS) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        check_file(content, ours, rows)


def column(change: Change) -> Change:
    """What changes the column of the first group."""
    return lambda about: change(about[4][0][1][0][3])


@cache
def places() -> tuple[bytes, bytes]:
    """The places as we write them, and without a row."""
    return write_parquet(tables_of())[PLACES], write_parquet(with_rows("places", list.clear))[
        PLACES
    ]


# The file as a whole


def test_what_we_write_is_accepted() -> None:
    content, ours = places()
    check_file(content, ours, 3)
    check_file(ours, ours, 3)
    notes = write_parquet(tables_of())["parquet/notes.parquet"]
    refused("its columns are not those of the descriptor", notes, ours=ours)


def test_a_file_of_ours_that_is_cut_off_anywhere_is_refused() -> None:
    content, ours = places()
    for end in range(len(content)):
        refused(OTHER_FILE, content[:end], ours=ours)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PAR1",
        b"PARE" + OURS[4:],
        OURS[:-4] + b"PARE",
        OURS[:-8] + (len(OURS) - 11).to_bytes(4, "little") + b"PAR1",
        OURS[:-8] + b"\x00\x00\x00\x80" + b"PAR1",
    ],
)
def test_what_is_not_parquet_is_refused(content: bytes) -> None:
    refused(OTHER_FILE, content)


def test_a_file_may_hold_nothing_beside_what_it_says_of_itself() -> None:
    accepted(OURS)
    accepted(OURS, 0)


def test_a_footer_in_which_readers_see_other_rows_is_refused() -> None:
    """A list that calls its item a text, and which readers read as the structures they expect."""
    content, ours = places()
    size = int.from_bytes(content[-8:-4], "little")
    about = Thrift(content[-8 - size : -8], len(content)).struct(FOOTER)
    first = struct({field: about[field] for field in range(1, 5)}, FOOTER)[:-1]
    inner = b"\x01k\x00" + b"\x06\x06\x7a" + b"\x00"  # a key; and again the rows, of which are 61
    hidden = inner.ljust(24, b"\x00")
    changed = ended(content[: -8 - size], first + b"\x19\x18\x18" + hidden + b"\x00")
    assert parquet.ParquetFile(io.BytesIO(changed)).metadata.num_rows == 61
    message = "a value of it is of another kind than its readers expect"
    refused(message, changed, ours=ours)


@pytest.mark.parametrize(("rows", "columns"), [(9_999, 2), (10_000, 4), (20_000, 6)])
def test_what_a_footer_says_is_limited_by_what_a_table_needs(rows: int, columns: int) -> None:
    most = VALUES_FREELY + VALUES_OF_A_COLUMN * columns

    def padded(left: int) -> bytes:
        return file(change=lambda about: about[5].extend([{}] * (left - values(about))))

    accepted(padded(most), rows)
    refused("it says more of its parts than there is to say", padded(most + 1), rows)


@pytest.mark.parametrize("field", [2, 3, 4])
def test_a_footer_that_leaves_out_a_field_is_refused(field: int) -> None:
    refused(LEFT_OUT.format(field), file(change=lambda about: about.pop(field)))


@pytest.mark.parametrize("field", [1, 3])
def test_a_group_that_leaves_out_a_field_is_refused(field: int) -> None:
    content = file((1, page(1)), change=lambda about: about[4][0].pop(field))
    refused(LEFT_OUT.format(field), content)


@pytest.mark.parametrize("field", [1, 2, 3, 4, 5, 7, 9])
def test_a_column_that_leaves_out_a_field_is_refused(field: int) -> None:
    content = file((1, page(1)), change=column(lambda about: about.pop(field)))
    refused(LEFT_OUT.format(field), content)


# The groups of rows


def test_some_more_rows_than_the_csv_has_are_read_to_be_told() -> None:
    most = 3 + MOST_MORE
    accepted(file((most, page(most))))
    message = f"it has {most + 1:,} rows, the CSV has 3"
    refused(message, file((most + 1, page(most + 1))))
    content = file((30_000, page(30_000)))
    refused("it has 30,000 rows, the CSV has 20,000", content, 20_000)


def test_a_group_has_ten_thousand_rows_or_is_the_last() -> None:
    least = LEAST_ROWS_OF_A_GROUP
    accepted(file((least, page(least)), (0, b"")), least)
    refused("its rows are in 2 groups", file((least - 1, page(least - 1)), (0, b"")), least)
    accepted(file((0, b"")))
    refused("its rows are in 1,001 groups", file(*[(0, b"")] * 1_001), 1_000_000)


def test_groups_have_the_rows_of_the_file() -> None:
    message = "its groups have other numbers of rows than the file"
    refused(message, file((2, page(2)), change=lambda about: about.update({3: 3})))
    refused(message, file((2, page(2)), change=lambda about: about.update({3: 1})))


def test_a_group_has_the_columns_of_the_file_and_no_rows_below_none() -> None:
    message = "a group of its rows has other columns than the file"
    refused(message, file((1, page(1)), change=lambda about: about[4][0].update({1: []})))
    least = LEAST_ROWS_OF_A_GROUP
    refused(message, file((least + 1, page(least + 1)), (-1, b"")), least)
    more = file((1, page(1)), (0, b""), change=lambda about: _joined(about[4]))
    refused(message, more)


def _joined(groups: list[Any]) -> None:
    """The first group gets the columns of the second, which goes."""
    groups[0][1] += groups.pop()[1]


def test_columns_stand_in_the_order_of_the_schema() -> None:
    message = "its columns stand in another order than it says"
    for path in ([b"other"], [], [b"text", b"text"]):
        changed = column(lambda about, path=path: about.update({3: path}))  # type: ignore[misc]
        refused(message, file((1, page(1)), change=changed))


def test_columns_need_no_more_bytes_than_there_are() -> None:
    pages = page(1, size=9)
    accepted(file((1, pages)))
    changed = column(lambda about: about.update({7: len(pages) + 1}))
    refused(OVER_EACH_OTHER, file((1, pages), change=changed))
    refused(OVER_EACH_OTHER, file((1, pages), change=column(lambda about: about.update({7: -1}))))


# The columns


@pytest.mark.parametrize("codec", [1, 6, 8, -1])
def test_a_compressed_column_is_refused(codec: int) -> None:
    message = "its columns are compressed, which those of a release are not"
    refused(message, file((1, page(1)), change=column(lambda about: about.update({4: codec}))))


@pytest.mark.parametrize("change", [{1: 7}, {2: [6]}, {2: [0, 9]}, {2: [-1]}])
def test_a_column_of_another_type_or_encoding_is_refused(change: Struct) -> None:
    refused(OTHER_COLUMN, file((1, page(1)), change=column(lambda about: about.update(change))))


@pytest.mark.parametrize("encodings", [[], [0], [0, 2, 3, 8]])
def test_a_column_has_the_encodings_of_ours(encodings: list[int]) -> None:
    accepted(file((1, page(1)), change=column(lambda about: about.update({2: encodings}))))


@pytest.mark.parametrize("count", [0, 2, -1])
def test_a_column_has_a_value_for_each_row(count: int) -> None:
    message = "a column has another number of values than its group has rows"
    refused(message, file((1, page(1)), change=column(lambda about: about.update({5: count}))))


def test_of_a_column_without_a_value_nobody_reads_a_page() -> None:
    accepted(file((0, b""), change=column(lambda about: about.pop(9))))
    changed = column(lambda about: about.update({4: 1}))
    refused(
        "its columns are compressed, which those of a release are not",
        file((0, b""), change=changed),
    )


def test_a_column_begins_with_its_list_of_values_where_it_has_one() -> None:
    known = page(2, PLAIN, 2, 5)
    pages = known + page(3, DICTIONARY)
    begin = 4 + len(known)
    both = column(lambda about: about.update({9: begin, 11: 4}))
    accepted(file((3, pages), change=both))
    for place in (0, begin):  # none, as some writers say it; or after what it begins with
        changed = column(lambda about, place=place: about.update({11: place}))  # type: ignore[misc]
        accepted(file((3, pages), change=changed))
    refused(OUTSIDE, file((3, pages), change=column(lambda about: about.update({9: begin}))))


@pytest.mark.parametrize("change", [{9: 3}, {9: 5}, {9: -1}, {11: 3}, {11: -1}, {9: 2**62}])
def test_a_column_that_begins_elsewhere_is_refused(change: Struct) -> None:
    refused(OUTSIDE, file((1, page(1)), change=column(lambda about: about.update(change))))


# The pages


def test_the_pages_of_a_column_have_its_values_together() -> None:
    accepted(file((3, page(1) + page(0) + page(2, size=7))))
    for pages in (b"", page(2), page(2) + page(2), page(3, PLAIN, 2)):
        refused(OTHER_VALUES, file((3, pages)))


@pytest.mark.parametrize("encoding", [PLAIN, PLAIN_DICTIONARY, 3, DICTIONARY])
@pytest.mark.parametrize("kind", [0, 2])
def test_a_page_is_encoded_as_those_of_ours(encoding: int, kind: int) -> None:
    accepted(file((3, page(3) + page(0, encoding, kind))))


@pytest.mark.parametrize("encoding", [1, 4, 5, LENGTHS, 7, 9, -1])
@pytest.mark.parametrize("kind", [0, 2])
def test_a_page_that_is_encoded_otherwise_is_refused(encoding: int, kind: int) -> None:
    refused(OTHER_PAGE, file((3, page(3) + page(0, encoding, kind))))


@pytest.mark.parametrize("kind", [0, 2])
def test_a_page_holds_at_most_a_value_for_each_row(kind: int) -> None:
    refused(OTHER_PAGE, file((3, page(4, PLAIN, kind) + page(3))))
    refused(OTHER_PAGE, file((3, page(-1, PLAIN, kind) + page(3))))
    accepted(file((3, page(3) + page(3 if kind else 0, PLAIN, kind))))


@pytest.mark.parametrize("kind", [1, 3, 4, 5, 7, -1])
def test_a_page_of_another_kind_is_refused(kind: int) -> None:
    message = "a page is of a kind that those of a release are not"
    refused(message, file((3, page(3, PLAIN, kind))))


def test_a_page_is_read_as_the_kind_that_it_is() -> None:
    """It says that it holds values, and of what kind only as a list of them would."""
    refused(LEFT_OUT.format(5), file((3, page(3, PLAIN, 2, change=_as_data))))


def _as_data(head: Struct) -> None:
    head[1] = 0


@pytest.mark.parametrize("field", [1, 2, 3, 5])
def test_a_page_that_leaves_out_a_field_is_refused(field: int) -> None:
    content = page(3, change=lambda head: head.pop(field))
    refused(LEFT_OUT.format(field), file((3, content)))


@pytest.mark.parametrize("field", [1, 2])
def test_a_page_that_leaves_out_what_it_holds_is_refused(field: int) -> None:
    content = page(3, change=lambda head: head[5].pop(field))
    refused(LEFT_OUT.format(field), file((3, content)))


@pytest.mark.parametrize(
    "sizes", [{2: 8}, {2: 10}, {3: 8}, {3: 10}, {2: 10, 3: 10}, {2: -1, 3: -1}]
)
def test_a_page_is_as_large_as_it_says_and_not_compressed(sizes: Struct) -> None:
    accepted(file((3, page(3, size=9))))
    refused(TOO_LARGE, file((3, page(3, size=9, change=lambda head: head.update(sizes)))))


def test_the_head_of_a_page_may_say_all_that_its_form_has() -> None:
    statistics = {**dict.fromkeys((1, 2, 5, 6), b"?"), 3: 0, 4: 3, 7: True, 8: False, 9: 0}
    about = {4: 7, 5: {1: 3, 2: 0, 3: 3, 4: 3, 5: statistics}, 7: {1: 3, 2: 0, 3: True}}
    accepted(file((3, page(3, change=lambda head: head.update(about)))))
