"""Releases that mean harm: refused with a sentence, quickly, by every command that reads one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lanzarote_data.formats.zip_file import zip_bytes
from tests.hostile.files import NO_FILES, make_no_file
from tests.hostile.releases import EVERYWHERE, TABLES, WITHDRAWN_IDS, long_texts, released
from tests.hostile.runs import call, check_words, content, enter, refused, run_cheaply
from tests.packages import copy_package
from tests.release_support import small_files, summed, unpacked

pytestmark = pytest.mark.slow

READERS = {
    "verify": ("verify", "a.zip"),
    "diff": ("diff", ".", "a.zip"),
    "release": ("release", "2026.2", "--previous", "a.zip", "--date", "2026-11-01"),
    "site": ("site", "--release", "a.zip"),
}
RELEASES = {**EVERYWHERE, **TABLES, **WITHDRAWN_IDS}


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
    """``diff`` and ``site`` read a release by the same function as ``release --previous``."""
    (folder / "a.zip").write_bytes(RELEASES[name]())
    chosen = READERS if name in ("a bomb", "a link") else ("verify", "release")
    for command in chosen:
        refused(READERS[command], folder)


@pytest.mark.parametrize(
    ("name", "command"),
    [
        *(("a bomb", command) for command in READERS),
        ("many files", "verify"),
        ("a large zip that differs at its end", "verify"),
        ("a table of one long cell", "diff"),
        ("a table of many wrong lines", "site"),
        ("withdrawn ids of one long cell", "release"),
    ],
)
def test_a_hostile_release_costs_next_to_nothing(name: str, command: str, folder: Path) -> None:
    (folder / "a.zip").write_bytes(RELEASES[name]())
    refused_at_no_cost(READERS[command], folder)


def test_to_compare_long_texts_costs_next_to_nothing(tmp_path: Path) -> None:
    ours, theirs = long_texts("words of a synthetic text "), long_texts("a text of other words ")
    unpacked(tmp_path, {**small_files(), **ours})
    (tmp_path / "SHA256SUMS").unlink()  # it is a package, and no release
    (tmp_path / "a.zip").write_bytes(zip_bytes(summed({**small_files(), **theirs})))
    done = run_cheaply("diff", "a.zip", ".", "--format", "html", folder=tmp_path)
    check_words(done.status, done.out[:1_000], done.err)
    assert done.status == 0, done.err


@pytest.mark.parametrize("kind", NO_FILES)
def test_what_is_no_file_is_not_read(kind: str, folder: Path) -> None:
    make_no_file(kind, folder / "a.zip")
    for arguments in READERS.values():
        status, out, err = call(*arguments)
        check_words(status, out, err)
        assert status in (1, 2)


def test_a_pipe_in_the_folder_of_a_release_is_not_read(folder: Path) -> None:
    release = unpacked(folder / "release", small_files())
    (release / "README.md").unlink()
    os.mkfifo(release / "README.md")
    refused(("verify", "release"), folder)
