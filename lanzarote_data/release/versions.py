"""Versions of releases: what the numbers mean, and which change needs which step.

A version is EDITION.RELEASE.CORRECTION, such as 2026.1.0; ``2026.1`` is short for it. The edition
is the year in which its form began.

- A new **edition** is needed where a program that reads the data could break: a table, a column or
  its guarantee (never empty, never twice) is gone, or a type, a key or a path is another one.
- A new **release** is needed where there is something new or something less to read: rows, tables,
  columns or listed values were added, or rows were withdrawn.
- A **correction** is enough where only cells or explanations changed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

from lanzarote_data.model.changes import Change, difference
from lanzarote_data.model.errors import PackageError
from lanzarote_data.model.package import Constraints, Field, Resource
from lanzarote_data.model.problems import Location, Problem, error
from lanzarote_data.model.tables import Tables
from lanzarote_data.text.items import WITHDRAWN_IN


class Step(IntEnum):
    """How far a change moves the version: which of its numbers must grow."""

    CORRECTION = 1
    RELEASE = 2
    EDITION = 3


@dataclass(frozen=True, order=True)
class Version:
    """A version, ordered as numbers are: 2026.10.0 comes after 2026.9.0."""

    edition: int
    release: int
    correction: int = 0

    def __str__(self) -> str:
        return f"{self.edition}.{self.release}.{self.correction}"

    def next(self, step: Step) -> Version:
        """The lowest version that is a step of this size away."""
        if step is Step.EDITION:
            return Version(self.edition + 1, 1)
        if step is Step.RELEASE:
            return Version(self.edition, self.release + 1)
        return Version(self.edition, self.release, self.correction + 1)

    def step_from(self, old: Version) -> Step:
        """The step by which this version is later than ``old``."""
        if self.edition != old.edition:
            return Step.EDITION
        return Step.RELEASE if self.release != old.release else Step.CORRECTION


def read_version(text: str) -> Version:
    """A version from its text.

    :raises PackageError: it is not of the form 2026.1 or 2026.1.0.

    >>> str(read_version("2026.1"))
    '2026.1.0'
    """
    found = re.fullmatch(r"([1-9][0-9]{3})\.(0|[1-9][0-9]{0,5})(?:\.(0|[1-9][0-9]{0,5}))?", text)
    if not found:
        raise PackageError(
            f"{text[:40]!r} is not a version.",
            "A version is a year and a number, such as 2026.1, and a third number for a "
            "correction, such as 2026.1.1.",
        )
    return Version(int(found[1]), int(found[2]), int(found[3] or 0))


@dataclass(frozen=True)
class Reason:
    """A change of the form or the extent of the data, in words, and the step that it needs."""

    step: Step
    resource: str
    text: str


def reasons(old: Tables, new: Tables) -> list[Reason]:
    """What changed, as far as it matters for the version: the largest steps first."""
    found = [*form_changes(old, new), *_extent_changes(old, new, difference(old, new))]
    return sorted(found, key=lambda reason: -reason.step)


def version_problems(
    old_version: Version, new_version: Version, found: list[Reason]
) -> list[Problem]:
    """What is wrong with going from one version to the other with these changes."""
    where = Location(source="version")
    if new_version <= old_version:
        message = f"The version {new_version} is not later than {old_version}, released before."
        hint = f"Take {proposed(old_version, found)} or a later one."
        return [error("version-not-later", where, message, hint)]
    step = new_version.step_from(old_version)
    short = [reason for reason in found if reason.step > step]
    if not short:
        return []
    needed = old_version.next(short[0].step)
    what = short[0].step.name.lower()
    more = f" ({len(short)} such changes)" if len(short) > 1 else ""
    message = f"{short[0].text} That needs a new {what}, {new_version} is not one{more}."
    return [error("version-step", where, message, f"Take {needed} or a later one.")]


def proposed(old: Version, found: list[Reason]) -> Version:
    """The lowest version that may follow another one with these changes."""
    return old.next(max((reason.step for reason in found), default=Step.CORRECTION))


def form_changes(old: Tables, new: Tables) -> Iterator[Reason]:
    """What changed in the descriptor: tables, columns, and what is declared of them."""
    before = {resource.name: resource for resource in old.package.resources}
    after = {resource.name: resource for resource in new.package.resources}
    for name in before:
        if name not in after:
            yield Reason(Step.EDITION, name, f"The table {name} is gone.")
    for name, resource in after.items():
        if name in before:
            yield from _table_form(before[name], resource)
        else:
            yield Reason(Step.RELEASE, name, f"The table {name} is new.")


def _table_form(old: Resource, new: Resource) -> Iterator[Reason]:
    name = new.name
    if old.path != new.path:
        yield Reason(Step.EDITION, name, f"The table {name} moved from {old.path} to {new.path}.")
    if old.primary_key != new.primary_key:
        yield Reason(Step.EDITION, name, f"The table {name} has another primary key.")
    for kind, before, after in (
        ("unique key", set(old.unique_keys), set(new.unique_keys)),
        ("foreign key", set(old.foreign_keys), set(new.foreign_keys)),
    ):
        if before - after:
            yield Reason(Step.EDITION, name, f"A {kind} of the table {name} is gone.")
        if after - before:
            yield Reason(Step.RELEASE, name, f"The table {name} has a new {kind}.")
    for field in old.fields:
        if field.name not in new:
            yield Reason(Step.EDITION, name, f"The column {name}.{field.name} is gone.")
    for field in new.fields:
        known = old.field(field.name) if field.name in old else None
        found = _field_form(known, field) if known else [(Step.RELEASE, "is new")]
        for step, text in found:
            yield Reason(step, name, f"The column {name}.{field.name} {text}.")


def _field_form(old: Field, new: Field) -> Iterator[tuple[Step, str]]:
    before, after = old.constraints, new.constraints
    if old.type != new.type:
        yield Step.EDITION, f"is {new.type}, it was {old.type}"
    if before.required and not after.required:
        yield Step.EDITION, "may be empty now"
    if before.unique and not after.unique:
        yield Step.EDITION, "may have a value twice now"
    if set(before.enum) != set(after.enum):
        yield Step.RELEASE, "has another list of values"
    if _limits(before) != _limits(after):
        yield Step.RELEASE, "has other limits"
    if (old.title, old.description) != (new.title, new.description):
        yield Step.CORRECTION, "is explained in other words"


def _limits(constraints: Constraints) -> Constraints:
    """The constraints without those that are told one by one."""
    return replace(constraints, required=False, unique=False, enum=())


def _extent_changes(old: Tables, new: Tables, changes: tuple[Change, ...]) -> Iterator[Reason]:
    """Rows added and withdrawn, in tables that both have."""
    kinds = Counter((c.resource, "withdrawn" if is_withdrawal(c) else c.kind) for c in changes)
    for name in (name for name in new if name in old):
        if added := kinds[name, "added"]:
            yield Reason(Step.RELEASE, name, f"The table {name} has new rows ({added}).")
        if removed := kinds[name, "removed"]:
            yield Reason(Step.RELEASE, name, f"The table {name} lost rows ({removed}).")
        if withdrawn := kinds[name, "withdrawn"]:
            text = f"Rows of the table {name} were withdrawn ({withdrawn})."
            yield Reason(Step.RELEASE, name, text)


def is_withdrawal(change: Change) -> bool:
    """Whether a change says that a later edition of a document no longer states the row."""
    return change.field == WITHDRAWN_IN and not change.old
