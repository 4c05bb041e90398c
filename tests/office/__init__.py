"""A person in LibreOffice Calc, for tests: open a workbook, do some steps, save it.

    with Office() as office:
        office.edit(path, saved, type_text("Data", "B3", "007"), delete_row("Data", 5))

One LibreOffice, without a screen and with a profile of its own, serves all edits of an `Office`;
starting it takes a second or two, an edit a fraction of that, so tests share one for their
session. Each step is what a person would do, and fails where a person would be stopped.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self
from xml.sax.saxutils import escape

SERVER = Path(__file__).with_name("uno_server.py")
SUFFIXES = (".xlsx", ".ods", ".pdf", ".csv")
SECONDS_TO_END = 10.0
SECONDS_BETWEEN_LOOKS = 0.2

PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooLocale" oor:op="fuse"><value>en-US</value></prop>
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{locale}</value></prop>
</item>
<item oor:path="/org.openoffice.Office.Calc/Input">
<prop oor:name="ReplaceCellsWarning" oor:op="fuse"><value>false</value></prop>
</item>
</oor:items>
"""


# --- what is needed ---------------------------------------------------------------------------


@functools.cache
def office_missing() -> str | None:
    """Return why LibreOffice cannot be driven here, as one sentence, or None if it can."""
    if _soffice() is None:
        return "LibreOffice is not installed: there is no soffice on the path."
    if _python_with_uno() is None:
        return "No python3 on the path can import uno (on Debian: python3-uno)."
    return None


@functools.cache
def _soffice() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


@functools.cache
def _python_with_uno() -> str | None:
    return next((python for python in _pythons() if _imports_uno(python)), None)


def _pythons() -> Iterator[str]:
    """Yield the pythons of the path, of the system, and of LibreOffice itself."""
    folders = f"{os.environ.get('PATH', '')}{os.pathsep}{os.defpath}".split(os.pathsep)
    found = (shutil.which("python3", path=folder) for folder in dict.fromkeys(folders) if folder)
    yield from (python for python in found if python)
    program = Path(_soffice() or "").resolve().parent
    yield from filter(None, [shutil.which("python", path=str(program))])


def _imports_uno(python: str) -> bool:
    command = [python, "-I", "-c", "import uno"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


# --- steps ------------------------------------------------------------------------------------

Value = str | float | bool


@dataclass(frozen=True)
class Step:
    """One thing that a person does; made by the functions below."""

    name: str
    arguments: tuple[tuple[str, Value], ...]

    def __str__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self.arguments)
        return f"{self.name}({values})"


def _step(kind: str, /, **arguments: Value) -> Step:
    return Step(kind, tuple(arguments.items()))


def type_text(sheet: str, cell: str, text: str) -> Step:
    """Enter a text into a cell: numbers and dates are recognised, unless its format is text.

    Neither AutoCorrect nor validation has a say, as they have in `type_keys`.
    """
    return _step("type_text", sheet=sheet, cell=cell, text=text)


def type_keys(sheet: str, cell: str, text: str) -> Step:
    """Strike the keys of a text, then Enter: with AutoCorrect, AutoInput and validation."""
    return _step("type_keys", sheet=sheet, cell=cell, text=text)


def paste_text(sheet: str, cell: str, text: str) -> Step:
    """Paste one line of plain text into a cell; more lines would ask for an import dialog."""
    return _step("paste_text", sheet=sheet, cell=cell, text=text)


def paste_cells(sheet: str, source_range: str, target_sheet: str, target_cell: str) -> Step:
    """Copy cells and paste them, with their formats, from another cell on."""
    return _step(
        "paste_cells",
        sheet=sheet,
        source_range=source_range,
        target_sheet=target_sheet,
        target_cell=target_cell,
    )


def sort_from_cell(sheet: str, cell: str, descending: bool = False) -> Step:
    """Press the sort button while standing in a cell: LibreOffice finds the area to sort.

    Where every cell of the area is text, LibreOffice sees no header and sorts it with the rest.
    """
    return _step("sort_from_cell", sheet=sheet, cell=cell, descending=descending)


def sort_range(
    sheet: str,
    cells: str,
    column_index: int,
    descending: bool = False,
    has_header: bool = False,
) -> Step:
    """Sort exactly the chosen cells, by a column counted from 0 within them.

    Where they are of one column, LibreOffice asks whether to take in its neighbours; the answer
    is no.
    """
    return _step(
        "sort_range",
        sheet=sheet,
        cells=cells,
        column_index=column_index,
        descending=descending,
        has_header=has_header,
    )


def filter_column(sheet: str, column_letter: str, value: str) -> Step:
    """Choose one value in the auto filter of a column; the other rows are hidden."""
    return _step("filter_column", sheet=sheet, column=column_letter, value=value)


def insert_row(sheet: str, before_row: int) -> Step:
    """Insert an empty row before a row."""
    return _step("insert_row", sheet=sheet, before_row=before_row)


