"""Check the tables after workbooks were merged into them, and say where each row is found."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from lanzarote_data.model.changes import Change
from lanzarote_data.model.package import Resource
from lanzarote_data.model.problems import Problem, error, shown
from lanzarote_data.model.tables import Key, Source, Table, Tables, key_text
from lanzarote_data.text.items import grouped
from lanzarote_data.validate.package import CHOOSE, problems_since
from lanzarote_data.workbook.layout import PROVISIONAL

Place = tuple[str, Key]
"""A row: the name of its table, and its key."""

Pointer = tuple[str, str, str]
"""A cell that names a row of another table: the name of its own table, the id of its row, and its
field."""


def merged_problems(tables: Tables, changes: Sequence[Change], before: Tables) -> list[Problem]:
    """What is wrong with the merged tables, without what only follows from another problem.

    A row that was deleted while others point to it is one problem, not one for each of them; an
    id that cannot be made because the chapter is missing is none beside the missing chapter.
    Warnings that the tables ``before`` the merge have too are left out: they are not about it.
    """
    gone = [(c.resource, c.key) for c in changes if c.kind == "removed"]
    pointers = _pointers_to(tables, gone)
    needed = [_needed(tables, *place, pointers[place]) for place in gone if place in pointers]
    pointing = {pointer for found in pointers.values() for pointer in found}
    problems = problems_since(tables, before)
    ids = _ids_of_faulty_rows(problems, changes, tables)
    moved = {problem.location.key for problem in problems if problem.code == "id-disagrees"}
    by_row = grouped(changes, lambda change: (change.resource, key_text(change.key)))
    edited = {row: [c.field for c in own if c.field] for row, own in by_row.items()}
    told = (
        _where_it_was_edited(tables, problem, edited, moved)
        for problem in problems
        if not (
            problem in ids
            or (problem.code == "dangling-reference" and _follows(tables, problem, pointing))
        )
    )
    return [*needed, *filter(None, told)]


def _follows(tables: Tables, problem: Problem, pointing: Collection[Pointer]) -> bool:
    """Whether a cell names a row that was deleted, or a new row: another problem says so."""
    where = problem.location
    row = tables.find(where.resource, where.key) or {}
    is_new = row.get(where.field) in PROVISIONAL
    return is_new or (where.resource, where.key, where.field) in pointing


def _where_it_was_edited(
    tables: Tables,
    problem: Problem,
    edited: Mapping[tuple[str, str], list[str]],
    moved: set[str],
) -> Problem | None:
    """The problem at the cell that somebody edited, where it was put at another.

    ``edited`` are the fields that were changed of each row, none of a new one. None where the
    problem only follows from the chapter of a row that was ``moved``.
    """
    where = problem.location
    if where.resource not in tables:
        return problem
    table, fields = tables[where.resource], edited.get((where.resource, where.key), [])
    resource, row = table.resource, tables.find(where.resource, where.key) or {}
    if where.field in resource.primary_key and not resource.typed_id and fields:
        field = next(filter(resource.reference, fields), fields[0])
        return replace(problem, location=table.location_of((where.key,), field))
    if problem.code == "dangling-reference" and "!" in where.source:
        return _from_a_list(problem, resource, row.get(where.field, ""))
    if problem.code == "cited-chapter":
        return None if row and tables.package.parent_of(row)[1] in moved else problem
    if problem.code != "doubled-position":
        return problem
    place = [row.get(name) for name in ("document_id", "chapter_id", "position")]
    there = [
        (item.name, key)
        for item in tables.package.items
        for key, other in tables[item.name].by_key.items()
        if [other["document_id"], other["chapter_id"], other["position"]] == place
    ]
    if moved & {key[0] for _, key in there}:
        return None
    given = (one for one in there if "position" in edited.get((one[0], one[1][0]), ()))
    name, key = next(given, (where.resource, (where.key,)))
    # The sentence names the other row.
    message = problem.message.replace(key[0], where.key)
    return replace(problem, location=tables[name].location_of(key, "position"), message=message)


def _from_a_list(problem: Problem, resource: Resource, text: str) -> Problem:
    """A problem of a cell with a drop-down, in its words: people cannot add rows to most lists."""
    hint = problem.hint.replace(CHOOSE, "Choose an entry from the list of this cell.")
    together = resource.together
    if together is None or problem.location.field not in together.fields:
        return replace(problem, hint=hint)
    message = f"{together.title}: {shown(text)} is no row that can have footnotes."
    return replace(problem, message=message, hint=hint)


def _ids_of_faulty_rows(
    problems: Collection[Problem], changes: Sequence[Change], tables: Tables
) -> set[Problem]:
    """The problems of ids that new rows got, where the row has another problem."""
    new = {(c.resource, key_text(c.key)) for c in changes if c.kind == "added"}
    ids = {
        problem
        for problem in problems
        if problem.code == "wrong-pattern"
        and (problem.location.resource, problem.location.key) in new
        and not (resource := tables[problem.location.resource].resource).typed_id
        and problem.location.field in resource.primary_key
    }
    others = {(p.location.resource, p.location.key) for p in problems if p not in ids}
    return {p for p in ids if (p.location.resource, p.location.key) in others}


def _needed(tables: Tables, name: str, key: Key, pointers: Sequence[Pointer]) -> Problem:
    named = ", ".join(row_id for _, row_id, _ in pointers[:8]) + (" …" if pointers[8:] else "")
    message = f"{key_text(key)} was deleted, but these rows belong to it: {named}."
    place = tables[name].location_of(key)
    return error("deleted-but-needed", place, message, "Delete them too, or keep the row.")


def _pointers_to(tables: Tables, gone: Collection[Place]) -> dict[Place, list[Pointer]]:
    """The cells that point to rows that are gone, by what they point to."""
    wanted = {*gone}
    found: dict[Place, list[Pointer]] = {}
    for table in tables.values() if gone else ():
        for reference in table.resource.foreign_keys:
            keys = table.columns(reference.fields)
            for row, key in zip(table.rows, keys, strict=True):
                if (reference.resource, key) in wanted:
                    pointer = (table.resource.name, key_text(table.key(row)), reference.fields[0])
                    found.setdefault((reference.resource, key), []).append(pointer)
    return found


def with_places(tables: Tables, sides: Sequence[Tables]) -> Tables:
    """The tables with the place of each row: on the first of the sides that has it."""
    found = []
    for name, table in tables.items():
        places: dict[Key, Source] = {}
        for side in reversed(sides):
            places.update(zip(side[name].rank, side[name].sources, strict=False))
        is_complete = places.keys() >= table.rank.keys()  # rows from memory have no places
        sources = [places[key] for key in table.rank] if is_complete else ()
        found.append(Table(table.resource, table.rows, sources))
    return Tables(tables.package, found)
