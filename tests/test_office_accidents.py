"""What staff do to a workbook in LibreOffice, each with exactly what comes of it.

Every accident ends as exactly these changes, or as exactly this refusal with its addresses; that
a refusal leaves the tables as they were, byte for byte, `Desk.hand_in` sees to each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from lanzarote_data.model.errors import WorkbookError
from lanzarote_data.model.merge import Versions
from tests.desk import Cell, Desk, Place, cells, places, rows
from tests.office import (
    OfficeError,
    Step,
    add_sheet,
    bold_words,
    clear_cells,
    clear_row,
    copy_sheet_to_new_file,
    delete_column,
    delete_row,
    delete_sheet,
    duplicate_row,
    fill_down,
    filter_column,
    insert_column,
    insert_row,
    merge_cells,
    paste_cells,
    paste_text,
    rename_sheet,
    set_formula,
    set_number,
    show_column,
    sort_from_cell,
    sort_range,
    type_keys,
    type_text,
)
from tests.workbooks import review

pytestmark = pytest.mark.office

REC = "Recommendations"
OBS = "Observations"
PRA = "Promising practices"
PAR = "Parties of practices"
CIT = "Citations"
NO_LONGER_STATED = ("follow-up-party", "Follow-up!C2")
FOL = "Follow-up"

TEXT_1 = "to consider a synthetic recommendation.[^1]"
TEXT_7 = "to adopt a synthetic recommendation.[^1]"


@dataclass(frozen=True)
class Accident:
    """Steps, and what comes of them: changes, warnings, errors."""

    name: str
    steps: Sequence[Step]
    changes: Sequence[Cell] = ()
    errors: Sequence[Place] = ()
    warnings: Sequence[Place] = ()
    workbook: str = "BEL"


def topic(row_id: str, old: str, new: str) -> Cell:
    return ("recommendations", row_id, "topic", old, new)


def observed(row_id: str, old: str, new: str) -> Cell:
    return ("observations", row_id, "topic", old, new)


EDITED = topic("R2-BEL-II-1", "", "Edited:")
"""What an edit elsewhere in the workbook must still give."""

TYPED = [
    Accident(
        "type",
        [type_text(REC, "F7", "A typed topic:")],
        [topic("R2-BEL-III-8", "On another synthetic topic:", "A typed topic:")],
    ),
    Accident(
        "type keys",
        [type_keys(REC, "F2", "typed with keys"), type_keys(REC, "C7", "request")],
        [
            topic("R2-BEL-II-1", "", "typed with keys"),
            ("recommendations", "R2-BEL-III-8", "urgency", "invite", "request"),
        ],
        [("urgency-disagrees", f"{REC}!C7")],
    ),
    Accident(
        "type what programs like to change",
        [
            type_text(REC, "F2", "007"),
            type_text(REC, "F3", "1-2"),
            type_text(REC, "F4", "25.05.2023"),
            type_text(REC, "F5", "1,500"),
            type_text(REC, "F6", "=1+1"),
            type_text(REC, "F7", "TRUE"),
            type_text(OBS, "E2", "1e5"),
            type_text(OBS, "E3", "MAR-1"),
        ],
        [
            topic("R2-BEL-II-1", "", "007"),
            topic("R2-BEL-II-2", "", "1-2"),
            topic("R2-BEL-II-6", "", "25.05.2023"),
            topic("R2-BEL-III-5", "On a synthetic topic:", "1,500"),
            topic("R2-BEL-III-7", "On a synthetic topic:", "=1+1"),
            topic("R2-BEL-III-8", "On another synthetic topic:", "TRUE"),
            observed("R2-BEL-II-o1", "", "1e5"),
            observed("R2-BEL-II-o2", "007", "MAR-1"),
        ],
    ),
    Accident(
        "date typed over text",
        [type_keys(OBS, "E4", "25/05/2023"), type_text(OBS, "E5", "5 May")],
        [
            observed("R2-BEL-II-o3", "1-2", "25/05/2023"),
            observed("R2-BEL-III-o1", "7", "5 May"),
        ],
    ),
    Accident(
        "type a date",
        [type_keys(FOL, "D2", "2025-03-05")],
        [("follow_up", "R2-II-1.BEL.f1", "date", "2025-03-01", "2025-03-05")],
    ),
    Accident(
        "type dates in other forms",
        [type_keys(FOL, "D2", "5/3/2025"), type_keys(FOL, "D3", "31 December 2025")],
        [("follow_up", "R2-II-2.BEL.f1", "date", "2025-04-02", "2025-12-31")],
        [("ambiguous-date", f"{FOL}!D2")],
        [("date-read", f"{FOL}!D3")],
    ),
    Accident(
        "type numbers where numbers belong",
        [type_keys(REC, "K2", "25"), type_keys(CIT, "G2", "II-7")],
        [
            ("recommendations", "R2-BEL-II-1", "position", "20", "25"),
            ("citations", "R2-BEL-II-1.1", "locator", "II-1", "II-7"),
        ],
        [("locator-disagrees", f"{CIT}!G2"), NO_LONGER_STATED],
    ),
    Accident(
        "number over text",
        [set_number(OBS, "E3", 7), set_number(OBS, "E5", 7), set_number(REC, "K2", 2.5)],
        errors=[("typed-value-in-text", f"{REC}!K2"), ("typed-value-in-text", f"{OBS}!E3")],
    ),
    Accident(
        "number in a column of dates",
        [set_number(FOL, "D2", 45_000)],
        errors=[("number-in-date", f"{FOL}!D2")],
    ),
    Accident(
        "formula",
        [
            set_formula(REC, "F2", "=1+1"),
            set_formula(REC, "K3", "=K2+10"),
            set_formula(OBS, "C3", "=NA()"),
        ],
        errors=[("formula", f"{REC}!F2"), ("formula", f"{REC}!K3"), ("formula", f"{OBS}!C3")],
    ),
    Accident(
        "bold words",
        [bold_words(REC, "D2", 3, 8)],
        warnings=[("formatting-ignored", f"{REC}!D2")],
    ),
    Accident(
        "boolean",
        [type_keys("Parties", "D4", "true")],
        [("parties", "TUN", "council_of_europe_member", "false", "true")],
        workbook="ALL",
    ),
]

PASTED = [
    Accident(
        "paste text",
        [paste_text(REC, "F2", "007"), paste_text(REC, "F3", "“Quoted”\u00a0words ")],
        [topic("R2-BEL-II-1", "", "007"), topic("R2-BEL-II-2", "", "“Quoted”\u00a0words")],
    ),
    Accident(
        "paste text past a drop-down",
        [paste_text(REC, "I2", "bullets")],
        [("recommendations", "R2-BEL-II-1", "layout", "bullet", "bullets")],
        [("not-in-list", f"{REC}!I2")],
    ),
    Accident(
        "paste cells from another sheet of ours",
        [paste_cells(OBS, "E3:E4", REC, "F2")],
        [topic("R2-BEL-II-1", "", "007"), topic("R2-BEL-II-2", "", "1-2")],
    ),
    Accident(
        "paste cells from a sheet without formats",
        [
            add_sheet("Notes"),
            type_text("Notes", "A1", "007"),
            type_text("Notes", "A2", "1-2"),
            type_text("Notes", "A3", "25/05/2023"),
            type_text("Notes", "A4", "plain words"),
            paste_cells("Notes", "A1:A4", REC, "F2"),
        ],
        [topic("R2-BEL-III-5", "On a synthetic topic:", "plain words")],
        [("typed-value-in-text", f"{REC}!F{row}") for row in (2, 3, 4)],
        [("added-sheet", "Notes")],
    ),
    Accident(
        "paste a real date into a column of dates",
        [
            add_sheet("Notes"),
            type_text("Notes", "A1", "25/05/2023"),
            paste_cells("Notes", "A1:A1", FOL, "D2"),
        ],
        [("follow_up", "R2-II-1.BEL.f1", "date", "2025-03-01", "2023-05-25")],
        warnings=[("added-sheet", "Notes")],
    ),
]

SORTED = [
    Accident(
        "sort from one cell, up",
        [
            sort_from_cell(REC, "D3"),
            sort_from_cell(OBS, "C3"),
            sort_from_cell(CIT, "E3"),
            sort_from_cell(FOL, "F3"),
            type_text(FOL, "G2", "Another synthetic letter."),
        ],
        [
            (
                "follow_up",
                "R2-II-2.BEL.f1",
                "source",
                "A synthetic report.",
                "Another synthetic letter.",
            )
        ],
    ),
    Accident(
        "sort from one cell, down",
        [
            sort_from_cell(REC, "K3", descending=True),
            sort_from_cell(OBS, "E2", descending=True),
            sort_from_cell(CIT, "C3", descending=True),
            sort_from_cell(FOL, "D3", descending=True),
            sort_from_cell(PRA, "D2", descending=True),
        ],
    ),
    Accident(
        "sort from one cell where all is text, and the header goes along",
        [sort_from_cell(PAR, "B2")],
        warnings=[("moved-header", PAR)],
    ),
    Accident(
        "sort from one cell when the last empty cell was filled in",
        [
            type_text(FOL, "I2", "https://example.org/a"),
            type_text(FOL, "I4", "https://example.org/b"),
            sort_from_cell(FOL, "F2"),
        ],
        [
            ("follow_up", "R2-II-1.BEL.f1", "url", "", "https://example.org/a"),
            ("follow_up", "R2-III-5.BEL.f1", "url", "", "https://example.org/b"),
        ],
        warnings=[("moved-header", FOL)],
    ),
    Accident(
        "sort from one cell, down, and the header goes to the end",
        [
            sort_from_cell("Parties", "B2", descending=True),
            sort_from_cell("Levels of urgency", "A2", descending=True),
            sort_from_cell("Chapters", "A2", descending=True),
        ],
        warnings=[("moved-header", "Parties")],
        workbook="ALL",
    ),
    Accident(
        "sort whole rows with the header among them",
        [sort_range(OBS, "A1:J5", 2), sort_range(REC, "A1:L7", 10)],
        warnings=[("moved-header", REC), ("moved-header", OBS)],
    ),
    Accident(
        "sort visible columns only",
        [sort_range(REC, "B2:K7", 2)],
        errors=[("ids-cut-loose", REC)],
    ),
    Accident(
        "sort visible columns but the grey one, in every sheet",
        [
            sort_range(REC, "C2:K7", 1),
            sort_range(OBS, "C2:I5", 0),
            sort_range(PRA, "C2:G3", 0, descending=True),
            sort_range(CIT, "C2:K10", 2),
            sort_range(FOL, "C2:I4", 1),
        ],
        errors=[("ids-cut-loose", sheet) for sheet in (REC, OBS, PRA, CIT, FOL)],
    ),
    Accident(
        "sort some columns only, beside an edit in another sheet",
        [sort_range(REC, "D2:E7", 0), type_text(OBS, "E2", "An edit:")],
        [observed("R2-BEL-II-o1", "", "An edit:")],
        [("ids-cut-loose", REC)],
    ),
    Accident(
        "sort one column only",
        [
            sort_range(REC, "D2:D7", 0),
            sort_range(OBS, "E2:E5", 0, descending=True),
            sort_range(PRA, "C2:C3", 0, descending=True),
            sort_range(PAR, "B2:B4", 0),
            sort_range(CIT, "G2:G10", 0),
            sort_range(FOL, "D2:D4", 0),
        ],
        errors=[("ids-cut-loose", sheet) for sheet in (REC, OBS, PRA, PAR, CIT, FOL)],
    ),
    Accident(
        "sort a column with repeated texts",
        [sort_range(REC, "F2:F7", 0)],
        errors=[("ids-cut-loose", REC)],
    ),
    Accident(
        "sort a column with a drop-down",
        [sort_range(REC, "C2:C7", 0), sort_range(FOL, "E2:E4", 0)],
        errors=[("ids-cut-loose", REC), ("ids-cut-loose", FOL)],
    ),
    Accident(
        "sort the numbers only",
        [sort_range(REC, "K2:K7", 0)],
        errors=[("ids-cut-loose", REC)],
    ),
    Accident(
        "sort the ids only",
        [sort_range(REC, "A2:A7", 0, descending=True)],
        errors=[("ids-cut-loose", REC)],
    ),
    Accident(
        "sort one column, and delete a row",
        [sort_range(CIT, "E2:E10", 0), delete_row(CIT, 4)],
        errors=[("ids-cut-loose", CIT)],
    ),
    Accident(
        "filter and save",
        [
            filter_column(REC, "C", "require"),
            filter_column(CIT, "F", "note"),
            type_text(REC, "F6", "Edited under a filter:"),
        ],
        [topic("R2-BEL-III-7", "On a synthetic topic:", "Edited under a filter:")],
    ),
]

DELETED_FOR_NEED = ("deleted-but-needed", "recommendations")

ROWS = [
    Accident("insert a row and leave it empty", [insert_row(REC, 3), insert_row(CIT, 2)]),
    Accident(
        "duplicate a row below the table",
        [duplicate_row(REC, 2, 8)],
        errors=[("doubled-id", f"{REC}!A8")],
    ),
    Accident(
        "duplicate a row into an inserted one",
        [insert_row(REC, 3), duplicate_row(REC, 2, 3)],
        errors=[("doubled-id", f"{REC}!A3")],
    ),
    Accident(
        "fill down one cell",
        [fill_down(REC, "F6:F7")],
        [topic("R2-BEL-III-8", "On another synthetic topic:", "On a synthetic topic:")],
    ),
    Accident(
        "fill down texts",
        [fill_down(REC, "D2:D4")],
        [
            (
                "recommendations",
                "R2-BEL-II-2",
                "text",
                "to follow a synthetic recommendation with sub-points:\n"
                "- a first point;\n- a *second* point.[^1][^2]",
                TEXT_1,
            ),
            (
                "recommendations",
                "R2-BEL-II-6",
                "text",
                "to review a synthetic recommendation.[^1]",
                TEXT_1,
            ),
        ],
        [("citation-without-marker", f"{CIT}!D4")],
    ),
    Accident(
        "fill down all visible columns",
        [fill_down(REC, "B6:K7")],
        errors=[("ids-cut-loose", REC)],
    ),
    Accident(
        "clear what is visible of a row",
        [clear_cells(REC, "B3:K3"), clear_cells(OBS, "C3:I3")],
        errors=[("emptied-row", f"{REC}!B3"), ("emptied-row", f"{OBS}!B3")],
    ),
    Accident(
        "clear one cell that is needed",
        [clear_cells(REC, "D6")],
        [("recommendations", "R2-BEL-III-7", "text", TEXT_7, "")],
        [("missing-value", f"{REC}!D6"), ("citation-without-marker", f"{CIT}!D7")],
    ),
    Accident(
        "unhide the column of ids, and look",
        [show_column(REC, "A"), type_text(REC, "F2", "Edited:")],
        [EDITED],
    ),
]

COLUMNS_AND_SHEETS = [
    Accident(
        "add a column",
        [
            insert_column(REC, "F", "Remarks"),
            type_text(REC, "F2", "to be asked"),
            type_text(REC, "G2", "Edited:"),
        ],
        [EDITED],
        warnings=[("added-column", REC)],
    ),
    Accident(
        "remark beside the table",
        [type_text(REC, "M2", "a remark"), type_text(REC, "F2", "Edited:")],
        [EDITED],
        warnings=[("added-column", REC)],
    ),
    Accident(
        "rename a sheet",
        [rename_sheet(REC, "Our list"), type_text("Our list", "F2", "Edited:")],
        [EDITED],
        warnings=[("renamed-sheet", "Our list")],
    ),
    Accident(
        "two sheets change names",
        [rename_sheet(REC, "x"), rename_sheet(OBS, REC), rename_sheet("x", OBS)],
        errors=[("renamed-column", REC), ("renamed-column", OBS)],
    ),
    Accident(
        "rename a header", [type_text(REC, "D1", "Wording")], errors=[("renamed-column", REC)]
    ),
    Accident("clear a header", [clear_cells(REC, "D1")], errors=[("renamed-column", REC)]),
    Accident(
        "delete a column",
        [delete_column(REC, "H"), type_text(REC, "F2", "Edited:")],
        [EDITED],
        warnings=[("missing-column", REC)],
    ),
    Accident(
        "delete the column of ids",
        [delete_column(REC, "A"), type_text(REC, "E2", "Edited:")],
        [EDITED],
        warnings=[("missing-key", REC)],
    ),
    Accident(
        "delete the grey column",
        [delete_column(REC, "B"), type_text(REC, "E2", "Edited:")],
        [EDITED],
    ),
    Accident(
        "merge cells",
        [merge_cells(REC, "F6:F7"), merge_cells(OBS, "D3:E3")],
        errors=[("merged-cells", f"{REC}!F6:F7"), ("merged-cells", f"{OBS}!D3:E3")],
    ),
    Accident(
        "merge two headers",
        [merge_cells(REC, "F1:G1")],
        errors=[("renamed-column", REC), ("merged-cells", f"{REC}!F1:G1")],
    ),
    Accident(
        "add a sheet",
        [add_sheet("Notes"), type_text("Notes", "A1", "a note"), type_text(REC, "F2", "Edited:")],
        [EDITED],
        warnings=[("added-sheet", "Notes")],
    ),
    Accident(
        "delete a sheet",
        [delete_sheet(OBS), delete_sheet("Read me"), type_text(REC, "F2", "Edited:")],
        [EDITED],
        warnings=[("missing-sheet", OBS)],
    ),
]

ACCIDENTS = [*TYPED, *PASTED, *SORTED, *ROWS, *COLUMNS_AND_SHEETS]


@pytest.mark.parametrize("accident", ACCIDENTS, ids=lambda accident: accident.name)
def test_an_accident_has_exactly_its_outcome(desk: Desk, accident: Accident) -> None:
    outcome = desk.hand_in(*accident.steps, name=accident.workbook)
    assert cells(outcome.changes) == list(accident.changes)
    assert places(outcome.problems) == list(accident.errors)
    assert places(outcome.problems, "warning") == list(accident.warnings)
    assert outcome.conflicts == ()


# --- rows that come and go --------------------------------------------------------------------


def test_a_deleted_row_that_others_need_is_refused_by_name(desk: Desk) -> None:
    outcome = desk.hand_in(delete_row(REC, 2))
    assert places(outcome.problems) == [DELETED_FOR_NEED, NO_LONGER_STATED]
    assert "R2-BEL-II-1.1" in outcome.problems[0].message


def test_a_cleared_row_is_a_deleted_row(desk: Desk) -> None:
    outcome = desk.hand_in(clear_row(OBS, 3))
    assert rows(outcome.changes) == [("removed", "observations", "R2-BEL-II-o2")]
    assert outcome.problems == ()


def test_a_cleared_row_that_others_need_is_refused(desk: Desk) -> None:
    outcome = desk.hand_in(clear_row(REC, 4))
    assert places(outcome.problems) == [DELETED_FOR_NEED]


def test_a_deleted_citation_leaves_its_marker_dangling(desk: Desk) -> None:
    outcome = desk.hand_in(delete_row(CIT, 2))
    assert rows(outcome.changes) == [("removed", "citations", "R2-BEL-II-1.1")]
    assert places(outcome.problems) == [("dangling-marker", f"{REC}!D2"), NO_LONGER_STATED]


def test_a_row_pasted_over_another_is_both_doubled_and_gone(desk: Desk) -> None:
    outcome = desk.hand_in(duplicate_row(REC, 2, 3))
    assert rows(outcome.changes) == [("removed", "recommendations", "R2-BEL-II-2")]
    stated_there = ("follow-up-party", "Follow-up!C3")
    assert places(outcome.problems) == [("doubled-id", f"{REC}!A3"), DELETED_FOR_NEED, stated_there]


def test_ids_filled_down_are_doubled(desk: Desk) -> None:
    outcome = desk.hand_in(fill_down(OBS, "A3:A4"))
    assert places(outcome.problems) == [("doubled-id", f"{OBS}!A4")]


def test_an_id_written_over_is_refused(desk: Desk) -> None:
    outcome = desk.hand_in(show_column(OBS, "A"), type_text(OBS, "A3", "R2-BEL-II-o9"))
    assert places(outcome.problems) == [("unknown-id", f"{OBS}!A3")]


def test_a_row_that_was_only_begun_is_refused_by_what_it_lacks(desk: Desk) -> None:
    outcome = desk.hand_in(type_text(REC, "F8", "On a synthetic topic:"))
    assert places(outcome.problems) == [("missing-value", f"{REC}!{letter}8") for letter in "GHCD"]


def test_a_copied_row_whose_id_was_cleared_is_told(desk: Desk) -> None:
    outcome = desk.hand_in(duplicate_row(OBS, 5, 6), clear_cells(OBS, "A6:B6"))
    assert rows(outcome.changes) == [("added", "observations", "R2-BEL-III-o2")]
    assert places(outcome.problems) == [("doubled-position", f"{OBS}!I6")]
    assert places(outcome.problems, "warning") == [("copied-row", f"{OBS}!B6")]


def test_a_copied_row_made_into_a_new_one_is_taken(desk: Desk) -> None:
    outcome = desk.hand_in(
        duplicate_row(OBS, 5, 6),
        clear_cells(OBS, "A6:B6"),
        clear_cells(OBS, "I6"),
        type_keys(OBS, "C6", "The Committee notes one synthetic fact more."),
    )
    assert rows(outcome.changes) == [("added", "observations", "R2-BEL-III-o2")]
    assert outcome.problems == ()
    row = desk.row("observations", "R2-BEL-III-o2")
    assert (row["topic"], row["position"]) == ("7", "80")
    assert row["text"] == "The Committee notes one synthetic fact more."


# --- where LibreOffice itself, or the reader, stops a person ------------------------------------


def test_a_wrong_entry_of_a_drop_down_is_stopped_by_its_message(desk: Desk) -> None:
    with pytest.raises(OfficeError, match="it would have shown a message"):
        desk.save(type_keys(REC, "I2", "wrong"))


@pytest.mark.parametrize("sheet", ["_base", "_lists"])
def test_the_hidden_sheets_cannot_be_deleted(desk: Desk, sheet: str) -> None:
    with pytest.raises(OfficeError, match="the sheet is protected"):
        desk.save(delete_sheet(sheet))


def test_a_data_sheet_copied_into_a_new_file_is_refused(desk: Desk) -> None:
    with pytest.raises(WorkbookError, match="hidden sheet '_base'") as refusal:
        desk.hand_in(copy_sheet_to_new_file(REC))
    assert "Copy your edits into a workbook that was exported" in refusal.value.hint


# --- given back, and corrected ------------------------------------------------------------------


def review_of(desk: Desk, *steps: Step) -> Path:
    """The review of a workbook that is refused."""
    handed_in = desk.save(*steps)
    assert desk.take(handed_in).refused
    copy = review(desk.package, handed_in)
    assert copy is not None
    return copy


def corrected(desk: Desk, copy: Path, *steps: Step) -> Path:
    """The review as LibreOffice saves it after some steps."""
    saved = copy.with_name("corrected.xlsx")
    desk.office.edit(copy, saved, *steps)
    return saved


def test_a_review_that_is_only_saved_is_refused_again(desk: Desk) -> None:
    copy = review_of(desk, set_formula(REC, "F2", "=1+1"), type_text(REC, "F3", "Edited:"))
    outcome = desk.take(corrected(desk, copy))
    assert places(outcome.problems) == [("still-to-correct", f"{REC}!F2")]


def test_a_review_corrected_in_libreoffice_finishes_the_job(desk: Desk) -> None:
    copy = review_of(desk, set_formula(REC, "F2", "=1+1"), type_text(REC, "F3", "Edited:"))
    outcome = desk.take(corrected(desk, copy, type_keys(REC, "F2", "corrected")))
    assert cells(outcome.changes) == [
        topic("R2-BEL-II-1", "", "corrected"),
        topic("R2-BEL-II-2", "", "Edited:"),
    ]
    assert outcome.problems == ()


@pytest.mark.parametrize(
    ("choice", "changes"),
    [("the data", []), ("my workbook", [topic("R2-BEL-II-1", "Of another:", "Edited:")])],
)
def test_a_conflict_is_settled_by_a_choice_in_libreoffice(
    desk: Desk, choice: str, changes: list[Cell]
) -> None:
    mine = desk.save(type_text(REC, "F2", "Edited:"))
    mine = mine.rename(mine.with_name("mine.xlsx"))
    assert desk.take(desk.save(type_text(REC, "F2", "Of another:"))).applied
    outcome = desk.take(mine)
    (conflict,) = outcome.conflicts
    assert conflict.versions == Versions("", "Of another:", "Edited:")
    assert conflict.source == f"{REC}!F2"
    copy = review(desk.package, mine)
    assert copy is not None
    settled = desk.take(corrected(desk, copy, type_keys("Conflicts", "I2", choice)))
    assert cells(settled.changes) == changes
    assert settled.conflicts == ()


def test_edits_of_two_people_to_one_row_are_merged(desk: Desk) -> None:
    first = desk.save(type_text(REC, "F2", "Of the first:"))
    first = first.rename(first.with_name("first.xlsx"))
    second = desk.save(type_text(REC, "D2", "to reconsider a synthetic recommendation.[^1]"))
    assert cells(desk.take(first, second).changes) == [
        topic("R2-BEL-II-1", "", "Of the first:"),
        (
            "recommendations",
            "R2-BEL-II-1",
            "text",
            TEXT_1,
            "to reconsider a synthetic recommendation.[^1]",
        ),
    ]
