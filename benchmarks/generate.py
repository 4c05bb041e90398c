"""Synthetic packages of any size: ``python -m benchmarks.generate ROWS FOLDER [--parties N]``.

The rows are those of the project's own tables, as often as it takes, with every word replaced by
one that means nothing: lengths, markup, footnotes and the shares of all kinds stay as they are in
reality. The same arguments give the same bytes. A row is one of a Party's own: a recommendation,
an observation, a practice, a Party of a practice or a footnote.
"""

from __future__ import annotations

import argparse
import re
import shutil
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from random import Random

from lanzarote_data.model.package import Package
from lanzarote_data.model.tables import Row, Table, Tables
from lanzarote_data.store.descriptor import load_package
from lanzarote_data.store.lock import locked
from lanzarote_data.store.tables import read_tables, write_tables
from lanzarote_data.text.targets import with_cited, with_targets

TOP = Path(__file__).resolve().parent.parent
PARTY = "BEL"  # the Party whose rows are the models
MOST_ROWS_OF_A_PARTY = 100_000  # a workbook of more would be larger than the import allows
LETTERS = {"recommendations": "", "observations": "o", "practices": "p"}
RETOLD = ("title", "short_title", "theme", "meaning", "introduction", "topic", "lead_in", "text",
          "heading", "specific_heading", "generic_heading")  # fmt: skip
NAMES = ("name", "name_in_sentence")
REFERENCES = ("recommendation", "paragraph")  # kinds of footnotes whose words are a reference
WORDS = (
    "the of and to in a for that on by as with or from at which this it other may each such all "
    "when where between under about than through their both paper table column number letter page "
    "folder record notice report plan meeting calendar week season morning garden river bridge "
    "library museum village island valley forest weather measure standard example section colour "
    "describe arrange collect continue improve maintain prepare annual complete different gradual "
    "neutral ordinary arrangements availability coordination documentation representatives"
).split()
_TOKEN = (
    r"(?P<kept>\[\^\d+\]|\{{party\}}|\b(?:{verbs})\b)"
    r"|(?P<url>(?:https?://|mailto:)[^\s()<>]+)|(?P<word>[^\W\d_]{{2,}})"
)


class Writer:
    """Replaces the words of texts but the verbs of urgency; the same seed gives the same words."""

    def __init__(self, seed: str, model: Tables) -> None:
        verbs = {word for row in model.rows("urgencies") for word in (row["urgency"], row["verb"])}
        self._tokens = re.compile(_TOKEN.format(verbs="|".join(sorted(verbs))))
        self._random = Random(seed)
        self._again: dict[str, str] = {}

    def retold(self, row: Row) -> Row:
        """A row with its words replaced; headings and notes that recur still do."""
        told = dict(row)
        for name in RETOLD:
            if row.get(name) and row.get("kind") not in REFERENCES:
                recurs = name != "text" or "kind" in row
                told[name] = self._again_or_new(row[name]) if recurs else self.text(row[name])
        if row.get("url"):
            told["url"] = " ".join(map(address, row["url"].split()))
        return told

    def _again_or_new(self, text: str) -> str:
        if text not in self._again:
            self._again[text] = self.text(text)
        return self._again[text]

    def text(self, text: str) -> str:
        """A text with its words replaced, and its markers, markup and verbs of urgency kept."""
        return self._tokens.sub(self._token, text)

    def _token(self, found: re.Match[str]) -> str:
        if found["url"]:
            return address(found["url"])
        if found["kept"]:
            return found[0]
        word = WORDS[int(self._random.random() * len(WORDS))]
        return word.capitalize() if found[0][0].isupper() else word


def address(url: str) -> str:
    """A synthetic address that stands for another."""
    return f"https://example.org/{zlib.crc32(url.encode())}"


