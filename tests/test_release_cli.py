"""The commands release, verify and diff, as people and programs call them."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest

from lanzarote_data.cli import DONE, PROBLEMS, UNUSABLE, main
from lanzarote_data.metadata.about import about_of
from tests.release_support import REPOSITORY, SMALL, made, small_files, tables_of, unpacked

pytestmark = pytest.mark.slow

ZIP = "small-data-2026.1.0.zip"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the small package, to change."""
    return Path(shutil.copytree(SMALL, tmp_path / "package"))


@pytest.fixture
def first(package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The first release of it."""
    call = ["release", "2026.1", "--package", str(package), "--out", str(tmp_path)]
    assert main(call) == DONE
    return tmp_path / ZIP


def _json(capsys: pytest.CaptureFixture[str], *call: str) -> tuple[int, dict[str, object]]:
    capsys.readouterr()
    status = main([*call, "--format", "json"])
    return status, json.loads(capsys.readouterr().out)


def _edit(package: Path, old: str, new: str) -> None:
    path = package / "tables" / "notes.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_release_is_made_and_verifies(
    first: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    said = capsys.readouterr().out
    assert "version 2026.1.0, 36 files, verified" in said
    assert "First release" in said
    status, result = _json(capsys, "verify", str(first))
    assert (status, result["valid"], result["version"]) == (DONE, True, "2026.1.0")
    assert str(result["sha256"]) in said
    folder = unpacked(tmp_path / "folder", small_files())
    (folder / ".DS_Store").write_bytes(b"x")
    assert main(["verify", str(folder), "--formats"]) == DONE
    said = capsys.readouterr().out
    assert "[system-files]" in said and "all formats agree" in said


def test_verify_has_its_three_exit_statuses(
    first: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    content = bytearray(first.read_bytes())
    content[5000] ^= 1
    (tmp_path / "changed.zip").write_bytes(bytes(content))
    status, result = _json(capsys, "verify", str(tmp_path / "changed.zip"))
    assert (status, result["format"], result["valid"]) == (PROBLEMS, "lanzarote.verify/1", False)
    assert result["problems"]
    assert main(["verify", str(tmp_path / "none.zip")]) == UNUSABLE
    (tmp_path / "text.zip").write_text("text")
    assert main(["verify", str(tmp_path / "text.zip")]) == UNUSABLE
    assert "is not a zip" in capsys.readouterr().err


def test_a_second_release_tells_what_changed(
    package: Path, first: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    _edit(package, "A synthetic", "Another synthetic")
    call = ["release", "2026.1.1", "--package", str(package), "--previous", str(first)]
    assert main([*call, "--out", str(tmp_path)]) == UNUSABLE
    assert "--date" in capsys.readouterr().err
    assert main([*call, "--out", str(tmp_path), "--date", "2026-12-01"]) == DONE
    second = tmp_path / "small-data-2026.1.1.zip"
    status, result = _json(capsys, "diff", str(first), str(second))
    assert (status, len(result["changes"])) == (DONE, 1)  # type: ignore[arg-type]
    assert main(["verify", str(second)]) == DONE
    assert main(["diff", str(second), str(package), "--format", "csv"]) == DONE
    lines = list(csv.reader(io.StringIO(capsys.readouterr().out.partition('"kind",')[2])))
    assert len(lines) == 1


def test_a_version_that_is_too_small_is_refused_and_nothing_written(
    package: Path, first: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = package / "tables" / "notes.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    call = ["release", "2026.1.1", "--package", str(package), "--previous", str(first)]
    status, result = _json(capsys, *call, "--date", "2026-12-01", "--out", str(tmp_path / "out"))
    assert (status, result["released"], result["path"]) == (PROBLEMS, False, None)
    problems = cast("list[dict[str, str]]", result["problems"])
    assert [problem["code"] for problem in problems] == ["version-step"]
    assert not (tmp_path / "out").exists()


def test_invalid_tables_are_not_released(package: Path, tmp_path: Path) -> None:
    _edit(package, "*helplines*", "*helplines")
    out = tmp_path / "out"
    assert main(["release", "2026.1", "--package", str(package), "--out", str(out)]) == PROBLEMS
    assert not out.exists()


@pytest.mark.parametrize(
    "call",
    [
        ["release", "1"],
        ["release", "2026.1", "--publish"],
        ["release", "2026.1", "--to", "zenodo:http://zenodo.org"],
    ],
)
def test_a_call_that_cannot_be_used(call: list[str], package: Path) -> None:
    assert main([*call, "--package", str(package)]) == UNUSABLE


def test_publishing_is_a_dry_run_unless_asked_for(
    package: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    target = tmp_path / "public"
    call = ["release", "2026.1", "--package", str(package), "--to", str(target)]
    status, result = _json(capsys, *call)
    assert (status, result["published"]) == (DONE, None)
    assert not target.exists()
    assert main(call) == DONE
    assert "Nothing was sent." in capsys.readouterr().out
    assert main([*call, "--publish"]) == DONE
    assert (target / ZIP).is_file()


def test_without_the_extra_packages_both_commands_say_what_to_install(
    first: Path, package: Path
) -> None:
    (package / "pyarrow.py").write_text("raise ModuleNotFoundError(name='pyarrow')")
    settings = {**os.environ, "PYTHONPATH": f"{package}{os.pathsep}{REPOSITORY}"}

    def called(*call: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "lanzarote_data", *call]
        return subprocess.run(line, env=settings, capture_output=True, text=True, check=False)

    verified = called("verify", str(first), "--formats")
    assert verified.returncode == DONE, verified.stdout
    assert "not all formats were checked" in verified.stdout
    assert 'the extra "release"' in verified.stdout
    refused = called("release", "2026.1", "--package", str(package), "--out", str(package / "out"))
    assert refused.returncode == UNUSABLE
    assert 'the extra "release"' in refused.stderr
    assert not (package / "out").exists()


def test_help_and_other_commands_load_no_heavy_library() -> None:
    code = (
        "import sys\nfrom lanzarote_data.cli import main\n"
        "try: main(['release', '--help'])\nexcept SystemExit: pass\n"
        "heavy = {'pandas', 'pyarrow', 'openpyxl', 'xlsxwriter', 'frictionless'}\n"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


GUIDE = (Path(__file__).parents[1] / "docs" / "publishers.md").read_text(encoding="utf-8")


def test_the_digest_of_the_guide_is_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = made(tables_of(REPOSITORY))
    monkeypatch.chdir(unpacked(tmp_path, files))
    [code] = re.findall(r"```python\n(.*?)```", GUIDE, flags=re.DOTALL)
    exec(compile(code, "docs/publishers.md", "exec"), {})
    listed = json.loads(files["metadata/content-digests.json"])["tables"]["parties"]["sha256"]
    assert capsys.readouterr().out.strip() == listed


def test_the_citation_of_the_guide_is_ours() -> None:
    assert f"> {about_of(tables_of(REPOSITORY).package).citation}" in GUIDE
