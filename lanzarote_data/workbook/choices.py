"""The sheet on which a person settles conflicts: three values side by side, and a choice.

A choice counts only while the tables still have the value that the person saw.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lanzarote_data.model.merge import Cell, Conflict, Side, Versions
from lanzarote_data.model.package import NO_TITLES, Package
from lanzarote_data.model.tables import Key, Row, Tables, key_text
from lanzarote_data.workbook import layout
from lanzarote_data.workbook.cells import Grid, shown

HEADERS = (
    "Table",
    "Id",
    "Column",
    "Seen",
    "Where",
    "When the workbook was made",
    "In the data now",
    "In your workbook",
    "Which one?",
)
HIDDEN = 4
REPLACES = "lanzarote.review/1"
REPLACES_LINE = 3
WORDS: dict[str, Side] = {"the data": "ours", "my workbook": "theirs"}
WORD_OF: dict[Side, str] = {side: word for word, side in WORDS.items()}


@dataclass(frozen=True)
class Choice:
    """A person’s choice for one conflict; ``seen`` is a digest of the value in the tables then."""

    resource: str
    key: Key
    field: str | None
    seen: str
    side: Side

    @property
    def cell(self) -> Cell:
        """The cell or row that it settles."""
        return self.resource, self.key, self.field

    def is_known(self, package: Package) -> bool:
        """Whether the package has its table and field."""
        return self.resource in package and (
            self.field is None or self.field in package.resource(self.resource)
        )


def choice_line(conflict: Conflict, titles: Mapping[str, str] = NO_TITLES) -> tuple[str, ...]:
    """The cells of a conflict’s line, without the choice; ``titles`` are those of fields."""
    versions, origin = conflict.versions, conflict.origin
    now = in_words(conflict.in_tables, titles)
    if origin and not origin.time:
        other = in_words(versions.ours, titles)
        now += f"\n\nIn {origin.name}, which was handed in together:\n{other}"
    return (
        conflict.resource,
        key_text(conflict.key),
        conflict.field or "",
        seen(versions.ours),
        f"{conflict.source}\n{origin}" if origin else conflict.source,
        in_words(versions.base, titles),
        now,
        in_words(versions.theirs, titles),
    )


def in_words(side: str | Row | None, titles: Mapping[str, str] = NO_TITLES) -> str:
    """One side of a conflict for a person; a whole row with a line for each of its cells."""
    if side is None:
        return "(no such row)"
    if isinstance(side, str):
        return side or "(empty)"
    return "\n".join(f"{titles.get(name, name)}: {text}" for name, text in side.items() if text)


def seen(ours: str | Row | None) -> str:
    """A digest of the value of a cell or row in the tables."""
    plain = ours if isinstance(ours, str | None) else dict(ours)
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:16]


def read_choices(grids: Iterable[Grid]) -> Iterator[Choice]:
    """Read the choices from the sheets of a workbook; none where it has no such sheet."""
    for grid in grids:
        for row in grid.rows[1:] if grid.title == layout.CONFLICTS_SHEET else ():
            cells = [shown(value) for value in row]
            side = WORDS.get(cells[len(HEADERS) - 1].lower()) if len(row) >= len(HEADERS) else None
            if side and cells[0]:
                key = tuple(cells[1].split("/"))
                yield Choice(cells[0], key, cells[2] or None, cells[3], side)


def read_replaced(grids: Iterable[Grid]) -> Iterator[str]:
    """The digests of the files that a review was made from; none for another workbook."""
    for grid in grids:
        for row in grid.rows[:REPLACES_LINE] if grid.title == layout.REVIEW_SHEET else ():
            name, *digests = shown(row[0]).split() or [""] if row else [""]
            yield from digests if name == REPLACES else ()


def settled(choices: Iterable[Choice], ours: Tables) -> dict[Cell, Side]:
    """The choices that still count: the tables have the value that the person saw."""
    return {
        choice.cell: choice.side
        for choice in choices
        if choice.is_known(ours.package) and choice.seen == seen(value_of(choice.cell, ours))
    }


def value_of(cell: Cell, tables: Tables) -> str | Row | None:
    """The value of a cell or of a whole row in some tables; None where they lack the row."""
    resource, key, field = cell
    row = tables.find(resource, *key)
    return row if row is None or field is None else row.get(field, "")


def conflict_at(cell: Cell, base: Tables, ours: Tables, theirs: Tables) -> Conflict:
    """A cell, or a whole row, as it is on three sides, at its place in the last of them."""
    sides = (value_of(cell, tables) for tables in (base, ours, theirs))
    source = theirs[cell[0]].location_of(cell[1], cell[2] or "").source
    return Conflict(*cell, Versions(*sides), source)
