"""One CSV file: read as the table of a resource, and the canonical text of a table.

Canonical form: UTF-8 without BOM, LF, comma, minimal quoting, a header row with the fields in
declared order, a final newline. What people's programs make of a file is read, with a problem:
other separators, merge markers, other headers.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from lanzarote_data.model.errors import StorageError
from lanzarote_data.model.package import Resource
from lanzarote_data.model.problems import Location, Problem, error, shown
from lanzarote_data.model.tables import Row, Source, Table
from lanzarote_data.store.untrusted import file_bytes
from lanzarote_data.text.spreadsheets import as_csv

# A hundred thousand rows of the longest of our tables have 40 megabytes.
LARGEST_TABLE = 100_000_000
LARGEST_CELL = 1_000_000
LONGEST_LINE = 4_000_000
MOST_COLUMNS = 1_000
MOST_FAULTS = 1_000
LONGEST_SHOWN = 60


class TableFile(NamedTuple):
    """What a CSV file holds: its table, and what is wrong with its form."""

    table: Table
    problems: tuple[Problem, ...]


def read_file(resource: Resource, path: Path, inside: Path | None = None) -> TableFile:
    """Read one CSV file leniently: what cannot be read as it should be becomes a problem.

    No link may lead the path out of the folder ``inside``.

    :raises StorageError: the file is missing, cannot be opened, or is not UTF-8 text.
    """
    return read_content(resource, path.name, text_bytes(path, inside))


def read_content(resource: Resource, name: str, content: bytes) -> TableFile:
    """Read the content of the CSV file of this name, as :func:`read_file` does."""
    return _Reader(resource, name).read(content)


def text_bytes(path: Path, inside: Path | None = None) -> bytes:
    """The bytes of a file of UTF-8 text, from the folder ``inside``.

    :raises StorageError: the file is missing, cannot be opened, or is not UTF-8 text.
    """
    content = b""
    try:
        content = file_bytes(path, LARGEST_TABLE, inside)
        content.decode("utf-8")
        return content
    except FileNotFoundError:
        raise StorageError(
            f"The table {path} is missing.", "Restore it from the last version that has it."
        ) from None
    except OSError as reason:
        raise unreadable(path, reason) from reason
    except UnicodeDecodeError as reason:
        is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        why = (
            "it is UTF-16 ('Unicode Text')" if is_utf16 else f"byte {reason.start + 1} does not fit"
        )
        raise StorageError(
            f"{path} is not UTF-8 text: {why}.", "Save it as 'CSV UTF-8', or restore it."
        ) from reason


def unreadable(path: Path, fault: OSError) -> StorageError:
    """The error for a file that cannot be read."""
    told = fault.strerror or str(fault)
    return StorageError(
        f"{path} cannot be read: {told}.", "Check its permissions, and that it is the right file."
    )


def has_blank_rows(content: bytes) -> bool:
    """Whether a file that can be read has lines that hold nothing."""
    return any(not any(cells) for cells in csv.reader(_lines(content)))


def table_text(table: Table) -> str:
    """The canonical CSV text of a table, its rows in the order that they have."""
    names = table.resource.field_names
    return as_csv(chain([names], table.columns(names)))


def _with_lf(content: bytes) -> bytes:
    """The content with LF line ends, if all are CRLF, as editors on Windows may save them.

    A canonical file is never changed by this, whatever its cells hold.
    """
    windows = content.count(b"\r\n")
    all_windows = windows and windows == content.count(b"\n")
    return content.replace(b"\r\n", b"\n") if all_windows else content


class _Reader:
    """Reads the text of one file: its rows, their sources, and whatever is wrong with it."""

    def __init__(self, resource: Resource, name: str) -> None:
        self.resource = resource
        self.name = name
        self.rows: list[Row] = []
        self.sources: list[Source] = []
        self.problems: list[Problem] = []
        self.faults = 0
        self.reader = csv.reader(())
        self.numbers: Sequence[int] = range(sys.maxsize)

    def read(self, content: bytes) -> TableFile:
        csv.field_size_limit(LARGEST_CELL)
        try:
            lines = self._without_markers(content)
            first = next(lines, "")
            between = separator(self.resource, first)
            if between.words:
                self._report_separator(between)
            lines = lines if between.is_declared else chain([first], lines)
            self.reader = csv.reader(lines, strict=True, delimiter=between.sign)
            self._read()
        except csv.Error as reason:
            message = f"This line cannot be read as CSV: {reason}."
            hint = "A quotation mark is missing or unpaired; correct it there or shortly before."
            self._report("csv-syntax", self.numbers[self.reader.line_num], message, hint)
        return TableFile(Table(self.resource, self.rows, self.sources), tuple(self.problems))

    def _report(self, code: str, line: int, message: str, hint: str) -> None:
        where = Location(self.resource.name, source=f"{self.name}:{line}")
        self.problems.append(error(code, where, message, hint))

    def _without_markers(self, content: bytes) -> Iterator[str]:
        """The lines; ``numbers`` has then the number of each in the file, from the index 1 on."""
        lines = _lines(_with_lf(content))
        if not has_merge_markers(content):
            return lines
        line = next(n for n, text in enumerate(_lines(content), 1) if text.startswith("<<<<<<<"))
        message = "The file has merge markers of Git: two versions, one of which must go."
        hint = "Keep one of each two versions, and delete the lines <<<<<<<, ======= and >>>>>>>."
        self._report("merge-markers", line, message, hint)
        kept = list(first_versions(enumerate(lines, start=1)))
        self.numbers = [0, *(number for number, _ in kept)]
        return iter([text for _, text in kept])

    def _report_separator(self, between: Separator) -> None:
        if between.is_declared:
            self.numbers = self.numbers[1:]
        if between.sign != ",":
            message = f"The cells are separated by {between.words}, not by commas."
            hint = "Save it as CSV with commas (UTF-8); Excel separates as the region is set."
            self._report("wrong-separator", 1, message, hint)

    def _read(self) -> None:
        cells = next(self.reader, [])
        if len(cells) > MOST_COLUMNS:
            raise csv.Error(f"it has {len(cells):,} columns")
        width = len(cells)
        while cells and not cells[-1]:  # Excel saves empty columns beside the table as well
            cells.pop()
        header = header_of(self.resource, cells)
        self.problems += _header_problems(self.resource, cells, header, self.name)
        if header.kind == "missing":
            self._add(header.names, cells, 1)
        before = self.reader.line_num
        for cells in self.reader:
            first, before = before + 1, self.reader.line_num
            while len(header.names) < len(cells) <= width and not cells[-1]:
                cells.pop()
            if any(cells) or len(cells) > len(header.names):
                self._add(header.names, cells, self.numbers[first])
            else:
                self._count_fault("blank")

    def _count_fault(self, what: str) -> None:
        """Count a line that is wrong, or blank, which is no problem unless there are very many."""
        self.faults += 1
        if self.faults == MOST_FAULTS:
            raise csv.Error(f"so many lines before are {what} that the rest is not read")

    def _add(self, header: list[str], cells: list[str], line: int) -> None:
        if len(cells) != len(header):
            message = f"This row has {len(cells)} cells, the header has {len(header)}."
            hint = "Look for a comma too many or too few; a text with commas needs quotation marks."
            self._report("row-width", line, message, hint)
            self._count_fault("wrong")
        names = self.resource.field_names
        row = dict(zip(header, cells, strict=False))
        self.rows.append(row if tuple(row) == names else {n: row.get(n, "") for n in names})
        self.sources.append(Source(self.name, line))


def _lines(content: bytes) -> Iterator[str]:
    """The lines of a text with their ends as they are, without the mark that Excel begins with.

    :raises csv.Error: a line is too long.
    """
    lines = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
    return lines if len(content) <= LONGEST_LINE else _none_too_long(lines)


def _none_too_long(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if len(line) > LONGEST_LINE:
            raise csv.Error(f"it is longer than {LONGEST_LINE:,} characters")
        yield line


def _header_problems(
    resource: Resource, cells: list[str], header: Header, file: str
) -> list[Problem]:
    source = f"{file}:1"
    hint = f"The header must be: {', '.join(resource.field_names)}."
    if header.kind:
        has = "the titles of the columns, not their names" if header.kind == "titles" else "a row"
        message = f"The first line must be the header; it has {has}."
        return [error("missing-header", Location(resource.name, source=source), message, hint)]
    unknown = [name for name in header.names if name not in resource]
    missing = [name for name in resource.field_names if name not in header.names]
    doubled = sorted(name for name, number in Counter(cells).items() if number > 1)
    faults = [
        ("unknown-column", unknown, "is not declared in the descriptor"),
        ("missing-column", missing, "is missing"),
        ("doubled-column", doubled, "is duplicated in the header"),
        ("renamed-column", header.renamed.values(), "has another name"),
    ]
    if {"", "Unnamed: 0"} & set(unknown[:1]):
        hint = f"Is it the index of a pandas frame? Write the file with index=False. {hint}"
    others = {name: shown(cell, LONGEST_SHOWN) for cell, name in header.renamed.items()}
    return [
        error(
            code,
            Location(resource.name, "", name[:LONGEST_SHOWN], source),
            f"The column {name[:LONGEST_SHOWN]!r} {text}"
            + (f", {others[name]}." if code == "renamed-column" else "."),
            hint,
        )
        for code, names, text in faults
        for name in names
    ]


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
