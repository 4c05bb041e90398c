"""Reporting forms that went out: read one that came back, and list what is not answered yet.

A form can only add entries of its Party and kind. An entry that is there already is nothing new,
nor is a file that was imported before. One that corrects an entry of an earlier return gets the id
of that, so that the merge shows both side by side as a conflict. Whatever else was changed in the
form is reported and not imported.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.problems import Problem, error, warning
from lanzarote_data.model.tables import Row, Source, Table, Tables
from lanzarote_data.store.history import History
from lanzarote_data.text.ids import counted_id, follow_up_stem, report_recommendation_id
from lanzarote_data.text.items import grouped
from lanzarote_data.text.standing import FOLLOW_UP
from lanzarote_data.workbook.form import CODE, ENTRY, GREY
from lanzarote_data.workbook.identify import MISALIGNED
from lanzarote_data.workbook.layout import FORM, View
from lanzarote_data.workbook.read import WorkbookContent, read_workbook
from lanzarote_data.workbook.rows import SheetContent, SheetRow

LIKE = 0.6
MOST_COMPARED = 2_000
"""Letters of two texts that are compared: more would take too long, and say no more."""
_log = logging.getLogger(__name__)
Entry = tuple[SheetRow, Row]
"""A row of the form, and the row of the follow-up that it means, without an id."""


def read_returned(
    content: WorkbookContent, ours: Tables, gone: Collection[str], history: History
) -> tuple[Tables, Tables, tuple[Problem, ...]]:
    """Read a form; ``gone`` are ids that no new entry gets.

    :returns: its base and its own side of the merge, and what is wrong with it.
    """
    table = ours[FOLLOW_UP]
    base = Table(table.resource, content.base.tables[FOLLOW_UP].rows)
    sheet = content.sheets.get(FORM)
    if sheet is None or content.sha256 in history.files:
        same = Tables(ours.package, [base])
        return same, same, content.problems
    filled = [row for row in sheet.rows if any(row.texts.get(name) for name in ENTRY)]
    filled.sort(key=lambda row: row.texts.get("date", ""))
    removed = {
        (_about(row), _texts(row))
        for row in history.added_by(content.base.digest).get(FOLLOW_UP, ())
        if table.find((row["follow_up_id"],)) is None
    }
    taken = {*gone, *(key for (key,) in table.rank)}
    matching = _Matching(sheet, content.base.view, base, table, taken, removed)
    matching.add(filled)
    letters = {"report_recommendation_id": sheet.letters.get(CODE, "A"), **sheet.letters}
    others = [row for row in base.rows if row["follow_up_id"] not in matching.found]
    lines = [*(row.line for row in matching.rows.values()), *[sheet.header_row] * len(others)]
    sources = [Source(sheet.name, line, letters) for line in lines]
    theirs = Table(table.resource, [*matching.found.values(), *others], sources)
    problems = (*_problems(content, sheet, filled), *matching.problems)
    return Tables(ours.package, [base]), Tables(ours.package, [theirs]), problems


class _Matching:
    """Finds for each entry of a form the one that it repeats or corrects; others are new.

    ``removed`` are entries that were imported before and are there no more.
    """

    def __init__(
        self,
        sheet: SheetContent,
        view: View,
        base: Table,
        ours: Table,
        taken: set[str],
        removed: set[tuple[str, tuple[str, ...]]],
    ) -> None:
        self.sheet, self.view = sheet, view
        self.taken, self.removed = taken, removed
        self.last = ""
        own = [r for r in ours.rows if (r["party_id"], r["kind"]) == (view.party_id, view.asks_for)]
        self.there = grouped(own, _about)
        self.since = {row["follow_up_id"] for row in own if not base.find((row["follow_up_id"],))}
        self.rows: dict[str, SheetRow] = {}
        self.found: dict[str, Row] = {}
        self.problems: list[Problem] = []

    def add(self, filled: list[SheetRow]) -> None:
        """Find the entries of the sheet."""
        read: list[Entry] = [(row, self._entry(row.texts)) for row in filled]
        for about, entries in grouped(read, lambda pair: _about(pair[1])).items():
            self._add(entries, self.there.get(about, []))
        missing = sorted(self.since - self.found.keys())
        if missing and self.found:
            named = ", ".join(missing[:8]) + (" …" if missing[8:] else "")
            message = (
                f"Entries that came since this form was made are not in it: {named}. They stay."
            )
            hint = "If one was withdrawn, delete its row in the workbook of the Party."
            place = self.sheet.sheet_place
            self.problems.append(warning("entry-not-returned", place, message, hint))

    def _add(self, entries: list[Entry], there: list[Row]) -> None:
        """Find the entries on one recommendation; ``there`` are those that there are already."""
        known = {_texts(row): row for row in there}
        new: dict[tuple[str, ...], Entry] = {}
        for row, entry in entries:
            texts = _texts(entry)
            if texts in known:
                self._take(row, known[texts])
            elif texts in new:
                message = "This entry is in the form twice. It is imported once."
                self.problems.append(warning("copied-row", self.sheet.place(row, CODE), message))
            elif (_about(entry), texts) in self.removed:
                message = "This entry was imported and removed since. It is not imported again."
                self.problems.append(warning("entry-removed", self.sheet.place(row, CODE), message))
            else:
                new[texts] = row, entry
        earlier = [r for r in there if r["follow_up_id"] in self.since - self.found.keys()]
        for row, entry in new.values():
            first = _corrected(earlier, entry)
            if first is not None:
                earlier.remove(first)
            self._take(row, self._new(entry) if first is None else {**first, **entry})

    def _entry(self, texts: Mapping[str, str]) -> dict[str, str]:
        """A row of the follow-up without its id."""
        code = texts.get(CODE, "")
        report_id = report_recommendation_id(self.view.round_id, code) if code else ""
        about = {"report_recommendation_id": report_id, "party_id": self.view.party_id}
        told = {name: texts.get(name, "") for name in ENTRY}
        return about | {"kind": self.view.asks_for} | told

    def _new(self, entry: Row) -> Row:
        stem = follow_up_stem(entry["report_recommendation_id"], entry["party_id"])
        is_next = self.last.startswith(stem)
        self.last = counted_id(stem, {self.last} if is_next else self.taken)
        return {"follow_up_id": self.last, **entry}

    def _take(self, row: SheetRow, entry: Row) -> None:
        self.rows[entry["follow_up_id"]] = row
        self.found[entry["follow_up_id"]] = entry


def _about(row: Row) -> str:
    return row["report_recommendation_id"]


def _texts(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in ENTRY)


def _corrected(earlier: list[Row], entry: Row) -> Row | None:
    """The entry of an earlier return that one corrects, if its words are like those of one."""
    likeness = [(_likeness(row, entry), index) for index, row in enumerate(earlier)]
    most, index = max(likeness, default=(0, 0))
    return earlier[index] if most >= LIKE else None


def _likeness(row: Row, entry: Row) -> float:
    """How alike the words of two entries are, up to 1, as if date and source are the same."""
    if all(row[name] == entry[name] for name in ("date", "source")):
        return 1.0
    one, other = (side["text"][:MOST_COMPARED] for side in (row, entry))
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _problems(
    content: WorkbookContent, sheet: SheetContent, filled: Collection[SheetRow]
) -> Iterator[Problem]:
    """What was found when the form was read, and what was changed in its grey cells."""
    for problem in content.problems:
        is_grey = problem.location.resource == FORM and problem.location.field in GREY
        yield replace(problem, severity="warning") if is_grey else problem
    table, seen = content.base.tables[FORM], set[str]()
    codes = {row["words"]: row[CODE] for row in table.rows}
    for row in sheet.rows:
        code, words = (row.texts.get(name, "") for name in (CODE, "words"))
        before = table.find((code,)) or {}
        if row in filled and code and words in codes and words != before.get("words"):
            message = f"The words in this row are those of {codes[words]}, but its code is {code}."
            hint = "Correct the code, so that the entry is on the recommendation that is meant."
            yield error(MISALIGNED, sheet.place(row, CODE), message, hint)
        elif code:
            yield from _changes(sheet, row, before, is_first=bool(before) and code not in seen)
        seen |= {code, words}
    gone = [row[CODE] for row in table.rows if seen.isdisjoint((row[CODE], row["words"]))]
    if gone:
        message = f"Rows were deleted: {', '.join(gone)}. Nothing is reported on them."
        yield warning("form-changed", sheet.sheet_place, message)


def _changes(sheet: SheetContent, row: SheetRow, before: Row, is_first: bool) -> Iterator[Problem]:
    """A warning for each grey cell that was changed; in rows that were added they may be empty."""
    for name in GREY:
        text = row.texts.get(name)
        if text not in (None, before.get(name)) and (text or is_first):
            title = sheet.resource.field(name).title
            message = f"{title!r} was changed in the form. The change is not imported."
            hint = "A form adds entries; the text of the Committee cannot be changed through it."
            yield warning("form-changed", sheet.place(row, name), message, hint)


@dataclass(frozen=True)
class Reminder:
    """A form, what it asked for, and its rows on which nothing came since it was made."""

    path: Path
    view: View
    asked: int
    open: tuple[Row, ...]

    def is_due(self, day: str) -> bool:
        """Whether something in it should have been answered by a day such as 2026-12-31."""
        return bool(self.open) and "" < self.view.due <= day

    def report_id(self, row: Row) -> str:
        """The id of the report recommendation of one of its rows."""
        return report_recommendation_id(self.view.round_id, row[CODE])


def reminders(tables: Tables, paths: Iterable[Path]) -> list[Reminder]:
    """A reminder for each form, by date and Party; those without a date come last.

    A file that cannot be read is told of and passed over.
    """
    asked: list[Reminder] = []
    for path in paths:
        try:
            one = _reminder(tables, path)
        except LanzaroteError as reason:
            _log.warning("%s is passed over. %s", path.name, reason.message)
        else:
            asked += [one] if one.view.asks_for else []
    return sorted(asked, key=lambda r: (not r.view.due, r.view.due, r.view.subject, r.path))


def _reminder(tables: Tables, path: Path) -> Reminder:
    base = read_workbook(path, tables).base
    view, before = base.view, base.tables[FOLLOW_UP]
    answered = {
        _about(row)
        for row in tables.rows(FOLLOW_UP)
        if (row["party_id"], row["kind"]) == (view.party_id, view.asks_for)
        and before.find((row["follow_up_id"],)) is None
    }
    rows = base.tables[FORM].rows if view.asks_for else ()
    own = Reminder(path, view, len(rows), rows)
    return replace(own, open=tuple(row for row in rows if own.report_id(row) not in answered))
