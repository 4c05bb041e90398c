"""A file layer that fails: at the operation with a given number, in a given way.

Everything that changes a file below a folder is counted: files that are opened to be written, each
write that reaches the system, files sent to the disk and closed, renamed, deleted, and folders that
are made or removed. Writes are those of the system and not of a buffer, whoever opened the file:
our own code, zipfile, or another library that uses Python's files. Not seen are libraries that
open files in C (SQLite, Arrow, Pango); the commands let these write to memory alone.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from lanzarote_data.model.errors import LanzaroteError

KILLED = 77
KILL, HALF, SHORT, SHARING = "kill", "kill in the middle", "short write", "sharing violation"
ERRORS = {
    "disk full": errno.ENOSPC,
    "quota": errno.EDQUOT,
    "not allowed": errno.EACCES,
    "read-only disk": errno.EROFS,
    "disk fault": errno.EIO,
}
_CALLS = ("replace", "rename", "unlink", "remove", "mkdir", "rmdir", "truncate")


@dataclass
class FaultyFiles:
    """Counts the operations below ``folder``, and makes the one with number ``point`` fail.

    ``kind`` is one of ``KILL`` (before the operation), ``HALF`` (a write is half done before the
    process dies), ``SHORT`` (the system takes half of a write, as it may), ``SHARING`` (what
    Windows says of a file that Excel has open), or a name of ``ERRORS``; of a write that fails
    half of the bytes arrive. ``point`` is -1 to count alone.
    """

    folder: Path
    point: int = -1
    kind: str = KILL
    count: int = 0
    _numbers: dict[int, str] = field(default_factory=dict)

    @contextmanager
    def installed(self) -> Iterator[FaultyFiles]:
        """Put the layer under everything that this process does."""
        real = {name: getattr(os, name) for name in (*_CALLS, "open", "write", "fsync", "close")}
        changed = {name: self._call(name, real[name]) for name in _CALLS}
        changed["open"] = self._os_open(real["open"])
        changed["write"] = self._os_write(real["write"])
        changed["fsync"] = self._os_fsync(real["fsync"])
        changed["close"] = self._os_close(real["close"])
        opened = self._open(io.open)
        with ExitStack() as stack:
            for name, call in changed.items():
                stack.enter_context(patch.object(os, name, call))
            for module in (io, builtins):
                stack.enter_context(patch.object(module, "open", opened))
            yield self

    def child(self, work: Callable[[], object]) -> int:
        """The exit status of work in a process of its own: 0 done, 1 refused in a sentence."""
        child = os.fork()
        if child == 0:
            status = 70
            with suppress(BaseException), self.installed():
                try:
                    work()
                    status = 0
                except LanzaroteError:
                    status = 1
            os._exit(status)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def watches(self, path: object) -> bool:
        """Whether a path is below the folder."""
        if not isinstance(path, str | os.PathLike):
            return False
        return Path(os.path.abspath(path)).is_relative_to(self.folder)  # noqa: PTH100

    def meet(self, name: str, path: object, half: Callable[[], object] = lambda: None) -> bool:
        """Count an operation, and fail if it is the one; whether it shall be done in part."""
        self.count += 1
        if self.count - 1 != self.point:
            return False
        if self.kind == SHORT:
            return name == "write"
        if name == "write" and self.kind != KILL:
            half()
        if self.kind in (KILL, HALF):
            os._exit(KILLED)
        raise self._fault(path)

    def _fault(self, path: object) -> OSError:
        if self.kind == SHARING:
            fault = PermissionError(errno.EACCES, "The process cannot access the file", str(path))
            fault.winerror = 32  # type: ignore[attr-defined]
            return fault
        number = ERRORS[self.kind]
        return OSError(number, os.strerror(number), str(path))

    def _call(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, *arguments: Any, **settings: Any) -> Any:
            # Of a rename the new name counts: that is the file which another program has open.
            named = arguments[0] if name in ("replace", "rename") and arguments else path
            if self.watches(named):
                self.meet(name, named)
            return real(path, *arguments, **settings)

        return call

    def _os_open(self, real: Callable[..., int]) -> Callable[..., int]:
        def call(path: Any, flags: int, *arguments: Any, **settings: Any) -> int:
            if not self.watches(path):
                return real(path, flags, *arguments, **settings)
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                self.meet("open", path)
            number = real(path, flags, *arguments, **settings)
            self._numbers[number] = str(path)
            return number

        return call

    def _os_write(self, real: Callable[..., int]) -> Callable[..., int]:
        def call(number: int, content: Any) -> int:
            path = self._numbers.get(number)
            part = memoryview(content)[: len(content) // 2]
            if path and self.meet("write", path, lambda: real(number, part)):
                return real(number, part)
            return real(number, content)

        return call

    def _os_fsync(self, real: Callable[[int], None]) -> Callable[[int], None]:
        def call(number: int) -> None:
            path = self._numbers.get(number)
            if path:
                self.meet("fsync", path)
            real(number)

        return call

    def _os_close(self, real: Callable[[int], None]) -> Callable[[int], None]:
        def call(number: int) -> None:
            self._numbers.pop(number, None)  # the next file may get it
            real(number)

        return call

    def _open(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(file: Any, mode: str = "r", buffering: int = -1, *rest: Any, **named: Any) -> Any:
            if not self.watches(file) or not set(mode) & set("wax+"):
                return real(file, mode, buffering, *rest, **named)
            self.meet("open", file)
            raw = _Raw(self, file, mode.replace("b", "").replace("t", ""))
            self._numbers[raw.fileno()] = str(file)
            if buffering == 0:
                return raw
            buffer = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
            return buffer if "b" in mode else io.TextIOWrapper(buffer, *rest, **named)

        return call


class _Raw(io.FileIO):
    """A file whose writes to the system, and whose end, are counted and may fail."""

    def __init__(self, layer: FaultyFiles, path: Any, mode: str) -> None:
        self._layer, self._path, self._writes = layer, str(path), False
        super().__init__(path, mode)
        self._writes = True

    def write(self, content: Any) -> int:
        """Write as much as the system takes."""
        part = memoryview(content).cast("B")[: len(memoryview(content).cast("B")) // 2]
        if self._layer.meet("write", self._path, lambda: super(_Raw, self).write(part)):
            return super().write(part) if len(part) else super().write(content)
        return super().write(content)

    def close(self) -> None:
        """Close the file; a network drive says only now that it has no room."""
        first = self._writes and not self.closed
        if first:
            self._layer._numbers.pop(self.fileno(), None)
        super().close()
        if first:
            self._layer.meet("close", self._path)
