"""Take a factsheet's text into the tables, with a report of everything that was not placed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import get_args

from lanzarote_data.ingest.blocks import SourceText
from lanzarote_data.ingest.compare import Compared, Comparison, compare
from lanzarote_data.ingest.editions import (
    Differences,
    differences,
    edition_of,
    edition_problems,
    gone,
    gone_problems,
    withdrawals,
)
from lanzarote_data.ingest.known import Known, find_party
from lanzarote_data.ingest.notation import words
from lanzarote_data.ingest.parse import Outline, outline_of, parse_factsheet
from lanzarote_data.ingest.partial import Partial
from lanzarote_data.ingest.reports import reports
from lanzarote_data.ingest.rows import Context, RowMaker, urgency_rows
from lanzarote_data.model.changes import Change, apply, difference
from lanzarote_data.model.errors import SourceError
from lanzarote_data.model.problems import Location, Problem
from lanzarote_data.model.tables import Row, Tables, key_text
from lanzarote_data.text.garbled import Kind
from lanzarote_data.text.items import Items, need_factsheets
from lanzarote_data.text.rounds import report_of
from lanzarote_data.text.targets import with_cited, with_targets
from lanzarote_data.text.verbs import Verbs, third_person, verbs_of
from lanzarote_data.validate.package import validate_tables
from lanzarote_data.validate.rules import report


@dataclass(frozen=True)
class Wishes:
    """How a source is ingested: what the flags of ``lanzarote ingest`` say.

    ``keep_stored``: where the source words a text that all factsheets share otherwise than the
    tables, the stored wording stays. ``edition``: the source may be a later edition than that of
    the tables. ``withdraw``: what it no longer states is withdrawn.
    """

    keep_stored: bool = False
    edition: bool = False
    withdraw: bool = False
    partial: bool = False


@dataclass(frozen=True)
class Ingestion:
    """What a factsheet adds: the new tables, the changes, rows of the source by table, problems.

    ``places`` says where in the source each row stands that was added or changed, by table and key.
    ``differences`` is what it changes where it is a new edition; else None.
    """

    tables: Tables
    changes: tuple[Change, ...]
    counts: dict[str, int]
    problems: tuple[Problem, ...]
    places: Mapping[tuple[str, str], str]
    differences: Differences | None = None

    def placed(self, problem: Problem) -> Problem:
        """A problem of the new tables with its place in the source, if it comes from there."""
        where = problem.location
        place = self.places.get((where.resource, where.key), where.source)
        return replace(problem, location=replace(where, source=place))


PLAIN = Wishes()
_SUSPICIONS = (
    report.observation_cites,
    report.practice_cites,
    report.recommendation_cites,
    report.empty_recommendation,
)
REPORTED = frozenset((*(rule.code for rule in _SUSPICIONS), "unknown-verb", *get_args(Kind)))
"""Codes that the rules of the tables have too, on the rows that the source has made."""


def ingest(
    source: SourceText,
    tables: Tables,
    party_id: str = "",
    wishes: Wishes = PLAIN,
    spent: Iterable[str] = (),
) -> Ingestion:
    """Read a factsheet into the tables.

    The Party is the one that the title names, unless ``party_id`` says so. The tables must hold
    the Parties, the round, and its implementation report. ``spent`` are ids of deleted rows, which
    no row of a new edition gets.

    :raises SourceError: the text is not that of a factsheet, or its Party or round is unknown.
    :raises PackageError: the package does not have the tables of factsheets.
    """
    need_factsheets(tables.package)
    chapters = {row["title"]: row["number"] for row in tables.rows("chapters")}
    outline = outline_of(source, chapters)
    context = _context(outline, tables, party_id, spent)
    factsheet = parse_factsheet(outline, context.verbs)
    maker = RowMaker(factsheet, context)
    maker.make()
    run = _Run(source, tables, maker, wishes)
    run.compare()
    problems = [*run.compared.problems, *reports(factsheet, maker), *run.suspicions()]
    stated: Collection[str] = maker.rows.lines
    if wishes.partial:
        partial = Partial(factsheet, maker, tables)
        run.put_aside(partial, problems)
        problems, stated = [*partial.told(problems)], partial.stated()
        run.compared.changes += partial.changes(spent)
    return run.result(problems, stated, factsheet.front.date)


@dataclass
class _Run:
    """One ingestion: what was read, compared with the tables."""

    source: SourceText
    tables: Tables
    maker: RowMaker
    wishes: Wishes

    def __post_init__(self) -> None:
        self.rows = self.maker.rows
        self.edition = self.maker.context.edition
        self.compared = Compared()

    def compare(self) -> None:
        """Compare the rows with the tables."""
        comparison = Comparison(self.tables, self.source, self.edition, self.wishes.keep_stored)
        self.compared = compare(comparison, self.rows)

    def suspicions(self) -> Iterator[Problem]:
        """What the rules of the tables find suspicious of the rows of the source."""
        changed = self._applied(self.compared.changes)
        lines, owners = self.rows.lines, self.rows.owners
        for problem in (p for rule in _SUSPICIONS for p in rule.problems(changed)):
            where = problem.location
            is_told = (
                problem.code == "recommendation-without-citation" and not self.source.footnotes
            )
            if where.key in lines and not is_told:
                owner = owners.get(where.key, where.key)
                cited_by = where.field.removesuffix("_id") + "s" if where.field else ""
                table = cited_by if owner != where.key else where.resource
                location = Location(table, owner, "text", self.source.place(lines[owner]))
                yield replace(problem, location=location)

    def put_aside(self, partial: Partial, problems: Iterable[Problem]) -> None:
        """Leave out the rows that are not certain, and those with which the tables are wrong."""
        found = list(problems)
        while partial.put_aside(found):
            self.rows = partial.rows
            self.compare()
            changed = self._applied(self.compared.changes)
            found = [p for p in validate_tables(changed, quick=True) if p.severity == "error"]

    def _applied(self, changes: Iterable[Change]) -> Tables:
        return with_targets(with_cited(apply(self.tables, changes)))

    def result(self, problems: list[Problem], stated: Collection[str], date: str) -> Ingestion:
        """The tables with what was read, and what follows from its being this edition."""
        edition, name = self.edition, self.source.name
        left = gone(self.tables, edition, stated)
        withdrawn = withdrawals(edition, left) if self.wishes.withdraw else ()
        changed = self._applied([*self.compared.changes, *withdrawn])
        made = difference(self.tables, changed)
        items = Items(changed).by_id
        here = [row_id for row_id in self.rows.lines if row_id in items]
        counts = {name: len(rows) for name, rows in self.rows.by_table.items()}
        counts |= Counter(c.resource for c in made if changed[c.resource].resource.is_worklist)
        return Ingestion(
            changed,
            made,
            counts,
            (
                *edition_problems(edition, date, self.source.place(1), self.wishes.edition),
                *gone_problems(left, name, self.wishes.withdraw),
                *problems,
            ),
            {
                (c.resource, key_text(c.key)): self.source.place(self.rows.lines[c.key[0]])
                for c in made
                if c.key[0] in self.rows.lines
            },
            differences(self.tables, made, here, left) if edition.is_new else None,
        )


def _context(outline: Outline, tables: Tables, party_id: str, spent: Iterable[str]) -> Context:
    party = _party(outline, tables, party_id)
    round_id = _round_id(outline, tables)
    own = report_of(tables, round_id)
    if not own:
        raise SourceError(
            f"The table documents has no implementation report of the round {round_id}.",
            "Add it: a document of the round that names no Party.",
        )
    verbs = _verbs(outline, verbs_of(tables, round_id, [outline.front.party_name]))
    if not verbs.words:
        raise SourceError(
            f"Neither the tables nor the factsheet say which levels of urgency {round_id} has.",
            "Add them to the tables urgencies and urgency_meanings.",
        )
    known = Known(tables)
    place = (round_id, party["party_id"])
    return Context(
        round_id=round_id,
        party=party,
        title_name=outline.front.party_name,
        parties=tables.rows("parties"),
        documents=tables.rows("documents"),
        edition=edition_of(tables, place, outline.front.date, known.ids, spent),
        report=own,
        known=known,
        verbs=verbs,
    )


def _verbs(outline: Outline, stored: Verbs) -> Verbs:
    """The verbs of the tables, and those that the factsheet itself defines."""
    introduction = "\n".join(f"- {b.text}" for b in outline.body if b.kind != "heading")
    defined = {row["urgency"] for row in urgency_rows(introduction, stored.words)}
    return stored.with_words({name: third_person(name) for name in defined - set(stored.words)})


def _round_id(outline: Outline, tables: Tables) -> str:
    """The round whose theme the title page names."""
    front = [*outline.front.texts, *(block.text for block in outline.front.left_out)]
    page = " ".join(words(" ".join(front)))
    for row in tables.rows("rounds"):
        if " ".join(words(row["theme"])) in page:
            return row["round_id"]
    raise SourceError(
        "The factsheet’s title page names no theme of a monitoring round in the table rounds.",
        "Add the round to the table rounds, with its theme word for word as on the title page.",
    )


def _party(outline: Outline, tables: Tables, party_id: str) -> Row:
    name = outline.front.party_name
    found = tables.find("parties", party_id) if party_id else None
    found = found or (None if party_id else find_party(name, tables.rows("parties")))
    if found:
        return found
    raise SourceError(
        f"No Party {party_id or name} stands in the table parties.",
        "Name the Party by its three letters with --party, as they stand in the table parties.",
    )
