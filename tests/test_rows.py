"""The rows of a sheet: their texts, whether they were touched, and what is refused."""

from __future__ import annotations

import datetime

import pytest

from lanzarote_data.model.problems import Location
from lanzarote_data.model.tables import Row, Table, Tables
from lanzarote_data.workbook.cells import ErrorValue, Formula, RichText, Value
from lanzarote_data.workbook.layout import rows_of, view_named, views
from lanzarote_data.workbook.rows import SheetRow
from tests.packages import edited, with_row, without
from tests.sheets import TINY, Reading, cells, read, sheet

TABLES = [(name, view.name) for view in views(TINY) for name in rows_of(TINY, view)]
ONE, TWO = "R2-BEL-II-o1", "R2-BEL-III-o1"
"""The ids of the observations in rows 2 and 3."""


def base_row(name: str, row_id: str) -> Row:
    found = TINY.find(name, row_id)
    assert found
    return found


def observation(row_id: str = TWO, **texts: str) -> dict[str, str]:
    """The texts of an observation that have a column, but for its id; some of them changed."""
    row = base_row("observations", row_id)
    left_out = ("observation_id", "party_id")
    return {name: text for name, text in row.items() if name not in left_out} | texts


def untouched(line: int, row_id: str) -> SheetRow:
    return SheetRow(line, row_id, row_id, base_row("observations", row_id), untouched=True)


def put(header: str, value: Value) -> list[list[Value]]:
    """The sheet of observations with a value in one cell of row 3."""
    rows = cells("observations")
    rows[2][rows[0].index(header)] = value
    return rows


def without_column(header: str) -> list[list[Value]]:
    rows = cells("observations")
    place = rows[0].index(header)
    return [row[:place] + row[place + 1 :] for row in rows]


def look(rows: list[list[Value]], base: Tables = TINY, ours: Tables = TINY) -> Reading:
    return read(rows, "observations", base=base, ours=ours)


def codes(found: Reading) -> list[str]:
    return [problem.code for problem in found.problems]


@pytest.mark.parametrize(("name", "view"), TABLES)
def test_a_sheet_as_it_is_written_has_the_rows_of_its_table(name: str, view: str) -> None:
    found = read(cells(name, view), name, view)
    table = rows_of(TINY, view_named(view))[name]
    assert found.problems == []
    assert [row.texts for row in found.rows] == list(table.rows)
    expected = [
        (line, "/".join(table.key(row)), "" if table.resource.typed_id else table.key(row)[0])
        for line, row in enumerate(table.rows, start=2)
    ]
    assert [(row.line, row.row_id, row.shown_id) for row in found.rows] == expected
    assert all(row.untouched for row in found.rows)


def test_rows_may_be_in_any_order_with_empty_ones_between_or_copied() -> None:
    header, one, two = cells("observations")
    found = look([["A title"], [], header, two, ["", " ", "\n"], one, one])
    assert found.rows == [untouched(4, TWO), untouched(6, ONE), untouched(7, ONE)]


@pytest.mark.parametrize(
    ("header", "value", "texts"),
    [
        ("Text", "  A changed fact.\r\n", {"text": "A changed fact."}),
        ("Text", RichText("A changed fact.", False), {"text": "A changed fact."}),
        ("Sub-heading", "", {"topic": ""}),
        ("Position", 20.0, {"position": "20"}),
        ("Position", "20", {"position": "20"}),
        ("Chapter", "R2-II Legal frameworks", {"chapter_id": "R2-II"}),
        ("Chapter", "R2-II", {"chapter_id": "R2-II"}),
        ("Chapter", "R9-II Unknown", {"chapter_id": "R9-II Unknown"}),
        ("Document", "New  1", {"document_id": "new 1"}),
    ],
)
def test_a_changed_cell(header: str, value: Value, texts: dict[str, str]) -> None:
    found = look(put(header, value))
    assert found.problems == []
    assert found.rows == [untouched(2, ONE), SheetRow(3, TWO, TWO, observation(**texts))]


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Chapter", "R2-III Another label"),
        ("Chapter", "  R2-III\nInvestigations"),
        ("Chapter", RichText("R2-III Investigations", False)),
        ("Position", 10),
        ("Position", "10"),
        ("Lead-in", " "),
        ("Text", "The Committee observes another synthetic fact. "),
    ],
)
def test_a_row_with_the_same_texts_is_untouched(header: str, value: Value) -> None:
    assert look(put(header, value)).rows == [untouched(2, ONE), untouched(3, TWO)]


