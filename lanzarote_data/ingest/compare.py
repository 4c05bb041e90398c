"""The rows of a factsheet compared with the tables: what is new, and what differs.

Chapters, levels of urgency and generic recommendations are the same in every factsheet. The
first factsheet that has them gives their wording; what a later one words otherwise is shown, and
the tables stay as they are. What the Party alone has must be as it is stored, to the letter;
only a new edition changes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lanzarote_data.ingest.front import Context
from lanzarote_data.ingest.notation import words
from lanzarote_data.ingest.rows import Rows
from lanzarote_data.model.changes import Change, apply
from lanzarote_data.model.problems import Location, Problem, error, warning
from lanzarote_data.model.tables import Key, Row, Table, Tables, key_text
from lanzarote_data.text.difference import first_difference
from lanzarote_data.text.items import Items
from lanzarote_data.text.references import markers
from lanzarote_data.text.targets import with_cited, with_targets

# Where a shared row stands depends on the factsheet; the first that has it keeps its place.
_OF_THE_PLACE = ("document_id", "position", "layout")
# What a source says of its own rows; the rest is the program's reading, which people may correct.
_SAID = {"documents": ("title", "date"), "citations": ("text",)}


@dataclass
class Compared:
    """The changes that the rows of a factsheet make, and where they differ from the tables."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def applied(tables: Tables, changes: Iterable[Change]) -> Tables:
    """The tables with changes, and with what the rows of the report follow from."""
    return with_targets(with_cited(apply(tables, changes)))


def compare(context: Context, rows: Rows, keep_stored: bool) -> Compared:
    """Compare all rows of a factsheet with the tables; see :class:`Wishes` for ``keep_stored``."""
    result = Compared()
    moved = set(_moved(context, rows))
    for name, items in rows.by_table.items():
        table = context.tables[name]
        for row in items:
            read = {name: row.get(name, "") for name in table.resource.field_names}
            key = table.key(read)
            place = context.front.source.place(rows.lines.get(key[0], 1))
            _Row(context, table, read, place, key[0] in moved, keep_stored).add_to(result)
    if context.edition.is_new:
        result.changes += _footnotes_gone(context, rows)
    return result


def _moved(context: Context, rows: Rows) -> Iterator[str]:
    """The ids of stored items that the source states earlier or later than the tables."""
    items = Items(context.tables).by_id
    last: dict[str, int] = {}
    for item in (items[row_id] for row_id in rows.lines if row_id in items):
        if item.row["document_id"] == context.edition.document_id:
            if item.position < last.get(item.chapter_id, 0):
                yield item.id
            last[item.chapter_id] = item.position


def _footnotes_gone(context: Context, rows: Rows) -> Iterator[Change]:
    """The stored footnotes that the texts of a new edition no longer have."""
    package, table = context.tables.package, context.tables["citations"]
    for key, row in table.by_key.items():
        name, parent_id = package.parent_of(row)
        parent = context.tables.find(package.parents[name].name, parent_id) if name else None
        own = parent and parent.get("document_id") in context.edition.documents
        if own and parent_id in rows.lines and key[0] not in rows.lines:
            yield Change("citations", key, None, row, None)


