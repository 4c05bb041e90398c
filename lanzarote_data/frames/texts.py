"""The text of a row as people read it: plain, as Markdown, or as HTML with footnotes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lanzarote_data.frames.finding import Found, find_party, parent_of, text_tables
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.text.markup import escape, plain, to_html

if TYPE_CHECKING:
    import pandas

Form = Literal["plain", "markdown", "html"]
FORMS = ("plain", "markdown", "html")

# Stands for the Party's name where no Party is asked about; brackets mark it as not of the text.
ANY_PARTY = "[Party]"


def text_of(tables: Tables, found: Found, form: Form = "plain", party: str = "") -> str:
    """The whole text of a row, lead-in included, in one of the :data:`FORMS`.

    :raises LanzaroteError: no such form, or no such Party.
    """
    if form not in FORMS:
        names = ", ".join(FORMS)
        raise LanzaroteError(f"There is no form {form!r} of a text.", f"Use one of {names}.")
    text = _markdown(tables, found, party)
    if form == "plain":
        return plain(text)
    if form == "markdown":
        notes = [f"[^{row['marker']}]: {row['text']}" for row in _notes(tables, found.row_id)]
        return "\n".join([text, "", *notes]).rstrip("\n")
    return _html(text, found.row_id, _notes(tables, found.row_id))


def texts_of(tables: Tables, name: str, form: Form, party: str) -> pandas.Series[str]:
    """The whole text of each row of a table, by id.

    :raises LanzaroteError: the table has no texts, or there is no such form or Party.
    """
    import pandas

    found = [table for table in text_tables(tables) if table.resource.name == name]
    if not found:
        known = ", ".join(table.resource.name for table in text_tables(tables))
        raise LanzaroteError(f"The table {name!r} has no texts.", f"Use one of {known}.")
    keys = [found[0].key(row)[0] for row in found[0].rows]
    rows = [Found(found[0], key, row) for key, row in zip(keys, found[0].rows, strict=True)]
    texts = [text_of(tables, one, form, party) for one in rows]
    index = pandas.Index(keys, dtype="string", name=found[0].resource.primary_key[0])
    return pandas.Series(texts, index, dtype="string", name="text")


def words_of(tables: Tables, found: Found) -> str:
    """The plain words of a row."""
    return plain(_markdown(tables, found))


def _markdown(tables: Tables, found: Found, party: str = "") -> str:
    text = f"{found.row.get('lead_in', '')} {found.text}".strip()
    return text.replace("{party}", _party_name(tables, found.row, party))


def _party_name(tables: Tables, row: Row, party: str) -> str:
    """The name of the Party that a row is about, else of the one asked about."""
    asked = find_party(tables, party) if party else ""
    party_id = row.get("party_id", "") or asked
    found = tables.find("parties", party_id)
    return found["name_in_sentence"] if found else ANY_PARTY


def _notes(tables: Tables, row_id: str) -> list[Row]:
    notes = [row for row in tables.rows("citations") if parent_of(tables, row)[1] == row_id]
    return sorted(notes, key=lambda row: int(row["marker"]))


def _html(text: str, row_id: str, notes: list[Row]) -> str:
    """HTML blocks, and the footnotes as a list that links back; ids carry the row's id."""
    name = escape(row_id)

    def marker(number: int) -> str:
        target, own = f"{name}.{number}", f"{name}.{number}-back"
        return f'<sup><a href="#{target}" id="{own}">{number}</a></sup>'

    body = to_html(text, marker)
    if not notes:
        return body
    lines = [f'<li id="{name}.{n["marker"]}">{_note_html(n, name)}</li>' for n in notes]
    return "\n".join([body, '<ol class="footnotes">', *lines, "</ol>"])


def _note_html(note: Row, name: str) -> str:
    back = f'<a href="#{name}.{note["marker"]}-back" aria-label="Back to the text">↩</a>'
    return f"{to_html(note['text'])} {back}"
