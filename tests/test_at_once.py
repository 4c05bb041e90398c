"""Two programs at once on one package: one waits or is refused, and nothing interleaves.

One of the two runs in a process of its own and stops at a chosen place, so that what the other
does falls into just that moment.
"""

from __future__ import annotations

import importlib
import multiprocessing
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pytest

from lanzarote_data.cli import main
from lanzarote_data.model.package import Package
from lanzarote_data.model.tables import Tables
from lanzarote_data.store import atomic, lock
from lanzarote_data.store.descriptor import load_package
from lanzarote_data.store.lock import locked
from lanzarote_data.store.tables import read_tables, write_tables
from lanzarote_data.validate.package import validate_package
from lanzarote_data.workbook import exports
from lanzarote_data.workbook.edits import read_edits
from lanzarote_data.workbook.exports import export_workbook
from lanzarote_data.workbook.layout import rows_of, view_named
from lanzarote_data.workbook.status import workbook_status
from tests.packages import DATA, copy_package
from tests.test_storage import twice_edited
from tests.workbooks import edit, make, put

pytestmark = pytest.mark.slow

SPAWN = multiprocessing.get_context("spawn")
BEFORE_WRITING = "lanzarote_data.workbook.imports.write_tables"
BEFORE_JOURNAL = "lanzarote_data.store.atomic._write_journal"
BETWEEN_TABLES = "between"


def _stop_at(place: str, reached: Event, go: Event) -> None:
    """Stop before the function of that name is called first, or after the first table changed."""
    owner, name = (Path, "replace") if place == BETWEEN_TABLES else _function(place)
    real = getattr(owner, name)

    def stopping(*arguments: Any, **settings: Any) -> Any:
        done = None
        if place == BETWEEN_TABLES:
            done = real(*arguments, **settings)
            if Path(arguments[1]).suffix != ".csv":
                return done
        if not reached.is_set():
            reached.set()
            assert go.wait(120)
        return done if place == BETWEEN_TABLES else real(*arguments, **settings)

    setattr(owner, name, stopping)


def _function(place: str) -> tuple[Any, str]:
    module, _, name = place.rpartition(".")
    return importlib.import_module(module), name


def _stopping_command(place: str, arguments: list[str], reached: Event, go: Event) -> None:
    _stop_at(place, reached, go)
    raise SystemExit(main(arguments))


@contextmanager
def stopped(package: Package, place: str, *arguments: str) -> Iterator[Event]:
    """A command that has come to a place and stops there until the event is set; it succeeds."""
    reached, go = SPAWN.Event(), SPAWN.Event()
    given = [*arguments, "--package", str(package.folder)]
    process = SPAWN.Process(target=_stopping_command, args=(place, given, reached, go))
    process.start()
    try:
        assert reached.wait(120)
        yield go
    finally:
        go.set()
        process.join(120)
    assert process.exitcode == 0


def call(package: Package, *arguments: str) -> int:
    """Run the other command here."""
    return main([*arguments, "--package", str(package.folder)])


def two_workbooks(package: Package) -> list[str]:
    """Workbooks of two Parties, each with an edit in observations and one in recommendations."""
    paths = []
    for name in ("BEL", "FIN"):
        path = edit(
            make(package, name),
            put("Observations", f"R2-{name}-II-o1", "Text", f"By {name}.[^1]"),
        )
        paths.append(str(path))
    return paths


def texts(package: Package) -> set[str]:
    return {row["text"] for row in read_tables(package).tables.rows("observations")}


@pytest.mark.parametrize("place", [BEFORE_WRITING, BEFORE_JOURNAL, BETWEEN_TABLES])
def test_a_second_import_waits_for_the_first(package: Package, place: str) -> None:
    first, second = two_workbooks(package)
    with stopped(package, place, "import", first) as go:
        threading.Timer(1.0, go.set).start()
        assert call(package, "import", second) == 0
    assert {"By BEL.[^1]", "By FIN.[^1]"} <= texts(package)
    assert validate_package(package.folder) == []


