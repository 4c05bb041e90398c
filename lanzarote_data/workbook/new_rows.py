"""Complete the rows that a person added, and give them their ids.

A new row that was imported before (the same workbook is read a second time) gets the id that it
got then, so that nothing is duplicated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from lanzarote_data.model.package import Resource
from lanzarote_data.model.problems import Location, Problem, error
from lanzarote_data.model.tables import Key, Row, Tables, key_text
from lanzarote_data.model.types import whole_number
from lanzarote_data.text.ids import (
    ALL_PARTIES,
    citation_id,
    counted_id,
    follow_up_stem,
    recommendation_id,
)
from lanzarote_data.text.references import codes, read_reference
from lanzarote_data.text.rounds import factsheet_of, rounds_of
from lanzarote_data.workbook.layout import PROVISIONAL, View, fixed_values, party_of, rows_of

STEP = 10
LIKE = 0.85
LETTERS = {"observations": "o", "practices": "p"}


@dataclass
class NewRow:
    """A row to be added: its table, its texts, and the name that stands for its id until then.

    ``fixed`` are the values of a row that was filed from a work list, where the view fixes others;
    None of any other row.
    """

    table: str
    texts: dict[str, str]
    name: str
    line: int
    place: Location
    fixed: Mapping[str, str] | None = None

    @property
    def is_named(self) -> bool:
        """Whether other new rows may point to it by its name."""
        return self.name in PROVISIONAL or self.fixed is not None


@dataclass
class Numbering:
    """Gives ids and places to the new rows of one workbook.

    ``earlier`` are the rows, by table, that the workbook or a copy of it added before, even if
    that was undone; ``undone`` are the ids of those where it was.
    """

    view: View
    ours: Tables
    base: Tables
    withdrawn: frozenset[str]
    earlier: Mapping[str, list[Row]] = field(default_factory=dict)
    undone: frozenset[str] = frozenset()
    named: dict[tuple[str, str], str] = field(default_factory=dict)
    used: dict[str, set[str]] = field(default_factory=dict)
    places: dict[tuple[str, str], int] = field(default_factory=dict)
    taken: dict[str, set[str]] = field(default_factory=dict)
    counted: dict[str, str] = field(default_factory=dict)
    since: dict[str, _Since] = field(default_factory=dict)
    footnotes: Mapping[str, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def number(self, new: list[NewRow]) -> list[tuple[NewRow, Row]]:
        """The new rows with their ids, in the same order."""
        self.footnotes = _footnotes(new)
        order = {name: place for place, name in enumerate(self.ours)}
        waiting = sorted(new, key=lambda row: (order[row.table], row.line))
        done = {id(row): self._numbered(row) for row in waiting}
        return [(row, done[id(row)]) for row in new]

    def _numbered(self, row: NewRow) -> Row:
        resource = self.ours[row.table].resource
        texts = {name: row.texts.get(name, "") for name in resource.field_names}
        texts |= {**fixed_values(resource, self.view), **(row.fixed or {})}
        texts = self.resolved(resource, texts)
        if resource.typed_id:
            return texts
        self._fill_document(resource, texts)
        _fill_layout(texts)
        earlier = self._earlier(resource, texts)
        if earlier is None:
            self.problems += self._like_an_earlier_one(row, resource, texts)
            self._fill_position(resource, texts)
            texts[resource.primary_key[0]] = self._new_id(row, texts)
        else:
            texts = dict(earlier)
        row_id = texts[resource.primary_key[0]]
        self.used.setdefault(row.table, set()).add(row_id)
        self._taken(row.table).add(row_id)
        if row.is_named:
            self.named[row.table, row.name] = row_id
        return texts

    def resolved(self, resource: Resource, texts: Row) -> dict[str, str]:
        """The texts with ids for the names of new rows, such as ``new 1``, in foreign keys."""
        keys = {key.fields[0]: key.resource for key in resource.foreign_keys}
        found = {n: self.named.get((keys[n], t), t) if n in keys else t for n, t in texts.items()}
        names = resource.together.fields if resource.together else ()
        if names and found.get(names[0]) in PROVISIONAL:
            ids = {n: self.named.get((keys[n], found[names[0]])) for n in names}
            meant = next(((n, row_id) for n, row_id in ids.items() if row_id), None)
            found |= {names[0]: "", meant[0]: meant[1]} if meant else {}
        return found

    def _fill_document(self, resource: Resource, texts: dict[str, str]) -> None:
        """Give a row of a Party’s workbook that has no document the Party’s latest factsheet."""
        if resource.is_item and not texts["document_id"] and self.view.party_id:
            chapter = self.ours.find("chapters", texts["chapter_id"])
            rounds = [chapter["round_id"]] if chapter else rounds_of(self.ours, self.view.party_id)
            own = factsheet_of(self.ours, next(iter(rounds), ""), self.view.party_id)
            texts["document_id"] = own["document_id"] if own else ""

    def _fill_position(self, resource: Resource, texts: dict[str, str]) -> None:
        if not resource.is_item or texts["position"]:
            return
        place = (texts["document_id"], texts["chapter_id"])
        if place not in self.places:
            taken = [
                whole_number(row["position"]) or 0
                for item in self.ours.package.items
                for row in self.ours.rows(item.name)
                if (row["document_id"], row["chapter_id"]) == place
            ]
            self.places[place] = max(taken, default=0) // STEP * STEP
        self.places[place] += STEP
        texts["position"] = str(self.places[place])

    def _since(self, resource: Resource) -> _Since:
        """The rows of a table that were added since the workbook was made."""
        if resource.name not in self.since:
            part = rows_of(self.ours, self.view)[resource.name]
            base = self.base[resource.name].by_key
            rows = [row for key, row in part.by_key.items() if key not in base]
            rows += self.earlier.get(resource.name, [])
            self.since[resource.name] = _Since(resource, rows)
        return self.since[resource.name]

    def _earlier(self, resource: Resource, texts: Row) -> Row | None:
        """The row as which this new row was imported before; None if it is really new."""
        used = self.used.get(resource.name, set())
        for row in self._since(resource).with_texts(texts):
            if row[resource.primary_key[0]] not in used:
                return row
        return None

    def _like_an_earlier_one(self, row: NewRow, resource: Resource, texts: Row) -> list[Problem]:
        """A problem where the row was imported before, and one of the two changed since."""
        words = resource.label
        for other in self._since(resource).with_references(texts) if words else ():
            row_id = other[resource.primary_key[0]]
            is_there = self.ours.find(row.table, row_id) is not None
            if _is_like(other[words], texts[words]) and (is_there or row_id not in self.undone):
                message = (
                    f"This new row is almost the same as {row_id}, which was added after this "
                    f"workbook was made{'' if is_there else ', and deleted since'}."
                )
                todo = "change that row" if is_there else "add the row all the same"
                hint = f"To {todo}, export the workbook again and do it there."
                return [error("taken-in-before", row.place, message, hint)]
        return []

    def _new_id(self, row: NewRow, texts: Row) -> str:
        if row.table == "citations":
            return citation_id(self.ours.package.parent_of(texts)[1], texts["marker"])
        if row.table == "follow_up":
            stem = follow_up_stem(texts["report_recommendation_id"], texts["party_id"])
            return self._counted(stem, row.table)
        prefix = self._prefix(row.table, texts)
        if row.table == "recommendations":
            code = self._first_code(row)
            if code:
                return recommendation_id(prefix, code, self._taken(row.table))
            return self._counted(f"{prefix}-n", row.table)
        return self._counted(f"{prefix}-{LETTERS.get(row.table, 'x')}", row.table)

    def _counted(self, stem: str, table: str) -> str:
        """The next numbered id; all known ids are looked at only for the first of a kind."""
        taken = self._taken(table)
        found = counted_id(stem, {self.counted[stem]}) if stem in self.counted else ""
        self.counted[stem] = found if found and found not in taken else counted_id(stem, taken)
        return self.counted[stem]

    def _taken(self, table: str) -> set[str]:
        """All ids that rows of the table have or had: an id is never given again."""
        if table not in self.taken:
            sides = (self.ours[table].rank, self.base[table].rank)
            ids = {key_text(key) for side in sides for key in side}
            self.taken[table] = ids | self.withdrawn
        return self.taken[table]

    def _prefix(self, table: str, texts: Row) -> str:
        party = party_of(self.ours, table, texts) or ALL_PARTIES
        round_id, _, chapter = texts.get("chapter_id", "").partition("-")
        return "-".join(filter(None, (round_id, party, chapter)))

    def _first_code(self, row: NewRow) -> str:
        """The first recommendation of the report that the new row’s footnotes cite."""
        for text in self.footnotes.get(row.name, ()) if row.is_named else ():
            found = codes(read_reference(text).locator)
            if found:
                return found[0]
        return ""


def _fill_layout(texts: dict[str, str]) -> None:
    """Make a new row a point of the list under its lead-in; without one, a paragraph."""
    if texts.get("layout") == "":
        texts["layout"] = "bullet" if texts.get("lead_in") else "paragraph"


def _footnotes(new: Iterable[NewRow]) -> dict[str, list[str]]:
    """The footnotes of new recommendations, by the names of these, in the order of markers."""
    found: dict[str, list[str]] = {}
    for row in sorted(new, key=lambda row: whole_number(row.texts.get("marker", "")) or 0):
        if row.table == "citations":
            named = row.texts.get("recommendation_id", "")
            found.setdefault(named, []).append(row.texts.get("text", ""))
    return found


class _Since:
    """Rows that were added since a workbook was made, by their texts and by what they refer to.

    Their texts are all fields but ids and positions, which are given here.
    """

    def __init__(self, resource: Resource, rows: Iterable[Row]) -> None:
        own = (*resource.primary_key, "position")
        self._texts = [name for name in resource.field_names if name not in own]
        self._references = [key.fields[0] for key in resource.foreign_keys]
        self._by_texts: dict[Key, list[Row]] = {}
        self._by_references: dict[Key, list[Row]] = {}
        for row in rows:
            self._by_texts.setdefault(_texts_of(row, self._texts), []).append(row)
            self._by_references.setdefault(_texts_of(row, self._references), []).append(row)

    def with_texts(self, texts: Row) -> Iterator[Row]:
        """The rows that have all the texts of a new one; its position only if it has one."""
        for row in self._by_texts.get(_texts_of(texts, self._texts), ()):
            if texts.get("position") in ("", row.get("position")):
                yield row

    def with_references(self, texts: Row) -> list[Row]:
        """The rows that refer to the same rows of other tables as a new one."""
        return self._by_references.get(_texts_of(texts, self._references), [])


def _texts_of(row: Row, names: Iterable[str]) -> Key:
    return tuple(row[name] for name in names)


def _is_like(one: str, other: str) -> bool:
    """Whether two texts are almost the same."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.quick_ratio() > LIKE and matcher.ratio() > LIKE
