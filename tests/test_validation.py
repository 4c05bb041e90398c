"""Every fault that we know is found, with its place, beside the input that has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lanzarote_data.model.errors import StorageError
from lanzarote_data.model.problems import has_errors
from lanzarote_data.validate.package import validate_package, validate_tables
from lanzarote_data.validate.rules import RULES
from tests.packages import (
    DATA,
    copy_files,
    copy_package,
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
