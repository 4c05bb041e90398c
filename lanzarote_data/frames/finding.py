"""Finding Parties and rows by what people call them."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from lanzarote_data.frames.arguments import as_text
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.tables import Row, Table, Tables
from lanzarote_data.text.addressed import cited_by, targets_by_row
from lanzarote_data.text.rounds import party_named
from lanzarote_data.text.targets import RECOMMENDATIONS


@dataclass(frozen=True)
class Found:
    """A row that was asked for by its id, and the table that it stands in."""

    table: Table
    row_id: str
    row: Row

    @property
    def text(self) -> str:
        """The row's text as it stands in its table."""
        return self.row[self.table.resource.text_field]


def find_row(tables: Tables, row_id: str) -> Found:
    """The row of any text table that has this id.

    :raises LanzaroteError: no row has it; the hint names the ids that may be meant.
    """
    as_text(row_id, "id of a row", "one such as R2-BEL-II-6")
    for table in text_tables(tables):
        row = table.find((row_id,))
        if row is not None:
            return Found(table, row_id, row)
    raise LanzaroteError(f"No row has the id {row_id!r}.", _meant(tables, row_id))


def _meant(tables: Tables, row_id: str) -> str:
    """What somebody who wrote an id that is not there may have meant."""
    coded = set(coded_so(tables, row_id))
    targets = targets_by_row(tables)
    citing = [name for name in targets if coded.intersection(cited_by(targets, name))]
    if citing:
        return f"It is a code of the implementation report, cited by {', '.join(citing)}."
    ids = [table.key(row)[0] for table in text_tables(tables) for row in table.rows]
    near = difflib.get_close_matches(row_id, ids, 3)
    return f"Is {' or '.join(near)} meant?" if near else "An id looks like R2-BEL-II-6."


def coded_so(tables: Tables, code: str) -> list[str]:
    """The ids of the report recommendations that have a code, in the order of the rounds."""
    rows = tables.rows(RECOMMENDATIONS)
    return [row["report_recommendation_id"] for row in rows if row["code"] == code]


def find_reported(tables: Tables, name: str) -> tuple[list[str], str]:
    """The report recommendations that are meant by an id, a code or a row that cites them.

    The second value is the Party of that row, if it is addressed to one alone.

    :raises LanzaroteError: it is none of these.
    """
    as_text(name, "code or id", "one such as II-6")
    if tables.find(RECOMMENDATIONS, name):
        return [name], ""
    coded = coded_so(tables, name)
    if coded:
        return coded, ""
    row = find_row(tables, name).row
    return cited_by(targets_by_row(tables), name), row.get("party_id", "")


def text_tables(tables: Tables) -> list[Table]:
    """The tables whose rows are texts."""
    return [tables[resource.name] for resource in tables.package.texts]


def parent_of(tables: Tables, citation: Row) -> tuple[str, str]:
    """The table and the id of the row whose text has the citation's marker."""
    field, row_id = tables.package.parent_of(citation)
    return tables.package.parents[field].name if field else "", row_id


def find_party(tables: Tables, party: str) -> str:
    """The id of a Party by its three or two letters or any of its names, however they are typed.

    :raises LanzaroteError: there is no such Party.
    """
    as_text(party, "name of a Party", "its three letters, such as BEL")
    return party_named(tables, party)


def find_chapters(tables: Tables, chapter: str) -> list[str]:
    """The ids of the chapters that are meant by an id (R2-II) or a number (II).

    :raises LanzaroteError: there is no such chapter.
    """
    typed = as_text(chapter, "chapter", "its number, such as II").strip().upper()
    rows = tables.rows("chapters")
    found = [row["chapter_id"] for row in rows if typed in (row["chapter_id"], row["number"])]
    if found:
        return found
    known = ", ".join(dict.fromkeys(row["number"] for row in rows))
    raise LanzaroteError(f"There is no chapter {chapter!r}.", f"There are {known}.")
