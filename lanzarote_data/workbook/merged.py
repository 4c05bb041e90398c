"""Check the tables after workbooks were merged into them, and say where each row is found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from lanzarote_data.model.changes import Change
from lanzarote_data.model.problems import Problem, error
from lanzarote_data.model.tables import Key, Source, Table, Tables, key_text
from lanzarote_data.validate.package import validate_tables

Place = tuple[str, Key]
"""A row: the name of its table, and its key."""

Pointer = tuple[str, str, str]
"""A cell that names a row of another table: the name of its own table, the id of its row, and its
field."""


def merged_problems(tables: Tables, changes: Sequence[Change]) -> list[Problem]:
    """What is wrong with the merged tables, without what only follows from another problem.

    A row that was deleted while others point to it is one problem, not one for each of them; an
    id that cannot be made because the chapter is missing is none beside the missing chapter.
    """
    gone = {(c.resource, c.key): c for c in changes if c.kind == "removed"}
    pointers = _pointers_to(tables, gone)
    needed = [_needed(tables, gone[place], found) for place, found in pointers.items()]
    pointing = {pointer for found in pointers.values() for pointer in found}
    problems = validate_tables(tables)
    consequences = {
        problem
        for problem in problems
        if problem.code == "dangling-reference" and _pointer(problem) in pointing
    }
    consequences |= _ids_of_faulty_rows(problems, changes, tables)
    return needed + [problem for problem in problems if problem not in consequences]


def _pointer(problem: Problem) -> Pointer:
    return problem.location.resource, problem.location.key, problem.location.field


def _ids_of_faulty_rows(
    problems: Collection[Problem], changes: Iterable[Change], tables: Tables
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


def _needed(tables: Tables, change: Change, pointers: Sequence[Pointer]) -> Problem:
    place = tables[change.resource].location_of(change.key)
    named = ", ".join(row_id for _, row_id, _ in pointers[:8]) + (" …" if pointers[8:] else "")
    message = f"{key_text(change.key)} was deleted, but these rows belong to it: {named}."
    return error("deleted-but-needed", place, message, "Delete them too, or keep the row.")


def _pointers_to(tables: Tables, gone: Collection[Place]) -> dict[Place, list[Pointer]]:
    """The cells that point to rows that are gone, by what they point to."""
    found: dict[Place, list[Pointer]] = {}
    for table in tables.values() if gone else ():
        for reference in table.resource.foreign_keys:
            keys = table.columns(reference.fields)
            for row, key in zip(table.rows, keys, strict=True):
                if (reference.resource, key) in gone:
                    row_id = key_text(table.key(row))
                    pointer = (table.resource.name, row_id, reference.fields[0])
                    found.setdefault((reference.resource, key), []).append(pointer)
    return {place: found[place] for place in gone if place in found}


def with_places(tables: Tables, sides: Sequence[Tables]) -> Tables:
    """The tables with the place of each row: on the first of the sides that has it."""
    return Tables(tables.package, (_with_places(table, sides) for table in tables.values()))


def _with_places(table: Table, sides: Sequence[Tables]) -> Table:
    places: dict[Key, Source] = {}
    for side in reversed(sides):
        there = side[table.resource.name]
        places.update(zip(there.rank, there.sources, strict=False))
    is_complete = places.keys() >= table.rank.keys()  # rows from memory have no places
    sources = [places[key] for key in table.rank] if is_complete else ()
    return Table(table.resource, table.rows, sources)
