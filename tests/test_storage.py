"""Canonical CSV: read, and written all or none."""

from __future__ import annotations

import multiprocessing
import tempfile
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lanzarote_data import atomic, holding, storage
from lanzarote_data.atomic import JOURNAL, write_file
from lanzarote_data.errors import StorageError
from lanzarote_data.holding import locked
from lanzarote_data.storage import (
    canonical_problems,
    read_table,
    read_tables,
    table_text,
    withdrawn_ids,
    write_tables,
)
from lanzarote_data.tables import Table, Tables
from lanzarote_data.values import canonical_text
from tests.packages import ROOT, copy_package, edited, own_tables, tiny_tables, without

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"))).map(canonical_text)


def snapshot(folder: Path) -> dict[str, bytes]:
    """The bytes of all tables."""
    return {path.name: path.read_bytes() for path in sorted((folder / "tables").iterdir())}


def twice_edited(tables: Tables) -> Tables:
    """The tables with an edit in each of two files."""
    tables = edited(tables, "parties", "BEL", name="Belgium, changed")
    return edited(tables, "observations", "R2-BEL-II-o1", text="A changed fact.[^1]")


def test_our_own_tables_are_in_canonical_form() -> None:
    for name, table in own_tables().in_order().items():
        on_disk = (ROOT / "tables" / f"{name}.csv").read_bytes()
        assert on_disk == table_text(table).encode("utf-8"), name


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=5))
def test_any_text_goes_round(pairs: list[tuple[str, str]]) -> None:
    resource = tiny_tables()["parties"].resource
    rows = tuple(
        {"party_id": str(i), "name": a, "name_in_sentence": b, "council_of_europe_member": ""}
        for i, (a, b) in enumerate(pairs)
    )
    text = table_text(Table(resource, rows))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "parties.csv"
        path.write_bytes(text.encode("utf-8"))
        table, problems = storage.read_table(resource, path)
    assert problems == []
    assert table.rows == rows


def test_a_row_is_placed_at_the_line_where_it_begins(tmp_path: Path) -> None:
    package = copy_package("tiny", tmp_path)
    table, _ = read_table(
        package.resource("recommendations"), tmp_path / "tables/recommendations.csv"
    )
    places = {table.key(row)[0]: s.line for row, s in zip(table.rows, table.sources, strict=True)}
    assert places["R2-BEL-II-2"] == 3
    assert places["R2-ALL-II-3"] == 6


def test_namibia_and_other_words_that_programs_take_for_nothing_stay(tmp_path: Path) -> None:
    package = copy_package("tiny", tmp_path)
    tables = edited(read_tables(package).tables, "parties", "BEL", name="NA")
    write_tables(package, tables)
    assert read_tables(package).tables.find("parties", "BEL") == tables.find("parties", "BEL")


def test_writing_what_is_there_already_writes_nothing(tmp_path: Path) -> None:
    package = copy_package("tiny", tmp_path)
    before = snapshot(tmp_path)
    assert write_tables(package, read_tables(package).tables) == []
    assert snapshot(tmp_path) == before


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    package = copy_package("tiny", tmp_path)
    written = write_tables(package, twice_edited(read_tables(package).tables))
    assert [path.name for path in written] == ["parties.csv", "observations.csv"]
    assert read_tables(package).tables == twice_edited(tiny_tables())


def _long(tables: Tables, count: int) -> Tables:
    """The tables with this many observations."""
    row = tables.rows("observations")[0]
    rows = tuple({**row, "observation_id": f"R2-BEL-II-o{i:06}"} for i in range(count))
    return tables.with_table(Table(tables["observations"].resource, rows)).in_order()


