"""A workbook read back: what it was made from, and what the person made of it.

Every row is read, hidden and filtered ones too. What cannot be taken becomes a problem with the
address of its cell; only a file that cannot be used at all is an error.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lanzarote_data.errors import WorkbookError
from lanzarote_data.files import file_bytes
from lanzarote_data.package import Field, Resource
from lanzarote_data.problems import Location, Problem, error, warning
from lanzarote_data.tables import Key, Row, Source, Tables, key_text
from lanzarote_data.workbook import guard, layout
from lanzarote_data.workbook.base import FORMAT, PROPERTY, Base, read_base
from lanzarote_data.workbook.cells import cell_text
from lanzarote_data.workbook.choices import Choice, read_choices
from lanzarote_data.workbook.layout import HELPER, name_of_new

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

LARGEST_FILE = 400_000_000
LONGEST_HEADER = 60
SHARE_OF_HEADERS = 0.7
ProblemMaker = Callable[[str, Location, str, str], Problem]


@dataclass(frozen=True)
class SheetRow:
    """A row of a sheet as the person left it.

    ``row_id`` is what its id column says; ``shown_id`` what the grey column says, which for a
    new row may be a name such as ``new 1``; ``texts`` has the fields that have a column.
    """

    line: int
    row_id: str
    shown_id: str
    texts: Mapping[str, str]


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

    ``book`` are its cells as the person left them; ``choices`` are what the person chose where a
    review had shown a conflict.
    """

    name: str
    book: Workbook
    base: Base
    sheets: Mapping[str, SheetContent]
    choices: tuple[Choice, ...]
    problems: tuple[Problem, ...]


def read_workbook(path: Path, ours: Tables) -> WorkbookContent:
    """Read a workbook that was made from the package of these tables.

    :raises WorkbookError: the file is no workbook of ours, is damaged, or is not safe to open.
    """
    try:
        data = file_bytes(path, LARGEST_FILE)
    except OSError as reason:
        raise WorkbookError(
            f"{path} cannot be read: {reason.strerror}.",
            "Check its name, and close the program that has it open.",
        ) from reason
    guard.check(data, path.name)
    book = _open(data, path.name)
    base = read_base(_base_lines(book, path.name), ours.package, _digest_copies(book))
    reader = _Reader(book, base, ours)
    sheets = reader.read()
    choices = tuple(read_choices(book))
    return WorkbookContent(path.name, book, base, sheets, choices, tuple(reader.problems))


def _open(data: bytes, name: str) -> Workbook:
    from openpyxl import load_workbook

    try:
        # What openpyxl warns of is lost looks and drop-downs; we only read what the cells hold.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_workbook(io.BytesIO(data), rich_text=True)
    except Exception as reason:
        raise WorkbookError(
            f"{name} cannot be read as a workbook: {reason}.",
            "Open it in Excel, save it again, and try once more.",
        ) from reason


def _base_lines(book: Workbook, name: str) -> list[list[str]]:
    for worksheet in book.worksheets:
        if worksheet["A1"].value == FORMAT:
            return [["" if v is None else str(v) for v in row] for row in worksheet.values]
    raise WorkbookError(
        f"{name} lacks the hidden sheet {layout.BASE_SHEET!r}, which says what it was made from.",
        "Copy your edits into a workbook that was exported, and import that.",
    )


def _digest_copies(book: Workbook) -> Iterator[str]:
    """The digests that the properties of the file repeat, where they are still there."""
    for item in book.custom_doc_props.props:
        if item.name == PROPERTY and item.value:
            yield str(item.value)
    words = str(book.properties.description or "").strip()
    if len(words) == 64:
        yield words


