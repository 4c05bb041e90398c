"""Reading the files of a release, which is an untrusted zip or folder.

Nothing of an archive is unpacked to where its own paths lead: its files are read into memory, by
name. A zip of ours is a function of its files alone, so that any change in it is found. What may
happen to a release on its way is said in words of its own: it was packed again, is one folder
deeper, has other line ends, or files of the system beside its own.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lanzarote_data.formats.zip_file import is_ours, zip_bytes
from lanzarote_data.model.errors import StorageError
from lanzarote_data.model.package import DESCRIPTOR_NAME
from lanzarote_data.model.problems import Location, Problem, error, has_errors, warning
from lanzarote_data.release.digests import AGAIN, SUMS, sum_problems, with_line_ends
from lanzarote_data.release.withdrawn import WITHDRAWN_PATH
from lanzarote_data.store import zips
from lanzarote_data.store.untrusted import file_bytes, in_megabytes

MOST_FILES = 5_000
MOST_BYTES = zips.LARGEST_UNPACKED
_SAFE_PATH = re.compile(r"[A-Za-z0-9._\[\]-]+(/[A-Za-z0-9._\[\]-]+)*")
_OF_THE_SYSTEM = {".DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX", ".git"}
_DAMAGE = (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, struct.error, zlib.error)


@dataclass(frozen=True)
class Archive:
    """The files of an archive by path, what is wrong with it, and the SHA-256 of a zip."""

    files: Mapping[str, bytes]
    problems: tuple[Problem, ...] = ()
    digest: str = ""


def read_archive(path: Path) -> Archive:
    """The files of a release in a zip or a folder.

    :raises StorageError: there is nothing at ``path``, or it is neither a folder nor a zip.
    """
    if path.is_dir():
        return _settled(_read_folder(path), path.name)
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
    return replace(read_zip(content, path.name), digest=hashlib.sha256(content).hexdigest())


def read_zip(content: bytes, name: str) -> Archive:
    """The files of a zip, which must be the one that we make of them; ``name`` is for messages."""
    if zips.has_too_many(content, MOST_FILES):
        return Archive({}, (_too_large(name),))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = [i for i in archive.infolist() if not (i.is_dir() or _is_of_the_system(i))]
            unsafe = _unsafe(archive.infolist(), len(content), name)
            if unsafe:
                return Archive({}, (unsafe,))
            files, damaged = _read_entries(archive, infos, name)
            form = is_ours(archive, len(content))
            others = tuple(filter(_is_of_the_system, archive.infolist()))
    except _DAMAGE as reason:
        return Archive({}, (_damaged(name, reason),))
    found = _settled(Archive(files, (*damaged, *_note(i.filename for i in others))), name)
    if not found.files or (not damaged and content == zip_bytes(files)):
        return found
    return replace(found, problems=(*found.problems, _changed(found, len(damaged), form, name)))


def _unsafe(infos: list[zipfile.ZipInfo], size: int, name: str) -> Problem | None:
    """The reason to read nothing of a zip, if there is one."""
    if sum(info.file_size for info in infos) > MOST_BYTES or zips.is_bomb(infos, size):
        return _too_large(name)
    fault = zips.faults(infos, size)
    parts = (info for info in infos if not _is_of_the_system(info))
    odd = next((p.filename for p in parts if not _is_safe(p.filename.removesuffix("/"))), "")
    if not fault and odd:
        fault = f"its entry {odd!r} has a name that is not safe on every system"
    if not fault:
        return None
    message = f"The archive is not safe to read: {fault}. Nothing of it was read."
    return error("unsafe-archive", Location(source=name), message, AGAIN)


def _is_safe(path: str) -> bool:
    return bool(_SAFE_PATH.fullmatch(path)) and not {".", ".."} & {*path.split("/")}


def _is_of_the_system(part: zipfile.ZipInfo | str) -> bool:
    """Whether a path is what Windows, macOS or Git put beside other files."""
    path = part if isinstance(part, str) else part.filename
    return bool(_OF_THE_SYSTEM & {*path.split("/")})


def _note(paths: Iterable[str]) -> Iterator[Problem]:
    """A note about files of the system, which were not read."""
    names = sorted({path.rstrip("/").rpartition("/")[2] for path in paths})
    if names:
        message = (
            f"Windows, macOS or Git put files beside those of the release: {', '.join(names[:3])}. "
            "They were not read."
        )
        yield warning("system-files", Location(source=names[0]), message, "Remove them.")


def _settled(found: Archive, name: str) -> Archive:
    """The archive with its files where a release has them, and with their own line ends.

    Where it is not a release at all, a problem says what it is, and it has no files.
    """
    files = found.files
    if not files:
        return found
    top = next((path.removesuffix(SUMS) for path in files if path.endswith(f"/{SUMS}")), "")
    notes = list(found.problems)
    if top and all(path.startswith(top) for path in files):
        files = {path.removeprefix(top): content for path, content in files.items()}
        message = f"The files are in the folder {top.rstrip('/')!r} of it, not at its top."
        notes.append(warning("one-folder-deeper", Location(source=name), message, ""))
    elif SUMS not in files:
        kind = _other_kind(files, name)
        return Archive({}, (*notes, kind)) if kind else found
    files, changed = with_line_ends(files)
    return Archive(files, (*notes, *_line_ends(changed)))


def _other_kind(files: Mapping[str, bytes], name: str) -> Problem | None:
    """The problem that says what files are that are no release."""
    zips_in_it = [path for path in files if path.lower().endswith(".zip")]
    if zips_in_it and DESCRIPTOR_NAME not in files:
        message = f"It is no release itself, but holds a zip: {zips_in_it[0]}."
        hint = f"Verify {zips_in_it[0].rpartition('/')[2]}; if it is in a zip, unpack that first."
    elif DESCRIPTOR_NAME in files and WITHDRAWN_PATH not in files:
        message = f"It is a data package, not a release: it has no {SUMS}."
        hint = "Check it with 'lanzarote validate'; 'lanzarote release' makes a release of it."
    elif not any(path.rpartition("/")[2] == DESCRIPTOR_NAME for path in files):
        message = f"It is no release: it has neither {DESCRIPTOR_NAME} nor {SUMS}."
        hint = "Name the zip of a release, or the folder that it was unpacked to."
    else:
        return None
    return error("not-a-release", Location(source=name), message, hint)


def _line_ends(changed: list[str]) -> Iterator[Problem]:
    if changed:
        message = (
            f"The line ends of {len(changed):,} files are other ones than those that were "
            f"released, such as those of {changed[0]}. Git with autocrlf, or an editor, does that. "
            "Their words are as released."
        )
        yield error("other-line-ends", Location(source=changed[0]), message, AGAIN)


def _read_entries(
    archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], name: str
) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """The files of a zip that can be read, and a problem for each that cannot."""
    files, damaged = {}, []
    for info in infos:
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


def _changed(found: Archive, damaged: int, is_form_ours: bool, name: str) -> Problem:
    """A zip that is not the one that its files make: which of its files are as released."""
    where = Location(source=name)
    wrong = {problem.location.source for problem in sum_problems(found.files)}
    count = len(found.files) + damaged
    right = len({*found.files} - wrong) if SUMS in found.files else 0
    if right == count and not has_errors(found.problems) and not wrong:
        how = "compressed by another version of zlib" if is_form_ours else "packed again"
        message = f"The zip was {how}. All of its {count:,} files are as released."
        hint = "Its SHA-256 is not the one that the publisher gives."
        return warning("packed-again", where, message, hint)
    others = "" if right == count else "; the others are listed"
    message = (
        "The zip is not the one that was released: it was changed, or packed again. "
        f"Of its {count:,} files, {right:,} are as released{others}."
    )
    hint = f"{AGAIN} To check the files alone, unpack them and verify the folder."
    return error("changed-archive", where, message, hint)


def _read_folder(folder: Path) -> Archive:
    files: dict[str, bytes] = {}
    size, paths = 0, sorted(_walk(folder))
    problems = list(_note(path.name for path in paths if path.name in _OF_THE_SYSTEM))
    for path in (path for path in paths if path.name not in _OF_THE_SYSTEM):
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
        if path.name not in _OF_THE_SYSTEM and path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        else:
            yield path