@pytest.mark.parametrize("second", ["import", "ingest", "build", "export", "validate"])
def test_others_are_refused_while_an_import_goes_on_for_long(
    package: Package,
    second: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    first, other = two_workbooks(package)
    source = str(DATA / "factsheets" / "belgium-2023-05-25.md")
    more = {"import": [other], "ingest": [source]}.get(second, [])
    monkeypatch.setattr(lock, "PATIENCE", 0.3)
    with stopped(package, BETWEEN_TABLES, "import", first):
        assert call(package, second, *more) == 2
        said = capsys.readouterr().err
        assert "Another program is working on the package" in said
        assert "Wait until it has finished" in said
    assert "By BEL.[^1]" in texts(package)
    assert "By FIN.[^1]" not in texts(package)
    assert validate_package(package.folder) == []


@pytest.mark.parametrize(("first", "second"), [("build", "import"), ("export", "build")])
def test_who_makes_workbooks_is_not_disturbed(
    package: Package,
    first: str,
    second: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A build must not put back the tables of before an import, nor two write one workbook."""
    path, _ = two_workbooks(package)
    Path(path).rename(package.folder / "edited.xlsx")
    more = [str(package.folder / "edited.xlsx")] if second == "import" else []
    (package.folder / "workbooks" / "FIN.xlsx").unlink()
    monkeypatch.setattr(lock, "PATIENCE", 0.3)
    with stopped(package, "lanzarote_data.workbook.exports.check_round_trip", first):
        assert call(package, second, *more) == 2
        assert "Another program is working on the package" in capsys.readouterr().err
    assert call(package, second, *more) == 0


@pytest.mark.parametrize("place", [BEFORE_WRITING, BEFORE_JOURNAL])
def test_who_reads_before_a_change_counts_reads_what_was(package: Package, place: str) -> None:
    first, _ = two_workbooks(package)
    old = read_tables(package).tables
    with stopped(package, place, "import", first):
        assert read_tables(package).tables == old
        assert [p.code for p in validate_package(package.folder)] == []
        assert call(package, "status") == 0


def test_who_reads_while_tables_are_replaced_waits(
    package: Package, capsys: pytest.CaptureFixture[str]
) -> None:
    with locked(package):
        write_tables(package, read_tables(package).tables)
    first, _ = two_workbooks(package)
    with stopped(package, BETWEEN_TABLES, "import", first) as go:
        threading.Timer(1.0, go.set).start()
        assert call(package, "status") == 0
    assert "cut off" not in capsys.readouterr().err
    assert "By BEL.[^1]" in texts(package)


def test_an_export_elsewhere_is_of_one_state_while_an_import_goes_on(
    package: Package, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first, _ = two_workbooks(package)
    old, out = read_tables(package).tables, tmp_path_factory.mktemp("out")
    place = "lanzarote_data.workbook.exports.check_round_trip"
    with stopped(package, place, "export", "--out", str(out)):
        assert call(package, "import", first) == 0
        assert "By BEL.[^1]" in texts(package)
    for name in ("ALL", "BEL", "FIN"):
        edits = read_edits(out / f"{name}.xlsx", old)
        assert edits.base == rows_of(old, view_named(name)), name
        assert edits.theirs == edits.base, name


def test_a_release_is_of_one_state_while_an_import_goes_on(
    package: Package, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first, _ = two_workbooks(package)
    out = tmp_path_factory.mktemp("out")
    place = "lanzarote_data.release.build.release_files"
    arguments = ("release", "2026.1", "--date", "2026-11-01", "--out", str(out))
    with stopped(package, place, *arguments):
        assert call(package, "import", first) == 0
    assert main(["verify", str(next(out.iterdir()))]) == 0
    other = tmp_path_factory.mktemp("other")
    copy_package("tiny", other)
    assert call(load_package(other), *arguments[:-1], str(other / "out")) == 0
    of_old = next((other / "out").iterdir())
    assert next(out.iterdir()).read_bytes() == of_old.read_bytes()


def test_a_workbook_that_is_saved_while_it_is_made_anew_is_kept(
    package: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(package)
    with locked(package):
        write_tables(package, twice_edited(read_tables(package).tables))
    real = exports.check_round_trip

    def save_meanwhile(*arguments: Any) -> None:
        real(*arguments)
        edit(path, put("Observations", "R2-BEL-II-o1", "Text", "Just saved.[^1]"))

    monkeypatch.setattr(exports, "check_round_trip", save_meanwhile)
    tables = read_tables(package).tables
    exported = export_workbook(tables, view_named("BEL"), path.parent)
    assert (exported.state, exported.reason) == ("kept", "somebody has just saved it")
    assert workbook_status(path, tables).state.startswith("edited")
    assert [p.name for p in path.parent.iterdir()] == ["BEL.xlsx"]


def _write_to_and_fro(folder: str, stop: Event) -> None:
    package = load_package(Path(folder))
    one = read_tables(package).tables
    other = twice_edited(one)
    while not stop.is_set():
        for tables in (other, one):
            with locked(package):
                write_tables(package, tables)
                assert read_tables(package).tables == tables


def test_readers_see_one_state_and_no_change_is_lost_while_others_write(package: Package) -> None:
    """Whoever meets a change that is not complete must not complete another one instead."""
    one = read_tables(package).tables
    other = twice_edited(one)
    stop = SPAWN.Event()
    writers = [
        SPAWN.Process(target=_write_to_and_fro, args=(str(package.folder), stop)) for _ in range(2)
    ]
    for writer in writers:
        writer.start()
    seen: list[Tables] = []
    try:
        while len(seen) < 100:
            tables = _patiently(package)
            assert tables in (one, other)
            seen.append(tables)
    finally:
        stop.set()
        for writer in writers:
            writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert not atomic.is_unfinished(package.folder)


def _patiently(package: Package) -> Tables:
    """The tables; a reader that found them always changing tries again, as it is told."""
    from lanzarote_data.model.errors import StorageError

    for _ in range(50):
        try:
            return read_tables(package).tables
        except StorageError as reason:
            assert "being changed" in str(reason)
    raise AssertionError("the tables never held still")
