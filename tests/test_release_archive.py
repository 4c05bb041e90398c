"""Zips and folders of releases: the same everywhere, and read with distrust."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from lanzarote_data.model.errors import StorageError
from lanzarote_data.release import archive
from lanzarote_data.release.archive import read_archive, read_release_zip, zip_bytes
from lanzarote_data.release.digests import sum_problems
from tests.release_support import small_files, unpacked, written

FILES = {"a.txt": b"one\n", "b/c.txt": b"two\n"}


def test_a_zip_is_a_function_of_its_files() -> None:
    assert zip_bytes(FILES) == zip_bytes(dict(reversed(FILES.items())))
    contents = read_release_zip(zip_bytes(FILES), "x.zip")
    assert (contents.files, contents.problems) == (FILES, ())


def test_stored_keeps_the_order_of_a_workbooks_parts() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "x" * 1000)
        book.writestr("a.xml", "y")
    again = zipfile.ZipFile(io.BytesIO(archive.stored(out.getvalue())))
    assert again.namelist() == ["[Content_Types].xml", "a.xml"]
    assert all(info.compress_type == zipfile.ZIP_STORED for info in again.infolist())
    assert again.read("[Content_Types].xml") == b"x" * 1000


def _offsets(size: int) -> list[int]:
    """Bytes of the first entries, of the directory at the end, and some of all between."""
    return sorted({*range(200), *range(200, size, 1009), *range(size - 2000, size, 3)})


def test_every_changed_byte_is_found_with_its_place() -> None:
    content = zip_bytes(small_files())
    for offset in _offsets(len(content)):
        changed = bytearray(content)
        changed[offset] ^= 0x01
        contents = read_release_zip(bytes(changed), "x.zip")
        problems = [*contents.problems, *sum_problems(contents.files)]
        assert problems, offset
        assert all(problem.location.source for problem in problems), offset


def test_the_place_names_the_entry_and_the_byte() -> None:
    content = bytearray(zip_bytes(FILES))
    content[content.index(b"two")] ^= 0x01
    [problem] = read_release_zip(bytes(content), "x.zip").problems
    assert (problem.code, problem.location.source) == ("changed-archive", "x.zip/b/c.txt")
    content = bytearray(zip_bytes(FILES))
    offset = content.index(b"b/c.txt") - 20
    content[offset] ^= 0x01
    [problem] = read_release_zip(bytes(content), "x.zip").problems
    assert problem.location.source == f"x.zip, byte {offset + 1}"
    assert "in the header of b/c.txt" in problem.message


def test_a_cut_off_zip_says_how_far_it_is_intact() -> None:
    content = zip_bytes(FILES)
    [problem] = read_release_zip(content[: content.index(b"two")], "x.zip").problems
    assert problem.code == "damaged-archive"
    assert "after a.txt" in problem.message


@pytest.mark.parametrize(
    "name", ["../out.txt", "/abs.txt", "a/../../out.txt", "C:\\x", "a\\b", "a//b", "./a", "ä.txt"]
)
def test_paths_that_lead_out_are_refused(name: str, tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(zipfile.ZipInfo("ok.txt"), "x")
        info = zipfile.ZipInfo("placeholder")
        info.filename = name
        file.writestr(info, "x")
    contents = read_release_zip(out.getvalue(), "x.zip")
    assert not contents.files
    assert {problem.code for problem in contents.problems} == {"unsafe-archive"}


def test_links_doubled_names_and_encrypted_entries_are_refused() -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    for entries, word in (
        ([(link, "/etc/passwd")], "is a link"),
        ([(zipfile.ZipInfo("a"), "1"), (zipfile.ZipInfo("A"), "2")], "more than once"),
    ):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as file:
            for info, text in entries:
                file.writestr(info, text)
        [problem] = read_release_zip(out.getvalue(), "x.zip").problems
        assert word in problem.message
    content = bytearray(zip_bytes({"a": b"1"}))
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 0x1
    [problem] = read_release_zip(bytes(content), "x.zip").problems
    assert "is encrypted" in problem.message


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 1000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("bomb", b"\0" * 100_000)
    [problem] = read_release_zip(out.getvalue(), "x.zip").problems
    assert "unpacks to more than" in problem.message
    lying = out.getvalue().replace((100_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    contents = read_release_zip(lying, "x.zip")
    assert contents.problems
    assert sum(map(len, contents.files.values())) <= 1000
    (tmp_path / "large.zip").write_bytes(b"PK" + b"\0" * 2000)
    [problem] = read_archive(tmp_path / "large.zip").problems
    assert problem.code == "unsafe-archive"


def test_too_many_entries_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_FILES", 1)
    assert read_release_zip(zip_bytes(FILES), "x.zip").problems[0].code == "unsafe-archive"


def test_a_folder_is_read_without_following_links(tmp_path: Path) -> None:
    folder = unpacked(tmp_path / "r", FILES)
    outside = tmp_path / "secret.txt"
    outside.write_text("secret")
    (folder / "link.txt").symlink_to(outside)
    contents = read_archive(folder)
    assert contents.files == FILES
    [problem] = contents.problems
    assert problem.location.source == "link.txt"


def test_what_is_no_archive_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_text("not a zip")
    with pytest.raises(StorageError, match="is not a zip"):
        read_archive(tmp_path / "x.zip")
    with pytest.raises(StorageError, match="cannot be read"):
        read_archive(tmp_path / "none.zip")


def test_a_zip_packed_again_by_another_program_is_told_of(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in small_files().items():
            file.writestr(name, content)
    contents = read_archive(tmp_path / "x.zip")
    assert contents.files == small_files()
    assert [problem.code for problem in contents.problems] == ["changed-archive"]


def test_reading_a_release_from_disk(tmp_path: Path) -> None:
    contents = read_archive(written(tmp_path / "x.zip", small_files()))
    assert (contents.files, contents.problems) == (small_files(), ())
