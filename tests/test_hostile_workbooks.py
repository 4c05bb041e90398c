"""Workbooks that mean harm, to every command that takes or finds one: refused with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from lanzarote_data.model.errors import WorkbookError
from lanzarote_data.model.package import Package
from lanzarote_data.workbook.safe_open import read_sheets
from tests.hostile.files import NO_FILES, make_no_file
from tests.hostile.runs import call, check_words, content, enter, run_cheaply
from tests.hostile.workbooks import CHOSEN, HARMLESS, HEAVY, SMALL, sound
from tests.packages import copy_package
from tests.workbooks import tables_bytes

pytestmark = pytest.mark.slow

# What a command may answer: a file that is refused is one of the states that status tells of.
COMMANDS = {
    ("validate", "workbooks/BEL.xlsx"): (1, 2),
    ("import", "workbooks/BEL.xlsx"): (1, 2),
    ("diff", ".", "workbooks/BEL.xlsx"): (1, 2),
    ("status",): (0,),
    ("export", "--party", "BEL"): (1,),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package with a workbook, whose tables no test may change."""
    folder = tmp_path_factory.mktemp("package")
    copy_package("tiny", folder)
    (folder / "workbooks").mkdir()
    return folder


@pytest.fixture
def package(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, from which nothing reaches another machine."""
    enter(folder, monkeypatch)
    return folder


def put(folder: Path, data: bytes) -> Path:
    path = folder / "workbooks" / "BEL.xlsx"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", SMALL)
def test_every_command_refuses_it_and_changes_nothing(name: str, package: Path) -> None:
    path = put(package, SMALL[name]())
    before = content(package)
    for arguments, allowed in COMMANDS.items():
        if name in HARMLESS and arguments[0] == "export":
            continue  # there is nothing in it that an export would lose
        status, out, err = call(*arguments)
        check_words(status, out, err)
        assert status in ((0, 1) if name in HARMLESS else allowed), (arguments, out, err)
        for review in package.glob("workbooks/*.review*.xlsx"):
            review.unlink()
        assert content(package) == before, arguments
    assert path.is_file()


@pytest.mark.parametrize("name", [name for name in HEAVY if name not in CHOSEN])
def test_a_bomb_is_refused(name: str, package: Path) -> None:
    put(package, HEAVY[name]())
    status, out, err = call("validate", "workbooks/BEL.xlsx")
    check_words(status, out, err)
    assert status == 2 or name.startswith("just"), (out, err)


@pytest.mark.parametrize("name", CHOSEN)
def test_a_bomb_costs_next_to_nothing(name: str, tmp_path: Path) -> None:
    copy_package("tiny", tmp_path)
    (tmp_path / "workbooks").mkdir()
    put(tmp_path, HEAVY[name]())
    before = content(tmp_path)
    done = run_cheaply("import", "--dry-run", "workbooks/BEL.xlsx", folder=tmp_path)
    check_words(done.status, done.out, done.err)
    assert done.status == 2 or name.startswith("just"), done
    assert content(tmp_path) == before


def test_cut_off_at_any_length_it_is_refused() -> None:
    data = sound()
    for length in range(0, len(data), 61):
        with pytest.raises(WorkbookError):
            read_sheets(data[:length], "BEL.xlsx")


@pytest.mark.parametrize("kind", NO_FILES)
def test_what_is_no_file_is_not_read(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package: Package = copy_package("tiny", tmp_path)
    enter(tmp_path, monkeypatch)
    make_no_file(kind, tmp_path / "BEL.xlsx")
    before = tables_bytes(package)
    for arguments in (("validate",), ("import",), ("diff", ".")):
        status, out, err = call(*arguments, "BEL.xlsx")
        check_words(status, out, err)
        assert status == 2, err
    assert tables_bytes(package) == before
