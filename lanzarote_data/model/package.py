"""``datapackage.json`` as typed objects: the only place where tables and fields are declared.

Properties of our own begin with ``lanzarote:``, as Data Package v2 asks of custom properties;
``docs/descriptor.md`` lists them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from lanzarote_data.model.errors import PackageError
from lanzarote_data.model.patterns import matcher
from lanzarote_data.model.supported import check_supported
from lanzarote_data.model.types import parse

DESCRIPTOR_NAME = "datapackage.json"
CITATIONS = "citations"
LONGEST_NAME = 100
LONGEST_PATH = 400
T = TypeVar("T")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
FIELD_TYPES = ("string", "integer", "number", "boolean", "date", "year", "yearmonth")
WORKBOOK_KINDS = ("party", "all")
BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


@dataclass(frozen=True)
class Constraints:
    """The constraints of a field that Table Schema defines and that we check."""

    required: bool = False
    unique: bool = False
    enum: tuple[str, ...] = ()
    pattern: str = ""
    minimum: str = ""
    maximum: str = ""
    exclusive_minimum: str = ""
    exclusive_maximum: str = ""
    min_length: int | None = None
    max_length: int | None = None


@dataclass(frozen=True)
class Field:
    """A column: its name, Table Schema type, texts for people, and constraints.

    ``example`` shows a value; ``markdown`` says that the text is CommonMark with footnote markers
    ``[^n]``.
    """

    name: str
    type: str = "string"
    title: str = ""
    description: str = ""
    constraints: Constraints = Constraints()
    example: str = ""
    markdown: bool = False


@dataclass(frozen=True)
class ForeignKey:
    """``fields`` of one table hold the values of ``reference_fields`` of ``resource``."""

    fields: tuple[str, ...]
    resource: str
    reference_fields: tuple[str, ...]


@dataclass(frozen=True)
class Resource:
    """A table as declared: fields, keys, and how it is ordered, labelled and laid out.

    ``order`` are the fields that order its rows; ``label`` is the field that says in words what
    a row is; ``party`` are the foreign keys that lead from a row to the Party it is about;
    ``workbooks`` are the kinds of workbook that its rows go into (``party``, ``all``);
    ``fixed`` gives, for a kind of workbook, the values that all its rows share;
    ``is_item`` says that its rows are items of a factsheet's chapters, in the order of their
    positions; ``typed_id`` that people choose the ids (of look-up tables) themselves.
    """

    name: str
    path: str
    title: str
    description: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    order: tuple[str, ...] = ()
    label: str = ""
    party: tuple[str, ...] = ()
    workbooks: tuple[str, ...] = ()
    fixed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    is_item: bool = False
    typed_id: bool = False

    @cached_property
    def field_names(self) -> tuple[str, ...]:
        """The names of the fields, in declared order."""
        return tuple(item.name for item in self.fields)

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {item.name: item for item in self.fields}

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def field(self, name: str) -> Field:
        """The field of that name; ``KeyError`` where there is none."""
        return self._by_name[name]

    @cached_property
    def text_field(self) -> str:
        """The field with the text that footnotes belong to; empty where no field is Markdown."""
        marked = [item.name for item in self.fields if item.markdown]
        return self.label if self.label in marked else next(iter(marked), "")

    def reference(self, name: str) -> ForeignKey | None:
        """The foreign key that consists of this one field, if there is one."""
        return next((key for key in self.foreign_keys if key.fields == (name,)), None)


@dataclass(frozen=True)
class Package:
    """A data package: its resources, and the descriptor that they were read from.

    ``folder`` is where the descriptor lies; paths of tables are relative to it.
    """

    name: str
    version: str
    title: str
    resources: tuple[Resource, ...]
    descriptor: Mapping[str, Any]
    folder: Path

    @cached_property
    def _by_name(self) -> dict[str, Resource]:
        return {resource.name: resource for resource in self.resources}

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def resource(self, name: str) -> Resource:
        """The resource of that name; ``KeyError`` where there is none."""
        return self._by_name[name]

    @cached_property
    def items(self) -> tuple[Resource, ...]:
        """The tables of items: what a factsheet's chapters consist of."""
        return tuple(resource for resource in self.resources if resource.is_item)

    @cached_property
    def parents(self) -> Mapping[str, Resource]:
        """The tables whose texts have footnotes, by the field with which a citation names a row."""
        keys = self.resource(CITATIONS).foreign_keys if CITATIONS in self else ()
        named = {key.fields[0]: self._by_name.get(key.resource) for key in keys}
        return {name: target for name, target in named.items() if target and target.text_field}

    @cached_property
    def texts(self) -> tuple[Resource, ...]:
        """The tables whose rows are texts: items first, then the others."""
        others = (r for r in self.resources if r.text_field and not r.is_item)
        return (*(r for r in self.items if r.text_field), *others)

    def table_path(self, resource: Resource) -> Path:
        """Where the table of a resource lies on disk."""
        return self.folder / resource.path


