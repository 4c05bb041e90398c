"""Reading the files of a release, which is an untrusted zip or folder.

Nothing of an archive is unpacked to where its own paths lead: its files are read into memory, by
name. A zip of ours is a function of its files alone, so that any change in it is found.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lanzarote_data.formats.zip_file import zip_bytes
from lanzarote_data.model.errors import StorageError
from lanzarote_data.model.problems import Location, Problem, error
from lanzarote_data.release.digests import AGAIN, SUMS, sum_problems
from lanzarote_data.store import zips
from lanzarote_data.store.untrusted import file_bytes, in_megabytes

MOST_FILES = 5_000
MOST_BYTES = zips.LARGEST_UNPACKED
_SAFE_PATH = re.compile(r"[A-Za-z0-9._\[\]-]+(/[A-Za-z0-9._\[\]-]+)*")
_DAMAGE = (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, struct.error, zlib.error)


@dataclass(frozen=True)
class Archive:
    """The content of the files of an archive by path, and what is wrong with the archive."""

    files: Mapping[str, bytes]
    problems: tuple[Problem, ...] = ()


def read_archive(path: Path) -> Archive:
    """The files of a release in a zip or a folder.

    :raises StorageError: there is nothing at ``path``, or it is neither a folder nor a zip.
    """
    if path.is_dir():
        return _read_folder(path)
    try:
        size = path.stat().st_size
        content = file_bytes(path, MOST_BYTES) if size <= MOST_BYTES else b""
    except OSError as reason:
        hint = "Name the zip of a release, or the folder that it was unpacked to."
        raise StorageError(f"{path} cannot be read: {reason.strerror}.", hint) from reason
    if size > MOST_BYTES:
        return Archive({}, (_too_large(path.name),))
    if not content.startswith(b"PK"):
        raise StorageError(f"{path} is not a zip.", "Name the zip of a release, or its folder.")
    return read_zip(content, path.name)


def read_zip(content: bytes, name: str) -> Archive:
    """The files of a zip, which must be the one that we make of them; ``name`` is for messages."""
    if zips.has_too_many(content, MOST_FILES):
        return Archive({}, (_too_large(name),))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unsafe = _unsafe(archive.infolist(), len(content), name)
            if unsafe:
                return Archive({}, (unsafe,))
            files, damaged = _read_entries(archive, name)
    except _DAMAGE as reason:
        return Archive({}, (_damaged(name, reason),))
    if not damaged and content == zip_bytes(files):
        return Archive(files)
    return Archive(files, (*damaged, _changed(files, damaged, name)))


def _unsafe(infos: list[zipfile.ZipInfo], size: int, name: str) -> Problem | None:
    """The reason to read nothing of a zip, if there is one."""
    if sum(info.file_size for info in infos) > MOST_BYTES or zips.is_bomb(infos, size):
        return _too_large(name)
    fault = zips.faults(infos, size)
    odd = next((info.filename for info in infos if not _is_safe(info.filename)), "")
    if not fault and odd:
        fault = f"its entry {odd!r} has a name that is not safe on every system"
    if not fault:
        return None
    message = f"The archive is not safe to read: {fault}. Nothing of it was read."
    return error("unsafe-archive", Location(source=name), message, AGAIN)


def _is_safe(path: str) -> bool:
    return bool(_SAFE_PATH.fullmatch(path)) and not {".", ".."} & {*path.split("/")}


def _read_entries(
    archive: zipfile.ZipFile, name: str
) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """The files of a zip that can be read, and a problem for each that cannot."""
    files, damaged = {}, []
    for info in archive.infolist():
        try:
            files[info.filename] = archive.read(info)
        except _DAMAGE as reason:
            damaged.append(_damaged(f"{name}/{info.filename}", reason))
    return files, tuple(damaged)


def _damaged(place: str, reason: Exception) -> Problem:
    message = f"{place} is damaged and cannot be read: {str(reason).rstrip('.')}."
    return error("damaged-archive", Location(source=place), message, AGAIN)


def _too_large(name: str) -> Problem:
    most = f"{MOST_FILES:,} files or {in_megabytes(MOST_BYTES)}"
    message = (
        f"The archive unpacks to more than {most}, or to far more than its size. It was not read."
    )
    return error("unsafe-archive", Location(source=name), message, AGAIN)


def _changed(files: Mapping[str, bytes], damaged: tuple[Problem, ...], name: str) -> Problem:
    """A zip that is not the one that its files make: which of its files are as released."""
    wrong = {problem.location.source for problem in sum_problems(files)}
    right = [path for path in files if path not in wrong] if SUMS in files else []
    count = len(files) + len(damaged)
    others = "" if len(right) == count else "; the others are listed"
    message = (
        "The zip is not the one that was released: it was changed, or packed again. "
        f"Of its {count:,} files, {len(right):,} are as released{others}."
    )
    hint = f"{AGAIN} To check the files alone, unpack them and verify the folder."
    return error("changed-archive", Location(source=name), message, hint)


def _read_folder(folder: Path) -> Archive:
    files: dict[str, bytes] = {}
    problems = []
    size = 0
    for path in sorted(_walk(folder)):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not _is_safe(name):
            fault = "is a link" if path.is_symlink() else "has a name that is not safe everywhere"
            message = f"The file {name!r} {fault}. It was not read."
            hint = "Remove it from the folder."
            problems.append(error("unsafe-archive", Location(source=name), message, hint))
            continue
        size += path.stat().st_size
        if size > MOST_BYTES or len(files) >= MOST_FILES:
            return Archive({}, (_too_large(folder.name),))
        files[name] = file_bytes(path, MOST_BYTES)
    return Archive(files, tuple(problems))


def _walk(folder: Path) -> Iterator[Path]:
    """The files below a folder, and the links themselves, never what they lead to."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        else:
            yield path
