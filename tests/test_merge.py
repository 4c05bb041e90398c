"""The three-way merge: every combination of two sides, and properties that always hold."""

from __future__ import annotations

import json
from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lanzarote_data.model.changes import Change, apply, cells, difference
from lanzarote_data.model.merge import Conflict, MergeResult, Versions, merge
from lanzarote_data.model.tables import Key, Row, Source, Table, Tables
from tests.packages import edited, tiny_tables, with_row, without

BASE = tiny_tables()
KEY = ("FIN",)


def merged(ours: Tables, theirs: Tables, base: Tables = BASE) -> MergeResult:
    """The merge of two sides."""
    return merge(base, ours, theirs)


def versions_of(ours: str, theirs: str) -> tuple[Tables, Tables]:
    """Two sides with the Party FIN in given states."""
    return _side(ours), _side(theirs)


def _side(state: str) -> Tables:
    changes = {
        "same": lambda: BASE,
        "edited": lambda: edited(BASE, "parties", "FIN", name="one"),
        "edited too": lambda: edited(BASE, "parties", "FIN", name="two"),
        "edited elsewhere": lambda: edited(BASE, "parties", "FIN", name_in_sentence="three"),
        "deleted": lambda: without(BASE, "parties", "FIN"),
    }
    return changes[state]()


@pytest.mark.parametrize(
    ("ours", "theirs", "result", "conflicts"),
    [
        ("same", "same", "same", 0),
        ("same", "edited", "edited", 0),
        ("edited", "same", "edited", 0),
        ("edited", "edited", "edited", 0),
        ("edited", "edited too", "edited", 1),
        ("same", "deleted", "deleted", 0),
        ("deleted", "same", "deleted", 0),
        ("deleted", "deleted", "deleted", 0),
        ("edited", "deleted", "edited", 1),
        ("deleted", "edited", "deleted", 1),
    ],
)
def test_one_row_on_two_sides(ours: str, theirs: str, result: str, conflicts: int) -> None:
    outcome = merged(*versions_of(ours, theirs))
    assert outcome.tables == _side(result)
    assert len(outcome.conflicts) == conflicts
    assert outcome.changes == difference(_side(ours), outcome.tables)


def test_edits_of_different_cells_of_one_row_are_both_taken() -> None:
    outcome = merged(*versions_of("edited", "edited elsewhere"))
    row = outcome.tables.find("parties", "FIN")
    assert row is not None
    assert (row["name"], row["name_in_sentence"]) == ("one", "three")
    assert outcome.conflicts == ()


def test_a_row_deleted_on_one_side_and_edited_on_the_other_is_one_conflict() -> None:
    (conflict,) = merged(*versions_of("edited", "deleted")).conflicts
    assert conflict.field is None
    assert conflict.versions.theirs is None
    assert isinstance(conflict.versions.ours, dict)


def test_a_new_row_on_both_sides_is_one_row_or_a_conflict() -> None:
    side = with_row(BASE, "parties", party_id="NOR", name="Norway")
    outcome = merged(side, side)
    assert outcome.tables == side
    assert outcome.conflicts == ()
    ours = with_row(BASE, "parties", party_id="NOR", name="Norway")
    theirs = with_row(BASE, "parties", party_id="NOR", name="Norge")
    outcome = merged(ours, theirs)
    assert outcome.tables == ours
    assert [c.key for c in outcome.conflicts] == [("NOR",)]


@pytest.mark.parametrize(
    ("side", "state", "field"),
    [("ours", "edited", "name"), ("theirs", "edited too", "name"), ("theirs", "deleted", None)],
)
def test_a_conflict_is_settled_for_a_side(side: str, state: str, field: str | None) -> None:
    ours, theirs = versions_of("edited", "edited too" if side == "ours" else state)
    everywhere = merge(BASE, ours, theirs, side)  # type: ignore[arg-type]
    one = merge(BASE, ours, theirs, {("parties", KEY, field): side})  # type: ignore[dict-item]
    assert everywhere.tables == one.tables == _side(state)
    assert everywhere.conflicts == one.conflicts == ()


