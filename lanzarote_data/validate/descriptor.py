"""Lint of ``datapackage.json``: against the published profile, and for words nobody knows.

The profile is the JSON Schema of Data Package v2 as dplib-py carries it, so that no network is
needed. A profile lets unknown properties pass, and so a misspelt one (``constraint``) as well;
those are found here.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import chain, islice
from pathlib import Path
from typing import Any

from lanzarote_data.model.errors import PackageError
from lanzarote_data.model.package import DESCRIPTOR_NAME, package_from
from lanzarote_data.model.problems import Location, Problem, error
from lanzarote_data.store.descriptor import read_descriptor

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
# Each is told with what may be meant, which takes time; nobody reads more at once.
MOST_FAULTS = 200
MOST_TABLES = 200
MOST_FIELDS = 1_000
_PREFIX = "lanzarote:"
_OF_THE_PACKAGE = {"credit"}
_OF_A_RESOURCE = {"order", "label", "party", "workbooks", "fixed", "item", "typedId"}
_OF_A_FIELD = {"markdown"}


def lint(path: Path) -> list[Problem]:
    """Everything that is wrong with a descriptor; ``path`` may be its folder.

    :raises PackageError: the file cannot be read as a JSON object.
    """
    descriptor = read_descriptor(path)
    if _is_huge(descriptor):
        message = f"The descriptor has more than {MOST_TABLES} tables, or {MOST_FIELDS} fields."
        return [error("descriptor-unusable", _place(), message, "Divide the package.")]
    found = chain(_profile_problems(descriptor), _unknown_properties(descriptor))
    problems = list(islice(found, MOST_FAULTS))
    if problems:
        return problems
    try:
        package_from(descriptor, path if path.is_dir() else path.parent)
    except PackageError as reason:
        return [error("descriptor-unusable", _place(), reason.message, reason.hint)]
    return list(_untold(descriptor))


def _is_huge(descriptor: Mapping[str, Any]) -> bool:
    """Whether it takes far longer to check than any package of ours."""
    tables = descriptor.get("resources")
    schemas = [table.get("schema") for table in _objects(tables)]
    fields = [schema.get("fields") for schema in schemas if isinstance(schema, dict)]
    counted = sum(len(names) for names in fields if isinstance(names, list))
    is_long = isinstance(tables, list) and len(tables) > MOST_TABLES
    return is_long or counted > MOST_FIELDS


@cache
def profile() -> dict[str, Any]:
    """The JSON Schema of Data Package v2, with those of resources and fields in it."""
    text = (files("dplib") / "profiles" / "2.0" / "datapackage.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def _place(path: str = "") -> Location:
    return Location(source=DESCRIPTOR_NAME, field=path)


def _profile_problems(descriptor: Mapping[str, Any]) -> Iterator[Problem]:
    from jsonschema import Draft7Validator

    if descriptor.get("$schema") != PROFILE:
        message = f"The property $schema is {descriptor.get('$schema')!r:.200}."
        yield error("descriptor-profile", _place("$schema"), message, f"It must be {PROFILE!r}.")
    for fault in Draft7Validator(profile()).iter_errors(descriptor):
        yield _profile_problem(list(fault.absolute_path), fault.instance, fault.message)


def _profile_problem(parts: list[str | int], entry: object, message: str) -> Problem:
    """What the profile says about a place of the descriptor; a wrong type in plain words."""
    place = _place("/".join(str(part) for part in parts))
    kind = entry.get("type", "string") if isinstance(entry, dict) else ""
    if parts[-2:-1] == ["fields"] and kind not in _field_types():
        text = f"This field has the type {kind!r}, which Table Schema does not know."
        hint = f"Types are {', '.join(_field_types())}."
        return error("descriptor-unknown-type", place, text, hint)
    text = f"The descriptor does not fit the Data Package profile: {message[:300]}."
    return error("descriptor-profile", place, text, "Correct it at the place named.")


def _field_types() -> list[str]:
    """The types of fields that the profile knows, in order."""
    resource = profile()["properties"]["resources"]["items"]["properties"]
    kinds = resource["schema"]["properties"]["fields"]["items"]["oneOf"]
    names = (name for kind in kinds for name in kind["properties"]["type"].get("enum", ()))
    return sorted(set(names))


def _unknown_properties(descriptor: Mapping[str, Any]) -> Iterator[Problem]:
    package = profile()["properties"]
    resource = package["resources"]["items"]["properties"]
    schema = resource["schema"]["properties"]
    kinds = schema["fields"]["items"]["oneOf"]
    field = {name for kind in kinds for name in kind["properties"]}
    limits = {
        n for k in kinds for n in k["properties"].get("constraints", {}).get("properties", {})
    }
    yield from _strange(descriptor, {*package}, _OF_THE_PACKAGE, "")
    for r, entry in enumerate(_objects(descriptor.get("resources"))):
        path = f"resources/{r}"
        yield from _strange(entry, {*resource}, _OF_A_RESOURCE, path)
        declared = entry.get("schema")
        if isinstance(declared, dict):
            yield from _strange(declared, {*schema}, set(), f"{path}/schema")
            for f, item in enumerate(_objects(declared.get("fields"))):
                place = f"{path}/schema/fields/{f}"
                yield from _strange(item, field, _OF_A_FIELD, place)
                yield from _strange(
                    item.get("constraints", {}), limits, set(), f"{place}/constraints"
                )


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _strange(entry: object, known: set[str], ours: set[str], path: str) -> Iterator[Problem]:
    """A problem for each property that neither the standard nor we know."""
    allowed = known | {_PREFIX + name for name in ours}
    for name in entry if isinstance(entry, dict) else ():
        if name in allowed or (":" in name and not name.startswith(_PREFIX)):
            continue
        near = difflib.get_close_matches(name, sorted(allowed), 1)
        hint = f"Is {near[0]!r} meant?" if near else "Take it out."
        message = f"The property {name!r} is not known here."
        yield error(
            "descriptor-unknown-property", _place(f"{path}/{name}".strip("/")), message, hint
        )


def _untold(descriptor: Mapping[str, Any]) -> Iterator[Problem]:
    """Tables and fields without the title and description that people need."""
    for entry in descriptor["resources"]:
        for item in (entry, *entry["schema"]["fields"]):
            for needed in ("title", "description"):
                if not str(item.get(needed, "")).strip():
                    name = entry["name"] if item is entry else f"{entry['name']}/{item['name']}"
                    message = f"{name} has no {needed}."
                    hint = "Say in words of daily life what it is."
                    yield error("descriptor-untold", _place(name), message, hint)
