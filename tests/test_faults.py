"""The process killed, or the disk at fault, at any operation: all is old, or all is new.

Each command that writes is disturbed at a few of its operations on files. With
``LANZAROTE_EVERY_FAULT=1`` in the environment it is disturbed at each of them, in every way.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

from lanzarote_data.cli import main
from lanzarote_data.model.problems import has_errors
from lanzarote_data.store.atomic import JOURNAL, has_temporary_name
from lanzarote_data.store.descriptor import load_package
from lanzarote_data.store.lock import LOCK
from lanzarote_data.store.tables import read_tables
from lanzarote_data.validate.package import validate_package
from tests.faulty_files import ERRORS, HALF, KILL, KILLED, SHARING, SHORT, FaultyFiles
from tests.packages import DATA, copy_own_package, copy_package
from tests.workbooks import edit, make, put, remove

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork"),
]
KILLS = (KILL, HALF)
FAILURES = (*ERRORS, SHARING, SHORT)
POINTS = 3
_TEMPORARY = "tmp"
_SITE = "build/site/"
_STAMPS = "build/stamps.json"
# Times in the log of hand-ins, and the file that a stamp is for: each run has its own.
_OF_ONE_RUN = re.compile(rb'"time": "[^"]*"|"file": \[[^]]*\]')


def prepare_import(folder: Path) -> list[str]:
    """A workbook whose import changes three tables and the list of withdrawn ids."""
    path = make(copy_package("tiny", folder))
    edit(
        path,
        put("Observations", "R2-BEL-II-o1", "Text", "A changed fact.[^1]"),
        remove("Recommendations", "R2-BEL-II-1"),
        remove("Citations", "R2-BEL-II-1.1"),
    )
    return ["import", "{folder}/workbooks/BEL.xlsx"]


def prepare_review(folder: Path) -> list[str]:
    """A workbook that is refused, so that its review is written beside it."""
    path = make(copy_package("tiny", folder))
    edit(path, put("Observations", "R2-BEL-II-o1", "Text", "A fact without its footnote.[^9]"))
    return ["import", "{folder}/workbooks/BEL.xlsx"]


def prepare_ingest(folder: Path) -> list[str]:
    """Our package without the rows of Belgium, and its factsheet."""
    package = copy_own_package(folder)
    for resource in package.resources:
        if resource.name not in ("rounds", "parties", "documents"):
            path = package.table_path(resource)
            path.write_text(path.read_text(encoding="utf-8").partition("\n")[0] + "\n")
    return ["ingest", str(DATA / "factsheets" / "belgium-2023-05-25.md")]


def prepare_build(folder: Path) -> list[str]:
    """Tables that are not in canonical form, and a workbook that is behind them."""
    package = copy_package("tiny", folder)
    make(package)
    shutil.copytree(DATA / "invalid" / "not-canonical", folder, dirs_exist_ok=True)
    path = package.folder / "tables" / "observations.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("A fact", "Another fact", 1))
    return ["build"]


def prepare_export(folder: Path) -> list[str]:
    """A workbook that is behind the tables, and others that are not there yet."""
    package = copy_package("tiny", folder)
    make(package)
    path = package.folder / "tables" / "parties.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Finland", "Suomi"))
    return ["export"]


def prepare_release(folder: Path) -> list[str]:
    """A small package; an earlier release of the same name is replaced."""
    shutil.copytree(DATA / "release" / "small", folder, dirs_exist_ok=True)
    releases = folder / "build" / "releases"
    releases.mkdir(parents=True)
    name = f"{load_package(folder).name}-2026.1.0.zip"
    (releases / name).write_bytes(b"an earlier release")
    return ["release", "2026.1", "--date", "2026-11-01"]


def prepare_published_release(folder: Path) -> list[str]:
    """The same, and the release is put over one of its name in a folder of others."""
    arguments = prepare_release(folder)
    [earlier] = (folder / "build" / "releases").iterdir()
    (folder / "public").mkdir()
    (folder / "public" / earlier.name).write_bytes(b"an earlier release")
    return [*arguments, "--to", "{folder}/public", "--publish"]


def prepare_factsheet(folder: Path) -> list[str]:
    """A factsheet that is written over an earlier one."""
    copy_package("tiny", folder)
    (folder / "BEL.docx").write_bytes(b"an earlier factsheet")
    return ["factsheet", "BEL", "--out", "{folder}/BEL.docx"]


def prepare_site(folder: Path) -> list[str]:
    """A site of the small package."""
    copy_package("tiny", folder)
    return ["site"]


SCENARIOS: dict[str, tuple[Callable[[Path], list[str]], int]] = {
    "import": (prepare_import, 30),
    "import, refused": (prepare_review, 8),
    "ingest": (prepare_ingest, 45),
    "export": (prepare_export, 30),
    "build": (prepare_build, 80),
    "release": (prepare_release, 15),
    "release, to a folder": (prepare_published_release, 22),
    "factsheet": (prepare_factsheet, 6),
    "site": (prepare_site, 100),
}
"""How each command is prepared, and how many operations on files it has at least."""


@dataclass(frozen=True)
class Run:
    """A command that was run in a process of its own: its exit status, and what it said."""

    status: int
    out: str = ""
    err: str = ""


def files_in(folder: Path) -> dict[str, bytes]:
    """All files below a folder that are there to stay: path, content."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    names = ((path.relative_to(folder), path) for path in found)
    return {
        name.as_posix(): _OF_ONE_RUN.sub(b"", path.read_bytes())
        for name, path in names
        if name.parts[0] != _TEMPORARY and path.name != LOCK
    }


