"""Read the rows of a sheet, hidden and filtered ones too, each with its id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from lanzarote_data.model.package import Field, Resource
from lanzarote_data.model.problems import Location, Problem, error, warning
from lanzarote_data.model.tables import Key, Row, Source, Tables, key_text
from lanzarote_data.text.markup import plain
from lanzarote_data.text.references import LOCATOR, canonical_locator
from lanzarote_data.workbook import layout
from lanzarote_data.workbook.cells import cell_text
from lanzarote_data.workbook.columns import SheetColumns
from lanzarote_data.workbook.grid import Grid, Value, shown
from lanzarote_data.workbook.layout import Column, name_of_new

Cells = Sequence[Value]


class SheetRow(NamedTuple):
    """A row of a sheet as the person left it.

    ``row_id`` is the id in its id column; ``shown_id`` that in the grey column, which for a new
    row may be a name such as ``new 1``; ``texts`` has the fields that have a column. Those of a
    row that is ``untouched`` are the row of the base itself.
    """

    line: int
    row_id: str
    shown_id: str
    texts: Mapping[str, str]
    untouched: bool = False


@dataclass(frozen=True)
class SheetContent:
    """The rows of a sheet, its name and header row, and the letters of its columns by field.

    ``columns`` are those that its layout has, ``id_letter`` is that of the ids.
    """

    resource: Resource
    name: str
    header_row: int
    letters: Mapping[str, str]
    rows: tuple[SheetRow, ...]
    columns: tuple[Column, ...] = ()
    id_letter: str = "A"

    def source(self, row: SheetRow) -> Source:
        """Where a person finds the row."""
        return Source(self.name, row.line, self.letters)

    @property
    def sheet_place(self) -> Location:
        """The place of the sheet."""
        return Location(self.resource.name, source=self.name)

    def place(self, row: SheetRow, field_name: str = "") -> Location:
        """The place of the row, or of one of its cells."""
        source = self.source(row).place(field_name)
        return Location(self.resource.name, row.row_id, field_name, source)

    def place_of_id(self, row: SheetRow) -> Location:
        """The place of the id of the row, in a column that may be hidden."""
        source = f"{self.name}!{self.id_letter}{row.line}"
        return Location(self.resource.name, row.row_id, "", source)


class RowReader:
    """Reads the rows of one sheet, and collects in ``problems`` what is wrong with them.

    ``ours`` and ``base`` are the tables now, and as they were when the workbook was made.
    """

    def __init__(self, grid: Grid, columns: SheetColumns, ours: Tables, base: Tables) -> None:
        self.resource = columns.sheet.resource
        self.grid = grid
        self.columns = columns
        self.sides = (ours, base)
        self.before = base[self.resource.name].by_key
        self.letters = columns.letters
        self.problems: list[Problem] = []
        self._typed: dict[str, dict[str, str]] = {}

    def read(self) -> Iterator[SheetRow]:
        """The rows, from the top of the sheet to its end."""
        first = self._first_row()
        looks = self.grid.looks
        self._lines = {line for line, _ in (*looks.struck, *looks.links)}
        for line, cells in enumerate(self.grid.rows[first - 1 :], start=first):
            if line != self.columns.header_row:
                row = self._row(line, cells)
                if row:
                    if line in self._lines:
                        self._look_at(row, cells)
                    yield row

    def _look_at(self, row: SheetRow, cells: Cells) -> None:
        """Tell what is lost of the look of a row: words that are struck out, and links."""
        looks, names = self.grid.looks, [(n, c.fields[0]) for n, c in self._contents]
        struck = [name for n, name in names if (row.line, n + 1) in looks.struck]
        if struck:
            message = "Words are struck out here: are they meant to be deleted? They are read."
            hint = "To delete words, delete them; to delete the row, delete the whole row."
            where = self._place(row.line, row.row_id, struck[0])
            self.problems.append(warning("struck-out", where, message, hint))
        for number, name in names:
            link = looks.links.get((row.line, number + 1), "")
            if link.removeprefix("mailto:").rstrip("/") not in shown(cells[number]):
                message = f"The cell has a link to {link}, which is not imported; its words are."
                hint = "If the source has the link, write [words](address)."
                where = self._place(row.line, row.row_id, name)
                self.problems.append(warning("link-ignored", where, message, hint))

    def _first_row(self) -> int:
        """The first row that is read: above the header if that was sorted in among the rows."""
        header_row = self.columns.header_row
        above = self.grid.rows[: header_row - 1]
        if any(self._key(self._plain_texts(cells)) in self.before for cells in above):
            message = f"The header is in row {header_row}: it was sorted with the rows."
            self._warn("moved-header", message, "Nothing was lost by that; every row was read.")
            return 1
        filled = [line for line, cells in enumerate(above, start=1) if any(map(shown, cells))]
        if filled:
            message = f"Row {filled[0]}, above the header, is ignored."
            self._warn("above-header", message, "Rows of the table belong below the header.")
        return header_row + 1

    def _warn(self, code: str, message: str, hint: str) -> None:
        place = Location(self.resource.name, source=self.grid.title)
        self.problems.append(warning(code, place, message, hint))

    def _row(self, line: int, cells: Cells) -> SheetRow | None:
        """A row; None where all its cells are empty."""
        plain = self._plain_texts(cells)
        if not any(plain.values()):
            return None
        key = self._key(plain)
        row_id, shown_id = key_text(key), name_of_new(plain.get("", ""))
        before = self.before.get(key, {})
        texts: dict[str, str] = {}
        for place, column in self._contents:
            if column.parts:
                texts |= self._texts(line, cells[place], column.parts, before, row_id)
            elif column.field:
                old = before.get(column.field.name, "")
                texts[column.field.name] = self._text(line, cells[place], column.field, old, row_id)
        if before and shown_id in ("", row_id) and _agrees(texts, before):
            return SheetRow(line, row_id, shown_id, before, untouched=True)
        if not self.resource.typed_id and not any(plain[name] for name in texts):
            return self._emptied(line, row_id, shown_id, before)
        return SheetRow(line, row_id, shown_id, texts)

    @cached_property
    def _contents(self) -> list[tuple[int, Column]]:
        """The columns that are read into the texts of a row: ids only where people type them."""
        ids = () if self.resource.typed_id else self.resource.primary_key
        read = self.columns.read.items()
        return [(n, column) for n, column in read if column.field and column.field.name not in ids]

    @cached_property
    def _names(self) -> list[tuple[str, int]]:
        """The fields and the numbers of their columns; the grey id under the empty name."""
        read = self.columns.read.items()
        return [(name, number) for number, column in read for name in column.fields or ("",)]

    def _plain_texts(self, cells: Cells) -> dict[str, str]:
        """The plain texts of a row by field; that of the grey id under the empty name."""
        return {name: shown(cells[place]) for name, place in self._names}

    def _key(self, plain: Mapping[str, str]) -> Key:
        """The key of a row, from the plain texts of its cells."""
        names = self.resource.primary_key
        return tuple(name_of_new(self._referred(name, plain.get(name, ""))) for name in names)

    def _referred(self, name: str, text: str, before: str = "") -> str:
        """For a foreign key the id that the cell begins with: ``R2-II Legal frameworks``.

        It counts as an id if it is one now, was one when the workbook was made, or is the text
        ``before``.
        """
        if self.resource.reference(name) is None or not text.strip():
            return text
        if name_of_new(text) in layout.PROVISIONAL:
            return name_of_new(text)
        return self._known(name, text, before) or text

    def _known(self, name: str, text: str, before: str) -> str:
        """The id that a text means in the table to which a foreign key refers; empty if none."""
        reference = self.resource.reference(name)
        if reference is None or not text.strip():
            return ""
        begun = self._begun_with(name, text, before)
        return begun or self._meant(reference.resource).get(text.casefold(), "")

    def _begun_with(self, name: str, text: str, before: str) -> str:
        """The id with which a text begins; empty if it is none of the table."""
        reference = self.resource.reference(name)
        if reference is None or not text.strip():
            return ""
        first = text.split()[0]
        known = any(side.find(reference.resource, first) for side in self.sides)
        return first if known or first == before else ""

    def _meant(self, name: str) -> dict[str, str]:
        """The ids of a table by what people type for them: an id in other case, a label alone.

        A label that two rows have means none of them.
        """
        if name not in self._typed:
            table = self.sides[0][name]
            ids = [key_text(key) for key in table.rank]
            labels = [plain(row.get(table.resource.label, "")).casefold() for row in table.rows]
            once = {label for label, times in Counter(labels).items() if label and times == 1}
            said = {label: i for label, i in zip(labels, ids, strict=True) if label in once}
            self._typed[name] = said | {i.casefold(): i for i in ids}
        return self._typed[name]

    def _emptied(self, line: int, row_id: str, shown_id: str, before: Row) -> SheetRow | None:
        """A row that has nothing but an id: it is refused, and counts as it was before.

        Without an id it is no row.
        """
        if not row_id:
            return None
        message = f"The row of {row_id} was emptied, but not deleted."
        hint = "To delete it, delete the whole row; to keep it, undo."
        self.problems.append(error("emptied-row", self._place(line, row_id), message, hint))
        if not before:
            return None
        kept = {name: before.get(name, "") for name, _ in self._names if name}
        return SheetRow(line, row_id, shown_id, kept)

    def _place(self, line: int, row_id: str, field: str = "") -> Location:
        """The place of a row, or of one of its cells."""
        source = Source(self.grid.title, line, self.letters).place(field)
        return Location(self.resource.name, row_id, field, source)

    def _texts(
        self, line: int, value: Value, names: Sequence[str], before: Row, row_id: str
    ) -> dict[str, str]:
        """The texts of fields that share a cell: the one whose table has the row that is meant.

        A name for a new row, and what means no row, are in the first.
        """
        old = next((before[name] for name in names if before.get(name)), "")
        text = self._text(line, value, self.resource.field(names[0]), old, row_id)
        known = (
            (name, find(name, text, before.get(name, "")))
            for find in (self._begun_with, self._known)  # ids are quicker to find than labels
            for name in names
        )
        name, meant = next((one for one in known if one[1]), (names[0], text))
        return dict.fromkeys(names, "") | {name: meant}

    def _text(self, line: int, value: Value, field: Field, old: str, row_id: str) -> str:
        """The canonical text of a cell; the text before where the cell is refused."""
        text, problem = cell_text(value, field, old)
        if problem:
            kind = warning if problem.is_warning else error
            hint = problem.hint + (f" Before, it was “{old[:80]}”." if old else "")
            where = self._place(line, row_id, field.name)
            self.problems.append(kind(problem.code, where, problem.message, hint))
        if field.name == LOCATOR and text != old:
            return canonical_locator(text)
        words = {word.casefold(): word for word in field.constraints.enum}
        return words.get(text.casefold()) or self._referred(field.name, text, old)


def _agrees(texts: Mapping[str, str], before: Row) -> bool:
    return all(text == before.get(name) for name, text in texts.items())
