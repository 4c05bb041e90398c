"""Zips and folders of releases: the same everywhere, and read with distrust."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from lanzarote_data.formats.zip_file import uncompressed, zip_bytes
from lanzarote_data.model.errors import StorageError
from lanzarote_data.release import archive
from lanzarote_data.release.archive import read_archive, read_zip
from tests.release_support import small_files, unpacked, written

FILES = {"a.txt": b"one\n", "b/c.txt": b"two\n"}


def test_a_zip_is_a_function_of_its_files() -> None:
    assert zip_bytes(FILES) == zip_bytes(dict(reversed(FILES.items())))
    found = read_zip(zip_bytes(FILES), "x.zip")
    assert (found.files, found.problems) == (FILES, ())


def test_a_workbook_without_compression_keeps_the_order_of_its_parts() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "x" * 1000)
        book.writestr("a.xml", "y")
    again = zipfile.ZipFile(io.BytesIO(uncompressed(out.getvalue())))
    assert again.namelist() == ["[Content_Types].xml", "a.xml"]
    assert all(info.compress_type == zipfile.ZIP_STORED for info in again.infolist())
    assert again.read("[Content_Types].xml") == b"x" * 1000


def test_every_changed_byte_is_found() -> None:
    content = zip_bytes(small_files())
    size = len(content)
    for offset in sorted({*range(200), *range(200, size, 2003), *range(size - 2000, size, 7)}):
        changed = bytearray(content)
        changed[offset] ^= 0x01
        problems = read_zip(bytes(changed), "x.zip").problems
        assert problems, offset
        assert all(problem.location.source for problem in problems), offset


def test_a_changed_zip_says_which_of_its_files_are_as_released(tmp_path: Path) -> None:
    content = bytearray(zip_bytes(small_files()))
    content[content.index(b"# Synthetic\n")] ^= 0x01
    damaged, changed = read_zip(bytes(content), "x.zip").problems
    assert (damaged.code, damaged.location.source) == ("damaged-archive", "x.zip/factsheets/AAA.md")
    count = len(small_files())
    assert changed.code == "changed-archive"
    assert f"{count} files, {count - 1} are as released" in changed.message


def test_a_cut_off_zip_is_damaged() -> None:
    content = zip_bytes(FILES)
    [problem] = read_zip(content[: content.index(b"two")], "x.zip").problems
    assert problem.code == "damaged-archive"


@pytest.mark.parametrize(
    "name", ["../out.txt", "/abs.txt", "a/../../out.txt", "C:\\x", "a\\b", "a//b", "./a", "ä.txt"]
)
def test_paths_that_lead_out_are_refused(name: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(zipfile.ZipInfo("ok.txt"), "x")
        info = zipfile.ZipInfo("placeholder")
        info.filename = name
        file.writestr(info, "x")
    found = read_zip(out.getvalue(), "x.zip")
    assert not found.files
    assert [problem.code for problem in found.problems] == ["unsafe-archive"]


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 1000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("bomb", b"\0" * 100_000)
    [problem] = read_zip(out.getvalue(), "x.zip").problems
    assert problem.code == "unsafe-archive"
    lying = out.getvalue().replace((100_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    found = read_zip(lying, "x.zip")
    assert found.problems
    assert sum(map(len, found.files.values())) <= 1000
    (tmp_path / "large.zip").write_bytes(b"PK" + b"\0" * 2000)
    [problem] = read_archive(tmp_path / "large.zip").problems
    assert problem.code == "unsafe-archive"


def test_too_many_entries_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_FILES", 1)
    assert read_zip(zip_bytes(FILES), "x.zip").problems[0].code == "unsafe-archive"


def test_a_folder_is_read_without_following_links(tmp_path: Path) -> None:
    folder = unpacked(tmp_path / "r", FILES)
    outside = tmp_path / "secret.txt"
    outside.write_text("secret")
    (folder / "link.txt").symlink_to(outside)
    found = read_archive(folder)
    assert found.files == FILES
    [problem] = found.problems
    assert (problem.code, problem.location.source) == ("unsafe-archive", "link.txt")


def test_what_is_not_an_archive_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_text("not a zip")
    for name in ("x.zip", "none.zip"):
        with pytest.raises(StorageError):
            read_archive(tmp_path / name)


def test_a_zip_packed_again_has_the_same_files_and_is_not_the_same_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in small_files().items():
            file.writestr(name, content)
    found = read_archive(tmp_path / "x.zip")
    assert found.files == small_files()
    [problem] = found.problems
    assert (problem.code, problem.location.source) == ("changed-archive", "x.zip")
    assert f"{len(small_files())} are as released" in problem.message


def test_reading_a_release_from_disk(tmp_path: Path) -> None:
    found = read_archive(written(tmp_path / "x.zip", small_files()))
    assert (found.files, found.problems) == (small_files(), ())
