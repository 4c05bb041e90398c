"""What was found valid is not checked again: only the very same files, in the same place."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lanzarote_data.cli import main
from lanzarote_data.model import descriptor
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.package import Package
from lanzarote_data.store import stamp
from lanzarote_data.store.descriptor import load_package
from lanzarote_data.store.lock import WITHDRAWN
from lanzarote_data.store.stamp import STAMP, is_stamped
from lanzarote_data.store.tables import read_sound_tables, write_tables
from lanzarote_data.validate import package as validation
from lanzarote_data.workbook import status
from tests.packages import copy_package, edited
from tests.workbooks import edit, make, put


@pytest.fixture
def built(tmp_path: Path) -> Package:
    """A package whose files are known to be valid."""
    folder = tmp_path / "package"
    copy_package("tiny", folder)
    assert main(["build", "--package", str(folder)]) == 0
    return load_package(folder)


def is_known(package: Package) -> bool:
    try:
        return read_sound_tables(load_package(package.folder)).checked is not None
    except LanzaroteError:
        return False


def forbidden(*_: object, **__: object) -> object:
    raise AssertionError("nothing may be checked")


@pytest.mark.parametrize("command", ["build", "export", "status"])
def test_what_is_known_to_be_valid_is_not_checked_again(
    built: Package, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validation, "validate_tables", forbidden)
    monkeypatch.setattr(validation, "lint", forbidden)
    monkeypatch.setattr(descriptor, "descriptor_faults", forbidden)
    assert main([command, "--package", str(built.folder)]) == 0


def other_bit(content: bytes) -> bytes:
    return content[:-2] + bytes([content[-2] ^ 1]) + content[-1:]


@pytest.mark.parametrize(
    "change", [other_bit, lambda content: content + b"\n"], ids=["bit", "line"]
)
def test_any_other_byte_in_any_file_is_noticed(
    built: Package, change: Callable[[bytes], bytes]
) -> None:
    for path in map(built.table_path, built.resources):
        assert is_known(built)
        content = path.read_bytes()
        path.write_bytes(change(content))
        assert not is_known(built), path.name
        path.write_bytes(content)
    (built.folder / WITHDRAWN).write_bytes(b"R2-BEL-II-9\n")
    assert not is_known(built)


def test_another_descriptor_program_or_place_is_not_known(
    built: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_stamped(built.path, built.digest)
    assert not is_stamped(built.path, built.digest[::-1])
    shutil.copytree(built.folder, tmp_path / "copy")
    assert not is_known(load_package(tmp_path / "copy"))  # who sends it may have made its stamp
    with monkeypatch.context() as patch:
        patch.setattr(stamp, "program_digest", lambda: "another")
        assert not is_known(built)
    assert is_known(built)
    built.path.write_bytes(built.path.read_bytes())
    assert not is_known(built)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"files": 1}', "[" * 100_000])
def test_a_damaged_stamp_says_nothing(built: Package, content: str) -> None:
    (built.folder / STAMP).write_text(content)
    assert not is_known(built)
    assert main(["build", "--package", str(built.folder)]) == 0
    assert is_known(built)


@pytest.mark.slow
@pytest.mark.parametrize("warnings", [None, "ab", [{"code": "a"}], [{"location": {"line": 1}}]])
def test_a_stamp_whose_warnings_were_edited_says_nothing(built: Package, warnings: object) -> None:
    path = built.folder / STAMP
    path.write_text(json.dumps({**json.loads(path.read_bytes()), "warnings": warnings}))
    assert not is_known(built)
    assert main(["build", "--package", str(built.folder)]) == 0
    assert is_known(built)


def test_no_stamp_is_written_where_a_command_only_reads(tmp_path: Path) -> None:
    package = copy_package("tiny", tmp_path / "package")
    before = sorted(package.folder.rglob("*"))
    assert main(["export", "--out", str(tmp_path), "--package", str(package.folder)]) == 0
    assert sorted(package.folder.rglob("*")) == before


def test_warnings_that_were_there_before_an_edit_are_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = copy_package("tiny", tmp_path)
    tables = edited(
        read_sound_tables(package), "observations", "R2-BEL-II-o1", text="A\u00adword.[^1]"
    )
    write_tables(package, tables)
    path = make(package)
    edit(path, put("Observations", "R2-BEL-III-o1", "Text", "A changed fact."))
    command = ["import", "--dry-run", str(path), "--package", str(package.folder)]
    status = main(command)
    told = capsys.readouterr().out
    assert "invisible" not in told
    assert main(["build", "--package", str(package.folder)]) == 1  # the workbook has edits
    checked = read_sound_tables(load_package(package.folder)).checked
    assert checked and [p.code for p in checked.warnings] == ["invisible-character"]
    capsys.readouterr()
    assert (main(command), capsys.readouterr().out) == (status, told)


def states(package: Package, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """The state of each workbook, as the command tells it."""
    capsys.readouterr()
    assert main(["status", "--format", "json", "--package", str(package.folder)]) == 0
    found = json.loads(capsys.readouterr().out)["workbooks"]
    return {Path(one["path"]).stem: one["state"] for one in found}


def test_a_workbook_as_it_was_made_is_not_read_to_tell_its_status(
    built: Package, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(status, "read_edits", forbidden)
        assert states(built, capsys) == dict.fromkeys(("ALL", "BEL", "FIN"), "unchanged")
    path = built.folder / "workbooks" / "BEL.xlsx"
    edit(path, put("Observations", "R2-BEL-II-o1", "Text", "A changed fact.[^1]"))
    assert states(built, capsys) == {"ALL": "unchanged", "BEL": "edited", "FIN": "unchanged"}
    tables = edited(read_sound_tables(built), "observations", "R2-FIN-II-o1", text="Another.")
    write_tables(built, tables)
    assert states(built, capsys) == {"ALL": "unchanged", "BEL": "edited", "FIN": "behind"}
