"""What is done before a run: fixtures made, one cell changed, what was made before removed."""

from __future__ import annotations

import contextlib
import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.generate import PARTY, generate
from lanzarote_data.cli import main

ADDED = " edited"


def fixtures(folder: Path, rows: int, parties: int) -> None:
    """A package and a workbook of it in which one text is edited, unless they are there."""
    if (folder / "edited.xlsx").exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    generate(folder / "package", rows, parties)
    _run("export", "--party", PARTY, "--out", str(folder / "sound"), folder=folder)
    _edit(folder / "sound" / f"{PARTY}.xlsx", folder / "edited.part")
    (folder / "edited.part").rename(folder / "edited.xlsx")


def _run(*arguments: str, folder: Path) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        status = main([*arguments, "--package", str(folder / "package")])
    assert status == 0, arguments


def _edit(workbook: Path, edited: Path) -> None:
    """Copy a workbook with a word added to one text, quickly even where it is large."""
    with zipfile.ZipFile(workbook) as old, zipfile.ZipFile(edited, "w", 8) as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "xl/sharedStrings.xml":
                content = content.replace(b"[^1]</t>", b" edited[^1]</t>", 1)
            new.writestr(part, content)


def built(folder: Path) -> None:
    """All is built, from the tables as they are."""
    _run("build", folder=folder)


def to_export(folder: Path) -> None:
    """All is built, and the workbook to be written is not there yet."""
    built(folder)
    without("out")(folder)


def one_cell(folder: Path) -> None:
    """All is built, then one text of a table changed."""
    built(folder)
    _change(folder)


def _change(folder: Path) -> None:
    path = folder / "package" / "tables" / "observations.csv"
    text = path.read_text(encoding="utf-8")
    before = ADDED if f"The{ADDED}" in text else ""
    old, new = f"The{before}", "The" if before else f"The{ADDED}"
    head, found, rest = text.partition(f"{old} ")
    assert found
    path.write_text(f"{head}{new} {rest}", encoding="utf-8")


def without(name: str) -> Callable[[Path], None]:
    """A folder that a command makes is not there yet."""
    return lambda folder: shutil.rmtree(folder / name, ignore_errors=True)


def site(folder: Path) -> None:
    """The site is there, and not yet another or a copy of it."""
    _run("site", "--out", str(folder / "site"), folder=folder)
    for name in ("again", "copy"):
        without(name)(folder)


def one_cell_of_site(folder: Path) -> None:
    """The site is there, then one text changed."""
    site(folder)
    _change(folder)


def thousandth_of_pages(folder: Path) -> float:
    """The number of files of the site in thousands, so that seconds become milliseconds a page."""
    return sum(path.is_file() for path in (folder / "site").rglob("*")) / 1000


def released(folder: Path) -> None:
    """A release is there."""
    if not (folder / "releases").is_dir():
        _run("release", "2026.1", "--out", str(folder / "releases"), folder=folder)
