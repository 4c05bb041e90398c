"""Reporting forms: the report recommendations addressed to a Party, with columns to fill in.

A form is a workbook of one view whose sheet is no table: a row shows a recommendation, and what a
person writes beside it becomes a row of the follow-up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.package import Constraints, Field, Package, Resource
from lanzarote_data.model.tables import Row, Table, Tables
from lanzarote_data.model.types import canonical_text
from lanzarote_data.text.addressed import cited_by, most_urgent, targets_by_row
from lanzarote_data.text.document import Texts, chapters_of
from lanzarote_data.text.items import RECOMMENDATIONS, Item, Items, grouped
from lanzarote_data.text.markup import plain
from lanzarote_data.text.rounds import choose_round, factsheets_of
from lanzarote_data.text.standing import FOLLOW_UP, entries_by_place
from lanzarote_data.text.targets import RECOMMENDATIONS as REPORT_RECOMMENDATIONS
from lanzarote_data.text.words import Words, load_words
from lanzarote_data.workbook.layout import FORM, View, rows_of

KINDS = {"party": "measure", "stakeholder": "comment"}
"""The kind of follow-up that each addressee of a form reports."""
CODE = "code"
GREY = ("urgency", "words", "state")
"""The columns that are read-only."""
ENTRY = ("date", "status", "text", "source", "url")
"""The columns to fill in; they are fields of the follow-up."""


def form_view(tables: Tables, party_id: str, addressee: str, round_id: str, due: str) -> View:
    """The view of a form; of the newest round in which the Party has rows if none is named.

    :raises LanzaroteError: there is no such round.
    """
    party = tables["parties"].by_key[(party_id,)]
    chosen = choose_round(tables, party_id, round_id)["round_id"]
    return View(party_id, "party", party["name"], chosen, KINDS[addressee], due)


def file_name(tables: Tables, view: View) -> str:
    """The name of a form’s file, without its ending: ``BEL``, ``BEL-stakeholder``, ``R3-BEL``."""
    names = {own: name for name, own in factsheets_of(tables, view.party_id).items()}
    name = names.get(view.round_id, f"{view.round_id}-{view.party_id}")
    return name if view.asks_for == KINDS["party"] else f"{name}-{addressee_of(view)}"


def addressee_of(view: View) -> str:
    """Whom a form is for: ``party`` or ``stakeholder``."""
    return next((name for name, kind in KINDS.items() if kind == view.asks_for), "")


def with_form(package: Package, view: View, codes: Iterable[str]) -> Package:
    """The package with the sheet of a form as one more table, whose rows have these codes."""
    return replace(package, resources=(*package.resources, _resource(package, view, codes)))


def _resource(package: Package, view: View, codes: Iterable[str]) -> Resource:
    words, entry = load_words(), package.resource(FOLLOW_UP)
    report = package.resource(REPORT_RECOMMENDATIONS)

    def named(field: Field, key: str) -> Field:
        title, about = (words(f"form.{key}.{part}") for part in ("title", "description"))
        return replace(field, title=title, description=about)

    own = (named(Field(name), name) for name in GREY[1:])
    code = replace(report.field(CODE), constraints=Constraints(enum=tuple(codes)))
    asked = [entry.field(name) for name in ENTRY]
    asked[2] = named(asked[2], view.asks_for)
    urgency = package.resource(RECOMMENDATIONS).field("urgency")
    fields = (code, urgency, *own, *asked)
    about = words(f"form.about.{view.asks_for}", party=view.title)
    return Resource(FORM, "", words("form.sheet"), about, fields, (CODE,), typed_id=True)


def form_tables(tables: Tables, view: View) -> Tables:
    """What a form is made from: its rows, and the entries that there are already.

    :raises LanzaroteError: nothing is addressed to the Party.
    """
    rows = list(_rows(tables, view))
    if not rows:
        raise LanzaroteError(
            f"Nothing is addressed to {view.title} in the round {view.round_id}.",
            "Read its factsheet in first ('lanzarote ingest').",
        )
    package = with_form(tables.package, view, [row[CODE] for row in rows])
    table = Table(package.resource(FORM), rows)
    return Tables(package, [table, rows_of(tables, view)[FOLLOW_UP]])


def _rows(tables: Tables, view: View) -> Iterator[Row]:
    """A row for each report recommendation, in the order of the factsheet."""
    items, words = Items(tables), load_words()

    def stated_in_words(item: Item) -> str:
        said = texts.named(f"{item.of('lead_in')} {item.of('text')}")
        return canonical_text(plain(said))

    party = tables["parties"].by_key[(view.party_id,)]
    texts, targets = Texts(items, party["name_in_sentence"]), targets_by_row(tables)
    entries = entries_by_place(tables)
    chapters = chapters_of(items, view.round_id, party)
    stated = [item for c in chapters for item in c.items if item.table == RECOMMENDATIONS]
    pairs = [(name, item) for item in stated for name in cited_by(targets, item.id)]
    for name, own in grouped(pairs, lambda pair: pair[0]).items():
        report = tables.find(REPORT_RECOMMENDATIONS, name)
        rows = [item.row for _, item in own]
        if report:
            yield dict.fromkeys(ENTRY, "") | {
                CODE: report[CODE],
                "urgency": most_urgent(tables, rows),
                "words": "\n".join(stated_in_words(item) for _, item in own),
                "state": _state(words, entries.get((name, view.party_id), [])),
            }


def _state(words: Words, entries: list[Row]) -> str:
    """The latest of some entries in words; nothing reported is a state too."""
    if not entries:
        return words("standing.nothing")
    last = entries[-1]
    kind, status = words.value("kind", last["kind"]), words.value("status", last["status"])
    return f"{last['date']}: {status} ({kind})"
