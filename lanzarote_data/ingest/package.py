"""Ingest the file of a factsheet into a package: read, compared, checked, written all or none."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from lanzarote_data.ingest.ingest import PLAIN, REPORTED, Ingestion, Wishes, ingest
from lanzarote_data.ingest.sources import read_source_file
from lanzarote_data.model.package import Package
from lanzarote_data.model.problems import Problem, has_errors
from lanzarote_data.model.tables import Tables
from lanzarote_data.store.history import HandIn
from lanzarote_data.store.lock import locked
from lanzarote_data.store.tables import read_sound_tables, withdrawn_ids, write_tables
from lanzarote_data.validate.package import problems_since


@dataclass(frozen=True)
class Ingested:
    """What ingesting a file did or would do; ``problems`` are those of the new tables, too."""

    ingestion: Ingestion
    problems: tuple[Problem, ...]
    applied: bool

    @property
    def refused(self) -> bool:
        """Whether errors prevent the ingestion."""
        return has_errors(self.problems)


def ingest_file(
    package: Package,
    path: Path,
    party_id: str = "",
    wishes: Wishes = PLAIN,
    *,
    dry_run: bool = False,
    by: str = "",
) -> Ingested:
    """Ingest a file as :func:`lanzarote_data.ingest.ingest.ingest` does, into the tables on disk.

    ``by`` is who ingests it, for the log.

    :raises LanzaroteError: the file is no factsheet that can be read, or the tables cannot be read
        or written.
    """
    source = read_source_file(path)
    with nullcontext() if dry_run else locked(package):
        tables, spent = read_sound_tables(package), withdrawn_ids(package)
        result = ingest(source, tables, party_id, wishes, spent)
        problems = (*result.problems, *_new_problems(result, tables))
        applied = not dry_run and not has_errors(problems)
        if applied:
            write_tables(package, result.tables, _hand_ins(result, path, source.sha256, by))
    return Ingested(result, problems, applied)


def _hand_ins(result: Ingestion, path: Path, sha256: str, by: str) -> list[HandIn]:
    """What the log says of an ingestion; nothing where it changes nothing."""
    said = HandIn("ingest", by, path.name, sha256, changes=result.changes)
    return [said] if result.changes else []


def _new_problems(result: Ingestion, before: Tables) -> list[Problem]:
    """What would be wrong with the tables after the ingestion, and was not before."""
    found = problems_since(result.tables, before)
    return [result.placed(problem) for problem in found if not _is_of_source(result, problem)]


def _is_of_source(result: Ingestion, problem: Problem) -> bool:
    """Whether the report of the source tells of a problem already, with a better place."""
    row = problem.location.resource, problem.location.key
    told = {other.code for other in result.problems}
    return problem.code in told & REPORTED and row in result.places
