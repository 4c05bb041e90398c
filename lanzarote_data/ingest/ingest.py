"""Ingest a factsheet: read, compared with the tables, checked, written all or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from lanzarote_data.ingest.blocks import SourceText
from lanzarote_data.ingest.compare import applied, compare
from lanzarote_data.ingest.editions import (
    Differences,
    differences,
    edition_problems,
    gone,
    gone_problems,
    withdrawals,
)
from lanzarote_data.ingest.front import context_of, read_front
from lanzarote_data.ingest.parse import parse_factsheet
from lanzarote_data.ingest.partial import Partial
from lanzarote_data.ingest.reports import reports
from lanzarote_data.ingest.rows import RowMaker, Rows
from lanzarote_data.ingest.sources import read_source_file
from lanzarote_data.model.changes import Change, difference
from lanzarote_data.model.package import Package
from lanzarote_data.model.problems import Location, Problem, has_errors
from lanzarote_data.model.tables import Tables, key_text
from lanzarote_data.store.history import HandIn
from lanzarote_data.store.lock import locked
from lanzarote_data.store.tables import read_sound_tables, withdrawn_ids, write_tables
from lanzarote_data.text.garbled import Kind
from lanzarote_data.text.items import Items, need_factsheets
from lanzarote_data.validate.package import problems_since
from lanzarote_data.validate.rules import report


@dataclass(frozen=True)
class Wishes:
    """How a source is ingested: what the flags of ``lanzarote ingest`` say.

    ``keep_stored``: where the source words a text that all factsheets share otherwise than the
    tables, the stored wording stays. ``edition``: the source may be a later edition than that of
    the tables. ``withdraw``: what it no longer states is withdrawn. ``partial``: what is not
    certain is put aside.
    """

    keep_stored: bool = False
    edition: bool = False
    withdraw: bool = False
    partial: bool = False


@dataclass(frozen=True)
class Ingestion:
    """What a factsheet adds: the new tables, the changes, rows of the source by table, problems.

    ``places`` says where in the source each row stands that was added or changed, by table and key.
    ``differences`` is what it changes where it is a new edition; else None. ``applied`` says that
    the tables were written.
    """

    tables: Tables
    changes: tuple[Change, ...]
    counts: dict[str, int]
    problems: tuple[Problem, ...]
    places: Mapping[tuple[str, str], str]
    differences: Differences | None = None
    applied: bool = False

    @property
    def refused(self) -> bool:
        """Whether errors prevent the ingestion."""
        return has_errors(self.problems)


PLAIN = Wishes()
_SUSPICIONS = (
    report.observation_cites,
    report.practice_cites,
    report.recommendation_cites,
    report.empty_recommendation,
)
_REPORTED = frozenset((*(rule.code for rule in _SUSPICIONS), "unknown-verb", *get_args(Kind)))
"""Codes that the rules of the tables have too, on the rows that the source has made."""


def ingest_file(
    package: Package,
    path: Path,
    party_id: str = "",
    wishes: Wishes = PLAIN,
    *,
    dry_run: bool = False,
    by: str = "",
) -> Ingestion:
    """Ingest a file as :func:`ingest` does, into the tables on disk.

    The problems are those of the new tables, too. ``by`` is who ingests it, for the log.

    :raises LanzaroteError: the file is no factsheet that can be read, or the tables cannot be read
        or written.
    """
    source = read_source_file(path)
    with nullcontext() if dry_run else locked(package):
        tables, spent = read_sound_tables(package), withdrawn_ids(package)
        result = ingest(source, tables, party_id, wishes, spent)
        result = replace(result, problems=(*result.problems, *_new_problems(result, tables)))
        if dry_run or result.refused:
            return result
        log = HandIn("ingest", by, path.name, source.sha256, changes=result.changes)
        write_tables(package, result.tables, [log] if result.changes else [])
    return replace(result, applied=True)


def _new_problems(result: Ingestion, before: Tables) -> Iterator[Problem]:
    """What would be wrong with the tables after the ingestion, and was not before.

    What the report of the source tells already, with a better place, is left out.
    """
    told = {other.code for other in result.problems} & _REPORTED
    for problem in problems_since(result.tables, before):
        where = problem.location
        place = result.places.get((where.resource, where.key))
        if problem.code not in told or place is None:
            yield replace(problem, location=replace(where, source=place or where.source))


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
    front = read_front(source, {row["title"]: row["number"] for row in tables.rows("chapters")})
    context = context_of(front, tables, party_id, spent)
    maker = RowMaker(parse_factsheet(front, context.verbs), context)
    compared = compare(context, maker.rows, wishes.keep_stored)
    problems = [
        *compared.problems,
        *reports(maker),
        *_suspicions(maker, applied(tables, compared.changes)),
    ]
    if not wishes.partial:
        return _result(maker, wishes, maker.rows, compared.changes, problems, maker.rows.lines)
    partial = Partial(maker)
    changes = partial.put_aside(compared, problems, wishes.keep_stored)
    changes += partial.changes(spent)
    told = list(partial.told(problems))
    return _result(maker, wishes, partial.rows, changes, told, partial.stated())


def _suspicions(maker: RowMaker, changed: Tables) -> Iterator[Problem]:
    """What the rules of the tables find suspicious of the rows of the source."""
    source, rows = maker.factsheet.source, maker.rows
    for problem in (p for rule in _SUSPICIONS for p in rule.problems(changed)):
        where = problem.location
        is_told = problem.code == "recommendation-without-citation" and not source.footnotes
        if where.key in rows.lines and not is_told:
            owner = rows.owners.get(where.key, where.key)
            cited_by = where.field.removesuffix("_id") + "s" if where.field else ""
            table = cited_by if owner != where.key else where.resource
            location = Location(table, owner, "text", source.place(rows.lines[owner]))
            yield replace(problem, location=location)


def _result(
    maker: RowMaker,
    wishes: Wishes,
    rows: Rows,
    changes: list[Change],
    problems: list[Problem],
    stated: Collection[str],
) -> Ingestion:
    """The tables with what was read, and what follows from its being this edition."""
    source, front = maker.factsheet.source, maker.factsheet.front
    tables, edition = maker.context.tables, maker.context.edition
    left = gone(tables, edition, stated)
    withdrawn = withdrawals(edition, left) if wishes.withdraw else ()
    changed = applied(tables, [*changes, *withdrawn])
    made = difference(tables, changed)
    items = Items(changed).by_id
    here = [row_id for row_id in rows.lines if row_id in items]
    counts = {name: len(found) for name, found in rows.by_table.items()}
    counts |= Counter(c.resource for c in made if changed[c.resource].resource.is_worklist)
    of_edition = (
        *edition_problems(edition, front.date, source.place(1), wishes.edition),
        *gone_problems(left, source.name, wishes.withdraw),
    )
    places = {
        (c.resource, key_text(c.key)): source.place(rows.lines[c.key[0]])
        for c in made
        if c.key[0] in rows.lines
    }
    found = differences(tables, made, here, left) if edition.is_new else None
    return Ingestion(changed, made, counts, (*of_edition, *problems), places, found)
