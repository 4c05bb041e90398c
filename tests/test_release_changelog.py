"""The change log by row, the version rules, and the ids that may not come back."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lanzarote_data.model.descriptor import package_from
from lanzarote_data.model.errors import PackageError
from lanzarote_data.model.tables import Table, Tables
from lanzarote_data.release.build import refusals, release_date
from lanzarote_data.release.changelog import CHANGES, log_files, log_of
from lanzarote_data.release.read import Release
from lanzarote_data.release.versions import Step, Version, read_version, reasons
from lanzarote_data.release.withdrawn import WITHDRAWN_PATH, read_withdrawn, withdrawn_text
from tests.packages import edited, with_row
from tests.packages import tables_of as rows_as_tables
from tests.release_support import (
    FIRST,
    REPOSITORY,
    made,
    note,
    release_of,
    tables_of,
    with_cell,
    with_rows,
)

NEXT = Version(2026, 2)


def _edited() -> Tables:
    """One row added (N6), one removed (N4), one edited (N1), one re-ordered (N2)."""

    def change(rows: list[dict[str, str]]) -> None:
        del rows[3]
        rows[0]["text"] = "Other `words`."
        rows[1]["position"] = "35"
        rows.append(note("N6", position="50"))

    return with_rows("notes", change)


def _lines(files: dict[str, bytes]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[CHANGES].decode(), newline="")))


def test_one_added_removed_edited_and_reordered_row_and_nothing_else() -> None:
    files = made(_edited(), NEXT, release_of(tables_of()))
    cells = [tuple(line.values()) for line in _lines(files) if line["kind"] in ("changed", "moved")]
    assert cells == [
        ("changed", "notes", "N1", "text", "A synthetic recommendation about *helplines*.",
         "Other `words`."),
        ("moved", "notes", "N2", "position", "20", "35"),
    ]  # fmt: skip
    whole = {(x["kind"], x["key"]) for x in _lines(files) if x["kind"] in ("added", "removed")}
    assert whole == {("added", "N6"), ("removed", "N4")}
    added = {x["field"]: x["new"] for x in _lines(files) if x["kind"] == "added"}
    assert added == {name: text for name, text in note("N6", position="50").items() if text}


def test_people_read_the_same_in_markdown_and_html() -> None:
    files = made(_edited(), NEXT, release_of(tables_of()))
    markdown = files["changes/changes.md"].decode()
    page = files["changes/changes.html"].decode()
    assert "what changed from 2026.1.0 to 2026.2.0" in markdown
    assert "| Notes | 1 | 1 | 1 | 1 | 0 |" in markdown
    for heading in ("N1: changed", "N2: moved", "N4: removed", "N6: added"):
        assert f"## Notes {heading}" in markdown
        assert f"<h2>Notes {heading}</h2>" in page
    assert "- notes N4 (last in 2026.1.0)" in markdown
    assert "<li>notes N4 (last in 2026.1.0)</li>" in page
    assert "<del>20</del>" in page
    assert "<ins>35</ins>" in page
    assert "- **Position** before: `20`, now: `35`" in markdown


def test_a_row_that_a_later_edition_no_longer_states_is_withdrawn() -> None:
    old = tables_of(REPOSITORY)
    new = with_row(
        *(old, "documents"),
        **{"document_id": "R2-BEL-FACTSHEET-2", "title": "A second edition", "round_id": "R2"},
        **{"party_id": "BEL", "replaces": "R2-BEL-FACTSHEET"},
    )
    new = edited(new, "practices", "R2-BEL-V-p1", withdrawn_in="R2-BEL-FACTSHEET-2")
    log = log_of(new, release_of(old))
    assert [(row.kind, row.key) for row in log.rows] == [
        ("added", ("R2-BEL-FACTSHEET-2",)),
        ("withdrawn", ("R2-BEL-V-p1",)),
    ]
    assert log.withdrawn == (), "its id still stands for it"
    assert ("practices", Step.RELEASE) in [(r.resource, r.step) for r in reasons(old, new)]
    back = edited(new, "practices", "R2-BEL-V-p1", withdrawn_in="")
    assert [row.kind for row in log_of(back, release_of(new)).rows] == ["changed"]


def test_markup_in_texts_is_shown_and_not_run() -> None:
    hostile = "<script>alert(1)</script> ```` [x](javascript:alert(1))"
    files = log_files(log_of(with_cell("N1", "text", hostile), release_of(tables_of())))
    page = files["changes/changes.html"].decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "  `````text\n  " + hostile + "\n  `````" in files["changes/changes.md"].decode()


def test_the_order_of_lines_in_a_file_is_no_change() -> None:
    turned = tables_of()["notes"]
    shuffled = tables_of().with_table(Table(turned.resource, tuple(reversed(turned.rows))))
    assert log_of(shuffled.in_order(), release_of(tables_of())).rows == ()


def test_the_first_release_says_so() -> None:
    files = made(tables_of())
    assert _lines(files) == []
    assert "the first release" in files["changes/changes.md"].decode()


@pytest.mark.parametrize(
    "text", ["2026", "2026.1.0.0", "v2026.1", "2026.01", "26.1", "2026.1-a", ""]
)
def test_what_is_no_version(text: str) -> None:
    with pytest.raises(PackageError, match="is not a version"):
        read_version(text)


def test_versions_are_ordered_as_numbers() -> None:
    assert read_version("2026.10") > read_version("2026.9.1") > read_version("2026.9")
    assert read_version("2026.1") == read_version("2026.1.0")


def _with_field(name: str, **changes: object) -> Tables:
    """The small tables, one field of the notes declared otherwise."""
    return _declared(lambda field: {**field, **changes} if field["name"] == name else field)


def _declared(change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> Tables:
    """The small tables, every field declared as ``change`` says; None takes it away."""
    old = tables_of().package
    descriptor = dict(old.descriptor)
    entries = []
    for entry in descriptor["resources"]:
        fields = [change(f) for f in entry["schema"]["fields"]]
        fields = [f for f in fields if f is not None]
        entries.append({**entry, "schema": {**entry["schema"], "fields": fields}})
    package = package_from({**descriptor, "resources": entries}, old.folder)
    rows = {
        name: [{f: row.get(f, "") for f in package.resource(name).field_names} for row in t.rows]
        for name, t in tables_of().items()
    }
    return rows_as_tables(package, rows)


def _without_places() -> Tables:
    old = tables_of().package
    notes = [entry for entry in old.descriptor["resources"] if entry["name"] == "notes"]
    schema = {k: v for k, v in notes[0]["schema"].items() if k != "foreignKeys"}
    descriptor = {**old.descriptor, "resources": [{**notes[0], "schema": schema}]}
    return rows_as_tables(
        package_from(descriptor, old.folder), {"notes": tables_of().rows("notes")}
    )


@pytest.mark.parametrize(
    ("new", "step"),
    [
        (_declared(lambda f: None if f["name"] == "share" else f), Step.EDITION),
        (_with_field("share", type="string"), Step.EDITION),
        (_with_field("kind", constraints={"enum": ["first", "second"]}), Step.EDITION),
        (_with_field("name", constraints={"required": True}), Step.EDITION),
        (_without_places(), Step.EDITION),
        (_with_field("kind", constraints={"required": True, "enum": ["first"]}), Step.RELEASE),
        (_with_field("note_id", constraints={"required": True, "pattern": ".*"}), Step.RELEASE),
        (with_rows("notes", lambda rows: rows.append(note("N6", position="50"))), Step.RELEASE),
        (with_rows("notes", lambda rows: rows.pop()), Step.RELEASE),
        (with_cell("N1", "text", "Other words."), Step.CORRECTION),
        (_with_field("share", description="In other words."), Step.CORRECTION),
    ],
)
def test_which_change_needs_which_step(new: Tables, step: Step) -> None:
    previous = release_of(tables_of())
    needed = FIRST.next(step)
    assert refusals(new, needed, previous) == []
    for smaller in Step:
        if smaller < step:
            [problem] = refusals(new, FIRST.next(smaller), previous)
            assert problem.code == "version-step"
            assert str(needed) in problem.hint


def test_a_new_column_and_a_new_table_need_a_release_going_the_other_way() -> None:
    less = _declared(lambda f: None if f["name"] == "share" else f)
    assert {r.step for r in reasons(less, tables_of())} == {Step.RELEASE}
    found = reasons(_without_places(), tables_of())
    assert ("The table places is new.", Step.RELEASE) in [(r.text, r.step) for r in found]


@pytest.mark.parametrize("version", ["2026.1.0", "2025.9"])
def test_a_version_must_be_later(version: str) -> None:
    [problem] = refusals(tables_of(), read_version(version), release_of(tables_of()))
    assert problem.code == "version-not-later"
    assert "2026.1.1" in problem.hint


def test_withdrawn_ids_are_listed_for_ever() -> None:
    without = with_rows("notes", lambda rows: rows.pop(3))
    second = log_of(without, release_of(tables_of()))
    [gone] = second.withdrawn
    assert (gone.resource, gone.key, gone.last_version) == ("notes", "N4", "2026.1.0")
    assert read_withdrawn(withdrawn_text(second.withdrawn)) == second.withdrawn
    third = log_of(without, replace(release_of(without, NEXT), withdrawn=second.withdrawn))
    assert third.withdrawn == second.withdrawn
    assert withdrawn_text(second.withdrawn).encode() == log_files(third)[WITHDRAWN_PATH]


def _after_withdrawal() -> Release:
    without = with_rows("notes", lambda rows: rows.pop(3))
    log = log_of(without, release_of(tables_of()))
    return replace(release_of(without, NEXT), withdrawn=log.withdrawn)


def test_a_withdrawn_id_may_not_come_back_with_another_meaning() -> None:
    previous = _after_withdrawal()
    other = with_cell("N4", "text", "Something else.")
    [problem] = refusals(other, Version(2026, 3), previous)
    assert problem.code == "withdrawn-id"
    assert "N4" in problem.message
    assert "-5 is text as well" in problem.message


def test_a_withdrawn_id_may_come_back_as_it_was_even_at_another_place() -> None:
    previous = _after_withdrawal()
    back = with_cell("N4", "position", "70")
    assert refusals(back, Version(2026, 3), previous) == []
    assert log_of(back, previous).withdrawn == ()


def test_ids_that_change_places_are_refused() -> None:
    def swap(rows: list[dict[str, str]]) -> None:
        rows[0]["text"], rows[1]["text"] = rows[1]["text"], rows[0]["text"]

    problems = refusals(with_rows("notes", swap), NEXT, release_of(tables_of()))
    assert {(p.code, p.location.key) for p in problems} == {
        ("renumbered-id", "N1"),
        ("renumbered-id", "N2"),
    }


def test_a_row_that_gets_another_id_is_a_withdrawal_and_an_addition() -> None:
    def rename(rows: list[dict[str, str]]) -> None:
        rows[0]["note_id"] = "N9"

    new = with_rows("notes", rename)
    assert refusals(new, NEXT, release_of(tables_of())) == []
    assert [w.key for w in log_of(new, release_of(tables_of())).withdrawn] == ["N1"]


def test_the_date_of_a_release_is_never_guessed() -> None:
    package = tables_of().package
    assert str(release_date(package, FIRST, "")) == "2026-11-01"
    assert str(release_date(package, NEXT, "2026-12-01")) == "2026-12-01"
    with pytest.raises(PackageError, match="is not known"):
        release_date(package, NEXT, "")
    with pytest.raises(PackageError, match="is not a date"):
        release_date(package, NEXT, "1.12.2026")
