"""Pages that show a later edition of a factsheet beside the one that it replaces.

The tables have the latest words alone; the earlier ones are in the log of hand-ins, in the changes
of the one that brought the edition. Without it, only what the edition no longer states is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lanzarote_data.model.changes import Change
from lanzarote_data.model.tables import Row
from lanzarote_data.site.index import Index
from lanzarote_data.site.page import Page, item_path, page_path, plain_item
from lanzarote_data.text.difference import Run, word_difference
from lanzarote_data.text.items import WITHDRAWN_IN, Item, grouped

FOLDER = "editions"


@dataclass(frozen=True)
class Beside:
    """An item in two editions, as runs of words; the other edition lacks those that are marked.

    A side is empty where the edition does not state the item.
    """

    item: Item
    path: str
    old: list[Run]
    new: list[Run]


@dataclass
class EditionPages:
    """Makes the pages of editions; ``log`` are the changes of each hand-in."""

    index: Index
    log: Sequence[Sequence[Change]]

    def all(self) -> Iterator[Page]:
        """A page for each edition of a Party’s factsheet that replaces one."""
        documents = self.index.tables["documents"]
        for new in documents.rows:
            old = documents.find((new.get("replaces", ""),)) if new.get("replaces") else None
            if old and new["party_id"]:
                yield self._page(old, new)

    def _page(self, old: Row, new: Row) -> Page:
        brought = self._brought(new["document_id"])
        beside = [one for item in self.index.by_id.values() for one in self._of(item, new, brought)]
        places = self.index.places
        beside.sort(key=lambda one: (places[one.item.chapter_id], one.item.position))
        changed = {one.item.id for one in beside}
        stated = [i for i in self.index.current if i.row["document_id"] == new["document_id"]]
        values = {
            "old": old,
            "new": new,
            "party": self.index.tables.find("parties", new["party_id"]),
            "beside": beside,
            "same": sum(item.id not in changed for item in stated),
            "is_known": bool(brought),
        }
        return Page(page_path(FOLDER, new["document_id"]), "edition.html", values)

    def _brought(self, document_id: str) -> Mapping[tuple[str, ...], list[Change]]:
        """The changes of the hand-in that brought a document, by row; none if it is not known."""
        for changes in reversed(self.log):
            if any(c.resource == "documents" and c.key == (document_id,) for c in changes):
                return grouped(changes, lambda change: change.key)
        return {}

    def _of(
        self, item: Item, new: Row, brought: Mapping[tuple[str, ...], list[Change]]
    ) -> Iterator[Beside]:
        """The item in both editions, if they differ in it."""
        changes = [c for c in brought.get((item.id,), ()) if c.resource == item.table]
        is_gone = item.of(WITHDRAWN_IN) == new["document_id"]
        if not changes and not is_gone:
            return
        is_new = any(change.kind == "added" for change in changes)
        cells = [(change.field, change) for change in changes if change.field]
        old = "" if is_new else self._words(item, {name: str(c.old) for name, c in cells})
        text = "" if is_gone else self._words(item, {name: str(c.new) for name, c in cells})
        if old != text:
            runs = word_difference(old, text)
            was, now = ([r for r in runs if r.mark != other] for other in ("added", "removed"))
            yield Beside(item, item_path(item), was, now)

    def _words(self, item: Item, cells: Mapping[str, str]) -> str:
        """The plain words of an item with other texts in some cells."""
        party = self.index.party(item)
        row = {**item.row, **cells}
        own = Item(item.table, item.id, row, item.party_id)
        return plain_item(own, party["name_in_sentence"] if party else "")
