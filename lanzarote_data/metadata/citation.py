"""CITATION.cff: how to cite, for GitHub, Zotero and others (Citation File Format 1.2.0)."""

from __future__ import annotations

from typing import Any

from lanzarote_data.metadata.about import About, Contributor

MESSAGE = (
    "If you use this data, please cite it as below, and name the Council of Europe as the author "
    "of the text."
)


def citation_text(about: About) -> str:
    """The citation file.

    It names no licence: the format has room for one only, and that of the curation is not that
    of the text. The abstract says which is for what.
    """
    import yaml

    content: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": MESSAGE,
        "title": about.title,
        "type": "dataset",
        "version": about.version,
        "date-released": about.date,
        "authors": [_author(contributor) for contributor in about.contributors],
        "abstract": f"{about.description} Rights: {about.rights}",
        "keywords": list(about.keywords),
    }
    if about.identifier.startswith("https://doi.org/"):
        content["doi"] = about.identifier.removeprefix("https://doi.org/")
    if about.homepage:
        content["url"] = about.homepage
    filled = {name: value for name, value in content.items() if value}
    return str(yaml.safe_dump(filled, sort_keys=False, allow_unicode=True, width=100))


def _author(contributor: Contributor) -> dict[str, str]:
    if contributor.is_person:
        named = {"family-names": contributor.family_name, "given-names": contributor.given_name}
    else:
        named = {"name": contributor.name}
    return named | ({"website": contributor.address} if contributor.address else {})