def test_rows_and_fields_that_the_workbook_did_not_have_stay() -> None:
    resource = BASE["parties"].resource
    part: Row = {"party_id": "FIN", "name": "Finland"}
    changed: Row = {"party_id": "FIN", "name": "Suomi"}
    base = Tables(BASE.package, [Table(resource, (part,))])
    theirs = Tables(BASE.package, [Table(resource, (changed,))])
    outcome = merged(BASE, theirs, base)
    assert outcome.tables == edited(BASE, "parties", "FIN", name="Suomi")


def test_of_a_row_that_both_added_all_that_ours_says_stays() -> None:
    resource = BASE["parties"].resource
    ours = with_row(BASE, "parties", party_id="SYN", name="Syn", name_in_sentence="the Syn")
    part: Row = {"party_id": "SYN", "name": "Syn"}
    none = Tables(BASE.package, [Table(resource)])
    outcome = merged(ours, Tables(BASE.package, [Table(resource, (part,))]), none)
    assert outcome.tables == ours
    assert not outcome.changes and not outcome.conflicts


def test_a_merge_puts_in_order_what_was_not_and_what_it_moved() -> None:
    ordered = BASE.in_order()
    turned = ordered.with_table(
        Table(BASE["parties"].resource, tuple(reversed(ordered.rows("parties"))))
    )
    assert merged(turned, BASE, BASE).tables == ordered
    moved = edited(ordered, "recommendations", "R2-BEL-II-1", position="9990").in_order()
    theirs = edited(ordered, "recommendations", "R2-BEL-II-1", position="9990")
    assert theirs != moved
    assert merged(ordered, theirs, ordered).tables == moved


def test_a_citation_added_to_a_recommendation_that_the_other_side_deleted_stays_visible() -> None:
    ours = without(BASE, "recommendations", "R2-BEL-II-1")
    ours = without(ours, "citations", "R2-BEL-II-1.1")
    theirs = with_row(
        BASE,
        "citations",
        citation_id="R2-BEL-II-1.2",
        recommendation_id="R2-BEL-II-1",
        marker="2",
        kind="note",
        text="A synthetic note.",
    )
    outcome = merged(ours, theirs)
    assert outcome.conflicts == ()
    assert outcome.tables.find("citations", "R2-BEL-II-1.2") is not None
    assert outcome.tables.find("recommendations", "R2-BEL-II-1") is None


TEXTS = st.sampled_from(["one", "two", "three", ""])
IDS = st.sampled_from(["BEL", "FIN", "NOR", "SWE"])


@st.composite
def sides(draw: st.DrawFn) -> Tables:
    """The parties of the base with some rows deleted, edited and added."""
    rows: dict[Key, Row] = dict(BASE["parties"].by_key)
    for row_id in draw(st.lists(IDS, max_size=3)):
        action = draw(st.sampled_from(["delete", "edit", "edit"]))
        if action == "delete":
            rows.pop((row_id,), None)
        else:
            old = rows.get((row_id,), {"council_of_europe_member": "true", "party_id": row_id})
            field = draw(st.sampled_from(["name", "name_in_sentence"]))
            empty = {"name": "", "name_in_sentence": ""}
            rows[(row_id,)] = {**empty, **old, field: draw(TEXTS)}
    return BASE.with_table(Table(BASE["parties"].resource, tuple(rows.values()))).in_order()


@given(sides())
def test_with_one_side_edited_the_result_is_that_side(side: Tables) -> None:
    assert merged(BASE, side).tables == side
    assert merged(side, BASE).tables == side
    assert merged(BASE, side).conflicts == merged(side, BASE).conflicts == ()
    assert merged(side, side) == MergeResult(side, (), ())


@given(sides(), sides())
def test_swapping_the_sides_swaps_only_the_conflicts(ours: Tables, theirs: Tables) -> None:
    one, other = merged(ours, theirs), merged(theirs, ours)
    swapped = {
        (c.resource, c.key, c.field): Versions(c.versions.base, c.versions.theirs, c.versions.ours)
        for c in other.conflicts
    }
    assert {(c.resource, c.key, c.field): c.versions for c in one.conflicts} == swapped
    if not one.conflicts:
        assert one.tables == other.tables
    for side in ("ours", "theirs"):
        assert merge(BASE, ours, theirs, side).conflicts == ()