class Disturbed:
    """One command: what it starts from, what it comes to, and how many operations it has."""

    def __init__(self, name: str, workplace: Path) -> None:
        self.name, self.workplace = name, workplace
        self.folder, self.start = workplace / "package", workplace / "start"
        (self.start / _TEMPORARY).mkdir(parents=True)
        self.arguments = SCENARIOS[name][0](self.start)
        self.old, self.old_tables = files_in(self.start), _tables(self.start)
        self.expected = 1 if name == "import, refused" else 0
        assert self.run(self.start).status == self.expected
        self.points = int((workplace / "points").read_text())
        self.new, self.new_tables = files_in(self.folder), _tables(self.folder)
        assert not has_errors(validate_package(self.folder))
        assert self.new != self.old

    def run(self, start: Path, point: int = -1, kind: str = KILL) -> Run:
        """Run the command from a state of its package, in a process of its own."""
        _replace_tree(start, self.folder)
        given = [argument.format(folder=self.folder) for argument in self.arguments]
        child = os.fork()
        if child == 0:
            layer = FaultyFiles(self.folder, point, kind)
            _command([*given, "--package", str(self.folder)], layer, self.workplace)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status == KILLED:
            return Run(KILLED)
        return Run(status, *json.loads((self.workplace / "said").read_text(encoding="utf-8")))

    def disturb(self, point: int, kind: str) -> None:
        """Disturb the command, and see to all that must hold then."""
        run = self.run(self.start, point, kind)
        self._check_said(run, kind)
        self._check_files()
        left = self.workplace / "left"
        _replace_tree(self.folder, left)
        for path in filter(has_temporary_name, left.rglob("*")):
            os.utime(path, (0, 0))  # a while later
        assert _tables(self.folder) in (self.old_tables, self.new_tables), "half a change"
        problems = validate_package(self.folder)
        assert not has_errors(problems), problems
        self._check_again(left)

    def _check_said(self, run: Run, kind: str) -> None:
        """A command that was not killed tells what happened, in sentences."""
        assert (run.status == KILLED) == (kind in KILLS)
        if run.status == KILLED:
            return
        assert "Traceback" not in run.err
        assert "Errno" not in run.err
        if run.status == 2:
            assert run.err.startswith("lanzarote: ")
            assert str(self.folder) in run.err
            assert run.err.endswith(".\n")
        elif run.status == 1 and self.expected == 0:
            assert "NOT written" in run.out
        else:
            assert run.status == self.expected
            assert files_in(self.folder) == self.new

    def _check_files(self) -> None:
        """Every file is wholly old or new, but those that are temporary and the journal.

        Pages of a site may be cut off or missing: they are written in place, and the next run
        writes them again.
        """
        found = files_in(self.folder)
        found = {n: content for n, content in found.items() if not n.startswith(_SITE)}
        for name, content in found.items():
            if name == _STAMPS:  # lists what was made, which is less where a workbook was open
                assert json.loads(content).items() <= json.loads(self.new[name]).items()
            elif name in self.old or name in self.new:
                assert content in (self.old.get(name), self.new.get(name)), f"{name} is neither"
            else:
                assert has_temporary_name(self.folder / name) or name == JOURNAL, name
        kept = {name for name in self.old.keys() & self.new.keys() if not name.startswith(_SITE)}
        assert kept <= found.keys(), "a file is gone"

    def _check_again(self, left: Path) -> None:
        """The same command once more comes to where an undisturbed one does, and tells what was."""
        again = self.run(left)
        assert again.status == self.expected, (again.status, again.err)
        found = files_in(self.folder)
        if self.name == "import, refused":  # a review that is there already is never overwritten
            found = {name: content for name, content in found.items() if "review-2" not in name}
        assert found.keys() == self.new.keys(), found.keys() ^ self.new.keys()
        assert [name for name in found if found[name] != self.new[name]] == []
        if (left / JOURNAL).exists():
            assert "complete now" in again.err
        if self.name in ("import", "ingest", "export", "build"):
            temporary = sum(has_temporary_name(path) for path in left.rglob("*"))
            assert again.err.count("was left by a program that was stopped") <= temporary
            told = "was stopped" in again.err or "complete now" in again.err
            assert told == bool(temporary or (left / JOURNAL).exists())


