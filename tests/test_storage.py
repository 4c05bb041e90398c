"""The tables of a package: read as one state, and written all or none in canonical form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from lanzarote_data.model.errors import StorageError
from lanzarote_data.model.package import Package
from lanzarote_data.model.tables import Tables
from lanzarote_data.model.types import canonical_text
from lanzarote_data.store import atomic, csv_file
from lanzarote_data.store import tables as storage
from lanzarote_data.store.atomic import write_file
from lanzarote_data.store.csv_file import table_text
from lanzarote_data.store.lock import WITHDRAWN, locked
from lanzarote_data.store.tables import (
    canonical_problems,
    package_digest,
    read_tables,
    withdrawn_ids,
    write_tables,
)
from lanzarote_data.store.untrusted import file_bytes
from lanzarote_data.text.targets import with_targets
from tests.packages import ROOT, edited, own_tables, tiny_tables, without

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"))).map(canonical_text)


def snapshot(package: Package) -> dict[str, bytes]:
    """The bytes of all tables."""
    return {path.name: path.read_bytes() for path in (package.folder / "tables").iterdir()}


def twice_edited(tables: Tables) -> Tables:
    """The tables with an edit in each of two files."""
    tables = edited(tables, "parties", "BEL", name="Belgium, changed")
    return edited(tables, "observations", "R2-BEL-II-o1", text="A changed fact.[^1]")


# The canonical form.


def test_our_own_tables_are_in_canonical_form() -> None:
    for name, table in own_tables().in_order().items():
        on_disk = (ROOT / "tables" / f"{name}.csv").read_bytes()
        assert on_disk == table_text(table).encode("utf-8"), name


OTHER_FORMS: dict[str, Callable[[list[bytes]], bytes]] = {
    "as we write it": b"".join,
    "a mark": lambda lines: b"\xef\xbb\xbf" + b"".join(lines),
    "line ends of Windows": lambda lines: b"".join(lines).replace(b"\n", b"\r\n"),
    "needless quotes": lambda lines: b"".join(lines).replace(b"Belgium", b'"Belgium"'),
    "quotes in the header": lambda lines: b"".join(lines).replace(b"party_id", b'"party_id"'),
    "no last line end": lambda lines: b"".join(lines)[:-1],
    "rows in another order": lambda lines: lines[0] + lines[2] + lines[1],
    "columns in another order": lambda lines: b"".join(
        b",".join(line.strip().split(b",")[::-1]) + b"\n" for line in lines
    ),
    "a cell too few": lambda lines: b"".join(lines).replace(b",true", b"", 1),
    "a column too many": lambda lines: b"".join(lines).replace(b"\n", b",\n"),
}


@pytest.mark.parametrize("form", OTHER_FORMS)
def test_each_other_form_of_a_file_is_noticed_and_rewritten(package: Package, form: str) -> None:
    path = package.table_path(package.resource("parties"))
    content = path.read_bytes()
    path.write_bytes(OTHER_FORMS[form](content.splitlines(keepends=True)))
    reading = read_tables(package)
    expected = [] if form == "as we write it" else [path]
    found = canonical_problems(reading)
    assert [p.location.source for p in found] == [p.name for p in expected]
    assert {p.code for p in found} <= {"not-canonical"}
    if not reading.problems:
        assert write_tables(package, reading.tables) == expected
        assert path.read_bytes() == content


def test_a_text_that_no_file_can_hold_is_not_canonical(package: Package) -> None:
    reading = read_tables(package)
    tables = edited(reading.tables, "parties", "BEL", name="\ud800")
    assert [p.location.source for p in canonical_problems(replace(reading, as_read=tables))] == [
        "parties.csv"
    ]


# Writing, all or none.


def test_only_what_changed_is_written(package: Package) -> None:
    before = snapshot(package)
    tables = read_tables(package).tables
    assert write_tables(package, tables) == []
    assert snapshot(package) == before
    changed = without(twice_edited(tables), "citations", "R2-BEL-II-o1.1")
    written = write_tables(package, changed)
    names = {"parties.csv", "observations.csv", "citations.csv", "citation_targets.csv"}
    assert {path.name for path in written} == names
    assert read_tables(package).tables == with_targets(changed)
    assert b"R2-BEL-II-o1.1," not in snapshot(package)["citations.csv"]


def test_a_table_that_is_missing_is_written(package: Package) -> None:
    tables = read_tables(package).tables
    package.table_path(package.resource("observations")).unlink()
    with pytest.raises(StorageError):
        read_tables(package)
    write_tables(package, tables)
    assert read_tables(package).tables == tables


def test_a_file_that_is_no_text_is_not_written_over(package: Package) -> None:
    tables = read_tables(package).tables
    path = package.table_path(package.resource("observations"))
    path.write_bytes(b"observation_id\n\xff")
    with pytest.raises(StorageError, match="byte 16 "):
        write_tables(package, tables)
    assert path.read_bytes() == b"observation_id\n\xff"


@pytest.mark.parametrize("module", [storage, csv_file])
def test_a_disk_that_fails_is_told_by_the_file(
    package: Package, monkeypatch: pytest.MonkeyPatch, module: Any
) -> None:
    tables = twice_edited(read_tables(package).tables)

    def failing(path: Path, *given: Any, **named: Any) -> bytes:
        if path.name == "observations.csv":
            raise OSError(5, "Input/output error")
        return file_bytes(path, *given, **named)

    monkeypatch.setattr(module, "file_bytes", failing)
    before = snapshot(package)
    with pytest.raises(StorageError, match=r"observations\.csv cannot be read"):
        write_tables(package, tables)
    assert snapshot(package) == before


def test_a_file_is_replaced_or_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "folder" / "a.txt"
    write_file(path, b"one")
    write_file(path, b"two")
    assert path.read_bytes() == b"two"

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(StorageError, match="cannot be written"):
        write_file(path, b"three")
    assert path.read_bytes() == b"two"
    assert [p.name for p in path.parent.iterdir()] == ["a.txt"]


# While others write.


def test_who_has_the_lock_may_take_it_again(package: Package) -> None:
    with locked(package), locked(package):
        assert write_tables(package, read_tables(package).tables) == []


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

    monkeypatch.setattr(csv_file, "file_bytes", read)
    return done


@pytest.mark.parametrize("is_complete", [True, False])
def test_tables_that_change_while_they_are_read_are_read_again(
    package: Package, monkeypatch: pytest.MonkeyPatch, is_complete: bool
) -> None:
    other = twice_edited(tiny_tables())

    def change() -> None:
        with monkeypatch.context() as patched:
            if not is_complete:
                patched.setattr(atomic, "_put_in_place", lambda *_: None)
            write_tables(package, other)

    done = while_read(monkeypatch, "observations.csv", change)
    assert read_tables(package).tables == other  # its parties were read before
    assert done == [0]


def test_tables_that_always_change_are_not_read(
    package: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = package.table_path(package.resource("parties"))
    done = while_read(monkeypatch, "observations.csv", lambda: append(path), times=99)
    with pytest.raises(StorageError, match="being changed"):
        read_tables(package)
    assert len(done) == storage.ATTEMPTS


def append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\n")


# The digest of a package, and withdrawn ids.


def test_the_digest_of_a_package_is_that_of_its_files(package: Package) -> None:
    paths = [package.folder / "datapackage.json", *map(package.table_path, package.resources)]
    paths.append(package.folder / WITHDRAWN)

    def expected() -> str:
        contents = [path.read_bytes() if path.exists() else b"" for path in paths]
        return sha256(b"".join(sha256(content).digest() for content in contents)).hexdigest()

    found = {package_digest(package)}
    for path in paths:
        append(path)
        assert package_digest(package) == expected()
        found.add(package_digest(package))
    assert len(found) == 1 + len(paths)


def test_ids_of_deleted_rows_are_withdrawn_until_the_row_comes_back(package: Package) -> None:
    whole = read_tables(package).tables
    write_tables(package, twice_edited(whole))
    assert not (package.folder / WITHDRAWN).exists()  # nothing was deleted
    fewer = without(whole, "citations", "R2-FIN-II-1.1", "R2-BEL-II-p1.1")
    fewer = without(fewer, "recommendations", "R2-FIN-II-1")
    fewer = without(fewer, "practice_parties", "R2-BEL-II-p1")
    fewer = without(fewer, "urgencies", "require")
    write_tables(package, fewer)
    file = package.folder / WITHDRAWN
    assert file.read_bytes() == b"R2-BEL-II-p1.1\nR2-FIN-II-1\nR2-FIN-II-1.1\n"
    assert withdrawn_ids(package) == {"R2-BEL-II-p1.1", "R2-FIN-II-1", "R2-FIN-II-1.1"}
    write_tables(package, fewer.with_table(whole["recommendations"]))
    assert file.read_bytes() == b"R2-BEL-II-p1.1\nR2-FIN-II-1.1\n"
    write_tables(package, whole)
    assert withdrawn_ids(package) == set()


def test_an_id_that_people_choose_takes_none_off_the_list(package: Package) -> None:
    (package.folder / WITHDRAWN).write_text("BEL\nR2-BEL-II-9\n")
    write_tables(package, without(read_tables(package).tables, "citations", "R2-II.1"))
    assert (package.folder / WITHDRAWN).read_text() == "BEL\nR2-BEL-II-9\nR2-II.1\n"


def test_a_list_of_withdrawn_ids_that_is_no_text_is_refused(package: Package) -> None:
    (package.folder / WITHDRAWN).write_bytes(b"R2-BEL-II-9\n\xff")
    with pytest.raises(StorageError, match="byte 13 "):
        withdrawn_ids(package)


@pytest.mark.parametrize(
    ("content", "gone"),
    [
        (b"", set()),
        (b"\xef\xbb\xbfobservation_id,text\r\no1,a\r\n", {"o1"}),
        (b"text,observation_id\na,o1\nb\n,o2\n\nb,o3,c\nb,\n", {"o1", "o2", "o3"}),
        (b"text,observation_id\nb,\n", set()),
        (b"text\na\nb,o1\n", set()),
        (b'observation_id,text\no1,"a"b\no2,c\n', set()),
        (b'observation_id,text\no1,a\no2,"\n', {"o1"}),
    ],
)
def test_ids_are_withdrawn_as_far_as_the_file_can_be_read(
    package: Package, content: bytes, gone: set[str]
) -> None:
    tables = read_tables(package).tables
    package.table_path(package.resource("observations")).write_bytes(content)
    assert [path.name for path in write_tables(package, tables)] == ["observations.csv"]
    assert withdrawn_ids(package) == gone
    assert (package.folder / WITHDRAWN).exists() is bool(gone)
    assert read_tables(package).tables == tables