@dataclass(frozen=True)
class _Row:
    """A row of a factsheet beside the tables; ``place`` is where it stands in the source.

    It ``has_moved`` if the tables have it before a row that it follows in the source.
    """

    context: Context
    table: Table
    read: Row
    place: str
    has_moved: bool
    keep_stored: bool

    @property
    def name(self) -> str:
        return self.table.resource.name

    @property
    def key(self) -> Key:
        return self.table.key(self.read)

    def add_to(self, result: Compared) -> None:
        """Add what the row changes, or in what it differs."""
        stored = self.table.by_key.get(self.key)
        if stored is None and self._parent_is_stored_and_shared():
            message = f"The source has a footnote that is not stored: “{self.read['text']}”."
            hint = "Add it to the stored text if it belongs there."
            result.problems.append(self._problem("", message, hint))
        elif stored is None:
            result.problems += self._twins()
            result.changes.append(Change(self.name, self.key, None, None, self.read))
        elif self._is_shared(self.name, stored):
            self._compare_shared(stored, result)
        elif self.context.edition.is_new:
            result.changes += (self._change(stored, name) for name in self._different(stored))
        else:
            result.problems += (self._difference(stored, n, True) for n in self._different(stored))

    def _change(self, stored: Row, name: str) -> Change:
        return Change(self.name, self.key, name, stored[name], self.read[name])

    def _location(self, name: str) -> Location:
        return Location(self.name, key_text(self.key), name, self.place)

    def _different(self, stored: Row) -> Iterator[str]:
        """The fields of a row of the factsheet’s own that the source states otherwise."""
        same_words = stored.get("text") == self.read.get("text")
        for name in _SAID.get(self.name, self.read) if same_words else self.read:
            is_reading = name == "addressing" and same_words
            may_move = self.context.edition.is_new or self.has_moved
            is_in_order = name == "position" and not may_move
            is_silent = self.name == "documents" and not self.read[name]
            if self.read[name] != stored[name] and not (is_reading or is_in_order or is_silent):
                yield name

    def _twins(self) -> Iterator[Problem]:
        """A warning for a practice that another factsheet has in the same words."""
        for other in self.table.rows if self.name == "practices" else ():
            if words(other["text"]) == words(self.read["text"]):
                message = f"This practice has the same words as {other['practice_id']}."
                where = self._location("text")
                hint = "Both are kept, so that the factsheet of each Party shows it."
                yield warning("practice-known", where, message, hint)

    def _is_shared(self, name: str, stored: Row) -> bool:
        """Whether a stored row is one that all factsheets share, and not first of this one."""
        if name == "recommendations":
            is_own = stored["document_id"] in self.context.edition.documents
            return not stored["party_id"] and not is_own
        return name in ("chapters", "urgencies", "urgency_meanings") or (
            name == "citations" and self._parent_is_stored_and_shared()
        )

    def _parent_is_stored_and_shared(self) -> bool:
        """Whether the row is the footnote of a stored text that all factsheets share."""
        if self.name != "citations":
            return False
        tables = self.context.tables
        for id_field, resource in tables.package.parents.items():
            parent = tables.find(resource.name, self.read[id_field])
            if parent and self._is_shared(resource.name, parent):
                return True
        return False

    def _compare_shared(self, stored: Row, result: Compared) -> None:
        for name, text in self.read.items():
            if name in _OF_THE_PLACE or not text or _is_same(text, stored[name]):
                continue
            if name == "text" and self._cites_the_same(stored):
                continue
            if self.name == "chapters" and not stored[name]:
                result.changes.append(self._change(stored, name))
                title = self.table.resource.field(name).title
                message = f"{key_text(self.key)} had no {title} yet; the source has “{text}”."
                result.problems.append(warning("completed", self._location(name), message))
            else:
                result.problems.append(self._difference(stored, name))

    def _cites_the_same(self, stored: Row) -> bool:
        """Whether the row is a citation of the same places, however it lists them."""
        same = all(self.read.get(name) == stored.get(name) for name in ("kind", "locator"))
        return same and bool(stored.get("locator"))

    def _difference(self, stored: Row, name: str, own: bool = False) -> Problem:
        title = self.table.resource.field(name).title
        stored_words, read_words = first_difference(stored[name], self.read[name])
        message = (
            f"{key_text(self.key)} is stored with another {title}. "
            f"Stored: “{stored_words}”. The source: “{read_words}”. "
            f"{_cause(stored[name], self.read[name])}"
        ).strip()
        hint = "Correct the source or the tables, so that both say the same, and ingest again."
        return self._problem(name, message, hint, own)

    def _problem(self, name: str, message: str, hint: str, own: bool = False) -> Problem:
        where = self._location(name)
        if self.keep_stored and not own:
            return warning("differs-from-stored", where, message, "The stored wording was kept.")
        if not own:
            hint += " Or keep what is stored: --keep-stored."
        return error("differs-from-stored", where, message, hint)


def _is_same(one: str, other: str) -> bool:
    """Whether two texts have the same words and as many footnotes; typesetting aside."""
    return words(one) == words(other) and len(markers(one)) == len(markers(other))


def _cause(stored: str, read: str) -> str:
    """Why a text probably differs from the stored one, in a sentence; empty if it is not plain."""
    one, other = words(stored), words(read)
    if one == other:
        return "The words are the same: typesetting, punctuation or footnotes differ."
    if "".join(one) == "".join(other):
        return "The letters are the same: a word was divided or joined, as at the end of a line."
    if other == one[: len(other)]:
        return "The source ends earlier: the rest may be after a page break."
    if one == other[: len(one)]:
        return "The source goes on: the next paragraph may have been joined to it."
    return ""
