"""The words of a workbook beside its ids: the entries of drop-downs, and what footnotes cite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import pairwise
from os.path import commonprefix

from lanzarote_data.model.package import Resource
from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.text.items import WITHDRAWN_IN, grouped
from lanzarote_data.text.markup import plain
from lanzarote_data.text.targets import RECOMMENDATIONS, TARGETS, addressees, stated_by
from lanzarote_data.workbook.layout import CITED_URGENCY, PROVISIONAL, Column, View

LONGEST_LABEL = 60
LONGEST_BEGINNING = 24


class Entries:
    """The entries of the drop-downs of a workbook; each is made once."""

    def __init__(self, tables: Tables, view: View) -> None:
        self._tables = tables
        self._view = view
        self._labels: dict[str, Mapping[str, str]] = {}
        self._lists: dict[tuple[str, ...], tuple[str, ...]] = {}

    def of_row(self, name: str, row_id: str) -> str:
        """The id and the label beside it, ``R2-II Legal frameworks``; an unknown id alone."""
        words = self._label(name, row_id)
        return f"{row_id} {words}" if words and words != row_id else row_id

    def of_column(self, column: Column, resource: Resource) -> tuple[str, ...]:
        """The entries of a column’s drop-down; none for one that takes any text.

        A foreign key offers names for new rows too, where those get their ids on import. Where
        tables share the column, it offers their rows in the workbook.
        """
        if column.field is None:
            return ()
        targets = [key.resource for name in column.fields if (key := resource.reference(name))]
        if not targets:
            words = ("true", "false") if column.field.type == "boolean" else ()
            return column.field.constraints.enum or words
        # In a table of a Party alone, what is addressed to that Party.
        to_party = targets == [RECOMMENDATIONS] and bool(self._view.party_id)
        place = (*targets, resource.name if column.parts or to_party else "")
        if place not in self._lists:
            ids = [(t, i) for t in targets for i in self._offered(t, not column.parts)]
            wanted = [one for one in ids if not to_party or one[1] in self._addressed]
            typed = not column.parts and self._tables.package.resource(targets[0]).typed_id
            names = () if typed else PROVISIONAL
            self._lists[place] = (*(self.of_row(*one) for one in wanted), *names)
        return self._lists[place]

    def cited(self, citation_id: str, header: str) -> str:
        """What a grey column shows of the report recommendations that a footnote cites."""
        is_urgency, cited = header == CITED_URGENCY, self._targets.get(citation_id, ())
        said = {row["code"]: row["urgency"] if is_urgency else self._words(row) for row in cited}
        told = list(dict.fromkeys(filter(None, said.values())))
        if len(told) < 2:
            return "".join(told)
        return "\n".join(f"{code}: {words}" for code, words in said.items() if words)

    def _offered(self, name: str, shared: bool = True) -> list[str]:
        """The ids of the rows of the view, and of those that all Parties share."""
        divided, rank = self._tables.divided, self._tables[name].rank
        parties = {self._view.party_id, *([""] if shared else [])}
        parts = [divided[party][name] for party in parties if party in divided]
        keys = sorted((key for part in parts for key in part.by_key), key=rank.__getitem__)
        return [key[0] for key in keys]

    def _label(self, name: str, row_id: str) -> str:
        """What a row is, in a few words that no other row of its list has, where they differ."""
        if name not in self._labels:
            target = self._tables.package.resource(name)
            rows = ((i, self._tables.find(name, i)) for i in self._offered(name))
            words = {i: self._of_row(target, row) for i, row in rows if row}
            self._labels[name] = distinct(words)
        if row_id in self._labels[name]:
            return self._labels[name][row_id]
        row = self._tables.find(name, row_id)
        return cut(self._of_row(self._tables.package.resource(name), row)) if row else ""

    def _of_row(self, target: Resource, row: Row) -> str:
        if target.name == RECOMMENDATIONS:
            return self._words(row)
        return plain(row.get(target.label, "")) if target.label else ""

    def _words(self, row: Row) -> str:
        """The words of a report recommendation; unknown ones are those of what states it here."""
        stating = self._stated.get(row["report_recommendation_id"], ())
        parties = (self._view.party_id, "")
        own = [one for party in parties for one in stating if one["party_id"] == party]
        stated = min(own, key=lambda one: bool(one.get(WITHDRAWN_IN)), default=None)
        return plain(row["text"]) or (plain(stated["text"]) if stated else "")

    @cached_property
    def _stated(self) -> Mapping[str, list[Row]]:
        return stated_by(self._tables) if TARGETS in self._tables else {}

    @cached_property
    def _addressed(self) -> set[str]:
        """The report recommendations that are addressed to the Party of the view."""
        wanted = {self._view.party_id, ""}
        return {i for i, parties in addressees(self._tables).items() if parties & wanted}

    @cached_property
    def _targets(self) -> Mapping[str, list[Row]]:
        """The report recommendations that each footnote cites, in order."""
        find, cited = self._tables.find, "report_recommendation_id"
        notes = grouped(self._tables.rows(TARGETS), lambda target: target["citation_id"])
        return {
            note: [row for one in own if (row := find(RECOMMENDATIONS, one[cited]))]
            for note, own in notes.items()
        }


def cut(words: str) -> str:
    """The beginning of a text, of at most 60 characters."""
    return words if len(words) <= LONGEST_LABEL else words[: LONGEST_LABEL - 1].rstrip() + "…"


def distinct(words: Mapping[str, str]) -> dict[str, str]:
    """A label for each text by its id; those that begin alike have the words that differ.

    >>> same = "to take all of the measures that are needed for the protection of "
    >>> distinct({"1": f"{same}one thing", "2": f"{same}another"})["2"]
    'to take all of the … another'
    """
    alike: dict[str, set[str]] = {}
    for text in words.values():
        alike.setdefault(cut(text), set()).add(text)
    labels = {text: label for same in alike.values() for text, label in _told(sorted(same))}
    return {row_id: labels[text] for row_id, text in words.items()}


def _told(texts: list[str]) -> Iterator[tuple[str, str]]:
    """Texts in order, whose labels would be the same, with labels of their own."""
    # Characters are what is compared, not paths.
    shared = [0, *(len(commonprefix(pair)) for pair in pairwise(texts)), 0]  # noqa: RUF071
    for number, text in enumerate(texts):
        start = text.rfind(" ", 0, max(shared[number : number + 2]) + 1) + 1
        begins = text[:LONGEST_BEGINNING].rsplit(" ", 1)[0]
        yield text, cut(text) if len(texts) == 1 else f"{begins} … {cut(text[start:])}"