@given(sides(), sides())
def test_no_value_is_made_up_and_none_is_lost_silently(ours: Tables, theirs: Tables) -> None:
    outcome = merged(ours, theirs)
    open_rows = {c.key for c in outcome.conflicts}
    for key, row in outcome.tables["parties"].by_key.items():
        known = [s["parties"].by_key.get(key, {}) for s in (BASE, ours, theirs)]
        assert all(text in {k.get(field) for k in known} for field, text in row.items())
    for key, row in theirs["parties"].by_key.items():
        if key not in open_rows and row != BASE["parties"].by_key.get(key):
            kept = outcome.tables["parties"].by_key[key]
            old = BASE["parties"].by_key.get(key, {})
            assert all(kept[f] == t for f, t in row.items() if t != old.get(f))


@given(sides(), sides())
@settings(max_examples=200)
def test_a_difference_applied_gives_the_other_side(old: Tables, new: Tables) -> None:
    changes = difference(old, new)
    assert apply(old, changes) == new
    assert (changes == ()) == (old == new)


def parties(*rows: Row, sources: tuple[Source, ...] = ()) -> Tables:
    """Tables with these Parties alone, each with the fields that it has."""
    return Tables(BASE.package, [Table(BASE["parties"].resource, rows, sources)])


def party(**texts: str) -> Row:
    return {"party_id": "FIN", **texts}


def test_a_new_row_of_few_fields_is_a_whole_row_with_the_others_empty() -> None:
    outcome = merged(parties(), parties(party(name="Finland")), parties())
    assert outcome.tables.rows("parties") == (
        party(name="Finland", name_in_sentence="", council_of_europe_member=""),
    )


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        (party(), party(name="x"), party(name="")),
        (party(name="x"), party(), party(name="")),
    ],
)
def test_a_field_that_a_row_does_not_have_counts_as_empty(
    base: Row, ours: Row, theirs: Row
) -> None:
    outcome = merged(parties(ours), parties(theirs), parties(base))
    assert outcome.conflicts == ()
    assert outcome.tables.rows("parties")[0]["name"] == ours.get("name", "")


def test_a_row_deleted_from_a_workbook_that_had_a_part_of_it_goes() -> None:
    outcome = merged(parties(party(name="x", name_in_sentence="y")), parties(), parties(party()))
    assert outcome.tables.rows("parties") == ()


def test_a_conflict_says_what_is_where() -> None:
    sheet = Source("Parties", 7, {"party_id": "A", "name": "C"})
    theirs = parties(party(name="three"), sources=(sheet,))
    base, ours = parties(party(name="one")), parties(party(name="two"))
    (cell,) = merged(ours, theirs, base).conflicts
    assert cell.source == "Parties!C7"
    assert cell.as_json() == {
        "resource": "parties",
        "key": "FIN",
        "field": "name",
        "base": "one",
        "ours": "two",
        "theirs": "three",
        "source": "Parties!C7",
    }
    (row,) = merged(parties(), theirs, base).conflicts
    assert row.source == "Parties!A7"
    assert row.versions == Versions(party(name="one"), None, party(name="three"))
    (conflict,) = merged(ours, parties(), base).conflicts
    found = conflict.as_json()
    assert found["base"] == {"party_id": "FIN", "name": "one"}
    assert found["theirs"] is None
    assert found["source"] == "parties"
    assert replace(conflict, source="").as_json()["source"] is None


def test_rows_of_any_kind_can_be_written_as_json() -> None:
    row = MappingProxyType(dict(party(name="one")))
    conflict = Conflict("parties", KEY, None, Versions(row, row, row)).as_json()
    change = Change("parties", KEY, None, row, row).as_json()
    for found in json.loads(json.dumps([conflict, change])):
        assert [value for value in found.values() if isinstance(value, dict)] == [row] * (
            3 if "ours" in found else 2
        )


