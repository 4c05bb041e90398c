"""Checking releases: every byte, the tables, every rule, and with ``formats`` every format."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from lanzarote_data.formats.registry import FORMATS, Format
from lanzarote_data.formats.zip_file import zip_bytes
from lanzarote_data.model.errors import StorageError
from lanzarote_data.model.problems import Problem
from lanzarote_data.model.tables import Table
from lanzarote_data.release import format_check
from lanzarote_data.release.build import csv_files
from lanzarote_data.release.digests import DIGESTS, SUMS, content_digest, digests_bytes
from lanzarote_data.release.format_check import format_problems
from lanzarote_data.release.make import check_release, frictionless_errors
from lanzarote_data.release.verify import verify
from lanzarote_data.release.withdrawn import WITHDRAWN_PATH
from tests.release_support import small_files, summed, tables_of, unpacked, with_cell, written

CHANGED = with_cell("N1", "text", "Other synthetic words.")
KINDS = pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)


def _problems(folder: Path, files: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """What is wrong with a release of these files, whose sums fit."""
    return verify(unpacked(folder, summed(files))).problems


@pytest.mark.slow
def test_a_release_verifies_as_zip_and_as_folder(tmp_path: Path) -> None:
    result = verify(written(tmp_path / "x.zip", small_files()), formats=True)
    assert (result.version, result.files, result.problems) == ("2026.1.0", len(small_files()), ())
    assert len(result.digest) == 64
    folder = verify(unpacked(tmp_path / "folder", small_files()), formats=True)
    assert (folder.version, folder.digest, folder.problems) == ("2026.1.0", "", ())


def test_one_changed_byte_in_any_file_is_found(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, small_files())
    for name, content in small_files().items():
        changed = bytearray(content)
        changed[len(content) // 2] ^= 0x01
        (folder / name).write_bytes(bytes(changed))
        places = {problem.location.source for problem in verify(folder).problems}
        assert name in places or (name == SUMS and places), name
        (folder / name).write_bytes(content)
    assert verify(folder).problems == ()


def test_missing_and_added_files_are_named(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, small_files())
    (folder / "README.md").unlink()
    (folder / "extra.txt").write_text("x")
    found = {(p.code, p.location.source) for p in verify(folder).problems}
    assert found == {("missing-file", "README.md"), ("unknown-file", "extra.txt")}


@KINDS
def test_a_format_that_says_otherwise_is_found_to_the_cell(kind: Format) -> None:
    found = list(format_problems({**small_files(), **kind.write(CHANGED)}, tables_of()))
    assert [(p.code, *p.location.as_json().values()) for p in found] == [
        ("formats-disagree", "notes", "N1", "text", kind.place.format(name="small-data"))
    ]
    assert "Other synthetic words." in found[0].message


@KINDS
def test_a_missing_or_damaged_format_is_reported(kind: Format) -> None:
    name = next(iter(kind.write(tables_of())))
    without = {path: text for path, text in small_files().items() if path != name}
    [problem] = format_problems(without, tables_of())
    assert problem.code == "format-unreadable"
    damaged = {**small_files(), name: b"\xff\xfenothing of the kind"}
    assert [p.code for p in format_problems(damaged, tables_of())] == ["format-unreadable"]


def test_duplicated_rows_of_a_format_are_found() -> None:
    name = "jsonl/places.jsonl"
    [problem] = format_problems({**small_files(), name: small_files()[name] * 2}, tables_of())
    assert (problem.code, problem.location.source) == ("formats-disagree", "jsonl/")


def test_a_full_text_index_that_finds_other_words_is_found() -> None:
    name = "small-data.sqlite"
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.deserialize(small_files()[name])
        connection.execute(
            "INSERT INTO notes_fts (notes_fts, rowid, text) VALUES ('delete', 1, 'synthetic')"
        )
        files = {**small_files(), name: connection.serialize()}
    assert [p.code for p in format_problems(files, tables_of())] == ["format-unreadable"]


@pytest.mark.slow
def test_formats_are_opened_only_where_it_is_asked_for(tmp_path: Path) -> None:
    files = {**small_files(), **FORMATS[0].write(CHANGED)}
    assert _problems(tmp_path, files) == ()
    assert [p.code for p in verify(tmp_path, formats=True).problems] == ["formats-disagree"]


_ENDS = {
    "a crash": "import ctypes; ctypes.string_at(0)",
    "an exit": "import os; os._exit(7)",
    "another answer": "print('[1]')",
    "too much memory": "x = bytearray(4_000_000_000)",
    "too much time": "while True: pass",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", _ENDS)
def test_a_check_of_a_format_that_is_stopped_is_a_problem(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "openpyxl.py").write_text(_ENDS[name])
    monkeypatch.setattr(format_check, "SECONDS", 3 if name == "too much time" else 60)
    monkeypatch.setattr(format_check, "FORMATS", FORMATS[:1])
    monkeypatch.syspath_prepend(str(tmp_path / "modules"))
    path = written(tmp_path / "x.zip", small_files())
    [problem] = verify(path, formats=True).problems
    assert (problem.code, problem.location.source) == ("format-check-stopped", "small-data.xlsx")


@pytest.mark.slow
def test_no_module_is_taken_from_the_folder_of_a_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = unpacked(tmp_path, summed({**small_files(), "json.py": b"raise SystemExit(9)"}))
    monkeypatch.chdir(folder)
    assert verify(Path(), formats=True).problems == ()


def test_a_changed_csv_disagrees_with_the_digests(tmp_path: Path) -> None:
    name = "tables/notes.csv"
    content = small_files()[name].replace(b"A synthetic", b"Another synthetic")
    problems = _problems(tmp_path, {**small_files(), name: content})
    assert ("digests-disagree", DIGESTS) in {(p.code, p.location.source) for p in problems}


def test_a_list_of_withdrawn_ids_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    lines = b"resource,key,last_version,row\nnotes,N9,1,[]\n"
    [problem] = _problems(tmp_path, {**small_files(), WITHDRAWN_PATH: lines})
    assert problem.code == "unreadable-lists"


def test_rules_are_checked_even_where_all_formats_agree(tmp_path: Path) -> None:
    wrong = with_cell("N1", "text", "A *star without a partner.")
    files = {**small_files(), **csv_files(wrong), DIGESTS: digests_bytes(wrong)}
    assert [
        (p.code, p.severity, p.location.key, p.location.field) for p in _problems(tmp_path, files)
    ] == [
        ("not-as-declared", "error", "", ""),
        ("markdown-unbalanced", "error", "N1", "text"),
    ]


def test_a_descriptor_that_leads_out_is_refused(tmp_path: Path) -> None:
    wrong = small_files()["datapackage.json"].replace(b"tables/notes.csv", b"../../notes.csv")
    problems = _problems(tmp_path, {**small_files(), "datapackage.json": wrong})
    assert any("../../notes.csv" in problem.message for problem in problems)


@pytest.mark.parametrize("path", [".lanzarote-writing.json", "tables/.x.csv", "tables/notes.exe"])
def test_a_table_that_is_not_a_csv_file_is_not_written_anywhere(path: str, tmp_path: Path) -> None:
    wrong = small_files()["datapackage.json"].replace(b"tables/notes.csv", path.encode())
    outside = tmp_path / "victim.csv"
    outside.write_text("kept")
    (tmp_path / ".victim.csv.new").write_text("lost")
    files = {**small_files(), "datapackage.json": wrong}
    files[path] = json.dumps([str(outside)]).encode()
    assert "unreadable-tables" in {p.code for p in _problems(tmp_path / "r", files)}
    assert outside.read_text() == "kept"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"resources": [{}]}'])
def test_a_broken_descriptor_is_a_problem_not_a_crash(content: bytes, tmp_path: Path) -> None:
    assert _problems(tmp_path, {**small_files(), "datapackage.json": content})


def test_a_missing_table_is_named_without_our_own_folders(tmp_path: Path) -> None:
    files = {n: c for n, c in small_files().items() if n != "tables/notes.csv"}
    messages = [p.message for p in _problems(tmp_path, files)]
    assert messages == ["The table tables/notes.csv is missing."]


def test_a_new_release_passes_its_own_check() -> None:
    check_release(zip_bytes(small_files()), small_files())


@pytest.mark.parametrize(
    "files",
    [
        {**small_files(), "README.md": b"x"},
        summed({**small_files(), **FORMATS[2].write(CHANGED)}),
        summed({**small_files(), DIGESTS: digests_bytes(CHANGED)}),
        summed({**small_files(), "tables/notes.csv": b"note_id\nN1\n"}),
    ],
    ids=["a sum", "a format", "a digest", "a table"],
)
def test_a_new_release_with_a_fault_does_not_pass(files: dict[str, bytes]) -> None:
    with pytest.raises(StorageError):
        check_release(zip_bytes(files), files)
    with pytest.raises(StorageError):
        check_release(zip_bytes({**small_files(), "more.txt": b"x"}), small_files())


def test_frictionless_checks_the_package(tmp_path: Path) -> None:
    path = unpacked(tmp_path, small_files()) / "datapackage.json"
    assert frictionless_errors(path) == []
    wrong = small_files()["tables/notes.csv"] + b"N9,x\n"
    (tmp_path / "tables" / "notes.csv").write_bytes(wrong)
    assert frictionless_errors(path)


def test_the_content_digest_does_not_depend_on_the_order_of_rows() -> None:
    table = tables_of()["notes"]
    turned = Table(table.resource, tuple(reversed(table.rows)))
    assert content_digest(turned) == content_digest(table)
    assert content_digest(CHANGED["notes"]) != content_digest(table)