@pytest.mark.parametrize(("row_id", "shown"), [("new 1", "new 1"), ("", "New  2"), ("", "")])
def test_a_new_row(row_id: str, shown: str) -> None:
    new: list[Value] = [row_id, shown, "A fact.", "", "", "R2-II Legal frameworks", "paragraph"]
    found = look([*cells("observations"), new])
    texts = dict.fromkeys(observation(), "")
    texts |= {"chapter_id": "R2-II", "text": "A fact.", "layout": "paragraph"}
    assert found.rows[2:] == [SheetRow(4, row_id, shown.lower().replace("  ", " "), texts)]


@pytest.mark.parametrize(
    ("added", "row_id"),
    [
        (["R2-BEL-II-p1 A practice", "FIN Finland"], "R2-BEL-II-p1/FIN"),
        (["New 1", "BEL"], "new 1/BEL"),
        (["R2-BEL-II-p9", "NOR Norway"], "R2-BEL-II-p9/NOR Norway"),
        (["", "FIN"], "/FIN"),
        (["R2-BEL-II-p1", ""], "R2-BEL-II-p1/"),
    ],
)
def test_a_row_with_a_compound_key(added: list[Value], row_id: str) -> None:
    found = read([*cells("practice_parties"), added], "practice_parties")
    key = dict(zip(("practice_id", "party_id"), row_id.split("/"), strict=True))
    is_known = row_id == "R2-BEL-II-p1/FIN"
    assert found.rows[2:] == [SheetRow(4, row_id, "", key, untouched=is_known)]
    assert found.problems == []


@pytest.mark.parametrize("name", ["parties", "recommendations"])
def test_a_row_with_nothing_but_a_remark_is_none(name: str) -> None:
    rows = [[*row, "Remarks" if n == 0 else ""] for n, row in enumerate(cells(name, "ALL"))]
    blank: list[Value] = [""] * (len(rows[0]) - 1)
    found = read([*rows, [*blank, "to ask somebody"]], name, "ALL")
    assert (len(found.rows), codes(found)) == (len(rows) - 1, ["added-column"])


# Where the header is.


@pytest.mark.parametrize(
    ("name", "order", "lines"),
    [
        ("observations", (2, 0, 1), [1, 3]),
        ("observations", (1, 2, 0), [1, 2]),
        ("practice_parties", (2, 0, 1), [1, 3]),
    ],
)
def test_a_header_that_was_sorted_among_the_rows(
    name: str, order: tuple[int, ...], lines: list[int]
) -> None:
    rows = cells(name)
    found = read([rows[index] for index in order], name)
    assert (codes(found), [row.line for row in found.rows]) == (["moved-header"], lines)


@pytest.mark.parametrize(
    ("above", "expected"),
    [([["A title"]], ["above-header"]), ([[], ["", 7.0]], ["above-header"]), ([["", " "]], [])],
)
def test_rows_above_the_header_are_ignored(above: list[list[Value]], expected: list[str]) -> None:
    found = look([*above, *cells("observations")])
    assert codes(found) == expected
    assert [row.line for row in found.rows] == [len(above) + 2, len(above) + 3]


def test_missing_columns_are_not_edited() -> None:
    found = look([row[:4] + row[5:] for row in put("Text", "A changed fact.")])
    texts = observation(text="A changed fact.")
    del texts["topic"]
    assert found.rows == [untouched(2, ONE), SheetRow(3, TWO, TWO, texts)]
    without_grey = look(without_column("↳ Id"))
    assert [(row.row_id, row.shown_id) for row in without_grey.rows] == [(ONE, ""), (TWO, "")]
    assert without_grey.problems == []


# Rows that were emptied.


@pytest.mark.parametrize("shown", ["", "new 1", TWO])
def test_a_row_with_nothing_but_its_ids_is_refused_and_stays(shown: str) -> None:
    found = look([*cells("observations")[:2], [TWO, shown, "", " "]])
    kept = {"observation_id": TWO, **observation()}
    assert found.rows == [untouched(2, ONE), SheetRow(3, TWO, shown, kept)]
    (problem,) = found.problems
    assert problem.code == "emptied-row"
    assert problem.location == Location("observations", TWO, "", "Sheet!B3")


def test_other_rows_with_nothing_but_an_id() -> None:
    unknown = look([*cells("observations"), ["R2-BEL-II-o7", "R2-BEL-II-o7"]])
    assert (len(unknown.rows), codes(unknown)) == (2, ["emptied-row"])
    named = look([*cells("observations"), ["", "new 1"]])
    assert (len(named.rows), codes(named)) == (2, [])
    typed = read([*cells("parties", "ALL")[:2], ["FIN"]], "parties", "ALL")
    assert (len(typed.rows), codes(typed), typed.rows[1].texts["name"]) == (2, [], "")


