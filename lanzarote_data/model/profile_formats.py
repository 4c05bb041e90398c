"""The formats of values that ``profile.json`` names beyond those of JSON Schema."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from lanzarote_data.model.patterns import matcher
from lanzarote_data.model.types import parse, text_fault

if TYPE_CHECKING:
    from jsonschema import FormatChecker

LONGEST_SHEET_NAME = 31
_RESERVED = ("read me", "to correct", "conflicts", "where addressed", "_base", "_lists", "history")
"""The sheets that workbooks have beside those of tables, and the name that Excel reserves."""


def format_checker() -> FormatChecker:
    """A checker of our formats alone."""
    from jsonschema import FormatChecker

    checker = FormatChecker(())
    for kind in ("integer", "number", "boolean", "date", "year", "yearmonth"):
        checker.checks(kind, ValueError)(_parser(kind))
    for name, check in _TEXT_FORMATS.items():
        checker.checks(name, ValueError)(_of_texts(check))
    return checker


def _parser(kind: str) -> Callable[[object], bool]:
    """Whether a value can be read as a type of field."""
    return lambda value: parse(kind, str(value)) is not None


def _of_texts(check: Callable[[str], object]) -> Callable[[object], bool]:
    """A check of texts alone; the keyword ``type`` refuses the rest."""
    return lambda value: not isinstance(value, str) or bool(check(value))


def _is_moment(text: str) -> bool:
    form = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
    return bool(re.fullmatch(form, text) and datetime.datetime.fromisoformat(text))


def _is_inside(path: str) -> bool:
    """Whether a path is relative and below the package: no address, no way out of the folder."""
    pure = PurePosixPath(path)
    outside = pure.is_absolute() or ".." in pure.parts or ":" in path or "\\" in path
    return bool(path) and path.isprintable() and not outside


def _is_sheet_name(text: str) -> bool:
    length = len(text.encode("utf-16-le")) // 2  # as Excel counts
    is_plain = text.isprintable() and text == text.strip().strip("'")
    is_free = text.casefold() not in _RESERVED
    return 0 < length <= LONGEST_SHEET_NAME and is_plain and is_free and not set(text) & _SIGNS


_SIGNS = set("/\\[]*?:")
_TEXT_FORMATS: dict[str, Callable[[str], object]] = {
    "moment": _is_moment,
    "path-inside": _is_inside,
    "sheet-name": _is_sheet_name,
    "printable": str.isprintable,
    "canonical-text": lambda text: not text_fault(text),
    "re2": matcher,
}
