"""Changes as pages show them: by Party, sheet and row, so many rows on a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from operator import attrgetter, itemgetter

from lanzarote_data.model.changes import Change, with_rows_of
from lanzarote_data.model.package import Resource
from lanzarote_data.model.tables import Tables
from lanzarote_data.render.pages import ChangedCell, ChangedRow, changed_tables
from lanzarote_data.text.items import grouped
from lanzarote_data.workbook.entries import Entries
from lanzarote_data.workbook.layout import ALL_VIEW, View, fixed_values, view_named

ROWS_PER_PAGE = 200
Place = tuple[str, str]
"""The name of a Party (empty: all of them), and the title of a sheet."""


class ChangeList:
    """Changes of some tables, which may have them already."""

    def __init__(self, changes: Sequence[Change], tables: Tables) -> None:
        self.changes = changes
        self._tables = with_rows_of(tables, changes)

    @property
    def counts(self) -> Mapping[Place, Counter[str]]:
        """How many rows of each Party and sheet are added, changed and removed."""
        places = grouped(self._rows, itemgetter(0))
        return {place: Counter(row.kind for _, row in rows) for place, rows in places.items()}

    @property
    def pages(self) -> int:
        """How many pages the changes take."""
        return max(1, -(-len(self._rows) // ROWS_PER_PAGE))

    def page(self, number: int) -> dict[Place, list[ChangedRow]]:
        """The changes on a page, from 1, by Party and sheet."""
        first = (max(1, min(number, self.pages)) - 1) * ROWS_PER_PAGE
        places = grouped(self._rows[first : first + ROWS_PER_PAGE], itemgetter(0))
        return {place: [row for _, row in rows] for place, rows in places.items()}

    @cached_property
    def _rows(self) -> list[tuple[Place, ChangedRow]]:
        return list(self._found())

    @cached_property
    def _by_party(self) -> dict[str, list[Change]]:
        return grouped(self.changes, self._party)

    @property
    def views(self) -> list[str]:
        """The names of the workbooks whose rows change."""
        return [party or ALL_VIEW for party in self._by_party]

    def _found(self) -> Iterator[tuple[Place, ChangedRow]]:
        named = {self._name(party): party for party in self._by_party}
        for name in sorted(named, key=lambda name: (not name, name)):
            view = view_named(named[name] or ALL_VIEW)
            entries = Entries(self._tables, view)
            by_table = grouped(self._by_party[named[name]], attrgetter("resource"))
            for resource, changes in by_table.items():
                for table in changed_tables(changes, self._tables.package):
                    rows = (self._as_shown(row, resource, entries, view) for row in table.rows)
                    yield from (((name, table.title), row) for row in rows)

    def _as_shown(self, row: ChangedRow, name: str, entries: Entries, view: View) -> ChangedRow:
        """A row with the cells that its sheet shows, as that shows them."""
        if name not in self._tables:
            return row
        resource = self._tables[name].resource
        unseen = {*fixed_values(resource, view), *resource.primary_key}
        if row.kind == "changed" or resource.typed_id:
            unseen = set()
        cells = [_with_labels(c, resource, entries) for c in row.cells if c.name not in unseen]
        return replace(row, cells=cells)

    def _name(self, party_id: str) -> str:
        found = self._tables.find("parties", party_id)
        return found["name"] if found else ""

    def _party(self, change: Change) -> str:
        """The id of the Party that a change is about; empty if it is about all."""
        if change.resource not in self._tables:
            return ""
        at = self._tables[change.resource].rank.get(change.key)
        return "" if at is None else self._tables.parties[change.resource][at]


def _with_labels(cell: ChangedCell, resource: Resource, entries: Entries) -> ChangedCell:
    """A cell with the entries of its drop-down, where it names rows of another table."""
    key = resource.reference(cell.name)
    if key is None:
        return cell
    old, new = (entries.of_row(key.resource, i) if i else "" for i in (cell.old, cell.new))
    return replace(cell, old=old, new=new)
