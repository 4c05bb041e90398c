"""Changes as a page for people: what was added, removed and changed, words marked within texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lanzarote_data.model.changes import Change
from lanzarote_data.model.package import Package, Resource
from lanzarote_data.model.tables import Row, key_text
from lanzarote_data.render.environment import environment
from lanzarote_data.text.items import grouped
from lanzarote_data.text.markup import PAGE_POLICY


@dataclass(frozen=True)
class _Cell:
    """A cell before and after; ``field`` is its title."""

    field: str
    old: str
    new: str


@dataclass(frozen=True)
class _Row:
    """A row that was added, removed or changed."""

    key: str
    kind: str
    cells: list[_Cell]


@dataclass(frozen=True)
class _Table:
    title: str
    rows: list[_Row]


def comparison_page(changes: Iterable[Change], package: Package, title: str) -> str:
    """The changes as one HTML page that needs nothing else, in the order given."""
    listed = list(changes)
    tables = [
        _table(name, own, package)
        for name, own in grouped(listed, lambda change: change.resource).items()
    ]
    template = environment().get_template("difference.html.j2")
    page = template.render(title=title, total=len(listed), tables=tables, policy=PAGE_POLICY)
    return page + "\n"


def _table(name: str, changes: list[Change], package: Package) -> _Table:
    resource = package.resource(name) if name in package else None
    by_key = grouped(changes, lambda change: key_text(change.key))
    rows = [_row(key, own, resource) for key, own in by_key.items()]
    return _Table(resource.title if resource else name, rows)


def _row(key: str, changes: list[Change], resource: Resource | None) -> _Row:
    kind = changes[0].kind if changes[0].field is None else "changed"
    texts = (text for change in changes for text in _texts(change))
    cells = [_Cell(_title(field, resource), old, new) for field, old, new in texts]
    return _Row(key, kind, cells)


def _texts(change: Change) -> Iterator[tuple[str, str, str]]:
    """The fields that a change is about, each with its text before and after."""
    if change.field is not None:
        yield change.field, str(change.old), str(change.new)
        return
    old: Row = change.old if isinstance(change.old, Mapping) else {}
    new: Row = change.new if isinstance(change.new, Mapping) else {}
    for field in dict.fromkeys([*old, *new]):
        if old.get(field) or new.get(field):
            yield field, old.get(field, ""), new.get(field, "")


def _title(field: str, resource: Resource | None) -> str:
    return resource.field(field).title if resource and field in resource else field
