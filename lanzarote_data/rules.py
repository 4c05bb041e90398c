"""What must hold and the descriptor cannot say. Each rule has a code and a sentence for people.

A rule is a function from tables to problems; :data:`RULES` is the whole list, and the order in
which they are reported. A rule runs where the package declares the tables that it needs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lanzarote_data.identifiers import ALL_PARTIES, citation_id, read_item_id
from lanzarote_data.problems import Location, Problem, error
from lanzarote_data.references import addresses, codes, markers, read_reference
from lanzarote_data.schema import shown
from lanzarote_data.tables import Row, Table, Tables

ITEM_TABLES = ("recommendations", "observations", "practices")
PARENTS = {
    "recommendation_id": "recommendations",
    "observation_id": "observations",
    "practice_id": "practices",
    "chapter_id": "chapters",
}
_NOT_MARKUP = re.compile(r"\\.|`[^`]*`|<[^<>\s]+>|https?://[^\s()<>]+")
_VERBS = {"require": "requires", "request": "requests", "invite": "invites"}


@dataclass(frozen=True)
class Rule:
    """A rule: its code, the tables it needs, what must hold in one sentence, and its check."""

    code: str
    needs: tuple[str, ...]
    sentence: str
    check: Callable[[Tables], Iterator[tuple[Location, str, str]]]

    def problems(self, tables: Tables) -> Iterator[Problem]:
        """The problems that the rule finds; none where a table it needs is not declared."""
        if all(name in tables for name in self.needs):
            for location, message, hint in self.check(tables):
                yield error(self.code, location, message, hint)


Found = Iterator[tuple[Location, str, str]]


def check_rules(tables: Tables) -> list[Problem]:
    """All problems that the rules find in the tables."""
    return [problem for rule in RULES for problem in rule.problems(tables)]


def _indexed(table: Table) -> Iterator[tuple[int, Row]]:
    return enumerate(table.rows)


def _marked_texts(tables: Tables) -> Iterator[tuple[Table, int, str, str]]:
    """Each text that may have footnote markers: table, index of its row, field, text."""
    for name in PARENTS.values():
        field = "introduction" if name == "chapters" else "text"
        table = tables[name]
        for index, row in _indexed(table):
            yield table, index, field, row[field]


def _parents(row: Row) -> list[tuple[str, str]]:
    """The parents that a citation names: field and id of each."""
    return [(field, row[field]) for field in PARENTS if row.get(field)]


def _markers_have_citations(tables: Tables) -> Found:
    cited = {
        (field, value, row["marker"])
        for row in tables.rows("citations")
        for field, value in _parents(row)
    }
    keys = {table: field for field, table in PARENTS.items()}
    for table, index, field, text in _marked_texts(tables):
        key = keys[table.resource.name]
        for number in dict.fromkeys(markers(text)):
            if (key, table.rows[index][key], str(number)) not in cited:
                message = f"The text has the marker [^{number}], but no citation belongs to it."
                hint = "Add a row to Citations for it, or take the marker out of the text."
                yield table.location(index, field), message, hint


def _citations_have_markers(tables: Tables) -> Found:
    found = {
        (table.resource.name, table.key(table.rows[index])[0]): Counter(markers(text))
        for table, index, _, text in _marked_texts(tables)
    }
    table = tables["citations"]
    for index, row in _indexed(table):
        for field, value in _parents(row)[:1]:
            counted = found.get((PARENTS[field], value))
            if counted is None or not row["marker"].isdigit():
                continue
            times = counted[int(row["marker"])]
            if times != 1:
                how = "no marker" if times == 0 else f"the marker {times} times,"
                message = f"The text of {value} has {how} [^{row['marker']}]."
                hint = "Put the marker once where the footnote belongs, or delete this citation."
                yield table.location(index, "marker"), message, hint


def _markers_count_from_one(tables: Tables) -> Found:
    for table, index, field, text in _marked_texts(tables):
        numbers = markers(text)
        if numbers != list(range(1, len(numbers) + 1)) and len(set(numbers)) == len(numbers):
            listed = ", ".join(f"[^{number}]" for number in numbers)
            message = f"The markers of this text are {listed}; they must count from 1 without gaps."
            hint = "Number them in the order in which they stand, here and in Citations."
            yield table.location(index, field), message, hint


def _one_parent(tables: Tables) -> Found:
    table = tables["citations"]
    titles = ", ".join(
        table.resource.field(name).title for name in PARENTS if name in table.resource
    )
    for index, row in _indexed(table):
        parents = _parents(row)
        if len(parents) != 1:
            given = " and ".join(value for _, value in parents) or "none"
            message = f"A citation belongs to exactly one text; this one names {given}."
            yield table.location(index), message, f"Fill in exactly one of {titles}."


def _citation_ids(tables: Tables) -> Found:
    table = tables["citations"]
    for index, row in _indexed(table):
        for _, value in _parents(row)[:1]:
            wanted = citation_id(value, row["marker"])
            if row["citation_id"] != wanted:
                own, marker = shown(row["citation_id"]), row["marker"]
                message = f"The id is {own}, but the row is footnote {marker} of {value}."
                yield table.location(index, "citation_id"), message, f"The id must be {wanted}."


def _locator_agrees(tables: Tables) -> Found:
    table = tables["citations"]
    for index, row in _indexed(table):
        read = read_reference(row["text"])
        cites = ("paragraph", "recommendation")
        if row["kind"] != read.kind and (row["kind"] in cites or read.kind in cites):
            text = shown(row["text"])
            message = f"The kind is {shown(row['kind'])}, but the text {text} is a {read.kind}."
            yield table.location(index, "kind"), message, f"Write {read.kind}, or correct the text."
        elif row["locator"] != read.locator:
            message = (
                f"The locator is {shown(row['locator'])}, but the text says {shown(row['text'])}."
            )
            hint = f"Write {read.locator!r}." if read.locator else "Leave the locator empty."
            yield table.location(index, "locator"), message, hint


def _addresses_agree(tables: Tables) -> Found:
    table = tables["citations"]
    for index, row in _indexed(table):
        wanted = " ".join(a for a in addresses(row["text"]) if a.startswith("http"))
        if row["url"] != wanted:
            message = f"The address is {shown(row['url'])}, but the footnote gives {shown(wanted)}."
            yield table.location(index, "url"), message, "Write the address as in the footnote."


def _cited_chapter(tables: Tables) -> Found:
    table = tables["citations"]
    for index, row in _indexed(table):
        for field, value in _parents(row)[:1]:
            parent = tables.find(PARENTS[field], value)
            chapter = tables.find("chapters", parent["chapter_id"]) if parent else None
            wrong = [
                c for c in codes(row["locator"]) if chapter and c.split("-")[0] != chapter["number"]
            ]
            if chapter and wrong:
                listed, number = ", ".join(wrong), chapter["number"]
                message = f"{listed} is not of chapter {number}, in which {value} stands."
                yield (
                    table.location(index, "locator"),
                    message,
                    "Correct the footnote or its parent.",
                )


def _scope_and_party(tables: Tables) -> Found:
    table = tables["recommendations"]
    for index, row in _indexed(table):
        if row["scope"] == "specific" and not row["party_id"]:
            message = "The recommendation is specific, but names no Party."
            yield table.location(index, "party_id"), message, "Name the Party."
        if row["scope"] == "generic" and row["party_id"]:
            message = f"The recommendation is generic, but names the Party {row['party_id']}."
            yield table.location(index, "party_id"), message, "Leave the Party empty."
        if row["scope"] == "generic" and row["addressing"] == "named":
            message = "The recommendation is generic, but addressed to a Party by name."
            yield table.location(index, "addressing"), message, "Write all or conditional."


def _verb_agrees(tables: Tables) -> Found:
    table = tables["recommendations"]
    for index, row in _indexed(table):
        field = "lead_in" if row["lead_in"] else "text"
        verb = _VERBS.get(row["urgency"])
        if verb and not re.search(rf"\b{verb}\b", row[field]):
            words = shown(row[field], 120)
            message = f"The urgency is {row['urgency']}, but “{verb}” does not stand in {words}."
            hint = "Correct the urgency, or the words: both must say the same."
            yield table.location(index, "urgency"), message, hint


def _positions_unique(tables: Tables) -> Found:
    first: dict[tuple[str, str, str], str] = {}
    for name in ITEM_TABLES:
        table = tables[name]
        for index, row in _indexed(table):
            place = (row["document_id"], row["chapter_id"], row["position"])
            own = table.key(row)[0]
            if first.setdefault(place, own) != own:
                message = (
                    f"The position {row['position']} of this chapter is that of {first[place]} too."
                )
                hint = "Give one of them another number, such as one between its neighbours."
                yield table.location(index, "position"), message, hint


def _item_ids(tables: Tables) -> Found:
    for name in ITEM_TABLES:
        table = tables[name]
        for index, row in _indexed(table):
            fault = _id_fault(row, table.key(row)[0])
            if fault:
                hint = "Correct the chapter or the Party. An id never changes."
                yield table.location(index, table.resource.primary_key[0]), fault, hint


def _id_fault(row: Row, own: str) -> str:
    parts = read_item_id(own)
    if parts is None:
        return ""
    if row["chapter_id"] != f"{parts.round}-{parts.chapter}":
        chapter = f"{parts.round}-{parts.chapter}"
        return f"The id {own} is of chapter {chapter}, the row is of {row['chapter_id']}."
    party = row.get("party_id", parts.party) or ALL_PARTIES
    return (
        f"The id {own} is of {parts.party}, the row is of {party}." if party != parts.party else ""
    )


def _chapter_ids(tables: Tables) -> Found:
    table = tables["chapters"]
    for index, row in _indexed(table):
        wanted = f"{row['round_id']}-{row['number']}"
        if row["chapter_id"] != wanted:
            message = f"The id is {shown(row['chapter_id'])}, but round and number make {wanted}."
            yield table.location(index, "chapter_id"), message, f"Write {wanted}."


def _markdown_balanced(tables: Tables) -> Found:
    for table in tables.values():
        fields = [field for field in table.resource.fields if field.markdown]
        for index, row in _indexed(table):
            for field in fields:
                fault = markdown_fault(row.get(field.name, ""))
                if fault:
                    hint = (
                        "Each * or ** that begins needs one that ends; a link is [words](address)."
                    )
                    yield table.location(index, field.name), fault, hint


def markdown_fault(text: str) -> str:
    """What is out of balance in a Markdown text, in words; empty if nothing is.

    >>> markdown_fault("The Committee **invites all Parties:")
    'A ** for bold type has no partner.'
    """
    if "*" not in text and "[" not in text and "]" not in text:
        return ""
    bare = _NOT_MARKUP.sub("", text)
    if bare.count("**") % 2:
        return "A ** for bold type has no partner."
    single = re.sub(r"^\s*\*\s", "", bare.replace("**", ""), flags=re.MULTILINE)
    if single.count("*") % 2:
        return "A * for italics has no partner."
    if bare.count("[") != bare.count("]"):
        return "A square bracket [ or ] has no partner."
    if len(re.findall(r"\]\(", bare)) != len(re.findall(r"\]\([^()]*\)", bare)):
        return "A link has no closing bracket )."
    return ""


def _templates(tables: Tables) -> Found:
    """``{party}`` is the only thing in braces; anything else is a slip of the pen."""
    for name, fields in (
        ("recommendations", ("lead_in",)),
        ("observations", ("lead_in",)),
        ("chapters", ("introduction", "specific_heading", "generic_heading")),
    ):
        table = tables[name]
        for index, row in _indexed(table):
            for field in fields:
                strange = re.search(r"[{}]", row[field].replace("{party}", ""))
                if strange:
                    message = (
                        f"Braces stand in {shown(row[field])} around something other than party."
                    )
                    hint = "Write {party}, in small letters, where the name of the Party stands."
                    yield table.location(index, field), message, hint


def _follow_up_ids(tables: Tables) -> Found:
    table = tables["follow_up"]
    for index, row in _indexed(table):
        wanted = f"{row['recommendation_id']}.{row['party_id']}.f"
        if not row["follow_up_id"].startswith(wanted):
            message = (
                f"The id {shown(row['follow_up_id'])} is not of this recommendation and Party."
            )
            yield table.location(index, "follow_up_id"), message, f"It must begin with {wanted}."


def _follow_up_party(tables: Tables) -> Found:
    table = tables["follow_up"]
    for index, row in _indexed(table):
        about = tables.find("recommendations", row["recommendation_id"])
        if about and about["party_id"] and about["party_id"] != row["party_id"]:
            addressee = about["party_id"]
            message = f"{about['recommendation_id']} is addressed to {addressee} alone."
            yield table.location(index, "party_id"), message, f"Write {about['party_id']}."


def _follow_up_in_order(tables: Tables) -> Found:
    """Entries are only ever added, so the numbers in their ids say in which order they came."""
    table = tables["follow_up"]
    latest: dict[tuple[str, str], Row] = {}
    for _, index in sorted((_entry_number(row), index) for index, row in _indexed(table)):
        row = table.rows[index]
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", row["date"]):
            continue
        earlier = latest.setdefault((row["recommendation_id"], row["party_id"]), row)
        if row["date"] < earlier["date"]:
            own, other = row["date"], f"{earlier['follow_up_id']} of {earlier['date']}"
            message = f"The entry is dated {own}, but it was added after {other}."
            hint = "Entries stand in the order of their dates: correct the date of one of the two."
            yield table.location(index, "date"), message, hint
        else:
            latest[row["recommendation_id"], row["party_id"]] = row


def _entry_number(row: Row) -> int:
    found = re.search(r"f([0-9]+)$", row["follow_up_id"])
    return int(found[1]) if found else 0


_TEXTS = ("citations", *PARENTS.values())
RULES: tuple[Rule, ...] = (
    Rule(
        "dangling-marker",
        _TEXTS,
        "Every marker in a text has its citation.",
        _markers_have_citations,
    ),
    Rule(
        "citation-without-marker",
        _TEXTS,
        "Every citation has its marker once in the text.",
        _citations_have_markers,
    ),
    Rule("marker-order", _TEXTS, "The markers of a text count from 1.", _markers_count_from_one),
    Rule("citation-parent", _TEXTS, "A citation belongs to exactly one text.", _one_parent),
    Rule("citation-id", _TEXTS, "A citation’s id is its text’s id and its marker.", _citation_ids),
    Rule(
        "locator-disagrees",
        ("citations",),
        "Kind and locator say what the footnote says.",
        _locator_agrees,
    ),
    Rule(
        "address-disagrees",
        ("citations",),
        "The address is the one that the footnote gives.",
        _addresses_agree,
    ),
    Rule(
        "cited-chapter", _TEXTS, "A row cites recommendations of its own chapter.", _cited_chapter
    ),
    Rule(
        "scope-and-party",
        ("recommendations",),
        "Specific rows name a Party, generic rows none.",
        _scope_and_party,
    ),
    Rule(
        "urgency-disagrees",
        ("recommendations",),
        "The urgency is the verb of the sentence.",
        _verb_agrees,
    ),
    Rule(
        "doubled-position",
        ITEM_TABLES,
        "No two rows of a chapter have one position.",
        _positions_unique,
    ),
    Rule(
        "id-disagrees",
        ITEM_TABLES,
        "An id agrees with the row’s round, Party and chapter.",
        _item_ids,
    ),
    Rule("chapter-id", ("chapters",), "A chapter’s id is its round and number.", _chapter_ids),
    Rule("markdown-unbalanced", (), "Emphasis, links and brackets are closed.", _markdown_balanced),
    Rule(
        "unknown-template",
        ("recommendations", "observations", "chapters"),
        "Only {party} stands in braces.",
        _templates,
    ),
    Rule(
        "follow-up-id",
        ("follow_up",),
        "A follow-up’s id names its recommendation and Party.",
        _follow_up_ids,
    ),
    Rule(
        "follow-up-party",
        ("follow_up", "recommendations"),
        "Follow-up is about the Party addressed.",
        _follow_up_party,
    ),
    Rule(
        "follow-up-order",
        ("follow_up",),
        "Follow-up on one recommendation and Party is in the order of its dates.",
        _follow_up_in_order,
    ),
)
