"""What is written into the cells of a sheet for a row.

A foreign key shows the id and the label of the row that it points to; the grey column shows the
row’s own id; every other cell shows the text of its field.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lanzarote_data.model.package import Resource
from lanzarote_data.model.tables import Table, Tables
from lanzarote_data.workbook.layout import Column, Sheet, is_number, option

LONGEST_NUMBER = 15
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


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


class Written:
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

    def columns(self, sheet: Sheet, table: Table) -> list[Sequence[str | float]]:
        """The values of the cells of each column of the sheet: texts, and numbers."""
        return [self._column(sheet.resource, column, table) for column in sheet.columns]

    def _column(self, resource: Resource, column: Column, table: Table) -> Sequence[str | float]:
        name = column.field.name if column.field else resource.primary_key[0]
        texts = table.column(name)
        reference = resource.reference(name) if column.field else None
        if reference is not None:
            entries = self.options(self._tables.package.resource(reference.resource))
            return list(map(entries.__getitem__, texts))
        return list(map(as_number, texts)) if is_number(column) else texts


def as_number(text: str) -> str | float:
    """The number that a text is, where a program keeps it exactly; else the text."""
    is_plain = len(text) <= LONGEST_NUMBER and _PLAIN_NUMBER.fullmatch(text)
    return float(text) if is_plain else text
