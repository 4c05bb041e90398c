"""A sheet with its rows, hidden and filtered ones too, each with its id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from lanzarote_data.model.package import Field, Resource
from lanzarote_data.model.problems import Location, Problem, error, warning
from lanzarote_data.model.tables import Key, Row, Source, Tables, key_text
from lanzarote_data.text.markup import plain
from lanzarote_data.text.references import LOCATOR, canonical_locator
from lanzarote_data.workbook.cells import Grid, Value, cell_text, letter, shown
from lanzarote_data.workbook.layout import PROVISIONAL, Column, Sheet, name_of_new

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
    """A sheet as a person left it: its layout and name, its columns, and the rows that were read.

    ``read`` are the columns that were found, by their numbers from 0; the number of the
    ``header_row`` counts from 1. ``fits`` is whether every field can be found by its header.
    """

    sheet: Sheet
    name: str
    header_row: int
    read: Mapping[int, Column]
    fits: bool = True
    rows: tuple[SheetRow, ...] = ()

    @property
    def resource(self) -> Resource:
        """The table that it shows."""
        return self.sheet.resource

    @cached_property
    def letters(self) -> Mapping[str, str]:
        """The letter of the column in which a person sees each field, and under ``""`` the id."""
        found = {name: letter(n) for n, column in self.read.items() for name in column.fields}
        grey = [letter(n) for n, column in self.read.items() if column.field is None]
        hidden = [n for column in self.sheet.columns if column.hidden for n in column.fields]
        return found | {name: place for place in grey for name in ("", *hidden)}

    def source(self, line: int) -> Source:
        """Where a person finds a row."""
        return Source(self.name, line, self.letters)

    @property
    def sheet_place(self) -> Location:
        """The place of the sheet."""
        return Location(self.resource.name, source=self.name)

    def place(self, row: SheetRow, field: str = "") -> Location:
        """The place of a row, or of one of its cells."""
        return self.place_at(row.line, row.row_id, field)

    def place_at(self, line: int, row_id: str, field: str = "") -> Location:
        """The place of a row of this line and id, or of one of its cells."""
        return Location(self.resource.name, row_id, field, self.source(line).place(field))

    def place_of_id(self, row: SheetRow) -> Location:
        """The place of the id of a row, in a column that may be hidden."""
        ids = {*self.resource.primary_key}
        column = next((letter(n) for n, c in self.read.items() if ids & {*c.fields}), "A")
        return Location(self.resource.name, row.row_id, "", f"{self.name}!{column}{row.line}")


class RowReader:
    """Reads the rows of one sheet, and collects in ``problems`` what is wrong with them.

    ``ours`` and ``base`` are the tables now, and as they were when the workbook was made.
    """

    def __init__(self, grid: Grid, content: SheetContent, ours: Tables, base: Tables) -> None:
        self.resource = content.resource
        self.grid = grid
        self.content = content
        self.sides = (ours, base)
        self.before = base[self.resource.name].by_key
        self.problems: list[Problem] = []
        ids = () if self.resource.typed_id else self.resource.primary_key
        read = content.read.items()
        # Ids are among the texts of a row only where people type them.
        self._contents = [(n, c) for n, c in read if c.field and c.field.name not in ids]
        # The grey id is under the empty name.
        self._names = [(name, number) for number, c in read for name in c.fields or ("",)]
        self._typed: dict[str, dict[str, str]] = {}
        self._known: dict[tuple[str, Value, str] | None, str] = {}

    def read(self) -> Iterator[SheetRow]:
        """The rows, from the top of the sheet to its end."""
        first = self._first_row()
        looks = self.grid.looks
        looked_at = {line for line, _ in (*looks.struck, *looks.links)}
        for line, cells in enumerate(self.grid.rows[first - 1 :], start=first):
            row = self._row(line, cells) if line != self.content.header_row else None
            if row:
                if line in looked_at:
                    self._look_at(row, cells)
                yield row

    def _look_at(self, row: SheetRow, cells: Cells) -> None:
        """Tell what is lost of the look of a row: words that are struck out, and links."""
        looks, names = self.grid.looks, [(n, c.fields[0]) for n, c in self._contents]
        struck = [name for n, name in names if (row.line, n + 1) in looks.struck]
        if struck:
            message = "Words are struck out here: are they meant to be deleted? They are read."
            hint = "To delete words, delete them; to delete the row, delete the whole row."
            where = self.content.place(row, struck[0])
            self.problems.append(warning("struck-out", where, message, hint))
        for number, name in names:
            link = looks.links.get((row.line, number + 1), "")
            if link.removeprefix("mailto:").rstrip("/") not in shown(cells[number]):
                message = f"The cell has a link to {link}, which is not imported; its words are."
                hint = "If the source has the link, write [words](address)."
                where = self.content.place(row, name)
                self.problems.append(warning("link-ignored", where, message, hint))

    def _first_row(self) -> int:
        """The first row that is read: above the header if that was sorted in among the rows."""
        header_row, place = self.content.header_row, self.content.sheet_place
        above = self.grid.rows[: header_row - 1]
        if any(self._key(self._plain_texts(cells)) in self.before for cells in above):
            message = f"The header is in row {header_row}: it was sorted with the rows."
            hint = "Nothing was lost by that; every row was read."
            self.problems.append(warning("moved-header", place, message, hint))
            return 1
        filled = [line for line, cells in enumerate(above, start=1) if any(map(shown, cells))]
        if filled:
            message = f"Row {filled[0]}, above the header, is ignored."
            hint = "Rows of the table belong below the header."
            self.problems.append(warning("above-header", place, message, hint))
        return header_row + 1

    def _row(self, line: int, cells: Cells) -> SheetRow | None:
        """A row; None where all its cells are empty."""
        plain_texts = self._plain_texts(cells)
        if not any(plain_texts.values()):
            return None
        key = self._key(plain_texts)
        row_id, shown_id = key_text(key), name_of_new(plain_texts.get("", ""))
        before = self.before.get(key, {})
        texts: dict[str, str] = {}
        for place, column in self._contents:
            if column.parts:
                texts |= self._texts(line, cells[place], column.parts, before, row_id)
            elif column.field:
                old = before.get(column.field.name, "")
                texts[column.field.name] = self._text(line, cells[place], column.field, old, row_id)
        agrees = all(text == before.get(name) for name, text in texts.items())
        if before and agrees and shown_id in ("", row_id):
            return SheetRow(line, row_id, shown_id, before, untouched=True)
        if not self.resource.typed_id and not any(plain_texts[name] for name in texts):
            return self._emptied(line, row_id, shown_id, before)
        return SheetRow(line, row_id, shown_id, texts)

    def _plain_texts(self, cells: Cells) -> dict[str, str]:
        """The plain texts of a row by field; that of the grey id under the empty name."""
        return {name: shown(cells[place]) for name, place in self._names}

    def _key(self, texts: Mapping[str, str]) -> Key:
        """The key of a row, from the plain texts of its cells."""
        names = self.resource.primary_key
        return tuple(name_of_new(self._referred(name, texts.get(name, ""))) for name in names)

    def _referred(self, name: str, text: str, before: str = "") -> str:
        """The id that a text means in a foreign key, as ``R2-II Legal frameworks`` does.

        Where it means none, and in other fields, it is the text.
        """
        if self.resource.reference(name) is None or not text.strip():
            return text
        if name_of_new(text) in PROVISIONAL:
            return name_of_new(text)
        return self._begun_with(name, text, before) or self._meant(name, text) or text

    def _begun_with(self, name: str, text: str, before: str) -> str:
        """The id with which a text begins; empty if it is none of the table referred to.

        It counts as an id if it is one now, was one when the workbook was made, or is the text
        ``before``.
        """
        reference, first = self.resource.reference(name), text.split()[0]
        known = reference and any(side.find(reference.resource, first) for side in self.sides)
        return first if known or first == before else ""

    def _meant(self, name: str, text: str, _: str = "") -> str:
        """The id that people mean who type it in other case, or a label alone; empty if none.

        A label that two rows have means none of them.
        """
        reference = self.resource.reference(name)
        if reference and reference.resource not in self._typed:
            table = self.sides[0][reference.resource]
            ids = [key_text(key) for key in table.rank]
            labels = [plain(row.get(table.resource.label, "")).casefold() for row in table.rows]
            once = {label for label, times in Counter(labels).items() if label and times == 1}
            said = {label: i for label, i in zip(labels, ids, strict=True) if label in once}
            self._typed[reference.resource] = said | {i.casefold(): i for i in ids}
        return self._typed[reference.resource].get(text.casefold(), "") if reference else ""

    def _emptied(self, line: int, row_id: str, shown_id: str, before: Row) -> SheetRow | None:
        """A row that has nothing but an id: it is refused, and counts as it was before.

        Without an id it is no row.
        """
        if not row_id:
            return None
        message = f"The row of {row_id} was emptied, but not deleted."
        hint = "To delete it, delete the whole row; to keep it, undo."
        where = self.content.place_at(line, row_id)
        self.problems.append(error("emptied-row", where, message, hint))
        if not before:
            return None
        kept = {name: before.get(name, "") for name, _ in self._names if name}
        return SheetRow(line, row_id, shown_id, kept)

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
            for find in (self._begun_with, self._meant)  # ids are quicker to find than labels
            for name in (names if text.strip() else ())
        )
        name, meant = next((one for one in known if one[1]), (names[0], text))
        return dict.fromkeys(names, "") | {name: meant}

    def _text(self, line: int, value: Value, field: Field, old: str, row_id: str) -> str:
        """The canonical text of a cell; the text before where the cell is refused."""
        cell = (field.name, value, old) if self._repeats(field, value) else None
        if cell in self._known:
            return self._known[cell]
        text, problem = cell_text(value, field, old)
        if problem:
            hint = problem.hint + (f" Before, it was “{old[:80]}”." if old else "")
            where = self.content.place_at(line, row_id, field.name)
            self.problems.append(replace(problem, location=where, hint=hint))
        if field.name == LOCATOR and text != old:
            return canonical_locator(text)
        words = {word.casefold(): word for word in field.constraints.enum}
        text = words.get(text.casefold()) or self._referred(field.name, text, old)
        if cell and not problem:
            self._known[cell] = text
        return text

    def _repeats(self, field: Field, value: Value) -> bool:
        """Whether many rows may have a text of a field, so that what it means is kept."""
        chosen = bool(field.constraints.enum) or self.resource.reference(field.name) is not None
        return chosen and type(value) is str
