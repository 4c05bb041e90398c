"""A factsheet as read, written as rows: ids, markers, citations and templates.

The name of the Party becomes ``{party}`` in headings, introductions and lead-ins.
"""

from __future__ import annotations

import re
from collections import ChainMap, Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from lanzarote_data.ingest.blocks import ROMAN, Doubt, Footnote
from lanzarote_data.ingest.front import Context, urgency_rows
from lanzarote_data.ingest.known import Statement, cited
from lanzarote_data.ingest.notation import renumber_markers
from lanzarote_data.ingest.parse import Chapter, Factsheet, Item
from lanzarote_data.model.tables import Row
from lanzarote_data.text.addressed import addressing
from lanzarote_data.text.ids import ALL_PARTIES, citation_id, last_counted, recommendation_id
from lanzarote_data.text.items import STEP
from lanzarote_data.text.references import addresses, markers, read_reference
from lanzarote_data.text.verbs import third_person

_LIKE_A_CITATION = re.compile(r"(?:Para|§|Rec(?:\.|ommendation))", re.IGNORECASE)
_LETTERS = 26  # ids that one code may have


@dataclass
class Rows:
    """Rows by table while they are made; and the line of the source of each row's id.

    ``items`` are the recommendations, observations and practices by id, ``owners`` gives the id of
    the row whose text has a footnote.
    """

    by_table: dict[str, list[Row]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    items: dict[str, Row] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)

    def add(self, table: str, row: dict[str, str], line: int) -> None:
        """Add a row that begins on a line of the source."""
        self.by_table.setdefault(table, []).append(row)
        self.lines[next(iter(row.values()))] = line

    def without(self, ids: Collection[str]) -> Rows:
        """The rows without some items and their footnotes; all items are still known."""
        gone = {*ids, *(note for note, owner in self.owners.items() if owner in ids)}
        kept = {
            name: [row for row in rows if next(iter(row.values())) not in gone]
            for name, rows in self.by_table.items()
        }
        lines = {row_id: line for row_id, line in self.lines.items() if row_id not in gone}
        return Rows(kept, lines, self.items, self.owners)


