"""Links that lead out of a package, and names at which there is no ordinary file.

Each kind is tried at every file that commands read as part of a package, and at every folder that
they write to.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from lanzarote_data.cli import main
from lanzarote_data.model.errors import LanzaroteError, StorageError
from lanzarote_data.model.package import Package
from lanzarote_data.store.atomic import JOURNAL, write_file
from lanzarote_data.store.lock import LOCK, WITHDRAWN, locked
from lanzarote_data.store.tables import read_tables, withdrawn_ids, write_tables
from lanzarote_data.validate.package import validate_package
from tests.packages import copy_package, without
from tests.workbooks import edit, make, put

pytestmark = pytest.mark.slow

TEMPORARY = ".parties.csv.0123456789ab.new"


@pytest.fixture
def package(tmp_path: Path) -> Package:
    folder = tmp_path / "package"
    folder.mkdir()
    return copy_package("tiny", folder)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    return folder


def state(folder: Path) -> dict[str, bytes | str]:
    """Everything in a folder: the content of files, and where links lead."""
    return {
        str(path.relative_to(folder)): str(path.readlink()) if path.is_symlink() else
        path.read_bytes() if path.is_file() else ""
        for path in folder.rglob("*")
    }  # fmt: skip


def absolute(path: Path, target: Path) -> None:
    path.symlink_to(target)


def relative(path: Path, target: Path) -> None:
    path.symlink_to(os.path.relpath(target, path.parent))


def by_another_link(path: Path, target: Path) -> None:
    """A link to a link within the package, which leads out."""
    between = path.with_name(f"{path.name}-link")
    between.symlink_to(target)
    path.symlink_to(between)


LINKS = pytest.mark.parametrize("link", [absolute, relative, by_another_link])
Link = Callable[[Path, Path], None]


@LINKS
@pytest.mark.parametrize("name", ["datapackage.json", "tables/citations.csv", WITHDRAWN])
def test_no_file_of_a_package_is_read_through_a_link_that_leads_out(
    package: Package, outside: Path, name: str, link: Link, capsys: pytest.CaptureFixture[str]
) -> None:
    path = package.folder / name
    secret = outside / "secret"
    secret.write_bytes(path.read_bytes() if path.exists() else b"secret words\n")
    path.unlink(missing_ok=True)
    link(path, secret)
    before = state(package.folder), state(outside)
    with pytest.raises(LanzaroteError, match="link"):
        validate_package(package.folder)
        withdrawn_ids(package)
    given = ["--package", str(package.folder)]
    assert main(["build", *given]) == 2
    assert "secret words" not in "".join(capsys.readouterr())
    ours = {name: there for name, there in state(package.folder).items() if name != LOCK}
    assert (ours, state(outside)) == before


def test_a_file_may_be_a_link_within_the_package(package: Package) -> None:
    for name in ("datapackage.json", "tables/citations.csv"):
        path = package.folder / name
        relative(path, path.rename(path.with_name(f"real-{path.name}")))
    (package.folder / "ids.txt").write_text("R2-BEL-II-9\n")
    relative(package.folder / WITHDRAWN, package.folder / "ids.txt")
    assert validate_package(package.folder) == []
    assert withdrawn_ids(package) == {"R2-BEL-II-9"}


def test_the_folder_of_a_package_may_itself_be_a_link(package: Package, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(package.folder)
    assert validate_package(link) == []


@LINKS
def test_tables_are_neither_read_nor_written_in_a_folder_elsewhere(
    package: Package, outside: Path, link: Link
) -> None:
    tables = read_tables(package).tables
    folder = package.folder / "tables"
    link(folder, folder.rename(outside / "tables"))
    before = state(outside)
    with pytest.raises(StorageError, match="link"):
        read_tables(package)
    with pytest.raises(StorageError, match="link"):
        write_tables(package, without(tables, "citations", "R2-II.1"))
    assert state(outside) == before


def test_a_journal_puts_nothing_in_place_in_a_folder_elsewhere(
    package: Package, outside: Path
) -> None:
    folder = package.folder / "tables"
    absolute(folder, folder.rename(outside / "tables"))
    (outside / "tables" / TEMPORARY).write_bytes(b"x")
    entry = {"target": "tables/parties.csv", "temporary": f"tables/{TEMPORARY}"}
    entry["sha256"] = sha256(b"x").hexdigest()
    (package.folder / JOURNAL).write_text(json.dumps([entry]))
    before = state(outside)
    with pytest.raises(StorageError, match="link"):
        read_tables(package)
    assert state(outside) == before


def test_leftovers_are_not_deleted_in_a_folder_elsewhere(package: Package, outside: Path) -> None:
    for name in ("build", "workbooks"):
        (outside / name).mkdir()
        (outside / name / TEMPORARY).write_bytes(b"x")
        os.utime(outside / name / TEMPORARY, (0, 0))
        absolute(package.folder / name, outside / name)
    (package.folder / "tables" / TEMPORARY).symlink_to(outside / "build" / TEMPORARY)
    before = state(outside)
    assert validate_package(package.folder) == []
    with locked(package):
        pass
    assert state(outside) == before


def test_a_lock_that_is_a_link_is_not_written_through(package: Package, outside: Path) -> None:
    (outside / "file").write_text("words")
    absolute(package.folder / LOCK, outside / "file")
    with pytest.raises(StorageError), locked(package):
        pass
    assert (outside / "file").read_text() == "words"


@pytest.mark.parametrize(
    ("command", "place"),
    [
        (["build"], "build"),
        (["build"], "build/factsheets"),
        (["build", "--out", "{}/build"], "build"),
        (["build", "--out", "{}/made/here"], "made"),
        (["build"], "workbooks"),
        (["export"], "workbooks"),
        (["export", "--out", "{}/workbooks"], "workbooks"),
        (["site"], "build"),
        (["site"], "build/site"),
        (["site"], "build/site/recommendations"),
        (["site"], "CHANGELOG.md"),
        (["site", "--out", "{}/public/site"], "public"),
        (["release", "2026.1"], "build/releases"),
        (["release", "2026.1", "--out", "{}/releases"], "releases"),
        (["factsheet", "BEL", "--out", "{}/texts/BEL.md"], "texts"),
        (["factsheet", "BEL", "--out", "{}/texts/deep/BEL.docx"], "texts/deep"),
        (["ingest", "source.md", "--to", "{}/texts/BEL.md"], "texts"),
        (["form", "BEL"], "forms"),
    ],
)
def test_no_command_writes_where_a_link_leads_out(
    package: Package,
    outside: Path,
    command: list[str],
    place: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = package.folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    (outside / "there").mkdir()
    (outside / "there" / "index.html").write_text("words of somebody else")
    (outside / "source.md").write_text("# A synthetic source\n")
    monkeypatch.chdir(outside)
    by_another_link(path, outside / "there")
    before = state(outside)
    command = [part.format(package.folder) for part in command]
    assert main([*command, "--package", str(package.folder)]) == 2
    assert state(outside) == before


@LINKS
def test_a_workbook_of_the_package_is_not_read_through_a_link_that_leads_out(
    package: Package, outside: Path, link: Link, capsys: pytest.CaptureFixture[str]
) -> None:
    path = edit(make(package), put("Recommendations", "R2-BEL-II-2", "Text", "Secret words"))
    make(package, "FIN")
    link(path, path.rename(outside / "BEL.xlsx"))
    before = state(outside)
    given = ["--package", str(package.folder)]
    assert main(["import", str(path), *given]) == 2
    assert main(["status", *given]) == 0
    said = "".join(capsys.readouterr())
    assert "BEL.xlsx: cannot be read" in said and "FIN.xlsx: unchanged" in said
    assert main(["build", *given]) == 1
    assert "Secret words" not in "".join(map(str, state(package.folder / "tables").values()))
    assert path.is_symlink() and state(outside) == before


@pytest.mark.parametrize("name", ["history", "history/imports.jsonl"])
def test_the_log_of_imports_is_neither_read_nor_written_elsewhere(
    package: Package, outside: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = edit(make(package), put("Recommendations", "R2-BEL-II-2", "Sub-heading", "A word"))
    given = ["--package", str(package.folder)]
    assert main(["import", str(path), *given]) == 0
    relative(package.folder / name, (package.folder / name).rename(outside / "there"))
    before = state(outside)
    edit(path, put("Recommendations", "R2-BEL-II-2", "Sub-heading", "Another"))
    main(["import", str(path), *given])
    capsys.readouterr()
    assert (main(["history", *given]), main(["undo", *given])) == (0, 2)
    assert "A word" not in capsys.readouterr().out
    assert state(outside) == before


@LINKS
@pytest.mark.parametrize("name", ["file", "folder/file", "folder/deeper/file"])
def test_a_file_is_not_written_where_a_link_leads_out(
    tmp_path: Path, outside: Path, name: str, link: Link
) -> None:
    out = tmp_path / "out"
    (out / "folder").mkdir(parents=True)
    first = {"file": out / "file", "folder/file": out / "folder"}.get(name, out / "folder/deeper")
    if first.is_dir():
        first.rmdir()
    link(first, outside / "there")
    if name != "file":
        (outside / "there").mkdir()
    with pytest.raises(StorageError, match="link"):
        write_file(out / name, b"x", inside=out)
    assert not [path for path in outside.rglob("*") if path.is_file()]


def test_a_file_is_written_in_a_folder_that_is_itself_a_link(tmp_path: Path, outside: Path) -> None:
    absolute(tmp_path / "out", outside)
    assert write_file(tmp_path / "out" / "deeper" / "file", b"x", inside=tmp_path / "out")
    assert (outside / "deeper" / "file").read_bytes() == b"x"


def pipe(path: Path) -> None:
    os.mkfifo(path)


def link_to_a_pipe(path: Path) -> None:
    pipe = path.with_name(f"{path.name}-pipe")
    os.mkfifo(pipe)
    path.symlink_to(pipe)


def link_to_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def folder(path: Path) -> None:
    path.mkdir()


@pytest.fixture
def alarm() -> Iterator[None]:
    """End whatever takes a minute."""

    def ring(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.usefixtures("alarm")
@pytest.mark.parametrize("kind", [pipe, link_to_a_pipe, link_to_a_device, folder])
@pytest.mark.parametrize(
    "places",
    [
        [f"{folder}{TEMPORARY}" for folder in ("", "tables/", "build/site/", "workbooks/")],
        ["build/valid.json", "build/stamps.json", "build/factsheets/BEL.md", "workbooks/FIN.xlsx"],
        ["history/imports.jsonl", "forms/BEL.xlsx", f"forms/{TEMPORARY}"],
        ["build/site/index.html", "build/site/assets/search.js"],
        ["build/site/site-files.json"],
        [LOCK],
        [JOURNAL],
        [WITHDRAWN],
    ],
    ids=["temporary", "made", "kept", "pages", "manifest", "lock", "journal", "withdrawn"],
)
def test_no_command_waits_for_what_is_no_ordinary_file(
    package: Package, places: list[str], kind: Callable[[Path], None]
) -> None:
    workbook = make(package)
    commands = [["validate"], ["import", str(workbook)], ["status"], ["build"]]
    if "history" in places[0]:
        commands = [["history"], ["undo"], ["remind"], ["import", str(workbook)]]
    if "site" in places[0]:
        commands = [["site"]]
        assert main(["site", "--package", str(package.folder)]) == 0
    paths = [package.folder / place for place in places]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        kind(path)
    for command in commands:
        assert main([*command, "--package", str(package.folder)]) in (0, 1, 2)
    assert all(path.exists() for path in paths)


@pytest.mark.usefixtures("alarm")
def test_a_journal_that_names_a_pipe_is_refused_at_once(package: Package) -> None:
    os.mkfifo(package.folder / "tables" / TEMPORARY)
    entry = {"target": "tables/parties.csv", "temporary": f"tables/{TEMPORARY}", "sha256": ""}
    (package.folder / JOURNAL).write_text(json.dumps([entry]))
    with pytest.raises(StorageError, match="cannot be finished"):
        read_tables(package)


@pytest.mark.parametrize("length", [240, 245, 255])
def test_a_workbook_with_a_long_name_stops_no_other(
    package: Package, length: int, capsys: pytest.CaptureFixture[str]
) -> None:
    path = make(package)
    long = path.with_name("x" * (length - len(".xlsx")) + ".xlsx")
    path.rename(long)
    make(package, "FIN")
    assert main(["status", "--package", str(package.folder)]) == 0
    said = capsys.readouterr().out
    assert "FIN.xlsx" in said and long.name in said
    assert main(["import", str(long), "--package", str(package.folder)]) == 0
    edit(long, put("Recommendations", "R2-BEL-II-2", "Text", "=1+1"))
    assert main(["import", str(long), "--package", str(package.folder)]) == 1
    assert len([other for other in long.parent.iterdir() if ".review" in other.name]) == 1
