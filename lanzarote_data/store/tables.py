"""The tables of a package: read as one state of them, written all or none.

In canonical form each is one canonical file (:mod:`.csv_file`) whose rows are in declared order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from lanzarote_data.model.errors import StorageError
from lanzarote_data.model.package import Package
from lanzarote_data.model.problems import Location, Problem, warning
from lanzarote_data.model.tables import Table, Tables, key_text
from lanzarote_data.store import atomic
from lanzarote_data.store.csv_file import (
    LARGEST_TABLE,
    has_blank_rows,
    read_content,
    read_file,
    table_text,
    text_bytes,
    unreadable,
)
from lanzarote_data.store.history import LOG, HandIn, appended
from lanzarote_data.store.lock import WITHDRAWN, finish_change
from lanzarote_data.store.stamp import stamped
from lanzarote_data.store.untrusted import file_bytes
from lanzarote_data.text.targets import with_targets

ATTEMPTS = 20
NOTHING_READ: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True)
class Reading:
    """Tables as their files have them, what was wrong with the form of these, and the files."""

    as_read: Tables
    problems: tuple[Problem, ...]
    contents: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """The digest of the package as it was read."""
        return package_digest(self.as_read.package, self.contents)

    @property
    def if_stamped(self) -> Tables | None:
        """The tables, if these very files are known to be valid and in canonical form."""
        package = self.as_read.package
        checked = stamped(package, self.digest)
        return Tables(package, self.as_read.values(), True, checked) if checked else None

    @cached_property
    def tables(self) -> Tables:
        """The tables in order, with the derived ones as they follow from the others."""
        return with_targets(self.as_read)


def read_tables(package: Package) -> Reading:
    """Read all tables of a package, leniently: faults of form become problems.

    What is read is one state of the tables, even while another process changes them.

    :raises StorageError: a table is missing, cannot be opened, or is not UTF-8 text.
    """
    if not isinstance(package, Package):
        name = type(package).__name__
        raise StorageError(f"A value of the type {name} is no package.", "Load one first.")
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
    if tables := reading.if_stamped:
        return tables
    faults = [f"{p.location.source}: {p.message}" for p in reading.problems]
    for name, table in reading.tables.items():
        if len(table.rank) < table.count:
            faults.append(f"{name}: two rows have one id.")
    if faults:
        raise StorageError(
            f"The tables in {package.folder} have errors that must be corrected first. {faults[0]}",
            "Run 'lanzarote validate' to see all of them.",
        )
    return reading.tables


def _read_all(package: Package) -> Reading:
    tables: list[Table] = []
    problems: list[Problem] = []
    contents: dict[str, bytes] = {}
    for resource in package.resources:
        path = package.table_path(resource)
        contents[resource.path] = text_bytes(path, inside=package.folder)
        file = read_content(resource, path.name, contents[resource.path])
        tables.append(file.table)
        problems.extend(file.problems)
    return Reading(Tables(package, tables), tuple(problems), contents)


def package_bytes(package: Package, name: str) -> bytes:
    """The content of a file of the package, by its path below it; empty where there is none.

    :raises StorageError: it cannot be read, or a link leads out of the package.
    """
    path = package.folder / name
    try:
        return file_bytes(path, LARGEST_TABLE, inside=package.folder)
    except FileNotFoundError:
        return b""
    except OSError as reason:
        raise unreadable(path, reason) from reason


def package_digest(package: Package, contents: Mapping[str, bytes] = NOTHING_READ) -> str:
    """SHA-256 of the files that make a package: the descriptor, the tables, the withdrawn ids.

    ``contents`` are those that were read already, by path.
    """
    digest = hashlib.sha256()
    for name in (package.file, *(r.path for r in package.resources), WITHDRAWN):
        content = contents[name] if name in contents else package_bytes(package, name)
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()


def _signature(package: Package) -> list[tuple[int, int, int]]:
    """What tells a table’s file from the one that replaces it."""
    paths = (package.table_path(resource) for resource in package.resources)
    states = (path.stat() for path in paths if path.exists())
    return [(state.st_ino, state.st_size, state.st_mtime_ns) for state in states]


def _canonical(table: Table) -> bytes:
    """The bytes of the canonical file of a table.

    Half a character, which no table holds that was validated, makes them differ from any file.
    """
    return table_text(table).encode("utf-8", errors="surrogatepass")


def canonical_problems(reading: Reading) -> list[Problem]:
    """A warning for each file that was read and whose bytes are not those that we would write."""
    found = []
    tables = reading.as_read.in_order()
    for name, table in tables.items():
        content = reading.contents[table.resource.path]
        if content != _canonical(table):
            file = tables.package.table_path(table.resource).name
            where = Location(name, source=file)
            found.append(warning("not-canonical", where, *_not_canonical(file, content)))
    return found


def _not_canonical(file: str, content: bytes) -> tuple[str, str]:
    """What is wrong with the form of a file, and what to do."""
    text = f"{file} is not in canonical form (order or quotation marks)."
    if content.startswith(b"\xef\xbb\xbf"):
        text = f"{file} begins with a byte-order mark (BOM), as Excel writes it."
    elif b"\r\n" in content:
        text = f"{file} was saved with Windows line ends."
        return text, "Save it with LF, or run 'lanzarote build'; no value changes by that."
    elif has_blank_rows(content):
        text = f"{file} has blank lines."
    return text, "'lanzarote build' rewrites it; no value changes by that."


def write_tables(
    package: Package,
    tables: Tables,
    hand_ins: Sequence[HandIn] = (),
    freed: Collection[str] = (),
) -> list[Path]:
    """Write the tables that differ from what is on disk, all or none; the files of tables written.

    Derived tables are written as they follow from the others. In the same step ``hand_ins`` are
    appended to the log, each with its number and the time. The ids of rows that go are withdrawn,
    but for those ``freed``, whose addition is undone.

    The caller has the lock (:func:`lanzarote_data.store.lock.locked`).

    :raises StorageError: a file cannot be written. Either the tables are as they were, or the
        next reader completes the change.
    """
    contents: dict[str, bytes] = {}
    gone: set[str] = set()
    for name, table in with_targets(tables).items():
        resource = package.resource(name)
        content = _canonical(table)
        if package_bytes(package, resource.path) != content:
            contents[resource.path] = content
            gone |= _ids_that_go(package, table)
    withdrawn = withdrawn_ids(package)
    listed = _not_there(withdrawn | gone.difference(freed), tables)
    if listed != withdrawn:
        contents[WITHDRAWN] = "".join(f"{row_id}\n" for row_id in sorted(listed)).encode()
    log = appended(package, hand_ins) if hand_ins else None
    if log is not None:
        contents[LOG] = log
    if contents:
        atomic.replace_all(package.folder, contents)
    return [package.folder / name for name in contents if name not in (WITHDRAWN, LOG)]


def withdrawn_ids(package: Package) -> frozenset[str]:
    """The ids of rows that were deleted: no new row ever gets one of them.

    Only ids that the program gives are kept; people choose those of look-up tables themselves. A
    row that comes back, as when its factsheet is read again, is no longer among them.
    """
    path = package.folder / WITHDRAWN
    text = text_bytes(path, package.folder) if path.exists() else b""
    return frozenset(text.decode().split())


def _not_there(ids: frozenset[str], tables: Tables) -> set[str]:
    """Those of the ids that no row has which got its id from the program."""
    found = set(ids)
    for table in tables.values():
        if found and not table.resource.typed_id:
            found.difference_update(map(key_text, table.by_key))
    return found


def _ids_that_go(package: Package, table: Table) -> set[str]:
    """The ids that are in the file of a table and no longer in the table."""
    path = package.table_path(table.resource)
    if table.resource.typed_id or table.resource.derived or not path.exists():
        return set()
    written = read_file(table.resource, path, inside=package.folder).table.rank
    return {key_text(key) for key in written if all(key) and key not in table.by_key}
