"""A workbook read as a whole: what it was made from, which sheet is which, what is told of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

import openpyxl
import pytest

from lanzarote_data.model.errors import WorkbookError
from lanzarote_data.model.package import Field, Package
from lanzarote_data.model.problems import Location, Problem, error, warning
from lanzarote_data.model.tables import Table, Tables
from lanzarote_data.workbook import read
from lanzarote_data.workbook.base import PROPERTY
from lanzarote_data.workbook.choices import HEADERS, Choice
from lanzarote_data.workbook.grid import Grid, Value
from lanzarote_data.workbook.layout import rows_of, view_named
from lanzarote_data.workbook.read import WorkbookContent, persons_sheets, read_workbook
from lanzarote_data.workbook.write import workbook_bytes
from tests.hostile.workbooks import changed, packed, parts_of, sound
from tests.sheets import TINY, Book, book, save

OBS = "Observations"
SHEETS = {
    "recommendations": "Recommendations",
    "observations": OBS,
    "practices": "Promising practices",
    "practice_parties": "Parties of practices",
    "citations": "Citations",
    "follow_up": "Follow-up",
}
REMARK = "A synthetic remark."
BASE = cache(book)()


def copy() -> Book:
    """The sheets of the workbook of Belgium, to be changed."""
    return {title: [[*row] for row in rows] for title, rows in BASE.items()}


def put(folder: Path, data: bytes) -> Path:
    path = folder / "BEL.xlsx"
    path.write_bytes(data)
    return path


def look(
    folder: Path,
    sheets: Book,
    ours: Tables = TINY,
    merged: Mapping[str, str] = MappingProxyType({}),
) -> WorkbookContent:
    """The workbook with these sheets, as it is read."""
    return read_workbook(save(sheets, folder / "BEL.xlsx", merged), ours)


def told(code: str, title: str, message: str, hint: str = "", resource: str = "") -> Problem:
    return warning(code, Location(resource, source=title), message, hint)


def told_missing(title: str) -> Problem:
    return told(
        "missing-sheet",
        title,
        f"The sheet {title!r} is missing. Its rows were not touched.",
        "To delete rows, delete them from their sheet and keep the sheet.",
    )


def told_added(title: str) -> Problem:
    message = f"The sheet {title!r} is not one of ours. It is not read."
    return told("added-sheet", title, message)


def told_renamed(title: str, was: str = OBS, resource: str = "observations") -> Problem:
    message = f"The sheet {was!r} is now called {title!r}. It was read as before."
    return told("renamed-sheet", title, message, resource=resource)


def refused_unknown(title: str, missing: str = OBS) -> Problem:
    return error(
        "unknown-sheet",
        Location(source=title),
        f"The sheet {title!r} is not one of ours, and {missing!r} is missing.",
        f"If it was renamed, call it {missing!r} again; if not, delete it.",
    )


# The file.


def test_a_workbook_as_it_is_written(tmp_path: Path) -> None:
    content = read_workbook(put(tmp_path, sound()), TINY)
    assert (content.name, content.problems, content.choices) == ("BEL.xlsx", (), ())
    assert [grid.title for grid in content.grids] == [*BASE]
    assert {name: there.name for name, there in content.sheets.items()} == SHEETS
    assert content.base.tables == rows_of(TINY, view_named("BEL"))
    there = content.sheets["practices"]
    row = TINY.rows("practices")[0]
    assert there.resource is TINY.package.resource("practices")
    assert there.header_row == 1
    assert there.letters == {
        "practice_id": "A",
        "chapter_id": "C",
        "heading": "D",
        "text": "E",
        "document_id": "F",
        "position": "G",
    }
    assert there.rows == ((2, "R2-BEL-II-p1", "R2-BEL-II-p1", row, True),)


def test_a_plain_workbook_is_read_by_the_quick_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openpyxl, "load_workbook", None)
    assert read_workbook(put(tmp_path, sound()), TINY).problems == ()


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "BEL.xlsx"
    with pytest.raises(WorkbookError) as refusal:
        read_workbook(path, TINY)
    assert refusal.value.message == f"{path} cannot be read: No such file or directory."
    assert refusal.value.hint == "Check its name, and close the program that has it open."


def test_a_file_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path, sound())
    monkeypatch.setattr(read, "LARGEST_FILE", len(sound()))
    assert read_workbook(path, TINY).problems == ()
    monkeypatch.setattr(read, "LARGEST_FILE", len(sound()) - 1)
    with pytest.raises(WorkbookError, match="cannot be read: it is larger than"):
        read_workbook(path, TINY)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (lambda: b"x", "BEL.xlsx is not an Excel workbook"),
        (
            lambda: changed("xl/worksheets/sheet2.xml", b't="s"><v>', b't="s"><v>99999'),
            "BEL.xlsx cannot be read as a workbook",
        ),
    ],
)
def test_a_file_that_is_no_workbook_is_refused_by_its_name(
    tmp_path: Path, data: Callable[[], bytes], words: str
) -> None:
    with pytest.raises(WorkbookError, match=f"^{words}"):
        read_workbook(put(tmp_path, data()), TINY)


# What it was made from.


def test_a_workbook_without_its_base_is_refused(tmp_path: Path) -> None:
    sheets = copy()
    del sheets["_base"]
    with pytest.raises(WorkbookError) as refusal:
        look(tmp_path, sheets)
    assert refusal.value.message == (
        "BEL.xlsx lacks the hidden sheet '_base', which says what it was made from."
    )
    assert refusal.value.hint == (
        "Copy your edits into a workbook that was exported, and import that."
    )


def test_the_base_is_told_by_what_it_says(tmp_path: Path) -> None:
    sheets = {"Sheet1" if t == "_base" else t: rows for t, rows in copy().items()}
    content = look(tmp_path, {"_base": [["my own"], [REMARK]], **sheets})
    assert content.problems == (told_added("_base"),)
    assert content.base.digest == BASE["_base"][0][1]


@pytest.mark.parametrize("row_id", ["R2-BEL-II-o1", ""])
def test_a_base_whose_rows_have_one_id_is_refused(tmp_path: Path, row_id: str) -> None:
    """No workbook is exported from such tables, but anybody can make one up."""
    there = TINY["observations"]
    same = ({**row, "observation_id": row_id} for row in there.rows)
    made_up = book(tables=TINY.with_table(Table(there.resource, tuple(same))))
    with pytest.raises(WorkbookError, match="is damaged: its rows cannot be told apart by"):
        look(tmp_path, made_up)


CUSTOM, CORE = "docProps/custom.xml", "docProps/core.xml"
DIGEST = str(BASE["_base"][0][1])


def in_properties(part: str, old: str, new: str) -> bytes:
    return changed(part, old.encode(), new.encode())


@pytest.mark.parametrize("part", [CUSTOM, CORE])
@pytest.mark.parametrize("spelling", [str, str.upper, str.title])
def test_each_copy_of_the_digest_must_be_that_of_the_base(
    tmp_path: Path, part: str, spelling: Callable[[str], str]
) -> None:
    parts = parts_of(in_properties(part, DIGEST, "0" * 64))
    data = packed({spelling(n) if n == part else n: text for n, text in parts.items()})
    with pytest.raises(WorkbookError, match="the digest in the properties of the file is another"):
        read_workbook(put(tmp_path, data), TINY)


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        # Written with white space around the elements.
        (CUSTOM, f"<vt:lpwstr>{DIGEST}<", f"\n  <vt:lpwstr>{DIGEST}<"),
        (CUSTOM, f"{DIGEST}</vt:lpwstr>", f"{DIGEST}</vt:lpwstr>\n"),
        (CORE, f"{DIGEST}<", f"\n{DIGEST} <"),
        # Lost, or emptied.
        (CUSTOM, DIGEST, " "),
        (CORE, DIGEST, ""),
        # What a person writes there.
        (CORE, DIGEST, REMARK),
        (CORE, DIGEST, "0" * 63),
        (CORE, DIGEST, "0" * 65),
        (CORE, "Recommendations of the Lanzarote Committee as data: BEL", "0" * 64),
        (CUSTOM, f'name="{PROPERTY}"', 'name="another"'),
    ],
)
def test_other_properties_are_no_copy_of_the_digest(
    tmp_path: Path, part: str, old: str, new: str
) -> None:
    data = in_properties(part, old, new)
    assert read_workbook(put(tmp_path, data), TINY).problems == ()


def test_a_property_of_another_name_is_no_copy_of_the_digest(tmp_path: Path) -> None:
    parts = parts_of(in_properties(CUSTOM, f'name="{PROPERTY}"', 'name="another"'))
    parts[CUSTOM] = parts[CUSTOM].replace(DIGEST.encode(), b"0" * 64)
    assert read_workbook(put(tmp_path, packed(parts)), TINY).problems == ()


def test_a_workbook_without_properties_is_read(tmp_path: Path) -> None:
    parts = {n: text for n, text in parts_of(sound()).items() if n not in (CUSTOM, CORE)}
    assert read_workbook(put(tmp_path, packed(parts)), TINY).problems == ()


def package_without(*names: str) -> Package:
    """The package as it may be one day: without some tables and fields."""
    resources = (
        replace(r, fields=tuple(f for f in r.fields if f"{r.name}/{f.name}" not in names))
        for r in TINY.package.resources
        if r.name not in names
    )
    return replace(TINY.package, resources=tuple(resources))


def test_what_the_data_no_longer_has_is_told_and_not_read(tmp_path: Path) -> None:
    package = package_without("follow_up", "citations/url")
    ours = Tables(package, [Table(r, TINY.rows(r.name)) for r in package.resources])
    content = read_workbook(put(tmp_path, sound()), ours)
    assert content.problems == (
        *(
            warning(
                "other-version",
                Location(),
                f"The workbook has {name}, which the data no longer has. It is not read.",
            )
            for name in ("citations/url", "follow_up")
        ),
        warning(
            "added-column",
            Location("citations", source="Citations"),
            "The column 'Address' is not one of ours. It is not read.",
        ),
        told_added("Follow-up"),
    )


def test_a_table_that_came_since_has_no_sheet_and_is_not_missing(tmp_path: Path) -> None:
    package = package_without("follow_up")
    earlier = Tables(package, [Table(r, TINY.rows(r.name)) for r in package.resources])
    content = look(tmp_path, book(tables=earlier))
    assert content.problems == ()
    assert [*content.sheets] == [name for name in SHEETS if name != "follow_up"]


# Which sheet is which.


def test_a_sheet_that_is_gone_is_told_and_its_rows_stay(tmp_path: Path) -> None:
    sheets = copy()
    del sheets[OBS], sheets["Citations"]
    content = look(tmp_path, sheets)
    assert content.problems == (told_missing(OBS), told_missing("Citations"))
    assert [*content.sheets] == [n for n in SHEETS if n not in ("observations", "citations")]


@pytest.mark.parametrize("rows", [[], [[REMARK]], [[REMARK], [REMARK]]])
def test_a_sheet_of_a_persons_own_is_told_and_not_read(
    tmp_path: Path, rows: list[list[Value]]
) -> None:
    content = look(tmp_path, {"My sheet": rows, **copy(), "Mine too": rows})
    assert content.problems == (told_added("My sheet"), told_added("Mine too"))
    assert [*content.sheets] == [*SHEETS]


def test_an_unknown_sheet_that_may_hold_the_rows_of_a_missing_one_is_refused(
    tmp_path: Path,
) -> None:
    sheets = copy()
    del sheets[OBS], sheets["Citations"]
    own: Book = {"Empty": [], "One": [[REMARK]], "Two": [[REMARK], [REMARK]], "Three": [[7.0]] * 3}
    assert look(tmp_path, sheets | own).problems == (
        told_missing(OBS),
        told_missing("Citations"),
        told_added("Empty"),
        told_added("One"),
        refused_unknown("Two"),
        refused_unknown("Three"),
    )


def renamed(old: str, new: str, columns: int = 99) -> Book:
    """The sheets, one of them by another name and with its first columns alone."""
    return {
        (new if title == old else title): [row[:columns] if title == old else row for row in rows]
        for title, rows in copy().items()
    }


def test_a_sheet_that_was_renamed_is_told_by_its_header(tmp_path: Path) -> None:
    content = look(tmp_path, renamed(OBS, "My sheet"))
    assert content.problems == (told_renamed("My sheet"),)
    there = content.sheets["observations"]
    assert (there.name, len(there.rows)) == ("My sheet", 2)


@pytest.mark.parametrize(
    ("columns", "is_told"), [(9, True), (8, True), (7, True), (6, False), (5, False)]
)
def test_a_renamed_sheet_has_more_than_seven_tenths_of_the_header(
    tmp_path: Path, columns: int, is_told: bool
) -> None:
    content = look(tmp_path, renamed(OBS, "My sheet", columns))
    assert ("observations" in content.sheets) is is_told
    first = told_renamed("My sheet") if is_told else told_missing(OBS)
    assert content.problems[0] == first


def test_just_seven_tenths_of_the_header_are_too_few(tmp_path: Path) -> None:
    """With ten columns seven are just as many."""
    resources = (
        replace(r, fields=(*r.fields, Field("remark", title="Remark"))) if r.title == OBS else r
        for r in TINY.package.resources
    )
    package = replace(TINY.package, resources=tuple(resources))
    tables = Tables(package, [Table(r, TINY.rows(r.name)) for r in package.resources])
    sheets = book(tables=tables)
    sheets["My sheet"] = [row[:7] for row in sheets.pop(OBS)]
    assert look(tmp_path, sheets, tables).problems == (
        told_missing(OBS),
        refused_unknown("My sheet"),
    )


def test_two_sheets_may_have_been_renamed(tmp_path: Path) -> None:
    sheets = {
        {OBS: "Citations", "Citations": OBS, "Follow-up": "Mine"}.get(title, title): rows
        for title, rows in copy().items()
    }
    del sheets["Citations"], sheets[OBS]
    sheets |= {"One": BASE["Citations"], "Two": BASE[OBS]}
    content = look(tmp_path, sheets)
    assert set(content.problems) == {
        told_renamed("Two"),
        told_renamed("One", "Citations", "citations"),
        told_renamed("Mine", "Follow-up", "follow_up"),
    }
    assert {name: there.name for name, there in content.sheets.items()} == SHEETS | {
        "observations": "Two",
        "citations": "One",
        "follow_up": "Mine",
    }


def test_of_two_copies_of_a_renamed_sheet_the_first_is_read(tmp_path: Path) -> None:
    sheets = renamed(OBS, "One")
    sheets["Two"] = [[*row] for row in BASE[OBS]]
    assert look(tmp_path, sheets).problems == (told_renamed("One"), told_added("Two"))


def test_a_sheet_is_told_by_its_name_before_another_by_its_header(tmp_path: Path) -> None:
    content = look(tmp_path, {"A copy": BASE[OBS], **copy()})
    assert content.problems == (told_added("A copy"),)
    assert content.sheets["observations"].name == OBS


def test_a_sheet_whose_columns_cannot_be_told_apart_is_not_read(tmp_path: Path) -> None:
    sheets = copy()
    sheets[OBS][0][5] = "Document"
    # What stands in its cells is not even looked at.
    sheets[OBS][2][4] = 7.0
    content = look(tmp_path, sheets)
    assert [(p.code, p.location) for p in content.problems] == [
        ("doubled-column", Location("observations", source=OBS))
    ]
    assert [*content.sheets] == [name for name in SHEETS if name != "observations"]


def test_all_that_is_wrong_with_a_sheet_is_told(tmp_path: Path) -> None:
    sheets = copy()
    sheets[OBS][0].append("Remarks")
    sheets[OBS][2][5] = 7.0
    sheets[OBS].insert(0, ["A title"])
    content = look(tmp_path, sheets, merged={OBS: "F4:G4"})
    assert [(p.code, p.location.source) for p in content.problems] == [
        ("added-column", OBS),
        ("merged-cells", f"{OBS}!F4:G4"),
        ("above-header", OBS),
    ]
    there = content.sheets["observations"]
    assert (there.header_row, [row.line for row in there.rows]) == (2, [3, 4])


# Merged cells.


def refused_merged(area: str) -> Problem:
    return error(
        "merged-cells",
        Location("observations", source=f"{OBS}!{area}"),
        f"The cells {area} are merged, so texts are lost or misplaced.",
        "Undo the merging (Home, Merge & Centre) and fill in each cell.",
    )


@pytest.mark.parametrize(
    ("area", "is_refused"),
    [("A1:C1", False), ("A1:A2", False), ("A2:A3", True), ("B3:C3", True), ("F4:F5", True)],
)
def test_merged_cells_are_refused_where_they_reach_the_header_or_rows(
    tmp_path: Path, area: str, is_refused: bool
) -> None:
    sheets = copy()
    sheets[OBS] = [["A title"], [], *sheets[OBS]]
    content = look(tmp_path, sheets, merged={OBS: area})
    merged = [p for p in content.problems if p.code == "merged-cells"]
    assert merged == ([refused_merged(area)] if is_refused else [])


def test_merged_cells_are_refused_in_rows_above_a_header_that_was_sorted_with_them(
    tmp_path: Path,
) -> None:
    sheets = copy()
    header, one, two = sheets[OBS]
    sheets[OBS] = [one, two, header]
    content = look(tmp_path, sheets, merged={OBS: "F1:F2"})
    assert refused_merged("F1:F2") in content.problems


def test_a_merged_range_of_one_cell_is_refused_like_others(tmp_path: Path) -> None:
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="F2"/></mergeCells>'
    data = changed("xl/worksheets/sheet3.xml", b"</sheetData>", merged)
    assert read_workbook(put(tmp_path, data), TINY).problems == (refused_merged("F2"),)


# The sheets of the machine, and choices.


def test_choices_are_read_from_their_sheet(tmp_path: Path) -> None:
    line = [OBS.lower(), "R2-BEL-II-o1", "text", "0123", "", "", "", "", "the data"]
    content = look(tmp_path, copy() | {"Conflicts": [[*HEADERS], [*line]]})
    choice = Choice("observations", ("R2-BEL-II-o1",), "text", "0123", "ours")
    assert (content.choices, content.problems) == ((choice,), ())


@pytest.mark.parametrize("title", ["Read me", "_lists", "To correct", "Conflicts"])
def test_sheets_that_explain_are_nobodys(title: str) -> None:
    rows = [[REMARK], [REMARK], [REMARK], ["↳ Id"]]
    own = Grid("My sheet", rows)
    assert persons_sheets([own, Grid(title, rows), Grid(title, [])]) == [own]


@pytest.mark.parametrize("title", ["Read me", "_lists", "To correct", "Conflicts"])
@pytest.mark.parametrize("above", [0, 1, 2])
def test_a_sheet_of_rows_is_a_persons_whatever_it_is_called(title: str, above: int) -> None:
    there = Grid(title, [*[[""] * 9] * above, *BASE[OBS]])
    assert persons_sheets([there]) == [there]


def test_the_base_is_nobodys_whatever_it_is_called() -> None:
    assert persons_sheets([Grid("Sheet1", BASE["_base"])]) == []


def test_the_sheets_that_a_person_works_in(tmp_path: Path) -> None:
    content = read_workbook(put(tmp_path, workbook_bytes(TINY, view_named("BEL"))), TINY)
    assert [grid.title for grid in persons_sheets(content.grids)] == [*SHEETS.values()]
