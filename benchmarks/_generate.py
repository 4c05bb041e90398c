"""A whole valid package of any size, made from a seed: the same bytes every time.

Lengths, markup and shares follow the real tables (``_shape.py``), the words are synthetic. Rows
are counted as a Party's own: recommendations, observations, practices, the Parties of practices,
and footnotes; look-up tables and generic recommendations come on top, as many as in reality.
There is no follow-up, as there is none in the real tables yet.

The rows are written one by one in canonical order, so memory does not grow with their number.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import IO

from benchmarks._factsheets import LETTERS, NUMERALS, REPORT, ROUND, STEP, Factsheet, Row, citation
from benchmarks._shape import PARTY, SHAPE
from benchmarks._texts import Writer
from lanzarote_data.model.package import Package
from lanzarote_data.store.csv_file import read_file
from lanzarote_data.store.descriptor import load_package

TOP = Path(__file__).resolve().parent.parent
MOST_ROWS_A_PARTY = 100_000
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def generate(folder: Path, rows: int, parties: int = 0, seed: int = 0) -> Package:
    """Write a package of so many own rows, divided evenly among so many Parties.

    Unless their number is given, a Party has at most 100,000 rows, as a workbook of 1,000,000
    would unpack to more than the guard of the import allows, and the sheet that keeps all its
    rows would come near to the 1,048,576 rows at which a sheet of Excel ends.
    """
    parties = parties or -(-rows // MOST_ROWS_A_PARTY)
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    shutil.copy(TOP / "datapackage.json", folder)
    package = load_package(folder)
    with ExitStack() as stack:
        files = _Files(package, stack)
        chosen = _shared_rows(files, parties, Writer(f"{seed} shared"))
        bounds = [rows * place // parties for place in range(parties + 1)]
        for place, party in enumerate(sorted(chosen)):
            writer = Writer(f"{seed} {party}")
            own = bounds[place + 1] - bounds[place]
            generic = SHAPE.generic if party == PARTY else 0
            Factsheet(files.write, writer, party).write(own, generic)
        files.finish()
    return package


class _Files:
    """The tables, open to be written in order; the footnotes of each kind of row wait apart."""

    def __init__(self, package: Package, stack: ExitStack) -> None:
        self._writers: dict[str, csv.DictWriter[str]] = {}
        for resource in package.resources:
            path = package.table_path(resource)
            stream: IO[str] = stack.enter_context(path.open("w", encoding="utf-8", newline=""))
            self._add(resource.name, stream, resource.field_names).writeheader()
            if resource.name == "citations":
                self._citations = stream
        names = package.resource("citations").field_names
        self._waiting = [stack.enter_context(_waiting_file()) for _ in LETTERS]
        for table, stream in zip(LETTERS, self._waiting, strict=True):
            self._add(f"citations of {table}", stream, names)

    def _add(self, name: str, stream: IO[str], names: tuple[str, ...]) -> csv.DictWriter[str]:
        self._writers[name] = csv.DictWriter(stream, names, restval="", lineterminator="\n")
        return self._writers[name]

    def write(self, name: str, row: Mapping[str, str]) -> None:
        """Write one row."""
        self._writers[name].writerow(row)

    def finish(self) -> None:
        """Put the footnotes behind those of the chapters: of recommendations, and so on."""
        for stream in self._waiting:
            stream.seek(0)
            shutil.copyfileobj(stream, self._citations)


def _waiting_file() -> IO[str]:
    return tempfile.TemporaryFile("w+", encoding="utf-8", newline="")


def _shared_rows(files: _Files, parties: int, writer: Writer) -> list[str]:
    """Write the tables that all Parties share; the ids of the Parties that have rows."""
    names = _parties(parties)
    others = sorted(set(names) - {PARTY})
    chosen = [PARTY, *others[: parties - 1]]
    for party in sorted(names):
        files.write("parties", names[party])
    for row in _documents(chosen, names):
        files.write("documents", row)
    for row in _lookup_rows(writer):
        files.write(row.pop("table"), row)
    for place, numeral in enumerate(NUMERALS):
        files.write("chapters", _chapter(writer, place, numeral))
    text = writer.text(SHAPE.texts["notes"], "See a synthetic note of the chapter:")
    files.write("citations", citation("chapters", f"{ROUND}-I", 1, "note", text))
    return chosen


def _parties(least: int) -> dict[str, Row]:
    """The States of the real table, and invented ones where more are asked for, by id."""
    resource = load_package(TOP).resource("parties")
    table = read_file(resource, TOP / resource.path).table
    rows = [dict(row) for row in table.rows]
    # ISO 3166-1 leaves the codes from XAA on to its users.
    codes = (f"X{a}{b}" for a in _LETTERS for b in _LETTERS)
    for code in islice(codes, max(least - len(rows), 0)):
        name = f"Synthetic Party {code}"
        rows.append(
            {
                "party_id": code,
                "name": name,
                "name_in_sentence": name,
                "council_of_europe_member": "false",
            }
        )
    return {row["party_id"]: row for row in rows}


def _documents(chosen: list[str], names: dict[str, Row]) -> list[Row]:
    rows: list[Row] = [
        {"document_id": REPORT, "title": "Synthetic report", "round_id": ROUND, "date": "2022-03"}
    ]
    for party in chosen:
        title = f"Synthetic factsheet – {names[party]['name']}"
        row = {"document_id": f"{ROUND}-{party}-FACTSHEET", "title": title, "party_id": party}
        rows.append(row | {"round_id": ROUND, "date": "2023-05-25"})
    return sorted(rows, key=lambda row: row["document_id"])


def _lookup_rows(writer: Writer) -> Iterator[Row]:
    """The round and the levels of urgency; ``table`` says which of the two a row is of."""
    theme = writer.text(SHAPE.texts["chapter title"], "A synthetic theme", length=150)
    title = {"title": "Second synthetic round", "theme": theme}
    yield {"table": "rounds", "round_id": ROUND, "number": "2", "parties_taking_part": "48"} | title
    for rank, urgency in enumerate(("require", "request", "invite"), 1):
        meaning = writer.text(SHAPE.texts["generic"], f"A synthetic meaning of {urgency}:")
        yield {"table": "urgencies", "urgency": urgency, "rank": str(rank), "meaning": meaning}


def _chapter(writer: Writer, place: int, numeral: str) -> Row:
    """A chapter; the first has the longest texts and, as an introduction, no headings."""
    longest = len(NUMERALS) - 1 - place

    def text(name: str, begin: str, markers: int = 0) -> str:
        kind = SHAPE.texts[f"chapter {name}"]
        return writer.text(kind, begin, markers, length=kind.lengths[longest])

    row = {"round_id": ROUND, "number": numeral, "position": str(STEP * (place + 1))}
    row["chapter_id"] = f"{ROUND}-{numeral}"
    row["title"] = text("title", "Chapter on").rstrip(".")
    row["introduction"] = text("introduction", "A synthetic chapter:", int(numeral == "I"))
    if place:
        row["specific_heading"] = text("specific_heading", "What is synthetic in {party}:")
        row["generic_heading"] = text("generic_heading", "What is synthetic in all Parties:")
    return row
