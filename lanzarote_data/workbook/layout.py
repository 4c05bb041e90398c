"""The layout of workbooks: which rows they hold, on which sheets, in which columns.

Names of sheets, headers and help come from the descriptor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from lanzarote_data.model.package import CITATIONS, Field, Resource, Together
from lanzarote_data.model.tables import Row, Table, Tables
from lanzarote_data.text.references import LOCATOR
from lanzarote_data.text.rounds import of_round

ViewKind = Literal["party", "all"]

ALL_VIEW = "ALL"
HELPER = "↳"
ID_HELPER = f"{HELPER} Id"
CITED_URGENCY = f"{HELPER} Urgency of what is cited"
CITED_TEXT = f"{HELPER} Text of what is cited"
README_SHEET = "Read me"
LISTS_SHEET = "_lists"
BASE_SHEET = "_base"
FORM = "form"
REVIEW_SHEET = "To correct"
CONFLICTS_SHEET = "Conflicts"
UNRESOLVED = "⚠ "
PROVISIONAL = tuple(f"new {number}" for number in range(1, 10))
_ITEM_WIDTHS = {"urgency": 10, "topic": 20, "chapter_id": 20}
_FORM_WIDTHS = {
    **{"code": 9, "urgency": 10, "words": 55, "state": 18},
    **{"text": 55, "source": 28, "url": 24},
}
_WIDTHS = {"integer": 10.0, "boolean": 14.0, "date": 13.0, "year": 10.0, "number": 12.0}


@dataclass(frozen=True)
class View:
    """Which rows one workbook holds: those about one Party, or those that all Parties share.

    ``round_id`` limits them to one round; empty: all rounds. A reporting form ``asks_for`` one kind
    of follow-up, ``due`` on a day if one is set.
    """

    subject: str
    kind: ViewKind
    title: str
    round_id: str = ""
    asks_for: str = ""
    due: str = ""

    @property
    def name(self) -> str:
        """The name of its file: ``BEL``, or ``R2-BEL`` for one round alone.

        A form adds what it asks for and by when, ``R2-BEL.measure.2026-12-31``.
        """
        name = f"{self.round_id}-{self.subject}" if self.round_id else self.subject
        return f"{name}.{self.asks_for}.{self.due}" if self.asks_for else name

    @property
    def party_id(self) -> str:
        """The Party that the workbook is about; empty for the shared one."""
        return self.subject if self.kind == "party" else ""


@dataclass(frozen=True)
class Column:
    """A column of a sheet. ``field`` is None for a helper column, which is not read back.

    ``parts`` are the fields that share the column, if several do; ``field`` is the first of them,
    with their common title. Technical columns are in a group that is closed until somebody opens
    it.
    """

    header: str
    field: Field | None
    width: float
    hidden: bool = False
    is_technical: bool = False
    parts: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields that it shows."""
        return self.parts or ((self.field.name,) if self.field else ())

    @property
    def is_read(self) -> bool:
        """Whether the column is read back: it shows a field, or the id of the row."""
        return self.field is not None or self.header == ID_HELPER


@dataclass(frozen=True)
class Sheet:
    """A sheet: the table that it shows, and its columns from A."""

    resource: Resource
    columns: tuple[Column, ...]

    @property
    def title(self) -> str:
        """The name of the sheet; Excel allows 31 characters."""
        return self.resource.title[:31]

    @property
    def closed(self) -> tuple[Column, ...]:
        """The columns with the technical ones hidden, as the sheet is first shown."""
        return tuple(
            replace(column, hidden=column.hidden or column.is_technical) for column in self.columns
        )


def party_of(tables: Tables, name: str, row: Row) -> str:
    """The Party that a row is about, found along the foreign keys; empty if it is about all."""
    resource = tables.package.resource(name)
    for field in resource.party:
        reference, value = resource.reference(field), row.get(field, "")
        if not value or reference is None:
            continue
        if field in resource.names_party:
            return value
        target = tables.find(reference.resource, value)
        return party_of(tables, reference.resource, target) if target else ""
    return ""


def view_named(name: str, title: str = "") -> View:
    """The view of this name: a Party’s three letters, or ``ALL``; a round may stand before it."""
    name, asks_for, due = [*name.split("."), "", ""][:3]
    round_id, _, subject = name.rpartition("-")
    if subject == ALL_VIEW:
        return View(ALL_VIEW, "all", "All Parties", round_id)
    return View(subject, "party", title or subject, round_id, asks_for, due)


def view_of(tables: Tables, name: str) -> View | None:
    """The view of this name with the Party’s name as its title; None if there is no such Party."""
    package = tables.package
    party = tables.find(package.party_table, name)
    if party is None:
        return view_named(name) if name == ALL_VIEW else None
    return view_named(name, party.get(package.resource(package.party_table).label, ""))


