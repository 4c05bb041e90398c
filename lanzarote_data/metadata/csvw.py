"""CSV on the Web: the tables, columns and keys for programs that know W3C’s vocabulary."""

from __future__ import annotations

from typing import Any

from lanzarote_data.metadata.about import About
from lanzarote_data.model.package import Field, ForeignKey, Package, Resource

_TYPES = {
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
    "year": "gYear",
    "yearmonth": "gYearMonth",
}


def csvw(about: About, package: Package, folder: str) -> dict[str, Any]:
    """The table group; addresses are relative to ``folder``, which has the file."""
    content: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": about.title,
        "dc:description": about.description,
        "dc:rights": about.rights,
        "dc:creator": [person.name for person in about.contributors],
        "dc:publisher": about.publisher.name,
        "dc:issued": {"@value": about.date, "@type": "xsd:date"},
        "tables": [_table(about, package, resource, folder) for resource in package.resources],
    }
    return content


def _address(resource: Resource, folder: str) -> str:
    return resource.path.removeprefix(f"{folder}/")


def _table(about: About, package: Package, resource: Resource, folder: str) -> dict[str, Any]:
    keys = [_foreign_key(package, key, folder) for key in resource.foreign_keys]
    schema = {
        "columns": [_column(field) for field in resource.fields],
        "primaryKey": list(resource.primary_key),
    }
    return {
        "url": _address(resource, folder),
        "dc:title": resource.title,
        "dc:description": resource.description,
        "dc:license": {"@id": about.terms("../", resource.name)},
        "tableSchema": schema | ({"foreignKeys": keys} if keys else {}),
    }


def _foreign_key(package: Package, key: ForeignKey, folder: str) -> dict[str, Any]:
    target = {
        "resource": _address(package.resource(key.resource), folder),
        "columnReference": list(key.reference_fields),
    }
    return {"columnReference": list(key.fields), "reference": target}


def _column(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "titles": field.name,
        "dc:title": field.title,
        "dc:description": field.description,
        "required": field.constraints.required,
        "datatype": _datatype(field),
    }


def _datatype(field: Field) -> dict[str, Any]:
    limits = field.constraints
    kind: dict[str, Any] = {"base": _TYPES.get(field.type, "string")}
    if field.type == "string":
        pattern = limits.pattern or "|".join(map(_literally, limits.enum))
        bounds = {"minLength": limits.min_length, "maxLength": limits.max_length}
        return (
            kind
            | {name: value for name, value in bounds.items() if value is not None}
            | ({"format": pattern} if pattern else {})
        )
    if field.type == "boolean":
        return kind | {"format": "true|false"}
    bounds_of = {
        "minimum": limits.minimum,
        "maximum": limits.maximum,
        "minExclusive": limits.exclusive_minimum,
        "maxExclusive": limits.exclusive_maximum,
    }
    return kind | {name: value for name, value in bounds_of.items() if value}


def _literally(text: str) -> str:
    """A regular expression that only this text fits."""
    return "".join(c if c.isalnum() or c in " _-" else f"\\{c}" for c in text)
