"""What was asked in the forms of a package and is not answered yet."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.text.ids import report_recommendation_id
from lanzarote_data.text.standing import FOLLOW_UP
from lanzarote_data.workbook.form import CODE
from lanzarote_data.workbook.layout import FORM, View
from lanzarote_data.workbook.read import read_workbook

_log = logging.getLogger(__name__)


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
        row["report_recommendation_id"]
        for row in tables.rows(FOLLOW_UP)
        if (row["party_id"], row["kind"]) == (view.party_id, view.asks_for)
        and before.find((row["follow_up_id"],)) is None
    }
    rows = base.tables[FORM].rows if view.asks_for else ()
    own = Reminder(path, view, len(rows), rows)
    still = tuple(row for row in rows if own.report_id(row) not in answered)
    return Reminder(path, view, len(rows), still)