def views(tables: Tables) -> list[View]:
    """The views that have rows: the shared one first, then the Parties with data, by id."""
    names = [ALL_VIEW, *sorted(tables.divided.keys() - {""})]
    return [view for name in names if (view := view_of(tables, name))]


def rows_of(tables: Tables, view: View) -> Tables:
    """The rows that the workbook of a view holds. Each row is in exactly one of all rounds.

    A form holds the entries of its kind.
    """
    rows = tables.divided.get(view.party_id) or Tables(tables.package)
    rows = of_round(tables, rows, view.round_id) if view.round_id else rows
    if not view.asks_for:
        return rows
    entries = rows["follow_up"]
    own = (row for row in entries.rows if row["kind"] == view.asks_for)
    return Tables(tables.package, [Table(entries.resource, own)])


def sheets(chosen: Tables, view: View) -> list[Sheet]:
    """The sheets of a view: what people edit most comes first, look-up tables last."""
    resources = [
        table.resource
        for table in chosen.values()
        if table.rows or (view.kind in table.resource.workbooks and not table.resource.is_worklist)
    ]
    resources.sort(key=lambda resource: "party" not in resource.workbooks)
    return [sheet_of(resource, view) for resource in resources]


def sheet_of(resource: Resource, view: View, apart: bool = False) -> Sheet:
    """The sheet that shows a table in a view: its id, then all fields that the view leaves open.

    Fields that share a column have their own in workbooks that were made before they did: these are
    ``apart``.
    """
    left_out = set(fixed_values(resource, view))
    if not resource.typed_id:
        left_out.update(resource.primary_key)
    together = None if apart else resource.together
    left_out.update(together.fields[1:] if together else ())
    shown = (field for field in _in_order(resource) if field.name not in left_out)
    columns = (column for field in shown for column in _columns(resource, field, together))
    if resource.typed_id:
        return Sheet(resource, tuple(columns))
    # The hidden column of ids is read, the one beside it is for people.
    field = resource.field(resource.primary_key[0])
    ids = Column(field.title, field, 16, hidden=True), Column(ID_HELPER, None, 17)
    return Sheet(resource, (*ids, *columns))


def _in_order(resource: Resource) -> list[Field]:
    """The fields of a table as people read them, and technical ones last."""
    order = {name: place for place, name in enumerate(resource.columns)}
    others = len(order)
    order |= {name: others + 1 + place for place, name in enumerate(resource.closed)}
    return sorted(resource.fields, key=lambda field: order.get(field.name, others))


def _columns(resource: Resource, field: Field, together: Together | None) -> Iterator[Column]:
    """The column of a field; beside a locator the grey ones with what it cites."""
    parts = together.fields if together and field.name in together.fields else ()
    if together and parts:
        field = replace(field, title=together.title, description=together.description)
    is_technical = field.name in resource.closed
    width = 34 if parts else _width(resource, field)
    yield Column(field.title, field, width, is_technical=is_technical, parts=parts)
    if resource.name == CITATIONS and field.name == LOCATOR:
        yield Column(CITED_URGENCY, None, 12)
        yield Column(CITED_TEXT, None, 60)


def fixed_values(resource: Resource, view: View) -> dict[str, str]:
    """The values that all rows of a table share in a view, so that it has no column for them."""
    fixed = dict(resource.fixed.get(view.kind, {}))
    if "party" in resource.workbooks:
        fixed |= dict.fromkeys(resource.names_party, view.party_id)
    return fixed


def _width(resource: Resource, field: Field) -> float:
    """The width of a column in characters."""
    of_names = _FORM_WIDTHS if resource.name == FORM else _ITEM_WIDTHS if resource.is_item else {}
    if field.name in of_names:
        return of_names[field.name]
    if field.markdown or (resource.is_worklist and field.name == "text"):
        return 34 if field.name == "lead_in" else 80
    if field.name == LOCATOR:
        return 16
    if resource.reference(field.name):
        return 26
    return 14 if field.constraints.enum else _WIDTHS.get(field.type, 30)


def is_number(column: Column) -> bool:
    """Whether the cells of a column hold numbers, not texts."""
    return column.field is not None and column.field.type in ("integer", "year", "number")


def name_of_new(text: str) -> str:
    """The name for a new row that a text means, or the text: programs make ``New 1`` of ``new 1``.

    >>> name_of_new("New  1"), name_of_new("news")
    ('new 1', 'news')
    """
    name = " ".join(text.split()).lower()
    return name if name in PROVISIONAL else text
