"""Structures of Thrift, written by hand: those of Parquet files that no library would write."""

from __future__ import annotations

from typing import Any

from lanzarote_data.release.thrift import BYTES, TRUTH, Form, Kind, Struct


def number(value: int) -> bytes:
    """A number as Thrift writes it: seven bits a byte, the last ones first."""
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + number(value >> 7)


def struct(fields: Struct, form: Form) -> bytes:
    """A structure as Thrift writes it."""
    out, last = b"", 0
    for field, value in sorted(fields.items()):
        kind = form[field]
        truth = kind == TRUTH
        out += bytes([(field - last) << 4 | (2 - value if truth else code(kind))])
        out += b"" if truth else encoded(value, kind)
        last = field
    return out + b"\x00"


def encoded(value: Any, kind: Kind) -> bytes:
    """A value as Thrift writes it."""
    if isinstance(kind, dict):
        return struct(value, kind)
    if isinstance(kind, list):
        head = bytes([0xF0 | code(kind[0])]) + number(len(value))
        return head + b"".join(encoded(item, kind[0]) for item in value)
    return number(len(value)) + value if kind == BYTES else number(value << 1 ^ value >> 63)


def code(kind: Kind) -> int:
    """What Thrift calls a kind of values."""
    return kind if isinstance(kind, int) else 9 if isinstance(kind, list) else 12
