"""A release: the same everywhere, and every format readable by the programs that it is for."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lanzarote_data.formats.matrix import EVERY_PARTY
from lanzarote_data.release.digests import SUMS
from tests.packages import tables_of as rows_as_tables
from tests.release_support import REPOSITORY, SMALL, made, small_files, tables_of, unpacked

pytest.importorskip("pyarrow", reason="the extra 'release' is not installed")

_MAKE = """
import os, sys, time_machine
real_listdir, real_scandir = os.listdir, os.scandir
os.listdir = lambda *a: sorted(real_listdir(*a), reverse=sys.argv[1] == "z")
from lanzarote_data.cli import main
with time_machine.travel(sys.argv[2]):
    sys.exit(main(["release", "2026.1", "--out", sys.argv[3]]))
"""


def _made_elsewhere(folder: Path, order: str, day: str, environment: Mapping[str, str]) -> bytes:
    shutil.copytree(SMALL, folder / "package")
    call = [sys.executable, "-c", _MAKE, order, day, str(folder / "out")]
    settings = {**os.environ, "PYTHONPATH": str(REPOSITORY), **environment}
    subprocess.run(call, cwd=folder / "package", env=settings, check=True, capture_output=True)
    return (folder / "out" / "small-data-2026.1.0.zip").read_bytes()


@pytest.mark.slow
def test_same_bytes_on_another_day_in_another_zone_locale_and_folder(tmp_path: Path) -> None:
    here = {"TZ": "America/Los_Angeles", "LC_ALL": "C", "PYTHONHASHSEED": "1"}
    there = {"TZ": "Asia/Kathmandu", "LC_ALL": "fr_FR.UTF-8", "PYTHONHASHSEED": "2"}
    one = _made_elsewhere(tmp_path / "a", "a", "2026-11-24T01:00:00Z", here)
    two = _made_elsewhere(tmp_path / "other place", "z", "2031-07-01T23:30:00Z", there)
    assert hashlib.sha256(one).hexdigest() == hashlib.sha256(two).hexdigest()


def test_the_order_of_rows_in_the_tables_does_not_matter() -> None:
    tables = tables_of()
    turned = rows_as_tables(
        tables.package, {name: tuple(reversed(table.rows)) for name, table in tables.items()}
    )
    assert made(turned) == small_files()


def test_sha256sum_agrees(tmp_path: Path) -> None:
    program = shutil.which("sha256sum")
    if not program:
        pytest.skip("there is no sha256sum here")
    folder = unpacked(tmp_path, small_files())
    subprocess.run([program, "--check", "--strict", "--quiet", SUMS], cwd=folder, check=True)


@pytest.fixture(scope="module")
def whole() -> dict[str, bytes]:
    """The release of the real tables."""
    return made(tables_of(REPOSITORY))


def test_sqlite_answers_a_question(whole: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_bytes(whole["lanzarote-data.sqlite"])
    connection = sqlite3.connect(tmp_path / "x.sqlite")
    connection.execute("PRAGMA foreign_keys = ON")
    question = """
        SELECT u.rank, u.urgency, count(*) FROM recommendations r JOIN urgencies u USING (urgency)
        GROUP BY u.urgency ORDER BY u.rank"""
    assert connection.execute(question).fetchall() == [
        (1, "require", 9),
        (2, "request", 11),
        (3, "invite", 56),
    ]
    found = connection.execute(
        "SELECT count(*) FROM recommendations_fts WHERE recommendations_fts MATCH 'helplines'"
    ).fetchone()[0]
    words = connection.execute(
        "SELECT count(*) FROM recommendations WHERE text LIKE '%helplines%'"
    ).fetchone()[0]
    assert found == words > 0
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        connection.execute("UPDATE recommendations SET chapter_id = 'R2-XX'")
        connection.commit()
    connection.close()


def test_datasette_opens_the_database_and_finds_its_search(tmp_path: Path) -> None:
    import asyncio

    app = pytest.importorskip("datasette.app")
    (tmp_path / "x.sqlite").write_bytes(small_files()["small-data.sqlite"])
    site = app.Datasette([str(tmp_path / "x.sqlite")], immutables=[])

    async def ask(path: str) -> dict[str, object]:
        answer = await site.client.get(path)
        assert answer.status_code == 200, answer.text
        content: dict[str, object] = answer.json()
        return content

    def asked(path: str) -> dict[str, object]:
        # In a thread of its own: a test that drives a browser leaves a loop running in this one.
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(asyncio.run, ask(path)).result()

    about = asked("/x.json")
    tables = {t["name"]: t for t in about["tables"]}  # type: ignore[attr-defined]
    assert tables["notes"]["fts_table"] == "notes_fts"
    assert tables["notes"]["foreign_keys"]["outgoing"][0]["other_table"] == "places"
    found = asked("/x/notes.json?_search=helplines&_shape=array")
    assert [row["note_id"] for row in found] == ["N1"]  # type: ignore[index]


def test_pandas_reads_parquet_with_types(tmp_path: Path) -> None:
    import pandas

    folder = unpacked(tmp_path, small_files())
    frame = pandas.read_parquet(folder / "parquet/notes.parquet", dtype_backend="pyarrow")
    kinds = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert kinds["share"] == "double[pyarrow]"
    assert kinds["checked"] == "bool[pyarrow]"
    assert kinds["day"] == "date32[day][pyarrow]"
    assert kinds["year"] == kinds["position"] == "int64[pyarrow]"
    assert kinds["text"] == "string[pyarrow]"
    assert frame["share"].isna().tolist() == [False, False, True, False, False]
    places = pandas.read_parquet(folder / "parquet/places.parquet")
    assert places["name"].tolist()[2] == "NA"


def test_polars_and_duckdb_read_parquet_with_types(tmp_path: Path) -> None:
    polars = pytest.importorskip("polars")
    duckdb = pytest.importorskip("duckdb")
    path = unpacked(tmp_path, small_files()) / "parquet/notes.parquet"
    schema = dict(polars.read_parquet(path).schema)
    assert schema["share"] == polars.Float64
    assert schema["checked"] == polars.Boolean
    assert schema["day"] == polars.Date
    assert schema["position"] == polars.Int64
    assert schema["text"] == polars.String
    columns = duckdb.sql(f"DESCRIBE SELECT * FROM '{path}'").fetchall()
    kinds = {name: kind for name, kind, *_ in columns}
    assert (kinds["share"], kinds["checked"]) == ("DOUBLE", "BOOLEAN")
    assert (kinds["day"], kinds["position"], kinds["text"]) == ("DATE", "BIGINT", "VARCHAR")
    assert duckdb.sql(f"SELECT sum(position) FROM '{path}'").fetchall() == [(80,)]


def test_csv_for_excel_runs_nothing() -> None:
    text = small_files()["csv-for-excel/notes.csv"]
    assert text.startswith(b'\xef\xbb\xbf"note_id",')
    assert b"'=1+1 is text" in text
    assert b',"\'-5 is text as well",' in text
    assert b',"-0.1",' in text
    assert b"\n'" not in text


def test_json_lines_have_types() -> None:
    lines = small_files()["jsonl/notes.jsonl"].decode().split("\n")
    third, fourth = json.loads(lines[2]), json.loads(lines[3])
    assert (third["share"], third["checked"]) == (None, None)
    assert (fourth["share"], fourth["checked"], fourth["year"]) == (-0.1, True, 2024)


def test_the_workbook_hides_nothing_and_shows_who_is_addressed(
    whole: dict[str, bytes], tmp_path: Path
) -> None:
    import openpyxl

    path = tmp_path / "x.xlsx"
    path.write_bytes(whole["lanzarote-data.xlsx"])
    book = openpyxl.load_workbook(path)
    assert {sheet.sheet_state for sheet in book.worksheets} == {"visible"}
    hidden = [c for s in book.worksheets for c, d in s.column_dimensions.items() if d.hidden]
    assert hidden == []
    sheet = book["Where addressed"]
    header, *rows = sheet.iter_rows(values_only=True)
    assert header[:5] == ("Recommendation", "Chapter", "Text", EVERY_PARTY, "Belgium")
    marks = {row[0]: row[3:5] for row in rows}
    assert marks["II-1"] == (None, "invite")
    assert marks["II-4"] == ("invite", None)


def test_the_dictionary_and_readme_tell_of_every_table_and_column(
    whole: dict[str, bytes],
) -> None:
    package = tables_of(REPOSITORY).package
    markdown = whole["dictionary/data-dictionary.md"].decode().replace("\\", "")
    page = whole["dictionary/data-dictionary.html"].decode()
    readme = whole["README.md"].decode()
    for resource in package.resources:
        assert f"`{resource.name}`" in readme
        for field in resource.fields:
            assert f"| {field.name} | {field.title} |" in markdown
            assert f"<code>{field.name}</code>" in page
    for licence in package.descriptor["licenses"]:
        assert licence["title"] in readme


def test_nothing_of_this_machine_is_in_a_release(whole: dict[str, bytes]) -> None:
    for name, content in whole.items():
        assert str(REPOSITORY).encode() not in content, name
