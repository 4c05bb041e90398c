"""What the parts of a descriptor say of each other: names that are unique, names that are there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lanzarote_data.model.package import DESCRIPTOR_NAME, ForeignKey, Package, Resource
from lanzarote_data.model.profile import Fault


def cross_faults(package: Package) -> Iterator[Fault]:
    """Names, paths and titles that are not unique, and keys that name what is not declared.

    Names become names of files, sheets and columns, which some programs compare without regard
    to case.
    """
    tables = list(enumerate(package.resources))
    for part in ("name", "path", "title"):
        places = [(f"resources/{n}/{part}", getattr(table, part)) for n, table in tables]
        yield from _repeated(places, f"{part} of a table")
    yield from _party_faults(package)
    for number, table in tables:
        place = f"resources/{number}"
        fields = list(enumerate(table.fields))
        for part in ("name", "title"):
            named = [(f"{place}/schema/fields/{n}/{part}", getattr(f, part)) for n, f in fields]
            yield from _repeated(named, f"{part} of a field of the table {table.name!r}")
        for path, names in _named(table):
            yield from _unknown(table, names, f"{place}/{path}")
        if table.derived and (table.derived not in package or table.workbooks):
            message = f"The table {table.name!r} is derived from {table.derived!r}."
            hint = "Name a table of the package; a derived table is in no workbook."
            yield _fault(f"{place}/lanzarote:derived", message, hint)
        for n, key in enumerate(table.foreign_keys):
            yield from _reference_faults(package, key, f"{place}/schema/foreignKeys/{n}")


def _party_faults(package: Package) -> Iterator[Fault]:
    """More than one table that holds the Parties, or one whose rows no single text names."""
    entries = enumerate(package.descriptor["resources"])
    declared = [(number, e["name"]) for number, e in entries if e.get("lanzarote:parties")]
    for number, name in declared[1:]:
        message = f"The tables {declared[0][1]!r} and {name!r} both hold the Parties."
        yield _fault(f"resources/{number}/lanzarote:parties", message, "Declare one of them.")
    for number, name in declared[:1]:
        if len(package.resource(name).primary_key) > 1:
            message = f"The table {name!r} holds the Parties, and its key has several fields."
            hint = "Each Party needs one id, after which its workbook is named."
            yield _fault(f"resources/{number}/schema/primaryKey", message, hint)


def _repeated(places: Iterable[tuple[str, str]], what: str) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for path, text in places:
        earlier = seen.setdefault(text.casefold(), path)
        if earlier != path:
            message = f"The {what} is {text!r}, as at {earlier}."
            yield _fault(path, message, "Each must be different, not in case alone.")


def _named(table: Resource) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The paths below a table at which fields of it are named, and the names."""
    yield "schema/primaryKey", table.primary_key
    yield "lanzarote:order", table.order
    yield "lanzarote:party", table.party
    yield "lanzarote:label", (table.label,) if table.label else ()
    for kind, texts in table.fixed.items():
        yield f"lanzarote:fixed/{kind}", tuple(texts)
    for n, names in enumerate(table.unique_keys):
        yield f"schema/uniqueKeys/{n}", names
    for n, key in enumerate(table.foreign_keys):
        yield f"schema/foreignKeys/{n}/fields", key.fields


def _reference_faults(package: Package, key: ForeignKey, path: str) -> Iterator[Fault]:
    if len(key.fields) != len(key.reference_fields):
        counts = f"{len(key.fields)} fields and refers to {len(key.reference_fields)}"
        yield _fault(path, f"The foreign key has {counts}.", "Name as many as it refers to.")
    if key.resource not in package:
        message = f"The foreign key refers to the table {key.resource!r}, which is not declared."
        yield _fault(f"{path}/reference/resource", message, "Correct the name of the table.")
    else:
        target = package.resource(key.resource)
        yield from _unknown(target, key.reference_fields, f"{path}/reference/fields")


def _unknown(table: Resource, names: Iterable[str], path: str) -> Iterator[Fault]:
    for name in names:
        if name not in table:
            message = f"The table {table.name!r} has no field {name[:100]!r}."
            yield _fault(path, message, f"Correct the name in {DESCRIPTOR_NAME}.")


def _fault(path: str, message: str, hint: str) -> Fault:
    return Fault("descriptor-unusable", path, message, hint)
