"""The folder to drop workbooks into: what is imported, what is not, and what lies in ``out``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lanzarote_data.cli.watch_command import INTERVAL, look
from lanzarote_data.cli.watch_command import run as run_watch
from lanzarote_data.model.errors import BusyError
from lanzarote_data.model.package import Package
from lanzarote_data.store.history import read_history
from lanzarote_data.store.lock import locked
from lanzarote_data.store.tables import read_tables, write_tables
from lanzarote_data.validate.package import validate_package
from lanzarote_data.workbook import watch
from lanzarote_data.workbook.layout import view_named
from lanzarote_data.workbook.watch import WatchedFolder
from lanzarote_data.workbook.write import workbook_bytes
from tests.packages import copy_package, edited
from tests.workbooks import edit, make, put, remove, tables_bytes, take

ROW = "R2-BEL-II-1"


@pytest.fixture
def package(tmp_path: Path) -> Package:
    return copy_package("tiny", tmp_path / "package")


@pytest.fixture
def folder(tmp_path: Path) -> WatchedFolder:
    watched = WatchedFolder(tmp_path / "shared")
    watched.make()
    return watched


def drop(package: Package, folder: WatchedFolder, *edits: Callable[[Any], None]) -> Path:
    """A workbook of Belgium in the folder, with edits."""
    path = folder.inbox / "BEL (Anna).xlsx"
    path.write_bytes(make(package).read_bytes())
    return edit(path, *edits) if edits else path


def topic(text: str | None) -> Callable[[Any], None]:
    return put("Recommendations", ROW, "Sub-heading", text)


def names(folder: WatchedFolder) -> set[str]:
    return {path.name for path in folder.outbox.iterdir()}


def test_a_plain_workbook_is_imported_and_answered(
    package: Package, folder: WatchedFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    path = drop(package, folder, topic("A topic"))
    before = path.read_bytes(), path.stat().st_mtime_ns
    look(package, folder, "Anna")
    assert names(folder) == set()
    assert look(package, folder, "Anna") == ""
    assert names(folder) == {"BEL (Anna).xlsx.txt", "BEL.xlsx"}
    tables = read_tables(package).tables
    fresh = (folder.outbox / "BEL.xlsx").read_bytes()
    assert fresh == workbook_bytes(tables, view_named("BEL"))
    receipt = folder.receipt_path(path).read_text()
    assert "now: A topic" in receipt
    assert "topic" not in receipt.replace("A topic", "")  # people know the titles of columns
    assert [one.by for one in read_history(package).hand_ins] == ["Anna"]
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    capsys.readouterr()
    for again in (folder, WatchedFolder(folder.inbox.parent)):
        look(package, again, "Anna")
        look(package, again, "Anna")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("view", ["BEL", "ALL"])
def test_a_warning_that_the_tables_had_before_prevents_nothing(
    package: Package, folder: WatchedFolder, view: str
) -> None:
    tables = read_tables(package).tables
    with locked(package):
        write_tables(package, edited(tables, "documents", "R2-BEL-FACTSHEET", number=""))
    assert [problem.severity for problem in validate_package(package.path)] == ["warning"]
    row = {"BEL": ROW, "ALL": "R2-ALL-II-3"}[view]
    path = folder.inbox / "plain.xlsx"
    path.write_bytes(make(package, view).read_bytes())
    edit(path, put("Recommendations", row, "Sub-heading", "A topic"))
    look(package, folder, "")
    look(package, folder, "")
    assert names(folder) == {"plain.xlsx.txt", f"{view}.xlsx"}


@pytest.mark.parametrize(
    ("mine", "others"),
    [
        (topic("=1+1"), None),
        (remove("Observations", "R2-BEL-III-o1"), None),
        (put("Recommendations", "R2-BEL-II-2", "Lead-in", None), None),
        (lambda book: book.create_sheet("Remarks").append(["A remark."]), None),
        (topic("A topic"), topic("Another topic")),
    ],
    ids=["error", "row deleted", "cell emptied", "warning", "conflict"],
)
def test_what_is_not_plain_is_answered_with_a_review_and_changes_nothing(
    package: Package,
    folder: WatchedFolder,
    mine: Callable[[Any], None],
    others: Callable[[Any], None] | None,
) -> None:
    drop(package, folder, mine)
    if others:
        take(package, edit(make(package), others))
    before = tables_bytes(package)
    look(package, folder, "")
    look(package, folder, "")
    assert tables_bytes(package) == before
    assert names(folder) == {"BEL (Anna).xlsx.txt", "BEL (Anna).review.xlsx"}


def test_a_receipt_says_where_two_texts_disagree_and_whose_they_are(
    package: Package, folder: WatchedFolder
) -> None:
    path = drop(package, folder, topic("A topic"))
    take(package, path)
    edit(path, topic("Another topic"))
    look(package, folder, "")
    look(package, folder, "")
    receipt = folder.receipt_path(path).read_text()
    assert "Recommendations!F2, Sub-heading: " in receipt
    assert "This workbook, or a copy of it, changed" in receipt  # and no second person


def test_a_file_that_is_no_workbook_gets_a_receipt(package: Package, folder: WatchedFolder) -> None:
    (folder.inbox / "notes.docx").write_bytes(b"notes")
    look(package, folder, "")
    look(package, folder, "")
    assert names(folder) == {"notes.docx.txt"}


def test_files_that_are_open_unfinished_or_links_wait(
    package: Package, folder: WatchedFolder
) -> None:
    path = drop(package, folder, topic("A topic"))
    mark = folder.inbox / f"~${path.name}"
    mark.touch()
    (folder.inbox / "download.xlsx.part").write_bytes(b"PK")
    (folder.inbox / "link.xlsx").symlink_to(make(package))
    for _ in range(3):
        look(package, folder, "")
    assert names(folder) == set()
    mark.unlink()
    look(package, folder, "")
    assert "BEL.xlsx" in names(folder)
    edit(path, topic("Another topic"))
    look(package, folder, "")
    edit(path, put("Recommendations", "R2-BEL-II-2", "Sub-heading", "A topic"))
    look(package, folder, "")
    assert len(read_history(package).hand_ins) == 1  # it was saved again and again


def test_what_cannot_be_done_now_is_said_and_done_later(
    package: Package, folder: WatchedFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(package, folder, topic("A topic"))
    look(package, folder, "")

    def busy(*_: object) -> None:
        raise BusyError("Another program is working on the package.")

    with monkeypatch.context() as patch:
        patch.setattr(watch, "locked", busy)
        assert "Another program" in look(package, folder, "")
    assert names(folder) == set()
    away = folder.inbox.rename(folder.inbox.with_name("away"))
    assert str(folder.inbox) in look(package, folder, "")
    away.rename(folder.inbox)
    look(package, folder, "")
    assert look(package, folder, "") == ""
    assert "BEL.xlsx" in names(folder)


def test_the_command_looks_again_until_it_is_stopped(
    package: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    def stop_at_last(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("lanzarote_data.cli.watch_command.sleep", stop_at_last)
    from lanzarote_data.cli import parser

    arguments = ["watch", str(tmp_path / "shared"), "--package", str(package.folder)]
    drop(package, _made(tmp_path / "shared"), topic("A topic"))
    assert run_watch(parser("watch").parse_args(arguments)) == 0
    assert slept == [INTERVAL] * 3
    assert (tmp_path / "shared" / "out" / "BEL.xlsx").is_file()


def _made(folder: Path) -> WatchedFolder:
    watched = WatchedFolder(folder)
    watched.make()
    return watched
