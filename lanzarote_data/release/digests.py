"""Digests: of files (``SHA256SUMS``), and of the content of tables whatever their format.

The content digest of a table is the SHA-256 of UTF-8 text: first a line with the names of the
fields, then a line for each row, sorted by code point; every line is a JSON array of texts without
spaces, and ends with LF. The texts are those of the CSV: a missing value is the empty text. So
the order of rows and the format of the file do not matter, and anybody can compute it again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping

from lanzarote_data.model.problems import Location, Problem, error
from lanzarote_data.model.tables import Table, Tables

SUMS = "SHA256SUMS"
DIGESTS = "metadata/content-digests.json"
FORMAT = "lanzarote.digests/1"
_SUM_LINE = re.compile(r"(?P<sum>[0-9a-f]{64})  (?P<name>[^\s]+)")
AGAIN = "Get the release again from its publisher."


def sums_text(files: Mapping[str, bytes]) -> str:
    """``SHA256SUMS`` for files, as ``sha256sum --check`` reads it; it does not list itself."""
    names = sorted(name for name in files if name != SUMS)
    return "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in names)


def sum_problems(files: Mapping[str, bytes]) -> Iterator[Problem]:
    """Where the files and their sums do not agree, in the order of the names."""
    if SUMS not in files:
        yield error("missing-file", Location(source=SUMS), f"{SUMS} is missing.", AGAIN)
        return
    listed = files[SUMS].decode("utf-8", "replace")
    if listed == sums_text(files):
        return
    expected, wrong = _listed(listed)
    for number in wrong:
        where = Location(source=f"{SUMS}:{number}")
        yield error("changed-file", where, "This line is not a sum and a name.", AGAIN)
    actual = {name: hashlib.sha256(files[name]).hexdigest() for name in files if name != SUMS}
    for name in sorted({*expected, *actual}):
        if expected.get(name) != actual.get(name):
            yield _sum_problem(name, name in expected, name in actual)
    if expected == actual:
        message = f"{SUMS} has the right sums, but not in the form of a release."
        yield error("changed-file", Location(source=SUMS), message, AGAIN)


def _listed(text: str) -> tuple[dict[str, str], list[int]]:
    """The sums by name, and the numbers of lines that are something else."""
    lines = [_SUM_LINE.fullmatch(line) for line in text.split("\n")[:-1]]
    wrong = [number for number, found in enumerate(lines, start=1) if not found]
    return {found["name"]: found["sum"] for found in lines if found}, wrong


def with_line_ends(files: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[str]]:
    """The files with the line ends that their sums ask for, and the names of those that had others.

    Git and editors turn LF into CRLF and back; where that alone was changed, it is undone.
    """
    own = dict(files)
    own[SUMS] = files[SUMS].replace(b"\r\n", b"\n")
    expected, _ = _listed(own[SUMS].decode("utf-8", "replace"))
    for name in own.keys() & expected.keys():
        own[name] = _with_sum(files[name], expected[name])
    return own, sorted(name for name in files if own[name] != files[name])


def _with_sum(content: bytes, total: str) -> bytes:
    """The content with those line ends that give a sum; as it is where none do."""
    unix = content.replace(b"\r\n", b"\n")
    forms = (content, unix, unix.replace(b"\n", b"\r\n"))
    return next((f for f in forms if hashlib.sha256(f).hexdigest() == total), content)


def _sum_problem(name: str, is_listed: bool, exists: bool) -> Problem:
    where = Location(source=name)
    if is_listed and exists:
        message = f"{name} is not as it was released: its sum is not the one in {SUMS}."
        return error("changed-file", where, message, AGAIN)
    if is_listed:
        message = f"{name} is listed in {SUMS}, but is missing."
        return error("missing-file", where, message, AGAIN)
    message = f"{name} is not listed in {SUMS}: it does not belong to the release."
    return error("unknown-file", where, message, "Remove it, or get the release again.")


def content_digest(table: Table) -> str:
    """The content digest of a table, in hexadecimal digits."""
    names = table.resource.field_names
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    lines = [encode(names), *sorted(map(encode, table.columns(names)))]
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode("utf-8")).hexdigest()


def digests_bytes(tables: Tables) -> bytes:
    """The content digests of all tables, as a JSON file."""
    listed = {
        name: {"rows": len(table.rows), "sha256": content_digest(table)}
        for name, table in tables.items()
    }
    return (json.dumps({"format": FORMAT, "tables": listed}, indent=2) + "\n").encode("utf-8")
