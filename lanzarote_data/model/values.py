"""One cell: canonical text to a typed value and back, by Table Schema type.

Canonical text is the one way to write a value: Unicode NFC, LF line breaks, no tabs or control
characters, no white space at the edges; integers without leading zeros, ``true`` and ``false``,
dates as ``2023-05-25``. The empty text is the missing value of every type.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Collection

from lanzarote_data.model.package import Field
from lanzarote_data.model.scalars import Value, parse_as

MOST_SHOWN = 30
# What XML, CSV and people cannot carry safely: control characters but LF, surrogates, and the
# two code points that are no characters in XML 1.0.
FORBIDDEN = "\x00-\x09\x0b-\x1f\x7f-\x9f\ufffe\uffff"
"""What no text may hold, as in the brackets of a regular expression; beside half characters."""
_FORBIDDEN = re.compile(f"[{FORBIDDEN}\ud800-\udfff]")
# How workbooks write characters that XML cannot hold. Readers differ in what they make of them, so
# that nobody could tell whether the words or the character stood there.
_ESCAPES = re.compile("_x[0-9A-Fa-f]{4}_|x005F_")
# Unicode's own list; Python also counts the separators U+001C to U+001F, which are refused.
WHITE_SPACE = "".join(
    c for c in map(chr, range(0x3001)) if c.isspace() and c not in "\x1c\x1d\x1e\x1f"
)
"""What no text may begin or end with."""
_CARRIAGE_RETURNS = re.compile(r"_x000D_\n?|\r\n?")


def canonical_text(text: str) -> str:
    r"""``text`` as programs should have left it: LF line breaks, NFC, edges trimmed.

    Nothing inside the text is changed: no-break spaces, quotes and dashes stay.

    >>> canonical_text(" one\r\ntwo ")
    'one\ntwo'
    """
    text = _CARRIAGE_RETURNS.sub("\n", text)
    return unicodedata.normalize("NFC", text).strip(WHITE_SPACE)


def text_fault(text: str) -> str:
    r"""What keeps ``text`` from being canonical, in words; empty if nothing does.

    >>> text_fault("a\tb")
    'it holds a tab'
    """
    found = _FORBIDDEN.search(text)
    if found:
        return "it holds " + _character_name(found.group())
    escape = escape_in(text)
    if escape:
        return f"it holds {escape}, which spreadsheet programs take for something else"
    if text != text.strip():
        return "it begins or ends with white space"
    if not unicodedata.is_normalized("NFC", text):
        return "its accented letters are not in the composed form (Unicode NFC)"
    return ""


def canonical_at_once(texts: Collection[str]) -> bool:
    """Whether none of many texts has a fault: the same as asking each, and much faster.

    The texts are looked at as one, joined by line breaks, which neither hold a fault nor take
    part in the composition of letters; only what concerns the edges of a text is asked of each.
    """
    joined = "\n".join(texts)
    return (
        not _FORBIDDEN.search(joined)
        and not escape_in(joined)
        and unicodedata.is_normalized("NFC", joined)
        and list(map(str.strip, texts)) == list(texts)
    )


def escape_in(text: str) -> str:
    """The first escape of a workbook in a text; empty if it has none."""
    # To look for two words first is ten times as fast, and few texts have one.
    found = _ESCAPES.search(text) if "_x" in text or "x005F_" in text else None
    return found.group() if found else ""


def _character_name(character: str) -> str:
    names = {"\t": "a tab", "\r": "a carriage return"}
    kind = "control character" if unicodedata.category(character) == "Cc" else "character"
    return names.get(character, f"the {kind} U+{ord(character):04X}")


def parse(field: Field, text: str) -> Value:
    """The typed value of a non-empty cell.

    :raises ValueError: the text is no value of the field's type; :func:`expected` says what is.
    """
    return parse_as(field.type, text)


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


def expected(field: Field) -> str:
    """What may stand in a field, in words for a person.

    >>> expected(Field("position", "integer"))
    'a whole number, such as 20'
    """
    allowed = field.constraints.enum
    if allowed:
        more = " …" if len(allowed) > MOST_SHOWN else ""
        return "one of " + ", ".join(text[:100] for text in allowed[:MOST_SHOWN]) + more
    return _IN_WORDS[field.type]


def bounds_in_words(field: Field) -> dict[str, str]:
    """The bounds of a field’s values, in words for a person, by the name of the constraint.

    >>> from lanzarote_data.model.package import Constraints
    >>> bounds_in_words(Field("rank", "integer", constraints=Constraints(minimum="1")))
    {'minimum': '1 or more'}
    """
    limits = field.constraints
    is_number = field.type in ("integer", "number")
    more, less = ("more", "less") if is_number else ("later", "earlier")
    words = {
        "minimum": limits.minimum and f"{limits.minimum} or {more}",
        "exclusiveMinimum": limits.exclusive_minimum and f"{more} than {limits.exclusive_minimum}",
        "maximum": limits.maximum and f"{limits.maximum} or {less}",
        "exclusiveMaximum": limits.exclusive_maximum and f"{less} than {limits.exclusive_maximum}",
    }
    return {name: text for name, text in words.items() if text}


def length_in_words(field: Field) -> str:
    """How long a text of a field may be, in words for a person; empty where that is left open.

    >>> from lanzarote_data.model.package import Constraints
    >>> length_in_words(Field("code", constraints=Constraints(min_length=2, max_length=3)))
    '2 to 3 characters'
    """
    low, high = field.constraints.min_length, field.constraints.max_length
    if low is not None and high is not None:
        return f"{low} to {_characters(high)}" if low != high else _characters(low)
    if low is not None:
        return f"at least {_characters(low)}"
    return "" if high is None else f"at most {_characters(high)}"


def _characters(number: int) -> str:
    return f"{number} character{'' if number == 1 else 's'}"


def canonical_value(field: Field, text: str) -> str:
    """The canonical text of a cell of this field; a text that is no value stays as it is."""
    text = canonical_text(text)
    if not text or field.type == "string":
        return text
    try:
        return serialize(parse(field, text))
    except ValueError:
        return text


_IN_WORDS = {
    "string": "a text",
    "integer": "a whole number, such as 20",
    "number": "a number, such as 2.5",
    "boolean": "true or false",
    "date": "a date as year-month-day, such as 2023-05-25",
    "year": "a year, such as 2023",
    "yearmonth": "a year and month, such as 2023-05",
}
