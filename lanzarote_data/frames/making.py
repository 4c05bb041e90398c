"""Tables made of frames and rows of values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lanzarote_data.frames.base import known_resource
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.package import Resource
from lanzarote_data.model.problems import Location, Problem, error
from lanzarote_data.model.tables import Row, Source, Table, Tables
from lanzarote_data.model.types import serialize
from lanzarote_data.store.csv_file import TableFile
from lanzarote_data.text.targets import with_targets
from lanzarote_data.validate.schema import text_rows

if TYPE_CHECKING:
    import pandas


def tables_from(frames: Mapping[str, pandas.DataFrame], like: Tables) -> Tables:
    """Tables of frames, described as others are; a table without a frame has no rows.

    :raises LanzaroteError: there is no such table, or a column is not as declared.
    """
    if not isinstance(frames, Mapping):
        raise LanzaroteError(
            "A dataset is made of a dictionary of frames by table.",
            'Write from_frames({"parties": frame}).',
        )
    files = [table_of(like, name, frame) for name, frame in frames.items()]
    for file in files:
        for problem in file.problems:
            raise LanzaroteError(f"{problem.location.resource}: {problem.message}", problem.hint)
    return with_targets(Tables(like.package, [file.table for file in files]))


def table_of(tables: Tables, name: str, frame: pandas.DataFrame) -> TableFile:
    """The rows of a frame as canonical texts, and what is wrong with its columns.

    :raises LanzaroteError: there is no such table, or it is no frame.
    """
    import pandas

    resource = known_resource(tables, name)
    if not isinstance(frame, pandas.DataFrame):
        raise LanzaroteError(f"What is given for {name} is no pandas frame.", "Give a DataFrame.")
    named = [str(level) for level in frame.index.names if level is not None]
    problems = _column_problems(resource, [*named, *map(str, frame.columns)])
    rows = [{f: row.get(f, "") for f in resource.field_names} for row in text_rows(frame, resource)]
    sources = [Source(name, number) for number in range(1, len(rows) + 1)]
    return TableFile(Table(resource, rows, sources), tuple(problems))


def _column_problems(resource: Resource, header: list[str]) -> list[Problem]:
    """What is wrong with the columns of a frame, levels of its index included."""
    declared = f"The columns are {', '.join(resource.field_names)}."
    faults = [
        ("unknown-column", "is not declared", [c for c in header if c not in resource]),
        ("missing-column", "is missing", [f for f in resource.field_names if f not in header]),
        ("doubled-column", "is duplicated", [c for c in {*header} if header.count(c) > 1]),
    ]
    name = resource.name
    return [
        error(code, Location(name, "", c, name), f"The column {c!r} {what}.", declared)
        for code, what, columns in faults
        for c in columns
    ]


def tables_with_rows(tables: Tables, name: str, rows: Iterable[Mapping[str, object]]) -> Tables:
    """The tables with rows added to one; a row with a known key changes the fields it names.

    :raises LanzaroteError: there is no such table, or a row is not as declared.
    """
    resource = known_resource(tables, name)
    known = dict(tables[name].by_key)
    for row in _as_rows(rows, resource):
        key = tuple(row.get(field, "") for field in resource.primary_key)
        if not all(key):
            needed = " and ".join(resource.primary_key)
            raise LanzaroteError(f"A row of {name} has no key.", f"Give it {needed}.")
        known[key] = {**dict.fromkeys(resource.field_names, ""), **known.get(key, {}), **row}
    return with_targets(tables.with_table(Table(resource, known.values())))


def _as_rows(rows: Any, resource: Resource) -> Iterable[Row]:
    """Rows of values as rows of texts; a missing value is the empty text."""
    import pandas

    if isinstance(rows, pandas.DataFrame):
        is_keyed = bool(set(rows.index.names) & set(resource.field_names))
        rows = (rows.reset_index() if is_keyed else rows).to_dict("records")
    if isinstance(rows, Mapping | str) or not isinstance(rows, Iterable):
        raise LanzaroteError("Rows are a list of dictionaries.", 'Write [{"party_id": "BEL"}].')
    for row in rows:
        if not isinstance(row, Mapping):
            raise LanzaroteError("A row is a dictionary of values by column.", "Give one.")
        unknown = [name for name in row if name not in resource]
        if unknown:
            hint = f"The columns are {', '.join(resource.field_names)}."
            raise LanzaroteError(f"{resource.name} has no column {unknown[0]!r}.", hint)
        yield {n: "" if v is None or pandas.isna(v) else serialize(v) for n, v in row.items()}
