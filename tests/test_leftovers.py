"""What a program that was stopped has left, and files that another program has open."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lanzarote_data.cli import main
from lanzarote_data.model.package import Package
from lanzarote_data.store import atomic, lock
from lanzarote_data.store.atomic import JOURNAL, write_file
from lanzarote_data.store.lock import LOCK, locked
from lanzarote_data.store.tables import read_tables, write_tables
from lanzarote_data.validate.package import validate_package
from tests.packages import tiny_tables
from tests.test_storage import twice_edited
from tests.workbooks import edit, make, put

pytestmark = pytest.mark.slow

LEFT = ".citations.csv.0123456789ab.new"


def aged(*paths: Path) -> None:
    """Let files be as old as only those are whose writer is dead."""
    for path in paths:
        os.utime(path, (0, 0))


def cut_off(package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave a change that counts and is not made."""
    with monkeypatch.context() as patched:
        patched.setattr(atomic, "_put_in_place", lambda *_: None)
        with locked(package):
            write_tables(package, twice_edited(read_tables(package).tables))
    assert (package.folder / JOURNAL).exists()


def test_a_temporary_file_that_was_left_is_told_and_then_deleted(
    package: Package, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (package.folder / "tables" / LEFT, package.folder / f".{JOURNAL}.0123456789ab.new"):
        path.write_bytes(b"party_id,na")
        aged(path)
    problems = validate_package(package.folder)
    assert [p.code for p in problems] == ["left-over-file"] * 2
    assert f"tables/{LEFT}" in {p.location.source for p in problems}
    assert main(["build", "--package", str(package.folder)]) == 0
    assert "was left by a program that was stopped" in capsys.readouterr().err
    assert validate_package(package.folder) == []
    assert not list(package.folder.rglob(".*.new"))


def test_files_of_others_are_no_leftovers(package: Package) -> None:
    own = package.folder / "tables" / ".of mine.new"
    own.write_text("mine")
    assert validate_package(package.folder) == []
    with locked(package):
        assert own.exists()


def test_a_temporary_file_in_use_is_left_alone(package: Package) -> None:
    paths = [package.folder / "tables" / LEFT, package.folder / f".a.txt{LEFT[-17:]}"]
    for path in paths:
        path.write_bytes(b"begun")
    assert validate_package(package.folder) == []
    with locked(package):
        write_file(package.folder / "a.txt", b"another writer")
    assert all(path.exists() for path in paths)
    aged(*paths)
    write_file(package.folder / "a.txt", b"another writer")
    assert [path.exists() for path in paths] == [True, False]


def test_a_lock_file_that_was_left_stops_nobody(package: Package) -> None:
    (package.folder / LOCK).write_text("12345")
    path = edit(make(package), put("Observations", "R2-BEL-II-o1", "Text", "A fact.[^1]"))
    assert main(["import", str(path), "--package", str(package.folder)]) == 0
    assert validate_package(package.folder) == []


@pytest.mark.parametrize("command", ["validate", "status", "build", "export"])
def test_a_change_that_was_cut_off_is_completed_and_told(
    package: Package,
    command: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    cut_off(package, monkeypatch)
    assert main([command, "--package", str(package.folder)]) == 0
    assert "earlier change of the tables was cut off; it is complete" in capsys.readouterr().err
    assert read_tables(package).tables == twice_edited(tiny_tables())


def _damaged(folder: Path) -> None:
    (folder / JOURNAL).write_text('[{"target": "tables/par')


def _of_another_kind(folder: Path) -> None:
    (folder / JOURNAL).write_text('{"a": 1}')


def _without_its_file(folder: Path) -> None:
    for path in (folder / "tables").glob(".parties.csv.*.new"):
        path.unlink()


def _with_half_its_file(folder: Path) -> None:
    for path in (folder / "tables").glob(".parties.csv.*.new"):
        path.write_bytes(path.read_bytes()[:20])


@pytest.mark.parametrize(
    ("command", "damage"),
    [
        ("validate", _damaged),
        ("status", _of_another_kind),
        ("import", _without_its_file),
        ("build", _with_half_its_file),
        ("export", _damaged),
    ],
)
def test_a_change_that_cannot_be_completed_is_told_and_nothing_is_touched(
    package: Package,
    command: str,
    damage: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = make(package)
    cut_off(package, monkeypatch)
    damage(package.folder)
    before = {p.name: p.read_bytes() for p in (package.folder / "tables").iterdir()}
    more = [str(path)] if command == "import" else []
    assert main([command, *more, "--package", str(package.folder)]) == 2
    said = capsys.readouterr().err
    assert "was cut off and cannot be finished" in said
    assert f"delete {package.folder / JOURNAL}" in said
    assert {p.name: p.read_bytes() for p in (package.folder / "tables").iterdir()} == before
    (package.folder / JOURNAL).unlink()  # as it says
    assert main(["build", "--package", str(package.folder)]) == 0


def test_what_was_put_in_place_already_is_known_by_its_content(
    package: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off(package, monkeypatch)
    entry = json.loads((package.folder / JOURNAL).read_text())[0]
    (package.folder / entry["temporary"]).replace(package.folder / entry["target"])
    assert read_tables(package).tables == twice_edited(tiny_tables())
    assert not (package.folder / JOURNAL).exists()


def refuse_to_write(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let the folder be for reading only, whoever runs the tests."""
    real = os.open

    def call(path: object, flags: int, *rest: object, **named: object) -> int:
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if writes and str(path).startswith(str(folder)):
            raise OSError(30, "Read-only file system", str(path))
        return real(path, flags, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", call)


def test_a_folder_for_reading_only_can_be_validated(
    package: Package, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refuse_to_write(monkeypatch, package.folder)
    for command in ("validate", "status"):
        assert main([command, "--package", str(package.folder)]) == 0
    assert main(["build", "--package", str(package.folder)]) == 2
    assert "is on a disk that can only be read" in capsys.readouterr().err


def test_half_a_change_in_a_folder_for_reading_only_is_told(
    package: Package, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cut_off(package, monkeypatch)
    monkeypatch.setattr(lock, "PATIENCE", 0.5)
    refuse_to_write(monkeypatch, package.folder)
    assert main(["validate", "--package", str(package.folder)]) == 2
    said = capsys.readouterr().err
    assert "were left half changed by a program that was stopped" in said
    assert "where the folder may be written to" in said
    monkeypatch.undo()
    assert read_tables(package).tables == twice_edited(tiny_tables())


def hold_open(monkeypatch: pytest.MonkeyPatch, held: Path) -> None:
    """Let another program have a file open, as Windows knows it."""
    real = os.replace

    def call(source: Path, target: Path) -> None:
        if Path(target) == held:
            raise PermissionError(13, "The process cannot access the file", str(target))
        real(source, target)

    monkeypatch.setattr(os, "replace", call)


@pytest.mark.parametrize("command", ["export", "build"])
def test_a_workbook_that_excel_has_open_is_named_and_the_others_are_made(
    package: Package,
    command: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = make(package, "BEL")
    before = path.read_bytes()
    with locked(package):
        write_tables(package, twice_edited(read_tables(package).tables))
    with monkeypatch.context() as patched:
        hold_open(patched, path)
        assert main([command, "--package", str(package.folder)]) == 1
    said = capsys.readouterr().out
    assert f"{path}: NOT written, because another program (Excel, for one) has it open" in said
    assert path.read_bytes() == before
    assert {p.name for p in path.parent.iterdir()} == {"ALL.xlsx", "BEL.xlsx", "FIN.xlsx"}
    assert main([command, "--package", str(package.folder)]) == 0
    assert path.read_bytes() != before


def test_a_factsheet_that_is_open_is_named_and_the_rest_is_made(
    package: Package, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = package.folder / "build" / "factsheets" / "BEL.html"
    with monkeypatch.context() as patched:
        hold_open(patched, path)
        assert main(["build", "--package", str(package.folder)]) == 1
    assert f"{path}: NOT written." in capsys.readouterr().out
    assert path.with_name("FIN.html").exists()
    assert main(["build", "--package", str(package.folder)]) == 0
    assert path.exists()


def test_a_table_that_is_open_stops_the_import_and_the_next_command_completes_it(
    package: Package, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = edit(make(package), put("Observations", "R2-BEL-II-o1", "Text", "A fact.[^1]"))
    held = package.folder / "tables" / "observations.csv"
    with monkeypatch.context() as patched:
        hold_open(patched, held)
        assert main(["import", str(path), "--package", str(package.folder)]) == 2
    said = capsys.readouterr().err
    assert str(held) in said
    assert "the next command finishes it" in said
    assert main(["validate", "--package", str(package.folder)]) == 0
    row = read_tables(package).tables.find("observations", "R2-BEL-II-o1")
    assert row and row["text"] == "A fact.[^1]"


@pytest.mark.parametrize("mark", ["~$BEL.xlsx", ".~lock.BEL.xlsx#"])
def test_the_file_that_marks_an_open_workbook_is_explained(
    package: Package, mark: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = make(package)
    (package.folder / "workbooks" / mark).write_bytes(b"\x05Somebody")
    for arguments in (["status"], ["import", str(path)]):
        assert main([*arguments, "--package", str(package.folder)]) == 0
        said = capsys.readouterr()
        assert "BEL.xlsx seems to be open in " in said.err
        assert f"delete the file {mark}" in said.err
        assert f"{mark}:" not in said.out
    assert main(["build", "--package", str(package.folder)]) == 0
