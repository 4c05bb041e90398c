"""What the cells of a sheet show of a row: written so, and read back so where nobody edited them.

A foreign key shows the id and the label of the row that it points to; the grey column shows the
row’s own id; every other cell shows the text of its field.
"""

from __future__ import annotations

from collections.abc import Callable

from lanzarote_data.package import Resource
from lanzarote_data.tables import Row, Tables
from lanzarote_data.workbook.layout import Column, Sheet, option


class Options(dict[str, str]):
    """Id to drop-down entry, for the rows of one table; an id that no row has stands for itself.

    Each entry is made when it is first asked for.
    """

    def __init__(self, tables: Tables, resource: Resource) -> None:
        super().__init__({"": ""})
        self._tables = tables
        self._resource = resource

    def __missing__(self, row_id: str) -> str:
        row = self._tables.find(self._resource.name, row_id)
        self[row_id] = option(self._resource, row) if row else row_id
        return self[row_id]


class Shown:
    """Makes the cells of rows, for the sheets of one workbook."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._options: dict[str, Options] = {}

    def options(self, resource: Resource) -> Options:
        """The drop-down entries of the rows of a table."""
        found = self._options.get(resource.name)
        if found is None:
            found = self._options[resource.name] = Options(self._tables, resource)
        return found

    def cells(self, sheet: Sheet) -> Callable[[Row], list[str]]:
        """The function from a row of the sheet’s table to the texts of its cells."""
        plan = [self._plan(sheet.resource, column) for column in sheet.columns]

        def cells(row: Row) -> list[str]:
            return [
                row.get(name, "") if labels is None else labels[row.get(name, "")]
                for name, labels in plan
            ]

        return cells

    def _plan(self, resource: Resource, column: Column) -> tuple[str, Options | None]:
        """The field that a column shows, and the entries that stand for its values, if any."""
        name = column.field.name if column.field else resource.primary_key[0]
        reference = resource.reference(name) if column.field else None
        if reference is None:
            return name, None
        return name, self.options(self._tables.package.resource(reference.resource))
