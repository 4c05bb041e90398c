"""What is wrong with the data: returned, all at once, never raised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]
Json = dict[str, object]


@dataclass(frozen=True, order=True)
class Location:
    """A place in the data.

    ``resource``, ``key`` and ``field`` name it in the tables (each may be empty where it has no
    meaning, as for a whole file); ``source`` names it in the file that a person has open:
    ``recommendations.csv:14`` (a line) or ``Recommendations!D14`` (a cell).
    """

    resource: str = ""
    key: str = ""
    field: str = ""
    source: str = ""

    def __str__(self) -> str:
        where = self.source or self.resource
        return f"{where}, {self.field}" if self.field else where

    def as_json(self) -> Json:
        """The place as the four members of the JSON contract; what is empty is null."""
        return {
            "resource": self.resource or None,
            "key": self.key or None,
            "field": self.field or None,
            "source": self.source or None,
        }


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, for a person and for a program.

    ``code`` is stable (``dangling-marker``); ``message`` says what is wrong and what stands
    there; ``hint`` says what is allowed and what to do.
    """

    code: str
    severity: Severity
    location: Location
    message: str
    hint: str = ""

    def as_json(self) -> Json:
        """The problem as an object of the JSON contract."""
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "hint": self.hint,
            "location": self.location.as_json(),
        }


def error(code: str, location: Location, message: str, hint: str = "") -> Problem:
    """A problem that stops the data from being used."""
    return Problem(code, "error", location, message, hint)


def warning(code: str, location: Location, message: str, hint: str = "") -> Problem:
    """Something that a person should look at, and that stops nothing."""
    return Problem(code, "warning", location, message, hint)


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of the problems is an error."""
    return any(problem.severity == "error" for problem in problems)


def shown(text: str, most: int = 60) -> str:
    """A value as it is shown in a message: in quotation marks, cut where it is long.

    >>> shown("abc"), shown("abcdef", most=4)
    ('“abc”', '“abc…”')
    """
    return f"“{text}”" if len(text) <= most else f"“{text[: most - 1]}…”"
