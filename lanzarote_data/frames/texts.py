"""The words of rows: whole texts as people read them, and search in them without an index."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from lanzarote_data.frames.base import Base, text_frame
from lanzarote_data.frames.finding import (
    Found,
    as_text,
    find_chapters,
    find_party,
    find_row,
    notes_of,
    text_table,
    text_tables,
    texts_about,
)
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.text.folding import QUOTATION_MARKS, folded, place_in
from lanzarote_data.text.markup import escape, plain, to_html

if TYPE_CHECKING:
    import pandas

Form = Literal["plain", "markdown", "html"]
FORMS = ("plain", "markdown", "html")
# Stands for the Party's name where no Party is asked about; brackets mark it as not of the text.
ANY_PARTY = "[Party]"
AROUND = 60
_TERM = re.compile(r'"([^"]+)"|([^\s"]+)')
_SIMPLE_MARKS = dict.fromkeys(map(ord, QUOTATION_MARKS), '"')

Clause = list[tuple[bool, re.Pattern[str]]]
"""What must hold at once: patterns, each wanted (True) or unwanted."""


class Texts(Base):
    """The questions about the words of rows."""

    def text(self, row_id: str, as_: Form = "plain", *, party: str = "") -> str:
        """The whole text of a row, with its lead-in.

        As ``plain`` words in one line; as ``markdown`` with its footnotes below; or as ``html``
        whose footnotes are a list with links there and back. Raw HTML in a text is shown, never
        run. Where the text names the Party that a factsheet is about, a generic row names
        ``party`` if it is given, else ``[Party]``.

        :raises LanzaroteError: there is no such row, form or Party.

        >>> import lanzarote_data as lz
        >>> lz.text("R2-ALL-VII-4", party="BEL")[:60]
        'The Committee invites all Parties, including Belgium: to ens'
        """
        return _text_of(self.tables, find_row(self.tables, row_id), as_, party)

    def texts(
        self, table: str = "recommendations", as_: Form = "plain", *, party: str = ""
    ) -> pandas.Series[str]:
        """The whole text of every row of a table, as :meth:`text` gives it, by id.

        :raises LanzaroteError: the table has no texts, or there is no such form or Party.

        >>> import lanzarote_data as lz
        >>> lz.texts(party="BEL")["R2-ALL-VII-4"] == lz.text("R2-ALL-VII-4", party="BEL")
        True
        """
        import pandas

        found = list(texts_about(self.tables, [text_table(self.tables, table)]))
        key = self.package.resource(table).primary_key[0]
        index = pandas.Index([one.row_id for one in found], dtype="string", name=key)
        texts = [_text_of(self.tables, one, as_, party) for one in found]
        return pandas.Series(texts, index, dtype="string", name="text")

    def search(
        self, query: str, table: str = "", *, party: str = "", chapter: str = ""
    ) -> pandas.DataFrame:
        """The rows for whose words the query holds, in one table or in all texts.

        All words must be there; ``OR`` and ``NOT`` in capitals give alternatives and exclude.
        Words are found whole, whatever their case and accents; ``train*`` finds every word that
        begins so, and ``"law enforcement"`` finds the phrase. ``party`` leaves what is about it
        or about all, ``chapter`` (``II``) that chapter. The frame is indexed by the row’s id,
        with its ``table``, ``chapter_id``, ``urgency`` and the ``words`` around the first hit.

        :raises LanzaroteError: the query is empty, or there is no such table, Party or chapter.

        >>> import lanzarote_data as lz
        >>> "R2-ALL-III-3" in lz.search('"law enforcement" prosecution').index
        True
        >>> len(lz.search("training NOT prosecution")) < len(lz.search("training OR prosecution"))
        True
        """
        alternatives = clauses(query)
        names = [text_table(self.tables, table)] if table else text_tables(self.tables)
        chapters = find_chapters(self.tables, chapter) if chapter else []
        lines = []
        for found in texts_about(self.tables, names, party):
            row, words = found.row, words_of(self.tables, found)
            is_meant = not chapters or row.get("chapter_id") in chapters
            start = _first_hit(alternatives, folded(words)) if is_meant else None
            if start is not None:
                own = (row.get("chapter_id", ""), row.get("urgency", ""))
                hit = _around(words, place_in(words, start))
                lines.append((found.row_id, found.name, *own, hit))
        columns = ("row_id", "table", "chapter_id", "urgency", "words")
        types = self.frame("recommendations").dtypes[["chapter_id", "urgency"]].to_dict()
        return text_frame(lines, columns).set_index("row_id").astype(types)


def _text_of(tables: Tables, found: Found, form: Form, party: str) -> str:
    if form not in FORMS:
        names = ", ".join(FORMS)
        raise LanzaroteError(f"There is no form {form!r} of a text.", f"Use one of {names}.")
    text = _markdown(tables, found, party)
    if form == "plain":
        return plain(text)
    notes = notes_of(tables, found.row_id)
    if form == "markdown":
        lines = [f"[^{row['marker']}]: {row['text']}" for row in notes]
        return "\n".join([text, "", *lines]).rstrip("\n")
    return _html(text, found.row_id, notes)


def words_of(tables: Tables, found: Found) -> str:
    """The plain words of a row."""
    return plain(_markdown(tables, found))


def _markdown(tables: Tables, found: Found, party: str = "") -> str:
    """The text, in which a generic row names the Party that is asked about."""
    asked = find_party(tables, party) if party else ""
    about = tables.find("parties", found.row.get("party_id", "") or asked)
    text = f"{found.row.get('lead_in', '')} {found.text}".strip()
    return text.replace("{party}", about["name_in_sentence"] if about else ANY_PARTY)


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


def clauses(query: str) -> list[Clause]:
    """The alternatives of a query, each of words, ``"phrases"`` and beginnings (``investig*``).

    >>> [[wanted for wanted, _ in clause] for clause in clauses("one NOT two OR train*")]
    [[True, False], [True]]
    """
    as_text(query, "query", 'search("law enforcement")')
    found: list[Clause] = [[]]
    is_wanted = True
    # A quotation mark of any shape opens a phrase.
    for term in _TERM.finditer(query.translate(_SIMPLE_MARKS)):
        words = folded(term[1] or term[2])
        if term[0] == "OR" and found[-1] and is_wanted:
            found.append([])
        elif term[0] == "NOT" and is_wanted:
            is_wanted = False
        elif term[0] != "AND" and words:
            found[-1].append((is_wanted, _pattern(words)))
            is_wanted = True
    if not found[-1] or not is_wanted:
        raise LanzaroteError("The search has no words.", 'Write search("law enforcement").')
    return found


def _first_hit(alternatives: list[Clause], words: str) -> int | None:
    """Where the first wanted word is; None where no alternative holds."""
    for clause in alternatives:
        hits = [(is_wanted, pattern.search(words)) for is_wanted, pattern in clause]
        if all(bool(hit) == is_wanted for is_wanted, hit in hits):
            return min((hit.start() for _, hit in hits if hit), default=0)
    return None


def _pattern(term: str) -> re.Pattern[str]:
    end = r"\w*" if term.endswith("*") else ""
    words = r"\s+".join(map(re.escape, term.rstrip("*").split()))
    return re.compile(rf"(?<!\w){words}{end}(?!\w)")


def _around(words: str, place: int) -> str:
    """The words around a place, cut at spaces, with … where something was cut off."""
    start = words.rfind(" ", 0, max(place - AROUND, 0)) + 1 if place > AROUND else 0
    end = words.find(" ", place + AROUND)
    tail = "" if end == -1 else " …"
    return ("… " if start else "") + words[start : None if end == -1 else end] + tail
