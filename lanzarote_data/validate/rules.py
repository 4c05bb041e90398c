"""What must hold and the descriptor cannot say. Each rule has a code and a sentence for people.

A rule is a function from tables to problems; :data:`RULES` is the whole list, and the order in
which they are reported. A rule runs where the package declares the tables that it needs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from lanzarote_data.model.package import Resource
from lanzarote_data.model.problems import Location, Problem, error
from lanzarote_data.model.tables import Key, Row, Table, Tables
from lanzarote_data.model.types import whole_number
from lanzarote_data.text.ids import ALL_PARTIES, citation_id, read_item_id
from lanzarote_data.text.references import addresses, codes, marker_texts, markers, read_reference
from lanzarote_data.validate.schema import shown

_NOT_MARKUP = re.compile(r"\\.|`[^`]*`|<[^<>\s]+>|https?://[^\s()<>]*[^\s()<>*]")
_LIST_STAR = re.compile(r"^\s*\*\s", re.MULTILINE)
_LINK_END = re.compile(r"\]\([^()]*\)")
_BRACE = re.compile(r"[{}]")
_VERBS = {"require": "requires", "request": "requests", "invite": "invites"}


@dataclass(frozen=True)
class Rule:
    """A rule: its code, the tables it needs, what must hold in one sentence, and its check."""

    code: str
    needs: tuple[str, ...]
    sentence: str
    check: Callable[[Checked], Iterator[tuple[Location, str, str]]]

    def problems(self, checked: Checked) -> Iterator[Problem]:
        """The problems that the rule finds; none where a table it needs is not declared."""
        if all(name in checked.tables for name in self.needs):
            for location, message, hint in self.check(checked):
                yield error(self.code, location, message, hint)


Found = Iterator[tuple[Location, str, str]]


def check_rules(tables: Tables) -> list[Problem]:
    """All problems that the rules find in the tables."""
    checked = Checked(tables)
    return [problem for rule in RULES for problem in rule.problems(checked)]


def _indexed(table: Table) -> Iterator[tuple[int, Row]]:
    return enumerate(table.rows)


@dataclass(frozen=True)
class Checked:
    """Tables that rules check, and what several rules ask of their footnotes, found once."""

    tables: Tables

    @property
    def kinds(self) -> Mapping[str, Resource]:
        """The tables that citations belong to, by the field with which a citation names a row."""
        return self.tables.package.parents

    @property
    def items(self) -> list[Table]:
        """The tables of items."""
        return [self.tables[resource.name] for resource in self.tables.package.items]

    @cached_property
    def parents(self) -> list[tuple[str, str]]:
        """The parent of each citation: field and id of the first that it names; empty if none."""
        table = self.tables["citations"]
        found = [("", "")] * table.count
        for parent in reversed(list(self.kinds)):
            for index, value in enumerate(table.column(parent)):
                if value:
                    found[index] = (parent, value)
        return found

    def citations(self, *fields: str) -> Iterator[tuple[tuple[str, str], Key]]:
        """The parent of each citation, and its texts of these fields."""
        return zip(self.parents, self.tables["citations"].columns(fields), strict=True)

    @cached_property
    def markers(self) -> dict[str, list[tuple[str, list[int]]]]:
        """The ids and markers of the texts, by the field with which a citation names them."""
        return {
            parent: [(row_id, markers(text)) for row_id, text in self._texts(parent)]
            for parent in self.kinds
        }

    def _texts(self, parent: str) -> Iterator[Key]:
        resource = self.kinds[parent]
        return self.tables[resource.name].columns((*resource.primary_key[:1], resource.text_field))

    @cached_property
    def agreed(self) -> bool:
        """Whether texts and citations have just the same markers, and each of them once.

        That is nearly always so, and quickly told; only else they are gone through one by one.
        """
        table = self.tables["citations"]
        numbers = table.column("marker")
        for parent in self.kinds:
            texts = self._texts(parent)
            marked = [(row_id, n) for row_id, text in texts for n in marker_texts(text)]
            named = zip(table.column(parent), numbers, strict=True)
            cited = [place for place in named if place[0]]
            if len(marked) != len(cited) or len(marked) != len(set(marked) & set(cited)):
                return False
        return True


def _markers_have_citations(checked: Checked) -> Found:
    if checked.agreed:
        return
    citations = checked.tables["citations"]
    for parent, texts in checked.markers.items():
        table = checked.tables[checked.kinds[parent].name]
        cited = {place for place in citations.columns((parent, "marker")) if place[0]}
        for index, (row_id, numbers) in enumerate(texts):
            for number in dict.fromkeys(numbers):
                if (row_id, str(number)) not in cited:
                    message = f"The text has the marker [^{number}], but no citation belongs to it."
                    hint = "Add a row to Citations for it, or take the marker out of the text."
                    yield table.location(index, table.resource.text_field), message, hint


def _citations_have_markers(checked: Checked) -> Found:
    if checked.agreed:
        return
    table = checked.tables["citations"]
    marked = {parent: dict(texts) for parent, texts in checked.markers.items()}
    for index, ((parent, value), (marker,)) in enumerate(checked.citations("marker")):
        there = marked[parent].get(value) if parent else None
        number = whole_number(marker)
        if there is None or number is None:
            continue
        times = there.count(number)
        if times != 1:
            how = "no marker" if times == 0 else f"the marker {times} times,"
            message = f"The text of {value} has {how} [^{marker}]."
            hint = "Put the marker once where the footnote belongs, or delete this citation."
            yield table.location(index, "marker"), message, hint


def _one_parent(checked: Checked) -> Found:
    table = checked.tables["citations"]
    titles = ", ".join(table.resource.field(name).title for name in checked.kinds)
    for index, values in enumerate(table.columns(checked.kinds)):
        if values.count("") != len(values) - 1:
            given = " and ".join(filter(None, values)) or "none"
            message = f"A citation belongs to exactly one text; this one names {given}."
            yield table.location(index), message, f"Fill in exactly one of {titles}."


def _citation_ids(checked: Checked) -> Found:
    table = checked.tables["citations"]
    each = enumerate(checked.citations("citation_id", "marker"))
    for index, ((_, value), (own, marker)) in each:
        wanted = citation_id(value, marker)
        if value and own != wanted:
            message = f"The id is {shown(own)}, but the row is footnote {marker} of {value}."
            hint = f"The id must be {wanted}. In a workbook: delete the row and add it anew."
            yield table.location(index, "citation_id"), message, hint


def _locator_agrees(checked: Checked) -> Found:
    table = checked.tables["citations"]
    said = {text: read_reference(text) for text in set(table.column("text"))}
    for index, (kind, locator, text) in enumerate(table.columns(("kind", "locator", "text"))):
        read = said[text]
        cites = ("paragraph", "recommendation")
        if kind != read.kind and (kind in cites or read.kind in cites):
            message = f"The kind is {shown(kind)}, but the text {shown(text)} is a {read.kind}."
            yield table.location(index, "kind"), message, f"Write {read.kind}, or correct the text."
        elif locator != read.locator:
            message = f"The locator is {shown(locator)}, but the text says {shown(text)}."
            hint = f"Write {read.locator!r}." if read.locator else "Leave the locator empty."
            yield table.location(index, "locator"), message, hint


def _addresses_agree(checked: Checked) -> Found:
    table = checked.tables["citations"]
    given = {text: _web_addresses(text) for text in set(table.column("text"))}
    for index, (text, address) in enumerate(table.columns(("text", "url"))):
        if address != given[text]:
            wanted = shown(given[text])
            message = f"The address is {shown(address)}, but the footnote gives {wanted}."
            yield table.location(index, "url"), message, "Write the address as in the footnote."


def _web_addresses(text: str) -> str:
    return " ".join(a for a in addresses(text) if a.startswith("http")) if "http" in text else ""


def _cited_chapter(checked: Checked) -> Found:
    table = checked.tables["citations"]
    chapters = _chapter_numbers(checked.tables["chapters"])
    numbers: dict[tuple[str, str], str | None] = {}
    for parent, resource in checked.kinds.items():
        fields = (*resource.primary_key[:1], "chapter_id")
        for row_id, chapter_id in checked.tables[resource.name].columns(fields):
            numbers[parent, row_id] = chapters.get(chapter_id)
    pairs = [(numbers.get(parent), locator) for parent, (locator,) in checked.citations("locator")]
    wrong = {pair: found for pair in set(pairs) if (found := _of_other_chapters(*pair))}
    for index, pair in enumerate(pairs) if wrong else ():
        if pair in wrong:
            listed, (number, _), (_, value) = ", ".join(wrong[pair]), pair, checked.parents[index]
            message = f"{value} stands in chapter {number}, but this footnote cites {listed}."
            hint = "Correct the footnote, or the text that it belongs to."
            yield table.location(index, "locator"), message, hint


def _chapter_numbers(table: Table) -> dict[str, str]:
    return dict(zip(table.column("chapter_id"), table.column("number"), strict=True))


def _of_other_chapters(number: str | None, locator: str) -> list[str]:
    """The recommendations of a locator that are not of the chapter with this number, if known."""
    return [code for code in codes(locator) if number and not code.startswith(f"{number}-")]


def _scope_and_party(checked: Checked) -> Found:
    table = checked.tables["recommendations"]
    fields = table.columns(("scope", "party_id", "addressing"))
    for index, (scope, party, addressing) in enumerate(fields):
        if scope == "specific" and not party:
            message = "The recommendation is specific, but names no Party."
            yield table.location(index, "party_id"), message, "Name the Party."
        if scope == "generic" and party:
            message = f"The recommendation is generic, but names the Party {party}."
            yield table.location(index, "party_id"), message, "Leave the Party empty."
        if scope == "generic" and addressing == "named":
            message = "The recommendation is generic, but addressed to a Party by name."
            yield table.location(index, "addressing"), message, "Write all or conditional."


def _verb_agrees(checked: Checked) -> Found:
    table = checked.tables["recommendations"]
    verbs = {urgency: re.compile(rf"\b{verb}\b") for urgency, verb in _VERBS.items()}
    fields = table.columns(("urgency", "lead_in", "text"))
    for index, (urgency, lead_in, text) in enumerate(fields):
        if urgency in verbs and not verbs[urgency].search(lead_in or text):
            words = shown(lead_in or text, 120)
            verb = _VERBS[urgency]
            message = f"The urgency is {urgency}, but “{verb}” does not stand in {words}."
            hint = "Correct the urgency, or the words: both must say the same."
            yield table.location(index, "urgency"), message, hint


def _positions_unique(checked: Checked) -> Found:
    first: dict[Key, str] = {}
    for table in checked.items:
        ids = table.column(table.resource.primary_key[0])
        for index, place in enumerate(table.columns(("document_id", "chapter_id", "position"))):
            earlier = first.setdefault(place, ids[index])
            if place[2] and earlier != ids[index]:
                message = f"The position {place[2]} of this chapter is that of {earlier} too."
                hint = "Give one of them another number, such as one between its neighbours."
                yield table.location(index, "position"), message, hint


def _item_ids(checked: Checked) -> Found:
    for table in checked.items:
        key = table.resource.primary_key[0]
        each = zip(table.column(key), table.column("chapter_id"), _parties(table), strict=True)
        for index, (own, *about) in enumerate(each):
            fault = "" if own.startswith(_id_prefix(*about)) else _id_fault(table, index)
            if fault:
                hint = "Put chapter and Party back, or delete the row and add it as a new one."
                yield table.location(index, key), fault, hint


def _parties(table: Table) -> list[str]:
    """The Party of each row; where rows name none, the one in their ids."""
    if "party_id" in table.resource:
        return table.column("party_id")
    return [
        own.partition("-")[2].partition("-")[0]
        for (own, *_) in table.columns(table.resource.primary_key)
    ]


@lru_cache(maxsize=10_000)
def _id_prefix(chapter_id: str, party_id: str) -> str:
    """What the id of a row of this chapter and Party begins with."""
    round_id, _, number = chapter_id.partition("-")
    return f"{round_id}-{party_id or ALL_PARTIES}-{number}-"


def _id_fault(table: Table, index: int) -> str:
    """What is wrong with an id that does not begin as it must; empty if it has no form at all."""
    row = table.rows[index]
    own, *_ = table.key(row)
    parts = read_item_id(own)
    if parts is None:
        return ""
    if row["chapter_id"] != f"{parts.round}-{parts.chapter}":
        chapter = f"{parts.round}-{parts.chapter}"
        return f"The id {own} is of chapter {chapter}, the row is of {row['chapter_id'] or 'none'}."
    party = _party(row["party_id"] or ALL_PARTIES)
    return f"The id {own} is of {_party(parts.party)}, the row is of {party}."


def _party(party_id: str) -> str:
    return "all Parties" if party_id == ALL_PARTIES else f"the Party {party_id}"


def _chapter_ids(checked: Checked) -> Found:
    table = checked.tables["chapters"]
    for index, row in _indexed(table):
        wanted = f"{row['round_id']}-{row['number']}"
        if row["chapter_id"] != wanted:
            message = f"The id is {shown(row['chapter_id'])}, but round and number make {wanted}."
            yield table.location(index, "chapter_id"), message, f"Write {wanted}."


def _markdown_balanced(checked: Checked) -> Found:
    for table in checked.tables.values():
        for field in (field for field in table.resource.fields if field.markdown):
            texts = table.column(field.name)
            faults = {text: fault for text in set(texts) if (fault := markdown_fault(text))}
            for index, text in enumerate(texts) if faults else ():
                if text in faults:
                    hint = (
                        "Each * or ** that begins needs one that ends; a link is [words](address)."
                    )
                    yield table.location(index, field.name), faults[text], hint


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


def _templates(checked: Checked) -> Found:
    """``{party}`` is the only thing in braces; anything else is a slip of the pen."""
    for name, fields in (
        ("recommendations", ("lead_in",)),
        ("observations", ("lead_in",)),
        ("chapters", ("introduction", "specific_heading", "generic_heading")),
    ):
        table = checked.tables[name]
        for field in fields:
            texts = table.column(field)
            strange = {text for text in set(texts) if _BRACE.search(text.replace("{party}", ""))}
            for index, text in enumerate(texts) if strange else ():
                if text in strange:
                    message = f"Braces stand in {shown(text)} around something other than party."
                    hint = "Write {party}, in small letters, where the name of the Party stands."
                    yield table.location(index, field), message, hint


def _follow_up_ids(checked: Checked) -> Found:
    table = checked.tables["follow_up"]
    for index, row in _indexed(table):
        wanted = _entry_prefix(row)
        if not row["follow_up_id"].startswith(wanted):
            message = (
                f"The id {shown(row['follow_up_id'])} is not of this recommendation and Party."
            )
            yield table.location(index, "follow_up_id"), message, f"It must begin with {wanted}."


def _follow_up_party(checked: Checked) -> Found:
    table = checked.tables["follow_up"]
    for index, row in _indexed(table):
        about = checked.tables.find("recommendations", row["recommendation_id"])
        if about and about["party_id"] and about["party_id"] != row["party_id"]:
            addressee = about["party_id"]
            message = f"{about['recommendation_id']} is addressed to {addressee} alone."
            yield table.location(index, "party_id"), message, f"Write {about['party_id']}."


def _follow_up_in_order(checked: Checked) -> Found:
    """Entries are only ever added, so the numbers in their ids say in which order they came."""
    table = checked.tables["follow_up"]
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
    return whole_number(row["follow_up_id"].removeprefix(_entry_prefix(row))) or 0


def _entry_prefix(row: Row) -> str:
    """What the id of an entry begins with; its number follows."""
    return f"{row['recommendation_id']}.{row['party_id']}.f"


RULES: tuple[Rule, ...] = (
    Rule(
        "dangling-marker",
        ("citations",),
        "Every marker in a text has its citation.",
        _markers_have_citations,
    ),
    Rule(
        "citation-without-marker",
        ("citations",),
        "Every citation has its marker once in the text.",
        _citations_have_markers,
    ),
    Rule("citation-parent", ("citations",), "A citation belongs to exactly one text.", _one_parent),
    Rule(
        "citation-id",
        ("citations",),
        "A citation’s id is its text’s id and its marker.",
        _citation_ids,
    ),
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
        "cited-chapter",
        ("citations", "chapters"),
        "A row cites recommendations of its own chapter.",
        _cited_chapter,
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
        (),
        "No two rows of a chapter have one position.",
        _positions_unique,
    ),
    Rule(
        "id-disagrees",
        (),
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
