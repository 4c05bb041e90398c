"""Every fault that we know is found, with its place, beside the input that has it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lanzarote_data.model.errors import StorageError
from lanzarote_data.model.problems import has_errors
from lanzarote_data.model.tables import Checked, Row, Table, Tables
from lanzarote_data.validate.package import problems_since, validate_package, validate_tables
from lanzarote_data.validate.rules import RULES
from tests.packages import (
    DATA,
    copy_files,
    copy_package,
    edited,
    placed,
    tiny_tables,
    with_row,
)

FAULTS = sorted(path for path in (DATA / "invalid").iterdir())


@pytest.mark.parametrize("folder", FAULTS, ids=lambda folder: folder.name)
def test_a_fault_is_found_and_told(folder: Path, tmp_path: Path) -> None:
    copy_files("tiny", tmp_path, folder.name)
    problems = validate_package(tmp_path)
    expected = (folder / "expected.txt").read_text(encoding="utf-8")
    assert [placed(problem) for problem in problems] == expected.splitlines()
    assert problems
    assert all(problem.message and problem.hint for problem in problems)


def test_every_rule_is_broken_by_some_fault() -> None:
    found = "".join((path / "expected.txt").read_text() for path in FAULTS)
    assert [rule.code for rule in RULES if f" {rule.code} " not in found] == []


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    package = copy_package("tiny", tmp_path)
    path = package.table_path(package.resource("recommendations"))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",bullet,", ",bullets,"), encoding="utf-8")
    problems = [p for p in validate_package(tmp_path) if p.code == "not-in-list"]
    assert len(problems) == text.count(",bullet,") == 5


def test_warnings_alone_do_not_make_data_invalid(tmp_path: Path) -> None:
    package = copy_package("tiny", tmp_path, "not-canonical")
    problems = validate_package(package.folder)
    assert problems
    assert not has_errors(problems)


def test_a_missing_table_stops_the_work(tmp_path: Path) -> None:
    package = copy_package("tiny", tmp_path)
    package.table_path(package.resource("parties")).unlink()
    with pytest.raises(StorageError, match="is missing"):
        validate_package(tmp_path)


def test_an_empty_reference_is_chosen_from_the_list() -> None:
    tables = tiny_tables()
    row = {**tables.rows("recommendations")[0], "chapter_id": ""}
    problems = validate_tables(with_row(tables, "recommendations", **row))
    (problem,) = [p for p in problems if p.code == "missing-value"]
    assert problem.hint == "Choose one from the list."


# Only what may have changed is checked again.

VALID = edited(tiny_tables(), "observations", "R2-BEL-II-o1", text="A\u00adfact.[^1]").in_order()
WORDS = [
    "",
    "x",
    "7",
    "BEL",
    "R2-II",
    "A ** word.[^1]",
    "Two\u200b.[^2]",
    "\ufffd",
    "tab\t",
    "III-3",
]


@st.composite
def edits_of_valid_tables(draw: st.DrawFn) -> Tables:
    """The valid tables after some rows were edited, removed, added, or moved to another place."""
    tables = VALID
    for _ in range(draw(st.integers(1, 3))):
        table = tables[draw(st.sampled_from([name for name in tables if tables[name].rows]))]
        rows = list(table.rows)
        at = draw(st.integers(0, len(rows) - 1))
        kind = draw(st.sampled_from(["edit", "edit", "edit", "remove", "add", "move"]))
        row = rows[at] if kind == "add" else rows.pop(at)
        if kind != "remove":
            field = draw(st.sampled_from(table.resource.field_names))
            others = [other[field] for other in table.rows]
            text = row[field] if kind == "move" else draw(st.sampled_from([*WORDS, *others]))
            edited_row: Row = {**row, field: text}
            rows.insert(draw(st.integers(0, len(rows))), edited_row)
        tables = tables.with_table(Table(table.resource, rows))
    return tables


@pytest.mark.slow
@given(edits_of_valid_tables())
def test_to_check_only_rows_that_changed_finds_the_same(tables: Tables) -> None:
    checked = Checked("", tuple(validate_tables(VALID)))
    known = Tables(VALID.package, VALID.values(), is_in_order=True, checked=checked)
    assert not has_errors(checked.warnings) and checked.warnings
    assert problems_since(tables, known) == problems_since(tables, VALID)


@given(edits_of_valid_tables())
def test_tables_of_which_some_are_in_order_are_sorted_as_all_are(tables: Tables) -> None:
    afresh = Tables(tables.package, tables.values())
    assert tables.in_order() == afresh.in_order()
