"""What the page of a Party's factsheet shows: chapters, their parts, and groups of entries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from markupsafe import Markup

from lanzarote_data.model.tables import Row
from lanzarote_data.site.contents import Contents, Item, Part
from lanzarote_data.site.texts import Note, PageTexts


@dataclass(frozen=True)
class Entry:
    """An item with its text as the page shows it, and the follow-up of this Party on it."""

    item: Item
    html: Markup
    follow_up: list[tuple[Row, None]]


@dataclass
class Group:
    """Entries that stand together: a list under its lead-in, paragraphs, or a box of practices.

    ``topic`` is the sub-heading above them, only where it begins; ``kind`` is ``list``,
    ``paragraphs`` or ``box``; ``heading`` is that of a box.
    """

    kind: str
    topic: str = ""
    lead_in: str = ""
    heading: str = ""
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class PartView:
    """A part of a chapter: its heading, and its groups in order."""

    heading: str
    groups: list[Group]


@dataclass(frozen=True)
class ChapterView:
    """A chapter of the page, with the footnotes that its texts mark."""

    row: Row
    introduction: Markup
    parts: list[PartView]
    notes: list[Note]


def chapter_view(
    contents: Contents, texts: PageTexts, row: Row, party_id: str, heading_level: int = 3
) -> ChapterView:
    """A chapter of a Party's factsheet; without a Party, what is said to all.

    ``heading_level`` is that of the headings in its introduction.
    """
    introduction = texts.chapter(row, heading_level)
    parts = [
        PartView(texts.named(part.heading), _groups(contents, texts, part, party_id))
        for part in contents.parts(row, party_id)
        if part.items
    ]
    return ChapterView(row, introduction, parts, texts.taken())


def _groups(contents: Contents, texts: PageTexts, part: Part, party_id: str) -> list[Group]:
    groups: list[Group] = []
    topic = ""
    for item in part.items:
        begins = item.table != "practices" and item.row["topic"] != topic
        if begins:
            topic = item.row["topic"]
        last = groups[-1] if groups and not begins else None
        group = _group(texts, item, last)
        if group is not last:
            group.topic = topic if begins else ""
            groups.append(group)
        follow_up = contents.follow_up.get(item.id, ())
        own = [(row, None) for row in follow_up if row["party_id"] == party_id]
        group.entries.append(Entry(item, texts.item(item), own))
    return groups


def _group(texts: PageTexts, item: Item, last: Group | None) -> Group:
    """The group into which an item goes: the last one, or a new one."""
    if item.table == "practices":
        new = Group("box", heading=item.row["heading"])
        same = last and (last.kind, last.heading) == (new.kind, new.heading)
    elif item.row["layout"] == "inline":
        new = Group("paragraphs")
        same = last and last.kind != "box"
    elif item.row["layout"] == "bullet":
        new = Group("list", lead_in=texts.lead_in(item.row))
        same = last and (last.kind, last.lead_in) == (new.kind, new.lead_in)
    else:
        new = Group("paragraphs")
        same = last and last.kind == new.kind
    return last if last and same else new


def items_of(chapters: list[ChapterView]) -> Iterator[Item]:
    """The items of a page, in the order in which it shows them."""
    groups = chain.from_iterable(part.groups for c in chapters for part in c.parts)
    return (entry.item for group in groups for entry in group.entries)