class RowMaker:
    """Makes the rows of one factsheet, in the order of the source.

    ``unused`` are the footnotes that no text has; ``missing`` and ``in_lead_ins`` are markers
    without a footnote and those of lead-ins, each with the line of its text.
    """

    def __init__(self, factsheet: Factsheet, context: Context) -> None:
        self.factsheet = factsheet
        self.context = context
        self.footnotes = {n.number: n for n in reversed(factsheet.source.footnotes)}
        self.unused = [n for n in factsheet.source.footnotes if n != self.footnotes[n.number]]
        self.missing: list[tuple[int, int]] = []
        self.in_lead_ins: list[tuple[int, int]] = []
        self.doubts: list[Doubt] = []
        self.rows = Rows()
        self._used: set[int] = set()
        self._counts: Counter[str] = Counter()
        self._taken = ChainMap(self.rows.lines, dict.fromkeys(context.edition.taken, 0))
        self._make()

    def _make(self) -> None:
        self._document()
        known = self._recognised()
        for chapter in self.factsheet.chapters:
            self._chapter(chapter)
            for place, item in enumerate(chapter.items, start=1):
                self._item(chapter, item, known.get(id(item), ""), str(place * STEP))
        self.unused += [n for number, n in self.footnotes.items() if number not in self._used]

    def _document(self) -> None:
        edition, report = self.context.edition, self.context.report
        row = {
            "document_id": edition.document_id,
            "title": self.factsheet.front.title,
            "round_id": self.context.round_id,
            "party_id": self.context.party["party_id"],
            "date": self.factsheet.front.date,
            "language": "en",  # no other language is read
            "publisher": report.get("publisher", ""),
            "rights": report.get("rights", ""),
            "replaces": edition.replaces,
        }
        self.rows.add("documents", row, 1)

    def _recognised(self) -> dict[int, str]:
        """The ids of the items that the tables have already."""
        items = [(c, item) for c in self.factsheet.chapters for item in c.items]
        found = self.context.known.recognise([self._statement(*one) for one in items])
        return {id(items[index][1]): row_id for index, row_id in found.items()}

    def _statement(self, chapter: Chapter, item: Item) -> Statement:
        notes = (self.footnotes.get(number) for number in markers(item.text))
        locators = (read_reference(note.text).locator for note in notes if note)
        table = f"{item.kind}s"
        chapter_id = self._chapter_id(chapter)
        return Statement(table, chapter_id, self._party_id(item), item.text, cited(table, locators))

    def _chapter_id(self, chapter: Chapter) -> str:
        return f"{self.context.round_id}-{chapter.number}"

    def _party_id(self, item: Item) -> str:
        """The Party of whose factsheet an item is; empty where it is said to all."""
        is_shared = item.kind == "recommendation" and item.part == "generic"
        return "" if is_shared else self.context.party["party_id"]

    def _chapter(self, chapter: Chapter) -> None:
        introduction = chapter.introduction_text
        template = self.context.shared_template
        row = {
            "chapter_id": self._chapter_id(chapter),
            "round_id": self.context.round_id,
            "number": chapter.number,
            "position": str(ROMAN.index(chapter.number) * STEP),
            "title": chapter.title,
            "introduction": template(renumber_markers(introduction)),
            "specific_heading": template(chapter.headings.get("specific", "")),
            "generic_heading": template(chapter.headings.get("generic", "")),
        }
        self.rows.add("chapters", row, chapter.line)
        self._citations("chapter_id", row["chapter_id"], introduction, chapter.line)
        words = self.context.verbs.words
        for meant in urgency_rows(introduction, words):
            word = meant["urgency"]
            verb = words.get(word) or third_person(word)
            row = {"urgency": word, "verb": verb, "rank": meant.pop("rank")}
            self.rows.add("urgencies", row, chapter.line)
            row = {"round_id": self.context.round_id, **meant}
            self.rows.add("urgency_meanings", row, chapter.line)

    def _item(self, chapter: Chapter, item: Item, known_id: str, position: str) -> None:
        key, row_id = f"{item.kind}_id", known_id or self._new_id(chapter, item)
        row = {
            key: row_id,
            "chapter_id": self._chapter_id(chapter),
            **(self._practice(item, row_id) if item.kind == "practice" else self._stated(item)),
            "text": renumber_markers(item.text),
            "document_id": self.context.edition.document_id,
            "position": position,
        }
        self.in_lead_ins += [(number, item.line) for number in markers(item.lead_in)]
        self.rows.add(f"{item.kind}s", row, item.line)
        self.rows.items[row_id] = row
        self._citations(key, row_id, item.text, item.line)

    def _stated(self, item: Item) -> dict[str, str]:
        """The cells that a recommendation or observation has beside those of all items."""
        own = item.part == "specific"
        template = self.context.template if own else self.context.shared_template
        row = {
            "party_id": self.context.party["party_id"] if own else "",
            "topic": item.topic,
            "lead_in": template(item.lead_in),
            "layout": item.layout,
        }
        if item.kind == "recommendation":
            urgency_of = self.context.verbs.urgency_of
            row["scope"] = item.part
            row["addressing"] = addressing(f"{item.lead_in} {item.text}", item.part)
            row["urgency"] = urgency_of(item.lead_in) or urgency_of(item.text)
        return row

    def _practice(self, item: Item, row_id: str) -> dict[str, str]:
        """The heading of a practice; its Parties become rows of their own."""
        for party_id in self._parties_of(item.text):
            row = {"practice_id": row_id, "party_id": party_id}
            self.rows.by_table.setdefault("practice_parties", []).append(row)
        return {"heading": item.heading}

    def _parties_of(self, text: str) -> list[str]:
        """The Party of the factsheet, and those named together with it: “Belgium and Finland”."""
        own = self.context.party["party_id"]
        names = {p["name"]: p["party_id"] for p in self.context.tables.rows("parties")}
        any_name = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        one = rf"(?:[Tt]he )?(?:{any_name})"
        together = re.search(rf"\b{one}(?:(?:, | and |, and ){one})+\b", text)
        found = [names[name] for name in re.findall(any_name, together[0])] if together else []
        return [own, *(other for other in found if other != own)] if own in found else [own]

    def _new_id(self, chapter: Chapter, item: Item) -> str:
        """The id of an item that the tables do not have."""
        party = self._party_id(item) or ALL_PARTIES
        prefix = f"{self.context.round_id}-{party}-{chapter.number}"
        if item.kind != "recommendation":
            return self._counted(f"{prefix}-{item.kind[0]}")
        code = next(iter(self._statement(chapter, item).cited), "")
        self._counts[f"{prefix} {code}"] += 1
        if not code or self._counts[f"{prefix} {code}"] > _LETTERS:
            return self._counted(f"{prefix}-n")
        return recommendation_id(prefix, code, self._taken)

    def _counted(self, stem: str) -> str:
        """The next free id of a stem: ``R2-BEL-II-o2`` after ``R2-BEL-II-o1``."""
        if stem not in self._counts:
            self._counts[stem] = last_counted(stem, self.context.edition.taken)
        self._counts[stem] += 1
        return f"{stem}{self._counts[stem]}"

    def _citations(self, key: str, row_id: str, text: str, line: int) -> None:
        for marker, number in enumerate(markers(text), start=1):
            note = self.footnotes.get(number)
            if note is None:
                self.missing.append((number, line))
                continue
            self._used.add(number)
            own_id = citation_id(row_id, str(marker))
            cells = {key: row_id, "marker": str(marker), **self._cited(note)}
            self.rows.add("citations", {"citation_id": own_id, **cells}, note.line)
            self.rows.owners[own_id] = row_id

    def _cited(self, note: Footnote) -> dict[str, str]:
        """What a footnote cites; one that only begins like a citation of the report is doubted."""
        reference = read_reference(note.text)
        if reference.kind == "note" and _LIKE_A_CITATION.match(note.text):
            message = f"Footnote {note.number} was read as a note, not as a citation of the report."
            self.doubts.append(Doubt("citation-unread", note.line, message))
        into_report = reference.kind in ("paragraph", "recommendation")
        report_id = self.context.report["document_id"]
        return {
            "kind": reference.kind,
            "locator": reference.locator,
            "text": note.text,
            "document_id": report_id if into_report else self._named(note.text),
            "url": " ".join(a for a in addresses(note.text) if a.startswith("http")),
        }

    def _named(self, text: str) -> str:
        """The one document that a footnote names by its title or short title; else empty."""
        named = {
            document["document_id"]
            for document in self.context.tables.rows("documents")
            for name in (document["short_title"], document["title"])
            if name and name in text
        }
        return named.pop() if len(named) == 1 else ""
