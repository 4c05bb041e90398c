"""The description for data portals: DCAT-AP 3, as JSON-LD and as Turtle.

Addresses are relative to the file, so that they are right wherever the release is put online.
Every thing has an address of its own; there are no blank nodes.
"""

from __future__ import annotations

import hashlib
from typing import Any

from lanzarote_data.model.package import Package
from lanzarote_data.release.archive import Files
from lanzarote_data.release.metadata.about import About, data_files, media_type

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


def dcat_nodes(package: Package, about: About, files: Files) -> list[Node]:
    """The data set, who made it, its terms, and each file that holds data."""
    names = data_files(files)
    agents = {person.name: f"#agent-{n}" for n, person in enumerate(about.contributors, start=1)}
    return [
        _dataset(about, names, agents),
        *(_agent(name, address) for name, address in agents.items()),
        {"@id": "#rights", "@type": "dct:RightsStatement", "rdfs:label": _english(about.rights)},
        *(node for name in names for node in _distribution(package, name, files[name])),
    ]


def _dataset(about: About, names: list[str], agents: dict[str, str]) -> Node:
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
        "dcat:distribution": [{"@id": f"#{_anchor(name)}"} for name in names],
    }
    if about.homepage:
        node["dcat:landingPage"] = {"@id": about.homepage}
    return node


def _agent(name: str, address: str) -> Node:
    return {"@id": address, "@type": "foaf:Agent", "foaf:name": name}


def _distribution(package: Package, name: str, content: bytes) -> list[Node]:
    resource = next((r for r in package.resources if f"/{r.name}." in name), None)
    title = resource.title if resource else package.title
    kind = "." + name.rpartition(".")[2]
    sum_address = f"#{_anchor(name)}-sum"
    file = {
        "@id": f"#{_anchor(name)}",
        "@type": "dcat:Distribution",
        "dct:title": _english(f"{title} ({name})"),
        "dct:description": _english(resource.description if resource else f"All tables: {name}"),
        "dcat:accessURL": {"@id": _TOP + name},
        "dcat:downloadURL": {"@id": _TOP + name},
        "dcat:mediaType": {
            "@id": f"http://www.iana.org/assignments/media-types/{media_type(name)}"
        },
        "dct:format": {"@id": f"{_EU}file-type/{_FILE_TYPES[kind]}"},
        "dcat:byteSize": {"@value": str(len(content)), "@type": "xsd:nonNegativeInteger"},
        "dct:rights": {"@id": "#rights"},
        "spdx:checksum": {"@id": sum_address},
    }
    digest = hashlib.sha256(content).hexdigest()
    checksum = {
        "@id": sum_address,
        "@type": "spdx:Checksum",
        "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
        "spdx:checksumValue": {"@value": digest, "@type": "xsd:hexBinary"},
    }
    return [file, checksum]


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
