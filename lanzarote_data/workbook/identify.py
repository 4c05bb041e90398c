"""Identify which row of a sheet is which row of the tables, and refuse misaligned ids.

The most dangerous accident is to sort only the visible columns: the texts are then beside the ids
of other rows. No spreadsheet program prevents it, so there are four checks: the grey id beside
the text is not the hidden one; a row has the content of another row; a column is the old column
in another order; several texts of a column moved to other rows, as when one cell is deleted and
those below it move up.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lanzarote_data.model.package import CITATIONS, Field, Resource
from lanzarote_data.model.problems import Problem, error, has_errors, warning
from lanzarote_data.model.tables import Key, Table
from lanzarote_data.model.types import whole_number
from lanzarote_data.text.items import grouped
from lanzarote_data.workbook.layout import PROVISIONAL
from lanzarote_data.workbook.rows import SheetContent, SheetRow

_UNDO = (
    "Undo the sorting (Ctrl+Z), or export the workbook again and copy your edits into it. To sort, "
    "select one cell and use the arrow in the header: then whole rows move."
)
FEWEST_MOVED = 3
MISALIGNED = "ids-cut-loose"
Rows = Mapping[Key, SheetRow]
"""The rows of a sheet that were there before, by key."""


@dataclass(frozen=True)
class Identified:
    """The rows of a sheet: those that were there before, by key, and those that are new."""

    kept: Rows
    new: tuple[SheetRow, ...]
    problems: tuple[Problem, ...]

    @property
    def is_misaligned(self) -> bool:
        """Whether ids are beside the texts of other rows, so that the sheet is refused."""
        return any(problem.code == MISALIGNED for problem in self.problems)


def identify(content: SheetContent, base: Table, ours: Table) -> Identified:
    """Identify the rows of a sheet by their ids.

    A row with an id that the base does not have is new where people choose the ids themselves;
    elsewhere it is refused, unless its id is one of the names for new rows.
    """
    kept: dict[Key, SheetRow] = {}
    new: list[SheetRow] = []
    problems: list[Problem] = []
    known: dict[Key, Key] = {}
    for row in content.rows:
        key = _key(content.resource, row)
        if key in kept:
            problems.append(_doubled(content, kept[key], row))
        elif row.row_id and key in base.by_key:
            kept[key] = row
        elif content.resource.typed_id or not row.row_id or row.row_id in PROVISIONAL:
            new.append(row)
            texts = _texts(row)
            known = known or (_by_texts(base, row) if any(texts) else {})
            if any(texts) and (old := known.get(texts)):
                message, hint = f"This new row is a copy of {old[0]}.", "Delete it if it is no use."
                problems.append(warning("copied-row", content.place(row), message, hint))
        else:
            problems.append(_unknown(content, row, key in ours.rank))
    if not has_errors(problems):
        problems += misaligned(content, kept, new, base)
    return Identified(kept, tuple(new), tuple(problems))


def _key(resource: Resource, row: SheetRow) -> Key:
    if resource.typed_id:
        return tuple(row.texts.get(name, "") for name in resource.primary_key)
    return (row.row_id,)


def _doubled(content: SheetContent, first: SheetRow, second: SheetRow) -> Problem:
    message = f"The id {second.row_id} is duplicated, in rows {first.line} and {second.line}."
    hint = (
        "If you copied a row to add a new one, empty the id of the copy: show column A "
        "(right click between the column letters, Unhide) and clear it in the copy."
    )
    return error("doubled-id", content.place_of_id(second), message, hint)


def _unknown(content: SheetContent, row: SheetRow, there_now: bool) -> Problem:
    why = "was added after this workbook was made" if there_now else "is not in this workbook"
    message = f"The id {row.row_id} {why}."
    hint = (
        "The id of a new row stays empty; it gets one on import. If the row is not new, undo what "
        "changed its id: to find and replace in the whole workbook changes column A too."
    )
    return error("unknown-id", content.place_of_id(row), message, hint)


def _texts(row: SheetRow) -> Key:
    """The texts of a new row, but for its position."""
    return tuple(text for name, text in row.texts.items() if name != "position")


def _by_texts(base: Table, row: SheetRow) -> dict[Key, Key]:
    """The keys of the old rows by their texts in the fields of a new one; of equal ones the first.

    All new rows of a sheet have the same fields.
    """
    said = list(base.columns([name for name in row.texts if name != "position"]))
    return dict(zip(reversed(said), reversed(list(base.rank)), strict=True))


def misaligned(
    content: SheetContent, kept: Rows, new: Sequence[SheetRow], base: Table
) -> Iterator[Problem]:
    """One problem for the whole sheet where ids are beside the texts of other rows."""
    resource = content.resource
    # What was moved is among what somebody touched.
    touched = {key: row for key, row in kept.items() if not row.untouched}
    evidence = _wrong_grey_ids(touched, kept) or _foreign_contents(touched, kept, base)
    if evidence:
        message = (
            "Columns were sorted without the hidden column of ids, so that texts are beside the "
            f"ids of other rows ({', '.join(evidence[:5])})."
        )
    elif column := (
        _moved_column(content, touched, kept, base) or _moved_part_of_key(resource, kept, new, base)
    ):
        title = resource.field(column).title
        message = f"The column {title!r} was sorted by itself; its texts are in other rows now."
    else:
        return
    message = f"{message} This sheet cannot be imported."
    yield error(MISALIGNED, content.sheet_place, message, _UNDO)


def _wrong_grey_ids(touched: Rows, kept: Rows) -> list[str]:
    """The rows whose grey id is that of another row of the sheet."""
    return [
        f"row {row.line}"
        for key, row in touched.items()
        if len(key) == 1 and row.shown_id != key[0] and (row.shown_id,) in kept
    ]


def _foreign_contents(touched: Rows, kept: Rows, base: Table) -> list[str]:
    """The rows that have all the texts of another row of the base, and not their own."""
    fields = next(iter(touched.values())).texts if touched else ()
    names = [n for n in fields if n not in base.resource.primary_key]
    if len(names) < 2:
        return []
    said = {key: tuple(row.texts[name] for name in names) for key, row in touched.items()}
    wanted = set(said.values())
    pairs = zip(base.rank, base.columns(names), strict=True)
    owners = grouped((pair for pair in pairs if pair[1] in wanted), lambda pair: pair[1])
    there = {key: [k for k, _ in owners.get(content, ())] for key, content in said.items()}
    # A footnote that is numbered as a deleted one was may have the same words.
    is_notes = base.resource.name == CITATIONS
    return [
        f"row {touched[key].line}"
        for key, others in there.items()
        if len(others) == 1 and others[0] != key and (others[0] in kept or not is_notes)
    ]


def _moved_column(content: SheetContent, touched: Rows, kept: Rows, base: Table) -> str:
    """The column whose texts are in other rows now; empty if there is none."""
    for field in content.resource.fields:
        is_read = field.name in content.letters and field.name not in content.resource.primary_key
        if is_read and _Column(field, content.resource, kept, base).was_moved(touched):
            return field.name
    return ""


def _moved_part_of_key(resource: Resource, kept: Rows, new: Sequence[SheetRow], base: Table) -> str:
    """The last column of a table that is all key, if the same ids are paired differently now."""
    if set(resource.field_names) != set(resource.primary_key):
        return ""
    gone = [key for key in base.by_key if key not in kept]
    come = [_key(resource, row) for row in new]
    paired_differently = bool(gone) and all(
        sorted(key[part] for key in gone) == sorted(key[part] for key in come)
        for part in range(len(resource.primary_key))
    )
    return resource.primary_key[-1] if paired_differently else ""


@dataclass(frozen=True)
class _Column:
    """One column of the rows that were kept, as it was and as it is."""

    field: Field
    resource: Resource
    kept: Rows
    base: Table

    def was_moved(self, touched: Rows) -> bool:
        """Whether it was moved against its rows, as sorting it or deleting one cell does.

        Texts of prose never change places on purpose. Numbers and words of a list do; for those
        only cells that are in order now count, and for numbers more than two that changed places.
        """
        changed = [key for key in touched if self._old(key) != self._new(key)]
        old, new = [self._old(key) for key in changed], [self._new(key) for key in changed]
        permuted = bool(changed) and sorted(old) == sorted(new)
        is_word = self.field.constraints.enum or self.resource.reference(self.field.name)
        if self.field.type == "string" and not is_word:
            return permuted or self._strayed(old, new) >= FEWEST_MOVED
        fewest = FEWEST_MOVED if self.field.type in ("integer", "number", "year") else 2
        return permuted and len(changed) >= fewest and _in_order(self._between(changed))

    def _old(self, key: Key) -> str:
        return self.base.by_key[key].get(self.field.name, "")

    def _new(self, key: Key) -> str:
        return self.kept[key].texts.get(self.field.name, "")

    def _strayed(self, old: list[str], new: list[str]) -> int:
        """How many texts left their row for another one; copies of one that stayed do not count."""
        gone = set(old) - {""}
        strayed = [text for text in new if text in gone]
        if len(strayed) < FEWEST_MOVED:
            return len(strayed)
        stayed = {self._new(key) for key in self.kept if self._old(key) == self._new(key)}
        return sum(1 for text in strayed if text not in stayed)

    def _between(self, changed: list[Key]) -> list[str]:
        """The texts from the first to the last row that changed, in the order of the sheet."""
        order = list(self.kept)
        places = {key: place for place, key in enumerate(order)}
        return [self._new(key) for key in order[places[changed[0]] : places[changed[-1]] + 1]]


def _in_order(texts: list[str]) -> bool:
    """Whether cells are sorted, up or down: numbers by size, then words; empty cells last."""
    filled = [text for text in texts if text]
    numbered = [(text, whole_number(text)) for text in filled]
    keys = [(math.inf if n is None else n, text.casefold()) for text, n in numbered]
    ascending = sorted(keys)
    return not any(texts[len(filled) :]) and keys in (ascending, ascending[::-1])
