"""Programs other than LibreOffice that open a workbook and save it, and a type checker.

Gnumeric comes from the system, SheetJS and pyright from npm into a folder of their own. What is
missing is said in a sentence, so that a test can skip with it. (ExcelJS is not among them: it
lists every cell of a drop-down, and does not end with those that reach to the last row.)
"""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

HERE = Path(__file__).parent
SECONDS = 120.0


class ClientMissingError(Exception):
    """A client cannot be had on this machine; the text says why."""


@dataclass(frozen=True)
class Edit:
    """A cell that a program writes: a text, a number, or a date as ``2025-03-05``."""

    sheet: str
    cell: str
    text: str = ""
    number: float | None = None
    date: str = ""


def gnumeric(source: Path, target: Path) -> None:
    """Open a workbook with Gnumeric and save it."""
    if shutil.which("ssconvert") is None:
        raise ClientMissingError("Gnumeric is not installed: there is no ssconvert on the path.")
    _run("ssconvert", str(source), str(target))


def sheetjs(source: Path, target: Path, edits: Sequence[Edit] = ()) -> None:
    """Open a workbook with SheetJS, make edits, and save it."""
    script = _library() / "save.cjs"
    listed = json.dumps([asdict(edit) for edit in edits])
    _run("node", str(script), str(source), str(target), listed)


def pyright(program: Path, *paths: Path) -> list[int]:
    """The lines (from 1) of a program in which pyright finds an error.

    :param paths: where the program's own modules are.
    """
    checker = _library() / "node_modules" / ".bin" / "pyright"
    config = program.with_name("pyrightconfig.json")
    config.write_text(json.dumps({"include": [program.name], "extraPaths": list(map(str, paths))}))
    command = (str(checker), "--outputjson", "--pythonpath", sys.executable, "-p", str(config))
    done = subprocess.run(command, capture_output=True, timeout=SECONDS)
    found = json.loads(done.stdout)["generalDiagnostics"]
    return [one["range"]["start"]["line"] + 1 for one in found if one["severity"] == "error"]


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """A folder that goes when the tests end."""
    return tempfile.TemporaryDirectory(prefix="clients-")


@functools.cache
def _library() -> Path:
    """The folder with our script and the library beside it."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise ClientMissingError(f"There is no {program} on the path.")
    folder = Path(_folder().name)
    for name in ("package.json", "save.cjs"):
        shutil.copy(HERE / name, folder)
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--silent")
    try:
        _run("npm", "install", *quiet, "--prefix", str(folder))
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as reason:
        raise ClientMissingError(f"npm cannot install SheetJS and pyright: {reason}") from reason
    return folder


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