def package_from(descriptor: Mapping[str, Any], folder: Path) -> Package:
    """The package that a descriptor describes, its tables below ``folder``.

    :raises PackageError: a property that we need is missing, has the wrong kind of value, or
        names a table, field or type that is not there.
    """
    try:
        resources = tuple(_resource(entry) for entry in descriptor["resources"])
        package = Package(
            name=str(descriptor["name"]),
            version=str(descriptor.get("version", "")),
            title=str(descriptor.get("title", descriptor["name"])),
            resources=resources,
            descriptor=descriptor,
            folder=folder,
        )
    except (KeyError, TypeError, AttributeError, ValueError) as reason:
        raise PackageError(
            f"{DESCRIPTOR_NAME} in {folder} lacks a needed property or has it in a wrong form: "
            f"{reason!r}.",
            "Run 'lanzarote validate' to see every fault of the descriptor.",
        ) from reason
    _check_own_names(package)
    _check_references(package)
    return package


def _check_own_names(package: Package) -> None:
    """Names become names of files, sheets and columns: each must be plain and stand once."""
    _check_plain("the package", [package.name])
    _check_plain("a table", [resource.name for resource in package.resources])
    _check_once("paths", [resource.path.casefold() for resource in package.resources])
    for resource in package.resources:
        _check_once(f"fields of {resource.name!r}", list(resource.field_names))
        for name in resource.field_names:
            if not name.isprintable() or not 0 < len(name) <= LONGEST_NAME:
                raise PackageError(
                    f"The table {resource.name!r} has a field with the name {name[:200]!r}.",
                    f"A name has 1 to {LONGEST_NAME} letters, digits or signs.",
                )


def _check_plain(what: str, names: list[str]) -> None:
    for name in names:
        if not _PLAIN_NAME.fullmatch(name) or len(name) > LONGEST_NAME:
            raise PackageError(
                f"The name {name[:200]!r} of {what} cannot be used.",
                "Write small letters, digits, hyphens and underscores, beginning with a letter.",
            )
    _check_once("names of tables", names)


def _check_once(what: str, names: list[str]) -> None:
    if len(names) != len(set(names)):
        doubled = next(name for name in names if names.count(name) > 1)
        raise PackageError(
            f"{DESCRIPTOR_NAME} has {doubled!r} twice among the {what}.",
            "Give each a name of its own.",
        )


