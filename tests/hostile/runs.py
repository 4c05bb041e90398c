"""Commands run on hostile files: what they say, what they cost, and what they leave behind."""

from __future__ import annotations

import contextlib
import io
import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from lanzarote_data.cli import main
from lanzarote_data.store.lock import LOCK
from tests.packages import ROOT

# A command takes about as long to start as the process it is compared with, and two seconds are
# three times that.
TIMES = 4
ATTEMPTS = 3
MEGABYTES = 300
PATIENCE = 120
NETWORK = 99
# Any attempt to reach another machine ends the process with a status that nothing else has. The
# most memory is written to a file: what wait4 gives counts in the parent’s before the start.
_CHILD = f"""
import atexit, os, sys
def peak():
    status = open("/proc/self/status").read()
    with open(sys.argv[1], "w") as file:
        file.write(status.partition("VmHWM:")[2].split()[0])
atexit.register(peak)
def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        os._exit({NETWORK})
sys.addaudithook(refuse)
from lanzarote_data.cli import main
from lanzarote_data.store.lock import LOCK
sys.exit(main(sys.argv[2:]))
"""
# What every command loads that looks at data, and nothing else: it says how slow the machine is.
_START = "import pandera.pandas, openpyxl, jsonschema"


@dataclass(frozen=True)
class Run:
    """How a process ended: exit status, output, seconds of the processor, most memory at once."""

    status: int
    out: str
    err: str
    seconds: float
    megabytes: float = 0.0


def run_cheaply(*arguments: str | Path, folder: Path) -> Run:
    """Run what must be refused in under two seconds, start-up aside, and in little memory.

    Seconds are compared with those of a process that only starts: one of earlier, and where that
    does not do, again beside one of the same moment, since other work on the machine slows both.
    """
    for attempt in range(ATTEMPTS):
        done = _run(*arguments, folder=folder)
        assert done.status != NETWORK, "it tried to reach another machine"
        assert done.megabytes < MEGABYTES, done
        beside = _start() if attempt else _usual_start()
        if done.seconds < TIMES * beside:
            return done
    raise AssertionError(f"{done.seconds / beside:.1f} times the process beside it: {done}")


def _run(*arguments: str | Path, folder: Path) -> Run:
    """Run ``lanzarote`` in ``folder``, in a process of its own that cannot reach the network."""
    with tempfile.NamedTemporaryFile("r") as peak:
        done = _process("-c", _CHILD, peak.name, *map(str, arguments), folder=folder)
        return replace(done, megabytes=int(peak.read() or 0) / 1024)


def _process(*arguments: str, folder: Path) -> Run:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        used = _waited(child)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "replace"))
    seconds = used.ru_utime + used.ru_stime
    return Run(child.returncode, texts[0], texts[1], seconds)


def _waited(child: subprocess.Popen[bytes]) -> resource.struct_rusage:
    """Wait for a process, and end it when it does not end; what it used."""
    end = time.monotonic() + PATIENCE
    while True:
        process, status, used = os.wait4(child.pid, os.WNOHANG)
        if process:
            child.returncode = os.waitstatus_to_exitcode(status)
            return used
        if time.monotonic() > end:
            child.kill()
        time.sleep(0.01)


@cache
def _usual_start() -> float:
    return _start()


def _start() -> float:
    """The seconds that a process takes which only loads what the commands load."""
    with tempfile.TemporaryDirectory() as name:
        return _process("-c", _START, folder=Path(name)).seconds


def content(folder: Path) -> dict[str, bytes | str]:
    """All that stands in a folder but its lock: files with their bytes, links with their ends."""
    found: dict[str, bytes | str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.name == LOCK and path.is_file():
            continue
        if path.is_symlink():
            found[name] = str(path.readlink())
        elif path.is_file():
            found[name] = path.read_bytes()
        else:
            found[name] = "folder" if path.is_dir() else "special"
    return found


class Reached(BaseException):
    """Somebody tried to reach another machine; not an Exception, so that nothing catches it."""


def _refused(*_: object, **__: object) -> None:
    raise Reached


def cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let any attempt to reach another machine fail the test."""
    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, _refused)
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, _refused)


def call(*arguments: str | Path) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of a command, in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main([*map(str, arguments)])
    return status, out.getvalue(), err.getvalue()


def check_words(status: int, out: str, err: str) -> None:
    """What a refusal must look like: a sentence and what to do, without a traceback or controls."""
    text = out + err
    assert "Traceback" not in text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", text), ascii(text)
    if status == 2:
        first, _, hint = err.partition("\n")
        assert first.startswith("lanzarote: "), text
        assert first.endswith("."), first
        assert hint.strip(), first
        assert len(text) < 12_000


def enter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Go into a folder, from which nothing reaches another machine."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("NO_COLOR", "1")
    cut_off(monkeypatch)


def refused(arguments: tuple[str, ...], folder: Path) -> None:
    """Run a command that must refuse what it is given."""
    before = content(folder)
    status, out, err = call(*arguments)
    check_words(status, out, err)
    assert status in (1, 2), (out, err)
    assert content(folder) == before