class _Reader:
    """Reads the sheets of one workbook, and collects what is wrong with them."""

    def __init__(self, book: Workbook, base: Base, ours: Tables) -> None:
        self.book = book
        self.base = base
        self.ours = ours
        self.view = base.view
        self.problems: list[Problem] = []

    def read(self) -> dict[str, SheetContent]:
        """The sheets by the name of their table; a sheet that is gone is not in it."""
        for name in self.base.left_out:
            message = f"The workbook has {name}, which the data no longer has. It is not read."
            self.problems.append(warning("other-version", Location(), message))
        found = {}
        for resource, worksheet in self._matched():
            content = _SheetReader(self, resource, worksheet).read()
            if content:
                found[resource.name] = content
        return found

    def _matched(self) -> Iterator[tuple[Resource, Worksheet]]:
        """Each table that the workbook was made with, and its sheet, by name or by its header."""
        free = {worksheet.title: worksheet for worksheet in persons_sheets(self.book)}
        wanted = [t.resource for name, t in self.base.tables.items() if name in self.base.names]
        pairs = [(r, free.pop(layout.sheet_of(r, self.view).title, None)) for r in wanted]
        missing = []
        for resource, worksheet in pairs:
            chosen = worksheet or self._renamed(resource, free)
            if chosen is None:
                missing.append(layout.sheet_of(resource, self.view).title)
            else:
                yield resource, chosen
        self._tell_of_sheets(missing, list(free.values()))

    def _tell_of_sheets(self, missing: list[str], added: list[Worksheet]) -> None:
        """Say which sheets are missing and which are new; both at once may hide edits."""
        filled = [sheet for sheet in added if sum(1 for _ in sheet.values) > 1]
        for title in missing:
            message = f"The sheet {title!r} is missing. Its rows were not touched."
            hint = "To delete rows, delete them from their sheet and keep the sheet."
            self.problems.append(warning("missing-sheet", Location(source=title), message, hint))
        for sheet in added:
            place = Location(source=sheet.title)
            if missing and sheet in filled:
                message = (
                    f"The sheet {sheet.title!r} is not one of ours, and {missing[0]!r} is missing."
                )
                hint = f"If it was renamed, call it {missing[0]!r} again; if not, delete it."
                self.problems.append(error("unknown-sheet", place, message, hint))
            else:
                message = f"The sheet {sheet.title!r} is not one of ours. It is not read."
                self.problems.append(warning("added-sheet", place, message))

    def _renamed(self, resource: Resource, free: dict[str, Worksheet]) -> Worksheet | None:
        sheet = layout.sheet_of(resource, self.view)
        wanted = {column.header for column in sheet.columns}
        for title, worksheet in free.items():
            found = wanted & set(_headers(worksheet, wanted)[1].values())
            if len(found) > len(wanted) * SHARE_OF_HEADERS:
                message = (
                    f"The sheet {sheet.title!r} is now called {title!r}. It was read as before."
                )
                place = Location(resource.name, source=title)
                self.problems.append(warning("renamed-sheet", place, message))
                return free.pop(title)
        return None


def persons_sheets(book: Workbook) -> list[Worksheet]:
    """The sheets that a person works in: not those that only explain or that the machine reads."""
    return [sheet for sheet in book.worksheets if not _is_ours(sheet)]


def _is_ours(sheet: Worksheet) -> bool:
    """Whether a sheet is one of those; a sheet of rows stays a person’s, whatever it is called."""
    names = (layout.README_SHEET, layout.LISTS_SHEET, layout.REVIEW_SHEET, layout.CONFLICTS_SHEET)
    top = sheet.iter_rows(max_row=3, values_only=True)
    has_rows = any(layout.ID_HELPER in cells for cells in top)
    return sheet["A1"].value == FORMAT or (sheet.title in names and not has_rows)


def _headers(worksheet: Worksheet, wanted: Collection[str]) -> tuple[int, dict[int, str]]:
    """The row (from 1) with the most of the wanted headers, and its texts by column.

    It may stand anywhere: people write above it, and a sort can take it in among the rows.
    """
    best: tuple[int, dict[int, str]] = (1, {})
    most = -1
    for number, cells in enumerate(worksheet.iter_rows(values_only=True), start=1):
        texts = {i: str(v).strip() for i, v in enumerate(cells, start=1) if v is not None}
        short = {i: text for i, text in texts.items() if 0 < len(text) <= LONGEST_HEADER}
        there = len(set(short.values()) & set(wanted))
        if there > most and short:
            best, most = (number, short), there
        if there == len(wanted):
            break
    return best


