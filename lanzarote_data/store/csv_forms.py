"""What people's programs make of a CSV file: other separators, merge markers, other headers."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from lanzarote_data.model.package import Resource

_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_BEGIN = re.compile(rb"^<{7}(?: |\r?$)", re.MULTILINE)
_END = re.compile(rb"^>{7}(?: |\r?$)", re.MULTILINE)
_MARKER = re.compile(r"([<|=>])\1{6}(?: .*)?\r?\n?")
_DECLARED = re.compile(r'"?sep=(.)"?\r?\n?')


def has_merge_markers(content: bytes) -> bool:
    """Whether a file holds two versions with the markers that Git leaves between them."""
    return bool(_BEGIN.search(content) and _END.search(content))


def first_versions(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The numbered lines without merge markers, and of two versions the first."""
    side = ""
    for number, line in lines:
        marker = _MARKER.fullmatch(line)
        sign = marker[1] if marker else ""
        if sign == "<" or (sign and side):
            side = "" if sign == ">" else sign
        elif side in ("", "<"):
            yield number, line


class Separator(NamedTuple):
    """What stands between the cells of a file, in words too; whether its first line says so."""

    sign: str
    words: str
    is_declared: bool = False


def separator(resource: Resource, first: str) -> Separator:
    """What stands between the cells of a file, by its first line."""
    declared = _DECLARED.fullmatch(first)
    if declared:
        return Separator(declared[1], _SEPARATORS.get(declared[1], repr(declared[1])), True)
    counts = {sign: _known(resource, first, sign) for sign in (",", *_SEPARATORS)}
    best = max(counts, key=lambda sign: counts[sign])
    return Separator(best, _SEPARATORS[best]) if counts[best] > counts[","] else Separator(",", "")


def _known(resource: Resource, line: str, sign: str) -> int:
    """How many cells of a line are names of fields, where a sign stands between them."""
    try:
        cells = next(csv.reader([line], delimiter=sign), [])
    except csv.Error:
        return 0
    return sum(cell in resource for cell in cells)


class Header(NamedTuple):
    """The names of a header as they should be, those that are other there, and what it is.

    ``kind`` is empty, ``titles`` where the columns have their titles instead of their names, or
    ``missing`` where the first line is a row.
    """

    names: list[str]
    renamed: dict[str, str]
    kind: str = ""


def header_of(resource: Resource, cells: Sequence[str]) -> Header:
    """What the first line of a file says of its columns."""
    names = resource.field_names
    known = [cell for cell in cells if cell in resource]
    if not known and len(cells) == len(names):
        titles = {field.title.casefold(): field.name for field in resource.fields}
        found = [titles.get(cell.strip().casefold(), "") for cell in cells]
        if 2 * sum(map(bool, found)) > len(names):
            return Header(_filled(found, names), {}, "titles")
        return Header(list(names), {}, "missing")
    renamed = _renamed(names, cells)
    return Header([renamed.get(cell, cell) for cell in cells], renamed)


def _filled(found: list[str], names: Sequence[str]) -> list[str]:
    left = iter([name for name in names if name not in found])
    return [name or next(left) for name in found]


def _renamed(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """The columns that have another name than they should, and that name.

    A column is known by its place, or because it is the only one.
    """
    unknown = [cell for cell in cells if cell not in names]
    missing = [name for name in names if name not in cells]
    if len(unknown) == len(missing) == 1:
        return {unknown[0]: missing[0]}
    if len(cells) != len(names) or len(set(unknown)) < len(unknown):
        return {}
    pairs = zip(cells, names, strict=True)
    return {cell: name for cell, name in pairs if cell in unknown and name in missing}
