"""The log of hand-ins: what it says, what undo makes of it, and what a second hand-in comes to."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pandas import NA

import lanzarote_data as lz
from lanzarote_data.model.errors import HistoryError
from lanzarote_data.model.package import Package
from lanzarote_data.store.history import LOG, read_history
from lanzarote_data.store.tables import read_tables
from lanzarote_data.workbook.exports import export_workbook
from lanzarote_data.workbook.layout import view_named
from lanzarote_data.workbook.review import write_review
from lanzarote_data.workbook.status import workbook_status
from lanzarote_data.workbook.undo import undo
from tests.packages import copy_package
from tests.shell import Shell
from tests.workbooks import add, column, edit, line, make, put, remove, take

pytestmark = pytest.mark.slow

REC, OBS = "Recommendations", "Observations"
ROW = "R2-BEL-II-1"
TOPIC = ("recommendations", (ROW,), "topic")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    """A small package in a folder of its own, which is the current folder."""
    monkeypatch.chdir(tmp_path)
    return copy_package("tiny", tmp_path)


def topic(text: str | None, row: str = ROW) -> Callable[[Any], None]:
    return put(REC, row, "Sub-heading", text)


def files(package: Package) -> dict[str, bytes]:
    """All files in the folder of tables; without a list of withdrawn ids that is empty."""
    found = {path.name: path.read_bytes() for path in (package.folder / "tables").iterdir()}
    return {name: content for name, content in found.items() if content}


def copied(path: Path, name: str) -> Path:
    return Path(shutil.copy(path, path.with_name(name)))


def stored(package: Package, row: str = ROW) -> str:
    found = read_tables(package).tables.find("recommendations", row)
    assert found is not None
    return found["topic"]


# What the log says.


def test_an_import_is_recorded_with_who_when_from_what_and_what_changed(
    package: Package, shell: Shell
) -> None:
    path = edit(make(package), topic("A topic"))
    assert shell("import", str(path), "--by", "Ann")[0] == 0
    first = (package.folder / LOG).read_bytes()
    (entry,) = read_history(package).hand_ins
    assert (entry.sequence, entry.command, entry.by) == (1, "import", "Ann")
    assert (entry.workbook, entry.view) == ("BEL.xlsx", "BEL")
    assert len(entry.sha256) == len(entry.base) == 64
    edit(path, topic("A topic", "R2-BEL-II-2"))
    assert shell("import", str(path), "--by", "Ben")[0] == 0
    assert (package.folder / LOG).read_bytes().startswith(first)
    status, found = shell.json("history")
    assert (status, found["format"]) == (0, "lanzarote.history/1")
    assert [(one["sequence"], one["by"]) for one in found["imports"]] == [(1, "Ann"), (2, "Ben")]
    assert found["imports"][0]["time"].endswith("Z")
    assert found["imports"][0]["changes"] == [
        {"kind": "changed", "resource": "recommendations", "key": ROW, "field": "topic"}
        | {"old": "", "new": "A topic"}
    ]
    _, found = shell.json("history", "--row", "R2-BEL-II-2")
    assert [one["sequence"] for one in found["imports"]] == [2]


def test_the_user_of_the_system_is_who_it_is_if_nobody_is_named(
    package: Package, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "carla")
    shell("import", str(edit(make(package), topic("A topic"))))
    assert [one.by for one in read_history(package).hand_ins] == ["carla"]


def test_history_of_a_party_has_rows_that_are_gone_too(package: Package, shell: Shell) -> None:
    take(package, edit(make(package), remove(OBS, "R2-BEL-III-o1")))
    assert shell("history", "--party", "finland")[:2] == (0, "No import has changed FIN.\n")
    take(package, edit(make(package, "FIN"), topic("A topic", "R2-FIN-II-1")))
    found = shell.json("history", "--party", "Belgium")[1]["imports"]
    assert [(one["workbook"], len(one["changes"])) for one in found] == [("BEL.xlsx", 1)]
    assert shell("history", "--party", "XYZ")[0] == 2
    text = shell("history", "--party", "FIN")[1]
    assert "Recommendations R2-FIN-II-1, Sub-heading:" in text  # as sheets name it


def test_what_changed_nothing_is_not_recorded_else_a_line_of_json(
    package: Package,
) -> None:
    path = make(package)
    assert take(package, path).applied
    take(package, edit(path, topic("A topic")), dry_run=True)
    assert not (package.folder / LOG).exists()
    take(package, path)
    first = (package.folder / LOG).read_bytes()
    take(package, path)
    assert (package.folder / LOG).read_bytes() == first
    take(package, edit(make(package), topic("Two\nlines\u2028three")), by="Ann\n\x1b[31m")
    *_, found = (package.folder / LOG).read_bytes().rstrip(b"\n").split(b"\n")
    assert json.loads(found)["changes"][0]["new"] == "Two\nlines\u2028three"
    assert read_history(package).fault == ""


@pytest.mark.parametrize(
    "damage",
    [b"{\n", b"[]\n", b"\xff\xfe\n", b'{"sequence": 1}\n', b"[" * 100_000 + b"\n", b"{"],
)
def test_a_damaged_log_is_told_kept_and_stops_nothing(
    package: Package, damage: bytes, shell: Shell
) -> None:
    log = package.folder / LOG
    log.parent.mkdir()
    log.write_bytes(damage)
    path = edit(make(package), topic("A topic"))
    status, _, err = shell("import", str(path))
    assert (status, stored(package)) == (0, "A topic")
    assert err.count(LOG) == 1
    assert log.read_bytes().startswith(damage)
    assert [one.workbook for one in read_history(package).hand_ins] == ["BEL.xlsx"]
    assert LOG in shell("history")[2]


def _link(log: Path, outside: Path) -> None:
    log.symlink_to(outside / "secret")


def _folder_link(log: Path, outside: Path) -> None:
    log.parent.rmdir()
    log.parent.symlink_to(outside)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes, and links need a permission")
@pytest.mark.parametrize(
    "put_there",
    [_link, _folder_link, lambda log, _: os.mkfifo(log), lambda log, _: log.mkdir()],
    ids=["link", "folder that is a link", "pipe", "folder"],
)
def test_a_log_that_is_no_file_of_the_package_is_neither_read_nor_written(
    package: Package,
    tmp_path_factory: pytest.TempPathFactory,
    put_there: Callable[[Path, Path], object],
    shell: Shell,
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret").write_text("a secret\n")
    (outside / "imports.jsonl").write_text("a secret\n")
    log = package.folder / LOG
    log.parent.mkdir()
    put_there(log, outside)
    status, _, err = shell("import", str(edit(make(package), topic("A topic"))))
    assert (status, stored(package)) == (0, "A topic")
    assert LOG in err
    assert {path.read_text() for path in outside.iterdir()} == {"a secret\n"}
    assert "a secret" not in "".join(shell("history")[1:])


def test_analysts_get_the_history_as_a_frame(package: Package) -> None:
    assert lz.load(package.folder).history().empty
    take(package, *edits(package), by="Ann")
    frame = lz.load(package.folder).history()
    (topic_line,) = frame[frame.kind == "changed"].itertuples()
    assert (topic_line.sequence, topic_line.by, topic_line.key) == (1, "Ann", ROW)
    assert (topic_line.old is NA, topic_line.new) == (True, "A topic")
    assert str(frame.time.dt.tz) == "UTC"
    assert set(frame.kind) == {"added", "removed", "changed"}


# Undo.


def edits(package: Package) -> list[Path]:
    """An edit of each kind: a cell, a new row, and a deleted one."""
    texts = {"Text": "A synthetic fact.", "Chapter": "R2-III"}
    new = add(OBS, name="new 1", **texts)
    return [edit(make(package), topic("A topic"), new, remove(OBS, "R2-BEL-III-o1"))]


def test_an_import_its_undo_and_its_redo_give_the_tables_back_byte_for_byte(
    package: Package, shell: Shell
) -> None:
    before = files(package)
    outcome = take(package, *edits(package))
    assert {change.kind for change in outcome.changes} == {"added", "removed", "changed"}
    after = files(package)
    for number in (1, 2, 3):
        assert shell("undo", str(number))[0] == 0
        assert files(package) == (before if number % 2 else after)
    log = [(one.command, one.undoes) for one in read_history(package).hand_ins]
    assert log == [("import", ()), ("undo", (1,)), ("undo", (2,)), ("undo", (3,))]
    assert take(package, package.folder / "workbooks" / "BEL.xlsx").applied
    assert files(package) == after
    undo(package)
    added = next(change.key for change in outcome.changes if change.kind == "added")
    other = edit(make(package), add(OBS, Text="Another fact.", Chapter="R2-III"))
    assert added not in {change.key for change in take(package, other).changes}


def test_undo_without_a_number_reverses_the_last_import(package: Package, shell: Shell) -> None:
    path = edit(make(package), topic("A topic"))
    take(package, path)
    once = files(package)
    take(package, edit(path, topic("A topic", "R2-BEL-II-2")))
    status, found = shell.json("undo", "--dry-run")
    assert (status, found["format"], found["applied"]) == (0, "lanzarote.import/1", False)
    assert [change["key"] for change in found["changes"]] == ["R2-BEL-II-2"]
    assert files(package) != once
    assert shell.json("undo")[1]["applied"]
    assert files(package) == once


def test_a_cell_that_was_changed_since_refuses_the_undo_with_its_place(
    package: Package, shell: Shell
) -> None:
    take(package, edit(make(package), topic("A topic"), topic("A topic", "R2-BEL-II-2")))
    take(package, edit(make(package), topic("Another topic")), by="Ben")
    before = files(package)
    status, found = shell.json("undo", "1")
    assert (status, found["applied"]) == (1, False)
    assert [
        (c["key"], c["field"], c["base"], c["ours"], c["theirs"]) for c in found["conflicts"]
    ] == [(ROW, "topic", "A topic", "Another topic", "")]
    assert files(package) == before
    outcome, _ = undo(package, 1, dry_run=True)
    assert outcome.conflicts[0].origin is not None
    assert outcome.conflicts[0].origin.by == "Ben"


def test_workbooks_of_one_command_are_undone_together(package: Package) -> None:
    before = files(package)
    first = edit(make(package), topic("A topic"))
    second = edit(make(package, "FIN"), topic("A topic", "R2-FIN-II-1"))
    take(package, first, second)
    assert [one.batch for one in read_history(package).hand_ins] == [1, 1]
    undo(package, 1)
    assert files(package) == before


def test_what_cannot_be_undone_is_refused(package: Package) -> None:
    with pytest.raises(HistoryError):
        undo(package)
    take(package, edit(make(package), topic("A topic")))
    for number in (0, 2):
        with pytest.raises(HistoryError):
            undo(package, number)
    undo(package)
    with pytest.raises(HistoryError):
        undo(package, 1)


def test_an_undo_that_would_leave_tables_that_are_not_valid_is_refused(package: Package) -> None:
    take(package, edit(make(package), add(OBS, name="new 1", Text="A fact.", Chapter="R2-III")))
    added = read_history(package).hand_ins[0].changes[0].key[0]
    note = {"Belongs to": added, "Marker": "1", "Kind": "note"}
    note["Text of the footnote"] = "A synthetic note."
    take(package, edit(make(package), put(OBS, added, "Text", "A.[^1]"), add("Citations", **note)))
    before = files(package)
    outcome, _ = undo(package, 1)
    assert outcome.refused
    assert files(package) == before


# The same export, handed in again.


def test_a_text_put_back_is_told_offered_and_kept(package: Package, shell: Shell) -> None:
    path = edit(make(package), topic("A topic"))
    take(package, path, by="Ann")
    edit(path, topic(None))
    status, found = shell.json("import", str(path))
    assert (status, found["changes"], stored(package)) == (0, [], "A topic")
    (problem,) = found["problems"]
    assert (problem["code"], problem["severity"]) == ("older-text", "warning")
    assert (problem["location"]["key"], problem["location"]["field"]) == (ROW, "topic")
    (told,) = take(package, path, dry_run=True).told
    assert told.cell == TOPIC
    assert told.origin is not None
    assert (told.origin.name, told.origin.by) == ("BEL.xlsx", "Ann")
    assert "Already up to date" not in shell("import", str(path))[1]
    assert take(package, path, settle={TOPIC: "theirs"}).applied
    assert stored(package) == ""
    undo(package)
    assert shell("import", str(path), "--on-conflict", "theirs")[0] == 0
    assert stored(package) == ""


@pytest.mark.parametrize(("word", "text"), [("my workbook", ""), ("the data", "A topic")])
def test_a_text_put_back_is_a_choice_in_the_review(package: Package, word: str, text: str) -> None:
    path = edit(make(package), topic("A topic"))
    take(package, path)
    outcome = take(package, edit(path, topic(None)))
    review = write_review(outcome.workbooks[0])

    def choose(book: Any) -> None:
        sheet = book["Conflicts"]
        cell = sheet.cell(2, column(sheet, "Which one?"))
        assert cell.value == "the data"
        assert "BEL.xlsx, imported on" in sheet.cell(2, column(sheet, "Where")).value
        cell.value = word

    outcome = take(package, edit(review, choose))
    assert (outcome.told, stored(package)) == ((), text)
    assert take(package, review).changes == ()
    assert take(package, path).told == ()


def test_an_older_file_does_not_take_back_what_another_changed_since(package: Package) -> None:
    mine = edit(make(package), topic("A topic"))
    mine = mine.rename(mine.with_name("mine.xlsx"))
    take(package, mine)
    take(package, edit(make(package), topic(None)), by="Ben")
    outcome = take(package, edit(mine, topic("A topic", "R2-BEL-II-2")))
    assert [change.key for change in outcome.changes] == [("R2-BEL-II-2",)]
    assert [told.cell for told in outcome.told] == [TOPIC]
    assert stored(package) == ""


def test_a_row_added_before_is_known_whatever_became_of_it(package: Package) -> None:
    mine = edit(make(package), add(OBS, Text="A synthetic fact.", Chapter="R2-III"))
    mine = mine.rename(mine.with_name("mine.xlsx"))
    (change,) = take(package, mine).changes
    take(package, edit(make(package), put(OBS, change.key[0], "Text", "A synthetic truth.")))
    outcome = take(package, mine)
    assert (outcome.changes, outcome.refused) == ((), False)
    assert [told.cell for told in outcome.told] == [("observations", change.key, "text")]
    take(package, edit(make(package), remove(OBS, change.key[0])))
    outcome = take(package, mine)
    assert (outcome.changes, outcome.refused) == ((), False)
    assert [told.cell for told in outcome.told] == [("observations", change.key, None)]
    assert take(package, mine, settle="theirs").changes[0].key == change.key


def test_a_conflict_says_whose_text_the_tables_have(package: Package) -> None:
    mine = edit(make(package), topic("A topic"))
    copy = copied(mine, "copy.xlsx")
    take(package, mine, by="Ann")
    (conflict,) = take(package, edit(copy, topic("Another topic"))).conflicts
    assert conflict.origin is not None
    assert (conflict.origin.by, conflict.origin.is_same_export) == ("Ann", True)
    take(package, edit(make(package), topic("A third topic")), by="Ben")
    (conflict,) = take(package, copy).conflicts
    assert conflict.origin is not None
    assert (conflict.origin.by, conflict.origin.is_same_export) == ("Ben", False)
    (package.folder / LOG).unlink()
    (conflict,) = take(package, copy).conflicts
    assert conflict.origin is None


def test_two_workbooks_at_once_name_each_other_and_neither_text_is_of_the_tables(
    package: Package, shell: Shell
) -> None:
    ann = copied(edit(make(package), topic("A topic")), "ann.xlsx")
    ben = copied(edit(make(package), topic("Another topic")), "ben.xlsx")
    status, found = shell.json("import", str(ann), str(ben))
    assert status == 1
    assert [(c["ours"], c["theirs"]) for c in found["conflicts"]] == [
        ("", "A topic"),
        ("", "Another topic"),
    ]
    reviews = [ann.with_name("ann.review.xlsx"), ben.with_name("ben.review.xlsx")]

    def choose(word: str) -> Callable[[Any], None]:
        def change(book: Any) -> None:
            sheet = book["Conflicts"]
            sheet.cell(2, column(sheet, "Which one?")).value = word

        return change

    edit(reviews[0], choose("the data"))
    edit(reviews[1], choose("my workbook"))
    assert take(package, *reviews).applied
    assert stored(package) == "Another topic"
    undo(package)
    assert [take(package, path).applied for path in reviews] == [True, True]
    assert stored(package) == "Another topic"


def test_a_finished_review_retires_the_original(package: Package) -> None:
    path = edit(make(package), put(REC, ROW, "Text", "=1+1"), topic("A topic"))
    outcome = take(package, path)
    assert outcome.refused
    review = write_review(outcome.workbooks[0])

    def correct(book: Any) -> None:
        sheet = book[REC]
        cell = sheet.cell(line(sheet, ROW), column(sheet, "Text"))
        cell.value = "to do something else.[^1]"

    assert take(package, edit(review, correct), by="Ann").applied
    tables = read_tables(package).tables
    status = workbook_status(path, tables)
    assert (status.state, status.hand_in and status.hand_in.by) == ("behind", "Ann")
    before = path.read_bytes()
    edited = edit(path, topic("Another topic"))
    assert workbook_status(edited, tables).state == "edited-and-behind"
    path.write_bytes(before)
    assert export_workbook(tables, view_named("BEL"), path.parent).state == "written"


def test_status_says_when_it_was_imported_and_import_that_it_is_out_of_date(
    package: Package, shell: Shell
) -> None:
    path = edit(make(package), topic("A topic"))
    assert shell.json("status")[1]["workbooks"][0]["taken_in"] is None
    take(package, path)
    time = read_history(package).hand_ins[0].time
    assert shell.json("status")[1]["workbooks"][0]["taken_in"] == time
    make(package)
    assert shell.json("status")[1]["workbooks"][0]["taken_in"] == time
    undo(package)
    assert shell.json("status")[1]["workbooks"][0]["taken_in"] is None
    path = copied(make(package), "mine.xlsx")
    take(package, edit(make(package), topic("A topic", "R2-BEL-II-2")))
    take(package, edit(make(package), topic("A topic")))
    status, out, _ = shell("import", str(path))
    assert status == 0
    assert "Already up to date" not in out
    assert ROW in out
