"""The rows of a sheet: what each says, whether it was touched, and what cannot be taken."""

from __future__ import annotations

import datetime

import pytest

from lanzarote_data.model.problems import Location, Problem, error, warning
from lanzarote_data.model.tables import Row, Table, Tables
from lanzarote_data.workbook.columns import find_columns
from lanzarote_data.workbook.content import SheetRow
from lanzarote_data.workbook.grid import ErrorValue, Formula, RichText, Value
from lanzarote_data.workbook.layout import Sheet, rows_of, view_named, views
from lanzarote_data.workbook.rows import RowReader
from tests.packages import edited, with_row, without
from tests.sheets import TINY, Reading, cells, grid, read, sheet

TABLES = [(name, view.name) for view in views(TINY) for name in rows_of(TINY, view)]
TWO = "R2-BEL-III-o1"
"""The id of the second observation, which stands in row 3."""


def base_row(name: str, row_id: str) -> Row:
    found = TINY.find(name, row_id)
    assert found
    return found


def observation(row_id: str = TWO, **texts: str) -> dict[str, str]:
    """The texts of an observation that has a column, but for its id; some of them other ones."""
    left_out = ("observation_id", "party_id")
    row = base_row("observations", row_id)
    return {name: text for name, text in row.items() if name not in left_out} | texts


def untouched(name: str, line: int, row_id: str) -> SheetRow:
    return SheetRow(line, row_id, row_id, base_row(name, row_id), untouched=True)


ONE_AS_IT_WAS = untouched("observations", 2, "R2-BEL-II-o1")


def put(header: str, value: Value, line: int = 3) -> list[list[Value]]:
    """The sheet of observations with a value in one cell."""
    rows = cells("observations")
    rows[line - 1][rows[0].index(header)] = value
    return rows


def without_column(header: str) -> list[list[Value]]:
    rows = cells("observations")
    place = rows[0].index(header)
    return [row[:place] + row[place + 1 :] for row in rows]


def look(rows: list[list[Value]], base: Tables = TINY, ours: Tables = TINY) -> Reading:
    return read(rows, "observations", base=base, ours=ours)


def warned(code: str, message: str, hint: str) -> Problem:
    return warning(code, Location("observations", source="Sheet"), message, hint)


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


@pytest.mark.parametrize("name", ["observations", "parties"])
def test_an_empty_sheet_has_no_rows(name: str) -> None:
    found = read(cells(name, "ALL")[:1], name, "ALL")
    assert (found.rows, found.problems) == ([], [])


def test_rows_are_told_by_their_ids_wherever_they_stand() -> None:
    header, one, two = cells("observations")
    found = look([["A title"], [], header, two, [], one])
    assert found.rows == [
        untouched("observations", 4, TWO),
        untouched("observations", 6, "R2-BEL-II-o1"),
    ]


def test_a_row_that_was_copied_is_there_twice() -> None:
    header, one, two = cells("observations")
    found = look([header, one, two, one])
    assert found.rows == [
        ONE_AS_IT_WAS,
        untouched("observations", 3, TWO),
        untouched("observations", 4, "R2-BEL-II-o1"),
    ]


