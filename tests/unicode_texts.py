"""All text that the data model allows: every code point packed into texts, awkward ones, any text.

What is allowed is worked out here from the standard, not asked of the code that is tested.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from hypothesis import strategies as st

from lanzarote_data.model.tables import Table, Tables

SEPARATOR = "."
"""Stands between the packed characters: nothing composes with a full stop."""
PER_TEXT = 10_000
"""So that no text has more than the 32,767 UTF-16 units of a cell."""
LONGEST_TITLE = 400
REPLACEMENT = "\ufffd"
"""Stands for a character that was lost, which a rule refuses in any text."""
LIGATURES = "".join(map(chr, range(0xFB00, 0xFB07)))
"""Characters that the readers of factsheets write as letters, and report."""
MARKDOWN = "\n\\`*_[]<>&"
"""Characters that mean something in Markdown wherever they stand."""
ESCAPE = re.compile("_x[0-9A-Fa-f]{4}_|x005F_")
"""How workbooks write characters; a text that has one is refused."""

AWKWARD = (
    "=1+1", "+1", "-1", "@SUM(A1)", "'", "''=1", "\u200b=1", "\ufeff=1", "'=1+1", '"=1+1"',
    "＝1+1", "＋1", "－1", "＠SUM(A1)", "=cmd|' /C calc'!A0", "a;=1+1", 'a",=1+1', ";=1+1;",
    "a\n=1+1", "a\n+1\n-1\n@x", "a;\n;=1", "=", "==", 'DDE("x")', "{=1}", "=TRUE()", "=#REF!",
    "_x12_", "x0041_", "_x0041", "_x00G1_", "<r>", "<r><t>x</t></r>", "<r></r>", "<r>x", "x</r>",
    "<r><t>\n=1</r>", "<script>alert(1)</script>", "]]>", "<![CDATA[x]]>", "<!--", "-->",
    "<b>x</b>", "&amp;", "&#65;", "&lt;b&gt;", "&", "<", ">", "<?xml?>", "%3Cb%3E", "{{ x }}",
    "{% x %}", "${x}", "`x`", "~x~", "\\", "\\n", "\\u0041", "a\\\nb", '"', '""', '","', "a,b",
    "a|b", "a\nb", "a\n\nb", "a\n\n\nb", "a \n b", "a  b", "a\u00a0b", "a\u2028b", "a\u2029b",
    "a\u3000b",
    "a\u1680b", "a\u202fb", "a\u00adb", "a\u200bb", "a\u200cb", "a\u200db", "a\u2060b",
    "a\ufeffb", "\ufeffa", "a\ufeff", "\u200ba\u200b", "\u202ea\u202c", "\u2066a\u2069", "\u200fa",
    "\u061ca", "\ufdd0", "\ufdef", "\U0001fffe", "\U0001ffff", "\U0010ffff", "\U0010fffe", "\ue000",
    "\ue0001\ue001", "\ue0021\ue003", "\uf8ff", "\U000f0000", "\u0301", "q\u0323\u0307", "é", "각",
    "👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇧🇪", "👍🏽", "☺️", "𝒳", "𠀀", "नमस्ते", "مرحبا", "שלום", "ไทย", "\u0e33",
    "NA", "NULL", "None", "nan", "NaN", "inf", "#N/A", "#REF!", "TRUE", "FALSE", "true", "null",
    "007", "1e5", "1,5", "1.0", "-0", "0x1F", "1-2", "MAR-1", "25.05.2023", "2023-05-25", "1/2",
    "10%", "€5", "12:30", "1E-10", "9" * 30, "new 1", "⚠ x", "↳ Id", "x" * 300, "\U0001f600" * 50,
)  # fmt: skip
"""Texts that programs are known to take for something else."""
FORMULAS = tuple(
    text for text in AWKWARD if text.lstrip("'\"\u200b\ufeff;")[:1] in tuple("=+-@＝＋－＠")
)
"""Those of them that a program might run."""


def is_allowed(code: int) -> bool:
    """Whether a text may hold the character: no control but LF, no surrogate, XML’s own, NFC."""
    character = chr(code)
    if code == 0x0A:
        return True
    if unicodedata.category(character) in ("Cc", "Cs") or code in (0xFFFE, 0xFFFF):
        return False
    return unicodedata.is_normalized("NFC", SEPARATOR + character)


@cache
def allowed_codes() -> tuple[int, ...]:
    """Every code point that a text may hold."""
    return tuple(filter(is_allowed, range(sys.maxunicode + 1)))


@cache
def refused_codes() -> tuple[int, ...]:
    """Every code point that no text may hold."""
    return tuple(sorted(set(range(sys.maxunicode + 1)) - set(allowed_codes())))


def packed(without: str = "", per_text: int = PER_TEXT) -> Iterator[str]:
    """Every allowed character but those of ``without``, a full stop before and after each."""
    left = [code for code in allowed_codes() if chr(code) not in without + REPLACEMENT]
    for start in range(0, len(left), per_text):
        inner = SEPARATOR.join(map(chr, left[start : start + per_text]))
        yield f"{SEPARATOR}{inner}{SEPARATOR}"


@cache
def all_texts() -> tuple[str, ...]:
    """Every allowed character, and every awkward text."""
    return (*packed(), *AWKWARD)


def is_taken(text: str) -> bool:
    """Whether a packed text is taken where the way is slow: those of the planes with scripts.

    With ``LANZAROTE_EVERY_CHARACTER`` in the environment all are.
    """
    return text[1] < "\U00020000" or bool(os.environ.get("LANZAROTE_EVERY_CHARACTER"))


@cache
def fewer_texts() -> tuple[str, ...]:
    """The packed texts that are taken where the way is slow, and every awkward text."""
    return (*filter(is_taken, packed()), *AWKWARD)


def any_text() -> st.SearchStrategy[str]:
    """Any non-empty text that the data model allows."""
    character = st.characters(
        codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufffe\uffff"
    )
    likely = st.sampled_from("\n ,\"'&<>_=;\u00a0\u2028\u200d\u0301\U0001f600")
    part = st.one_of(st.text(st.one_of(character, likely), max_size=20), st.sampled_from(AWKWARD))
    joined = st.lists(part, min_size=1, max_size=4).map("".join)
    composed = joined.map(lambda text: unicodedata.normalize("NFC", text).strip())
    return composed.filter(lambda text: bool(text) and not ESCAPE.search(text))


def with_documents(tables: Tables, texts: Iterable[str]) -> Tables:
    """The tables with a document for each text: its publisher, and its title if that is short.

    Nothing but the rules for all texts holds for those cells.
    """
    table = tables["documents"]
    empty = dict.fromkeys(table.resource.field_names, "")
    rows = []
    for n, text in enumerate(texts, start=1):
        title = text if len(text) <= LONGEST_TITLE else f"Document {n}"
        rows.append({**empty, "document_id": f"T-{n}", "title": title, "publisher": text})
    return tables.with_table(Table(table.resource, (*table.rows, *rows))).in_order()


def with_observations(tables: Tables, texts: list[str]) -> Tables:
    """The tables with an observation on Belgium for each Markdown text."""
    table = tables["observations"]
    empty = dict.fromkeys(table.resource.field_names, "")
    shared = {"chapter_id": "R2-II", "party_id": "BEL", "layout": "paragraph"}
    rows = [
        {
            **empty, **shared, "observation_id": f"R2-BEL-II-o{n}", "text": text,
            "document_id": "R2-BEL-FACTSHEET", "position": str(n * 1000),
        }
        for n, text in enumerate(texts, start=100)
    ]  # fmt: skip
    return tables.with_table(Table(table.resource, (*table.rows, *rows))).in_order()
