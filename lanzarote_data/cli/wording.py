"""Untrusted text on a terminal: no character of a file may control the terminal."""

from __future__ import annotations

import re

# Control characters, and those that turn the direction of the words around them.
_STEERING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)


def one_line(text: str) -> str:
    r"""A text in one line, in which every character that steers a terminal is escaped.

    >>> one_line("a\x1b[31mb\nc")
    'a\\x1b[31mb\\nc'
    """
    return _STEERING.sub(lambda found: ascii(found[0])[1:-1], text)


def in_lines(text: str) -> str:
    r"""A text in lines, in which every other character that steers a terminal is escaped.

    >>> in_lines("a\x1b[31mb\nc")
    'a\\x1b[31mb\nc'
    """
    return "\n".join(map(one_line, text.split("\n")))


def in_json(text: str) -> str:
    r"""A JSON text without such characters, which means the same; its own line breaks stay.

    >>> in_json('{"a": "\x9b"}')
    '{"a": "\\u009b"}'
    """
    return _STEERING.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return found[0] if found[0] == "\n" else f"\\u{ord(found[0]):04x}"
