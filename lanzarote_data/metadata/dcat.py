"""The description for data portals: DCAT-AP 3, as JSON-LD and as Turtle.

Addresses are relative to the file, so that they are right wherever the release is put online.
Every thing has an address of its own; there are no blank nodes.
"""

from __future__ import annotations

from typing import Any

from lanzarote_data.metadata.about import About
from lanzarote_data.metadata.downloads import Download
from lanzarote_data.model.package import Package

_TOP = "../"
_PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_EU = "http://publications.europa.eu/resource/authority/"
_FILE_TYPES = {
    ".csv": "CSV",
    ".xlsx": "XLSX",
    ".parquet": "PARQUET",
    ".sqlite": "SQLITE",
    ".jsonl": "JSONL",
}
Node = dict[str, Any]


def dcat_nodes(package: Package, about: About, files: list[Download]) -> list[Node]:
    """The data set, who made it, its terms, and each file that holds data."""
    agents = {person.name: f"#agent-{n}" for n, person in enumerate(about.contributors, start=1)}
    return [
        _dataset(about, files, agents),
        *(_agent(name, address) for name, address in agents.items()),
        {"@id": "#rights", "@type": "dct:RightsStatement", "rdfs:label": _english(about.rights)},
        *(node for file in files for node in _distribution(package, file)),
    ]


def _dataset(about: About, files: list[Download], agents: dict[str, str]) -> Node:
    node: Node = {
        "@id": _TOP,
        "@type": "dcat:Dataset",
        "dct:title": _english(about.title),
        "dct:description": _english(about.description),
        "dct:identifier": about.identifier or about.name,
        "dcat:version": about.version,
        "dct:issued": {"@value": about.date, "@type": "xsd:date"},
        "dct:publisher": {"@id": agents[about.publisher.name]},
        "dct:creator": [{"@id": address} for address in agents.values()],
        "dct:language": {"@id": f"{_EU}language/ENG"},
        "dct:accessRights": {"@id": f"{_EU}access-right/PUBLIC"},
        "dct:rights": {"@id": "#rights"},
        "dcat:keyword": [_english(keyword) for keyword in about.keywords],
        "dcat:distribution": [{"@id": f"#{_anchor(file.name)}"} for file in files],
    }
    if about.homepage:
        node["dcat:landingPage"] = {"@id": about.homepage}
    return node


def _agent(name: str, address: str) -> Node:
    return {"@id": address, "@type": "foaf:Agent", "foaf:name": name}


def _distribution(package: Package, file: Download) -> list[Node]:
    resource = next((r for r in package.resources if f"/{r.name}." in file.name), None)
    title = resource.title if resource else package.title
    description = resource.description if resource else f"All tables: {file.name}"
    media_type = f"http://www.iana.org/assignments/media-types/{file.media_type}"
    anchor = _anchor(file.name)
    distribution = {
        "@id": f"#{anchor}",
        "@type": "dcat:Distribution",
        "dct:title": _english(f"{title} ({file.name})"),
        "dct:description": _english(description),
        "dcat:accessURL": {"@id": _TOP + file.name},
        "dcat:downloadURL": {"@id": _TOP + file.name},
        "dcat:mediaType": {"@id": media_type},
        "dct:format": {"@id": f"{_EU}file-type/{_FILE_TYPES[file.suffix]}"},
        "dcat:byteSize": {"@value": str(file.size), "@type": "xsd:nonNegativeInteger"},
        "dct:rights": {"@id": "#rights"},
        "spdx:checksum": {"@id": f"#{anchor}-sum"},
    }
    checksum = {
        "@id": f"#{anchor}-sum",
        "@type": "spdx:Checksum",
        "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
        "spdx:checksumValue": {"@value": file.sha256, "@type": "xsd:hexBinary"},
    }
    return [distribution, checksum]


def _anchor(name: str) -> str:
    return name.replace("/", "-").replace(".", "-")


def _english(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "en"}


def json_ld(nodes: list[Node]) -> dict[str, Any]:
    """The nodes as a JSON-LD document."""
    return {"@context": _PREFIXES, "@graph": nodes}


def turtle(nodes: list[Node]) -> str:
    """The nodes as Turtle."""
    prefixes = [f"@prefix {name}: <{address}> ." for name, address in _PREFIXES.items()]
    return "\n".join(prefixes) + "\n\n" + "\n\n".join(map(_subject, nodes)) + "\n"


def _subject(node: Node) -> str:
    lines = [f"a {node['@type']}"]
    for name, value in node.items():
        if not name.startswith("@"):
            values = value if isinstance(value, list) else [value]
            lines += [f"{name} {', '.join(map(_object, values))}"] if values else []
    return f"<{node['@id']}> " + " ;\n    ".join(lines) + " ."


def _object(value: str | dict[str, str]) -> str:
    if isinstance(value, str):
        return _literal(value)
    if "@id" in value:
        prefix = value["@id"].partition(":")[0]
        return value["@id"] if prefix in _PREFIXES else f"<{value['@id']}>"
    if "@language" in value:
        return f"{_literal(value['@value'])}@{value['@language']}"
    return f"{_literal(value['@value'])}^^{value['@type']}"


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
