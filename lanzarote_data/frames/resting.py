"""What rows rest on: the recommendations and paragraphs of reports that they cite."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lanzarote_data.frames import addressing
from lanzarote_data.frames.finding import find_party, parent_of
from lanzarote_data.frames.typed import known_resource
from lanzarote_data.model.tables import Tables
from lanzarote_data.text.items import grouped
from lanzarote_data.text.targets import TARGETS

if TYPE_CHECKING:
    import pandas

COLUMNS = (
    "row_id",
    "table",
    "through",
    "citation_id",
    "report_recommendation_id",
    "report_paragraph_id",
)


def references(
    tables: Tables, table: str = "", party: str = "", grounds: bool = False
) -> pandas.DataFrame:
    """A line for each row and report recommendation or paragraph that it rests on."""
    import pandas

    if table:
        known_resource(tables, table)
    cited = list(_cited(tables))
    lines = [*cited, *(_of_grounds(tables, cited) if grounds else ())]
    if party:
        wanted = _about(tables, find_party(tables, party))
        lines = [line for line in lines if (line[1], line[0]) in wanted]
    lines = [line for line in lines if table in ("", line[1])]
    frame = pandas.DataFrame(lines, columns=list(COLUMNS), dtype="string")
    return frame.mask(frame == "")


def _cited(tables: Tables) -> Iterator[tuple[str, ...]]:
    for target in tables.rows(TARGETS):
        citation = tables["citations"].by_key[(target["citation_id"],)]
        name, row_id = parent_of(tables, citation)
        yield (row_id, name, "", *(target[name] for name in COLUMNS[3:]))


def _of_grounds(tables: Tables, cited: list[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """What the observations cite from which a recommendation follows."""
    by_row = grouped(cited, lambda line: line[0])
    for row in tables.rows("recommendations"):
        row_id = row["recommendation_id"]
        for observation in addressing.grounds(tables, row_id):
            for line in by_row.get(observation, ()):
                yield (row_id, "recommendations", observation, *line[3:])


def _about(tables: Tables, party: str) -> set[tuple[str, str]]:
    """The rows that are about a Party or about all, by table and id."""
    return {
        (name, tables[name].key(row)[0])
        for name in (resource.name for resource in tables.package.texts)
        for row, about in zip(tables.rows(name), tables.parties[name], strict=True)
        if about in ("", party)
    }