def _tables(folder: Path) -> object:
    return read_tables(load_package(folder)).tables


def _replace_tree(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)


def _command(arguments: list[str], layer: FaultyFiles, workplace: Path) -> NoReturn:
    """Run a command, report what became of it, and end the process."""
    tempfile.tempdir = str(layer.folder / _TEMPORARY)
    sys.stdout, sys.stderr = out, err = io.StringIO(), io.StringIO()
    try:
        with layer.installed():
            status = main(arguments)
    except BaseException:
        traceback.print_exc()
        status = 70
    (workplace / "points").write_text(str(layer.count))
    (workplace / "said").write_text(json.dumps([out.getvalue(), err.getvalue()]), "utf-8")
    os._exit(status)


def trials(name: str, points: int) -> Iterator[tuple[int, str]]:
    """Where a command is disturbed, and in which ways: each point killed once, and failed once.

    Each command has its first operation, one in the middle and its last; the ways go round.
    """
    if os.environ.get("LANZAROTE_EVERY_FAULT"):
        yield from ((point, kind) for point in range(points) for kind in (*KILLS, *FAILURES))
        return
    for number in range(POINTS):
        point = number * (points - 1) // (POINTS - 1)
        way = number + POINTS * list(SCENARIOS).index(name)
        yield point, KILLS[way % len(KILLS)]
        yield point, FAILURES[way % len(FAILURES)]


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_command_disturbed_at_any_operation_leaves_all_old_or_all_new(
    name: str, tmp_path: Path
) -> None:
    disturbed = Disturbed(name, tmp_path)
    assert disturbed.points >= SCENARIOS[name][1]
    for point, kind in trials(name, disturbed.points):
        try:
            disturbed.disturb(point, kind)
        except AssertionError as fault:
            raise AssertionError(f"{kind} at {point} of {disturbed.points}: {fault}") from fault
