"""Structures in Thrift's compact protocol, in which Parquet describes its files and pages.

Readers in C cut numbers that are too large for them to size, and end the process over some values
that they do not know; so what is read here has to be as writers write it, to the letter.
"""

from __future__ import annotations

from typing import Any

Struct = dict[int, Any]
"""The fields of a structure by number: integers, bytes, lists and structures; doubles as bytes."""

_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _STRUCT = 1, 2, 3, 7, 8, 9, 12
_ITSELF = (_TRUE, _FALSE)
_INTEGERS = (4, 5, 6)
_SIZES = {_BYTE: 1, _DOUBLE: 8}
_DEEPEST = 10
_LONGEST_INTEGER = 10


class Thrift:
    """Reads structures from ``data``, from a place on; no more than ``most`` values in all."""

    def __init__(self, data: bytes, most: int, place: int = 0) -> None:
        self.place = place
        self._data, self._left = data, most

    def struct(self, depth: int = _DEEPEST) -> Struct:
        """The next structure.

        :raises ValueError: it is damaged or cut off, or has fields that no writer writes so.
        """
        fields: Struct = {}
        number = 0
        while head := self._bytes(1)[0]:
            step = head >> 4
            if not step:
                raise ValueError("a field of it has no step from the one before")
            number += step
            fields[number] = self._value(head & 15, depth)
        return fields

    def _value(self, kind: int, depth: int) -> Any:
        self._left -= 1
        if self._left < 0 or not depth:
            raise ValueError("it says more of its parts than there is to say")
        if kind in _ITSELF:
            return kind == _TRUE
        if kind in _INTEGERS:
            return self._integer()
        if kind in _SIZES:
            return self._bytes(_SIZES[kind])
        if kind == _BINARY:
            return self._bytes(self._varint())
        if kind == _LIST:
            return self._list(depth - 1)
        if kind == _STRUCT:
            return self.struct(depth - 1)
        raise ValueError("what it says of its parts is damaged")

    def _list(self, depth: int) -> list[Any]:
        head = self._bytes(1)[0]
        size = head >> 4 if head >> 4 < 15 else self._varint()
        return [self._item(head & 15, depth) for _ in range(size)]

    def _item(self, kind: int, depth: int) -> Any:
        """A value in a list, in which what is true or false has a byte of its own."""
        return self._value(_BYTE if kind in _ITSELF else kind, depth)

    def _integer(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)

    def _varint(self) -> int:
        value = 0
        for shift in range(_LONGEST_INTEGER):
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
