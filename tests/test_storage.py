"""Canonical CSV: read, and written all or none."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lanzarote_data.model.errors import StorageError
from lanzarote_data.model.tables import Table, Tables
from lanzarote_data.model.types import canonical_text
from lanzarote_data.store import atomic, lock
from lanzarote_data.store import csv_file as table_file
from lanzarote_data.store import tables as storage
from lanzarote_data.store.atomic import JOURNAL, write_file
from lanzarote_data.store.csv_file import read_file, table_text
from lanzarote_data.store.lock import WITHDRAWN, locked
from lanzarote_data.store.tables import (
    Reading,
    canonical_problems,
    package_digest,
    read_tables,
    withdrawn_ids,
    write_tables,
)
from lanzarote_data.store.untrusted import file_bytes
from tests.packages import (
    ROOT,
    copy_package,
    edited,
    own_tables,
    tiny_tables,
    told,
    without,
)

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
        read = read_file(resource, path)
    assert read.problems == ()
    assert read.table.rows == rows


def test_a_row_is_placed_at_the_line_where_it_begins(tmp_path: Path) -> None:
    package = copy_package("tiny", tmp_path)
    path = tmp_path / "tables/recommendations.csv"
    table = read_file(package.resource("recommendations"), path).table
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
    from lanzarote_data.store.descriptor import load_package

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
        monkeypatch.setattr(lock, "PATIENCE", 0.2)
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


def while_read(
    monkeypatch: pytest.MonkeyPatch, name: str, happens: Callable[[], object], times: int = 1
) -> list[int]:
    """Let something happen as often as this just before a table is opened; a list of the times."""
    done: list[int] = []

    def read(path: Path, *given: Any) -> bytes:
        if path.name == name and len(done) < times:
            done.append(len(done))
            happens()
        return file_bytes(path, *given)

    monkeypatch.setattr(table_file, "file_bytes", read)
    return done


def test_tables_that_change_while_they_are_read_are_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = copy_package("tiny", tmp_path)
    other = twice_edited(tiny_tables())
    done = while_read(monkeypatch, "observations.csv", lambda: write_tables(package, other))
    assert read_tables(package).tables == other  # its parties were read before
    assert done == [0]


def test_a_change_that_is_not_complete_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = copy_package("tiny", tmp_path)
    other = twice_edited(tiny_tables())

    def begin() -> None:
        with monkeypatch.context() as patched:
            patched.setattr(atomic, "_put_in_place", lambda *_: None)
            write_tables(package, other)

    done = while_read(monkeypatch, "observations.csv", begin)
    assert read_tables(package).tables == other
    assert done == [0]


def test_tables_that_never_stand_still_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = copy_package("tiny", tmp_path)
    path = tmp_path / "tables" / "parties.csv"
    done = while_read(monkeypatch, "observations.csv", lambda: append(path, b"\n"), times=99)
    with pytest.raises(StorageError) as refused:
        read_tables(package)
    assert refused.value.message == (
        f"The tables in {tmp_path} are being changed by another program."
    )
    assert refused.value.hint == "Wait until it has finished, then try again."
    assert len(done) == storage.ATTEMPTS


def append(path: Path, content: bytes) -> None:
    with path.open("ab") as file:
        file.write(content)


def test_the_digest_of_a_package_is_that_of_its_files(tmp_path: Path) -> None:
    package = copy_package("tiny", tmp_path)
    names = ["datapackage.json", *(r.path for r in package.resources), WITHDRAWN]

    def expected() -> str:
        paths = [tmp_path / name for name in names]
        contents = [path.read_bytes() if path.exists() else b"" for path in paths]
        digests = b"".join(sha256(content).digest() for content in contents)
        return sha256(digests).hexdigest()

    found = {package_digest(package)}
    assert found == {expected()}
    (tmp_path / WITHDRAWN).write_text("R2-BEL-II-9\n")
    for name in names:
        append(tmp_path / name, b"\n")
        assert package_digest(package) == expected()
        found.add(package_digest(package))
    assert len(found) == 1 + len(names)


def test_the_digest_of_what_cannot_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = copy_package("tiny", tmp_path)
    monkeypatch.setattr(storage, "LARGEST_TABLE", 1)
    with pytest.raises(StorageError) as refused:
        package_digest(package)
    assert refused.value.message == (
        f"{tmp_path / 'datapackage.json'} cannot be read: it is larger than 0 megabytes."
    )


def test_ids_of_deleted_rows_are_withdrawn_until_the_row_comes_back(tmp_path: Path) -> None:
    package = copy_package("tiny", tmp_path)
    whole = read_tables(package).tables
    fewer = without(whole, "citations", "R2-FIN-II-1.1", "R2-BEL-II-p1.1")
    fewer = without(fewer, "recommendations", "R2-FIN-II-1")
    fewer = without(fewer, "practice_parties", "R2-BEL-II-p1")
    fewer = without(fewer, "urgencies", "require")
    written = write_tables(package, fewer)
    names = [path.name for path in written]
    assert sorted(names) == [
        "citations.csv",
        "practice_parties.csv",
        "recommendations.csv",
        "urgencies.csv",
    ]
    file = tmp_path / WITHDRAWN
    assert file.read_bytes() == b"R2-BEL-II-p1.1\nR2-FIN-II-1\nR2-FIN-II-1.1\n"
    assert withdrawn_ids(package) == {"R2-BEL-II-p1.1", "R2-FIN-II-1", "R2-FIN-II-1.1"}
    back = fewer.with_table(whole["recommendations"])
    assert write_tables(package, back) == [package.table_path(whole["recommendations"].resource)]
    assert file.read_bytes() == b"R2-BEL-II-p1.1\nR2-FIN-II-1.1\n"
    write_tables(package, whole)
    assert withdrawn_ids(package) == set()


def test_nothing_is_withdrawn_where_nothing_was_deleted(tmp_path: Path) -> None:
    package = copy_package("tiny", tmp_path)
    write_tables(package, twice_edited(read_tables(package).tables))
    assert not (tmp_path / WITHDRAWN).exists()
    assert withdrawn_ids(package) == set()


def test_an_id_that_people_choose_takes_none_off_the_list(tmp_path: Path) -> None:
    package = copy_package("tiny", tmp_path)
    (tmp_path / WITHDRAWN).write_text("BEL\nR2-BEL-II-9\n")
    write_tables(package, without(read_tables(package).tables, "citations", "R2-II.1"))
    assert (tmp_path / WITHDRAWN).read_text() == "BEL\nR2-BEL-II-9\nR2-II.1\n"


def test_a_list_of_withdrawn_ids_that_is_no_text_is_refused(tmp_path: Path) -> None:
    package = copy_package("tiny", tmp_path)
    (tmp_path / WITHDRAWN).write_bytes(b"R2-BEL-II-9\n\xff")
    with pytest.raises(StorageError) as refused:
        withdrawn_ids(package)
    assert refused.value.message == (
        f"{tmp_path / WITHDRAWN} is not UTF-8 text: byte 13 does not fit."
    )


@pytest.mark.parametrize(
    ("content", "gone"),
    [
        (b"", set()),
        (b"\xef\xbb\xbfobservation_id,text\r\no1,a\r\n", {"o1"}),
        (b"text,observation_id\na,o1\nb\n,o2\n\nb,o3,c\nb,\n", {"o1", "o2", "o3"}),
        (b"text,observation_id\nb,\n", set()),
        (b"observation_id\no1\no2\n", {"o1", "o2"}),
        (b"text\na\nb,o1\n", set()),
        (b'observation_id,text\no1,"a"b\no2,c\n', set()),
        (b'observation_id,text\no1,a\no2,"\n', {"o1"}),
    ],
)
def test_ids_are_withdrawn_as_far_as_the_file_can_be_read(
    tmp_path: Path, content: bytes, gone: set[str]
) -> None:
    package = copy_package("tiny", tmp_path)
    tables = read_tables(package).tables
    (tmp_path / "tables" / "observations.csv").write_bytes(content)
    written = write_tables(package, tables)
    assert [path.name for path in written] == ["observations.csv"]
    assert withdrawn_ids(package) == gone
    assert (tmp_path / WITHDRAWN).exists() is bool(gone)
    assert read_tables(package).tables == tables


def test_a_table_that_is_missing_is_written(tmp_path: Path) -> None:
    package = copy_package("tiny", tmp_path)
    tables = read_tables(package).tables
    (tmp_path / "tables" / "observations.csv").unlink()
    write_tables(package, tables)
    assert read_tables(package).tables == tables


def test_a_file_that_is_no_text_is_not_written_over(tmp_path: Path) -> None:
    package = copy_package("tiny", tmp_path)
    tables = read_tables(package).tables
    path = tmp_path / "tables" / "observations.csv"
    path.write_bytes(b"observation_id\n\xff")
    with pytest.raises(StorageError) as refused:
        write_tables(package, tables)
    assert refused.value.message == f"{path} is not UTF-8 text: byte 16 does not fit."
    assert path.read_bytes() == b"observation_id\n\xff"


@pytest.mark.parametrize("times", [0, 1])
def test_a_disk_that_fails_is_told_by_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    package = copy_package("tiny", tmp_path)
    tables = twice_edited(read_tables(package).tables)
    opened: list[Path] = []
    whole = Path.open

    def failing(path: Path, *given: Any, **named: Any) -> Any:
        if path.name == "observations.csv":
            opened.append(path)
            if len(opened) > times:
                raise OSError(5, "Input/output error")
        return whole(path, *given, **named)

    monkeypatch.setattr(Path, "open", failing)
    with pytest.raises(StorageError) as refused:
        write_tables(package, tables)
    path = tmp_path / "tables" / "observations.csv"
    assert refused.value.message == f"{path} cannot be read: Input/output error."
    assert refused.value.hint == "Check its permissions, and that it is the right file."


def test_a_text_that_no_file_can_hold_is_another_than_any_file_holds(tmp_path: Path) -> None:
    package = copy_package("tiny", tmp_path)
    tables = edited(read_tables(package).tables, "parties", "BEL", name="\ud800")
    before = snapshot(tmp_path)
    assert [p.location.source for p in canonical_problems(Reading(tables, ()))] == ["parties.csv"]
    assert snapshot(tmp_path) == before


def test_a_file_that_we_would_write_otherwise_is_told(tmp_path: Path) -> None:
    package = copy_package("tiny", tmp_path)
    path = tmp_path / "tables" / "observations.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (problem,) = canonical_problems(read_tables(package))
    assert told(problem) == (
        "warning not-canonical observations.csv\n"
        "    observations.csv was saved with Windows line ends.\n"
        "    Save it with LF, or run 'lanzarote build'; no value changes by that.\n"
    )
    assert (problem.location.resource, problem.location.field) == ("observations", "")
    write_tables(package, read_tables(package).tables)
    assert canonical_problems(read_tables(package)) == []


def _otherwise(change: str, content: bytes) -> bytes:
    """A file of two Parties, written as some program might."""
    header, first, second = content.splitlines(keepends=True)
    columns = [
        b",".join(line.strip().split(b",")[::-1]) + b"\n" for line in (header, first, second)
    ]
    return {
        "as we write it": content,
        "a mark": b"\xef\xbb\xbf" + content,
        "line ends of Windows": content.replace(b"\n", b"\r\n"),
        "needless quotes": content.replace(b"Belgium", b'"Belgium"'),
        "quotes in the header": content.replace(b"party_id", b'"party_id"'),
        "no last line end": content[:-1],
        "rows in another order": header + second + first,
        "columns in another order": b"".join(columns),
        "a cell too few": content.replace(b",true", b"", 1),
        "a column too many": content.replace(b"\n", b",\n"),
    }[change]


@pytest.mark.parametrize(
    "change",
    [
        "as we write it",
        "a mark",
        "line ends of Windows",
        "needless quotes",
        "quotes in the header",
        "no last line end",
        "rows in another order",
        "columns in another order",
        "a cell too few",
        "a column too many",
    ],
)
def test_each_way_to_write_a_file_otherwise_is_noticed(tmp_path: Path, change: str) -> None:
    package = copy_package("tiny", tmp_path)
    path = tmp_path / "tables" / "parties.csv"
    content = path.read_bytes()
    path.write_bytes(_otherwise(change, content))
    reading = read_tables(package)
    expected = [] if change == "as we write it" else [path]
    assert [p.location.source for p in canonical_problems(reading)] == [p.name for p in expected]
    if not reading.problems:
        assert write_tables(package, reading.tables) == expected
        assert path.read_bytes() == content
