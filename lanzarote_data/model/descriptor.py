"""From a descriptor, the content of ``datapackage.json``, to a :class:`Package`.

The descriptor is the only place where tables and fields are declared. Properties of our own begin
with ``lanzarote:``, as Data Package v2 asks of custom properties; ``docs/descriptor.md`` lists
them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from lanzarote_data.model.errors import PackageError
from lanzarote_data.model.package import (
    DESCRIPTOR_NAME,
    Constraints,
    Field,
    ForeignKey,
    Package,
    Resource,
    Together,
)
from lanzarote_data.model.profile import Fault, faults

MOST_FAULTS = 200


def package_from(
    descriptor: Mapping[str, Any], folder: Path, file: str = DESCRIPTOR_NAME
) -> Package:
    """The package that a descriptor, ``file`` in ``folder``, describes.

    :raises PackageError: the descriptor cannot be used: :func:`descriptor_faults` says why.
    """
    fatal = next((fault for fault in descriptor_faults(descriptor) if fault.is_fatal), None)
    if fatal:
        raise PackageError(f"{file} in {folder}: {fatal.message}", fatal.hint)
    return unchecked_package(descriptor, folder, file)


def descriptor_faults(descriptor: Mapping[str, Any]) -> tuple[Fault, ...]:
    """What is wrong with a descriptor: by our profile, and in what its parts say of each other."""
    return _faults_of(json.dumps(descriptor, ensure_ascii=False))


@lru_cache(maxsize=8)
def _faults_of(text: str) -> tuple[Fault, ...]:
    """A command reads the same descriptor several times, and to check it takes a while."""
    descriptor = json.loads(text)
    return tuple(islice(_all_faults(descriptor), MOST_FAULTS))


def _all_faults(descriptor: Mapping[str, Any]) -> Iterator[Fault]:
    is_usable = True
    for fault in faults(descriptor):
        is_usable = is_usable and not fault.is_fatal
        yield fault
    if is_usable:
        yield from cross_faults(unchecked_package(descriptor, Path()))


def unchecked_package(
    descriptor: Mapping[str, Any], folder: Path, file: str = DESCRIPTOR_NAME
) -> Package:
    """The package that a descriptor describes which is known to be usable."""
    tables = descriptor["resources"]
    parties = next((t["name"] for t in tables if t.get("lanzarote:parties")), "parties")
    return Package(
        name=descriptor["name"],
        version=descriptor.get("version", ""),
        title=descriptor.get("title", descriptor["name"]),
        resources=tuple(_resource(table, parties) for table in tables),
        descriptor=descriptor,
        folder=folder,
        file=file,
        party_table=parties,
    )


def _resource(entry: Mapping[str, Any], parties: str) -> Resource:
    schema, sheet = entry["schema"], entry.get("lanzarote:sheet", {})
    together = sheet.get("together")
    foreign_keys = tuple(_foreign_key(key, entry) for key in schema.get("foreignKeys", ()))
    party = _names(entry.get("lanzarote:party", ()))
    direct = {key.fields for key in foreign_keys if key.resource == parties}
    return Resource(
        name=entry["name"],
        path=entry["path"],
        title=entry.get("title", entry["name"]),
        description=entry.get("description", ""),
        fields=tuple(map(_field, schema["fields"])),
        primary_key=_names(schema["primaryKey"]),
        foreign_keys=foreign_keys,
        unique_keys=tuple(map(_names, schema.get("uniqueKeys", ()))),
        order=_names(entry.get("lanzarote:order", schema["primaryKey"])),
        label=entry.get("lanzarote:label", ""),
        party=party,
        names_party=tuple(name for name in party if (name,) in direct),
        workbooks=tuple(entry.get("lanzarote:workbooks", ())),
        fixed=entry.get("lanzarote:fixed", {}),
        is_item=entry.get("lanzarote:item", False),
        typed_id=entry.get("lanzarote:typedId", False),
        derived=entry.get("lanzarote:derived", ""),
        is_worklist=entry.get("lanzarote:worklist", False),
        columns=tuple(sheet.get("columns", ())),
        closed=tuple(sheet.get("closed", ())),
        together=together
        and Together(tuple(together["fields"]), together["title"], together["description"]),
    )


def _field(entry: Mapping[str, Any]) -> Field:
    return Field(
        name=entry["name"],
        type=entry.get("type", "string"),
        title=entry.get("title", entry["name"]),
        description=entry.get("description", ""),
        constraints=_constraints(entry.get("constraints", {})),
        example=entry.get("example", ""),
        markdown=entry.get("lanzarote:markdown", False),
    )


def _constraints(entry: Mapping[str, Any]) -> Constraints:
    return Constraints(
        required=entry.get("required", False),
        unique=entry.get("unique", False),
        enum=tuple(str(value) for value in entry.get("enum", ())),
        pattern=entry.get("pattern", ""),
        minimum=str(entry.get("minimum", "")),
        maximum=str(entry.get("maximum", "")),
        exclusive_minimum=str(entry.get("exclusiveMinimum", "")),
        exclusive_maximum=str(entry.get("exclusiveMaximum", "")),
        min_length=entry.get("minLength"),
        max_length=entry.get("maxLength"),
    )


def _foreign_key(entry: Mapping[str, Any], resource: Mapping[str, Any]) -> ForeignKey:
    target = entry["reference"]
    name = target.get("resource") or resource["name"]
    return ForeignKey(_names(entry["fields"]), name, _names(target["fields"]))


def _names(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def cross_faults(package: Package) -> Iterator[Fault]:
    """Names, paths and titles that are not unique, and keys that name what is not declared.

    Names become names of files, sheets and columns, which some programs compare without regard
    to case.
    """
    tables = list(enumerate(package.resources))
    for part in ("name", "path", "title"):
        named = [(f"resources/{n}/{part}", getattr(table, part)) for n, table in tables]
        yield from _repeated(named, f"{part} of a table")
    yield from _party_faults(package)
    for number, table in tables:
        yield from _table_faults(package, table, f"resources/{number}")


def _table_faults(package: Package, table: Resource, place: str) -> Iterator[Fault]:
    fields, together = list(enumerate(table.fields)), table.together
    for part in ("name", "title"):
        named = [(f"{place}/schema/fields/{n}/{part}", getattr(f, part)) for n, f in fields]
        if together and part == "title":
            named.append((f"{place}/lanzarote:sheet/together/title", together.title))
        yield from _repeated(named, f"{part} of a field of the table {table.name!r}")
    for path, names in _named(table):
        yield from _unknown(table, names, f"{place}/{path}")
    for n, field in fields:
        low, high = field.constraints.min_length, field.constraints.max_length
        if low is not None and high is not None and low > high:
            message = (
                f"No text of the field {field.name!r} can have from {low} to {high} characters."
            )
            hint = "Correct 'minLength' or 'maxLength'."
            yield _fault(f"{place}/schema/fields/{n}/constraints", message, hint)
    for name in together.fields if together else ():
        if name in table and table.reference(name) is None:
            message = f"The field {name!r} is no foreign key, so it cannot share a column."
            path = f"{place}/lanzarote:sheet/together/fields"
            yield _fault(path, message, "Name foreign keys of one field each.")
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
    yield "lanzarote:sheet/columns", table.columns
    yield "lanzarote:sheet/closed", table.closed
    yield "lanzarote:sheet/together/fields", table.together.fields if table.together else ()
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
