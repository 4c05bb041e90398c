"""The description for data portals: DCAT-AP 3 and 2, as JSON-LD and as Turtle.

With a homepage all addresses are absolute; without, they are relative to the file, so that they are
right wherever the release is put online. Every thing has an address of its own; there are no blank
nodes. The two versions of DCAT-AP want another type of ``dcat:byteSize`` each, so there is none;
both take the SHA-1, version 2 nothing else.
"""

from __future__ import annotations

from typing import Any

from lanzarote_data.metadata.about import About, filled
from lanzarote_data.metadata.downloads import Download
from lanzarote_data.model.tables import Tables

CATALOGUE = "catalog"
"""The name of the catalogue on a site, and of its file without the ending."""
_PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_EU = "http://publications.europa.eu/resource/authority/"
_MEDIA = "http://www.iana.org/assignments/media-types/"
_MIXED = "http://purl.org/adms/licencetype/OtherRestrictiveClauses"
Node = dict[str, Any]


def dcat_nodes(tables: Tables, about: About, files: list[Download]) -> list[Node]:
    """The catalogue, the data set, who made it, its terms, and each file that holds data."""
    own = f"{about.home}{CATALOGUE}.ttl" if about.home else ""
    agents = {person.name: f"{own}#agent-{n}" for n, person in enumerate(about.contributors, 1)}
    distributions = [node for file in files for node in _distribution(tables, about, file, own)]
    period = _period(tables, own)
    dataset = _dataset(about, own, agents)
    dataset |= {
        "dcat:distribution": [
            _ref(node["@id"]) for node in distributions if node["@type"] == "dcat:Distribution"
        ],
        "dct:spatial": [_ref(f"{_EU}country/{row['party_id']}") for row in tables.rows("parties")],
    }
    if period:
        dataset["dct:temporal"] = _ref(period[0]["@id"])
    rights, terms = _english(about.rights), about.terms("../")
    return [
        _catalogue(about, own, dataset),
        dataset,
        *period,
        *({"@id": address, "@type": "foaf:Agent", "foaf:name": n} for n, address in agents.items()),
        _contact(about, own),
        {"@id": f"{own}#rights", "@type": "dct:RightsStatement", "rdfs:label": rights},
        {
            "@id": terms,
            "@type": "dct:LicenseDocument",
            "dct:title": rights,
            "dct:type": _ref(_MIXED),
        },
        *distributions,
    ]


def _catalogue(about: About, own: str, dataset: Node) -> Node:
    shared = ("dct:title", "dct:description", "dct:publisher", "dct:language", "dct:issued")
    return filled(
        {
            "@id": f"{own}#{CATALOGUE}",
            "@type": "dcat:Catalog",
            **{name: dataset[name] for name in shared},
            "dct:modified": dataset["dct:issued"],
            "dct:license": _ref(about.terms("../")),
            "dcat:themeTaxonomy": _ref(f"{_EU}data-theme"),
            "dcat:dataset": _ref(dataset["@id"]),
            "foaf:homepage": _ref(about.home),
            "dct:spatial": dataset["dct:spatial"],
        }
    )


def _dataset(about: About, own: str, agents: dict[str, str]) -> Node:
    is_address = about.identifier.startswith("http")
    return filled(
        {
            "@id": about.identifier if is_address else about.home or "../",
            "@type": "dcat:Dataset",
            "dct:title": _english(about.title),
            "dct:description": _english(about.description),
            "dct:identifier": about.identifier or about.name,
            "dcat:version": about.version,
            "dct:issued": {"@value": about.date, "@type": "xsd:date"},
            "dct:publisher": _ref(agents[about.publisher.name]),
            "dct:creator": [_ref(address) for address in agents.values()],
            "dct:language": _ref(f"{_EU}language/ENG"),
            "dct:accessRights": _ref(f"{_EU}access-right/PUBLIC"),
            "dcat:contactPoint": _ref(f"{own}#contact"),
            "dcat:keyword": [_english(keyword) for keyword in about.keywords],
            "dcat:theme": [_ref(f"{_EU}data-theme/{theme}") for theme in about.themes],
            "dcat:landingPage": _ref(about.home),
        }
    )


def _period(tables: Tables, own: str) -> list[Node]:
    """The time from the first to the last document of a round, where they are known."""
    of_rounds = (row["date"] for row in tables.rows("documents") if row["round_id"])
    days = sorted(day for day in of_rounds if len(day) == len("2022-03-10"))
    return [
        {
            "@id": f"{own}#period",
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@value": first, "@type": "xsd:date"},
            "dcat:endDate": {"@value": last, "@type": "xsd:date"},
        }
        for first, last in zip(days[:1], days[-1:], strict=True)
    ]


def _contact(about: About, own: str) -> Node:
    address = _ref(about.home or about.publisher.address)
    node = {"@id": f"{own}#contact", "@type": "vcard:Kind", "vcard:fn": about.publisher.name}
    return filled({**node, "vcard:hasURL": address})


def _distribution(tables: Tables, about: About, file: Download, own: str) -> list[Node]:
    """A file, and its sum where it is known."""
    resource = tables.package.resource(file.table) if file.table in tables.package else None
    title = resource.title if resource else about.title
    anchor = f"{own}#" + file.name.replace("/", "-").replace(".", "-")
    checksum: Node = {
        "@id": f"{anchor}-sum",
        "@type": "spdx:Checksum",
        "spdx:algorithm": _ref("spdx:checksumAlgorithm_sha1"),
        "spdx:checksumValue": {"@value": file.sha1, "@type": "xsd:hexBinary"},
    }
    distribution: Node = {
        "@id": anchor,
        "@type": "dcat:Distribution",
        "dct:title": _english(f"{title} ({file.name})"),
        "dct:description": _english(
            resource.description if resource else f"All tables: {file.name}"
        ),
        "dcat:accessURL": _ref(file.address),
        "dcat:downloadURL": _ref(file.address),
        "dcat:mediaType": _ref(_MEDIA + file.media_type),
        "dct:format": _ref(f"{_EU}file-type/{file.suffix[1:].upper()}"),
        "dct:license": _ref(about.terms("../", file.table)),
        "dct:rights": _ref(f"{own}#rights"),
        "dcatap:availability": _ref(f"{_EU}planned-availability/STABLE"),
    }
    if not file.sha1:
        return [distribution]
    return [distribution | {"spdx:checksum": _ref(checksum["@id"])}, checksum]


def _ref(address: str) -> dict[str, str]:
    """What has an address of its own; empty where there is none."""
    return {"@id": address} if address else {}


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
