"""Random edits of one Party by two people, and what must come of them.

One person edits the workbook, another the tables. A model that knows only cells says what the
outcome must be; the real path goes through a real file.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lanzarote_data.model.package import Package
from lanzarote_data.model.tables import Tables
from lanzarote_data.store.lock import locked
from lanzarote_data.store.tables import read_tables, write_tables
from tests.packages import copy_package, edited, without
from tests.workbooks import add, edit, make, put, remove, tables_bytes, take

Cell = tuple[str, str, str]
SHEETS = {"recommendations": "Recommendations", "observations": "Observations"}
FIELDS = {"topic": "Sub-heading", "text": "Text"}
ROWS = {
    "recommendations": ("R2-BEL-II-1", "R2-BEL-II-2", "R2-BEL-III-5"),
    "observations": ("R2-BEL-II-o1", "R2-BEL-III-o1"),
}
CITATIONS = {
    "R2-BEL-II-1": ("R2-BEL-II-1.1",),
    "R2-BEL-II-2": ("R2-BEL-II-2.1", "R2-BEL-II-2.2"),
    "R2-BEL-III-5": ("R2-BEL-III-5.1",),
    "R2-BEL-II-o1": ("R2-BEL-II-o1.1",),
    "R2-BEL-III-o1": (),
}


@dataclass
class Side:
    """What one person did: cells written, rows deleted, texts of rows added."""

    cells: dict[Cell, str] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    added: list[str] = field(default_factory=list)


def run_script(seed: int, folder: Path) -> str:
    """Run the script of a seed in an empty folder; ``applied``, ``conflict`` or ``refused``.

    :raises AssertionError: a value was lost or made up, or a refusal changed something.
    """
    dice = random.Random(seed)
    package = copy_package("tiny", folder)
    path = make(package)
    base = read_tables(package).tables
    ours, theirs = _side(dice, base), _side(dice, base)
    theirs.added = [f"A new synthetic fact {seed}-{n}." for n in range(dice.choice((0, 0, 1, 2)))]
    _write_ours(package, base, ours)
    accident = _write_theirs(dice, path, theirs)
    before, bytes_before = read_tables(package).tables, tables_bytes(package)
    outcome = take(package, path)
    after = read_tables(package).tables
    if outcome.refused:
        assert tables_bytes(package) == bytes_before
        expected = accident or _conflicts(base, ours, theirs)
        assert expected, (seed, outcome.problems, outcome.conflicts)
        return "conflict" if outcome.conflicts else "refused"
    assert not accident, seed
    _check(seed, base, before, after, ours, theirs)
    again = take(package, path)
    assert (again.changes, again.conflicts) == ((), ()), seed
    return "applied"


def _side(dice: random.Random, base: Tables) -> Side:
    side = Side()
    for _ in range(dice.randint(0, 3)):
        table = dice.choice(list(ROWS))
        row_id = dice.choice(ROWS[table])
        name = dice.choice(list(FIELDS))
        row = base.find(table, row_id)
        assert row is not None
        word = dice.choice(("one", "two", "+3", "007", "– 4 –"))
        side.cells[table, row_id, name] = _written(row[name], name, word)
    if dice.random() < 0.3:
        side.deleted.add(dice.choice([row_id for ids in ROWS.values() for row_id in ids]))
    side.cells = {cell: text for cell, text in side.cells.items() if cell[1] not in side.deleted}
    return side


def _written(old: str, name: str, word: str) -> str:
    """Another text for a cell, its markers and its verb kept."""
    return f"{word} topic:" if name == "topic" else old.replace("synthetic", f"synthetic {word}")


def _write_ours(package: Package, tables: Tables, side: Side) -> None:
    for (table, row_id, name), text in side.cells.items():
        tables = edited(tables, table, row_id, **{name: text})
    for row_id in side.deleted:
        for table in ROWS:
            tables = without(tables, table, row_id)
        tables = without(tables, "citations", *CITATIONS[row_id])
    with locked(package):
        write_tables(package, tables)


def _write_theirs(dice: random.Random, path: Path, side: Side) -> bool:
    """Write a person’s edits into the workbook; whether an accident happened on the way."""
    edits = [
        put(SHEETS[table], row_id, FIELDS[name], text)
        for (table, row_id, name), text in side.cells.items()
    ]
    edits += [
        add("Observations", Chapter="R2-II", Text=text, Layout="paragraph") for text in side.added
    ]
    for row_id in side.deleted:
        table = "observations" if "-o" in row_id else "recommendations"
        edits += [remove(SHEETS[table], row_id), remove("Citations", *CITATIONS[row_id])]
    edits.append(_shuffled(dice))
    accidents: list[Callable[[Any], None]] = [_formula, _copied_row, _emptied_row]
    accident = dice.random() < 0.15
    if accident:
        edits.append(dice.choice(accidents))
    edit(path, *edits)
    return accident


def _shuffled(dice: random.Random) -> Callable[[Any], None]:
    """Sort whole rows of a sheet into any order, or leave them."""

    def change(book: Any) -> None:
        sheet = book[dice.choice(list(SHEETS.values()))]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        dice.shuffle(rows)
        for number, values in enumerate(rows, start=2):
            for offset, value in enumerate(values, start=1):
                sheet.cell(number, offset).value = value
                if isinstance(value, str):
                    sheet.cell(number, offset).data_type = "s"

    return change


def _last(sheet: Any) -> int:
    return int(max(row[0].row for row in sheet.iter_rows() if any(cell.value for cell in row)))


def _formula(book: Any) -> None:
    sheet = book["Citations"]
    sheet.cell(_last(sheet), 8).value = "=1+1"


def _copied_row(book: Any) -> None:
    sheet = book["Citations"]
    last = _last(sheet)
    for cell in sheet[last]:
        sheet.cell(last + 1, cell.column).value = cell.value


def _emptied_row(book: Any) -> None:
    sheet = book["Citations"]
    for cell in sheet[_last(sheet)][1:]:
        cell.value = None


def _conflicts(base: Tables, ours: Side, theirs: Side) -> bool:
    """Whether both sides changed one cell, or one deleted what the other edited."""
    cells = [
        cell
        for cell, text in theirs.cells.items()
        if cell in ours.cells and ours.cells[cell] != text and _changes(base, cell, text)
    ]
    crossed = [
        c for c in theirs.cells if c[1] in ours.deleted and _changes(base, c, theirs.cells[c])
    ]
    crossed += [
        c for c in ours.cells if c[1] in theirs.deleted and _changes(base, c, ours.cells[c])
    ]
    return bool(cells or crossed)


def _changes(base: Tables, cell: Cell, text: str) -> bool:
    row = base.find(cell[0], cell[1])
    return row is not None and row[cell[2]] != text


def _check(
    seed: int, base: Tables, before: Tables, after: Tables, ours: Side, theirs: Side
) -> None:
    """Every edit of both people is there, nothing else changed, and nothing was made up."""
    assert not _conflicts(base, ours, theirs), seed
    for cell, text in {**ours.cells, **theirs.cells}.items():
        row = after.find(cell[0], cell[1])
        assert row is not None, (seed, cell)
        assert row[cell[2]] == theirs.cells.get(cell, text), (seed, cell)
    for row_id in ours.deleted | theirs.deleted:
        assert all(after.find(table, row_id) is None for table in ROWS), (seed, row_id)
    texts = [row["text"] for row in after.rows("observations")]
    assert all(texts.count(text) == 1 for text in theirs.added), seed
    for name, table in after.items():
        for key, row in table.by_key.items():
            old = before[name].by_key.get(key)
            if old is None:
                assert row.get("text") in theirs.added, (seed, key)
                continue
            changed = {(name, key[0], f) for f, t in row.items() if t != old[f]}
            assert changed <= set(theirs.cells), (seed, changed)
        gone = set(before[name].by_key) - set(table.by_key)
        allowed = theirs.deleted | {c for r in theirs.deleted for c in CITATIONS[r]}
        assert {key[0] for key in gone} <= allowed, (seed, gone)
