"""Zips and folders of releases: the same everywhere, and read with distrust."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from lanzarote_data.formats.zip_file import uncompressed, zip_bytes
from lanzarote_data.model.errors import StorageError
from lanzarote_data.release import archive
from lanzarote_data.release.archive import read_archive, read_zip
from lanzarote_data.release.verify import verify
from tests.release_support import small_files, unpacked, written

FILES = {
    "a.txt": b"one\n",
    "b/c.txt": b"two\n",
    "changes/withdrawn.csv": b"",
    "datapackage.json": b"{}",
}


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


@pytest.mark.slow
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
    content[content.index(b"factsheets/AAA.md") + 20] ^= 0x01
    damaged, changed = read_zip(bytes(content), "x.zip").problems
    assert (damaged.code, damaged.location.source) == ("damaged-archive", "x.zip/factsheets/AAA.md")
    count = len(small_files())
    assert changed.code == "changed-archive"
    assert f"{count} files, {count - 1} are as released" in changed.message


def test_a_cut_off_zip_is_damaged() -> None:
    content = zip_bytes(FILES)
    [problem] = read_zip(content[: content.index(b"b/c.txt") + 8], "x.zip").problems
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


def _zip(path: Path, files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    """A zip as other programs make it: with entries for folders, in any order, of today."""
    with zipfile.ZipFile(path, "w", method) as file:
        for folder in sorted({name.rpartition("/")[0] for name in files if "/" in name}):
            file.mkdir(folder)
        for name, content in files.items():
            file.writestr(name, content)
    return path


def _codes(path: Path) -> list[tuple[str, str]]:
    return [(problem.code, problem.severity) for problem in verify(path).problems]


def test_a_zip_packed_again_has_the_right_files(tmp_path: Path) -> None:
    path = _zip(tmp_path / "x.zip", small_files())
    assert read_archive(path).files == small_files()
    assert _codes(path) == [("packed-again", "warning")]
    wrong = _zip(tmp_path / "y.zip", {**small_files(), "README.md": b"Other words.\n"})
    assert _codes(wrong) == [("changed-archive", "error"), ("changed-file", "error")]


@pytest.mark.parametrize("level", [1, 9])
def test_a_zip_of_another_zlib_has_the_right_files(level: int, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as file:
        for info in zipfile.ZipFile(io.BytesIO(zip_bytes(small_files()))).infolist():
            file.writestr(info, small_files()[info.filename], compresslevel=level)
    [problem] = verify(path).problems
    assert (problem.code, problem.severity) == ("packed-again", "warning")
    assert "zlib" in problem.message
    with zipfile.ZipFile(path, "a") as file:
        file.comment = b"hidden"
    assert "zlib" not in str(verify(path).problems)


@pytest.mark.parametrize("kind", ["folder", "zip"])
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda files: {f"x-2026/{n}": c for n, c in files.items()}, "one-folder-deeper"),
        (lambda files: {f"x/y/{n}": c for n, c in files.items()}, "one-folder-deeper"),
        (lambda files: {**files, ".DS_Store": b"x", "tables/Thumbs.db": b"x"}, "system-files"),
        (lambda files: {**files, ".git/config": b"x", "__MACOSX/._a": b"x"}, "system-files"),
    ],
)
def test_what_does_no_harm_on_the_way_is_a_note(
    change: Callable[[Mapping[str, bytes]], dict[str, bytes]],
    expected: str,
    kind: str,
    tmp_path: Path,
) -> None:
    files = change(small_files())
    path = _zip(tmp_path / "x.zip", files) if kind == "zip" else unpacked(tmp_path / "r", files)
    again = [("packed-again", "warning")] if kind == "zip" else []
    assert _codes(path) == [(expected, "warning"), *again]
    assert verify(path).files == len(small_files())
    changed = {n: c + b" " if "README" in n else c for n, c in files.items()}
    path = unpacked(tmp_path / "changed", changed)
    assert ("changed-file", "error") in _codes(path), "a changed byte is still found"


def test_other_line_ends_are_one_problem(tmp_path: Path) -> None:
    def turned(content: bytes) -> bytes:
        """The content as Git checks it out with autocrlf, which leaves what has CRLF somewhere."""
        return content if b"\r\n" in content else content.replace(b"\n", b"\r\n")

    texts = (".csv", ".md", ".json", ".txt", "SHA256SUMS")
    files = {n: turned(c) if n.endswith(texts) else c for n, c in small_files().items()}
    assert _codes(unpacked(tmp_path / "r", files)) == [("other-line-ends", "error")]
    files["tables/notes.csv"] = files["tables/notes.csv"].replace(b"A synthetic", b"Another")
    codes = _codes(unpacked(tmp_path / "r", files))
    assert ("other-line-ends", "error") in codes and ("changed-file", "error") in codes


@pytest.mark.parametrize("kind", ["folder", "zip"])
@pytest.mark.parametrize(
    "files",
    [
        {"a/release.zip": zip_bytes(FILES)},
        {n: c for n, c in small_files().items() if n.startswith(("tables/", "datapackage"))},
        {"holiday.jpg": b"x"},
    ],
    ids=["a zip in it", "a data package", "something else"],
)
def test_what_is_no_release_is_told_so(files: dict[str, bytes], kind: str, tmp_path: Path) -> None:
    path = _zip(tmp_path / "x.zip", files) if kind == "zip" else unpacked(tmp_path / "r", files)
    assert _codes(path) == [("not-a-release", "error")]


def test_reading_a_release_from_disk(tmp_path: Path) -> None:
    found = read_archive(written(tmp_path / "x.zip", small_files()))
    assert (found.files, found.problems) == (small_files(), ())
