"""The log of hand-ins: every import, ingestion, form and undo that changed the tables.

It is ``history/imports.jsonl`` beside the tables: a line of JSON for each, only ever appended to,
and written in the same step as the tables (:func:`lanzarote_data.store.tables.write_tables`). It
is text for version control and part of no release. Without it, or where it is damaged, nothing
stops: imports are then the ordinary three-way merge.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple

from lanzarote_data.model.changes import Change, change_from_json, plain, with_rows_of
from lanzarote_data.model.merge import Origin, Side
from lanzarote_data.model.package import Package
from lanzarote_data.model.problems import Json
from lanzarote_data.model.tables import Key, Row, Tables, key_text
from lanzarote_data.store.untrusted import file_bytes

LOG = "history/imports.jsonl"
LARGEST_LOG = 400_000_000

_log = logging.getLogger(__name__)
_TEXTS = ("time", "by", "command", "workbook", "sha256", "base", "view")


class Settled(NamedTuple):
    """How a conflict was settled: the cell or row, its values on both sides, the side chosen."""

    resource: str
    key: Key
    field: str | None
    ours: str | Row | None
    theirs: str | Row | None
    side: Side


@dataclass(frozen=True)
class HandIn:
    """One line of the log: what was handed in, by whom, when, and what changed.

    ``time`` is UTC, ``2026-11-30T02:50:28Z``. ``command`` is ``import``, ``ingest``, ``form`` or
    ``undo``. ``workbook`` and ``sha256`` are the name and the digest of the file, ``base`` and
    ``view`` the digest and the name of what a workbook was exported from; each may be empty.
    ``replaces`` are digests of the files that a review was made from, ``undoes`` the numbers of
    what an undo reverses. Those that one command wrote have the same ``batch``, the number of the
    first of them. ``sequence``, ``batch`` and ``time`` are given when it is written.
    """

    command: str
    by: str = ""
    workbook: str = ""
    sha256: str = ""
    base: str = ""
    view: str = ""
    changes: tuple[Change, ...] = ()
    settled: tuple[Settled, ...] = ()
    replaces: tuple[str, ...] = ()
    undoes: tuple[int, ...] = ()
    sequence: int = 0
    batch: int = 0
    time: str = ""

    def as_json(self) -> Json:
        """The hand-in as an object of the JSON contract; what is empty is null."""
        return {
            "sequence": self.sequence,
            "time": self.time,
            "by": self.by or None,
            "command": self.command,
            "workbook": self.workbook or None,
            "sha256": self.sha256 or None,
            "changes": [change.as_json() for change in self.changes],
        }

    @property
    def name(self) -> str:
        """What was handed in, in words: ``BEL.xlsx``, ``the undoing of import 3``."""
        numbers = " and ".join(map(str, self.undoes))
        return self.workbook or (f"the undoing of import {numbers}" if numbers else self.command)

    def origin(self, export: str = "") -> Origin:
        """Who, by which file and when, for a workbook that was exported with this digest."""
        is_same = bool(export) and self.base == export
        return Origin(self.name, self.by, self.time, is_same, command=self.command)


@dataclass(frozen=True)
class History:
    """The log as read, oldest first; ``fault`` says what is wrong with it, if anything is."""

    hand_ins: tuple[HandIn, ...] = ()
    fault: str = ""

    @cached_property
    def undone(self) -> Mapping[int, int]:
        """The numbers of what was undone, each with that of the undo, if it was not undone too."""
        found: dict[int, int] = {}
        for hand_in in reversed(self.hand_ins):
            if hand_in.sequence not in found:
                found |= dict.fromkeys(hand_in.undoes, hand_in.sequence)
        return found

    @cached_property
    def active(self) -> tuple[HandIn, ...]:
        """The hand-ins that were not undone, oldest first."""
        return tuple(one for one in self.hand_ins if one.sequence not in self.undone)

    @cached_property
    def files(self) -> frozenset[str]:
        """The digests of the files that count as imported, and of those that a review replaced."""
        digests = (digest for one in self.active for digest in (one.sha256, *one.replaces))
        return frozenset(filter(None, digests))

    @cached_property
    def added(self) -> frozenset[str]:
        """The ids of all rows that were ever added."""
        return frozenset(
            key_text(change.key)
            for one in self.hand_ins
            for change in one.changes
            if change.kind == "added"
        )

    def of_export(self, digest: str) -> list[HandIn]:
        """The hand-ins of one export that were not undone, oldest first."""
        return [one for one in self.active if digest and one.base == digest]

    def added_by(self, digest: str, even_undone: bool = False) -> Mapping[str, list[Row]]:
        """The rows that the hand-ins of one export added, by table."""
        found: dict[str, list[Row]] = {}
        for hand_in in self.hand_ins if even_undone else self.active:
            for change in hand_in.changes if digest and hand_in.base == digest else ():
                if isinstance(change.new, Mapping):
                    found.setdefault(change.resource, []).append(change.new)
        return found

    def was_withdrawn(self, row_id: str, sequence: int) -> bool:
        """Whether an id was withdrawn before the hand-in with this number, as far as it says."""
        is_withdrawn, before = False, {}
        for one in self.hand_ins:
            before[one.sequence] = is_withdrawn
            kinds = [c.kind for c in one.changes if c.field is None and key_text(c.key) == row_id]
            if kinds:
                undone = before.get(one.undoes[0], True) if one.undoes else True
                is_withdrawn = kinds[-1] == "removed" and undone
        return before.get(sequence, False)

    def last_of_view(self, view: str) -> HandIn | None:
        """The last hand-in of a workbook by the name of its view that was not undone."""
        return next((one for one in reversed(self.active) if view and one.view == view), None)

    def numbered(self, sequence: int) -> list[HandIn]:
        """All hand-ins that the command wrote which wrote this one; none if there is none."""
        batches = {one.batch for one in self.hand_ins if one.sequence == sequence}
        return [one for one in self.hand_ins if one.batch in batches]

    def changes(
        self, hand_in: HandIn, tables: Tables, party: str = "", row_id: str = ""
    ) -> tuple[Change, ...]:
        """The changes of a hand-in to one Party or to one row; all where neither is named."""
        parties = self._parties(tables) if party else {}
        return tuple(
            change
            for change in hand_in.changes
            if (not row_id or key_text(change.key) == row_id)
            and (not party or parties.get((change.resource, change.key)) == party)
        )

    def _parties(self, tables: Tables) -> dict[tuple[str, Key], str]:
        """The Party of each row that is there or was added or removed."""
        tables = with_rows_of(tables, (change for one in self.hand_ins for change in one.changes))
        return {
            (name, key): party
            for name, table in tables.items()
            for key, party in zip(table.rank, tables.parties[name], strict=True)
        }

    @cached_property
    def _by_row(self) -> Mapping[tuple[str, Key], list[tuple[Change, HandIn]]]:
        found: dict[tuple[str, Key], list[tuple[Change, HandIn]]] = {}
        for one in self.hand_ins:
            for change in one.changes:
                found.setdefault((change.resource, change.key), []).append((change, one))
        return found

    def source_of(
        self, resource: str, key: Key, field: str | None, value: str | Row | None
    ) -> HandIn | None:
        """The hand-in that gave a cell or row the value that it has; None if the log has none.

        ``field`` is None for a row; its value is None where the row was removed.
        """
        for change, hand_in in reversed(self._by_row.get((resource, key), [])):
            if _gave(change, field, value):
                return hand_in
            if field is not None and change.field in (field, None):
                return None  # it was changed since, and not by a hand-in
        return None


def _gave(change: Change, field: str | None, value: str | Row | None) -> bool:
    """Whether a change left a cell or row with a value."""
    if isinstance(value, Mapping) and change.field is not None:
        return value.get(change.field, "") == change.new
    if field is not None and isinstance(change.new, Mapping):
        return change.new.get(field, "") == value
    if isinstance(value, Mapping) and isinstance(change.new, Mapping):
        return dict(change.new) == dict(value)
    return change.field == field and change.new == value


def read_history(package: Package) -> History:
    """Read the log of a package, leniently: lines that are damaged are left out, which is said.

    Call it after the tables were read, which completes a change that was cut off.
    """
    history = _read(package)
    if history.fault:
        _log.warning("%s What can be read of it is used.", history.fault)
    return history


def _read(package: Package) -> History:
    try:
        content = log_bytes(package)
    except OSError as reason:
        return History(fault=f"{LOG} cannot be read: {reason.strerror or reason}.")
    hand_ins, damaged = [], 0
    for line in content.splitlines():
        try:
            hand_ins.append(_hand_in(package, json.loads(line)))
        except (ValueError, TypeError, KeyError, RecursionError):
            damaged += 1
    fault = f"{LOG} is damaged: {damaged} of its lines cannot be read." if damaged else ""
    doubled = [str(n) for n, c in Counter(one.sequence for one in hand_ins).items() if c > 1]
    if doubled and not fault:
        fault = f"{LOG} has several imports with the number {doubled[0]}."
    return History(tuple(hand_ins), fault)


def log_bytes(package: Package) -> bytes:
    """The bytes of the log; none where there is no log.

    :raises OSError: it is no ordinary file inside the package.
    """
    try:
        return file_bytes(package.folder / LOG, LARGEST_LOG, inside=package.folder)
    except FileNotFoundError:
        return b""


def _hand_in(package: Package, found: Any) -> HandIn:
    """A line of the log.

    :raises ValueError, TypeError, KeyError: it is damaged.
    """
    texts = {name: found[name] or "" for name in _TEXTS}
    numbers = [found["sequence"], found["batch"], *found["undoes"]]
    if not all(isinstance(text, str) for text in (*texts.values(), *found["replaces"])):
        raise TypeError("no text")
    if not all(type(number) is int for number in numbers):
        raise TypeError("no number")
    datetime.fromisoformat(texts["time"])
    changes = tuple(change_from_json(package, change) for change in found["changes"])
    if any(c.field is None and (c.old is None) is (c.new is None) for c in changes):
        raise ValueError("a row that was neither added nor removed")
    return HandIn(
        **texts,
        changes=changes,
        settled=tuple(_settled(package, one) for one in found["settled"]),
        replaces=tuple(found["replaces"]),
        undoes=tuple(found["undoes"]),
        sequence=numbers[0],
        batch=numbers[1],
    )


def _settled(package: Package, found: Any) -> Settled:
    change = change_from_json(package, {**found, "old": found["ours"], "new": found["theirs"]})
    if found["side"] not in ("ours", "theirs"):
        raise ValueError("no side")
    return Settled(change.resource, change.key, change.field, change.old, change.new, found["side"])


def appended(package: Package, hand_ins: Sequence[HandIn]) -> bytes | None:
    """The log with hand-ins appended; None where it cannot be written, which is told.

    Lines that are damaged stay as they are.
    """
    try:
        content = log_bytes(package)
    except OSError as reason:
        _log.warning("So this is not recorded: %s.", reason.strerror)
        return None
    if not (package.folder / LOG).exists():
        _log.warning("%s does not exist yet: the record of imports begins with this one.", LOG)
    first = max((one.sequence for one in _read(package).hand_ins), default=0) + 1
    lines = _lines(hand_ins, first, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    gap = b"" if not content or content.endswith(b"\n") else b"\n"
    return content + gap + "".join(lines).encode("utf-8", "backslashreplace")


def _lines(hand_ins: Iterable[HandIn], first: int, now: str) -> Iterable[str]:
    for number, one in enumerate(hand_ins, start=first):
        done = replace(one, sequence=number, batch=first, time=now)
        settled = [
            {
                **each._asdict(),
                "key": key_text(each.key),
                "ours": plain(each.ours),
                "theirs": plain(each.theirs),
            }
            for each in done.settled
        ]
        found = asdict(replace(done, changes=(), settled=())) | done.as_json()
        found["settled"] = settled
        yield json.dumps(found, ensure_ascii=False) + "\n"
