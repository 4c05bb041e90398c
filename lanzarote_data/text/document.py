"""A factsheet as one tree: chapters, their parts, groups of items, and footnotes.

All formats and the pages of the site are written from this one form. Texts are Markdown; a marker
``[^7]`` has the number that the footnote has in the whole document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.text.items import PRACTICES, STEP, Item, Items, need_factsheets
from lanzarote_data.text.markup import apart
from lanzarote_data.text.rights import notice
from lanzarote_data.text.rounds import choose_round, factsheet_of, party_named, report_of
from lanzarote_data.text.verbs import Verbs, verbs_of

PRACTICE_STYLE = "Promising Practice"
"""The style of Word that boxes of practices have, as they are written and as they are read."""
LOST_LINK_STYLE = "Link Without Address"
"""The style of the words of a link whose address the source lost."""
URGENCY_STYLE = "Urgency"
"""The style of a verb that is set in bold type here, and not in the source."""
_AT_THE_START = re.compile(r"(\A|[.!?][”\"]?\s+|\n(?:- )?)\{party\}")
_MARKER = re.compile(r"\[\^([0-9]+)\]")


@dataclass(frozen=True)
class Note:
    """A footnote with its number in the document; ``citation`` is its row."""

    number: int
    citation: Row

    @property
    def text(self) -> str:
        """The words of the footnote."""
        return self.citation.get("text", "")


@dataclass(frozen=True)
class Entry:
    """An item with its text, which includes its lead-in where both are one paragraph."""

    item: Item
    text: str


@dataclass
class Group:
    """Items that belong together: a list, paragraphs, or a box of practices.

    ``topic`` is the sub-heading above them, only where it begins; ``lead_in`` the sentence that
    introduces a list, only where it is new; ``heading`` is that of a box.
    """

    kind: Literal["list", "paragraphs", "box"]
    topic: str = ""
    lead_in: str = ""
    heading: str = ""
    entries: list[Entry] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """The text of each point or paragraph; an item that runs on ends the one before it."""
        found: list[str] = []
        for entry in self.entries:
            if found and entry.item.of("layout") == "inline":
                found[-1] += f" {entry.text}"
            else:
                found.append(entry.text)
        return found


@dataclass(frozen=True)
class Part:
    """The specific or the generic part of a chapter: its heading, and its groups in order."""

    heading: str
    groups: list[Group]


@dataclass(frozen=True)
class Chapter:
    """A chapter, with the footnotes that its texts mark."""

    row: Row
    introduction: str
    parts: list[Part]
    notes: list[Note]

    @property
    def title(self) -> str:
        """The number and the title of the chapter."""
        return f"{self.row['number']}. {self.row['title']}"

    @property
    def items(self) -> Iterator[Item]:
        """The items of the chapter, in order."""
        groups = (group for part in self.parts for group in part.groups)
        return (entry.item for group in groups for entry in group.entries)


@dataclass(frozen=True)
class Document:
    """A whole factsheet: the lines of its title page, and its chapters.

    ``updated`` is the date as the Secretariat writes it, ``25.05.2023``; ``date`` is the same in
    ISO 8601; both are empty where there is none. ``notice`` is a sentence for the reader where
    the specific part is not in the data. ``about`` says in one line that the file is not the
    official one, and which version of the data it was written from. ``verbs`` are those of the
    round.
    """

    title: str
    subtitle: str
    theme: str
    updated: str
    date: str
    notice: str
    publisher: str
    rights: str
    about: str
    chapters: tuple[Chapter, ...]
    verbs: Verbs

    @property
    def notes(self) -> tuple[Note, ...]:
        """All footnotes, in order."""
        return tuple(note for chapter in self.chapters for note in chapter.notes)


def document_of(items: Items, party_id: str, round_id: str = "") -> Document:
    """The factsheet of a Party on a round; on the newest in which it has rows if none is given.

    :raises LanzaroteError: there is no such Party or round, or the package has no factsheets.
    """
    tables = items.tables
    need_factsheets(tables.package)
    party_id = party_named(tables, party_id)
    party = tables["parties"].by_key[(party_id,)]
    chosen = choose_round(tables, party_id, round_id)
    report: Row = report_of(tables, chosen["round_id"]) or {}
    title = report.get("title") or chosen["title"]
    own = factsheet_of(tables, chosen["round_id"], party_id)
    date = own["date"] if own else ""
    return Document(
        title=(own and own["title"]) or f"FACTSHEET – {party['name'].upper()}",
        subtitle=title.partition(f"“{chosen['theme']}”")[0].strip(),
        theme=chosen["theme"],
        updated=".".join(reversed(date.split("-"))),
        date=date,
        notice="" if own else _notice(party),
        publisher=report.get("publisher", ""),
        rights=report.get("rights", ""),
        about=notice(tables.package),
        chapters=tuple(chapters_of(items, chosen["round_id"], party)),
        verbs=tables.worked_out(_verbs)[chosen["round_id"]],
    )


def _verbs(tables: Tables) -> dict[str, Verbs]:
    """The verbs of each round."""
    rounds = (row["round_id"] for row in tables.rows("rounds"))
    return {round_id: verbs_of(tables, round_id) for round_id in rounds}


def chapters_of(items: Items, round_id: str, party: Row) -> list[Chapter]:
    """The chapters of a Party’s factsheet on a round, their footnotes counted from one to last."""
    texts = Texts(items, party["name_in_sentence"])
    own = factsheet_of(items.tables, round_id, party["party_id"])
    document_id = own["document_id"] if own else ""
    rows = items.chapters.get(round_id, ())
    return [_chapter(texts, row, party["party_id"], document_id) for row in rows]


def shared_chapter(items: Items, row: Row, party_name: str) -> Chapter:
    """A chapter with what is said to all Parties; ``party_name`` is in the place of a name."""
    return _chapter(Texts(items, party_name), row, "", "")


def _notice(party: Row) -> str:
    name = party["name_in_sentence"]
    return (
        f"The part of this factsheet that is specific to {name} is not in the data yet. What "
        "follows is the text that the factsheets of all Parties share, with the name of this one."
    )


class Texts:
    """Puts a Party’s name and the numbers of footnotes into texts, counting from one."""

    def __init__(self, items: Items, party_name: str) -> None:
        self.items = items
        self.party_name = party_name
        self._notes: list[Note] = []
        self._taken = 0

    def named(self, text: str) -> str:
        """The text with the Party’s name; its article has a capital where a sentence begins."""
        if "{party}" not in text:
            return text
        name = self.party_name
        text = _AT_THE_START.sub(lambda found: found[1] + name[:1].upper() + name[1:], text)
        return text.replace("{party}", name)

    def numbered(self, row_id: str, text: str) -> str:
        """The text of a row with the numbers of the document in its markers, set apart."""
        if "[^" not in text:
            return text
        citations = {c["marker"]: c for c in self.items.citations.get(row_id, ())}

        def number(found: re.Match[str]) -> str:
            note = Note(len(self._notes) + 1, citations.get(found[1], {}))
            self._notes.append(note)
            return f"[^{note.number}]"

        return apart(_MARKER.sub(number, text))

    def entry(self, item: Item) -> Entry:
        """An item with its text."""
        text = self.numbered(item.id, item.row["text"])
        if item.of("layout") == "paragraph":
            text = f"{self.named(item.row['lead_in'])} {text}".strip()
        return Entry(item, text)

    def taken(self) -> list[Note]:
        """The footnotes that were marked since the last call."""
        notes, self._taken = self._notes[self._taken :], len(self._notes)
        return notes

    def groups(self, items: Iterable[Item]) -> list[Group]:
        """The groups of the items of one part, in order."""
        groups: list[Group] = []
        topic = lead_in = ""
        for item in items:
            begins = item.table != PRACTICES and item.of("topic") != topic
            if begins:
                topic, lead_in = item.of("topic"), ""
            new = self._group(item, lead_in)
            if begins or not groups or not _continues(item, new, groups[-1]):
                new.topic = topic if begins else ""
                groups.append(new)
            groups[-1].entries.append(self.entry(item))
            # A box or words that run on do not end a lead-in.
            lead_in = "" if item.of("layout") == "paragraph" else new.lead_in or lead_in
        return groups

    def _group(self, item: Item, lead_in: str) -> Group:
        """The group that an item begins, if it does not continue the one before it."""
        if item.table == PRACTICES:
            return Group("box", heading=item.row["heading"])
        if item.row["layout"] != "bullet":
            return Group("paragraphs")
        own = self.named(item.row["lead_in"])
        return Group("list", lead_in="" if own == lead_in else own)


def _continues(item: Item, new: Group, last: Group) -> bool:
    if item.of("layout") == "inline":
        return last.kind != "box"
    return last.kind == new.kind and not new.lead_in and last.heading == new.heading


def _chapter(texts: Texts, row: Row, party_id: str, document_id: str) -> Chapter:
    introduction = texts.numbered(row["chapter_id"], texts.named(row["introduction"]))
    specific, generic = _divided(texts.items, row["chapter_id"], party_id, document_id)
    parts = [
        Part(texts.named(heading), texts.groups(items))
        for heading, items in (
            (row["specific_heading"], specific),
            (row["generic_heading"], generic),
        )
        if items
    ]
    return Chapter(row, introduction, parts, texts.taken())


def _divided(
    items: Items, chapter_id: str, party_id: str, document_id: str
) -> tuple[list[Item], list[Item]]:
    """The items of a chapter’s specific and generic part, in order.

    A practice belongs to the part that it interrupts or ends. It is among the generic items of
    its own document, or after those of another one.
    """
    own = items.by_place.get((chapter_id, party_id), []) if party_id else []
    practices = [item for item in own if item.table == PRACTICES]
    specific = [item for item in own if item.table != PRACTICES]
    generic = [i for i in items.by_place.get((chapter_id, ""), []) if i.table != PRACTICES]
    end = _end_of_specific(specific, practices, generic, document_id)
    early = [item for item in practices if item.position <= end]
    late = [item for item in practices if item.position > end]
    if any(item.row["document_id"] == document_id for item in generic):
        return _in_order([*specific, *early]), _in_order([*generic, *late])
    return _in_order([*specific, *early]), [*generic, *late]


def _in_order(items: list[Item]) -> list[Item]:
    return sorted(items, key=lambda item: item.position)


def _end_of_specific(
    specific: list[Item], practices: list[Item], generic: list[Item], document_id: str
) -> int:
    """The position of the last item of the specific part; 0 where it has none.

    The practices after its last row belong to it up to the first generic row of the document.
    A generic row that the data has from another document is a missing step in the positions.
    """
    if not specific:
        return 0
    end = specific[-1].position
    missing = any(item.row["document_id"] != document_id for item in generic)
    own = [item for item in generic if item.row["document_id"] == document_id]
    for item in _in_order([*practices, *own]):
        if item.position <= end:
            continue
        if item.table != PRACTICES or (missing and item.position > end + STEP):
            break
        end = item.position
    return end
