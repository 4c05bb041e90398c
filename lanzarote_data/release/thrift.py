"""Structures in Thrift's compact protocol, in which Parquet describes its files and pages.

Readers in C go by what they know of a structure and not by what the bytes say: they skip a field
of another kind than theirs, read the items of a list as those that they expect, and cut numbers
that are too large. What the bytes say could so be one thing here and another there. So what is read
here has to be as its form says, to the letter.
"""

from __future__ import annotations

from typing import Any, TypeAlias

TRUTH, SHORT, INTEGER, LONG, BYTES = 1, 4, 5, 6, 8
Kind: TypeAlias = "int | list[Kind] | Form"
"""What a value is: one of the above, a list of one kind, or a structure."""
Form: TypeAlias = "dict[int, Kind]"
"""The fields that a structure may have, by number."""
Struct = dict[int, Any]
"""The fields that a structure has: what is true or false, integers, bytes, lists, structures."""

_TRUE, _FALSE, _LIST, _STRUCT = 1, 2, 9, 12
_BITS = {SHORT: 16, INTEGER: 32, LONG: 64}
_LONGEST_NUMBER = 10


class Thrift:
    """Reads structures from ``data``, from a place on; no more than ``most`` values in all."""

    def __init__(self, data: bytes, most: int, place: int = 0) -> None:
        self.place = place
        self._data, self._left = data, most

    def struct(self, form: Form) -> Struct:
        """The next structure.

        :raises ValueError: it is damaged or cut off, or is not of this form.
        """
        fields: Struct = {}
        number = 0
        while head := self._bytes(1)[0]:
            step = head >> 4
            if not step:
                raise ValueError("a field of it has no step from the one before")
            number += step
            if number not in form:
                raise ValueError(f"it says what those of a release do not say: field {number}")
            fields[number] = self._field(head & 15, form[number])
        return fields

    def _field(self, code: int, kind: Kind) -> Any:
        if kind == TRUTH and code in (_TRUE, _FALSE):
            self._take_one()
            return code == _TRUE
        _check_code(code, kind)
        return self._value(kind)

    def _value(self, kind: Kind) -> Any:
        self._take_one()
        if isinstance(kind, dict):
            return self.struct(kind)
        if isinstance(kind, list):
            return self._list(kind[0])
        if kind == BYTES:
            return self._bytes(self._number())
        return self._integer(_BITS[kind])

    def _list(self, kind: Kind) -> list[Any]:
        head = self._bytes(1)[0]
        _check_code(head & 15, kind)
        size = head >> 4 if head >> 4 < 15 else self._number()
        return [self._value(kind) for _ in range(size)]

    def _integer(self, bits: int) -> int:
        value = self._number()
        if value >> bits:
            raise ValueError("a number of it is too large for its kind")
        return (value >> 1) ^ -(value & 1)

    def _number(self) -> int:
        value = 0
        for shift in range(_LONGEST_NUMBER):
            byte = self._bytes(1)[0]
            value |= (byte & 127) << (7 * shift)
            if byte < 128:
                return value
        raise ValueError("a number of it has no end")

    def _bytes(self, size: int) -> bytes:
        end = self.place + size
        if end > len(self._data):
            raise ValueError("what it says of its parts is cut off")
        found = self._data[self.place : end]
        self.place = end
        return found

    def _take_one(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise ValueError("it says more of its parts than there is to say")


def _check_code(code: int, kind: Kind) -> None:
    """See that bytes call a value what it is."""
    if code != (kind if isinstance(kind, int) else _LIST if isinstance(kind, list) else _STRUCT):
        raise ValueError("a value of it is of another kind than its readers expect")
