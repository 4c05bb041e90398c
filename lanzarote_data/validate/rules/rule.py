"""What a rule is: one that checks each row by itself, or one that needs other rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lanzarote_data.model.package import Package, Resource
from lanzarote_data.model.problems import Location, Problem, Severity, error
from lanzarote_data.model.tables import Row, Tables


@dataclass(slots=True)
class CheckedRow:
    """A row that rules check, with what is declared of its table; a missing field is empty."""

    row: Row
    resource: Resource
    package: Package

    def __getitem__(self, field: str) -> str:
        return self.row.get(field, "")


RowFaults = Iterator[tuple[str, str, str]]
"""For each fault of a row its field, a message and a hint."""

Faults = Iterator[tuple[Location, str, str]]
"""For each fault of the tables its place, a message and a hint."""


@dataclass(frozen=True)
class RowRule:
    """A rule on each row by itself: its code, its tables, what must hold, and its check."""

    code: str
    applies: Callable[[Resource], bool]
    sentence: str
    check: Callable[[CheckedRow], RowFaults]

    def problems(self, tables: Tables) -> Iterator[Problem]:
        """The problems of all rows of the tables to which the rule applies."""
        for table in tables.values():
            resource, package = table.resource, tables.package
            for index, row in enumerate(table.rows if self.applies(resource) else ()):
                for field, message, hint in self.check(CheckedRow(row, resource, package)):
                    yield error(self.code, table.location(index, field), message, hint)

    def holds(self, row: CheckedRow) -> bool:
        """Whether a row keeps to the rule."""
        return next(self.check(row), None) is None


@dataclass(frozen=True)
class TableRule:
    """A rule across rows: its code, the tables it needs, what must hold, and its check."""

    code: str
    needs: tuple[str, ...]
    sentence: str
    check: Callable[[Tables], Faults]
    severity: Severity = "error"

    def problems(self, tables: Tables) -> Iterator[Problem]:
        """The problems that the rule finds; none where a table it needs is not declared."""
        if all(name in tables for name in self.needs):
            for location, message, hint in self.check(tables):
                yield Problem(self.code, self.severity, location, message, hint)


Rule = RowRule | TableRule


def row_rule(
    code: str, tables: str | Callable[[Resource], bool]
) -> Callable[[Callable[[CheckedRow], RowFaults]], RowRule]:
    """Make a rule of a function of one row; the docstring is its sentence.

    ``tables`` are names with spaces between them, or says whether a table is one of them.
    """
    names = tables.split() if isinstance(tables, str) else []
    applies = tables if callable(tables) else lambda resource: resource.name in names
    return lambda check: RowRule(code, applies, _sentence(check), check)


def table_rule(
    code: str, needs: str = "", severity: Severity = "error"
) -> Callable[[Callable[[Tables], Faults]], TableRule]:
    """Make a rule of a function of all tables; the docstring is its sentence.

    ``needs`` are the names of the tables that must be declared.
    """
    return lambda check: TableRule(code, tuple(needs.split()), _sentence(check), check, severity)


def _sentence(check: Callable[..., object]) -> str:
    return (check.__doc__ or "").partition("\n")[0]
