"""``LICENSE.txt``: which terms apply to which table, the sources, and how to cite."""

from __future__ import annotations

from collections.abc import Iterator

from lanzarote_data.metadata.about import About, Licence
from lanzarote_data.text.rights import NOT_OFFICIAL


def licence_text(about: About) -> str:
    """The licence file of a release or a site."""
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
    grouped: dict[tuple[Licence, ...], list[str]] = {}
    for name, licences in about.tables.items():
        grouped.setdefault(licences, []).append(name)
    for licences, names in grouped.items():
        yield "\n".join([", ".join(names), *(f"- {one.title} ({one.name})" for one in licences)])
