"""Packages that mean harm, to the commands that read one: refused, and nothing changed by it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lanzarote_data.model.expected import matcher
from tests.hostile.files import NO_FILES, make_no_file
from tests.hostile.packages import DESCRIPTORS, HARMLESS, HEAVY, TABLE, TABLES
from tests.hostile.runs import call, check_words, content, enter, refused, run_cheaply
from tests.packages import DATA, copy_package
from tests.workbooks import make

pytestmark = pytest.mark.slow

READING = (("validate",), ("status",), ("diff", ".", "workbooks/BEL.xlsx"), ("build",))
OTHERS = (
    ("import", "workbooks/BEL.xlsx"),
    ("export", "--out", "there"),
    ("ingest", str(DATA / "factsheets" / "belgium-2023-05-25.md")),
    ("release", "2026.1", "--out", "there"),
    ("factsheet", "BEL"),
    ("site", "--out", "there"),
    ("stats",),
    ("credit",),
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package in the current folder, from which nothing reaches another machine."""
    folder = tmp_path / "package"
    folder.mkdir()
    make(copy_package("tiny", folder))
    enter(folder, monkeypatch)
    return folder


@pytest.mark.parametrize("name", DESCRIPTORS)
def test_a_hostile_descriptor_is_refused(name: str, folder: Path) -> None:
    DESCRIPTORS[name](folder)
    before = content(folder)
    status, out, err = call("validate")
    check_words(status, out, err)
    assert status in ((0,) if name in HARMLESS else (1, 2)), (out, err)
    for arguments in READING[1:] if name not in HARMLESS else ():
        check_words(*call(*arguments))
    assert content(folder) == before


@pytest.mark.parametrize("name", [name for name in TABLES if name not in HEAVY])
def test_a_hostile_table_is_refused(name: str, folder: Path) -> None:
    TABLES[name](folder)
    for arguments in READING:
        refused(arguments, folder)


@pytest.mark.parametrize("arguments", OTHERS, ids=lambda arguments: arguments[0])
@pytest.mark.parametrize(
    "change",
    [DESCRIPTORS["a pattern that refers back"], TABLES["UTF-16"]],
    ids=["descriptor", "table"],
)
def test_every_command_refuses_a_hostile_package(
    arguments: tuple[str, ...], change: Callable[[Path], object], folder: Path
) -> None:
    change(folder)
    refused(arguments, folder)


@pytest.mark.parametrize("name", HEAVY)
def test_a_huge_table_costs_next_to_nothing(name: str, folder: Path) -> None:
    TABLES[name](folder)
    size = (folder / TABLE).stat().st_size
    done = run_cheaply("validate", folder=folder)
    check_words(done.status, done.out, done.err)
    assert done.status in (1, 2), done.err
    assert (folder / TABLE).stat().st_size == size


@pytest.mark.parametrize(
    "name",
    ["100 megabytes", "deep lists", "many fields", "many values in a list", "repeats in repeats"],
)
def test_a_huge_descriptor_costs_next_to_nothing(name: str, folder: Path) -> None:
    DESCRIPTORS[name](folder)
    done = run_cheaply("validate", folder=folder)
    check_words(done.status, done.out, done.err)
    assert done.status in (1, 2), done.err


@pytest.mark.parametrize("kind", NO_FILES)
@pytest.mark.parametrize("place", ["datapackage.json", TABLE])
def test_what_is_no_file_is_not_read(kind: str, place: str, folder: Path) -> None:
    (folder / place).unlink()
    make_no_file(kind, folder / place)
    for arguments in (("validate", "."), ("status", "--package", ".")):
        status, out, err = call(*arguments)
        check_words(status, out, err)
        assert status == 2, (out, err)


JOURNALS = (
    b"",
    b"\xff",
    b"[" * 100_000,
    b"7",
    b'{"a": 1}',
    b"[[]]",
    b'[{"temporary": 1, "target": 2, "sha256": 3}]',
    b'[{"temporary": "../x", "target": "tables/parties.csv", "sha256": ""}]',
    b'[{"temporary": "tables/.parties.csv.a.new", "target": "/etc/passwd", "sha256": ""}]',
    b'[{"temporary": "tables/.parties.csv.a.new", "target": "../outside.csv", "sha256": ""}]',
)


@pytest.mark.parametrize("journal", JOURNALS, ids=range(len(JOURNALS)))
def test_a_journal_that_lies_changes_nothing(journal: bytes, folder: Path) -> None:
    (folder.parent / "outside.csv").write_text("kept")
    (folder / ".lanzarote-writing.json").write_bytes(journal)
    before = content(folder.parent)
    for arguments in (("validate",), ("import", "workbooks/BEL.xlsx")):
        refused(arguments, folder)
    assert content(folder.parent) == before


def test_all_our_own_patterns_mean_what_they_meant(folder: Path) -> None:
    """RE2 and Python's own expressions agree on them, for each text that our tables hold."""
    import re

    from lanzarote_data.store.descriptor import load_package
    from tests.packages import ROOT, own_tables

    texts = {text for table in own_tables().values() for row in table.rows for text in row.values()}
    texts |= {text[:-1] for text in texts} | {f"{text}\n" for text in texts}
    fields = [f for r in load_package(ROOT).resources for f in r.fields if f.constraints.pattern]
    assert len(fields) > 10
    for pattern in {field.constraints.pattern for field in fields}:
        matches, python = matcher(pattern), re.compile(pattern)
        assert [matches(t) for t in texts] == [bool(python.fullmatch(t)) for t in texts], pattern


def test_json_for_programs_is_the_same_without_what_steers_a_terminal(folder: Path) -> None:
    TABLES["words that steer the terminal"](folder)
    status, out, _ = call("validate", "--format", "json")
    assert status == 1
    assert "\x9b" not in out and "\u202e" not in out
    assert json.loads(out)["valid"] is False