@pytest.mark.parametrize(
    ("header", "value", "texts"),
    [
        ("Text", "A changed fact.", {"text": "A changed fact."}),
        ("Text", "  A changed fact.\r\n", {"text": "A changed fact."}),
        ("Sub-heading", "", {"topic": ""}),
        ("Position", 20.0, {"position": "20"}),
        ("Position", "20", {"position": "20"}),
        ("Position", "", {"position": ""}),
        ("Chapter", "R2-II Legal frameworks", {"chapter_id": "R2-II"}),
        ("Chapter", " R2-II\n", {"chapter_id": "R2-II"}),
        ("Chapter", "R2-XX Not there", {"chapter_id": "R2-XX Not there"}),
        ("Chapter", "", {"chapter_id": ""}),
        ("Chapter", "  ", {"chapter_id": ""}),
        ("Chapter", "New  1", {"chapter_id": "new 1"}),
        ("Chapter", "new 99", {"chapter_id": "new 99"}),
        ("Sub-heading", "New  1", {"topic": "New  1"}),
        ("Sub-heading", "R2-II Legal frameworks", {"topic": "R2-II Legal frameworks"}),
        # What is told by the same words, in another type of cell, was looked at and is the same.
        ("Position", "10", {}),
        ("Text", "The Committee observes another synthetic fact. ", {}),
        ("Text", RichText("The Committee observes another synthetic fact.", False), {}),
        ("Chapter", RichText("R2-III Investigations", False), {}),
    ],
)
def test_a_row_with_a_cell_that_was_written_into(
    header: str, value: Value, texts: dict[str, str]
) -> None:
    found = look(put(header, value))
    assert found.problems == []
    assert found.rows == [ONE_AS_IT_WAS, SheetRow(3, TWO, TWO, observation(**texts))]


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Chapter", "R2-III"),
        ("Chapter", "R2-III Another label of it"),
        ("Chapter", "  R2-III\nInvestigations"),
        ("Position", 10),
        ("Lead-in", ""),
    ],
)
def test_a_row_whose_cells_say_the_same_is_untouched(header: str, value: Value) -> None:
    assert look(put(header, value)).rows == [ONE_AS_IT_WAS, untouched("observations", 3, TWO)]


@pytest.mark.parametrize(("row_id", "shown"), [("new 1", "new 1"), ("", "New  2"), ("", "")])
def test_a_new_row_goes_by_the_name_in_the_grey_column(row_id: str, shown: str) -> None:
    new: list[Value] = [row_id, shown, "R2-II Legal frameworks", "", "", "A fact.", "paragraph"]
    found = look([*cells("observations"), new])
    texts = dict.fromkeys(observation(), "") | {
        "chapter_id": "R2-II",
        "text": "A fact.",
        "layout": "paragraph",
    }
    assert found.rows[2:] == [SheetRow(4, row_id, shown.lower().replace("  ", " "), texts)]


def test_a_name_of_a_new_row_is_one_in_the_id_column_too() -> None:
    found = look(put("Observation", "NEW 3"))
    assert found.rows[1] == SheetRow(3, "new 3", TWO, observation())


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
def test_a_row_with_a_key_of_two_is_told_by_both(added: list[Value], row_id: str) -> None:
    found = read([*cells("practice_parties"), added], "practice_parties")
    key = dict(zip(("practice_id", "party_id"), row_id.split("/"), strict=True))
    is_there = row_id == "R2-BEL-II-p1/FIN"
    assert found.rows[2:] == [SheetRow(4, row_id, "", key, untouched=is_there)]
    assert found.problems == []


def test_a_part_of_the_key_that_has_no_column_is_empty() -> None:
    whole = sheet("practice_parties")
    this = Sheet(whole.resource, whole.columns[:1])
    there = grid([["Promising practice"], ["R2-BEL-II-p1 A practice"]])
    columns, problems = find_columns(there, this)
    reader = RowReader(this, there, columns, TINY, TINY)
    row = SheetRow(2, "R2-BEL-II-p1/", "", {"practice_id": "R2-BEL-II-p1"})
    assert [*problems, *reader.read()] == [row]


def test_a_row_of_a_table_whose_ids_people_type_is_always_looked_at() -> None:
    found = read([*cells("parties", "ALL"), ["NOR", "Norway"]], "parties", "ALL")
    texts = {"party_id": "NOR", "name": "Norway", "name_in_sentence": ""}
    assert found.rows[2:] == [SheetRow(4, "NOR", "", {**texts, "council_of_europe_member": ""})]


@pytest.mark.parametrize(
    ("name", "view"), [("parties", "ALL"), ("practice_parties", "BEL"), ("recommendations", "BEL")]
)
@pytest.mark.parametrize("empty", ["", " ", "\n"])
def test_a_row_with_nothing_in_it_is_none(name: str, view: str, empty: str) -> None:
    rows = cells(name, view)
    found = read([*rows, [empty] * len(rows[0]), rows[1]], name, view)
    assert [row.line for row in found.rows] == [*range(2, len(rows) + 1), len(rows) + 2]
    assert found.problems == []


