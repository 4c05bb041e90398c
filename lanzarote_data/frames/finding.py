"""What people pass to functions: checked at once, so that a slip ends in a sentence, and found."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.package import DESCRIPTOR_NAME
from lanzarote_data.model.tables import Row, Table, Tables
from lanzarote_data.text.addressed import cited_by, targets_by_row
from lanzarote_data.text.items import Items
from lanzarote_data.text.rounds import party_named
from lanzarote_data.text.targets import RECOMMENDATIONS


def as_text(value: object, what: str, example: str) -> str:
    """A text that was passed as ``what``.

    :raises LanzaroteError: it is something else.
    """
    if isinstance(value, str):
        return value
    raise LanzaroteError(f"{kind_of(value)} is no {what}.", f"Write {example}.")


def as_texts(value: object, what: str, example: str) -> list[str]:
    """One text, or several, that were passed as ``what``.

    :raises LanzaroteError: it is something else.
    """
    if isinstance(value, str) or not isinstance(value, Iterable):
        return [as_text(value, what, example)]
    return [as_text(one, what, example) for one in value]


def as_path(value: object) -> Path:
    """The path of a package or file.

    :raises LanzaroteError: it is something else.
    """
    if isinstance(value, str | Path):
        return Path(value)
    hint = f"Name the folder of a package, its {DESCRIPTOR_NAME}, or a file."
    raise LanzaroteError(f"{kind_of(value)} is no path.", hint)


def kind_of(value: object) -> str:
    """A value in words: ``None``, ``The int 7``, ``A DataFrame``."""
    if value is None:
        return "None"
    name = type(value).__name__
    is_short = isinstance(value, int | float | bool)
    return f"The {name} {value}" if is_short else f"A value of the type {name}"


@dataclass(frozen=True)
class Found:
    """A row of a text table, such as one that was asked for by its id."""

    table: Table
    row_id: str
    row: Row

    @property
    def name(self) -> str:
        """The name of its table."""
        return self.table.resource.name

    @property
    def text(self) -> str:
        """The row's text as its table has it."""
        return self.row[self.table.resource.text_field]


def find_row(tables: Tables, row_id: str) -> Found:
    """The row of any text table that has this id.

    :raises LanzaroteError: no row has it; the hint names the ids that may be meant.
    """
    as_text(row_id, "id of a row", "one such as R2-BEL-II-6")
    for name in text_tables(tables):
        if row := tables.find(name, row_id):
            return Found(tables[name], row_id, row)
    raise LanzaroteError(f"No row has the id {row_id!r}.", _meant(tables, row_id))


def _meant(tables: Tables, row_id: str) -> str:
    """What somebody who wrote an id that is not there may have meant."""
    coded = set(coded_so(tables, row_id))
    targets = targets_by_row(tables)
    citing = [name for name in targets if coded.intersection(cited_by(targets, name))]
    if citing:
        return f"It is a code of the implementation report, cited by {', '.join(citing)}."
    ids = [found.row_id for found in texts_about(tables, text_tables(tables))]
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
    if coded := coded_so(tables, name):
        return coded, ""
    row = find_row(tables, name).row
    return cited_by(targets_by_row(tables), name), row.get("party_id", "")


def text_tables(tables: Tables) -> list[str]:
    """The names of the tables whose rows are texts."""
    return [resource.name for resource in tables.package.texts]


def text_table(tables: Tables, name: str) -> str:
    """The name of a table, if its rows are texts.

    :raises LanzaroteError: they are not.
    """
    known = text_tables(tables)
    if as_text(name, "name of a table", "one such as observations") not in known:
        hint = f"Use one of {', '.join(known)}."
        raise LanzaroteError(f"The table {name!r} has no texts.", hint)
    return name


def texts_about(tables: Tables, names: Iterable[str], party: str = "") -> Iterator[Found]:
    """The rows of some text tables; with a Party those about it or about all Parties."""
    party_id = find_party(tables, party) if party else ""
    for name in names:
        table = tables[name]
        for row, about in zip(table.rows, tables.parties[name], strict=True):
            if not party_id or about in ("", party_id):
                yield Found(table, table.key(row)[0], row)


def notes_of(tables: Tables, row_id: str) -> list[Row]:
    """The footnotes of a row, in the order of their markers."""
    notes = Items(tables).citations.get(row_id, [])
    return sorted(notes, key=lambda row: int(row["marker"]))


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
