"""Take a factsheet's text into the tables, with a report of everything that was not placed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lanzarote_data.changes import Change, apply, difference
from lanzarote_data.errors import SourceError
from lanzarote_data.factsheet.parse import Factsheet, parse_factsheet
from lanzarote_data.factsheet.rows import Context, RowMaker, Rows
from lanzarote_data.problems import Location, Problem, error, warning
from lanzarote_data.schema import shown
from lanzarote_data.tables import Key, Row, Tables, key_text

# A generic recommendation, a chapter and a level of urgency are the same in every factsheet;
# where they stand may differ, and the first factsheet that had them keeps its place.
_OF_THE_FIRST = {"document_id", "position"}


@dataclass(frozen=True)
class Ingestion:
    """What a factsheet adds: the new tables, the changes, rows of the source by table, problems."""

    tables: Tables
    changes: tuple[Change, ...]
    counts: dict[str, int]
    problems: tuple[Problem, ...]


def ingest(text: str, source: str, tables: Tables, party_id: str = "") -> Ingestion:
    """Read a factsheet into the tables; ``source`` is the name of its file.

    The Party is the one that the title names, unless ``party_id`` says so. The tables must hold
    the Parties, one round, and its implementation report.

    :raises SourceError: the text is not that of a factsheet, or its Party or round is unknown.
    """
    factsheet = parse_factsheet(text)
    context = _context(factsheet, tables, party_id)
    maker = RowMaker(factsheet, context)
    rows = maker.make()
    additions, problems = _additions(tables, rows, source)
    problems += _reports(factsheet, maker, source)
    changed = apply(tables, additions)
    counts = {name: len(items) for name, items in rows.by_table.items()}
    return Ingestion(changed, difference(tables, changed), counts, tuple(problems))


def _context(factsheet: Factsheet, tables: Tables, party_id: str) -> Context:
    party = _party(factsheet, tables, party_id)
    rounds = tables.rows("rounds")
    matching = [row for row in rounds if any(row["theme"] in words for words in factsheet.front)]
    if not matching:
        raise SourceError(
            "The factsheet’s title names no theme of a monitoring round in the table rounds.",
            "Add the round to the table rounds, with its theme word for word as in the title.",
        )
    round_id = matching[0]["round_id"]
    documents = tables.rows("documents")
    report = [d for d in documents if d["round_id"] == round_id and not d["party_id"]]
    if not report:
        raise SourceError(
            f"The table documents has no implementation report of the round {round_id}.",
            "Add it: a document of the round that names no Party.",
        )
    return Context(
        round_id=round_id,
        party=party,
        parties=tables.rows("parties"),
        documents=documents,
        factsheet_id=f"{round_id}-{party['party_id']}-FACTSHEET",
        report_id=report[0]["document_id"],
    )


def _party(factsheet: Factsheet, tables: Tables, party_id: str) -> Row:
    name = factsheet.party_name.casefold()
    parties = tables.rows("parties")
    for party in parties:
        if party_id == party["party_id"]:
            return party
        names = (party["name"].casefold(), party["name_in_sentence"].casefold())
        if not party_id and name in names:
            return party
    wanted = party_id or factsheet.party_name
    raise SourceError(
        f"No Party {wanted} stands in the table parties.",
        "Name the Party by its three letters with --party, as they stand in the table parties.",
    )


def _additions(tables: Tables, rows: Rows, source: str) -> tuple[list[Change], list[Problem]]:
    """The rows that are new, and a problem for each that differs from what is stored."""
    changes: list[Change] = []
    problems: list[Problem] = []
    for name, items in rows.by_table.items():
        table = tables[name]
        for row in items:
            full = {field: row.get(field, "") for field in table.resource.field_names}
            key = table.key(full)
            stored = table.by_key.get(key)
            if stored is None:
                changes.append(Change(name, key, None, None, full))
            else:
                line = rows.lines.get(key[0], 1)
                problems += _differences(name, key, stored, full, f"{source}:{line}")
    return changes, problems


def _differences(name: str, key: Key, stored: Row, read: Row, place: str) -> Iterator[Problem]:
    for field, text in read.items():
        if text == stored[field] or (field in _OF_THE_FIRST and not _own(stored, read)):
            continue
        where = Location(name, key_text(key), field, place)
        message = (
            f"{key_text(key)} is stored with another {field}: "
            f"stored is {shown(stored[field], 200)}, the source has {shown(text, 200)}."
        )
        hint = "Correct the source or the tables, so that both say the same, and ingest again."
        yield error("differs-from-stored", where, message, hint)


def _own(stored: Row, read: Row) -> bool:
    """Whether both rows come from one document."""
    return stored.get("document_id", "") == read.get("document_id", "")


def _reports(factsheet: Factsheet, maker: RowMaker, source: str) -> Iterator[Problem]:
    """What was not placed, and what is uncertain."""
    for block in factsheet.unplaced:
        where = Location(source=f"{source}:{block.line}")
        message = f"No place was found for {shown(block.text, 200)}."
        yield error(
            "not-placed", where, message, "Put it under a heading or lead-in that says what it is."
        )
    for number, line in maker.missing:
        where = Location(source=f"{source}:{line}")
        message = f"The text has the marker of footnote {number}, but there is no such footnote."
        yield error("footnote-missing", where, message, "Add the footnote, or take the marker out.")
    for note in maker.unused.values():
        where = Location(source=f"{source}:{note.line}")
        message = f"No text has the marker of footnote {note.number}, {shown(note.text)}."
        yield error("marker-missing", where, message, "Put the marker where it belongs.")
    for doubt in factsheet.doubts:
        where = Location(source=f"{source}:{doubt.line}")
        yield warning(doubt.code, where, doubt.message, "Compare it with the source.")
    for block in factsheet.left_out:
        where = Location(source=f"{source}:{block.line}")
        message = f"Left out as page furniture: {shown(block.text)}."
        yield warning("left-out", where, message, "Nothing to do, unless it is text.")