@pytest.mark.parametrize("name", ["parties", "recommendations"])
def test_a_row_with_a_remark_alone_is_none(name: str) -> None:
    rows = [[*row, "Remarks" if n == 0 else ""] for n, row in enumerate(cells(name, "ALL"))]
    blank: list[Value] = [""] * (len(rows[0]) - 1)
    found = read([*rows, [*blank, "to ask somebody"]], name, "ALL")
    assert len(found.rows) == len(rows) - 1
    assert [p.code for p in found.problems] == ["added-column"]


# Where the header stands.


def test_a_header_that_was_sorted_with_the_rows_stands_among_them() -> None:
    header, one, two = cells("observations")
    found = look([["A title"], two, header, one])
    hint = "Nothing was lost by that; every row was read."
    message = "The header stands in row 3: it was sorted with the rows."
    # The title stands where rows stand, in the column of ids.
    title = emptied("Sheet!A1", "A title")
    assert found.problems == [warned("moved-header", message, hint), title]
    assert found.rows == [
        untouched("observations", 2, TWO),
        untouched("observations", 4, "R2-BEL-II-o1"),
    ]


def test_a_header_at_the_end_of_the_rows_is_none_of_them() -> None:
    header, one, two = cells("observations")
    found = look([one, two, header])
    assert [p.code for p in found.problems] == ["moved-header"]
    assert found.rows == [
        untouched("observations", 1, "R2-BEL-II-o1"),
        untouched("observations", 2, TWO),
    ]


def test_a_header_below_a_row_with_a_key_of_two_was_sorted_with_the_rows() -> None:
    header, one, two = cells("practice_parties")
    found = read([two, header, one], "practice_parties")
    assert [p.code for p in found.problems] == ["moved-header"]
    assert [(row.line, row.row_id) for row in found.rows] == [
        (1, "R2-BEL-II-p1/FIN"),
        (3, "R2-BEL-II-p1/BEL"),
    ]


@pytest.mark.parametrize(
    ("above", "row"),
    [
        ([["A title"]], 1),
        ([[], ["", " "], ["", "", 7.0], ["A title"]], 3),
        ([["", "", "", "", "", "", "", "", "", "A remark"]], 1),
    ],
)
def test_what_stands_above_the_header_is_told(above: list[list[Value]], row: int) -> None:
    found = look([*above, *cells("observations")])
    message = f"What stands above the header, in row {row}, is not read."
    hint = "Rows of the table belong below it."
    assert found.problems == [warned("above-header", message, hint)]
    first = len(above) + 2
    assert [r.line for r in found.rows] == [first, first + 1]


@pytest.mark.parametrize("above", [[], [[]], [["", "  "], ["\n"]]])
def test_empty_rows_above_the_header_are_not_told(above: list[list[Value]]) -> None:
    found = look([*above, *cells("observations")])
    assert (found.problems, len(found.rows)) == ([], 2)


# Columns that are missing.


def test_a_column_that_is_missing_changes_only_rows_that_had_something_in_it() -> None:
    found = look(without_column("Sub-heading"))
    texts = observation()
    del texts["topic"]
    assert found.rows == [ONE_AS_IT_WAS, SheetRow(3, TWO, TWO, texts)]


def test_rows_without_their_grey_ids_are_told_by_the_hidden_ones() -> None:
    found = look(without_column("↳ Id"))
    assert found.problems == []
    assert found.rows == [
        SheetRow(2, "R2-BEL-II-o1", "", observation("R2-BEL-II-o1")),
        SheetRow(3, TWO, "", observation()),
    ]


# Rows that were emptied.


def emptied(source: str, row_id: str) -> Problem:
    return error(
        "emptied-row",
        Location("observations", row_id, "", source),
        f"The row of {row_id} was emptied, but is still there.",
        "To delete it, delete the whole row; to keep it, undo.",
    )


