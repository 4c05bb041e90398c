"""Files changed at random by their structure, and the readers that must bear them.

A reader takes bytes and returns; what it raises is a fault of the program. A refusal
(:class:`LanzaroteError`) and problems are what bad input should end in.
"""

from __future__ import annotations

import io
import json
import re
import signal
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from lanzarote_data.ingest.ingest import ingest
from lanzarote_data.ingest.sources import read_source_file
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.merge import merge
from lanzarote_data.model.package import DESCRIPTOR_NAME
from lanzarote_data.model.problems import Problem, has_errors
from lanzarote_data.release.read import read_release
from lanzarote_data.release.verify import verify
from lanzarote_data.store.csv_file import read_file, table_text
from lanzarote_data.validate.package import validate_package, validate_tables
from lanzarote_data.workbook.edits import read_edits
from tests.factsheets import synthetic
from tests.packages import DATA, copy_files, tiny_tables

CORPUS = DATA / "corpus"
SECONDS = 20  # of the processor: a hundred times what the slowest seed takes
PIECES = (
    "", "-1", "0", "007", "1e999", "nan", "99999999999999999999", "=1+1", "\ufeff", "\u202e",
    "\ud7ff\U0010ffff", "e\u0301", "_x000D_", "_xD800_", "[^1]", "[^0]: ", "**", "A" * 300, "true",
    "\n", "\t", "\r", "\x00", '"', '"a\nb"', "(a+)+$", "[", "../x.csv", "2023-02-30", "BEL",
    "# A", "## II. A synthetic chapter", "### Specific recommendations", "- A point", "> A frame",
    "| a | b |\n|---|---|", "A text.[^1][^2]", "The Committee **invites** all Parties to act:",
    '<c r="A2" t="s"><v>99999</v></c>', '<c r="B2" t="e"><v>#REF!</v></c>', '<row r="0"/>',
    '<c r="C3" t="inlineStr"><is><r><rPr><b/></rPr><t>x</t></r></is></c>', "<f>1/0</f>", "&a;",
    '<mergeCells><mergeCell ref="A1:C4"/></mergeCells>', "<![CDATA[<x>]]>", "<!-- x -->", "&#0;",
    '<!DOCTYPE x [<!ENTITY a "b">]>', '<w:footnoteReference w:id="99"/>', '<w:br w:type="page"/>',
    "<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>", ' r="XFD1048576"', ' t="inlineStr"',
)  # fmt: skip
UNREADABLE = (
    *(ValueError, RecursionError, OSError, EOFError, NotImplementedError),
    *(zipfile.BadZipFile, zlib.error),
)
"""What reading a file that was changed before may raise."""
VALUES: tuple[Any, ...] = (None, True, -1, 1.5, 10**30, "\ud800", [], {}, [None], [{}], {"": ""})
_TOKEN = re.compile(r'<[^>]*>|[^<>\n",]+|.', re.DOTALL)


def mutated(data: bytes, dice: Random, suffix: str) -> bytes:
    """A file with a few changes, mostly one, made by what it is."""
    for _ in range(dice.choice((1, 1, 1, 2, 3, 6))):
        data = mutated_once(data, dice, suffix)
    return data


def mutated_once(data: bytes, dice: Random, suffix: str) -> bytes:
    """A file with one change: in a part of it, in a value, in its text, or rarely in its bytes."""
    if dice.randrange(20):
        with suppress(*UNREADABLE):
            if suffix in (".xlsx", ".docx", ".zip"):
                return in_zip(data, dice)
            if suffix == ".json":
                return in_json(data, dice)
            return in_text(data, dice)
    return in_bytes(data, dice)


def in_bytes(data: bytes, dice: Random) -> bytes:
    """A bit flipped, or bytes taken out, doubled or put in."""
    start = dice.randrange(len(data) + 1)
    piece = data[start : start + dice.choice((1, 1, 2, 8, 64))]
    flipped = bytes(byte ^ 1 << dice.randrange(8) for byte in piece[:1]) + piece[1:]
    new = dice.choice((b"", flipped, piece * 2, dice.randbytes(3)))
    return data[:start] + new + data[start + len(piece) :]


def in_text(data: bytes, dice: Random) -> bytes:
    """A few tokens taken out, doubled, moved or replaced: tags, cells, lines or marks."""
    tokens = _TOKEN.findall(data.decode("utf-8", "surrogateescape"))
    at = dice.randrange(len(tokens) + 1)
    some = tokens[at : at + dice.choice((1, 1, 1, 2, 5, 20))]
    new = dice.choice(([], some * 2, [dice.choice(PIECES)], [*some, dice.choice(PIECES)]))
    tokens[at : at + len(some)] = new
    if not dice.randrange(6):
        to = dice.randrange(len(tokens) + 1)
        tokens[to:to] = some
    return "".join(tokens).encode("utf-8", "surrogateescape")


def in_json(data: bytes, dice: Random) -> bytes:
    """A value somewhere taken out, replaced, renamed, or put elsewhere."""
    content = json.loads(data)
    places = list(_places(content, 0))
    holder, key = dice.choice(places)
    other, name = dice.choice(places)
    value = holder.pop(key)
    action = dice.randrange(4)
    if action == 1 and isinstance(holder, dict):
        holder[dice.choice(("name", "x", "lanzarote:order", "enum", "pattern"))] = value
    elif action > 1:
        new = other.get(name) if isinstance(other, dict) and action == 2 else None
        new = dice.choice((*PIECES, *VALUES)) if new is None else new
        holder.insert(key, new) if isinstance(holder, list) else holder.update({key: new})
    return json.dumps(content).encode()


