"""Cell text to a typed value and back, by the name of a Table Schema type.

Canonical text is the one way to write a value: Unicode NFC, LF line breaks, no tabs or control
characters, no white space at the edges; integers without leading zeros, ``true`` and ``false``,
dates as ``2023-05-25``. The empty text is the missing value of every type.
"""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from collections.abc import Callable, Collection
from decimal import Decimal

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
Value = str | int | float | bool | datetime.date

TRUE_WORDS = ("true", "True", "TRUE", "1")
FALSE_WORDS = ("false", "False", "FALSE", "0")
# What XML, CSV and people cannot carry safely: control characters but LF, surrogates, and the
# two code points that are no characters in XML 1.0.
_FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
# How workbooks write characters that XML cannot hold. Readers differ in what they make of them, so
# that nobody could tell whether the words or the character stood there.
_ESCAPES = re.compile("_x[0-9A-Fa-f]{4}_|x005F_")
# Unicode's own list; Python also counts the separators U+001C to U+001F, which are refused.
_WHITE_SPACE = "".join(
    c for c in map(chr, range(0x3001)) if c.isspace() and c not in "\x1c\x1d\x1e\x1f"
)
_CARRIAGE_RETURNS = re.compile(r"_x000D_\n?|\r\n?")


def parse(kind: str, text: str) -> Value:
    """The value of a non-empty cell text, read as the Table Schema type ``kind``.

    >>> parse("integer", "20")
    20

    :raises ValueError: the text is not a value of the type.
    """
    if kind == "string":
        return text
    form, read = FORMS[kind]
    if not re.fullmatch(form, text):
        raise ValueError(text)
    return read(text)


def whole_number(text: str) -> int | None:
    """The number that a text of digits is; None for any other text, and beyond 18 digits.

    >>> whole_number("020"), whole_number("²"), whole_number("-1")
    (20, None, None)
    """
    return int(text) if re.fullmatch("[0-9]{1,18}", text) else None


def serialize(value: Value) -> str:
    """The canonical text of a typed value.

    >>> serialize(True), serialize(7), serialize(datetime.date(2023, 5, 25))
    ('true', '7', '2023-05-25')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return str(value)


def in_words(day: datetime.date) -> str:
    """A day without doubt which is the month.

    >>> in_words(datetime.date(2025, 12, 31))
    '31 December 2025'
    """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def canonical_value(kind: str, text: str) -> str:
    """The canonical text of a cell of this type; a text that is not a value stays as it is.

    >>> canonical_value("integer", " +007 "), canonical_value("integer", "seven")
    ('7', 'seven')
    """
    text = canonical_text(text)
    if not text or kind == "string":
        return text
    try:
        return serialize(parse(kind, text))
    except ValueError:
        return text


def canonical_text(text: str) -> str:
    r"""``text`` as programs should have left it: LF line breaks, NFC, edges trimmed.

    Nothing inside the text is changed: no-break spaces, quotes and dashes stay.

    >>> canonical_text(" one\r\ntwo ")
    'one\ntwo'
    """
    text = _CARRIAGE_RETURNS.sub("\n", text)
    return unicodedata.normalize("NFC", text).strip(_WHITE_SPACE)


def text_fault(text: str) -> str:
    r"""What keeps ``text`` from being canonical, in words; empty if nothing does.

    >>> text_fault("a\tb")
    'it holds a tab'
    """
    found = _FORBIDDEN.search(text)
    if found:
        return "it holds " + _character_name(found.group())
    escape = _escape_in(text)
    if escape:
        return f"it holds {escape}, which spreadsheet programs take for something else"
    if text != text.strip():
        return "it begins or ends with white space"
    if not unicodedata.is_normalized("NFC", text):
        return "its accented letters are not in the composed form (Unicode NFC)"
    return ""


def all_canonical(texts: Collection[str]) -> bool:
    """Whether none of many texts has a fault: the same as asking each, and much faster.

    The texts are checked as one, joined by line breaks, which are no fault and take no part in
    the composition of letters; only their edges are checked one by one.
    """
    joined = "\n".join(texts)
    return (
        not _FORBIDDEN.search(joined)
        and not _escape_in(joined)
        and unicodedata.is_normalized("NFC", joined)
        and list(map(str.strip, texts)) == list(texts)
    )


def _escape_in(text: str) -> str:
    """The first escape of a workbook in a text; empty if it has none."""
    # To look for two words first is ten times as fast, and few texts have one.
    found = _ESCAPES.search(text) if "_x" in text or "x005F_" in text else None
    return found.group() if found else ""


def _character_name(character: str) -> str:
    names = {"\t": "a tab", "\r": "a carriage return"}
    kind = "control character" if unicodedata.category(character) == "Cc" else "character"
    return names.get(character, f"the {kind} U+{ord(character):04X}")


def _number(text: str) -> float:
    number = float(text)
    # What a float cannot hold would come back as another number.
    if math.isinf(number) or Decimal(text) != Decimal(repr(number)):
        raise ValueError(text)
    return number


def _year_month(text: str) -> str:
    datetime.date.fromisoformat(text + "-01")
    return text


FORMS: dict[str, tuple[str, Callable[[str], Value]]] = {
    "integer": ("[+-]?[0-9]{1,18}", int),
    "number": (r"[+-]?[0-9]{1,300}(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?", _number),
    "boolean": ("|".join((*TRUE_WORDS, *FALSE_WORDS)), TRUE_WORDS.__contains__),
    "date": ("[0-9]{4}-[0-9]{2}-[0-9]{2}", datetime.date.fromisoformat),
    "year": ("[1-9][0-9]{3}", int),
    "yearmonth": ("[0-9]{4}-[0-9]{2}", _year_month),
}
"""The form that the text of a value has, and what reads it, by type; a string is any text."""
