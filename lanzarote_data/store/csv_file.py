"""One CSV file: read as the table of a resource, and the canonical text of a table.

Canonical form: UTF-8 without BOM, LF, comma, minimal quoting, a header row with the fields in
declared order, a final newline.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lanzarote_data.model.errors import StorageError
from lanzarote_data.model.package import Resource
from lanzarote_data.model.problems import Location, Problem, error
from lanzarote_data.model.tables import Row, Source, Table
from lanzarote_data.store.untrusted import file_bytes

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
    return _Reader(resource, path.name).read(text_bytes(path, inside))


def text_bytes(path: Path, inside: Path | None = None) -> bytes:
    """The bytes of a file of UTF-8 text, from the folder ``inside``.

    :raises StorageError: the file is missing, cannot be opened, or is not UTF-8 text.
    """
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
        raise StorageError(
            f"{path} is not UTF-8 text: byte {reason.start + 1} does not fit.",
            "Save it as 'CSV UTF-8', or restore it.",
        ) from reason


def unreadable(path: Path, fault: OSError) -> StorageError:
    """The error for a file that cannot be read."""
    told = fault.strerror or str(fault)
    return StorageError(
        f"{path} cannot be read: {told}.", "Check its permissions, and that it is the right file."
    )


def table_text(table: Table) -> str:
    """The canonical CSV text of a table, its rows in the order that they have."""
    names = table.resource.field_names
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(table.columns(names))
    return out.getvalue()


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

    def read(self, content: bytes) -> TableFile:
        csv.field_size_limit(LARGEST_CELL)
        reader = csv.reader(_lines(_with_lf(content)), strict=True)
        try:
            header = next(reader, [])
            if len(header) > MOST_COLUMNS:
                raise csv.Error(f"it has {len(header):,} columns")
            self.problems += _header_problems(self.resource, header, self.name)
            line = reader.line_num + 1
            for cells in reader:
                self._add(header, cells, line)
                line = reader.line_num + 1
        except csv.Error as reason:
            where = Location(self.resource.name, source=f"{self.name}:{reader.line_num}")
            message = f"This line cannot be read as CSV: {reason}."
            hint = "A quotation mark is missing or unpaired; correct it there or shortly before."
            self.problems.append(error("csv-syntax", where, message, hint))
        return TableFile(Table(self.resource, self.rows, self.sources), tuple(self.problems))

    def _add(self, header: list[str], cells: list[str], line: int) -> None:
        if len(cells) != len(header):
            self.problems.append(self._width_problem(header, cells, line))
            self.faults += 1
            if self.faults == MOST_FAULTS:
                raise csv.Error("so many lines before are wrong that the rest is not read")
        names = self.resource.field_names
        row = dict(zip(header, cells, strict=False))
        self.rows.append(row if tuple(row) == names else {n: row.get(n, "") for n in names})
        self.sources.append(Source(self.name, line))

    def _width_problem(self, header: list[str], cells: list[str], line: int) -> Problem:
        where = Location(self.resource.name, source=f"{self.name}:{line}")
        message = f"This row has {len(cells)} cells, the header has {len(header)}."
        hint = "Look for a comma too many or too few; a text with commas needs quotation marks."
        return error("row-width", where, message, hint)


def _lines(content: bytes) -> Iterator[str]:
    """The lines of a text with their ends as they are, without the mark that Excel begins with.

    :raises csv.Error: a line is too long.
    """
    for line in io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline=""):
        if len(line) > LONGEST_LINE:
            raise csv.Error(f"it is longer than {LONGEST_LINE:,} characters")
        yield line


def _header_problems(resource: Resource, header: list[str], file: str) -> list[Problem]:
    source = f"{file}:1"
    declared = ", ".join(resource.field_names)
    hint = f"The header must be: {declared}."
    unknown = [name for name in header if name not in resource]
    missing = [name for name in resource.field_names if name not in header]
    doubled = sorted(name for name, number in Counter(header).items() if number > 1)
    faults = [
        ("unknown-column", unknown, "is not declared in datapackage.json"),
        ("missing-column", missing, "is missing"),
        ("doubled-column", doubled, "is duplicated in the header"),
    ]
    return [
        _header_problem(code, Location(resource.name, "", name[:LONGEST_SHOWN], source), text, hint)
        for code, names, text in faults
        for name in names
    ]


def _header_problem(code: str, where: Location, text: str, hint: str) -> Problem:
    return error(code, where, f"The column {where.field!r} {text}.", hint)
