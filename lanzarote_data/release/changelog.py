"""The change log of a release, row by row: as CSV for programs, as Markdown and HTML for people.

Rows are compared by their key, not by the line on which they are: a row has *moved* where the
number that orders it is another one, and is *withdrawn* where a later edition of its document no
longer states it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lanzarote_data.model.changes import Change, cells, difference
from lanzarote_data.model.package import Package, titles_of
from lanzarote_data.model.tables import Key, Tables, key_text
from lanzarote_data.release.read import Release
from lanzarote_data.release.versions import Reason, form_changes, is_withdrawal
from lanzarote_data.release.withdrawn import (
    WITHDRAWN_PATH,
    Withdrawn,
    is_place,
    withdrawn_now,
    withdrawn_text,
)
from lanzarote_data.render.pages import page
from lanzarote_data.text.difference import Run, word_difference
from lanzarote_data.text.items import grouped
from lanzarote_data.text.rights import notice
from lanzarote_data.text.spreadsheets import as_csv

CHANGES = "changes/changes.csv"
SHORT = 100
WITHDRAWN = "withdrawn"
_KINDS = ("added", "removed", "changed", "moved", WITHDRAWN)


@dataclass(frozen=True)
class RowChange:
    """What happened to one row: its kind (one of :data:`_KINDS`) and its changes."""

    kind: str
    resource: str
    key: Key
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Log:
    """All changes from one release to the next; ``old_version`` is empty for the first."""

    old_version: str
    tables: Tables
    rows: tuple[RowChange, ...]
    form: tuple[Reason, ...]
    withdrawn: tuple[Withdrawn, ...]


def log_of(tables: Tables, previous: Release | None) -> Log:
    """The log of the changes since the release before; an empty one for the first release."""
    if previous is None:
        return Log("", tables, (), (), ())
    old, version = previous.tables, str(previous.version)
    rows = _by_row(difference(old, tables), old, tables)
    withdrawn = withdrawn_now(old, version, previous.withdrawn, tables)
    return Log(version, tables, tuple(rows), tuple(form_changes(old, tables)), withdrawn)


def _by_row(changes: tuple[Change, ...], old: Tables, new: Tables) -> Iterator[RowChange]:
    by_row = grouped(changes, lambda change: (change.resource, change.key))
    for (name, key), items in by_row.items():
        package = new.package if name in new else old.package
        yield RowChange(_kind(package, items), name, key, tuple(items))


def _kind(package: Package, changes: list[Change]) -> str:
    resource = package.resource(changes[0].resource)
    if any(map(is_withdrawal, changes)):
        return WITHDRAWN
    fields = [change.field for change in changes]
    if all(field and field in resource and is_place(resource, field) for field in fields):
        return "moved"
    return changes[0].kind


def log_files(log: Log) -> dict[str, bytes]:
    """The change log and the list of withdrawn ids, as files of a release."""
    texts = {
        CHANGES: _csv(log),
        "changes/changes.md": _markdown(log),
        "changes/changes.html": _html(log),
        WITHDRAWN_PATH: withdrawn_text(log.withdrawn),
    }
    return {path: text.encode("utf-8") for path, text in texts.items()}


def _csv(log: Log) -> str:
    """A line for each cell; a row that was added or removed has one for each filled cell."""
    changes = ((row.kind, change) for row in log.rows for change in row.changes)
    lines = ((kind, *line[1:]) for kind, change in changes for line in cells(change))
    return as_csv([("kind", "resource", "key", "field", "old", "new"), *lines])


def _title(log: Log) -> str:
    version = log.tables.package.version
    if not log.old_version:
        return f"{log.tables.package.title}: version {version}, the first release"
    return f"{log.tables.package.title}: what changed from {log.old_version} to {version}"


def _sentences(log: Log) -> Iterator[str]:
    if not log.old_version:
        yield "There was no release before, so there is nothing to compare with."
    elif not log.rows and not log.form:
        yield "Nothing changed in the tables."
    for reason in log.form:
        yield reason.text


def _summary(log: Log) -> list[tuple[str, ...]]:
    """The summary by table: its title, and the number of rows of each kind."""
    package = log.tables.package
    counts = Counter((row.resource, row.kind) for row in log.rows)
    return [
        (titles_of(package, name)[0], *(str(counts[name, kind]) for kind in _KINDS))
        for name in dict.fromkeys(row.resource for row in log.rows)
    ]


def _heading(log: Log, row: RowChange) -> str:
    return f"{titles_of(log.tables.package, row.resource)[0]} {key_text(row.key)}: {row.kind}"


def _lines(log: Log, row: RowChange) -> Iterator[tuple[str, str, str]]:
    """The cells of a row that changed: the title of each, its old and its new text."""
    _, titles = titles_of(log.tables.package, row.resource)
    for change in row.changes:
        for *_, name, old, new in cells(change):
            yield titles.get(name, name), old, new


def _markdown(log: Log) -> str:
    parts = [f"# {_title(log)}", notice(log.tables.package), *_sentences(log)]
    if log.rows:
        head = "| Table | " + " | ".join(_KINDS) + " |\n|---|" + "---:|" * len(_KINDS)
        parts.append("\n".join([head, *("| " + " | ".join(x) + " |" for x in _summary(log))]))
    for row in log.rows:
        parts.append(f"## {_heading(log, row)}")
        parts.append("\n".join(_markdown_cell(*line) for line in _lines(log, row)))
    if log.withdrawn:
        parts.append("## Withdrawn ids")
        parts.append("These ids stand for nothing any more, and never for anything else.")
        lines = (f"- {w.resource} {w.key} (last in {w.last_version})" for w in log.withdrawn)
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _markdown_cell(title: str, old: str, new: str) -> str:
    """A cell with its old and new text, verbatim: in a line, or fenced where that will not do."""
    sides = [(name, text) for name, text in (("before", old), ("now", new)) if text]
    if all(len(text) <= SHORT and not {"`", "\n"} & {*text} for _, text in sides):
        return f"- **{title}** " + ", ".join(f"{name}: `{text}`" for name, text in sides)
    blocks = (f"  {name}:\n\n{_fenced(text)}" for name, text in sides)
    return f"- **{title}**\n\n" + "\n\n".join(blocks) + "\n"


def _fenced(text: str) -> str:
    """A text in a fence longer than any in it, as far in as the text of a list."""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
    lines = f"{fence}text\n{text}\n{fence}".split("\n")
    return "\n".join(f"  {line}" if line else "" for line in lines)


def _html(log: Log) -> str:
    rows = [(_heading(log, row), [_html_line(*x) for x in _lines(log, row)]) for row in log.rows]
    return page(
        "changes.html.j2",
        "release",
        rights=notice(log.tables.package),
        title=_title(log),
        sentences=list(_sentences(log)),
        kinds=_KINDS,
        summary=_summary(log),
        rows=rows,
        withdrawn=log.withdrawn,
    )


def _html_line(title: str, old: str, new: str) -> tuple[str, list[Run], list[Run]]:
    """A cell before and now, in runs of words of which some differ."""
    runs = word_difference(old, new)
    before = [run for run in runs if run.mark != "added"]
    return title, before, [run for run in runs if run.mark != "removed"]
