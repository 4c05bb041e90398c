"""What Zenodo and DataCite want to know of a deposit."""

from __future__ import annotations

from typing import Any

from lanzarote_data.metadata.about import About, Contributor, Licence, filled
from lanzarote_data.text.markup import escape

# Zenodo takes one licence for the whole deposit. That of the curation would relicense the text,
# so it gets "other, not open", with all terms in words beside it.
_ZENODO_MIXED = "other-closed"


def zenodo(about: About) -> dict[str, Any]:
    """``.zenodo.json``: the metadata of a deposit, as Zenodo’s deposit API takes it."""
    names = {licence.name.lower() for licence in about.licences}
    content = {
        "title": about.title,
        "upload_type": "dataset",
        "description": f"<p>{escape(about.description)}</p><p>{escape(about.rights)}</p>",
        "creators": [{"name": person.formal_name} for person in about.contributors],
        "publication_date": about.date,
        "version": about.version,
        "access_right": "open",
        "license": names.pop() if len(names) == 1 else _ZENODO_MIXED,
        "keywords": list(about.keywords),
        "notes": escape(about.credit),
        "references": list(about.sources),
        "language": "eng",
    }
    return filled(content)


def datacite(about: About) -> dict[str, Any]:
    """The attributes of a DOI, as DataCite’s metadata schema 4.5 has them."""
    content = {
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Data package"},
        "creators": [_named(person) for person in about.contributors],
        "titles": [{"title": about.title, "lang": "en"}],
        "publisher": {"name": about.publisher.name},
        "publicationYear": about.date[:4],
        "subjects": [{"subject": keyword} for keyword in about.keywords],
        "contributors": [
            _named(person) | {"contributorType": kind}
            for person in about.contributors
            for kind in _kinds(person)
        ],
        "dates": [{"date": about.date, "dateType": "Issued"}],
        "language": "en",
        "version": about.version,
        "rightsList": _rights(about.licences),
        "descriptions": _descriptions(about),
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "doi": about.doi,
        "url": about.homepage,
    }
    return filled(content)


def _named(person: Contributor) -> dict[str, str]:
    if not person.is_person:
        return {"name": person.name, "nameType": "Organizational"}
    parts = {"givenName": person.given_name, "familyName": person.family_name}
    return {"name": person.formal_name, "nameType": "Personal"} | parts


def _kinds(person: Contributor) -> list[str]:
    known = {"curator": "DataCurator", "maintainer": "DataManager"}
    return [known[role] for role in person.roles if role in known]


def _rights(licences: tuple[Licence, ...]) -> list[dict[str, str]]:
    """The terms in words; an identifier only where one licence is true of the whole."""
    if len(licences) != 1:
        return [{"rights": licence.title} for licence in licences]
    [only] = licences
    is_spdx = bool(only.name) and not only.name.startswith("LicenseRef-")
    named = {"rightsIdentifier": only.name, "rightsIdentifierScheme": "SPDX"} if is_spdx else {}
    return [filled({"rights": only.title, "rightsUri": only.address, **named})]


def _descriptions(about: About) -> list[dict[str, str]]:
    texts = [("Abstract", about.description), ("Other", about.credit)]
    texts += [("Other", f"Source: {source}") for source in about.sources]
    return [{"description": text, "descriptionType": kind} for kind, text in texts if text]
