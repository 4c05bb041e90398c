"""Releases that mean harm: refused with a sentence, quickly, by every command that reads one."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from lanzarote_data.release.archive import zip_bytes
from lanzarote_data.release.formats import FORMATS, Format
from tests.hostile.files import NO_FILES, make_no_file
from tests.hostile.formats import (
    EXCEL,
    EXCEL_BOMBS,
    HARMLESS,
    PARQUET,
    PARQUET_BOMBS,
    SQLITE,
    SQLITE_BOMBS,
    TEXT_BOMBS,
    TEXTS,
)
from tests.hostile.releases import EVERYWHERE, TABLES, WITHDRAWN_IDS, long_texts, released
from tests.hostile.runs import call, check_words, content, enter, refused, run_cheaply
from tests.packages import copy_package
from tests.release_support import small_files, summed, tables_of, unpacked

READERS = {
    "verify": ("verify", "a.zip"),
    "diff": ("diff", ".", "a.zip"),
    "release": ("release", "2026.2", "--previous", "a.zip", "--date", "2026-11-01"),
    "site": ("site", "--release", "a.zip"),
}
RELEASES = {**EVERYWHERE, **TABLES, **WITHDRAWN_IDS}
HEAVY = PARQUET_BOMBS | SQLITE_BOMBS | EXCEL_BOMBS | TEXT_BOMBS
LIGHT = PARQUET | SQLITE | EXCEL | TEXTS


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package in the current folder, from which nothing reaches another machine."""
    copy_package("tiny", tmp_path)
    enter(tmp_path, monkeypatch)
    return tmp_path


def refused_at_no_cost(arguments: tuple[str, ...], folder: Path) -> None:
    """The same in a process of its own, which may die of it, and whose cost is measured."""
    before = content(folder)
    done = run_cheaply(*arguments, folder=folder)
    check_words(done.status, done.out, done.err)
    assert done.status == (1 if arguments[0] == "verify" else 2), done
    assert content(folder) == before


def test_the_release_that_is_changed_is_sound(folder: Path) -> None:
    (folder / "a.zip").write_bytes(released())
    status, out, err = call(*READERS["verify"])
    assert status == 0, (out, err)


@pytest.mark.parametrize("name", RELEASES)
def test_a_hostile_release_is_refused(name: str, folder: Path) -> None:
    (folder / "a.zip").write_bytes(RELEASES[name]())
    for arguments in READERS.values():
        refused(arguments, folder)


@pytest.mark.parametrize("command", READERS)
@pytest.mark.parametrize(
    "name",
    [
        "a bomb",
        "many files",
        "a large zip that differs at its end",
        "a table of one long cell",
        "a table of many wrong lines",
        "withdrawn ids of one long cell",
    ],
)
def test_a_hostile_release_costs_next_to_nothing(name: str, command: str, folder: Path) -> None:
    (folder / "a.zip").write_bytes(RELEASES[name]())
    refused_at_no_cost(READERS[command], folder)


@pytest.mark.parametrize("name", HEAVY)
def test_a_hostile_format_costs_next_to_nothing(name: str, folder: Path) -> None:
    (folder / "a.zip").write_bytes(HEAVY[name]())
    refused_at_no_cost(READERS["verify"], folder)


@pytest.mark.parametrize("name", LIGHT)
def test_a_hostile_format_is_refused(name: str, folder: Path) -> None:
    (folder / "a.zip").write_bytes(LIGHT[name]())
    refused(READERS["verify"], folder)


@pytest.mark.parametrize("name", HARMLESS)
def test_what_changes_no_cell_costs_nothing_either(name: str, folder: Path) -> None:
    (folder / "a.zip").write_bytes(HARMLESS[name]())
    done = run_cheaply(*READERS["verify"], folder=folder)
    check_words(done.status, done.out, done.err)
    assert done.status == 0


def test_to_compare_long_texts_costs_next_to_nothing(tmp_path: Path) -> None:
    ours, theirs = long_texts("words of a synthetic text "), long_texts("a text of other words ")
    unpacked(tmp_path, {**small_files(), **ours})
    (tmp_path / "SHA256SUMS").unlink()  # it is a package, and no release
    (tmp_path / "a.zip").write_bytes(zip_bytes(summed({**small_files(), **theirs})))
    done = run_cheaply("diff", "a.zip", ".", "--format", "html", folder=tmp_path)
    check_words(done.status, done.out[:1_000], done.err)
    assert done.status == 0, done.err


def _disturbed(kind: Format, dice: random.Random) -> dict[str, bytes]:
    """The small release with some bytes of a format changed, more often at its ends."""
    files = dict(small_files())
    name = dice.choice(sorted(kind.write(tables_of())))
    changed = bytearray(files[name])
    for _ in range(dice.choice((1, 2, 8))):
        place = dice.choice((dice.randrange(len(changed)), dice.randrange(-600, 600)))
        changed[place % len(changed)] ^= 1 << dice.randrange(8)
    return {**files, name: bytes(changed)}


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
def test_a_format_with_flipped_bits_is_read_or_refused(kind: Format, folder: Path) -> None:
    dice = random.Random(8)
    for _ in range(20):
        (folder / "a.zip").write_bytes(zip_bytes(summed(_disturbed(kind, dice))))
        status, out, err = call(*READERS["verify"])
        check_words(status, out, err)


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
def test_readers_of_formats_raise_errors_and_no_more(kind: Format) -> None:
    """Thousands of damaged files, read in this process: one that ended it would be seen."""
    dice, refusals = random.Random(9), 0
    for _ in range(60 if kind.name == "Excel workbook" else 1_500):
        try:
            kind.read(_disturbed(kind, dice), tables_of())
        except Exception:
            refusals += 1
    assert refusals


@pytest.mark.parametrize("command", READERS)
@pytest.mark.parametrize("kind", NO_FILES)
def test_what_is_no_file_is_not_read(kind: str, command: str, folder: Path) -> None:
    make_no_file(kind, folder / "a.zip")
    status, out, err = call(*READERS[command])
    check_words(status, out, err)
    assert status in (1, 2)


def test_a_pipe_in_the_folder_of_a_release_is_not_read(folder: Path) -> None:
    release = unpacked(folder / "release", small_files())
    (release / "README.md").unlink()
    os.mkfifo(release / "README.md")
    refused(("verify", "release"), folder)
