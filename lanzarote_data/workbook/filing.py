"""File what waits in a work list: a text becomes the row that a person says it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lanzarote_data.model.package import CITATIONS
from lanzarote_data.model.tables import Source, Tables
from lanzarote_data.text.addressed import addressing
from lanzarote_data.text.references import read_reference
from lanzarote_data.text.rounds import report_of
from lanzarote_data.text.targets import cited_rows
from lanzarote_data.workbook.identify import Identified
from lanzarote_data.workbook.new_rows import NewRow
from lanzarote_data.workbook.rows import SheetContent, SheetRow

CHOICE = "filed_as"
_GENERIC = "generic recommendation"
_NOTE = re.compile(r"\[\^([0-9]+)\]: (.+)")
_SHARED = ("document_id", "chapter_id", "text", "lead_in", "position")
_LAST = 10_000_000  # more than a sheet has lines: rows of a work list come after all others


def filed(
    content: SheetContent, rows: Identified, ours: Tables, base: Tables
) -> Iterator[tuple[NewRow, Source]]:
    """The rows that filed texts of a work list become, and where these texts are in its sheet.

    ``base`` are the rows of the workbook.
    """
    for key, row in rows.kept.items():
        if is_filed(content, row):
            maker = _Maker(content, key[0], row, ours, base)
            new = maker.footnote() if row.texts[CHOICE] == "footnote" else maker.item()
            yield from ((one, content.source(row.line)) for one in new)


def is_filed(content: SheetContent, row: SheetRow) -> bool:
    """Whether a row of a work list says what its text is, in a word that there is."""
    if not content.resource.is_worklist:
        return False
    return row.texts.get(CHOICE, "") in content.resource.field(CHOICE).constraints.enum


class _Maker:
    """Makes the new rows of one text; ``name`` stands for the id of its item."""

    def __init__(
        self, content: SheetContent, name: str, row: SheetRow, ours: Tables, base: Tables
    ) -> None:
        self.place = content.place(row)
        self.line = _LAST + row.line
        self.name = name
        self.texts: Mapping[str, str] = {"document_id": "", **row.texts}
        self.ours = ours
        self.base = base
        document = ours.find("documents", self.texts["document_id"]) or {}
        self.party_id = document.get("party_id", "")
        self.report = report_of(ours, document.get("round_id", "")) or {}

    def item(self) -> Iterator[NewRow]:
        """The item, its footnotes, and the Party of a practice."""
        texts, kind = self.texts, self.texts[CHOICE]
        shared = {name: texts.get(name, "") for name in _SHARED}
        shared["layout"] = "bullet" if shared["lead_in"].endswith(":") else "paragraph"
        if kind == "practice":
            shared["heading"] = shared["lead_in"]
            yield self._new(
                "practice_parties", {"practice_id": self.name, "party_id": self.party_id}
            )
        if kind.endswith("recommendation"):
            scope = "generic" if kind == _GENERIC else "specific"
            shared |= {
                "scope": scope,
                "urgency": texts.get("urgency", ""),
                "addressing": addressing(f"{shared['lead_in']} {shared['text']}", scope),
            }
        table = f"{kind.removeprefix('generic ')}s"
        fixed = {"scope": "generic", "party_id": ""} if kind == _GENERIC else {}
        yield self._new(table, shared, fixed)
        key = self.ours[table].resource.primary_key[0]
        for line in texts.get("footnotes", "").split("\n"):
            if note := _NOTE.fullmatch(line.strip()):
                yield from self._citation(key, self.name, note[1], note[2])

    def footnote(self) -> Iterator[NewRow]:
        """The footnote of a row that is there already, with its next number."""
        owner = self.texts.get("belongs_to", "")
        parents = self.ours.package.parents
        keys = [key for key, r in parents.items() if self.ours.find(r.name, owner)]
        key = next(iter(keys), "recommendation_id")
        others = [row for row in self.base.rows(CITATIONS) if row[key] == owner]
        yield from self._citation(key, owner, str(len(others) + 1), self.texts.get("text", ""))

    def _citation(self, key: str, owner: str, marker: str, text: str) -> Iterator[NewRow]:
        """A footnote, and what it is the first to cite of the report."""
        found = read_reference(text)
        into_report = found.kind in ("paragraph", "recommendation")
        of_round = {n: self.report.get(n, "") for n in ("round_id", "document_id")}
        told = {n: self.texts.get(n, "") for n in ("chapter_id", "urgency")}
        for table, row_id, row in cited_rows(found.locator, of_round, told):
            if table in self.ours and self.ours.find(table, row_id) is None:
                yield self._new(table, dict(row))
        note = {
            key: owner,
            "marker": marker,
            "kind": found.kind,
            "locator": found.locator,
            "text": text,
            "document_id": self.report.get("document_id", "") if into_report else "",
        }
        yield self._new(CITATIONS, note)

    def _new(self, table: str, texts: dict[str, str], fixed: Mapping[str, str] = {}) -> NewRow:
        return NewRow(table, texts, self.name, self.line, self.place, fixed)
