"""Complete the rows that a person added, give them their ids, and check the names between them.

A new row that was imported before (the same workbook is read a second time) gets the id that it
got then, so that nothing is duplicated. A new row that has footnotes needs a name, such as
``new 1``, since it has no id yet that they could point to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import partial

from lanzarote_data.model.package import CITATIONS, Package, Resource
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
from lanzarote_data.text.items import grouped
from lanzarote_data.text.references import codes, markers, read_reference
from lanzarote_data.text.rounds import factsheet_of, rounds_of
from lanzarote_data.workbook.layout import (
    ID_HELPER,
    PROVISIONAL,
    View,
    fixed_values,
    party_of,
    rows_of,
)
from lanzarote_data.workbook.rows import SheetContent

STEP = 10
LIKE = 0.85
LETTERS = {"observations": "o", "practices": "p"}
Cell = tuple[str, str]
"""A cell: the name of its sheet, and its address."""


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
    problems: list[Problem] = field(default_factory=list)
    _named: dict[tuple[str, str], str] = field(default_factory=dict)
    _used: set[tuple[str, str]] = field(default_factory=set)
    _places: dict[tuple[str, str], int] = field(default_factory=dict)
    _taken: dict[str, set[str]] = field(default_factory=dict)
    _counters: dict[str, str] = field(default_factory=dict)
    _since: dict[str, list[Row]] = field(default_factory=dict)
    _like: dict[tuple[str, bool], dict[Key, list[Row]]] = field(default_factory=dict)
    _footnotes: Mapping[str, list[str]] = field(default_factory=dict)

    def number(self, new: Sequence[NewRow]) -> list[Row]:
        """The new rows with their ids, in the same order."""
        notes = [row for row in new if row.table == CITATIONS]
        notes.sort(key=lambda row: whole_number(row.texts.get("marker", "")) or 0)
        by_row = grouped(notes, lambda note: note.texts.get("recommendation_id", ""))
        self._footnotes = {n: [r.texts.get("text", "") for r in own] for n, own in by_row.items()}
        order = {name: place for place, name in enumerate(self.ours)}
        waiting = sorted(new, key=lambda row: (order[row.table], row.line))
        done = {id(row): self._numbered(row) for row in waiting}
        return [done[id(row)] for row in new]

    def _numbered(self, row: NewRow) -> Row:
        resource = self.ours[row.table].resource
        texts = {name: row.texts.get(name, "") for name in resource.field_names}
        texts |= {**fixed_values(resource, self.view), **(row.fixed or {})}
        texts = self.resolved(resource, texts)
        if resource.typed_id:
            return texts
        self._fill_document(resource, texts)
        if texts.get("layout") == "":  # a point of the list under its lead-in, if it has one
            texts["layout"] = "bullet" if texts.get("lead_in") else "paragraph"
        id_field = resource.primary_key[0]
        earlier = self._earlier(resource, texts)
        if earlier is None:
            self.problems += self._like_an_earlier_one(row, resource, texts)
            self._fill_position(resource, texts)
            texts[id_field] = self._new_id(row, texts)
        else:
            texts = self._again(resource, earlier)
        row_id = texts[id_field]
        self._used.add((row.table, row_id))
        self._all_ids(row.table).add(row_id)
        if row.is_named:
            self._named[row.table, row.name] = row_id
        return texts

    def resolved(self, resource: Resource, texts: Row) -> dict[str, str]:
        """The texts with ids for the names of new rows, such as ``new 1``, in foreign keys."""
        keys = {key.fields[0]: key.resource for key in resource.foreign_keys}
        found = {n: self._named.get((keys[n], t), t) if n in keys else t for n, t in texts.items()}
        names = resource.together.fields if resource.together else ()
        if names and found.get(names[0]) in PROVISIONAL:
            ids = {n: self._named.get((keys[n], found[names[0]])) for n in names}
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
        if place not in self._places:
            earlier = self._positions(place, lambda table: self.earlier.get(table, ()))
            taken = max(self._positions(place, self.ours.rows) | earlier, default=0)
            self._places[place] = taken // STEP * STEP
        self._places[place] += STEP
        texts["position"] = str(self._places[place])

    def _positions(self, place: tuple[str, str], rows: Callable[[str], Iterable[Row]]) -> set[int]:
        """The positions in a chapter of a document; ``rows`` gives those of a table by its name."""
        return {
            whole_number(row["position"]) or 0
            for item in self.ours.package.items
            for row in rows(item.name)
            if (row["document_id"], row["chapter_id"]) == place
        }

    def _again(self, resource: Resource, earlier: Row) -> dict[str, str]:
        """A row that was imported before; if it is not there now, with a position that is free."""
        texts = dict(earlier)
        if resource.is_item and not self.ours.find(resource.name, texts[resource.primary_key[0]]):
            place = (texts["document_id"], texts["chapter_id"])
            if whole_number(texts["position"]) in self._positions(place, self.ours.rows):
                texts["position"] = ""
                self._fill_position(resource, texts)
        return texts

    def _added_since(self, resource: Resource, texts: Row, by_texts: bool) -> list[Row]:
        """The rows added since the workbook was made that have the texts or the references of one.

        Texts are all fields but ids and positions, which are given here.
        """
        if resource.name not in self._since:
            part, base = rows_of(self.ours, self.view), self.base[resource.name].by_key
            own = part[resource.name].by_key.items()
            added = [row for key, row in own if key not in base]
            self._since[resource.name] = added + self.earlier.get(resource.name, [])
        given = {*resource.primary_key, "position"}
        references = [key.fields[0] for key in resource.foreign_keys]
        names = [n for n in resource.field_names if n not in given] if by_texts else references
        place, said = (resource.name, by_texts), partial(_texts_of, names)
        if place not in self._like:
            self._like[place] = grouped(self._since[resource.name], said)
        return self._like[place].get(said(texts), [])

    def _earlier(self, resource: Resource, texts: Row) -> Row | None:
        """The row as which this new row was imported before; None if it is really new.

        Its position counts only if it has one.
        """
        for row in self._added_since(resource, texts, by_texts=True):
            is_there = texts.get("position") in ("", row.get("position"))
            if is_there and (resource.name, row[resource.primary_key[0]]) not in self._used:
                return row
        return None

    def _like_an_earlier_one(self, row: NewRow, resource: Resource, texts: Row) -> list[Problem]:
        """A problem where the row was imported before, and one of the two changed since."""
        words = resource.label
        for other in self._added_since(resource, texts, by_texts=False) if words else ():
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
        if row.table == CITATIONS:
            return citation_id(self.ours.package.parent_of(texts)[1], texts["marker"])
        if row.table == "follow_up":
            stem = follow_up_stem(texts["report_recommendation_id"], texts["party_id"])
            return self._counted(stem, row.table)
        party = party_of(self.ours, row.table, texts) or ALL_PARTIES
        round_id, _, chapter = texts.get("chapter_id", "").partition("-")
        prefix = "-".join(filter(None, (round_id, party, chapter)))
        if row.table != "recommendations":
            return self._counted(f"{prefix}-{LETTERS.get(row.table, 'x')}", row.table)
        # By the first recommendation of the report that its footnotes cite.
        notes = self._footnotes.get(row.name, ()) if row.is_named else ()
        cited = [code for text in notes for code in codes(read_reference(text).locator)]
        if cited:
            return recommendation_id(prefix, cited[0], self._all_ids(row.table))
        return self._counted(f"{prefix}-n", row.table)

    def _counted(self, stem: str, table: str) -> str:
        """The next numbered id; all known ids are looked at only for the first of a kind."""
        taken, last = self._all_ids(table), self._counters.get(stem)
        found = counted_id(stem, {last}) if last else ""
        self._counters[stem] = found if found and found not in taken else counted_id(stem, taken)
        return self._counters[stem]

    def _all_ids(self, table: str) -> set[str]:
        """All ids that rows of the table have or had: an id is never given again."""
        if table not in self._taken:
            sides = (self.ours[table].rank, self.base[table].rank)
            self._taken[table] = {key_text(key) for side in sides for key in side} | self.withdrawn
        return self._taken[table]


def _texts_of(names: Iterable[str], row: Row) -> Key:
    return tuple(row[name] for name in names)


def _is_like(one: str, other: str) -> bool:
    """Whether two texts are almost the same."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.quick_ratio() > LIKE and matcher.ratio() > LIKE


