"""A factsheet beside the edition of it that the tables have: which it is, and what it changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from lanzarote_data.model.changes import Change
from lanzarote_data.model.errors import SourceError
from lanzarote_data.model.package import CITATIONS
from lanzarote_data.model.problems import Location, Problem, error, shown, warning
from lanzarote_data.model.tables import Tables
from lanzarote_data.text.items import WITHDRAWN_IN, Item, Items, grouped
from lanzarote_data.text.markup import plain
from lanzarote_data.text.rounds import earlier_editions, factsheet_of

# What every row gets that a new edition states, in the same words or in others.
_OF_THE_PLACE = ("document_id", "position")


@dataclass(frozen=True)
class Edition:
    """The document that a source is; ``is_new`` says that it replaces one of the tables.

    ``earlier`` are the ids of the documents before it; ``stored_date`` is that of the edition in
    the tables; ``taken`` are ids that no new row gets.
    """

    document_id: str
    is_new: bool = False
    earlier: tuple[str, ...] = ()
    stored_date: str = ""
    taken: frozenset[str] = frozenset()

    @property
    def replaces(self) -> str:
        """The edition before this one; empty for the first."""
        return next(iter(self.earlier), "")

    @property
    def documents(self) -> tuple[str, ...]:
        """The ids of all editions, the latest first."""
        return self.document_id, *self.earlier


def edition_of(
    tables: Tables, place: tuple[str, str], date: str, known: Iterable[str], spent: Iterable[str]
) -> Edition:
    """The edition that a source of a date is of the factsheet of a round and a Party.

    ``known`` are the ids of rows, ``spent`` those of deleted ones. Dates may be years or months.

    :raises SourceError: the tables have a later one.
    """
    first = "{}-{}-FACTSHEET".format(*place)
    stored = factsheet_of(tables, *place)
    if stored is None:
        return Edition(first, taken=frozenset(known))
    own, stored_date = stored["document_id"], stored["date"]
    earlier = (own, *earlier_editions(tables, own))
    if date.startswith(stored_date) or stored_date.startswith(date):
        return Edition(own, False, earlier[1:], stored_date, frozenset(known))
    if date < stored_date:
        raise SourceError(
            f"This is the edition of {date}; the tables have that of {stored_date}, a later one.",
            "Ingest the latest edition. An earlier one is corrected in the Party’s workbook.",
        )
    ids = (f"{first}-{number}" for number in count(len(earlier) + 1))
    new = next(name for name in ids if tables.find("documents", name) is None)
    return Edition(new, True, earlier, stored_date, frozenset((*known, *spent)))


def edition_problems(edition: Edition, date: str, place: str, is_asked: bool) -> Iterator[Problem]:
    """An error where a source is a later edition and nobody said so, or where that is not known."""
    where = Location("documents", edition.document_id, "date", place)
    if edition.is_new and not is_asked:
        message = f"This is the edition of {date}; the tables have that of {edition.stored_date}."
        hint = "Ingest it with --edition: it replaces the stored one, and texts keep their ids."
        yield error("newer-edition", where, message, hint)
    if is_asked and edition.stored_date and not date:
        message = "The title page gives no date, so this may be the edition that is stored."
        yield error("edition-without-date", where, message, "Add the line “Last update: …”.")


@dataclass(frozen=True)
class Gone:
    """A stored item that the source does not state, and why it cannot be withdrawn, if so."""

    item: Item
    reason: str = ""


def gone(tables: Tables, edition: Edition, stated: Collection[str]) -> list[Gone]:
    """The items that the editions in the tables state and the source does not."""
    own = tables.find("documents", edition.replaces or edition.document_id)
    if own is None:
        return []
    items = [item for item in Items(tables).current if item.row["document_id"] in edition.documents]
    others = any(
        row["party_id"] not in ("", own["party_id"]) and row["round_id"] == own["round_id"]
        for row in tables.rows("documents")
    )
    return [Gone(item, _reason(item, edition, others)) for item in items if item.id not in stated]


def _reason(item: Item, edition: Edition, others: bool) -> str:
    if item.row["document_id"] == edition.document_id:
        return "It is stored as a text of this edition: delete it in the workbook if it is not."
    if others and not item.party_id:
        return "The factsheets of other Parties share it: withdraw it in the workbook ALL."
    return ""


def withdrawals(edition: Edition, left: Iterable[Gone]) -> Iterator[Change]:
    """The changes that withdraw in an edition what it no longer states."""
    for item in (one.item for one in left if not one.reason):
        yield Change(item.table, (item.id,), WITHDRAWN_IN, "", edition.document_id)


def gone_problems(left: Iterable[Gone], place: str, is_withdrawn: bool) -> Iterator[Problem]:
    """A warning for each item that the source does not state."""
    for one in left:
        where = Location(one.item.table, one.item.id, WITHDRAWN_IN, place)
        message = f"The source does not state this: {shown(plain(one.item.row['text']), 100)}"
        hint = "It is withdrawn." if is_withdrawn else "Withdraw it with --withdraw."
        yield warning("gone", where, message, one.reason or hint)


@dataclass
class Differences:
    """What an edition changes: ids of items that are new, gone, or the same, and changed cells.

    ``changed`` gives the cells by the id of the item; those of its footnotes are among them.
    """

    new: list[str] = field(default_factory=list)
    changed: dict[str, list[Change]] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)


def differences(
    before: Tables, changes: Iterable[Change], stated: Iterable[str], left: Iterable[Gone]
) -> Differences:
    """What the changes of an edition mean for the items; ``stated`` are those that it has."""
    found = Differences(gone=[one.item.id for one in left])
    known = Items(before).by_id
    cells = grouped(changes, lambda change: _item_of(before, change))
    for row_id in stated:
        changed = [c for c in cells.get(row_id, ()) if c.field not in _OF_THE_PLACE]
        if row_id not in known:
            found.new.append(row_id)
        elif changed:
            found.changed[row_id] = changed
        else:
            found.same.append(row_id)
    return found


def _item_of(tables: Tables, change: Change) -> str:
    """The id of the item that a change is of, or whose footnote it changes."""
    if change.resource != CITATIONS:
        return change.key[0]
    sides = (change.new, change.old, tables.find(CITATIONS, *change.key))
    row = next((side for side in sides if isinstance(side, Mapping)), {})
    return tables.package.parent_of(row)[1]
