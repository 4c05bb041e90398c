"""What is fuzzed: each reader of files, with the mutation that suits it and what must be true.

A target takes bytes and returns; what it raises is a fault of the program. A refusal
(:class:`LanzaroteError`) and problems are what hostile input should end in.
"""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from fuzz.mutations import Mutation, mutate_json, mutate_table, mutate_text, mutate_zip
from lanzarote_data.ingest.ingest import ingest
from lanzarote_data.ingest.sources import read_source_file
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.merge import merge
from lanzarote_data.model.package import DESCRIPTOR_NAME
from lanzarote_data.model.problems import Problem, has_errors
from lanzarote_data.model.tables import Tables
from lanzarote_data.release.read import read_release
from lanzarote_data.release.verify import verify
from lanzarote_data.store.csv_file import read_file, table_text
from lanzarote_data.store.descriptor import load_package
from lanzarote_data.validate.descriptor import lint
from lanzarote_data.validate.package import validate_package, validate_tables
from lanzarote_data.workbook.imports import read_edits
from tests.factsheets import DATA, synthetic
from tests.packages import copy_package, tiny_tables

CORPUS = Path(__file__).parent / "corpus"
SECONDS = 20
"""The time of the processor that an input may take; a hundred times what the slowest seed takes."""


@dataclass(frozen=True)
class Target:
    """A reader of files: how it is run, how its input is changed, the ending of its files.

    ``run`` is given the bytes, and whether to be thorough.
    """

    name: str
    suffix: str
    run: Callable[[bytes, bool], None]
    mutate: Mutation

    @property
    def corpus(self) -> Path:
        """The folder of its seeds, and of what was found."""
        return CORPUS / self.name

    def inputs(self) -> list[Path]:
        """The files of its corpus, in order."""
        return sorted(self.corpus.iterdir())


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


def checked(problems: Iterable[Problem]) -> None:
    """Each problem says in words what is wrong, and none that the program is."""
    for problem in problems:
        assert problem.message
        assert problem.code != "words-lost", problem.message


def run_workbook(data: bytes, thorough: bool) -> None:
    """Guard, reader and merge of a workbook, against the tables it was made from."""
    path = _file("BEL.xlsx", data)
    edits = read_edits(path, _tiny())
    checked(edits.problems)
    result = merge(_tiny().package, edits.base, _tiny(), edits.theirs)
    if thorough and not has_errors(edits.problems):
        checked(validate_tables(result.tables))


def run_factsheet(data: bytes, thorough: bool) -> None:
    """The reader of Markdown and plain text; every word is in a row or in the report."""
    _ingest(_file("factsheet.md", data), synthetic(), thorough)


def run_word(data: bytes, thorough: bool) -> None:
    """The reader of Word files, and the same account of words."""
    _ingest(_file("factsheet.docx", data), _with_chapters(), thorough)


def _ingest(path: Path, tables: Tables, thorough: bool) -> None:
    result = ingest(read_source_file(path), tables)
    checked(result.problems)
    if thorough:
        checked(validate_tables(result.tables))


@cache
def _with_chapters() -> Tables:
    """Tables that know the titles of the chapters, whose numbers Word counts."""
    return ingest(read_source_file(DATA / "turkiye.txt"), synthetic()).tables


def run_csv(data: bytes, thorough: bool) -> None:
    """The reader of CSV; what is read without a problem goes round."""
    resource = _tiny().package.resource("recommendations")
    read = read_file(resource, _file("recommendations.csv", data))
    checked(read.problems)
    if not read.problems:
        again = read_file(resource, _file("again.csv", _canonical(table_text(read.table))))
        assert again.table == read.table
        assert again.problems == ()
    if thorough:
        checked(validate_tables(_tiny().with_table(read.table)))


def run_release(data: bytes, thorough: bool) -> None:
    """What ``verify`` does with a release from a stranger, and ``release`` with one before."""
    path = _file("release.zip", data)
    checked(verify(path).problems)
    if thorough:
        with suppress(LanzaroteError):
            read_release(path)


def _canonical(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def run_descriptor(data: bytes, thorough: bool) -> None:
    """A descriptor loaded and linted; one that passes describes tables that can be checked."""
    path = _package() / DESCRIPTOR_NAME
    path.write_bytes(data)
    with suppress(LanzaroteError):
        package = load_package(path)
        Tables(package).in_order()
    if thorough:
        checked(validate_package(path))
    else:
        checked(lint(path))


@cache
def _tiny() -> Tables:
    return tiny_tables()


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory()


@cache
def _package() -> Path:
    folder = Path(_folder().name) / "package"
    folder.mkdir()
    return copy_package("tiny", folder).folder


def _file(name: str, data: bytes) -> Path:
    path = Path(_folder().name) / name
    path.write_bytes(data)
    return path


TARGETS = {
    target.name: target
    for target in (
        Target("workbook", ".xlsx", run_workbook, mutate_zip),
        Target("factsheet", ".md", run_factsheet, mutate_text),
        Target("word", ".docx", run_word, mutate_zip),
        Target("csv", ".csv", run_csv, mutate_table),
        Target("descriptor", ".json", run_descriptor, mutate_json),
        Target("release", ".zip", run_release, mutate_zip),
    )
}


def attempt(target: Target, data: bytes, thorough: bool = False) -> str:
    """Run a target; how it ended. What it raises is a fault.

    A thorough run also validates what was read, as every command does that goes on to use it.
    """
    with bounded():
        try:
            target.run(data, thorough)
        except LanzaroteError as reason:
            assert reason.message
            return "refused"
    return "read"


def mutated(target: Target, data: bytes, dice: Random) -> bytes:
    """The input with a few mutations, mostly one."""
    for _ in range(dice.choice((1, 1, 1, 2, 3, 6))):
        data = target.mutate(data, dice)
    return data
