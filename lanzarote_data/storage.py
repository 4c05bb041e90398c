"""Canonical CSV: read the tables of a package, write all of them or none.

Canonical form: UTF-8 without BOM, LF, comma, minimal quoting, a header row with the fields in
declared order, rows in declared order, a final newline.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lanzarote_data.errors import StorageError
from lanzarote_data.package import Package, Resource
from lanzarote_data.problems import Location, Problem, error, warning
from lanzarote_data.tables import Row, Source, Table, Tables

JOURNAL = ".lanzarote-writing.json"
LOCK = ".lanzarote-lock"
LARGEST_CELL = 10_000_000
PATIENCE = 10.0


@dataclass(frozen=True)
class Reading:
    """Tables as they were read, and what was wrong with the form of their files."""

    tables: Tables
    problems: tuple[Problem, ...]


def read_tables(package: Package) -> Reading:
    """Read all tables of a package, leniently: faults of form become problems.

    :raises StorageError: a table is missing, cannot be opened, or is not UTF-8 text.
    """
    finish_writing(package)
    tables, problems = [], []
    for resource in package.resources:
        table, found = read_table(resource, package.table_path(resource))
        tables.append(table)
        problems.extend(found)
    return Reading(Tables(package, tables), tuple(problems))


def read_table(resource: Resource, path: Path) -> tuple[Table, list[Problem]]:
    """Read one CSV file as the table of a resource.

    :raises StorageError: the file is missing, cannot be opened, or is not UTF-8 text.
    """
    text = _file_text(path)
    if text.startswith("\ufeff"):
        text = text[1:]
    rows, lines, problems = _parsed(resource, text, path)
    sources = tuple(Source(path.name, line) for line in lines)
    return Table(resource, tuple(rows), sources), problems


def table_text(table: Table) -> str:
    r"""The canonical CSV text of a table, its rows as they stand.

    >>> # table_text(Table(resource, ({"party_id": "BEL"},))) == "party_id\\nBEL\\n"
    """
    names = table.resource.field_names
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in table.rows)
    return out.getvalue()


def canonical_problems(package: Package, tables: Tables) -> list[Problem]:
    """A warning for each file whose bytes are not those that we would write."""
    found = []
    for name, table in tables.in_order().items():
        path = package.table_path(table.resource)
        if path.read_bytes() != table_text(table).encode("utf-8", "surrogatepass"):
            where = Location(name, source=path.name)
            text = f"{path.name} is not in canonical form (order of rows, quotes or line ends)."
            hint = "'lanzarote build' rewrites it; no value changes by that."
            found.append(warning("not-canonical", where, text, hint))
    return found


def write_tables(package: Package, tables: Tables) -> list[Path]:
    """Write the tables that differ from what is on disk, all or none; the files written.

    New contents go to temporary files first; then a journal names them, then each replaces its
    table. A process that dies before the journal has changed nothing; after it, the next reader
    finishes the work. The caller holds :func:`locked`.

    :raises StorageError: a file cannot be written; the tables are as they were.
    """
    staged: dict[Path, Path] = {}
    try:
        for name, table in tables.in_order().items():
            path = package.table_path(package.resource(name))
            content = table_text(table).encode("utf-8")
            if not path.is_file() or path.read_bytes() != content:
                staged[path] = _staged(path, content)
        if staged:
            _write_journal(package, staged)
    except (OSError, UnicodeEncodeError) as reason:
        _discard(package)
        raise StorageError(
            f"The tables in {package.folder} cannot be written: {reason}.",
            "Nothing was changed. Close programs that have the files open, and see that the "
            "folder may be written to and the disk is not full.",
        ) from reason
    finish_writing(package)
    return list(staged)


def finish_writing(package: Package) -> None:
    """Complete a write whose process ended after its journal was written; else do nothing.

    :raises StorageError: a file of the journal cannot be put in place.
    """
    journal = package.folder / JOURNAL
    if not journal.exists():
        return
    try:
        named = json.loads(journal.read_text(encoding="utf-8"))
        ours = {resource.path for resource in package.resources}
        if not isinstance(named, list) or not ours.issuperset(named):
            raise ValueError("its journal names files that are no tables")
        for path in (package.folder / name for name in named):
            if _temporary(path).exists():
                _temporary(path).replace(path)
        journal.unlink(missing_ok=True)
    except (OSError, ValueError) as reason:
        raise StorageError(
            f"An earlier write of the tables in {package.folder} was cut off and cannot be "
            f"finished: {reason}.",
            "Close programs that have the tables open (Excel, for one) and try again.",
        ) from reason


@contextmanager
def locked(package: Package) -> Iterator[None]:
    """Hold the tables for writing; released when the process ends, however it ends.

    :raises StorageError: another process holds them, or the folder cannot be written to.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(package.folder / LOCK, timeout=PATIENCE)
    try:
        lock.acquire()
    except Timeout:
        raise StorageError(
            f"Another program is changing the tables in {package.folder} just now.",
            "Wait until it has finished, then try again.",
        ) from None
    except OSError as reason:
        raise StorageError(
            f"The folder {package.folder} cannot be written to: {reason}.",
            "Work in a copy of the package that you may change (--package).",
        ) from reason
    try:
        yield
    finally:
        lock.release()


