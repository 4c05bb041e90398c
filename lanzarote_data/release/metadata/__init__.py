"""What a release says of itself to libraries, portals and programs: all from the descriptor."""

from __future__ import annotations

import json
from typing import Any

from lanzarote_data.model.package import Package
from lanzarote_data.release.archive import Files
from lanzarote_data.release.metadata.about import about_of
from lanzarote_data.release.metadata.catalog import dcat_nodes, json_ld, turtle
from lanzarote_data.release.metadata.citation import citation_text
from lanzarote_data.release.metadata.csvw import csvw
from lanzarote_data.release.metadata.deposit import datacite, zenodo
from lanzarote_data.release.metadata.schema_org import croissant, dataset


def metadata_files(package: Package, files: Files) -> dict[str, bytes]:
    """The metadata files; ``files`` are those of the release that they describe."""
    about = about_of(package)
    nodes = dcat_nodes(package, about, files)
    texts = {
        "CITATION.cff": citation_text(about),
        ".zenodo.json": _json(zenodo(about)),
        "metadata/datacite.json": _json(datacite(about)),
        "metadata/dcat-ap.jsonld": _json(json_ld(nodes)),
        "metadata/dcat-ap.ttl": turtle(nodes),
        "metadata/schema-org.jsonld": _json(dataset(about, package, files)),
        "croissant.json": _json(croissant(about, package, files)),
        "tables/csv-metadata.json": _json(csvw(about, package, "tables")),
    }
    return {path: text.encode("utf-8") for path, text in texts.items()}


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
