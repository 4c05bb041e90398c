"""Which row of a sheet is which row of the tables, and the refusal where nobody can tell.

The most dangerous thing a person can do by accident is to sort the visible columns only: the
texts then stand beside the ids of other rows. No spreadsheet program prevents it, so it is
looked for here, in three ways: the grey id beside the text is not the hidden one; a row has the
content of another row; a column is the old column in another order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lanzarote_data.package import Field, Resource
from lanzarote_data.problems import Location, Problem, error, warning
from lanzarote_data.tables import Key, Table
from lanzarote_data.workbook.layout import PROVISIONAL
from lanzarote_data.workbook.read import SheetContent, SheetRow

_UNDO = (
    "Undo the sorting (Ctrl+Z), or export the workbook anew and copy your edits into it. To sort, "
    "stand in one cell and use the arrow in the header: then whole rows move."
)
FEWEST_SORTED = 3


@dataclass(frozen=True)
class Identified:
    """The rows of a sheet, told apart: those that were there, by key, and those that are new."""

    kept: Mapping[Key, SheetRow]
    new: tuple[SheetRow, ...]
    problems: tuple[Problem, ...]


def identify(content: SheetContent, base: Table, ours: Table) -> Identified:
    """Tell the rows of a sheet apart by their ids.

    A row with an id that the workbook was not made with is new where people choose the ids
    themselves; elsewhere it is refused, unless its id is one of the names for new rows.
    """
    kept: dict[Key, SheetRow] = {}
    new: list[SheetRow] = []
    problems: list[Problem] = []
    for row in content.rows:
        key = _key(content.resource, row)
        if key in kept:
            problems.append(_doubled(content, kept[key], row))
        elif row.row_id and key in base.by_key:
            kept[key] = row
        elif _may_be_new(content.resource, row):
            new.append(row)
            problems += _copied(content, row, base)
        else:
            problems.append(_unknown(content, row, key in ours.by_key))
    if not problems:
        problems += cut_loose(content, kept, base)
    return Identified(kept, tuple(new), tuple(problems))


def _key(resource: Resource, row: SheetRow) -> Key:
    if resource.typed_id:
        return tuple(row.texts.get(name, "") for name in resource.primary_key)
    return (row.row_id,)


def _may_be_new(resource: Resource, row: SheetRow) -> bool:
    return resource.typed_id or not row.row_id or row.row_id in PROVISIONAL


def _doubled(content: SheetContent, first: SheetRow, second: SheetRow) -> Problem:
    message = f"The id {second.row_id} stands in two rows: {first.line} and {second.line}."
    hint = (
        "If you copied a row to add a new one, empty the id of the copy: show column A "
        "(right click between the column letters, Unhide) and clear it in the copy."
    )
    return error("doubled-id", content.place(second), message, hint)


def _unknown(content: SheetContent, row: SheetRow, there_now: bool) -> Problem:
    why = "was added after this workbook was made" if there_now else "is not in this workbook"
    message = f"The id {row.row_id} {why}."
    hint = "For a new row leave the id empty; it gets one when the workbook is read in."
    return error("unknown-id", content.place(row), message, hint)


def _copied(content: SheetContent, row: SheetRow, base: Table) -> Iterator[Problem]:
    """A warning where a new row says just what an old one says."""
    texts = {name: text for name, text in row.texts.items() if name != "position"}
    for old in base.rows if any(texts.values()) else ():
        if all(old.get(name, "") == text for name, text in texts.items()):
            message = f"This new row says the same as {base.key(old)[0]}."
            yield warning("copied-row", content.place(row), message, "Delete it if it is a copy.")
            return


def cut_loose(
    content: SheetContent, kept: Mapping[Key, SheetRow], base: Table
) -> Iterator[Problem]:
    """One problem for the whole sheet where ids were cut loose from their rows."""
    evidence = _wrong_grey_ids(kept) or _foreign_contents(kept, base)
    column = "" if evidence else _moved_column(content, kept, base)
    if not evidence and not column:
        return
    place = Location(content.resource.name, source=content.name)
    if column:
        title = content.resource.field(column).title
        message = f"The column {title!r} was sorted by itself; its texts stand in other rows now."
    else:
        message = (
            "Columns were sorted without the hidden column of ids, so that texts stand beside the "
            f"ids of other rows ({', '.join(evidence[:5])})."
        )
    yield error("ids-cut-loose", place, f"{message} Nothing of this sheet can be taken.", _UNDO)


def _wrong_grey_ids(kept: Mapping[Key, SheetRow]) -> list[str]:
    """The rows whose grey id is that of another row of the sheet."""
    ids = {key[0] for key in kept}
    return [
        f"row {row.line}"
        for key, row in kept.items()
        if len(key) == 1 and row.shown_id in ids and row.shown_id != key[0]
    ]


def _foreign_contents(kept: Mapping[Key, SheetRow], base: Table) -> list[str]:
    """The rows that have all the texts of another row of the base, and not their own."""
    if not kept:
        return []
    names = [n for n in next(iter(kept.values())).texts if n not in base.resource.primary_key]
    owners: dict[tuple[str, ...], list[Key]] = {}
    for key, old in base.by_key.items():
        owners.setdefault(tuple(old.get(name, "") for name in names), []).append(key)
    found = []
    for key, row in kept.items():
        there = owners.get(tuple(row.texts.get(name, "") for name in names), [])
        if len(names) > 1 and len(there) == 1 and there[0] != key:
            found.append(f"row {row.line}")
    return found


def _moved_column(content: SheetContent, kept: Mapping[Key, SheetRow], base: Table) -> str:
    """The column whose texts are the old ones in another order; empty if there is none."""
    if set(kept) != set(base.by_key) or not kept:
        return ""
    for field in content.resource.fields:
        if field.name in content.letters and field.name not in content.resource.primary_key:
            old = [base.by_key[key].get(field.name, "") for key in kept]
            new = [row.texts.get(field.name, "") for row in kept.values()]
            if _permuted(old, new, field, content.resource):
                return field.name
    return ""


def _permuted(old: list[str], new: list[str], field: Field, resource: Resource) -> bool:
    """Whether a column was moved against its rows.

    Two texts of prose never change places on purpose. Positions and words of a list do; for
    those only a column that is sorted now, and was not before, counts.
    """
    changed = sum(1 for one, other in zip(old, new, strict=True) if one != other)
    if not changed or sorted(old) != sorted(new):
        return False
    if _is_prose(field, resource) and changed == len(set(_differing(old, new))):
        return True
    ordered = _in_order(new) and not _in_order(old)
    return changed >= FEWEST_SORTED and ordered


def _is_prose(field: Field, resource: Resource) -> bool:
    is_word = field.constraints.enum or resource.reference(field.name)
    return field.type == "string" and not is_word


def _differing(old: Iterable[str], new: Iterable[str]) -> Iterator[str]:
    return (text for text, other in zip(old, new, strict=True) if text != other)


def _in_order(texts: list[str]) -> bool:
    """Whether a column is sorted, up or down; numbers by size."""
    keys = [(int(text), "") if text.isdigit() else (0, text.casefold()) for text in texts if text]
    ascending = sorted(keys)
    return len(set(keys)) > 1 and keys in (ascending, ascending[::-1])