@pytest.mark.parametrize("shown", ["", "new 1", TWO])
def test_a_row_with_nothing_but_its_ids_is_refused_and_stays(shown: str) -> None:
    found = look([*cells("observations")[:2], [TWO, shown, "", " "]])
    kept = {"observation_id": TWO, **observation()}
    assert found.rows == [ONE_AS_IT_WAS, SheetRow(3, TWO, shown, kept)]
    assert found.problems == [emptied("Sheet!A3", TWO)]


def test_the_place_of_an_emptied_row_is_its_first_cell() -> None:
    rows = [["", *row] for row in cells("observations")]
    rows[2][3:] = [""] * 7
    assert look(rows).problems == [emptied("Sheet!B3", TWO)]


def test_an_emptied_row_without_a_grey_column_has_no_grey_id() -> None:
    rows = without_column("↳ Id")
    rows[2][1:] = [""] * 7
    assert look(rows).rows[1][:3] == (3, TWO, "")


def test_an_emptied_row_that_was_not_there_before_is_refused() -> None:
    found = look([*cells("observations"), ["R2-BEL-II-o7", "R2-BEL-II-o7"]])
    assert len(found.rows) == 2
    assert found.problems == [emptied("Sheet!A4", "R2-BEL-II-o7")]


def test_a_row_with_nothing_but_a_grey_name_is_none() -> None:
    found = look([*cells("observations"), ["", "new 1"]])
    assert (len(found.rows), found.problems) == (2, [])


def test_an_emptied_row_has_no_text_in_a_field_that_came_later() -> None:
    table = TINY["observations"]
    earlier = tuple({n: t for n, t in row.items() if n != "topic"} for row in table.rows)
    base = TINY.with_table(Table(table.resource, earlier))
    found = look([*cells("observations")[:2], [TWO, TWO]], base=base)
    assert found.rows[1].texts == {"observation_id": TWO, **observation(topic="")}


def test_a_row_of_a_table_whose_ids_people_type_may_be_nothing_but_its_id() -> None:
    found = read([*cells("parties", "ALL")[:2], ["FIN"]], "parties", "ALL")
    assert found.problems == []
    assert found.rows[1].texts == {
        "party_id": "FIN",
        "name": "",
        "name_in_sentence": "",
        "council_of_europe_member": "",
    }


# Cells that cannot be taken.


@pytest.mark.parametrize(
    ("header", "value", "code", "source"),
    [
        ("Text", Formula("=1+1"), "formula", "Sheet!F3"),
        ("Position", ErrorValue("#N/A"), "error-value", "Sheet!I3"),
        ("Chapter", 7.0, "typed-value-in-text", "Sheet!C3"),
        ("Position", True, "typed-value-in-text", "Sheet!I3"),
        ("Sub-heading", datetime.date(2026, 1, 31), "typed-value-in-text", "Sheet!D3"),
    ],
)
def test_a_cell_that_cannot_be_taken_is_refused_and_stays(
    header: str, value: Value, code: str, source: str
) -> None:
    found = look(put(header, value))
    field = next(c.field for c in sheet("observations").columns if c.header == header)
    assert field
    (problem,) = found.problems
    assert (problem.severity, problem.code) == ("error", code)
    assert problem.location == Location("observations", TWO, field.name, source)
    stood = base_row("observations", TWO)[field.name]
    assert problem.hint.endswith(f" Before, “{stood}” stood there.")
    assert found.rows == [ONE_AS_IT_WAS, SheetRow(3, TWO, TWO, observation())]


def test_a_refusal_is_in_a_persons_words() -> None:
    assert look(put("Text", Formula("=1+1"))).problems == [
        error(
            "formula",
            Location("observations", TWO, "text", "Sheet!F3"),
            "A formula stands here: =1+1.",
            "Write the text itself. (A text that begins with = needs an apostrophe before it.) "
            "Before, “The Committee observes another synthetic fact.” stood there.",
        )
    ]


def test_a_refusal_where_nothing_stood_says_nothing_of_it() -> None:
    (problem,) = look(put("Lead-in", Formula("=1+1"))).problems
    assert problem.hint.endswith("needs an apostrophe before it.)")


