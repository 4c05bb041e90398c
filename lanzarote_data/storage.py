"""Canonical CSV: read the tables of a package, write all of them or none.

Canonical form: UTF-8 without BOM, LF, comma, minimal quoting, a header row with the fields in
declared order, rows in declared order, a final newline.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
from array import array
from codecs import BOM_UTF8, getincrementaldecoder
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TextIO

from lanzarote_data import atomic
from lanzarote_data.collector import paused
from lanzarote_data.csv_form import FormCheck, pieces
from lanzarote_data.errors import StorageError
from lanzarote_data.files import check_file, file_bytes
from lanzarote_data.holding import WITHDRAWN, finish_change
from lanzarote_data.package import DESCRIPTOR_NAME, Package, Resource
from lanzarote_data.problems import Location, Problem, error, warning
from lanzarote_data.tables import Key, Lines, Table, Tables, key_text
from lanzarote_data.temporary import Content

# A million rows of the longest of our tables have 400 megabytes.
LARGEST_TABLE = 600_000_000
LARGEST_CELL = 1_000_000
LONGEST_LINE = 4_000_000
MOST_COLUMNS = 1_000
MOST_FAULTS = 1_000
LONGEST_SHARED = 60
ATTEMPTS = 20
ROWS_AT_A_TIME = 500
BLOCK = 1 << 16


@dataclass(frozen=True)
class Reading:
    """Tables as they were read, and what was wrong with the form of their files.

    ``canonical`` names the tables whose files have the canonical quotes, line ends and header.
    """

    tables: Tables
    problems: tuple[Problem, ...]
    canonical: frozenset[str] = frozenset()


def read_tables(package: Package) -> Reading:
    """Read all tables of a package, leniently: faults of form become problems.

    What is read is one state of the tables, even while another process changes them.

    :raises StorageError: a table is missing, cannot be opened, or is not UTF-8 text.
    """
    for _ in range(ATTEMPTS):
        finish_change(package)
        before = _signature(package)
        reading = _read_all(package)
        # In this order: a change that is complete now, and had begun before, shows in the files.
        if not atomic.is_unfinished(package.folder) and _signature(package) == before:
            return reading
    raise StorageError(
        f"The tables in {package.folder} are being changed by another program.",
        "Wait until it has finished, then try again.",
    )


def read_sound_tables(package: Package) -> Tables:
    """Read all tables to compare or change them: nothing that their files hold may be left out.

    :raises StorageError: a file has rows, columns or cells that cannot be read, or two rows have
        one key; to write the tables again would lose something.
    """
    reading = read_tables(package)
    faults = [f"{p.location.source}: {p.message}" for p in reading.problems]
    for name, table in reading.tables.items():
        if len(table.rank) < table.count:
            faults.append(f"{name}: two rows have one id.")
    if faults:
        raise StorageError(
            f"The tables in {package.folder} have faults that must be mended first. {faults[0]}",
            "Run 'lanzarote validate' to see all of them.",
        )
    return reading.tables


@paused()
def _read_all(package: Package) -> Reading:
    tables: list[Table] = []
    problems: list[Problem] = []
    canonical: set[str] = set()
    for resource in package.resources:
        path = package.table_path(resource)
        _check_inside(package, path)
        file = _read_file(resource, path)
        tables.append(file.table)
        problems.extend(file.problems)
        if file.is_canonical:
            canonical.add(resource.name)
    return Reading(Tables(package, tables), tuple(problems), frozenset(canonical))


def _check_inside(package: Package, path: Path) -> None:
    """Links may lead about within a package, never out of it: what is there is somebody else's.

    :raises StorageError: the table lies elsewhere.
    """
    place = Path(os.path.realpath(path))  # of a link to itself too, which cannot be read then
    if not place.is_relative_to(os.path.realpath(package.folder)):
        raise StorageError(
            f"The table {path} is a link that leads out of the package.",
            "Put the file itself into the package.",
        )


def package_digest(package: Package) -> str:
    """SHA-256 of the files that make a package: the descriptor, the tables, the withdrawn ids."""
    digest = hashlib.sha256()
    tables = (package.table_path(resource) for resource in package.resources)
    for path in (package.folder / DESCRIPTOR_NAME, *tables, package.folder / WITHDRAWN):
        content = _file_bytes(path) if path.is_file() else b""
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()


def _signature(package: Package) -> list[tuple[int, int, int]]:
    """What tells a table’s file from the one that replaces it."""
    paths = (package.table_path(resource) for resource in package.resources)
    states = (path.stat() for path in paths if path.exists())
    return [(state.st_ino, state.st_size, state.st_mtime_ns) for state in states]


def read_table(resource: Resource, path: Path) -> tuple[Table, list[Problem]]:
    """Read one CSV file as the table of a resource, and tell what is wrong with its form.

    :raises StorageError: the file is missing, cannot be opened, or is not UTF-8 text.
    """
    found = _read_file(resource, path)
    return found.table, list(found.problems)


@dataclass(frozen=True)
class _TableFile:
    """What a CSV file holds: its table, and what is wrong with its form.

    ``is_canonical`` says that quotes, line ends and header are known to be canonical.
    """

    table: Table
    problems: tuple[Problem, ...]
    is_canonical: bool


def _read_file(resource: Resource, path: Path) -> _TableFile:
    try:
        check_file(path, LARGEST_TABLE)
        with _opened(path) as file:
            return _parsed(resource, file, path)
    except FileNotFoundError:
        raise _missing(path) from None
    except OSError as reason:
        raise _unreadable(path, reason) from reason
    except UnicodeDecodeError as reason:
        raise _not_utf8(path) from reason


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


def _content(table: Table) -> Iterator[bytes]:
    """The bytes of the canonical file of a table, some rows at a time."""
    return (piece.encode(errors="surrogatepass") for piece in _pieces(table))


def _is_written(path: Path, table: Table) -> bool:
    """Whether a file holds just the canonical form of a table."""
    try:
        return atomic.holds(path, _content(table))
    except OSError as reason:
        raise _unreadable(path, reason) from reason


def canonical_problems(reading: Reading) -> list[Problem]:
    """A warning for each file that was read and whose bytes are not those that we would write."""
    found = []
    tables = reading.tables
    for name, table in tables.in_order().items():
        path = tables.package.table_path(table.resource)
        in_order = table is tables[name]
        if not (in_order and name in reading.canonical) and not _is_written(path, table):
            where = Location(name, source=path.name)
            text = f"{path.name} is not in canonical form (order, quotes or line ends)."
            hint = "'lanzarote build' rewrites it; no value changes by that."
            found.append(warning("not-canonical", where, text, hint))
    return found


def write_tables(package: Package, tables: Tables) -> list[Path]:
    """Write the tables that differ from what is on disk, all or none; the files written.

    The caller holds the package (:func:`lanzarote_data.holding.locked`).

    :raises StorageError: a file cannot be written. Either the tables are as they were, or the
        next reader completes the change.
    """
    contents: dict[str, Content] = {}
    gone: set[str] = set()
    for name, table in tables.in_order().items():
        resource = package.resource(name)
        path = package.table_path(resource)
        if not _is_written(path, table):
            contents[resource.path] = _content(table)
            gone |= _ids_that_go(tables[name], path)
    withdrawn = withdrawn_ids(package)
    listed = _not_there(withdrawn | gone, tables)
    if listed != withdrawn:
        contents[WITHDRAWN] = (f"{row_id}\n".encode() for row_id in sorted(listed))
    if contents:
        atomic.replace_all(package.folder, contents)
    return [package.folder / name for name in contents if name != WITHDRAWN]


def withdrawn_ids(package: Package) -> frozenset[str]:
    """The ids of rows that were deleted: no new row ever gets one of them.

    Only ids that the program gives are kept; people choose those of look-up tables themselves. A
    row that comes back, as when its factsheet is read again, is no longer among them.
    """
    path = package.folder / WITHDRAWN
    return frozenset(_file_text(path).split()) if path.is_file() else frozenset()


def _not_there(ids: frozenset[str], tables: Tables) -> set[str]:
    """Those of the ids that no row has which got its id from the program."""
    found = set(ids)
    for table in tables.values():
        if found and not table.resource.typed_id:
            found.difference_update(map(key_text, table.by_key))
    return found


def _ids_that_go(table: Table, path: Path) -> set[str]:
    """The ids that stand in the file of a table and no longer in the table."""
    if table.resource.typed_id or not path.is_file():
        return set()
    keys = _keys_on_disk(table.resource, path)
    return {key_text(key) for key in keys if all(key) and key not in table.by_key}


def _keys_on_disk(resource: Resource, path: Path) -> Iterator[Key]:
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
        raise _not_utf8(path) from reason
    except OSError as reason:
        raise _unreadable(path, reason) from reason


def _opened(path: Path) -> TextIO:
    """The text of a file with its line ends as they are, without the mark that Excel puts."""
    return path.open(encoding="utf-8-sig", newline="")


def _file_text(path: Path) -> str:
    try:
        return _file_bytes(path).decode()
    except UnicodeDecodeError as reason:
        raise _not_utf8(path) from reason


def _file_bytes(path: Path) -> bytes:
    try:
        return file_bytes(path, LARGEST_TABLE)
    except OSError as reason:
        raise _unreadable(path, reason) from reason


def _missing(path: Path) -> StorageError:
    return StorageError(
        f"The table {path} is missing.", "Restore it from the last version that has it."
    )


def _unreadable(path: Path, fault: OSError) -> StorageError:
    told = fault.strerror or str(fault)
    return StorageError(
        f"{path} cannot be read: {told}.", "Check its permissions, and that it is the right file."
    )


def _not_utf8(path: Path) -> StorageError:
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


def _parsed(resource: Resource, file: TextIO, path: Path) -> _TableFile:
    """Read a file: its rows as columns, the numbers of their first lines, whatever is wrong."""
    check, columns = FormCheck(), _Columns()
    texts = _looked_at(pieces(file, LONGEST_LINE), check)
    problems = tuple(_rows(resource, _lines(texts), path, columns))
    table = Table.of_columns(resource, columns.named(), Lines(path.name, columns.lines))
    is_declared = tuple(columns.header) == resource.field_names
    is_canonical = not problems and is_declared and check.end() and not _is_marked(path)
    return _TableFile(table, problems, is_canonical)


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
