"""From a descriptor, the content of ``datapackage.json``, to a :class:`Package`.

The descriptor is the only place where tables and fields are declared. Properties of our own begin
with ``lanzarote:``, as Data Package v2 asks of custom properties; ``docs/descriptor.md`` lists
them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from lanzarote_data.model.cross_references import cross_faults
from lanzarote_data.model.errors import PackageError
from lanzarote_data.model.package import (
    DESCRIPTOR_NAME,
    Constraints,
    Field,
    ForeignKey,
    Package,
    Resource,
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
    return _package(descriptor, folder, file)


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
        yield from cross_faults(_package(descriptor, Path()))


def _package(descriptor: Mapping[str, Any], folder: Path, file: str = DESCRIPTOR_NAME) -> Package:
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
    schema = entry["schema"]
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
