"""The title page of a factsheet: which Party, round and date, and what the tables say of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lanzarote_data.ingest.blocks import CHAPTER, TITLE, Block, Doubt, SourceText
from lanzarote_data.ingest.editions import Edition, edition_of
from lanzarote_data.ingest.known import Known
from lanzarote_data.ingest.notation import without_markers, words
from lanzarote_data.model.errors import SourceError
from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.model.types import MONTHS
from lanzarote_data.text.folding import folded
from lanzarote_data.text.rights import NOT_OFFICIAL
from lanzarote_data.text.rounds import party_named, report_of
from lanzarote_data.text.verbs import Verbs, third_person, verbs_of

_UPDATE = re.compile(r"(?:Last )?updated?\s*(?:on\b|:)?\s*(.+)", re.IGNORECASE)
_FIGURES = re.compile(r"(?:([0-9]{1,2})\s*[./-]\s*)?([0-9]{1,2})\s*[./-]\s*([0-9]{4})\.?")
_WRITTEN = re.compile(r"(?:([0-9]{1,2})(?:st|nd|rd|th)?\s+)?([A-Za-z]+)\.?,?\s+([0-9]{4})\.?")
# A word in quotation marks or bold type, a colon, and what the word means.
_URGENCY = re.compile(
    r"^\s*(?:- )?\**(?P<quote>[“\"'‘]?)(?P<word>[^\W\d_]+(?: [^\W\d_]+)?)[”\"'’]?\**\s*:\**\s*"
    r"(?P<meaning>.+)",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Front:
    """A source with its title page read; ``body`` begins with the first chapter.

    ``party_name`` is the Party as the title names it, ``date`` is ISO 8601, or empty where the
    page gives none; ``texts`` are the words of title, date and name of the report, ``left_out`` is
    the rest of the page.
    """

    source: SourceText
    body: tuple[Block, ...]
    party_name: str
    title: str
    date: str
    texts: tuple[str, ...]
    left_out: tuple[Block, ...]
    doubts: tuple[Doubt, ...]


def chapter_heading(block: Block) -> re.Match[str] | None:
    """The number and the title of a chapter, if a block is its heading."""
    return CHAPTER.fullmatch(block.text) if block.kind == "heading" else None


def read_front(source: SourceText, titles: Mapping[str, str] | None = None) -> Front:
    """Read the title page, and find where the chapters begin.

    ``titles`` gives the numbers of chapters by their titles, for a source whose chapter numbers
    Word counts and does not write.

    :raises SourceError: the text has no title “FACTSHEET – …” or no chapter.
    """
    numbers = {tuple(words(title)): number for title, number in (titles or {}).items()}
    body = [_with_number(block, numbers) for block in source.body]
    start = next((index for index, block in enumerate(body) if chapter_heading(block)), None)
    if start is None:
        raise SourceError(
            f"No chapter heading such as “II. Legal frameworks” was found in {source.name}.",
            "Give the text of a whole factsheet, with its headings.",
        )
    lines = _title_in_one_line(body[:start])
    titled = ((block, TITLE.fullmatch(block.words)) for block in lines)
    title, found = next(((b, found) for b, found in titled if found), (None, None))
    if title is None or found is None:
        raise SourceError(
            f"The title “FACTSHEET – ” with the name of the Party was not found in {source.name}.",
            "Give the text of a whole factsheet, with its title.",
        )
    name = found[1] or found[2]
    known = [block for block in lines if block is title or _is_of_the_title_page(block)]
    date = next(filter(None, (_date(block.words) for block in lines)), "")
    doubt = Doubt("no-date", title.line, "The title page gives no date of the last update.")
    return Front(
        source,
        tuple(body[start:]),
        party_name=name,
        title=title.words if found[1] else f"FACTSHEET – {name}",
        date=date,
        texts=tuple(block.words for block in known),
        left_out=tuple(block for block in lines if block not in known),
        doubts=() if date else (doubt,),
    )


def _with_number(block: Block, numbers: Mapping[tuple[str, ...], str]) -> Block:
    """A heading with the number of the chapter whose title it is, if it has none."""
    number = numbers.get(tuple(words(block.text))) if block.kind == "heading" else None
    return replace(block, text=f"{number}. {block.text}") if number else block


def _title_in_one_line(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, with a title on two lines (“FACTSHEET”, “BELGIUM”) put on one."""
    lines: list[Block] = []
    for block in blocks:
        if lines and re.fullmatch(r"FACTSHEET\s*(?:[–—:]|-{1,3})?", lines[-1].words, re.IGNORECASE):
            head = lines[-1].words
            words = f"{head} {block.words}" if head[-1] in "–—:-" else f"{head} – {block.words}"
            lines[-1] = replace(lines[-1], text=words)
        else:
            lines.append(block)
    return lines


def _is_of_the_title_page(block: Block) -> bool:
    """Whether a line names the report or its theme, gives the date, or is the one that we add."""
    words = block.words
    if words.lstrip("*_").startswith(NOT_OFFICIAL):
        return True
    return bool(re.search(r"\bReport\b", words, re.IGNORECASE) or _date(words)) or (
        words[:1] in '“"«' and words[-1:] in '”"»'
    )


