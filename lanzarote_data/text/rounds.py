"""Parties by their names, and monitoring rounds: their documents, and who takes part in them."""

from __future__ import annotations

from itertools import chain

from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.tables import Row, Table, Tables
from lanzarote_data.model.types import whole_number
from lanzarote_data.text.folding import folded, nearest

_REPORT = ("report_recommendations", "report_paragraphs")
_PARTY_NAMES = ("other_names", "name_in_sentence", "name", "iso2")
"""The fields with what people call a Party, beside its id and label; the later counts."""


def party_named(tables: Tables, party: str) -> str:
    """The id of a Party by its id, its two letters or any of its names, however they are typed.

    :raises LanzaroteError: there is no such Party.
    """
    title, names = "the tables", {}
    if tables.package.party_table in tables:
        table = tables[tables.package.party_table]
        key, title = table.resource.primary_key[0], f"the table {table.resource.name}"
        names = {
            folded(name.strip()): row[key]
            for field in (*_PARTY_NAMES, table.resource.label, key)
            for row in table.rows
            for name in row.get(field, "").split(";")
            if name.strip()
        }
    typed = folded(party.strip())
    if typed in names:
        return names[typed]
    near = names.get(nearest(typed, names))
    hint = f"Is {near} meant?" if near else "Use its id in the table of Parties, such as BEL."
    raise LanzaroteError(f"There is no Party {party!r} in {title}.", hint)


def report_of(tables: Tables, round_id: str) -> Row | None:
    """The implementation report of a round: its latest document that is about no single Party."""
    return _latest(tables, round_id, "")


def factsheet_of(tables: Tables, round_id: str, party_id: str) -> Row | None:
    """The latest edition of a Party’s factsheet on a round, if the data has one."""
    return _latest(tables, round_id, party_id)


def _latest(tables: Tables, round_id: str, party_id: str) -> Row | None:
    """The last document of a round and a Party that none of the others replaces.

    Where there are several, as a translation beside the original, it is one with rows.
    """
    place = (round_id, party_id)
    rows = [r for r in tables.rows("documents") if (r["round_id"], r["party_id"]) == place]
    replaced = {row.get("replaces", "") for row in rows}
    latest = [row for row in reversed(rows) if row["document_id"] not in replaced]
    if len(latest) > 1:
        items = [resource.name for resource in tables.package.items]
        tables_of = [tables.rows(name) for name in (items if party_id else _REPORT)]
        used = {row["document_id"] for rows in tables_of for row in rows}
        latest.sort(key=lambda row: row["document_id"] not in used)
    return latest[0] if latest else None


def earlier_editions(tables: Tables, document_id: str) -> list[str]:
    """The ids of the documents that a document replaces, the latest first."""
    found: list[str] = []
    row = tables.find("documents", document_id)
    while row and row.get("replaces") and row["replaces"] not in found:
        found.append(row["replaces"])
        row = tables.find("documents", row["replaces"])
    return found


def rounds_of(tables: Tables, party_id: str) -> list[str]:
    """The rounds in which a Party has rows of its own, the newest first.

    So has a Party whose factsheet on a round with rows has none but generic ones.
    """
    chapters = {row["chapter_id"]: row["round_id"] for row in tables.rows("chapters")}
    own = {r["round_id"] for r in tables.rows("documents") if r["party_id"] == party_id}
    own &= {row["round_id"] for row in filled_rounds(tables)}
    for resource in tables.package.items:
        rows = (row for row in tables.rows(resource.name) if row.get("party_id") == party_id)
        own |= {chapters.get(row["chapter_id"], "") for row in rows}
    return [row["round_id"] for row in reversed(tables.rows("rounds")) if row["round_id"] in own]


def choose_round(tables: Tables, party_id: str, round_id: str = "") -> Row:
    """The round that is meant: the one named, else the newest in which the Party has rows.

    For a Party without rows, and for all Parties together (no ``party_id``), it is the newest
    round in which any has, so that a round without rows changes nothing.

    :raises LanzaroteError: there is no such round, or none at all.
    """
    known = tables.rows("rounds")
    if not round_id:
        own = rounds_of(tables, party_id) if party_id else []
        filled = (row["round_id"] for row in filled_rounds(tables))
        round_id = next(chain(own, filled), "")
    found = tables.find("rounds", round_id)
    if found is None:
        names = ", ".join(row["round_id"] for row in known)
        raise LanzaroteError(
            f"There is no round {round_id!r} in the tables.",
            f"Rounds are {names}." if names else "The package has no rounds.",
        )
    return found


def filled_rounds(tables: Tables) -> list[Row]:
    """The rounds that have rows of factsheets, the newest first.

    Where none has, those that have chapters.
    """
    chapters = {row["chapter_id"]: row["round_id"] for row in tables.rows("chapters")}
    used = {row["chapter_id"] for r in tables.package.items for row in tables.rows(r.name)}
    filled = {chapters[name] for name in used if name in chapters} or {*chapters.values()}
    return [row for row in reversed(tables.rows("rounds")) if row["round_id"] in filled]


def factsheets_of(tables: Tables, party_id: str) -> dict[str, str]:
    """The names of a Party’s factsheets, as files have them, and the round of each.

    The name is ``BEL``; where a Party has rows in several rounds, it names the round: ``R3-BEL``.
    """
    rounds = rounds_of(tables, party_id) or [choose_round(tables, party_id)["round_id"]]
    is_one = len(rounds) == 1
    return {party_id if is_one else f"{name}-{party_id}": name for name in rounds}


def urgencies_of(tables: Tables, round_id: str = "") -> list[Row]:
    """The levels of urgency of a round, the most urgent first: those that have a meaning in it.

    A round in which none has a meaning uses all.
    """
    rows = sorted(tables.rows("urgencies"), key=lambda row: whole_number(row.get("rank", "")) or 0)
    meant = {r["urgency"] for r in tables.rows("urgency_meanings") if r["round_id"] == round_id}
    return [row for row in rows if not meant or row["urgency"] in meant]


def of_round(tables: Tables, chosen: Tables, round_id: str) -> Tables:
    """Those of the chosen rows that belong to a round, and those that belong to none."""
    kept = (
        Table(table.resource, [r for r in table.rows if _round(tables, name, r) in ("", round_id)])
        for name, table in chosen.items()
    )
    return Tables(chosen.package, kept)


def _round(tables: Tables, name: str, row: Row) -> str:
    """The round of a row: of the first of the rows that it points to that has one."""
    for key in tables.package.resource(name).foreign_keys:
        value = row.get(key.fields[0], "")
        if key.resource == "rounds":
            found = value
        else:
            target = tables.find(key.resource, value) if value and key.resource != name else None
            found = _round(tables, key.resource, target) if target else ""
        if found:
            return found
    return ""