def delete_row(sheet: str, row: int) -> Step:
    """Delete a row; those below it move up."""
    return _step("delete_row", sheet=sheet, row=row)


def duplicate_row(sheet: str, row: int, to_row: int) -> Step:
    """Copy a whole row, hidden columns too, and paste it over another row."""
    return _step("duplicate_row", sheet=sheet, row=row, to_row=to_row)


def fill_down(sheet: str, cells: str) -> Step:
    """Fill the chosen cells with what their first row contains."""
    return _step("fill_down", sheet=sheet, cells=cells)


def clear_row(sheet: str, row: int) -> Step:
    """Select a whole row, hidden columns too, and press Delete; the empty row stays."""
    return _step("clear_row", sheet=sheet, row=row)


def clear_cells(sheet: str, cells: str) -> Step:
    """Select cells and press Delete; formats stay."""
    return _step("clear_cells", sheet=sheet, cells=cells)


def insert_column(sheet: str, before_letter: str, header: str, header_row: int = 1) -> Step:
    """Insert a column before another, formatted as its left neighbour, and enter a header."""
    return _step(
        "insert_column",
        sheet=sheet,
        before_letter=before_letter,
        header=header,
        header_row=header_row,
    )


def delete_column(sheet: str, letter: str) -> Step:
    """Delete a column; those to the right of it move left."""
    return _step("delete_column", sheet=sheet, letter=letter)


def show_column(sheet: str, letter: str) -> Step:
    """Unhide a column."""
    return _step("show_column", sheet=sheet, letter=letter)


def rename_sheet(sheet: str, new_name: str) -> Step:
    """Rename a sheet; what refers to it follows."""
    return _step("rename_sheet", sheet=sheet, new_name=new_name)


def add_sheet(name: str) -> Step:
    """Add an empty sheet at the end."""
    return _step("add_sheet", name=name)


def delete_sheet(sheet: str) -> Step:
    """Delete a sheet, and confirm it."""
    return _step("delete_sheet", sheet=sheet)


def copy_sheet_to_new_file(sheet: str) -> Step:
    """Copy a sheet into a new document; the steps after this one, and the saving, are there."""
    return _step("copy_sheet_to_new_file", sheet=sheet)


def set_formula(sheet: str, cell: str, formula: str) -> Step:
    """Put a formula into a cell, even one formatted as text, where typing would not."""
    return _step("set_formula", sheet=sheet, cell=cell, formula=formula)


def set_number(sheet: str, cell: str, value: float) -> Step:
    """Put a real number into a cell, even one formatted as text, where typing would not."""
    return _step("set_number", sheet=sheet, cell=cell, value=value)


def merge_cells(sheet: str, cells: str) -> Step:
    """Merge cells; the covered ones keep their contents, out of sight."""
    return _step("merge_cells", sheet=sheet, cells=cells)


def bold_words(sheet: str, cell: str, start: int, length: int) -> Step:
    """Make some characters of a text cell bold, counted from 0, so that it is rich text."""
    return _step("bold_words", sheet=sheet, cell=cell, start=start, length=length)


# --- the office -------------------------------------------------------------------------------


class OfficeError(Exception):
    """LibreOffice did not do what a test asked; `step` is the step that failed, if one did."""

    def __init__(self, reason: str, step: Step | None = None) -> None:
        super().__init__(f"{reason}, at {step}" if step else reason)
        self.reason = reason
        self.step = step


