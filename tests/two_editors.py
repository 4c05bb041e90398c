"""Two people who edit workbooks of one package, and a model that knows only cells.

The model holds the tables as rows of texts, each person’s workbook as the rows that it was made
with and the rows that it has now, and what was imported as cells before and after. What an import
or an undo must do follows from these alone; the real path goes through real files. After each step
the tables on disk must be those of the model.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from lanzarote_data.model.changes import Change
from lanzarote_data.model.merge import Conflict
from lanzarote_data.model.package import Package
from lanzarote_data.model.problems import has_errors
from lanzarote_data.model.tables import Table, Tables, key_text
from lanzarote_data.store.history import read_history
from lanzarote_data.store.lock import locked
from lanzarote_data.store.tables import read_tables, write_tables
from lanzarote_data.validate.package import validate_package
from lanzarote_data.workbook.exports import export_workbook
from lanzarote_data.workbook.imports import Outcome, import_workbooks
from lanzarote_data.workbook.layout import ID_HELPER, view_named
from lanzarote_data.workbook.undo import undo
from tests.packages import copy_package
from tests.unicode_texts import any_text
from tests.workbooks import Edit, column, edit, line, review, tables_bytes

Place = tuple[str, str]
"""A row: its table and its id."""
Cell = tuple[str, str, str]
"""A cell, or with an empty field a whole row."""
Texts = dict[str, str]
Rows = dict[Place, Texts]
Side = Literal["ours", "theirs"]

SHEETS = {
    "recommendations": "Recommendations",
    "observations": "Observations",
    "citations": "Citations",
}
HEADERS = {"text": "Text", "topic": "Sub-heading"}
PARENTS = {
    "recommendation_id": "recommendations",
    "observation_id": "observations",
    "practice_id": "practices",
    "chapter_id": "chapters",
}
IN_VIEW = {"BEL": r"R2-BEL-.*", "FIN": r"R2-FIN-.*", "ALL": r"R2-(?:ALL-.*|[IVX]+\.[0-9]+)"}
CHAPTERS = {"BEL": "R2-II", "FIN": "R2-II"}
MOST_NEW = 3


@dataclass
class NewRow:
    """An observation that a person added, and as which row of the tables it was taken in."""

    texts: Texts
    name: str
    note: str
    taken_as: str = ""


@dataclass
class Desk:
    """A person’s workbook: the rows that it was made with, those that it has now, and new ones.

    ``pending`` are edits not saved to the file yet; ``choices`` are those made in a review: the
    side, and what the tables said then; ``has_notes`` says that a review put notes to cells.
    """

    folder: Path
    view: str = ""
    base: Rows = field(default_factory=dict)
    mine: Rows = field(default_factory=dict)
    new: list[NewRow] = field(default_factory=list)
    choices: dict[Cell, tuple[Side, object]] = field(default_factory=dict)
    pending: list[Edit] = field(default_factory=list)
    has_notes: bool = False
    replaces: frozenset[str] = frozenset()

    @property
    def path(self) -> Path:
        return self.folder / f"{self.view}.xlsx"

    @property
    def export(self) -> object:
        """What tells the export from others: the same rows make the same one."""
        return self.view, self.base

    @property
    def file(self) -> str:
        """The digest of the file with all edits in it."""
        return hashlib.sha256(self.saved().read_bytes()).hexdigest()

    def saved(self) -> Path:
        """The file with all edits in it."""
        if self.pending:
            edit(self.path, *self.pending)
            self.pending = []
        return self.path

    def copy(self, *edits: Edit) -> Path:
        """A copy of the file with something else done to it."""
        path = self.folder / f"{self.view} copy.xlsx"
        shutil.copy(self.saved(), path)
        return edit(path, *edits)


@dataclass
class Imported:
    """An import or an undo: the export, the files, and each cell or row before and after.

    ``settled`` are the cells that a choice settled, with the side, and what the tables and the
    workbook had. ``files`` are the workbook and those that it is a review of. ``batch`` is the
    number of the first of those that were imported together.
    """

    batch: int
    export: object = None
    files: frozenset[str] = frozenset()
    changes: dict[Cell, tuple[object, object]] = field(default_factory=dict)
    settled: dict[Cell, tuple[Side, object, object]] = field(default_factory=dict)
    undoes: tuple[int, ...] = ()


Log = list[Imported]


def active(log: Log) -> Log:
    """Those that were not undone."""
    undone: set[int] = set()
    for number in reversed(range(len(log))):
        if number not in undone:
            undone.update(log[number].undoes)
    return [one for number, one in enumerate(log) if number not in undone]


def imported_files(log: Log) -> frozenset[str]:
    """The digests of all files that count as imported."""
    return frozenset(name for one in active(log) for name in one.files)


@dataclass
class Expected:
    """What must come of importing a workbook."""

    rows: Rows
    conflicts: set[Cell] = field(default_factory=set)
    added: list[NewRow] = field(default_factory=list)
    told: set[Cell] = field(default_factory=set)
    settled: dict[Cell, tuple[Side, object, object]] = field(default_factory=dict)


def merged(truth: Rows, desk: Desk, settle: Side | None, log: Log) -> Expected:
    """The merge of a workbook into the tables, cell by cell.

    Without ``settle``, the choices made in the workbook count.
    """
    told = Expected({place: dict(texts) for place, texts in truth.items()})
    before = Memory(desk, log)
    mine = desk.mine | before.added
    for place in dict.fromkeys([*desk.base, *before.added, *before.places]):
        for cell in _cells(desk.base, truth, mine, place):
            base, ours, theirs = (_value(rows, cell) for rows in (desk.base, truth, mine))
            if place in before.added and place not in desk.base:
                base = _value(before.added, cell)
            if ours == theirs:
                continue
            is_kept = before.kept.get(cell) == (ours, theirs)
            is_known = is_kept or before.shows(cell, base, theirs)
            is_left = desk.choices.get(cell, ("",))[0] == "ours" and ours == base
            lacks_row = theirs is None and (is_known or is_left)
            side = _side(desk, truth, cell, settle, lacks_row)
            if is_left:
                side = side or "ours"
            elif is_known:
                if side is None and not is_kept:
                    told.told.add(cell)
            elif theirs == base:
                continue
            elif ours == base:
                _put(told.rows, cell, theirs)
                continue
            elif side is None:
                told.conflicts.add(cell)
            if side == "theirs":
                _put(told.rows, cell, theirs)
            if side == "theirs" or (side and not is_kept):
                told.settled[cell] = (side, ours, theirs)
    told.added = [
        row
        for row in desk.new
        if ("observations", row.taken_as) not in truth.keys() | before.added.keys()
    ]
    return told


class Memory:
    """What the log knows of a person’s workbook: what cells of this export were imported as."""

    def __init__(self, desk: Desk, log: Log) -> None:
        own = [one for one in active(log) if one.export == desk.export]
        files = imported_files(log)
        self.values = {cell: new for one in own for cell, (_, new) in one.changes.items()}
        if desk.file in files:
            self.values |= {c: new for c, (_, new) in differences(desk.base, desk.mine).items()}
        settled = {cell: how for one in own for cell, how in one.settled.items()}
        self.kept = {cell: how[1:] for cell, how in settled.items() if how[0] == "ours"}
        taken = {row.taken_as for row in desk.new if row.taken_as}
        self.places = [cell[:2] for cell in self.values]
        self.added = {
            (table, key): dict(row)
            for (table, key, name), row in self.values.items()
            if not name and isinstance(row, Mapping) and key.split(".")[0] in taken
        }

    def shows(self, cell: Cell, base: object, theirs: object) -> bool:
        """Whether a cell shows what it was made with, or what it was imported as."""
        row = self.added.get(cell[:2])
        if row is not None and cell[2]:
            return theirs in (base, self.values.get(cell, row[cell[2]]))
        return cell in self.values and theirs in (base, self.values[cell])


def _side(desk: Desk, truth: Rows, cell: Cell, settle: Side | None, lacks_row: bool) -> Side | None:
    """How a cell is settled; a row that is only missing is never deleted for a whole workbook."""
    if settle:
        return None if lacks_row else settle
    side, then = desk.choices.get(cell, (None, None))
    return side if then == _value(truth, cell) else None


def _cells(base: Rows, truth: Rows, mine: Rows, place: Place) -> Iterator[Cell]:
    """The cells of a row that all sides have; else the row as a whole."""
    rows = [rows.get(place) for rows in (base, truth, mine)]
    if rows[1] is not None and rows[2] is not None:
        yield from ((*place, name) for name in rows[2])
    else:
        yield (*place, "")


def _value(rows: Rows, cell: Cell) -> object:
    row = rows.get(cell[:2])
    return dict(row) if row is not None and not cell[2] else row and row[cell[2]]


def _put(rows: Rows, cell: Cell, value: object) -> None:
    """Put a text into a cell, or put a whole row in or out."""
    if cell[2]:
        rows[cell[:2]][cell[2]] = str(value)
    elif isinstance(value, Mapping):
        rows[cell[:2]] = dict(value)
    else:
        rows.pop(cell[:2], None)


def differences(before: Rows, after: Rows) -> dict[Cell, tuple[object, object]]:
    """Each cell that differs, or each row that only one of them has."""
    found: dict[Cell, tuple[object, object]] = {}
    for place in dict.fromkeys([*before, *after]):
        for cell in _cells(before, before, after, place):
            old, new = _value(before, cell), _value(after, cell)
            if old != new:
                found[cell] = (old, new)
    return found


def _holds_together(rows: Rows) -> bool:
    """Whether each marker has its footnote, and each footnote its text."""
    noted = {
        (table, row[name], row["marker"])
        for (kind, _), row in rows.items()
        for name, table in PARENTS.items()
        if kind == "citations" and row[name]
    }
    marked = {
        (table, key, number)
        for (table, key), row in rows.items()
        for number in re.findall(r"\[\^([0-9]+)\]", row.get("text", row.get("introduction", "")))
        if table in PARENTS.values()
    }
    return noted == marked


def rows_on_disk(package: Package) -> Rows:
    """All rows as they are in the files but those that follow from others."""
    reading = read_tables(package)
    assert reading.problems == ()
    return {
        (name, key_text(table.key(row))): dict(row)
        for name, table in reading.tables.items()
        for row in table.rows
        if not table.resource.derived
    }


def written(value: str) -> Callable[[Any], None]:
    """Put a text into a cell as a text, as a person does with an apostrophe before it."""

    def put(cell: Any) -> None:
        cell.value = value or None
        if value:
            cell.data_type = "s"

    return put


def put_text(table: str, key: str, name: str, text: str) -> Edit:
    """Write into a cell of a row that is there."""

    def change(book: Any) -> None:
        sheet = book[SHEETS[table]]
        written(text)(sheet.cell(line(sheet, key), column(sheet, HEADERS[name])))

    return change


def add_row(table: str, texts: Mapping[str, str]) -> Edit:
    """Write a row below the last."""

    def change(book: Any) -> None:
        sheet = book[SHEETS[table]]
        filled = [row[0].row for row in sheet.iter_rows() if any(cell.value for cell in row)]
        for header, text in texts.items():
            written(text)(sheet.cell(max(filled) + 1, column(sheet, header)))

    return change


def delete_rows(table: str, *keys: str) -> Edit:
    """Delete whole rows."""

    def change(book: Any) -> None:
        for key in keys:
            book[SHEETS[table]].delete_rows(line(book[SHEETS[table]], key))

    return change


def rearranged(table: str, keys: list[str], columns: Callable[[int, str], bool]) -> Edit:
    """Rotate the cells of some columns among the rows of these ids."""

    def change(book: Any) -> None:
        sheet = book[SHEETS[table]]
        numbers = [line(sheet, key) for key in keys]
        for cell in sheet[1]:
            if columns(cell.column, str(cell.value)):
                values = [sheet.cell(number, cell.column).value for number in numbers]
                for number, value in zip(numbers, [*values[1:], values[0]], strict=True):
                    written("" if value is None else str(value))(sheet.cell(number, cell.column))

    return change


NAMES = st.sampled_from(["Ann", "Ben"])
NUMBERS = st.integers(0, 3)
CHOICE = st.integers(0, 1_000)


class TwoEditors(RuleBasedStateMachine):
    """Two people and the tables; each rule does something to both the model and the files."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.package = copy_package("tiny", self.folder)
        self.truth = rows_on_disk(self.package)
        self.ids = set(self.truth)
        self.bytes = tables_bytes(self.package)
        self.valid: dict[str, bytes] = {}
        self.desks = {name: Desk(self.folder / name) for name in ("Ann", "Ben")}
        self.count = 0
        self.log: Log = []

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    # What a person gets

    @initialize()
    def begin(self) -> None:
        for desk in self.desks.values():
            desk.folder.mkdir()
            self._export(desk, "BEL")

    @rule(name=NAMES, view=st.sampled_from(["BEL", "BEL", "ALL", "FIN"]))
    def export(self, name: str, view: str) -> None:
        """Export into a person’s folder: never over edits that were not taken in."""
        self._export(self.desks[name], view)

    def _export(self, desk: Desk, view: str) -> None:
        told = merged(self.truth, desk, None, self.log) if desk.view else Expected(self.truth)
        is_open = bool(told.conflicts or told.added or told.rows != self.truth)
        is_open = is_open and desk.file not in imported_files(self.log)
        before = desk.saved().read_bytes() if desk.view else b""
        same_file = desk.view == view
        tables = read_tables(self.package).tables
        exported = export_workbook(tables, view_named(view), desk.folder)
        if same_file and exported.state == "kept":
            assert is_open or desk.has_notes
            assert desk.path.read_bytes() == before
            return
        assert not (same_file and is_open)
        for other in IN_VIEW:
            if other != view:
                (desk.folder / f"{other}.xlsx").unlink(missing_ok=True)
        base = {place: dict(texts) for place, texts in self.truth.items() if _is_in(place, view)}
        mine = {place: dict(texts) for place, texts in base.items()}
        vars(desk).update(vars(Desk(desk.folder, view, base, mine)))

    # What a person does in a workbook

    def _rows(self, desk: Desk, *tables: str) -> list[Place]:
        return sorted(place for place in desk.mine if place[0] in tables)

    @rule(name=NAMES, chosen=CHOICE, number=NUMBERS)
    def edit_text(self, name: str, chosen: int, number: int) -> None:
        desk = self.desks[name]
        places = self._rows(desk, "recommendations", "observations")
        if places:
            table, key = places[chosen % len(places)]
            text = numbered(desk.mine[table, key]["text"], number)
            desk.mine[table, key]["text"] = text
            desk.pending.append(put_text(table, key, "text", text))

    @rule(name=NAMES, chosen=CHOICE, topic=st.one_of(st.just(""), any_text()))
    def edit_topic(self, name: str, chosen: int, topic: str) -> None:
        desk = self.desks[name]
        places = self._rows(desk, "recommendations", "observations")
        if places and not topic.startswith("⚠"):
            table, key = places[chosen % len(places)]
            topic = f"{topic} {key}" if topic else ""
            desk.mine[table, key]["topic"] = topic
            desk.pending.append(put_text(table, key, "topic", topic))

    @rule(name=NAMES, with_note=st.booleans())
    def add_observation(self, name: str, with_note: bool) -> None:
        desk = self.desks[name]
        if desk.view not in CHAPTERS or len(desk.new) == MOST_NEW:
            return
        self.count += 1
        words = hashlib.sha256(str(self.count).encode()).hexdigest()
        text = f"The Committee observes a synthetic fact {words}.{'[^1]' if with_note else ''}"
        note = f"A synthetic note {words[::-1]}." if with_note else ""
        new = NewRow({"text": text, "topic": ""}, f"new {len(desk.new) + 1}", note)
        desk.new.append(new)
        chapter = CHAPTERS[desk.view]
        texts = {ID_HELPER: new.name, "Chapter": chapter, "Text": text, "Layout": "paragraph"}
        desk.pending.append(add_row("observations", texts))
        if note:
            texts = {"Belongs to": new.name, "Marker": "1", "Kind": "note"}
            texts["Text of the footnote"] = note
            desk.pending.append(add_row("citations", texts))

    @rule(name=NAMES, chosen=CHOICE, with_notes=st.sampled_from([True, True, False]))
    def delete_row(self, name: str, chosen: int, with_notes: bool) -> None:
        desk = self.desks[name]
        places = self._rows(desk, "recommendations", "observations")
        if len(places) < 2:
            return
        table, key = places[chosen % len(places)]
        if sum(place[0] == table for place in places) < 2:
            return
        notes = [k for t, k in desk.mine if t == "citations" and k.startswith(f"{key}.")]
        notes = notes if with_notes else []
        for place in [(table, key), *(("citations", note) for note in notes)]:
            del desk.mine[place]
        desk.pending += [delete_rows(table, key), delete_rows("citations", *notes)]

    @rule(name=NAMES, table=st.sampled_from(sorted(SHEETS)))
    def sort_whole_rows(self, name: str, table: str) -> None:
        desk = self.desks[name]
        keys = [key for _, key in self._rows(desk, table)]
        if keys:
            desk.pending.append(rearranged(table, keys, lambda *_: True))

    # Accidents, each done to a copy: refused as a whole

    @rule(name=NAMES, table=st.sampled_from(sorted(SHEETS)))
    def sort_columns_loose(self, name: str, table: str) -> None:
        desk = self.desks[name]
        keys = [key for _, key in self._rows(desk, table)]
        if len(keys) > 1:
            path = desk.copy(rearranged(table, keys, lambda number, _: number > 1))
            self._must_be_refused(path, "ids-cut-loose")

    @rule(name=NAMES, table=st.sampled_from(["recommendations", "observations"]))
    def sort_one_column(self, name: str, table: str) -> None:
        desk = self.desks[name]
        keys = [key for t, key in self._rows(desk, table)]
        untouched = all(desk.mine[table, k]["text"] == desk.base[table, k]["text"] for k in keys)
        if len(keys) > 1 and untouched:
            path = desk.copy(rearranged(table, keys, lambda _, header: header == "Text"))
            self._must_be_refused(path, "ids-cut-loose")

    @rule(name=NAMES, chosen=CHOICE)
    def copy_row(self, name: str, chosen: int) -> None:
        desk = self.desks[name]
        places = self._rows(desk, *SHEETS)

        def change(book: Any) -> None:
            table, key = places[chosen % len(places)]
            sheet = book[SHEETS[table]]
            last = max(row[0].row for row in sheet.iter_rows() if any(c.value for c in row))
            for cell in sheet[line(sheet, key)]:
                written(str(cell.value or ""))(sheet.cell(last + 1, cell.column))

        if places:
            self._must_be_refused(desk.copy(change), "doubled-id")

    def _must_be_refused(self, path: Path, code: str) -> None:
        outcome = import_workbooks(self.package, [path])
        assert outcome.refused
        assert code in {problem.code for problem in outcome.problems}
        assert tables_bytes(self.package) == self.bytes

    # What comes of a workbook

    @rule(names=st.sampled_from([("Ann",), ("Ben",), ("Ann", "Ben"), ("Ben", "Ann")]))
    def take_in(self, names: tuple[str, ...]) -> None:
        """Import, first as a dry run; and a second time, which changes nothing."""
        self._take([self.desks[name] for name in names], None)

    @rule(name=NAMES, side=st.sampled_from(["ours", "theirs"]))
    def settle_for_a_side(self, name: str, side: Side) -> None:
        self._take([self.desks[name]], side)

    def _take(self, desks: list[Desk], settle: Side | None) -> None:
        rows, steps = self.truth, []
        for desk in desks:
            steps.append(merged(rows, desk, settle, self.log))
            rows = steps[-1].rows
        paths = [desk.saved() for desk in desks]
        tried = import_workbooks(self.package, paths, settle, dry_run=True)
        assert tables_bytes(self.package) == self.bytes
        outcome = import_workbooks(self.package, paths, settle)
        assert (tried.changes, tried.conflicts) == (outcome.changes, outcome.conflicts)
        assert tried.problems == outcome.problems
        self._compare(desks, steps, outcome)
        if outcome.applied:
            again = import_workbooks(self.package, paths, settle)
            assert again.applied
            assert again.changes == ()

    def _compare(self, desks: list[Desk], steps: list[Expected], outcome: Outcome) -> None:
        conflicts = {cell for step in steps for cell in step.conflicts}
        told = {cell for step in steps for cell in step.told}
        assert {_cell(one) for one in outcome.conflicts} == conflicts
        assert {_cell(one) for one in outcome.told} == told
        if conflicts or not _holds_together(steps[-1].rows):
            assert outcome.refused
            assert not outcome.applied
            assert tables_bytes(self.package) == self.bytes
            return
        assert outcome.applied, outcome.problems
        assert not has_errors(outcome.problems)
        before = [self.truth, *(step.rows for step in steps)]
        self.truth = dict(steps[-1].rows)
        self._find_new([row for step in steps for row in step.added])
        self.bytes = tables_bytes(self.package)
        self._check_nothing_is_passed_over(desks[-1], outcome)
        batch, files = len(self.log), imported_files(self.log)
        for desk, step, old in zip(desks, steps, before, strict=False):
            changes = differences(old, step.rows)
            keys = {row.taken_as for row in step.added}
            changes |= {
                (*place, ""): (None, dict(row))
                for place, row in self.truth.items()
                if place not in steps[-1].rows and place[1].split(".")[0] in keys
            }
            if changes or step.settled or desk.replaces - files:
                export = desk.view, {place: dict(row) for place, row in desk.base.items()}
                own = desk.replaces | {desk.file}
                self.log.append(Imported(batch, export, own, changes, step.settled))
        self._check_log()

    def _check_nothing_is_passed_over(self, desk: Desk, outcome: Outcome) -> None:
        """Whatever a workbook shows that the tables do not have, the person is told."""
        taken = {row.taken_as for row in desk.new if row.taken_as}
        rows = {p: row for p, row in self.truth.items() if _is_in(p, desk.view)}
        there = {p: row for p, row in rows.items() if p[1].split(".")[0] not in taken}
        newer = {_cell(change) for change in outcome.workbooks[-1].newer}
        told = {_cell(one) for one in outcome.workbooks[-1].told}
        assert differences(desk.mine, there).keys() <= newer | told

    def _check_log(self) -> None:
        """The log on disk has what the model has."""
        hand_ins = read_history(self.package).hand_ins
        assert [one.batch - 1 for one in hand_ins] == [one.batch for one in self.log]
        for found, told in zip(hand_ins, self.log, strict=True):
            assert {_cell(change) for change in found.changes} == told.changes.keys()

    @precondition(lambda self: self.log)
    @rule(chosen=CHOICE)
    def undo(self, chosen: int) -> None:
        """Undo an import or an undo; do it again; and be refused where a cell was changed since."""
        numbers = [n for n, one in enumerate(self.log) if one in active(self.log)]
        batch = self.log[numbers[chosen % len(numbers)]].batch
        rows = {place: dict(texts) for place, texts in self.truth.items()}
        undoes = [number for number, one in enumerate(self.log) if one.batch == batch]
        conflicts = set()
        for number in reversed(undoes):
            for cell, (old, new) in reversed(self.log[number].changes.items()):
                now = _value(rows, cell)
                if now == new:
                    _put(rows, cell, old)
                elif now != old:
                    conflicts.add(cell)
        outcome, _ = undo(self.package, batch + 1)
        assert {_cell(one) for one in outcome.conflicts} == conflicts
        if conflicts or not _holds_together(rows):
            assert not outcome.applied
            assert tables_bytes(self.package) == self.bytes
            return
        assert outcome.applied, outcome.problems
        changes = differences(self.truth, rows)
        self.truth, self.bytes = rows, tables_bytes(self.package)
        self.log.append(Imported(len(self.log), changes=changes, undoes=tuple(undoes)))
        self._check_log()

    def _find_new(self, added: list[NewRow]) -> None:
        """Find the rows that were added: each with its texts, and an id that no row ever had."""
        there = rows_on_disk(self.package)
        come = {place: there[place] for place in there.keys() - self.truth.keys()}
        again = {row.taken_as for row in added if row.taken_as}
        others = {place for place in come if place[1].split(".")[0] not in again}
        assert not others & self.ids, "an id was given twice"
        by_text = {row["text"]: place for place, row in come.items()}
        assert len(by_text) == len(come) == len(added) + sum(bool(new.note) for new in added)
        for new in added:
            table, key = by_text[new.texts["text"]]
            row = come[table, key]
            assert table == "observations"
            assert {name: row[name] for name in new.texts} == new.texts
            assert new.taken_as in ("", key)
            new.taken_as = key
            if new.note:
                assert by_text[new.note] == ("citations", f"{key}.1")
                assert come["citations", f"{key}.1"]["observation_id"] == key
        self.truth |= come
        self.ids |= come.keys()

    def conflicting(self) -> Desk | None:
        """A person whose workbook has conflicts."""
        desks = self.desks.values()
        return next((d for d in desks if merged(self.truth, d, None, self.log).conflicts), None)

    @precondition(lambda self: self.conflicting())
    @rule(data=st.data())
    def settle_in_a_review(self, data: st.DataObject) -> None:
        """Get a conflicting workbook back as a review, choose, and go on with that."""
        desk = self.conflicting()
        assert desk is not None
        told = merged(self.truth, desk, None, self.log)
        sides: st.SearchStrategy[Side] = st.sampled_from(["ours", "theirs"])
        chosen = {cell: data.draw(sides) for cell in sorted(told.conflicts | told.told)}
        words = {"ours": "the data", "theirs": "my workbook"}

        def change(book: Any) -> None:
            sheet = book["Conflicts"]
            for number in range(2, sheet.max_row + 1):
                table, key, name = (str(sheet.cell(number, n).value or "") for n in (1, 2, 3))
                cell = sheet.cell(number, column(sheet, "Which one?"))
                if (table, key, name) in chosen:
                    assert (cell.value or "the data") == "the data"
                    assert bool(cell.value) == ((table, key, name) in told.told)
                    cell.value = words[chosen[table, key, name]]
                else:
                    assert cell.value == words[desk.choices[table, key, name][0]]

        self._take_review(desk, change)
        desk.choices |= {cell: (side, _value(self.truth, cell)) for cell, side in chosen.items()}
        self._take([desk], None)

    def _take_review(self, desk: Desk, *edits: Edit) -> None:
        """Put the corrected review in the place of the workbook."""
        told = merged(self.truth, desk, None, self.log).told
        known = {c: how for c, how in desk.choices.items() if how[1] == _value(self.truth, c)}
        desk.choices = known | {cell: ("ours", _value(self.truth, cell)) for cell in told}
        desk.replaces |= {desk.file}
        copy = review(self.package, desk.saved())
        assert copy is not None
        assert tables_bytes(self.package) == self.bytes
        edit(copy, *edits)
        copy.replace(desk.path)
        desk.has_notes = True

    @rule(name=NAMES, chosen=CHOICE, topic=any_text())
    def correct_in_a_review(self, name: str, chosen: int, topic: str) -> None:
        """Type a formula, get the review, correct it there, and go on with that."""
        desk = self.desks[name]
        places = self._rows(desk, "recommendations", "observations")
        if not places or topic.startswith("⚠"):
            return
        table, key = places[chosen % len(places)]

        def formula(book: Any) -> None:
            sheet = book[SHEETS[table]]
            sheet.cell(line(sheet, key), column(sheet, HEADERS["topic"])).value = "=1+1"

        desk.pending.append(formula)
        self._must_be_refused(desk.saved(), "formula")
        self._take_review(desk, put_text(table, key, "topic", f"{topic} {key}"))
        desk.mine[table, key]["topic"] = f"{topic} {key}"

    # What happens to the tables meanwhile

    @rule(chosen=CHOICE, number=NUMBERS)
    def edit_the_tables(self, chosen: int, number: int) -> None:
        """Change a text in the CSV file itself, as with an editor of texts."""
        places = sorted(p for p in self.truth if p[0] in ("recommendations", "observations"))
        table, key = places[chosen % len(places)]
        new = numbered(self.truth[table, key]["text"], number)
        path = self.package.table_path(self.package.resource(table))
        content = path.read_text(encoding="utf-8")
        old = self.truth[table, key]["text"].replace('"', '""')
        before, start, after = content.partition(f"\n{key},")
        content = before + start + after.replace(old, new, 1)
        path.write_text(content, encoding="utf-8", newline="")
        self.truth[table, key] = {**self.truth[table, key], "text": new}
        self.bytes = tables_bytes(self.package)

    @rule(chosen=CHOICE)
    def delete_from_the_tables(self, chosen: int) -> None:
        places = sorted(place for place in self.truth if place[0] == "observations")
        if len(places) > 2:
            key = places[chosen % len(places)][1]
            self._drop(
                {("observations", key)} | {p for p in self.truth if p[1].startswith(f"{key}.")}
            )

    def _drop(self, places: set[Place]) -> None:
        tables = read_tables(self.package).tables
        for name, table in tables.items():
            left = (row for row in table.rows if (name, key_text(table.key(row))) not in places)
            tables = tables.with_table(Table(table.resource, tuple(left)))
        with locked(self.package):
            write_tables(self.package, Tables(self.package, tables.values()))
        self.truth = {place: row for place, row in self.truth.items() if place not in places}
        self.bytes = tables_bytes(self.package)

    # What always holds

    @invariant()
    def the_tables_are_those_of_the_model(self) -> None:
        assert rows_on_disk(self.package) == self.truth

    @invariant()
    def the_tables_are_valid(self) -> None:
        if self.bytes != self.valid:
            problems = validate_package(self.package.folder / "datapackage.json")
            assert not has_errors(problems), [p for p in problems if p.severity == "error"]
            self.valid = self.bytes


def numbered(text: str, number: int) -> str:
    """The text with another number in it; without one for 0.

    >>> numbered("a synthetic fact", 2)
    'a synthetic (2) fact'
    """
    words = f"synthetic ({number})" if number else "synthetic"
    return re.sub(r"synthetic(?: \([0-9]\))?", words, text, count=1)


def _cell(found: Change | Conflict) -> Cell:
    return found.resource, key_text(found.key), found.field or ""


def _is_in(place: Place, view: str) -> bool:
    return place[0] in SHEETS and re.fullmatch(IN_VIEW[view], place[1]) is not None
