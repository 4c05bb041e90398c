"""Pages of one file for people: problems by table and code, and changes with the words marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from lanzarote_data.model.changes import Change, cells
from lanzarote_data.model.package import Package, titles_of
from lanzarote_data.model.problems import Problem
from lanzarote_data.model.tables import key_text
from lanzarote_data.text.difference import word_difference
from lanzarote_data.text.items import grouped
from lanzarote_data.text.markup import PAGE_POLICY, line_to_html, plain

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def environment(folder: str = "render") -> Environment:
    """The environment of the templates of a folder; all that they are given is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    loader = PackageLoader(f"lanzarote_data.{folder}")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    made.trim_blocks = made.lstrip_blocks = folder == "release"
    made.filters["line"] = lambda text: Markup(line_to_html(text))
    made.filters["plain"] = plain
    made.filters["word_difference"] = word_difference
    return made


def page(template: str, folder: str = "render", **values: object) -> str:
    """A page of one file from a template; every text in ``values`` is plain text."""
    return environment(folder).get_template(template).render(policy=PAGE_POLICY, **values) + "\n"


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
    return page("problems.html.j2", "render", title=title, **_content(problems, package))


def problems_fragment(problems: Iterable[Problem]) -> str:
    """The problems as a piece of HTML, which stands in a page of somebody else."""
    return environment().get_template("problems_list.html.j2").render(**_content(problems, None))


def _content(problems: Iterable[Problem], package: Package | None) -> dict[str, object]:
    listed = list(problems)
    errors = sum(problem.severity == "error" for problem in listed)
    tables = []
    for name, own in grouped(listed, lambda problem: problem.location.resource).items():
        title, titles = titles_of(package, name)
        tables.append((title or "The package", _kinds(own, titles)))
    return {"errors": errors, "warnings": len(listed) - errors, "tables": tables}


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


@dataclass(frozen=True)
class ChangedCell:
    """A cell before and after; ``field`` is the title of its column, ``name`` that of the field."""

    name: str
    field: str
    old: str
    new: str


@dataclass(frozen=True)
class ChangedRow:
    """A row that was added, removed or changed."""

    key: str
    kind: str
    cells: list[ChangedCell]


@dataclass(frozen=True)
class ChangedTable:
    """The rows of one table that differ; ``title`` is that of its sheet."""

    title: str
    rows: list[ChangedRow]


def comparison_page(changes: Iterable[Change], package: Package, title: str) -> str:
    """The changes as one HTML page that needs nothing else, in the order given."""
    listed = list(changes)
    tables = changed_tables(listed, package)
    return page("difference.html.j2", title=title, total=len(listed), tables=tables)


def changed_tables(changes: Iterable[Change], package: Package) -> list[ChangedTable]:
    """The changes by table and row, in the order given, under the headers of their sheets."""
    by_table = grouped(changes, lambda change: change.resource)
    return [_table(name, own, package) for name, own in by_table.items()]


def _table(name: str, changes: list[Change], package: Package) -> ChangedTable:
    title, titles = titles_of(package, name)
    by_key = grouped(changes, lambda change: key_text(change.key))
    return ChangedTable(title, [_row(key, own, titles) for key, own in by_key.items()])


def _row(key: str, changes: list[Change], titles: Mapping[str, str]) -> ChangedRow:
    kind = changes[0].kind if changes[0].field is None else "changed"
    lines = (line for change in changes for line in cells(change))
    changed = [ChangedCell(name, titles.get(name, name), old, new) for *_, name, old, new in lines]
    return ChangedRow(key, kind, changed)
