"""What a workbook holds, as read: its rows by table, what it was made from, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from lanzarote_data.model.package import Resource
from lanzarote_data.model.problems import Location, Problem
from lanzarote_data.model.tables import Source
from lanzarote_data.workbook.base import Base
from lanzarote_data.workbook.choices import Choice
from lanzarote_data.workbook.grid import Grid


class SheetRow(NamedTuple):
    """A row of a sheet as the person left it.

    ``row_id`` is what its id column says; ``shown_id`` what the grey column says, which for a
    new row may be a name such as ``new 1``; ``texts`` has the fields that have a column. Of a row
    that is ``untouched`` they are the row of the base itself.
    """

    line: int
    row_id: str
    shown_id: str
    texts: Mapping[str, str]
    untouched: bool = False


@dataclass(frozen=True)
class SheetContent:
    """What a sheet holds: the row of its header, the letters of its columns, and its rows."""

    resource: Resource
    name: str
    header_row: int
    letters: Mapping[str, str]
    rows: tuple[SheetRow, ...]

    def source(self, row: SheetRow) -> Source:
        """Where the row stands."""
        return Source(self.name, row.line, self.letters)

    def place(self, row: SheetRow, field_name: str = "") -> Location:
        """The place of the row, or of one of its cells."""
        source = self.source(row).place(field_name)
        return Location(self.resource.name, row.row_id, field_name, source)


@dataclass(frozen=True)
class WorkbookContent:
    """A workbook as read: what it was made from, its sheets by table, and what is wrong.

    ``grids`` are the cells of all sheets as the person left them; ``choices`` are what the person
    chose where a review had shown a conflict.
    """

    name: str
    grids: tuple[Grid, ...]
    base: Base
    sheets: Mapping[str, SheetContent]
    choices: tuple[Choice, ...]
    problems: tuple[Problem, ...]
