"""Rows that a person added: what they leave open is filled in, and they get their ids.

A new row that was taken in before (the same workbook is read a second time) gets the id that it
got then, so that nothing is doubled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from lanzarote_data.identifiers import ALL_PARTIES, citation_id, counted_id, recommendation_id
from lanzarote_data.package import Resource
from lanzarote_data.problems import Location, Problem, error
from lanzarote_data.references import codes, read_reference
from lanzarote_data.rules import ITEM_TABLES, PARENTS
from lanzarote_data.tables import Row, Tables, key_text
from lanzarote_data.workbook.layout import PROVISIONAL, View, fixed_values, party_of

STEP = 10
LIKE = 0.85
LETTERS = {"observations": "o", "practices": "p"}


@dataclass
class NewRow:
    """A row to be added: its table, its texts, and the name that stands for its id until then."""

    table: str
    texts: dict[str, str]
    name: str
    line: int
    place: Location


@dataclass
class Numbering:
    """Gives ids and places to the new rows of one workbook."""

    view: View
    ours: Tables
    base: Tables
    withdrawn: frozenset[str]
    named: dict[tuple[str, str], str] = field(default_factory=dict)
    used: dict[str, set[str]] = field(default_factory=dict)
    places: dict[tuple[str, str], int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def number(self, new: list[NewRow]) -> list[tuple[NewRow, Row]]:
        """The new rows with their ids, in the same order."""
        order = {name: place for place, name in enumerate(self.ours)}
        waiting = sorted(new, key=lambda row: (order[row.table], row.line))
        done = {id(row): self._numbered(row, new) for row in waiting}
        return [(row, done[id(row)]) for row in new]

    def _numbered(self, row: NewRow, new: list[NewRow]) -> Row:
        resource = self.ours[row.table].resource
        texts = {name: row.texts.get(name, "") for name in resource.field_names}
        texts |= fixed_values(resource, self.view)
        texts = self.resolved(resource, texts)
        if resource.typed_id:
            return texts
        self._fill_document(resource, texts)
        earlier = self._earlier(resource, texts)
        if earlier is None:
            self.problems += self._like_an_earlier_one(row, resource, texts)
            self._fill_position(row.table, texts)
            texts[resource.primary_key[0]] = self._new_id(row, texts, new)
        else:
            texts = dict(earlier)
        row_id = texts[resource.primary_key[0]]
        self.used.setdefault(row.table, set()).add(row_id)
        if row.name in PROVISIONAL:
            self.named[row.table, row.name] = row_id
        return texts

    def resolved(self, resource: Resource, texts: Row) -> dict[str, str]:
        """The texts with ids for the names of new rows, such as ``new 1``, in foreign keys."""
        keys = {key.fields[0]: key.resource for key in resource.foreign_keys}
        return {n: self.named.get((keys.get(n, ""), t), t) for n, t in texts.items()}

    def _fill_document(self, resource: Resource, texts: dict[str, str]) -> None:
        """A row of a Party’s workbook without a document comes from the Party’s factsheet."""
        if resource.name in ITEM_TABLES and not texts["document_id"] and self.view.party_id:
            own = [
                d["document_id"]
                for d in self.ours.rows("documents")
                if d["party_id"] == self.view.party_id
            ]
            texts["document_id"] = own[-1] if own else ""

    def _fill_position(self, table: str, texts: dict[str, str]) -> None:
        if table not in ITEM_TABLES or texts["position"]:
            return
        place = (texts["document_id"], texts["chapter_id"])
        if place not in self.places:
            taken = [
                int(row["position"])
                for name in ITEM_TABLES
                for row in self.ours.rows(name)
                if (row["document_id"], row["chapter_id"]) == place and row["position"].isdigit()
            ]
            self.places[place] = max(taken, default=0) // STEP * STEP
        self.places[place] += STEP
        texts["position"] = str(self.places[place])

    def _earlier(self, resource: Resource, texts: Row) -> Row | None:
        """The row as which this new row was taken in before; None if it is really new."""
        base, used = self.base[resource.name].by_key, self.used.get(resource.name, set())
        for key, row in self.ours[resource.name].by_key.items():
            if key not in base and key[0] not in used and _says(row, texts, resource):
                return row
        return None

    def _like_an_earlier_one(self, row: NewRow, resource: Resource, texts: Row) -> list[Problem]:
        """A problem where the row was taken in before, and the row or its copy changed since."""
        base = self.base[resource.name].by_key
        for key, other in self.ours[resource.name].by_key.items():
            if key not in base and _is_like(other, texts, resource):
                message = (
                    f"This new row is almost the same as {key_text(key)}, which was taken in after "
                    "this workbook was made."
                )
                hint = "To change that row, get the workbook anew and change it there."
                return [error("taken-in-before", row.place, message, hint)]
        return []

    def _new_id(self, row: NewRow, texts: Row, new: list[NewRow]) -> str:
        taken = set(self._taken(row.table))
        if row.table == "citations":
            return citation_id(_parent(texts), texts["marker"])
        if row.table == "follow_up":
            return _follow_up_id(texts, taken)
        prefix = self._prefix(row.table, texts)
        if row.table == "recommendations":
            return recommendation_id(prefix, self._first_code(row, new), taken)
        return counted_id(prefix, LETTERS.get(row.table, "x"), taken)

    def _taken(self, table: str) -> Iterator[str]:
        """All ids that rows of the table have or had: an id is never given again."""
        for side in (self.ours, self.base):
            yield from (key_text(key) for key in side[table].by_key)
        yield from self.used.get(table, ())
        yield from self.withdrawn

    def _prefix(self, table: str, texts: Row) -> str:
        party = party_of(self.ours, table, texts) or ALL_PARTIES
        round_id, _, chapter = texts["chapter_id"].partition("-")
        return f"{round_id}-{party}-{chapter}"

    @staticmethod
    def _first_code(row: NewRow, new: list[NewRow]) -> str:
        """The first recommendation of the report that the new row’s footnotes cite."""
        for other in sorted(new, key=lambda item: item.texts.get("marker", "").zfill(4)):
            if row.name and other.texts.get("recommendation_id") == row.name:
                found = codes(read_reference(other.texts.get("text", "")).locator)
                if found:
                    return found[0]
        return ""


def _is_like(row: Row, texts: Row, resource: Resource) -> bool:
    """Whether two rows say almost the same about the same thing."""
    keys = [key.fields[0] for key in resource.foreign_keys]
    if any(row[name] != texts.get(name, "") for name in keys):
        return False
    one, other = row.get("text", ""), texts.get("text", "")
    return SequenceMatcher(None, one, other, autojunk=False).ratio() > LIKE


def _says(row: Row, texts: Row, resource: Resource) -> bool:
    """Whether a row has all the texts of a new one, as far as that fills them in."""
    own = (*resource.primary_key, "position")
    same = all(row[n] == text for n, text in texts.items() if n not in own)
    return same and texts.get("position", "") in ("", row.get("position", ""))


def _parent(texts: Row) -> str:
    return next((texts[name] for name in PARENTS if texts.get(name)), "")


def _follow_up_id(texts: Row, taken: set[str]) -> str:
    prefix = f"{texts['recommendation_id']}.{texts['party_id']}"
    numbers = [int(t.rpartition(".f")[2]) for t in taken if t.startswith(prefix + ".f")]
    return f"{prefix}.f{max(numbers, default=0) + 1}"
