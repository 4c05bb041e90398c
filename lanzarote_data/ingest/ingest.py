"""Take a factsheet's text into the tables, with a report of everything that was not placed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lanzarote_data.ingest.blocks import SourceText
from lanzarote_data.ingest.compare import Comparison, compare
from lanzarote_data.ingest.known import KnownGenerics, find_party
from lanzarote_data.ingest.net import suspicious
from lanzarote_data.ingest.notation import words
from lanzarote_data.ingest.parse import Outline, outline_of, parse_factsheet
from lanzarote_data.ingest.reports import reports
from lanzarote_data.ingest.rows import Context, RowMaker, urgency_rows
from lanzarote_data.model.changes import Change, apply, difference
from lanzarote_data.model.errors import SourceError
from lanzarote_data.model.problems import Problem
from lanzarote_data.model.tables import Row, Tables, key_text
from lanzarote_data.text.items import need_factsheets
from lanzarote_data.text.targets import with_cited, with_targets
from lanzarote_data.text.verbs import Verbs, third_person, verbs_of


@dataclass(frozen=True)
class Ingestion:
    """What a factsheet adds: the new tables, the changes, rows of the source by table, problems.

    ``places`` says where in the source each row stands that was added or changed, by table and key.
    """

    tables: Tables
    changes: tuple[Change, ...]
    counts: dict[str, int]
    problems: tuple[Problem, ...]
    places: Mapping[tuple[str, str], str]

    def placed(self, problem: Problem) -> Problem:
        """A problem of the new tables with its place in the source, if it comes from there."""
        where = problem.location
        place = self.places.get((where.resource, where.key), where.source)
        return replace(problem, location=replace(where, source=place))


def ingest(
    source: SourceText, tables: Tables, party_id: str = "", *, keep_stored: bool = False
) -> Ingestion:
    """Read a factsheet into the tables.

    The Party is the one that the title names, unless ``party_id`` says so. The tables must hold
    the Parties, the round, and its implementation report. Where the source words a text that all
    factsheets share otherwise than the tables, that is an error, and a warning with
    ``keep_stored``.

    :raises SourceError: the text is not that of a factsheet, or its Party or round is unknown.
    :raises PackageError: the package does not have the tables of factsheets.
    """
    need_factsheets(tables.package)
    chapters = {row["title"]: row["number"] for row in tables.rows("chapters")}
    outline = outline_of(source, chapters)
    context = _context(outline, tables, party_id)
    factsheet = parse_factsheet(outline, context.verbs)
    maker = RowMaker(factsheet, context)
    rows = maker.make()
    compared = compare(Comparison(tables, source, context.factsheet_id, keep_stored), rows)
    problems = [
        *compared.problems,
        *reports(factsheet, maker),
        *suspicious(rows, source, context.verbs),
    ]
    changed = with_targets(with_cited(apply(tables, compared.changes)))
    counts = {name: len(items) for name, items in rows.by_table.items()}
    made = difference(tables, changed)
    places = {
        (change.resource, key_text(change.key)): source.place(rows.lines[change.key[0]])
        for change in made
        if change.key[0] in rows.lines
    }
    return Ingestion(changed, made, counts, tuple(problems), places)


def _context(outline: Outline, tables: Tables, party_id: str) -> Context:
    party = _party(outline, tables, party_id)
    round_id = _round_id(outline, tables)
    documents = tables.rows("documents")
    report = [d for d in documents if d["round_id"] == round_id and not d["party_id"]]
    if not report:
        raise SourceError(
            f"The table documents has no implementation report of the round {round_id}.",
            "Add it: a document of the round that names no Party.",
        )
    return Context(
        round_id=round_id,
        party=party,
        title_name=outline.front.party_name,
        parties=tables.rows("parties"),
        documents=documents,
        factsheet_id=f"{round_id}-{party['party_id']}-FACTSHEET",
        report_id=report[0]["document_id"],
        known=KnownGenerics(tables),
        verbs=_verbs(outline, verbs_of(tables, round_id, [outline.front.party_name])),
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
