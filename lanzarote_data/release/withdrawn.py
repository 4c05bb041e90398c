"""Withdrawn ids: those that a release had and a later one no longer has.

An id never comes back with another meaning. So each release lists all ids ever withdrawn, with the
row that they stood for; an id may return only with that row (its place may be another).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass

from lanzarote_data.model.package import Resource
from lanzarote_data.model.problems import Problem, error, shown
from lanzarote_data.model.tables import Key, Row, Table, Tables, key_text
from lanzarote_data.text.spreadsheets import as_csv

WITHDRAWN_PATH = "changes/withdrawn.csv"
LONGEST_ROW = 4_000_000
_HEADER = ("resource", "key", "last_version", "row")


@dataclass(frozen=True)
class Withdrawn:
    """A withdrawn id: its table, its key as text, the last version with it, its row."""

    resource: str
    key: str
    last_version: str
    row: Row


def withdrawn_text(items: tuple[Withdrawn, ...]) -> str:
    """The list as CSV; the row is a JSON object."""
    lines = (
        (item.resource, item.key, item.last_version, json.dumps(item.row, ensure_ascii=False))
        for item in items
    )
    return as_csv([_HEADER, *lines])


def read_withdrawn(text: str) -> tuple[Withdrawn, ...]:
    """The list from its CSV, which is untrusted.

    :raises ValueError: it is not such a list.
    """
    csv.field_size_limit(LONGEST_ROW)
    try:
        header, *lines = csv.reader(io.StringIO(text, newline=""), strict=True)
        if tuple(header) != _HEADER:
            raise ValueError(f"its header is not {','.join(_HEADER)}")
        return tuple(map(_withdrawn, lines))
    except csv.Error as reason:
        raise ValueError(f"a line of it is not CSV: {reason}") from reason


def _withdrawn(line: list[str]) -> Withdrawn:
    """One id of the list.

    :raises ValueError: it has other cells than an id has, or what cannot be printed.
    """
    if len(line) != len(_HEADER):
        raise ValueError(f"a line of it has {len(line)} cells")
    resource, key, last_version, row = line
    texts = _texts(row)
    if not (resource + key + last_version).isprintable():
        raise ValueError("an id of it holds what cannot be printed")
    return Withdrawn(resource, key, last_version, texts)


def _texts(row: str) -> dict[str, str]:
    """The row that an id stood for.

    :raises ValueError: it is something else.
    """
    try:
        texts = json.loads(row)
        is_row = isinstance(texts, dict) and all(isinstance(t, str) for t in texts.values())
        json.dumps(texts, ensure_ascii=False).encode("utf-8")  # half a character is no text
    except (ValueError, RecursionError):
        is_row = False
    if not is_row:
        raise ValueError("a row of it is not an object of texts")
    return dict(texts)


def withdrawn_now(
    old: Tables, old_version: str, known: tuple[Withdrawn, ...], new: Tables
) -> tuple[Withdrawn, ...]:
    """All ids withdrawn by now: those known before that did not return, and those that vanished."""
    gone = [
        Withdrawn(name, key_text(key), old_version, dict(row))
        for name, table in old.items()
        for key, row in table.by_key.items()
        if name not in new or key not in new[name].by_key
    ]
    there = _ids(new)
    still = [item for item in known if (item.resource, item.key) not in there]
    return tuple(sorted([*still, *gone], key=lambda item: (item.resource, item.key)))


def _ids(tables: Tables) -> dict[tuple[str, str], Key]:
    """Every id of the tables: table and key as text, and the key."""
    return {(name, key_text(key)): key for name, table in tables.items() for key in table.by_key}


def id_problems(old: Tables, known: tuple[Withdrawn, ...], new: Tables) -> list[Problem]:
    """Ids that stand for something else than before."""
    return [*_returned(known, new), *_renumbered(old, new)]


def _returned(known: tuple[Withdrawn, ...], new: Tables) -> Iterator[Problem]:
    """Withdrawn ids that are there again with another row."""
    there = _ids(new)
    for item in known:
        key = there.get((item.resource, item.key))
        if key is None:
            continue
        table = new[item.resource]
        field = _other(table.resource, item.row, table.by_key[key])
        if field:
            message = (
                f"The id {item.key} was withdrawn after {item.last_version}; now it stands for "
                f"something else: {table.resource.field(field).title} was {shown(item.row[field])}."
            )
            hint = "Give the new row an id of its own, or the row its old words."
            yield error("withdrawn-id", table.location_of(key), message, hint)


def _other(resource: Resource, old: Row, new: Row) -> str:
    """The first field in which two rows differ, their place left aside; empty if none."""
    names = (name for name in resource.field_names if name in old and not is_place(resource, name))
    return next((name for name in names if old[name] != new.get(name, "")), "")


def is_place(resource: Resource, name: str) -> bool:
    """Whether a field only orders the rows: a number in ``order`` that is no part of the key."""
    ordering = name in resource.order and name not in resource.primary_key
    return ordering and resource.field(name).type == "integer"


def _renumbered(old: Tables, new: Tables) -> Iterator[Problem]:
    """Ids whose words now stand under another id, while the id itself has other words."""
    for name in (name for name in new if name in old):
        before, after = _by_words(old[name]), _by_words(new[name])
        for words, key in before.items():
            moved = after.get(words)
            if moved and moved != key and key in new[name].by_key:
                message = (
                    f"What was {key_text(key)} in the release before is {key_text(moved)} now, and "
                    f"{key_text(key)} stands for something else."
                )
                hint = "Ids are permanent. Give each row its old id again."
                where = new[name].location(new[name].rank[moved])
                yield error("renumbered-id", where, message, hint)


def _by_words(table: Table) -> dict[str, Key]:
    """The texts of a table that only one of its rows has, and the key of that row."""
    fields = [field.name for field in table.resource.fields if field.markdown]
    found: dict[str, list[Key]] = {}
    for key, row in table.by_key.items():
        words = json.dumps([row.get(name, "") for name in fields])
        found.setdefault(words, []).append(key)
    return {words: keys[0] for words, keys in found.items() if len(keys) == 1 and fields}
