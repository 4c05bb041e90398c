"""Structures of Thrift: read as their form says, or refused, by a few bytes made by hand."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lanzarote_data.release.thrift import BYTES, INTEGER, LONG, SHORT, TRUTH, Form, Kind, Thrift
from tests.hostile.thrift import number

CUT_OFF = "what it says of its parts is cut off"
TOO_MUCH = "it says more of its parts than there is to say"
TOO_LARGE = "a number of it is too large for its kind"
OTHER_KIND = "a value of it is of another kind than its readers expect"
LARGE = 1_000


def read(data: bytes, form: Form, most: int = LARGE) -> dict[int, Any]:
    return Thrift(data, most).struct(form)


def refused(message: str, data: bytes, form: Form, most: int = LARGE) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        read(data, form, most)


@pytest.mark.parametrize(
    ("data", "kind", "value"),
    [
        (b"\x11", TRUTH, True),
        (b"\x12", TRUTH, False),
        (b"\x14\x00", SHORT, 0),
        (b"\x15\x01", INTEGER, -1),
        (b"\x16\x02", LONG, 1),
        (b"\x16\x7f", LONG, -64),
        (b"\x16\x80\x01", LONG, 64),
        (b"\x16\xff\xff\x01", LONG, -16_384),
        (b"\x18\x00", BYTES, b""),
        (b"\x18\x03abc", BYTES, b"abc"),
        (b"\x18" + number(300) + b"x" * 300, BYTES, b"x" * 300),
        (b"\x19\x05", [INTEGER], []),
        (b"\x19\x25\x02\x04", [INTEGER], [1, 2]),
        (b"\x19\xe5" + b"\x02" * 14, [INTEGER], [1] * 14),
        (b"\x19\xf5\x0f" + b"\x02" * 15, [INTEGER], [1] * 15),
        (b"\x19\x28\x01a\x00", [BYTES], [b"a", b""]),
        (b"\x19\x2c\x00\x11\x00", [{1: TRUTH}], [{}, {1: True}]),
        (b"\x19\x19\x15\x02", [[INTEGER]], [[1]]),
        (b"\x1c\x00", {}, {}),
        (b"\x1c\x15\x02\x00", {1: INTEGER}, {1: 1}),
    ],
)
def test_a_value_is_read_as_it_is_written(data: bytes, kind: Kind, value: object) -> None:
    assert read(data + b"\x00", {1: kind}) == {1: value}
    for end in range(len(data) + 1):
        refused(CUT_OFF, data[:end], {1: kind})


@given(st.integers(-(2**63), 2**63 - 1), st.binary(max_size=20), st.lists(st.integers(0, 300)))
def test_fields_are_read_as_they_are_written(value: int, text: bytes, sizes: list[int]) -> None:
    head = bytes([len(sizes) << 4 | 6]) if len(sizes) < 15 else b"\xf6" + number(len(sizes))
    data = b"\x16" + number((value << 1) ^ (value >> 63)) + b"\x28" + number(len(text)) + text
    data += b"\x19" + head + b"".join(number(2 * size) for size in sizes) + b"\x2c\x11\x12\x00\x00"
    form: Form = {1: LONG, 3: BYTES, 4: [LONG], 6: {1: TRUTH, 2: TRUTH}}
    found = {1: value, 3: text, 4: sizes, 6: {1: True, 2: False}}
    assert read(data, form, 6 + len(sizes)) == found
    refused(TOO_MUCH, data, form, 5 + len(sizes))


@pytest.mark.parametrize(("kind", "bits"), [(SHORT, 16), (INTEGER, 32), (LONG, 64)])
def test_a_number_that_its_kind_does_not_hold_is_refused(kind: int, bits: int) -> None:
    most = 2**bits - 1
    head = bytes([0x10 | kind])
    assert read(head + number(most) + b"\x00", {1: kind}) == {1: -(2 ** (bits - 1))}
    assert read(head + number(most - 1) + b"\x00", {1: kind}) == {1: 2 ** (bits - 1) - 1}
    refused(TOO_LARGE, head + number(most + 1) + b"\x00", {1: kind})
    refused(TOO_LARGE, b"\x19" + bytes([0x10 | kind]) + number(most + 1), {1: [kind]})


def test_a_number_without_end_is_refused() -> None:
    refused(TOO_LARGE, b"\x16" + b"\xff" * 9 + b"\x7f", {1: LONG})
    refused("a number of it has no end", b"\x16" + b"\x80" * 10 + b"\x00\x00", {1: LONG})


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x15\x02", LONG),
        (b"\x16\x02", INTEGER),
        (b"\x14\x02", INTEGER),
        (b"\x11", INTEGER),
        (b"\x12", BYTES),
        (b"\x15\x02", TRUTH),
        (b"\x13\x02", TRUTH),
        (b"\x18\x00", [INTEGER]),
        (b"\x19\x05", BYTES),
        (b"\x19\x05", {}),
        (b"\x1c\x00", [INTEGER]),
        (b"\x1c\x00", BYTES),
        (b"\x1b\x00", {}),
        (b"\x1a\x05", [INTEGER]),
        (b"\x19\x06", [INTEGER]),
        (b"\x19\x15\x02", [LONG]),
        (b"\x19\x18\x00", [{1: BYTES}]),
        (b"\x19\x1c\x00", [BYTES]),
        (b"\x19\x19\x05", [{}]),
        (b"\x19\x1c\x00", [[INTEGER]]),
    ],
)
def test_a_value_of_another_kind_is_refused_since_readers_differ_on_it(
    data: bytes, kind: Kind
) -> None:
    refused(OTHER_KIND, data + b"\x00", {1: kind})


def test_a_field_that_the_form_does_not_have_is_refused() -> None:
    refused("it says what those of a release do not say: field 2", b"\x15\x02\x15\x02\x00", {1: 5})
    refused("it says what those of a release do not say: field 15", b"\xf5\x02\x00", {1: 5})


def test_a_field_without_a_step_could_stand_twice_and_is_refused() -> None:
    message = "a field of it has no step from the one before"
    refused(message, b"\x15\x02\x05\x02\x02\x00", {1: INTEGER})
    refused(message, b"\x05\x02\x02\x00", {1: INTEGER})


@pytest.mark.parametrize(
    ("data", "form", "values"),
    [
        (b"\x11\x12\x00", {1: TRUTH, 2: TRUTH}, 2),
        (b"\x15\x02\x18\x00\x00", {1: INTEGER, 2: BYTES}, 2),
        (b"\x19\x25\x02\x02\x00", {1: [INTEGER]}, 3),
        (b"\x1c\x15\x02\x00\x00", {1: {1: INTEGER}}, 2),
    ],
)
def test_every_value_counts(data: bytes, form: Form, values: int) -> None:
    assert read(data, form, values)
    refused(TOO_MUCH, data, form, values - 1)


def test_a_list_that_says_to_be_endless_ends_with_the_values_that_there_may_be() -> None:
    refused(TOO_MUCH, b"\x19\xfc" + number(2**62) + b"\x00" * 100, {1: [{}]}, 50)


def test_it_is_read_from_a_place_on_and_the_place_after_it_is_known() -> None:
    thrift = Thrift(b"??\x15\x02\x00\x18\x01a\x00rest", LARGE, 2)
    assert thrift.struct({1: INTEGER}) == {1: 1}
    assert thrift.place == 5
    assert thrift.struct({1: BYTES}) == {1: b"a"}
    assert thrift.place == 9
    assert Thrift(b"\x00", LARGE).place == 0


@given(st.binary(max_size=30))
@example(b"\x19\x2c\x00\x00\x00")
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    form: Form = {1: [{}], 2: BYTES, 3: {1: TRUTH, 2: LONG}, 4: [[INTEGER]]}
    try:
        assert read(data, form).keys() <= form.keys()
    except ValueError as refusal:
        assert str(refusal)
