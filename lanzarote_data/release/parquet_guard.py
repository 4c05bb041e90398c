"""Look at a Parquet file before its reader opens it, and refuse what is not built as ours is.

A few bytes of Parquet can stand for a text in millions of rows, for gigabytes of compressed texts,
or for texts of which each begins as the one before. So the number of rows must be near that of the
CSV, nothing is compressed, no part lies over another, and each page is encoded as ours are: as
plain values, or as their numbers in a list of values that stands once. What the footer says of the
encodings is not enough, since readers go by the heads of the pages: so do we. And pyarrow ends the
process over a code that it does not know, so that each code is looked at here.

The numbers of fields and codes are those of ``parquet.thrift``.
"""

from __future__ import annotations

from collections.abc import Iterator

from lanzarote_data.release.cells import MOST_MORE
from lanzarote_data.release.parquet_form import FOOTER, PAGE
from lanzarote_data.release.thrift import Struct, Thrift

LEAST_ROWS_OF_A_GROUP = 10_000
# How many values a footer has for each column of a group of rows, and the head of a page.
VALUES_FREELY = 2_000
VALUES_OF_A_COLUMN = 200
VALUES_OF_A_PAGE = 50
_MAGIC = b"PAR1"
_SCHEMA, _ROWS, _GROUPS = 2, 3, 4
_COLUMNS, _ROWS_OF_GROUP = 1, 3
_ABOUT = 3
_NAME = 4
_TYPE, _ENCODED, _PATH, _CODEC, _VALUES, _SIZE, _DATA, _DICTIONARY = 1, 2, 3, 4, 5, 7, 9, 11
_KIND, _UNPACKED, _PACKED, _VALUES_OF_PAGE, _CODE = 1, 2, 3, 1, 2
_DATA_PAGE, _DICTIONARY_PAGE = 0, 2
_HEAD_OF = {_DATA_PAGE: 5, _DICTIONARY_PAGE: 7}
# PLAIN, PLAIN_DICTIONARY, RLE, RLE_DICTIONARY
_ENCODINGS = {0, 2, 3, 8}
_NOT_COMPRESSED = 0


def check_file(content: bytes, ours: bytes, rows: int) -> None:
    """See that a file has the columns of ``ours``, and not many more than ``rows`` rows.

    ``ours`` is a file of ours with the columns that are wanted.

    :raises ValueError: it has others; or it could unpack to far more, or is not as we write it.
    """
    known = Thrift(_divided(ours)[1], len(ours)).struct(FOOTER)[_SCHEMA]
    columns = len(known) * (1 + rows // LEAST_ROWS_OF_A_GROUP)
    body, footer = _divided(content)
    try:
        about = Thrift(footer, VALUES_FREELY + VALUES_OF_A_COLUMN * columns).struct(FOOTER)
        if about[_SCHEMA] != known:
            raise ValueError("its columns are not those of the descriptor")
        _check_groups(about, len(body) - len(_MAGIC), rows)
        for group in about[_GROUPS]:
            _check_group(group, known[1:], body)
    except KeyError as reason:
        raise ValueError(f"it leaves out what it must say of its parts: field {reason}") from reason


def _divided(content: bytes) -> tuple[bytes, bytes]:
    """The columns, after the letters with which a file begins; and what it says of them."""
    size = int.from_bytes(content[-8:-4], "little")
    if content[:4] != _MAGIC or content[-4:] != _MAGIC or size > len(content) - 12:
        raise ValueError("it is not Parquet, or is cut off")
    return content[: -8 - size], content[-8 - size : -8]


def _check_groups(about: Struct, room: int, rows: int) -> None:
    """The groups together: how many rows they have, and that they need no more bytes than are."""
    count, groups = about[_ROWS], about[_GROUPS]
    if count > rows + MOST_MORE:
        raise ValueError(f"it has {count:,} rows, the CSV has {rows:,}")
    if len(groups) > 1 + count // LEAST_ROWS_OF_A_GROUP:
        raise ValueError(f"its rows are in {len(groups):,} groups")
    if sum(group[_ROWS_OF_GROUP] for group in groups) != count:
        raise ValueError("its groups have other numbers of rows than the file")
    sizes = [column[_ABOUT][_SIZE] for group in groups for column in group[_COLUMNS]]
    if any(size < 0 for size in sizes) or sum(sizes) > room:
        raise ValueError("its columns lie over each other")


def _check_group(group: Struct, schema: list[Struct], body: bytes) -> None:
    rows, columns = group[_ROWS_OF_GROUP], group[_COLUMNS]
    if rows < 0 or len(columns) != len(schema):
        raise ValueError("a group of its rows has other columns than the file")
    for column, field in zip(columns, schema, strict=True):
        about = column[_ABOUT]
        if about[_PATH] != [field[_NAME]]:
            raise ValueError("its columns stand in another order than it says")
        _check_column(about, field[_TYPE], body, rows)


def _check_column(about: Struct, kind: int, body: bytes, rows: int) -> None:
    if about[_CODEC] != _NOT_COMPRESSED:
        raise ValueError("its columns are compressed, which those of a release are not")
    if about[_TYPE] != kind or not set(about[_ENCODED]) <= _ENCODINGS:
        raise ValueError("a column is encoded in a way that those of a release are not")
    if about[_VALUES] != rows:
        raise ValueError("a column has another number of values than its group has rows")
    if not rows:
        return  # readers look at no page of it, and writers do not say where it begins
    start = min(about.get(_DICTIONARY) or about[_DATA], about[_DATA])
    end = start + about[_SIZE]
    if start < len(_MAGIC) or end > len(body):
        raise ValueError("a column lies outside of the file")
    if sum(_values_of(head, rows) for head in _heads(body[start:end])) != rows:
        raise ValueError("the pages of a column have another number of values")


def _heads(column: bytes) -> Iterator[Struct]:
    """The heads of the pages of a column, which lie one after the other to its end.

    :raises ValueError: they do not.
    """
    place = 0
    while place < len(column):
        thrift = Thrift(column, VALUES_OF_A_PAGE, place)
        head = thrift.struct(PAGE)
        size = head[_PACKED]
        if size < 0 or size != head[_UNPACKED] or thrift.place + size > len(column):
            raise ValueError("a page is larger than its column")
        place = thrift.place + size
        yield head


def _values_of(head: Struct, rows: int) -> int:
    """How many values of its column a page holds: none where it lists the values that occur.

    :raises ValueError: it is of a kind that a release does not have, or holds too many.
    """
    kind = head[_KIND]
    if kind not in _HEAD_OF:
        raise ValueError("a page is of a kind that those of a release are not")
    about = head[_HEAD_OF[kind]]
    if about[_CODE] not in _ENCODINGS or not 0 <= about[_VALUES_OF_PAGE] <= rows:
        raise ValueError("a page is encoded in a way that those of a release are not")
    return int(about[_VALUES_OF_PAGE]) if kind == _DATA_PAGE else 0
