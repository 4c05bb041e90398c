"""A person at a desk: gets a workbook, does some steps in LibreOffice, saves it, hands it in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lanzarote_data.model.changes import Change
from lanzarote_data.model.package import Package
from lanzarote_data.model.problems import Problem
from lanzarote_data.store.tables import read_tables
from lanzarote_data.workbook.imports import Outcome, import_workbooks
from tests.office import Office, Step
from tests.workbooks import make, tables_bytes

Cell = tuple[str, str, str | None, object, object]
"""A change: resource, key, field, what stood there, what stands there now."""

Place = tuple[str, str]
"""A problem: its code, and the address that it names."""


@dataclass
class Desk:
    """The package whose workbooks are edited, and the program in which they are."""

    package: Package
    office: Office

    def save(self, *steps: Step, name: str = "BEL", by_ods: bool = False) -> Path:
        """A workbook as LibreOffice saves it after some steps; if asked, by way of ods."""
        workbook = make(self.package, name)
        saved = workbook.with_name(f"{name} edited.xlsx")
        if by_ods:
            between = saved.with_suffix(".ods")
            self.office.edit(workbook, between, *steps)
            self.office.convert(between, saved)
        else:
            self.office.edit(workbook, saved, *steps)
        return saved

    def hand_in(self, *steps: Step, name: str = "BEL", by_ods: bool = False) -> Outcome:
        """What comes of importing a workbook that was edited in LibreOffice."""
        return self.take(self.save(*steps, name=name, by_ods=by_ods))

    def take(self, *paths: Path) -> Outcome:
        """Import workbooks, and see to what must hold whatever was done to them.

        A refusal leaves every byte of the tables; a second import of the same files changes
        nothing, and tells at most that a file shows an older text than the tables.
        """
        before = tables_bytes(self.package)
        outcome = import_workbooks(self.package, paths)
        assert outcome.applied is not outcome.refused
        if outcome.refused or not outcome.changes:
            assert tables_bytes(self.package) == before
        if outcome.applied:
            assert not outcome.conflicts
            again = import_workbooks(self.package, paths)
            assert (again.changes, again.conflicts) == ((), ())
            news = tuple(problem for problem in again.problems if problem.code != "older-text")
            assert news == outcome.problems
        return outcome

    def row(self, resource: str, row_id: str) -> dict[str, str]:
        """A row of the tables, as they are on disk now."""
        row = read_tables(self.package).tables.find(resource, *row_id.split("/"))
        assert row is not None
        return dict(row)


def cells(changes: tuple[Change, ...]) -> list[Cell]:
    """The changes as plain values, to be compared whole."""
    return [
        (change.resource, "/".join(change.key), change.field, change.old, change.new)
        for change in changes
    ]


def rows(changes: tuple[Change, ...]) -> list[tuple[str, str, str]]:
    """The changes as kind, resource and key, where these say all."""
    return [(change.kind, change.resource, "/".join(change.key)) for change in changes]


def places(problems: tuple[Problem, ...], severity: str = "error") -> list[Place]:
    """The code and the address of each problem of a severity."""
    return [(p.code, p.location.source) for p in problems if p.severity == severity]
