"""The rows of a sheet as the person left them, each told by its id.

A row whose cells are just those that were written is the row of the base; only the others are
looked at cell by cell. Every row is read, hidden and filtered ones too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from lanzarote_data.model.package import Field
from lanzarote_data.model.problems import Location, Problem, error, warning
from lanzarote_data.model.tables import Key, Row, Source, Tables, key_text
from lanzarote_data.workbook import layout
from lanzarote_data.workbook.cells import cell_text
from lanzarote_data.workbook.columns import Columns
from lanzarote_data.workbook.content import SheetRow
from lanzarote_data.workbook.grid import Grid, Value, shown
from lanzarote_data.workbook.layout import Column, Sheet, is_number, name_of_new
from lanzarote_data.workbook.written import as_number

Cells = Sequence[Value]


class RowReader:
    """Reads the rows of one sheet, and collects what is wrong with them in ``problems``.

    ``ours`` and ``base`` are the tables now, and as they were when the workbook was made.
    """

    def __init__(
        self, sheet: Sheet, grid: Grid, columns: Columns, ours: Tables, base: Tables
    ) -> None:
        self.sheet = sheet
        self.resource = sheet.resource
        self.grid = grid
        self.columns = columns
        self.sides = (ours, base)
        self.before = base[sheet.resource.name].by_key
        self.letters = columns.letters
        self.problems: list[Problem] = []

    def read(self) -> Iterator[SheetRow]:
        """The rows, from the top of the sheet to its end."""
        first = self._first_row()
        base = self._said_by_the_base()
        for line, said in enumerate(self._said(self.grid.rows[first - 1 :]), start=first):
            key = base.get(said)
            if key is not None:
                row_id = key_text(key)
                grey = "" if self.resource.typed_id else row_id
                yield SheetRow(line, row_id, grey, self.before[key], untouched=True)
            elif line != self.columns.header_row:
                row = self._row(line, self.grid.rows[line - 1])
                if row:
                    yield row

    def _said(self, rows: Sequence[Cells]) -> Iterable[tuple[Value | None, ...]]:
        """What rows say, in the order of the columns of the sheet: of a foreign key only the id."""
        places = {text: number for number, text in self.columns.headers.items()}
        there = list(zip(*rows, strict=True))
        columns = []
        for column in self.sheet.columns:
            place = places.get(column.header)
            values = [""] * len(rows) if place is None or not there else there[place]
            columns.append(self._comparable(column, values))
        return zip(*columns, strict=True)

    def _comparable(self, column: Column, values: Sequence[Value]) -> Sequence[Value | None]:
        """The values of a column in the form in which the base has them."""
        if is_number(column):
            # A truth value equals a number for Python, but not for us: it equals nothing here.
            return [None if isinstance(value, bool) else value for value in values]
        return _first_words(values) if self._refers(column) else values

    def _refers(self, column: Column) -> bool:
        return bool(column.field and self.resource.reference(column.field.name))

    def _said_by_the_base(self) -> Mapping[tuple[Value | None, ...], Key]:
        """The keys of the rows of the base, by what these say; none where no key is shown."""
        table = self.sides[1][self.resource.name]
        names = self.resource.primary_key
        if not {column.field.name for column in self.sheet.columns if column.field} >= {*names}:
            return {}
        columns = []
        for column in self.sheet.columns:
            texts = table.column(column.field.name if column.field else names[0])
            columns.append(list(map(as_number, texts)) if is_number(column) else texts)
        return dict(zip(zip(*columns, strict=True), table.columns(names), strict=True))

    def _first_row(self) -> int:
        """The first row that is read: above the header where it was sorted in among the rows."""
        header_row = self.columns.header_row
        above = self.grid.rows[: header_row - 1]
        if any(self._key(self._plain_texts(cells)) in self.before for cells in above):
            message = f"The header stands in row {header_row}: it was sorted with the rows."
            self._warn("moved-header", message, "Nothing was lost by that; every row was read.")
            return 1
        filled = [line for line, cells in enumerate(above, start=1) if any(map(shown, cells))]
        if filled:
            message = f"What stands above the header, in row {filled[0]}, is not read."
            self._warn("above-header", message, "Rows of the table belong below it.")
        return header_row + 1

    def _warn(self, code: str, message: str, hint: str) -> None:
        place = Location(self.resource.name, source=self.grid.title)
        self.problems.append(warning(code, place, message, hint))

    def _row(self, line: int, cells: Cells) -> SheetRow | None:
        """A row looked at cell by cell; None where nothing stands in it."""
        key = self.resource.primary_key
        plain = self._plain_texts(cells)
        if not any(plain.values()):
            return None
        found = self._key(plain)
        row_id = key_text(found)
        before = self.before.get(found, {})
        if not self.resource.typed_id and not any(
            text for name, text in plain.items() if name not in ("", *key)
        ):
            return self._emptied(line, row_id, plain.get("", ""), before)
        texts = {
            field.name: self._text(line, cells[place], field, before, row_id)
            for place, field in self.columns.fields.items()
            if field and (self.resource.typed_id or field.name not in key)
        }
        return SheetRow(line, row_id, name_of_new(plain.get("", "")), texts)

    def _plain_texts(self, cells: Cells) -> dict[str, str]:
        """The plain texts of a row by field; that of the grey id under the empty name."""
        return {
            field.name if field else "": shown(cells[place])
            for place, field in self.columns.fields.items()
        }

    def _key(self, plain: Mapping[str, str]) -> Key:
        """The key of a row, from the plain texts of its cells."""
        names = self.resource.primary_key
        return tuple(name_of_new(self._referred(name, plain.get(name, ""))) for name in names)

    def _referred(self, name: str, text: str, *before: str) -> str:
        """For a foreign key the id that the cell begins with: ``R2-II Legal frameworks``.

        An id counts that is there now, or was when the workbook was made, in a table or ``before``
        in the cell.
        """
        reference = self.resource.reference(name)
        if reference is None or not text.strip():
            return text
        if name_of_new(text) in layout.PROVISIONAL:
            return name_of_new(text)
        first = text.split()[0]
        known = first in before or any(side.find(reference.resource, first) for side in self.sides)
        return first if known else text

    def _emptied(self, line: int, row_id: str, shown_id: str, before: Row) -> SheetRow | None:
        """A row that has nothing but an id: emptied, not deleted; without one it is no row.

        It is refused, and counts as it was before.
        """
        if not row_id:
            return None
        message = f"The row of {row_id} was emptied, but is still there."
        hint = "To delete it, delete the whole row; to keep it, undo."
        self.problems.append(error("emptied-row", self._place(line, row_id), message, hint))
        if not before:
            return None
        kept = {name: before.get(name, "") for name in self.letters}
        return SheetRow(line, row_id, shown_id, kept)

    def _place(self, line: int, row_id: str, field: str = "") -> Location:
        """The place of a row, or of one of its cells."""
        source = Source(self.grid.title, line, self.letters).place(field)
        return Location(self.resource.name, row_id, field, source)

    def _text(self, line: int, value: Value, field: Field, before: Row, row_id: str) -> str:
        """The canonical text of a cell; what stood there before where it cannot be taken."""
        stood = before.get(field.name, "")
        text, fault = cell_text(value, field, stood)
        if fault:
            kind = warning if fault.harmless else error
            hint = fault.hint + (f" Before, “{stood[:80]}” stood there." if stood else "")
            where = self._place(line, row_id, field.name)
            self.problems.append(kind(fault.code, where, fault.message, hint))
        return self._referred(field.name, text, stood)


def _first_words(values: Sequence[Value]) -> list[Value]:
    """The values with only the first word of each text: the id in ``R2-II Legal frameworks``."""
    known: dict[Value, Value] = {}
    for value in set(values):
        words = value.split() if isinstance(value, str) else [value]
        known[value] = words[0] if words else ""
    return [known[value] for value in values]
