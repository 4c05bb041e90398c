"""Datasets made of packages, releases and frames; written, and handed on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lanzarote_data.frames.arguments import as_path
from lanzarote_data.frames.comparing import COLUMNS
from lanzarote_data.frames.typed import known_resource
from lanzarote_data.model.errors import LanzaroteError, StorageError
from lanzarote_data.model.package import DESCRIPTOR_NAME, Resource
from lanzarote_data.model.problems import Location, Problem, error
from lanzarote_data.model.tables import Row, Source, Table, Tables
from lanzarote_data.model.types import serialize
from lanzarote_data.store import atomic
from lanzarote_data.store.csv_file import TableFile, table_text
from lanzarote_data.store.descriptor import installed_descriptor, load_package
from lanzarote_data.store.lock import locked
from lanzarote_data.store.tables import read_tables
from lanzarote_data.text.targets import with_targets

if TYPE_CHECKING:
    import frictionless
    import pandas

IMPORTED = ("sequence", "time", "by", "command", "workbook")


def load_tables(path: Path | str | None) -> Tables:
    """The tables of a package or of a release; of the installed package where none is named.

    :raises LanzaroteError: they cannot be read, or the release was changed.
    """
    where = installed_descriptor() if path is None else as_path(path)
    if where.suffix.lower() == ".zip":
        from lanzarote_data.release.read import read_release

        return read_release(where).tables.in_order()
    return read_tables(load_package(where)).tables.in_order()


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
    return _made(Tables(like.package, [file.table for file in files]))


def table_of(tables: Tables, name: str, frame: pandas.DataFrame) -> TableFile:
    """The rows of a frame as canonical texts, and what is wrong with its columns.

    :raises LanzaroteError: there is no such table, or it is no frame.
    """
    import pandas

    from lanzarote_data.validate.schema import text_rows

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


def with_rows(tables: Tables, name: str, rows: Iterable[Mapping[str, object]]) -> Tables:
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
    return _made(tables.with_table(Table(resource, known.values())))


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


def _made(tables: Tables) -> Tables:
    """Tables in order, with the derived ones as they follow from the others."""
    return with_targets(tables).in_order()


def write(tables: Tables, folder: Path, overwrite: bool) -> Path:
    """Write a package into a folder: its descriptor and tables, all or none.

    :raises StorageError: there is a package already, or it cannot be written.
    """
    descriptor = folder / DESCRIPTOR_NAME
    if descriptor.exists() and not overwrite:
        raise StorageError(f"{descriptor} is there already.", "Write overwrite=True, or elsewhere.")
    texts = {t.resource.path: table_text(t) for t in _made(tables).values()}
    described = json.dumps(tables.package.descriptor, ensure_ascii=False, indent=2) + "\n"
    contents = {name: text.encode() for name, text in {DESCRIPTOR_NAME: described, **texts}.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as reason:
        raise StorageError(
            f"{folder} cannot be written: {reason.strerror}.", "Name another folder."
        ) from reason
    with locked(load_package(folder)) if descriptor.exists() else nullcontext():
        atomic.replace_all(folder, contents)
    return folder


def to_frictionless(tables: Tables) -> frictionless.Package:
    """The package as frictionless has it, with its rows in it."""
    import frictionless

    resources = []
    for table, entry in zip(tables.values(), tables.package.descriptor["resources"], strict=True):
        names = table.resource.field_names
        rows = [list(names), *map(list, table.columns(names))]
        kept = {k: v for k, v in entry.items() if k in ("name", "title", "description", "schema")}
        resources.append({**kept, "data": rows})
    whole = {k: v for k, v in tables.package.descriptor.items() if k != "$schema"}
    return frictionless.Package.from_descriptor({**whole, "resources": resources})


def history(tables: Tables) -> pandas.DataFrame:
    """The log of imports of a package: a line for each cell that one of them changed."""
    import pandas

    from lanzarote_data.model.changes import cells
    from lanzarote_data.store.history import read_history

    lines = [
        (one.sequence, one.time, one.by, one.command, one.workbook, *line)
        for one in read_history(tables.package).hand_ins
        for change in one.changes
        for line in cells(change)
    ]
    frame = pandas.DataFrame(lines, columns=[*IMPORTED, *COLUMNS], dtype="string")
    frame = frame.mask(frame == "")
    return frame.assign(
        sequence=frame["sequence"].astype("Int64"), time=pandas.to_datetime(frame["time"], utc=True)
    )
