"""What footnotes point to, row by row: the recommendations and paragraphs of a report.

People write ``III-3;III-7`` in one cell. The table of targets follows from these cells; the program
writes it, and no workbook shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lanzarote_data.model.package import CITATIONS
from lanzarote_data.model.tables import Row, Table, Tables
from lanzarote_data.text.ids import report_paragraph_id, report_recommendation_id
from lanzarote_data.text.references import codes, paragraphs
from lanzarote_data.text.rounds import report_of

TARGETS = "citation_targets"
RECOMMENDATIONS = "report_recommendations"
PARAGRAPHS = "report_paragraphs"
_IDS = ("report_recommendation_id", "report_paragraph_id")


class Place(NamedTuple):
    """Where a citation is: its round, its chapter, and the row that has it."""

    round_id: str
    chapter_id: str
    row: Row


def places(tables: Tables) -> Mapping[str, Place]:
    """The place of each citation, by its id; those whose text is not there are left out."""
    return tables.worked_out(_places)


def _places(tables: Tables) -> dict[str, Place]:
    chapters = {row["chapter_id"]: row["round_id"] for row in tables.rows("chapters")}
    found: dict[str, Place] = {}
    for field, parent in tables.package.parents.items():
        rows = tables[parent.name].by_key
        for citation in tables.rows(CITATIONS):
            row = rows.get((citation[field],)) if citation.get(field) else None
            chapter = row["chapter_id"] if row else ""
            if row and chapter in chapters:
                found[citation["citation_id"]] = Place(chapters[chapter], chapter, row)
    return found


def with_targets(tables: Tables) -> Tables:
    """The tables in order, with the targets of their citations as the locators name them.

    What a locator names and the report does not have is no target.
    """
    return tables.worked_out(_with_targets)


def _with_targets(tables: Tables) -> Tables:
    tables = tables.in_order()
    if TARGETS not in tables:
        return tables
    rows = tuple(_targets(tables))
    if rows == tables[TARGETS].rows:
        return tables
    return tables.with_table(Table(tables[TARGETS].resource, rows)).in_order()


def _targets(tables: Tables) -> Iterator[Row]:
    known = places(tables)
    found: dict[tuple[str, str], list[Row]] = {}
    for citation in tables.rows(CITATIONS):
        place, locator = known.get(citation["citation_id"]), citation.get("locator", "")
        if not place or not locator:
            continue
        named = (place.round_id, locator)
        if named not in found:  # many footnotes have the same locator
            rows = (row for name, row_id in _named(*named) if (row := tables.find(name, row_id)))
            found[named] = [{field: row.get(field, "") for field in _IDS} for row in rows]
        for number, ids in enumerate(found[named], start=1):
            yield {"citation_id": citation["citation_id"], "number": str(number), **ids}


def _named(round_id: str, locator: str) -> Iterator[tuple[str, str]]:
    """The table and the id of each thing that a locator names, in order."""
    for code in codes(locator):
        yield RECOMMENDATIONS, report_recommendation_id(round_id, code)
    for number in paragraphs(locator):
        yield PARAGRAPHS, report_paragraph_id(round_id, number)


def stated_by(tables: Tables) -> dict[str, list[Row]]:
    """The recommendations of factsheets, withdrawn ones too, by what they cite, in order."""
    found: dict[str, list[Row]] = {}
    for report_id, row in _statements(tables):
        if row not in found.setdefault(report_id, []):
            found[report_id].append(row)
    return found


def addressees(tables: Tables) -> dict[str, set[str]]:
    """The Parties that each report recommendation is addressed to; empty text: all Parties.

    Withdrawn rows count: what was reported on them remains.
    """
    found: dict[str, set[str]] = {}
    for report_id, row in _statements(tables):
        found.setdefault(report_id, set()).add(row["party_id"])
    return found


def _statements(tables: Tables) -> Iterator[tuple[str, Row]]:
    """Each recommendation of a report that one of a factsheet cites, and that one."""
    parents = {row["citation_id"]: row["recommendation_id"] for row in tables.rows(CITATIONS)}
    for target in tables.rows(TARGETS):
        row = tables.find("recommendations", parents.get(target["citation_id"], ""))
        if row and target["report_recommendation_id"]:
            yield target["report_recommendation_id"], row


def with_cited(tables: Tables) -> Tables:
    """The tables with a row for each recommendation and paragraph that is cited for the first time.

    A recommendation gets the urgency of the row that cites it; its words are in the report alone.
    """
    if RECOMMENDATIONS not in tables or PARAGRAPHS not in tables:
        return tables
    known = places(tables)
    reports = {r["round_id"]: report_of(tables, r["round_id"]) for r in tables.rows("rounds")}
    new: dict[str, dict[str, Row]] = {RECOMMENDATIONS: {}, PARAGRAPHS: {}}
    for citation in tables.rows(CITATIONS):
        place = known.get(citation["citation_id"])
        if place is None:
            continue
        report = reports.get(place.round_id) or {}
        of_round = {"round_id": place.round_id, "document_id": report.get("document_id", "")}
        told = {"chapter_id": place.chapter_id, "urgency": place.row.get("urgency", "")}
        for name, row_id, row in cited_rows(citation["locator"], of_round, told):
            new[name].setdefault(row_id, row)
    for name, rows in new.items():
        tables = tables.with_table(_extended(tables[name], rows))
    return tables.in_order()


def cited_rows(locator: str, of_round: Row, told: Row) -> Iterator[tuple[str, str, Row]]:
    """The rows of the report that a locator names: their table, id and cells.

    ``of_round`` gives their round and document, ``told`` the chapter and urgency of a
    recommendation.
    """
    round_id = of_round["round_id"]
    for code in codes(locator):
        row_id = report_recommendation_id(round_id, code)
        row = {"report_recommendation_id": row_id, "code": code, **told, **of_round}
        yield RECOMMENDATIONS, row_id, row
    for number in paragraphs(locator):
        row_id = report_paragraph_id(round_id, number)
        yield PARAGRAPHS, row_id, {"report_paragraph_id": row_id, "number": str(number), **of_round}


def _extended(table: Table, rows: Mapping[str, Row]) -> Table:
    """The table with those of the rows that it does not have."""
    names = table.resource.field_names
    missing = [row for row_id, row in rows.items() if (row_id,) not in table.by_key]
    new = [{name: row.get(name, "") for name in names} for row in missing]
    return Table(table.resource, [*table.rows, *new]) if new else table
