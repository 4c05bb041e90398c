"""Rules on citations: markers and footnotes belong together, and say what they cite."""

from __future__ import annotations

from functools import lru_cache

from lanzarote_data.model.problems import shown
from lanzarote_data.model.tables import Tables
from lanzarote_data.model.types import whole_number
from lanzarote_data.text.ids import citation_id
from lanzarote_data.text.references import addresses, codes, markers, read_reference
from lanzarote_data.validate.rules.rule import CheckedRow, Faults, RowFaults, row_rule, table_rule

_read = lru_cache(maxsize=10_000)(read_reference)
_markers = lru_cache(maxsize=10_000)(markers)


@table_rule("dangling-marker", "citations")
def dangling_marker(tables: Tables) -> Faults:
    """Every marker in a text has its citation."""
    citations = tables["citations"]
    for parent, resource in tables.package.parents.items():
        cited = {place for place in citations.columns((parent, "marker")) if place[0]}
        table, field = tables[resource.name], resource.text_field
        for index, row in enumerate(table.rows):
            for number in dict.fromkeys(_markers(row[field])):
                if (row[resource.primary_key[0]], str(number)) not in cited:
                    message = f"The text has the marker [^{number}], but no citation belongs to it."
                    hint = "Add a row to Citations for it, or take the marker out of the text."
                    yield table.location(index, field), message, hint


@table_rule("citation-without-marker", "citations")
def citation_without_marker(tables: Tables) -> Faults:
    """Every citation has its marker once in the text."""
    table, parents = tables["citations"], tables.package.parents
    for index, row in enumerate(table.rows):
        parent, row_id = tables.package.parent_of(row)
        found = tables.find(parents[parent].name, row_id) if parent else None
        number = whole_number(row["marker"])
        if found is None or number is None:
            continue
        times = _markers(found[parents[parent].text_field]).count(number)
        if times != 1:
            how = "no marker" if times == 0 else f"the marker {times} times,"
            message = f"The text of {row_id} has {how} [^{number}]."
            hint = "Put the marker once where the footnote belongs, or delete this citation."
            yield table.location(index, "marker"), message, hint


@row_rule("citation-parent", "citations")
def one_parent(row: CheckedRow) -> RowFaults:
    """A citation belongs to exactly one text."""
    given = [row[name] for name in row.package.parents if row[name]]
    if len(given) != 1:
        titles = ", ".join(row.resource.field(name).title for name in row.package.parents)
        named = " and ".join(given) or "none"
        message = f"A citation belongs to exactly one text; this one names {named}."
        together = row.resource.together
        where = f" In a workbook, choose it in the column {together.title}." if together else ""
        yield "", message, f"Fill in exactly one of {titles}.{where}"


@row_rule("citation-id", "citations")
def id_of_citation(row: CheckedRow) -> RowFaults:
    """A citation’s id is its text’s id and its marker."""
    _, parent = row.package.parent_of(row.row)
    own, wanted = row["citation_id"], citation_id(parent, row["marker"])
    if parent and own != wanted:
        message = f"The id is {shown(own)}, but the row is footnote {row['marker']} of {parent}."
        hint = f"The id must be {wanted}. In a workbook: delete the row and add it again."
        yield "citation_id", message, hint


@row_rule("locator-disagrees", "citations")
def locator(row: CheckedRow) -> RowFaults:
    """Kind and locator say what the footnote says."""
    read, kind, text = _read(row["text"]), row["kind"], shown(row["text"])
    cites = ("paragraph", "recommendation")
    if kind != read.kind and (kind in cites or read.kind in cites):
        message = f"The kind is {shown(kind)}, but the text {text} is a {read.kind}."
        yield "kind", message, f"Write {read.kind}, or correct the text."
    elif row["locator"] != read.locator:
        message = f"The locator is {shown(row['locator'])}, but the text says {text}."
        hint = f"Write {read.locator!r}." if read.locator else "Leave the locator empty."
        yield "locator", message, hint


@row_rule("address-disagrees", "citations")
def address(row: CheckedRow) -> RowFaults:
    """The address is the one that the footnote gives."""
    given = " ".join(found for found in addresses(row["text"]) if found.startswith("http"))
    if row["url"] != given:
        message = f"The address is {shown(row['url'])}, but the footnote gives {shown(given)}."
        yield "url", message, "Write the address as in the footnote."


@table_rule("cited-chapter", "citations chapters")
def cited_chapter(tables: Tables) -> Faults:
    """A row cites recommendations of its own chapter."""
    table, parents = tables["citations"], tables.package.parents
    numbers = set(tables["chapters"].column("number"))
    for index, row in enumerate(table.rows):
        parent, row_id = tables.package.parent_of(row)
        found = tables.find(parents[parent].name, row_id) if parent and row["locator"] else None
        chapter = tables.find("chapters", found["chapter_id"]) if found else None
        number = chapter["number"] if chapter else ""
        named = [code for code in codes(row["locator"]) if code.rpartition("-")[0] in numbers]
        others = [code for code in named if code.rpartition("-")[0] != number]
        if number and others:
            listed = ", ".join(others)
            message = f"{row_id} stands in chapter {number}, but this footnote cites {listed}."
            hint = "Correct the footnote, or the text that it belongs to."
            yield table.location(index, "locator"), message, hint
