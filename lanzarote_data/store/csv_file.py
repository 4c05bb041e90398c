"""One CSV file: read as the table of a resource, and the canonical text of a table.

Canonical form: UTF-8 without BOM, LF, comma, minimal quoting, a header row with the fields in
declared order, a final newline.
"""

from __future__ import annotations

import csv
import io
from array import array
from codecs import BOM_UTF8, getincrementaldecoder
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TextIO

from lanzarote_data.model.errors import StorageError
from lanzarote_data.model.package import Resource
from lanzarote_data.model.problems import Location, Problem, error
from lanzarote_data.model.tables import Key, Lines, Table
from lanzarote_data.store.csv_form import FormCheck, pieces
from lanzarote_data.store.untrusted import check_file

# A million rows of the longest of our tables have 400 megabytes.
LARGEST_TABLE = 600_000_000
LARGEST_CELL = 1_000_000
LONGEST_LINE = 4_000_000
MOST_COLUMNS = 1_000
MOST_FAULTS = 1_000
LONGEST_SHARED = 60
ROWS_AT_A_TIME = 500
BLOCK = 1 << 16


@dataclass(frozen=True)
class TableFile:
    """What a CSV file holds: its table, and what is wrong with its form.

    ``is_canonical`` says that quotes, line ends, header and each cell are known to be canonical.
    """

    table: Table
    problems: tuple[Problem, ...]
    is_canonical: bool


def read_file(resource: Resource, path: Path) -> TableFile:
    """Read one CSV file, and tell whether it is in canonical form but for the order of its rows.

    :raises StorageError: the file is missing, cannot be opened, or is not UTF-8 text.
    """
    try:
        check_file(path, LARGEST_TABLE)
        with _opened(path) as file:
            return _parsed(resource, file, path)
    except FileNotFoundError:
        raise _missing(path) from None
    except OSError as reason:
        raise unreadable(path, reason) from reason
    except UnicodeDecodeError as reason:
        raise not_utf8(path) from reason


def table_text(table: Table) -> str:
    r"""The canonical CSV text of a table, its rows as they stand."""
    return "".join(_pieces(table))


def _pieces(table: Table) -> Iterator[str]:
    """The canonical CSV text of a table, some rows at a time."""
    names = table.resource.field_names
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for start in range(0, table.count, ROWS_AT_A_TIME):
        writer.writerows(table.part(start, start + ROWS_AT_A_TIME).columns(names))
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


def content_of(table: Table) -> Iterator[bytes]:
    """The bytes of the canonical file of a table, some rows at a time."""
    return (piece.encode(errors="surrogatepass") for piece in _pieces(table))


def keys_in(resource: Resource, path: Path) -> Iterator[Key]:
    """The keys in the file of a table, as far as it can be read; nothing else of it is kept."""
    csv.field_size_limit(LARGEST_CELL)
    try:
        with _opened(path) as file, suppress(csv.Error):
            reader = csv.reader(_lines(pieces(file, LONGEST_LINE)), strict=True)
            header = next(reader, [])
            places = {name: place for place, name in enumerate(header)}
            if not places.keys() >= set(resource.primary_key):
                return
            wanted = [places[name] for name in resource.primary_key]
            for cells in reader:
                if max(wanted) < len(cells):
                    yield tuple(cells[place] for place in wanted)
    except UnicodeDecodeError as reason:
        raise not_utf8(path) from reason
    except OSError as reason:
        raise unreadable(path, reason) from reason


def _opened(path: Path) -> TextIO:
    """The text of a file with its line ends as they are, without the mark that Excel puts."""
    return path.open(encoding="utf-8-sig", newline="")


def _missing(path: Path) -> StorageError:
    return StorageError(
        f"The table {path} is missing.", "Restore it from the last version that has it."
    )


def unreadable(path: Path, fault: OSError) -> StorageError:
    """The error for a file that cannot be read."""
    told = fault.strerror or str(fault)
    return StorageError(
        f"{path} cannot be read: {told}.", "Check its permissions, and that it is the right file."
    )


def not_utf8(path: Path) -> StorageError:
    """The error for a file with a byte that is no UTF-8 text; it is looked for part by part."""
    place = 0
    decoder = getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        for block in chain(iter(lambda: file.read(BLOCK), b""), [b""]):
            waiting = len(decoder.getstate()[0])
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as reason:
                place += reason.start - waiting
                break
            place += len(block)
    return StorageError(
        f"{path} is not UTF-8 text: byte {place + 1} does not fit.",
        "Save it as 'CSV UTF-8', or restore it.",
    )