def _resource(entry: Mapping[str, Any]) -> Resource:
    schema = entry["schema"]
    fields = tuple(_field(item) for item in schema["fields"])
    check_supported(entry)
    return Resource(
        name=str(entry["name"]),
        path=_safe_path(entry["path"]),
        title=str(entry.get("title", entry["name"])),
        description=str(entry.get("description", "")),
        fields=fields,
        primary_key=_key(schema["primaryKey"]),
        foreign_keys=tuple(_foreign_key(item, entry) for item in schema.get("foreignKeys", ())),
        unique_keys=tuple(_key(item) for item in schema.get("uniqueKeys", ())),
        order=_own_names(entry, "order", schema["primaryKey"]),
        label=_own(entry, "label", str, ""),
        party=_own_names(entry, "party"),
        workbooks=_kinds(_own_names(entry, "workbooks"), entry),
        fixed=_fixed(entry),
        is_item=_own(entry, "item", bool, False),
        typed_id=_own(entry, "typedId", bool, False),
    )


def _own(entry: Mapping[str, Any], name: str, kind: type[T], default: T) -> T:
    """A property of ours, of the kind that it must have."""
    value = entry.get(f"lanzarote:{name}", default)
    if not isinstance(value, kind):
        words = {str: "a text", bool: "true or false", dict: "an object"}
        raise PackageError(
            f"The property 'lanzarote:{name}' of {entry['name']!r} is {value!r}.",
            f"It must be {words[kind]}.",
        )
    return value


def _own_names(entry: Mapping[str, Any], name: str, default: object = ()) -> tuple[str, ...]:
    """A property of ours that is a list of names."""
    value = entry.get(f"lanzarote:{name}", default)
    try:
        return _names(value)
    except TypeError:
        raise PackageError(
            f"The property 'lanzarote:{name}' of {entry['name']!r} is {value!r}.",
            "It must be a list of names.",
        ) from None


