"""Hostile releases: the small one with a part that means harm, under sums that fit what it holds.

Whoever changes a release can make its sums anew: what only a wrong sum gives away is not tried.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

from lanzarote_data.formats.zip_file import uncompressed, zip_bytes
from lanzarote_data.release.build import csv_files
from lanzarote_data.release.digests import SUMS
from lanzarote_data.release.withdrawn import WITHDRAWN_PATH
from tests.release_support import small_files, summed, with_rows

_TABLE = "tables/notes.csv"
_DEEP = b"[" * 100_000


def released() -> bytes:
    """The sound release."""
    return zip_bytes(summed(small_files()))


def with_file(name: str, content: bytes) -> bytes:
    """The small release with one file replaced or added, as whoever tampers with it would do.

    It is not compressed, so that a large file in it is not refused as a bomb.
    """
    return uncompressed(zip_bytes(summed({**small_files(), name: content})))


# What every command that reads a release must refuse.


def _packed(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
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


def _over_each_other() -> bytes:
    """A zip that lists what it holds once under many names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a", bytes(100_000))
        for number in range(35):
            info = copy(archive.getinfo("a"))
            info.filename = f"a{number}"
            archive.filelist.append(info)
    return out.getvalue()


def _sums(content: bytes) -> bytes:
    return zip_bytes({**small_files(), SUMS: content})


def _changed_late() -> bytes:
    """A large zip of which the last byte of its last large file was changed."""
    content = bytearray(with_file("large", bytes(60_000_000)))
    content[content.rindex(bytes(1_000)) + 999] ^= 1
    return bytes(content)


EVERYWHERE: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "no zip": lambda: b"PK\x03\x04" + b"\0" * 1_000,
    "an empty zip": lambda: _packed({}),
    "a bomb": lambda: _packed({**small_files(), "more": b"\0" * 200_000_000}),
    "many files": lambda: _packed({str(n): b"" for n in range(30_000)}),
    "a large zip that differs at its end": _changed_late,
    "a path that leads outside": lambda: with_file("../outside", b"x"),
    "names that differ in capitals": lambda: with_file("readme.MD", b"x"),
    "a link": _linked,
    "entries that lie over each other": _over_each_other,
    "compressed by lzma": lambda: _packed(small_files(), zipfile.ZIP_LZMA),
    "sums that name a file outside": lambda: _sums(b"0" * 64 + b"  ../../etc/passwd\n"),
    "sums that steer the terminal": lambda: _sums(b"0" * 64 + "  \x1b[2J\x9b31m\n".encode()),
    "sums of many files": lambda: _sums(b"".join(b"0" * 64 + b"  %d\n" % n for n in range(3_000))),
    "cut off": lambda: released()[:-100],
}
"""Zips that are refused as such, whoever opens them."""


def _described(change: Callable[[Any], object]) -> Callable[[], bytes]:
    def make() -> bytes:
        content = json.loads(small_files()["datapackage.json"])
        change(content)
        return with_file("datapackage.json", json.dumps(content).encode())

    return make


def _path(path: str) -> Callable[[], bytes]:
    return _described(lambda d: d["resources"][1].update(path=path))


def _version(text: object) -> Callable[[], bytes]:
    return _described(lambda d: d.update(version=text))


TABLES: dict[str, Callable[[], bytes]] = {
    "a descriptor at an address": lambda: with_file(
        "datapackage.json", b'{"$ref": "http://example.org/x"}'
    ),
    "deep JSON": lambda: with_file("datapackage.json", _DEEP),
    "a table outside": _path("../../etc/passwd"),
    "a table that is the journal": _path(".lanzarote-writing.json"),
    "a table that is the list of sums": _path(SUMS),
    "a table within a table": _described(
        lambda d: d["resources"][1].update(path=d["resources"][0]["path"] + "/notes.csv")
    ),
    "no table": lambda: with_file(_TABLE, b""),
    "a table of one long cell": lambda: with_file(_TABLE, b'"' + b"x\n" * 10_000_000),
    "a table of many columns": lambda: with_file(_TABLE, b"a," * 1_000_000 + b"\n"),
    "a table of many wrong lines": lambda: with_file(_TABLE, b"a,b\n" + b"1\n" * 2_000_000),
    "a table that is no text": lambda: with_file(_TABLE, b"\xff\xfe" * 1_000),
}
"""Releases whose descriptor or tables cannot be used."""


def _withdrawn(row: bytes, key: bytes = b"notes,N9,2026.1.0,") -> bytes:
    return with_file(WITHDRAWN_PATH, b"resource,key,last_version,row\n" + key + row + b"\n")


WITHDRAWN_IDS: dict[str, Callable[[], bytes]] = {
    "withdrawn rows that are deep": lambda: _withdrawn(_DEEP),
    "withdrawn rows that are no texts": lambda: _withdrawn(b'"{""text"": [1]}"'),
    "withdrawn rows with half a character": lambda: _withdrawn(b'"{""text"": ""\\ud800""}"'),
    "withdrawn ids that are no text": lambda: with_file(WITHDRAWN_PATH, b"\xff\xfe"),
    "withdrawn ids of one long cell": lambda: _withdrawn(b'"' + b"x" * 6_000_000),
    "withdrawn ids of one cell": lambda: _withdrawn(b"{}", b"notes,"),
    "a version that is none": _version("1e9"),
    "a version of many digits": _version("2026." + "1" * 100_000),
}
"""Releases that cannot be the one before."""


def long_texts(text: str) -> dict[str, bytes]:
    """The tables of the small release with long texts, which are made of this one."""

    def lengthen(rows: list[dict[str, str]]) -> None:
        for number, row in enumerate(rows):
            row["text"] = f"{number} {text * (200_000 // len(text))}".strip()

    return csv_files(with_rows("notes", lengthen))
