"""Commands that write, disturbed at each of their operations on files, in every way.

``python -m tests.fault_scenarios [COMMAND …]`` tries every way at every operation, and prints how
many points of each command were killed and how many failed. A test does the same more sparingly.
"""

from __future__ import annotations

import ctypes
import hashlib
import io
import json
import logging
import os
import re
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from lanzarote_data.cli import main
from lanzarote_data.model.problems import has_errors
from lanzarote_data.store.atomic import JOURNAL, has_temporary_name
from lanzarote_data.store.descriptor import load_package
from lanzarote_data.store.history import LOG
from lanzarote_data.store.lock import LOCK
from lanzarote_data.store.tables import read_tables
from lanzarote_data.validate.package import validate_package
from tests.faulty_files import ERRORS, HALF, KILL, KILLED, SHARING, SHORT, FaultyFiles, Operation
from tests.packages import DATA, copy_own_package, copy_package
from tests.workbooks import edit, make, put, remove

KILLS = (KILL, HALF)
FAILURES = (*ERRORS, SHARING, SHORT)
_TEMPORARY = "tmp"
_SITE = "build/site/"
_STAMPS = "build/stamps.json"
_ANY_NAME = re.compile(r"\.[0-9a-f]{12}\.new")


def prepare_import(folder: Path) -> list[str]:
    """A workbook whose import changes three tables and the list of withdrawn ids."""
    path = make(copy_package("tiny", folder))
    _begin_log(folder)
    edit(
        path,
        put("Observations", "R2-BEL-II-o1", "Text", "A changed fact.[^1]"),
        remove("Recommendations", "R2-BEL-II-1"),
        remove("Citations", "R2-BEL-II-1.1"),
    )
    return ["import", "{folder}/workbooks/BEL.xlsx"]


def _begin_log(folder: Path) -> None:
    """An empty log of hand-ins, whose absence would be told each time."""
    (folder / LOG).parent.mkdir()
    (folder / LOG).touch()


def prepare_review(folder: Path) -> list[str]:
    """A workbook that is refused, so that its review is written beside it."""
    path = make(copy_package("tiny", folder))
    edit(path, put("Observations", "R2-BEL-II-o1", "Text", "A fact without its footnote.[^9]"))
    return ["import", "{folder}/workbooks/BEL.xlsx"]


def prepare_ingest(folder: Path) -> list[str]:
    """Our package without the rows of Belgium, and its factsheet."""
    package = copy_own_package(folder)
    _begin_log(folder)
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


SCENARIOS: dict[str, Callable[[Path], list[str]]] = {
    "import": prepare_import,
    "import, refused": prepare_review,
    "ingest": prepare_ingest,
    "export": prepare_export,
    "build": prepare_build,
    "release": prepare_release,
    "release, to a folder": prepare_published_release,
    "factsheet": prepare_factsheet,
    "site": prepare_site,
}


@dataclass(frozen=True)
class Run:
    """A command that was run in a process of its own: its exit status, and what it said."""

    status: int
    out: str
    err: str


_TIME = re.compile(rb'"time": "[^"]*"')  # of the log of hand-ins: each run has its own
Files = dict[str, bytes]
Trial = tuple[int, str]
"""Where a command is disturbed (the number of an operation), and in which way."""


