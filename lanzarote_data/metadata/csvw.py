"""CSV on the Web: the tables, columns and keys for programs that know W3C’s vocabulary."""

from __future__ import annotations

from typing import Any

from lanzarote_data.metadata.about import About, filled
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
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": about.title,
        "dc:description": about.description,
        "dc:rights": about.rights,
        "dc:creator": [person.name for person in about.contributors],
        "dc:publisher": about.publisher.name,
        "dc:issued": {"@value": about.date, "@type": "xsd:date"},
        "tables": [_table(about, package, resource, folder) for resource in package.resources],
    }


def _address(resource: Resource, folder: str) -> str:
    return resource.path.removeprefix(f"{folder}/")


def _table(about: About, package: Package, resource: Resource, folder: str) -> dict[str, Any]:
    keys = [_foreign_key(package, key, folder) for key in resource.foreign_keys]
    schema = {
        "columns": [_column(field) for field in resource.fields],
        "primaryKey": list(resource.primary_key),
        "foreignKeys": keys,
    }
    return {
        "url": _address(resource, folder),
        "dc:title": resource.title,
        "dc:description": resource.description,
        "dc:license": {"@id": about.terms("../", resource.name)},
        "tableSchema": filled(schema),
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
    limits, kind = field.constraints, {"base": _TYPES.get(field.type, "string")}
    if field.type == "boolean":
        return kind | {"format": "true|false"}
    if field.type != "string":
        return kind | filled(
            {
                "minimum": limits.minimum,
                "maximum": limits.maximum,
                "minExclusive": limits.exclusive_minimum,
                "maxExclusive": limits.exclusive_maximum,
            }
        )
    lengths = {"minLength": limits.min_length, "maxLength": limits.max_length}
    pattern = limits.pattern or "|".join(map(_literally, limits.enum))
    known = {name: length for name, length in lengths.items() if length is not None}
    return kind | known | filled({"format": pattern})


def _literally(text: str) -> str:
    """A regular expression that only this text fits."""
    return "".join(c if c.isalnum() or c in " _-" else f"\\{c}" for c in text)
