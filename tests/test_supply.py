"""What the project is built with and ships: pinned tools, looked-after libraries, no stray file."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import tarfile
import tomllib
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

from tests.packages import ROOT

CI = ROOT / ".ci"
PINS = (CI / "requirements.txt").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
TOP_LEVEL = {
    ".ci", ".gitattributes", ".github", ".gitignore", ".pre-commit-config.yaml",
    ".pre-commit-hooks.yaml", "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "LICENSE",
    "PKG-INFO", "README.md", "SECURITY.md", "benchmarks", "datapackage.json", "docs",
    "lanzarote_data", "noxfile.py", "pyproject.toml", "tables", "tests", "workbooks",
}  # fmt: skip


def direct_dependencies() -> set[str]:
    """The names of all libraries that pyproject.toml asks for."""
    lists = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    names = {re.match(r"[\w.-]+", item)[0].lower() for items in lists for item in items}  # type: ignore[index]
    return names - {PROJECT["name"]}


def test_every_tool_of_ci_is_pinned_by_hashes() -> None:
    wanted = re.findall(r"^[a-z-]+$", (CI / "requirements.in").read_text(), re.MULTILINE)
    pins = dict(re.findall(r"^([\w.-]+)==([\w.]+)[^\n]*\\\n +--hash=", PINS, re.MULTILINE))
    assert set(wanted) <= set(pins)
    assert len(pins) == len(re.findall(r"^\S", PINS, re.MULTILINE)), "a pin without a hash"
    assert not re.search(r"https?:|index-url|find-links", PINS)


def test_ci_installs_its_tools_before_anything_else_and_audits_at_the_end() -> None:
    lines = [line for line in (CI / "run").read_text().splitlines() if line.strip()]
    readme = next(i for i, line in enumerate(lines) if line.endswith(".venv/bin/pytest"))
    assert lines.index(".ci/tools") < readme
    assert lines[-1] == ".venv/bin/python .ci/audit.py"


SAID = {
    "there": ("exit 0", 0, ""),
    "missing": (
        "echo 'ERROR: No matching distribution found for ruff==99' >&2; exit 1", 0, "ruff==99",
    ),
    "forged": (
        "echo 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.' >&2; "
        "exit 1", 1, "DO NOT MATCH",
    ),
    "other": ("echo 'No space left on device' >&2; exit 1", 1, "No space left"),
}  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="CI runs on Linux")
@pytest.mark.parametrize("case", SAID)
def test_a_tool_with_another_hash_stops_ci_and_a_missing_one_is_told(
    case: str, tmp_path: Path
) -> None:
    script, status, words = SAID[case]
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    done = subprocess.run(
        [CI / "tools"], env={**os.environ, "PYTHON": str(python)}, capture_output=True, text=True
    )
    assert done.returncode == status
    assert words in done.stderr


def audit() -> ModuleType:
    """The script .ci/audit.py as a module."""
    spec = importlib.util.spec_from_file_location("audit", CI / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SOUND = {"name": "a", "version": "1", "vulns": []}
SKIPPED = {"name": "b", "skip_reason": "not found"}
FAULTY = {"name": "c", "version": "2", "vulns": [{"id": "X-1", "fix_versions": ["3"]}]}


@pytest.mark.parametrize(
    ("dependencies", "status", "words"),
    [
        ([SOUND, SKIPPED], 0, "1 of 2 installed packages looked up, 0 known"),
        ([SOUND, FAULTY], 1, "c 2: X-1, mended in 3"),
        ([SKIPPED], 0, "were not looked for"),
        ([], 0, "were not looked for"),
    ],
)
def test_known_vulnerabilities_fail_and_an_audit_of_nothing_is_called_that(
    dependencies: list[object],
    status: int,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = json.dumps({"dependencies": dependencies}) if dependencies else "Traceback"
    done = subprocess.CompletedProcess([], 0, answer, "cannot be reached\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    assert audit().main() == status
    assert words in capsys.readouterr().out


def test_every_direct_dependency_is_accounted_for() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    listed = {name.lower() for name in re.findall(r"^\| `([^`]+)`", page, re.MULTILINE)}
    assert listed == direct_dependencies()


def test_the_wheel_has_the_package_and_its_data_alone(tmp_path: Path) -> None:
    (path,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    ours = {name for name in names if ".dist-info/" not in name}
    modules = {p.relative_to(ROOT).as_posix() for p in (ROOT / "lanzarote_data").rglob("*.py")}
    data = {f"lanzarote_data/data/tables/{p.name}" for p in (ROOT / "tables").iterdir()}
    assert modules | data | {"lanzarote_data/data/datapackage.json"} <= ours
    others = {Path(name).suffix for name in ours - modules - data}
    assert others <= {".json", ".j2", ".html", ".css", ".js", ".svg", ".typed"}
    assert {name.split("/")[0] for name in ours} == {"lanzarote_data"}


def test_the_source_distribution_has_what_the_repository_has_and_nothing_of_a_machine(
    tmp_path: Path,
) -> None:
    (path,) = SdistBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with tarfile.open(path) as archive:
        names = [member.name.partition("/")[2] for member in archive.getmembers()]
        assert all(member.isfile() for member in archive.getmembers())
    assert {name.split("/")[0] for name in names} <= TOP_LEVEL
    strays = r"__pycache__|\.pyc$|\.lanzarote|\.hypothesis|_cache/|\.env|\.(key|pem|log)$|~\$"
    assert [name for name in names if re.search(strays, name)] == []