def test_an_emptied_row_has_no_text_in_a_field_that_the_base_lacks() -> None:
    table = TINY["observations"]
    earlier = ({n: t for n, t in row.items() if n != "topic"} for row in table.rows)
    base = TINY.with_table(Table(table.resource, earlier))
    found = look([*cells("observations")[:2], [TWO, TWO]], base=base)
    assert found.rows[1].texts == {"observation_id": TWO, **observation(topic="")}


# Cells that are refused.


@pytest.mark.parametrize(
    ("header", "value", "code", "place"),
    [
        ("Text", Formula("=1+1"), "formula", "Sheet!C3"),
        ("Position", ErrorValue("#N/A"), "error-value", "Sheet!I3"),
        ("Chapter", 7.0, "typed-value-in-text", "Sheet!F3"),
        ("Position", True, "typed-value-in-text", "Sheet!I3"),
        ("Sub-heading", datetime.date(2026, 1, 31), "typed-value-in-text", "Sheet!E3"),
    ],
)
def test_a_refused_cell_stays_as_it_was(header: str, value: Value, code: str, place: str) -> None:
    found = look(put(header, value))
    field = next(c.field for c in sheet("observations").columns if c.header == header)
    assert field
    (problem,) = found.problems
    assert (problem.severity, problem.code) == ("error", code)
    assert problem.location == Location("observations", TWO, field.name, place)
    assert base_row("observations", TWO)[field.name] in problem.hint
    assert found.rows == [untouched(2, ONE), untouched(3, TWO)]


def test_eighty_characters_of_the_text_before_are_shown() -> None:
    text = "".join(f"{n:02}" for n in range(50))
    base = edited(TINY, "observations", TWO, text=text)
    (problem,) = look(put("Text", Formula("=1+1")), base=base).problems
    assert text[:80] in problem.hint
    assert text[:81] not in problem.hint


def test_bold_words_are_imported_with_a_warning() -> None:
    found = look(put("Text", RichText("A changed fact.", is_formatted=True)))
    (problem,) = found.problems
    assert (problem.severity, problem.code) == ("warning", "formatting-ignored")
    assert found.rows[1].texts["text"] == "A changed fact."


def test_a_refused_cell_of_a_new_row_is_empty() -> None:
    found = look([*cells("observations"), ["", "", Formula("=1+1"), "", "", "R2-II"]])
    assert found.rows[2].texts["text"] == ""
    assert found.problems[0].location == Location("observations", "", "text", "Sheet!C4")


@pytest.mark.parametrize("value", [True, False])
def test_a_truth_value_is_no_number(value: bool) -> None:
    base = edited(TINY, "observations", TWO, position=str(int(value)))
    assert codes(look(put("Position", value), base=base)) == ["typed-value-in-text"]


# Ids of rows in other tables.


def last_citation(value: str, header: str = "Document") -> list[list[Value]]:
    """The citations of a workbook, the last one changed."""
    rows = cells("citations")
    rows[-1][rows[0].index("Kind")] = "note"
    rows[-1][rows[0].index(header)] = value
    return rows


def renamed(tables: Tables) -> Tables:
    """The tables in which somebody gave the report another id."""
    return edited(tables, "documents", "R2-REPORT", document_id="NEW-REPORT")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("R2-REPORT Implementation Report", "R2-REPORT Implementation Report"),
        ("NEW-REPORT Implementation Report", "NEW-REPORT"),
        ("R2-BEL-FACTSHEET FACTSHEET – BELGIUM", "R2-BEL-FACTSHEET"),
    ],
)
def test_an_id_of_a_row_in_the_tables_now(written: str, expected: str) -> None:
    found = read(last_citation(written), "citations", ours=renamed(TINY))
    assert found.rows[-1].texts["document_id"] == expected


def test_an_id_of_a_row_in_the_base_or_in_the_cell_before() -> None:
    base = edited(TINY, "citations", "R2-BEL-II-p1.1", document_id="R2-REPORT")
    rows = last_citation("R2-REPORT Implementation Report")
    found = read(rows, "citations", base=base, ours=renamed(base))
    assert found.rows[-1].texts["document_id"] == "R2-REPORT"
    ours = without(TINY, "recommendations", "R2-BEL-II-1")
    rows = last_citation("R2-BEL-II-1 to consider", "Belongs to")
    assert read(rows, "citations", ours=ours).rows[-1].texts["recommendation_id"] == "R2-BEL-II-1"


def test_an_id_of_a_row_that_was_added_since() -> None:
    ours = with_row(TINY, "recommendations", recommendation_id="R2-BEL-II-9", party_id="BEL")
    rows = last_citation("R2-BEL-II-9 to add", "Belongs to")
    assert read(rows, "citations", ours=ours).rows[-1].texts["recommendation_id"] == "R2-BEL-II-9"
