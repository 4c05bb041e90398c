"""The files of a release, as a zip or a folder: written the same everywhere, read with distrust.

Nothing of an archive is unpacked to where its own paths lead: its files are read into memory, by
name. A zip of ours is a function of its files alone (fixed order, fixed dates, nothing
compressed), so that a byte that differs is found wherever it stands, in the files or between.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lanzarote_data.model.errors import StorageError
from lanzarote_data.model.problems import Location, Problem, error
from lanzarote_data.store import zips
from lanzarote_data.store.untrusted import file_bytes, in_megabytes

Files = Mapping[str, bytes]
"""The content of files by path, with ``/`` between the parts."""

MOST_FILES = 5_000
MOST_BYTES = zips.LARGEST_UNPACKED
_SAFE_PATH = re.compile(r"[A-Za-z0-9._\[\]-]+(/[A-Za-z0-9._\[\]-]+)*")
_MADE = (1980, 1, 1, 0, 0, 0)
_READABLE_BY_ALL = 0o100644 << 16
_UNIX = 3
_HEADER = struct.Struct("<4s5H3L2H")
_ENCRYPTED = 0x1


@dataclass(frozen=True)
class Contents:
    """What an archive holds as far as it can be read, and what is wrong with the archive."""

    files: Files
    problems: tuple[Problem, ...] = ()


def zip_bytes(files: Files) -> bytes:
    """The zip of files: entries by name, stored, with a fixed date and fixed rights."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            archive.writestr(_entry(name), files[name])
    return out.getvalue()