def files_in(folder: Path) -> Files:
    """All files below a folder that are there to stay: path, content."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    names = ((path.relative_to(folder), path) for path in found)
    return {
        name.as_posix(): _TIME.sub(b"", path.read_bytes())
        for name, path in names
        if name.parts[0] != _TEMPORARY and path.name != LOCK
    }


def state_of(folder: Path) -> str:
    """A digest of all that stands in a folder, whatever its temporary files are called."""
    texts = [
        (_ANY_NAME.sub(".new", name), _ANY_NAME.sub(".new", content.decode("latin-1")))
        for name, content in files_in(folder).items()
    ]
    return hashlib.sha256(repr(sorted(texts)).encode("utf-8")).hexdigest()


class Disturbed:
    """One command: what it starts from, what it comes to, and what it does on the way."""

    def __init__(self, name: str, workplace: Path) -> None:
        self.name, self.workplace = name, workplace
        self.folder, self.start = workplace / "package", workplace / "start"
        (self.start / _TEMPORARY).mkdir(parents=True)
        self.arguments = SCENARIOS[name](self.start)
        self.old, self.old_tables = files_in(self.start), _tables(self.start)
        self.expected = 1 if name == "import, refused" else 0
        self.seen: list[Operation] = []
        assert self.run(self.start, record=True).status == self.expected
        self.new, self.new_tables = files_in(self.folder), _tables(self.folder)
        assert not has_errors(validate_package(self.folder))
        assert self.new != self.old

    def run(self, start: Path, record: bool = False) -> Run:
        """Run the command undisturbed from a state of its package, in a process of its own."""
        _replace_tree(start, self.folder)
        report = self.workplace / "report"
        if os.fork() == 0:
            layer = FaultyFiles(self.folder)
            _command(self._given(), layer, report)
        os.wait()
        status, out, err, seen = json.loads(report.read_text(encoding="utf-8"))
        if record:
            self.seen = [Operation(*entry) for entry in seen]
        return Run(status, out, err)

    def _given(self) -> list[str]:
        given = [argument.format(folder=self.folder) for argument in self.arguments]
        return [*given, "--package", str(self.folder)]

    def disturb(self, trials: Iterable[Trial]) -> None:
        """Disturb the command in each of the ways, and see to all that must hold then.

        The command runs once. Wherever it has no file open it stops, and a copy of its process
        goes on into each of the faults that lie before the next such place.

        :raises AssertionError: something does not hold.
        """
        _replace_tree(self.start, self.folder)
        walk = _Walk(self, sorted(trials))
        if os.fork() == 0:
            _command(self._given(), walk.layer, self.workplace / "report")
        os.wait()
        status, _, err, _ = json.loads((self.workplace / "report").read_text(encoding="utf-8"))
        assert status == self.expected, err
        assert files_in(self.folder) == self.new
        self._check(walk)

    def _check(self, walk: _Walk) -> None:
        tried, known = 0, set()
        for line in walk.log.read_text(encoding="utf-8").splitlines():
            point, kind, state, *result = json.loads(line)
            tried += 1
            try:
                self._check_said(Run(*result), kind, walk.states / state)
                if state not in known:
                    self._check_state(walk.states / state)
            except AssertionError as fault:
                where = f"{self.name}, {kind} at {point} ({self.seen[point]})"
                raise AssertionError(f"{where}\n{fault}\n{result[2]}") from None
            known.add(state)
        assert tried == len(walk.trials)

    def _check_state(self, folder: Path) -> None:
        self._check_files(folder)
        self._check_tables(folder)
        self._check_again(folder)

    def _check_files(self, folder: Path) -> None:
        """Every file is wholly old or new, but those that are temporary and the journal.

        Pages of a site may be cut off or missing: they are written in place, and the next run
        writes them again.
        """
        found = {n: content for n, content in files_in(folder).items() if not n.startswith(_SITE)}
        for name, content in found.items():
            if name == _STAMPS:  # lists what was made, which is less where a workbook was open
                assert json.loads(content).items() <= json.loads(self.new[name]).items()
            elif name in self.old or name in self.new:
                assert content in (self.old.get(name), self.new.get(name)), f"{name} is neither"
            else:
                assert has_temporary_name(folder / name) or name == JOURNAL, (
                    f"{name} is a stray file"
                )
        kept = {name for name in self.old.keys() & self.new.keys() if not name.startswith(_SITE)}
        assert kept <= found.keys(), "a file is gone"

    def _check_said(self, run: Run, kind: str, folder: Path) -> None:
        """A command that was not killed tells what happened, in sentences."""
        if run.status == KILLED:
            assert kind in KILLS
            return
        assert kind not in KILLS
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
            assert files_in(folder) == self.new

    def _check_tables(self, folder: Path) -> None:
        """The next reader finds the tables all old or all new, and valid."""
        _replace_tree(folder, self.folder)
        assert _tables(self.folder) in (self.old_tables, self.new_tables), "half a change"
        problems = validate_package(self.folder)
        assert not has_errors(problems), problems

    def _check_again(self, folder: Path) -> None:
        """The same command once more comes to where an undisturbed one does, and tells what was."""
        again = self.run(folder)
        assert again.status == self.expected, (again.status, again.err)
        found = files_in(self.folder)
        if self.name == "import, refused":  # a review that is there already is never overwritten
            found = {name: content for name, content in found.items() if "review-2" not in name}
        assert found.keys() == self.new.keys(), found.keys() ^ self.new.keys()
        differing = [name for name in found if found[name] != self.new[name]]
        assert not differing, differing
        if (folder / JOURNAL).exists():
            assert "complete now" in again.err
        if self.name in ("import", "ingest", "export", "build"):
            left = sum(has_temporary_name(path) for path in folder.rglob("*"))
            assert again.err.count("was left by a program that was stopped") <= left
            assert bool(again.err) == bool(left or (folder / JOURNAL).exists())


class _Walk:
    """One run of a command, from which copies of the process go into the faults."""

    def __init__(self, disturbed: Disturbed, trials: list[Trial]) -> None:
        self.folder, self.trials = disturbed.folder, trials
        self.states, self.log = disturbed.workplace / "states", disturbed.workplace / "log"
        self.snapshot, self.report = disturbed.workplace / "snapshot", disturbed.workplace / "trial"
        shutil.rmtree(self.states, ignore_errors=True)
        self.log.write_text("")
        rests = [number for number, one in enumerate(disturbed.seen) if not one.others_open]
        self.until = dict(zip(rests, [*rests[1:], len(disturbed.seen)], strict=True))
        self.layer = FaultyFiles(self.folder, before=self._before)

    def _before(self, number: int) -> None:
        """Try what lies between this operation and the next before which no file is open."""
        trials = [trial for trial in self.trials if number <= trial[0] < self.until.get(number, 0)]
        if not trials:
            return
        self.layer.paused = True
        _replace_tree(self.folder, self.snapshot)
        for point, kind in trials:
            child = _copy_of_process()
            if child == 0:
                self.layer.point, self.layer.kind, self.layer.paused = point, kind, False
                self.layer.before = int
                assert isinstance(sys.stderr, _Said)
                sys.stderr.report = self.report
                return
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            self._note(point, kind, status)
            _replace_tree(self.snapshot, self.folder)
        self.layer.paused = False

    def _note(self, point: int, kind: str, status: int) -> None:
        """Keep what became of a trial."""
        result: list[object] = [status, "", ""]
        if status != KILLED:
            result = json.loads(self.report.read_text(encoding="utf-8"))[:3]
        state = state_of(self.folder)
        if not (self.states / state).exists():
            shutil.copytree(self.folder, self.states / state)
        with self.log.open("a", encoding="utf-8") as log:
            log.write(json.dumps([point, kind, state, *result]) + "\n")


def _copy_of_process() -> int:
    """Fork this process; 0 in the copy, which takes itself for the same and keeps its locks.

    Python’s own fork would tell the libraries, and filelock would give up what it holds.
    """
    number = os.getpid()
    child = int(ctypes.PyDLL(None).fork())
    if child == 0:
        os.getpid = lambda: number
    return child


class _Said(io.StringIO):
    """What a command says, and the file in which the end of its process is reported."""

    report: Path


def _tables(folder: Path) -> object:
    return read_tables(load_package(folder)).tables


def _replace_tree(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)


def _command(arguments: list[str], layer: FaultyFiles, report: Path) -> NoReturn:
    """Run a command, report what became of it, and end the process."""
    tempfile.tempdir = str(layer.folder / _TEMPORARY)
    out, err = io.StringIO(), _Said()
    err.report = report
    sys.stdout, sys.stderr = out, err
    try:
        with layer.installed():
            status = main(arguments)
    except BaseException:
        traceback.print_exc()
        status = 70
    layer.paused = True
    said = (out.getvalue(), err.getvalue())
    seen = [(one.name, one.path, one.others_open) for one in layer.seen]
    err.report.write_text(json.dumps([status, *said, seen]), encoding="utf-8")
    os._exit(status)


def sparing(points: int, offset: int = 0) -> Iterator[Trial]:
    """Each point killed once, and failed once, the ways in turn."""
    for point in range(points):
        yield point, KILLS[(point + offset) % len(KILLS)]
        yield point, FAILURES[(point + offset) % len(FAILURES)]


def every(points: int) -> Iterator[Trial]:
    """Each point in every way."""
    for point in range(points):
        for kind in (*KILLS, *FAILURES):
            yield point, kind


def disturb(name: str, chosen: Callable[[int], Iterable[Trial]]) -> Counter[str]:
    """Disturb a command at the chosen points; how many were killed and how many failed."""
    with tempfile.TemporaryDirectory() as workplace:
        disturbed = Disturbed(name, Path(workplace))
        trials = list(chosen(len(disturbed.seen)))
        disturbed.disturb(trials)
    counts = Counter("killed" if kind in KILLS else "failed" for _, kind in trials)
    counts["points"] = len(disturbed.seen)
    return counts


def run_all(names: list[str]) -> int:
    """Disturb commands in every way, print the counts; how many commands did not stand it."""
    broken = 0
    logging.getLogger("lanzarote_data").addHandler(logging.NullHandler())
    for name in names or list(SCENARIOS):
        try:
            counts = disturb(name, every)
        except AssertionError as reason:
            print(f"{name}: {reason}")
            broken += 1
            continue
        killed, failed = counts["killed"], counts["failed"]
        print(f"{name}: {counts['points']} points, {killed} killed, {failed} failed", flush=True)
    return broken


if __name__ == "__main__":
    sys.exit(run_all(sys.argv[1:]))