class Office:
    """One LibreOffice for many edits, as a context manager.

    The locale decides how what is typed is read (dates, decimal commas); `timeout` is the time
    in seconds that an edit, or the start, may take. After a crash or a timeout the next edit
    starts LibreOffice anew. Not for several threads; several processes do not disturb each other.
    """

    def __init__(self, locale: str = "en-GB", timeout: float = 60.0) -> None:
        self.locale = locale
        self.timeout = timeout
        self._running: _Running | None = None

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End LibreOffice and wait for it; nothing is left of its processes and files."""
        if self._running is not None:
            self._running.close()
        self._running = None

    def edit(self, workbook: Path, saved: Path, *steps: Step) -> None:
        """Open a workbook, do the steps, save it as `.xlsx`, `.ods`, `.pdf` or `.csv`, close it.

        The workbook itself is not changed: LibreOffice opens a copy. What is saved has the format
        that the suffix of `saved` names; as `.csv` only the active sheet is saved. A sheet that
        is hidden is shown for a step and hidden again. Raises `OfficeError` when a step fails or
        changes nothing, and saves nothing then.
        """
        if saved.suffix not in SUFFIXES:
            raise ValueError(f"{saved.name}: LibreOffice saves {', '.join(SUFFIXES)}")
        running = self._start()
        request = {
            "workbook": running.copy(workbook).as_uri(),
            "saved": saved.resolve().as_uri(),
            "suffix": saved.suffix,
            "steps": [{"name": step.name, "arguments": dict(step.arguments)} for step in steps],
        }
        answer = self._ask(running, request)
        if "error" in answer:
            number = answer.get("step")
            step = None if number is None else steps[number]
            raise OfficeError(f"{workbook.name}: {answer['error']}", step)

    def convert(self, workbook: Path, saved: Path) -> None:
        """Open a workbook and save it in the format that the suffix of `saved` names."""
        self.edit(workbook, saved)

    def _start(self) -> _Running:
        if self._running is not None and self._running.has_ended():
            self.close()
        if self._running is None:
            reason = office_missing()
            if reason:
                raise OfficeError(reason)
            self._running = _Running(self.locale)
            answer = self._ask(self._running, None)
            if "error" in answer:
                raise OfficeError(answer["error"])
        return self._running

    def _ask(self, running: _Running, request: dict[str, Any] | None) -> dict[str, Any]:
        answer: dict[str, Any] = {"gone": True}
        try:
            answer = running.ask(request, self.timeout)
        finally:
            if answer.get("gone"):
                running.kill()
                self._running = None
        return answer


class _Running:
    """The two processes of an office, LibreOffice and the server beside it, and their folder."""

    def __init__(self, locale: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="office-")).resolve()
        self.profile = (self.folder / "profile").as_uri()
        self._write_profile(locale)
        with (self.folder / "log").open("wb") as log:
            port = _free_port()
            self.office = self._start_office(port, log)
            self.server = self._start_server(port, log)

    def _write_profile(self, locale: str) -> None:
        for name in ("profile/user", "home", "temporary", "opened"):
            (self.folder / name).mkdir(parents=True)
        settings = self.folder / "profile" / "user" / "registrymodifications.xcu"
        settings.write_text(PROFILE.format(locale=escape(locale)), encoding="utf-8")

    def _start_office(self, port: int, log: IO[bytes]) -> subprocess.Popen[bytes]:
        own = {"HOME": str(self.folder / "home"), "TMPDIR": str(self.folder / "temporary")}
        return subprocess.Popen(
            [
                str(_soffice()),
                "--headless",
                "--norestore",
                "--nologo",
                f"-env:UserInstallation={self.profile}",
                f"--accept=socket,host=127.0.0.1,port={port};urp;",
            ],
            env={**os.environ, **own, "SAL_USE_VCLPLUGIN": "svp"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def _start_server(self, port: int, log: IO[bytes]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(_python_with_uno()), "-I", str(SERVER), str(port), self.folder.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            encoding="utf-8",
            start_new_session=True,
        )

    def has_ended(self) -> bool:
        """Return whether one of the processes has ended unasked."""
        return self.office.poll() is not None or self.server.poll() is not None

    def copy(self, workbook: Path) -> Path:
        """Return a copy of the workbook for LibreOffice to open, lock and leave lying."""
        return Path(shutil.copyfile(workbook, self.folder / "opened" / workbook.name))

    def ask(self, request: dict[str, Any] | None, timeout: float) -> dict[str, Any]:
        """Send a request, if there is one, and return the next answer of the server."""
        assert self.server.stdin
        with suppress(BrokenPipeError):
            if request is not None:
                self.server.stdin.write(json.dumps(request) + "\n")
                self.server.stdin.flush()
        line = self._next_line(timeout)
        if line is None:
            return {"error": f"LibreOffice did not answer within {timeout:g} s", "gone": True}
        if not line:
            return {"error": f"LibreOffice has ended: {self._last_words()}", "gone": True}
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _next_line(self, timeout: float) -> str | None:
        """Return a line, nothing if the processes ended before it, or None if time is up."""
        assert self.server.stdout
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            ended = self.office.poll() is not None
            if select.select([self.server.stdout], [], [], SECONDS_BETWEEN_LOOKS)[0]:
                return self.server.stdout.readline()
            if ended:
                return ""
        return None

    def _last_words(self) -> str:
        log = (self.folder / "log").read_text(encoding="utf-8", errors="replace")
        lines = [line for line in log.splitlines() if line.strip() and "javaldx" not in line]
        return lines[-1] if lines else "it said nothing"

    def close(self) -> None:
        """Let the server end LibreOffice, and wait for both."""
        assert self.server.stdin
        with suppress(BrokenPipeError):
            self.server.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self.server.wait(SECONDS_TO_END)
            self.office.wait(SECONDS_TO_END)
        self.kill()

    def kill(self) -> None:
        """End what still runs of both processes, and remove their folder."""
        for process in (self.server, self.office):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for stream in (self.server.stdin, self.server.stdout):
            with suppress(BrokenPipeError):
                if stream:
                    stream.close()
        _left_socket(self.profile).unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def _left_socket(profile: str) -> Path:
    """Return the socket that a LibreOffice with this profile leaves behind if it is killed."""
    digest = hashlib.md5(profile.encode("utf-16-le"), usedforsecurity=False).digest()
    name = f"OSL_PIPE_{os.getuid()}_SingleOfficeIPC_" + "".join(f"{byte:x}" for byte in digest)
    return Path(tempfile.gettempdir(), name)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port