@dataclass
class Names:
    """Finds names that were forgotten in a workbook, and names that two new rows have.

    ``corrections`` are the texts that cells should have; the rows have them already.
    """

    package: Package
    sheets: Mapping[str, SheetContent]
    new: Sequence[NewRow]
    corrections: dict[Cell, str] = field(default_factory=dict)

    def problems(self) -> list[Problem]:
        """What is wrong with the names; a forgotten one is put in where it can only be one."""
        return list(self._duplicated()) or list(self._forgotten())

    @property
    def _tables(self) -> dict[str, str]:
        """The field with which a footnote names a row, by the table of the row."""
        return {resource.name: name for name, resource in self.package.parents.items()}

    def _forgotten(self) -> Iterator[Problem]:
        notes = [row for row in self.new if row.table == CITATIONS]
        groups = grouped(notes, lambda note: self.package.parent_of(note.texts)[1])
        owners = [row for row in self.new if row.table in self._tables]
        # New rows with markers in their texts to which no footnote belongs.
        alone = [
            row
            for row in owners
            if (not row.name or row.name not in groups)
            and markers(row.texts.get(self.sheets[row.table].resource.text_field, ""))
        ]
        there = {row.name for row in owners} - {""}
        lost = {
            said: own
            for said, own in groups.items()
            if (not said or said in PROVISIONAL) and said not in there
        }
        if len(lost) == len(alone) == 1:
            ((said, own),) = lost.items()
            yield self._put_in(alone[0], said, own)
            return
        for said, own in lost.items():
            if said or alone:
                what = f"belongs to {said}" if said else "does not say to which row it belongs"
                message = f"This footnote {what}, and no new row is called {said or 'new 1'}."
                place = self._place(own[0], next(iter(self._tables.values())))
                yield error("forgotten-name", place, message, _hint(said or "new 1"))

    def _put_in(self, row: NewRow, said: str, notes: Sequence[NewRow]) -> Problem:
        """Name a row, and say so in its footnotes, as the person meant."""
        used = {other.name for other in self.new}
        name = said or row.name or next(free for free in PROVISIONAL if free not in used)
        if row.name != name:
            row.name = name
            self._correct(row, "", name)
        parent = self._tables[row.table]
        for note in notes:
            note.texts |= dict.fromkeys(self._tables.values(), "") | {parent: name}
            if said != name:
                self._correct(note, parent, name)
        lines = ", ".join(str(note.line) for note in notes)
        message = f"This new row and its footnotes ({self.sheets[CITATIONS].name}, row {lines}) do "
        message += "not have the same name, so that nobody knows that they belong together."
        return error("forgotten-name", row.place, message, _hint(name))

    def _correct(self, row: NewRow, name: str, text: str) -> None:
        sheet, _, address = self._place(row, name).source.rpartition("!")
        self.corrections[sheet, address] = text

    def _place(self, row: NewRow, name: str) -> Location:
        return self.sheets[row.table].place_at(row.line, "", name)

    def _duplicated(self) -> Iterator[Problem]:
        """A problem for each new row that has the name of another.

        Rows of different tables may have one name, unless a column that the tables share has it.
        """
        shared: dict[tuple[str, str], list[str]] = {}
        for sheet in self.sheets.values():
            names = next((column.parts for column in sheet.sheet.columns if column.parts), ())
            tables = [key.resource for name in names if (key := sheet.resource.reference(name))]
            said = {row.texts.get(name, "") for row in sheet.rows for name in names}
            shared |= {(table, name): tables for table in tables for name in said}
        seen: set[tuple[str, str]] = set()
        for row in self.new:
            if row.name in PROVISIONAL and (row.table, row.name) in seen:
                message = f"Two new rows are called {row.name}."
                hint = "Give one of them another number, here and in the sheets that point to it."
                yield error("doubled-name", row.place, message, hint)
            sharing = shared.get((row.table, row.name), [row.table])
            seen |= {(table, row.name) for table in sharing}


def _hint(name: str) -> str:
    return (
        f"Write {name} into the grey cell ({ID_HELPER}) of the new row, and choose {name} in its "
        "footnotes, to say to which row they belong."
    )
