"""All checks of a package, in layers: descriptor, header, values, keys, references, rules.

Nothing stops at the first fault: whatever can still be checked is checked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from lanzarote_data.model.descriptor import MOST_FAULTS, descriptor_faults
from lanzarote_data.model.package import DESCRIPTOR_NAME, ForeignKey, Package
from lanzarote_data.model.problems import Location, Problem, error, has_errors, shown, warning
from lanzarote_data.model.profile import OTHER_KIND, Fault, published_faults
from lanzarote_data.model.tables import Checked, Key, Table, Tables, key_text
from lanzarote_data.store.csv_file import TableFile, unreadable
from lanzarote_data.store.descriptor import is_known, load_package, read_descriptor
from lanzarote_data.store.lock import leftover_problems
from lanzarote_data.store.tables import canonical_problems, read_tables
from lanzarote_data.text.folding import nearest
from lanzarote_data.validate.rules import check_rules
from lanzarote_data.validate.values import doubled_values, key_problems, value_problems

# A suggestion compares a value with all others; past this number that would take too long.
MOST_SUGGESTIONS = 20
CHOOSE = "Choose an existing row, or add it."


def validate_package(path: Path) -> list[Problem]:
    """Everything that is wrong with the package at ``path`` (a descriptor or its folder).

    :raises LanzaroteError: a file is missing or unreadable.
    """
    return read_checked(path)[1]


def read_checked(path: Path, quick: bool = False) -> tuple[Tables | None, list[Problem]]:
    """The tables of the package at ``path``, and everything that is wrong with just these.

    The tables are None where the descriptor is at fault, which is not checked again where it is
    known to be valid. ``quick`` is as in :func:`validate_tables`; tables that are known to be valid
    are not checked again then.

    :raises LanzaroteError: a file is missing or unreadable.
    """
    problems = [] if is_known(path) else lint(path)
    if any(problem.code != "descriptor-untold" for problem in problems):
        return None, problems
    package = load_package(path)
    reading = read_tables(package)
    tables = reading.if_stamped if quick else None
    if tables and tables.checked:
        return tables, list(tables.checked.warnings)
    problems += leftover_problems(package)
    problems += checksum_problems(package)
    problems += reading.problems
    found = validate_tables(reading.as_read, quick)
    problems += _without_echoes(package, found, reading.problems)
    if not reading.problems:
        problems += canonical_problems(reading)
    checked = None if has_errors(problems) else Checked(reading.digest, tuple(found))
    tables = reading.tables
    return Tables(package, tables.values(), tables.is_in_order, checked), problems


def lint(path: Path) -> list[Problem]:
    """Everything that is wrong with a descriptor; ``path`` may be its folder.

    :raises PackageError: the file cannot be read as a JSON object.
    """
    name = DESCRIPTOR_NAME if path.is_dir() else path.name
    return descriptor_problems(read_descriptor(path), name)


def descriptor_problems(
    descriptor: Mapping[str, Any], name: str = DESCRIPTOR_NAME
) -> list[Problem]:
    """Everything that is wrong with a descriptor; at most :data:`MOST_FAULTS` problems.

    ``name`` is that of its file.
    """
    return [
        error(fault.code, Location(source=name, field=fault.path), fault.message, fault.hint)
        for fault in _faults_of(json.dumps(descriptor, ensure_ascii=False))
    ]


@lru_cache(maxsize=8)
def _faults_of(text: str) -> tuple[Fault, ...]:
    """The desk and ``watch`` check the same descriptor again and again, which takes a while."""
    return tuple(islice(_faults(json.loads(text)), MOST_FAULTS))


def _faults(descriptor: Mapping[str, Any]) -> Iterator[Fault]:
    """The faults by our profile, then those by the published one that ours does not have.

    A fault by both has the code of the published profile.
    """
    own = descriptor_faults(descriptor)
    if [fault.code for fault in own] == [OTHER_KIND]:
        yield from own
        return
    published = list(islice(published_faults(descriptor), MOST_FAULTS))
    places = {fault.path for fault in published}
    for fault in own:
        is_both = fault.code == "descriptor-unusable" and fault.path in places
        yield replace(fault, code="descriptor-profile") if is_both else fault
    for fault in published:
        if not any(_is_about_the_same(fault.path, other.path) for other in own):
            yield fault


def _is_about_the_same(one: str, other: str) -> bool:
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def given_problems(tables: Tables, given: Iterable[TableFile]) -> list[Problem]:
    """What is wrong with tables that stand in for those of a package; of the others nothing."""
    problems: list[Problem] = []
    names = set()
    for file in given:
        tables = tables.with_table(file.table)
        problems += file.problems
        names.add(file.table.resource.name)
    found = [p for p in validate_tables(tables) if p.location.resource in names]
    return problems + _without_echoes(tables.package, found, problems)


def _without_echoes(
    package: Package, found: list[Problem], faults: Iterable[Problem]
) -> list[Problem]:
    """The problems but those that follow from a missing column, or from rows that were not read."""
    places = {
        (p.location.resource, p.location.field if p.code == "missing-column" else "")
        for p in faults
        if p.code in ("missing-column", "csv-syntax")
    }
    return [problem for problem in found if not _follows(package, problem, places)]


def _follows(package: Package, problem: Problem, places: Collection[tuple[str, str]]) -> bool:
    """Whether a problem follows from the places of others: a column, or a whole table."""
    here = problem.location.resource, problem.location.field
    if problem.code == "missing-value":
        return here in places
    if problem.code != "dangling-reference":
        return False
    key = package.resource(here[0]).reference(here[1])
    fields = ("", *key.reference_fields) if key else ()
    return any((key.resource, field) in places for field in fields if key)


def validate_tables(
    tables: Tables, quick: bool = False, valid: Tables | None = None
) -> list[Problem]:
    """Everything that is wrong with tables, wherever they come from.

    If ``quick``, values that plain comparisons accept are not given to the checks of the schema,
    and pandera is loaded only where there are others; the problems are the same. Rows that are in
    tables that are ``valid`` are not checked again by themselves, only with the others.
    """
    rows = _without_rows_of(valid, tables) if valid else tables
    problems = [p for name in tables for p in validate_table(tables[name], quick, rows[name])]
    for table in tables.values():
        # What a derived table points to is checked in the table that it follows from.
        for reference in table.resource.foreign_keys if not table.resource.derived else ():
            problems += _reference_problems(tables, table, reference)
    return problems + check_rules(tables, rows)


def _without_rows_of(valid: Tables, tables: Tables) -> Tables:
    """The tables with those of their rows alone that the valid ones do not have."""
    return Tables(tables.package, (_others(table, valid[name]) for name, table in tables.items()))


def _others(table: Table, valid: Table) -> Table:
    keys = table.columns(table.resource.primary_key)
    pairs = enumerate(zip(keys, table.rows, strict=True))
    indices = [index for index, (key, row) in pairs if valid.by_key.get(key) != row]
    sources = [table.sources[index] for index in indices] if table.sources else ()
    return Table(table.resource, [table.rows[index] for index in indices], sources)


def problems_since(tables: Tables, before: Tables) -> list[Problem]:
    """What is wrong with tables after a change, without the warnings that there were before it."""
    problems = validate_tables(tables, quick=True, valid=before if before.checked else None)
    if all(problem.severity == "error" for problem in problems):
        return problems
    told = before.checked.warnings if before.checked else validate_tables(before, quick=True)
    known = set(map(_without_source, told))
    return [p for p in problems if p.severity == "error" or _without_source(p) not in known]


def _without_source(problem: Problem) -> Problem:
    return replace(problem, location=replace(problem.location, source=""))


def validate_table(table: Table, quick: bool = False, rows: Table | None = None) -> list[Problem]:
    """What is wrong with one table by itself: its values (or those of ``rows``) and its keys."""
    keys = [table.resource.primary_key, *table.resource.unique_keys]
    unique = [field for field in table.resource.fields if field.constraints.unique]
    return [
        *value_problems(table if rows is None else rows, quick),
        *(problem for field in unique for problem in doubled_values(table, field)),
        *(problem for key in keys for problem in key_problems(table, key)),
    ]


def _distinct(table: Table, fields: tuple[str, ...]) -> set[str] | set[Key]:
    """The different values of a key: of one field its texts, which are quicker than tuples."""
    return set(table.column(fields[0])) if len(fields) == 1 else set(table.columns(fields))


def _reference_problems(tables: Tables, table: Table, reference: ForeignKey) -> Iterator[Problem]:
    """A problem for each row that points to a row that is not there."""
    target = tables[reference.resource]
    unknown = _distinct(table, reference.fields) - _distinct(target, reference.reference_fields)
    if not any(unknown):
        return
    there = dict.fromkeys(target.columns(reference.reference_fields))
    keys = list(table.columns(reference.fields))
    dangling = [index for index, key in enumerate(keys) if any(key) and key not in there]
    field = table.resource.field(reference.fields[0])
    for count, index in enumerate(dangling):
        value = key_text(keys[index])
        message = f"{field.title} {shown(value)} is not in {target.resource.title!r}."
        near = nearest(value, map(key_text, there)) if count < MOST_SUGGESTIONS else ""
        hint = f"Is {near} meant? {CHOOSE}" if near else CHOOSE
        yield error("dangling-reference", table.location(index, field.name), message, hint)


# A checksum without a method is MD5: https://datapackage.org/standard/data-resource/#hash
METHODS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")


def checksum_problems(package: Package) -> Iterator[Problem]:
    """A warning for each table whose file is not the one that the descriptor declares.

    Tables from a release may be worked on, but are not the released ones then.

    :raises StorageError: a file cannot be read.
    """
    for resource, entry in zip(package.resources, package.descriptor["resources"], strict=True):
        path = package.table_path(resource)
        try:
            difference = _difference(path, entry)
        except OSError as reason:
            raise unreadable(path, reason) from reason
        if difference:
            yield warning(
                "not-as-declared",
                Location(resource.name, source=path.name),
                f"{path.name} {difference} in {DESCRIPTOR_NAME}.",
                "Download the file again; or, if it was changed on purpose, remove 'bytes' and "
                "'hash' of the table from the descriptor. A release writes both again.",
            )


def _difference(path: Path, entry: Mapping[str, Any]) -> str:
    """How a file differs from what is declared, in words; empty if it does not."""
    size = path.stat().st_size
    if size != entry.get("bytes", size):
        return f"has {size:,} bytes, and {entry['bytes']:,} are declared"
    method, _, declared = entry.get("hash", "").lower().rpartition(":")
    method = method or METHODS[0]
    if method not in METHODS:
        return f"has a checksum by {method!r:.60}, which is not supported,"
    if declared and declared != _checksum(path, method):
        return f"has another {method} checksum than the one declared"
    return ""


def _checksum(path: Path, method: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, method).hexdigest()
