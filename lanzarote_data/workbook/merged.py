"""Check the tables after workbooks were merged into them, and say where each row is found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from lanzarote_data.model.changes import Change
from lanzarote_data.model.package import Resource
from lanzarote_data.model.problems import Location, Problem, error, shown
from lanzarote_data.model.tables import Key, Source, Table, Tables, key_text
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
    gone = {(c.resource, c.key): c for c in changes if c.kind == "removed"}
    pointers = _pointers_to(tables, gone)
    needed = [_needed(tables, gone[place], found) for place, found in pointers.items()]
    pointing = {pointer for found in pointers.values() for pointer in found}
    problems = problems_since(tables, before)
    consequences = {
        problem
        for problem in problems
        if problem.code == "dangling-reference" and _pointer(problem) in pointing
    }
    consequences |= _ids_of_faulty_rows(problems, changes, tables)
    consequences |= {problem for problem in problems if _names_new_row(tables, problem)}
    moved = {problem.location.key for problem in problems if problem.code == "id-disagrees"}
    edited = _edited(changes)
    told = (problem for problem in problems if problem not in consequences)
    placed = (_where_it_was_edited(tables, problem, edited, moved) for problem in told)
    return [*needed, *filter(None, placed)]


def _names_new_row(tables: Tables, problem: Problem) -> bool:
    """Whether a cell names a new row that is not there; a problem of the workbook says so."""
    if problem.code != "dangling-reference":
        return False
    row = tables.find(problem.location.resource, problem.location.key)
    return row is not None and row.get(problem.location.field) in PROVISIONAL


def _edited(changes: Iterable[Change]) -> Mapping[tuple[str, str], list[str]]:
    """The fields that were changed of each row; none of a new one."""
    found: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        fields = found.setdefault((change.resource, key_text(change.key)), [])
        fields += [change.field] if change.field else []
    return found


def _where_it_was_edited(
    tables: Tables,
    problem: Problem,
    edited: Mapping[tuple[str, str], list[str]],
    moved: set[str],
) -> Problem | None:
    """The problem at the cell that somebody edited, where it was put at another.

    None where it only follows from the chapter of a row that was ``moved``.
    """
    where = problem.location
    resource = tables.package.resource(where.resource) if where.resource in tables else None
    fields = edited.get((where.resource, where.key), [])
    if resource and where.field in resource.primary_key and not resource.typed_id and fields:
        field = next(filter(resource.reference, fields), fields[0])
        place = tables[where.resource].location_of((where.key,), field)
        return replace(problem, location=place)
    if resource and problem.code == "dangling-reference" and "!" in where.source:
        return _from_a_list(tables, problem, resource)
    if problem.code == "cited-chapter" and _belongs_to(tables, where) in moved:
        return None
    if problem.code != "doubled-position":
        return problem
    there = list(_at_one_position(tables, where))
    if moved & {key[0] for _, key in there}:
        return None
    given = (one for one in there if "position" in edited.get((one[0], one[1][0]), ()))
    name, key = next(given, (where.resource, (where.key,)))
    # The sentence names the other row.
    message = problem.message.replace(key[0], where.key)
    return replace(problem, location=tables[name].location_of(key, "position"), message=message)


def _belongs_to(tables: Tables, where: Location) -> str:
    """The id of the row that a footnote belongs to."""
    row = tables.find(where.resource, where.key)
    return tables.package.parent_of(row)[1] if row else ""


def _from_a_list(tables: Tables, problem: Problem, resource: Resource) -> Problem:
    """A problem of a cell with a drop-down, in its words: people cannot add rows to most lists."""
    hint = problem.hint.replace(CHOOSE, "Choose an entry from the list of this cell.")
    together, name = resource.together, problem.location.field
    if together is None or name not in together.fields:
        return replace(problem, hint=hint)
    row = tables.find(resource.name, problem.location.key) or {}
    message = f"{together.title}: {shown(row.get(name, ''))} is no row that can have footnotes."
    return replace(problem, message=message, hint=hint)


def _at_one_position(tables: Tables, where: Location) -> Iterator[Place]:
    """The rows that have the position of a row."""
    row = tables.find(where.resource, where.key) or {}
    names = ("document_id", "chapter_id", "position")
    for item in tables.package.items:
        for key, other in tables[item.name].by_key.items():
            if all(other[name] == row.get(name) for name in names):
                yield item.name, key


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