def write_file(path: Path, content: bytes) -> None:
    """Replace one file by its new content, or leave it as it was.

    :raises StorageError: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _staged(path, content).replace(path)
    except OSError as reason:
        _temporary(path).unlink(missing_ok=True)
        raise StorageError(
            f"{path} cannot be written: {reason}.",
            "Close the program that has it open (Excel, for one), or choose another folder.",
        ) from reason


def _file_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise StorageError(
            f"The table {path} is missing.", "Restore it from the last version that has it."
        ) from None
    except UnicodeDecodeError as reason:
        raise StorageError(
            f"{path} is not UTF-8 text: byte {reason.start + 1} does not fit.",
            "Save it as 'CSV UTF-8', or restore it.",
        ) from reason
    except OSError as reason:
        raise StorageError(
            f"{path} cannot be read: {reason}.", "Check its permissions."
        ) from reason


def _parsed(
    resource: Resource, text: str, path: Path
) -> tuple[list[Row], list[int], list[Problem]]:
    csv.field_size_limit(LARGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    lines: list[int] = []
    problems: list[Problem] = []
    try:
        header = next(reader, [])
        problems += _header_problems(resource, header, path)
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) != len(header):
                problems.append(_width_problem(resource, header, cells, path, line))
            known = {n: c for n, c in zip(header, cells, strict=False) if n in resource}
            rows.append({name: known.get(name, "") for name in resource.field_names})
            lines.append(line)
            line = reader.line_num + 1
    except csv.Error as reason:
        where = Location(resource.name, source=f"{path.name}:{reader.line_num}")
        message = f"This line cannot be read as CSV: {reason}."
        hint = "A quotation mark is missing or stands alone; correct it there or shortly before."
        problems.append(error("csv-syntax", where, message, hint))
    return rows, lines, problems


def _header_problems(resource: Resource, header: list[str], path: Path) -> list[Problem]:
    source = f"{path.name}:1"
    declared = ", ".join(resource.field_names)
    hint = f"The header must be: {declared}."
    unknown = [name for name in header if name not in resource]
    missing = [name for name in resource.field_names if name not in header]
    doubled = sorted({name for name in header if header.count(name) > 1})
    faults = [
        ("unknown-column", unknown, "is not declared in datapackage.json"),
        ("missing-column", missing, "is missing"),
        ("doubled-column", doubled, "stands in the header more than once"),
    ]
    return [
        error(code, Location(resource.name, "", name, source), f"The column {name!r} {text}.", hint)
        for code, names, text in faults
        for name in names
    ]


def _width_problem(
    resource: Resource, header: list[str], cells: list[str], path: Path, line: int
) -> Problem:
    where = Location(resource.name, source=f"{path.name}:{line}")
    message = f"This row has {len(cells)} cells, the header has {len(header)}."
    hint = "Look for a comma too many or too few; a text with commas needs quotation marks."
    return error("row-width", where, message, hint)


def _temporary(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


def _staged(path: Path, content: bytes) -> Path:
    temporary = _temporary(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return temporary


def _write_journal(package: Package, staged: Mapping[Path, Path]) -> None:
    names = [path.relative_to(package.folder).as_posix() for path in staged]
    journal = package.folder / JOURNAL
    _staged(journal, json.dumps(names).encode("utf-8")).replace(journal)


def _discard(package: Package) -> None:
    """Take away what was staged and not put in place."""
    for resource in package.resources:
        _temporary(package.table_path(resource)).unlink(missing_ok=True)
    _temporary(package.folder / JOURNAL).unlink(missing_ok=True)