def _date(text: str) -> str:
    """The date of the last update in ISO 8601; empty where the line gives none.

    >>> _date("Last update: 25.05.2023"), _date("Updated on 3 June 2024"), _date("Update: 6.2023")
    ('2023-05-25', '2024-06-03', '2023-06')
    """
    update = _UPDATE.fullmatch(text)
    figures = _FIGURES.fullmatch(update[1]) if update else None
    written = _WRITTEN.fullmatch(update[1]) if update else None
    if figures:
        day, month, year = figures[1], int(figures[2]), figures[3]
    elif written and written[2].capitalize() in MONTHS:
        day, month, year = written[1], MONTHS.index(written[2].capitalize()) + 1, written[3]
    else:
        return ""
    return f"{year}-{month:02}" + (f"-{day.zfill(2)}" if day else "")


@dataclass(frozen=True)
class Context:
    """What the rows of one factsheet share: its title page, and what the tables say of it."""

    front: Front
    tables: Tables
    round_id: str
    party: Row
    edition: Edition
    report: Row
    known: Known
    verbs: Verbs

    def template(self, text: str) -> str:
        """The text with ``{party}`` for the Party's name as it stands within a sentence."""
        return re.sub(rf"\b{re.escape(self.party['name_in_sentence'])}\b", "{party}", text)

    def shared_template(self, text: str) -> str:
        """A text that all factsheets share with ``{party}`` for any name of the Party.

        The article may be missing, or the factsheet may use another name than the tables.
        """
        article = re.compile(r"the\s+", re.IGNORECASE)
        names = {article.sub("", name) for name in (self.party["name"], self.front.party_name)}
        any_name = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        return re.sub(rf"\b(?:the )?(?:{any_name})\b", "{party}", text, flags=re.IGNORECASE)


def context_of(front: Front, tables: Tables, party_id: str, spent: Iterable[str]) -> Context:
    """What the tables say of a factsheet; ``spent`` are ids of deleted rows.

    :raises SourceError: its Party or round is unknown, or the tables lack its report or verbs.
    """
    party = _party(front, tables, party_id)
    round_id = _round_id(front, tables)
    own = report_of(tables, round_id)
    if not own:
        raise SourceError(
            f"The table documents has no implementation report of the round {round_id}.",
            "Add it: a document of the round that names no Party.",
        )
    verbs = _verbs(front, verbs_of(tables, round_id, [front.party_name]))
    if not verbs.words:
        raise SourceError(
            f"Neither the tables nor the factsheet say which levels of urgency {round_id} has.",
            "Add them to the tables urgencies and urgency_meanings.",
        )
    known = Known(tables)
    edition = edition_of(tables, (round_id, party["party_id"]), front.date, known.ids, spent)
    return Context(front, tables, round_id, party, edition, own, known, verbs)


def _verbs(front: Front, stored: Verbs) -> Verbs:
    """The verbs of the tables, and those that the factsheet itself defines."""
    introduction = "\n".join(f"- {b.text}" for b in front.body if b.kind != "heading")
    defined = {row["urgency"] for row in urgency_rows(introduction, stored.words)}
    return stored.with_words({name: third_person(name) for name in defined - set(stored.words)})


def _round_id(front: Front, tables: Tables) -> str:
    """The round whose theme the title page names."""
    lines = [*front.texts, *(block.text for block in front.left_out)]
    page = " ".join(words(" ".join(lines)))
    for row in tables.rows("rounds"):
        if " ".join(words(row["theme"])) in page:
            return row["round_id"]
    raise SourceError(
        "The factsheet’s title page names no theme of a monitoring round in the table rounds.",
        "Add the round to the table rounds, with its theme word for word as on the title page.",
    )


def _party(front: Front, tables: Tables, party: str) -> Row:
    if party:
        return tables["parties"].by_key[(party_named(tables, party),)]
    if found := find_party(front.party_name, tables.rows("parties")):
        return found
    raise SourceError(
        f"The table parties has no Party {front.party_name}.",
        "Name the Party with --party, by its three letters or its name in that table.",
    )


def urgency_rows(introduction: str, known: Collection[str]) -> Iterator[dict[str, str]]:
    """The levels of urgency that an introduction defines, most urgent first.

    A word that is not ``known`` is one where it stands in quotation marks.
    """
    found = [m for m in _URGENCY.finditer(introduction) if m["quote"] or m["word"].lower() in known]
    for rank, match in enumerate(found, start=1):
        plain = without_markers(match["meaning"]).rstrip(";. ")
        yield {"urgency": match["word"].lower(), "rank": str(rank), "meaning": plain}


def find_party(name: str, parties: Iterable[Row]) -> Row | None:
    """The Party that a title means by a name; None if it may be none or several.

    Capital letters, accents and an article make no difference; neither do words that the one
    name has and the other has not, as in “Moldova” and “Republic of Moldova”.
    """
    wanted = _folded(name)
    listed = list(parties)
    same = [p for p in listed if wanted in (_folded(p["name"]), _folded(p["name_in_sentence"]))]
    parts = set(wanted.split())
    near = [p for p in listed if _is_part(parts, set(_folded(p["name"]).split()))]
    found = same or near
    return found[0] if len(found) == 1 else None


def _is_part(one: set[str], other: set[str]) -> bool:
    """Whether one name consists of words of the other, the small ones aside."""
    small = {"of", "and", "republic", "kingdom", "state"}
    smaller = min(one, other, key=len) - small
    return bool(smaller) and (one - small <= other or other - small <= one)


def _folded(name: str) -> str:
    """A name in small letters, without accents and article.

    >>> _folded("THE REPUBLIC OF TÜRKİYE")
    'republic of turkiye'
    """
    found = re.findall(r"[^\W_]+", folded(name))
    return " ".join(found[1:] if found[:1] == ["the"] else found)
