"""Checking releases: every byte, every format, every rule."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from lanzarote_data.model.tables import Table
from lanzarote_data.release.digests import DIGESTS, SUMS, content_digest, digests_bytes
from lanzarote_data.release.formats import FORMATS, Format
from lanzarote_data.release.text_formats import write_csv
from lanzarote_data.release.verify import verify
from lanzarote_data.release.withdrawn import WITHDRAWN
from tests.release_support import small_files, summed, tables_of, unpacked, with_cell, written

CHANGED = with_cell("N1", "text", "Other synthetic words.")


def _codes(path: Path) -> list[str]:
    return [problem.code for problem in verify(path).problems]


def test_a_release_verifies_as_zip_and_as_folder(tmp_path: Path) -> None:
    result = verify(written(tmp_path / "x.zip", small_files()))
    assert (result.version, result.files, result.problems) == ("2026.1.0", len(small_files()), ())
    assert len(result.digest) == 64
    folder = verify(unpacked(tmp_path / "folder", small_files()))
    assert (folder.version, folder.digest, folder.problems) == ("2026.1.0", "", ())


def test_one_changed_byte_in_any_file_is_found(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, small_files())
    for name, content in small_files().items():
        if not content:
            continue
        changed = bytearray(content)
        changed[len(content) // 2] ^= 0x01
        (folder / name).write_bytes(bytes(changed))
        places = {problem.location.source for problem in verify(folder).problems}
        assert name in places or name == SUMS, name
        assert places
        (folder / name).write_bytes(content)
    assert verify(folder).problems == ()


def test_missing_and_added_files_are_named(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, small_files())
    (folder / "README.md").unlink()
    (folder / "extra.txt").write_text("x")
    found = {(p.code, p.location.source) for p in verify(folder).problems}
    assert found == {("missing-file", "README.md"), ("unknown-file", "extra.txt")}


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
def test_a_format_that_says_otherwise_is_found_to_the_cell(kind: Format, tmp_path: Path) -> None:
    files = summed({**small_files(), **kind.write(CHANGED)})
    problems = verify(unpacked(tmp_path, files)).problems
    found = [p for p in problems if p.code == "formats-disagree"]
    assert [(p.location.resource, p.location.key, p.location.field) for p in found] == [
        ("notes", "N1", "text")
    ]
    assert kind.name in found[0].message
    assert "Other synthetic words." in found[0].message


def test_a_changed_csv_disagrees_with_every_format_and_the_digests(tmp_path: Path) -> None:
    name = "tables/notes.csv"
    content = small_files()[name].replace(b"A synthetic", b"Another synthetic")
    files = summed({**small_files(), name: content})
    problems = verify(unpacked(tmp_path, files)).problems
    assert sum(p.code == "formats-disagree" for p in problems) == len(FORMATS)
    assert any(p.code == "digests-disagree" and p.location.source == DIGESTS for p in problems)


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
def test_a_missing_or_damaged_format_is_told_of(kind: Format, tmp_path: Path) -> None:
    names = list(kind.write(tables_of()))
    without = {name: text for name, text in small_files().items() if name != names[0]}
    assert "format-unreadable" in _codes(unpacked(tmp_path / "a", summed(without)))
    damaged = {**small_files(), names[0]: b"\xff\xfenothing of the kind"}
    found = set(_codes(unpacked(tmp_path / "b", summed(damaged))))
    assert found & {"format-unreadable", "formats-disagree"}


@pytest.mark.parametrize("times", [2, 2_000])
def test_rows_that_stand_more_than_once_are_found(times: int, tmp_path: Path) -> None:
    name = "jsonl/places.jsonl"
    files = summed({**small_files(), name: small_files()[name] * times})
    [problem] = verify(unpacked(tmp_path, files)).problems
    assert problem.location.source == "jsonl/"
    assert ("other rows" if times == 2 else "more than 1,003 rows of places") in problem.message


def test_a_list_of_withdrawn_ids_that_nobody_can_read_is_told_of(tmp_path: Path) -> None:
    files = summed({**small_files(), WITHDRAWN: b"resource,key,last_version,row\nnotes,N9,1,[]\n"})
    [problem] = verify(unpacked(tmp_path, files)).problems
    assert problem.code == "unreadable-lists"
    assert problem.message == f"{WITHDRAWN} cannot be read: a row of it is no object of texts."


def test_rules_are_checked_even_where_all_formats_agree(tmp_path: Path) -> None:
    wrong = with_cell("N1", "text", "A *star without a partner.")
    files = {**small_files(), **write_csv(wrong), DIGESTS: digests_bytes(wrong)}
    for kind in FORMATS:
        files |= kind.write(wrong)
    problems = verify(unpacked(tmp_path, summed(files))).problems
    assert [(p.code, p.severity, p.location.key, p.location.field) for p in problems] == [
        ("not-as-declared", "error", "", ""),
        ("markdown-unbalanced", "error", "N1", "text"),
    ]


def test_a_database_with_a_view_of_somebody_else_is_not_read(tmp_path: Path) -> None:
    name = "small-data.sqlite"
    (tmp_path / "x.sqlite").write_bytes(small_files()[name])
    connection = sqlite3.connect(tmp_path / "x.sqlite")
    connection.execute("CREATE VIEW v AS SELECT 1")
    connection.commit()
    connection.close()
    files = summed({**small_files(), name: (tmp_path / "x.sqlite").read_bytes()})
    problems = verify(unpacked(tmp_path / "r", files)).problems
    assert [p.code for p in problems] == ["format-unreadable"]
    assert "not those of the descriptor" in problems[0].message


def test_a_full_text_index_that_finds_other_words_is_found(tmp_path: Path) -> None:
    name = "small-data.sqlite"
    (tmp_path / "x.sqlite").write_bytes(small_files()[name])
    connection = sqlite3.connect(tmp_path / "x.sqlite")
    connection.execute(
        "INSERT INTO notes_fts (notes_fts, rowid, text) VALUES ('delete', 1, 'synthetic')"
    )
    connection.commit()
    connection.close()
    files = summed({**small_files(), name: (tmp_path / "x.sqlite").read_bytes()})
    assert _codes(unpacked(tmp_path / "r", files)) == ["format-unreadable"]


def test_a_descriptor_that_leads_out_is_refused(tmp_path: Path) -> None:
    wrong = small_files()["datapackage.json"].replace(b"tables/notes.csv", b"../../notes.csv")
    problems = verify(
        unpacked(tmp_path, summed({**small_files(), "datapackage.json": wrong}))
    ).problems
    assert any("../../notes.csv" in problem.message for problem in problems)


@pytest.mark.parametrize("path", [".lanzarote-writing.json", "tables/.x.csv", "tables/notes.exe"])
def test_a_table_that_is_no_csv_file_is_not_written_anywhere(path: str, tmp_path: Path) -> None:
    wrong = small_files()["datapackage.json"].replace(b"tables/notes.csv", path.encode())
    outside = tmp_path / "victim.csv"
    outside.write_text("kept")
    (tmp_path / ".victim.csv.new").write_text("lost")
    files = {**small_files(), "datapackage.json": wrong}
    files[path] = json.dumps([str(outside)]).encode()
    problems = verify(unpacked(tmp_path / "r", summed(files))).problems
    assert any("is no CSV file" in problem.message for problem in problems)
    assert outside.read_text() == "kept"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"resources": [{}]}'])
def test_a_broken_descriptor_is_a_problem_not_a_crash(content: bytes, tmp_path: Path) -> None:
    files = summed({**small_files(), "datapackage.json": content})
    result = verify(unpacked(tmp_path, files))
    assert result.version == ""
    assert result.problems


def test_a_missing_table_is_named_without_our_own_folders(tmp_path: Path) -> None:
    files = {n: c for n, c in small_files().items() if n != "tables/notes.csv"}
    messages = [p.message for p in verify(unpacked(tmp_path, summed(files))).problems]
    assert messages == ["The table tables/notes.csv is missing."]


def test_the_content_digest_does_not_depend_on_the_order_of_rows() -> None:
    table = tables_of()["notes"]
    turned = Table(table.resource, tuple(reversed(table.rows)))
    assert content_digest(turned) == content_digest(table)
    assert content_digest(CHANGED["notes"]) != content_digest(table)


def test_the_content_digest_can_be_counted_by_anybody() -> None:
    import hashlib

    import pandas

    frame = pandas.read_csv(
        Path(__file__).parent / "data/release/small/tables/places.csv",
        dtype=str,
        keep_default_na=False,
    )
    lines = [list(row) for row in frame.itertuples(index=False)]
    texts = [json.dumps(x, ensure_ascii=False, separators=(",", ":")) for x in lines]
    head = json.dumps(list(frame.columns), ensure_ascii=False, separators=(",", ":"))
    text = "".join(f"{line}\n" for line in [head, *sorted(texts)])
    listed = json.loads(small_files()[DIGESTS])["tables"]["places"]
    assert listed == {"rows": 3, "sha256": hashlib.sha256(text.encode()).hexdigest()}
