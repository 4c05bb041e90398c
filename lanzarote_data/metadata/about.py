"""What the descriptor says about the data set as a whole, for all metadata formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lanzarote_data.model.package import Package
from lanzarote_data.text.rights import LICENCE_FILE


def filled(content: Mapping[str, Any]) -> dict[str, Any]:
    """The entries of a description that have a value."""
    return {name: value for name, value in content.items() if value}


@dataclass(frozen=True)
class Contributor:
    """A person or organisation: its names, its address on the web, and its roles."""

    name: str
    given_name: str = ""
    family_name: str = ""
    address: str = ""
    roles: tuple[str, ...] = ()

    @property
    def is_person(self) -> bool:
        """Whether it is a person; a contributor without a family name is an organisation."""
        return bool(self.family_name)

    @property
    def formal_name(self) -> str:
        """The name as lists of authors have it, the family name of a person first."""
        parts = (self.family_name, self.given_name) if self.is_person else (self.name,)
        return ", ".join(filter(None, parts))


@dataclass(frozen=True)
class Licence:
    """Terms for a part of the data set, in words; ``name`` is an SPDX identifier if it has one."""

    name: str
    title: str
    address: str = ""


@dataclass(frozen=True)
class About:
    """The data set as a whole. ``identifier`` and ``homepage`` are empty until it has them.

    ``themes`` are codes of the EU’s vocabulary of themes. ``licences`` has the most restrictive
    that applies first; ``tables`` has those of each table.
    """

    name: str
    title: str
    description: str
    version: str
    date: str
    keywords: tuple[str, ...]
    contributors: tuple[Contributor, ...]
    licences: tuple[Licence, ...]
    sources: tuple[str, ...]
    credit: str
    homepage: str
    identifier: str
    themes: tuple[str, ...]
    tables: Mapping[str, tuple[Licence, ...]]

    @property
    def home(self) -> str:
        """The homepage with a slash at its end: the folder that the site is published in."""
        return f"{self.homepage.rstrip('/')}/" if self.homepage else ""

    def terms(self, top: str, table: str = "") -> str:
        """The address of the terms of a table, or of the whole, absolute if there is a homepage.

        ``top`` leads to the folder of the release or the site. The address is that of a licence
        only where nothing else applies.
        """
        licences = self.tables.get(table, self.licences)
        if len(licences) == 1 and licences[0].address.startswith("http"):
            return licences[0].address
        return (self.home or top) + LICENCE_FILE

    @property
    def doi(self) -> str:
        """The DOI, if the identifier is one."""
        name = self.identifier.removeprefix("https://doi.org/")
        return name if name != self.identifier else ""

    @property
    def publisher(self) -> Contributor:
        """The contributor with that role, else the maintainer, else the last one."""
        for role in ("publisher", "maintainer"):
            for contributor in self.contributors:
                if role in contributor.roles:
                    return contributor
        return self.contributors[-1]

    @property
    def rights(self) -> str:
        """All terms in words, for formats that take one licence only: no single one is true."""
        return " ".join(f"{licence.title.rstrip('.')}." for licence in self.licences)

    @property
    def citation(self) -> str:
        """How the data set is cited, in one line: who, when, what, which version."""
        people = "; ".join(contributor.name for contributor in self.contributors)
        text = f"{people} ({self.date[:4]}): {self.title}. Version {self.version}. Data set."
        return f"{text} {self.identifier or self.homepage}".strip()


def about_of(package: Package) -> About:
    """The data set as its descriptor describes it."""
    entry = package.descriptor
    licences = tuple(map(_licence, entry.get("licenses", ())))
    return About(
        name=package.name,
        title=package.title,
        description=str(entry.get("description", "")),
        version=package.version,
        date=str(entry.get("created", ""))[:10],
        keywords=tuple(map(str, entry.get("keywords", ()))),
        contributors=contributors_of(package) or (Contributor(package.title),),
        licences=licences,
        sources=tuple(str(s.get("title") or s.get("path", "")) for s in entry.get("sources", ())),
        credit=str(entry.get("lanzarote:credit", "")),
        homepage=str(entry.get("homepage", "")),
        identifier=str(entry.get("id", "")),
        themes=tuple(map(str, entry.get("lanzarote:themes", ()))),
        tables={
            str(resource["name"]): tuple(map(_licence, resource.get("licenses", ()))) or licences
            for resource in entry.get("resources", ())
        },
    )


def contributors_of(package: Package) -> tuple[Contributor, ...]:
    """Who is named in the descriptor, if anybody is."""
    return tuple(map(_contributor, package.descriptor.get("contributors", ())))


def _contributor(entry: Mapping[str, Any]) -> Contributor:
    given, family = str(entry.get("givenName", "")), str(entry.get("familyName", ""))
    own = f"{given} {family}".strip()
    return Contributor(
        name=str(entry.get("title") or own or entry.get("organization") or entry.get("email", "")),
        given_name=given,
        family_name=family,
        address=str(entry.get("path", "")),
        roles=tuple(map(str, entry.get("roles", ()))),
    )


def _licence(entry: Mapping[str, Any]) -> Licence:
    name, address = str(entry.get("name", "")), str(entry.get("path", ""))
    return Licence(name, str(entry.get("title") or name or address), address)
