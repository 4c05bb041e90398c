"""The description for search engines (schema.org/Dataset) and for machine learning (Croissant)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from lanzarote_data.metadata.about import About, Contributor, filled
from lanzarote_data.metadata.downloads import Download, download_of
from lanzarote_data.model.package import Field, Package, Resource
from lanzarote_data.model.tables import Row

_TYPES = {"integer": "sc:Integer", "year": "sc:Integer", "number": "sc:Float"}
_TYPES |= {"boolean": "sc:Boolean", "date": "sc:Date"}


def dataset(
    about: About, downloads: Iterable[Download], top: str, package: Package | None = None
) -> dict[str, Any]:
    """The data set as schema.org describes it.

    ``top`` is the address of the folder of the release or the site, where there is no homepage:
    relative to the description; ``package`` lists the columns.
    """
    content: dict[str, Any] = {
        "@context": {"@vocab": "http://schema.org/"},
        "@id": about.identifier or about.home or top,
        "@type": "Dataset",
        **_common(about, top),
        "url": about.home or top,
        "identifier": about.identifier or f"{about.name} {about.version}",
        "variableMeasured": _variables(package) if package else [],
        "distribution": [_data_download(about, file, top) for file in downloads],
    }
    return filled(content)


def part(
    about: About, path: str, name: str, title: str, text: str, document: Row | None
) -> dict[str, Any]:
    """A text of the data set at a path of its site, and the document that states it."""
    source: dict[str, Any] = {}
    if document:
        source = {
            "@type": "CreativeWork",
            "name": document["title"],
            "identifier": document["number"],
            "datePublished": document["date"],
            "url": document["url"],
            "publisher": {"@type": "Organization", "name": document["publisher"]},
        }
    return {
        "@context": {"@vocab": "http://schema.org/"},
        "@type": "CreativeWork",
        "@id": about.home + path,
        "url": about.home + path,
        "identifier": name,
        "name": title,
        "text": text,
        "inLanguage": "en",
        "version": about.version,
        "license": about.terms(about.home),
        "creditText": about.credit,
        "isPartOf": {"@type": "Dataset", "@id": about.identifier or about.home},
        "isBasedOn": filled(source),
    }


def script_text(content: dict[str, Any]) -> str:
    """A description as the content of a script element of HTML, which no text in it can end."""
    text = json.dumps(content, ensure_ascii=False, indent=1)
    return text.replace("<", "\\u003c").replace("&", "\\u0026")


def _variables(package: Package) -> list[dict[str, str]]:
    return [
        {"@type": "PropertyValue", "name": f"{r.name}.{f.name}", "description": f.description}
        for r in package.resources
        for f in r.fields
    ]


def _data_download(about: About, file: Download, top: str) -> dict[str, str]:
    known = {"contentSize": f"{file.size} B", "sha256": file.sha256} if file.size else {}
    return {
        "@type": "DataDownload",
        "name": file.name,
        "contentUrl": file.address,
        "encodingFormat": file.media_type,
        "license": about.terms(top, file.table),
        **known,
    }


def _common(about: About, top: str) -> dict[str, Any]:
    """What both descriptions have in common."""
    return {
        "name": about.title,
        "description": about.description,
        "version": about.version,
        "datePublished": about.date,
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "keywords": list(about.keywords),
        "creator": [_agent(person) for person in about.contributors],
        "publisher": _agent(about.publisher),
        "license": about.terms(top),
        "conditionsOfAccess": about.rights,
        "creditText": about.credit,
        "isBasedOn": [{"@type": "CreativeWork", "name": source} for source in about.sources],
    }


def _agent(person: Contributor) -> dict[str, str]:
    kind = "Person" if person.is_person else "Organization"
    return filled({"@type": kind, "name": person.name, "url": person.address})


def croissant(about: About, package: Package, files: Mapping[str, bytes]) -> dict[str, Any]:
    """The data set as Croissant 1.0: each CSV file, and the columns of each as a record set."""
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": about.name,
        "alternateName": about.title,
        **{key: value for key, value in _common(about, "").items() if key != "name"},
        "url": about.home or "./",
        "citeAs": about.credit,
        "distribution": [_file_object(about, r, files[r.path]) for r in package.resources],
        "recordSet": [_record_set(package, resource) for resource in package.resources],
    }


def _file_object(about: About, resource: Resource, content: bytes) -> dict[str, Any]:
    file = download_of(resource.path, content)
    online = f"{about.home}data/{resource.name}.csv"
    return {
        "@type": "cr:FileObject",
        "@id": resource.path,
        "name": resource.path,
        "description": resource.description,
        "contentUrl": online if about.home else resource.path,
        "encodingFormat": file.media_type,
        "license": about.terms("", resource.name),
        "contentSize": f"{file.size} B",
        "sha256": file.sha256,
    }


def _record_set(package: Package, resource: Resource) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": resource.name,
        "name": resource.name,
        "description": resource.description,
        "key": [{"@id": f"{resource.name}/{name}"} for name in resource.primary_key],
        "field": [_field(package, resource, field) for field in resource.fields],
    }


def _field(package: Package, resource: Resource, field: Field) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{resource.name}/{field.name}",
        "name": field.name,
        "description": field.description,
        "dataType": _TYPES.get(field.type, "sc:Text"),
        "source": {"fileObject": {"@id": resource.path}, "extract": {"column": field.name}},
    }
    key = resource.reference(field.name)
    if key:
        target = {"fileObject": {"@id": package.resource(key.resource).path}}
        entry["references"] = target | {"extract": {"column": key.reference_fields[0]}}
    return entry


_OWN_TERMS = (
    "citeAs column dataType extract field fileProperty fileObject fileSet format includes "
    "isLiveDataset jsonPath key md5 parentField path recordSet references regex repeated replace "
    "samplingRate separator source subField transform equivalentProperty"
).split()
# The context that Croissant 1.0 prescribes, word for word as programs compare it.
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{name: f"cr:{name}" for name in _OWN_TERMS},
}
_CONTEXT["dataType"] = {"@id": "cr:dataType", "@type": "@vocab"}