def test_every_kind_of_change_is_told_in_full() -> None:
    old = parties(party(name="one"), {"party_id": "BEL", "name": ""})
    new = parties(party(name="two"), {"party_id": "NOR", "name": "Norway"})
    removed, changed, added = difference(old, new)
    assert [change.as_json() for change in (removed, changed, added)] == [
        {
            "kind": "removed",
            "resource": "parties",
            "key": "BEL",
            "field": None,
            "old": {"party_id": "BEL", "name": ""},
            "new": None,
        },
        {
            "kind": "changed",
            "resource": "parties",
            "key": "FIN",
            "field": "name",
            "old": "one",
            "new": "two",
        },
        {
            "kind": "added",
            "resource": "parties",
            "key": "NOR",
            "field": None,
            "old": None,
            "new": {"party_id": "NOR", "name": "Norway"},
        },
    ]
    assert list(cells(removed)) == [("removed", "parties", "BEL", "party_id", "BEL", "")]
    assert list(cells(changed)) == [("changed", "parties", "FIN", "name", "one", "two")]
    assert list(cells(added)) == [
        ("added", "parties", "NOR", "party_id", "", "NOR"),
        ("added", "parties", "NOR", "name", "", "Norway"),
    ]


def parties_in(*ids_and_names: tuple[str, str]) -> Tables:
    """Tables with these Parties alone, in this order: id and name of each."""
    return parties(*({"party_id": key, "name": name} for key, name in ids_and_names))


def test_conflicts_come_in_the_order_of_ours_and_then_of_theirs() -> None:
    base = parties_in(("A", ""), ("B", ""), ("C", ""), ("D", ""), ("E", ""))
    ours = parties_in(("C", "ours"), ("E", "ours"), ("A", "ours"))
    theirs = parties_in(("D", "theirs"), ("B", "theirs"), ("A", "theirs"), ("C", "theirs"))
    conflicts = merged(ours, theirs, base).conflicts
    assert [conflict.key for conflict in conflicts] == [("A",), ("C",), ("E",), ("D",), ("B",)]


def test_settling_an_added_row_for_theirs_keeps_what_their_row_does_not_have() -> None:
    ours = with_row(BASE, "parties", party_id="SYN", name="Syn", name_in_sentence="the Syn")
    theirs = parties({"party_id": "SYN", "name": "Synthetic"})
    outcome = merge(parties(), ours, theirs, "theirs")
    assert outcome.tables == edited(ours, "parties", "SYN", name="Synthetic")


ORDERED = BASE.in_order()


def test_a_row_added_to_tables_in_order_is_put_where_it_belongs() -> None:
    last = ORDERED.rows("parties")
    theirs = ORDERED.with_table(
        Table(ORDERED["parties"].resource, (*last, party(party_id="CYP", name="Cyprus")))
    )
    result = merged(ORDERED, theirs, ORDERED).tables
    assert [row["party_id"] for row in result.rows("parties")] == ["BEL", "CYP", "FIN"]
    assert result.is_in_order


def test_rows_move_when_the_row_that_they_point_to_is_deleted() -> None:
    theirs = without(ORDERED, "recommendations", "R2-BEL-II-1")
    result = merged(ORDERED, theirs, ORDERED).tables
    assert result == theirs.in_order()
    assert result["citations"] != ORDERED["citations"]


@pytest.mark.parametrize("others_change", [False, True])
def test_a_row_moves_by_the_field_that_orders_its_table(others_change: bool) -> None:
    first, *others = (row["urgency"] for row in ORDERED.rows("urgencies"))
    theirs = edited(ORDERED, "urgencies", first, rank="9990")
    # A row after it that changes, but not its place, must not hide that another one moves.
    if others_change:
        theirs = edited(theirs, "urgencies", others[-1], meaning="A synthetic meaning")
    result = merged(ORDERED, theirs, ORDERED).tables
    assert [row["urgency"] for row in result.rows("urgencies")] == [*others, first]
    assert result == theirs.in_order()
