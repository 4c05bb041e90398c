"""Problems as HTML for people: grouped by table and code, with places and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lanzarote_data.model.package import Package
from lanzarote_data.model.problems import Problem
from lanzarote_data.render.environment import environment
from lanzarote_data.text.items import grouped
from lanzarote_data.text.markup import PAGE_POLICY

MOST_SHOWN = 200
"""How many problems of one kind are listed; the others are counted."""


@dataclass(frozen=True)
class _Kind:
    """The problems of one table that have one code."""

    code: str
    severity: str
    shown: list[tuple[str, str, Problem]]
    more: int


def problems_page(problems: Iterable[Problem], package: Package | None, title: str) -> str:
    """The problems as one HTML page that needs nothing else."""
    template = environment().get_template("problems.html.j2")
    return template.render(title=title, policy=PAGE_POLICY, **_content(problems, package)) + "\n"


def problems_fragment(problems: Iterable[Problem]) -> str:
    """The problems as a piece of HTML, which stands in a page of somebody else."""
    return environment().get_template("problems_list.html.j2").render(**_content(problems, None))


def _content(problems: Iterable[Problem], package: Package | None) -> dict[str, object]:
    listed = list(problems)
    errors = sum(problem.severity == "error" for problem in listed)
    titles = {r.name: r.title for r in package.resources} if package else {}
    by_table = grouped(listed, lambda problem: problem.location.resource)
    tables = [
        (titles.get(name, name) or "The package", _kinds(own, _fields(package, name)))
        for name, own in by_table.items()
    ]
    return {"errors": errors, "warnings": len(listed) - errors, "tables": tables}


def _fields(package: Package | None, name: str) -> Mapping[str, str]:
    """The titles of the fields of a table."""
    known = package is not None and name in package
    return {f.name: f.title for f in package.resource(name).fields} if package and known else {}


def _kinds(problems: list[Problem], titles: Mapping[str, str]) -> list[_Kind]:
    kinds = []
    for code, own in grouped(problems, lambda problem: problem.code).items():
        shown = [_line(problem, titles) for problem in own[:MOST_SHOWN]]
        kinds.append(_Kind(code, own[0].severity, shown, len(own) - len(shown)))
    return kinds


def _line(problem: Problem, titles: Mapping[str, str]) -> tuple[str, str, Problem]:
    """The place of a problem, the column that it is in, and the problem."""
    at = problem.location
    place = " · ".join(dict.fromkeys(filter(None, (at.source or at.resource, at.key))))
    return place, titles.get(at.field, at.field), problem