def _parsed(resource: Resource, file: TextIO, path: Path) -> TableFile:
    """Read a file: its rows as columns, the numbers of their first lines, whatever is wrong."""
    check, columns = FormCheck(), _Columns()
    texts = _looked_at(pieces(file, LONGEST_LINE), check)
    problems = tuple(_rows(resource, _lines(texts), path, columns))
    table = Table.of_columns(resource, columns.named(), Lines(path.name, columns.lines))
    is_declared = tuple(columns.header) == resource.field_names
    is_canonical = not problems and is_declared and check.end() and not _is_marked(path)
    return TableFile(table, problems, is_canonical)


def _looked_at(texts: Iterable[str], check: FormCheck) -> Iterator[str]:
    for text in texts:
        check.look(text)
        yield text


def _lines(texts: Iterable[str]) -> Iterator[str]:
    """The lines of texts, with their ends as they are."""
    return chain.from_iterable(io.StringIO(text, newline="") for text in texts)


def _is_marked(path: Path) -> bool:
    """Whether a file begins with the mark that Excel puts before UTF-8."""
    with path.open("rb") as file:
        return file.read(len(BOM_UTF8)) == BOM_UTF8


class _Columns:
    """The columns of a file, gathered from its rows, and the line on which each row begins.

    Short texts that stand in many rows (ids of other tables, words of a list) are kept once.
    """

    def __init__(self) -> None:
        self.header: list[str] = []
        self.lines = array("I")
        self._texts: list[list[str]] = []
        self._known: dict[str, str] = {}

    def begin(self, header: list[str]) -> None:
        """Take the names of the columns."""
        self.header = header
        self._texts = [[] for _ in header]

    def add(self, rows: list[list[str]]) -> None:
        """Take some rows, each with a cell for each column."""
        share = self._known.setdefault
        for texts, new in zip(self._texts, zip(*rows, strict=True), strict=False):
            if max(map(len, new)) <= LONGEST_SHARED:
                texts.extend(map(share, new, new))
            else:
                texts.extend([share(t, t) if len(t) <= LONGEST_SHARED else t for t in new])

    def named(self) -> dict[str, list[str]]:
        """The columns by name."""
        return dict(zip(self.header, self._texts, strict=True))


def _rows(
    resource: Resource, lines: Iterator[str], path: Path, columns: _Columns
) -> Iterator[Problem]:
    """Read header and rows into the columns; yield what is wrong with their form."""
    csv.field_size_limit(LARGEST_CELL)
    reader = csv.reader(lines, strict=True)
    faults = 0
    rows: list[list[str]] = []
    try:
        header = next(reader, [])
        if len(header) > MOST_COLUMNS:
            raise csv.Error(f"it has {len(header):,} columns")
        columns.begin(header)
        yield from _header_problems(resource, header, path)
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) != len(header):
                yield _width_problem(resource, header, cells, path, line)
                faults += 1
                if faults == MOST_FAULTS:
                    raise csv.Error("so many lines before are wrong that the rest is not read")
                cells = [*cells, *[""] * len(header)][: len(header)]
            columns.lines.append(line)
            line = reader.line_num + 1
            rows.append(cells)
            if len(rows) == ROWS_AT_A_TIME:
                columns.add(rows)
                rows.clear()
    except csv.Error as reason:
        where = Location(resource.name, source=f"{path.name}:{reader.line_num}")
        message = f"This line cannot be read as CSV: {reason}."
        hint = "A quotation mark is missing or stands alone; correct it there or shortly before."
        yield error("csv-syntax", where, message, hint)
    columns.add(rows)


def _header_problems(resource: Resource, header: list[str], path: Path) -> list[Problem]:
    source = f"{path.name}:1"
    declared = ", ".join(resource.field_names)
    hint = f"The header must be: {declared}."
    unknown = [name for name in header if name not in resource]
    missing = [name for name in resource.field_names if name not in header]
    doubled = sorted(name for name, number in Counter(header).items() if number > 1)
    faults = [
        ("unknown-column", unknown, "is not declared in datapackage.json"),
        ("missing-column", missing, "is missing"),
        ("doubled-column", doubled, "stands in the header more than once"),
    ]
    return [
        _header_problem(
            code, Location(resource.name, "", name[:LONGEST_SHARED], source), text, hint
        )
        for code, names, text in faults
        for name in names
    ]


def _header_problem(code: str, where: Location, text: str, hint: str) -> Problem:
    return error(code, where, f"The column {where.field!r} {text}.", hint)


def _width_problem(
    resource: Resource, header: list[str], cells: list[str], path: Path, line: int
) -> Problem:
    where = Location(resource.name, source=f"{path.name}:{line}")
    message = f"This row has {len(cells)} cells, the header has {len(header)}."
    hint = "Look for a comma too many or too few; a text with commas needs quotation marks."
    return error("row-width", where, message, hint)