@dataclass(frozen=True)
class Item:
    """A row of a factsheet with its footnotes and the other Parties of a practice."""

    table: str
    row: Row
    citations: tuple[Row, ...]
    partners: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many rows of the tables it is."""
        own = 1 if self.table == "practices" else 0
        return 1 + len(self.citations) + own + len(self.partners)


def items_of(tables: Tables, mark: str) -> list[Item]:
    """The items whose ids have a mark such as ``-BEL-``, in the order of the factsheet."""
    found = []
    for name in LETTERS:
        key = f"{name[:-1]}_id"
        for row in tables.rows(name):
            if mark in row[key]:
                citations = tuple(c for c in tables.rows("citations") if c[key] == row[key])
                found.append(Item(name, row, citations, _partners(tables, row)))
    return sorted(found, key=lambda item: int(item.row["position"]))


def _partners(tables: Tables, row: Row) -> tuple[str, ...]:
    own = row.get("practice_id")
    parties = (p for p in tables.rows("practice_parties") if p["practice_id"] == own)
    return tuple(p["party_id"] for p in parties if p["party_id"] != PARTY)


class Factsheet:
    """The rows of one Party, which it adds to the rows of all."""

    def __init__(self, rows: dict[str, list[Row]], party: str, writer: Writer) -> None:
        self._rows = rows
        self._party = party
        self._writer = writer
        self._numbers = Counter[str]()
        self._positions = Counter[str]()

    def add(self, item: Item, owner: str = "") -> None:
        """Add an item with an id and a position of its own; ``owner`` is ALL if all share it."""
        key, chapter = f"{item.table[:-1]}_id", item.row["chapter_id"]
        round_id, _, number = chapter.partition("-")
        series = f"{round_id}-{owner or self._party}-{number}-{LETTERS[item.table]}"
        self._numbers[series] += 1
        self._positions[chapter] += 10
        row_id = f"{series}{self._numbers[series]}"
        own = {key: row_id, "position": str(self._positions[chapter])}
        own["document_id"] = f"{round_id}-{self._party}-FACTSHEET"
        if item.row.get("party_id"):
            own["party_id"] = self._party
        self._rows[item.table].append({**self._writer.retold(item.row), **own})
        for citation in item.citations:
            about = {key: row_id, "citation_id": f"{row_id}.{citation['marker']}"}
            self._rows["citations"].append({**self._writer.retold(citation), **about})
        if item.table == "practices":
            for party in sorted({self._party, *item.partners}):
                self._rows["practice_parties"].append({"practice_id": row_id, "party_id": party})


def generate(folder: Path, rows: int, parties: int = 0, seed: int = 0) -> Package:
    """Write a package of about so many rows, evenly divided among so many Parties."""
    parties = parties or -(-rows // MOST_ROWS_OF_A_PARTY)
    model = read_tables(load_package(TOP)).tables
    made, chosen = _shared(model, parties, Writer(f"{seed} shared", model))
    own, generic = items_of(model, f"-{PARTY}-"), items_of(model, "-ALL-")
    for party in chosen:
        factsheet = Factsheet(made, party, Writer(f"{seed} {party}", model))
        for item in _enough(own, rows // parties):
            factsheet.add(item)
        for item in generic if party == PARTY else ():
            factsheet.add(item, "ALL")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(TOP / "datapackage.json", folder)
    (folder / "tables").mkdir()
    return _written(load_package(folder), made)


def _enough(items: list[Item], rows: int) -> Iterator[Item]:
    """Items, again and again from the first, as far as so many rows go."""
    least = min(item.size for item in items)
    for item in cycle(items):
        if rows < least:
            return
        if item.size <= rows:
            rows -= item.size
            yield item


def _shared(model: Tables, parties: int, writer: Writer) -> tuple[dict[str, list[Row]], list[str]]:
    """The rows that all Parties share, by table, and the Parties that have rows."""
    made: dict[str, list[Row]] = defaultdict(list)
    for name in ("rounds", "urgencies", "urgency_meanings", "chapters"):
        made[name] = [writer.retold(row) for row in model.rows(name)]
    made["parties"] = [dict(row) for row in model.rows("parties")]
    ids = sorted(row["party_id"] for row in made["parties"])
    chosen = [PARTY, *(party for party in ids if party != PARTY)][:parties]
    sheet = next(row for row in model.rows("documents") if row["party_id"] == PARTY)
    others = [row for row in model.rows("documents") if row is not sheet]
    made["documents"] = [writer.retold(row) for row in others]
    for party in chosen:
        own = {"document_id": f"{sheet['round_id']}-{party}-FACTSHEET", "party_id": party}
        own["number"] = party
        made["documents"].append({**writer.retold(sheet), **own})
    of_chapters = [row for row in model.rows("citations") if row["chapter_id"]]
    made["citations"] = [writer.retold(row) for row in of_chapters]
    return made, chosen


def _written(package: Package, made: dict[str, list[Row]]) -> Package:
    tables = []
    for resource in package.resources:
        names = resource.field_names
        rows = tuple({name: row.get(name, "") for name in names} for row in made[resource.name])
        tables.append(Table(resource, rows))
    cited = with_targets(with_cited(Tables(package, tables)))
    with locked(package):
        write_tables(package, cited.in_order())
    return package


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generate", description=__doc__)
    parser.add_argument("rows", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--parties", type=int, default=0, help="default: one for 100,000 rows")
    options = parser.parse_args()
    generate(options.folder, options.rows, options.parties)