def _places(content: Any, depth: int) -> Iterator[tuple[Any, Any]]:
    """Every object and list with each key or index of it; no deeper than a descriptor is."""
    if isinstance(content, (dict, list)) and depth < 12:
        for key in content if isinstance(content, dict) else range(len(content)):
            yield content, key
            yield from _places(content[key], depth + 1)


def in_zip(data: bytes, dice: Random) -> bytes:
    """A part of a zip changed; rarely one taken out, doubled, renamed or put in."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        try:
            parts = [(name, archive.read(name)) for name in archive.namelist()]
        except (zlib.error, zipfile.BadZipFile):  # it was damaged by an earlier change
            return data
    at = dice.randrange(len(parts))
    name, content = parts[at]
    if dice.randrange(12):
        parts[at] = (name, mutated_once(content, dice, Path(name).suffix))
    else:
        names = (name, name.upper(), "../x", "/x", "", "xl/vbaProject.bin", "xl/comments1.xml")
        parts[at : at + dice.randrange(2)] = [(dice.choice(names), content)] * dice.randrange(2)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name may be there twice
        for part, content in parts:
            archive.writestr(zipfile.ZipInfo(part), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


class TooSlow(BaseException):
    """An input that takes too long; no ``except Exception`` can hide it."""


@contextmanager
def bounded(seconds: float = SECONDS) -> Iterator[None]:
    """Raise :class:`TooSlow` where the processor is busy for longer, on systems that can tell."""
    if not hasattr(signal, "SIGPROF"):
        yield
        return

    def stop(*_: object) -> None:
        raise TooSlow(f"still busy after {seconds} seconds of processor time")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@dataclass(frozen=True)
class Target:
    """A reader of files: how it is run, and how many changed files the tests give it.

    ``run`` is given a file, and whether to validate what was read, as commands do that use it.
    """

    name: str
    run: Callable[[Path, bool], None]
    examples: int

    def inputs(self) -> list[Path]:
        """The files from which it starts: sound ones, and those that reach far."""
        if self.name == "descriptor":
            return [DATA / "tiny" / DESCRIPTOR_NAME]
        return sorted((CORPUS / self.name).iterdir())

    def attempt(self, path: Path, thorough: bool = False) -> str:
        """Run it on a file; how it ended. What it raises is a fault."""
        with bounded():
            try:
                self.run(path, thorough)
            except LanzaroteError as reason:
                assert reason.message
                return "refused"
        return "read"


def checked(problems: Iterable[Problem]) -> None:
    """Each problem says in words what is wrong, and none that the program is."""
    for problem in problems:
        assert problem.message
        assert problem.code != "words-lost", problem.message


def run_workbook(path: Path, thorough: bool) -> None:
    """Guard, reader and merge of a workbook, against the tables it was made from."""
    tables = tiny_tables()
    edits = read_edits(path, tables)
    checked(edits.problems)
    result = merge(edits.base, tables, edits.theirs)
    if thorough and not has_errors(edits.problems):
        checked(validate_tables(result.tables))


def run_factsheet(path: Path, thorough: bool) -> None:
    """The reader of a factsheet; every word is in a row or in the report."""
    tables = synthetic()
    if path.suffix == ".docx":  # Word counts the chapters, whose titles must be known
        turkiye = read_source_file(DATA / "factsheets" / "turkiye.txt")
        tables = ingest(turkiye, tables).tables
    result = ingest(read_source_file(path), tables)
    checked(result.problems)
    if thorough:
        checked(validate_tables(result.tables))


def run_table(path: Path, thorough: bool) -> None:
    """The reader of CSV; what is read without a problem is the same when written and read again."""
    tables = tiny_tables()
    resource = tables.package.resource("recommendations")
    read = read_file(resource, path)
    checked(read.problems)
    if not read.problems:
        path.write_bytes(table_text(read.table).encode("utf-8", "surrogatepass"))
        again = read_file(resource, path)
        assert (again.table, again.problems) == (read.table, ())
    if thorough:
        checked(validate_tables(tables.with_table(read.table)))


def run_descriptor(path: Path, _: bool) -> None:
    """A descriptor is linted; one that passes describes tables that can be checked."""
    folder = path.parent / "package"
    folder.mkdir(exist_ok=True)
    copy_files("tiny", folder)
    path.replace(folder / DESCRIPTOR_NAME)
    checked(validate_package(folder))


def run_release(path: Path, thorough: bool) -> None:
    """What ``verify`` does with a release, and ``release`` with the one before."""
    checked(verify(path).problems)
    if thorough:
        with suppress(LanzaroteError):
            read_release(path)


TARGETS = {
    target.name: target
    for target in (
        Target("csv", run_table, 200),
        Target("descriptor", run_descriptor, 30),
        Target("factsheet", run_factsheet, 60),
        Target("release", run_release, 20),
        Target("word", run_factsheet, 40),
        Target("workbook", run_workbook, 60),
    )
}
