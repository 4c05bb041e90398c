"""A copy made by Git for Windows, which turns LF into CRLF unless it is told not to."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from lanzarote_data.cli import main
from tests.packages import ROOT

COPIED = (".gitattributes", "datapackage.json", "tables", "workbooks", "tests/data/factsheets")


def git(*arguments: str | Path) -> None:
    """Run git with an identity of its own and no configuration of the machine."""
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "core.hooksPath=")
    subprocess.run(["git", *identity, *map(str, arguments)], check=True, capture_output=True)


@pytest.fixture
def windows_copy(tmp_path: Path) -> Path:
    """A clone with ``core.autocrlf=true`` of what stands in the working tree."""
    origin, copy = tmp_path / "origin.git", tmp_path / "copy"
    git("init", "-q", "--bare", origin)
    here = (f"--git-dir={origin}", f"--work-tree={ROOT}", "-C", ROOT, "-c", "core.bare=false")
    git(*here, "add", *COPIED)
    git(*here, "commit", "-q", "-m", "all")
    git("-c", "core.autocrlf=true", "clone", "-q", origin, copy)
    return copy


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_a_clone_with_windows_line_ends_is_the_same_and_builds(
    windows_copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [
        path for path in windows_copy.rglob("*") if path.is_file() and ".git" not in path.parts
    ]
    changed = [
        p for p in files if p.read_bytes() != (ROOT / p.relative_to(windows_copy)).read_bytes()
    ]
    assert len(files) > 15
    assert changed == []
    assert main(["build", "--package", str(windows_copy)]) == 0
    assert "warning" not in capsys.readouterr().out
