"""Factsheets and releases that mean harm: refused with a sentence, and nothing changed."""

from __future__ import annotations

import io
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lanzarote_data.release.archive import zip_bytes
from tests.hostile.files import NO_FILES, make_no_file
from tests.hostile.runs import call, check_words, content, cut_off, run_cheaply
from tests.hostile.sources import TEXTS, WORD, sound
from tests.packages import ROOT, copy_package

SOURCES = {f"{name}.docx": make for name, make in WORD.items()}
SOURCES |= {f"{name}.md": make for name, make in TEXTS.items()}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package in the current folder, from which nothing reaches another machine."""
    copy_package("tiny", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    cut_off(monkeypatch)
    return tmp_path


def refused(arguments: tuple[str, ...], folder: Path) -> None:
    """Run a command that must refuse what it is given."""
    before = content(folder)
    status, out, err = call(*arguments)
    check_words(status, out, err)
    assert status in (1, 2), (out, err)
    assert content(folder) == before


@pytest.mark.parametrize("name", SOURCES)
def test_a_hostile_source_is_refused(name: str, folder: Path) -> None:
    (folder / "a").with_suffix(Path(name).suffix).write_bytes(SOURCES[name]())
    refused(("ingest", f"a{Path(name).suffix}"), folder)


@pytest.mark.parametrize(
    "name",
    [
        "entities.docx",
        "30,000 paragraphs of text.docx",
        "50 megabytes in one paragraph.docx",
        "a line of 50 megabytes.md",
        "just as long a line as may be.md",
        "just as many lines as may be.md",
        "just as many practices as may be.md",
        "just as many long practices as may be.md",
        "underlines.md",
    ],
)
def test_a_hostile_source_costs_next_to_nothing(name: str, folder: Path) -> None:
    file = f"a{Path(name).suffix}"
    (folder / file).write_bytes(SOURCES[name]())
    done = run_cheaply("ingest", file, folder=folder)
    check_words(done.status, done.out, done.err)
    assert done.status == 2


def test_a_word_file_cut_off_or_with_flipped_bits_is_read_or_refused(folder: Path) -> None:
    dice, data = random.Random(9), sound()
    for _ in range(60):
        (folder / "a.docx").write_bytes(data[: dice.randrange(len(data))])
        refused(("ingest", "a.docx"), folder)
    for _ in range(60):
        flipped = bytearray(data)
        flipped[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        (folder / "a.docx").write_bytes(flipped)
        check_words(*call("ingest", "--dry-run", "a.docx"))


def _files() -> dict[str, bytes]:
    with zipfile.ZipFile(ROOT / "fuzz" / "corpus" / "release" / "small.zip") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zip(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def _linked() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("README.md")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, b"/etc/passwd")
    return out.getvalue()


_DEEP = b"[" * 100_000
RELEASES: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "no zip": lambda: b"PK\x03\x04" + b"\0" * 1_000,
    "an empty zip": lambda: _zip({}),
    "a bomb": lambda: _zip({**_files(), "more": b"\0" * 200_000_000}),
    "many files": lambda: _zip({str(n): b"" for n in range(30_000)}),
    "a path that leads outside": lambda: zip_bytes({**_files(), "../outside": b"x"}),
    "an absolute path": lambda: zip_bytes({**_files(), "/outside": b"x"}),
    "a path on a drive": lambda: zip_bytes({**_files(), "C:outside": b"x"}),
    "names that differ in capitals": lambda: zip_bytes({**_files(), "readme.MD": b"x"}),
    "a link": _linked,
    "compressed by bzip2": lambda: _zip(_files(), zipfile.ZIP_BZIP2),
    "compressed by lzma": lambda: _zip(_files(), zipfile.ZIP_LZMA),
    "sums that name a file outside": lambda: zip_bytes(
        {**_files(), "SHA256SUMS": b"0" * 64 + b"  ../../etc/passwd\n"}
    ),
    "sums that steer the terminal": lambda: zip_bytes(
        {**_files(), "SHA256SUMS": b"0" * 64 + "  \x1b[2J\x9b31m\n".encode()}
    ),
    "sums of many files": lambda: zip_bytes(
        {**_files(), "SHA256SUMS": b"".join(b"0" * 64 + b"  %d\n" % n for n in range(3_000))}
    ),
    "a descriptor at an address": lambda: zip_bytes(
        {**_files(), "datapackage.json": b'{"$ref": "http://example.org/x"}'}
    ),
    "deep JSON": lambda: zip_bytes({**_files(), "datapackage.json": b"[" * 100_000}),
    "deep digests": lambda: zip_bytes(
        {**_files(), "metadata/content-digests.json": b"[" * 100_000}
    ),
    "withdrawn ids that are none": lambda: zip_bytes(
        {
            **_files(),
            "changes/withdrawn.csv": b"resource,key,last_version,row\na,b,c," + _DEEP,
        }
    ),
    "cut off": lambda: zip_bytes(_files())[:-100],
}


@pytest.mark.parametrize("name", RELEASES)
def test_a_hostile_release_is_refused(name: str, folder: Path) -> None:
    (folder / "a.zip").write_bytes(RELEASES[name]())
    refused(("verify", "a.zip"), folder)
    refused(("diff", ".", "a.zip"), folder)
    refused(("release", "2026.2", "--previous", "a.zip", "--date", "2026-11-01"), folder)


@pytest.mark.parametrize("name", ["a bomb", "many files"])
def test_a_hostile_release_costs_next_to_nothing(name: str, folder: Path) -> None:
    (folder / "a.zip").write_bytes(RELEASES[name]())
    done = run_cheaply("verify", "a.zip", folder=folder)
    check_words(done.status, done.out, done.err)
    assert done.status == 1


@pytest.mark.parametrize("kind", NO_FILES)
@pytest.mark.parametrize("name", ["a.docx", "a.md", "a.zip"])
def test_what_is_no_file_is_not_read(kind: str, name: str, folder: Path) -> None:
    make_no_file(kind, folder / name)
    command = ("verify", name) if name == "a.zip" else ("ingest", name)
    status, out, err = call(*command)
    check_words(status, out, err)
    assert status in (1, 2)


def test_a_pipe_in_the_folder_of_a_release_is_not_read(folder: Path) -> None:
    release = folder / "release"
    release.mkdir()
    for name, data in _files().items():
        (release / name).parent.mkdir(parents=True, exist_ok=True)
        (release / name).write_bytes(data)
    (release / "README.md").unlink()
    os.mkfifo(release / "README.md")
    refused(("verify", "release"), folder)
