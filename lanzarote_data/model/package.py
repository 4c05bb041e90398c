"""A data package as typed objects: its tables, their fields, keys and constraints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lanzarote_data.model.problems import Location

DESCRIPTOR_NAME = "datapackage.json"
CITATIONS = "citations"
NO_TITLES: Mapping[str, str] = MappingProxyType({})


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
class Together:
    """Fields that a sheet shows as one column, since each row has a value in one of them alone."""

    fields: tuple[str, ...]
    title: str
    description: str


@dataclass(frozen=True)
class Resource:
    """A table as declared: fields, keys, and how it is ordered, labelled and laid out.

    ``order`` are the fields that order its rows; ``label`` is the field that says in words what
    a row is; ``party`` are the foreign keys that lead from a row to the Party it is about;
    ``names_party`` are those of them that name the Party itself;
    ``workbooks`` are the kinds of workbook that its rows go into (``party``, ``all``);
    ``fixed`` gives, for a kind of workbook, the values that all its rows share;
    ``is_item`` says that its rows are items of a factsheet's chapters, in the order of their
    positions; ``typed_id`` that people choose the ids (of look-up tables) themselves;
    ``derived`` names the table that it follows from: the program writes it, and no workbook has it;
    ``is_worklist`` that its rows wait for a person: none is released, and a workbook has its sheet
    only while it has rows.

    On a sheet the fields ``columns`` come first and those that are ``closed`` last, in a group that
    somebody has to open; ``together`` are fields that share a column.
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
    derived: str = ""
    names_party: tuple[str, ...] = ()
    is_worklist: bool = False
    columns: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    together: Together | None = None

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

    def header(self, name: str) -> str:
        """The header under which sheets show a field; the name itself where there is no field."""
        if self.together and name in self.together.fields:
            return self.together.title
        return self._by_name[name].title if name in self else name

    def reference(self, name: str) -> ForeignKey | None:
        """The foreign key that consists of this one field, if there is one."""
        return self._references.get(name)

    @cached_property
    def _references(self) -> Mapping[str, ForeignKey]:
        return {k.fields[0]: k for k in reversed(self.foreign_keys) if len(k.fields) == 1}


@dataclass(frozen=True)
class Package:
    """A data package: its resources, and the descriptor that they were read from.

    ``folder`` is where the descriptor lies, in the file of the name ``file``, which has the
    SHA-256 ``digest``; paths of tables are relative to it. ``party_table`` is the name of the table
    that holds the Parties.
    """

    name: str
    version: str
    title: str
    resources: tuple[Resource, ...]
    descriptor: Mapping[str, Any]
    folder: Path
    file: str = DESCRIPTOR_NAME
    party_table: str = ""
    digest: str = field(default="", compare=False)

    @property
    def path(self) -> Path:
        """Where the descriptor lies."""
        return self.folder / self.file

    @cached_property
    def _by_name(self) -> dict[str, Resource]:
        return {resource.name: resource for resource in self.resources}

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def resource(self, name: str) -> Resource:
        """The resource of that name; ``KeyError`` where there is none."""
        return self._by_name[name]

    def titled(self, place: Location) -> Location:
        """A place in the words of the sheets, which know no names of tables, fields and CSV files.

        A row that is in no sheet is named by its id.
        """
        if place.resource not in self:
            return replace(place, field="")
        resource = self.resource(place.resource)
        source = place.source
        if source in ("", resource.name):
            source = resource.title
        elif source.startswith(f"{Path(resource.path).name}:"):
            source = f"{resource.title} {place.key}"
        return Location(resource.title, place.key, resource.header(place.field), source)

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

    def parent_of(self, citation: Mapping[str, str]) -> tuple[str, str]:
        """The field and the id of the row that a citation belongs to; empty if it names none."""
        for name in self.parents:
            if citation.get(name):
                return name, citation[name]
        return "", ""

    @cached_property
    def texts(self) -> tuple[Resource, ...]:
        """The tables whose rows are texts: items first, then the others."""
        others = (r for r in self.resources if r.text_field and not r.is_item)
        return (*(r for r in self.items if r.text_field), *others)

    def table_path(self, resource: Resource) -> Path:
        """Where the table of a resource lies on disk."""
        return self.folder / resource.path


def titles_of(package: Package | None, name: str) -> tuple[str, Mapping[str, str]]:
    """What people call a table and its fields: titles; the name of what the package has not."""
    if package is None or name not in package:
        return name, {}
    resource = package.resource(name)
    return resource.title, {field.name: field.title for field in resource.fields}
