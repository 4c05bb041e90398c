"""What a release says about itself to libraries, portals and programs: all from the descriptor."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from lanzarote_data.metadata.about import About, Contributor, Licence, about_of, filled
from lanzarote_data.metadata.csvw import csvw
from lanzarote_data.metadata.dcat import dcat_nodes, json_ld, turtle
from lanzarote_data.metadata.deposit import datacite, zenodo
from lanzarote_data.metadata.downloads import Download, downloads_of
from lanzarote_data.metadata.schema_org import croissant, dataset
from lanzarote_data.model.tables import Tables
from lanzarote_data.text.items import grouped
from lanzarote_data.text.rights import NOT_OFFICIAL

MESSAGE = (
    "If you use this data, please cite it as below, and name the Council of Europe as the author "
    "of the text."
)


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


def citation_text(about: About) -> str:
    """CITATION.cff: how to cite, for GitHub, Zotero and others (Citation File Format 1.2.0).

    It names no licence: the format has room for one only, and that of the curation is not that
    of the text. The abstract says which is for what.
    """
    import yaml

    content = {
        "cff-version": "1.2.0",
        "message": MESSAGE,
        "title": about.title,
        "type": "dataset",
        "version": about.version,
        "date-released": about.date,
        "authors": [_author(contributor) for contributor in about.contributors],
        "abstract": f"{about.description} Rights: {about.rights}",
        "keywords": list(about.keywords),
        "doi": about.doi,
        "url": about.homepage,
    }
    return str(yaml.safe_dump(filled(content), sort_keys=False, allow_unicode=True, width=100))


def _author(one: Contributor) -> dict[str, str]:
    names = {"family-names": one.family_name, "given-names": one.given_name}
    return (names if one.is_person else {"name": one.name}) | filled({"website": one.address})


def licence_text(about: About) -> str:
    """``LICENSE.txt``: which terms apply to which table, the sources, and how to cite."""
    parts = [
        f"{about.title}, version {about.version}, {about.date}",
        NOT_OFFICIAL,
        "TERMS",
        *map(_term, about.licences),
        "WHICH TERMS APPLY TO WHICH TABLE",
        *_by_table(about),
        "SOURCES",
        "\n".join(about.sources),
        "HOW TO CITE",
        about.citation,
        about.credit,
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _term(licence: Licence) -> str:
    address = licence.address if licence.address.startswith("http") else ""
    return "\n".join(filter(None, (licence.name, licence.title, address)))


def _by_table(about: About) -> Iterator[str]:
    """The tables that have the same terms, and these."""
    for licences, names in grouped(about.tables, lambda name: about.tables[name]).items():
        yield "\n".join([", ".join(names), *(f"- {one.title} ({one.name})" for one in licences)])
