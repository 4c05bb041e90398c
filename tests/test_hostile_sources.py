"""Factsheets that mean harm: refused with a sentence, and nothing changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile.files import NO_FILES, make_no_file
from tests.hostile.runs import call, check_words, enter, refused, run_cheaply
from tests.hostile.sources import TEXTS, WORD
from tests.packages import copy_package

pytestmark = pytest.mark.slow

SOURCES = {f"{name}.docx": make for name, make in WORD.items()}
SOURCES |= {f"{name}.md": make for name, make in TEXTS.items()}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package in the current folder, from which nothing reaches another machine."""
    copy_package("tiny", tmp_path)
    enter(tmp_path, monkeypatch)
    return tmp_path


@pytest.mark.parametrize("name", SOURCES)
def test_a_hostile_source_is_refused(name: str, folder: Path) -> None:
    (folder / "a").with_suffix(Path(name).suffix).write_bytes(SOURCES[name]())
    refused(("ingest", f"a{Path(name).suffix}"), folder)


@pytest.mark.parametrize(
    "name",
    [
        "entities.docx",
        "50 megabytes in one paragraph.docx",
        "a line of 50 megabytes.md",
        "just as many lines as may be.md",
        "just as many practices as may be.md",
        "underlines.md",
    ],
)
def test_a_hostile_source_costs_next_to_nothing(name: str, folder: Path) -> None:
    file = f"a{Path(name).suffix}"
    (folder / file).write_bytes(SOURCES[name]())
    done = run_cheaply("ingest", file, folder=folder)
    check_words(done.status, done.out, done.err)
    assert done.status == 2


@pytest.mark.parametrize("kind", NO_FILES)
@pytest.mark.parametrize("name", ["a.docx", "a.md"])
def test_what_is_no_file_is_not_read(kind: str, name: str, folder: Path) -> None:
    make_no_file(kind, folder / name)
    status, out, err = call("ingest", name)
    check_words(status, out, err)
    assert status in (1, 2)
