"""Names of new rows, such as ``new 1``: one that was forgotten is found, a duplicated one refused.

A new row that has footnotes needs a name, since it has no id yet that they could point to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lanzarote_data.model.package import CITATIONS, Package
from lanzarote_data.model.problems import Location, Problem, error
from lanzarote_data.text.references import markers
from lanzarote_data.workbook.layout import ID_HELPER, PROVISIONAL
from lanzarote_data.workbook.new_rows import NewRow
from lanzarote_data.workbook.rows import SheetContent

Cell = tuple[str, str]
"""A cell: the name of its sheet, and its address."""


@dataclass
class Names:
    """Finds names that were forgotten in a workbook, and names that two new rows have.

    ``corrections`` are the texts that cells should have; the rows have them already.
    """

    package: Package
    sheets: Mapping[str, SheetContent]
    new: Sequence[NewRow]
    corrections: dict[Cell, str] = field(default_factory=dict)

    def problems(self) -> list[Problem]:
        """What is wrong with the names; a forgotten one is put in where it can only be one."""
        duplicated = list(self._duplicated())
        return [*duplicated, *([] if duplicated else self._forgotten())]

    @property
    def _tables(self) -> dict[str, str]:
        """The field with which a footnote names a row, by the table of the row."""
        return {resource.name: name for name, resource in self.package.parents.items()}

    def _forgotten(self) -> Iterator[Problem]:
        groups, rows = self._groups(), self._without_notes()
        if len(groups) == len(rows) == 1:
            ((said, notes),) = groups.items()
            yield self._put_in(rows[0], said, notes)
            return
        for said, notes in groups.items():
            if said or rows:
                what = f"belongs to {said}" if said else "does not say to which row it belongs"
                message = f"This footnote {what}, and no new row is called {said or 'new 1'}."
                place = self._place(notes[0], next(iter(self._tables.values())))
                yield error("forgotten-name", place, message, _hint(said or "new 1"))

    def _groups(self) -> dict[str, list[NewRow]]:
        """The new footnotes whose row is not there, by the name that they give it."""
        named = {row.name for row in self.new if row.table in self._tables} - {""}
        groups: dict[str, list[NewRow]] = {}
        for row in self.new:
            said = self.package.parent_of(row.texts)[1]
            if row.table == CITATIONS and (not said or said in PROVISIONAL) and said not in named:
                groups.setdefault(said, []).append(row)
        return groups

    def _without_notes(self) -> list[NewRow]:
        """The new rows with markers in their texts to which no footnote belongs."""
        said = {self.package.parent_of(r.texts)[1] for r in self.new if r.table == CITATIONS} - {""}
        return [
            row
            for row in self.new
            if row.table in self._tables
            and row.name not in said
            and markers(row.texts.get(self.sheets[row.table].resource.text_field, ""))
        ]

    def _put_in(self, row: NewRow, said: str, notes: Sequence[NewRow]) -> Problem:
        """Name a row, and say so in its footnotes, as the person meant."""
        used = {other.name for other in self.new}
        name = said or row.name or next(free for free in PROVISIONAL if free not in used)
        if row.name != name:
            row.name = name
            self.corrections[self._cell(row, "")] = name
        parent = self._tables[row.table]
        for note in notes:
            note.texts |= dict.fromkeys(self._tables.values(), "") | {parent: name}
            if said != name:
                self.corrections[self._cell(note, parent)] = name
        lines = ", ".join(str(note.line) for note in notes)
        message = f"This new row and its footnotes ({self.sheets[CITATIONS].name}, row {lines}) do "
        message += "not have the same name, so that nobody knows that they belong together."
        return error("forgotten-name", row.place, message, _hint(name))

    def _place(self, row: NewRow, name: str) -> Location:
        return self.sheets[row.table].place_at(row.line, "", name)

    def _cell(self, row: NewRow, name: str) -> Cell:
        sheet, _, address = self._place(row, name).source.rpartition("!")
        return sheet, address

    def _duplicated(self) -> Iterator[Problem]:
        """A problem for each new row that has the name of another.

        Rows of different tables may have one name, unless a column that the tables share has it.
        """
        shared = self._shared()
        seen: set[tuple[str, str]] = set()
        for row in self.new:
            if row.name in PROVISIONAL and (row.table, row.name) in seen:
                message = f"Two new rows are called {row.name}."
                hint = "Give one of them another number, here and in the sheets that point to it."
                yield error("doubled-name", row.place, message, hint)
            sharing = shared.get((row.table, row.name), [row.table])
            seen |= {(table, row.name) for table in sharing}

    def _shared(self) -> dict[tuple[str, str], list[str]]:
        """The tables that share a column, by each of them and each text of the column."""
        found: dict[tuple[str, str], list[str]] = {}
        for sheet in self.sheets.values():
            names = next((column.parts for column in sheet.sheet.columns if column.parts), ())
            tables = [key.resource for name in names if (key := sheet.resource.reference(name))]
            said = {row.texts.get(name, "") for row in sheet.rows for name in names}
            found |= {(table, name): tables for table in tables for name in said}
        return found


def _hint(name: str) -> str:
    return (
        f"Write {name} into the grey cell ({ID_HELPER}) of the new row, and choose {name} in its "
        "footnotes, to say to which row they belong."
    )
