"""A test that needs a program may skip on a person's machine, but never in CI."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packages import ROOT

pytestmark = pytest.mark.slow

TESTS = """
import pytest

@pytest.fixture
def missing():
    pytest.skip("no such program")

@pytest.mark.office
def test_office(missing): ...

@pytest.mark.office
def test_office_within():
    pytest.skip("no such program")

@pytest.mark.office
@pytest.mark.xfail(reason="known")
def test_expected():
    raise AssertionError

def test_other():
    pytest.skip("not of this system")
"""


@pytest.mark.parametrize(
    ("ci", "counts"),
    [("true", "1 failed, 1 skipped, 1 xfailed, 1 error"), ("", "3 skipped, 1 xfailed")],
)
def test_a_skip_of_a_marked_test_fails_in_ci(tmp_path: Path, ci: str, counts: str) -> None:
    path = tmp_path / "test_programs.py"
    path.write_text(TESTS, encoding="utf-8")
    plain = (
        "-p",
        "tests.conftest",
        "-p",
        "no:cacheprovider",
        "-n0",
        "-c",
        str(ROOT / "pyproject.toml"),
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plain, "--rootdir", str(tmp_path), str(path)],
        cwd=ROOT,
        env={**os.environ, "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert f" {counts} in " in done.stdout
    assert ("With CI=true this test must not be skipped." in done.stdout) is bool(ci)