def _kinds(names: Iterable[str], entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Kinds of workbook, each of which must be known."""
    kinds = tuple(names)
    for kind in kinds:
        if kind not in WORKBOOK_KINDS:
            raise PackageError(
                f"The table {entry['name']!r} names the kind of workbook {kind!r}.",
                f"Kinds are {', '.join(WORKBOOK_KINDS)}.",
            )
    return kinds


def _fixed(entry: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """For a kind of workbook, the texts that some fields have in all its rows."""
    found = _own(entry, "fixed", dict, {})
    _kinds(found, entry)
    for kind, texts in found.items():
        if not isinstance(texts, dict) or not all(isinstance(t, str) for t in texts.values()):
            raise PackageError(
                f"'lanzarote:fixed' of {entry['name']!r} has {texts!r} for {kind!r}.",
                "It must be an object of field names and texts.",
            )
    return found


def _safe_path(path: object) -> str:
    """A relative path below the package: never a list, an address, or a way out of the folder."""
    pure = PurePosixPath(str(path))
    outside = pure.is_absolute() or ".." in pure.parts or ":" in str(path) or "\\" in str(path)
    is_plain = isinstance(path, str) and path.isprintable() and 0 < len(path) <= LONGEST_PATH
    if not isinstance(path, str) or not is_plain or outside:
        raise PackageError(
            f"The path {path!r:.200} in {DESCRIPTOR_NAME} does not name one file inside the "
            "package.",
            "Write a path such as tables/parties.csv.",
        )
    return path


def _field(entry: Mapping[str, Any]) -> Field:
    kind = str(entry.get("type", "string"))
    if kind not in FIELD_TYPES:
        raise PackageError(
            f"The field {entry['name']!r} has the type {kind!r}, which is not supported.",
            f"Use one of {', '.join(FIELD_TYPES)}.",
        )
    _check_limits(entry, kind)
    return Field(
        name=str(entry["name"]),
        type=kind,
        title=str(entry.get("title", entry["name"])),
        description=str(entry.get("description", "")),
        constraints=_constraints(entry.get("constraints", {})),
        example=str(entry.get("example", "")),
        markdown=_own(entry, "markdown", bool, False),
    )


def _check_limits(entry: Mapping[str, Any], kind: str) -> None:
    """The pattern must be one, and each limit and enumerated value of the field's type."""
    limits = entry.get("constraints", {})
    pattern = str(limits.get("pattern", ""))
    try:
        matcher(pattern)
    except ValueError as reason:
        raise PackageError(
            f"The pattern {pattern[:200]!r} of the field {entry['name']!r} cannot be used: "
            f"{reason}.",
            "Write a short regular expression, without references back and without looking ahead "
            "or behind (the syntax of RE2).",
        ) from reason
    named = [(name, limits[name]) for name in BOUNDS if name in limits]
    for name, value in [*named, *(("enum", value) for value in limits.get("enum", ()))]:
        try:
            parse(kind, str(value))
        except ValueError:
            raise PackageError(
                f"The constraint {name!r} of the field {entry['name']!r} has {value!r}, which is "
                f"not of the field's type, {kind!r}.",
                "Write a value of the type, or correct the type.",
            ) from None


def _constraints(entry: Mapping[str, Any]) -> Constraints:
    return Constraints(
        required=bool(entry.get("required", False)),
        unique=bool(entry.get("unique", False)),
        enum=tuple(str(value) for value in entry.get("enum", ())),
        pattern=str(entry.get("pattern", "")),
        minimum=str(entry.get("minimum", "")),
        maximum=str(entry.get("maximum", "")),
        exclusive_minimum=str(entry.get("exclusiveMinimum", "")),
        exclusive_maximum=str(entry.get("exclusiveMaximum", "")),
        min_length=_length(entry, "minLength"),
        max_length=_length(entry, "maxLength"),
    )


def _length(limits: Mapping[str, Any], name: str) -> int | None:
    """A number of characters; ``ValueError`` where it is none."""
    value = limits.get(name)
    if value is not None and (type(value) is not int or value < 0):
        raise ValueError(f"{name} {value!r:.100}")
    return value


def _foreign_key(entry: Mapping[str, Any], resource: Mapping[str, Any]) -> ForeignKey:
    target = entry["reference"]
    fields, reference_fields = _key(entry["fields"]), _key(target["fields"])
    if len(fields) != len(reference_fields):
        raise PackageError(
            f"A foreign key of the table {resource['name']!r} has {len(fields)} fields and points "
            f"to {len(reference_fields)}.",
            "Name as many fields as it points to.",
        )
    return ForeignKey(fields, str(target.get("resource") or resource["name"]), reference_fields)


def _key(value: object) -> tuple[str, ...]:
    """The names of the fields of a key, of which there is at least one."""
    names = _names(value)
    if not names:
        raise ValueError("a key without fields")
    return names


def _names(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise TypeError(f"expected a list of names, found {value!r}")


def _check_references(package: Package) -> None:
    """Every field and table that a key, an order or a label names must be declared."""
    for resource in package.resources:
        named = [
            *resource.primary_key,
            *resource.order,
            *resource.party,
            *filter(None, [resource.label]),
            *(name for texts in resource.fixed.values() for name in texts),
        ]
        for key in resource.unique_keys:
            named.extend(key)
        for reference in resource.foreign_keys:
            named.extend(reference.fields)
            _check_target(package, resource, reference)
        _check_names(resource, named, "one of its keys, its order, its label or its fixed values")


def _check_target(package: Package, resource: Resource, reference: ForeignKey) -> None:
    if reference.resource not in package:
        raise PackageError(
            f"A foreign key of the table {resource.name!r} points to the table "
            f"{reference.resource!r}, which {DESCRIPTOR_NAME} does not declare.",
            "Correct the name of the table.",
        )
    target = package.resource(reference.resource)
    _check_names(target, reference.reference_fields, f"a foreign key of {resource.name!r}")


def _check_names(resource: Resource, names: Iterable[str], used_by: str) -> None:
    for name in names:
        if name not in resource:
            raise PackageError(
                f"The table {resource.name!r} has no field {name!r}, which {used_by} names.",
                f"Correct the name in {DESCRIPTOR_NAME}.",
            )