def test_a_long_table_is_never_in_memory_as_one_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = copy_package("tiny", tmp_path)
    tables = _long(read_tables(package).tables, 20_000)
    fewer = _long(tables, 19_990)
    assert tables["observations"].by_key.keys() > fewer["observations"].by_key.keys()
    monkeypatch.setattr(Tables, "in_order", lambda self: self)  # sorting is another matter
    tracemalloc.start()
    write_tables(package, tables)
    write_tables(package, fewer)
    assert canonical_problems(package, fewer) == []
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    size = (tmp_path / "tables" / "observations.csv").stat().st_size
    assert peak < size / 2
    gone = {row["observation_id"] for row in tiny_tables().rows("observations")}
    gone |= {f"R2-BEL-II-o{i:06}" for i in range(19_990, 20_000)}
    assert withdrawn_ids(package) == gone


def test_the_pieces_of_a_table_are_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    table = _long(tiny_tables(), 7)["observations"]
    whole = table_text(table)
    for rows_at_a_time in (1, 2, 7, 8):
        monkeypatch.setattr(storage, "ROWS_AT_A_TIME", rows_at_a_time)
        assert table_text(table) == whole
    assert whole.count("\n") == 8


def test_a_write_that_was_cut_off_after_its_journal_is_finished_by_the_next_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = copy_package("tiny", tmp_path)
    tables = read_tables(package).tables
    monkeypatch.setattr(atomic, "_put_in_place", lambda *_: None)
    write_tables(package, twice_edited(tables))
    monkeypatch.undo()
    assert (tmp_path / JOURNAL).exists()
    assert read_tables(package).tables == twice_edited(tables)
    assert not (tmp_path / JOURNAL).exists()


def test_a_journal_that_names_a_file_outside_is_refused(tmp_path: Path) -> None:
    package = copy_package("tiny", tmp_path)
    (tmp_path / JOURNAL).write_text('{"../.elsewhere.csv.1.new": "../elsewhere.csv"}')
    (tmp_path.parent / ".elsewhere.csv.1.new").write_text("x")
    with pytest.raises(StorageError):
        read_tables(package)
    assert not (tmp_path.parent / "elsewhere.csv").exists()


def _hold(folder: str, taken: object, release: object) -> None:
    from lanzarote_data.package import load_package

    with locked(load_package(Path(folder))):
        taken.set()  # type: ignore[attr-defined]
        release.wait(30)  # type: ignore[attr-defined]


def test_a_second_writer_is_refused_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = copy_package("tiny", tmp_path)
    context = multiprocessing.get_context("spawn")
    taken, release = context.Event(), context.Event()
    holder = context.Process(target=_hold, args=(str(tmp_path), taken, release))
    holder.start()
    try:
        assert taken.wait(30)
        monkeypatch.setattr(holding, "PATIENCE", 0.2)
        with pytest.raises(StorageError, match="Another program is working"), locked(package):
            pass
    finally:
        release.set()
        holder.join(30)
    with locked(package):
        assert holder.exitcode == 0


def test_a_missing_table_and_one_in_another_encoding_are_refused(tmp_path: Path) -> None:
    package = copy_package("tiny", tmp_path)
    path = tmp_path / "tables" / "parties.csv"
    path.write_bytes(path.read_bytes().replace(b"Finland", b"Finl\xe4nd"))
    with pytest.raises(StorageError, match="is not UTF-8 text: byte"):
        read_tables(package)
    path.unlink()
    with pytest.raises(StorageError, match="is missing"):
        read_tables(package)


def test_deleting_a_row_deletes_its_line(tmp_path: Path) -> None:
    package = copy_package("tiny", tmp_path)
    tables = without(read_tables(package).tables, "citations", "R2-BEL-II-o1.1")
    write_tables(package, tables)
    assert b"R2-BEL-II-o1.1," not in (tmp_path / "tables/citations.csv").read_bytes()


def test_a_file_is_replaced_or_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "folder" / "a.txt"
    write_file(path, b"one")
    write_file(path, b"two")
    assert path.read_bytes() == b"two"

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(StorageError, match="cannot be written: the disk is full"):
        write_file(path, b"three")
    assert path.read_bytes() == b"two"
    assert [p.name for p in path.parent.iterdir()] == ["a.txt"]
