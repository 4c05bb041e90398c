"""A workbook as a whole: what it was made from, which sheet is which, and what is ignored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pytest

from lanzarote_data.model.errors import WorkbookError
from lanzarote_data.model.package import Package
from lanzarote_data.model.tables import Table, Tables
from lanzarote_data.workbook import read, sheet_cells
from lanzarote_data.workbook.base import PROPERTY
from lanzarote_data.workbook.cells import Grid, Value
from lanzarote_data.workbook.choices import HEADERS, Choice
from lanzarote_data.workbook.layout import rows_of, view_named
from lanzarote_data.workbook.read import WorkbookContent, persons_sheets, read_workbook
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
CUSTOM, CORE = "docProps/custom.xml", "docProps/core.xml"
DIGEST = str(BASE["_base"][0][1])


def copy() -> Book:
    """The sheets of the workbook of Belgium, to be changed."""
    return {title: [[*row] for row in rows] for title, rows in BASE.items()}


def without(*titles: str) -> Book:
    return {title: rows for title, rows in copy().items() if title not in titles}


def renamed(**titles: str) -> Book:
    """The sheets, some of them with other names."""
    return {titles.get(title, title): rows for title, rows in copy().items()}


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


def codes(content: WorkbookContent) -> list[tuple[str, str]]:
    """The code of each problem, and its place."""
    return [(problem.code, problem.location.source) for problem in content.problems]


def refusal(path: Path) -> str:
    with pytest.raises(WorkbookError) as refused:
        read_workbook(path, TINY)
    assert refused.value.hint
    return refused.value.message


# The file.


def test_a_workbook_as_it_is_written(tmp_path: Path) -> None:
    content = read_workbook(put(tmp_path, sound()), TINY)
    assert (content.name, content.problems, content.choices) == ("BEL.xlsx", (), ())
    assert [grid.title for grid in content.grids] == [*BASE]
    assert {name: there.name for name, there in content.sheets.items()} == SHEETS
    assert [grid.title for grid in persons_sheets(content.grids)] == [*SHEETS.values()]
    assert content.base.tables == rows_of(TINY, view_named("BEL"))
    there = content.sheets["practices"]
    assert (there.resource, there.header_row) == (TINY.package.resource("practices"), 1)
    names = (
        "",
        "practice_id",
        "chapter_id",
        "heading",
        "text",
        "document_id",
        "position",
        "withdrawn_in",
    )
    assert sorted(there.letters) == sorted(names)
    assert there.rows == ((2, "R2-BEL-II-p1", "R2-BEL-II-p1", TINY.rows("practices")[0], True),)


def test_a_file_that_cannot_be_used_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refusal(tmp_path / "BEL.xlsx").startswith(str(tmp_path / "BEL.xlsx"))
    assert refusal(put(tmp_path, b"x")).startswith("BEL.xlsx is not")
    wrong_index = changed("xl/worksheets/sheet2.xml", b't="s"><v>', b't="s"><v>99999')
    assert refusal(put(tmp_path, wrong_index)).startswith(
        "The sheet 'Recommendations' of BEL.xlsx is damaged"
    )
    monkeypatch.setattr(read, "LARGEST_FILE", len(sound()))
    assert read_workbook(put(tmp_path, sound()), TINY).problems == ()
    monkeypatch.setattr(read, "LARGEST_FILE", len(sound()) - 1)
    assert "larger than" in refusal(put(tmp_path, sound()))


# What it was made from.


def test_a_workbook_without_its_base_is_refused(tmp_path: Path) -> None:
    assert "'_base'" in refusal(save(without("_base"), tmp_path / "BEL.xlsx"))


def test_the_base_is_found_by_its_content(tmp_path: Path) -> None:
    content = look(tmp_path, {"_base": [["my own"], [REMARK]], **renamed(_base="Sheet1")})
    assert codes(content) == [("added-sheet", "_base")]
    assert content.base.digest == DIGEST


@pytest.mark.parametrize("row_id", ["R2-BEL-II-o1", ""])
def test_a_base_with_a_duplicated_id_is_refused(tmp_path: Path, row_id: str) -> None:
    """No workbook is exported from such tables, but anybody can forge one."""
    there = TINY["observations"]
    same = ({**row, "observation_id": row_id} for row in there.rows)
    forged = book(tables=TINY.with_table(Table(there.resource, same)))
    assert "damaged" in refusal(save(forged, tmp_path / "BEL.xlsx"))


def in_properties(part: str, old: str, new: str) -> bytes:
    return changed(part, old.encode(), new.encode())


@pytest.mark.parametrize("part", [CUSTOM, CORE])
@pytest.mark.parametrize("spelling", [str, str.upper, str.title])
def test_a_copy_of_the_digest_that_differs_is_refused(
    tmp_path: Path, part: str, spelling: Callable[[str], str]
) -> None:
    parts = parts_of(in_properties(part, DIGEST, "0" * 64))
    data = packed({spelling(n) if n == part else n: text for n, text in parts.items()})
    assert "damaged: the digest" in refusal(put(tmp_path, data))


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        # Written with white space around the elements.
        (CUSTOM, f"<vt:lpwstr>{DIGEST}<", f"\n  <vt:lpwstr>{DIGEST}<"),
        (CORE, f"{DIGEST}<", f"\n{DIGEST} <"),
        # Lost, or emptied.
        (CUSTOM, DIGEST, " "),
        (CORE, DIGEST, ""),
        # Another property, or what a person writes there.
        (CORE, DIGEST, REMARK),
        (CORE, DIGEST, "0" * 63),
        (CORE, "Recommendations of the Lanzarote Committee as data: BEL", "0" * 64),
        (CUSTOM, f'name="{PROPERTY}"', 'name="another"'),
    ],
)
def test_other_properties_are_no_copy_of_the_digest(
    tmp_path: Path, part: str, old: str, new: str
) -> None:
    data = in_properties(part, old, new)
    assert read_workbook(put(tmp_path, data), TINY).problems == ()


def test_a_workbook_without_properties_is_read(tmp_path: Path) -> None:
    parts = {n: text for n, text in parts_of(sound()).items() if n not in (CUSTOM, CORE)}
    assert read_workbook(put(tmp_path, packed(parts)), TINY).problems == ()


def package_without(*names: str) -> Package:
    """The package without some tables and fields."""
    resources = (
        replace(r, fields=tuple(f for f in r.fields if f"{r.name}/{f.name}" not in names))
        for r in TINY.package.resources
        if r.name not in names
    )
    return replace(TINY.package, resources=tuple(resources))


def test_tables_and_fields_that_the_package_no_longer_has_are_ignored(tmp_path: Path) -> None:
    package = package_without("follow_up", "citations/url")
    ours = Tables(package, [Table(r, TINY.rows(r.name)) for r in package.resources])
    assert codes(read_workbook(put(tmp_path, sound()), ours)) == [
        ("other-version", ""),
        ("other-version", ""),
        ("added-column", "Citations"),
        ("added-sheet", "Follow-up"),
    ]


def test_a_table_that_the_base_lacks_is_not_missing(tmp_path: Path) -> None:
    package = package_without("follow_up")
    earlier = Tables(package, [Table(r, TINY.rows(r.name)) for r in package.resources])
    content = look(tmp_path, book(tables=earlier))
    assert content.problems == ()
    assert [*content.sheets] == [name for name in SHEETS if name != "follow_up"]


# Which sheet is which.


def test_a_missing_sheet_is_a_warning_and_its_rows_stay(tmp_path: Path) -> None:
    content = look(tmp_path, without(OBS, "Citations"))
    assert codes(content) == [("missing-sheet", OBS), ("missing-sheet", "Citations")]
    assert [*content.sheets] == [n for n in SHEETS if n not in ("observations", "citations")]


@pytest.mark.parametrize("rows", [[], [[REMARK]], [[REMARK], [REMARK]], BASE[OBS]])
def test_an_added_sheet_is_ignored(tmp_path: Path, rows: list[list[Value]]) -> None:
    content = look(tmp_path, {"My sheet": rows, **copy()})
    assert codes(content) == [("added-sheet", "My sheet")]
    assert {name: there.name for name, there in content.sheets.items()} == SHEETS


def test_an_added_sheet_that_may_be_a_missing_one_is_refused(tmp_path: Path) -> None:
    own: Book = {"Empty": [], "One": [[REMARK]], "Two": [[REMARK], [7.0]]}
    assert codes(look(tmp_path, without(OBS) | own)) == [
        ("missing-sheet", OBS),
        ("added-sheet", "Empty"),
        ("added-sheet", "One"),
        ("unknown-sheet", "Two"),
    ]


def test_renamed_sheets_are_found_by_their_headers(tmp_path: Path) -> None:
    sheets = renamed(**{OBS: "One", "Citations": "Two", "Follow-up": "Three"})
    content = look(tmp_path, {"Two": sheets.pop("Two"), **sheets, "Copy": BASE[OBS]})
    assert sorted(codes(content)) == [
        ("added-sheet", "Copy"),
        *(("renamed-sheet", title) for title in ("One", "Three", "Two")),
    ]
    names = {"observations": "One", "citations": "Two", "follow_up": "Three"}
    assert {name: there.name for name, there in content.sheets.items()} == SHEETS | names
    assert len(content.sheets["observations"].rows) == 2


@pytest.mark.parametrize(("columns", "is_found"), [(10, True), (8, True), (7, False)])
def test_a_renamed_sheet_has_more_than_seven_tenths_of_the_headers(
    tmp_path: Path, columns: int, is_found: bool
) -> None:
    sheets = renamed(**{OBS: "My sheet"})
    sheets["My sheet"] = [row[:columns] for row in sheets["My sheet"]]
    content = look(tmp_path, sheets)
    assert ("observations" in content.sheets) is is_found
    first = ("renamed-sheet", "My sheet") if is_found else ("missing-sheet", OBS)
    assert codes(content)[0] == first


def test_a_sheet_with_a_duplicated_column_is_not_read(tmp_path: Path) -> None:
    sheets = copy()
    sheets[OBS][0][5] = "Document"
    sheets[OBS][2][4] = 7.0
    content = look(tmp_path, sheets)
    assert codes(content) == [("doubled-column", OBS)]
    assert [*content.sheets] == [name for name in SHEETS if name != "observations"]


def test_all_problems_of_a_sheet_are_reported(tmp_path: Path) -> None:
    sheets = copy()
    sheets[OBS][0].append("Remarks")
    sheets[OBS][2][5] = 7.0
    sheets[OBS].insert(0, ["A title"])
    content = look(tmp_path, sheets, merged={OBS: "F4:G4"})
    assert codes(content) == [
        ("added-column", OBS),
        ("merged-cells", f"{OBS}!F4:G4"),
        ("above-header", OBS),
    ]
    there = content.sheets["observations"]
    assert (there.header_row, [row.line for row in there.rows]) == (2, [3, 4])


# Merged cells.


@pytest.mark.parametrize(
    ("area", "is_refused"),
    [("A1:C1", False), ("A1:A2", False), ("A2:A3", True), ("B3:C3", True), ("F4:F5", True)],
)
def test_merged_cells_are_refused_where_they_reach_the_header_or_rows(
    tmp_path: Path, area: str, is_refused: bool
) -> None:
    sheets = copy()
    sheets[OBS] = [["A title"], [], *sheets[OBS]]
    found = codes(look(tmp_path, sheets, merged={OBS: area}))
    assert (("merged-cells", f"{OBS}!{area}") in found) is is_refused


def test_merged_cells_above_a_header_that_was_sorted_are_refused(tmp_path: Path) -> None:
    sheets = copy()
    header, one, two = sheets[OBS]
    sheets[OBS] = [one, two, header]
    found = codes(look(tmp_path, sheets, merged={OBS: "F1:F2"}))
    assert ("merged-cells", f"{OBS}!F1:F2") in found


def test_a_merged_range_of_one_cell_is_refused(tmp_path: Path) -> None:
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="F2"/></mergeCells>'
    data = changed("xl/worksheets/sheet3.xml", b"</sheetData>", merged)
    assert codes(read_workbook(put(tmp_path, data), TINY)) == [("merged-cells", f"{OBS}!F2")]


# Auxiliary sheets, and choices.


@pytest.mark.parametrize(
    ("title", "is_read"), [("_lists", True), ("Read me", True), ("Conflicts", False)]
)
def test_how_far_a_sheet_reaches_from_which_nothing_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, title: str, is_read: bool
) -> None:
    monkeypatch.setattr(sheet_cells, "EMPTY_CELLS_ALLOWED", 0)
    short: list[Value] = ["R2-II"]
    long_and_short = [[*short, *[""] * 8, *short], *([short] * 100)]
    there = copy() | {title: long_and_short}
    if is_read:
        assert look(tmp_path, there).problems == ()
    else:
        assert "far outside" in refusal(save(there, tmp_path / "BEL.xlsx"))


def test_choices_are_read_from_their_sheet(tmp_path: Path) -> None:
    line = [OBS.lower(), "R2-BEL-II-o1", "text", "0123", "", "", "", "", "the data"]
    content = look(tmp_path, copy() | {"Conflicts": [[*HEADERS], [*line]]})
    choice = Choice("observations", ("R2-BEL-II-o1",), "text", "0123", "ours")
    assert (content.choices, content.problems) == ((choice,), ())


@pytest.mark.parametrize("title", ["Read me", "_lists", "To correct", "Conflicts"])
def test_which_sheets_a_person_works_in(title: str) -> None:
    rows: list[list[Value]] = [[REMARK], [REMARK], [REMARK], ["↳ Id"]]
    own = Grid("My sheet", rows)
    assert persons_sheets([own, Grid(title, rows), Grid(title, [])]) == [own]
    for above in (0, 2):  # a sheet of rows is one, whatever its name
        there = Grid(title, [*[[""] * 9] * above, *BASE[OBS]])
        assert persons_sheets([there]) == [there]
    assert persons_sheets([Grid("Sheet1", BASE["_base"])]) == []
