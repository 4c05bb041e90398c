"""Rules on the Markdown and the templates of texts."""

from __future__ import annotations

import re

from lanzarote_data.model.problems import shown
from lanzarote_data.model.tables import Tables
from lanzarote_data.text.garbled import HINT, Kind, garbled, is_suspect
from lanzarote_data.validate.rules.rule import CheckedRow, Faults, RowFaults, row_rule, table_rule

_NOT_MARKUP = re.compile(r"\\.|`[^`]*`|<[^<>\s]+>|https?://[^\s()<>]*[^\s()<>*]")
_LIST_STAR = re.compile(r"^\s*\*\s", re.MULTILINE)
_LINK_END = re.compile(r"\]\([^()]*\)")
_TEMPLATES = {
    "recommendations": ("lead_in",),
    "observations": ("lead_in",),
    "chapters": ("introduction", "specific_heading", "generic_heading"),
}


@row_rule("markdown-unbalanced", lambda resource: bool(resource.text_field))
def balance(row: CheckedRow) -> RowFaults:
    """Emphasis, links and brackets are closed."""
    for field in row.resource.fields:
        fault = markdown_fault(row[field.name]) if field.markdown else ""
        if fault:
            hint = "Each * or ** that begins needs one that ends; a link is [words](address)."
            yield field.name, fault, hint


def markdown_fault(text: str) -> str:
    """What is out of balance in a Markdown text, in words; empty if nothing is.

    >>> markdown_fault("The Committee **invites all Parties:")
    'A ** for bold type has no partner.'
    """
    bare = _NOT_MARKUP.sub("x", text) if _may_hide(text) else text
    if "*" in bare:
        if bare.count("**") % 2:
            return "A ** for bold type has no partner."
        single = _LIST_STAR.sub("", bare.replace("**", ""))
        if single.count("*") % 2:
            return "A * for italics has no partner."
    if bare.count("[") != bare.count("]"):
        return "A square bracket [ or ] has no partner."
    if "](" in bare and bare.count("](") != len(_LINK_END.findall(bare)):
        return "A link has no closing bracket )."
    return ""


def _may_hide(text: str) -> bool:
    """Whether a text has something in which an asterisk or a bracket is no markup."""
    return "\\" in text or "`" in text or "<" in text or "://" in text


@row_rule("unknown-template", " ".join(_TEMPLATES))
def template(row: CheckedRow) -> RowFaults:
    """Only {party} stands in braces."""
    for field in _TEMPLATES[row.resource.name]:
        if re.search("[{}]", row[field].replace("{party}", "")):
            message = f"Braces stand in {shown(row[field])} around something other than party."
            hint = "Write {party}, in small letters, where the name of the Party stands."
            yield field, message, hint


@row_rule("replacement-character", lambda _: True)
def lost_character(row: CheckedRow) -> RowFaults:
    """No character was lost: none is U+FFFD."""
    for field, text in row.row.items():
        if "\ufffd" in text:
            yield field, next(garbled(text)).sentence(text), HINT


@table_rule("mojibake", severity="warning")
def wrong_encoding(tables: Tables) -> Faults:
    """No text was read in a wrong encoding."""
    return _garbled(tables, "mojibake")


@table_rule("invisible-character", severity="warning")
def invisible(tables: Tables) -> Faults:
    """Every character can be seen."""
    return _garbled(tables, "invisible-character")


def _garbled(tables: Tables, kind: Kind) -> Faults:
    for table in tables.values():
        for field in table.resource.field_names:
            texts = table.column(field)
            for index, text in enumerate(texts) if is_suspect("\n".join(texts)) else ():
                for found in garbled(text):
                    if found.kind == kind:
                        yield table.location(index, field), found.sentence(text), HINT