def test_of_what_stood_there_eighty_characters_are_shown() -> None:
    text = "".join(f"{n:02}" for n in range(50))
    base = edited(TINY, "observations", TWO, text=text)
    (problem,) = look(put("Text", Formula("=1+1")), base=base).problems
    assert problem.hint.endswith(f" Before, “{text[:80]}” stood there.")


def test_bold_words_are_taken_and_told() -> None:
    found = look(put("Text", RichText("A changed fact.", stands_out=True)))
    (problem,) = found.problems
    assert (problem.severity, problem.code) == ("warning", "formatting-ignored")
    assert found.rows[1].texts["text"] == "A changed fact."


def test_a_cell_of_a_new_row_that_cannot_be_taken_is_empty() -> None:
    found = look([*cells("observations"), ["", "", "R2-II", "", "", Formula("=1+1")]])
    assert found.rows[2].texts["text"] == ""
    assert found.problems[0].location == Location("observations", "", "text", "Sheet!F4")


@pytest.mark.parametrize("value", [True, False])
def test_a_truth_value_is_no_number(value: bool) -> None:
    base = edited(TINY, "observations", TWO, position=str(int(value)))
    found = look(put("Position", value), base=base)
    assert not found.rows[1].untouched
    assert [p.code for p in found.problems] == ["typed-value-in-text"]


def test_a_number_that_no_program_keeps_stands_as_a_text() -> None:
    base = edited(TINY, "observations", TWO, position="1234567890123456")
    rows = cells("observations", tables=base)
    assert rows[2][8] == "1234567890123456"
    assert look(rows, base=base).rows[1].untouched


# Ids that other tables have, had, or never had.


def reports(tables: Tables, row_id: str) -> Tables:
    """The tables in which the report is called otherwise, as somebody else may have done."""
    return edited(tables, "documents", "R2-REPORT", document_id=row_id)


def read_citations(rows: list[list[Value]], base: Tables, ours: Tables) -> Reading:
    return read(rows, "citations", base=base, ours=ours)


def last_citation(value: str, kind: str = "note", header: str = "Document") -> list[list[Value]]:
    """The citations of a workbook, the last with another kind, and a value in one column."""
    rows = cells("citations")
    rows[-1][rows[0].index("Kind")] = kind
    rows[-1][rows[0].index(header)] = value
    return rows


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("R2-REPORT Implementation Report", "R2-REPORT Implementation Report"),
        ("NEW-REPORT Implementation Report", "NEW-REPORT"),
        ("R2-BEL-FACTSHEET FACTSHEET – BELGIUM", "R2-BEL-FACTSHEET"),
    ],
)
def test_an_id_counts_that_is_there_now(written: str, read_as: str) -> None:
    found = read_citations(last_citation(written), base=TINY, ours=reports(TINY, "NEW-REPORT"))
    assert found.rows[-1].texts["document_id"] == read_as


def test_an_id_counts_that_stood_in_the_cell_when_the_workbook_was_made() -> None:
    base = edited(TINY, "citations", "R2-BEL-II-p1.1", document_id="R2-REPORT")
    rows = last_citation("R2-REPORT Implementation Report")
    found = read_citations(rows, base=base, ours=reports(base, "NEW-REPORT"))
    assert found.rows[-1].texts["document_id"] == "R2-REPORT"


def test_an_id_counts_that_was_there_when_the_workbook_was_made() -> None:
    ours = without(TINY, "recommendations", "R2-BEL-II-1")
    rows = last_citation("R2-BEL-II-1 to consider", header="Recommendation")
    found = read_citations(rows, base=TINY, ours=ours)
    assert found.rows[-1].texts["recommendation_id"] == "R2-BEL-II-1"


def test_a_row_that_came_since_the_workbook_was_made_can_be_pointed_to() -> None:
    ours = with_row(TINY, "recommendations", recommendation_id="R2-BEL-II-9", party_id="BEL")
    rows = last_citation("R2-BEL-II-9 to add", header="Recommendation")
    found = read_citations(rows, base=TINY, ours=ours)
    assert found.rows[-1].texts["recommendation_id"] == "R2-BEL-II-9"