def stored(content: bytes) -> bytes:
    """A zip (such as a workbook) again without compression, its entries in their own order.

    Compressed bytes depend on the library that Python was built with; stored ones do not.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(_entry(name), old.read(name))
    return out.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _MADE)
    info.external_attr = _READABLE_BY_ALL
    info.create_system = _UNIX
    return info


def read_archive(path: Path) -> Contents:
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
        return Contents({}, (_too_large(path.name),))
    if not content.startswith(b"PK"):
        raise StorageError(f"{path} is not a zip.", "Name the zip of a release, or its folder.")
    return read_release_zip(content, path.name)


def read_release_zip(content: bytes, name: str) -> Contents:
    """The files of a zip that must be, byte for byte, the one that we write from its files."""
    contents = read_zip(content, name)
    if contents.problems:
        return contents
    return Contents(contents.files, tuple(_difference_from_ours(contents.files, content, name)))


def read_zip(content: bytes, name: str) -> Contents:
    """The files of a zip; ``name`` is that of the zip, for messages."""
    if zips.has_too_many(content, MOST_FILES):
        return Contents({}, (_too_large(name),))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            if zips.is_bomb(infos, len(content)):
                return Contents({}, (_too_large(name),))
            unsafe = list(_unsafe_entries(infos, len(content), name))
            if unsafe:
                return Contents({}, tuple(unsafe))
            return _read_entries(archive, content, name)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, struct.error) as reason:
        return Contents({}, (_damaged(content, name, str(reason)),))


def _unsafe_entries(infos: list[zipfile.ZipInfo], size: int, name: str) -> Iterator[Problem]:
    """Reasons to take nothing from a zip at all."""
    if len(infos) > MOST_FILES or sum(info.file_size for info in infos) > MOST_BYTES:
        yield _too_large(name)
    if sum(info.compress_size for info in infos) > size:
        where = Location(source=name)
        yield error("unsafe-archive", where, "Its entries lie over each other.", _AGAIN)
    seen: set[str] = set()
    for info in infos:
        fault = _path_fault(info.filename) or _entry_fault(info)
        if not fault and info.filename.casefold() in seen:
            fault = "is there more than once"
        seen.add(info.filename.casefold())
        if fault:
            where = Location(source=f"{name}/{info.filename}")
            message = f"The entry {info.filename!r} {fault}. Nothing of the archive was read."
            yield error("unsafe-archive", where, message, "Get the release from its publisher.")


def _path_fault(path: str) -> str:
    if not _SAFE_PATH.fullmatch(path) or {".", ".."} & {*path.split("/")}:
        return "leads out of the archive, or has a name that is not safe on every system"
    return ""


def _entry_fault(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is compressed in a way that is not used here"
    return ""


def _read_entries(archive: zipfile.ZipFile, content: bytes, name: str) -> Contents:
    files: dict[str, bytes] = {}
    problems = []
    left = MOST_BYTES
    for info in archive.infolist():
        where = Location(source=f"{name}/{info.filename}")
        try:
            found = _entry_bytes(archive, content, info, left)
        except (zipfile.BadZipFile, EOFError, struct.error, zlib.error) as reason:
            message = f"The entry cannot be read: {reason}."
            problems.append(error("damaged-archive", where, message, _AGAIN))
            continue
        files[info.filename] = found
        left -= len(found)
        if zlib.crc32(found) != info.CRC:
            message = "The content of the entry, or its check sum in the zip, was changed."
            problems.append(error("changed-archive", where, message, _AGAIN))
    return Contents(files, tuple(problems)) if left >= 0 else Contents({}, (_too_large(name),))


def _entry_bytes(
    archive: zipfile.ZipFile, content: bytes, info: zipfile.ZipInfo, most: int
) -> bytes:
    """The bytes of an entry; those of a stored one even where its check sum is wrong."""
    if info.compress_type == zipfile.ZIP_STORED:
        header = _HEADER.unpack_from(content, info.header_offset)
        start = info.header_offset + _HEADER.size + header[9] + header[10]
        found = content[start : start + info.file_size]
        if header[0] != b"PK\x03\x04" or len(found) != info.file_size:
            raise zipfile.BadZipFile("it is not where the directory of the zip says")
        return found
    with archive.open(info) as file:
        return file.read(max(most, 0) + 1)


_AGAIN = "Get the release again from its publisher."


def _too_large(name: str) -> Problem:
    most = f"{MOST_FILES:,} files or {in_megabytes(MOST_BYTES)}"
    message = (
        f"The archive unpacks to more than {most}, or to far more than its size. It was not read."
    )
    return error("unsafe-archive", Location(source=name), message, _AGAIN)


def _damaged(content: bytes, name: str, reason: str) -> Problem:
    """A zip that cannot be opened: how far its entries are intact says where the damage is."""
    offset, last = 0, ""
    for end, entry in _intact_entries(content):
        offset, last = end, entry
    after = f"after {last}" if last else "at its beginning"
    where = Location(source=f"{name}, byte {offset + 1}")
    message = (
        f"The zip is damaged: {reason.rstrip('.')}. It is intact up to byte {offset} ({after})."
    )
    return error("damaged-archive", where, message, _AGAIN)


def _intact_entries(content: bytes) -> Iterator[tuple[int, str]]:
    """From the start, entry by entry as long as all is well: where each ends, and its name."""
    offset = 0
    while content[offset : offset + 4] == b"PK\x03\x04" and offset + _HEADER.size <= len(content):
        header = _HEADER.unpack_from(content, offset)
        crc, size, name_size, extra_size = header[6], header[7], header[9], header[10]
        start = offset + _HEADER.size
        data = start + name_size + extra_size
        if zlib.crc32(content[data : data + size]) != crc or data + size > len(content):
            return
        offset = data + size
        yield offset, content[start : start + name_size].decode("ascii", "replace")


def _difference_from_ours(files: Files, content: bytes, name: str) -> Iterator[Problem]:
    """Where the zip differs from the one that we would write from its files."""
    ours = zip_bytes(files)
    if content == ours:
        return
    first = _first_difference(ours, content)
    where = Location(source=f"{name}, byte {first + 1}")
    message = (
        f"The zip is not as it was released: byte {first + 1} differs, {_place(ours, first)}. "
        "Its files may be right all the same."
    )
    hint = f"{_AGAIN} To check the files alone, unpack them and verify the folder."
    yield error("changed-archive", where, message, hint)


def _first_difference(ours: bytes, other: bytes) -> int:
    """The place of the first byte that differs, or that only one of them has."""
    start, size = 0, max(len(ours), len(other))
    while size > 1:  # in the first half of what is left, or in the second
        half = (size + 1) // 2
        if ours[start : start + half] == other[start : start + half]:
            start += half
            size -= half
        else:
            size = half
    return start


def _place(content: bytes, offset: int) -> str:
    start = 0
    for end, entry in _intact_entries(content):
        if offset < end:
            header = offset - start < _HEADER.size + len(entry)
            return f"in the {'header' if header else 'content'} of {entry}"
        start = end
    return "in the directory at the end of the zip"


def _read_folder(folder: Path) -> Contents:
    files: dict[str, bytes] = {}
    problems = []
    size = 0
    for path in sorted(_walk(folder)):
        name = path.relative_to(folder).as_posix()
        fault = "is a link" if path.is_symlink() else _path_fault(name)
        if fault:
            where = Location(source=name)
            message = f"The file {name!r} {fault}. It was not read."
            problems.append(error("unsafe-archive", where, message, "Take it out of the folder."))
            continue
        size += path.stat().st_size
        if size > MOST_BYTES or len(files) >= MOST_FILES:
            return Contents({}, (_too_large(folder.name),))
        files[name] = file_bytes(path, MOST_BYTES)
    return Contents(files, tuple(problems))


def _walk(folder: Path) -> Iterator[Path]:
    """The files below a folder, and the links themselves, never what is behind them."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        else:
            yield path
