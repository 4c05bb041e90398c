"""What a release says about itself to libraries, portals and programs: all from the descriptor."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lanzarote_data.metadata.about import About, about_of
from lanzarote_data.metadata.citation import citation_text
from lanzarote_data.metadata.csvw import csvw
from lanzarote_data.metadata.dcat import dcat_nodes, json_ld, turtle
from lanzarote_data.metadata.deposit import datacite, zenodo
from lanzarote_data.metadata.downloads import Download, downloads_of
from lanzarote_data.metadata.schema_org import croissant, dataset
from lanzarote_data.model.tables import Tables


def metadata_files(tables: Tables, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The metadata files, by path; ``files`` are those of the release that they describe."""
    package, about = tables.package, about_of(tables.package)
    downloads = downloads_of(about, files)
    texts = {
        "CITATION.cff": citation_text(about),
        ".zenodo.json": _json(zenodo(about)),
        "metadata/datacite.json": _json(datacite(about)),
        **catalogue_texts(tables, about, downloads, "metadata/dcat-ap"),
        "metadata/schema-org.jsonld": _json(dataset(about, downloads, "../", package)),
        "croissant.json": _json(croissant(about, package, files)),
        "tables/csv-metadata.json": _json(csvw(about, package, "tables")),
    }
    return {path: text.encode("utf-8") for path, text in texts.items()}


def catalogue_texts(
    tables: Tables, about: About, downloads: list[Download], name: str
) -> dict[str, str]:
    """The catalogue for data portals in both its forms, by path; ``name`` is without the ending."""
    nodes = dcat_nodes(tables, about, downloads)
    return {f"{name}.jsonld": _json(json_ld(nodes)), f"{name}.ttl": turtle(nodes)}


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