@dataclass
class _SheetReader:
    """Reads one sheet."""

    reader: _Reader
    resource: Resource
    worksheet: Worksheet
    letters: dict[str, str] = field(default_factory=dict)

    def read(self) -> SheetContent | None:
        """The content of the sheet; None where its columns cannot be told apart."""
        sheet = layout.sheet_of(self.resource, self.reader.view)
        wanted = {column.header: column.field for column in sheet.columns}
        header_row, headers = _headers(self.worksheet, wanted.keys())
        columns = self._columns(header_row, headers, wanted)
        self._check_merged(header_row)
        if columns is None:
            return None
        first = self._first_row(header_row, columns)
        rows = tuple(self._rows(first, header_row, columns))
        title = self.worksheet.title
        return SheetContent(self.resource, title, header_row, self.letters, rows)

    def _columns(
        self, header_row: int, headers: Mapping[int, str], wanted: Mapping[str, Field | None]
    ) -> dict[int, Field | None] | None:
        """The field of each column that is read; None stands for the grey column of ids."""
        from openpyxl.utils import get_column_letter

        found = {number: text for number, text in headers.items() if text in wanted}
        self.letters.update(
            (field.name, get_column_letter(number))
            for number, text in found.items()
            if (field := wanted[text])
        )
        unnamed = self._unnamed(header_row, headers)
        fits = self._fits([*headers.values(), *unnamed], wanted)
        return {n: wanted[t] for n, t in found.items()} if fits else None

    def _unnamed(self, header_row: int, headers: Mapping[int, str]) -> list[str]:
        """The columns that have cells below the header, but no header of their own."""
        rows = self.worksheet.iter_rows(min_row=header_row + 1)
        filled = {cell.column_letter: cell.column for row in rows for cell in row if _plain(cell)}
        return [f"({letter})" for letter, number in filled.items() if number not in headers]

    def _first_row(self, header_row: int, columns: Mapping[int, Field | None]) -> int:
        """The first row that is read: above the header where it was sorted in among the rows."""
        above = list(self.worksheet.iter_rows(max_row=header_row - 1)) if header_row > 1 else []
        base = self.reader.base.tables[self.resource.name].by_key
        lines = [row[0].row for row in above if any(map(_plain, row))]
        if any(self._key(self._plain_texts(row, columns)) in base for row in above):
            message = f"The header stands in row {header_row}: it was sorted with the rows."
            hint = "Nothing was lost by that; every row was read."
            self._say(warning, "moved-header", message, hint)
            return 1
        if lines:
            message = f"What stands above the header, in row {lines[0]}, is not read."
            self._say(warning, "above-header", message, "Rows of the table belong below it.")
        return header_row + 1

    def _fits(self, texts: list[str], wanted: Mapping[str, Field | None]) -> bool:
        """Whether the columns can be told apart; says what was added, renamed or is missing."""
        doubled = sorted({t for t in texts if t in wanted and texts.count(t) > 1})
        missing = [t for t, f in wanted.items() if t not in texts and f is not None]
        added = [t for t in texts if t not in wanted and not t.startswith(HELPER)]
        keys = {self.resource.field(name).title for name in self.resource.primary_key}
        if doubled:
            hint = "Keep one of them."
            self._say(error, "doubled-column", f"The header {doubled[0]!r} stands twice.", hint)
        elif missing and added:
            message = f"The column {missing[0]!r} is missing, and there is a new one {added[0]!r}."
            hint = f"If it was renamed, write {missing[0]!r} into its header again."
            self._say(error, "renamed-column", message, hint)
        elif keys & set(missing):
            message = f"The column {missing[0]!r} is missing, so rows cannot be told apart."
            self._say(error, "missing-key", message, "Undo its deletion, or export anew.")
        else:
            self._tell(missing, added)
            return True
        return False

    def _tell(self, missing: Iterable[str], added: Iterable[str]) -> None:
        for text in missing:
            message = f"The column {text!r} is missing. It counts as not edited."
            self._say(warning, "missing-column", message)
        for text in added:
            message = f"The column {text!r} is not one of ours. It is not read."
            self._say(warning, "added-column", message)

    def _say(self, kind: ProblemMaker, code: str, message: str, hint: str = "") -> None:
        place = Location(self.resource.name, source=self.worksheet.title)
        self.reader.problems.append(kind(code, place, message, hint))

    def _check_merged(self, header_row: int) -> None:
        for merged in self.worksheet.merged_cells.ranges:
            if merged.max_row >= header_row:
                place = Location(
                    self.resource.name, source=f"{self.worksheet.title}!{merged.coord}"
                )
                message = f"The cells {merged.coord} are merged, so texts are lost or misplaced."
                hint = "Undo the merging (Home, Merge & Centre) and fill in each cell."
                self.reader.problems.append(error("merged-cells", place, message, hint))

    def _rows(
        self, first: int, header_row: int, columns: Mapping[int, Field | None]
    ) -> Iterator[SheetRow]:
        for cells in self.worksheet.iter_rows(min_row=first):
            filled = {n: cells[n - 1] for n in columns if n <= len(cells)}
            is_row = cells[0].row != header_row and any(map(_plain, filled.values()))
            row = self._row(cells[0].row, filled, columns) if is_row else None
            if row:
                yield row

    def _row(
        self, line: int, cells: Mapping[int, Cell], columns: Mapping[int, Field | None]
    ) -> SheetRow | None:
        key = self.resource.primary_key
        plain = self._plain_texts(list(cells.values()), columns)
        found = self._key(plain)
        row_id = key_text(found)
        before = self.reader.base.tables[self.resource.name].by_key.get(found, {})
        if not self.resource.typed_id and not any(
            t for n, t in plain.items() if n not in ("", *key)
        ):
            return self._emptied(line, row_id, plain.get("", ""), before)
        texts = {}
        for number, item in columns.items():
            if item and (self.resource.typed_id or item.name not in key):
                texts[item.name] = self._text(cells.get(number), item, before, row_id)
        return SheetRow(line, row_id, name_of_new(plain.get("", "")), texts)

    @staticmethod
    def _plain_texts(cells: Iterable[Cell], columns: Mapping[int, Field | None]) -> dict[str, str]:
        """The plain texts of a row by field; that of the grey id under the empty name."""
        named = ((columns[cell.column], cell) for cell in cells if cell.column in columns)
        return {field.name if field else "": _plain(cell) for field, cell in named}

    def _key(self, plain: Mapping[str, str]) -> Key:
        """The key of a row, from the plain texts of its cells."""
        names = self.resource.primary_key
        return tuple(name_of_new(self._referred(name, plain.get(name, ""))) for name in names)

    def _referred(self, name: str, text: str, before: str = "") -> str:
        """For a foreign key the id that the cell begins with: ``R2-II Legal frameworks``.

        An id counts that is there now, or was when the workbook was made.
        """
        reference = self.resource.reference(name)
        first = text.split(None, 1)[0] if text.strip() else ""
        if reference is None or not first:
            return text
        if name_of_new(text) in layout.PROVISIONAL:
            return name_of_new(text)
        sides = (self.reader.ours, self.reader.base.tables)
        known = first == before or any(side.find(reference.resource, first) for side in sides)
        return first if known else text

    def _emptied(self, line: int, row_id: str, shown_id: str, before: Row) -> SheetRow | None:
        """A row that has nothing but an id: emptied, not deleted; without one it is no row.

        It is refused, and counts as it was before.
        """
        if not row_id:
            return None
        letter = next(iter(self.letters.values()), "A")
        place = Location(self.resource.name, row_id, "", f"{self.worksheet.title}!{letter}{line}")
        message = f"The row of {row_id} was emptied, but is still there."
        hint = "To delete it, delete the whole row; to keep it, undo."
        self.reader.problems.append(error("emptied-row", place, message, hint))
        kept = {name: before.get(name, "") for name in self.letters if before}
        return SheetRow(line, row_id, shown_id, kept) if before else None

    def _text(self, cell: Cell | None, field_: Field, before: Row, row_id: str) -> str:
        from openpyxl.cell.cell import MergedCell

        if cell is None or isinstance(cell, MergedCell):  # merging is refused; nothing was erased
            return before.get(field_.name, "")
        text, fault = cell_text(cell, field_, before.get(field_.name, ""))
        if fault:
            kind = warning if fault.harmless else error
            place = f"{self.worksheet.title}!{cell.coordinate}"
            where = Location(self.resource.name, row_id, field_.name, place)
            stood = before.get(field_.name, "")
            hint = fault.hint + (f" Before, “{stood[:80]}” stood there." if stood else "")
            self.reader.problems.append(kind(fault.code, where, fault.message, hint))
        return self._referred(field_.name, text, before.get(field_.name, ""))


def _plain(cell: Cell) -> str:
    """What a cell shows, or its formula."""
    return "" if cell.value is None else str(getattr(cell.value, "text", cell.value)).strip()
